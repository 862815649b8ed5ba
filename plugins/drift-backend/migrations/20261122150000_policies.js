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
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('drift_remediation_policies', table => {
    table.comment('Policies that were written through the API');
    exactString(knex, table, 'id', 100).primary().comment('Id of the policy');
    table
      .text('policy', 'longtext')
      .notNullable()
      .comment('JSON of the policy as its author wrote it');
    table.string('updated_by', 255).comment('Entity ref or subject');
    table.timestamp('updated_at').notNullable();
  });

  await knex.schema.createTable('drift_remediation_switch', table => {
    table.comment('One row: the stop switch, and the revision of the policies');
    exactString(knex, table, 'id', 10).primary().comment('Always all');
    table
      .integer('revision')
      .notNullable()
      .comment('Of the policies; grows with every change');
    table.boolean('stopped').notNullable();
    table.string('stopped_by', 255).comment('Entity ref or subject');
    table.timestamp('stopped_at');
    table.text('reason').comment('What whoever stopped it said');
  });

  await knex.schema.createTable('drift_remediation_notes', table => {
    table.comment(
      'What automation did about some drift, so that it does so once',
    );
    exactString(knex, table, 'id', 64)
      .primary()
      .comment('Hash of target, kind and drift');
    exactString(knex, table, 'target_id', 500).notNullable();
    exactString(knex, table, 'kind', 32)
      .notNullable()
      .comment('Such as flap-guard or limit');
    table.timestamp('noted_at').notNullable();
    table.index(
      ['target_id', 'kind', 'noted_at'],
      'drift_remediation_notes_age_idx',
    );
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('drift_remediation_notes');
  await knex.schema.dropTable('drift_remediation_switch');
  await knex.schema.dropTable('drift_remediation_policies');
};
