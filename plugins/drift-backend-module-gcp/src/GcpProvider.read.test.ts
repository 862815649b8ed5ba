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

import { JsonObject } from '@backstage/types';
import { CloudFailure } from '@infra-hub/backstage-plugin-drift-node';
import { toLiveCloudResource } from '@infra-hub/drift-engine';
import { DATA_DISK, FILES, ORDERS, SESSIONS } from './__testUtils__/documents';
import { Fault, refusal } from './__testUtils__/FakeGoogle';
import { GcpBench, KINDS, PATHS } from './__testUtils__/GcpBench';

describe('GcpProvider reads', () => {
  let bench: GcpBench;

  beforeEach(async () => {
    bench = await GcpBench.start();
    const { resources } = bench.google;
    resources.set(PATHS.sql, ORDERS);
    resources.set(PATHS.bucket, FILES);
    resources.set(PATHS.disk, DATA_DISK);
    resources.set(PATHS.redis, SESSIONS);
    resources.set(PATHS.zone, { name: 'europe-west1-b' });
  });

  afterEach(async () => {
    await bench.stop();
  });

  const propertiesOf = async (kind: string, id: string) => {
    const found = await bench.look(kind, id);
    return toLiveCloudResource({ ...found, provider: 'gcp' }).properties;
  };

  it('a Cloud SQL instance in neutral words', async () => {
    expect(await propertiesOf(KINDS.sql, 'orders')).toEqual({
      engine: 'postgres',
      version: '15.4',
      size: 'db-custom-2-7680',
      storageGiB: 100,
      storageMaxGiB: 500,
      storageType: 'PD_SSD',
      replicas: 1,
      highAvailability: true,
      backupRetentionDays: 7,
      encryption: { enabled: true },
      publicAccess: false,
      deletionProtection: true,
    });
    expect(await bench.look(KINDS.sql, 'orders')).toMatchObject({
      id: 'orders',
      name: 'orders',
      region: 'europe-west1',
      version: '42',
    });
  });

  it('what is off as off', async () => {
    bench.google.resources.set(PATHS.sql, {
      ...ORDERS,
      databaseVersion: 'SQLSERVER_2019_STANDARD',
      databaseInstalledVersion: 'SQLSERVER_2019_STANDARD_CU26',
      replicaNames: [],
      settings: {
        settingsVersion: '1',
        tier: 'db-custom-1-3840',
        dataDiskSizeGb: '10',
        storageAutoResize: false,
        availabilityType: 'ZONAL',
      },
    });
    expect(await propertiesOf(KINDS.sql, 'orders')).toEqual({
      engine: 'sqlserver',
      version: '2019',
      size: 'db-custom-1-3840',
      storageGiB: 10,
      storageMaxGiB: 10,
      replicas: 0,
      highAvailability: false,
      backupRetentionDays: 0,
      encryption: { enabled: true },
      publicAccess: false,
      deletionProtection: false,
    });
  });

  it.each(['ENHANCED', 'ADVANCED'])(
    'nothing of backups that another service keeps, in the tier %s',
    async backupTier => {
      const { settings } = ORDERS as { settings: JsonObject };
      bench.google.resources.set(PATHS.sql, {
        ...ORDERS,
        settings: {
          ...settings,
          backupConfiguration: { enabled: false, backupTier },
        },
      });
      expect(await propertiesOf(KINDS.sql, 'orders')).not.toHaveProperty(
        'backupRetentionDays',
      );
    },
  );

  it.each([
    ['0.0.0.0/0', true, 'NOT_REQUIRED', true],
    ['0.0.0.0/1', true, 'NOT_REQUIRED', true],
    ['::/0', true, 'NOT_REQUIRED', true],
    ['203.0.113.7', true, 'NOT_REQUIRED', false],
    ['10.0.0.0/8', true, 'NOT_REQUIRED', false],
    ['0.0.0.0/0', false, 'NOT_REQUIRED', false],
    ['0.0.0.0/0', true, 'REQUIRED', false],
  ])(
    'a database that authorizes %s, with a public address %s and connectors %s, as public: %s',
    async (value, ipv4Enabled, connectorEnforcement, isPublic) => {
      bench.google.resources.set(PATHS.sql, {
        ...ORDERS,
        settings: {
          ...(ORDERS.settings as JsonObject),
          connectorEnforcement,
          ipConfiguration: { ipv4Enabled, authorizedNetworks: [{ value }] },
        },
      });
      expect(await propertiesOf(KINDS.sql, 'orders')).toMatchObject({
        publicAccess: isPublic,
      });
    },
  );

  it('a bucket, and the tool that marked it', async () => {
    expect(await propertiesOf(KINDS.bucket, 'acme-files')).toEqual({
      tier: 'STANDARD',
      redundancy: 'multi-region',
      versioning: true,
      encryption: { enabled: true },
      publicAccess: false,
      lifecycle: [{ action: { type: 'Delete' }, condition: { age: 30 } }],
    });
    expect(await bench.look(KINDS.bucket, 'acme-files')).toMatchObject({
      region: 'eu',
      version: '3',
      managedBy: { tool: 'Terraform' },
    });
  });

  it('who may read a bucket from its policy, and keeps nothing else of it', async () => {
    bench.google.policies.set(PATHS.bucket, {
      bindings: [
        { role: 'roles/storage.admin', members: ['user:ann@acme.example'] },
        {
          role: 'roles/storage.objectViewer',
          members: ['allUsers', 'user:bob@acme.example'],
        },
      ],
    });
    const found = await bench.look(KINDS.bucket, 'acme-files');
    expect(found.document.iamPolicy).toEqual({
      publicBindings: [
        { role: 'roles/storage.objectViewer', members: ['allUsers'] },
      ],
    });
    expect(await propertiesOf(KINDS.bucket, 'acme-files')).toMatchObject({
      publicAccess: true,
    });
  });

  it.each<[string, () => void, string]>([
    [
      'the policy cannot be read',
      () =>
        bench.google.fail({
          path: `${PATHS.bucket}/iam`,
          status: 403,
          body: refusal(
            403,
            'reader does not have storage.buckets.getIamPolicy',
          ),
        }),
      'Who may read the bucket could not be read. The credentials for the project acme-prod do not suffice: Google Cloud says "reader does not have storage.buckets.getIamPolicy".',
    ],
    [
      'the policy makes no sense',
      () =>
        bench.google.fail({
          path: `${PATHS.bucket}/iam`,
          status: 200,
          body: { bindings: 'none' },
        }),
      'Who may read the bucket could not be read. Google Cloud answered with something unexpected.',
    ],
    [
      'the list of managed folders makes no sense',
      () =>
        bench.google.fail({
          path: `${PATHS.bucket}/managedFolders`,
          status: 200,
          body: { items: 'none' },
        }),
      'Whether there are managed folders, which may be public by policies of their own, could not be read. Google Cloud answered with something unexpected.',
    ],
    [
      'each object may have a list of its own',
      () =>
        bench.google.resources.set(PATHS.bucket, {
          ...FILES,
          iamConfiguration: { publicAccessPrevention: 'inherited' },
        }),
      'Without uniform bucket-level access, each object may be public by a list of its own.',
    ],
    [
      'there are managed folders',
      () =>
        bench.google.resources.set(`${PATHS.bucket}/managedFolders/site%2F`, {
          kind: 'storage#managedFolder',
          name: 'site/',
        }),
      'There are managed folders in the bucket, which may be public by policies of their own.',
    ],
    [
      'whether there are managed folders cannot be read',
      () =>
        bench.google.fail({
          path: `${PATHS.bucket}/managedFolders`,
          status: 403,
          body: refusal(403, 'Denied'),
        }),
      'Whether there are managed folders, which may be public by policies of their own, could not be read. The credentials for the project acme-prod do not suffice: Google Cloud says "Denied".',
    ],
  ])('nothing of public access where %s', async (_what, arrange, reason) => {
    arrange();
    const found = await bench.look(KINDS.bucket, 'acme-files');
    expect(found.untoldBecause).toEqual({ publicAccess: reason });
    const { properties } = toLiveCloudResource({ ...found, provider: 'gcp' });
    expect(properties).toMatchObject({ tier: 'STANDARD' });
    expect(properties).not.toHaveProperty('publicAccess');
  });

  it('a bucket that prevents public access as not public, without asking for its policy', async () => {
    bench.google.resources.set(PATHS.bucket, {
      ...FILES,
      iamConfiguration: { publicAccessPrevention: 'enforced' },
    });
    expect(await propertiesOf(KINDS.bucket, 'acme-files')).toMatchObject({
      publicAccess: false,
    });
    expect(bench.google.sent('GET', `${PATHS.bucket}/`)).toEqual([]);
  });

  it('disks of zones and regions', async () => {
    expect(await propertiesOf(KINDS.disk, 'europe-west1-b/data')).toEqual({
      capacityGiB: 100,
      tier: 'hyperdisk-balanced',
      redundancy: 'zonal',
      encryption: {
        enabled: true,
        keyId:
          'projects/acme-prod/locations/europe-west1/keyRings/r/cryptoKeys/k',
      },
      throughputMiBps: 140,
      iops: 3000,
    });
    const { zone: _zone, ...rest } = DATA_DISK;
    bench.google.resources.set(PATHS.regionDisk, {
      ...rest,
      region:
        'https://www.googleapis.com/compute/v1/projects/acme-prod/regions/europe-west1',
    });
    const disk = await bench.look(KINDS.regionDisk, 'europe-west1/data');
    expect(disk.region).toBe('europe-west1');
    expect(
      await propertiesOf(KINDS.regionDisk, 'europe-west1/data'),
    ).toMatchObject({ redundancy: 'regional' });
  });

  it('a Redis instance', async () => {
    expect(await propertiesOf(KINDS.redis, 'europe-west1/sessions')).toEqual({
      engine: 'redis',
      version: '7.0',
      size: 'STANDARD_HA',
      storageGiB: 5,
      replicas: 2,
      highAvailability: true,
      encryption: { enabled: true },
      publicAccess: false,
    });
  });

  it('the same resource however it is named, under the name that it was given', async () => {
    for (const id of [
      'orders',
      'projects/acme-prod/instances/orders',
      'acme-prod:europe-west1:orders',
      'acme-prod/europe-west1/orders',
      '//cloudsql.googleapis.com/projects/acme-prod/instances/orders',
      'https://sqladmin.googleapis.com/sql/v1beta4/projects/acme-prod/instances/orders',
      'https://www.googleapis.com/sql/v1beta4/projects/acme-prod/instances/orders',
    ]) {
      const ref = bench.ref(KINDS.sql, id);
      expect(bench.provider.checkId(ref.kind, id)).toBeUndefined();
      expect(bench.provider.canonicalId(ref)).toBe(
        'projects/acme-prod/instances/orders',
      );
      expect(await bench.look(KINDS.sql, id)).toMatchObject({ id });
    }
  });

  it('nothing in a project that is not the account', async () => {
    expect(
      await bench.read(KINDS.sql, 'projects/other-project/instances/orders'),
    ).toEqual({
      state: 'unseen',
      reason:
        'It is in the project other-project, and prod is the project acme-prod.',
    });
    expect(bench.google.requests).toEqual([]);
  });

  it('no bucket of somebody else who took the name', async () => {
    bench.google.resources.set(PATHS.bucket, {
      ...FILES,
      projectNumber: '666',
    });
    expect(await bench.read(KINDS.bucket, 'acme-files')).toEqual({
      state: 'unseen',
      reason:
        'The bucket acme-files belongs to another project than acme-prod.',
    });
  });

  describe('an absence', () => {
    it('is certain when the service says so and the project can be seen', async () => {
      bench.google.resources.delete(PATHS.sql);
      bench.google.resources.delete(PATHS.bucket);
      expect(await bench.read(KINDS.sql, 'orders')).toEqual({
        state: 'absent',
      });
      expect(await bench.read(KINDS.bucket, 'acme-files')).toEqual({
        state: 'absent',
      });
    });

    it('is not told of a project that cannot be seen or is not active', async () => {
      bench.google.resources.delete(PATHS.sql);
      bench.google.projects.set('acme-prod', {
        projectId: 'acme-prod',
        projectNumber: '4711',
        lifecycleState: 'DELETE_REQUESTED',
      });
      await expect(bench.read(KINDS.sql, 'orders')).rejects.toThrow(
        new CloudFailure(
          'The project acme-prod is not active: its state is DELETE_REQUESTED.',
        ),
      );
      bench.google.projects.clear();
      await expect(bench.read(KINDS.sql, 'orders')).rejects.toThrow(
        /^The project acme-prod cannot be seen\./,
      );
    });

    it('of an instance is certain when it is refused and no list has it', async () => {
      bench.google.pageSize = 1;
      bench.google.resources.delete(PATHS.sql);
      for (const name of ['one', 'two']) {
        bench.google.resources.set(PATHS.sql.replace('orders', name), {
          ...ORDERS,
          name,
        });
      }
      const refused: Fault = {
        path: PATHS.sql,
        status: 403,
        body: refusal(
          403,
          'The client is not authorized to make this request.',
          { reason: 'notAuthorized' },
        ),
        times: 9,
      };
      bench.google.fail(refused);
      expect(await bench.read(KINDS.sql, 'orders')).toEqual({
        state: 'absent',
      });
      expect(
        bench.google
          .sent('GET', '/sqladmin/v1/projects/acme-prod/instances')
          .map(({ query }) => query.pageToken),
      ).toEqual([undefined, undefined, '1']);
      bench.google.projects.clear();
      await expect(bench.read(KINDS.sql, 'orders')).rejects.toThrow(
        /^The project acme-prod cannot be seen\./,
      );
    });

    it.each<[string, () => void]>([
      ['the list has it', () => bench.google.resources.set(PATHS.sql, ORDERS)],
      [
        'a region did not answer to the list',
        () =>
          bench.google.listWarnings.push({
            code: 'REGION_UNREACHABLE',
            region: 'europe-west1',
          }),
      ],
      [
        'the list is refused, too',
        () =>
          bench.google.fail({
            path: '/sqladmin/v1/projects/acme-prod/instances',
            status: 403,
            body: refusal(403, 'Denied'),
          }),
      ],
      [
        'the list makes no sense',
        () =>
          bench.google.fail({
            path: '/sqladmin/v1/projects/acme-prod/instances',
            status: 200,
            body: { items: ['orders'] },
          }),
      ],
      [
        'the list is none',
        () =>
          bench.google.fail({
            path: '/sqladmin/v1/projects/acme-prod/instances',
            status: 200,
            body: { items: 'none' },
          }),
      ],
    ])('of an instance is not told when %s', async (_what, arrange) => {
      bench.google.resources.delete(PATHS.sql);
      bench.google.fail({
        path: PATHS.sql,
        status: 403,
        body: refusal(403, 'The caller does not have permission', {
          reason: 'forbidden',
        }),
      });
      arrange();
      expect(await bench.read(KINDS.sql, 'orders')).toEqual({
        state: 'unseen',
        reason:
          'The credentials for the project acme-prod do not suffice: Google Cloud says "The caller does not have permission".',
      });
    });

    it('needs a zone that exists', async () => {
      bench.google.resources.delete(PATHS.disk);
      expect(await bench.read(KINDS.disk, 'europe-west1-b/data')).toEqual({
        state: 'absent',
      });
      expect(await bench.read(KINDS.disk, 'europe-west9-z/data')).toMatchObject(
        {
          state: 'unseen',
          reason: expect.stringMatching(
            /^Whether europe-west9-z exists is not known\./,
          ),
        },
      );
    });
  });

  it.each<[string, Fault, RegExp]>([
    [
      'a refusal that hides whether there is an instance',
      {
        path: PATHS.sql,
        status: 403,
        body: refusal(
          403,
          'The client is not authorized to make this request.',
          { reason: 'notAuthorized' },
        ),
      },
      /do not suffice: Google Cloud says "The client is not authorized/,
    ],
    [
      'an API that is not enabled',
      {
        path: PATHS.sql,
        status: 403,
        body: refusal(403, 'Cloud SQL Admin API has not been used', {
          status: 'PERMISSION_DENIED',
          detail: 'SERVICE_DISABLED',
          metadata: { service: 'sqladmin.googleapis.com' },
        }),
      },
      /^The API sqladmin\.googleapis\.com is not enabled in the project acme-prod/,
    ],
    [
      'a missing permission',
      {
        path: PATHS.sql,
        status: 403,
        body: refusal(403, 'Denied', {
          detail: 'IAM_PERMISSION_DENIED',
          metadata: { permission: 'cloudsql.instances.get' },
        }),
      },
      /cloudsql\.instances\.get is missing/,
    ],
    [
      'a proxy that says not found',
      { path: PATHS.sql, status: 404, body: '<html>Not Found</html>' },
      /^Something answered with 404 in the place of Google Cloud\.$/,
    ],
    [
      'a redirection',
      {
        path: PATHS.sql,
        status: 302,
        headers: { location: 'http://127.0.0.1:9/login' },
      },
      /^Something answered with 302 in the place of Google Cloud\.$/,
    ],
    [
      'malformed JSON',
      { path: PATHS.sql, status: 200, body: '{"name": "orders",' },
      /^Google Cloud gave an answer that cannot be read\.$/,
    ],
    [
      'JSON of another shape',
      { path: PATHS.sql, status: 200, body: '[]' },
      /^Google Cloud gave an answer that cannot be read\.$/,
    ],
    [
      'another resource than was asked for',
      { path: PATHS.sql, status: 200, body: { name: 'other' } },
      /^Google Cloud answered with something else than was asked for\.$/,
    ],
    [
      'answers that end in the middle',
      { path: PATHS.sql, how: 'cut', times: 9 },
      /^The connection to Google Cloud for the project prod failed/,
    ],
    [
      'servers that fail for good',
      { path: PATHS.sql, status: 503, body: refusal(503, 'Down'), times: 9 },
      /^Google Cloud answered with 503 in the project acme-prod: "Down"\.$/,
    ],
    [
      'throttling for good',
      {
        path: PATHS.sql,
        status: 429,
        body: refusal(429, 'Quota exceeded', { detail: 'RATE_LIMIT_EXCEEDED' }),
        times: 9,
      },
      /^Google Cloud asks to be asked less often in the project acme-prod/,
    ],
  ])('nothing, and no absence, from %s', async (_what, fault, reason) => {
    bench.google.fail(fault);
    expect(await bench.read(KINDS.sql, 'orders')).toEqual({
      state: 'unseen',
      reason: expect.stringMatching(reason),
    });
  });

  it('again what was throttled or failed, each time in turn', async () => {
    bench.google.fail({
      path: PATHS.sql,
      status: 429,
      headers: { 'retry-after': '0' },
      body: refusal(429, 'Slow down'),
    });
    bench.google.fail({
      path: PATHS.sql,
      status: 403,
      body: refusal(403, 'Slow down', { reason: 'userRateLimitExceeded' }),
    });
    bench.google.fail({ path: PATHS.sql, status: 503, body: 'overloaded' });
    bench.google.fail({ path: PATHS.sql, how: 'drop' });
    expect(await bench.read(KINDS.sql, 'orders')).toMatchObject({
      state: 'found',
    });
    expect(bench.google.sent('GET', PATHS.sql)).toHaveLength(5);
    expect(bench.turns).toBe(5);
  });

  it('not again when the service wishes a longer rest than there is time', async () => {
    bench.google.fail({
      path: PATHS.sql,
      status: 429,
      headers: { 'retry-after': '3600' },
      body: refusal(429, 'Slow down'),
    });
    expect(await bench.read(KINDS.sql, 'orders')).toMatchObject({
      state: 'unseen',
    });
    expect(bench.google.sent('GET', PATHS.sql)).toHaveLength(1);
  });

  it('nothing from a service that does not answer', async () => {
    await bench.stop();
    bench = await GcpBench.start({
      patience: { requestTimeoutMs: 200, attempts: 2 },
    });
    bench.google.fail({ path: PATHS.sql, how: 'hang', times: 2 });
    expect(await bench.read(KINDS.sql, 'orders')).toEqual({
      state: 'unseen',
      reason: 'Google Cloud did not answer for the project prod in time.',
    });
  });

  it('no longer than it may', async () => {
    bench.google.fail({ path: PATHS.sql, how: 'hang' });
    const reading = bench.read(KINDS.sql, 'orders');
    const reason = new Error('Stopped');
    await bench.google.saw('GET', PATHS.sql);
    bench.abort.abort(reason);
    await expect(reading).rejects.toBe(reason);
  });

  it('only in the regions that may be looked at', async () => {
    await bench.stop();
    bench = await GcpBench.start({ account: { regions: ['us-east1'] } });
    bench.google.resources.set(PATHS.sql, ORDERS);
    expect(await bench.read(KINDS.sql, 'orders')).toEqual({
      state: 'unseen',
      reason: 'It is in europe-west1, which is not among the regions of prod.',
    });
  });

  it.each([
    [KINDS.sql, 'projects/acme-prod/instances/Orders!'],
    [KINDS.sql, 'https://evil.example/projects/acme-prod/instances/orders'],
    [KINDS.sql, 'projects/123456/instances/orders'],
    [KINDS.bucket, '../acme-files'],
    [KINDS.disk, 'data'],
    [KINDS.redis, 'projects/acme-prod/instances/sessions'],
  ])('no %s with the id %s', (kind, id) => {
    expect(bench.provider.checkId(bench.ref(kind, id).kind, id)).toMatch(
      / is not the name of a .+: write it like /,
    );
  });

  it.each([
    [KINDS.sql, 'orders', '/sql/instances/orders/overview?project=acme-prod'],
    [
      KINDS.bucket,
      'gs://acme-files',
      '/storage/browser/acme-files?project=acme-prod',
    ],
    [
      KINDS.disk,
      'europe-west1-b/data',
      '/compute/disksDetail/zones/europe-west1-b/disks/data?project=acme-prod',
    ],
    [
      KINDS.redis,
      'europe-west1/sessions',
      '/memorystore/redis/locations/europe-west1/instances/sessions/details/overview?project=acme-prod',
    ],
  ])('where people see the %s %s', (kind, id, page) => {
    expect(bench.provider.consoleUrl(bench.ref(kind, id))).toBe(
      `https://console.cloud.google.com${page}`,
    );
  });
});
