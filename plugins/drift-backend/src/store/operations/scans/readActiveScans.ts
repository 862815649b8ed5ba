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
import { whereInList } from '../../database';
import { DbScanRow } from '../../tables';

/** The queued or running scan of each target that has one. */
export async function readActiveScans(
  knex: Knex,
  options: { targetIds: string[] },
): Promise<Map<string, DbScanRow>> {
  if (options.targetIds.length === 0) {
    return new Map();
  }
  const rows: DbScanRow[] = await knex<DbScanRow>('drift_scans')
    .whereNull('finished_at')
    .modify(whereInList, {
      knex,
      column: 'target_id',
      values: options.targetIds,
    });
  return new Map(rows.map(row => [row.target_id, row]));
}
