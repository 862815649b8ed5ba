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

import { RemediationEvents } from './RemediationSteps';
import { RemediationRecord } from './RemediationStore';

const INTERVAL_MS = 1_000;

type Reference = Pick<RemediationRecord, 'id' | 'targetId'>;

/** Tells open pages that a remediation changed, at most once a second each. */
export class RemediationSignals implements RemediationEvents {
  readonly #publish: (ids: {
    targetId: string;
    remediationId: string;
  }) => Promise<void>;
  /** Those that were told of a moment ago, and whether there is more to tell. */
  readonly #quiet = new Map<string, { more: boolean }>();

  constructor(
    publish: (ids: {
      targetId: string;
      remediationId: string;
    }) => Promise<void>,
  ) {
    this.#publish = publish;
  }

  onStep({ record }: { record: Reference }): void {
    this.#tell(record);
  }

  onTouched(record: Reference): void {
    this.#tell(record);
  }

  #tell(record: Reference): void {
    const quiet = this.#quiet.get(record.id);
    if (quiet) {
      quiet.more = true;
      return;
    }
    const state = { more: false };
    this.#quiet.set(record.id, state);
    this.#publish({ targetId: record.targetId, remediationId: record.id });
    const timer = setTimeout(() => {
      this.#quiet.delete(record.id);
      if (state.more) {
        this.#tell(record);
      }
    }, INTERVAL_MS);
    timer.unref();
  }
}
