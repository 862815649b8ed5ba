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
import { RefusedRequest } from '../http/RefusedRequest';

/**
 * Lets a few uploads be read at once and some more wait. Who waits is not read,
 * so that the sender is held back by the network.
 */
export class PushLine {
  readonly #limit: ReturnType<typeof pLimit>;
  readonly #places: number;
  #taken = 0;

  constructor(options: { concurrency: number; maxWaiting: number }) {
    this.#limit = pLimit(options.concurrency);
    this.#places = options.concurrency + options.maxWaiting;
  }

  /** @throws RefusedRequest when the line is full; the work is not started then */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#taken >= this.#places) {
      throw new RefusedRequest(
        429,
        'Too many plans are waiting to be read, send this one again later',
      );
    }
    this.#taken++;
    try {
      return await this.#limit(work);
    } finally {
      this.#taken--;
    }
  }
}
