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

import { TestDatabaseId, TestDatabases } from '@backstage/backend-test-utils';
import knexFactory, { Knex } from 'knex';
import { PostgresServer } from './PostgresServer';

const CONNECTION_STRING =
  'BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING';

/** Databases for the tests of one file. */
export interface DriftTestDatabases {
  /** For `describe.each`: SQLite and PostgreSQL, always both. */
  ids: TestDatabaseId[];
  /** A fresh empty database. */
  init(id: TestDatabaseId): Promise<Knex>;
  /** One more connection pool to the same PostgreSQL database, as another replica has it. */
  anotherPool(knex: Knex): Knex;
  /** How to reach the PostgreSQL database of a pool, for another process. */
  connectionOf(knex: Knex): Knex.PgConnectionConfig;
}

/**
 * Call once at the top of a test file. PostgreSQL is the one that the environment
 * variable `BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING` names, else one
 * that is started for this file; tests fail when there is none.
 */
export function createTestDatabases(): DriftTestDatabases {
  const pools: Knex[] = [];
  let server: PostgresServer | undefined;

  beforeAll(async () => {
    if (!process.env[CONNECTION_STRING]) {
      server = await PostgresServer.start();
      process.env[CONNECTION_STRING] = server.connectionString;
    }
  }, 60_000);

  // Before the next one is registered, so that databases that go with their
  // server are not dropped one by one, which takes minutes on a busy machine
  afterAll(async () => {
    await Promise.all(pools.map(pool => pool.destroy()));
    if (server) {
      delete process.env[CONNECTION_STRING];
      await server.stop();
    }
  }, 60_000);

  const databases = TestDatabases.create({
    ids: ['SQLITE_3', 'POSTGRES_18'],
    // Means "supported"; the server above takes the place of the container
    disableDocker: false,
  });

  return {
    ids: ['SQLITE_3', 'POSTGRES_18'],
    async init(id) {
      const pool = await databases.init(id);
      pools.push(pool);
      return pool;
    },
    anotherPool(knex) {
      const { client, connection } = knex.client.config;
      const pool = knexFactory({
        client,
        connection,
        pool: { min: 0, max: 5 },
      });
      pools.push(pool);
      return pool;
    },
    connectionOf: knex => knex.client.config.connection,
  };
}
