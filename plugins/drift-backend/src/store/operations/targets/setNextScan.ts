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
import { batchSize, chunk, inTransaction, whereInList } from '../../database';
import { DbTargetRow } from '../../tables';

/**
 * Sets the next time of each target, a batch per statement.
 *
 * @remarks
 * The cast is for PostgreSQL, which otherwise takes the parameters of a CASE
 * for text; on SQLite it leaves numbers as they are.
 */
export async function setNextScan(
  knex: Knex,
  options: { entries: { targetId: string; nextScanAt: Date }[] },
): Promise<void> {
  const entries = [...options.entries].sort((a, b) =>
    a.targetId < b.targetId ? -1 : 1,
  );
  for (const batch of chunk(entries, batchSize(knex))) {
    const cases = batch.map(() => 'when ? then cast(? as timestamptz)');
    const values = batch.flatMap(entry => [entry.targetId, entry.nextScanAt]);
    await inTransaction(knex, async tx => {
      await tx<DbTargetRow>('drift_results')
        .modify(whereInList, {
          knex: tx,
          column: 'id',
          values: batch.map(entry => entry.targetId),
        })
        .update({
          next_scan_at: tx.raw(`case id ${cases.join(' ')} end`, values),
        });
    });
  }
}
