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

import * as fc from 'fast-check';
import { JsonValue } from '@backstage/types';
import type { Finding } from '@infra-hub/backstage-plugin-drift-common';
import { assess } from '../assess/assess';
import {
  differenceOf,
  fieldOf,
  observationOf,
} from '../assess/__testUtils__/differenceOf';
import { ResourceDifference } from '../observation/Observation';
import {
  inChunks,
  planBytes,
  recordedPlan,
  recordedPlanNames,
} from '../plan/__testUtils__/plans';
import { readPlan } from '../plan/readPlan';
import { redactPlan } from '../redact/redactPlan';
import { IgnoreRule } from '../suppress/IgnoreRule';
import { observePlan } from '../terraform/observePlan';
import { planOf } from '../terraform/__testUtils__/planOf';
import {
  approvableChanges,
  approvalDigest,
  approvalText,
  ApprovalTextError,
  compareWithApproval,
  isTargeted,
} from './approvalDigest';

const findingsOf = (
  differences: Partial<ResourceDifference>[],
  ignoreRules: IgnoreRule[] = [],
): Finding[] =>
  assess(observationOf(differences.map(differenceOf)), { ignoreRules })
    .findings;

const digestOf = (...differences: Partial<ResourceDifference>[]) =>
  approvalDigest(findingsOf(differences));

async function findingsOfPlan(bytes: Buffer): Promise<Finding[]> {
  return assess(observePlan(await readPlan(inChunks(bytes)))).findings;
}

async function redacted(bytes: Buffer): Promise<Buffer> {
  let text = '';
  for await (const piece of redactPlan(inChunks(bytes))) {
    text += piece;
  }
  return Buffer.from(text);
}

/** As the store keeps and gives them. */
const stored = (findings: Finding[]): Finding[] =>
  findings
    .map(finding => ({
      ...(JSON.parse(JSON.stringify(finding)) as Finding),
      id: 'an-id',
      targetId: 'terraform:-/network',
      state: 'open',
      recurrences: 3,
    }))
    .reverse();

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;
const field = fc.record(
  {
    path: fc.string(),
    actual: json,
    desired: json,
    recorded: json,
    sensitive: fc.constant(true as const),
    desiredUnknown: fc.constant(true as const),
    forcesReplacement: fc.constant(true as const),
  },
  { requiredKeys: ['path'] },
);
const difference = fc.record(
  {
    address: fc.string({ minLength: 1 }),
    deposed: fc.string(),
    class: fc.constantFrom('drift' as const, 'pending' as const),
    change: fc.constantFrom('update' as const, 'replace' as const),
    fields: fc.array(field, { maxLength: 4 }),
  },
  { requiredKeys: ['address', 'class', 'change', 'fields'] },
);

describe('approvalDigest', () => {
  it('is the same in any order and after the store', () => {
    fc.assert(
      fc.property(fc.array(difference, { maxLength: 6 }), differences => {
        const findings = findingsOf(differences);
        expect(approvalDigest(stored(findings))).toBe(approvalDigest(findings));
        expect(approvalText(stored(findings))).toBe(approvalText(findings));
      }),
    );
  });

  it.each(recordedPlanNames())(
    'is the same for stored findings of %s and for the plan, redacted or not',
    async name => {
      const bytes = recordedPlan(name);
      const findings = await findingsOfPlan(bytes);
      const expected = approvalDigest(findings);
      const fromRedacted = await findingsOfPlan(await redacted(bytes));
      expect(approvalDigest(stored(fromRedacted))).toBe(expected);
      expect(approvalDigest(stored(findings))).toBe(expected);
    },
  );

  const base: Partial<ResourceDifference> = {
    address: 'a_thing.one["x"]',
    deposed: 'aa11',
    class: 'drift',
    change: 'update',
    fields: [fieldOf('/size', 2, { desired: 1, recorded: 1 })],
  };

  it.each<[string, Partial<ResourceDifference>]>([
    ['the address', { address: 'a_thing.one["y"]' }],
    ['the deposed key', { deposed: undefined }],
    ['the class', { class: 'pending' }],
    ['the change', { change: 'replace' }],
    ['what really is', { fields: [fieldOf('/size', 3, { desired: 1 })] }],
    ['what is wanted', { fields: [fieldOf('/size', 2, { desired: 4 })] }],
    [
      'the type of a value',
      { fields: [fieldOf('/size', 2, { desired: '1' })] },
    ],
    ['the field', { fields: [fieldOf('/width', 2, { desired: 1 })] }],
    [
      'that the value comes only with applying',
      { fields: [fieldOf('/size', 2, { desired: 1, desiredUnknown: true })] },
    ],
    [
      'that it forces a replacement',
      {
        fields: [fieldOf('/size', 2, { desired: 1, forcesReplacement: true })],
      },
    ],
    [
      'one more field',
      {
        fields: [
          fieldOf('/size', 2, { desired: 1 }),
          { path: '/key', sensitive: true },
        ],
      },
    ],
  ])('changes with %s', (_what, parts) => {
    expect(digestOf({ ...base, ...parts })).not.toBe(digestOf(base));
  });

  it.each<[string, Partial<ResourceDifference>]>([
    ['what was recorded', { fields: [fieldOf('/size', 2, { desired: 1 })] }],
    ['wording', { reason: 'Otherwise.', rule: 'other' }],
    ['who did it', { attribution: { who: 'jane', evidence: 'managedFields' } }],
    [
      'what is equal after normalisation',
      { normalised: [{ path: '/b', normaliser: 'n', reason: 'Same.' }] },
    ],
  ])('does not change with %s', (_what, parts) => {
    expect(digestOf({ ...base, ...parts })).toBe(digestOf(base));
  });

  it('holds every change once for each time it is made', () => {
    expect(digestOf(base, base)).not.toBe(digestOf(base));
    expect(digestOf(base, { ...base, address: 'b.c' })).not.toBe(
      digestOf(base),
    );
    expect(digestOf()).not.toBe(digestOf(base));
  });

  it.each(['absorbed', 'noise', 'expected'] as const)(
    'leaves out what applying does not touch: %s',
    findingClass => {
      expect(
        digestOf(base, { ...base, address: 'b.c', class: findingClass }),
      ).toBe(digestOf(base));
    },
  );

  it('is the same with ignore rules, which applying does not know', () => {
    fc.assert(
      fc.property(
        fc.array(difference, { maxLength: 4 }),
        fc.array(
          fc.record(
            {
              id: fc.constant('r'),
              reason: fc.constant('Known.'),
              path: fc.constantFrom('/*', '', '/a'),
              address: fc.constantFrom('*', 'a'),
            },
            { requiredKeys: ['id', 'reason'] },
          ),
          { maxLength: 3 },
        ),
        (differences, rules) => {
          expect(approvalDigest(stored(findingsOf(differences, rules)))).toBe(
            approvalDigest(findingsOf(differences)),
          );
        },
      ),
    );
    const two = [
      { fields: [fieldOf('/a', 1), fieldOf('/b', 2, { desired: 3 })] },
    ];
    const muted = findingsOf(two, [{ id: 'r', reason: 'Known.', path: '/b' }]);
    expect(muted[0].fields).toHaveLength(1);
    expect(approvableChanges(muted)[0].fields).toHaveLength(2);
    expect(approvalDigest(muted)).toBe(approvalDigest(findingsOf(two)));
  });

  it('says nothing of secrets, and does not change with them', async () => {
    const plan = (password: string) =>
      planBytes(
        planOf({
          drift: [
            {
              actions: ['update'],
              before: { password: 'was', size: 1 },
              after: { password, size: 2 },
              after_sensitive: { password: true },
            },
          ],
          changes: [
            {
              actions: ['update'],
              before: { password, size: 2 },
              after: { password: 'was', size: 1 },
              before_sensitive: { password: true },
              after_sensitive: { password: true },
            },
          ],
        }),
      );
    const [one, other] = await Promise.all(
      ['s3cr3t-one', 's3cr3t-two'].map(async secret =>
        findingsOfPlan(plan(secret)),
      ),
    );
    expect(one.some(({ fields }) => fields.some(f => f.sensitive))).toBe(true);
    expect(approvalText(one)).toBe(approvalText(other));
    expect(JSON.stringify(approvableChanges(one))).not.toContain('s3cr3t');
  });
});

describe('compareWithApproval', () => {
  const one = differenceOf({ address: 'a.one' });
  const two = differenceOf({ address: 'a.two', class: 'pending' });
  const three = differenceOf({ address: 'm.a["x,y"]' });
  const approved = approvalText(findingsOf([one, two]));
  const addresses = (changes: { address: string }[]) =>
    changes.map(({ address }) => address);

  it('takes the same changes, with or without marks', () => {
    for (const text of [approved, approved.slice(0, 64)]) {
      expect(compareWithApproval(findingsOf([two, one]), text).same).toBe(true);
    }
  });

  it('names what was not approved, and counts what is gone', () => {
    const changed = { ...one, fields: [fieldOf('/size', 3)] };
    const result = compareWithApproval(findingsOf([changed, three]), approved);
    expect(result).toMatchObject({ same: false, missing: 2 });
    expect(addresses(result.unexpected)).toEqual(['a.one', 'm.a["x,y"]']);
    expect(compareWithApproval(findingsOf([one]), approved)).toMatchObject({
      same: false,
      unexpected: [],
      missing: 1,
    });
    expect(
      addresses(
        compareWithApproval(findingsOf([one, one, two]), approved).unexpected,
      ),
    ).toEqual(['a.one']);
  });

  it('names all changes where the approval has no marks', () => {
    const result = compareWithApproval(
      findingsOf([one, three]),
      approved.slice(0, 64),
    );
    expect(addresses(result.unexpected)).toEqual(['a.one', 'm.a["x,y"]']);
    expect(result.missing).toBeUndefined();
  });

  it('never takes the word of the marks', () => {
    const forged = `${'0'.repeat(64)}${approved.slice(64)}`;
    expect(compareWithApproval(findingsOf([one, two]), forged)).toMatchObject({
      same: false,
      unexpected: [],
      missing: 0,
    });
  });

  it('refuses an approved change of what was not a target', () => {
    const findings = findingsOf([one, two]);
    const result = compareWithApproval(findings, approved, ['a.one']);
    expect(result.same).toBe(false);
    expect(addresses(result.untargeted)).toEqual(['a.two']);
    expect(compareWithApproval(findings, approved, ['a.one', 'a.two'])).toEqual(
      { same: true, unexpected: [], untargeted: [] },
    );
  });

  it('gives no marks where there are too many changes', () => {
    const many = findingsOf(
      Array.from({ length: 1001 }, (_, index) => ({
        address: `a.b[${index}]`,
      })),
    );
    expect(approvalText(many)).toBe(approvalDigest(many));
    expect(approvalText(many.slice(1)).length).toBe(65 + 8000);
  });

  it.each(['', 'abc', 'A'.repeat(64), `${'a'.repeat(64)}.é`])(
    'refuses %j as an approval',
    text => {
      expect(() => compareWithApproval([], text)).toThrow(ApprovalTextError);
    },
  );

  it('refuses cut off marks', () => {
    expect(() => compareWithApproval([], approved.slice(0, -3))).toThrow(
      'cut off',
    );
  });
});

describe('isTargeted', () => {
  it.each<[string, string, boolean]>([
    ['a.b', 'a.b', true],
    ['a.b[0]', 'a.b', true],
    ['a.b["x"]', 'a.b["x"]', true],
    ['module.m.a.b[0]', 'module.m', true],
    ['module.m["k"].a.b', 'module.m', true],
    ['a.bc', 'a.b', false],
    ['a.b', 'a.b[0]', false],
    ['a.b[10]', 'a.b[1]', false],
  ])('%s for the target %s: %s', (address, target, expected) => {
    expect(isTargeted(address, [target])).toBe(expected);
  });
});
