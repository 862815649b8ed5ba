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

import { setImmediate } from 'node:timers/promises';

/** Others wait for so long at most, in milliseconds, or as long as one step takes. */
const LONGEST_PIECE_MS = 25;

/**
 * Lets others have the event loop during long work: requests, heartbeats, and the
 * scans of other targets.
 */
export class Pauses {
  readonly #signal: AbortSignal | undefined;
  #since = performance.now();

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /** Does one step for each item, with pauses between them. */
  async map<T, R>(items: Iterable<T>, step: (item: T) => R): Promise<R[]> {
    const results: R[] = [];
    for (const item of items) {
      if (performance.now() - this.#since > LONGEST_PIECE_MS) {
        await setImmediate();
        this.#signal?.throwIfAborted();
        this.#since = performance.now();
      }
      results.push(step(item));
    }
    return results;
  }
}
