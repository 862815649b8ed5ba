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
import { DbRevisionRow } from '../../tables';

const SHARDS = 16;

/**
 * Notes that something changed that counts depend on.
 *
 * @remarks
 * Must be the last write of its transaction: the row is shared with other
 * writers, and one who waits for nothing else while holding it cannot be part
 * of a deadlock. A counter, unlike a time, cannot hide a transaction that
 * committed late.
 */
export async function bumpRevision(
  tx: Knex.Transaction,
  options: { targetId: string },
): Promise<void> {
  await tx<DbRevisionRow>('drift_revisions')
    .where({ shard: shardOf(options.targetId) })
    .increment('revision', 1);
}

function shardOf(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index++) {
    hash = (hash * 31 + text.charCodeAt(index)) % 65_521;
  }
  return hash % SHARDS;
}
