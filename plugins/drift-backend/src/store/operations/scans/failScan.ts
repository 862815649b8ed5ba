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
import { inTransaction } from '../../database';
import { ScanLease, StoredOutcome } from '../../DriftStore';
import { failedVerdict } from '../../verdict';
import { endScan } from './endScan';

/** Notes that a scan could not run; the last good verdict stays. */
export async function failScan(
  knex: Knex,
  options: { lease: ScanLease; error: string; now: Date },
): Promise<StoredOutcome> {
  const { lease, error, now } = options;
  return inTransaction(knex, tx =>
    endScan(tx, {
      lease,
      now,
      decide: async target => ({
        verdict: failedVerdict(target, { error, now }),
        scan: { state: 'failed', status: 'error', error: storableText(error) },
        newFindings: [],
        resolvedFindings: [],
      }),
    }),
  );
}
