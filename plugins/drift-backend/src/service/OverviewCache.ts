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

import { TargetCondition } from '../store/DriftStore';

const MOST_ENTRIES = 100;

/**
 * Keeps an answer per condition for a few seconds, because every open dashboard
 * asks for it and counting goes over all targets.
 *
 * @remarks
 * An entry is the promise of the answer: callers at the same time share one
 * query. {@link OverviewCache.invalidate} forgets pending answers as well, so a
 * count that began before a change is not given to those who ask after it.
 */
export class OverviewCache<T> {
  readonly #maxAgeMs: number;
  readonly #now: () => Date;
  readonly #entries = new Map<string, { answer: Promise<T>; until: number }>();

  constructor(options: { maxAgeMs: number; now: () => Date }) {
    this.#maxAgeMs = options.maxAgeMs;
    this.#now = options.now;
  }

  get(
    condition: TargetCondition | undefined,
    load: () => Promise<T>,
  ): Promise<T> {
    const key = JSON.stringify(condition ?? {});
    const now = this.#now().getTime();
    const known = this.#entries.get(key);
    if (known && known.until > now) {
      return known.answer;
    }
    const entry = { answer: load(), until: now + this.#maxAgeMs };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.answer.catch(() => {
      if (this.#entries.get(key) === entry) {
        this.#entries.delete(key);
      }
    });
    if (this.#entries.size > MOST_ENTRIES) {
      const [oldest] = this.#entries.keys();
      this.#entries.delete(oldest);
    }
    return entry.answer;
  }

  invalidate(): void {
    this.#entries.clear();
  }
}
