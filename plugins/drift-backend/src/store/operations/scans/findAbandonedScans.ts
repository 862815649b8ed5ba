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
import { NOBODY } from '../../ranks';
import { DbScanRow } from '../../tables';

/** Active scans that were queued or started before the given times, oldest first. */
export async function findAbandonedScans(
  knex: Knex,
  options: { queuedBefore: Date; startedBefore: Date; limit: number },
): Promise<
  {
    scanId: string;
    targetId: string;
    client?: string;
    trigger: ScanTrigger;
    state: 'queued' | 'running';
  }[]
> {
  const rows: (DbScanRow & { client: string })[] = await knex('drift_scans')
    .join('drift_results', 'drift_results.id', 'drift_scans.target_id')
    .whereNull('drift_scans.finished_at')
    .where(either =>
      either
        .where(queued =>
          queued
            .where('drift_scans.state', 'queued')
            .where('drift_scans.queued_at', '<', options.queuedBefore),
        )
        .orWhere(running =>
          running
            .where('drift_scans.state', 'running')
            .where('drift_scans.started_at', '<', options.startedBefore),
        ),
    )
    .orderBy(['drift_scans.queued_at', 'drift_scans.id'])
    .limit(options.limit)
    .select('drift_scans.*', 'drift_results.client');
  return rows.map(row => ({
    scanId: row.id,
    targetId: row.target_id,
    client: row.client === NOBODY ? undefined : row.client,
    trigger: row.trigger as ScanTrigger,
    state: row.state as 'queued' | 'running',
  }));
}
