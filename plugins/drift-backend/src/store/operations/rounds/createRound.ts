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
import { randomUUID } from 'node:crypto';
import { DbScanRoundRow } from '../../tables';

/** Begins a round; scans are attached as they are created. */
export async function createRound(
  knex: Knex,
  options: { requestedBy?: string; now: Date },
): Promise<string> {
  const id = randomUUID();
  await knex<DbScanRoundRow>('drift_scan_rounds').insert({
    id,
    requested_by: options.requestedBy ?? null,
    started_at: options.now,
  });
  return id;
}
