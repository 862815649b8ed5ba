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
  await knex.schema.createTable('desired_state_tenants', table => {
    table.comment('One row per tenant that ever had a desired state');
    exactString(knex, table, 'tenant', 255)
      .primary()
      .comment('Id of the tenant');
    table
      .integer('revision')
      .notNullable()
      .comment('Grows with every change; locks out writers who saw another');
    table
      .text('source_state')
      .comment('What the manifests were when they were last taken over');
  });

  await knex.schema.createTable('desired_infrastructure_state', table => {
    table.comment('What the platforms of tenants want, one row per resource');
    exactString(knex, table, 'id', 64)
      .primary()
      .comment('Hash of tenant, type, cluster, namespace and name');
    exactString(knex, table, 'tenant', 255).notNullable();
    exactString(knex, table, 'resource_type', 100)
      .notNullable()
      .comment('Kind in lower case, e.g. deployment');
    exactString(knex, table, 'cluster', 100)
      .notNullable()
      .comment('Configured name of the cluster or account, empty when unsaid');
    exactString(knex, table, 'namespace', 100)
      .notNullable()
      .comment('Empty when there is none');
    exactString(knex, table, 'name', 255).notNullable();
    table
      .text('spec', 'longtext')
      .notNullable()
      .comment('JSON of the desired object; no values of secrets');
    table
      .integer('revision')
      .notNullable()
      .comment('Number of changes of this resource');
    table
      .string('origin', 16)
      .notNullable()
      .comment('api, manifest or capture');
    table.string('updated_by', 255).comment('Entity ref or subject');
    table.timestamp('updated_at').notNullable();
    table.unique(['tenant', 'resource_type', 'cluster', 'namespace', 'name'], {
      indexName: 'desired_infrastructure_state_uidx',
    });
  });

  await knex.schema.createTable('desired_state_revisions', table => {
    table.comment('What each change of a desired state changed');
    exactString(knex, table, 'tenant', 255).notNullable();
    table.integer('revision').notNullable();
    table.timestamp('created_at').notNullable();
    table.string('created_by', 255).comment('Entity ref or subject');
    table
      .string('origin', 16)
      .notNullable()
      .comment('api, manifest or capture');
    table.text('source_revision').comment('Revision of the manifests');
    table
      .text('changes', 'longtext')
      .notNullable()
      .comment('JSON: names of resources that were added, changed, removed');
    table.primary(['tenant', 'revision'], 'desired_state_revisions_pk');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('desired_state_revisions');
  await knex.schema.dropTable('desired_infrastructure_state');
  await knex.schema.dropTable('desired_state_tenants');
};
