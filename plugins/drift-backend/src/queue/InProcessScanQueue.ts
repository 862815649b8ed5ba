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
import { ServiceUnavailableError } from '@backstage/errors';
import { retryDelay } from './retryDelay';
import { ScanHandler, ScanJob, ScanQueue, scanPriority } from './ScanQueue';

/** @internal */
export interface InProcessScanQueueOptions {
  logger: LoggerService;
  /** Scans at once. */
  concurrency: number;
  /** Scans at once for one client; scans without a client are not counted. */
  concurrencyPerClient?: number;
  /** Scans that may wait. Default 100,000, about 20 MB. */
  maxWaiting?: number;
  /** Attempts in all for a handler that throws. Default 3. */
  maxAttempts?: number;
  random?: () => number;
  /** Waits that many milliseconds, or until the signal is aborted. */
  sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

type Entry = {
  job: ScanJob;
  priority: number;
  attempt: number;
  state: 'waiting' | 'running' | 'resting';
};

/**
 * A bounded queue in memory, for databases that only one process can use. What
 * it holds is lost with the process; the scheduler finds such scans in the store
 * and enqueues them again.
 */
export class InProcessScanQueue implements ScanQueue {
  readonly #options: Required<
    Omit<InProcessScanQueueOptions, 'concurrencyPerClient'>
  > &
    Pick<InProcessScanQueueOptions, 'concurrencyPerClient'>;
  readonly #entries = new Map<string, Entry>();
  /** Waiting entries by priority, each list in order of arrival. */
  readonly #waiting = new Map<number, Set<Entry>>();
  readonly #runningPerClient = new Map<string, number>();
  readonly #active = new Set<Promise<void>>();
  #stopping = new AbortController();
  #handler: ScanHandler | undefined;
  #running = 0;

  static create(options: InProcessScanQueueOptions): InProcessScanQueue {
    return new InProcessScanQueue(options);
  }

  private constructor(options: InProcessScanQueueOptions) {
    this.#options = {
      maxWaiting: 100_000,
      maxAttempts: 3,
      random: Math.random,
      sleep: sleepUntilAborted,
      ...options,
    };
  }

  async enqueue(jobs: ScanJob[]): Promise<void> {
    for (const job of jobs) {
      const known = this.#entries.get(job.scanId);
      if (known) {
        this.#raisePriority(known, job);
        continue;
      }
      if (this.#entries.size - this.#running >= this.#options.maxWaiting) {
        throw new ServiceUnavailableError(
          `The scan queue is full: ${
            this.#options.maxWaiting
          } scans are waiting`,
        );
      }
      const entry: Entry = {
        job,
        priority: scanPriority(job),
        attempt: 0,
        state: 'waiting',
      };
      this.#entries.set(job.scanId, entry);
      this.#wait(entry);
    }
    this.#fill();
  }

  async start(handler: ScanHandler): Promise<void> {
    if (this.#handler) {
      throw new Error('The scan queue was started already');
    }
    this.#stopping = new AbortController();
    this.#handler = handler;
    this.#fill();
  }

  async stop(): Promise<void> {
    this.#handler = undefined;
    this.#stopping.abort(new Error('The scan queue stops'));
    await Promise.all(this.#active);
  }

  #fill() {
    while (this.#handler && this.#running < this.#options.concurrency) {
      const entry = this.#takeNext();
      if (!entry) {
        return;
      }
      this.#begin(entry, this.#handler);
    }
  }

  #takeNext(): Entry | undefined {
    const priorities = [...this.#waiting.keys()].sort((a, b) => b - a);
    for (const priority of priorities) {
      for (const entry of this.#waiting.get(priority) ?? []) {
        if (this.#clientHasRoom(entry.job.client)) {
          this.#stopWaiting(entry);
          return entry;
        }
      }
    }
    return undefined;
  }

  #begin(entry: Entry, handler: ScanHandler) {
    entry.state = 'running';
    entry.attempt += 1;
    this.#running += 1;
    this.#countClient(entry.job.client, 1);

    const work = this.#work(entry, handler).finally(() => {
      this.#active.delete(work);
    });
    this.#active.add(work);
  }

  async #work(entry: Entry, handler: ScanHandler) {
    const stopping = this.#stopping.signal;
    let failure: unknown;
    try {
      await handler(entry.job, stopping, entry.attempt);
    } catch (error) {
      failure = error ?? new Error('The scan failed for an unknown reason');
    } finally {
      this.#running -= 1;
      this.#countClient(entry.job.client, -1);
    }

    if (failure === undefined) {
      this.#entries.delete(entry.job.scanId);
      this.#fill();
      return;
    }
    if (stopping.aborted) {
      entry.attempt -= 1;
      this.#wait(entry);
      return;
    }
    if (entry.attempt >= this.#options.maxAttempts) {
      this.#entries.delete(entry.job.scanId);
      this.#options.logger.error(
        `Scan ${entry.job.scanId} of ${entry.job.targetId} was given up after ${entry.attempt} attempts: ${failure}`,
      );
      this.#fill();
      return;
    }

    this.#options.logger.warn(
      `Scan ${entry.job.scanId} of ${entry.job.targetId} will be tried again: ${failure}`,
    );
    entry.state = 'resting';
    this.#fill();
    await this.#options.sleep(
      retryDelay({ failures: entry.attempt, random: this.#options.random }),
      stopping,
    );
    this.#wait(entry);
    this.#fill();
  }

  #wait(entry: Entry) {
    entry.state = 'waiting';
    const list = this.#waiting.get(entry.priority) ?? new Set();
    list.add(entry);
    this.#waiting.set(entry.priority, list);
  }

  #stopWaiting(entry: Entry) {
    const list = this.#waiting.get(entry.priority);
    list?.delete(entry);
    if (list?.size === 0) {
      this.#waiting.delete(entry.priority);
    }
  }

  #raisePriority(entry: Entry, job: ScanJob) {
    const priority = scanPriority(job);
    if (priority <= entry.priority) {
      return;
    }
    const wasWaiting = entry.state === 'waiting';
    if (wasWaiting) {
      this.#stopWaiting(entry);
    }
    entry.priority = priority;
    if (wasWaiting) {
      this.#wait(entry);
    }
  }

  #clientHasRoom(client: string | undefined): boolean {
    const limit = this.#options.concurrencyPerClient;
    if (client === undefined || limit === undefined) {
      return true;
    }
    return (this.#runningPerClient.get(client) ?? 0) < limit;
  }

  #countClient(client: string | undefined, by: 1 | -1) {
    if (client === undefined) {
      return;
    }
    const count = (this.#runningPerClient.get(client) ?? 0) + by;
    if (count === 0) {
      this.#runningPerClient.delete(client);
    } else {
      this.#runningPerClient.set(client, count);
    }
  }
}

async function sleepUntilAborted(milliseconds: number, signal: AbortSignal) {
  await new Promise<void>(resolve => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    if (signal.aborted) {
      done();
    }
  });
}
