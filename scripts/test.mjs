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

// Runs the whole test suite once: every package, with a real PostgreSQL beside
// SQLite. Arguments go to jest, e.g. `npm test -- plugins/drift-backend`.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startPostgres } from './postgres.mjs';

const postgres = await startPostgres({ quiet: true });
process.stderr.write(
  `[drift] PostgreSQL ${postgres.version} for the database tests is up\n`,
);

const child = spawn(
  'backstage-cli',
  [
    'repo',
    'test',
    ...process.argv.slice(2),
    '--watchAll=false',
    '--maxWorkers=2',
    // Real processes and databases need more than five seconds on a busy machine.
    '--testTimeout=60000',
    '--reporters=default',
    `--reporters=${fileURLToPath(
      new URL('./totals-reporter.cjs', import.meta.url),
    )}`,
  ],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      // Times and numbers in tests must not depend on the machine.
      TZ: 'UTC',
      // The database tests use the server above, never containers.
      BACKSTAGE_TEST_DISABLE_DOCKER: '1',
      BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING:
        postgres.connectionString,
    },
  },
);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => child.kill(signal));
}
child.on('error', error => {
  process.stderr.write(
    `[drift] The test runner did not start: ${error.message}\n`,
  );
});
child.on('close', async code => {
  await postgres.stop();
  // Not process.exitCode: the PostgreSQL package has an exit hook that sets it.
  process.exit(code ?? 1);
});
