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

import {
  DriftReport,
  Evidence,
  Finding,
} from '@infra-hub/backstage-plugin-drift-common';
import { forgottenRules } from '@infra-hub/drift-engine';
import { Knex } from 'knex';
import { toDriftTarget } from '../../conversion';
import { StoredOutcome } from '../../DriftStore';
import { NOBODY, riskOfScore } from '../../ranks';
import { DbFindingRow, DbScanRow, DbTargetRow } from '../../tables';
import { prepareFindings, rejudgedVerdict } from '../../verdict';
import { storeFindings } from '../findings/storeFindings';
import { recordChanges } from '../results/recordChanges';
import { lockTarget } from '../scans/lockTarget';
import { holdRules, readMuting, StoredMuting } from './readMuting';
import { recordUsage } from './recordUsage';

const RECENT_SCANS = 20;

/** Whose findings are judged. */
export interface JudgedTarget {
  source: string;
  client?: string;
  /** Name of the target. */
  target: string;
}

/** How stored findings are judged, bound to the rules of the configuration. */
export interface Rejudge {
  /** Ids of the rules of the configuration that have not expired. */
  configuredRules(): string[];
  reassess(
    findings: Finding[],
    of: JudgedTarget,
    muting: StoredMuting,
  ): Finding[];
  summarise(report: DriftReport): string;
}

/** What became of a target whose findings were judged anew. */
export interface Rejudged {
  targetId: string;
  source: string;
  client?: string;
  /** True when only its pipeline looks at it. */
  pushed: boolean;
  /** The last scan with a verdict. */
  scanId?: string;
  /** Undefined when nothing changed. */
  stored?: StoredOutcome;
  /** Only another look can tell what a rule had set aside. */
  needsScan: boolean;
}

/** Locks what {@link rejudgeTarget} needs, and reads the target's row. */
export async function lockToRejudge(
  tx: Knex.Transaction,
  targetId: string,
): Promise<DbTargetRow | undefined> {
  await holdRules(tx);
  return lockTarget(tx, targetId);
}

/**
 * Judges the open findings of a target by the rules and acknowledgements of now,
 * and stores verdict, findings and figures as a scan would.
 *
 * @remarks
 * The caller holds the rules and the lock of the target's row, as every scan that
 * ends does: {@link lockToRejudge}. So that history shows what each scan saw, what changes gets a fence of
 * its own unless a scan runs: then it shares that of the scan, which has stored
 * nothing yet, and whose right to write must not be taken.
 */
export async function rejudgeTarget(
  tx: Knex.Transaction,
  options: { target: DbTargetRow; rejudge: Rejudge; now: Date },
): Promise<Rejudged> {
  const { target, rejudge, now } = options;
  const muting = await readMuting(tx, { targetId: target.id });
  const rows: Pick<DbFindingRow, 'payload'>[] = await tx<DbFindingRow>(
    'drift_findings',
  )
    .where({ target_id: target.id })
    .whereNull('resolved_at')
    .select('payload');
  const findings = rejudge.reassess(
    rows.map(row => JSON.parse(row.payload) as Finding),
    {
      source: target.source,
      ...(target.client !== NOBODY && { client: target.client }),
      target: target.name,
    },
    muting,
  );

  const known = new Set([
    ...rejudge.configuredRules(),
    ...muting.rules
      .filter(({ expires }) => !expires || Date.parse(expires) > +now)
      .map(({ id }) => id),
  ]);
  const about = {
    targetId: target.id,
    source: target.source,
    ...(target.client !== NOBODY && { client: target.client }),
    pushed: target.origin === 'push',
    needsScan: findings.some(finding =>
      forgottenRules(finding).some(id => !known.has(id)),
    ),
  };

  const active = await tx<DbScanRow>('drift_scans')
    .where({ target_id: target.id, state: 'running', fence: target.fence })
    .first('id');
  const fence = active ? target.fence : target.fence + 1;
  const stored = await storeFindings(tx, {
    target,
    findings: prepareFindings(findings),
    sawEverything: true,
    rejudged: true,
    fence,
    now,
  });
  if (!stored.changed) {
    return about;
  }

  await recordUsage(tx, { mutedBy: stored.newlyMutedBy, now });
  const last = await readLastLook(tx, { target });
  const verdict = rejudgedVerdict(target, {
    lastLook: last.look,
    openDrift: stored.openDrift,
    hasPending: findings.some(
      finding => finding.class === 'pending' && !finding.suppressedBy,
    ),
    summarise: status =>
      rejudge.summarise({
        status,
        risk: riskOfScore(stored.openDrift.riskScore),
        driftedResources: stored.openDrift.driftedResources,
        totalResources: target.total_resources,
        findings,
        blindSpots: [],
        warnings: [],
        complete: true,
        evidence: (target.evidence as Evidence | null) ?? 'plan-json',
      }),
    now,
  });
  const after: DbTargetRow = { ...target, ...verdict, fence };
  await tx<DbTargetRow>('drift_results')
    .where({ id: target.id })
    .update({ ...verdict, fence });
  if (target.retired_at === null) {
    await recordChanges(tx, {
      changes: [{ targetId: target.id, before: target, after }],
      now,
    });
  }
  return {
    ...about,
    ...(last.scanId !== undefined && { scanId: last.scanId }),
    stored: {
      outcome: 'stored',
      before: toDriftTarget(target, { now }),
      after: toDriftTarget(after, { now }),
      newFindings: stored.added,
      resolvedFindings: stored.resolved,
      mutedFindings: stored.muted,
    },
  };
}

/**
 * The last scan that ended with a verdict, and how much it could say.
 *
 * @remarks
 * Of scans that ended at the same time, the one with the highest fence is the
 * last. Retention may have taken all of them.
 */
async function readLastLook(
  tx: Knex.Transaction,
  options: { target: DbTargetRow },
): Promise<{ scanId?: string; look: 'whole' | 'partial' | 'bad' }> {
  const { target } = options;
  const rows = await tx<DbScanRow>('drift_scans')
    .where({ target_id: target.id })
    .whereNotNull('status')
    .whereNotNull('finished_at')
    .orderBy('queued_at', 'desc')
    .limit(RECENT_SCANS)
    .select('id', 'status', 'fence', 'seen_findings');
  const last = rows.reduce<(typeof rows)[number] | undefined>(
    (latest, row) => (latest && latest.fence > row.fence ? latest : row),
    undefined,
  );
  if (!last) {
    return { look: target.status === 'error' ? 'bad' : 'whole' };
  }
  if (last.status === 'error') {
    return { scanId: last.id, look: 'bad' };
  }
  return {
    scanId: last.id,
    look: last.seen_findings === null ? 'whole' : 'partial',
  };
}
