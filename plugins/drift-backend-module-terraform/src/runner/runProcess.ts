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

import { ChildProcess, spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { toError } from '@backstage/errors';
import { TailBuffer } from './TailBuffer';

/** Turns core dumps and wide file modes off, then becomes the program: no quoting, no shell words. */
const LAUNCHER = 'umask 077; ulimit -c 0; exec "$@"';

/** How long pipes may stay open after every process of the group is gone. */
const PIPE_CLOSE_MS = 2_000;

export interface RunProcessOptions {
  /** Absolute path of the program. */
  command: string;
  args: readonly string[];
  cwd: string;
  /** The whole environment of the program; nothing is inherited. */
  env: Record<string, string>;
  signal: AbortSignal;
  timeoutMs: number;
  /** Time between the first SIGINT and SIGKILL. Default 10 s. */
  graceMs?: number;
  /** How much of the end of each output stream is kept. Default 1 MiB. */
  maxOutputBytes?: number;
  /** User and group to run as; needs the privilege to change to them. */
  runAs?: { uid: number; gid: number };
  /**
   * Reads standard output instead of keeping its end. When it fails before the
   * end of the output, the process group is ended.
   */
  consumeStdout?: (stdout: Readable) => Promise<void>;
}

/** `reader`: `consumeStdout` failed. */
export type StopReason = 'timeout' | 'aborted' | 'reader';

export interface ProcessResult {
  /** Absent when a signal ended the program. */
  exitCode?: number;
  /** The signal that ended the program. */
  signal?: NodeJS.Signals;
  /** Why it was ended from here. */
  stopped?: StopReason;
  /** Why `consumeStdout` failed. */
  consumeError?: Error;
  /** The end of standard output. */
  stdout: string;
  /** The end of standard error. */
  stderr: string;
}

class GroupStopper {
  readonly #child: ChildProcess;
  readonly #graceMs: number;
  #timers: NodeJS.Timeout[] = [];
  reason?: StopReason;

  constructor(child: ChildProcess, graceMs: number) {
    this.#child = child;
    this.#graceMs = graceMs;
  }

  stop(reason: StopReason): void {
    if (this.reason) {
      return;
    }
    this.reason = reason;
    this.#signalGroup('SIGINT');
    this.#timers = [
      setTimeout(() => this.#signalGroup('SIGINT'), this.#graceMs / 2),
      setTimeout(() => this.#signalGroup('SIGKILL'), this.#graceMs),
    ];
  }

  /** The leader is gone: whatever it left in its group has nobody to answer to. */
  killRemainder(): void {
    this.#signalGroup('SIGKILL');
  }

  dispose(): void {
    for (const timer of this.#timers) {
      clearTimeout(timer);
    }
  }

  #signalGroup(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) {
      return;
    }
    try {
      process.kill(-this.#child.pid, signal);
    } catch (error) {
      // ESRCH: the whole group is gone already, which is what was wanted.
      if (toError(error).message.includes('ESRCH')) {
        return;
      }
      throw error;
    }
  }
}

/**
 * Runs a program in a process group of its own and leaves nothing of that group
 * behind, however it ends.
 *
 * @remarks
 *
 * A stop asks politely first: SIGINT lets Terraform finish the current provider
 * call, a second SIGINT half-way through the grace time makes it give up hanging
 * ones, SIGKILL ends what is left. All three go to the whole group, so providers
 * and the programs that they started end too.
 *
 * @throws When the program cannot be started.
 */
export async function runProcess(
  options: RunProcessOptions,
): Promise<ProcessResult> {
  if (options.signal.aborted) {
    return { stopped: 'aborted', stdout: '', stderr: '' };
  }
  if (options.timeoutMs <= 0) {
    return { stopped: 'timeout', stdout: '', stderr: '' };
  }

  const child = spawn(
    '/bin/sh',
    ['-c', LAUNCHER, 'sh', options.command, ...options.args],
    {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.runAs && { uid: options.runAs.uid, gid: options.runAs.gid }),
    },
  );
  const maxOutputBytes = options.maxOutputBytes ?? 1024 * 1024;
  const stdout = new TailBuffer(maxOutputBytes);
  const stderr = new TailBuffer(maxOutputBytes);
  const stopper = new GroupStopper(child, options.graceMs ?? 10_000);

  let consumed: Promise<Error | undefined> = Promise.resolve(undefined);
  if (options.consumeStdout) {
    consumed = options.consumeStdout(child.stdout).then(
      () => undefined,
      error => {
        if (!child.stdout.readableEnded) {
          stopper.stop('reader');
        }
        return toError(error);
      },
    );
  } else {
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  }
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));

  const onAbort = () => stopper.stop('aborted');
  options.signal.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => stopper.stop('timeout'), options.timeoutMs);
  try {
    const { exitCode, signal } = await ended(child);
    stopper.killRemainder();
    await closed(child);
    return {
      exitCode,
      signal,
      stopped: stopper.reason,
      consumeError: await consumed,
      stdout: stdout.toString(),
      stderr: stderr.toString(),
    };
  } finally {
    clearTimeout(timer);
    stopper.dispose();
    options.signal.removeEventListener('abort', onAbort);
  }
}

function ended(
  child: ChildProcess,
): Promise<{ exitCode?: number; signal?: NodeJS.Signals }> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (exitCode, signal) =>
      resolve({
        exitCode: exitCode ?? undefined,
        signal: signal ?? undefined,
      }),
    );
  });
}

/** A process that left the group may hold the pipes open for ever; it does not get to hold the scan. */
async function closed(child: ChildProcess): Promise<void> {
  const streams = [child.stdout, child.stderr].filter(
    stream => stream && !stream.closed,
  );
  if (streams.length === 0) {
    return;
  }
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    Promise.all(
      streams.map(
        stream => new Promise<void>(done => stream?.once('close', done)),
      ),
    ),
    new Promise<void>(done => {
      timer = setTimeout(done, PIPE_CLOSE_MS);
    }),
  ]);
  clearTimeout(timer);
  for (const stream of streams) {
    stream?.destroy();
  }
}
