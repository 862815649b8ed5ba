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

import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { WriteRefused } from '@infra-hub/backstage-plugin-drift-node';
import { setTimeout as sleep } from 'node:timers/promises';

const PAUSES_MS: readonly number[] = [200, 500, 1_000, 2_000];

/** Why nothing more may be written, and how a remediation ends that wrote nothing. */
export interface WriteRefusal {
  to: 'cancelled' | 'rejected' | 'dry-run';
  /** Whole sentences for people. */
  reason: string;
}

/**
 * Asks, while a remediation is applied, whether it may still be written.
 *
 * @remarks
 * Between the start and the first write lies a fresh look, which may take half an
 * hour. What is refused once stays refused, so that a switch that is turned off
 * again does not have the rest done.
 */
export class WriteGuard {
  readonly #ask: (options: {
    first: boolean;
  }) => Promise<WriteRefusal | undefined>;
  readonly #signal: AbortSignal;
  readonly #logger: LoggerService;
  readonly #pausesMs: readonly number[];
  #refusal: WriteRefusal | undefined;
  #passed = false;

  /**
   * @param options.ask - Looks how things stand; `first` as long as nothing was
   *   allowed before
   * @param options.pausesMs - Before it is asked again where asking failed
   */
  constructor(options: {
    ask: (options: { first: boolean }) => Promise<WriteRefusal | undefined>;
    signal: AbortSignal;
    logger: LoggerService;
    pausesMs?: readonly number[];
  }) {
    this.#ask = options.ask;
    this.#signal = options.signal;
    this.#logger = options.logger;
    this.#pausesMs = options.pausesMs ?? PAUSES_MS;
  }

  /** The refusal that there was, if any. */
  get refusal(): WriteRefusal | undefined {
    return this.#refusal;
  }

  /** Whether something may have been written. */
  get passed(): boolean {
    return this.#passed;
  }

  /** As `RemediationContext.mayWrite`. */
  async check(): Promise<void> {
    const found = this.#refusal ?? (await this.#look());
    // Objects of several accounts ask side by side
    this.#refusal ??= found;
    if (this.#refusal) {
      throw new WriteRefused(this.#refusal.reason);
    }
    this.#signal.throwIfAborted();
    this.#passed = true;
  }

  /** Who cannot be asked has not allowed it. */
  async #look(): Promise<WriteRefusal | undefined> {
    for (let attempt = 0; ; attempt++) {
      this.#signal.throwIfAborted();
      try {
        return await this.#ask({ first: !this.#passed });
      } catch (error) {
        this.#logger.warn(
          'Could not ask whether a remediation may still be written',
          toError(error),
        );
        if (attempt === this.#pausesMs.length) {
          return {
            to: 'cancelled',
            reason:
              'It could not be asked whether it may still be done; the log of the backend says more.',
          };
        }
        await sleep(this.#pausesMs[attempt], undefined, {
          signal: this.#signal,
        });
      }
    }
  }
}
