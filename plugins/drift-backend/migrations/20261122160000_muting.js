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
 * @param {import('knex').Knex.CreateTableBuilder} table
 * @param {string} column
 * @param {number} length
 */
function orderedString(knex, table, column, length) {
  return knex.client.config.client.includes('pg')
    ? table.specificType(column, `varchar(${length}) collate "C"`)
    : table.string(column, length);
}

const STEP = 500;

/**
 * Rules of the configuration muted before; what they do is counted from now on.
 *
 * @param {import('knex').Knex} knex
 */
async function noteMutedFindings(knex) {
  let after = '';
  for (;;) {
    /** @type {{ id: string; payload: string }[]} */
    const rows = await knex('drift_findings')
      .whereNull('resolved_at')
      .where({ suppressed: true })
      .where('id', '>', after)
      .orderBy('id')
      .limit(STEP)
      .select('id', 'payload');
    for (const { id, payload } of rows) {
      const { suppressedBy } = JSON.parse(payload);
      if (suppressedBy) {
        await knex('drift_findings')
          .where({ id })
          .update({ muted_by: JSON.stringify([suppressedBy.ruleId]) });
      }
    }
    if (rows.length < STEP) {
      return;
    }
    after = rows[rows.length - 1].id;
  }
}

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('drift_acknowledgements', table => {
    table.comment('Drift that people accepted as it is, now and before');
    table.string('id', 36).primary().comment('Random id');
    orderedString(knex, table, 'target_id', 512)
      .notNullable()
      .references('id')
      .inTable('drift_results')
      .onDelete('CASCADE')
      .comment('Where the drift was found');
    table
      .string('fingerprint', 255)
      .notNullable()
      .comment('Of the finding that was accepted');
    table.text('address').notNullable().comment('Address of the resource');
    table
      .string('severity', 16)
      .notNullable()
      .comment('Severity when it was accepted');
    table.text('reason').notNullable().comment('Why it is accepted');
    table.timestamp('created_at').notNullable().comment('When');
    table.text('created_by').notNullable().comment('By whom');
    table
      .timestamp('expires_at')
      .notNullable()
      .comment('From then on it alarms again');
    table.string('state', 16).notNullable().comment('active or ended');
    table.timestamp('ended_at').comment('When it ended');
    table
      .text('ended_by')
      .comment('Who ended it, drift when it ended by itself');
    table.text('end_reason').comment('Why it ended, one sentence');
    table.index(
      ['target_id', 'created_at'],
      'drift_acknowledgements_target_idx',
    );
    table.index(['created_at', 'id'], 'drift_acknowledgements_created_idx');
  });
  await knex.schema.raw(
    `create unique index drift_acknowledgements_active_uidx on drift_acknowledgements (target_id, fingerprint) where state = 'active'`,
  );
  await knex.schema.raw(
    `create index drift_acknowledgements_expires_idx on drift_acknowledgements (expires_at) where state = 'active'`,
  );

  await knex.schema.createTable('drift_ignore_rules', table => {
    table.comment('Ignore rules that were written through the API');
    orderedString(knex, table, 'id', 100).primary().comment('Id of the rule');
    table.text('rule').notNullable().comment('JSON of the rule');
    table.text('created_by').notNullable().comment('Who wrote it');
    table.timestamp('created_at').notNullable().comment('When');
    table.text('updated_by').comment('Who changed it last');
    table.timestamp('updated_at').comment('When it was changed last');
  });

  await knex.schema.createTable('drift_ignore_rule_usage', table => {
    table.comment('What ignore rules did, those of the configuration included');
    orderedString(knex, table, 'rule_id', 255)
      .primary()
      .comment('Id of the rule');
    table
      .timestamp('known_since')
      .notNullable()
      .comment('When the rule was first seen');
    table
      .integer('muted_total')
      .notNullable()
      .comment('Findings that it muted and that were not muted before');
    table.timestamp('last_muted_at').comment('When it did so last');
    table
      .string('ended_for', 64)
      .comment('The expiry of the rule that was acted upon');
  });

  await knex.schema.createTable('drift_ignore_rule_revision', table => {
    table.comment('One row; grows with every change of a rule');
    table.integer('id').primary().comment('Always 1');
    table.integer('revision').notNullable().comment('Number of changes');
  });
  await knex('drift_ignore_rule_revision').insert({ id: 1, revision: 0 });

  await knex.schema.createTable('drift_rejudgements', table => {
    table.comment('Targets whose findings are to be judged by changed rules');
    orderedString(knex, table, 'target_id', 512)
      .primary()
      .references('id')
      .inTable('drift_results')
      .onDelete('CASCADE')
      .comment('The target');
    table.timestamp('requested_at').notNullable().comment('Since when');
  });

  await knex.schema.alterTable('drift_findings', table => {
    table
      .text('muted_by')
      .comment('JSON array of the ignore rules that mute all or a part of it');
  });
  await noteMutedFindings(knex);
  await knex.schema.raw(
    'create index drift_findings_muted_idx on drift_findings (target_id) where resolved_at is null and muted_by is not null',
  );
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.raw('drop index drift_findings_muted_idx');
  await knex.schema.alterTable('drift_findings', table => {
    table.dropColumn('muted_by');
  });
  await knex.schema.dropTable('drift_rejudgements');
  await knex.schema.dropTable('drift_ignore_rule_revision');
  await knex.schema.dropTable('drift_ignore_rule_usage');
  await knex.schema.dropTable('drift_ignore_rules');
  await knex.schema.dropTable('drift_acknowledgements');
};
