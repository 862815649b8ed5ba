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

import { ResultsQuery } from '@infra-hub/backstage-plugin-drift-common';
import { TargetCondition } from '../../DriftStore';
import { ResultCounts } from './countResults';

const MOST_ENTRIES = 500;

/**
 * Keeps counts as long as nothing has changed that they depend on, on whatever
 * replica, because counting goes over all targets and a page does not.
 */
export class CountCache {
  readonly #entries = new Map<
    string,
    { revision: number; counts: Promise<ResultCounts> }
  >();

  /**
   * @param options - `revision` must have been read before `count` is called
   */
  get(options: {
    query: ResultsQuery;
    condition: TargetCondition | undefined;
    revision: number;
    count: () => Promise<ResultCounts>;
  }): Promise<ResultCounts> {
    const { query, condition, revision, count } = options;
    if (query.stale) {
      // Targets become stale by the clock, which no revision notes
      return count();
    }
    const { limit, offset, orderBy, order, ...filters } = query;
    const key = JSON.stringify([filters, condition]);
    const known = this.#entries.get(key);
    this.#entries.delete(key);
    const entry =
      known?.revision === revision ? known : { revision, counts: count() };
    this.#entries.set(key, entry);
    entry.counts.catch(() => {
      if (this.#entries.get(key) === entry) {
        this.#entries.delete(key);
      }
    });
    if (this.#entries.size > MOST_ENTRIES) {
      const [oldest] = this.#entries.keys();
      this.#entries.delete(oldest);
    }
    return entry.counts;
  }
}
