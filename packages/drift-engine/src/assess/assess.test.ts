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

import { assess } from './assess';
import {
  differenceOf,
  fieldOf,
  observationOf,
} from './__testUtils__/differenceOf';
import { summarise } from './summarise';

const named = (name: string, parts = {}) =>
  differenceOf({ address: `aws_thing.${name}`, resourceName: name, ...parts });
const pending = differenceOf({ class: 'pending' });
const muteAll = [{ id: 'r', reason: 'Known.', path: '/*' }];

describe('assess', () => {
  it.each([
    ['nothing', [], 'clean', 'none'],
    [
      'noise and absorbed changes',
      [differenceOf({ class: 'noise' }), differenceOf({ class: 'absorbed' })],
      'clean',
      'none',
    ],
    [
      'expected changes',
      [differenceOf({ class: 'expected' })],
      'clean',
      'none',
    ],
    ['unapplied code', [pending], 'pending', 'none'],
    ['drift', [differenceOf(), pending], 'drifted', 'medium'],
  ])('calls %s what it is', (_what, differences, status, risk) => {
    expect(assess(observationOf(differences))).toMatchObject({ status, risk });
  });

  it('calls a failure an error whatever was found, and lists it', () => {
    const report = assess(
      observationOf([differenceOf()], {
        failure: 'It broke.',
        complete: false,
      }),
    );
    expect(report).toMatchObject({
      status: 'error',
      error: 'It broke.',
      complete: false,
      driftedResources: 1,
    });
  });

  it('does not alarm for what is muted, but lists it with the rule', () => {
    const report = assess(observationOf([differenceOf()]), {
      ignoreRules: muteAll,
    });
    expect(report).toMatchObject({
      status: 'clean',
      risk: 'none',
      driftedResources: 0,
      findings: [{ suppressedBy: { ruleId: 'r', reason: 'Known.' } }],
    });
  });

  it('counts addresses, not findings', () => {
    expect(
      assess(observationOf([differenceOf(), differenceOf({ deposed: 'abc' })]))
        .driftedResources,
    ).toBe(1);
  });

  it('lists the worst first, then by address', () => {
    const report = assess(
      observationOf([
        named('c', { class: 'noise' }),
        named('b'),
        named('a'),
        named('d', { class: 'pending', change: 'delete' }),
        named('z', { fields: [fieldOf('/kms_key_id', 1)] }),
        named('m', { fields: [fieldOf('/muted', 1)] }),
      ]),
      { ignoreRules: [{ id: 'r', reason: 'Known.', path: '/muted' }] },
    );
    expect(report.findings.map(finding => finding.resourceName)).toEqual([
      'z',
      'a',
      'b',
      'd',
      'c',
      'm',
    ]);
  });
});

describe('summarise', () => {
  const summary = (...differences: Parameters<typeof differenceOf>[0][]) =>
    summarise(assess(observationOf(differences.map(differenceOf))));

  it.each([
    [
      {
        fields: [
          fieldOf('/node_pool/0/node_count', 5, { recorded: 3, desired: 3 }),
        ],
      },
      'Node pool node count scaled 3 → 5 (aws_thing.it).',
    ],
    [
      {
        fields: [
          fieldOf('/sku', 'P1', { recorded: 'S0' }),
          fieldOf('/tags/a', 'x'),
        ],
      },
      'Sku changed "S0" → "P1" (aws_thing.it) and 1 more field.',
    ],
    [{ fields: [fieldOf('/tags/a', 'x')] }, 'Tag a "x" added (aws_thing.it).'],
    [
      { fields: [fieldOf('/firewall_rule/1', { ip: 'x' })] },
      'Firewall rule added (aws_thing.it).',
    ],
    [
      { fields: [{ path: '/firewall_rule/1', recorded: { ip: 'x' } }] },
      'Firewall rule removed (aws_thing.it).',
    ],
    [
      { fields: [{ path: '/admin_password', sensitive: true as const }] },
      'Admin password changed (value hidden) (aws_thing.it).',
    ],
    [
      { change: 'create' as const },
      'aws_thing.it was deleted outside of the code.',
    ],
    [
      {
        change: 'replace' as const,
        fields: [
          fieldOf('/name', 'b', { recorded: 'a', forcesReplacement: true }),
        ],
      },
      'Name changed "a" → "b" (aws_thing.it), which forces a replacement.',
    ],
    [{ fields: [] }, 'aws_thing.it was changed outside of the code.'],
    [
      { class: 'pending' as const },
      'Nothing drifted; 1 resource waits for code that was not applied yet.',
    ],
    [{ class: 'noise' as const }, 'Reality matches the code (5 resources).'],
    [
      { class: 'absorbed' as const },
      'Reality matches the code (5 resources). Listed: 1 outside change that applying would leave alone.',
    ],
  ])('says %j plainly', (parts, expected) => {
    expect(summary(parts)).toBe(expected);
  });

  it('counts the other drifted resources', () => {
    expect(
      summary({}, { address: 'aws_thing.b' }, { address: 'aws_thing.c' }),
    ).toMatch(/2 more resources drifted\.$/);
  });

  it('says why a scan failed, and what it saw', () => {
    expect(
      summarise(
        assess(
          observationOf([differenceOf()], {
            failure: 'The plan is partial.',
            complete: false,
          }),
        ),
      ),
    ).toBe('The plan is partial. Before that: Size 2 added (aws_thing.it).');
  });
});
