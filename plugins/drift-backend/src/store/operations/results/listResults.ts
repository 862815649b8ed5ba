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
  DriftTarget,
  ResultsQuery,
} from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import { toDriftTarget } from '../../conversion';
import { TargetCondition } from '../../DriftStore';
import { DbTargetRow } from '../../tables';
import { readActiveScans } from '../scans/readActiveScans';
import { orderTargets } from './orderTargets';
import { whereBase, whereFacets } from './whereQuery';

/** One page of targets. */
export async function listResults(
  knex: Knex,
  options: {
    query: ResultsQuery;
    condition: TargetCondition | undefined;
    now: Date;
  },
): Promise<DriftTarget[]> {
  const { query, condition, now } = options;
  const rows: DbTargetRow[] = await knex<DbTargetRow>('drift_results')
    .select('drift_results.*')
    .modify(whereBase, { knex, query, condition, now })
    .modify(whereFacets, { knex, query, table: 'drift_results' })
    .modify(orderTargets, { query })
    .limit(query.limit ?? 20)
    .offset(query.offset ?? 0);
  const activeScans = await readActiveScans(knex, {
    targetIds: rows.map(row => row.id),
  });
  return rows.map(row =>
    toDriftTarget(row, { now, activeScan: activeScans.get(row.id) }),
  );
}
