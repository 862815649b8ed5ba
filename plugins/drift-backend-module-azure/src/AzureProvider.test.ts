/*
 * Copyright 2026 The Infra Hub Authors
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

import { CloudFailure } from '@infra-hub/backstage-plugin-drift-node';
import {
  compareCloud,
  DesiredCloudResource,
  toLiveCloudResource,
} from '@infra-hub/drift-engine';
import { ArmServer, error, SUBSCRIPTION } from './__testUtils__/ArmServer';
import { accountOf, found, kindNamed, startBench } from './__testUtils__/bench';
import { IDS } from './__testUtils__/documents';

const STORAGE = kindNamed('Microsoft.Storage/storageAccounts');
const DISK = kindNamed('Microsoft.Compute/disks');
const MYSQL = kindNamed('Microsoft.DBforMySQL/flexibleServers');
const POSTGRESQL = kindNamed('Microsoft.DBforPostgreSQL/flexibleServers');

describe('AzureProvider', () => {
  let bench: Awaited<ReturnType<typeof startBench>>;
  let server: ArmServer;

  beforeEach(async () => {
    bench = await startBench();
    server = bench.server;
  });

  afterEach(async () => {
    await server.stop();
  });

  function read(kind = DISK, id: string = IDS.disk) {
    const { provider, account, context } = bench;
    return provider.read({ account, kind, id }, context);
  }

  function list(kind = DISK) {
    const { provider, account, context } = bench;
    return provider.list({ account, kind }, context);
  }

  describe('reading', () => {
    it.each([
      [
        'Microsoft.Sql/servers/databases',
        IDS.sqlDatabase,
        {
          engine: 'sqlserver',
          version: '12.0',
          size: 'GP_Gen5_2',
          storageGiB: 32,
          highAvailability: false,
          backupRetentionDays: 7,
          encryption: { enabled: true },
          publicAccess: true,
        },
      ],
      [
        'Microsoft.Sql/servers',
        IDS.sqlServer,
        { engine: 'sqlserver', version: '12.0', publicAccess: true },
      ],
      [
        'Microsoft.DBforPostgreSQL/flexibleServers',
        IDS.postgresql,
        {
          engine: 'postgres',
          version: '16',
          size: 'Standard_D4ds_v5',
          storageGiB: 128,
          storageType: 'Premium_LRS',
          replicas: 1,
          highAvailability: true,
          backupRetentionDays: 14,
          encryption: { enabled: true },
          publicAccess: false,
        },
      ],
      [
        'Microsoft.DBforMySQL/flexibleServers',
        IDS.mysql,
        {
          engine: 'mysql',
          version: '8.0.21',
          size: 'Standard_B1ms',
          storageGiB: 32,
          storageType: 'Premium_LRS',
          replicas: 0,
          highAvailability: false,
          backupRetentionDays: 7,
          encryption: { enabled: true },
          publicAccess: true,
        },
      ],
      [
        'Microsoft.DocumentDB/databaseAccounts',
        IDS.cosmos,
        {
          engine: 'mongodb',
          version: '6.0',
          replicas: 1,
          highAvailability: true,
          backupRetentionDays: 8,
          encryption: { enabled: true },
          publicAccess: true,
        },
      ],
      [
        'Microsoft.Storage/storageAccounts',
        IDS.storage,
        {
          tier: 'Standard_GRS',
          redundancy: 'GRS',
          versioning: true,
          encryption: { enabled: true },
          publicAccess: false,
          lifecycle: [expect.objectContaining({ name: 'old' })],
        },
      ],
      [
        'Microsoft.Compute/disks',
        IDS.disk,
        {
          capacityGiB: 256,
          tier: 'PremiumV2_LRS',
          redundancy: 'LRS',
          encryption: { enabled: true },
          throughputMiBps: 119,
          iops: 3000,
        },
      ],
    ])('tells the properties of %s', async (name, id, properties) => {
      const kind = kindNamed(name);

      const document = found(await read(kind, id));

      expect(
        toLiveCloudResource({ ...document, provider: 'azure' }).properties,
      ).toEqual(properties);
      expect(document.region).toBe('westeurope');
      expect(server.requests[0].query.get('api-version')).toBe(kind.apiVersion);
      // One turn for every request, and no double slash.
      expect(bench.turns).toHaveLength(server.requests.length);
      expect(server.requests.map(({ path }) => path).join()).not.toContain(
        '//',
      );
    });

    it('keeps members that the SDK does not know, such as the zones of a disk', async () => {
      expect(found(await read()).document.zones).toEqual(['1']);
    });

    it('leaves out what Cosmos DB computes within the list of regions', async () => {
      const { document } = found(
        await read(
          kindNamed('Microsoft.DocumentDB/databaseAccounts'),
          IDS.cosmos,
        ),
      );

      expect(document.properties).toMatchObject({
        locations: [
          {
            locationName: 'West Europe',
            failoverPriority: 0,
            isZoneRedundant: false,
          },
          {
            locationName: 'North Europe',
            failoverPriority: 1,
            isZoneRedundant: false,
          },
        ],
      });
      expect(JSON.stringify(document)).not.toContain('shop-cosmos-westeurope');
    });

    it('finds a resource by its id in any letter case', async () => {
      const shouted = IDS.storage
        .toUpperCase()
        .replace(SUBSCRIPTION.toUpperCase(), SUBSCRIPTION);

      expect(await read(STORAGE, shouted)).toMatchObject({
        state: 'found',
        id: shouted,
      });
      const { provider, account } = bench;
      expect(
        provider.canonicalId({ account, kind: STORAGE, id: shouted }),
      ).toBe(IDS.storage.toLowerCase());
    });

    it('takes a storage account without lifecycle policy for one without rules', async () => {
      server.remove(`${IDS.storage}/managementPolicies/default`);

      const document = found(await read(STORAGE, IDS.storage));

      expect(
        toLiveCloudResource({ ...document, provider: 'azure' }).properties,
      ).toMatchObject({ lifecycle: [] });
    });

    it('does not ask an account for files for blobs', async () => {
      server.put(IDS.storage, {
        ...server.get(IDS.storage),
        kind: 'FileStorage',
      });

      const document = found(await read(STORAGE, IDS.storage));

      expect(server.requests).toHaveLength(1);
      expect(
        toLiveCloudResource({ ...document, provider: 'azure' }).properties,
      ).not.toHaveProperty('versioning');
    });

    it('is blind to a resource whose parts cannot all be read', async () => {
      server.script(
        'GET',
        `${IDS.storage}/blobServices/default`,
        error(
          403,
          'AuthorizationFailed',
          'The client does not have authorization to perform action Microsoft.Storage/storageAccounts/blobServices/read.',
        ),
      );

      expect(await read(STORAGE, IDS.storage)).toEqual({
        state: 'unseen',
        reason: expect.stringMatching(
          /settings of the blob service could not be read.*lacks a permission.*blobServices\/read/,
        ),
      });
    });

    it('reads replicas and firewall rules page by page', async () => {
      const path = `${IDS.mysql}/firewallRules`;
      const page = (name: string, nextLink?: string) => ({
        status: 200,
        body: {
          value: [
            {
              id: `${path}/${name}`,
              name,
              properties: {
                startIpAddress: '0.0.0.0',
                endIpAddress: '255.255.255.255',
              },
            },
          ],
          ...(nextLink && { nextLink }),
        },
      });
      server.script(
        'GET',
        path,
        page('a', `${server.endpoint}${path}?api-version=1&$skiptoken=2`),
        page('b'),
      );
      server.script(
        'GET',
        `${IDS.mysql}/replicas`,
        {
          status: 200,
          body: {
            value: [{ id: `${IDS.mysql}-1` }],
            nextLink: `${server.endpoint}${IDS.mysql}/replicas?api-version=1&$skiptoken=2`,
          },
        },
        { status: 200, body: { value: [{ id: `${IDS.mysql}-2` }] } },
      );

      const document = found(await read(MYSQL, IDS.mysql));

      expect(document.document.firewallRules).toEqual(
        ['a', 'b'].map(name => ({
          name,
          startIpAddress: '0.0.0.0',
          endIpAddress: '255.255.255.255',
        })),
      );
      expect(
        toLiveCloudResource({ ...document, provider: 'azure' }).properties,
      ).toMatchObject({ replicas: 2 });
    });

    it.each([
      ['half of them', { status: 200, body: {} }, /without its elements/],
      ['a refusal', error(403, 'AuthorizationFailed', 'No.'), /permission/],
    ] as const)(
      'is blind to a server with %s of its firewall rules',
      async (_, answer, reason) => {
        server.script('GET', `${IDS.mysql}/firewallRules`, answer);

        expect(await read(MYSQL, IDS.mysql)).toEqual({
          state: 'unseen',
          reason: expect.stringMatching(reason),
        });
      },
    );

    it('neither asks a server within a network for firewall rules, nor takes them for gone', async () => {
      const document = found(await read(POSTGRESQL, IDS.postgresql));

      const live = toLiveCloudResource({ ...document, provider: 'azure' });
      const desired: DesiredCloudResource = {
        resourceType: 'database',
        name: 'shop',
        provider: 'azure',
        kind: POSTGRESQL.kind,
        id: IDS.postgresql,
        properties: {},
        providerProperties: {
          firewallRules: [
            {
              name: 'office',
              startIpAddress: '198.51.100.1',
              endIpAddress: '198.51.100.1',
            },
          ],
        },
      };
      expect(compareCloud({ desired: [desired], live: [live] })).toMatchObject({
        differences: [],
        blindSpots: [
          {
            reason:
              'Not compared: firewallRules. The list of its firewall rules was not asked for: a resource like this has none, or Azure does not tell it.',
          },
        ],
      });
      expect(server.requests.map(({ path }) => path)).toEqual([
        IDS.postgresql,
        `${IDS.postgresql}/replicas`,
      ]);
    });

    it('takes the versions of the API from the configuration', async () => {
      bench.account = accountOf({
        endpoint: server.endpoint,
        apiVersions: [
          { type: 'microsoft.compute/Disks', version: '2023-04-02' },
        ],
      });

      await read();

      expect(server.requests[0].query.get('api-version')).toBe('2023-04-02');
    });

    it('does not tell of a resource in a region that may not be looked at', async () => {
      bench.account = accountOf({
        endpoint: server.endpoint,
        regions: ['northeurope'],
      });

      expect(await read()).toMatchObject({
        state: 'unseen',
        reason: expect.stringContaining('westeurope'),
      });
    });
  });

  describe('not finding', () => {
    it.each(['ResourceNotFound', 'ResourceGroupNotFound'])(
      'is absent when Azure says %s of a subscription that can be read',
      async code => {
        server.script('GET', IDS.disk, error(404, code, 'Not found.'));

        expect(await read()).toEqual({ state: 'absent' });
        expect(server.requests.at(-1)?.path).toBe(
          `/subscriptions/${SUBSCRIPTION}`,
        );
      },
    );

    it.each([
      ['a page of a proxy', { status: 404, text: '<html>Not found</html>' }],
      ['another code', error(404, 'NotFound', 'Nothing here.')],
      [
        'an unknown version',
        error(404, 'InvalidResourceType', 'No such type.'),
      ],
    ])('is not absent by %s', async (_, answer) => {
      server.script('GET', IDS.disk, answer);

      expect(await read()).toMatchObject({ state: 'unseen' });
    });

    it('is not absent when the subscription cannot be read', async () => {
      server.remove(IDS.disk);
      server.script(
        'GET',
        `/subscriptions/${SUBSCRIPTION}`,
        error(403, 'AuthorizationFailed', 'No.'),
      );

      expect(await read()).toMatchObject({ state: 'unseen' });
    });

    it.each(['Disabled', 'Deleted', 'Expired'])(
      'fails as a whole when the subscription is %s',
      async state => {
        server.remove(IDS.disk);
        server.subscriptionState = state;

        await expect(read()).rejects.toThrow(
          new CloudFailure(
            `The subscription prod cannot be read. The subscription is in the state "${state}".`,
          ),
        );
      },
    );
  });

  describe('failing', () => {
    it.each([
      [401, 'InvalidAuthenticationToken'],
      [401, 'ExpiredAuthenticationToken'],
      [401, 'InvalidAuthenticationTokenTenant'],
      [404, 'SubscriptionNotFound'],
      [400, 'InvalidSubscriptionId'],
    ])('fails as a whole with HTTP %s %s', async (status, code) => {
      server.script('GET', IDS.disk, error(status, code, 'Go away.'));

      await expect(read()).rejects.toThrow(CloudFailure);
    });

    it.each([
      ['403', error(403, 'AuthorizationFailed', 'No.'), /lacks a permission/],
      ['JSON that ends early', { truncated: '{"id": "/subscr' }, /not whole/],
      ['no JSON', { status: 200, text: '{"id": ' }, /no JSON/],
      ['a list', { status: 200, body: [] }, /no JSON object/],
      [
        'a page for people',
        {
          status: 200,
          text: '<html/>',
          headers: { 'content-type': 'text/html' },
        },
        /no JSON object/,
      ],
      ['nothing', { status: 200, text: '' }, /no JSON object/],
      [
        'no properties',
        { status: 200, body: { id: IDS.disk } },
        /without properties/,
      ],
      [
        'another resource',
        { status: 200, body: { id: IDS.storage, properties: {} } },
        /another resource/,
      ],
      [
        'a redirect',
        { status: 302, text: '', headers: { location: 'http://127.0.0.1:9/' } },
        /HTTP 302/,
      ],
    ] as const)('is blind with %s', async (_, answer, reason) => {
      server.script('GET', IDS.disk, answer);

      expect(await read()).toEqual({
        state: 'unseen',
        reason: expect.stringMatching(reason),
      });
    });

    it('leaves secrets out of what Azure says', async () => {
      server.script(
        'GET',
        IDS.disk,
        error(
          403,
          'AuthorizationFailed',
          'Denied with DefaultEndpointsProtocol=https;AccountName=a;AccountKey=c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0czM=;',
        ),
      );

      const reading = await read();

      expect(JSON.stringify(reading)).not.toContain('c2VjcmV0');
    });

    it.each([429, 503])('asks once more after HTTP %s', async status => {
      server.script(
        'GET',
        IDS.disk,
        error(status, 'Busy', 'Later.', { 'retry-after': '0' }),
        error(status, 'Busy', 'Later.'),
      );

      expect(await read()).toMatchObject({ state: 'found' });
      expect(bench.turns).toEqual([0, 1, 2]);
    });

    it('does not wait for as long as Azure likes', async () => {
      server.script(
        'GET',
        IDS.disk,
        error(429, 'SubscriptionRequestsThrottled', 'Later.', {
          'retry-after': '86400',
        }),
      );

      expect(await read()).toMatchObject({
        state: 'unseen',
        reason: expect.stringMatching(/fewer requests.*HTTP 429/),
      });
      expect(server.requests).toHaveLength(1);
    });

    it('gives up when it goes on', async () => {
      server.script(
        'GET',
        IDS.disk,
        ...Array.from({ length: 10 }, () => error(500, 'Boom', 'Oh.')),
      );

      expect(await read()).toMatchObject({ state: 'unseen' });
      expect(server.requests).toHaveLength(5);
    });

    it('asks once more after a lost connection', async () => {
      server.script('GET', IDS.disk, 'drop');

      expect(await read()).toMatchObject({ state: 'found' });
    });

    it('does not wait for ever for an answer', async () => {
      await server.stop();
      bench = await startBench({ provider: { requestTimeoutMs: 100 } });
      server = bench.server;
      server.script('GET', IDS.disk, 'hang');

      expect(await read()).toEqual({
        state: 'unseen',
        reason: 'Azure did not answer in time.',
      });
    });

    it('ends at once when it shall', async () => {
      server.script('GET', IDS.disk, 'hang');
      const reading = read();
      while (server.requests.length === 0) {
        await new Promise(resolve => setImmediate(resolve));
      }
      bench.abort.abort(new Error('Enough'));

      await expect(reading).rejects.toThrow('Enough');
    });

    it('fails as a whole when nobody is there', async () => {
      const { endpoint } = server;
      await server.stop();
      bench.account = accountOf({ endpoint });

      await expect(read()).rejects.toThrow(
        'The subscription prod cannot be read. Azure cannot be reached (ECONNREFUSED).',
      );
      bench = await startBench();
      server = bench.server;
    });
  });

  describe('ids', () => {
    it('does not ask for resources of other subscriptions', async () => {
      const id = IDS.disk.replace(SUBSCRIPTION, SUBSCRIPTION.replace('1', '2'));

      expect(await read(DISK, id)).toEqual({
        state: 'unseen',
        reason: expect.stringContaining('another subscription than prod'),
      });
      expect(server.requests).toEqual([]);
    });

    it.each([
      'shop-data',
      IDS.storage,
      `${IDS.disk}/snapshots/a`,
      `${IDS.disk}?api-version=1`,
      `${IDS.disk}#`,
      IDS.disk.replace('/shop-data', '/..'),
      IDS.disk.replace('/shop-prod', '/a%2Fb'),
      IDS.disk.slice(1),
      `/${IDS.disk}`,
    ])('does not take %s for the id of a disk', id => {
      expect(bench.provider.checkId(DISK, id)).toMatch(/must be its ARM id/);
    });

    it('reads and changes resources of groups with unusual names', async () => {
      const id = IDS.disk.replace('shop-prod', '_(Shop) prüf-1.x');
      server.put(id, { ...server.get(IDS.disk), id });
      const { provider, account, context } = bench;
      const ref = { account, kind: DISK, id };

      const looked = found(await provider.read(ref, context));

      expect(
        await provider.update(
          ref,
          looked,
          [{ pointer: '/properties/diskSizeGB', value: 512 }],
          context,
        ),
      ).toEqual({ state: 'done' });
      expect(server.get(id)).toMatchObject({ properties: { diskSizeGB: 512 } });
    });

    it('takes ids of nested resources', () => {
      expect(
        bench.provider.checkId(
          kindNamed('Microsoft.Sql/servers/databases'),
          IDS.sqlDatabase.toLowerCase(),
        ),
      ).toBeUndefined();
    });
  });

  describe('listing', () => {
    it('reads all resources of a type, page by page', async () => {
      server.pageSize = 2;
      for (const name of ['a', 'b', 'c', 'd']) {
        server.put(`${IDS.disk}-${name}`, {
          ...server.get(IDS.disk),
          id: `${IDS.disk}-${name.toUpperCase()}`,
        });
      }

      const { documents, complete, reasons } = await list();

      expect(reasons).toEqual([]);
      expect(complete).toBe(true);
      expect(documents.map(({ id }) => id).sort()).toEqual(
        ['', '-a', '-b', '-c', '-d'].map(suffix =>
          `${IDS.disk}${suffix}`.toLowerCase(),
        ),
      );
      expect(bench.turns).toHaveLength(server.requests.length);
    });

    it('neither reads nor names what may be of another tenant', async () => {
      const { provider, account, context } = bench;
      const other = `${IDS.disk}-globex`;
      server.put(other, { ...server.get(IDS.disk), id: other });
      const { documents, complete, reasons } = await provider.list(
        { account, kind: DISK, isWanted: id => !id.endsWith('-globex') },
        context,
      );
      expect({ complete, reasons }).toEqual({ complete: true, reasons: [] });
      expect(documents.map(({ id }) => id)).toEqual([IDS.disk.toLowerCase()]);
      expect(JSON.stringify(server.requests)).not.toContain('globex');
    });

    it('leaves out the database that Azure keeps for itself', async () => {
      const id = IDS.sqlDatabase.replace('/orders', '/master');
      for (const [each, suffix] of [
        [IDS.sqlDatabase, ''],
        [
          `${IDS.sqlDatabase}/backupShortTermRetentionPolicies/default`,
          '/backupShortTermRetentionPolicies/default',
        ],
        [
          `${IDS.sqlDatabase}/transparentDataEncryption/current`,
          '/transparentDataEncryption/current',
        ],
      ]) {
        const document = server.get(each);
        server.put(`${id}${suffix}`, {
          ...document,
          id: `${id}${suffix}`,
          ...(suffix === '' && { name: 'master' }),
        });
      }

      const { documents, complete } = await list(
        kindNamed('Microsoft.Sql/servers/databases'),
      );

      expect(complete).toBe(true);
      expect(documents.map(({ name }) => name)).toEqual(['shop/orders']);
    });

    it('does not go on at another host', async () => {
      server.script('GET', `/subscriptions/${SUBSCRIPTION}/resources`, {
        status: 200,
        body: { value: [], nextLink: 'https://evil.example/resources?page=2' },
      });

      const { complete, reasons } = await list();

      expect(complete).toBe(false);
      expect(reasons.join()).toMatch(/outside of http:\/\/127/);
    });

    it.each([
      ['a page that fails', error(403, 'AuthorizationFailed', 'No.')],
      ['a page without elements', { status: 200, body: {} }],
      ['half a page', { truncated: '{"value": [' }],
    ] as const)('is not complete with %s', async (_, answer) => {
      server.pageSize = 1;
      server.put(`${IDS.disk}-2`, {
        ...server.get(IDS.disk),
        id: `${IDS.disk}-2`,
      });
      server.script(
        'GET',
        `/subscriptions/${SUBSCRIPTION}/resources`,
        () => undefined,
        answer,
      );

      const { documents, complete, reasons } = await list();

      expect(complete).toBe(false);
      expect(documents).toHaveLength(1);
      expect(reasons.join()).toMatch(/could not be listed to the end/);
    });

    it('is not complete when one of the resources cannot be read', async () => {
      server.script('GET', IDS.disk, error(403, 'AuthorizationFailed', 'No.'));

      const { documents, complete, reasons } = await list();

      expect(documents).toEqual([]);
      expect(complete).toBe(false);
      expect(reasons.join()).toMatch(/lacks a permission/);
    });

    it('leaves out what went away meanwhile and what is elsewhere', async () => {
      bench.account = accountOf({
        endpoint: server.endpoint,
        regions: ['West Europe'.replace(' ', '').toLowerCase()],
      });
      server.put(`${IDS.disk}-2`, {
        ...server.get(IDS.disk),
        id: `${IDS.disk}-2`,
        location: 'northeurope',
      });
      server.script('GET', IDS.disk, error(404, 'ResourceNotFound', 'Gone.'));

      expect(await list()).toEqual({
        documents: [],
        complete: true,
        reasons: [],
      });
    });

    it('fails as a whole without credentials', async () => {
      server.script(
        'GET',
        `/subscriptions/${SUBSCRIPTION}/resources`,
        error(401, 'InvalidAuthenticationToken', 'No.'),
      );

      await expect(list()).rejects.toThrow(CloudFailure);
    });
  });

  describe('what looks after it', () => {
    it.each([
      [
        { 'managed-by': 'Terraform' },
        { tool: 'Terraform', id: 'tag managed-by' },
      ],
      [
        { 'azd-env-name': 'prod' },
        { tool: 'Azure Developer CLI', id: 'tag azd-env-name' },
      ],
      [
        { 'kubernetes.io-created-for-pv-name': 'pvc-1' },
        { tool: 'Kubernetes', id: 'tag kubernetes.io-created-for-pv-name' },
      ],
      [{ 'managed-by': 'team shop' }, undefined],
      [{ 'hidden-title': 'Terraform' }, undefined],
    ])('is told by tags: %j', async (tags, managedBy) => {
      server.put(IDS.postgresql, { ...server.get(IDS.postgresql), tags });

      expect(found(await read(POSTGRESQL, IDS.postgresql)).managedBy).toEqual(
        managedBy,
      );
    });

    it('is not the virtual machine that a disk is attached to', async () => {
      expect(found(await read())).not.toHaveProperty('managedBy');
    });

    it('may be another resource', async () => {
      server.put(IDS.postgresql, {
        ...server.get(IDS.postgresql),
        managedBy: '/subscriptions/x/app',
      });

      expect(found(await read(POSTGRESQL, IDS.postgresql)).managedBy).toEqual({
        tool: 'another Azure resource',
        id: '/subscriptions/x/app',
      });
    });
  });

  describe('checking the account', () => {
    it('is content with a subscription that can be read', async () => {
      const { provider, account, context } = bench;

      expect(await provider.checkAccount(account, context)).toEqual({
        ok: true,
      });
    });

    it('says why it cannot be read', async () => {
      const { provider, account, context } = bench;
      server.script(
        'GET',
        `/subscriptions/${SUBSCRIPTION}`,
        error(
          404,
          'SubscriptionNotFound',
          'The subscription could not be found.',
        ),
      );

      expect(await provider.checkAccount(account, context)).toEqual({
        ok: false,
        message: expect.stringMatching(/no such subscription/),
      });
    });
  });

  it('links to the portal', () => {
    const { provider, account } = bench;

    expect(provider.consoleUrl({ account, kind: DISK, id: IDS.disk })).toBe(
      `https://portal.azure.com/#resource${IDS.disk}/overview`,
    );
  });
});
