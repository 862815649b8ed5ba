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

import { JsonObject, JsonValue } from '@backstage/types';
import * as fc from 'fast-check';
import { assess } from '../assess/assess';
import { explainFinding } from '../explain/explainFinding';
import { fingerprintOf } from '../fingerprint/fingerprint';
import { DesiredCloudResource, LiveCloudResource } from './CloudResource';
import { compareCloud, compareCloudInDetail } from './compareCloud';
import { keepUnseen } from '../unseen/keepUnseen';
import { readDesiredCloudResource } from './readDesiredCloudResource';

/** A property that is wanted, spellings of it that mean the same, and another value. */
interface Sample {
  path: readonly string[];
  wanted: JsonValue;
  same: JsonValue[];
  other: JsonValue;
}

const arn = 'arn:aws:kms:eu-central-1:123456789012:key/1111-2222';
const armId =
  '/subscriptions/1/resourceGroups/RG/providers/Microsoft.Network/virtualNetworks/N';

const SAMPLES: readonly Sample[] = [
  {
    path: ['engine'],
    wanted: 'postgres',
    same: ['PostgreSQL'],
    other: 'mysql',
  },
  { path: ['version'], wanted: '15', same: ['15.4', '15.12.1'], other: '16.1' },
  {
    path: ['size'],
    wanted: 'db.t4g.medium',
    same: ['DB.T4G.Medium'],
    other: 'x',
  },
  { path: ['storageGiB'], wanted: 100, same: ['100', '100.0'], other: 101 },
  { path: ['storageType'], wanted: 'gp3', same: ['GP3'], other: 'gp2' },
  { path: ['replicas'], wanted: 2, same: ['2'], other: 0 },
  { path: ['highAvailability'], wanted: true, same: ['true'], other: false },
  { path: ['backupRetentionDays'], wanted: 0, same: ['0'], other: 7 },
  {
    path: ['encryption', 'keyId'],
    wanted: '1111-2222',
    same: [arn],
    other: `${arn}3`,
  },
  {
    path: ['encryption', 'enabled'],
    wanted: true,
    same: ['true'],
    other: false,
  },
  { path: ['publicAccess'], wanted: false, same: ['false'], other: true },
  {
    path: ['providerProperties', 'Port'],
    wanted: 5432,
    same: ['5432'],
    other: 5433,
  },
  {
    path: ['providerProperties', 'Tags'],
    wanted: [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ],
    same: [
      [
        { Key: 'b', Value: '2' },
        { Key: 'aws:x', Value: 'y' },
        { Key: 'a', Value: '1' },
      ],
      { b: '2', a: '1', c: '3' },
    ],
    other: [{ Key: 'a', Value: '1' }],
  },
  {
    path: ['providerProperties', 'subnetId'],
    wanted: armId,
    same: [armId.toLowerCase(), armId.toUpperCase()],
    other: `${armId}2`,
  },
  {
    path: ['providerProperties', 'location'],
    wanted: 'West Europe',
    same: ['westeurope', 'WESTEUROPE'],
    other: 'northeurope',
  },
  {
    path: ['providerProperties', 'Groups'],
    wanted: ['sg-1', 'sg-2', 'sg-3'],
    same: [['sg-3', 'sg-1', 'sg-2']],
    other: ['sg-1', 'sg-2', 'sg-4'],
  },
  {
    path: ['providerProperties', 'Policy'],
    wanted: '{"Version":"1","Statement":[{"Effect":"Allow","Action":"a"}]}',
    same: [
      '{"Statement":[{"Action":["a"],"Effect":"Allow"}],"Version":"1"}',
      { Version: '1', Statement: [{ Effect: 'Allow', Action: ['a'] }] },
    ],
    other: '{"Version":"1","Statement":[{"Effect":"Deny","Action":"a"}]}',
  },
  {
    path: ['providerProperties', 'Nothing'],
    wanted: '',
    same: [null, [], {}],
    other: 'x',
  },
  {
    path: ['providerProperties', 'nested', 'sku', 'name'],
    wanted: 'Standard_LRS',
    same: ['standard_lrs'],
    other: 'Standard_GRS',
  },
];

const head = {
  resourceType: 'database' as const,
  provider: 'aws',
  account: 'prod',
  kind: 'AWS::RDS::DBInstance',
  id: 'orders-db',
};

/** A resource of the samples, each with one of its values. */
function resourceOf(values: readonly [Sample, JsonValue][]): LiveCloudResource {
  const whole: JsonObject = {};
  for (const [{ path }, value] of values) {
    const names =
      path[0] === 'providerProperties' ? path : ['properties', ...path];
    let at = whole;
    for (const name of names.slice(0, -1)) {
      at = (at[name] ??= {}) as JsonObject;
    }
    at[names[names.length - 1]] = value;
  }
  return { ...head, properties: {}, ...whole };
}

const wantedOf = (samples: readonly Sample[]): DesiredCloudResource => ({
  ...resourceOf(samples.map(each => [each, each.wanted])),
  name: 'orders',
});

const samples = fc.subarray([...SAMPLES], { minLength: 1 });
const choice = fc.nat({ max: 1_000 });

/** One of the spellings of each. */
const spelled = (chosen: readonly Sample[], seed: number) =>
  chosen.map((each, index): [Sample, JsonValue] => {
    const spellings = [each.wanted, ...each.same];
    return [each, spellings[(seed + index) % spellings.length]];
  });

/** What a provider adds by itself. */
function withMore(live: LiveCloudResource): LiveCloudResource {
  return {
    ...live,
    properties: { deletionProtection: true, ...live.properties },
    providerProperties: {
      Arn: 'x',
      Status: { on: 1 },
      ...live.providerProperties,
    },
  };
}

const json = fc.jsonValue({ maxDepth: 6 }).map(value => value as JsonValue);

const hostile = fc.oneof(
  json,
  fc.constantFrom<JsonValue>(
    JSON.parse('{"__proto__":{"a":1},"constructor":null,"toString":[]}'),
    JSON.parse('[{"Key":"__proto__","Value":1},{"Key":"a"}]'),
    '['.repeat(5_000),
    '{"a":'.repeat(5_000),
    9007199254740993,
    -0,
    '\u0000\ud800',
    JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`),
  ),
);

const PLANTED = 'hunter2-planted-7Qx';
const planted = fc.constantFrom<JsonValue>(
  { MasterUserPassword: PLANTED },
  { a: { secretToken: [PLANTED] } },
  { Parameters: [{ Name: 'db_password', Value: PLANTED }] },
  { tags: [{ Key: 'api-key', Value: PLANTED }] },
  { url: `https://admin:${PLANTED}@host.test/x` },
  { [`password=${PLANTED}`]: 'x' },
  { Policy: JSON.stringify({ clientSecret: PLANTED }) },
  { connection: `Server=x;Password=${PLANTED};` },
);

describe('whatever is wanted and whatever a cloud shows', () => {
  it('is no drift where it means the same', () => {
    fc.assert(
      fc.property(samples, choice, (chosen, seed) => {
        const result = compareCloud({
          desired: [wantedOf(chosen)],
          live: [withMore(resourceOf(spelled(chosen, seed)))],
        });
        expect(result).toMatchObject({ differences: [], complete: true });
        expect(result.blindSpots).toEqual([]);
        expect(assess(result).status).toBe('clean');
      }),
    );
  });

  it('is exactly one drift where one thing is otherwise', () => {
    fc.assert(
      fc.property(samples, choice, (chosen, seed) => {
        const changed = chosen[seed % chosen.length];
        const live = resourceOf(
          spelled(chosen, seed).map(([each, value]) => [
            each,
            each === changed ? changed.other : value,
          ]),
        );
        const { observation, pairs } = compareCloudInDetail({
          desired: [wantedOf(chosen)],
          live: [withMore(live)],
        });
        const path = `/${changed.path.join('/')}`;
        expect(observation.differences).toEqual([
          expect.objectContaining({
            class: 'drift',
            change: 'update',
            fields: [{ path, desired: changed.wanted, actual: changed.other }],
          }),
        ]);
        expect(pairs[0].fields).toEqual([expect.objectContaining({ path })]);
        const [finding] = assess(observation).findings;
        expect(explainFinding(finding).description).toMatch(/\.$/);
        expect(finding.fingerprint).toBe(
          fingerprintOf(observation.differences[0]),
        );
      }),
    );
  });

  it('has the fingerprint of the drift alone, not of the spelling around it', () => {
    fc.assert(
      fc.property(choice, choice, (one, other) => {
        const print = (seed: number) =>
          compareCloud({
            desired: [wantedOf(SAMPLES)],
            live: [
              resourceOf([
                ...spelled(SAMPLES.slice(1), seed),
                [SAMPLES[0], SAMPLES[0].other],
              ]),
            ],
          }).differences.map(fingerprintOf);
        expect(print(one)).toEqual(print(other));
      }),
    );
  });

  it('is no drift from what was captured of it', () => {
    fc.assert(
      fc.property(
        samples,
        fc.dictionary(fc.string(), json),
        (chosen, document) => {
          const captured = resourceOf(chosen.map(each => [each, each.wanted]));
          const live = {
            ...captured,
            providerProperties: { ...document, ...captured.providerProperties },
          };
          const { resource } = readDesiredCloudResource({
            resourceType: live.resourceType,
            name: 'orders',
            spec: JSON.parse(JSON.stringify(live)),
          });
          const result = compareCloud({
            desired: resource ? [resource] : [],
            live: [JSON.parse(JSON.stringify(live))],
          });
          expect(result.differences).toEqual([]);
        },
      ),
    );
  });

  it('is told alike in whatever order resources are desired and answered', () => {
    const several = fc.uniqueArray(fc.tuple(fc.nat({ max: 50 }), samples), {
      selector: ([id]) => id,
      maxLength: 8,
    });
    fc.assert(
      fc.property(several, choice, (resources, seed) => {
        const desired = resources.map(([id, chosen]) => ({
          ...wantedOf(chosen),
          id: `db-${id}`,
        }));
        const live = resources
          // One in four is gone, and every second one is otherwise
          .filter(([id]) => (id + seed) % 4 !== 0)
          .map(([id, chosen]) => ({
            ...resourceOf(
              chosen.map(each => [each, id % 2 ? each.wanted : each.other]),
            ),
            id: `db-${id}`,
          }));
        const other = { ...resourceOf([]), id: 'nobody-wants-it' };
        const report = (turn: number) => {
          const turned = <T>(list: T[]) => [
            ...list.slice(turn % (list.length + 1)),
            ...list.slice(0, turn % (list.length + 1)),
          ];
          const { findings, blindSpots, ...verdict } = assess(
            compareCloud({
              desired: turned(desired),
              live: turned([...live, other]).reverse(),
              listed: [head],
            }),
          );
          return {
            verdict,
            findings: new Set(findings.map(each => JSON.stringify(each))),
            blindSpots: new Set(blindSpots.map(each => JSON.stringify(each))),
          };
        };
        expect(report(seed)).toEqual(report(0));
      }),
    );
  });

  it('stays open as long as nobody saw it, and ends when somebody did', () => {
    // Without the id of a key, the key is known to be the provider's own
    const mayBeUntold = ({ path }: Sample) =>
      path[0] !== 'providerProperties' && path[1] !== 'keyId';
    const told = samples.filter(chosen => chosen.some(mayBeUntold));
    fc.assert(
      fc.property(told, choice, (chosen, seed) => {
        const neutral = chosen.filter(mayBeUntold);
        const hidden = neutral[seed % neutral.length];
        const scan = (changes: Map<Sample, JsonValue | undefined>) =>
          assess(
            compareCloud({
              desired: [wantedOf(chosen)],
              live: [
                resourceOf(
                  chosen.flatMap((each): [Sample, JsonValue][] => {
                    const value = changes.has(each)
                      ? changes.get(each)
                      : each.wanted;
                    return value === undefined ? [] : [[each, value]];
                  }),
                ),
              ],
            }),
          );
        const before = scan(new Map([[hidden, hidden.other]]));
        const untold = scan(new Map([[hidden, undefined]]));
        const kept = keepUnseen({ report: untold, open: before.findings });
        expect(kept.findings.map(each => each.fingerprint)).toEqual(
          before.findings.map(each => each.fingerprint),
        );
        expect(kept.status).toBe('drifted');
        const seen = scan(new Map());
        expect(keepUnseen({ report: seen, open: kept.findings })).toBe(seen);
      }),
    );
  });

  it('never throws, and never takes the same for another', () => {
    fc.assert(
      fc.property(hostile, hostile, (one, other) => {
        const { resource } = readDesiredCloudResource({
          resourceType: 'storage',
          name: 'x',
          spec: {
            ...head,
            kind: 'AWS::S3::Bucket',
            properties: one,
            providerProperties: { one, other },
          } as JsonObject,
        });
        const live = {
          ...head,
          properties: (other ?? {}) as LiveCloudResource['properties'],
          providerProperties: { one: other, other: one } as JsonObject,
        };
        const reportOn = (desired: DesiredCloudResource) =>
          assess(
            compareCloud({ desired: [desired], live: [live], listed: [head] }),
          );
        expect(reportOn({ ...live, name: 'x' }).findings).toEqual([]);
        const { findings } = reportOn({
          ...(resource ?? live),
          ...head,
          name: 'x',
        });
        findings.forEach(finding => explainFinding(finding));
      }),
    );
  });

  it('reads whatever somebody wrote without throwing', () => {
    fc.assert(
      fc.property(
        hostile,
        fc.constantFrom('database', 'storage', 'x'),
        (spec, resourceType) => {
          const { problems } = readDesiredCloudResource({
            resourceType,
            name: 'x',
            spec,
          });
          for (const problem of problems) {
            expect(problem).toMatch(/[.?]$/);
          }
        },
      ),
    );
  });

  it('never shows a secret', () => {
    fc.assert(
      fc.property(planted, json, fc.boolean(), (secret, plain, isWanted) => {
        const desired = {
          ...wantedOf(SAMPLES),
          providerProperties: { x: isWanted ? secret : plain, list: [plain] },
        };
        const live = {
          ...resourceOf(SAMPLES.map(each => [each, each.other])),
          name: `db password=${PLANTED}`,
          providerProperties: { x: isWanted ? plain : secret, list: [secret] },
        };
        const other = { ...live, id: `https://a:${PLANTED}@x` };
        const options = { live: [live, other], listed: [head] };
        const report = assess(compareCloud({ desired: [desired], ...options }));
        const texts = report.findings.map(finding => explainFinding(finding));
        expect(JSON.stringify([report, texts])).not.toContain(PLANTED);

        const read = readDesiredCloudResource({
          resourceType: 'database',
          name: 'x',
          spec: JSON.parse(JSON.stringify(desired)),
        });
        expect(JSON.stringify(read)).not.toContain(PLANTED);
      }),
    );
  });
});
