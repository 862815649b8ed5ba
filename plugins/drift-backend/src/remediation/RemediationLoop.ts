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

import { LoggerService, SchedulerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { RemediationState } from '@infra-hub/backstage-plugin-drift-common';
import { ClaimedRemediation, RemediationWorker } from './RemediationWorker';
import { RemediationRecord, RemediationStore } from './RemediationStore';

const LEASE_MS = 60_000;
/** How long another process is waited for that has the credentials. */
const KEEPER_GRACE_MS = 30_000;
const RETRY_MS = 5_000;

/**
 * Works on remediations, on every replica. Previews and applies take their time
 * and are bounded; looking at scans is quick and never waits for them.
 */
export class RemediationLoop {
  readonly #options: {
    worker: Pick<RemediationWorker, 'work' | 'expire'>;
    store: RemediationStore;
    workerId: string;
    concurrency: number;
    /** How long a worker that says nothing is believed to live, in milliseconds. */
    leaseMs?: number;
    logger: LoggerService;
    now: () => Date;
  };
  readonly #stopping = new AbortController();
  readonly #working = new Set<Promise<void>>();
  #pass: Promise<void> | undefined;
  #again = false;

  constructor(options: {
    worker: Pick<RemediationWorker, 'work' | 'expire'>;
    store: RemediationStore;
    workerId: string;
    concurrency: number;
    leaseMs?: number;
    logger: LoggerService;
    now: () => Date;
  }) {
    this.#options = options;
  }

  async schedule(scheduler: SchedulerService): Promise<void> {
    await scheduler.scheduleTask({
      id: 'drift-remediate',
      scope: 'local',
      frequency: { seconds: 5 },
      timeout: { minutes: 5 },
      initialDelay: { seconds: 2 },
      fn: () => this.run(),
    });
  }

  /** Takes what is due without making the caller wait. */
  wake(): void {
    this.run().catch(error => {
      this.#options.logger.error(
        'Could not work on remediations',
        toError(error),
      );
    });
  }

  /** Takes everything that is due, as far as there is room; never rejects. */
  async run(): Promise<void> {
    if (this.#pass) {
      this.#again = true;
      await this.#pass;
      return;
    }
    this.#pass = this.#takeAll().finally(() => {
      this.#pass = undefined;
    });
    await this.#pass;
  }

  /** Waits until nothing is worked on and nothing more is due. */
  async idle(): Promise<void> {
    for (;;) {
      await this.run();
      if (this.#working.size === 0) {
        return;
      }
      await Promise.all(this.#working);
    }
  }

  /** Ends what is worked on, and leaves it to others. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#pass;
    await Promise.all(this.#working);
  }

  async #takeAll(): Promise<void> {
    const { worker, logger, concurrency } = this.#options;
    const { signal } = this.#stopping;
    try {
      do {
        this.#again = false;
        if (signal.aborted) {
          return;
        }
        await this.#keep();
        await worker.expire();
        for (;;) {
          const quick = await this.#claim(['verifying', 'running'], false);
          if (!quick) {
            break;
          }
          await this.#work(quick);
        }
        while (this.#working.size < concurrency && !signal.aborted) {
          const slow = await this.#claim(
            ['approved', 'requested', 'running'],
            true,
          );
          if (!slow) {
            break;
          }
          this.#begin(slow);
        }
      } while (this.#again);
    } catch (error) {
      logger.warn(
        'Could not take remediations, trying again later',
        toError(error),
      );
    }
  }

  /** Says that this process still has the credentials of what it is to start. */
  async #keep(): Promise<void> {
    const { store, workerId, now } = this.#options;
    await store.touchKept({ worker: workerId, now: now() });
  }

  #begin(record: RemediationRecord): void {
    const work = this.#work(record).finally(() => {
      this.#working.delete(work);
      this.wake();
    });
    this.#working.add(work);
  }

  async #claim(
    states: readonly RemediationState[],
    handle: boolean,
  ): Promise<RemediationRecord | undefined> {
    const { store, workerId, now } = this.#options;
    const at = now();
    return store.claim({
      worker: workerId,
      states,
      handle,
      now: at,
      leaseUntil: new Date(at.getTime() + this.#leaseMs),
      keptUntil: new Date(at.getTime() - KEEPER_GRACE_MS),
    });
  }

  /** Works on one while its lease is renewed; never rejects. */
  async #work(record: RemediationRecord): Promise<void> {
    const { worker, logger } = this.#options;
    const lost = new AbortController();
    const heart = setInterval(
      () => this.#beat(record, lost),
      this.#leaseMs / 4,
    );
    const claimed: ClaimedRemediation = {
      record,
      signal: AbortSignal.any([this.#stopping.signal, lost.signal]),
    };
    try {
      await worker.work(claimed);
    } catch (error) {
      logger.error(
        `Remediation ${record.id} of ${record.targetId} could not be worked on, trying again`,
        toError(error),
      );
      await this.#letGo(record);
    } finally {
      clearInterval(heart);
    }
  }

  /** Has it tried again soon; when that fails, after the lease. */
  async #letGo(record: RemediationRecord): Promise<void> {
    const { store, logger, now } = this.#options;
    const at = now();
    try {
      await store.release({
        id: record.id,
        fence: record.fence,
        waitsUntil: new Date(at.getTime() + RETRY_MS),
        now: at,
      });
    } catch (error) {
      logger.warn(`Remediation ${record.id} waits for its lease: ${error}`);
    }
  }

  async #beat(record: RemediationRecord, lost: AbortController): Promise<void> {
    const { store, logger, now } = this.#options;
    try {
      const held = await store.extend({
        id: record.id,
        fence: record.fence,
        leaseUntil: new Date(now().getTime() + this.#leaseMs),
      });
      if (!held) {
        lost.abort();
      }
    } catch (error) {
      logger.warn(
        `Could not say that remediation ${record.id} is worked on: ${error}`,
      );
    }
  }

  get #leaseMs(): number {
    return this.#options.leaseMs ?? LEASE_MS;
  }
}
