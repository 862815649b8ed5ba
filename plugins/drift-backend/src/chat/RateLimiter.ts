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

/** Lets each caller do something so often in a time, on this replica. */
export class RateLimiter {
  readonly #most: number;
  readonly #windowMs: number;
  readonly #now: () => Date;
  /** Times of what was done, oldest first. */
  readonly #done = new Map<string, number[]>();

  static create(options: {
    most: number;
    windowMs: number;
    now?: () => Date;
  }): RateLimiter {
    return new RateLimiter(options);
  }

  private constructor(options: {
    most: number;
    windowMs: number;
    now?: () => Date;
  }) {
    this.#most = options.most;
    this.#windowMs = options.windowMs;
    this.#now = options.now ?? (() => new Date());
  }

  /** @returns milliseconds to wait; 0 when it may be done now, which then counts */
  take(caller: string): number {
    const now = this.#now().getTime();
    const recent = (this.#done.get(caller) ?? []).filter(
      time => time > now - this.#windowMs,
    );
    if (recent.length >= this.#most) {
      return recent[0] + this.#windowMs - now;
    }
    this.#done.delete(caller);
    this.#done.set(caller, [...recent, now]);
    this.#forgetIdle(now);
    return 0;
  }

  /** The map is in the order of last use. */
  #forgetIdle(now: number): void {
    for (const [caller, times] of this.#done) {
      if ((times.at(-1) ?? 0) > now - this.#windowMs) {
        return;
      }
      this.#done.delete(caller);
    }
  }
}
