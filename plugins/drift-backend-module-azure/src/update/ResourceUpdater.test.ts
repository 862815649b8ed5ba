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

import { WriteRefused } from '@infra-hub/backstage-plugin-drift-node';
import { CloudFieldWrite } from '@infra-hub/drift-engine';
import { JsonObject } from '@backstage/types';
import { ArmServer, error, SUBSCRIPTION } from '../__testUtils__/ArmServer';
import { found, kindNamed, startBench } from '../__testUtils__/bench';
import { IDS } from '../__testUtils__/documents';

const STORAGE = kindNamed('Microsoft.Storage/storageAccounts');
const DISK = kindNamed('Microsoft.Compute/disks');
const POSTGRESQL = kindNamed('Microsoft.DBforPostgreSQL/flexibleServers');
const DATABASE = kindNamed('Microsoft.Sql/servers/databases');
const COSMOS = kindNamed('Microsoft.DocumentDB/databaseAccounts');

const OPERATION = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Compute/locations/westeurope/operations/1`;

describe('changing resources of Azure', () => {
  let bench: Awaited<ReturnType<typeof startBench>>;
  let server: ArmServer;

  beforeEach(async () => {
    bench = await startBench();
    server = bench.server;
  });

  afterEach(async () => {
    await server.stop();
  });

  async function look(kind = DISK, id: string = IDS.disk) {
    const { provider, account, context } = bench;
    const looked = found(await provider.read({ account, kind, id }, context));
    return {
      looked,
      update: (writes: CloudFieldWrite[]) =>
        provider.update({ account, kind, id }, looked, writes, context),
      /** What the table says is to be written. */
      repair: (name: string, value: never) => {
        const property = kind.properties.find(each => each.name === name);
        return provider.update(
          { account, kind, id },
          looked,
          property?.write?.(value, looked.document) ?? [],
          context,
        );
      },
    };
  }

  const grow: CloudFieldWrite[] = [
    { pointer: '/properties/diskSizeGB', value: 512 },
  ];

  function changes() {
    return server.requests.filter(({ method }) => method !== 'GET');
  }

  it('sends what changes and nothing else', async () => {
    const { update } = await look();

    expect(await update(grow)).toEqual({ state: 'done' });
    expect(changes()).toEqual([
      expect.objectContaining({
        method: 'PATCH',
        path: IDS.disk,
        body: { properties: { diskSizeGB: 512 } },
      }),
    ]);
    expect(changes()[0].query.get('api-version')).toBe(DISK.apiVersion);
    expect(server.get(IDS.disk)).toMatchObject({
      zones: ['1'],
      properties: { diskSizeGB: 512, diskIOPSReadWrite: 3000 },
    });
    expect(bench.lines).toEqual([
      `PATCH ${IDS.disk}`,
      'Azure has taken on the change of the Azure managed disk.',
      'Azure has changed the Azure managed disk.',
    ]);
    expect(bench.turns).toHaveLength(server.requests.length);
  });

  it.each([
    [
      DATABASE,
      IDS.sqlDatabase,
      'size',
      'GP_Gen5_4',
      { sku: { name: 'GP_Gen5_4' } },
    ],
    [
      DATABASE,
      IDS.sqlDatabase,
      'storageGiB',
      64,
      { properties: { maxSizeBytes: 68719476736 } },
    ],
    [
      DATABASE,
      IDS.sqlDatabase,
      'highAvailability',
      true,
      { properties: { zoneRedundant: true } },
    ],
    // Both are required by the API.
    [
      POSTGRESQL,
      IDS.postgresql,
      'size',
      'Standard_D8ds_v5',
      { sku: { name: 'Standard_D8ds_v5', tier: 'GeneralPurpose' } },
    ],
    [
      POSTGRESQL,
      IDS.postgresql,
      'storageGiB',
      256,
      { properties: { storage: { storageSizeGB: 256 } } },
    ],
    [
      POSTGRESQL,
      IDS.postgresql,
      'highAvailability',
      false,
      { properties: { highAvailability: { mode: 'Disabled' } } },
    ],
    [
      POSTGRESQL,
      IDS.postgresql,
      'publicAccess',
      true,
      { properties: { network: { publicNetworkAccess: 'Enabled' } } },
    ],
    [
      STORAGE,
      IDS.storage,
      'redundancy',
      'LRS',
      { sku: { name: 'Standard_LRS' } },
    ],
    [
      STORAGE,
      IDS.storage,
      'publicAccess',
      true,
      { properties: { allowBlobPublicAccess: true } },
    ],
    [
      DISK,
      IDS.disk,
      'throughputMiBps',
      238,
      { properties: { diskMBpsReadWrite: 250 } },
    ],
    [
      COSMOS,
      IDS.cosmos,
      'backupRetentionDays',
      14,
      // The type decides of what the rest means.
      {
        properties: {
          backupPolicy: {
            type: 'Periodic',
            periodicModeProperties: {
              backupIntervalInMinutes: 240,
              backupRetentionIntervalInHours: 336,
              backupStorageRedundancy: 'Geo',
            },
          },
        },
      },
    ],
  ] as const)(
    'writes properties where they stand: %#',
    async (kind, id, name, value, body) => {
      const { repair } = await look(kind, id);

      expect(await repair(name, value as never)).toEqual({ state: 'done' });
      expect(changes()).toEqual([
        expect.objectContaining({ method: 'PATCH', path: id, body }),
      ]);
    },
  );

  it('writes settings of the blob service to where they are, whole', async () => {
    const { repair } = await look(STORAGE, IDS.storage);

    expect(await repair('versioning', false as never)).toEqual({
      state: 'done',
    });
    expect(changes()).toEqual([
      expect.objectContaining({
        method: 'PUT',
        path: `${IDS.storage}/blobServices/default`,
        body: {
          properties: {
            cors: { corsRules: [] },
            isVersioningEnabled: false,
            deleteRetentionPolicy: { enabled: true, days: 30 },
          },
        },
      }),
    ]);
  });

  it('makes a lifecycle policy where there is none', async () => {
    server.remove(`${IDS.storage}/managementPolicies/default`);
    const { update } = await look(STORAGE, IDS.storage);
    const rules = [{ name: 'old', enabled: true, type: 'Lifecycle' }];

    expect(
      await update([
        // Below a parent that is there, as the engine has it.
        {
          pointer: '/managementPolicies/default/properties',
          value: { policy: { rules } },
        },
      ]),
    ).toEqual({ state: 'done' });
    expect(changes()).toEqual([
      expect.objectContaining({
        method: 'PUT',
        path: `${IDS.storage}/managementPolicies/default`,
        body: { properties: { policy: { rules } } },
      }),
    ]);
  });

  it('asks the server of a database, its backups and its encryption by themselves', async () => {
    const { update } = await look(DATABASE, IDS.sqlDatabase);

    expect(
      await update([
        { pointer: '/properties/zoneRedundant', value: true },
        {
          pointer: '/server/properties/publicNetworkAccess',
          value: 'Disabled',
        },
        {
          pointer:
            '/backupShortTermRetentionPolicies/default/properties/retentionDays',
          value: 14,
        },
        {
          pointer: '/transparentDataEncryption/current/properties/state',
          value: 'Disabled',
        },
      ]),
    ).toEqual({ state: 'done' });
    expect(
      changes().map(({ method, path, body }) => [method, path, body]),
    ).toEqual([
      ['PATCH', IDS.sqlDatabase, { properties: { zoneRedundant: true } }],
      [
        'PATCH',
        IDS.sqlServer,
        { properties: { publicNetworkAccess: 'Disabled' } },
      ],
      [
        'PATCH',
        `${IDS.sqlDatabase}/backupShortTermRetentionPolicies/default`,
        { properties: { retentionDays: 14 } },
      ],
      [
        'PUT',
        `${IDS.sqlDatabase}/transparentDataEncryption/current`,
        { properties: { state: 'Disabled' } },
      ],
    ]);
  });

  it('says that a part is done when the next one is refused', async () => {
    const { update } = await look(DATABASE, IDS.sqlDatabase);
    server.script(
      'PATCH',
      IDS.sqlServer,
      error(403, 'AuthorizationFailed', 'No.'),
    );

    expect(
      await update([
        { pointer: '/properties/zoneRedundant', value: true },
        {
          pointer: '/server/properties/publicNetworkAccess',
          value: 'Disabled',
        },
      ]),
    ).toEqual({
      state: 'failed',
      message: expect.stringMatching(
        /lacks a permission.*A part of what was approved is changed already/,
      ),
      sent: true,
    });
  });

  it('removes by null', async () => {
    server.put(IDS.disk, { ...server.get(IDS.disk), tags: { a: '1', b: '2' } });
    const { update } = await look();

    await update([{ pointer: '/tags/b', value: undefined }]);

    expect(changes()[0].body).toEqual({ tags: { b: null } });
  });

  it('sends nothing when a stop comes while it looks once more', async () => {
    const { update } = await look();
    const before = server.requests.length;
    bench.context.mayWrite = async () => {
      expect(server.requests.length).toBeGreaterThan(before);
      throw new WriteRefused('All remediation is stopped.');
    };

    expect(await update(grow)).toMatchObject({ state: 'failed', sent: false });
    expect(changes()).toEqual([]);
  });

  describe('changed meanwhile', () => {
    it('is superseded when it was changed since the look', async () => {
      const { update } = await look();
      server.put(IDS.disk, {
        ...server.get(IDS.disk),
        tags: { changed: 'yes' },
      });

      expect(await update(grow)).toEqual({ state: 'superseded' });
      expect(changes()).toEqual([]);
    });

    it('is superseded when a part of it was changed since the look', async () => {
      const { repair } = await look(STORAGE, IDS.storage);
      server.put(`${IDS.storage}/blobServices/default`, {
        properties: { isVersioningEnabled: true },
      });

      expect(await repair('redundancy', 'LRS' as never)).toEqual({
        state: 'superseded',
      });
      expect(changes()).toEqual([]);
    });

    it('is superseded when it is gone', async () => {
      const { update } = await look();
      server.remove(IDS.disk);

      expect(await update(grow)).toEqual({ state: 'superseded' });
    });

    it('is not superseded by what Azure computes', async () => {
      const { update } = await look();
      server.put(IDS.disk, {
        ...server.get(IDS.disk),
        managedBy: '/subscriptions/another/vm',
        systemData: { lastModifiedAt: '2026-11-02T00:00:00Z' },
      });

      expect(await update(grow)).toEqual({ state: 'done' });
    });

    it('is superseded when Azure says that the tag is another one', async () => {
      server.put(IDS.disk, { ...server.get(IDS.disk), etag: 'W/"1"' });
      const { looked, update } = await look();
      server.script('PATCH', IDS.disk, error(412, 'PreconditionFailed', 'No.'));

      expect(looked.version).toBe('W/"1"');
      expect(await update(grow)).toEqual({ state: 'superseded' });
      expect(changes()[0].headers['if-match']).toBe('W/"1"');
    });

    it('changes nothing when it cannot be read again', async () => {
      const { update } = await look();
      server.script('GET', IDS.disk, error(403, 'AuthorizationFailed', 'No.'));

      expect(await update(grow)).toMatchObject({
        state: 'failed',
        sent: false,
      });
      expect(changes()).toEqual([]);
    });
  });

  describe('operations that go on', () => {
    it.each([
      [
        'Azure-AsyncOperation',
        [
          {
            status: 200,
            body: { status: 'InProgress' },
            headers: { 'retry-after': '0' },
          },
          { status: 200, body: { status: 'Succeeded' } },
        ],
      ],
      [
        'Location',
        [
          { status: 202, text: '', headers: { 'retry-after': '0' } },
          { status: 200, body: {} },
        ],
      ],
    ] as const)('are followed by %s', async (header, answers) => {
      const { update } = await look();
      server.script('PATCH', IDS.disk, {
        status: 202,
        text: '',
        headers: {
          [header]: `${server.endpoint}${OPERATION}?api-version=2024-03-02`,
          'retry-after': '0',
        },
      });
      server.script('GET', OPERATION, ...answers);

      expect(await update(grow)).toEqual({ state: 'done' });
      expect(
        server.requests.filter(({ path }) => path === OPERATION),
      ).toHaveLength(2);
    });

    it('are followed by the state of the resource without headers', async () => {
      const { update } = await look();
      const updating = {
        ...server.get(IDS.disk),
        properties: { provisioningState: 'Updating' } as JsonObject,
      };
      server.script('PATCH', IDS.disk, { status: 200, body: updating });
      server.script('GET', IDS.disk, () => undefined, {
        status: 200,
        body: updating,
      });

      expect(await update(grow)).toEqual({ state: 'done' });
      expect(server.requests.at(-1)).toMatchObject({
        method: 'GET',
        path: IDS.disk,
      });
    });

    it.each([
      [
        'Azure-AsyncOperation',
        {
          status: 200,
          body: {
            status: 'Failed',
            error: { code: 'Conflict', message: 'The zone is full.' },
          },
        },
        /zone is full/,
      ],
      [
        'Azure-AsyncOperation',
        { status: 200, body: { status: 'Canceled' } },
        /canceled/,
      ],
      [
        'Location',
        error(409, 'OperationNotAllowed', 'The disk is attached.'),
        /disk is attached/,
      ],
    ] as const)('may fail, as %s says', async (header, answer, message) => {
      const { update } = await look();
      server.script('PATCH', IDS.disk, {
        status: 202,
        text: '',
        headers: {
          [header]: `${server.endpoint}${OPERATION}?api-version=1`,
          'retry-after': '0',
        },
      });
      server.script('GET', OPERATION, answer);

      expect(await update(grow)).toEqual({
        state: 'failed',
        message: expect.stringMatching(message),
        sent: true,
      });
    });

    it.each([
      ['cannot be asked for', error(403, 'AuthorizationFailed', 'No.')],
      ['is told in words that nobody can read', { status: 200, text: '{' }],
    ])('have an unknown end when it %s', async (_, answer) => {
      const { update } = await look();
      server.script('PATCH', IDS.disk, {
        status: 202,
        text: '',
        headers: {
          'azure-asyncoperation': `${server.endpoint}${OPERATION}?api-version=1`,
          'retry-after': '0',
        },
      });
      server.script('GET', OPERATION, answer);

      expect(await update(grow)).toMatchObject({
        state: 'unknown',
        message: expect.stringMatching(/how it ended is not known/),
      });
    });

    it('are not followed to another host', async () => {
      const { update } = await look();
      server.script('PATCH', IDS.disk, {
        status: 202,
        text: '',
        headers: {
          'azure-asyncoperation': 'https://evil.example/operation',
          'retry-after': '0',
        },
      });

      expect(await update(grow)).toMatchObject({
        state: 'unknown',
        message: expect.stringMatching(/outside of/),
      });
    });

    it('have an unknown end when the waiting is ended', async () => {
      const { update } = await look();
      server.script('PATCH', IDS.disk, {
        status: 202,
        text: '',
        headers: {
          'azure-asyncoperation': `${server.endpoint}${OPERATION}?api-version=1`,
          'retry-after': '0',
        },
      });
      server.script('GET', OPERATION, () => {
        bench.abort.abort();
        return 'hang';
      });

      expect(await update(grow)).toMatchObject({ state: 'unknown' });
    });
  });

  describe('where PATCH is unknown', () => {
    it.each([
      ['HTTP 405', error(405, 'MethodNotAllowed', 'No.')],
      ['a code', error(400, 'HttpMethodNotSupported', 'No.')],
      [
        'words',
        error(
          400,
          'BadRequest',
          'The PATCH operation is not supported for this resource type.',
        ),
      ],
    ])(
      'writes the whole resource but for what is read only, told by %s',
      async (_, answer) => {
        const { update } = await look();
        server.script('PATCH', IDS.disk, answer);

        expect(await update(grow)).toEqual({ state: 'done' });
        expect(changes().map(({ method }) => method)).toEqual(['PATCH', 'PUT']);
        expect(changes()[1].body).toEqual({
          location: 'westeurope',
          sku: { name: 'PremiumV2_LRS' },
          zones: ['1'],
          properties: {
            diskSizeGB: 512,
            diskIOPSReadWrite: 3000,
            diskMBpsReadWrite: 125,
            encryption: { type: 'EncryptionAtRestWithPlatformKey' },
            networkAccessPolicy: 'AllowAll',
            publicNetworkAccess: 'Enabled',
          },
        });
      },
    );

    it('undoes nothing that somebody changed between PATCH and PUT', async () => {
      const { update } = await look();
      server.script('PATCH', IDS.disk, () => {
        const disk = server.get(IDS.disk) as { properties: JsonObject };
        server.put(IDS.disk, {
          ...disk,
          properties: { ...disk.properties, diskIOPSReadWrite: 9000 },
        });
        return error(405, 'MethodNotAllowed', 'No.');
      });

      expect(await update(grow)).toEqual({ state: 'superseded' });
      expect(changes().map(({ method }) => method)).toEqual(['PATCH']);
    });

    it('does not write what holds a password that nobody knows', async () => {
      const { repair } = await look(POSTGRESQL, IDS.postgresql);
      server.script(
        'PATCH',
        IDS.postgresql,
        error(405, 'MethodNotAllowed', 'No.'),
      );

      expect(await repair('publicAccess', true as never)).toEqual({
        state: 'failed',
        message: expect.stringMatching(/could lose what Azure never tells/),
        sent: false,
      });
      expect(changes().map(({ method }) => method)).toEqual(['PATCH']);
    });
  });

  describe('refusals', () => {
    it.each([
      [403, 'AuthorizationFailed', /lacks a permission/],
      [403, 'DenyAssignmentAuthorizationFailed', /deployment stack/],
      [403, 'RequestDisallowedByPolicy', /policy of Azure/],
      [409, 'ScopeLocked', /lock/],
      [409, 'ReadOnlyDisabledSubscription', /disabled/],
      [400, 'BadRequest', /The size is wrong/],
      [401, 'InvalidAuthenticationToken', /credentials/],
    ])(
      'HTTP %s %s changes nothing and is explained',
      async (status, code, message) => {
        const { update } = await look();
        server.script(
          'PATCH',
          IDS.disk,
          error(status, code, 'The size is wrong.'),
        );

        expect(await update(grow)).toEqual({
          state: 'failed',
          message: expect.stringMatching(message),
          sent: false,
        });
      },
    );

    it('of another subscription is not even asked', async () => {
      const { looked } = await look();
      const { provider, account, context } = bench;
      const asked = server.requests.length;
      const id = IDS.disk.replace(SUBSCRIPTION, SUBSCRIPTION.replace('1', '2'));

      expect(
        await provider.update(
          { account, kind: DISK, id },
          looked,
          grow,
          context,
        ),
      ).toMatchObject({ state: 'failed', sent: false });
      expect(server.requests).toHaveLength(asked);
    });
  });

  describe('not knowing', () => {
    it.each([
      ['the connection is lost', 'drop'],
      ['the answer is cut', { truncated: '{"id":' }],
      ['Azure fails', error(500, 'InternalServerError', 'Oh.')],
      ['a gateway gives up', error(504, 'GatewayTimeout', 'Oh.')],
    ] as const)(
      'is said when %s, and it is not tried again',
      async (_, answer) => {
        const { update } = await look();
        server.script('PATCH', IDS.disk, answer);

        expect(await update(grow)).toMatchObject({
          state: 'unknown',
          message: expect.stringMatching(
            /Whether Azure took on the change is not known/,
          ),
        });
        expect(changes()).toHaveLength(1);
      },
    );

    it('is said when Azure does not answer', async () => {
      await server.stop();
      bench = await startBench({ provider: { requestTimeoutMs: 200 } });
      server = bench.server;
      const { update } = await look();
      server.script('PATCH', IDS.disk, 'hang');

      expect(await update(grow)).toMatchObject({ state: 'unknown' });
    });

    it('is not the case when Azure asks for fewer requests', async () => {
      const { update } = await look();
      server.script(
        'PATCH',
        IDS.disk,
        error(429, 'TooManyRequests', 'Later.', { 'retry-after': '0' }),
      );

      expect(await update(grow)).toEqual({ state: 'done' });
      expect(changes()).toHaveLength(2);
    });
  });
});
