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

import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { Knex } from 'knex';
import { readdirSync } from 'node:fs';
import { createTestDatabases } from '../__testUtils__';
import { isPostgres } from './database';

const databases = createTestDatabases();
const directory = resolvePackagePath(
  '@infra-hub/backstage-plugin-drift-backend',
  'migrations',
);
const names = readdirSync(directory).sort();
const time = new Date('2026-11-22T10:00:00.123Z');

type Row = Record<string, unknown>;

async function listTables(knex: Knex): Promise<string[]> {
  const query = isPostgres(knex)
    ? knex('pg_tables').whereRaw('schemaname = current_schema()').select({
        name: 'tablename',
      })
    : knex('sqlite_master').where({ type: 'table' }).select('name');
  const rows: { name: string }[] = await query;
  return rows
    .map(({ name }) => name)
    .filter(name => /^(drift|desired)_/.test(name))
    .sort();
}

/** Tables with their columns, and indexes with what they are about. */
async function schemaOf(knex: Knex): Promise<unknown> {
  const tables: Row = {};
  for (const table of await listTables(knex)) {
    const columns = Object.entries(await knex(table).columnInfo());
    tables[table] = columns
      .map(([column, { type, nullable }]) => `${column} ${type} ${nullable}`)
      .sort();
  }
  const indexes: { name: string; sql: string | null }[] = isPostgres(knex)
    ? await knex('pg_indexes')
        .whereRaw('schemaname = current_schema()')
        .select({ name: 'indexname', sql: 'indexdef' })
    : await knex('sqlite_master')
        .where({ type: 'index' })
        .select('name', 'sql');
  return {
    tables,
    indexes: indexes
      .filter(({ name }) => !/knex|^sqlite_/.test(name))
      // SQLite quotes names anew where knex copies a table
      .map(({ name, sql }) => `${name}: ${sql?.replace(/[`"\s]+/g, '')}`)
      .sort(),
  };
}

/** A value that fits a column; all texts are the same, so that references hold. */
function valueFor(column: string, type: string): unknown {
  if (/int|numeric|real|float|double/i.test(type)) {
    return 1;
  }
  if (/bool/i.test(type)) {
    return false;
  }
  if (/time|date/i.test(type)) {
    return time;
  }
  return column === 'payload' ? '{}' : 'x';
}

/** Puts a row into each empty table, those that others refer to first. */
async function fill(knex: Knex): Promise<void> {
  let left = await listTables(knex);
  for (let round = 0; left.length > 0; round++) {
    const failed: string[] = [];
    let problem: unknown;
    for (const table of left) {
      const [{ count }] = await knex(table).count({ count: '*' });
      if (Number(count) > 0) {
        continue;
      }
      const columns = Object.entries(await knex(table).columnInfo());
      try {
        await knex(table).insert(
          Object.fromEntries(
            columns.map(([column, { type }]) => [
              column,
              valueFor(column, type),
            ]),
          ),
        );
      } catch (error) {
        failed.push(table);
        problem = error;
      }
    }
    if (round > 10) {
      throw problem;
    }
    left = failed;
  }
}

async function contentOf(knex: Knex): Promise<Record<string, Row[]>> {
  const content: Record<string, Row[]> = {};
  for (const table of await listTables(knex)) {
    content[table] = await knex(table).select('*');
  }
  return content;
}

/** What is left of the content where some tables and columns are not there. */
function within(
  content: Record<string, Row[]>,
  now: Record<string, Row[]>,
): Record<string, Row[]> {
  return Object.fromEntries(
    Object.entries(now).map(([table, rows]) => [
      table,
      (content[table] ?? []).map(row =>
        Object.fromEntries(
          Object.entries(row).filter(([column]) => column in (rows[0] ?? row)),
        ),
      ),
    ]),
  );
}

jest.setTimeout(120_000);

describe.each(databases.ids)('migrations with data on %s', databaseId => {
  it('go down one by one and up again, and lose nothing but what they made', async () => {
    const knex = await databases.init(databaseId);
    const schemas: unknown[] = [await schemaOf(knex)];
    for (const _ of names) {
      await knex.migrate.up({ directory });
      schemas.push(await schemaOf(knex));
    }
    await fill(knex);

    for (const [index, name] of [...names.entries()].reverse()) {
      const before = await contentOf(knex);
      await knex.migrate.down({ directory });
      const after = await contentOf(knex);
      expect([name, await schemaOf(knex)]).toEqual([name, schemas[index]]);
      expect([name, after]).toEqual([name, within(before, after)]);

      await knex.migrate.up({ directory });
      expect([name, await schemaOf(knex)]).toEqual([name, schemas[index + 1]]);
      const again = await contentOf(knex);
      for (const [table, rows] of Object.entries(after)) {
        expect([name, table, again[table]]).toMatchObject([name, table, rows]);
      }
      // What was made anew takes data as it did before
      await fill(knex);
      await knex.migrate.down({ directory });
    }
    expect(await schemaOf(knex)).toEqual(schemas[0]);
    await knex.migrate.latest({ directory });
    expect(await schemaOf(knex)).toEqual(schemas.at(-1));
  });
});
