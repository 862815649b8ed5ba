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

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonObject } from '@backstage/types';
import {
  ExampleTenant,
  exampleTenants,
  prepareTenants,
  repositoryRoot,
  startTenantCluster,
  TenantCluster,
} from '@infra-hub/drift-sandbox';
import { parseAllDocuments } from 'yaml';
import { desired } from './__testUtils__/manifests';
import { SourceBench } from './__testUtils__/SourceBench';

jest.setTimeout(60_000);

describe('the tenants of the demonstration', () => {
  let cacheDir: string;
  let cluster: TenantCluster;
  const bench = new SourceBench();

  beforeAll(async () => {
    cacheDir = mkdtempSync(join(tmpdir(), 'drift-demo-test-'));
    cluster = await startTenantCluster({ cacheDir, port: 0 });
    await prepareTenants({
      kubernetes: cluster.kubernetes,
      rootDir: repositoryRoot(),
    });
  });

  afterAll(async () => {
    await cluster.kubernetes.stop();
    rmSync(cacheDir, { recursive: true });
  });

  const scan = async ({ name, tenantId, namespace }: ExampleTenant) => {
    const directory = join(
      repositoryRoot(),
      'examples/tenants',
      name,
      'deploy',
    );
    const manifests = readdirSync(directory).flatMap(file =>
      parseAllDocuments(readFileSync(join(directory, file), 'utf8')).map(
        document => document.toJS() as JsonObject,
      ),
    );
    return await bench.scan(
      bench.source({
        clusters: [{ name: 'sandbox', kubeconfig: cluster.kubeconfigFile }],
        allowedNamespaces: [{ tenants: [tenantId], namespaces: [namespace] }],
      }),
      desired(...manifests),
      {
        target: {
          name: tenantId,
          location: { cluster: 'sandbox', namespaces: [namespace] },
        },
      },
    );
  };

  const BY_HAND: Record<string, (string | number)[][]> = {
    'ai-platform': [
      ['ai-service', 'replicas', 3, 2, 'kubectl'],
      [
        'ai-service-config',
        'data[query.timeout]',
        '60s',
        '30s',
        'kubectl-edit',
      ],
    ],
    shop: [],
  };

  it.each(exampleTenants.map(tenant => [tenant.name, tenant] as const))(
    'show what was changed by hand and nothing else: %s',
    async (name, tenant) => {
      const observation = await scan(tenant);
      expect(observation).toMatchObject({ complete: true, blindSpots: [] });
      expect(observation.failure).toBeUndefined();
      const drift = observation.differences.filter(
        each => each.class === 'drift',
      );
      expect(drift).toHaveLength(BY_HAND[name].length);
      expect(
        drift
          .flatMap(each =>
            each.fields.map(field => [
              each.resourceName,
              field.label,
              field.desired,
              field.actual,
              each.attribution?.who.split(' ')[0],
            ]),
          )
          .sort(),
      ).toEqual(BY_HAND[name]);
    },
  );
});
