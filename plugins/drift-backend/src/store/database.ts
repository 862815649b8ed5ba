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

import { Knex } from 'knex';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How long PostgreSQL waits for the next statement of a transaction. A process
 * that is paused in the middle of one, or whose machine is cut off, would keep
 * its locks for as long as TCP believes in it: hours in which no other replica
 * can take its scans over.
 */
const MAX_IDLE_MS = 15_000;

/** Whether the engine is PostgreSQL; otherwise it is SQLite. */
export function isPostgres(knex: Knex): boolean {
  return knex.client.config.client.includes('pg');
}

/**
 * Rows per statement. SQLite compiles each row of an insert as a member of a
 * compound select, of which it allows 500.
 */
export function batchSize(knex: Knex): number {
  return isPostgres(knex) ? 500 : 100;
}

/** Cuts a list into pieces of at most `size`. */
export function chunk<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) {
    chunks.push(items.slice(start, start + size));
  }
  return chunks;
}

/**
 * `column in (values)` for any number of values, with one parameter: one
 * stable statement on PostgreSQL, no limit of variables on SQLite. Nothing is
 * in an empty list.
 */
export function whereInList(
  builder: Knex.QueryBuilder,
  options: { knex: Knex; column: string; values: readonly string[] },
): void {
  const { knex, column } = options;
  // PostgreSQL refuses a NUL character, and no stored text has one
  const values = options.values.filter(value => !value.includes('\u0000'));
  if (isPostgres(knex)) {
    builder.whereRaw('?? = any(?::text[])', [column, values]);
  } else {
    builder.whereRaw('?? in (select value from json_each(?))', [
      column,
      JSON.stringify(values),
    ]);
  }
}

/**
 * Runs work in a transaction, again when PostgreSQL chose it as the victim of a
 * deadlock. The work must not have effects outside the transaction, nor wait for
 * anything but the database: PostgreSQL rolls back what was idle for 15 seconds.
 */
export async function inTransaction<T>(
  knex: Knex,
  work: (tx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await knex.transaction(async tx => {
        if (isPostgres(tx)) {
          await tx.raw(
            `SET LOCAL idle_in_transaction_session_timeout = ${MAX_IDLE_MS}`,
          );
        }
        return work(tx);
      });
    } catch (error) {
      if (!isDeadlock(error) || attempt === 4) {
        throw error;
      }
      await sleep(25 * 2 ** attempt);
    }
  }
}

/**
 * Has the transactions that name the same lock wait for each other, until they
 * end. Those that share it do not wait among themselves. Nobody is passed over:
 * who wants to share it waits behind who waits to have it alone.
 *
 * @remarks
 * For what locks on rows cannot hold up: rows that are not there yet. On SQLite
 * the process is alone and takes one connection at a time.
 */
export async function lockByName(
  tx: Knex.Transaction,
  name: string,
  options: { shared?: boolean } = {},
): Promise<void> {
  if (isPostgres(tx)) {
    await tx.raw(
      options.shared
        ? 'select pg_advisory_xact_lock_shared(hashtext(?))'
        : 'select pg_advisory_xact_lock(hashtext(?))',
      [name],
    );
  }
}

function isDeadlock(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '40P01';
}

/** Number of rows that a write touched, from either engine. */
export async function affected(query: PromiseLike<unknown>): Promise<number> {
  return Number(await query);
}

/**
 * Orders by a column whose absent values are the smallest, as SQLite has it.
 *
 * @remarks
 * Raw, because knex translates the order of NULLs for SQLite into something that
 * forgets the column and keeps its index from being used.
 */
export function orderByNullable(
  builder: Knex.QueryBuilder,
  options: { column: string; order: 'asc' | 'desc' },
): void {
  const { column, order } = options;
  builder.orderByRaw(
    order === 'asc' ? '?? asc nulls first' : '?? desc nulls last',
    [column],
  );
}

/**
 * Inserts rows, a batch per statement. All rows must have the same columns, and
 * text must be storable, see `storableText`.
 */
export async function insertRows<Row extends object>(
  tx: Knex,
  options: {
    table: string;
    rows: Row[];
    /** What to do with rows that are there already; an error by default. */
    onConflict?: {
      columns: string[];
      merge:
        | readonly string[]
        | Record<string, Knex.Raw | Knex.Ref<string, Record<string, string>>>;
    };
  },
): Promise<void> {
  const { table, rows, onConflict } = options;
  for (const batch of chunk(rows, batchSize(tx))) {
    const insert = bulkInsert(tx, table, batch);
    await (onConflict
      ? insert.onConflict(onConflict.columns).merge(onConflict.merge)
      : insert);
  }
}

/**
 * Inserts the rows whose id is not there yet, and says which ids those were. Of
 * two replicas that do so at once each row is new to one only.
 */
export async function insertNewRows<Row extends { id: string }>(
  tx: Knex,
  options: { table: string; rows: Row[] },
): Promise<string[]> {
  const { table, rows } = options;
  const inserted: string[] = [];
  for (const batch of chunk(rows, batchSize(tx))) {
    const added: { id: string }[] = await bulkInsert(tx, table, batch)
      .onConflict('id')
      .ignore()
      .returning('id');
    inserted.push(...added.map(row => row.id));
  }
  return inserted;
}

/** PostgreSQL takes in one JSON parameter twice as fast as ten thousand parameters. */
function bulkInsert(
  tx: Knex,
  table: string,
  rows: object[],
): Knex.QueryBuilder {
  if (!isPostgres(tx)) {
    return tx(table).insert(rows);
  }
  const columns = Object.keys(rows[0]);
  return tx(tx.raw('?? (??)', [table, columns])).insert(
    tx.raw('select ?? from json_populate_recordset(null::??, ?::json)', [
      columns,
      table,
      JSON.stringify(rows),
    ]),
  );
}
