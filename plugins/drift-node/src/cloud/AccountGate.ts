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

import pLimit from 'p-limit';
import { CloudAccount, CloudProvider } from './CloudProvider';
import { orAborted } from './orAborted';

const SECOND_MS = 1000;

/** The source and the remediator of a module have the same provider. */
const GATES = new WeakMap<CloudProvider, Map<string, AccountGate>>();

/**
 * Keeps the requests to one account within its limits, in the order in which they
 * were asked for. All scans and remediations of this process go through the same
 * gate.
 */
export class AccountGate {
  static create(
    limits: Pick<CloudAccount, 'concurrency' | 'requestsPerSecond'>,
  ): AccountGate {
    return new AccountGate(limits);
  }

  /** The gate of an account of this provider, always the same one. */
  static of(provider: CloudProvider, account: CloudAccount): AccountGate {
    const known = GATES.get(provider) ?? new Map<string, AccountGate>();
    GATES.set(provider, known);
    const gate = known.get(account.name) ?? AccountGate.create(account);
    known.set(account.name, gate);
    return gate;
  }

  readonly #limit: ReturnType<typeof pLimit>;
  /** So many requests may begin within so many milliseconds. */
  readonly #perWindow: number;
  readonly #windowMs: number;
  /** When the last requests began, oldest first. */
  readonly #begun: number[] = [];
  readonly #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  private constructor({
    concurrency,
    requestsPerSecond,
  }: Pick<CloudAccount, 'concurrency' | 'requestsPerSecond'>) {
    this.#limit = pLimit(concurrency);
    this.#perWindow = Math.max(1, Math.floor(requestsPerSecond));
    this.#windowMs = (SECOND_MS * this.#perWindow) / requestsPerSecond;
  }

  /**
   * Does the work as soon as fewer than `concurrency` others are under way. Ends
   * at once when the signal is aborted, and makes room for the next one.
   */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return await orAborted(
      signal,
      this.#limit(async () => {
        signal.throwIfAborted();
        return await orAborted(signal, work());
      }),
    );
  }

  /** The same for work that must not be left alone once it has begun. */
  async runToEnd<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    let begun = () => {};
    const beginning = new Promise<void>(resolve => {
      begun = resolve;
    });
    const end = this.#limit(async () => {
      signal.throwIfAborted();
      begun();
      return await work();
    });
    await orAborted(signal, Promise.race([beginning, end]));
    return await end;
  }

  /** Waits until one more request may begin. */
  async turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    let leave = () => {};
    try {
      await new Promise<void>((resolve, reject) => {
        leave = () => {
          const place = this.#waiting.indexOf(resolve);
          if (place !== -1) {
            this.#waiting.splice(place, 1);
            reject(signal.reason);
            this.#serve();
          }
        };
        signal.addEventListener('abort', leave, { once: true });
        this.#waiting.push(resolve);
        this.#serve();
      });
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  #serve(): void {
    clearTimeout(this.#timer);
    while (this.#waiting.length > 0) {
      const now = performance.now();
      const wait = this.#mustWaitMs(now);
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#serve(), Math.ceil(wait));
        return;
      }
      this.#begun.push(now);
      this.#begun.splice(0, this.#begun.length - this.#perWindow);
      this.#waiting.shift()?.();
    }
  }

  #mustWaitMs(now: number): number {
    return this.#begun.length < this.#perWindow
      ? 0
      : this.#begun[0] + this.#windowMs - now;
  }
}
