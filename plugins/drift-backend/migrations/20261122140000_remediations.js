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
 * A text column that is ordered and compared byte by byte on every engine and
 * in every locale.
 *
 * @param {import('knex').Knex} knex
 * @param {import('knex').Knex.CreateTableBuilder} table
 * @param {string} column
 * @param {number} length
 */
function orderedString(knex, table, column, length) {
  return knex.client.config.client.includes('pg')
    ? table.specificType(column, `varchar(${length}) collate "C"`)
    : table.string(column, length);
}

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('drift_remediations', table => {
    table.comment('What was or is to be done about drift; one row per request');
    table.string('id', 36).primary().comment('Random id');
    orderedString(knex, table, 'target_id', 512)
      .notNullable()
      .references('id')
      .inTable('drift_results')
      .onDelete('CASCADE')
      .comment('What is remediated');
    table
      .string('action', 16)
      .notNullable()
      .comment('revert, refresh-state or adopt');
    table
      .string('route', 64)
      .notNullable()
      .comment('Id of the remediator that applies it');
    table.string('state', 24).notNullable().comment('Where it is in its life');
    table
      .string('origin', 16)
      .notNullable()
      .comment('Who began it: person or policy');
    table
      .string('requested_by', 255)
      .notNullable()
      .comment('Entity ref, subject of a service, or policy:<id>');
    table.timestamp('requested_at').notNullable().comment('When it began');
    table.text('reason').comment('What the requester said');
    table.string('policy_id', 100).comment('The policy that began it');
    table
      .string('policy_mode', 8)
      .comment('What that policy wanted: auto or review');
    table
      .string('idempotency_key', 100)
      .comment('Chosen by the requester; a repeated request finds it again');
    table
      .text('addresses', 'longtext')
      .comment('JSON array of the only resources to change; all when absent');
    table
      .string('drift_hash', 64)
      .comment('Hash of the fingerprints that a policy saw');
    table
      .string('salt', 64)
      .notNullable()
      .comment('Random, goes into the hash of the preview; never served');
    table
      .integer('risk_rank')
      .notNullable()
      .comment('Highest severity of the drift it repairs, 0 for none');
    table
      .text('preview', 'longtext')
      .comment('JSON of exactly what would be done, without secret values');
    table
      .string('preview_hash', 64)
      .comment('Hash over everything that would be applied');
    table.integer('changes_total').comment('Changes of the preview');
    table
      .integer('changes_destructive')
      .comment('Those that delete or replace');
    table
      .integer('changes_alongside')
      .comment('Those that were not asked for and come along');
    table
      .text('decision', 'longtext')
      .comment('JSON of what policy says of the preview');
    table.string('confirmed_by', 255).comment('Who confirmed the preview');
    table.timestamp('confirmed_at').comment('When it was confirmed');
    table.string('approved_by', 255).comment('Who approved the preview');
    table.timestamp('approved_at').comment('When it was approved');
    table
      .string('approved_hash', 64)
      .comment('Hash of the preview that was approved');
    table
      .boolean('automatic')
      .notNullable()
      .comment('A policy approved it, no person did');
    table
      .string('keeper', 255)
      .comment('The process that has the credentials of who approved it');
    table
      .timestamp('expires_at')
      .comment('When the wait, or the approval, ends');
    table.timestamp('waits_until').comment('Nothing is to be done before then');
    table.text('message').comment('What it waits for or how it ended');
    table
      .timestamp('began_at')
      .comment('When applying began; it never begins twice');
    table.timestamp('applied_at').comment('When applying ended');
    table.text('outcome', 'longtext').comment('JSON of how applying ended');
    table
      .text('handle')
      .comment('JSON by which a started run is found again; no secrets');
    table.string('verify_scan_id', 36).comment('The scan that decides');
    table
      .integer('attempts')
      .notNullable()
      .comment('Attempts at the present step');
    table.string('worker', 255).comment('The process that works on it');
    table
      .timestamp('lease_until')
      .comment('From when on another process may work on it');
    table
      .integer('fence')
      .notNullable()
      .comment('Grows with every claim; a write with an older one is refused');
    table.timestamp('finished_at').comment('When it ended; absent while open');
    table.timestamp('updated_at').notNullable().comment('Last change');
    table.index(['target_id', 'requested_at'], 'drift_remediations_target_idx');
    table.index(['state', 'waits_until'], 'drift_remediations_due_idx');
    table.index(['finished_at'], 'drift_remediations_finished_idx');
    table.index(['began_at'], 'drift_remediations_began_idx');
  });
  await knex.raw(
    "create unique index drift_remediations_active_uidx on drift_remediations (target_id) where state in ('approved', 'running', 'verifying')",
  );
  await knex.raw(
    'create unique index drift_remediations_open_uidx on drift_remediations (target_id, action) where finished_at is null',
  );
  await knex.raw(
    'create unique index drift_remediations_key_uidx on drift_remediations (requested_by, idempotency_key) where idempotency_key is not null',
  );

  await knex.schema.createTable('drift_remediation_events', table => {
    table.comment('Every step in the life of remediations');
    table.bigIncrements('id').comment('Grows with time');
    table
      .string('remediation_id', 36)
      .notNullable()
      .references('id')
      .inTable('drift_remediations')
      .onDelete('CASCADE')
      .comment('Whose step it is');
    table.timestamp('at').notNullable().comment('When');
    table.string('from_state', 24).comment('Absent for the request itself');
    table.string('to_state', 24).notNullable().comment('The state since then');
    table.string('by', 255).notNullable().comment('Who did it');
    table.text('note').comment('A sentence, such as a reason');
    table.index(['remediation_id', 'id'], 'drift_remediation_events_idx');
  });

  await knex.schema.createTable('drift_remediation_log', table => {
    table.comment('Newest lines of the live log of remediations');
    table.bigIncrements('id').comment('Grows with time');
    table
      .string('remediation_id', 36)
      .notNullable()
      .references('id')
      .inTable('drift_remediations')
      .onDelete('CASCADE')
      .comment('Whose line it is');
    table.timestamp('at').notNullable().comment('When');
    table.text('text').notNullable().comment('The line, without secrets');
    table.index(['remediation_id', 'id'], 'drift_remediation_log_idx');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('drift_remediation_log');
  await knex.schema.dropTable('drift_remediation_events');
  await knex.schema.dropTable('drift_remediations');
};
