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
import { randomUUID } from 'node:crypto';
import { storableText, toDate, toScanTarget } from '../../conversion';
import { inTransaction } from '../../database';
import {
  PushedRun,
  RecordedPush,
  ReportJudge,
  ScanLease,
  TargetRegistration,
} from '../../DriftStore';
import { DbScanRow, DbTargetRow } from '../../tables';
import { holdRules } from '../muting/readMuting';
import { declareTarget } from '../targets/syncTargets';
import { finishPrepared, prepareReport } from './finishScan';
import { lockTarget } from './lockTarget';
import { NO_VERDICT } from './noVerdict';

/** Pushes by which the usual time between two is told. */
const PUSHES_LOOKED_AT = 6;
const LEAST_GAPS = 2;

/**
 * Stores what a pipeline saw as one whole scan of the target.
 *
 * @remarks
 * The push takes the next fence, like a scan that starts and ends in the same
 * moment. A worker that looks at the target meanwhile began earlier; its result
 * is refused as superseded, exactly as if another worker had taken over. A scan
 * that only waits is not touched and looks afterwards. The row of the push is
 * never active, so that it does not collide with the worker's in the index of
 * active scans.
 *
 * Two deliveries of one run are put in order by the lock on the target; the
 * second finds the first. The unique index is the last resort.
 */
export async function recordPush(
  knex: Knex,
  options: {
    target: TargetRegistration;
    run: PushedRun;
    report: DriftReport;
    summary: string;
    judgedBy?: string;
    judge?: ReportJudge;
    receivedAt: Date;
    now: Date;
  },
): Promise<RecordedPush> {
  const {
    target: registration,
    run,
    judgedBy,
    judge,
    receivedAt,
    now,
  } = options;
  const prepared = prepareReport(options);
  const { added, rejected } = await declareTarget(knex, {
    target: registration,
    now,
  });
  if (rejected) {
    return { outcome: 'rejected', reason: rejected.reason };
  }
  return inTransaction(knex, async tx => {
    if (judgedBy !== undefined) {
      await holdRules(tx);
    }
    const target = await lockTarget(tx, registration.id);
    if (!target) {
      throw new Error(`The target ${registration.id} has vanished`);
    }
    const earlier = await findRun(tx, {
      targetId: target.id,
      runId: run.runId,
    });
    if (earlier !== undefined) {
      return { outcome: 'replayed', scanId: earlier };
    }

    const fence = target.fence + 1;
    const scanId = randomUUID();
    await tx<DbScanRow>('drift_scans').insert(
      toRow({ scanId, target, fence, run, receivedAt, now }),
    );
    await tx<DbTargetRow>('drift_results')
      .where({ id: target.id })
      .update({
        fence,
        ...(target.origin === 'push' && {
          interval_ms: await usualInterval(tx, {
            targetId: target.id,
            least: registration.intervalMs,
          }),
        }),
      });
    const lease: ScanLease = {
      scanId,
      target: toScanTarget(target),
      trigger: 'ci',
      fence,
    };
    const stored = await finishPrepared(tx, {
      lease,
      prepared,
      judgedBy,
      judge,
      now,
    });
    return { outcome: 'stored', scanId, added, stored };
  });
}

/** Id of the scan that a run was stored as. */
export async function findRun(
  knex: Knex,
  options: { targetId: string; runId: string | undefined },
): Promise<string | undefined> {
  const { targetId, runId } = options;
  if (runId === undefined) {
    return undefined;
  }
  const scan = await knex<DbScanRow>('drift_scans')
    .where({ target_id: targetId, run_id: storableText(runId) })
    .first('id');
  return scan?.id;
}

function toRow(options: {
  scanId: string;
  target: DbTargetRow;
  fence: number;
  run: PushedRun;
  receivedAt: Date;
  now: Date;
}): DbScanRow {
  const { scanId, target, fence, run, receivedAt, now } = options;
  return {
    id: scanId,
    target_id: target.id,
    trigger: 'ci',
    state: 'running',
    fence,
    worker_id: null,
    requested_by: run.requestedBy ?? null,
    queued_at: receivedAt,
    started_at: receivedAt,
    finished_at: now,
    ...NO_VERDICT,
    run_url: run.runUrl ?? null,
    commit_id: run.commit ?? null,
    actor: run.actor ?? null,
    run_id: run.runId ?? null,
  };
}

/**
 * The median time between the last pushes, in milliseconds: one long pause or one
 * repeated run does not change what is usual.
 */
async function usualInterval(
  tx: Knex.Transaction,
  options: { targetId: string; least: number },
): Promise<number> {
  const { targetId, least } = options;
  const rows = await tx<DbScanRow>('drift_scans')
    .where({ target_id: targetId, trigger: 'ci' })
    .orderBy('queued_at', 'desc')
    .limit(PUSHES_LOOKED_AT)
    .select('queued_at');
  const times = rows.map(row => toDate(row.queued_at).getTime());
  const gaps = times
    .slice(1)
    .map((time, index) => times[index] - time)
    .sort((a, b) => a - b);
  const median = gaps[Math.floor((gaps.length - 1) / 2)];
  return gaps.length < LEAST_GAPS ? least : Math.max(least, median);
}
