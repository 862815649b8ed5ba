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

import { ScanRound } from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import { toDate, toIso } from '../../conversion';
import { whereInList } from '../../database';
import { DbScanRoundRow, DbTime } from '../../tables';

/**
 * How far a round has come. `done` counts the scans that have ended, `failed`
 * those among them that failed or whose verdict is an error.
 */
export async function getRound(
  knex: Knex,
  options: { roundId: string },
): Promise<ScanRound | undefined> {
  const round = await knex<DbScanRoundRow>('drift_scan_rounds')
    .modify(whereInList, { knex, column: 'id', values: [options.roundId] })
    .first();
  if (!round) {
    return undefined;
  }
  const groups: {
    state: string;
    status: string | null;
    count: number | string;
    last: DbTime | null;
  }[] = await knex('drift_round_scans')
    .join('drift_scans', 'drift_scans.id', 'drift_round_scans.scan_id')
    .where('drift_round_scans.round_id', options.roundId)
    .groupBy('drift_scans.state', 'drift_scans.status')
    .select('drift_scans.state', 'drift_scans.status')
    .count({ count: '*' })
    .max({ last: 'drift_scans.finished_at' });

  const startedAt = toDate(round.started_at).toISOString();
  let total = 0;
  let done = 0;
  let failed = 0;
  let lastEnd = startedAt;
  for (const group of groups) {
    const count = Number(group.count);
    total += count;
    if (group.state !== 'queued' && group.state !== 'running') {
      done += count;
      if (group.state === 'failed' || group.status === 'error') {
        failed += count;
      }
      const end = toIso(group.last);
      if (end && end > lastEnd) {
        lastEnd = end;
      }
    }
  }
  return {
    id: round.id,
    total,
    done,
    failed,
    startedAt,
    finishedAt: done === total ? lastEnd : undefined,
  };
}
