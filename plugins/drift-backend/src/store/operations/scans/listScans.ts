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

import { ScansPage } from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import { toScanSummary } from '../../conversion';
import { DbScanRow } from '../../tables';

/** One page of the history of a target, newest first. */
export async function listScans(
  knex: Knex,
  options: { targetId: string; limit: number; offset: number },
): Promise<ScansPage> {
  const { targetId, limit, offset } = options;
  const rows = await knex<DbScanRow>('drift_scans')
    .where({ target_id: targetId })
    .orderBy([
      { column: 'queued_at', order: 'desc' },
      { column: 'fence', order: 'desc' },
      { column: 'id' },
    ])
    .limit(limit)
    .offset(offset);
  const total = await knex<DbScanRow>('drift_scans')
    .where({ target_id: targetId })
    .count({ count: '*' })
    .first();
  return {
    items: rows.map(toScanSummary),
    totalItems: Number(total?.count ?? 0),
  };
}
