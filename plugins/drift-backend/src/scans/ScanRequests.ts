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

import { NotFoundError } from '@backstage/errors';
import {
  ScanRequestResult,
  ScanRound,
  ScanTrigger,
} from '@infra-hub/backstage-plugin-drift-common';
import { ScanQueue } from '../queue/ScanQueue';
import { DriftStore } from '../store/DriftStore';
import { ScanEventEmitter } from './ScanEvents';

/** @internal */
export interface ScanRequestsOptions {
  store: DriftStore;
  queue: ScanQueue;
  events?: ScanEventEmitter;
  now?: () => Date;
}

/** Asks for scans now. A target with a scan under way gets that one. */
export class ScanRequests {
  readonly #options: ScanRequestsOptions;
  readonly #now: () => Date;

  static create(options: ScanRequestsOptions): ScanRequests {
    return new ScanRequests(options);
  }

  private constructor(options: ScanRequestsOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
  }

  /**
   * @throws NotFoundError when the target is unknown or retired.
   */
  async requestScan(options: {
    targetId: string;
    trigger?: Exclude<ScanTrigger, 'schedule'>;
    requestedBy?: string;
  }): Promise<ScanRequestResult> {
    const { targetId, trigger = 'manual', requestedBy } = options;
    const { store, queue, events } = this.#options;
    const [scan] = await store.createScans({
      targetIds: [targetId],
      trigger,
      requestedBy,
      now: this.#now(),
    });
    if (!scan) {
      throw new NotFoundError(`No target '${targetId}'`);
    }
    const { scanId, client, joined } = scan;
    // Also one that waits already: now somebody is waiting for it.
    await queue.enqueue([{ scanId, targetId, client, trigger }]);
    if (!joined) {
      await events?.onQueued?.([{ scanId, targetId, client, trigger }]);
    }
    return { scanId, targetId, joined };
  }

  /** Asks for one scan of each target and returns the round to follow them by. */
  async requestScanAll(options: {
    targetIds: string[];
    requestedBy?: string;
  }): Promise<ScanRound> {
    const { targetIds, requestedBy } = options;
    const { store, queue, events } = this.#options;
    const roundId = await store.createRound({ requestedBy, now: this.#now() });
    const scans = await store.createScans({
      targetIds,
      trigger: 'manual',
      requestedBy,
      roundId,
      now: this.#now(),
    });
    const jobs = scans
      .filter(scan => !scan.joined)
      .map(({ scanId, targetId, client }) => ({
        scanId,
        targetId,
        client,
        trigger: 'manual' as const,
        bulk: true as const,
        roundId,
      }));
    await queue.enqueue(jobs);
    await events?.onQueued?.(jobs);

    const round = await store.getRound({ roundId });
    if (!round) {
      throw new NotFoundError(`No scan round '${roundId}'`);
    }
    return round;
  }
}
