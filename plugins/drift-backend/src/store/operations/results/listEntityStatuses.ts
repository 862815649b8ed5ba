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

import { EntityDriftStatus } from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import { riskOfScore, statusOfRank } from '../../ranks';

/** The worst of the declared targets of every entity. */
export async function listEntityStatuses(
  knex: Knex,
): Promise<EntityDriftStatus[]> {
  const rows: {
    entity_ref: string;
    status_rank: number | string;
    risk_score: number | string;
  }[] = await knex('drift_target_entities')
    .join(
      'drift_results',
      'drift_results.id',
      'drift_target_entities.target_id',
    )
    .whereNull('drift_results.retired_at')
    .groupBy('drift_target_entities.entity_ref')
    .orderBy('drift_target_entities.entity_ref')
    .select('drift_target_entities.entity_ref')
    .max({ status_rank: 'drift_results.status_rank' })
    .max({ risk_score: 'drift_results.risk_score' });
  return rows.map(row => ({
    entityRef: row.entity_ref,
    status: statusOfRank(Number(row.status_rank)),
    risk: riskOfScore(Number(row.risk_score)),
  }));
}
