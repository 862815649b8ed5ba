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
import { ScanJob, ScanQueue } from '../queue/ScanQueue';
import { MemoryDriftStore } from '../scans/__testUtils__/MemoryDriftStore';
import { fractionOf, ScanSchedule } from './ScanSchedule';
import { ScanScheduler } from './ScanScheduler';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A queue that can be looked into. */
class OpenQueue implements ScanQueue {
  waiting: ScanJob[] = [];
  readonly known = new Set<string>();
  onEnqueue: (jobs: ScanJob[]) => void = () => {};

  async enqueue(jobs: ScanJob[]): Promise<void> {
    this.onEnqueue(jobs);
    for (const job of jobs) {
      if (!this.known.has(job.scanId)) {
        this.known.add(job.scanId);
        this.waiting.push(job);
      }
    }
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {}
}

/** A store, a queue and workers under a clock of their own. */
class World {
  readonly store = new MemoryDriftStore();
  readonly logger = mockServices.logger.mock();
  /** True times of the starts of each target. */
  readonly starts = new Map<string, number[]>();
  queue = new OpenQueue();
  peak = 0;
  time: number;
  #monotonic = 0;
  #scheduler: ScanScheduler;
  #running: { scanId: string; until: number }[] = [];

  static async create(options: {
    targets: number;
    schedule: string | ((index: number) => string);
    start?: string;
    timeZone?: string;
    firstScanAt?: (id: string, now: Date) => Date;
  }): Promise<World> {
    const world = new World(
      new Date(options.start ?? '2026-11-22T10:00:00Z'),
      options.timeZone,
    );
    const now = world.now();
    await world.store.syncTargets({
      origin: 'catalog',
      now,
      targets: Array.from({ length: options.targets }, (_, index) => {
        const id = `terraform:client-${index % 7}/module-${index}`;
        const schedule =
          typeof options.schedule === 'string'
            ? options.schedule
            : options.schedule(index);
        return {
          id,
          source: 'terraform',
          name: `module-${index}`,
          client: `client-${index % 7}`,
          location: {},
          entityRefs: [],
          origin: 'catalog',
          schedule,
          intervalMs: intervalOf(schedule, now),
          firstScanAt: options.firstScanAt?.(id, now) ?? now,
        };
      }),
    });
    return world;
  }

  private constructor(start: Date, readonly timeZone: string | undefined) {
    this.time = start.getTime();
    this.#scheduler = this.otherReplica();
  }

  now = () => new Date(this.time);

  tick(signal?: AbortSignal) {
    return this.#scheduler.tick(signal);
  }

  otherReplica(): ScanScheduler {
    return ScanScheduler.create({
      store: this.store,
      queue: this.queue,
      logger: this.logger,
      defaultSchedule: 'PT1H',
      timeZone: this.timeZone,
      now: this.now,
      monotonicNow: () => this.#monotonic,
    });
  }

  advance(milliseconds: number) {
    this.time += milliseconds;
    this.#monotonic += milliseconds;
  }

  /** A new process with an empty queue; whatever ran has died. */
  restart() {
    this.queue = new OpenQueue();
    this.#running = [];
    this.#scheduler = this.otherReplica();
  }

  /** The next call of the operation dies with its process. */
  failNext(operation: 'enqueue' | 'setNextScan') {
    const subject = operation === 'enqueue' ? this.queue : this.store;
    jest
      .spyOn(
        subject as unknown as { [k: string]: () => Promise<void> },
        operation,
      )
      .mockRejectedValueOnce(new Error('killed'));
  }

  /** Ends what has run long enough and starts what may run. */
  async work(options: { concurrency: number; elapsed: number }) {
    for (const run of this.#running.filter(
      ({ until }) => until <= options.elapsed,
    )) {
      const scan = this.store.scans.get(run.scanId)!;
      await this.store.failScan({
        lease: {
          scanId: run.scanId,
          target: this.store.targets.get(scan.targetId)!.registration,
          trigger: 'schedule',
          fence: scan.fence!,
        },
        error: '',
        now: this.now(),
      });
      this.queue.known.delete(run.scanId);
    }
    this.#running = this.#running.filter(
      ({ until }) => until > options.elapsed,
    );
    while (
      this.#running.length < options.concurrency &&
      this.queue.waiting.length > 0
    ) {
      const { scanId, targetId } = this.queue.waiting.shift()!;
      const lease = await this.store.startScan({
        scanId,
        workerId: 'w',
        now: this.now(),
      });
      if (!lease) {
        continue;
      }
      const duration = Math.floor(fractionOf(scanId) * MINUTE);
      this.#running.push({ scanId, until: options.elapsed + duration });
      this.peak = Math.max(this.peak, this.#running.length);
      this.starts.set(targetId, [
        ...(this.starts.get(targetId) ?? []),
        options.elapsed,
      ]);
    }
  }
}

describe('ScanScheduler', () => {
  it('queues what is due, once, and plans the next time', async () => {
    const world = await World.create({ targets: 3, schedule: 'PT30M' });
    expect(await world.tick()).toEqual({ queued: 3, joined: 0, recovered: 0 });
    expect(world.queue.waiting.map(job => job.trigger)).toEqual(
      new Array(3).fill('schedule'),
    );
    expect(await world.tick()).toMatchObject({ queued: 0, joined: 0 });
    for (const { nextScanAt } of world.store.targets.values()) {
      expect(nextScanAt).toBeGreaterThan(world.time);
      expect(nextScanAt).toBeLessThanOrEqual(world.time + 30 * MINUTE);
    }
  });

  it('does not pile up scans of a target that takes longer than its interval', async () => {
    const world = await World.create({ targets: 1, schedule: 'PT1M' });
    await world.tick();
    for (let i = 0; i < 10; i++) {
      world.time += MINUTE;
      expect(await world.tick()).toMatchObject({ queued: 0, joined: 1 });
    }
    expect(world.queue.waiting).toHaveLength(1);
  });

  it('reaches every target of a fleet larger than a batch in one tick', async () => {
    const world = await World.create({ targets: 2_300, schedule: 'PT1H' });
    expect(await world.tick()).toMatchObject({ queued: 2_300 });
  });

  it('queues once when two replicas tick at the same time', async () => {
    const world = await World.create({ targets: 50, schedule: 'PT30M' });
    await Promise.all([world.tick(), world.otherReplica().tick()]);
    expect(world.queue.waiting).toHaveLength(50);
    expect(world.store.scans.size).toBe(50);
  });

  it('finds its scans again when the process ended at any point of a tick', async () => {
    for (const failing of ['enqueue', 'setNextScan'] as const) {
      const world = await World.create({ targets: 20, schedule: 'PT30M' });
      world.failNext(failing);
      await expect(world.tick()).rejects.toThrow('killed');
      world.restart();
      world.time += MINUTE;
      await world.tick();
      expect(new Set(world.queue.waiting.map(job => job.targetId)).size).toBe(
        20,
      );
      expect(world.store.scans.size).toBe(20);
    }
  });

  it('offers scans again that a queue in memory lost, waiting and running ones', async () => {
    const world = await World.create({ targets: 4, schedule: 'PT30M' });
    await world.tick();
    await world.store.startScan({
      scanId: world.queue.waiting[0].scanId,
      workerId: 'gone',
      now: world.now(),
    });
    world.restart();
    world.time += MINUTE;

    expect(await world.tick()).toMatchObject({ queued: 0, recovered: 4 });
    expect(world.queue.waiting).toHaveLength(4);
    // The queue knows them now
    await world.tick();
    expect(world.queue.waiting).toHaveLength(4);
  });

  it('falls back to the default schedule when the store holds one that nobody understands', async () => {
    const world = await World.create({ targets: 1, schedule: 'every day' });
    await world.tick();
    const [target] = world.store.targets.values();
    expect(target.nextScanAt).toBeLessThanOrEqual(world.time + HOUR);
    expect(world.logger.warn).toHaveBeenCalledTimes(1);
  });

  it('stops at the signal, between two batches', async () => {
    const world = await World.create({ targets: 1_200, schedule: 'PT30M' });
    const controller = new AbortController();
    world.queue.onEnqueue = () => controller.abort();
    expect(await world.tick(controller.signal)).toMatchObject({ queued: 500 });
    expect(await world.tick()).toMatchObject({ queued: 700 });
  });

  describe('over simulated days', () => {
    const schedules = ['PT5M', 'PT30M', 'PT1H', '*/20 * * * *', '7 * * * *'];

    it.each([1, 2, 3, 4, 5, 6])(
      'skips no target and never runs more than it may, through restarts and a clock that jumps (seed %i)',
      async seed => {
        const random = generator(seed);
        const world = await World.create({
          targets: 60,
          schedule: index => schedules[index % schedules.length],
          timeZone: 'Europe/Berlin',
          // The night in which the clocks are set back, or forward
          start: seed % 2 ? '2026-10-24T20:00:00Z' : '2026-03-28T20:00:00Z',
        });
        const concurrency = 8;
        const jumps = new Map([
          [200, HOUR],
          [500, -HOUR],
          [700, -HOUR],
          [900, HOUR],
        ]);

        let elapsed = 0;
        for (let step = 0; step < 1_200; step++) {
          const jump = jumps.get(step) ?? 0;
          world.time += jump;
          if (random() < 0.01) {
            world.restart();
          }
          // A tick comes late now and then
          const pause = MINUTE + Math.floor(random() ** 8 * 2 * MINUTE);
          world.advance(pause);
          elapsed += pause;
          await world.tick();
          await world.work({ concurrency, elapsed });
        }

        expect(world.peak).toBeLessThanOrEqual(concurrency);
        for (const [targetId, starts] of world.starts) {
          const interval =
            world.store.targets.get(targetId)!.registration.intervalMs;
          const gaps = starts.map((at, i) => at - (starts[i - 1] ?? 0));
          // In true time, whatever the clock showed. At most one interval is
          // missed: a jump, the tick, its delay and the jitter come on top.
          expect(Math.max(...gaps)).toBeLessThanOrEqual(
            2 * interval + 10 * MINUTE,
          );
          expect(elapsed - starts[starts.length - 1]).toBeLessThanOrEqual(
            2 * interval + 10 * MINUTE,
          );
        }
      },
    );

    it('starts 10,000 targets of one interval evenly: at the 99th percentile not later than a tick', async () => {
      const world = await World.create({
        targets: 10_000,
        schedule: 'PT30M',
        firstScanAt: (id, now) =>
          ScanSchedule.parse('PT30M', { now }).nextAfter(id, now),
      });
      const lateness: number[] = [];
      world.queue.onEnqueue = jobs => {
        for (const { targetId } of jobs.filter(job => !job.bulk)) {
          lateness.push(
            world.time - world.store.targets.get(targetId)!.nextScanAt,
          );
        }
      };
      const perTick: number[] = [];
      for (let step = 0; step < 60; step++) {
        world.advance(MINUTE);
        perTick.push((await world.tick()).queued);
        await world.work({ concurrency: 1_000, elapsed: step * HOUR });
      }
      lateness.sort((a, b) => a - b);
      expect(lateness).toHaveLength(20_000);
      expect(lateness[19_800]).toBeLessThanOrEqual(0.05 * 30 * MINUTE);
      // A fair share is 333
      expect(Math.max(...perTick)).toBeLessThan(450);
    });
  });
});

function intervalOf(schedule: string, now: Date): number {
  try {
    return ScanSchedule.parse(schedule, { now }).intervalMs;
  } catch {
    return HOUR;
  }
}

/** Park and Miller's generator: the same numbers at every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
