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
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
// Lets Node load the sources of the packages as they are
require('@backstage/cli/config/nodeTransform.cjs');

const knexFactory = require('knex');

/** The store under test, from source. */
export const {
  DatabaseDriftStore,
} = require('../../plugins/drift-backend/src/store');

/**
 * A PostgreSQL with the durability of a real one, for as long as this process
 * lives.
 */
export async function startPostgres() {
  const program = fileURLToPath(
    new URL(
      '../../plugins/drift-backend/src/__testUtils__/postgres-server.mjs',
      import.meta.url,
    ),
  );
  const child = spawn(process.execPath, [program, '--durable'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const { connectionString, error } = JSON.parse(line);
    if (error) {
      throw new Error(`PostgreSQL did not start: ${error}`);
    }
    return {
      connect: () =>
        knexFactory({
          client: 'pg',
          connection: connectionString,
          pool: { min: 1, max: 10 },
        }),
      stop: () =>
        new Promise(resolve => {
          child.on('exit', resolve);
          child.stdin.end();
        }),
    };
  }
  throw new Error('PostgreSQL ended without an answer');
}

/** A SQLite database in a file, with the journal it has by default. */
export function openSqlite(filename) {
  return knexFactory({
    client: 'better-sqlite3',
    connection: { filename },
    useNullAsDefault: true,
  });
}

/** The middle one. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
