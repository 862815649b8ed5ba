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

import { CloudClient } from '../cloud/CloudClient';
import { isJsonObject, JsonObject, JsonValue } from '../cloud/json';

/** A change by hand that the demonstration is to find. */
export interface Plant {
  client: string;
  kind: string;
  name: string;
  who: string;
  what: string;
  /** The fields to change, given the resource as it is. */
  patch(resource: JsonObject): JsonObject;
}

/** What colleagues did without touching the code. */
export const plantedDrift: readonly Plant[] = [
  {
    client: 'acme',
    kind: 'kubernetes-clusters',
    name: 'aks-prod-acme',
    who: 'jane@acme (incident 2026-03-28)',
    what: 'node pool workers of aks-prod-acme scaled from 3 to 5',
    patch: cluster => ({
      nodePools: objects(cluster.nodePools).map(pool =>
        pool.name === 'workers' ? { ...pool, nodeCount: 5 } : pool,
      ),
    }),
  },
  {
    client: 'globex',
    kind: 'sql-servers',
    name: 'sql-prod-globex',
    who: 'sam@globex (debugging)',
    what: 'firewall rule temp-debug added to sql-prod-globex',
    patch: server => ({
      firewallRules: [
        ...objects(server.firewallRules),
        {
          name: 'temp-debug',
          startIp: '203.0.113.77',
          endIp: '203.0.113.77',
        },
      ],
    }),
  },
];

/**
 * Carries out the changes that nobody has carried out yet, as the audit log
 * tells. A resource that a person has deleted since stays deleted.
 *
 * @returns what was changed
 */
export async function plantDrift(options: {
  endpoint: string;
  plants: readonly Plant[];
}): Promise<string[]> {
  const { endpoint, plants } = options;
  const done: string[] = [];
  for (const plant of plants) {
    const { client, kind, name, who } = plant;
    const cloud = CloudClient.create({ endpoint, actor: who });
    const history = await cloud.audit({
      resource: `/clients/${client}/${kind}/${name}`,
      limit: 5000,
    });
    const latest = history[0];
    const planted = history.some(entry => entry.who === who);
    if (latest && latest.action !== 'delete' && !planted) {
      const resource = await cloud.get(client, kind, name);
      await cloud.update(client, kind, name, plant.patch(resource));
      done.push(plant.what);
    }
  }
  return done;
}

function objects(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
