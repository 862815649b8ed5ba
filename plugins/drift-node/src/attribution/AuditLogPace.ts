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

import { AccountGate } from '../cloud/AccountGate';

/**
 * Keeps the questions to each audit log within what its provider allows, in the
 * order in which they come.
 *
 * @public
 */
export class AuditLogPace {
  readonly #gates = new Map<string, AccountGate>();

  static create(): AuditLogPace {
    return new AuditLogPace();
  }

  private constructor() {}

  /**
   * Waits until one more question may begin.
   *
   * @param log - `key`: which log, e.g. the id of an account; its first question says
   *   how often it is asked.
   *
   * @throws The reason of the signal
   */
  async turn(
    log: { key: string; requestsPerSecond: number },
    signal: AbortSignal,
  ): Promise<void> {
    const { key, requestsPerSecond } = log;
    const gate =
      this.#gates.get(key) ??
      AccountGate.create({ concurrency: 1, requestsPerSecond });
    this.#gates.set(key, gate);
    await gate.turn(signal);
  }
}
