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
import { storableText } from '../../conversion';
import { insertRows } from '../../database';
import { DbIgnoreRuleUsageRow } from '../../tables';

/**
 * Counts what rules newly mute.
 *
 * @remarks
 * Rows are shared by many targets. They are taken in the order of their ids, after
 * the lock of the target and before the shared rows of `recordChanges`, so that
 * those who wait for each other cannot form a circle.
 */
export async function recordUsage(
  tx: Knex.Transaction,
  options: { mutedBy: ReadonlyMap<string, number>; now: Date },
): Promise<void> {
  const { mutedBy, now } = options;
  const rows: DbIgnoreRuleUsageRow[] = [...mutedBy]
    .map(([ruleId, times]) => ({
      rule_id: storableText(ruleId).slice(0, 255),
      known_since: now,
      muted_total: times,
      last_muted_at: now,
      ended_for: null,
    }))
    .sort((one, other) => (one.rule_id < other.rule_id ? -1 : 1));
  await insertRows(tx, {
    table: 'drift_ignore_rule_usage',
    rows,
    onConflict: {
      columns: ['rule_id'],
      merge: {
        muted_total: tx.raw(
          'drift_ignore_rule_usage.muted_total + excluded.muted_total',
        ),
        last_muted_at: tx.ref('excluded.last_muted_at'),
      },
    },
  });
}
