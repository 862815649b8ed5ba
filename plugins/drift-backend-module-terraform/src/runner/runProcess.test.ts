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

import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runProcess, RunProcessOptions } from './runProcess';

describe('runProcess', () => {
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'drift-run-'));
  });

  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const run = (script: string, options: Partial<RunProcessOptions> = {}) => {
    const command = join(dir, 'program');
    writeFileSync(command, `#!/bin/sh\n${script}\n`);
    chmodSync(command, 0o755);
    return runProcess({
      command,
      args: [],
      cwd: dir,
      env: { PATH: '/usr/bin:/bin', MARK: dir },
      signal: new AbortController().signal,
      timeoutMs: 30_000,
      graceMs: 500,
      ...options,
    });
  };

  /** Processes whose environment says that they descend from this test. */
  const survivors = () =>
    readdirProc().filter(pid => environmentOf(pid).includes(`MARK=${dir}`));

  it('hands arguments over untouched and reports the end', async () => {
    const args = ['a b', '$(id)', '`id`', ';id', "it's", '', '-x', '*'];
    await expect(
      run('for a in "$@"; do echo "[$a]"; done; echo why >&2; exit 3', {
        args,
      }),
    ).resolves.toEqual({
      exitCode: 3,
      signal: undefined,
      stopped: undefined,
      consumeError: undefined,
      stdout: args.map(arg => `[${arg}]\n`).join(''),
      stderr: 'why\n',
    });
  });

  it('gives the program nothing but the given environment, no core dumps and private files', async () => {
    process.env.DRIFT_TEST_CANARY = 'canary-of-the-backend';
    try {
      const result = await run('env; echo core=$(ulimit -c); umask');
      const names = result.stdout
        .split('\n')
        .filter(line => line.includes('='))
        .map(line => line.split('=')[0]);
      expect(
        names.filter(name => !/^(_|PWD|OLDPWD|SHLVL)$/.test(name)).sort(),
      ).toEqual(['MARK', 'PATH', 'core']);
      expect(result.stdout).not.toContain('canary');
      expect(result.stdout).toContain('core=0\n0077');
    } finally {
      delete process.env.DRIFT_TEST_CANARY;
    }
  });

  it('leaves no process of the group behind after a time-out, however stubborn', async () => {
    const result = await run(
      `trap '' INT TERM
       sh -c 'trap "" INT TERM; sh -c "sleep 1000 & wait" & while :; do sleep 1000; done' &
       echo started
       while :; do sleep 1000; done`,
      { timeoutMs: 500, graceMs: 300 },
    );
    expect(result).toMatchObject({ stopped: 'timeout', signal: 'SIGKILL' });
    expect(result.stdout).toBe('started\n');
    expect(survivors()).toEqual([]);
  });

  it('leaves nothing behind after an ordinary end either', async () => {
    const result = await run('sleep 1000 & echo done');
    expect(result).toMatchObject({ exitCode: 0, stdout: 'done\n' });
    expect(survivors()).toEqual([]);
  });

  it('asks before it kills, and asks twice', async () => {
    const result = await run(
      `n=0
       trap 'n=$((n+1)); echo int $n; [ $n = 2 ] && exit 1' INT
       echo ready
       while :; do sleep 0.05; done`,
      { timeoutMs: 500, graceMs: 4_000 },
    );
    expect(result).toMatchObject({ stopped: 'timeout', exitCode: 1 });
    expect(result.stdout).toBe('ready\nint 1\nint 2\n');
  });

  it('ends when the signal is aborted, before and during the run', async () => {
    const controller = new AbortController();
    const running = run('touch started; sleep 1000', {
      signal: controller.signal,
    });
    while (!existsSync(join(dir, 'started'))) {
      await sleep(10);
    }
    controller.abort();
    await expect(running).resolves.toMatchObject({ stopped: 'aborted' });
    expect(survivors()).toEqual([]);
    rmSync(join(dir, 'started'));
    await expect(
      run('touch started', { signal: controller.signal }),
    ).resolves.toMatchObject({ stopped: 'aborted' });
    expect(existsSync(join(dir, 'started'))).toBe(false);
  });

  it('is not held up by a process that left the group and keeps the pipes open', async () => {
    const result = await run('setsid sleep 60 & echo $! > pid; echo done');
    expect(result).toMatchObject({ exitCode: 0, stdout: 'done\n' });
    process.kill(Number(readFileSync(join(dir, 'pid'), 'utf8')), 'SIGKILL');
  });

  it('keeps only the end of endless output', async () => {
    const result = await run('yes out & yes err >&2', {
      timeoutMs: 500,
      maxOutputBytes: 1000,
    });
    expect(result.stopped).toBe('timeout');
    for (const text of [result.stdout, result.stderr]) {
      expect(text.startsWith('[beginning left out]\n')).toBe(true);
      expect(text.length).toBeLessThan(1100);
    }
  });

  it('lets a reader have the output, and ends the program when the reader fails', async () => {
    let text = '';
    const result = await run('echo one; echo two', {
      consumeStdout: async stdout => {
        for await (const chunk of stdout) {
          text += chunk;
        }
      },
    });
    expect(text).toBe('one\ntwo\n');
    expect(result).toMatchObject({ exitCode: 0, stdout: '' });

    const failing = async (script: string) =>
      run(script, {
        consumeStdout: async stdout => {
          let read = '';
          for await (const chunk of stdout) {
            read += chunk;
            if (read.length > 100) {
              break;
            }
          }
          throw new Error(`cannot read ${read.slice(0, 7)}`);
        },
      });
    await expect(failing('echo garbage; yes')).resolves.toMatchObject({
      stopped: 'reader',
      consumeError: new Error('cannot read garbage'),
    });
    await expect(failing('echo why >&2; exit 3')).resolves.toMatchObject({
      stopped: undefined,
      exitCode: 3,
      stderr: 'why\n',
      consumeError: new Error('cannot read '),
    });
    expect(survivors()).toEqual([]);
  });

  it('reports which signal ended the program', async () => {
    await expect(run('kill -KILL $$')).resolves.toMatchObject({
      exitCode: undefined,
      signal: 'SIGKILL',
      stopped: undefined,
    });
  });

  const asRoot = process.getuid?.() === 0 ? describe : describe.skip;
  asRoot('as root', () => {
    it('runs as another user', async () => {
      chmodSync(dir, 0o755);
      const result = await run('id -u; id -g', {
        runAs: { uid: 65534, gid: 65533 },
      });
      expect(result.stdout).toBe('65534\n65533\n');
    });
  });
});

function readdirProc(): string[] {
  return readdirSync('/proc').filter(name => /^\d+$/.test(name));
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    // It ended meanwhile, or belongs to somebody else.
    return '';
  }
}
