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

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import {
  approvalDigest,
  approvalText,
  assess,
  fileBytes,
  observePlan,
  readPlan,
} from '@infra-hub/drift-engine';
import { main } from '../main';
import { splitAddresses } from './splitAddresses';

const FIXTURES = join(
  __dirname,
  '../../../drift-engine/src/__fixtures__/terraform',
);
const PLAN = join(FIXTURES, 'config-change-plus-drift.json');
const SECRET_PLAN = join(FIXTURES, 'drift-update-sensitive-block.json');
const directory = mkdtempSync(join(tmpdir(), 'infra-hub-drift-approved-'));

afterAll(() => rmSync(directory, { recursive: true }));

class Captured extends Writable {
  text = '';
  _write(chunk: Buffer, _encoding: string, done: () => void) {
    this.text += chunk.toString();
    done();
  }
}

async function run(args: string[], stdin: string | Buffer = '') {
  const stdout = new Captured();
  const stderr = new Captured();
  const code = await main(
    ['node', 'infra-hub-drift', 'approved', ...args],
    { stdin: Readable.from([Buffer.from(stdin)]), stdout, stderr },
    { environment: {}, wait: async () => {}, random: () => 0 },
  );
  return { code, out: stdout.text, err: stderr.text };
}

async function findingsOf(file: string) {
  return assess(observePlan(await readPlan(fileBytes(file)))).findings;
}

interface Plan {
  action_invocations?: object[];
  resource_changes: { change: { before: Record<string, unknown> } }[];
  resource_drift: { change: { after: Record<string, unknown> } }[];
}

function changedPlan(change: (plan: Plan) => void): string {
  const plan: Plan = JSON.parse(readFileSync(PLAN, 'utf8'));
  change(plan);
  const file = join(directory, 'changed.json');
  writeFileSync(file, JSON.stringify(plan));
  return file;
}

describe('infra-hub-drift approved', () => {
  it('takes the plan that was approved, also packed and from standard input', async () => {
    const findings = await findingsOf(PLAN);
    for (const approval of [approvalText(findings), approvalDigest(findings)]) {
      const result = await run([
        ...['--plan', PLAN, '--expect', approval, '--exit-code', '2'],
        ...['--format', 'text', '--targets', ''],
      ]);
      expect(result).toEqual({
        code: 0,
        out: 'The plan does exactly what was approved: 2 changes.\n',
        err: '',
      });
    }
    const packed = await run(
      ['--plan', '-', '--expect', approvalDigest(findings)],
      gzipSync(readFileSync(PLAN)),
    );
    expect(packed.code).toBe(0);
    expect(JSON.parse(packed.out)).toEqual({
      approved: true,
      changes: 2,
      unexpected: [],
      untargeted: [],
    });
  });

  it('names what differs, and no value', async () => {
    const expected = approvalText(await findingsOf(PLAN));
    const file = changedPlan(plan => {
      plan.resource_changes[0].change.before.node_count = 4711;
      plan.resource_drift[0].change.after.node_count = 4711;
    });
    const args = ['--plan', file, '--expect', expected];
    const text = await run([...args, '--format', 'text']);
    expect(text.code).toBe(3);
    expect(text.out)
      .toBe(`The plan is not what was approved. It makes 2 changes.

Not approved in this form (1)
  drift_database.main  drift, update

Approved, but no longer in the plan in this form: 1
`);
    const json = await run(args);
    expect(json.code).toBe(3);
    expect(JSON.parse(json.out)).toEqual({
      approved: false,
      changes: 2,
      unexpected: [
        { address: 'drift_database.main', class: 'drift', change: 'update' },
      ],
      untargeted: [],
      missing: 1,
    });
    expect(text.out + json.out).not.toContain('4711');
  });

  it('never prints a secret', async () => {
    const result = await run([
      ...['--plan', SECRET_PLAN, '--expect', '0'.repeat(64)],
      ...['--format', 'text'],
    ]);
    expect(result.code).toBe(3);
    expect(result.out + result.err).not.toContain('s3cr3t');
  });

  it('refuses what was approved beyond the targets', async () => {
    const expected = approvalText(await findingsOf(PLAN));
    const args = ['--plan', PLAN, '--expect', expected, '--targets'];
    expect((await run([...args, 'drift_database.main'])).code).toBe(0);
    const other = await run([...args, 'a.b["x,y"],module.m\n']);
    expect(other.code).toBe(3);
    expect(JSON.parse(other.out).untargeted).toHaveLength(2);
  });

  it('refuses a plan that invokes actions, which nobody can have seen', async () => {
    const file = changedPlan(plan => {
      plan.action_invocations = [{ address: 'action.a.b' }];
    });
    const result = await run(['--plan', file, '--expect', '0'.repeat(64)]);
    expect(result.code).toBe(1);
    expect(result.err).toContain('invokes actions');
  });

  it.each<[string, string[], string]>([
    ['no approval', ['--plan', PLAN], '--expect'],
    ['no plan', ['--expect', '0'.repeat(64)], '--plan'],
    ['an empty approval', ['--plan', PLAN, '--expect', ''], 'neither'],
    ['a wrong approval', ['--plan', PLAN, '--expect', 'yes'], 'neither'],
    [
      'a missing file',
      ['--plan', 'nowhere', '--expect', '0'.repeat(64)],
      'does not exist',
    ],
    [
      'a plan whose command failed',
      ['--plan', PLAN, '--expect', '0'.repeat(64), '--exit-code', '1'],
      'exit code 1',
    ],
    [
      'a plan that only people can read',
      [
        '--plan',
        join(FIXTURES, 'config-change-plus-drift.txt'),
        ...['--expect', '0'.repeat(64)],
      ],
      'show -json',
    ],
  ])('exits 1 with %s', async (_what, args, message) => {
    const result = await run(args);
    expect(result).toMatchObject({ code: 1, out: '' });
    expect(result.err).toContain(message);
  });
});

describe('splitAddresses', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['a.b', ['a.b']],
    ['a.b, c.d\n\ne.f[0]\r\n', ['a.b', 'c.d', 'e.f[0]']],
    ['a.b["x,\\"y"],c.d', ['a.b["x,\\"y"]', 'c.d']],
  ])('splits %j', (text, addresses) => {
    expect(splitAddresses(text)).toEqual(addresses);
  });
});
