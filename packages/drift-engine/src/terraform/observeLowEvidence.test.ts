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

import { assess } from '../assess/assess';
import { inChunks, planBytes, recordedPlan } from '../plan/__testUtils__/plans';
import { readPlanText } from '../text/readPlanText';
import { readUiStream } from '../text/readUiStream';
import { ObserveOptions } from './observePlan';
import { observeLowEvidence } from './observeLowEvidence';

async function textReport(text: Uint8Array, options: ObserveOptions = {}) {
  return assess(
    observeLowEvidence(await readPlanText(inChunks(text)), options),
  );
}

async function streamReport(
  lines: unknown[] | Uint8Array,
  options: ObserveOptions = {},
) {
  const bytes = Array.isArray(lines)
    ? planBytes(lines.map(line => JSON.stringify(line)).join('\n'))
    : lines;
  return assess(
    observeLowEvidence(await readUiStream(inChunks(bytes)), options),
  );
}

const inShort = (report: ReturnType<typeof assess>) => [
  `${report.status} ${report.driftedResources}`,
  ...report.findings.map(
    finding =>
      `${finding.class} ${finding.change} ${finding.address} [${finding.rule}]`,
  ),
];

describe('a plan text', () => {
  it.each<[string, string[]]>([
    ['computed-only-drift-exit0.txt', ['clean 0']],
    ['ignore-changes-drift-exit0.txt', ['clean 0']],
    [
      'config-change-plus-drift.txt',
      ['drifted 1', 'drift update drift_database.main [drift-low-evidence]'],
    ],
    [
      'drift-delete-and-forced-replace.txt',
      [
        'drifted 3',
        'drift update drift_database.main [drift-low-evidence]',
        'drift replace drift_database.replica[0] [drift-low-evidence]',
        'drift create drift_database.replica[1] [drift-low-evidence]',
      ],
    ],
    [
      'drift-relevant-output.txt',
      ['clean 0', 'absorbed update drift_database.main [absorbed-accepted]'],
    ],
    [
      'moved-and-count-shrink.txt',
      [
        'pending 0',
        'pending delete drift_database.reader[1] [instance-removed]',
        'noise move drift_database.reader[0] [moved]',
      ],
    ],
    [
      'refresh-only-drift.txt',
      ['drifted 1', 'drift update drift_database.main [drift-refresh-only]'],
    ],
    [
      'tainted-replace.txt',
      [
        'drifted 1',
        'drift update drift_database.main [drift-low-evidence]',
        'pending replace drift_database.replica[1] [replace-tainted]',
      ],
    ],
  ])('%s is read with its limits', async (name, expected) => {
    const report = await textReport(recordedPlan(name));
    expect(inShort(report)).toEqual(expected);
    expect(report.evidence).toBe('plan-text');
    expect(report.warnings.join()).toContain('send the JSON plan');
  });

  it('hides no secret that it does not hide itself', async () => {
    const report = await textReport(
      recordedPlan('drift-update-sensitive-block.txt'),
    );
    expect(report.findings[0].fields).toContainEqual({
      path: '/admin_password',
      sensitive: true,
    });
  });

  it.each([
    [
      'cut off',
      'Terraform will perform the following actions:\n\n  # a.b will be created\n',
    ],
    ['not a plan', 'hello\n'],
    [
      'an error',
      '\nError: Invalid provider configuration\n\nThe token is wrong.\n',
    ],
  ])('that is %s is an error', async (_what, text) => {
    expect((await textReport(planBytes(text))).status).toBe('error');
  });

  it('with exit code 1 is an error even without changes', async () => {
    const text = recordedPlan('computed-only-drift-exit0.txt');
    expect((await textReport(text, { exitCode: 1 })).status).toBe('error');
    expect((await textReport(text, { exitCode: 0 })).status).toBe('clean');
    expect((await textReport(text, { exitCode: 2 })).status).toBe('error');
  });

  it('of some resources only (-target) is an error', async () => {
    const text = `${recordedPlan('computed-only-drift-exit0.txt')}
Warning: Resource targeting is in effect

You are creating a plan with the -target option.
`;
    expect(await textReport(planBytes(text))).toMatchObject({
      status: 'error',
      complete: false,
      error: expect.stringContaining('partial'),
    });
  });

  it('whose summary counts more than could be read is an error', async () => {
    const text = recordedPlan('config-change-plus-drift.txt')
      .toString()
      .replace('1 to change', '2 to change');
    expect((await textReport(planBytes(text))).status).toBe('error');
  });
});

describe('a plan stream', () => {
  const resource = (name: string) => ({
    addr: `test_thing.${name}`,
    module: '',
    resource: `test_thing.${name}`,
    implied_provider: 'test',
    resource_type: 'test_thing',
    resource_name: name,
    resource_key: null,
  });
  const line = (type: string, more: object) => ({
    '@level': 'info',
    '@message': type,
    '@module': 'terraform.ui',
    type,
    ...more,
  });
  const drift = (name: string, action: string) =>
    line('resource_drift', { change: { resource: resource(name), action } });
  const planned = (name: string, action: string, reason?: string) =>
    line('planned_change', {
      change: { resource: resource(name), action, reason },
    });
  const summary = line('change_summary', {
    changes: { add: 0, change: 0, remove: 0, operation: 'plan' },
  });

  it('recorded by Terraform is read', async () => {
    expect(
      inShort(await streamReport(recordedPlan('plan-stream-ui.jsonl'))),
    ).toEqual([
      'drifted 3',
      'drift replace drift_database.replica[0] [drift-forces-replacement]',
      'drift create drift_database.replica[1] [deleted-outside]',
      'drift update drift_database.main [drift-to-revert]',
    ]);
  });

  it('tells drift from absorbed changes and from unapplied code', async () => {
    const report = await streamReport([
      line('version', { terraform: '1.11.4', ui: '1.2' }),
      drift('a', 'update'),
      drift('b', 'update'),
      drift('t', 'update'),
      drift('gone', 'delete'),
      planned('a', 'update'),
      planned('c', 'update'),
      planned('t', 'replace', 'tainted'),
      summary,
    ]);
    expect(inShort(report)).toEqual([
      'drifted 2',
      'drift update test_thing.a [drift-to-revert]',
      'drift update test_thing.t [drift-to-revert]',
      'pending replace test_thing.t [replace-tainted]',
      'pending update test_thing.c [planned-update]',
      'absorbed delete test_thing.gone [deleted-outside-and-in-code]',
      'absorbed update test_thing.b [absorbed-accepted]',
    ]);
  });

  it('of some resources only (-target) is an error', async () => {
    const report = await streamReport([
      line('diagnostic', {
        '@level': 'warn',
        diagnostic: {
          severity: 'warning',
          summary: 'Resource targeting is in effect',
          detail: '',
        },
      }),
      summary,
    ]);
    expect(report).toMatchObject({ status: 'error', complete: false });
  });

  it('of drift alone with exit code 2 is refresh-only', async () => {
    const lines = [drift('a', 'update'), summary];
    expect((await streamReport(lines)).status).toBe('clean');
    expect((await streamReport(lines, { exitCode: 0 })).status).toBe('clean');
    expect((await streamReport(lines, { exitCode: 2 })).status).toBe('drifted');
  });

  it('with an error is an error', async () => {
    const report = await streamReport([
      line('diagnostic', {
        '@level': 'error',
        diagnostic: { severity: 'error', summary: 'Locked', detail: '' },
      }),
      summary,
    ]);
    expect(report.status).toBe('error');
  });
});
