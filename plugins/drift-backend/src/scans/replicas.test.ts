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

import { mockServices } from '@backstage/backend-test-utils';
import { ChildProcess, spawn } from 'child_process';
import { once } from 'events';
import { Knex } from 'knex';
import { resolve } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { createTestDatabases } from '../__testUtils__';
import { PgBossScanQueue } from '../queue/PgBossScanQueue';
import { ScanScheduler } from '../schedule/ScanScheduler';
import { DatabaseDriftStore } from '../store/DatabaseDriftStore';
import {
  REPLICA_LOG,
  ReplicaLogRow,
  ReplicaOptions,
} from './__testUtils__/replica';
import { ScanRequests } from './ScanRequests';

jest.setTimeout(180_000);

const TARGETS = 200;
const KILLS = 12;
const REPLICAS = 3;
const SCAN_MS = 1_000;
const CONCURRENCY = 4;

const databases = createTestDatabases();

/** A process of its own that works on scans, as one replica of a backend. */
class Replica {
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;

  static async start(options: ReplicaOptions): Promise<Replica> {
    const child = spawn(
      process.execPath,
      [
        '--require',
        require.resolve('@backstage/cli/config/nodeTransform.cjs'),
        resolve(__dirname, '__testUtils__/replica.ts'),
      ],
      { stdio: ['pipe', 'pipe', 'inherit'], env: { PATH: process.env.PATH } },
    );
    const replica = new Replica(child);
    child.stdin?.write(`${JSON.stringify(options)}\n`);
    const [answer] = await Promise.race([
      once(child.stdout!, 'data'),
      once(child, 'exit'),
    ]);
    if (String(answer) !== 'ready\n') {
      throw new Error(`A replica ended at once: ${answer}`);
    }
    return replica;
  }

  private constructor(child: ChildProcess) {
    this.#process = child;
    this.#exited = once(child, 'exit');
  }

  get pid(): number {
    return this.#process.pid!;
  }

  signal(signal: NodeJS.Signals) {
    this.#process.kill(signal);
  }

  async kill() {
    this.#process.kill('SIGKILL');
    await this.#exited;
  }
}

describe('several replicas on one PostgreSQL', () => {
  it('end every scan exactly once while they are killed and paused', async () => {
    const knex = await databases.init('POSTGRES_18');
    const store = await DatabaseDriftStore.forTest({ knex });
    await createLog(knex);
    await declareTargets(store);

    const schedulers = [0, 1].map(() =>
      createScheduler(databases.anotherPool(knex)),
    );
    const ticks = await Promise.all(
      schedulers.map(({ scheduler }) => scheduler.tick()),
    );
    // Both saw all of them due; the store decided who queued which.
    expect(ticks[0].queued + ticks[1].queued).toBe(TARGETS);

    const connection = databases.connectionOf(knex);
    const options: ReplicaOptions = {
      connection: { ...connection, password: connection.password },
      concurrency: CONCURRENCY,
      scanMs: SCAN_MS,
    };
    const replicas = new Set(
      await Promise.all(
        Array.from({ length: REPLICAS }, () => Replica.start(options)),
      ),
    );
    /** When a process could no longer do anything. */
    const halted = new Map<number, Date>();
    let paused: Replica | undefined;
    let rounds = 1;
    try {
      // A slow machine kills slower than it scans
      const takeVictim = async () => {
        let victim = await takeBusy(knex, replicas);
        while (!victim) {
          rounds += 1;
          await schedulers[0].requestAll();
          victim = await takeBusy(knex, replicas);
        }
        return victim;
      };

      // With locks in hand, which others wait for
      do {
        paused?.signal('SIGCONT');
        paused = await takeVictim();
        paused.signal('SIGSTOP');
      } while (!(await isInTransaction(knex, paused)));
      halted.set(paused.pid, await databaseTime(knex));
      const pausedAt = Date.now();
      replicas.delete(paused);

      for (let kill = 0; kill < KILLS; kill++) {
        const next = Replica.start(options);
        const victim = await takeVictim();
        await victim.kill();
        halted.set(victim.pid, await databaseTime(knex));
        replicas.delete(victim);
        replicas.add(await next);
        await schedulers[kill % 2].scheduler.tick();
      }

      // Longer than the heartbeat; others have ended what it holds
      await sleep(Math.max(0, 20_000 - (Date.now() - pausedAt)));
      await untilAllEnded(knex);
      paused.signal('SIGCONT');
      await untilIdle(knex, paused);
    } finally {
      await Promise.all([...replicas].map(replica => replica.kill()));
      await paused?.kill();
      await Promise.all(schedulers.map(({ queue }) => queue.stop()));
    }

    // Nothing lost, nothing twice
    const scans = await knex('drift_scans').select('target_id', 'state');
    expect(scans).toHaveLength(TARGETS * rounds);
    expect(new Set(scans.map(scan => scan.target_id)).size).toBe(TARGETS);
    expect(scans.filter(scan => scan.state !== 'completed')).toEqual([]);

    const log: ReplicaLogRow[] = await knex(REPLICA_LOG).orderBy('at');
    const stored = log.filter(row => row.event === 'completed');
    expect(new Set(stored.map(row => row.scan_id)).size).toBe(stored.length);
    expect(log.filter(row => row.event === 'failed')).toEqual([]);
    // What the paused one had in hand was not stored when it woke up
    expect(
      stored.filter(
        row => row.pid === paused?.pid && row.at > halted.get(row.pid)!,
      ),
    ).toEqual([]);

    // Kills did hit scans, no two processes ever worked on one target, and what
    // a dead one left was taken over within a minute
    const takeovers = findTakeovers(log, halted);
    expect(takeovers.length).toBeGreaterThanOrEqual(KILLS);
    expect(takeovers.filter(({ waitMs }) => waitMs < 0)).toEqual([]);
    expect(takeovers.filter(({ waitMs }) => waitMs > 60_000)).toEqual([]);

    // Each of them was a new lease
    const starts = log.filter(row => row.event === 'start');
    const [{ fences }] = await knex('drift_results').sum({ fences: 'fence' });
    expect(Number(fences)).toBeGreaterThanOrEqual(starts.length);
  });
});

async function createLog(knex: Knex) {
  await knex.schema.createTable(REPLICA_LOG, table => {
    table.integer('pid').notNullable();
    table.text('target_id').notNullable();
    table.text('scan_id').notNullable();
    table.text('event').notNullable();
    table.timestamp('at').notNullable();
  });
}

async function declareTargets(store: DatabaseDriftStore) {
  const now = new Date();
  await store.syncTargets({
    origin: 'config',
    now,
    targets: Array.from({ length: TARGETS }, (_, i) => ({
      id: `fake:client-${i % 5}/module-${i}`,
      source: 'fake',
      client: `client-${i % 5}`,
      name: `module-${i}`,
      location: {},
      entityRefs: [],
      schedule: 'P1D',
      intervalMs: 24 * 3600 * 1000,
      firstScanAt: now,
      origin: 'config' as const,
    })),
  });
}

/** The scheduler of one replica, with connections and a queue of its own. */
function createScheduler(knex: Knex) {
  const logger = mockServices.logger.mock();
  const queue = PgBossScanQueue.create({
    knex,
    logger,
    concurrency: 1,
    handlerTimeoutMs: 300_000,
    heartbeatSeconds: 10,
    monitorIntervalSeconds: 2,
  });
  const store = DatabaseDriftStore.forTest({ knex });
  const scheduler = {
    async tick() {
      return ScanScheduler.create({
        store: await store,
        queue,
        logger,
        defaultSchedule: 'P1D',
      }).tick();
    },
  };
  const requestAll = async () => {
    const targetIds = await (await store).listTargetIds({ query: {} });
    await ScanRequests.create({ store: await store, queue }).requestScanAll({
      targetIds,
    });
  };
  return { queue, scheduler, requestAll };
}

/** A replica that is in the middle of a scan. */
async function takeBusy(
  knex: Knex,
  replicas: Set<Replica>,
): Promise<Replica | undefined> {
  for (;;) {
    const log: ReplicaLogRow[] = await knex(REPLICA_LOG)
      .whereIn('event', ['start', 'end'])
      .select();
    for (const replica of replicas) {
      const count = (event: string) =>
        log.filter(row => row.pid === replica.pid && row.event === event)
          .length;
      if (count('start') > count('end')) {
        return replica;
      }
    }
    if (!(await knex('drift_scans').whereNull('finished_at').first())) {
      return undefined;
    }
    await sleep(50);
  }
}

async function untilAllEnded(knex: Knex) {
  while (await knex('drift_scans').whereNull('finished_at').first()) {
    await sleep(200);
  }
}

/** Until the replica has ended what it had begun, and could have told of it. */
async function untilIdle(knex: Knex, replica: Replica) {
  for (;;) {
    const log: ReplicaLogRow[] = await knex(REPLICA_LOG).where({
      pid: replica.pid,
    });
    const count = (event: string) =>
      log.filter(row => row.event === event).length;
    if (count('start') === count('end')) {
      await sleep(1_000);
      return;
    }
    await sleep(100);
  }
}

/** Whether the replica, which is paused, was so while the database waited for it. */
async function isInTransaction(knex: Knex, { pid }: Replica): Promise<boolean> {
  // The database may be about to answer
  await sleep(20);
  const session = await knex('pg_stat_activity')
    .where({ application_name: `${pid}`, state: 'idle in transaction' })
    .first('pid');
  return session !== undefined;
}

async function databaseTime(knex: Knex): Promise<Date> {
  const { rows } = await knex.raw('SELECT clock_timestamp() AS at');
  return rows[0].at;
}

/**
 * Every start of a target that another process had begun and not ended, with
 * the time between the end of that process and the start. Negative: both worked
 * on it at once.
 */
function findTakeovers(
  log: ReplicaLogRow[],
  halted: Map<number, Date>,
): { targetId: string; waitMs: number }[] {
  const takeovers: { targetId: string; waitMs: number }[] = [];
  const holders = new Map<string, number>();
  for (const { target_id: targetId, pid, event, at } of log) {
    const holder = holders.get(targetId);
    if (event === 'start') {
      if (holder !== undefined) {
        const end = halted.get(holder);
        takeovers.push({
          targetId,
          waitMs: end ? at.getTime() - end.getTime() : -1,
        });
      }
      holders.set(targetId, pid);
    } else if (event === 'end' && holder === pid) {
      holders.delete(targetId);
    }
  }
  return takeovers;
}
