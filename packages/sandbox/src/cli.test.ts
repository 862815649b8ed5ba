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

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { repositoryRoot } from './demo/exampleModules';

const bin = join(repositoryRoot(), 'packages/sandbox/bin/drift-sandbox');

describe('drift-sandbox', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'drift-sandbox-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const run = (...args: string[]) => {
    const child = spawn(process.execPath, [bin, ...args], {
      env: { PATH: join(dir, 'empty') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', chunk => (errors += chunk));
    const lines: string[] = [];
    const reader = createInterface({ input: child.stdout });
    reader.on('line', line => lines.push(line));
    return {
      child,
      lines,
      errors: () => errors,
      said: (pattern: RegExp) =>
        new Promise<string>(resolve => {
          reader.on('line', line => pattern.test(line) && resolve(line));
        }),
      ended: new Promise<number | null>(resolve =>
        child.once('close', resolve),
      ),
    };
  };

  it('starts without Terraform, says so, serves the portal and ends when told', async () => {
    const sandbox = run('start', '--port', '0', '--dir', dir);
    await sandbox.said(/^Ready/);
    expect(sandbox.lines).toEqual([
      expect.stringMatching(/^The sandbox cloud and its portal are at http/),
      expect.stringMatching(/^The sandbox cluster is at https:/),
      expect.stringMatching(
        /^ {2}for Backstage, read only: .*kubeconfig and .*token$/,
      ),
      expect.stringMatching(/^ {2}for Backstage's repairs: .*kubeconfig$/),
      expect.stringMatching(/^ {2}for kubectl: export KUBECONFIG=/),
      'Changed by hand: Deployment ai-service of tenant-ai scaled from 3 to 2',
      'Changed by hand: query.timeout in ConfigMap ai-service-config of tenant-ai edited from 60s to 30s',
      expect.stringMatching(/^The sandbox AWS is at http:/),
      expect.stringMatching(/^ {2}for the AWS command line: .*credentials$/),
      'Changed by hand: database invoices-db of initech grown to db.t4g.large and made publicly accessible',
      'Neither terraform nor tofu is on PATH: the example modules are not applied.',
      'Ready, without the examples.',
    ]);
    const url = sandbox.lines[0].split(' ').pop();
    const portal = await fetch(`${url}/`);
    expect(await portal.text()).toContain('Sandbox cloud');
    sandbox.child.kill('SIGTERM');
    await expect(sandbox.ended).resolves.toBe(0);
  }, 30_000);

  it('goes on when the examples cannot be applied, and says why', async () => {
    const sandbox = run(
      ...['start', '--port', '0', '--dir', dir],
      ...['--terraform', join(dir, 'no-such-tool')],
    );
    await sandbox.said(/^Ready, without all examples/);
    expect(sandbox.lines.join('\n')).toContain(
      'The examples could not be applied: ',
    );
    sandbox.child.kill('SIGTERM');
    await expect(sandbox.ended).resolves.toBe(0);
  }, 30_000);

  it('ends with its reason when the port of the cloud is taken', async () => {
    const first = run('cloud', '--port', '0', '--dir', dir);
    const line = await first.said(/^The sandbox cloud/);
    const port = line.split(':').pop() ?? '';
    const second = run(
      ...['start', '--port', port, '--kubernetes-port', '0', '--aws-port', '0'],
      ...['--dir', join(dir, 'second')],
    );
    await expect(second.ended).resolves.toBe(1);
    expect(second.errors()).toContain(`cannot listen on 127.0.0.1:${port}`);
    first.child.kill('SIGTERM');
    await expect(first.ended).resolves.toBe(0);
  }, 30_000);

  it('refuses what it does not know', async () => {
    const sandbox = run('fly');
    await expect(sandbox.ended).resolves.toBe(1);
    expect(sandbox.errors()).toContain('unknown command fly');
  }, 30_000);
});
