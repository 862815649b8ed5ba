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
  DriftReport,
  ScanTrigger,
} from '@infra-hub/backstage-plugin-drift-common';
import { StoredOutcome } from '../store/DriftStore';

/** A scan as events tell of it. */
export interface ScanReference {
  scanId: string;
  targetId: string;
  client?: string;
  trigger: ScanTrigger;
  roundId?: string;
}

/** How a scan ended. */
export interface ScanOutcome extends ScanReference {
  /** Id of the source that scanned. */
  source: string;
  /**
   * `completed` has a report; `failed` could not run; `superseded` came too late
   * and was not stored.
   */
  kind: 'completed' | 'failed' | 'superseded';
  report?: DriftReport;
  /** Why it failed: one sentence without secrets. */
  error?: string;
  stored: StoredOutcome;
  durationMs: number;
}

/** What judging the findings of a target again changed. */
export interface RejudgedOutcome {
  targetId: string;
  client?: string;
  source: string;
  /** The last scan of the target with a verdict. */
  scanId?: string;
  stored: StoredOutcome;
}

/**
 * What happens around scans, told after it was stored. A listener that throws or
 * rejects is logged and changes nothing.
 */
export interface ScanEvents {
  onQueued?(scans: ScanReference[]): void | Promise<void>;
  onStarted?(scan: ScanReference & { source: string }): void | Promise<void>;
  onFinished?(outcome: ScanOutcome): void | Promise<void>;
  /** Rules or acknowledgements changed what is stored, without a scan. */
  onRejudged?(outcome: RejudgedOutcome): void | Promise<void>;
  onTargetsChanged?(change: {
    added: string[];
    updated: string[];
    retired: string[];
  }): void | Promise<void>;
}

/** Tells several listeners, each on its own. */
export class ScanEventEmitter implements Required<ScanEvents> {
  readonly #listeners: ScanEvents[];
  readonly #logger: LoggerService;

  static create(options: {
    listeners: ScanEvents[];
    logger: LoggerService;
  }): ScanEventEmitter {
    return new ScanEventEmitter(options.listeners, options.logger);
  }

  private constructor(listeners: ScanEvents[], logger: LoggerService) {
    this.#listeners = listeners;
    this.#logger = logger;
  }

  async onQueued(scans: ScanReference[]): Promise<void> {
    if (scans.length > 0) {
      await this.#tell('onQueued', listener => listener.onQueued?.(scans));
    }
  }

  async onStarted(scan: ScanReference & { source: string }): Promise<void> {
    await this.#tell('onStarted', listener => listener.onStarted?.(scan));
  }

  async onFinished(outcome: ScanOutcome): Promise<void> {
    await this.#tell('onFinished', listener => listener.onFinished?.(outcome));
  }

  async onRejudged(outcome: RejudgedOutcome): Promise<void> {
    await this.#tell('onRejudged', listener => listener.onRejudged?.(outcome));
  }

  async onTargetsChanged(change: {
    added: string[];
    updated: string[];
    retired: string[];
  }): Promise<void> {
    await this.#tell('onTargetsChanged', listener =>
      listener.onTargetsChanged?.(change),
    );
  }

  async #tell(
    event: string,
    call: (listener: ScanEvents) => void | Promise<void>,
  ) {
    await Promise.all(
      this.#listeners.map(async listener => {
        try {
          await call(listener);
        } catch (error) {
          this.#logger.warn(`A listener to ${event} of scans failed: ${error}`);
        }
      }),
    );
  }
}
