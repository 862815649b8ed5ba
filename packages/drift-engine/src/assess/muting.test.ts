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
import type { Finding } from '@infra-hub/backstage-plugin-drift-common';
import { applyIgnoreRules } from '../suppress/applyIgnoreRules';
import { AcceptedDrift, mutingRules } from '../suppress/IgnoreRule';
import { suggestIgnoreRule } from '../suppress/suggestIgnoreRule';
import { testIgnoreRule } from '../suppress/testIgnoreRule';
import {
  differenceOf,
  fieldOf,
  observationOf,
} from './__testUtils__/differenceOf';
import { assess, AssessOptions, reassess } from './assess';

const now = new Date('2026-11-22T10:00:00Z');
const context = { client: 'acme', source: 'terraform', target: 'aks', now };
const two = differenceOf({
  fields: [fieldOf('/size', 2), fieldOf('/tags/owner', 'me')],
});
const rule = { id: 'r', reason: 'Known.', path: '/tags' };

function judge(options: AssessOptions = {}, differences = [two]) {
  return assess(observationOf(differences), { ...context, ...options });
}

function accept(
  finding: Finding,
  parts: Partial<AcceptedDrift> = {},
): AcceptedDrift {
  return {
    id: 'a',
    fingerprint: finding.fingerprint,
    by: 'user:default/ada',
    reason: 'Black Friday.',
    expiresAt: '2026-12-01T00:00:00Z',
    ...parts,
  };
}

describe('an acknowledgement', () => {
  const [finding] = judge().findings;

  it('silences the drift of its fingerprint and stays listed', () => {
    expect(judge({ acknowledgements: [accept(finding)] })).toMatchObject({
      status: 'clean',
      risk: 'none',
      driftedResources: 0,
      findings: [
        {
          fingerprint: finding.fingerprint,
          suppressedBy: { ruleId: 'acknowledgement', reason: 'Black Friday.' },
          acknowledgement: { id: 'a', by: 'user:default/ada' },
        },
      ],
    });
  });

  it('ends with another value, with its time, and without a clock', () => {
    const acknowledgements = [accept(finding)];
    const other = differenceOf({ fields: [fieldOf('/size', 3)] });
    expect(judge({ acknowledgements }, [other]).status).toBe('drifted');
    expect(
      judge({ acknowledgements, now: new Date('2026-12-01T00:00:00Z') }).status,
    ).toBe('drifted');
    expect(judge({ acknowledgements, now: undefined }).status).toBe('drifted');
  });

  it('speaks of drift alone', () => {
    const pending = { ...two, class: 'pending' as const };
    const [waiting] = judge({}, [pending]).findings;
    expect(
      judge({ acknowledgements: [accept(waiting)] }, [pending]).findings[0],
    ).not.toHaveProperty('acknowledgement');
  });

  it('outlives a rule that mutes a part of what was accepted, and one that goes', () => {
    const acknowledgements = [accept(finding)];
    const ruled = judge({ acknowledgements, ignoreRules: [rule] });
    expect(ruled.status).toBe('clean');
    expect(ruled.findings[0].fingerprint).not.toBe(finding.fingerprint);
    expect(ruled.findings[0].acknowledgement?.id).toBe('a');
  });

  it('of what a rule left does not cover what the rule had muted', () => {
    const [part] = judge({ ignoreRules: [rule] }).findings;
    const acknowledgements = [accept(part)];
    expect(judge({ acknowledgements, ignoreRules: [rule] }).status).toBe(
      'clean',
    );
    expect(judge({ acknowledgements }).status).toBe('drifted');
  });

  it('of what a rule mutes as a whole leaves the word to the rule', () => {
    const { findings } = judge({
      acknowledgements: [accept(finding)],
      ignoreRules: [{ ...rule, path: '/*' }],
    });
    expect(findings[0]).toMatchObject({
      suppressedBy: { ruleId: 'r' },
      acknowledgement: { id: 'a' },
    });
  });
});

describe('judging again', () => {
  const options: [string, AssessOptions][] = [
    ['nothing', {}],
    ['a part', { ignoreRules: [rule] }],
    ['all', { ignoreRules: [{ ...rule, path: '/*' }] }],
    [
      'all by two rules',
      { ignoreRules: [rule, { id: 's', reason: 'Known.', path: '/size' }] },
    ],
    ['by acceptance', { acknowledgements: [accept(judge().findings[0])] }],
  ];

  it.each(options)(
    'what was muted as %s gives what a look gives',
    (_what, before) => {
      for (const [, after] of options) {
        const stored: Finding[] = JSON.parse(
          JSON.stringify(judge(before).findings),
        );
        expect(
          JSON.stringify(reassess(stored, { ...context, ...after })),
        ).toEqual(JSON.stringify(judge(after).findings));
      }
    },
  );

  it('names every rule that mutes a part', () => {
    const ids = options.map(([, each]) =>
      judge(each).findings.flatMap(mutingRules),
    );
    expect(ids).toEqual([[], ['r'], ['r'], ['r', 's'], []]);
  });
});

describe('trying a rule', () => {
  it('tells what it mutes, whatever mutes it now', () => {
    for (const ignoreRules of [[], [rule], [{ ...rule, path: '/*' }]]) {
      const [finding] = judge({ ignoreRules }).findings;
      expect(testIgnoreRule(finding, { path: '/tags' }, context)).toEqual({
        muted: 'part',
        paths: ['/tags/owner'],
      });
      expect(
        testIgnoreRule(finding, { path: '/*', expires: '2020-01-01' }, context),
      ).toEqual({ muted: 'whole', paths: ['/size', '/tags/owner'] });
      expect(testIgnoreRule(finding, { path: '/none' }, context)).toEqual({
        muted: 'not',
        paths: [],
      });
    }
  });
});

describe('the suggested rule', () => {
  const anyFinding = fc
    .record({
      change: fc.constantFrom('update', 'create', 'delete', 'replace'),
      fields: fc.uniqueArray(
        fc.record({
          path: fc.constantFrom('/a', '/b/c', '/b/d', '/l/0/x', '/t/k*y'),
          actual: fc.oneof(
            fc.constantFrom(undefined, null, 3, 'x', 'a*b'),
            fc.jsonValue(),
          ),
          sensitive: fc.constantFrom(true as const, undefined),
        }),
        { selector: field => field.path, minLength: 1 },
      ),
      who: fc.constantFrom(undefined, 'hpa', 'hpa, me', 'odd*'),
    })
    .map(
      ({ change, fields, who }) =>
        judge({}, [
          differenceOf({
            change: change as Finding['change'],
            fields: JSON.parse(
              JSON.stringify(
                fields.map(field =>
                  field.sensitive
                    ? { path: field.path, sensitive: true }
                    : field,
                ),
              ),
            ),
            ...(who && { attribution: { who, evidence: 'log' } }),
          }),
        ]).findings[0],
    );

  it('mutes the finding, and not one of another resource, target or client', () => {
    fc.assert(
      fc.property(anyFinding, finding => {
        const { rule: suggested } = suggestIgnoreRule(finding, context);
        const muted = (parts: Partial<Finding>, of = context) =>
          testIgnoreRule({ ...finding, ...parts }, suggested, of).muted;
        expect(muted({})).toBe('whole');
        expect(muted({ address: 'aws_thing.other' })).toBe('not');
        expect(muted({}, { ...context, target: 'vpc' })).toBe('not');
        expect(muted({}, { ...context, client: 'globex' })).toBe('not');
        expect(muted({ change: 'delete' })).toBe(
          finding.change === 'update' ? 'not' : 'whole',
        );
      }),
    );
  });

  it('for one field mutes only that, with the value of now', () => {
    const [finding] = judge().findings;
    const { rule: suggested, notes } = suggestIgnoreRule(finding, {
      ...context,
      path: '/tags/owner',
    });
    expect(suggested).toEqual({
      id: 'aks-aws_thing.it-tags-owner',
      reason: '',
      client: 'acme',
      source: 'terraform',
      target: 'aks',
      resourceType: 'aws_thing',
      address: 'aws_thing.it',
      path: '/tags/owner',
      value: 'me',
    });
    expect(notes).toEqual([
      'It mutes only the value of now, and alarms at every other one.',
      'It never mutes that the resource is missing, goes or is replaced.',
    ]);
    const changed = differenceOf({
      fields: [fieldOf('/size', 2), fieldOf('/tags/owner', 'you')],
    });
    expect(
      applyIgnoreRules(changed, [suggested], context).difference.normalised,
    ).toBeUndefined();
  });

  it('says that it speaks of others, too, where a name holds what is a pattern in rules', () => {
    const wildcard = {
      ...differenceOf(),
      address: 'aws_route53_record.all["*.example.com"]',
    };
    const [finding] = judge({}, [wildcard]).findings;
    const { rule: suggested, notes } = suggestIgnoreRule(finding, context);
    expect(notes).toContain(
      'The * in the address or path stands for any text, so that the rule also speaks of others.',
    );
    const other = {
      ...wildcard,
      address: 'aws_route53_record.all["www.example.com"]',
    };
    expect(
      applyIgnoreRules(other, [suggested], context).suppressedBy,
    ).toBeDefined();
  });

  it('for a missing resource says that it mutes all that will happen to it', () => {
    const [missing] = judge({}, [
      differenceOf({ change: 'create', fields: [] }),
    ]).findings;
    const { rule: suggested, notes } = suggestIgnoreRule(missing, context);
    expect(suggested).not.toHaveProperty('path');
    expect(notes.join(' ')).toContain('only be muted by its bare address');
  });
});
