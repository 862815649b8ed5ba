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

import type { Finding } from '@infra-hub/backstage-plugin-drift-common';
import { Entry, PlanParts, reportOf } from './__testUtils__/planOf';

/** `class change [rule] fields` of every finding. */
async function findingsOf(parts: PlanParts): Promise<string[]> {
  const report = await reportOf(parts);
  return report.findings.map(inShort);
}

function inShort(finding: Finding): string {
  return `${finding.class} ${finding.change} [${finding.rule}] ${finding.fields
    .map(field => field.path)
    .join(' ')}`.trim();
}

const update = (before: unknown, after: unknown, more = {}): Entry => ({
  actions: ['update'],
  before,
  after,
  ...more,
});
const noOp = (value: unknown, more = {}): Entry => ({
  actions: ['no-op'],
  before: value,
  after: value,
  ...more,
});
const sets = (...names: string[]) => ({
  'test_thing.it': Object.fromEntries(
    names.map(name => [name, { constant_value: 0 }]),
  ),
});

describe('classification of one resource', () => {
  it.each<[situation: string, parts: PlanParts, expected: string[]]>([
    [
      'a configured attribute was changed outside',
      {
        drift: [update({ size: 1 }, { size: 2 })],
        changes: [update({ size: 2 }, { size: 1 })],
      },
      ['drift update [drift-to-revert] /size'],
    ],
    [
      'the same attribute was changed outside and, differently, in code',
      {
        drift: [update({ size: 1 }, { size: 2 })],
        changes: [update({ size: 2 }, { size: 3 })],
      },
      ['drift update [drift-to-revert] /size'],
    ],
    [
      'one attribute was changed outside, another in code',
      {
        drift: [update({ a: 1, b: 1 }, { a: 2, b: 1 })],
        changes: [update({ a: 2, b: 1 }, { a: 1, b: 5 })],
      },
      [
        'drift update [drift-to-revert] /a',
        'pending update [planned-update] /b',
      ],
    ],
    [
      'one entry of a map was changed outside, another in code',
      {
        drift: [update({ m: { a: '1', b: '1' } }, { m: { a: '2', b: '1' } })],
        changes: [update({ m: { a: '2', b: '1' } }, { m: { a: '1', b: '5' } })],
      },
      [
        'drift update [drift-to-revert] /m/a',
        'pending update [planned-update] /m/b',
      ],
    ],
    [
      'the code already says what was done outside, and something else besides',
      {
        drift: [update({ a: 1, b: 1 }, { a: 2, b: 1 })],
        changes: [update({ a: 2, b: 1 }, { a: 2, b: 5 })],
        configuration: sets('a', 'b'),
      },
      [
        'pending update [planned-update] /b',
        'absorbed update [absorbed-code-matches] /a',
      ],
    ],
    [
      'ignore_changes, or code that matches already',
      {
        drift: [update({ a: 1 }, { a: 2 })],
        changes: [noOp({ a: 2 })],
        configuration: sets('a'),
      },
      ['absorbed update [absorbed-accepted] /a'],
    ],
    [
      'a computed attribute changed',
      {
        drift: [update({ a: 1, ip: 'x' }, { a: 1, ip: 'y' })],
        changes: [noOp({ a: 1, ip: 'y' })],
        configuration: sets('a'),
      },
      ['absorbed update [absorbed-computed] /ip'],
    ],
    [
      'a computed attribute changed, and a code change computes it anew',
      {
        drift: [update({ a: 1, ip: 'x' }, { a: 1, ip: 'y' })],
        changes: [
          update({ a: 1, ip: 'y' }, { a: 2 }, { after_unknown: { ip: true } }),
        ],
        configuration: sets('a'),
      },
      [
        'pending update [planned-update] /a',
        'absorbed update [absorbed-computed] /ip',
      ],
    ],
    [
      'deleted outside',
      {
        drift: [{ actions: ['delete'], before: { a: 1 }, after: null }],
        changes: [{ actions: ['create'], before: null, after: { a: 1 } }],
      },
      ['drift create [deleted-outside] /a'],
    ],
    [
      'deleted outside and in code, without an entry of change',
      {
        drift: [{ actions: ['delete'], before: { a: 1 }, after: null }],
        changes: [],
      },
      ['absorbed delete [deleted-outside-and-in-code]'],
    ],
    [
      'deleted outside and in code, with a no-op',
      {
        drift: [{ actions: ['delete'], before: { a: 1 }, after: null }],
        changes: [
          noOp(null, { action_reason: 'delete_because_no_resource_config' }),
        ],
      },
      ['absorbed delete [deleted-outside-and-in-code]'],
    ],
    [
      'changed outside in an attribute that forces replacement',
      {
        drift: [update({ name: 'a' }, { name: 'b' })],
        changes: [
          {
            actions: ['delete', 'create'],
            action_reason: 'replace_because_cannot_update',
            before: { name: 'b', id: '1' },
            after: { name: 'a' },
            after_unknown: { id: true },
            replace_paths: [['name']],
          },
        ],
      },
      ['drift replace [drift-forces-replacement] /name'],
    ],
    [
      'changed outside, and the code replaces it for another attribute',
      {
        drift: [update({ size: 1, name: 'a' }, { size: 2, name: 'a' })],
        changes: [
          {
            actions: ['create', 'delete'],
            action_reason: 'replace_because_cannot_update',
            before: { size: 2, name: 'a' },
            after: { size: 1, name: 'b' },
            replace_paths: [['name']],
          },
        ],
      },
      [
        'drift update [drift-to-revert] /size',
        'pending replace [planned-replace] /name',
      ],
    ],
    [
      'changed outside and tainted',
      {
        drift: [update({ size: 1, id: 'x' }, { size: 2, id: 'x' })],
        changes: [
          {
            actions: ['delete', 'create'],
            action_reason: 'replace_because_tainted',
            before: { size: 2, id: 'x' },
            after: { size: 1 },
            after_unknown: { id: true },
          },
        ],
        configuration: sets('size'),
      },
      [
        'drift update [drift-to-revert] /size',
        'pending replace [replace-tainted]',
      ],
    ],
    [
      'changed outside, and its code was removed: the plan shows the recorded value',
      {
        drift: [update({ size: 1 }, { size: 2 })],
        changes: [
          {
            actions: ['delete'],
            action_reason: 'delete_because_no_resource_config',
            before: { size: 1 },
            after: null,
          },
        ],
      },
      [
        'drift update [drift-code-removed] /size',
        'pending delete [code-removed]',
      ],
    ],
    [
      'changed outside and given up',
      {
        drift: [update({ size: 1 }, { size: 2 })],
        changes: [{ actions: ['forget'], before: { size: 2 }, after: null }],
      },
      [
        'pending forget [planned-forget]',
        'absorbed update [absorbed-forgotten] /size',
      ],
    ],
    [
      'changed outside, and an action that nobody knows',
      {
        drift: [update({ size: 1 }, { size: 2 })],
        changes: [
          { actions: ['create', 'transmute'], before: { size: 2 }, after: {} },
        ],
      },
      [
        'drift update [drift-to-revert] /size',
        'pending unknown [unknown-action]',
      ],
    ],
    [
      'moved and changed outside',
      {
        drift: [
          update({ a: 1 }, { a: 2 }, { previous_address: 'test_thing.old' }),
        ],
        changes: [
          update({ a: 2 }, { a: 1 }, { previous_address: 'test_thing.old' }),
        ],
      },
      ['drift update [drift-to-revert] /a'],
    ],
    [
      'only moved',
      { changes: [noOp({ a: 1 }, { previous_address: 'test_thing.old' })] },
      ['noise move [moved]'],
    ],
    [
      'only imported',
      { changes: [noOp({ a: 1 }, { importing: { id: 'x' } })] },
      ['pending import [planned-import]'],
    ],
    [
      'imported and changed',
      {
        changes: [update({ a: 1 }, { a: 2 }, { importing: { id: 'x' } })],
      },
      ['pending import [planned-import] /a'],
    ],
    [
      'imported and replaced',
      {
        changes: [
          {
            actions: ['delete', 'create'],
            before: { a: 1 },
            after: { a: 2 },
            importing: { id: 'x' },
            replace_paths: [['a']],
          },
        ],
      },
      ['pending replace [planned-replace] /a'],
    ],
    [
      'new in code',
      { changes: [{ actions: ['create'], before: null, after: { a: 1 } }] },
      ['pending create [planned-create]'],
    ],
    [
      'fewer instances in code',
      {
        changes: [
          {
            actions: ['delete'],
            before: { a: 1 },
            action_reason: 'delete_because_each_key',
          },
        ],
      },
      ['pending delete [instance-removed]'],
    ],
    [
      'a replacement by create and forget',
      {
        changes: [
          { actions: ['create', 'forget'], before: { a: 1 }, after: { a: 2 } },
        ],
      },
      ['pending replace [planned-replace] /a'],
    ],
    [
      'an unknown action',
      { changes: [{ actions: ['transmute'], before: { a: 1 } }] },
      ['pending unknown [unknown-action]'],
    ],
    [
      'no action at all',
      { changes: [{ actions: [], before: { a: 1 }, after: { a: 1 } }] },
      ['pending unknown [unknown-action]'],
    ],
    [
      'a read of a managed resource',
      { changes: [{ actions: ['read'], before: null, after: {} }] },
      ['noise read [read]'],
    ],
    [
      'a deposed object beside the current one',
      {
        changes: [
          { actions: ['delete'], before: { a: 1 }, deposed: 'abcd1234' },
          update({ a: 1 }, { a: 2 }),
        ],
      },
      ['pending delete [deposed-object]', 'pending update [planned-update] /a'],
    ],
    [
      'only a sensitivity mark changed',
      {
        changes: [
          update(
            { a: 'x' },
            { a: 'x' },
            { before_sensitive: {}, after_sensitive: { a: true } },
          ),
        ],
      },
      ['noise update [sensitivity-only]'],
    ],
    [
      'a planned update that shows no difference',
      { changes: [update({ a: 'x' }, { a: 'x' })] },
      ['pending update [update-without-difference]'],
    ],
    [
      'an unchanged object in the drift list of old Terraform',
      { drift: [noOp({ a: 1 })], changes: [noOp({ a: 1 })] },
      [],
    ],
    [
      'data sources',
      {
        changes: [
          {
            address: 'data.test_thing.d',
            mode: 'data',
            actions: ['read'],
            after: {},
          },
        ],
      },
      [],
    ],
  ])('%s', async (_situation, parts, expected) => {
    expect(await findingsOf(parts)).toEqual(expected);
  });

  it('takes what is there now, not what a removed resource was recorded as', async () => {
    const { findings } = await reportOf({
      drift: [update({ size: 1 }, { size: 2 })],
      changes: [
        {
          actions: ['delete'],
          action_reason: 'delete_because_no_resource_config',
          before: { size: 1 },
        },
      ],
    });
    expect(findings[0].fields).toEqual([
      { path: '/size', recorded: 1, actual: 2 },
    ]);
  });

  it('tells which field forces the replacement', async () => {
    const { findings } = await reportOf({
      drift: [update({ name: 'a', size: 1 }, { name: 'b', size: 2 })],
      changes: [
        {
          actions: ['delete', 'create'],
          before: { name: 'b', size: 2 },
          after: { name: 'a', size: 1 },
          replace_paths: [['name']],
        },
      ],
    });
    expect(findings[0].fields).toEqual([
      {
        path: '/name',
        recorded: 'a',
        actual: 'b',
        desired: 'a',
        forcesReplacement: true,
      },
      { path: '/size', recorded: 1, actual: 2, desired: 1 },
    ]);
  });

  it('says that the code changed too', async () => {
    const { findings } = await reportOf({
      drift: [update({ size: 1 }, { size: 2 })],
      changes: [update({ size: 2 }, { size: 3 })],
    });
    expect(findings[0].reason).toBe(
      'size was changed outside of Terraform; the code changed too, and applying it would overwrite it.',
    );
  });
});

describe('refresh-only plans', () => {
  it('count what the code sets, or may set, as drift', async () => {
    expect(
      await findingsOf({
        drift: [
          update(
            { size: 1, ip: 'x', rule: [{ p: 1 }], zones: ['a'] },
            { size: 2, ip: 'y', rule: [{ p: 2 }], zones: ['b'] },
          ),
        ],
        configuration: sets('size'),
      }),
    ).toEqual([
      'drift update [drift-refresh-only] /size /rule/0/p',
      'absorbed update [absorbed-computed] /ip /zones/0',
    ]);
  });

  it('count everything as drift where the plan holds no configuration', async () => {
    expect(
      await findingsOf({ drift: [update({ ip: 'x' }, { ip: 'y' })] }),
    ).toEqual(['drift update [drift-refresh-only] /ip']);
  });

  it('count a deleted resource as drift while the code has it', async () => {
    const deleted: Entry = { actions: ['delete'], before: { a: 1 } };
    expect(
      await findingsOf({ drift: [deleted], configuration: sets('a') }),
    ).toEqual(['drift create [deleted-outside-refresh-only] /a']);
  });
});

it('everything was deleted outside and in code', async () => {
  const report = await reportOf(
    {
      drift: [{ actions: ['delete'], before: { a: 1 } }],
      more: { applyable: false },
    },
    { exitCode: 0 },
  );
  expect(report.status).toBe('clean');
  expect(report.findings.map(inShort)).toEqual([
    'absorbed delete [deleted-outside-and-in-code]',
  ]);
});

describe('cascades', () => {
  const thing = (name: string, entry: Entry): Entry => ({
    ...entry,
    address: `test_thing.${name}`,
  });

  it('lead to the replaced root, over several steps', async () => {
    const { findings } = await reportOf({
      changes: [
        thing('root', {
          actions: ['delete', 'create'],
          before: { name: 'a', id: '1' },
          after: { name: 'b' },
          after_unknown: { id: true },
          replace_paths: [['name']],
        }),
        thing('middle', {
          actions: ['delete', 'create'],
          before: { parent: '1', id: '2' },
          after: {},
          after_unknown: { parent: true, id: true },
          replace_paths: [['parent']],
        }),
        thing(
          'leaf',
          update({ parent: '2' }, {}, { after_unknown: { parent: true } }),
        ),
        thing('other', update({ size: 1 }, { size: 2 })),
      ],
      configuration: {
        'test_thing.root': { name: { constant_value: 'b' } },
        'test_thing.middle': {
          parent: { references: ['test_thing.root.id', 'test_thing.root'] },
        },
        'test_thing.leaf': {
          parent: {
            references: ['test_thing.middle[0].id', 'test_thing.middle'],
          },
        },
        'test_thing.other': { size: { references: ['test_thing.root.name'] } },
      },
    });
    expect(
      Object.fromEntries(
        findings.map(each => [each.resourceName, each.cascadeOf]),
      ),
    ).toEqual({
      root: undefined,
      middle: 'test_thing.root',
      leaf: 'test_thing.root',
      other: 'test_thing.root',
    });
    expect(findings.every(each => each.class === 'pending')).toBe(true);
  });

  it('do not hide a change of the dependant itself', async () => {
    const { findings } = await reportOf({
      changes: [
        thing('root', {
          actions: ['delete', 'create'],
          before: { name: 'a', id: '1' },
          after: { name: 'b' },
          after_unknown: { id: true },
        }),
        thing(
          'leaf',
          update(
            { parent: '1', size: 1 },
            { size: 2 },
            { after_unknown: { parent: true } },
          ),
        ),
      ],
      configuration: {
        'test_thing.root': { name: { constant_value: 'b' } },
        'test_thing.leaf': {
          parent: { references: ['test_thing.root.id', 'test_thing.root'] },
          size: { constant_value: 2 },
        },
      },
    });
    expect(
      findings.find(each => each.resourceName === 'leaf'),
    ).not.toHaveProperty('cascadeOf');
  });
});

describe('provider default tags', () => {
  it('changed in code are no drift: the tag in the cloud is what it was', async () => {
    const { status, findings } = await reportOf({
      drift: [
        update(
          { tags: { Name: 'x' }, tags_all: { Name: 'x', env: 'prod' } },
          {
            tags: { Name: 'x', env: 'prod' },
            tags_all: { Name: 'x', env: 'prod' },
          },
        ),
      ],
      changes: [
        update(
          {
            tags: { Name: 'x', env: 'prod' },
            tags_all: { Name: 'x', env: 'prod' },
          },
          { tags: { Name: 'x' }, tags_all: { Name: 'x', env: 'stage' } },
        ),
      ],
      configuration: sets('tags'),
    });
    expect(status).toBe('pending');
    expect(findings).toHaveLength(1);
    expect(findings[0].fields.map(field => field.path)).toContain(
      '/tags_all/env',
    );
  });

  it('refreshed by the provider without an effect are absorbed', async () => {
    const report = await reportOf({
      drift: [
        update(
          { tags: null, tags_all: { env: 'prod' } },
          { tags: null, tags_all: { env: 'stage' } },
        ),
      ],
      changes: [noOp({ tags: null, tags_all: { env: 'stage' } })],
      configuration: sets('name'),
    });
    expect(report.status).toBe('clean');
  });

  it('changed by hand in the cloud are drift', async () => {
    const { status, findings } = await reportOf({
      drift: [
        update(
          { tags: {}, tags_all: { env: 'prod' } },
          { tags: { env: 'hand' }, tags_all: { env: 'hand' } },
        ),
      ],
      changes: [
        update(
          { tags: { env: 'hand' }, tags_all: { env: 'hand' } },
          { tags: {}, tags_all: { env: 'prod' } },
        ),
      ],
      configuration: sets('name'),
    });
    expect(status).toBe('drifted');
    expect(findings).toHaveLength(1);
  });

  it('give one field, not two, for a tag added by hand', async () => {
    expect(
      await findingsOf({
        drift: [
          update(
            { tags: null, tags_all: {} },
            { tags: { by: 'hand' }, tags_all: { by: 'hand' } },
          ),
        ],
        changes: [
          update(
            { tags: { by: 'hand' }, tags_all: { by: 'hand' } },
            { tags: null, tags_all: {} },
          ),
        ],
      }),
    ).toEqual(['drift update [drift-to-revert] /tags/by']);
  });
});

describe('plans that must not look clean', () => {
  const clean: PlanParts = { changes: [noOp({ a: 1 })] };
  const changed: PlanParts = { changes: [update({ a: 1 }, { a: 2 })] };
  const moved: PlanParts = {
    changes: [noOp({ a: 1 }, { previous_address: 'test_thing.old' })],
  };
  const outputs: PlanParts = {
    changes: [],
    more: { output_changes: { o: { actions: ['update'] } } },
  };
  const imported: PlanParts = {
    changes: [noOp({ a: 1 }, { importing: { id: 'x' } })],
  };
  const read: PlanParts = {
    changes: [
      {
        address: 'data.test_thing.d',
        mode: 'data',
        actions: ['read'],
        after: {},
      },
    ],
  };

  it.each<
    [
      name: string,
      parts: PlanParts,
      exitCode: number | undefined,
      status: string,
    ]
  >([
    ['an empty plan with exit code 0', clean, 0, 'clean'],
    ['an empty plan with exit code 1', clean, 1, 'error'],
    ['an empty plan with exit code 2', clean, 2, 'error'],
    ['an empty plan with exit code 127', clean, 127, 'error'],
    ['planned changes with exit code 0', changed, 0, 'error'],
    ['planned changes with exit code 1', changed, 1, 'error'],
    ['planned changes with exit code 2', changed, 2, 'pending'],
    ['planned changes without an exit code', changed, undefined, 'pending'],
    ['a move with exit code 2', moved, 2, 'clean'],
    ['a move with exit code 0', moved, 0, 'error'],
    ['changed outputs with exit code 2', outputs, 2, 'clean'],
    ['changed outputs with exit code 0', outputs, 0, 'error'],
    ['an import with exit code 2', imported, 2, 'pending'],
    ['an import with exit code 0', imported, 0, 'error'],
    ['a data source read with exit code 2', read, 2, 'clean'],
    [
      'an errored plan without changes',
      { ...clean, more: { errored: true } },
      undefined,
      'error',
    ],
    [
      'a partial plan (-target)',
      { ...clean, more: { complete: false } },
      0,
      'error',
    ],
    [
      'deferred changes',
      {
        ...clean,
        more: {
          deferred_changes: [
            {
              reason: 'instance_count_unknown',
              resource_change: {
                address: 'test_thing.later',
                mode: 'managed',
                type: 'test_thing',
                name: 'later',
                change: { actions: ['create'], before: null, after: {} },
              },
            },
          ],
        },
      },
      2,
      'error',
    ],
  ])('%s', async (_name, parts, exitCode, status) => {
    const report = await reportOf(
      parts,
      exitCode === undefined ? {} : { exitCode },
    );
    expect(report.status).toBe(status);
    expect(report.complete).toBe(status !== 'error');
    expect(report.error === undefined).toBe(status !== 'error');
  });

  it('still list what they found', async () => {
    const report = await reportOf(
      {
        drift: [update({ a: 1 }, { a: 2 })],
        changes: [update({ a: 2 }, { a: 1 })],
        more: { complete: false },
      },
      { exitCode: 2 },
    );
    expect(report).toMatchObject({
      status: 'error',
      complete: false,
      driftedResources: 1,
      risk: 'medium',
    });
  });

  it('explain a harmless exit code 2', async () => {
    const report = await reportOf(moved, { exitCode: 2 });
    expect(report.warnings).toContain(
      'Exit code 2 comes from 1 move alone; no resource drifted.',
    );
  });

  it('say when the plan contradicts its own content', async () => {
    const report = await reportOf({ ...changed, more: { applyable: false } });
    expect(report.warnings).toContain(
      'The plan calls itself not applicable, but it has changes.',
    );
  });

  it('name failed checks', async () => {
    const report = await reportOf({
      ...clean,
      more: {
        checks: [
          {
            address: { kind: 'check', to_display: 'check.health' },
            status: 'fail',
            instances: [],
          },
        ],
      },
    });
    expect(report.status).toBe('clean');
    expect(report.warnings).toEqual([
      'The check check.health has status fail.',
    ]);
  });
});
