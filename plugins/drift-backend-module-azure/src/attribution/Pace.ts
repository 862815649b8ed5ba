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

import { setTimeout as sleep } from 'node:timers/promises';

const SECOND_MS = 1000;

/** Keeps requests to one account apart. */
export class Pace {
  readonly #apartMs: number;
  #next = 0;

  constructor(requestsPerSecond: number) {
    this.#apartMs = SECOND_MS / requestsPerSecond;
  }

  /** Waits until one more request may begin. */
  async turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const now = performance.now();
    const at = Math.max(now, this.#next);
    this.#next = at + this.#apartMs;
    if (at > now) {
      await sleep(at - now, undefined, { signal });
    }
  }
}
