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

import { readFileSync } from 'node:fs';
import { PlanDocument, PlanValue, RawNumber } from './PlanDocument';
import { PlanLimits } from './PlanLimits';
import { PlanReadError } from './PlanReadError';
import { readPlan } from './readPlan';
import {
  inChunks,
  planBytes,
  publicPlanPaths,
  recordedPlan,
  recordedPlanNames,
  seededRandom,
} from './__testUtils__/plans';
import { referenceRead } from './__testUtils__/referenceReader';

const read = (plan: unknown, limits?: PlanLimits) =>
  readPlan(inChunks(planBytes(plan)), limits);

async function refusal(
  plan: unknown,
  limits?: PlanLimits,
): Promise<PlanReadError> {
  const bytes = Buffer.isBuffer(plan) ? plan : planBytes(plan);
  const failures = await Promise.all(
    [1, 3, 64 * 1024].map(size =>
      readPlan(
        inChunks(bytes, () => size),
        limits,
      ).then(
        () => new Error('was accepted'),
        error => error,
      ),
    ),
  );
  for (const failure of failures) {
    expect(failure).toBeInstanceOf(PlanReadError);
    expect(failure.code).toBe(failures[0].code);
  }
  return failures[0];
}

const entry = (address: string, actions: string[], more: object = {}) => ({
  address,
  mode: 'managed',
  type: address.split('.')[0],
  name: address.split('.')[1],
  change: { actions, before: { a: 1 }, after: { a: 1 } },
  ...more,
});

const plan = (parts: object) => ({ format_version: '1.2', ...parts });

const after = (one: { after?: PlanValue }) => one.after;

describe('readPlan on recorded plans', () => {
  it.each(recordedPlanNames())('reads %s as plain loops do', async name => {
    const bytes = recordedPlan(name);
    const document = await readPlan(inChunks(bytes, () => 1000));
    const reference = referenceRead(JSON.parse(bytes.toString()));
    expect(document.drift.map(one => one.address)).toEqual(
      reference.drift.map((one: any) => one.address),
    );
    expect(JSON.parse(JSON.stringify(document.drift.map(after)))).toEqual(
      reference.drift.map((one: any) => one.change.after),
    );
    expect(JSON.parse(JSON.stringify(document.changes.map(after)))).toEqual(
      reference.changes.map((one: any) => one.change.after),
    );
    expect(document).toMatchObject({
      hasResourceChanges: reference.hasResourceChanges,
      totalResources: reference.totalResources,
      changedOutputs: reference.changedOutputs,
      toolVersion: '1.11.4',
      toolName: 'terraform',
      errored: false,
    });
  });

  it('knows what the configuration of a drifted resource sets, and what it names', async () => {
    const { configuredPaths, references } = await readPlan(
      inChunks(recordedPlan('drift-delete-and-forced-replace.json')),
    );
    expect([...configuredPaths.keys()]).toEqual([
      'drift_database.main',
      'drift_database.replica',
    ]);
    expect([...configuredPaths.get('drift_database.main')!]).toEqual(
      expect.arrayContaining(['/tags', '/network_rule', '/network_rule/cidr']),
    );
    expect(configuredPaths.get('drift_database.replica')).toEqual(
      new Set(['/name', '/size_gb', '/tags']),
    );
    expect(references?.get('drift_database.main')).toEqual(
      new Map([['/admin_password', ['var.password']]]),
    );
  });
});

const publicPlans = publicPlanPaths();
const whenPresent = publicPlans.length > 0 ? describe : describe.skip;

whenPresent(
  publicPlans.length > 0
    ? 'readPlan on plans of other projects'
    : 'skipped: public corpus not present',
  () => {
    it('reads them as plain loops do, whatever tool wrote them', async () => {
      const refused: string[] = [];
      for (const path of publicPlans) {
        const bytes = readFileSync(path);
        const reference = () => referenceRead(JSON.parse(bytes.toString()));
        try {
          const document = await readPlan(inChunks(bytes, () => 777));
          expect({
            path,
            drift: document.drift.map(one => one.address),
            changes: document.changes.map(one => one.address),
            total: document.totalResources,
          }).toEqual({
            path,
            drift: reference().drift.map((one: any) => one.address),
            changes: reference().changes.map((one: any) => one.address),
            total: reference().totalResources,
          });
        } catch (error) {
          if (!(error instanceof PlanReadError)) {
            throw error;
          }
          refused.push(error.code);
        }
      }
      // One has no format_version, one a made-up one; all others are plans.
      expect(refused.sort()).toEqual(['not-a-plan', 'unsupported-version']);
    });
  },
);

describe('which entries are kept', () => {
  const noOps = ['t.a', 't.b', 't.c'].map(address => entry(address, ['no-op']));

  it('keeps a no-op whose object drifted, whichever list comes first', async () => {
    const drift = [entry('t.b', ['update'])];
    const orders = [
      plan({ resource_drift: drift, resource_changes: noOps }),
      plan({ resource_changes: noOps, resource_drift: drift }),
      plan({
        configuration: {},
        prior_state: {},
        resource_changes: noOps,
        resource_drift: drift,
      }),
    ];
    for (const document of await Promise.all(orders.map(one => read(one)))) {
      expect(document.changes.map(one => one.address)).toEqual(['t.b']);
      expect(document.totalResources).toBe(3);
    }
  });

  it('tells the deposed object from the current one at the same address', async () => {
    const document = await read(
      plan({
        resource_drift: [entry('t.a', ['update'])],
        resource_changes: [
          entry('t.a', ['no-op'], { deposed: 'abc' }),
          entry('t.a', ['delete'], { deposed: 'def' }),
          entry('t.a', ['no-op']),
        ],
      }),
    );
    expect(document.changes.map(one => one.deposed)).toEqual([
      'def',
      undefined,
    ]);
    expect(document.totalResources).toBe(1);
  });

  it('keeps moves, imports, forgets, unknown actions and entries without actions', async () => {
    const document = await read(
      plan({
        resource_changes: [
          entry('t.moved', ['no-op'], { previous_address: 't.old' }),
          entry('t.imported', [], {
            change: { actions: ['no-op'], importing: { id: 'x' } },
          }),
          entry('t.forgotten', ['forget']),
          entry('t.odd', ['no-op', 'levitate']),
          entry('t.none', [], { change: {} }),
          entry('t.broken', [], { change: 'no-op' }),
          entry('t.still', ['no-op']),
          entry('data.t.read', ['read'], { mode: 'data' }),
        ],
      }),
    );
    expect(document.changes.map(one => [one.address, one.actions])).toEqual([
      ['t.moved', ['no-op']],
      ['t.imported', ['no-op']],
      ['t.forgotten', ['forget']],
      ['t.odd', ['no-op', 'levitate']],
      ['t.none', []],
      ['t.broken', []],
    ]);
    expect(document.changes[1].importing).toBe(true);
    expect(document.dataReads).toBe(1);
    expect(document.totalResources).toBe(7);
  });

  it('is not fooled by keys and texts that look like actions elsewhere', async () => {
    const document = await read(
      plan({
        planned_values: { resource_changes: [{ actions: ['no-op'] }] },
        resource_changes: [
          {
            actions: ['no-op'],
            ...entry('t.a', ['delete']),
            tail: '"change":{"actions":["no-op"]}',
          },
        ],
      }),
    );
    expect(document.changes.map(one => one.actions)).toEqual([['delete']]);
  });

  it('reads escaped keys', async () => {
    const text = JSON.stringify(
      plan({ resource_changes: [entry('t.a', ['delete'])] }),
    );
    const document = await read(text.replace('"actions"', '"act\\u0069ons"'));
    expect(document.changes[0].actions).toEqual(['delete']);
  });

  it('takes the end of a plan in pieces of one byte', async () => {
    const bytes = recordedPlan('drift-delete-and-forced-replace.json');
    const whole = await readPlan(inChunks(bytes));
    const single = await readPlan(inChunks(bytes, () => 1));
    expect(single).toEqual(whole);
  });
});

describe('long lists', () => {
  /** Runs of changed and unchanged entries, some large, that cross every inner border. */
  const parts = (seed: number) => {
    const random = seededRandom(seed);
    const changes: object[] = [];
    while (changes.length < 1200) {
      const run = 1 + Math.floor(random() * 60);
      const actions = random() < 0.5 ? ['no-op'] : ['update'];
      for (let index = 0; index < run; index++) {
        const size = random() < 0.01 ? 300_000 : Math.floor(random() * 900);
        changes.push(
          entry(`t.r${changes.length}`, actions, {
            tail: 'é'.repeat(size),
            change: { actions, after: { n: changes.length, ok: true } },
          }),
        );
      }
    }
    const drift = changes
      .filter(() => random() < 0.3)
      .map((one, index) => ({
        ...one,
        change: { actions: index % 9 ? ['update'] : ['no-op'], before: {} },
      }));
    return { drift, changes };
  };

  it.each([1, 2, 3])('are read as plain loops do (%s)', async seed => {
    const { drift, changes } = parts(seed);
    const documents = [
      plan({ resource_drift: drift, resource_changes: changes }),
      plan({
        prior_state: {},
        resource_changes: changes,
        resource_drift: drift,
      }),
      plan({ resource_changes: changes }),
    ];
    for (const one of documents) {
      const reference = referenceRead(JSON.parse(JSON.stringify(one)));
      const document = await read(one);
      expect(document.changes.map(({ address }) => address)).toEqual(
        reference.changes.map((change: any) => change.address),
      );
      expect(document.changes.map(after)).toEqual(
        reference.changes.map((change: any) => change.change.after),
      );
      expect(document.drift.map(({ address }) => address)).toEqual(
        reference.drift.map((change: any) => change.address),
      );
      expect(document.totalResources).toBe(reference.totalResources);
    }
  });

  it('find a duplicate key among many entries', async () => {
    const { changes } = parts(4);
    const text = JSON.stringify(plan({ resource_changes: changes }));
    const at = text.lastIndexOf('"ok":true');
    const doubled = `${text.slice(0, at)}"ok":false,${text.slice(at)}`;
    await expect(read(doubled)).rejects.toMatchObject({
      code: 'duplicate-key',
    });
  });
});

describe('how many resources there are', () => {
  const state = (...addresses: string[]) => ({
    prior_state: {
      values: {
        root_module: {
          resources: addresses.map(address => ({
            address,
            mode: address.startsWith('data.') ? 'data' : 'managed',
          })),
        },
      },
    },
  });

  it('counts state and configuration together, a moved one once', async () => {
    const document = await read(
      plan({
        resource_changes: [
          entry('t.new', ['no-op'], { previous_address: 't.old' }),
          entry('t.planned', ['create']),
        ],
        ...state('t.old', 't.untouched', 'data.t.x'),
      }),
    );
    expect(document.totalResources).toBe(3);
  });

  it('counts swapped addresses of a refresh-only plan as two', async () => {
    const document = await read(
      plan({
        resource_drift: [
          entry('t.a', ['no-op'], { previous_address: 't.b' }),
          entry('t.b', ['no-op'], { previous_address: 't.a' }),
        ],
        ...state('t.a', 't.b'),
      }),
    );
    expect(document.totalResources).toBe(2);
    expect(document.hasResourceChanges).toBe(false);
    expect(document.drift).toHaveLength(2);
  });

  it('counts a resource deleted outside once, and in nested modules of the state', async () => {
    const document = await read(
      plan({
        resource_drift: [entry('t.gone', ['delete'])],
        prior_state: {
          values: {
            root_module: {
              child_modules: [
                {
                  child_modules: [
                    {
                      resources: [
                        { address: 'module.a.module.b.t.x', mode: 'managed' },
                        {
                          address: 'module.a.module.b.t.x',
                          mode: 'managed',
                          deposed_key: 'd',
                        },
                      ],
                    },
                  ],
                },
              ],
            },
          },
        },
      }),
    );
    expect(document.totalResources).toBe(2);
  });
});

describe('values', () => {
  const valuesOf = async (json: string): Promise<Record<string, PlanValue>> => {
    const document = await read(
      `{"format_version":"1.2","resource_changes":[{"address":"t.a","mode":"managed","change":{"actions":["update"],"after":${json}}}]}`,
    );
    return document.changes[0].after as Record<string, PlanValue>;
  };

  it('keeps numbers that a double cannot hold as their text', async () => {
    expect(
      await valuesOf(
        '{"a":9007199254740993,"b":9007199254740992,"c":12345678901234567890,"d":1e400,"e":0.1000000000000000055511151231257827,"f":-1e-400}',
      ),
    ).toEqual({
      a: new RawNumber('9007199254740993'),
      b: new RawNumber('9007199254740992'),
      c: new RawNumber('12345678901234567890'),
      d: new RawNumber('1e400'),
      e: new RawNumber('0.1000000000000000055511151231257827'),
      f: new RawNumber('-1e-400'),
    });
  });

  it('keeps all other numbers as numbers, however they are written', async () => {
    expect(
      await valuesOf(
        '{"a":9007199254740991,"b":0.1,"c":1.50e+2,"d":-0.0,"e":0.30000000000000004,"f":100000000000000000000e-20}',
      ),
    ).toEqual({
      a: 9007199254740991,
      b: 0.1,
      c: 150,
      d: -0,
      e: 0.30000000000000004,
      f: 1,
    });
  });

  it('gives objects no prototype, so that __proto__ is a key like any other', async () => {
    for (const big of ['1', '1e400']) {
      const values = await valuesOf(
        `{"__proto__":{"polluted":${big}},"constructor":"x"}`,
      );
      expect(Object.getPrototypeOf(values)).toBe(null);
      expect(Object.keys(values)).toEqual(['__proto__', 'constructor']);
      expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
      expect(values.toString).toBeUndefined();
    }
  });

  it('accepts a byte order mark, with a warning', async () => {
    const bytes = Buffer.concat([
      Buffer.from([0xef, 0xbb, 0xbf]),
      recordedPlan('refresh-only-drift.json'),
    ]);
    const document = await readPlan(inChunks(bytes, () => 1));
    expect(document.drift).toHaveLength(1);
    expect(document.warnings).toEqual([
      'The document starts with a byte order mark.',
    ]);
  });
});

describe('documents that are refused', () => {
  const good = JSON.stringify(plan({ resource_changes: [] }));

  it.each<[string, unknown, string]>([
    ['nothing', '', 'empty'],
    ['white space', ' \r\n\t', 'empty'],
    ['a cut plan', '{"resource_changes":[{"a":', 'truncated'],
    ['a plan without its last brace', good.slice(0, -1), 'truncated'],
    [
      'a plan that ends inside a character',
      Buffer.from([0x7b, 0x22, 0xc3]),
      'invalid-utf8',
    ],
    ['something behind the plan', `${good}{}`, 'invalid-json'],
    ['a second plan', `${good}\n${good}`, 'invalid-json'],
    ['the text of a plan', 'Terraform will perform', 'invalid-json'],
    ['a trailing comma', '{"format_version":"1.2",}', 'invalid-json'],
    ['single quotes', "{'format_version':'1.2'}", 'invalid-json'],
    ['NaN', '{"format_version":NaN}', 'invalid-json'],
    ['a leading zero', '{"a":01}', 'invalid-json'],
    ['a leading plus', '{"a":+1}', 'invalid-json'],
    ['a bare fraction', '{"a":.5}', 'invalid-json'],
    ['an unfinished fraction', '{"a":1.}', 'invalid-json'],
    ['a raw newline in a string', '{"a":"\n"}', 'invalid-json'],
    ['an unknown escape', '{"a":"\\x41"}', 'invalid-json'],
    ['a short unicode escape', '{"a":"\\u12"}', 'invalid-json'],
    ['mismatched brackets', '{"a":[}', 'invalid-json'],
    ['a misspelt literal', '{"a":trve}', 'invalid-json'],
    ['a no-break space', '{\u00a0"a":1}', 'invalid-json'],
    [
      'an overlong UTF-8 form',
      Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22]),
      'invalid-utf8',
    ],
    [
      'a UTF-8 surrogate',
      Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22]),
      'invalid-utf8',
    ],
    ['UTF-16', Buffer.from(`\ufeff${good}`, 'utf16le'), 'invalid-utf8'],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0, 0]), 'not-a-plan'],
    ['a binary plan file', Buffer.from('PK\u0003\u0004....'), 'not-a-plan'],
    ['an array', '[]', 'not-a-plan'],
    ['a string', '"plan"', 'not-a-plan'],
    ['null', 'null', 'not-a-plan'],
    ['an empty object', {}, 'not-a-plan'],
    ['a plan without format_version', { resource_changes: [] }, 'not-a-plan'],
    [
      'a numeric format_version',
      { format_version: 1.2, resource_changes: [] },
      'not-a-plan',
    ],
    ['only a format_version', { format_version: '1.0' }, 'not-a-plan'],
    [
      'the answer of validate -json',
      { format_version: '1.0', valid: true },
      'not-a-plan',
    ],
    [
      'a state',
      { format_version: '1.0', terraform_version: '1.11.4', values: {} },
      'not-a-plan',
    ],
    [
      'a state with checks',
      { format_version: '1.0', values: {}, checks: [] },
      'not-a-plan',
    ],
    ['changes that are no list', plan({ resource_changes: {} }), 'not-a-plan'],
    [
      'a change that is no object',
      plan({ resource_changes: [1] }),
      'not-a-plan',
    ],
    [
      'a change without address',
      plan({ resource_changes: [{}] }),
      'not-a-plan',
    ],
    [
      'format 2.0',
      { format_version: '2.0', resource_changes: [] },
      'unsupported-version',
    ],
    [
      'format 10.1',
      { format_version: '10.1', resource_changes: [] },
      'unsupported-version',
    ],
    [
      'a made-up format',
      { format_version: 'x', resource_changes: [] },
      'unsupported-version',
    ],
    [
      'the same list twice',
      '{"format_version":"1.2","resource_changes":[],"resource_changes":[]}',
      'duplicate-key',
    ],
    [
      'the same unknown key twice',
      '{"format_version":"1.2","resource_changes":[],"x":1,"x":1}',
      'duplicate-key',
    ],
    [
      'a key twice, once escaped',
      '{"format_version":"1.2","resource_drift":[],"resource\\u005fdrift":[]}',
      'duplicate-key',
    ],
  ])('%s', async (_, document, code) => {
    expect((await refusal(document)).code).toBe(code);
  });

  it.each([
    '"actions":["no-op"],"actions":["delete"]',
    '"actions":["no-op"],"actions":["no-op"]',
    '"actions":["update"],"after":{"a":1,"a":2}',
    '"actions":["update"],"after":{"deep":[{"a":1,"b":1e400,"a":2}]}',
  ])('a change with %s', async members => {
    const document = `{"format_version":"1.2","resource_changes":[{"address":"t.a","mode":"managed","change":{${members}}}]}`;
    expect((await refusal(document)).code).toBe('duplicate-key');
  });

  it('an entry with two changes, of which the first is harmless', async () => {
    const document = `{"format_version":"1.2","resource_changes":[{"address":"t.a","mode":"managed","change":{"actions":["no-op"]},"change":{"actions":["delete"]}}]}`;
    expect((await refusal(document)).code).toBe('duplicate-key');
  });

  it('every prefix of a plan', async () => {
    const bytes = recordedPlan('refresh-only-drift.json');
    for (let length = 0; length < bytes.length - 1; length++) {
      const error: PlanReadError = await readPlan(
        inChunks(bytes.subarray(0, length)),
      ).then(
        () => undefined,
        failure => failure,
      );
      expect(['truncated', 'empty']).toContain(error?.code);
    }
  });

  it('nesting beyond the limit, also in parts that are not needed, without building it', async () => {
    const nested = (depth: number) =>
      `{"format_version":"1.2","resource_changes":[],"x":${'['.repeat(
        depth - 1,
      )}${']'.repeat(depth - 1)}}`;
    await expect(read(nested(200))).resolves.toBeDefined();
    expect((await refusal(nested(201))).code).toBe('too-deep');
    expect((await refusal(nested(10), { maxDepth: 9 })).code).toBe('too-deep');
    const hostile = Buffer.alloc(5_000_000, '[');
    await expect(readPlan(inChunks(hostile))).rejects.toMatchObject({
      code: 'not-a-plan',
    });
  });

  it('what is larger than its limit', async () => {
    const large = plan({
      resource_changes: [
        entry('t.a', ['update'], {
          change: { actions: ['update'], after: { text: 'x'.repeat(5000) } },
        }),
        entry('t.b', ['update']),
      ],
    });
    await expect(read(large)).resolves.toBeDefined();
    for (const limits of [
      { maxBytes: 1000 },
      { maxElementBytes: 4000 },
      { maxStringLength: 4999 },
      { maxEntries: 1 },
    ]) {
      expect((await refusal(large, limits)).code).toBe('too-large');
    }
  });

  it('no large entry that is not needed', async () => {
    const document = await read(
      plan({
        resource_drift: [],
        resource_changes: [
          entry('t.a', [], {
            change: { actions: ['no-op'], after: 'x'.repeat(5000) },
          }),
          entry('t.b', ['update']),
        ],
      }),
      { maxElementBytes: 1000, maxEntries: 1 },
    );
    expect(document.totalResources).toBe(2);
  });

  it('without telling anything of the document', async () => {
    const secret = 'hunter22';
    const messages = await Promise.all(
      [
        `{"${secret}":1,"${secret}":2}`,
        `{"a":${secret}}`,
        `{"format_version":"${secret}","resource_changes":[]}`,
        plan({ resource_changes: [entry(secret, ['update'], { change: [] })] }),
      ].map(document => refusal(document).catch(() => undefined)),
    );
    for (const error of messages) {
      expect(error?.message ?? '').not.toContain(secret);
    }
  });
});

describe('the rest of the document', () => {
  it('is told in short', async () => {
    const document: PlanDocument = await read({
      format_version: '0.2',
      terraform_version: '1.6.0',
      resource_changes: [
        entry('t.a', ['no-op'], {
          provider_name: 'registry.opentofu.org/hashicorp/aws',
        }),
      ],
      deferred_changes: [
        {
          reason: 'instance_count_unknown',
          resource_change: { address: 't.x' },
        },
      ],
      output_changes: {
        same: { actions: ['no-op'] },
        changed: { actions: ['update'], after: 'secret' },
      },
      relevant_attributes: [
        { resource: 't.a', attribute: ['list', 0, 'a/b~c'] },
      ],
      checks: [
        { address: { to_display: 'check.good' }, status: 'pass' },
        { address: { to_display: 'check.bad' }, status: 'fail' },
        { address: { to_display: 'check.broken' }, status: 'error' },
      ],
      action_invocations: [{}, {}],
      complete: false,
      errored: true,
      applyable: true,
      something_new: { a: [1] },
    });
    expect(document).toMatchObject({
      formatVersion: '0.2',
      toolName: 'tofu',
      toolVersion: '1.6.0',
      deferredChanges: [{ address: 't.x', reason: 'instance_count_unknown' }],
      changedOutputs: ['changed'],
      relevantAttributes: [{ resource: 't.a', pointer: '/list/0/a~1b~0c' }],
      failedChecks: [
        { address: 'check.bad', status: 'fail' },
        { address: 'check.broken', status: 'error' },
      ],
      actionInvocations: 2,
      complete: false,
      errored: true,
      applyable: true,
    });
  });

  it('names configuration by module path, and references across modules', async () => {
    const document = await read(
      plan({
        resource_changes: [
          entry('module.a["x.y"].module.b[0].t.z[1]', ['update'], {
            module_address: 'module.a["x.y"].module.b[0]',
          }),
          entry('t.bare', ['update']),
        ],
        configuration: {
          root_module: {
            resources: [
              { address: 't.bare', mode: 'managed' },
              { address: 't.other', mode: 'managed', expressions: { a: {} } },
            ],
            module_calls: {
              a: {
                expressions: { in: { references: ['t.bare.id', 't.bare'] } },
                module: {
                  outputs: {
                    out: { expression: { references: ['module.b.x'] } },
                  },
                  module_calls: {
                    b: {
                      module: {
                        resources: [
                          {
                            address: 't.z',
                            mode: 'managed',
                            expressions: {
                              name: { references: ['var.in'] },
                              block: [{ leaf: { constant_value: 1 } }, {}],
                              single: { inner: { references: ['t.q'] } },
                            },
                          },
                        ],
                      },
                    },
                  },
                },
              },
            },
          },
        },
      }),
    );
    expect(document.configuredPaths).toEqual(
      new Map([
        ['t.bare', new Set()],
        [
          'module.a.module.b.t.z',
          new Set([
            '/name',
            '/block',
            '/block/leaf',
            '/single',
            '/single/inner',
          ]),
        ],
      ]),
    );
    expect(document.references).toEqual(
      new Map([
        ['module.a.var', new Map([['/in', ['t.bare.id', 't.bare']]])],
        ['module.a.output', new Map([['/out', ['module.b.x']]])],
        [
          'module.a.module.b.t.z',
          new Map([
            ['/name', ['var.in']],
            ['/single/inner', ['t.q']],
          ]),
        ],
      ]),
    );
  });

  it('may come in any order that keeps the two lists together', async () => {
    const parts: Record<string, unknown> = JSON.parse(
      recordedPlan('drift-delete-and-forced-replace.json').toString(),
    );
    const native = await read(parts);
    const sorted = await read(Object.fromEntries(Object.entries(parts).sort()));
    const reversed = await read(
      Object.fromEntries(Object.entries(parts).sort().reverse()),
    );
    const maps = (document: PlanDocument) => ({
      ...document,
      configuredPaths: Object.fromEntries(document.configuredPaths),
      references: Object.fromEntries(document.references!),
    });
    expect(maps(sorted)).toEqual(maps(native));
    expect(maps(reversed)).toEqual(maps(native));
  });
});
