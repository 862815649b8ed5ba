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
  await knex.schema.createTable('drift_attributions', table => {
    table.comment(
      'What audit logs tell of who made a finding, and when they are asked again',
    );
    table
      .string('finding_id', 64)
      .primary()
      .references('id')
      .inTable('drift_findings')
      .onDelete('CASCADE')
      .comment('The finding; never an earlier version of it');
    table
      .string('attribution_state', 16)
      .notNullable()
      .comment('asking, waiting, found or given-up');
    table
      .text('attribution')
      .comment('JSON of the checked answer; absent until one was found');
    table.text('attributor').comment('Id of the attributor that answered last');
    table
      .text('attribution_failure')
      .comment('Why the log could not be read, one sentence');
    table
      .integer('attempts')
      .notNullable()
      .comment('How often it was asked without finding anybody');
    table.timestamp('first_asked_at').notNullable().comment('When it began');
    table.string('claim', 36).comment('Random id of who asks now');
    table.timestamp('claim_until').comment('When somebody else may ask');
    table.timestamp('retry_at').comment('When it may be asked again');
    table.timestamp('found_at').comment('When it was found');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('drift_attributions');
};
