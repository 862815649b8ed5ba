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

import { toError } from '@backstage/errors';
import {
  RemainingDrift,
  RemediationOutcome,
  RemediationState,
  ScanSummary,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import { listOf } from '../policy/listOf';
import { ScanRequests } from '../scans/ScanRequests';
import { DriftStore } from '../store/DriftStore';
import { announcedOf, describeRemaining } from './announced';
import { isAlarming } from './annotateChanges';
import { RemediationConfig } from './readRemediationConfig';
import { RemediationSteps } from './RemediationSteps';
import {
  RemediationRecord,
  RemediationStore,
  RemediationTarget,
} from './RemediationStore';

const ITSELF = 'drift';
const MAX_FINDINGS = 10_000;
const MAX_SCANS = 3;
const POLL_MS = 5_000;
const PUSH_POLL_MS = 60_000;
const REPEAT_MS = 10_000;
const RECENT_SCANS = 20;

/**
 * Lets a scan decide whether a remediation did what it should.
 *
 * @remarks
 * Only a scan counts that began to look after applying had ended: one that this
 * asked for, or one that still waited for its turn then. Of a target that only its
 * pipeline observes, it is the next push.
 */
export class Verification {
  readonly #options: {
    store: RemediationStore;
    driftStore: Pick<DriftStore, 'getScan' | 'listScans' | 'listFindings'>;
    requests: Pick<ScanRequests, 'requestScan'>;
    steps: RemediationSteps;
    config: RemediationConfig;
    now: () => Date;
  };

  constructor(options: {
    store: RemediationStore;
    driftStore: Pick<DriftStore, 'getScan' | 'listScans' | 'listFindings'>;
    requests: Pick<ScanRequests, 'requestScan'>;
    steps: RemediationSteps;
    config: RemediationConfig;
    now: () => Date;
  }) {
    this.#options = options;
  }

  /** Does what there is to do now for one that is being verified. */
  async look(record: RemediationRecord): Promise<void> {
    const target = await this.#options.store.getTarget(record.targetId);
    if (!target || target.retired) {
      await this.#unverified(record, 'the target is no longer declared');
      return;
    }
    const scan = await this.#findScan(record, target);
    if (scan?.finishedAt) {
      await this.#judge(record, scan);
    } else if (this.#isTooLate(record)) {
      await this.#unverified(
        record,
        target.pushed
          ? 'its pipeline did not run in time'
          : 'no scan of it ended in time',
      );
    } else if (!scan && !target.pushed) {
      await this.#ask(record);
    } else {
      await this.#wait(record, target.pushed ? PUSH_POLL_MS : POLL_MS, {
        message: target.pushed
          ? 'The next run of its pipeline shows whether the drift is gone.'
          : undefined,
      });
    }
  }

  async #findScan(
    record: RemediationRecord,
    target: RemediationTarget,
  ): Promise<ScanSummary | undefined> {
    const { driftStore } = this.#options;
    if (!target.pushed) {
      return record.verifyScanId === undefined
        ? undefined
        : driftStore.getScan({ scanId: record.verifyScanId });
    }
    const { appliedAt } = record;
    const { items } = await driftStore.listScans({
      targetId: target.id,
      limit: RECENT_SCANS,
      offset: 0,
    });
    return items.find(
      scan =>
        scan.state === 'completed' &&
        // Nobody can have it repeated; the next run may tell more
        scan.status !== 'error' &&
        appliedAt !== undefined &&
        new Date(scan.startedAt ?? scan.queuedAt) > appliedAt,
    );
  }

  /** Asks for a scan. One that looks already has begun too early. */
  async #ask(record: RemediationRecord): Promise<void> {
    const { requests, driftStore } = this.#options;
    let asked: Awaited<ReturnType<ScanRequests['requestScan']>>;
    try {
      asked = await requests.requestScan({
        targetId: record.targetId,
        trigger: 'verify',
        requestedBy: ITSELF,
      });
    } catch (error) {
      if (toError(error).name !== 'NotFoundError') {
        throw error;
      }
      await this.#unverified(record, 'the target is no longer scanned');
      return;
    }
    const { scanId, joined } = asked;
    const counts =
      !joined || (await driftStore.getScan({ scanId }))?.state === 'queued';
    await this.#wait(record, POLL_MS, {
      verifyScanId: counts ? scanId : undefined,
    });
  }

  async #judge(record: RemediationRecord, scan: ScanSummary): Promise<void> {
    if (
      scan.state !== 'completed' ||
      scan.status === undefined ||
      scan.status === 'error'
    ) {
      await this.#repeat(
        record,
        scan.error ??
          (scan.state === 'superseded'
            ? 'a newer scan took its place'
            : 'the scan gave no verdict'),
      );
      return;
    }
    const { left, unseen, remaining } = await this.#stillDifferent(
      record,
      scan,
    );
    const isLeft = left.length + unseen.length > 0;
    const kind = record.outcome?.kind ?? 'unknown';
    // What is said to stay is the exception, and the message tells it
    const found =
      remaining.length === 0
        ? 'the drift is gone'
        : 'what was approved is done';
    const outcome =
      record.outcome && remaining.length > 0
        ? { ...record.outcome, remaining }
        : undefined;
    if (kind === 'partial') {
      await this.#end(record, scan, {
        to: 'failed',
        message: `Only a part was applied: ${record.outcome?.message} ${
          isLeft
            ? `Now ${describe(left, unseen)}.`
            : `A scan found ${
                remaining.length === 0
                  ? 'none of the drift any more.'
                  : `nothing else of it. ${describeRemaining(remaining)}`
              }`
        }`,
        outcome,
      });
    } else if (isLeft) {
      await this.#end(record, scan, {
        to: 'failed',
        message:
          kind === 'unknown'
            ? `It is not known how far applying went, and ${describe(
                left,
                unseen,
              )}.`
            : `It was applied, but ${describe(left, unseen)}.`,
        outcome,
      });
    } else {
      await this.#end(record, scan, {
        to: 'succeeded',
        message: `${
          kind === 'unknown'
            ? 'It is not known how applying ended, but'
            : 'It was applied, and'
        } a scan found that ${found}. ${describeRemaining(remaining)}`.trim(),
        outcome,
      });
    }
  }

  /**
   * Approved addresses that the scan still saw differ, and those of which it could
   * not see whether they do, but for what was said to stay.
   */
  async #stillDifferent(
    record: RemediationRecord,
    scan: ScanSummary,
  ): Promise<{
    left: string[];
    unseen: string[];
    remaining: RemainingDrift[];
  }> {
    const { preview } = record;
    const changes = preview?.changes ?? [];
    const drift = changes.filter(({ origin }) => origin === 'drift');
    const addresses = new Set(
      (drift.length > 0 ? drift : changes).map(({ address }) => address),
    );
    // Drift that was muted meanwhile is there all the same
    const fingerprints = new Set(
      drift.flatMap(({ fingerprint }) => fingerprint ?? []),
    );
    const { items } = await this.#options.driftStore.listFindings({
      targetId: record.targetId,
      scanId: scan.id,
      limit: MAX_FINDINGS,
      offset: 0,
    });
    const left = new Set<string>();
    const unseen = new Set<string>();
    const remaining: RemainingDrift[] = [];
    for (const finding of items) {
      const announced = announcedOf(finding, preview);
      if (announced && isAlarming(finding)) {
        remaining.push(...announced);
      } else if (
        addresses.has(finding.address) &&
        (isAlarming(finding) ||
          fingerprints.has(finding.fingerprint) ||
          (drift.length === 0 && finding.class === 'pending'))
      ) {
        const kept = keptOf(finding, preview);
        remaining.push(...(kept ?? []));
        (kept ? unseen : left).add(finding.address);
      }
    }
    return {
      left: [...left],
      unseen: [...unseen].filter(address => !left.has(address)),
      remaining,
    };
  }

  async #repeat(record: RemediationRecord, error: string): Promise<void> {
    const failures = record.attempts + 1;
    const { store, now } = this.#options;
    if (failures >= MAX_SCANS || this.#isTooLate(record)) {
      await this.#unverified(record, error);
      return;
    }
    await store.update({
      id: record.id,
      fence: record.fence,
      changes: { attempts: failures },
      now: now(),
    });
    await this.#wait(record, REPEAT_MS * 2 ** record.attempts, {
      verifyScanId: undefined,
      message: `The scan that was to verify it failed and is repeated: ${error}`,
    });
  }

  async #unverified(record: RemediationRecord, why: string): Promise<void> {
    await this.#make(record, 'failed', {
      message: `${
        record.outcome?.kind === 'unknown'
          ? 'It is not known how far applying went'
          : 'It was applied'
      }, but it could not be verified: ${why.replace(/\.$/, '')}.`,
      verifyScanId: record.verifyScanId,
    });
  }

  async #end(
    record: RemediationRecord,
    scan: ScanSummary,
    end: {
      to: RemediationState;
      message: string;
      /** How it ended, where the scan says more of it. */
      outcome?: RemediationOutcome;
    },
  ): Promise<void> {
    const { to, message, outcome } = end;
    await this.#make(record, to, {
      message,
      verifyScanId: scan.id,
      ...(outcome && { outcome }),
    });
  }

  async #make(
    record: RemediationRecord,
    to: RemediationState,
    changes: {
      message: string;
      verifyScanId: string | undefined;
      outcome?: RemediationOutcome;
    },
  ): Promise<void> {
    await this.#options.steps.make({
      id: record.id,
      from: ['verifying'],
      was: 'verifying',
      to,
      fence: record.fence,
      by: ITSELF,
      note: changes.message,
      now: this.#options.now(),
      changes,
    });
  }

  async #wait(
    record: RemediationRecord,
    delayMs: number,
    changes: { verifyScanId?: string; message?: string },
  ): Promise<void> {
    const { store, now, steps } = this.#options;
    const { message } = changes;
    const at = now();
    if ('verifyScanId' in changes) {
      await store.update({
        id: record.id,
        fence: record.fence,
        changes: { verifyScanId: changes.verifyScanId },
        now: at,
      });
    }
    await store.release({
      id: record.id,
      fence: record.fence,
      waitsUntil: new Date(at.getTime() + delayMs),
      message,
      now: at,
    });
    if ('verifyScanId' in changes || (message && message !== record.message)) {
      await steps.touched(record);
    }
  }

  #isTooLate(record: RemediationRecord): boolean {
    const { config, now } = this.#options;
    const since = record.appliedAt ?? record.updatedAt;
    return now().getTime() - since.getTime() >= config.verifyTimeoutMs;
  }
}

/**
 * What was said to stay of the part of a finding that was seen, where the scan did
 * not see the rest; undefined where it saw drift that was not said to stay.
 */
function keptOf(
  finding: StoredFinding,
  preview: RemediationRecord['preview'],
): RemainingDrift[] | undefined {
  if (finding.unseen) {
    return [];
  }
  const seen = finding.fields.filter(({ unseen }) => !unseen);
  return seen.length < finding.fields.length
    ? announcedOf({ ...finding, fields: seen }, preview)
    : undefined;
}

function describe(left: readonly string[], unseen: readonly string[]): string {
  if (left.length === 0) {
    return `a scan could not see ${listOf(
      unseen,
    )}, so that it is not known whether the drift is gone`;
  }
  const differing = `a scan found that ${listOf(left)} still ${
    left.length === 1 ? 'differs' : 'differ'
  }`;
  return unseen.length === 0
    ? differing
    : `${differing}, and could not see ${listOf(unseen)}`;
}
