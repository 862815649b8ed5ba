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
import { DueTarget } from '../../DriftStore';
import { DbTargetRow } from '../../tables';

/** Targets whose time has come, longest overdue first. */
export async function findDueTargets(
  knex: Knex,
  options: { now: Date; limit: number },
): Promise<DueTarget[]> {
  const rows = await knex<DbTargetRow>('drift_results')
    .where('next_scan_at', '<=', options.now)
    .whereNull('retired_at')
    .whereNot({ origin: 'push' })
    .orderBy([{ column: 'next_scan_at' }, { column: 'id' }])
    .limit(options.limit)
    .select('id', 'schedule', 'interval_ms');
  return rows.map(row => ({
    targetId: row.id,
    schedule: row.schedule,
    intervalMs: Number(row.interval_ms),
  }));
}
