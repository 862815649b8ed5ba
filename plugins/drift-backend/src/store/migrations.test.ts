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

import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { Knex } from 'knex';
import { readdirSync } from 'node:fs';
import { createTestDatabases } from '../__testUtils__';

const databases = createTestDatabases();
const directory = resolvePackagePath(
  '@infra-hub/backstage-plugin-drift-backend',
  'migrations',
);

async function migrateUntilBefore(knex: Knex, name: string): Promise<void> {
  for (const file of readdirSync(directory).sort()) {
    if (file === name) {
      return;
    }
    await knex.migrate.up({ directory });
  }
  throw new Error(`No migration ${name}`);
}

async function listTables(knex: Knex): Promise<string[]> {
  const query = knex.client.config.client.includes('pg')
    ? knex('pg_tables').whereRaw('schemaname = current_schema()').select({
        name: 'tablename',
      })
    : knex('sqlite_master').where({ type: 'table' }).select('name');
  const rows: { name: string }[] = await query;
  return rows.map(row => row.name).filter(name => name.startsWith('drift_'));
}

jest.setTimeout(60_000);

describe.each(databases.ids)('migrations on %s', databaseId => {
  it('20261122000000_init.js goes up and down again', async () => {
    const knex = await databases.init(databaseId);
    await migrateUntilBefore(knex, '20261122000000_init.js');
    const before = await listTables(knex);
    await knex.migrate.up({ directory });

    const time = new Date('2026-11-22T10:00:00.123Z');
    const target = {
      id: 'terraform:acme/aks',
      source: 'terraform',
      client: 'acme',
      name: 'aks',
      name_key: 'aks',
      owner: '-',
      entity_refs: '[]',
      location: '{}',
      origin: 'config',
      registration_hash: '',
      schedule: 'PT30M',
      interval_ms: 1_800_000,
      created_at: time,
      status: 'unknown',
      status_rank: 1,
      risk: 'none',
      risk_score: 0,
      drifted_resources: 0,
      total_resources: 0,
      summary: '',
      search_text: '',
      warnings: '[]',
      blind_spots: '[]',
      fence: 0,
    };
    const scan = {
      id: 'scan-1',
      target_id: target.id,
      trigger: 'manual',
      state: 'queued',
      fence: 0,
      queued_at: time,
    };
    const finding = {
      id: 'finding-1',
      target_id: target.id,
      fingerprint: 'f',
      class: 'drift',
      class_rank: 4,
      deposed: '',
      address: 'a.b',
      change: 'update',
      severity_rank: 1,
      suppressed: false,
      payload: '{}',
      payload_hash: '',
      first_seen_at: time,
      last_seen_at: time,
      opened_fence: 1,
      replaced: false,
      recurrences: 0,
    };
    await knex('drift_results').insert(target);
    await knex('drift_scans').insert(scan);
    await knex('drift_findings').insert(finding);

    // One target per source, client and name; one active scan and one open finding
    await expect(
      knex('drift_results').insert({ ...target, id: 'other' }),
    ).rejects.toThrow();
    await expect(
      knex('drift_scans').insert({ ...scan, id: 'scan-2' }),
    ).rejects.toThrow();
    await expect(
      knex('drift_findings').insert({ ...finding, id: 'finding-2' }),
    ).rejects.toThrow();
    await knex('drift_scans').update({ finished_at: time });
    await knex('drift_scans').insert({ ...scan, id: 'scan-2' });
    await knex('drift_findings').update({ resolved_at: time });
    await knex('drift_findings').insert({ ...finding, id: 'finding-2' });
    await knex('drift_results').insert({
      ...target,
      id: 'terraform:-/aks',
      client: '-',
    });

    const row = await knex('drift_scans').where({ id: 'scan-1' }).first();
    expect(new Date(row.finished_at)).toEqual(time);
    await knex.migrate.down({ directory });
    await expect(listTables(knex)).resolves.toEqual(before);
    await knex.migrate.latest({ directory });
  });

  it('20261122100000_ingest.js goes up and down again', async () => {
    const knex = await databases.init(databaseId);
    await migrateUntilBefore(knex, '20261122100000_ingest.js');
    const columnsOf = async (table: string) =>
      Object.keys(await knex(table).columnInfo()).sort();
    const before = [
      await columnsOf('drift_scans'),
      await columnsOf('drift_results'),
    ];
    await knex.migrate.up({ directory });

    const time = new Date('2026-11-22T10:00:00.123Z');
    await knex('drift_results').insert({
      id: 'terraform:acme/aks',
      source: 'terraform',
      client: 'acme',
      name: 'aks',
      name_key: 'aks',
      owner: '-',
      entity_refs: '[]',
      location: '{}',
      origin: 'push',
      registration_hash: '',
      schedule: 'P1D',
      interval_ms: 86_400_000,
      created_at: time,
      status: 'unknown',
      status_rank: 1,
      risk: 'none',
      risk_score: 0,
      drifted_resources: 0,
      total_resources: 0,
      summary: '',
      search_text: '',
      warnings: '[]',
      blind_spots: '[]',
      fence: 0,
      run_url: 'https://ci.example.com/1',
    });
    const scan = {
      target_id: 'terraform:acme/aks',
      trigger: 'ci',
      state: 'completed',
      fence: 1,
      queued_at: time,
      finished_at: time,
    };
    // One scan per run; scans without a run do not collide
    await knex('drift_scans').insert({ ...scan, id: 'scan-1', run_id: 'r' });
    await expect(
      knex('drift_scans').insert({ ...scan, id: 'scan-2', run_id: 'r' }),
    ).rejects.toThrow();
    await knex('drift_scans').insert({ ...scan, id: 'scan-2' });
    await knex('drift_scans').insert({ ...scan, id: 'scan-3' });

    await knex.migrate.down({ directory });
    await expect(
      Promise.all(['drift_scans', 'drift_results'].map(columnsOf)),
    ).resolves.toEqual(before);
    await expect(knex('drift_scans').pluck('id')).resolves.toHaveLength(3);
    await knex.migrate.latest({ directory });
  });

  it('20261122170000_attributions.js goes up and down again', async () => {
    const name = '20261122170000_attributions.js';
    const knex = await databases.init(databaseId);
    await migrateUntilBefore(knex, name);
    const before = (await listTables(knex)).sort();
    await knex.migrate.up({ directory });
    expect(await listTables(knex)).toContain('drift_attributions');
    await expect(
      knex('drift_attributions').insert({
        finding_id: 'of nothing',
        attribution_state: 'waiting',
        attempts: 0,
        first_asked_at: new Date('2026-11-22T10:00:00.123Z'),
      }),
    ).rejects.toThrow();

    await knex.migrate.down({ directory });
    expect((await listTables(knex)).sort()).toEqual(before);
    await knex.migrate.latest({ directory });
  });

  it('20261122160000_muting.js goes up and down again, and counts what was muted before', async () => {
    const name = '20261122160000_muting.js';
    const knex = await databases.init(databaseId);
    await migrateUntilBefore(knex, name);
    const time = new Date('2026-11-22T10:00:00.123Z');
    await knex('drift_results').insert({
      id: 'terraform:acme/aks',
      source: 'terraform',
      client: 'acme',
      name: 'aks',
      name_key: 'aks',
      owner: '-',
      entity_refs: '[]',
      location: '{}',
      origin: 'config',
      registration_hash: '',
      schedule: 'PT30M',
      interval_ms: 1_800_000,
      created_at: time,
      status: 'clean',
      status_rank: 0,
      risk: 'none',
      risk_score: 0,
      drifted_resources: 0,
      total_resources: 0,
      summary: '',
      search_text: '',
      warnings: '[]',
      blind_spots: '[]',
      fence: 1,
    });
    const finding = {
      target_id: 'terraform:acme/aks',
      class: 'drift',
      class_rank: 4,
      deposed: '',
      address: 'a.b',
      change: 'update',
      severity_rank: 1,
      payload_hash: '',
      first_seen_at: time,
      last_seen_at: time,
      opened_fence: 1,
      replaced: false,
      recurrences: 0,
    };
    await knex('drift_findings').insert([
      {
        ...finding,
        id: 'muted',
        fingerprint: 'f',
        suppressed: true,
        payload: JSON.stringify({ suppressedBy: { ruleId: 'r' } }),
      },
      {
        ...finding,
        id: 'open',
        fingerprint: 'g',
        suppressed: false,
        payload: '{}',
      },
    ]);
    const before = (await listTables(knex)).sort();
    await knex.migrate.up({ directory });
    await expect(
      knex('drift_findings').orderBy('id').pluck('muted_by'),
    ).resolves.toEqual(['["r"]', null]);

    // One active acknowledgement of a drift
    const acknowledgement = {
      id: 'a',
      target_id: 'terraform:acme/aks',
      fingerprint: 'f',
      address: 'a.b',
      severity: 'low',
      reason: 'Known.',
      created_at: time,
      created_by: 'ada',
      expires_at: time,
      state: 'active',
    };
    await knex('drift_acknowledgements').insert(acknowledgement);
    await expect(
      knex('drift_acknowledgements').insert({ ...acknowledgement, id: 'b' }),
    ).rejects.toThrow();
    await knex('drift_acknowledgements').update({ state: 'ended' });
    await knex('drift_acknowledgements').insert({
      ...acknowledgement,
      id: 'b',
    });

    await knex.migrate.down({ directory });
    expect((await listTables(knex)).sort()).toEqual(before);
    await expect(knex('drift_findings').pluck('id')).resolves.toHaveLength(2);
    await expect(
      knex('drift_findings').insert({
        ...finding,
        id: 'twice',
        fingerprint: 'g',
        suppressed: false,
        payload: '{}',
      }),
    ).rejects.toThrow();
    await knex.migrate.latest({ directory });
  });
});
