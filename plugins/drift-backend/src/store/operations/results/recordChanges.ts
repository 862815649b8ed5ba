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
import { insertRows } from '../../database';
import { DbStatusChangeRow, DbTargetCountRow, DbTargetRow } from '../../tables';

/** The status of a target that is not declared, yet or any more. */
export const ABSENT = 'absent';

/** What figures about a target depend on. */
export type Countable = Pick<
  DbTargetRow,
  'owner' | 'client' | 'source' | 'status' | 'risk'
>;

/** A target that came (no `before`), went (no `after`) or looks different. */
export interface TargetChange {
  targetId: string;
  before: Countable | undefined;
  after: Countable | undefined;
}

/**
 * Keeps totals, facets and trend in step with the targets.
 *
 * @remarks
 * Must be the last write of its transaction, which must hold the locks of the
 * targets' rows: rows of counts are shared by many targets, and those who wait for
 * nothing else while holding them, and take them in the same order, cannot be part
 * of a deadlock.
 */
export async function recordChanges(
  tx: Knex.Transaction,
  options: { changes: TargetChange[]; now: Date },
): Promise<void> {
  const day = toDay(options.now);
  const statusChanges: DbStatusChangeRow[] = [];
  const counts = new Map<string, DbTargetCountRow>();
  for (const { targetId, before, after } of options.changes) {
    addTo(counts, before, -1);
    addTo(counts, after, 1);
    const statusBefore = before?.status ?? ABSENT;
    const statusAfter = after?.status ?? ABSENT;
    if (statusBefore !== statusAfter) {
      statusChanges.push({
        day,
        target_id: targetId,
        status_before: statusBefore,
        status_after: statusAfter,
      });
    }
  }
  // Of several changes on a day the first "before" and the last "after" matter
  await insertRows(tx, {
    table: 'drift_status_changes',
    rows: statusChanges,
    onConflict: {
      columns: ['day', 'target_id'],
      merge: { status_after: tx.ref('excluded.status_after') },
    },
  });
  const deltas = [...counts.entries()]
    .filter(([, row]) => row.targets !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row);
  await insertRows(tx, {
    table: 'drift_target_counts',
    rows: deltas,
    onConflict: {
      columns: ['owner', 'client', 'source', 'status', 'risk'],
      merge: {
        targets: tx.raw('drift_target_counts.targets + excluded.targets'),
      },
    },
  });
}

function addTo(
  counts: Map<string, DbTargetCountRow>,
  group: Countable | undefined,
  targets: 1 | -1,
): void {
  if (!group) {
    return;
  }
  const { owner, client, source, status, risk } = group;
  const key = JSON.stringify([owner, client, source, status, risk]);
  const row = counts.get(key) ?? {
    owner,
    client,
    source,
    status,
    risk,
    targets: 0,
  };
  counts.set(key, { ...row, targets: row.targets + targets });
}
