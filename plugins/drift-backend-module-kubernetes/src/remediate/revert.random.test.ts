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

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JsonObject, JsonValue } from '@backstage/types';
import {
  exampleTenants,
  prepareTenants,
  repositoryRoot,
  startKubernetes,
} from '@infra-hub/drift-sandbox';
import { parseAllDocuments } from 'yaml';
import { chance, Edited, editByHand } from '../__testUtils__/handEdits';
import { desired } from '../__testUtils__/manifests';
import { RemediationBench } from '../__testUtils__/RemediationBench';

jest.setTimeout(300_000);

const SEEDS = 100;

describe('reverting whatever people did by hand', () => {
  it.each(exampleTenants.map(tenant => [tenant.name, tenant] as const))(
    `leaves the tenant %s clean, ${SEEDS} times`,
    async (name, tenant) => {
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
      const objects = manifests.map((manifest): Edited => {
        const metadata = manifest.metadata as JsonObject;
        return {
          apiVersion: String(manifest.apiVersion),
          kind: String(manifest.kind),
          namespace: tenant.namespace,
          name: String(metadata.name),
        };
      });
      let changed = 0;
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        const cluster = await startKubernetes({ port: 0 });
        try {
          await prepareTenants({
            kubernetes: cluster,
            rootDir: repositoryRoot(),
          });
          const bench = new RemediationBench({
            cluster,
            target: {
              location: { cluster: 'prod', namespaces: [tenant.namespace] },
            },
          });
          bench.resources = desired(...manifests);
          const random = chance(seed);
          const done: JsonValue[] = [];
          for (let count = 1 + random(6); count > 0; count -= 1) {
            const object = objects[random(objects.length)];
            const exists = cluster.as('test').find(object) !== undefined;
            if (exists) {
              try {
                done.push(editByHand(cluster, object, random));
              } catch (error) {
                // What the server itself refuses is no drift.
                done.push(`refused ${String(error).slice(0, 200)}`);
              }
            }
          }
          const before = await bench.drift();
          changed += before.length;
          const { plan, outcome } = await bench.revert();
          const story = { seed, done, before, outcome, plan };
          expect({ ...story, after: await bench.drift() }).toEqual({
            ...story,
            outcome: expect.objectContaining({ kind: 'applied' }),
            after: [],
          });
          // Nothing is left to do.
          expect((await bench.preview()).changes).toEqual([]);
        } finally {
          await cluster.stop();
        }
      }
      expect(changed).toBeGreaterThan(SEEDS);
    },
  );
});
