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

import { spawn, ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve as resolvePath } from 'node:path';
import { createInterface } from 'node:readline';

/** A real PostgreSQL that lives as long as the tests of one file. */
export class PostgresServer {
  readonly connectionString: string;
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  /**
   * @throws Error with the server's own words when it does not start
   */
  static async start(
    options: {
      /** Keeps what it has confirmed when it is killed; slower. */
      durable?: boolean;
    } = {},
  ): Promise<PostgresServer> {
    const child = spawn(
      process.execPath,
      [
        resolvePath(__dirname, 'postgres-server.mjs'),
        ...(options.durable ? ['--durable'] : []),
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const answers = createInterface({ input: child.stdout })[
      Symbol.asyncIterator
    ]();
    return new PostgresServer(child, answers, await readAnswer(answers));
  }

  private constructor(
    child: ChildProcess,
    answers: AsyncIterator<string>,
    connectionString: string,
  ) {
    this.#process = child;
    this.#answers = answers;
    this.connectionString = connectionString;
  }

  /** Stops the server at once, as a crash does; it stays away until {@link PostgresServer.comeBack}. */
  async crash(): Promise<void> {
    this.#process.stdin?.write('crash\n');
    await readAnswer(this.#answers);
  }

  /** Starts the server again, on the same port and with the same data. */
  async comeBack(): Promise<void> {
    this.#process.stdin?.write('start\n');
    await readAnswer(this.#answers);
  }

  async stop(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.stdin?.end();
    await exited;
  }
}

async function readAnswer(answers: AsyncIterator<string>): Promise<string> {
  const { value, done } = await answers.next();
  if (done) {
    throw new Error('PostgreSQL for the tests ended without an answer');
  }
  const answer: { connectionString?: string; error?: string } =
    JSON.parse(value);
  if (!answer.connectionString) {
    throw new Error(`PostgreSQL for the tests failed: ${answer.error}`);
  }
  return answer.connectionString;
}
