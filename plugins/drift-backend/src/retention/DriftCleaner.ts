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

import { LoggerService, SchedulerService } from '@backstage/backend-plugin-api';
import { ForwardedError } from '@backstage/errors';
import { AnalysisStore } from '../explain';
import { RemediationStore } from '../remediation/RemediationStore';
import { DriftStore } from '../store/DriftStore';

const ANALYSIS_DAYS = 30;
const DAY_MS = 24 * 3600 * 1000;

/** @internal */
export interface DriftCleanerOptions {
  store: DriftStore;
  /** What a model wrote; kept for 30 days after it was last needed. */
  analyses?: Pick<AnalysisStore, 'deleteOld'>;
  /** What was done about drift; kept as long as resolved findings after it ended. */
  remediations?: Pick<RemediationStore, 'deleteEnded'>;
  logger: LoggerService;
  /** Days that ended scans and daily figures are kept. Default 90. */
  scanDays?: number;
  /** Days that resolved findings are kept. Default 365. */
  findingDays?: number;
  now?: () => Date;
}

/** Deletes history that is older than the configuration says. Never what is current. */
export class DriftCleaner {
  readonly #options: DriftCleanerOptions;
  readonly #now: () => Date;

  static create(options: DriftCleanerOptions): DriftCleaner {
    return new DriftCleaner(options);
  }

  private constructor(options: DriftCleanerOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
  }

  /** Cleans every six hours, on one replica. */
  async schedule(scheduler: SchedulerService): Promise<void> {
    await scheduler.scheduleTask({
      id: 'drift-clean-history',
      frequency: { hours: 6 },
      timeout: { hours: 1 },
      initialDelay: { minutes: 5 },
      scope: 'global',
      fn: async () => {
        await this.clean();
      },
    });
  }

  async clean(): Promise<{ scans: number; findings: number }> {
    const {
      store,
      analyses,
      remediations,
      logger,
      scanDays = 90,
      findingDays = 365,
    } = this.#options;
    const now = this.#now();
    try {
      const deleted = await store.deleteOld({
        scansBefore: new Date(now.getTime() - scanDays * DAY_MS),
        findingsBefore: new Date(now.getTime() - findingDays * DAY_MS),
        now,
      });
      await analyses?.deleteOld({
        usedBefore: new Date(now.getTime() - ANALYSIS_DAYS * DAY_MS),
      });
      const ended = await remediations?.deleteEnded({
        endedBefore: new Date(now.getTime() - findingDays * DAY_MS),
      });
      if (ended) {
        logger.info(`Deleted ${ended} remediations that ended long ago`);
      }
      if (deleted.scans + deleted.findings > 0) {
        logger.info(
          `Deleted ${deleted.scans} scans and ${deleted.findings} findings that were older than configured`,
        );
      }
      return deleted;
    } catch (error) {
      throw new ForwardedError('Could not delete old drift history', error);
    }
  }
}
