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
 * What scheduling costs. First: a round of scans of fixed length, from the tick
 * to the last stored result, against a bare loop over the same processes. Then:
 * how late the scans of a large fleet start, under a simulated clock. Prints
 * ratios of one run; absolute figures depend on the machine. Exits with 1 when a
 * ratio misses its floor.
 *
 * Usage: node benchmarks/scheduler/run.mjs [--quick]
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DatabaseDriftStore,
  median,
  openSqlite,
  startPostgres,
} from '../store/startDatabases.mjs';

const require = createRequire(import.meta.url);
const source = path => require(`../../plugins/drift-backend/src/${path}`);
const { InProcessScanQueue, PgBossScanQueue } = source('queue');
const { ScanEventEmitter, ScanWorker } = source('scans');
const { ScanSchedule, ScanScheduler } = source('schedule');
const { MemoryDriftStore } = source('scans/__testUtils__/MemoryDriftStore');

const quick = process.argv.includes('--quick');
const PAIRS = quick ? 2 : 7;
const MODULES = 40;
const CONCURRENCY = 4;
/** About what Terraform needs at least: start, read the state, plan, show. */
const SCAN_SECONDS = 0.4;
const FLEET = quick ? 2_000 : 10_000;
const INTERVAL_MS = 30 * 60_000;
const OVERHEAD_FLOOR = 0.85;
const LATENESS_FLOOR = 0.2;

const logger = {
  error: message => console.error(message),
  warn: message => console.error(message),
  info() {},
  debug() {},
  child: () => logger,
};

async function runTool() {
  await once(spawn('sleep', [String(SCAN_SECONDS)]), 'exit');
}

/** Seconds that a loop without anything around needs. */
async function bare() {
  const started = performance.now();
  let left = MODULES;
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      while (left > 0) {
        left -= 1;
        await runTool();
      }
    }),
  );
  return (performance.now() - started) / 1000;
}

/** A scheduler, a queue and workers that can be timed again and again. */
async function openEngine(knex, createQueue) {
  const store = await DatabaseDriftStore.forTest({ knex });
  const queue = createQueue(knex);
  let onFinished = () => {};
  const worker = ScanWorker.create({
    store,
    logger,
    workerId: 'benchmark',
    sources: new Map([
      [
        'stub',
        {
          id: 'stub',
          async scan() {
            await runTool();
            return {
              differences: [],
              totalResources: 1,
              complete: true,
              blindSpots: [],
              warnings: [],
              evidence: 'plan-json',
            };
          },
        },
      ],
    ]),
    assess: ({ totalResources, evidence }) => ({
      status: 'clean',
      risk: 'none',
      driftedResources: 0,
      totalResources,
      findings: [],
      blindSpots: [],
      warnings: [],
      complete: true,
      evidence,
    }),
    summarise: () => 'Clean.',
    events: ScanEventEmitter.create({
      logger,
      listeners: [{ onFinished: () => onFinished() }],
    }),
  });
  await store.syncTargets({
    origin: 'config',
    now: new Date(),
    targets: Array.from({ length: MODULES }, (_, i) =>
      targetOf(`module-${i}`, new Date(0)),
    ),
  });
  await queue.start(worker.handle);

  return {
    /** Seconds from the tick to the last stored result. */
    async round() {
      const now = new Date();
      const due = await store.listTargetIds({ query: {} });
      await store.setNextScan({
        entries: due.map(targetId => ({ targetId, nextScanAt: now })),
      });
      const scheduler = ScanScheduler.create({
        store,
        queue,
        logger,
        defaultSchedule: 'PT30M',
      });
      const started = performance.now();
      await new Promise((resolve, reject) => {
        let left = MODULES;
        onFinished = () => {
          left -= 1;
          if (left === 0) {
            resolve();
          }
        };
        scheduler.tick().catch(reject);
      });
      return (performance.now() - started) / 1000;
    },
    async close() {
      await queue.stop();
      await knex.destroy();
    },
  };
}

function targetOf(name, firstScanAt) {
  return {
    id: `stub:acme/${name}`,
    source: 'stub',
    client: 'acme',
    name,
    location: {},
    entityRefs: [],
    schedule: 'PT30M',
    intervalMs: INTERVAL_MS,
    firstScanAt,
    origin: 'config',
  };
}

/** Throughput as a share of that of the bare loop. */
async function measureOverhead(engine) {
  await engine.round();
  const ratios = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const bareSeconds = await bare();
    ratios.push(bareSeconds / (await engine.round()));
  }
  return median(ratios);
}

/**
 * How late scans start, as a share of the interval: 99 of 100 are better.
 * Workers are busy half of the time, scans last a minute.
 */
async function simulateLateness(tickMs) {
  let time = Date.parse('2026-11-22T10:00:00Z');
  const now = () => new Date(time);
  const waiting = [];
  const known = new Set();
  const store = new MemoryDriftStore();
  const schedule = ScanSchedule.parse('PT30M', { now: now() });
  await store.syncTargets({
    origin: 'config',
    now: now(),
    targets: Array.from({ length: FLEET }, (_, i) => {
      const target = targetOf(`module-${i}`, now());
      return { ...target, firstScanAt: schedule.nextAfter(target.id, now()) };
    }),
  });
  const scheduler = ScanScheduler.create({
    store,
    queue: {
      async enqueue(jobs) {
        for (const { scanId, targetId } of jobs) {
          if (!known.has(scanId)) {
            known.add(scanId);
            const { nextScanAt } = store.targets.get(targetId);
            waiting.push({ scanId, dueAt: nextScanAt });
          }
        }
      },
    },
    logger,
    defaultSchedule: 'PT30M',
    now,
    monotonicNow: () => time,
  });

  const scanMs = 60_000;
  const workers = new Array(Math.ceil((2 * FLEET * scanMs) / INTERVAL_MS)).fill(
    time,
  );
  const lateness = [];
  for (let step = 0; step * tickMs < 2 * INTERVAL_MS; step++) {
    time += tickMs;
    await scheduler.tick();
    // Whatever starts before the next tick
    while (waiting.length > 0) {
      const earliest = workers.indexOf(Math.min(...workers));
      const startAt = Math.max(workers[earliest], time);
      if (startAt >= time + tickMs) {
        break;
      }
      const { scanId, dueAt } = waiting.shift();
      workers[earliest] = startAt + scanMs;
      lateness.push(startAt - dueAt);
      const lease = await store.startScan({ scanId, workerId: '', now: now() });
      await store.failScan({ lease, error: '', now: now() });
    }
  }
  lateness.sort((a, b) => a - b);
  return lateness[Math.floor(lateness.length * 0.99)] / INTERVAL_MS;
}

const directory = await mkdtemp(join(tmpdir(), 'drift-benchmark-'));
const postgres = await startPostgres();
const misses = [];
try {
  const limits = { logger, concurrency: CONCURRENCY };
  const engines = {
    postgresql: await openEngine(postgres.connect(), knex =>
      PgBossScanQueue.create({ ...limits, knex, handlerTimeoutMs: 600_000 }),
    ),
    sqlite: await openEngine(openSqlite(join(directory, 'drift.sqlite')), () =>
      InProcessScanQueue.create(limits),
    ),
  };
  for (const [name, engine] of Object.entries(engines)) {
    const ratio = await measureOverhead(engine);
    await engine.close();
    console.log(
      `${name.padEnd(
        11,
      )} · ${MODULES} scans of ${SCAN_SECONDS} s, ${CONCURRENCY} at once: ${ratio.toFixed(
        3,
      )} of the throughput of a bare loop`,
    );
    if (ratio < OVERHEAD_FLOOR) {
      misses.push(`${name}: throughput ${ratio} < ${OVERHEAD_FLOOR}`);
    }
  }
  for (const tickMs of [60_000, 10_000]) {
    const share = await simulateLateness(tickMs);
    console.log(
      `simulation  · ${FLEET} targets every 30 minutes, a tick every ${
        tickMs / 1000
      } s: 99 of 100 start within ${share.toFixed(3)} of the interval`,
    );
    if (share > LATENESS_FLOOR) {
      misses.push(`lateness ${share} > ${LATENESS_FLOOR}`);
    }
  }
} finally {
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
}
if (misses.length > 0) {
  console.error(`Missed: ${misses.join('; ')}`);
  process.exitCode = 1;
}
process.exit();
