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
import { AttributionQuery } from '@infra-hub/backstage-plugin-drift-node';
import { refusal } from '../__testUtils__/FakeGoogle';
import { GcpBench, KINDS } from '../__testUtils__/GcpBench';
import { AuditLogAttributor } from './AuditLogAttributor';

const LOG = 'projects/acme-prod/logs/cloudaudit.googleapis.com%2Factivity';
const ENTRIES = '/logging/v2/entries:list';

describe('AuditLogAttributor', () => {
  let bench: GcpBench;
  let attributor: AuditLogAttributor;

  const start = async (account: JsonObject = {}) => {
    bench = await GcpBench.start({
      account: {
        attribution: true,
        requestsPerSecond: 1000,
        tenants: ['shop'],
        ...account,
      },
    });
    attributor = AuditLogAttributor.fromConfig(bench);
  };

  beforeEach(async () => {
    await start();
  });

  afterEach(async () => {
    await bench.stop();
  });

  const entry = (
    who: string,
    timestamp: string,
    payload: JsonObject = {},
  ): void => {
    bench.google.logEntries.push({
      insertId: `insert-${bench.google.logEntries.length + 1}`,
      timestamp,
      logName: LOG,
      protoPayload: {
        '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
        serviceName: 'cloudsql.googleapis.com',
        methodName: 'cloudsql.instances.update',
        resourceName: 'projects/acme-prod/instances/orders',
        authenticationInfo: { principalEmail: who },
        request: { body: { settings: { tier: 'db-custom-4-15360' } } },
        ...payload,
      },
    });
  };

  const query = (more: Partial<AttributionQuery> = {}): AttributionQuery => ({
    target: {
      id: 'gcp:acme/shop',
      source: 'gcp',
      name: 'shop',
      client: 'acme',
      location: { accounts: ['prod'] },
      entityRefs: [],
    },
    resourceType: 'database',
    address: `${KINDS.sql}/orders`,
    resourceIds: ['orders'],
    fields: ['size'],
    after: new Date('2026-11-20T08:00:00Z'),
    before: new Date('2026-11-20T12:00:00Z'),
    ...more,
  });

  const terraform = (more: Partial<AttributionQuery> = {}) =>
    query({
      target: {
        id: 'terraform:acme/network',
        source: 'terraform',
        name: 'network',
        client: 'acme',
        location: {},
        entityRefs: [],
      },
      resourceType: 'google_sql_database_instance',
      address: 'google_sql_database_instance.orders',
      resourceIds: [
        'orders',
        'https://sqladmin.googleapis.com/sql/v1beta4/projects/acme-prod/instances/orders',
      ],
      fields: ['settings/tier'],
      ...more,
    });

  const ask = (asked: AttributionQuery = query()) =>
    attributor.attribute(asked, {
      signal: bench.abort.signal,
      logger: bench.logger,
    });

  it('finds who changed what differs, and shows where that stands', async () => {
    entry('ann@acme.example', '2026-11-20T10:00:00Z');
    expect(attributor.concerns(query())).toBe(true);
    expect(await ask()).toEqual({
      state: 'found',
      attribution: {
        who: 'ann@acme.example',
        when: '2026-11-20T10:00:00Z',
        how: 'cloudsql.instances.update',
        evidence: 'Google Cloud Audit Logs',
        confidence: 'high',
        url: `https://console.cloud.google.com/logs/query;query=${encodeURIComponent(
          `insertId="insert-1"\nlogName="${LOG}"\ntimestamp="2026-11-20T10:00:00Z"`,
        )}?project=acme-prod`,
      },
    });
    expect(bench.google.sent('POST')[0].body).toMatchObject({
      resourceNames: ['projects/acme-prod'],
      orderBy: 'timestamp desc',
    });
  });

  it('prefers the change of what differs to later ones of something else', async () => {
    entry('ann@acme.example', '2026-11-20T10:00:00Z');
    entry('bob@acme.example', '2026-11-20T11:00:00Z', {
      request: { body: { settings: { userLabels: { a: 'b' } } } },
    });
    expect(await ask()).toMatchObject({
      attribution: { who: 'ann@acme.example', confidence: 'high' },
    });
  });

  it('is less sure where the event does not say what it changed', async () => {
    entry('ann@acme.example', '2026-11-20T10:00:00Z', { request: undefined });
    expect(await ask()).toMatchObject({
      attribution: { who: 'ann@acme.example', confidence: 'medium' },
    });
  });

  it('is unsure where it could be several people', async () => {
    entry('ann@acme.example', '2026-11-20T10:00:00Z');
    entry('bob@acme.example', '2026-11-20T11:00:00Z');
    expect(await ask()).toMatchObject({
      attribution: { who: 'bob@acme.example', confidence: 'low' },
    });
  });

  it('names the person behind a service account', async () => {
    entry('deploy@acme-prod.iam.gserviceaccount.com', '2026-11-20T10:00:00Z', {
      authenticationInfo: {
        principalEmail: 'deploy@acme-prod.iam.gserviceaccount.com',
        serviceAccountDelegationInfo: [
          { firstPartyPrincipal: { principalEmail: 'ann@acme.example' } },
        ],
      },
    });
    expect(await ask()).toMatchObject({
      attribution: {
        who: 'deploy@acme-prod.iam.gserviceaccount.com',
        how: 'cloudsql.instances.update, by ann@acme.example',
      },
    });
  });

  it('finds nothing in changes that failed, of other resources or of other times', async () => {
    entry('ann@acme.example', '2026-11-20T10:00:00Z', {
      status: { code: 7, message: 'PERMISSION_DENIED' },
    });
    entry('ann@acme.example', '2026-11-20T10:00:00Z', {
      resourceName: 'projects/acme-prod/instances/orders-replica',
    });
    entry('ann@acme.example', '2026-11-20T10:00:00Z', {
      resourceName:
        'projects/acme-prod/locations/europe-west1/instances/orders',
    });
    entry('ann@acme.example', '2026-11-20T07:00:00Z');
    entry('ann@acme.example', '2026-11-20T13:00:00Z');
    entry('ann@acme.example', '2026-11-20T10:00:00Z', {
      authenticationInfo: {},
    });
    expect(await ask()).toEqual({ state: 'not-found' });
  });

  it('finds nothing in changes that began and then failed', async () => {
    entry('ann@acme.example', '2026-11-20T10:00:00Z');
    entry('ann@acme.example', '2026-11-20T10:01:00Z', {
      status: { code: 3, message: 'INVALID_ARGUMENT' },
    });
    for (const each of bench.google.logEntries) {
      each.operation = { id: 'operation-1' };
    }
    expect(await ask()).toEqual({ state: 'not-found' });
  });

  it('is not sure by a word that many requests have', async () => {
    const versioning = query({
      address: `${KINDS.bucket}/acme-files`,
      resourceType: 'storage',
      resourceIds: ['acme-files'],
      fields: ['versioning'],
    });
    const change = (request: JsonObject) =>
      entry('ann@acme.example', '2026-11-20T10:00:00Z', {
        methodName: 'storage.buckets.update',
        resourceName: 'projects/_/buckets/acme-files',
        request,
      });
    change({
      iamConfiguration: { uniformBucketLevelAccess: { enabled: true } },
    });
    expect(await ask(versioning)).toMatchObject({
      attribution: { confidence: 'medium' },
    });
    bench.google.logEntries.length = 0;
    change({ versioning: { enabled: false } });
    expect(await ask(versioning)).toMatchObject({
      attribution: { confidence: 'high' },
    });
  });

  it('reads further pages, empty ones too', async () => {
    bench.google.fail({
      path: ENTRIES,
      status: 200,
      body: { nextPageToken: '0' },
    });
    entry('ann@acme.example', '2026-11-20T10:00:00Z');
    expect(await ask()).toMatchObject({ state: 'found' });
    expect(bench.google.sent('POST', ENTRIES)).toHaveLength(2);
  });

  it('does not take a search that did not end for one that found nobody', async () => {
    bench.google.fail({
      path: ENTRIES,
      times: 2,
      status: 200,
      body: { nextPageToken: 'again' },
    });
    expect(await ask()).toEqual({
      state: 'unavailable',
      reason:
        'The log of the project acme-prod could not be searched to its end.',
    });
  });

  it('finds who opened a bucket', async () => {
    entry('ann@acme.example', '2026-11-20T10:00:00Z', {
      methodName: 'storage.setIamPermissions',
      resourceName: 'projects/_/buckets/acme-files',
      request: undefined,
    });
    expect(
      await ask(
        query({
          address: `${KINDS.bucket}/acme-files`,
          resourceType: 'storage',
          resourceIds: ['acme-files'],
          fields: ['publicAccess'],
        }),
      ),
    ).toMatchObject({
      attribution: { how: 'storage.setIamPermissions', confidence: 'high' },
    });
  });

  it('finds who resized a disk', async () => {
    entry('ann@acme.example', '2026-11-20T10:00:00Z', {
      methodName: 'v1.compute.disks.resize',
      resourceName: 'projects/acme-prod/zones/europe-west1-b/disks/data',
      request: undefined,
    });
    expect(
      await ask(
        query({
          address: `prod/europe-west1/${KINDS.disk}/europe-west1-b/data`,
          resourceType: 'storage',
          resourceIds: [
            'europe-west1-b/data',
            '8412',
            'https://www.googleapis.com/compute/v1/projects/acme-prod/zones/europe-west1-b/disks/data',
          ],
          fields: ['capacityGiB'],
        }),
      ),
    ).toMatchObject({ attribution: { confidence: 'high' } });
  });

  it('says why the log could not be read', async () => {
    bench.google.fail({
      path: ENTRIES,
      status: 403,
      body: refusal(403, 'Permission denied', {
        detail: 'IAM_PERMISSION_DENIED',
        metadata: { permission: 'logging.logEntries.list' },
      }),
    });
    expect(await ask()).toEqual({
      state: 'unavailable',
      reason: expect.stringContaining('logging.logEntries.list is missing'),
    });
    bench.google.fail({ path: ENTRIES, status: 200, body: { entries: 7 } });
    expect(await ask()).toMatchObject({ state: 'unavailable' });
    await bench.stop();
    await start({ credentials: { keyFile: 'there-is-none.json' } });
    expect(await ask()).toEqual({
      state: 'unavailable',
      reason: expect.stringContaining('Signing in to Google Cloud'),
    });
  });

  it('looks back a month when nobody knows since when', async () => {
    await ask(query({ after: undefined }));
    expect(bench.google.sent('POST')[0].body).toMatchObject({
      filter: expect.stringContaining('timestamp>="2026-10-21T12:02:00.000Z"'),
    });
  });

  describe('for Terraform', () => {
    it('asks the project of the resource, when the target may see it', async () => {
      await bench.stop();
      await start({ clients: ['acme'] });
      entry('ann@acme.example', '2026-11-20T10:00:00Z');
      expect(attributor.concerns(terraform())).toBe(true);
      expect(await ask(terraform())).toMatchObject({
        attribution: { who: 'ann@acme.example', confidence: 'high' },
      });
    });

    it('asks for targets that the configuration names, not by names of tenants', async () => {
      await bench.stop();
      await start({ attributionTargets: ['terraform:acme/net*'] });
      expect(attributor.concerns(terraform())).toBe(true);
      await bench.stop();
      await start({ tenants: ['net*'] });
      expect(attributor.concerns(terraform())).toBe(false);
    });

    it('asks nothing for targets that may not see the project', async () => {
      expect(attributor.concerns(terraform())).toBe(false);
      await bench.stop();
      await start({ tenants: ['shop'], clients: ['other'] });
      expect(attributor.concerns(terraform())).toBe(false);
      expect(await ask(terraform())).toEqual({ state: 'not-found' });
      expect(bench.google.requests).toEqual([]);
    });

    it.each<[string, Partial<AttributionQuery>]>([
      [
        'another project',
        {
          resourceIds: [
            'https://www.googleapis.com/compute/v1/projects/other-project/zones/z/disks/d',
          ],
        },
      ],
      [
        'another cloud',
        { resourceType: 'aws_s3_bucket', resourceIds: ['acme-files'] },
      ],
      ['a name that says nothing', { resourceIds: ['orders'] }],
    ])('asks nothing for %s', async (_what, more) => {
      await bench.stop();
      await start({ attributionTargets: ['*'] });
      expect(attributor.concerns(terraform(more))).toBe(false);
    });

    it('knows buckets by their names', async () => {
      await bench.stop();
      await start({ attributionTargets: ['*'] });
      entry('ann@acme.example', '2026-11-20T10:00:00Z', {
        methodName: 'storage.buckets.update',
        resourceName: 'projects/_/buckets/acme-files',
        request: { storageClass: 'NEARLINE' },
      });
      expect(
        await ask(
          terraform({
            resourceType: 'google_storage_bucket',
            address: 'google_storage_bucket.files',
            resourceIds: ['acme-files'],
            fields: ['storage_class'],
          }),
        ),
      ).toMatchObject({ attribution: { confidence: 'high' } });
    });
  });

  it('asks no project that does not let itself be asked', async () => {
    await bench.stop();
    await start({ attribution: false });
    expect(attributor.concerns(query())).toBe(false);
  });

  it('asks only projects of the tenant', () => {
    expect(
      attributor.concerns(
        query({
          target: { ...query().target, location: { accounts: ['other'] } },
        }),
      ),
    ).toBe(false);
  });

  it('asks only projects that are granted to the tenant', async () => {
    await bench.stop();
    await start({ tenants: ['other'], clients: ['globex'] });
    expect(attributor.concerns(query())).toBe(false);
  });
});
