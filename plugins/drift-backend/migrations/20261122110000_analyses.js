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
  await knex.schema.createTable('drift_analyses', table => {
    table.comment(
      'What a language model wrote about findings, so that nothing is asked twice',
    );
    const targetId = knex.client.config.client.includes('pg')
      ? table.specificType('target_id', 'varchar(512) collate "C"')
      : table.string('target_id', 512);
    targetId
      .notNullable()
      .references('id')
      .inTable('drift_results')
      .onDelete('CASCADE')
      .comment('Where the findings belong');
    table
      .string('kind', 16)
      .notNullable()
      .comment('finding: the text on one; summary: over a set of findings');
    table
      .string('cache_key', 64)
      .notNullable()
      .comment(
        'Hash of the finding or the set, with provider, model and version of the prompt',
      );
    table
      .string('state', 16)
      .notNullable()
      .comment('working, ready or failed; findings are always ready');
    table
      .text('payload', 'longtext')
      .comment('JSON of the checked text; absent until there is one');
    table.text('failure').comment('Why there is no newer text, one sentence');
    table
      .integer('attempts')
      .notNullable()
      .comment('Failed attempts since the last text');
    table.string('claim', 36).comment('Random id of who asks the model now');
    table.timestamp('claim_until').comment('When somebody else may ask');
    table.timestamp('retry_at').comment('When it may be tried again');
    table
      .timestamp('requested_at')
      .comment('When a person last asked for a new text');
    table.timestamp('written_at').comment('When the text was written');
    table
      .timestamp('used_at')
      .notNullable()
      .comment('Day on which it was last needed');
    table.primary(['target_id', 'kind', 'cache_key'], 'drift_analyses_pk');
    table.index(['used_at'], 'drift_analyses_used_idx');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('drift_analyses');
};
