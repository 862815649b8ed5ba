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

/**
 * How fast results are written, against the simple way: one upsert per row, each
 * in its own transaction, one after the other. Prints ratios of one run; absolute figures depend on
 * the machine. Exits with 1 when a ratio misses its floor.
 *
 * Usage: node benchmarks/store/run.mjs [--quick]
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DatabaseDriftStore,
  median,
  openSqlite,
  startPostgres,
} from './startDatabases.mjs';

const quick = process.argv.includes('--quick');
const PAIRS = quick ? 3 : 7;
const SCANS = quick ? 8 : 12;
/** Scans that end at once, as on a replica with its workers. */
const WORKERS = 4;
const FINDINGS = 1_000;
const TARGETS = quick ? 1_000 : 5_000;
const SINGLE_ROWS = quick ? 300 : 1_500;

const now = new Date('2026-11-22T10:00:00Z');

const targetOf = name => ({
  id: `terraform:acme/${name}`,
  source: 'terraform',
  client: 'acme',
  name,
  owner: 'group:default/platform',
  entityRefs: ['component:default/network'],
  location: { directory: `infra/${name}` },
  schedule: 'PT30M',
  intervalMs: 1_800_000,
  firstScanAt: now,
  origin: 'config',
});

const findingOf = (index, value) => ({
  address: `module.network.sandbox_rule.rule[${index}]`,
  resourceType: 'sandbox_rule',
  resourceName: 'rule',
  moduleAddress: 'module.network',
  class: 'drift',
  change: 'update',
  severity: 'medium',
  reason: 'The value was changed outside of the code and would be reverted.',
  rule: 'changed-outside',
  fingerprint: `${index}-${value}`.padStart(64, '0'),
  fields: Array.from({ length: 6 }, (_, field) => ({
    path: `/rule/${field}/source_address_prefixes`,
    recorded: `10.0.${field}.0/24 ${'x'.repeat(20)}`,
    actual: `10.${value}.${field}.0/24 ${'y'.repeat(20)}`,
    desired: `10.0.${field}.0/24 ${'x'.repeat(20)}`,
  })),
});

const reportOf = value => ({
  status: 'drifted',
  risk: 'medium',
  driftedResources: FINDINGS,
  totalResources: FINDINGS,
  findings: Array.from({ length: FINDINGS }, (_, index) =>
    findingOf(index, value),
  ),
  blindSpots: [],
  warnings: [],
  complete: true,
  evidence: 'plan-json',
});

async function rate(rows, work) {
  const begin = performance.now();
  await work();
  return rows / ((performance.now() - begin) / 1_000);
}

async function measure(engine, knex) {
  const store = await DatabaseDriftStore.create({
    database: { getClient: async () => knex },
  });
  await knex.schema.createTable('simple_results', table => {
    table.increments('id');
    table.string('module').notNullable();
    table.string('client').notNullable();
    table.text('resources').notNullable();
    table.timestamp('detected_at').notNullable();
    table.unique(['module', 'client']);
  });

  let serial = 0;
  const lease = async targetId => {
    const [{ scanId }] = await store.createScans({
      targetIds: [targetId],
      trigger: 'schedule',
      now,
    });
    return store.startScan({ scanId, workerId: 'benchmark', now });
  };
  const simpleUpserts = async () => {
    for (let index = 0; index < SINGLE_ROWS; index++) {
      await knex('simple_results')
        .insert({
          module: `module-${serial}-${index}`,
          client: 'acme',
          resources: JSON.stringify(findingOf(index, serial)),
          detected_at: now,
        })
        .onConflict(['module', 'client'])
        .merge();
    }
  };
  const storeFindings = async leases => {
    const report = reportOf(serial);
    const waiting = [...leases];
    const work = async () => {
      for (let item = waiting.pop(); item; item = waiting.pop()) {
        await store.finishScan({
          lease: item,
          report,
          summary: 'Many rules were changed.',
          now,
        });
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, work));
  };

  const ratios = { findings: [], targets: [] };
  const rates = { simple: [], findings: [], targets: [] };
  for (let pair = 0; pair <= PAIRS; pair++) {
    serial++;
    const scanned = Array.from({ length: SCANS }, (_, index) =>
      targetOf(`scanned-${serial}-${index}`),
    );
    const declared = Array.from({ length: TARGETS }, (_, index) =>
      targetOf(`declared-${serial}-${index}`),
    );
    await store.syncTargets({ origin: 'config', targets: scanned, now });
    const leases = [];
    for (const target of scanned) {
      leases.push(await lease(target.id));
    }
    const simple = await rate(SINGLE_ROWS, simpleUpserts);
    const findings = await rate(SCANS * FINDINGS, () => storeFindings(leases));
    // A row of the target, one of its entity and one of the trend
    const targets = await rate(TARGETS * 3, () =>
      store.syncTargets({
        origin: 'catalog',
        targets: declared.map(target => ({ ...target, origin: 'catalog' })),
        now,
      }),
    );
    if (pair > 0) {
      // The first pair warms up
      ratios.findings.push(findings / simple);
      ratios.targets.push(targets / simple);
      rates.simple.push(simple);
      rates.findings.push(findings);
      rates.targets.push(targets);
    }
  }
  return {
    engine,
    simpleRowsPerSecond: Math.round(median(rates.simple)),
    findingRowsPerSecond: Math.round(median(rates.findings)),
    targetRowsPerSecond: Math.round(median(rates.targets)),
    findingsRatio: median(ratios.findings),
    targetsRatio: median(ratios.targets),
  };
}

/** Bytes of write-ahead log per scan whose report changed, and per one that did not. */
async function measureWal(knex) {
  const store = await DatabaseDriftStore.create({
    database: { getClient: async () => knex },
  });
  const targets = Array.from({ length: quick ? 50 : 200 }, (_, index) => ({
    ...targetOf(`wal-${index}`),
    origin: 'config',
  }));
  await store.syncTargets({ origin: 'config', targets, now });
  const position = async () => {
    const { rows } = await knex.raw(
      `select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as bytes`,
    );
    return Number(rows[0].bytes);
  };
  const scanAll = async value => {
    const scans = await store.createScans({
      targetIds: targets.map(target => target.id),
      trigger: 'schedule',
      now,
    });
    const leases = [];
    for (const { scanId } of scans) {
      leases.push(await store.startScan({ scanId, workerId: 'w', now }));
    }
    const report = reportOf(value);
    report.findings = report.findings.slice(0, 20);
    const before = await position();
    for (const item of leases) {
      await store.finishScan({ lease: item, report, summary: 's', now });
    }
    return ((await position()) - before) / scans.length;
  };
  await scanAll(1);
  // A page is logged whole once after a checkpoint, which would hide the difference
  await knex.raw('checkpoint');
  await scanAll(1);
  const unchanged = await scanAll(1);
  const changed = await scanAll(2);
  return { changed, unchanged, ratio: unchanged / changed };
}

const directory = await mkdtemp(join(tmpdir(), 'drift-benchmark-'));
const postgres = await startPostgres();
const misses = [];
try {
  const pg = postgres.connect();
  const sqlite = openSqlite(join(directory, 'drift.sqlite'));
  const results = [
    await measure('postgresql', pg),
    await measure('sqlite', sqlite),
  ];
  for (const result of results) {
    console.log(
      [
        result.engine.padEnd(11),
        `one at a time ${result.simpleRowsPerSecond} rows/s`,
        `findings ${
          result.findingRowsPerSecond
        } rows/s (${result.findingsRatio.toFixed(1)}x)`,
        `targets ${
          result.targetRowsPerSecond
        } rows/s (${result.targetsRatio.toFixed(1)}x)`,
      ].join(' · '),
    );
    const floor = result.engine === 'postgresql' ? 8 : 15;
    if (result.findingsRatio < floor) {
      misses.push(
        `${result.engine}: findings ${result.findingsRatio} < ${floor}`,
      );
    }
  }
  const wal = await measureWal(pg);
  console.log(
    `postgresql  · write-ahead log per scan: changed ${Math.round(
      wal.changed,
    )} bytes, unchanged ${Math.round(wal.unchanged)} bytes (${wal.ratio.toFixed(
      3,
    )}x)`,
  );
  if (!(wal.ratio <= 0.3)) {
    misses.push(`write-ahead log of an unchanged scan ${wal.ratio} > 0.3`);
  }
  await pg.destroy();
  await sqlite.destroy();
} finally {
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
}
if (misses.length > 0) {
  console.error(`Missed: ${misses.join('; ')}`);
  process.exitCode = 1;
}
