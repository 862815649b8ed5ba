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

import { DriftTarget } from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import { toDriftTarget } from '../../conversion';
import { TargetCondition } from '../../DriftStore';
import { DbTargetRow } from '../../tables';
import { readActiveScans } from '../scans/readActiveScans';
import { whereBase } from './whereQuery';

/** One target, if it is declared and the caller may see it. */
export async function getTarget(
  knex: Knex,
  options: {
    targetId: string;
    condition: TargetCondition | undefined;
    now: Date;
  },
): Promise<DriftTarget | undefined> {
  const { targetId, condition, now } = options;
  if (targetId.includes('\u0000')) {
    return undefined;
  }
  const row = await knex<DbTargetRow>('drift_results')
    .where('drift_results.id', targetId)
    .modify(whereBase, { knex, query: {}, condition, now })
    .first();
  if (!row) {
    return undefined;
  }
  const activeScans = await readActiveScans(knex, { targetIds: [targetId] });
  return toDriftTarget(row, { now, activeScan: activeScans.get(targetId) });
}
