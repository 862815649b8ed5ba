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

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { version } from '../package.json';
import { main } from './main';

const FIXTURES = join(
  __dirname,
  '../../drift-engine/src/__fixtures__/terraform',
);
const fixture = (name: string) => join(FIXTURES, name);

class Captured extends Writable {
  text = '';
  constructor(readonly isTTY: boolean) {
    super();
  }
  _write(chunk: Buffer, _encoding: string, done: () => void) {
    this.text += chunk.toString();
    done();
  }
}

async function run(
  args: string[],
  { stdin = '', tty = false }: { stdin?: string | Buffer; tty?: boolean } = {},
) {
  const stdout = new Captured(tty);
  const stderr = new Captured(false);
  const code = await main(
    ['node', 'infra-hub-drift', ...args],
    {
      stdin: Readable.from([Buffer.from(stdin)]),
      stdout,
      stderr,
    },
    { environment: {}, wait: async () => {}, random: () => 0 },
  );
  return { code, out: stdout.text, err: stderr.text };
}

const directory = mkdtempSync(join(tmpdir(), 'infra-hub-drift-'));
function file(name: string, content: unknown): string {
  const path = join(directory, name);
  writeFileSync(
    path,
    Buffer.isBuffer(content) || typeof content === 'string'
      ? content
      : JSON.stringify(content),
  );
  return path;
}

describe('infra-hub-drift plan', () => {
  it.each([
    ['ignore-changes-drift-exit0.json', '0', 0, 'clean'],
    ['drift-update-sensitive-block.json', '2', 2, 'drifted'],
    ['moved-and-count-shrink.json', '2', 0, 'pending'],
    ['drift-update-sensitive-block.json', '0', 1, 'error'],
    ['ignore-changes-drift-exit0.json', '1', 1, 'error'],
    ['drift-1000.json.gz', '2', 2, 'drifted'],
    ['refresh-only-drift.txt', '2', 2, 'drifted'],
    ['plan-stream-ui.jsonl', '2', 2, 'drifted'],
  ])(
    'of %s with exit code %s exits %i: %s',
    async (name, exit, code, status) => {
      const result = await run(['plan', fixture(name), '--exit-code', exit]);
      expect(JSON.parse(result.out).status).toBe(status);
      expect(result.code).toBe(code);
      expect(result.err).toBe('');
    },
  );

  it('prints the whole report as JSON', async () => {
    const { out } = await run([
      'plan',
      fixture('config-change-plus-drift.json'),
      '--format',
      'json',
    ]);
    expect(JSON.parse(out)).toEqual({
      status: 'drifted',
      risk: 'medium',
      driftedResources: 1,
      totalResources: 3,
      findings: [
        {
          address: 'drift_database.main',
          resourceType: 'drift_database',
          resourceName: 'main',
          class: 'drift',
          change: 'update',
          severity: 'medium',
          severityRule: 'size',
          rule: 'drift-to-revert',
          reason:
            'node_count was changed outside of Terraform; applying the code would change it back.',
          fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
          fields: [{ path: '/node_count', recorded: 3, actual: 9, desired: 3 }],
        },
        {
          address: 'drift_database.main',
          resourceType: 'drift_database',
          resourceName: 'main',
          class: 'pending',
          change: 'update',
          severity: 'medium',
          severityRule: 'size',
          rule: 'planned-update',
          reason: expect.stringContaining('size_gb'),
          fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
          fields: [{ path: '/size_gb', recorded: 20, actual: 20, desired: 25 }],
        },
      ],
      blindSpots: [],
      warnings: [],
      complete: true,
      evidence: 'plan-json',
      tool: { name: 'terraform', version: '1.11.4' },
    });
  });

  it('reads standard input, gzipped or not', async () => {
    const plan = readFileSync(fixture('config-change-plus-drift.json'));
    for (const stdin of [plan, gzipSync(plan)]) {
      const result = await run(['plan', '-'], { stdin });
      expect(result.code).toBe(2);
    }
  });

  it('speaks to people in a terminal', async () => {
    const { out } = await run(
      ['plan', fixture('drift-update-sensitive-block.json')],
      { tty: true },
    );
    expect(out).toMatch(/^DRIFTED {2}risk critical {2}1 of 3 resources/);
    expect(out).toContain('/node_count  is 5  code wants 3  was recorded 3');
    expect(out).toContain('/admin_password  (sensitive)');
    expect(out).not.toContain('changed-by-hand');
  });

  it('lets no value steer the terminal', async () => {
    const plan = JSON.parse(
      readFileSync(fixture('config-change-plus-drift.json'), 'utf8'),
    );
    const hostile = '\u001b[2J\u202Eevil\u200b';
    plan.resource_drift[0].change.after.name = hostile;
    plan.resource_changes[0].change.before.name = hostile;
    const { out } = await run(['plan', file('hostile.json', plan)], {
      tty: true,
    });
    expect(out).toContain('evil');
    expect(['\u001b', '\u202e', '\u200b'].filter(c => out.includes(c))).toEqual(
      [],
    );
  });

  it.each<[string, () => string, string]>([
    ['is not there', () => join(directory, 'nowhere.json'), 'does not exist'],
    ['is a directory', () => directory, 'directory'],
    ['is empty', () => file('empty.json', ''), 'empty'],
    ['is cut off', () => file('cut.json', '{"format_version":"1.2",'), ''],
    ['is not a plan', () => file('other.json', '{"a":1}'), ''],
    ['is a list', () => file('list.json', '[]'), ''],
    [
      'is damaged gzip',
      () =>
        file(
          'cut.json.gz',
          gzipSync(readFileSync(fixture('tainted-replace.json'))).subarray(
            0,
            500,
          ),
        ),
      'gzip',
    ],
    [
      'is a binary plan',
      () => file('tfplan', 'PK\u0003\u0004\u0000\u0000'),
      '',
    ],
  ])(
    'prints an error report when the file %s',
    async (_what, path, message) => {
      const { code, out } = await run(['plan', path(), '--format', 'json']);
      const report = JSON.parse(out);
      expect(code).toBe(1);
      expect(report).toMatchObject({ status: 'error', complete: false });
      expect(report.error).toContain(message);
    },
  );

  it('mutes by the rules of a file', async () => {
    const rules = file('ignore.json', [
      { id: 'nodes', reason: 'Autoscaled.', path: '/node_count' },
    ]);
    const { code, out } = await run([
      'plan',
      fixture('config-change-plus-drift.json'),
      '--ignore-rules',
      rules,
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      status: 'pending',
      driftedResources: 0,
    });
  });

  it('rates by the rules of a file', async () => {
    const rules = file('severity.json', [
      {
        id: 'nodes',
        reason: 'Costs.',
        fields: ['node_count'],
        severity: 'critical',
      },
    ]);
    const { out } = await run([
      'plan',
      fixture('config-change-plus-drift.json'),
      '--severity-rules',
      rules,
    ]);
    expect(JSON.parse(out).risk).toBe('critical');
  });

  it.each<[string, unknown, string]>([
    ['no list', {}, 'JSON list'],
    ['no JSON', '[', 'not JSON'],
    ['a rule without reason', [{ id: 'a' }], 'has no "reason"'],
    [
      'a misspelt limit, which would mute everything',
      [{ id: 'a', reason: 'b', adress: 'x' }],
      'unknown field "adress"',
    ],
    [
      'a wrong date',
      [{ id: 'a', reason: 'b', expires: 'soon' }],
      'wrong "expires"',
    ],
  ])('refuses rules with %s', async (_what, content, message) => {
    const result = await run([
      'plan',
      fixture('tainted-replace.json'),
      '--ignore-rules',
      file('bad.json', content),
    ]);
    expect(result).toMatchObject({ code: 1, out: '' });
    expect(result.err).toContain(message);
  });

  it.each([
    [['plan']],
    [['nothing']],
    [['plan', 'x', '--exit-code', 'two']],
    [['plan', 'x', '--format', 'yaml']],
    [['plan', 'x', '--unknown']],
  ])('calls %j wrong use', async args => {
    const result = await run(args);
    expect(result.code).toBe(1);
    expect(result.err).toContain('error:');
  });
});

describe('infra-hub-drift redact', () => {
  it.each([
    'drift-update-sensitive-block.json',
    'drift-delete-and-forced-replace.json',
    'refresh-only-drift.json',
  ])('keeps the report of %s and drops its secrets', async name => {
    const redacted = await run(['redact', fixture(name)]);
    expect(redacted.code).toBe(0);
    expect(redacted.out).not.toContain('s3cr3t-1');
    const before = await run(['plan', fixture(name)]);
    const after = await run(['plan', '-'], { stdin: redacted.out });
    expect(after.out).toBe(before.out);
  });
});

describe('the executable', () => {
  it('works from any directory and prints help and version', () => {
    const bin = join(__dirname, '../bin/infra-hub-drift');
    const start = (...args: string[]) =>
      spawnSync(process.execPath, [bin, ...args], {
        cwd: tmpdir(),
        encoding: 'utf8',
      });
    expect(start('--version')).toMatchObject({
      status: 0,
      stdout: `${version}\n`,
    });
    expect(start('--help').stdout).toContain('plan [options] <file>');
    const plan = start('plan', fixture('tainted-replace.json'));
    expect(plan.status).toBe(2);
    expect(JSON.parse(plan.stdout).status).toBe('drifted');
  });
});
