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
import {
  OPEN_REMEDIATION_STATES,
  RemediationState,
} from '@infra-hub/backstage-plugin-drift-common';
import { KeptCredentials } from './KeptCredentials';
import {
  RemediationRecord,
  RemediationStore,
  RemediationTransition,
} from './RemediationStore';

/** A step that was made, or another change when `from` is where it is. */
export interface RemediationChange {
  record: RemediationRecord;
  /** Absent for the request itself. */
  from?: RemediationState;
  by: string;
  note?: string;
}

/**
 * What happens to remediations, told after it was stored. A listener that throws
 * or rejects is logged and changes nothing.
 */
export interface RemediationEvents {
  onStep?(change: RemediationChange): void | Promise<void>;
  /** Something else that is seen of it, such as its log. */
  onTouched?(
    record: Pick<RemediationRecord, 'id' | 'targetId'>,
  ): void | Promise<void>;
}

/** Makes steps and tells of them. */
export class RemediationSteps {
  readonly #store: RemediationStore;
  readonly #kept: KeptCredentials;
  readonly #listeners: readonly RemediationEvents[];
  readonly #logger: LoggerService;

  constructor(options: {
    store: RemediationStore;
    kept: KeptCredentials;
    listeners: readonly RemediationEvents[];
    logger: LoggerService;
  }) {
    this.#store = options.store;
    this.#kept = options.kept;
    this.#listeners = options.listeners;
    this.#logger = options.logger;
  }

  /** As {@link RemediationStore.transition}. */
  async make(
    step: Omit<RemediationTransition, 'from'> & {
      from: readonly RemediationState[];
      /** Where it was when the caller read it. */
      was: RemediationState;
    },
  ): Promise<RemediationRecord | undefined> {
    const { was, ...transition } = step;
    const record = await this.#store.transition(transition);
    if (!record) {
      return undefined;
    }
    if (!OPEN_REMEDIATION_STATES.includes(record.state)) {
      this.#kept.forget(record.id);
    }
    await this.tell({ record, from: was, by: step.by, note: step.note });
    return record;
  }

  async tell(change: RemediationChange): Promise<void> {
    await this.#each(listener => listener.onStep?.(change));
  }

  async touched(
    record: Pick<RemediationRecord, 'id' | 'targetId'>,
  ): Promise<void> {
    await this.#each(listener => listener.onTouched?.(record));
  }

  async #each(
    call: (listener: RemediationEvents) => void | Promise<void>,
  ): Promise<void> {
    await Promise.all(
      this.#listeners.map(async listener => {
        try {
          await call(listener);
        } catch (error) {
          this.#logger.warn(`A listener to remediations failed: ${error}`);
        }
      }),
    );
  }
}
