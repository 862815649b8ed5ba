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

const DAY_MS = 24 * 60 * 60 * 1000;

/** Tokens that this process may still use today (UTC). */
export class TokenBudget {
  readonly #perDay: number;
  readonly #now: () => Date;
  #day = -1;
  #used = 0;

  static create(options: { perDay: number; now: () => Date }): TokenBudget {
    return new TokenBudget(options.perDay, options.now);
  }

  private constructor(perDay: number, now: () => Date) {
    this.#perDay = perDay;
    this.#now = now;
  }

  /** Milliseconds until there is a new budget. */
  get renewedInMs(): number {
    return DAY_MS - (this.#now().getTime() % DAY_MS);
  }

  /**
   * Sets tokens aside before a call, so that calls at the same time do not spend
   * them twice. Undefined when there are not enough left.
   */
  reserve(tokens: number): { settle(used: number): void } | undefined {
    const today = Math.floor(this.#now().getTime() / DAY_MS);
    if (today !== this.#day) {
      this.#day = today;
      this.#used = 0;
    }
    if (this.#used + tokens > this.#perDay) {
      return undefined;
    }
    this.#used += tokens;
    return {
      settle: used => {
        if (this.#day === today) {
          this.#used += used - tokens;
        }
      },
    };
  }
}
