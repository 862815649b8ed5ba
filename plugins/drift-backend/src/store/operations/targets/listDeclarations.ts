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
import { toScanTarget } from '../../conversion';
import { whereInList } from '../../database';
import { KeptDeclaration, TargetRegistration } from '../../DriftStore';
import { DbTargetEntityRow, DbTargetRow } from '../../tables';
import { toEntityKey } from '../results/whereQuery';

/** What the entities declared when they were last understood. */
export async function listDeclarations(
  knex: Knex,
  options: { entityRefs: string[] },
): Promise<KeptDeclaration[]> {
  const rows = await knex<DbTargetRow>('drift_results')
    .whereNull('retired_at')
    .whereIn(
      'id',
      knex<DbTargetEntityRow>('drift_target_entities')
        .modify(whereInList, {
          knex,
          column: 'entity_ref',
          values: options.entityRefs.map(toEntityKey),
        })
        .select('target_id'),
    )
    .orderBy('id');
  return rows.map(row => ({
    target: toScanTarget(row),
    origin: row.origin as TargetRegistration['origin'],
  }));
}
