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
 * Two rules hold for every table: all times are written by the application as
 * parameters (no database defaults, they have another format on SQLite), and
 * absent text that takes part in a unique key, a filter or an order is stored
 * as `-` or the empty string, because NULL compares differently on each engine.
 */

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
  const nullsLast = knex.client.config.client.includes('pg')
    ? ' nulls last'
    : '';

  await knex.schema.createTable('drift_results', table => {
    table.comment(
      'What is scanned, with its current state; one row per target, never deleted',
    );
    orderedString(knex, table, 'id', 512)
      .primary()
      .comment('<source>:<client or ->/<name>');
    orderedString(knex, table, 'source', 64)
      .notNullable()
      .comment('Id of the source that scans the target');
    orderedString(knex, table, 'client', 100)
      .notNullable()
      .comment('Whom the target belongs to, - when nobody in particular');
    orderedString(knex, table, 'name', 255)
      .notNullable()
      .comment('Module or tenant name');
    orderedString(knex, table, 'name_key', 255)
      .notNullable()
      .comment('The name in lower case, for ordering');
    orderedString(knex, table, 'owner', 255)
      .notNullable()
      .comment('Entity ref of the owner, - when there is none');
    table
      .text('entity_refs')
      .notNullable()
      .comment('JSON array of the entities that the target belongs to');
    table
      .text('location')
      .notNullable()
      .comment('JSON object, how the source finds the target; no secrets');
    table.text('code_url').comment('Link to the code');
    table
      .string('origin', 16)
      .notNullable()
      .comment('Who declared the target: config, catalog or push');
    table
      .string('registration_hash', 64)
      .notNullable()
      .comment('Hash of the declaration, tells an unchanged one');
    table
      .string('schedule', 255)
      .notNullable()
      .comment('Cron expression or ISO 8601 duration');
    table
      .bigInteger('interval_ms')
      .notNullable()
      .comment('Nominal time between two scans, in milliseconds');
    table.timestamp('next_scan_at').comment('When the next scan is due');
    table
      .timestamp('created_at')
      .notNullable()
      .comment('When the target was first declared');
    table
      .timestamp('retired_at')
      .comment('When the target ceased to be declared; hidden from then on');

    table
      .string('status', 16)
      .notNullable()
      .comment('clean, drifted, pending, error or unknown');
    table
      .integer('status_rank')
      .notNullable()
      .comment('The status as a number, worst highest');
    table
      .string('risk', 16)
      .notNullable()
      .comment('Highest severity of the open drift findings, else none');
    table
      .integer('risk_score')
      .notNullable()
      .comment('The risk as a number, 0 (none) to 4 (critical)');
    table
      .integer('drifted_resources')
      .notNullable()
      .comment('Resources with drift in the last good verdict');
    table
      .integer('total_resources')
      .notNullable()
      .comment('Resources that the last good observation covered');
    table.text('summary').notNullable().comment('One or two sentences');
    table
      .text('search_text')
      .notNullable()
      .comment('Name, client and summary in lower case');
    table.text('error').comment('Why the last scan failed');
    table
      .text('warnings')
      .notNullable()
      .comment('JSON array of sentences for people');
    table
      .text('blind_spots')
      .notNullable()
      .comment('JSON array of what was not checked');
    table.string('evidence', 16).comment('How strong the observation is');
    table.text('tool_name').comment('What observed');
    table.text('tool_version').comment('Version of what observed');
    table.timestamp('last_scan_at').comment('End of the last scan');
    table
      .timestamp('last_good_scan_at')
      .comment('End of the last scan with a verdict other than error');
    table
      .string('last_good_status', 16)
      .comment('The last verdict other than error');
    table
      .timestamp('drifted_since')
      .comment('When the current run of drift was first seen');
    table
      .timestamp('stale_at')
      .comment('When the last good verdict becomes too old');
    table
      .timestamp('findings_seen_at')
      .comment('When a scan last saw every open finding of the target');
    table
      .integer('fence')
      .notNullable()
      .comment('Counts the started scans; an older one may not write');
    table
      .string('report_hash', 64)
      .comment('Hash of the report that the open findings come from');

    table.unique(['source', 'client', 'name'], {
      indexName: 'drift_results_source_client_name_uidx',
    });
    table.index(['client', 'id'], 'drift_results_client_idx');
    table.index(['name_key', 'id'], 'drift_results_name_idx');
    table.index(['owner', 'id'], 'drift_results_owner_idx');
    table.index(['next_scan_at'], 'drift_results_next_scan_idx');
    table.index(['stale_at'], 'drift_results_stale_idx');
  });
  await knex.schema.raw(
    `create index drift_results_risk_idx on drift_results (risk_score desc, status_rank desc, last_scan_at desc${nullsLast}, id)`,
  );
  await knex.schema.raw(
    `create index drift_results_last_scan_idx on drift_results (last_scan_at desc${nullsLast}, id)`,
  );

  await knex.schema.createTable('drift_target_entities', table => {
    table.comment('Which targets belong to which catalog entities');
    orderedString(knex, table, 'target_id', 512)
      .notNullable()
      .references('id')
      .inTable('drift_results')
      .onDelete('CASCADE')
      .comment('The target');
    table
      .string('entity_ref', 255)
      .notNullable()
      .comment('The entity, in lower case');
    table.primary(['target_id', 'entity_ref'], 'drift_target_entities_pk');
    table.index(['entity_ref'], 'drift_target_entities_entity_ref_idx');
  });

  await knex.schema.createTable('drift_scans', table => {
    table.comment('History of the observations of each target');
    table.string('id', 36).primary().comment('Random id');
    orderedString(knex, table, 'target_id', 512)
      .notNullable()
      .references('id')
      .inTable('drift_results')
      .onDelete('CASCADE')
      .comment('What is or was scanned');
    table
      .string('trigger', 16)
      .notNullable()
      .comment('Why: schedule, manual, ci or verify');
    table
      .string('state', 16)
      .notNullable()
      .comment('queued, running, completed, failed or superseded');
    table
      .integer('fence')
      .notNullable()
      .comment('Fence of the target when the scan was last started, 0 before');
    table.text('worker_id').comment('Who works on it');
    table.text('requested_by').comment('Who asked for it');
    table.timestamp('queued_at').notNullable().comment('When it was asked for');
    table.timestamp('started_at').comment('When it was last started');
    table
      .timestamp('finished_at')
      .comment('When it ended; absent while the scan is active');
    table.string('status', 16).comment('The verdict');
    table.string('risk', 16).comment('The risk that the scan found');
    table.integer('drifted_resources').comment('Resources with drift');
    table.integer('total_resources').comment('Resources observed');
    table.text('error').comment('One sentence without secrets');
    table.text('warnings').comment('JSON array of sentences for people');
    table.text('blind_spots').comment('JSON array of what was not checked');
    table.string('evidence', 16).comment('How strong the observation is');
    table.text('tool_name').comment('What observed');
    table.text('tool_version').comment('Version of what observed');
    table
      .text('seen_findings')
      .comment(
        'JSON array of finding ids; absent when the scan saw all findings that its fence covers',
      );
    table.index(['target_id', 'queued_at'], 'drift_scans_target_idx');
    table.index(['finished_at'], 'drift_scans_finished_idx');
  });
  await knex.schema.raw(
    'create unique index drift_scans_active_uidx on drift_scans (target_id) where finished_at is null',
  );

  await knex.schema.createTable('drift_findings', table => {
    table.comment(
      'Differing resources, open and resolved, and how they looked in earlier scans',
    );
    table.string('id', 64).primary().comment('Random id');
    table
      .string('version_of', 64)
      .comment(
        'Id of the finding that this row is an earlier version of; such a row only serves history',
      );
    orderedString(knex, table, 'target_id', 512)
      .notNullable()
      .references('id')
      .inTable('drift_results')
      .onDelete('CASCADE')
      .comment('Where the resource belongs');
    table
      .string('fingerprint', 255)
      .notNullable()
      .comment('Hash of address, change, field paths and actual values');
    table
      .string('class', 16)
      .notNullable()
      .comment('drift, absorbed, pending, noise or expected');
    table
      .integer('class_rank')
      .notNullable()
      .comment('The class as a number, worst highest');
    table
      .string('deposed', 64)
      .notNullable()
      .comment('Key of a deposed object, else empty');
    if (knex.client.config.client.includes('pg')) {
      table
        .specificType('address', 'text collate "C"')
        .notNullable()
        .comment('Address of the resource');
    } else {
      table.text('address').notNullable().comment('Address of the resource');
    }
    table.string('change', 16).notNullable().comment('Kind of the change');
    table
      .integer('severity_rank')
      .notNullable()
      .comment('The severity as a number, 1 (low) to 4 (critical)');
    table
      .boolean('suppressed')
      .notNullable()
      .comment('Muted by an ignore rule');
    table
      .text('payload', 'longtext')
      .notNullable()
      .comment('JSON of the whole finding, without secret values');
    table
      .string('payload_hash', 64)
      .notNullable()
      .comment('Hash of the payload, tells an unchanged one');
    table
      .timestamp('first_seen_at')
      .notNullable()
      .comment('Start of the episode');
    table
      .timestamp('last_seen_at')
      .notNullable()
      .comment(
        'When it was last seen; open findings were also seen at drift_results.findings_seen_at',
      );
    table.timestamp('resolved_at').comment('When it was seen to be gone');
    table
      .integer('opened_fence')
      .notNullable()
      .comment('Fence of the first scan that saw it like this');
    table
      .integer('resolved_fence')
      .comment('Fence of the first scan that did not see it like this');
    table
      .boolean('replaced')
      .notNullable()
      .comment('Gone because the values of the same resource moved on');
    table
      .integer('recurrences')
      .notNullable()
      .comment('How often it came back after it was resolved');
    table.index(['target_id', 'fingerprint'], 'drift_findings_target_idx');
  });
  await knex.schema.raw(
    'create unique index drift_findings_open_uidx on drift_findings (target_id, fingerprint, class, deposed) where resolved_at is null',
  );
  await knex.schema.raw(
    'create index drift_findings_resolved_idx on drift_findings (resolved_at) where resolved_at is not null',
  );

  await knex.schema.createTable('drift_scan_rounds', table => {
    table.comment('Requests to scan many targets at once');
    table.string('id', 36).primary().comment('Random id');
    table.text('requested_by').comment('Who asked for it');
    table.timestamp('started_at').notNullable().comment('When');
    table.index(['started_at'], 'drift_scan_rounds_started_idx');
  });

  await knex.schema.createTable('drift_round_scans', table => {
    table.comment(
      'The scans of a round, also those that were under way before',
    );
    table.string('round_id', 36).notNullable().comment('The round');
    table.string('scan_id', 36).notNullable().comment('The scan');
    table.primary(['round_id', 'scan_id'], 'drift_round_scans_pk');
    table.index(['scan_id'], 'drift_round_scans_scan_idx');
  });

  await knex.schema.createTable('drift_status_changes', table => {
    table.comment(
      'Changes of status by day, from which the trend is counted back',
    );
    table.string('day', 10).notNullable().comment('YYYY-MM-DD in UTC');
    orderedString(knex, table, 'target_id', 512)
      .notNullable()
      .references('id')
      .inTable('drift_results')
      .onDelete('CASCADE')
      .comment('The target');
    table
      .string('status_before', 16)
      .notNullable()
      .comment('Status before the first change of the day; absent: no target');
    table
      .string('status_after', 16)
      .notNullable()
      .comment('Status after the last change of the day; absent: no target');
    table.primary(['day', 'target_id'], 'drift_status_changes_pk');
  });

  await knex.schema.createTable('drift_target_counts', table => {
    table.comment(
      'How many declared targets look alike, kept in step with drift_results',
    );
    orderedString(knex, table, 'owner', 255)
      .notNullable()
      .comment('As in drift_results');
    orderedString(knex, table, 'client', 100)
      .notNullable()
      .comment('As in drift_results');
    orderedString(knex, table, 'source', 64)
      .notNullable()
      .comment('As in drift_results');
    table.string('status', 16).notNullable().comment('As in drift_results');
    table.string('risk', 16).notNullable().comment('As in drift_results');
    table.integer('targets').notNullable().comment('Number of targets');
    table.primary(
      ['owner', 'client', 'source', 'status', 'risk'],
      'drift_target_counts_pk',
    );
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('drift_target_counts');
  await knex.schema.dropTable('drift_status_changes');
  await knex.schema.dropTable('drift_round_scans');
  await knex.schema.dropTable('drift_scan_rounds');
  await knex.schema.dropTable('drift_findings');
  await knex.schema.dropTable('drift_scans');
  await knex.schema.dropTable('drift_target_entities');
  await knex.schema.dropTable('drift_results');
};
