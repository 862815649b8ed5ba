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

import { LoggerService } from '@backstage/backend-plugin-api';
import { ForwardedError } from '@backstage/errors';
import { randomUUID } from 'crypto';
import { Knex } from 'knex';
import { Job, PgBoss } from 'pg-boss';
import { knexDatabase } from './knexDatabase';
import {
  ScanHandler,
  ScanJob,
  scanPriority,
  ScanQueue,
  URGENT_PRIORITY,
} from './ScanQueue';

const QUEUE_NAME = 'drift-scans';
const ENQUEUE_BATCH = 500;
const LOG_INTERVAL_MS = 30_000;
const MAX_EXPIRE_SECONDS = 23 * 3600;

/** @internal */
export interface PgBossScanQueueOptions {
  /** A connection to PostgreSQL; it is not closed by the queue. */
  knex: Knex;
  logger: LoggerService;
  /**
   * Schema for the tables of the queue, created when it does not exist and the
   * database user may create schemas. Default `pgboss_drift`.
   */
  schema?: string;
  /** Scans at once on this replica. */
  concurrency: number;
  /** Scans at once for one client on this replica; scans without a client are not counted. */
  concurrencyPerClient?: number;
  /** How long a handler may run before its scan is given to another worker. */
  handlerTimeoutMs: number;
  /** Seconds between two looks for work. Default 1. */
  pollingIntervalSeconds?: number;
  /** A worker that was silent for so long is taken for dead, in seconds. Default 15, at least 10. */
  heartbeatSeconds?: number;
  /** Seconds between two looks for dead workers. Default 5. */
  monitorIntervalSeconds?: number;
  /** How long {@link PgBossScanQueue.stop} waits for handlers that were aborted. Default 25 seconds. */
  stopTimeoutMs?: number;
}

type RunningScan = {
  job: Job<ScanJob>;
  lost: AbortController;
  ended: Promise<void>;
};

/**
 * A queue in PostgreSQL that every replica works on. A worker reports that it is
 * alive; when it is killed or paused, another one takes its scan over within
 * half a minute. Nothing is lost while the database is away: workers look for
 * work again as soon as it answers.
 *
 * @remarks
 *
 * Fetches by itself instead of through the workers of pg-boss: those rest for a
 * polling interval after each short scan, and every one of them polls.
 */
export class PgBossScanQueue implements ScanQueue {
  readonly #options: PgBossScanQueueOptions;
  readonly #lastLogged = new Map<string, number>();
  readonly #running = new Map<string, RunningScan>();
  #boss: Promise<PgBoss> | undefined;
  #handler: ScanHandler | undefined;
  #stopping = new AbortController();
  #timers: NodeJS.Timeout[] = [];
  #filling: Promise<void> | undefined;
  /** There may be work, or room for it, since the last look. */
  #wanted = false;

  static create(options: PgBossScanQueueOptions): PgBossScanQueue {
    return new PgBossScanQueue(options);
  }

  private constructor(options: PgBossScanQueueOptions) {
    this.#options = options;
  }

  async enqueue(jobs: ScanJob[]): Promise<void> {
    const boss = await this.#started();
    const unique = [...new Map(jobs.map(job => [job.scanId, job])).values()];

    for (let start = 0; start < unique.length; start += ENQUEUE_BATCH) {
      const batch = unique.slice(start, start + ENQUEUE_BATCH).map(job => ({
        id: randomUUID(),
        job,
      }));
      const inserted = await boss.insert(
        QUEUE_NAME,
        batch.map(({ id, job }) => ({
          id,
          data: job,
          // Not the target: its next scan may be asked for while the job of the
          // one before is about to be closed, and must not be dropped then. That
          // a target has one scan at a time is up to the store.
          singletonKey: job.scanId,
          priority: scanPriority(job),
          ...(job.client ? { group: { id: job.client } } : {}),
        })),
        { returnId: true },
      );

      const fresh = new Set(inserted);
      for (const { id, job } of batch) {
        const priority = scanPriority(job);
        if (!fresh.has(id) && priority === URGENT_PRIORITY) {
          await boss.update(QUEUE_NAME, undefined, {
            singletonKey: job.scanId,
            priority,
          });
        }
      }
    }
    // Here they start at once, elsewhere with the next look
    this.#fill(boss);
  }

  async start(handler: ScanHandler): Promise<void> {
    if (this.#handler) {
      throw new Error('The scan queue was started already');
    }
    const boss = await this.#started();
    this.#stopping = new AbortController();
    this.#handler = handler;
    this.#timers = [
      setInterval(
        () => this.#fill(boss),
        (this.#options.pollingIntervalSeconds ?? 1) * 1000,
      ),
      setInterval(
        () => this.#beat(boss),
        (this.#heartbeatSeconds() / 3) * 1000,
      ),
    ];
    this.#fill(boss);
  }

  async stop(): Promise<void> {
    this.#handler = undefined;
    this.#stopping.abort(new Error('The scan queue stops'));
    await this.#filling;

    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>(resolve => {
      timer = setTimeout(resolve, this.#options.stopTimeoutMs ?? 25_000);
    });
    await Promise.race([
      Promise.all([...this.#running.values()].map(({ ended }) => ended)),
      timeout,
    ]);
    clearTimeout(timer);
    // Until now: what still runs is not to be taken for dead
    this.#timers.forEach(clearInterval);

    const boss = await this.#boss;
    this.#boss = undefined;
    await boss?.stop({ graceful: false, close: false });
  }

  /** Takes scans one by one, so that each look knows which clients have room. */
  #fill(boss: PgBoss) {
    this.#wanted = true;
    this.#filling ??= this.#fillNow(boss)
      .catch(error => this.#log('error', error.message))
      .finally(() => {
        this.#filling = undefined;
      });
  }

  async #fillNow(boss: PgBoss) {
    while (this.#wanted) {
      this.#wanted = false;
      while (this.#handler && this.#running.size < this.#options.concurrency) {
        const [job] = await boss.fetch<ScanJob>(QUEUE_NAME, {
          ignoreGroups: this.#clientsWithoutRoom(),
        });
        if (!job) {
          break;
        }
        this.#begin(boss, job);
      }
    }
  }

  #begin(boss: PgBoss, job: Job<ScanJob>) {
    const lost = new AbortController();
    const ended = this.#work(boss, job, lost.signal).finally(() => {
      this.#running.delete(job.id);
      this.#fill(boss);
    });
    this.#running.set(job.id, { job, lost, ended });
  }

  async #work(boss: PgBoss, job: Job<ScanJob>, lost: AbortSignal) {
    const { scanId, targetId } = job.data;
    const signal = AbortSignal.any([lost, this.#stopping.signal]);
    const handler = this.#handler;
    try {
      try {
        signal.throwIfAborted();
        await handler?.(job.data, signal, job.retryCount + 1);
      } catch (error) {
        if (!signal.aborted) {
          this.#options.logger.warn(
            `Scan ${scanId} of ${targetId} will be tried again: ${error}`,
          );
        }
        await boss.fail(QUEUE_NAME, job, { message: String(error) });
        return;
      }
      await boss.complete(QUEUE_NAME, job);
    } catch (error) {
      // It comes back when its heart beat has been missed, and has ended then
      this.#log('error', `${error}`);
    }
  }

  /** Tells that the scans that run here are alive, and stops those that others have taken over. */
  async #beat(boss: PgBoss) {
    const beating = [...this.#running.values()];
    if (beating.length === 0) {
      return;
    }
    try {
      const { settled = [] }: { settled?: string[] } = await boss.touch(
        QUEUE_NAME,
        beating.map(({ job }) => job),
      );
      const held = new Set(settled);
      for (const { job, lost } of beating) {
        if (!held.has(job.id)) {
          lost.abort(new Error('The scan was taken over by another worker'));
        }
      }
    } catch (error) {
      // Says nothing about who holds the scans
      this.#log('error', `${error}`);
    }
  }

  #clientsWithoutRoom(): string[] {
    const { concurrencyPerClient = Infinity } = this.#options;
    const counts = new Map<string, number>();
    for (const { job } of this.#running.values()) {
      const { client } = job.data;
      if (client) {
        counts.set(client, (counts.get(client) ?? 0) + 1);
      }
    }
    return [...counts]
      .filter(([, count]) => count >= concurrencyPerClient)
      .map(([client]) => client);
  }

  #started(): Promise<PgBoss> {
    this.#boss ??= this.#connect().catch(error => {
      this.#boss = undefined;
      throw error;
    });
    return this.#boss;
  }

  async #connect(): Promise<PgBoss> {
    const { knex, schema = 'pgboss_drift' } = this.#options;
    try {
      const boss = new PgBoss({
        db: knexDatabase(knex),
        schema,
        createSchema: !(await schemaExists(knex, schema)),
        schedule: false,
        // A pass needs the slower of the two, and finds dead workers.
        superviseIntervalSeconds: this.#monitorIntervalSeconds(),
        monitorIntervalSeconds: this.#monitorIntervalSeconds(),
        maintenanceIntervalSeconds: 600,
        flowIntervalSeconds: 3600,
        // A long queue is usual after "scan all" and is shown by our own metrics.
        warningQueueSize: 1_000_000,
      });
      boss.on('error', error => this.#log('error', error.message));
      boss.on('warning', warning => this.#log('warning', warning.message));
      await boss.start();

      const settings = {
        heartbeatSeconds: this.#heartbeatSeconds(),
        expireInSeconds: Math.min(
          MAX_EXPIRE_SECONDS,
          Math.ceil(this.#options.handlerTimeoutMs / 1000),
        ),
        // Counts deaths of workers, too; who handles a scan decides when to give up.
        retryLimit: 100,
        retryDelay: 1,
        retryBackoff: true,
        retryDelayMax: 60,
        deleteAfterSeconds: 3600,
      };
      await boss.createQueue(QUEUE_NAME, { ...settings, policy: 'exclusive' });
      await boss.updateQueue(QUEUE_NAME, settings);
      return boss;
    } catch (error) {
      throw new ForwardedError(
        `Could not start the scan queue in the database schema '${schema}'`,
        error,
      );
    }
  }

  #heartbeatSeconds(): number {
    return this.#options.heartbeatSeconds ?? 15;
  }

  #monitorIntervalSeconds(): number {
    return this.#options.monitorIntervalSeconds ?? 5;
  }

  /** Every worker complains every second while the database is away. */
  #log(kind: 'error' | 'warning', message: string) {
    const now = performance.now();
    const last = this.#lastLogged.get(kind);
    if (last === undefined || now - last > LOG_INTERVAL_MS) {
      this.#lastLogged.set(kind, now);
      this.#options.logger.warn(`Scan queue: ${message}`);
    } else {
      this.#options.logger.debug(`Scan queue: ${message}`);
    }
  }
}

/** PostgreSQL asks for the right to create schemas even where there is nothing to create. */
async function schemaExists(knex: Knex, schema: string): Promise<boolean> {
  const rows = await knex('pg_catalog.pg_namespace')
    .where({ nspname: schema })
    .select('nspname');
  return rows.length > 0;
}
