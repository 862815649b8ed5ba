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
import { WriteRefused } from '@infra-hub/backstage-plugin-drift-node';
import {
  compareCloud,
  planCloudRepair,
  toLiveCloudResource,
} from '@infra-hub/drift-engine';
import { DATA_DISK, FILES, ORDERS, SESSIONS } from './__testUtils__/documents';
import { refusal } from './__testUtils__/FakeGoogle';
import { GcpBench, KINDS, PATHS } from './__testUtils__/GcpBench';

const WRITER = 'writer@acme-prod.iam.gserviceaccount.com';

describe('GcpProvider changes', () => {
  let bench: GcpBench;

  beforeEach(async () => {
    bench = await GcpBench.start();
    const { resources } = bench.google;
    resources.set(PATHS.sql, ORDERS);
    resources.set(PATHS.bucket, FILES);
    resources.set(PATHS.disk, DATA_DISK);
    resources.set(PATHS.redis, SESSIONS);
  });

  afterEach(async () => {
    await bench.stop();
  });

  const now = (path: string): JsonObject =>
    bench.google.resources.get(path) ?? {};

  const resize = [{ pointer: '/settings/tier', value: 'db-custom-4-15360' }];

  /** What a repair of these properties writes, as the engine plans it. */
  const repair = async (kind: string, id: string, properties: JsonObject) => {
    const looked = await bench.look(kind, id);
    const live = toLiveCloudResource({ ...looked, provider: 'gcp' });
    const desired = {
      resourceType: looked.kind.resourceType,
      name: id,
      provider: 'gcp',
      kind,
      id,
      properties,
    };
    const plan = planCloudRepair({
      desired,
      live,
      kind: looked.kind,
      document: looked.document,
    });
    return { looked, plan, desired };
  };

  it.each<[string, string, JsonObject]>([
    [
      KINDS.sql,
      'orders',
      {
        version: '16',
        size: 'db-custom-4-15360',
        storageGiB: 200,
        storageMaxGiB: 1000,
        highAvailability: false,
        deletionProtection: false,
      },
    ],
    [KINDS.sql, 'orders', { backupRetentionDays: 0 }],
    [KINDS.sql, 'orders', { backupRetentionDays: 30 }],
    [
      KINDS.bucket,
      'acme-files',
      {
        tier: 'NEARLINE',
        versioning: false,
        encryption: {
          keyId: 'projects/p/locations/eu/keyRings/r/cryptoKeys/k',
        },
        lifecycle: [
          { action: { type: 'Delete' }, condition: { age: 90 } },
          { action: { type: 'Delete' }, condition: { numNewerVersions: 3 } },
        ],
      },
    ],
    [KINDS.bucket, 'acme-files', { lifecycle: [] }],
    [
      KINDS.disk,
      'europe-west1-b/data',
      { capacityGiB: 200, iops: 6000, throughputMiBps: 280 },
    ],
    [KINDS.redis, 'europe-west1/sessions', { storageGiB: 8, replicas: 3 }],
  ])('a drifted %s %s back to %j', async (kind, id, properties) => {
    const { looked, plan, desired } = await repair(kind, id, properties);
    expect(plan.refusals).toEqual([]);
    expect(await bench.update(looked, plan.writes)).toEqual({ state: 'done' });
    const after = await bench.look(kind, id);
    expect(
      compareCloud({
        desired: [desired],
        live: [toLiveCloudResource({ ...after, provider: 'gcp' })],
      }).differences,
    ).toEqual([]);
  });

  it('an open database and an open bucket back to closed ones', async () => {
    const { settings } = ORDERS as { settings: JsonObject };
    bench.google.resources.set(PATHS.sql, {
      ...ORDERS,
      settings: {
        ...settings,
        ipConfiguration: {
          ipv4Enabled: true,
          authorizedNetworks: [
            { name: 'office', value: '198.51.100.0/24' },
            { name: 'oops', value: '0.0.0.0/0' },
          ],
        },
      },
    });
    bench.google.policies.set(PATHS.bucket, {
      bindings: [{ role: 'roles/storage.objectViewer', members: ['allUsers'] }],
    });
    for (const [kind, id] of [
      [KINDS.sql, 'orders'],
      [KINDS.bucket, 'acme-files'],
    ]) {
      const { looked, plan } = await repair(kind, id, { publicAccess: false });
      expect(plan.effects).not.toEqual([]);
      expect(await bench.update(looked, plan.writes)).toEqual({
        state: 'done',
      });
    }
    expect(now(PATHS.sql)).toMatchObject({
      settings: {
        ipConfiguration: {
          ipv4Enabled: true,
          authorizedNetworks: [{ name: 'office', value: '198.51.100.0/24' }],
        },
      },
    });
    expect(now(PATHS.bucket)).toMatchObject({
      iamConfiguration: {
        publicAccessPrevention: 'enforced',
        uniformBucketLevelAccess: { enabled: true },
      },
    });
  });

  it.each<[string, string, JsonObject]>([
    [KINDS.sql, 'orders', { storageGiB: 50 }],
    [KINDS.sql, 'orders', { version: '14' }],
    [KINDS.sql, 'orders', { version: '15.9' }],
    [KINDS.sql, 'orders', { engine: 'mysql' }],
    [KINDS.sql, 'orders', { storageType: 'PD_HDD' }],
    [KINDS.sql, 'orders', { publicAccess: true }],
    [KINDS.sql, 'orders', { backupRetentionDays: 400 }],
    [KINDS.bucket, 'acme-files', { redundancy: 'region' }],
    [KINDS.bucket, 'acme-files', { publicAccess: true }],
    [KINDS.disk, 'europe-west1-b/data', { tier: 'pd-ssd' }],
    [KINDS.disk, 'europe-west1-b/data', { capacityGiB: 10 }],
    [KINDS.redis, 'europe-west1/sessions', { highAvailability: false }],
    [KINDS.redis, 'europe-west1/sessions', { replicas: 0 }],
  ])('no %s %s to %j', async (kind, id, properties) => {
    const { plan } = await repair(kind, id, properties);
    expect(plan.writes).toEqual([]);
    expect(plan.refusals).toHaveLength(1);
  });

  it('only what differs, guarded by the version of the settings', async () => {
    const looked = await bench.look(KINDS.sql, 'orders');
    expect(await bench.update(looked, resize)).toEqual({ state: 'done' });
    const [patch] = bench.google.sent('PATCH');
    expect(patch.body).toEqual({
      settings: { tier: 'db-custom-4-15360', settingsVersion: '42' },
    });
    expect(bench.lines).toEqual([
      'Changing settings of orders in the project acme-prod',
    ]);
  });

  it('by credentials of its own, and looks by those of scans', async () => {
    const looked = await bench.look(KINDS.sql, 'orders');
    await bench.update(looked, resize);
    expect(bench.google.requests.map(({ by }) => by).slice(0, 3)).toEqual([
      'reader@acme-prod.iam.gserviceaccount.com',
      WRITER,
      WRITER,
    ]);
  });

  it('labels first, by their fingerprint, then the rest of a disk', async () => {
    const looked = await bench.look(KINDS.disk, 'europe-west1-b/data');
    expect(
      await bench.update(looked, [
        { pointer: '/sizeGb', value: '200' },
        { pointer: '/labels/team', value: undefined },
        { pointer: '/labels/owner', value: 'ann' },
      ]),
    ).toEqual({ state: 'done' });
    expect(
      bench.google.sent('POST').map(({ path, body }) => ({
        path: path.slice(PATHS.disk.length),
        body,
      })),
    ).toEqual([
      {
        path: '/setLabels',
        body: { labels: { owner: 'ann' }, labelFingerprint: 'fp1' },
      },
      { path: '/resize', body: { sizeGb: '200' } },
    ]);
  });

  it('labels of Redis as a whole, because a mask replaces them', async () => {
    const looked = await bench.look(KINDS.redis, 'europe-west1/sessions');
    await bench.update(looked, [{ pointer: '/labels/owner', value: 'ann' }]);
    expect(bench.google.sent('PATCH')[0]).toMatchObject({
      query: { updateMask: 'labels' },
      body: { labels: { team: 'web', owner: 'ann' } },
    });
  });

  it('nothing that changed since it was looked at', async () => {
    const sql = await bench.look(KINDS.sql, 'orders');
    const disk = await bench.look(KINDS.disk, 'europe-west1-b/data');
    bench.google.resources.set(PATHS.sql, {
      ...ORDERS,
      settings: { ...(ORDERS.settings as JsonObject), settingsVersion: '43' },
    });
    bench.google.resources.set(PATHS.disk, { ...DATA_DISK, sizeGb: '150' });
    expect(await bench.update(sql, resize)).toEqual({ state: 'superseded' });
    expect(
      await bench.update(disk, [{ pointer: '/sizeGb', value: '200' }]),
    ).toEqual({ state: 'superseded' });
    expect(bench.google.sent('PATCH')).toEqual([]);
    expect(bench.google.sent('POST')).toEqual([]);
  });

  it('a disk although it was attached meanwhile', async () => {
    const looked = await bench.look(KINDS.disk, 'europe-west1-b/data');
    bench.google.resources.set(PATHS.disk, {
      ...DATA_DISK,
      users: ['projects/acme-prod/zones/europe-west1-b/instances/vm'],
      lastAttachTimestamp: '2026-11-20T10:00:00Z',
    });
    expect(
      await bench.update(looked, [{ pointer: '/sizeGb', value: '200' }]),
    ).toEqual({ state: 'done' });
  });

  it('nothing when a stop comes while it looks once more', async () => {
    const looked = await bench.look(KINDS.sql, 'orders');
    const before = bench.google.sent('GET', PATHS.sql).length;
    bench.mayWrite = async () => {
      expect(bench.google.sent('GET', PATHS.sql)).toHaveLength(before + 1);
      throw new WriteRefused('All remediation is stopped.');
    };
    await expect(bench.update(looked, resize)).rejects.toThrow(
      'All remediation is stopped.',
    );
    expect(bench.google.sent('PATCH')).toEqual([]);
  });

  it('nothing that somebody changes in the very moment', async () => {
    const sql = await bench.look(KINDS.sql, 'orders');
    const bucket = await bench.look(KINDS.bucket, 'acme-files');
    for (const path of [PATHS.sql, PATHS.bucket]) {
      bench.google.fail({
        method: 'PATCH',
        path,
        status: 412,
        body: refusal(412, 'Condition does not match.'),
      });
    }
    expect(await bench.update(sql, resize)).toEqual({ state: 'superseded' });
    expect(
      await bench.update(bucket, [
        { pointer: '/storageClass', value: 'NEARLINE' },
      ]),
    ).toEqual({ state: 'superseded' });
    expect(bench.google.sent('PATCH', PATHS.bucket)[0].query).toEqual({
      ifMetagenerationMatch: '3',
    });
  });

  it('nothing that is gone, or that cannot be read any more', async () => {
    const looked = await bench.look(KINDS.sql, 'orders');
    bench.google.fail({
      path: PATHS.sql,
      status: 403,
      body: refusal(403, 'Denied'),
    });
    expect(await bench.update(looked, resize)).toEqual({
      state: 'failed',
      sent: false,
      message: expect.stringContaining('do not suffice'),
    });
    bench.google.resources.delete(PATHS.sql);
    expect(await bench.update(looked, resize)).toEqual({ state: 'superseded' });
  });

  it('nothing that has no method, or that this module added', async () => {
    const disk = await bench.look(KINDS.disk, 'europe-west1-b/data');
    expect(
      await bench.update(disk, [
        { pointer: '/sizeGb', value: '200' },
        { pointer: '/description', value: 'mine' },
      ]),
    ).toEqual({
      state: 'failed',
      sent: false,
      message: 'The disk has no way to change description in place.',
    });
    const bucket = await bench.look(KINDS.bucket, 'acme-files');
    expect(
      await bench.update(bucket, [{ pointer: '/iamPolicy', value: {} }]),
    ).toMatchObject({ state: 'failed', sent: false });
    expect(bench.google.sent('POST')).toEqual([]);
    expect(bench.google.sent('PATCH')).toEqual([]);
  });

  it('and says when a service refuses', async () => {
    const looked = await bench.look(KINDS.sql, 'orders');
    bench.google.fail({
      method: 'PATCH',
      path: PATHS.sql,
      status: 409,
      body: refusal(409, 'Another operation is in progress.', {
        reason: 'operationInProgress',
      }),
    });
    expect(await bench.update(looked, resize)).toEqual({
      state: 'failed',
      sent: false,
      message:
        'Google Cloud answered with 409 in the project acme-prod: "Another operation is in progress.".',
    });
  });

  it('again when it was throttled, and never twice when it may have been done', async () => {
    const looked = await bench.look(KINDS.sql, 'orders');
    bench.google.fail({
      method: 'PATCH',
      path: PATHS.sql,
      status: 429,
      body: refusal(429, 'Slow down'),
    });
    bench.google.fail({ method: 'PATCH', path: PATHS.sql, how: 'drop' });
    expect(await bench.update(looked, resize)).toEqual({
      state: 'unknown',
      message: expect.stringMatching(/^The connection to Google Cloud/),
    });
    expect(bench.google.sent('PATCH')).toHaveLength(2);
  });

  it('and does not know what a server did that failed', async () => {
    const looked = await bench.look(KINDS.sql, 'orders');
    bench.google.fail({
      method: 'PATCH',
      path: PATHS.sql,
      status: 503,
      body: refusal(503, 'Unavailable'),
    });
    expect(await bench.update(looked, resize)).toMatchObject({
      state: 'unknown',
    });
    expect(bench.google.sent('PATCH')).toHaveLength(1);
  });

  it.each<[string, string, JsonObject, JsonObject, string]>([
    [
      KINDS.sql,
      'orders',
      { pointer: '/settings/tier', value: 'db-none' },
      { errors: [{ code: 'INVALID_TIER', message: 'No such tier.' }] },
      'No such tier.',
    ],
    [
      KINDS.disk,
      'europe-west1-b/data',
      { pointer: '/sizeGb', value: '200' },
      { errors: [{ code: 'QUOTA_EXCEEDED', message: 'No quota.' }] },
      'No quota.',
    ],
    [
      KINDS.redis,
      'europe-west1/sessions',
      { pointer: '/memorySizeGb', value: 8 },
      { code: 3, message: 'Not now.' },
      'Not now.',
    ],
  ])(
    'and says when the operation on %s %s fails',
    async (kind, id, { pointer, value }, error, message) => {
      const looked = await bench.look(kind, id);
      bench.google.operationError = error;
      expect(
        await bench.update(looked, [{ pointer: String(pointer), value }]),
      ).toEqual({
        state: 'failed',
        sent: true,
        message: `Google Cloud began the change, and it failed: ${message}`,
      });
    },
  );

  it('and waits for an operation that is hard to ask for', async () => {
    const looked = await bench.look(KINDS.sql, 'orders');
    bench.google.fail({
      path: '/sqladmin/v1/projects/acme-prod/operations',
      status: 503,
      body: 'overloaded',
      times: 7,
    });
    expect(await bench.update(looked, resize)).toEqual({ state: 'done' });
  });

  it('and does not know the end of an operation that it may not see', async () => {
    const looked = await bench.look(KINDS.sql, 'orders');
    bench.google.fail({
      path: '/sqladmin/v1/projects/acme-prod/operations',
      status: 403,
      body: refusal(403, 'Denied'),
    });
    expect(await bench.update(looked, resize)).toMatchObject({
      state: 'unknown',
      message: expect.stringMatching(
        /^The change was begun, and its end could not be seen\./,
      ),
    });
  });

  it('and does not know the end when it is stopped meanwhile', async () => {
    const looked = await bench.look(KINDS.sql, 'orders');
    bench.google.fail({
      path: '/sqladmin/v1/projects/acme-prod/operations',
      how: 'hang',
    });
    const updating = bench.update(looked, resize);
    await bench.google.saw('GET', '/sqladmin/v1/projects/acme-prod/operations');
    bench.abort.abort(new Error('Stopped'));
    expect(await updating).toEqual({
      state: 'unknown',
      message: 'It was stopped while Google Cloud was changing the resource.',
    });
  });

  it('and says what was done before a step failed', async () => {
    const looked = await bench.look(KINDS.disk, 'europe-west1-b/data');
    bench.google.fail({
      path: `${PATHS.disk}/resize`,
      status: 400,
      body: refusal(400, 'Too large'),
    });
    expect(
      await bench.update(looked, [
        { pointer: '/labels/owner', value: 'ann' },
        { pointer: '/sizeGb', value: '99999999' },
      ]),
    ).toMatchObject({ state: 'failed', sent: true });
  });
});
