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

import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { DesiredResource } from '@infra-hub/backstage-plugin-drift-common';
import {
  createCloudRemediator,
  createCloudSource,
  RemediationContext,
} from '@infra-hub/backstage-plugin-drift-node';
import { applyCloudWrites } from '@infra-hub/drift-engine';
import { ArmServer, error, SUBSCRIPTION } from './__testUtils__/ArmServer';
import { fill, IDS } from './__testUtils__/documents';
import { AzureProvider } from './AzureProvider';

const TARGET = {
  id: 'azure:-/shop',
  source: 'azure',
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
      spec: { provider: 'azure', ...spec },
    },
    revision: 1,
    updatedAt: '2026-11-20T10:00:00Z',
    origin: 'api',
  };
}

const WISHES = [
  wish('database', 'orders', {
    kind: 'Microsoft.DBforPostgreSQL/flexibleServers',
    // Azure's ids are the same in any letter case.
    id: IDS.postgresql.replace(
      'resourceGroups/shop-prod',
      'resourcegroups/SHOP-PROD',
    ),
    region: 'West Europe',
    properties: {
      engine: 'PostgreSQL',
      version: '16',
      size: 'Standard_D4ds_v5',
      storageGiB: 128,
      replicas: 1,
      highAvailability: true,
      backupRetentionDays: 14,
      encryption: { enabled: true },
      publicAccess: false,
    },
    providerProperties: {
      properties: {
        administratorLoginPassword: 'x',
        storage: { autoGrow: 'enabled' },
      },
    },
  }),
  wish('storage', 'files', {
    account: 'prod',
    kind: 'Microsoft.Storage/storageAccounts',
    id: IDS.storage,
    properties: { redundancy: 'GRS', versioning: true, publicAccess: false },
    providerProperties: {
      properties: { minimumTlsVersion: 'TLS1_2', isHnsEnabled: false },
    },
  }),
  wish('storage', 'data', {
    kind: 'Microsoft.Compute/disks',
    id: IDS.disk,
    properties: { capacityGiB: 256 },
  }),
];

describe('A tenant on Azure', () => {
  let server: ArmServer;

  beforeEach(async () => {
    server = await ArmServer.start();
    fill(server);
  });

  afterEach(async () => {
    await server.stop();
  });

  function change(id: string, pointer: string, value: never) {
    server.put(
      id,
      applyCloudWrites(server.get(id) ?? {}, [{ pointer, value }]),
    );
  }

  const parts = () => {
    const options = {
      provider: AzureProvider.create({ retryDelayMs: 1, pollingIntervalMs: 1 }),
      config: new ConfigReader({
        drift: {
          azure: {
            accounts: [
              {
                name: 'prod',
                id: SUBSCRIPTION,
                endpoint: server.endpoint,
                requestsPerSecond: 1000,
              },
            ],
            tenants: [
              {
                id: 'shop',
                accounts: ['prod'],
                unmanaged: ['Microsoft.Compute/disks'],
              },
            ],
          },
        },
      }),
      logger: mockServices.logger.mock(),
    };
    const context: RemediationContext = {
      signal: new AbortController().signal,
      logger: options.logger,
      log: () => {},
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
      totalResources: 3,
      differences: [],
      blindSpots: expect.arrayContaining([
        expect.objectContaining({
          reason: expect.stringContaining('administratorLoginPassword'),
        }),
      ]),
    });
  });

  it('is found to have drifted, and is changed back', async () => {
    change(
      IDS.postgresql,
      '/properties/network/publicNetworkAccess',
      'Enabled' as never,
    );
    change(IDS.storage, '/sku/name', 'Standard_LRS' as never);
    change(
      `${IDS.storage}/blobServices/default`,
      '/properties/isVersioningEnabled',
      false as never,
    );
    change(IDS.storage, '/properties/minimumTlsVersion', 'TLS1_0' as never);
    const { scan, remediator, context } = parts();

    const before = await scan();
    expect(
      before.differences.map(({ resourceName, class: is, fields }) => [
        resourceName,
        is,
        fields.map(({ path }) => path).sort(),
      ]),
    ).toEqual([
      ['orders', 'drift', ['/publicAccess']],
      [
        'files',
        'drift',
        [
          '/providerProperties/properties/minimumTlsVersion',
          '/redundancy',
          '/versioning',
        ],
      ],
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
    expect(
      server.requests.flatMap(({ method, body }) =>
        method === 'GET' ? [] : [[method, body]],
      ),
    ).toEqual([
      [
        'PATCH',
        { properties: { network: { publicNetworkAccess: 'Disabled' } } },
      ],
      [
        'PATCH',
        {
          sku: { name: 'Standard_GRS' },
          properties: { minimumTlsVersion: 'TLS1_2' },
        },
      ],
      [
        'PUT',
        {
          properties: expect.objectContaining({
            isVersioningEnabled: true,
            deleteRetentionPolicy: { enabled: true, days: 30 },
          }),
        },
      ],
    ]);
    expect((await scan()).differences).toEqual([]);
  });

  it('misses what is gone, and has what nobody desired', async () => {
    server.remove(IDS.storage);
    const extra = IDS.disk.replace('shop-data', 'extra');
    server.put(extra, { ...server.get(IDS.disk), id: extra, name: 'extra' });

    const { differences, complete } = await parts().scan();

    expect(complete).toBe(true);
    expect(
      differences.map(({ resourceName, rule }) => [resourceName, rule]),
    ).toEqual([
      ['files', 'cloud-missing'],
      ['extra', 'cloud-unmanaged'],
    ]);
  });

  it.each([
    ['be forbidden', error(403, 'AuthorizationFailed', 'No.')],
    ['be broken', { status: 200, text: '{"id":' }],
    [
      'be of a subscription that is not there',
      error(404, 'SubscriptionNotFound', 'No.'),
    ],
  ])('is never said to be gone when it may %s', async (_, answer) => {
    server.script('GET', IDS.storage, answer);

    const { differences, complete } = await parts().scan();

    expect(complete).toBe(false);
    expect(differences.map(({ rule }) => rule)).not.toContain('cloud-missing');
  });
});
