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
  /** One of many that were asked for at once; goes after those that were asked for alone. */
  bulk?: true;
  /** The round that the scan belongs to, for those who follow its progress. */
  roundId?: string;
}

/**
 * Works on one scan. `attempt` is 1 at first and grows with every further
 * attempt, whether the one before threw or died with its process.
 */
export type ScanHandler = (
  job: ScanJob,
  signal: AbortSignal,
  attempt: number,
) => Promise<void>;

/**
 * Hands scans to workers, at least once each; the fence of the store makes the
 * result happen once.
 */
export interface ScanQueue {
  /**
   * Idempotent per scanId as long as the scan waits or runs. Manual scans go
   * before scheduled ones; enqueueing a waiting scan again with a more urgent
   * trigger moves it forward.
   */
  enqueue(jobs: ScanJob[]): Promise<void>;
  /**
   * Starts working: at most `concurrency` handlers at once on this replica, and
   * at most `concurrencyPerClient` of them for one client. The signal is aborted
   * on stop and when the job was lost to another worker. A handler that throws
   * is retried with back-off.
   */
  start(handler: ScanHandler): Promise<void>;
  /** Takes no more jobs, aborts the running ones and waits for them. */
  stop(): Promise<void>;
}

/** The priority of a scan that one person waits for. */
export const URGENT_PRIORITY = 30;

/**
 * How urgent a scan is; the higher goes first. What one person waits for comes
 * before what a pipeline waits for, before what was asked for in bulk, before
 * what nobody waits for.
 */
export function scanPriority(job: ScanJob): number {
  switch (job.trigger) {
    case 'manual':
    case 'verify':
      return job.bulk ? 10 : URGENT_PRIORITY;
    case 'ci':
      return 20;
    default:
      return 0;
  }
}
