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

// @ts-check

/**
 * A text column that is compared byte by byte on every engine, see the first
 * migration.
 *
 * @param {import('knex').Knex} knex
 * @param {import('knex').Knex.CreateTableBuilder} table
 * @param {string} column
 * @param {number} length
 */
function exactString(knex, table, column, length) {
  return knex.client.config.client.includes('pg')
    ? table.specificType(column, `varchar(${length}) collate "C"`)
    : table.string(column, length);
}

/**
 * Where a plan came from that a pipeline sent.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('drift_scans', table => {
    table.text('run_url').comment('Link to the run that observed');
    table.string('commit_id', 100).comment('Commit that was observed');
    table.string('actor', 200).comment('Who or what started the run');
    exactString(knex, table, 'run_id', 200).comment(
      'Id of the run; a run is stored once per target',
    );
  });
  await knex.schema.alterTable('drift_results', table => {
    table.text('run_url').comment('Link to the run of the last scan');
  });
  await knex.schema.raw(
    'create unique index drift_scans_run_uidx on drift_scans (target_id, run_id) where run_id is not null',
  );
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.raw('drop index drift_scans_run_uidx');
  // Not through knex, which copies the table on SQLite and so cascades
  for (const [table, column] of [
    ['drift_results', 'run_url'],
    ['drift_scans', 'run_url'],
    ['drift_scans', 'commit_id'],
    ['drift_scans', 'actor'],
    ['drift_scans', 'run_id'],
  ]) {
    await knex.raw('alter table ?? drop column ??', [table, column]);
  }
};
