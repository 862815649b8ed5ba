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
import {
  compareCloud,
  DesiredCloudResource,
  toLiveCloudResource,
  valueAt,
} from '@infra-hub/drift-engine';
import { ArmServer } from '../__testUtils__/ArmServer';
import { found, kindNamed, startBench } from '../__testUtils__/bench';
import { PUBLISHED, PublishedAnswer } from '../__testUtils__/published';
import { KINDS } from '.';

/** Properties of tables that no example of a specification tells, and why. */
const IN_NO_EXAMPLE = new Map([
  [
    'Microsoft.Sql/servers/databases replicas',
    'Only databases of the tier Hyperscale tell it; no example of GET is of one.',
  ],
]);

describe('the tables of Azure, by answers with the shape of the published examples', () => {
  let bench: Awaited<ReturnType<typeof startBench>>;
  let server: ArmServer;

  beforeEach(async () => {
    bench = await startBench();
    server = bench.server;
  });

  afterEach(async () => {
    await server.stop();
  });

  function serve({ id, own, parts = {} }: PublishedAnswer): void {
    server.put(id, own);
    for (const [path, answer] of Object.entries(parts)) {
      server.put(id.startsWith(path) ? path : `${id}${path}`, answer);
    }
  }

  async function readLive(answer: PublishedAnswer) {
    serve(answer);
    const { provider, account, context } = bench;
    const document = found(
      await provider.read(
        { account, kind: kindNamed(answer.kind), id: answer.id },
        context,
      ),
    );
    return toLiveCloudResource({ ...document, provider: 'azure' });
  }

  it.each(PUBLISHED.map(each => [each.kind, each.title, each] as const))(
    '%s: tells what is known of %s, and no difference of it from itself',
    async (_kind, _title, answer) => {
      const live = await readLive(answer);

      expect(live.properties).toEqual(answer.properties);
      const desired: DesiredCloudResource = {
        resourceType: live.resourceType,
        name: 'captured',
        provider: 'azure',
        kind: live.kind,
        id: live.id,
        region: String(answer.own.location),
        properties: live.properties,
        // What Azure computes included.
        providerProperties: live.providerProperties,
      };
      const { differences, failure, complete } = compareCloud({
        desired: [desired],
        live: [live],
      });
      expect({ differences, failure, complete }).toEqual({
        differences: [],
        failure: undefined,
        complete: true,
      });
    },
  );

  it.each(KINDS.map(kind => [kind.kind, kind] as const))(
    '%s: finds each property of its table in one of them',
    (name, kind) => {
      const answers = PUBLISHED.filter(each => each.kind === name);
      const missing = kind.properties
        .filter(
          ({ name: property }) =>
            !answers.some(
              ({ properties }) =>
                valueAt(properties, `/${property}`) !== undefined,
            ),
        )
        .map(({ name: property }) => `${name} ${property}`);

      expect(missing).toEqual(
        [...IN_NO_EXAMPLE.keys()].filter(each => each.startsWith(`${name} `)),
      );
    },
  );

  it('takes an empty text for the default of a server of PostgreSQL', async () => {
    const answer = PUBLISHED.find(({ kind }) => kind.includes('PostgreSQL'));
    const live = await readLive(answer ?? PUBLISHED[0]);
    const compare = (type: string) =>
      compareCloud({
        desired: [
          {
            resourceType: 'database',
            name: 'books',
            provider: 'azure',
            kind: live.kind,
            id: live.id,
            properties: {},
            providerProperties: { properties: { storage: { type } } },
          },
        ],
        live: [live],
      }).differences;

    expect(compare('Premium_LRS')).toEqual([]);
    expect(compare('PremiumV2_LRS')).toHaveLength(1);
  });

  it('tells firewall rules as far as people write them, so that one more is found', async () => {
    const [answer] = PUBLISHED;
    const live = await readLive(answer);
    const wanted = {
      name: 'office',
      startIpAddress: '198.51.100.7',
      endIpAddress: '198.51.100.9',
    };
    const all = {
      name: 'AllowAllWindowsAzureIps',
      startIpAddress: '0.0.0.0',
      endIpAddress: '0.0.0.0',
    };
    const compare = (firewallRules: JsonObject[]) =>
      compareCloud({
        desired: [
          {
            resourceType: 'database',
            name: 'ledger',
            provider: 'azure',
            kind: live.kind,
            id: live.id,
            properties: {},
            providerProperties: { firewallRules },
          },
        ],
        live: [live],
      }).differences as { fields: { path: string }[] }[];

    expect(compare([wanted, all])).toEqual([]);
    expect(
      compare([wanted]).flatMap(({ fields }) => fields.map(({ path }) => path)),
    ).toEqual(['/providerProperties/firewallRules']);
  });
});
