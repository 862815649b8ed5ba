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

import { CloudAccount } from '@infra-hub/backstage-plugin-drift-node';
import { setTimeout as sleep } from 'node:timers/promises';

/** Cloud Logging lets itself be asked once a second per project. */
const MOST_PER_SECOND = 1;

/** Lets questions to the log of one project begin one after the other. */
export class Pacer {
  readonly #pauseMs: number;
  #next = Promise.resolve();

  static create({
    requestsPerSecond,
  }: Pick<CloudAccount, 'requestsPerSecond'>): Pacer {
    return new Pacer(1000 / Math.min(requestsPerSecond, MOST_PER_SECOND));
  }

  private constructor(pauseMs: number) {
    this.#pauseMs = pauseMs;
  }

  /** @throws The reason of the signal */
  async turn(signal: AbortSignal): Promise<void> {
    const mine = this.#next;
    let pass = () => {};
    this.#next = new Promise(resolve => {
      pass = resolve;
    });
    await mine;
    if (signal.aborted) {
      pass();
      throw signal.reason;
    }
    // Whoever comes next waits, this one does not
    void sleep(this.#pauseMs, undefined, { ref: false }).then(pass);
  }
}
