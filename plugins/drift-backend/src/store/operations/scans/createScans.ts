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
import { randomUUID } from 'node:crypto';
import { batchSize, chunk, whereInList } from '../../database';
import { NOBODY } from '../../ranks';
import { DbRoundScanRow, DbScanRow, DbTargetRow } from '../../tables';
import { NO_VERDICT } from './noVerdict';
import { readActiveScans } from './readActiveScans';

/** A scan that was queued or joined. */
export interface CreatedScan {
  scanId: string;
  targetId: string;
  client?: string;
  joined: boolean;
}

const MOST_ATTEMPTS = 5;

/**
 * Queues one scan per target, or joins the one that is under way. A target that
 * only its pipeline observes gets none.
 *
 * @remarks
 * Which of two replicas queues and which joins is decided by the unique index of
 * active scans: both insert, the loser's rows are ignored, and both then read
 * whose scan it is. A scan that ends between insert and reading leaves its target
 * without an active scan, hence the next attempt.
 */
export async function createScans(
  knex: Knex,
  options: {
    targetIds: string[];
    trigger: ScanTrigger;
    requestedBy?: string;
    roundId?: string;
    now: Date;
  },
): Promise<CreatedScan[]> {
  const { roundId } = options;
  const created: CreatedScan[] = [];
  for (const ids of chunk([...new Set(options.targetIds)], batchSize(knex))) {
    const scans = await createBatch(knex, { ...options, targetIds: ids });
    if (roundId !== undefined && scans.length > 0) {
      await knex<DbRoundScanRow>('drift_round_scans')
        .insert(
          scans.map(({ scanId }) => ({ round_id: roundId, scan_id: scanId })),
        )
        .onConflict(['round_id', 'scan_id'])
        .ignore();
    }
    created.push(...scans);
  }
  return created;
}

async function createBatch(
  knex: Knex,
  options: {
    targetIds: string[];
    trigger: ScanTrigger;
    requestedBy?: string;
    now: Date;
  },
): Promise<CreatedScan[]> {
  const targets: Pick<DbTargetRow, 'id' | 'client'>[] = await knex<DbTargetRow>(
    'drift_results',
  )
    .modify(whereInList, { knex, column: 'id', values: options.targetIds })
    .whereNull('retired_at')
    .whereNot({ origin: 'push' })
    .select('id', 'client');
  const clients = new Map(targets.map(row => [row.id, row.client]));
  const own = new Set<string>();
  const scanIds = new Map<string, string>();

  let missing = options.targetIds.filter(id => clients.has(id));
  for (let attempt = 0; missing.length > 0 && attempt < MOST_ATTEMPTS; ) {
    const active = await readActiveScans(knex, { targetIds: missing });
    for (const [targetId, scan] of active) {
      scanIds.set(targetId, scan.id);
    }
    missing = missing.filter(id => !scanIds.has(id));
    if (missing.length > 0) {
      const rows = missing.map(targetId => toRow({ ...options, targetId }));
      rows.forEach(row => own.add(row.id));
      await knex<DbScanRow>('drift_scans').insert(rows).onConflict().ignore();
      attempt++;
    }
  }
  return options.targetIds.flatMap(targetId => {
    const scanId = scanIds.get(targetId);
    const client = clients.get(targetId);
    return scanId === undefined
      ? []
      : [
          {
            scanId,
            targetId,
            client: client === NOBODY ? undefined : client,
            joined: !own.has(scanId),
          },
        ];
  });
}

function toRow(options: {
  targetId: string;
  trigger: ScanTrigger;
  requestedBy?: string;
  now: Date;
}): DbScanRow {
  return {
    id: randomUUID(),
    target_id: options.targetId,
    trigger: options.trigger,
    state: 'queued',
    fence: 0,
    worker_id: null,
    requested_by: options.requestedBy ?? null,
    queued_at: options.now,
    started_at: null,
    finished_at: null,
    ...NO_VERDICT,
    run_url: null,
    commit_id: null,
    actor: null,
    run_id: null,
  };
}
