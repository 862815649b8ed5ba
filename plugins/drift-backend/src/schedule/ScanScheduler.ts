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
import { ScanQueue } from '../queue/ScanQueue';
import { ScanEventEmitter } from '../scans/ScanEvents';
import { DriftStore, DueTarget } from '../store/DriftStore';
import { ScanSchedule } from './ScanSchedule';

const BATCH = 500;
const MAX_TARGETS_PER_TICK = 20_000;
const ALL_TARGETS = 1_000_000;
const RECOVERY_LIMIT = 500;
const CLOCK_TOLERANCE_MS = 30_000;
const FAR_FUTURE = new Date('9000-01-01T00:00:00Z');
const NEVER = new Date(0);

/** @internal */
export interface ScanSchedulerOptions {
  store: DriftStore;
  queue: ScanQueue;
  events?: ScanEventEmitter;
  logger: LoggerService;
  /** Time zone of cron expressions, default UTC. */
  timeZone?: string;
  /** For a schedule in the store that is not understood (any more). */
  defaultSchedule: string;
  /**
   * A scan that has been waiting for so long is offered to the queue again,
   * which ignores those that it knows, in milliseconds. Default 30 seconds.
   */
  offerAgainAfterMs?: number;
  now?: () => Date;
  /** Milliseconds of a clock that nobody sets. */
  monotonicNow?: () => number;
}

/** What one tick did. */
export interface ScanSchedulerTick {
  /** Scans that were queued because their time had come. */
  queued: number;
  /** Targets whose time had come while a scan of them was still under way. */
  joined: number;
  /** Scans that were offered to the queue again. */
  recovered: number;
}

/**
 * Queues the targets whose time has come. A tick may be lost, run late, or run
 * on two replicas at once; nothing is skipped or done twice.
 */
export class ScanScheduler {
  readonly #options: ScanSchedulerOptions;
  readonly #now: () => Date;
  readonly #monotonicNow: () => number;
  readonly #schedules = new Map<string, ScanSchedule>();
  /** Wall clock minus monotonic clock, when last looked at. */
  #clockOffset: number;
  #ticking: Promise<ScanSchedulerTick> | undefined;

  static create(options: ScanSchedulerOptions): ScanScheduler {
    return new ScanScheduler(options);
  }

  private constructor(options: ScanSchedulerOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
    this.#monotonicNow = options.monotonicNow ?? (() => performance.now());
    this.#clockOffset = this.#measureClockOffset();
  }

  /** Queues what is due and what was lost. Joins a tick that runs already. */
  async tick(signal?: AbortSignal): Promise<ScanSchedulerTick> {
    this.#ticking ??= this.#tick(signal).finally(() => {
      this.#ticking = undefined;
    });
    return this.#ticking;
  }

  async #tick(signal?: AbortSignal): Promise<ScanSchedulerTick> {
    await this.#followClock();
    const recovered = await this.#recover();
    const { queued, joined } = await this.#queueDue(signal);
    return { queued, joined, recovered };
  }

  /**
   * @remarks
   *
   * The next time is set last: when the process ends in between, the target is
   * still due, and the next tick joins the scan that was created here.
   */
  async #queueDue(
    signal?: AbortSignal,
  ): Promise<{ queued: number; joined: number }> {
    const { store, queue, events } = this.#options;
    let queued = 0;
    let joined = 0;

    for (let seen = 0; seen < MAX_TARGETS_PER_TICK; seen += BATCH) {
      if (signal?.aborted) {
        break;
      }
      const now = this.#now();
      const due = await store.findDueTargets({ now, limit: BATCH });
      if (due.length === 0) {
        break;
      }
      const scans = await store.createScans({
        targetIds: due.map(({ targetId }) => targetId),
        trigger: 'schedule',
        now,
      });
      const fresh = scans
        .filter(scan => !scan.joined)
        .map(({ scanId, targetId, client }) => ({
          scanId,
          targetId,
          client,
          trigger: 'schedule' as const,
        }));
      await queue.enqueue(fresh);
      await this.#setNext(due, now);
      await events?.onQueued?.(fresh);

      queued += fresh.length;
      joined += scans.length - fresh.length;
      if (due.length < BATCH) {
        break;
      }
    }
    return { queued, joined };
  }

  /**
   * Offers scans to the queue that it may have lost: the process ended between
   * the two writes or, with a queue in memory, at any time.
   */
  async #recover(): Promise<number> {
    const { store, queue, logger } = this.#options;
    const now = this.#now();
    const queuedBefore = new Date(
      now.getTime() - (this.#options.offerAgainAfterMs ?? 30_000),
    );
    // Apart, so that a long queue does not hide a scan that died
    const running = await store.findAbandonedScans({
      queuedBefore: NEVER,
      startedBefore: now,
      limit: RECOVERY_LIMIT,
    });
    const queued = await store.findAbandonedScans({
      queuedBefore,
      startedBefore: NEVER,
      limit: RECOVERY_LIMIT,
    });

    const scans = [...running, ...queued];
    if (scans.length > 0) {
      logger.debug(`Offering ${scans.length} waiting or running scans again`);
      await queue.enqueue(
        scans.map(({ scanId, targetId, client, trigger }) => ({
          scanId,
          targetId,
          client,
          trigger,
          bulk: true,
        })),
      );
    }
    return scans.length;
  }

  /**
   * When somebody sets the clock back, every planned time lies too far away; all
   * of them are planned again. A clock that is set forward needs nothing: what
   * it jumped over is due.
   */
  async #followClock(): Promise<void> {
    const offset = this.#measureClockOffset();
    const jump = offset - this.#clockOffset;
    if (jump < -CLOCK_TOLERANCE_MS) {
      const { store, logger } = this.#options;
      const targets = await store.findDueTargets({
        now: FAR_FUTURE,
        limit: ALL_TARGETS,
      });
      logger.warn(
        `The clock was set back by ${Math.round(
          -jump / 1000,
        )} seconds; planning ${targets.length} targets again`,
      );
      const now = this.#now();
      for (let start = 0; start < targets.length; start += BATCH) {
        await this.#setNext(targets.slice(start, start + BATCH), now);
      }
    }
    this.#clockOffset = offset;
  }

  async #setNext(targets: DueTarget[], now: Date) {
    await this.#options.store.setNextScan({
      entries: targets.map(({ targetId, schedule }) => ({
        targetId,
        nextScanAt: this.#parse(schedule, now).nextAfter(targetId, now),
      })),
    });
  }

  #parse(text: string, now: Date): ScanSchedule {
    let schedule = this.#schedules.get(text);
    if (!schedule) {
      const { timeZone, defaultSchedule, logger } = this.#options;
      try {
        schedule = ScanSchedule.parse(text, { timeZone, now });
      } catch (error) {
        logger.warn(`Using the default schedule instead: ${error}`);
        schedule = ScanSchedule.parse(defaultSchedule, { timeZone, now });
      }
      this.#schedules.set(text, schedule);
    }
    return schedule;
  }

  #measureClockOffset(): number {
    return this.#now().getTime() - this.#monotonicNow();
  }
}
