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
import knexFactory, { Knex } from 'knex';
import { createTestDatabases } from '../__testUtils__';
import { InProcessScanQueue } from './InProcessScanQueue';
import { knexDatabase } from './knexDatabase';
import { PgBossScanQueue } from './PgBossScanQueue';
import { ScanHandler, ScanJob, ScanQueue } from './ScanQueue';

jest.setTimeout(60_000);

type Limits = { concurrency: number; concurrencyPerClient?: number };
type Kind = {
  name: string;
  /** A queue, and further ones that share its jobs where it has more than one process. */
  create(limits: Limits): Promise<ScanQueue>;
};

const databases = createTestDatabases();
const stops: (() => Promise<void>)[] = [];

const kinds: Kind[] = [
  {
    name: 'InProcessScanQueue',
    create: async limits =>
      InProcessScanQueue.create({
        logger: mockServices.logger.mock(),
        random: () => 0,
        ...limits,
      }),
  },
  {
    name: 'PgBossScanQueue',
    create: async limits =>
      createPgBossQueue(await databases.init('POSTGRES_18'), limits),
  },
];

function createPgBossQueue(knex: Knex, limits: Limits) {
  return PgBossScanQueue.create({
    knex,
    logger: mockServices.logger.mock(),
    handlerTimeoutMs: 60_000,
    pollingIntervalSeconds: 0.5,
    ...limits,
  });
}

afterEach(async () => {
  await Promise.all(stops.splice(0).map(stop => stop()));
});

/** Scans that run until they are let go. */
class Gate {
  readonly started: string[] = [];
  readonly ended: string[] = [];
  readonly #waiting = new Map<string, () => void>();
  #open = false;

  handler: ScanHandler = async ({ scanId }) => {
    this.started.push(scanId);
    if (!this.#open) {
      await new Promise<void>(resolve => {
        this.#waiting.set(scanId, resolve);
      });
    }
    this.ended.push(scanId);
  };

  release(scanId: string) {
    this.#waiting.get(scanId)?.();
    this.#waiting.delete(scanId);
  }

  releaseAll() {
    this.#open = true;
    for (const scanId of [...this.#waiting.keys()]) {
      this.release(scanId);
    }
  }
}

describe.each(kinds)('$name', ({ create }) => {
  it('hands every scan to a worker once', async () => {
    const queue = await given(create, { concurrency: 4 });
    const jobs = range(40).map(i => job(`scan-${i}`));
    const seen: string[] = [];

    await queue.enqueue(jobs);
    await queue.start(async ({ scanId }) => {
      seen.push(scanId);
    });
    await queue.enqueue([job('late')]);
    await until(() => seen.length >= 41);

    expect(seen.sort()).toEqual([...jobs.map(j => j.scanId), 'late'].sort());
  });

  it('tells the worker what was enqueued', async () => {
    const queue = await given(create, { concurrency: 1 });
    const enqueued: ScanJob = {
      scanId: 's',
      targetId: 'terraform:acme/aks',
      client: 'acme',
      trigger: 'manual',
      bulk: true,
      roundId: 'r',
    };
    let received: ScanJob | undefined;
    await queue.start(async given_ => {
      received = given_;
    });
    await queue.enqueue([enqueued]);
    await until(() => received !== undefined);
    expect(received).toEqual(enqueued);
  });

  it('takes a scan once while it waits or runs, and again after it ended', async () => {
    const queue = await given(create, { concurrency: 2 });
    const work = new Gate();
    await queue.enqueue([job('a'), job('a')]);
    await queue.enqueue([job('a')]);
    await queue.start(work.handler);
    await until(() => work.started.length === 1);

    await queue.enqueue([job('a'), job('end')]);
    await until(() => work.started.length === 2);
    expect(work.started).toEqual(['a', 'end']);
    work.release('a');
    work.release('end');
    await until(() => work.ended.length === 2);

    await untilAccepted(queue, job('a'), () => work.started.length === 3);
    expect(work.started).toEqual(['a', 'end', 'a']);
    work.release('a');
  });

  it('takes the next scan of a target while the one before is about to be closed', async () => {
    const queue = await given(create, { concurrency: 2 });
    const work = new Gate();
    const targetId = 'terraform:acme/aks';
    await queue.start(work.handler);
    await queue.enqueue([{ ...job('first'), targetId }]);
    await until(() => work.started.length === 1);
    await queue.enqueue([{ ...job('second'), targetId }]);
    await until(() => work.started.length === 2);
    expect(work.started).toEqual(['first', 'second']);
    work.releaseAll();
  });

  it('prefers what a person waits for, and moves a waiting scan forward when somebody asks for it', async () => {
    const queue = await given(create, { concurrency: 1 });
    const seen: string[] = [];
    await queue.enqueue([job('scheduled-1'), job('scheduled-2')]);
    await queue.enqueue([
      { ...job('bulk'), trigger: 'manual', bulk: true },
      { ...job('pipeline'), trigger: 'ci' },
      { ...job('person'), trigger: 'manual' },
    ]);
    await queue.enqueue([{ ...job('scheduled-2'), trigger: 'manual' }]);

    await queue.start(async ({ scanId }) => {
      seen.push(scanId);
    });
    await until(() => seen.length === 5);
    expect(seen.slice(0, 2).sort()).toEqual(['person', 'scheduled-2']);
    expect(seen.slice(2)).toEqual(['pipeline', 'bulk', 'scheduled-1']);
  });

  it('never runs more than it may, in all and for one client', async () => {
    const queue = await given(create, {
      concurrency: 4,
      concurrencyPerClient: 2,
    });
    const running = new Map<string, number>();
    const peaks = new Map<string, number>();
    let done = 0;
    const count = (key: string, by: number) => {
      const now = (running.get(key) ?? 0) + by;
      running.set(key, now);
      peaks.set(key, Math.max(peaks.get(key) ?? 0, now));
    };

    await queue.enqueue([
      ...range(12).map(i => job(`a${i}`, 'acme')),
      ...range(6).map(i => job(`g${i}`, 'globex')),
    ]);
    await queue.start(async ({ client = '-' }) => {
      count('all', 1);
      count(client, 1);
      await new Promise(resolve => setTimeout(resolve, 20));
      count('all', -1);
      count(client, -1);
      done += 1;
    });
    await until(() => done === 18);

    expect(peaks.get('all')).toBe(4);
    expect(peaks.get('acme')).toBe(2);
    expect(peaks.get('globex')).toBe(2);
  });

  it('lets other clients pass one that has reached its limit', async () => {
    const queue = await given(create, {
      concurrency: 2,
      concurrencyPerClient: 1,
    });
    const work = new Gate();
    await queue.enqueue([
      ...range(5).map(i => job(`a${i}`, 'acme')),
      job('g', 'globex'),
    ]);
    await queue.start(work.handler);
    await until(() => work.started.includes('g'));
    expect(work.started).toHaveLength(2);
    work.releaseAll();
    await until(() => work.ended.length === 6);
  });

  it('tries a scan again that threw, and counts', async () => {
    const queue = await given(create, { concurrency: 1 });
    const attempts: number[] = [];
    await queue.enqueue([job('a')]);
    await queue.start(async (_job, _signal, attempt) => {
      attempts.push(attempt);
      if (attempt < 3) {
        throw new Error('not this time');
      }
    });
    await until(() => attempts.length === 3);
    expect(attempts).toEqual([1, 2, 3]);
  });

  it('aborts what runs on stop, waits for it, and does it after the next start', async () => {
    const queue = await given(create, { concurrency: 1 });
    const log: string[] = [];
    await queue.enqueue([job('a'), job('b')]);
    await queue.start(async ({ scanId }, signal) => {
      log.push(`start ${scanId}`);
      await new Promise<void>((_, reject) => {
        signal.addEventListener('abort', () =>
          setTimeout(() => {
            log.push(`abort ${scanId}`);
            reject(signal.reason);
          }, 50),
        );
      });
    });
    await until(() => log.length === 1);
    await queue.stop();
    expect(log).toEqual(['start a', 'abort a']);

    await queue.start(async ({ scanId }) => {
      log.push(`again ${scanId}`);
    });
    await until(() => log.length === 4);
    expect(log.slice(2).sort()).toEqual(['again a', 'again b']);
  });
});

describe('InProcessScanQueue', () => {
  it('refuses more scans than it may hold, and keeps those that it has', async () => {
    const queue = InProcessScanQueue.create({
      logger: mockServices.logger.mock(),
      concurrency: 1,
      maxWaiting: 2,
    });
    await queue.enqueue([job('a'), job('b')]);
    await expect(queue.enqueue([job('c')])).rejects.toThrow(
      'The scan queue is full: 2 scans are waiting',
    );
    await queue.enqueue([job('a')]);

    const seen: string[] = [];
    await queue.start(async ({ scanId }) => {
      seen.push(scanId);
    });
    await until(() => seen.length === 2);
    expect(seen).toEqual(['a', 'b']);
    await queue.stop();
  });

  it('waits longer after each failure and gives up after the last attempt', async () => {
    const logger = mockServices.logger.mock();
    const waits: number[] = [];
    const queue = InProcessScanQueue.create({
      logger,
      concurrency: 1,
      maxAttempts: 4,
      random: () => 0.5,
      sleep: async milliseconds => {
        waits.push(milliseconds);
      },
    });
    await queue.start(async () => {
      throw new Error('never');
    });
    await queue.enqueue([job('a')]);
    await until(() => logger.error.mock.calls.length === 1);
    expect(waits).toEqual([750, 1500, 3000]);
    expect(logger.error.mock.calls[0][0]).toMatch(
      'Scan a of terraform:-/a was given up after 4 attempts',
    );
    await queue.stop();
  });
});

describe('PgBossScanQueue between replicas', () => {
  const id = 'POSTGRES_18';

  it('shares the work between replicas, each scan on one of them', async () => {
    const knex = await databases.init(id);
    const seen: string[] = [];
    const workers = new Set<number>();
    const queues = range(2).map(() =>
      createPgBossQueue(knex, { concurrency: 2 }),
    );
    stops.push(...queues.map(queue => () => queue.stop()));
    await queues[0].enqueue(range(30).map(i => job(`scan-${i}`)));
    await Promise.all(
      queues.map((queue, index) =>
        queue.start(async ({ scanId }) => {
          seen.push(scanId);
          workers.add(index);
          await new Promise(resolve => setTimeout(resolve, 30));
        }),
      ),
    );
    await until(() => seen.length >= 30);
    expect(new Set(seen).size).toBe(30);
    expect(workers.size).toBe(2);
  });

  it('keeps its tables in a schema of its own', async () => {
    const knex = await databases.init(id);
    const queue = createPgBossQueue(knex, { concurrency: 1 });
    stops.push(() => queue.stop());
    await queue.enqueue([job('a')]);
    const tables = await knex('information_schema.tables')
      .where({ table_name: 'job' })
      .select('table_schema');
    expect(tables).toEqual([{ table_schema: 'pgboss_drift' }]);
  });

  it('works in a schema that exists, for a user who may not create any', async () => {
    const knex = await databases.init(id);
    await knex.raw(`DROP ROLE IF EXISTS drift_limited`);
    await knex.raw(`CREATE ROLE drift_limited`);
    await knex.raw(`CREATE SCHEMA given AUTHORIZATION drift_limited`);
    const [{ current_database: name }] = (
      await knex.raw('SELECT current_database()')
    ).rows;
    await knex.raw(`REVOKE CREATE ON DATABASE ?? FROM PUBLIC`, [name]);
    const limited = poolTo(knex, { role: 'drift_limited' });
    try {
      const queue = PgBossScanQueue.create({
        knex: limited,
        logger: mockServices.logger.mock(),
        handlerTimeoutMs: 60_000,
        schema: 'given',
        concurrency: 1,
        pollingIntervalSeconds: 0.5,
      });
      const seen: string[] = [];
      await queue.enqueue([job('a')]);
      await queue.start(async ({ scanId }) => {
        seen.push(scanId);
      });
      await until(() => seen.length === 1);
      await queue.stop();

      await expect(
        PgBossScanQueue.create({
          knex: limited,
          logger: mockServices.logger.mock(),
          handlerTimeoutMs: 60_000,
          concurrency: 1,
        }).enqueue([job('b')]),
      ).rejects.toThrow(
        /Could not start the scan queue in the database schema 'pgboss_drift'.*permission denied/,
      );
    } finally {
      await limited.destroy();
    }
  });

  it('goes on after its connections were cut, and only logs that', async () => {
    const knex = await databases.init(id);
    const logger = mockServices.logger.mock();
    const queue = PgBossScanQueue.create({
      knex,
      logger,
      handlerTimeoutMs: 60_000,
      concurrency: 2,
      pollingIntervalSeconds: 0.5,
    });
    stops.push(() => queue.stop());
    const seen: string[] = [];
    await queue.start(async ({ scanId }) => {
      seen.push(scanId);
    });
    for (const round of range(5)) {
      await cutConnections(knex);
      await eventually(() => queue.enqueue([job(`scan-${round}`)]));
    }
    // One whose end was cut off is done again.
    await until(() => new Set(seen).size === 5);
    expect(new Set(seen)).toEqual(new Set(range(5).map(i => `scan-${i}`)));
  });

  it('leaves no connection of the plugin inside of a failed transaction', async () => {
    const knex = await databases.init(id);
    const single = poolTo(knex, { max: 1 });
    try {
      await expect(
        knexDatabase(single).executeSql('BEGIN; SELECT 1/0; SELECT 1; COMMIT;'),
      ).rejects.toThrow('division by zero');
      await expect(single.raw('SELECT 1 AS one')).resolves.toMatchObject({
        rows: [{ one: 1 }],
      });
      await knexDatabase(single).executeSql(
        'BEGIN; CREATE TABLE kept (id int); COMMIT;',
      );
      await expect(knex('kept').select()).resolves.toEqual([]);
    } finally {
      await single.destroy();
    }
  });
});

async function given(
  create: Kind['create'],
  limits: Limits,
): Promise<ScanQueue> {
  const queue = await create(limits);
  stops.push(() => queue.stop());
  return queue;
}

function job(scanId: string, client?: string): ScanJob {
  return {
    scanId,
    targetId: `terraform:${client ?? '-'}/${scanId}`,
    ...(client && { client }),
    trigger: 'schedule',
  };
}

/** A pool of its own to the same database. */
function poolTo(
  knex: Knex,
  options: { role?: string; max?: number } = {},
): Knex {
  const connection = databases.connectionOf(knex);
  return knexFactory({
    client: 'pg',
    connection: {
      ...connection,
      // Knex hides it from enumeration
      password: connection.password,
      ...(options.role && { options: `-c role=${options.role}` }),
    },
    pool: { min: 0, max: options.max ?? 5 },
  });
}

async function cutConnections(knex: Knex) {
  // Not one of the pool's connections: those may have been cut before.
  const knife = poolTo(knex, { max: 1 });
  try {
    await knife.raw(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
  } finally {
    await knife.destroy();
  }
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

async function until(condition: () => boolean) {
  while (!condition()) {
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

/** A finished scan may still be known for a moment. */
async function untilAccepted(
  queue: ScanQueue,
  scan: ScanJob,
  accepted: () => boolean,
) {
  while (!accepted()) {
    await queue.enqueue([scan]);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

async function eventually(work: () => Promise<void>) {
  for (;;) {
    try {
      await work();
      return;
    } catch {
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }
}
