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
import { insertRows } from '../../database';
import { DbStatusChangeRow } from '../../tables';

/** The status of a target that is not declared, yet or any more. */
export const ABSENT = 'absent';

/**
 * Notes changes of status for the trend. Of several changes on one day only the
 * first "before" and the last "after" matter.
 */
export async function recordStatusChanges(
  tx: Knex.Transaction,
  options: {
    day: string;
    changes: { targetId: string; before: string; after: string }[];
  },
): Promise<void> {
  const rows: DbStatusChangeRow[] = options.changes
    .filter(({ before, after }) => before !== after)
    .map(({ targetId, before, after }) => ({
      day: options.day,
      target_id: targetId,
      status_before: before,
      status_after: after,
    }));
  await insertRows(tx, {
    table: 'drift_status_changes',
    rows,
    onConflict: { columns: ['day', 'target_id'], merge: ['status_after'] },
  });
}
