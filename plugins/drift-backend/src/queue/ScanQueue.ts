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

import { ScanTrigger } from '@infra-hub/backstage-plugin-drift-common';

/** One scan to be worked on. */
export interface ScanJob {
  scanId: string;
  targetId: string;
  client?: string;
  trigger: ScanTrigger;
}

/**
 * Hands scans to workers, at least once each; the fence of the store makes the
 * result happen once.
 */
export interface ScanQueue {
  /** Idempotent per scanId. Manual scans go before scheduled ones. */
  enqueue(jobs: ScanJob[]): Promise<void>;
  /**
   * Starts working: at most `concurrency` handlers at once on this replica, at
   * most `concurrencyPerClient` for one client. The signal is aborted on stop
   * and when the job was lost to another worker. A handler that throws is
   * retried with back-off, three times in all.
   */
  start(
    handler: (job: ScanJob, signal: AbortSignal) => Promise<void>,
  ): Promise<void>;
  /** Takes no more jobs, aborts the running ones and waits for them. */
  stop(): Promise<void>;
}
