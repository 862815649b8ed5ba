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

import { ConfigReader } from '@backstage/config';
import { Observation } from '@infra-hub/drift-engine';
import { scaledNodePool } from '../__testUtils__/FakeSource';
import { readVerdict } from './readVerdict';

const now = () => new Date('2026-11-22T00:00:00Z');

const observation: Observation = {
  differences: [scaledNodePool],
  totalResources: 3,
  complete: true,
  blindSpots: [],
  warnings: [],
  evidence: 'plan-json',
};

function verdictOf(drift: object) {
  return readVerdict(new ConfigReader({ drift } as never), { now });
}

describe('readVerdict', () => {
  const acme = { source: 'terraform', client: 'acme', target: 'aks' };

  it('judges without any rules', () => {
    const { assess, summarise } = verdictOf({});
    const report = assess(observation, acme);
    expect(report).toMatchObject({ status: 'drifted', driftedResources: 1 });
    expect(summarise(report)).toMatch(/\.$/);
  });

  it('rates by configured rules', () => {
    const { assess } = verdictOf({
      severityRules: [
        {
          id: 'nodes',
          resourceTypes: ['sandbox_*'],
          fields: ['node_count'],
          severity: 'critical',
          reason: 'Nodes cost money.',
        },
      ],
    });
    const report = assess(observation, acme);
    expect(report.risk).toBe('critical');
    expect(report.findings[0].severityRule).toBe('nodes');
  });

  it('mutes by target, manager and patterns of values, as configured', () => {
    const rule = { id: 'r', reason: 'Known.', path: '/node_count' };
    const statusWith = (parts: object) =>
      verdictOf({ ignoreRules: [{ ...rule, ...parts }] }).assess(
        observation,
        acme,
      ).status;
    expect(statusWith({ target: 'a*' })).toBe('clean');
    expect(statusWith({ target: 'vpc' })).toBe('drifted');
    expect(statusWith({ manager: '*' })).toBe('drifted');
    expect(statusWith({ value: '*' })).toBe('drifted');
    expect(() => statusWith({ id: 'acknowledgement' })).toThrow(
      "must not be 'acknowledgement'",
    );
  });

  it('mutes by what people wrote and accepted, beside the configuration', () => {
    const { assess, reassess } = verdictOf({});
    const none = { rules: [], acknowledgements: [] };
    const { findings } = assess(observation, acme, none);
    const rule = { id: 'r', reason: 'Known.', path: '/node_count' };
    const accepted = {
      id: 'a',
      fingerprint: findings[0].fingerprint,
      by: 'ada',
      reason: 'Known.',
      expiresAt: new Date(now().getTime() + 1).toISOString(),
    };
    for (const muting of [
      { ...none, rules: [rule] },
      { ...none, acknowledgements: [accepted] },
    ]) {
      const report = assess(observation, acme, muting);
      expect(report.status).toBe('clean');
      expect(reassess(findings, acme, muting)).toEqual(report.findings);
      expect(reassess(report.findings, acme, none)).toEqual(findings);
    }
  });

  it('mutes by configured rules, for whom and as long as they say', () => {
    const { assess } = verdictOf({
      ignoreRules: [
        {
          id: 'autoscaled',
          client: 'acme',
          path: '/node_count',
          expires: '2026-12-31',
          reason: 'Scaled by hand until the end of the year.',
        },
        {
          id: 'over',
          path: '/node_count',
          expires: '2026-11-21',
          reason: 'Was allowed until yesterday.',
        },
      ],
    });
    expect(assess(observation, acme)).toMatchObject({
      status: 'clean',
      findings: [{ suppressedBy: { ruleId: 'autoscaled' } }],
    });
    expect(
      assess(observation, {
        source: 'terraform',
        client: 'globex',
        target: 'aks',
      }).status,
    ).toBe('drifted');
  });

  it.each<[object, RegExp]>([
    [
      { severityRules: [{ id: 'a', severity: 'huge', reason: 'x' }] },
      /^The configuration 'drift\.severityRules\[0\]\.severity' is not valid: .*"critical"/,
    ],
    [
      { ignoreRules: [{ id: 'a' }] },
      /'drift\.ignoreRules\[0\]\.reason' is not valid/,
    ],
    [
      { ignoreRules: [{ id: 'a', reason: 'x', pathes: '/a' }] },
      /'drift\.ignoreRules\[0\]' is not valid: .*pathes/,
    ],
    [
      { ignoreRules: [{ id: 'a', reason: 'x', path: 'tags' }] },
      /must be a JSON pointer such as/,
    ],
    [
      { ignoreRules: [{ id: 'a', reason: 'x', expires: 'never' }] },
      /must be a date such as/,
    ],
    [
      {
        ignoreRules: [
          { id: 'a', reason: 'x' },
          { id: 'a', reason: 'y' },
        ],
      },
      /'drift\.ignoreRules' has two rules 'a'/,
    ],
    [{ severityRules: {} }, /'drift\.severityRules' is not valid: .*array/],
  ])('refuses %j', (drift, message) => {
    expect(() => verdictOf(drift)).toThrow(message);
  });
});
