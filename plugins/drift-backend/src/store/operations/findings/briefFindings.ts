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

import {
  Finding,
  FindingBrief,
} from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import { whereInList } from '../../database';
import { DbFindingRow } from '../../tables';

/** Some findings in a few words, worst first. */
export async function briefFindings(
  knex: Knex,
  options: { ids: readonly string[]; limit: number },
): Promise<FindingBrief[]> {
  const { ids, limit } = options;
  if (ids.length === 0) {
    return [];
  }
  const rows: Pick<DbFindingRow, 'payload'>[] = await knex<DbFindingRow>(
    'drift_findings',
  )
    .modify(whereInList, { knex, column: 'id', values: ids })
    .orderBy([
      { column: 'severity_rank', order: 'desc' },
      { column: 'address' },
      { column: 'id' },
    ])
    .limit(limit)
    .select('payload');
  return rows.map(({ payload }) => {
    const { address, change, severity, reason } = JSON.parse(
      payload,
    ) as Finding;
    return { address, change, severity, reason };
  });
}
