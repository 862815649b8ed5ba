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

import { DriftReport } from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import { toDriftTarget } from '../../conversion';
import { ScanLease, StoredOutcome } from '../../DriftStore';
import { DbScanRow, DbTargetRow } from '../../tables';
import { VerdictColumns } from '../../verdict';
import { recordChanges } from '../results/recordChanges';
import { lockTarget } from './lockTarget';

/** What a scan changes. */
export interface ScanEnd {
  verdict: VerdictColumns;
  scan: Partial<DbScanRow>;
  newFindings: string[];
  resolvedFindings: string[];
  mutedFindings?: string[];
  /** Where something else than the given report is stored. */
  report?: DriftReport;
}

/**
 * Ends a scan, unless the lease is no longer the newest.
 *
 * @remarks
 * The target's row is locked first; from then on its fence cannot grow. A lease
 * with an older fence belongs to a worker that was given up, and whatever it
 * brings is older than what a newer scan has stored or will store. Its scan is
 * closed as superseded only if no other worker has taken it over.
 */
export async function endScan(
  tx: Knex.Transaction,
  options: {
    lease: ScanLease;
    now: Date;
    decide: (target: DbTargetRow) => Promise<ScanEnd>;
  },
): Promise<StoredOutcome> {
  const { lease, now } = options;
  const target = await lockTarget(tx, lease.target.id);
  const scan = await tx<DbScanRow>('drift_scans')
    .where({ id: lease.scanId, fence: lease.fence, state: 'running' })
    .first();
  if (!target || !scan) {
    return { outcome: 'refused' };
  }
  if (target.fence !== lease.fence) {
    await tx<DbScanRow>('drift_scans').where({ id: scan.id }).update({
      state: 'superseded',
      finished_at: now,
      error: 'A newer scan of the target had started',
    });
    return { outcome: 'refused' };
  }

  const end = await options.decide(target);
  await tx<DbScanRow>('drift_scans')
    .where({ id: scan.id })
    .update({ ...end.scan, finished_at: now });
  await tx<DbTargetRow>('drift_results')
    .where({ id: target.id })
    .update({ ...end.verdict, run_url: scan.run_url });
  const after = { ...target, ...end.verdict, run_url: scan.run_url };
  if (target.retired_at === null) {
    await recordChanges(tx, {
      changes: [{ targetId: target.id, before: target, after }],
      now,
    });
  }
  return {
    outcome: 'stored',
    before: toDriftTarget(target, { now, activeScan: scan }),
    after: toDriftTarget(after, { now }),
    newFindings: end.newFindings,
    resolvedFindings: end.resolvedFindings,
    mutedFindings: end.mutedFindings ?? [],
    ...(end.report && { report: end.report }),
  };
}
