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

import { isError, ServiceUnavailableError } from '@backstage/errors';

const DATABASE_AWAY = 'The drift database does not answer, try again later';

/** Error codes of Node's sockets and of PostgreSQL that mean: nobody there. */
const AWAY_CODES = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  // https://www.postgresql.org/docs/current/errcodes-appendix.html
  '53300', // too_many_connections
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
]);

/** The driver and knex give these no code. */
const AWAY_MESSAGES =
  /Connection terminated|Unable to acquire a connection|connection error and is not queryable|Connection ended unexpectedly|Timeout acquiring a connection/i;

/**
 * Answers "the database is away" within a second of its last sign of life,
 * whether connections are refused or nothing answers at all.
 *
 * @remarks
 * The second is kept by the patience and the wait for the ping together, which
 * count from the last sign of life, or from the beginning of work that begins
 * later. A slow answer is not an absent one: as long as other work is answered, or the
 * database answers a ping, waiting goes on. Otherwise a busy moment would look
 * like an outage.
 */
export class DatabaseWatch {
  readonly #ping: () => Promise<void>;
  readonly #patienceMs: number;
  readonly #pingMs: number;
  #lastAnswerAt = -Infinity;
  #pinging?: Promise<boolean>;

  constructor(options: {
    ping: () => Promise<void>;
    /** Silence that raises doubt, in milliseconds. With the ping less than a second. */
    patienceMs?: number;
    /** Longest wait for the ping, in milliseconds. */
    pingMs?: number;
  }) {
    this.#ping = options.ping;
    this.#patienceMs = options.patienceMs ?? 400;
    this.#pingMs = options.pingMs ?? 250;
  }

  /**
   * @throws ServiceUnavailableError when the database is away
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const done = new AbortController();
    try {
      const result = await Promise.race([work(), this.#silence(done.signal)]);
      this.#lastAnswerAt = performance.now();
      return result;
    } catch (error) {
      if (isDatabaseAway(error)) {
        throw new ServiceUnavailableError(DATABASE_AWAY, error);
      }
      throw error;
    } finally {
      done.abort();
    }
  }

  /** Rejects once nothing has answered for too long. */
  async #silence(signal: AbortSignal): Promise<never> {
    const startedAt = performance.now();
    for (;;) {
      const quietSince = Math.max(startedAt, this.#lastAnswerAt);
      const patience = quietSince + this.#patienceMs - performance.now();
      if (patience > 0) {
        await wait(patience, signal);
      } else if (!(await this.#answers())) {
        throw new ServiceUnavailableError(DATABASE_AWAY);
      }
    }
  }

  #answers(): Promise<boolean> {
    this.#pinging ??= this.#pingOnce().finally(() => {
      this.#pinging = undefined;
    });
    return this.#pinging;
  }

  async #pingOnce(): Promise<boolean> {
    const done = new AbortController();
    try {
      return await Promise.race([
        this.#ping().then(
          () => {
            this.#lastAnswerAt = performance.now();
            return true;
          },
          () => false,
        ),
        wait(this.#pingMs, done.signal).then(() => false),
      ]);
    } finally {
      done.abort();
    }
  }
}

/** Whether an error says that the database cannot be reached. */
export function isDatabaseAway(error: unknown): boolean {
  const seen = new Set<unknown>();
  let current = error;
  while (isError(current) && !seen.has(current)) {
    seen.add(current);
    const { code } = current as { code?: unknown };
    if (
      (typeof code === 'string' &&
        (AWAY_CODES.has(code) || code.startsWith('08'))) ||
      AWAY_MESSAGES.test(current.message)
    ) {
      return true;
    }
    current = current.cause;
  }
  return false;
}

/** Never settles after the signal. */
function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) {
      return;
    }
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}
