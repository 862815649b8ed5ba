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

import { setTimeout } from 'node:timers/promises';
import { CloudError } from './CloudError';

/**
 * Trouble that a test asks for.
 *
 * @public
 */
export interface FaultOptions {
  /** Milliseconds that every answer of the API is held back. */
  latencyMs?: number;
  /** Answers of the API that fail. */
  fail?: {
    /** E.g. 500 or 503. */
    status: number;
    /** How many answers; all when left out. */
    times?: number;
    /** Only requests whose `METHOD /path` matches. */
    match?: RegExp;
  };
}

/**
 * Holds back and fails answers of the API. Pages of the portal are left alone.
 *
 * @public
 */
export class Faults {
  #options: FaultOptions;
  #failed = 0;

  static create(options: FaultOptions = {}): Faults {
    return new Faults(options);
  }

  private constructor(options: FaultOptions) {
    this.#options = options;
  }

  /** Replaces all trouble; an empty object ends it. */
  set(options: FaultOptions): void {
    this.#options = options;
    this.#failed = 0;
  }

  async apply(request: string, signal: AbortSignal): Promise<void> {
    const { latencyMs = 0, fail } = this.#options;
    if (latencyMs > 0) {
      await waitFor(latencyMs, signal);
    }
    if (!fail || (fail.match && !fail.match.test(request))) {
      return;
    }
    if (fail.times === undefined || this.#failed < fail.times) {
      this.#failed += 1;
      throw new CloudError(
        fail.status,
        'Injected',
        'The sandbox cloud was told to fail this request',
      );
    }
  }
}

async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) {
      throw error;
    }
  }
}
