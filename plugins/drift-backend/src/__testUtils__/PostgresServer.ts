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

  /**
   * @throws Error with the server's own words when it does not start
   */
  static async start(): Promise<PostgresServer> {
    const child = spawn(
      process.execPath,
      [resolvePath(__dirname, 'postgres-server.mjs')],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    for await (const line of createInterface({ input: child.stdout })) {
      const answer: { connectionString?: string; error?: string } =
        JSON.parse(line);
      if (!answer.connectionString) {
        throw new Error(`PostgreSQL for the tests failed: ${answer.error}`);
      }
      return new PostgresServer(child, answer.connectionString);
    }
    throw new Error('PostgreSQL for the tests ended without an answer');
  }

  private constructor(child: ChildProcess, connectionString: string) {
    this.#process = child;
    this.connectionString = connectionString;
  }

  async stop(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.stdin?.end();
    await exited;
  }
}
