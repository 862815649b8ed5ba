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
import { DriftCleaner } from '../retention/DriftCleaner';
import { TargetRegistry } from '../targets/TargetRegistry';
import { ScanScheduler } from './ScanScheduler';

/**
 * Registers what has to happen again and again with the scheduler of Backstage;
 * each of it on one replica at a time.
 */
export async function scheduleScanTasks(options: {
  scheduler: SchedulerService;
  registry: Pick<TargetRegistry, 'sync'>;
  scanScheduler: Pick<ScanScheduler, 'tick'>;
  cleaner: Pick<DriftCleaner, 'schedule'>;
  logger: LoggerService;
  /** How often due targets are looked for. Default every minute. */
  tickIntervalMs?: number;
  /** How often the catalog is asked for targets. Default every minute. */
  refreshIntervalMs?: number;
}): Promise<void> {
  const { scheduler, registry, scanScheduler, cleaner, logger } = options;

  await scheduler.scheduleTask({
    id: 'drift-refresh-targets',
    frequency: { milliseconds: options.refreshIntervalMs ?? 60_000 },
    timeout: { minutes: 10 },
    initialDelay: { seconds: 3 },
    scope: 'global',
    fn: async signal => {
      const changes = await registry.sync();
      if (changes.added.length > 0) {
        await scanScheduler.tick(signal);
      }
    },
  });

  await scheduler.scheduleTask({
    id: 'drift-queue-due-scans',
    frequency: { milliseconds: options.tickIntervalMs ?? 60_000 },
    // As long as this a replica that is killed in a tick holds up the others;
    // two ticks at once do no harm.
    timeout: { minutes: 2 },
    initialDelay: { seconds: 2 },
    scope: 'global',
    fn: async signal => {
      const { queued, joined, recovered } = await scanScheduler.tick(signal);
      if (queued + joined + recovered > 0) {
        logger.debug(
          `Queued ${queued} scans; ${joined} targets were due while a scan was under way; ${recovered} scans were offered again`,
        );
      }
    },
  });

  await cleaner.schedule(scheduler);
}
