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

import { ResultsQuery } from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import { TargetCondition } from '../../DriftStore';
import { whereBase, whereFacets } from './whereQuery';

/** Ids of all targets that match, whatever the page. */
export async function listTargetIds(
  knex: Knex,
  options: {
    query: ResultsQuery;
    condition: TargetCondition | undefined;
    now: Date;
  },
): Promise<string[]> {
  const { query, condition, now } = options;
  return knex('drift_results')
    .modify(whereBase, { knex, query, condition, now })
    .modify(whereFacets, { knex, query, table: 'drift_results' })
    .orderBy('drift_results.id')
    .pluck('drift_results.id');
}
