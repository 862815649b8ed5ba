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

import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { DesiredResource } from '@infra-hub/backstage-plugin-drift-common';
import {
  createCloudRemediator,
  createCloudSource,
  RemediationContext,
} from '@infra-hub/backstage-plugin-drift-node';
import { DATA_DISK, FILES, ORDERS, SESSIONS } from './__testUtils__/documents';
import { GcpBench, KINDS, PATHS } from './__testUtils__/GcpBench';

const TARGET = {
  id: 'gcp:-/shop',
  source: 'gcp',
  name: 'shop',
  location: { accounts: ['prod'] },
  entityRefs: [],
};

function wish(
  resourceType: 'database' | 'storage',
  name: string,
  spec: JsonObject,
): DesiredResource {
  return {
    tenantId: 'shop',
    resourceType,
    name,
    spec: {
      apiVersion: 'infra-hub.io/v1',
      kind: resourceType === 'database' ? 'Database' : 'Storage',
      metadata: { name },
      spec: { provider: 'gcp', ...spec },
    },
    revision: 1,
    updatedAt: '2026-11-20T10:00:00Z',
    origin: 'api',
  };
}

const WISHES = [
  wish('database', 'orders', {
    kind: KINDS.sql,
    id: 'acme-prod:europe-west1:orders',
    properties: {
      engine: 'PostgreSQL',
      version: '15',
      size: 'db-custom-2-7680',
      storageGiB: 50,
      storageMaxGiB: 500,
      publicAccess: false,
    },
    providerProperties: {
      rootPassword: 'x',
      settings: { activationPolicy: 'ALWAYS', userLabels: { team: 'orders' } },
    },
  }),
  wish('storage', 'files', {
    kind: KINDS.bucket,
    id: 'gs://acme-files',
    properties: { tier: 'standard', publicAccess: false },
  }),
  wish('storage', 'data', {
    kind: KINDS.disk,
    id: 'europe-west1-b/data',
    properties: { capacityGiB: 100 },
  }),
  wish('database', 'sessions', {
    kind: KINDS.redis,
    id: 'europe-west1/sessions',
    properties: { storageGiB: 5 },
  }),
];

describe('A tenant on Google Cloud', () => {
  let bench: GcpBench;

  beforeEach(async () => {
    bench = await GcpBench.start({ account: { requestsPerSecond: 1000 } });
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

  const parts = () => {
    const options = {
      provider: bench.provider,
      config: new ConfigReader({
        drift: {
          gcp: {
            accounts: [bench.account.config.get<JsonObject>()],
            tenants: [
              { id: 'shop', accounts: ['prod'], unmanaged: [KINDS.disk] },
            ],
          },
        },
      }),
      logger: bench.logger,
    };
    const context: RemediationContext = {
      ...bench.context,
      workDir: '',
      mayWrite: async () => {},
      remember: async () => {},
      readDesiredState: async () => ({
        tenantId: 'shop',
        revision: 1,
        resources: WISHES,
      }),
    };
    const source = createCloudSource(options);
    return {
      source,
      remediator: createCloudRemediator(options),
      context,
      scan: async () => {
        const observation = await source.scan(TARGET, context);
        const differences = [];
        for await (const difference of observation.differences) {
          differences.push(difference);
        }
        return { ...observation, differences };
      },
    };
  };

  it('is as it is desired, however it is written', async () => {
    expect(await parts().scan()).toMatchObject({
      complete: true,
      totalResources: 4,
      differences: [
        // Within the wanted bounds
        { class: 'expected', fields: [{ path: '/storageGiB' }] },
      ],
      blindSpots: expect.arrayContaining([
        expect.objectContaining({
          reason: expect.stringContaining('rootPassword. The API'),
        }),
      ]),
    });
  });

  it('is found to have drifted, and is changed back', async () => {
    const { settings } = ORDERS as { settings: JsonObject };
    bench.google.resources.set(PATHS.sql, {
      ...ORDERS,
      settings: {
        ...settings,
        tier: 'db-custom-8-30720',
        ipConfiguration: {
          ipv4Enabled: true,
          authorizedNetworks: [{ value: '0.0.0.0/0' }],
        },
      },
    });
    bench.google.policies.set(PATHS.bucket, {
      bindings: [{ role: 'roles/storage.objectViewer', members: ['allUsers'] }],
    });
    const { scan, remediator, context } = parts();
    const before = await scan();
    const drift = before.differences.filter(each => each.class === 'drift');
    expect(
      drift.map(({ resourceName, fields }) => [
        resourceName,
        fields.map(({ path }) => path).sort(),
      ]),
    ).toEqual([
      ['orders', ['/publicAccess', '/size']],
      ['files', ['/publicAccess']],
    ]);
    const request = {
      id: 'one',
      target: TARGET,
      action: 'revert' as const,
      salt: 'salt',
      findings: [],
    };
    const plan = await remediator.preview(request, context);
    expect(await remediator.apply(request, plan.hash, context)).toMatchObject({
      kind: 'applied',
    });
    const after = await scan();
    expect(after.differences.map(each => each.class)).toEqual(['expected']);
  });

  it('misses what is gone, and has what nobody desired', async () => {
    bench.google.resources.delete(PATHS.disk);
    for (const name of ['data', 'extra']) {
      bench.google.assets.push({
        name: `//compute.googleapis.com/projects/acme-prod/zones/europe-west1-b/disks/${name}`,
        assetType: KINDS.disk,
        resource: { data: { ...DATA_DISK, name } },
      });
    }
    bench.google.resources.set(PATHS.disk.replace('data', 'extra'), {
      ...DATA_DISK,
      name: 'extra',
    });
    const { differences } = await parts().scan();
    expect(
      differences
        .filter(each => each.class === 'drift')
        .map(({ resourceName, rule }) => [resourceName, rule]),
    ).toEqual([
      ['data', 'cloud-missing'],
      ['extra', 'cloud-unmanaged'],
    ]);
  });

  it('is not seen without its project, and nothing counts as gone', async () => {
    bench.google.resources.clear();
    bench.google.projects.clear();
    const observation = await parts().scan();
    expect(observation.differences).toEqual([]);
    expect(observation.failure).toContain('cannot be seen');
  });
});
