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

import { pathStep } from './planAddress';
import { PlanDocument, RawNumber } from './PlanDocument';
import { PlanReadError } from './PlanReadError';
import { readPlan } from './readPlan';
import { inChunks, recordedPlan, seededRandom } from './__testUtils__/plans';
import { referenceRead } from './__testUtils__/referenceReader';

const MUTATED_PLANS = 20_000;

/** A small plan that has everything the reader looks at. */
const SYNTHETIC = JSON.stringify({
  format_version: '1.2',
  terraform_version: '1.11.4',
  planned_values: { root_module: { resources: [{ values: { a: [1, {}] } }] } },
  resource_drift: [
    {
      address: 'a_b.c["x\\y/é"]',
      mode: 'managed',
      type: 'a_b',
      name: 'c',
      index: 'x',
      change: {
        actions: ['update'],
        before: { n: '@odd', big: '@huge', s: 'a\u0001\u2028"' },
        after: { n: '@even', f: 0.1, e: '@exponent', s: '', '@proto': {} },
        after_unknown: {},
        before_sensitive: { s: true },
        after_sensitive: false,
      },
    },
  ],
  resource_changes: [
    {
      address: 'a_b.c["x\\y/é"]',
      mode: 'managed',
      type: 'a_b',
      name: 'c',
      change: { actions: ['no-op'], before: { n: 1 }, after: { n: 1 } },
    },
    {
      address: 'a_b.d',
      mode: 'managed',
      type: 'a_b',
      name: 'd',
      change: { actions: ['no-op'], before: {}, after: {} },
    },
    {
      address: 'module.m[0].a_b.moved',
      module_address: 'module.m[0]',
      previous_address: 'a_b.old',
      mode: 'managed',
      type: 'a_b',
      name: 'moved',
      deposed: 'deadbeef',
      provider_name: 'registry.opentofu.org/x/y',
      change: { actions: ['no-op'], importing: { id: 'i' } },
    },
    {
      address: 'data.x.y',
      mode: 'data',
      change: { actions: ['read'], before: null, after: { z: [] } },
    },
    {
      address: 'a_b.replaced',
      mode: 'managed',
      type: 'a_b',
      name: 'replaced',
      action_reason: 'replace_because_cannot_update',
      change: {
        actions: ['delete', 'create'],
        replace_paths: [['name'], ['l', 0]],
      },
    },
  ],
  output_changes: { o: { actions: ['no-op'] }, p: { actions: ['update'] } },
  prior_state: {
    values: {
      root_module: {
        resources: [
          { address: 'a_b.old', mode: 'managed', values: {} },
          { address: 'a_b.e', mode: 'managed', deposed_key: 'x' },
        ],
        child_modules: [
          { resources: [{ address: 'module.m[0].a_b.f', mode: 'managed' }] },
        ],
      },
    },
  },
  configuration: {
    root_module: {
      resources: [
        {
          address: 'a_b.c',
          mode: 'managed',
          expressions: { n: { constant_value: 1 }, b: [{ s: {} }] },
        },
        { address: 'a_b.replaced', mode: 'managed' },
      ],
      module_calls: {
        m: {
          expressions: { v: { references: ['a_b.d.id', 'a_b.d'] } },
          module: {
            resources: [
              {
                address: 'a_b.moved',
                mode: 'managed',
                expressions: { name: { references: ['var.v'] } },
              },
            ],
          },
        },
      },
    },
  },
  relevant_attributes: [{ resource: 'a_b.c', attribute: ['l', 0] }],
  checks: [{ address: { to_display: 'check.x' }, status: 'fail' }],
  action_invocations: [{}, {}],
  complete: true,
  errored: false,
})
  .replace('"@odd"', '9007199254740993')
  .replace('"@even"', '9007199254740992')
  .replace('"@huge"', '1e400')
  .replace('"@exponent"', '1.50E+2')
  .replace('@proto', '__proto__');

/** Bits of JSON that hit harder than random bytes. */
const FRAGMENTS = [
  '"actions":["no-op"],',
  '"actions":["delete"],',
  '"change":{},',
  '"no-op",',
  '"mode":"data",',
  '"previous_address":"x",',
  '"__proto__":{"a":1},',
  '{}',
  '[',
  ']',
  '{',
  '}',
  '"',
  '\\',
  '\\u00e9',
  '\\ud800',
  ',',
  ':',
  'null',
  'tru',
  '-',
  '01',
  '1e999',
  '123456789012345678901234567890',
  '0.1000000000000000055511151231257827',
  '\u0000',
  '\ufeff',
  'é',
  '𝄞',
];

function mutate(seed: Buffer, random: () => number): Buffer {
  const at = (length: number) => Math.floor(random() * length);
  let bytes = Buffer.from(seed);
  for (let rounds = 1 + at(3); rounds > 0; rounds--) {
    const here = at(bytes.length);
    const there = Math.min(bytes.length, here + 1 + at(60));
    switch (at(7)) {
      case 0:
        bytes[here] ^= 1 << at(8);
        break;
      case 1:
        bytes = bytes.subarray(0, here + 1);
        break;
      case 2: {
        const copy = bytes.subarray(here, there);
        bytes = Buffer.concat([
          bytes.subarray(0, there),
          copy,
          bytes.subarray(there),
        ]);
        break;
      }
      case 3: {
        const other = at(here + 1);
        bytes = Buffer.concat([
          bytes.subarray(0, other),
          bytes.subarray(here, there),
          bytes.subarray(other, here),
          bytes.subarray(there),
        ]);
        break;
      }
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, here), bytes.subarray(there)]);
        break;
      case 5: {
        // Between two tokens, where a fragment has a chance to be well-formed.
        const text = bytes.toString('latin1');
        const gap = text.indexOf('{,['[at(3)], here) + 1;
        bytes = Buffer.concat([
          bytes.subarray(0, gap),
          Buffer.from(FRAGMENTS[at(FRAGMENTS.length)]),
          bytes.subarray(gap),
        ]);
        break;
      }
      default:
        bytes = Buffer.concat([
          bytes.subarray(0, here),
          Buffer.from(FRAGMENTS[at(FRAGMENTS.length)]),
          bytes.subarray(here),
        ]);
    }
  }
  return bytes;
}

/** What JSON.parse makes of the bytes; undefined when it refuses them. */
function parsed(bytes: Buffer): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** The comparable part of a document, numbers as JSON.parse reads them. */
function comparable(document: PlanDocument): unknown {
  const plain = (value: unknown): unknown => {
    if (value instanceof RawNumber) {
      return Number(value.text);
    }
    if (Array.isArray(value)) {
      return value.map(plain);
    }
    if (typeof value === 'object' && value !== null) {
      return Object.entries(value).map(([key, member]) => [key, plain(member)]);
    }
    return value;
  };
  const entry = (one: PlanDocument['drift'][number]) => [
    one.address,
    one.actions,
    one.deposed,
    one.previousAddress,
    one.replacePaths,
    plain(one.before),
    plain(one.after),
    plain(one.beforeSensitive),
    plain(one.afterSensitive),
    plain(one.afterUnknown),
  ];
  return {
    drift: document.drift.map(entry),
    changes: document.changes.map(entry),
    hasResourceChanges: document.hasResourceChanges,
    totalResources: document.totalResources,
    changedOutputs: [...document.changedOutputs].sort(),
    actionInvocations: document.actionInvocations,
    dataReads: document.dataReads,
    configured: [...document.configuredPaths]
      .map(([address, paths]) => [address, [...paths].sort()])
      .sort(),
  };
}

function comparableReference(plan: unknown): unknown {
  const reference = referenceRead(plan);
  const text = (value: unknown) =>
    typeof value === 'string' && value !== '' ? value : undefined;
  const plain = (value: any): unknown => {
    if (Array.isArray(value)) {
      return value.map(plain);
    }
    if (typeof value === 'object' && value !== null) {
      return Object.keys(value).map(key => [key, plain(value[key])]);
    }
    return value;
  };
  const entry = (one: any) => {
    const change =
      typeof one.change === 'object' &&
      one.change !== null &&
      !Array.isArray(one.change)
        ? one.change
        : {};
    return [
      one.address,
      Array.isArray(change.actions)
        ? change.actions.map((action: unknown) =>
            typeof action === 'string' ? action : 'unknown',
          )
        : [],
      text(one.deposed),
      text(one.previous_address),
      Array.isArray(change.replace_paths)
        ? change.replace_paths
            .filter(Array.isArray)
            .map((path: unknown[]) => path.map(pathStep))
        : undefined,
      plain(change.before),
      plain(change.after),
      plain(change.before_sensitive),
      plain(change.after_sensitive),
      plain(change.after_unknown),
    ];
  };
  return {
    ...reference,
    drift: reference.drift.map(entry),
    changes: reference.changes.map(entry),
    changedOutputs: [...reference.changedOutputs].sort(),
    configured: Object.entries(reference.configured).sort(),
  };
}

/** Verdicts about form, which JSON.parse has to share. */
const FORM_ERRORS = ['empty', 'truncated', 'invalid-json', 'invalid-utf8'];

describe('readPlan against JSON.parse', () => {
  it(`reads ${MUTATED_PLANS} mutated plans as JSON.parse and loops do, or refuses them`, async () => {
    const random = seededRandom(20261122);
    const seeds = [
      Buffer.from(SYNTHETIC),
      Buffer.from(SYNTHETIC),
      Buffer.from(SYNTHETIC.replace(/([{,[])(?=")/g, '$1\r\n\t ')),
      recordedPlan('moved-refresh-only.json'),
      recordedPlan('refresh-only-drift.json'),
      recordedPlan('drift-delete-and-forced-replace.json'),
    ];
    const counts = { accepted: 0, refused: 0, refusedForMeaning: 0 };

    for (let round = 0; round < MUTATED_PLANS; round++) {
      const seed = seeds[round % seeds.length];
      const bytes = mutate(seed, random);
      const expected = parsed(bytes) as { value: unknown } | undefined;
      let document: PlanDocument | undefined;
      let failure: unknown;
      try {
        document = await readPlan(
          inChunks(bytes, () => 1 + Math.floor(random() * 40)),
        );
      } catch (error) {
        failure = error;
      }

      if (document === undefined) {
        if (!(failure instanceof PlanReadError)) {
          throw failure;
        }
        counts.refused++;
        if (expected) {
          counts.refusedForMeaning++;
          if (FORM_ERRORS.includes(failure.code)) {
            throw new Error(
              `round ${round}: JSON.parse accepts what was refused as ${failure.code}: ${failure.message}`,
            );
          }
        }
        continue;
      }
      counts.accepted++;
      if (!expected) {
        throw new Error(`round ${round}: JSON.parse refuses what was accepted`);
      }
      const ours = JSON.stringify(comparable(document));
      const reference = JSON.stringify(comparableReference(expected.value));
      if (ours !== reference) {
        throw new Error(
          `round ${round}: read as\n${ours}\ninstead of\n${reference}`,
        );
      }
    }

    // The mutations must reach both sides, or the comparison proves nothing.
    expect(counts.accepted).toBeGreaterThan(MUTATED_PLANS / 20);
    expect(counts.refused).toBeGreaterThan(MUTATED_PLANS / 4);
    expect(counts.refusedForMeaning).toBeGreaterThan(100);
  }, 120_000);
});
