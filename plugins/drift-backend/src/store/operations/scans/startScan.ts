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
import { Knex } from 'knex';
import { toScanTarget } from '../../conversion';
import { inTransaction } from '../../database';
import { ScanLease } from '../../DriftStore';
import { DbScanRow, DbTargetRow } from '../../tables';
import { lockTarget } from './lockTarget';

/**
 * Gives the caller the right to write the result of a scan, and takes it from
 * whoever had it.
 *
 * @remarks
 * A queue hands a scan out again only when it has lost the first worker. That one
 * may merely be slow, but its fence is now too low to write. The target's row is
 * locked before the scan's, here and in every other operation, so that they queue
 * up instead of deadlocking.
 */
export async function startScan(
  knex: Knex,
  options: { scanId: string; workerId: string; now: Date },
): Promise<ScanLease | undefined> {
  const { scanId, workerId, now } = options;
  return inTransaction(knex, async tx => {
    const found = await tx<DbScanRow>('drift_scans')
      .where({ id: scanId })
      .first('target_id');
    const target = found && (await lockTarget(tx, found.target_id));
    const scan =
      target &&
      (await tx<DbScanRow>('drift_scans')
        .where({ id: scanId })
        .whereNull('finished_at')
        .first());
    if (!scan) {
      return undefined;
    }
    if (target.retired_at !== null) {
      await tx<DbScanRow>('drift_scans').where({ id: scanId }).update({
        state: 'superseded',
        finished_at: now,
        error: 'The target is no longer declared',
      });
      return undefined;
    }
    const fence = target.fence + 1;
    await tx<DbTargetRow>('drift_results')
      .where({ id: target.id })
      .update({ fence });
    await tx<DbScanRow>('drift_scans').where({ id: scanId }).update({
      state: 'running',
      fence,
      worker_id: workerId,
      started_at: now,
    });
    return {
      scanId,
      target: toScanTarget(target),
      trigger: scan.trigger as ScanTrigger,
      fence,
    };
  });
}
