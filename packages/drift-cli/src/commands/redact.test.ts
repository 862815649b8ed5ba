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

import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { runRedact } from './redact';

const PLAN = JSON.stringify({
  format_version: '1.2',
  variables: { password: { value: 'hunter22' } },
  resource_changes: [
    {
      address: 't.a',
      mode: 'managed',
      type: 't',
      name: 'a',
      change: {
        actions: ['update'],
        before: { size: 1, password: 'hunter22' },
        after: { size: 2, password: 'hunter33' },
      },
    },
  ],
});

async function run(input: Buffer | string) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const output = text(stdout);
  const errors = text(stderr);
  const code = await runRedact('-', {
    stdin: Readable.from([Buffer.from(input)]),
    stdout,
    stderr,
  });
  stdout.end();
  stderr.end();
  return { code, output: await output, errors: await errors };
}

describe('infra-hub-drift redact', () => {
  it.each([
    ['plain', Buffer.from(PLAN)],
    ['compressed', gzipSync(PLAN)],
  ])('writes a %s plan without its secrets', async (_, input) => {
    const { code, output, errors } = await run(input);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(output).not.toContain('hunter');
    const [entry] = JSON.parse(output).resource_changes;
    expect(entry.change.after.size).toBe(2);
    expect(entry.change.after.password).not.toBe(entry.change.before.password);
  });

  it('writes nothing but a reason when the plan cannot be trusted', async () => {
    const { code, output, errors } = await run(PLAN.slice(0, -1));
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toMatch(/^Not redacted: .*\n$/);
    expect(errors).not.toContain('hunter');
  });
});
