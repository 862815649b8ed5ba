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

import { Knex } from 'knex';
import { toDay } from '../../conversion';
import { whereInList } from '../../database';
import {
  DbFindingRow,
  DbRoundScanRow,
  DbScanRoundRow,
  DbScanRow,
  DbStatusChangeRow,
  DbTargetCountRow,
} from '../../tables';

const STEP = 1_000;
const TREND_MS = 31 * 24 * 60 * 60 * 1000;

/**
 * Deletes history that is older than wanted, at most a thousand rows per
 * statement so that no scan waits long. Current state, open findings and active
 * scans always stay, and so does what the trend is counted from.
 */
export async function deleteOld(
  knex: Knex,
  options: { scansBefore: Date; findingsBefore: Date; now: Date },
): Promise<{ scans: number; findings: number }> {
  const { scansBefore, findingsBefore, now } = options;
  const scans = await deleteInSteps(async () => {
    const ids = await knex<DbScanRow>('drift_scans')
      .where('finished_at', '<', scansBefore)
      .limit(STEP)
      .pluck('id');
    await knex<DbRoundScanRow>('drift_round_scans')
      .modify(whereInList, { knex, column: 'scan_id', values: ids })
      .delete();
    return deleteByIds(knex, { table: 'drift_scans', ids });
  });
  const findings = await deleteInSteps(async () => {
    const ids = await knex<DbFindingRow>('drift_findings')
      .where('resolved_at', '<', findingsBefore)
      .limit(STEP)
      .pluck('id');
    return deleteByIds(knex, { table: 'drift_findings', ids });
  });
  await deleteInSteps(async () => {
    const ids = await knex<DbScanRoundRow>('drift_scan_rounds')
      .where('started_at', '<', scansBefore)
      .whereNotExists(
        knex('drift_round_scans')
          .select(knex.raw('1'))
          .whereRaw('drift_round_scans.round_id = drift_scan_rounds.id'),
      )
      .limit(STEP)
      .pluck('id');
    return deleteByIds(knex, { table: 'drift_scan_rounds', ids });
  });
  const trendStart = new Date(now.getTime() - TREND_MS);
  await knex<DbStatusChangeRow>('drift_status_changes')
    .where(
      'day',
      '<',
      toDay(scansBefore < trendStart ? scansBefore : trendStart),
    )
    .delete();
  await knex<DbTargetCountRow>('drift_target_counts')
    .where('targets', 0)
    .delete();
  return { scans, findings };
}

async function deleteByIds(
  knex: Knex,
  options: { table: string; ids: string[] },
): Promise<number> {
  if (options.ids.length === 0) {
    return 0;
  }
  await knex(options.table)
    .modify(whereInList, { knex, column: 'id', values: options.ids })
    .delete();
  return options.ids.length;
}

async function deleteInSteps(step: () => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const deleted = await step();
    total += deleted;
    if (deleted < STEP) {
      return total;
    }
  }
}
