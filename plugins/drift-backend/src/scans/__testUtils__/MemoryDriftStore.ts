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

import { NotImplementedError } from '@backstage/errors';
import {
  DriftReport,
  ScanTrigger,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  DriftStore,
  DueTarget,
  ScanLease,
  StoredOutcome,
  TargetRegistration,
} from '../../store/DriftStore';

type MemoryTarget = {
  registration: TargetRegistration;
  nextScanAt: number;
  retired: boolean;
  fence: number;
};

/** A scan as the memory store keeps it. */
export type MemoryScan = {
  scanId: string;
  targetId: string;
  trigger: ScanTrigger;
  state: 'queued' | 'running' | 'completed' | 'failed';
  queuedAt: number;
  startedAt?: number;
  endedAt?: number;
  fence?: number;
  roundId?: string;
  report?: DriftReport;
  error?: string;
};

/**
 * The part of a drift store that scheduling and scanning need, for simulations
 * with a clock of their own, where a database would only cost time. Everything
 * that a database decides is tested on databases.
 */
export class MemoryDriftStore implements DriftStore {
  readonly targets = new Map<string, MemoryTarget>();
  readonly scans = new Map<string, MemoryScan>();
  readonly #active = new Map<string, MemoryScan>();
  readonly #rounds = new Map<string, { startedAt: number; total: number }>();

  async syncTargets(
    options: Parameters<DriftStore['syncTargets']>[0],
  ): ReturnType<DriftStore['syncTargets']> {
    const added: string[] = [];
    const updated: string[] = [];
    const retired: string[] = [];
    const declared = new Set(options.targets.map(({ id }) => id));
    for (const registration of options.targets) {
      const known = this.targets.get(registration.id);
      if (!known) {
        this.targets.set(registration.id, {
          registration,
          nextScanAt: registration.firstScanAt.getTime(),
          retired: false,
          fence: 0,
        });
        added.push(registration.id);
      } else if (
        known.retired ||
        withoutFirstScan(known.registration) !== withoutFirstScan(registration)
      ) {
        known.registration = registration;
        known.retired = false;
        updated.push(registration.id);
      }
    }
    for (const [id, target] of this.targets) {
      if (
        target.registration.origin === options.origin &&
        !target.retired &&
        !declared.has(id)
      ) {
        target.retired = true;
        retired.push(id);
      }
    }
    return { added, updated, retired };
  }

  async listDeclarations(options: {
    entityRefs: string[];
  }): ReturnType<DriftStore['listDeclarations']> {
    return [...this.targets.values()]
      .filter(
        ({ registration, retired }) =>
          !retired &&
          registration.entityRefs.some(ref => options.entityRefs.includes(ref)),
      )
      .map(({ registration }) => ({
        target: registration,
        origin: registration.origin,
      }));
  }

  async findDueTargets(options: {
    now: Date;
    limit: number;
  }): Promise<DueTarget[]> {
    return [...this.targets.values()]
      .filter(
        target => !target.retired && target.nextScanAt <= options.now.getTime(),
      )
      .sort((a, b) => a.nextScanAt - b.nextScanAt)
      .slice(0, options.limit)
      .map(({ registration: { id, schedule, intervalMs } }) => ({
        targetId: id,
        schedule,
        intervalMs,
      }));
  }

  async setNextScan(options: {
    entries: { targetId: string; nextScanAt: Date }[];
  }): Promise<void> {
    for (const { targetId, nextScanAt } of options.entries) {
      const target = this.targets.get(targetId);
      if (target) {
        target.nextScanAt = nextScanAt.getTime();
      }
    }
  }

  async createScans(
    options: Parameters<DriftStore['createScans']>[0],
  ): ReturnType<DriftStore['createScans']> {
    return options.targetIds.flatMap(targetId => {
      const target = this.targets.get(targetId);
      if (!target || target.retired) {
        return [];
      }
      const active = this.#active.get(targetId);
      const scan: MemoryScan = active ?? {
        scanId: `scan-${this.scans.size + 1}`,
        targetId,
        trigger: options.trigger,
        state: 'queued',
        queuedAt: options.now.getTime(),
        roundId: options.roundId,
      };
      this.scans.set(scan.scanId, scan);
      this.#active.set(targetId, scan);
      const round = this.#rounds.get(options.roundId ?? '');
      if (round) {
        round.total += 1;
      }
      return [
        {
          scanId: scan.scanId,
          targetId,
          client: target.registration.client,
          joined: active !== undefined,
        },
      ];
    });
  }

  async startScan(options: {
    scanId: string;
    workerId: string;
    now: Date;
  }): Promise<ScanLease | undefined> {
    const scan = this.scans.get(options.scanId);
    const target = scan && this.targets.get(scan.targetId);
    if (!scan || !target || scan.endedAt !== undefined) {
      return undefined;
    }
    target.fence += 1;
    scan.fence = target.fence;
    scan.state = 'running';
    scan.startedAt = options.now.getTime();
    return {
      scanId: scan.scanId,
      target: target.registration,
      trigger: scan.trigger,
      fence: target.fence,
    };
  }

  async finishScan(options: {
    lease: ScanLease;
    report: DriftReport;
    now: Date;
  }): Promise<StoredOutcome> {
    return this.#end(options.lease, options.now, scan => {
      scan.state = 'completed';
      scan.report = options.report;
    });
  }

  async failScan(options: {
    lease: ScanLease;
    error: string;
    now: Date;
  }): Promise<StoredOutcome> {
    return this.#end(options.lease, options.now, scan => {
      scan.state = 'failed';
      scan.error = options.error;
    });
  }

  async findAbandonedScans(
    options: Parameters<DriftStore['findAbandonedScans']>[0],
  ): ReturnType<DriftStore['findAbandonedScans']> {
    return [...this.#active.values()].flatMap(scan => {
      const { scanId, targetId, trigger, state } = scan;
      const lost =
        (state === 'queued' &&
          scan.queuedAt < options.queuedBefore.getTime()) ||
        (state === 'running' &&
          (scan.startedAt ?? 0) < options.startedBefore.getTime());
      return lost && (state === 'queued' || state === 'running')
        ? [
            {
              scanId,
              targetId,
              client: this.targets.get(targetId)?.registration.client,
              trigger,
              state,
            },
          ]
        : [];
    });
  }

  async createRound(options: { now: Date }): Promise<string> {
    const id = `round-${this.#rounds.size + 1}`;
    this.#rounds.set(id, { startedAt: options.now.getTime(), total: 0 });
    return id;
  }

  async getRound(options: {
    roundId: string;
  }): ReturnType<DriftStore['getRound']> {
    const round = this.#rounds.get(options.roundId);
    return (
      round && {
        id: options.roundId,
        total: round.total,
        done: 0,
        failed: 0,
        startedAt: new Date(round.startedAt).toISOString(),
      }
    );
  }

  async ping(): Promise<void> {}

  #end(
    lease: ScanLease,
    now: Date,
    change: (scan: MemoryScan) => void,
  ): StoredOutcome {
    const scan = this.scans.get(lease.scanId);
    const target = this.targets.get(lease.target.id);
    if (!scan || scan.endedAt !== undefined || target?.fence !== lease.fence) {
      return { outcome: 'refused' };
    }
    change(scan);
    scan.endedAt = now.getTime();
    this.#active.delete(scan.targetId);
    return { outcome: 'stored' };
  }

  listResults = notHere;
  listTargetIds = notHere;
  getOverview = notHere;
  getTarget = notHere;
  listFindings = notHere;
  searchFindings = notHere;
  recordPush = notHere;
  findRun = notHere;
  listScans = notHere;
  getScan = notHere;
  listEntityStatuses = notHere;
  deleteOld = notHere;
}

async function notHere(): Promise<never> {
  throw new NotImplementedError('The memory store only serves simulations');
}

function withoutFirstScan(registration: TargetRegistration): string {
  return JSON.stringify({ ...registration, firstScanAt: undefined });
}
