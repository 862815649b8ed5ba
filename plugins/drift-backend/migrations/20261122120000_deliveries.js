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
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('drift_deliveries', table => {
    table.comment('Messages to people and webhooks that are still to be sent');
    table.string('id', 36).primary().comment('Random id');
    table
      .string('channel', 100)
      .notNullable()
      .comment('Id of the webhook, or notifications');
    table
      .string('recipient', 255)
      .notNullable()
      .comment('Entity ref of who is notified, - for webhooks');
    table
      .string('type', 64)
      .notNullable()
      .comment('What the message tells of, such as target.drifted');
    table
      .string('target_id', 512)
      .notNullable()
      .comment('The target that it tells of');
    table
      .text('payload')
      .notNullable()
      .comment('JSON of the message; no secrets');
    table
      .string('state', 16)
      .notNullable()
      .comment('waiting, or dead after the last attempt');
    table.integer('attempts').notNullable().comment('Failed attempts so far');
    table.text('last_error').comment('Why the last attempt failed');
    table
      .timestamp('created_at')
      .notNullable()
      .comment('When there was something to tell');
    table
      .timestamp('next_attempt_at')
      .comment('When it is tried next; absent when dead');
    table.string('claim', 36).comment('Random id of who is sending it now');
    table
      .timestamp('claimed_until')
      .comment('From when on another process may send it');
    table.index(
      ['channel', 'state', 'next_attempt_at'],
      'drift_deliveries_due_idx',
    );
    table.index(['created_at', 'id'], 'drift_deliveries_created_idx');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('drift_deliveries');
};
