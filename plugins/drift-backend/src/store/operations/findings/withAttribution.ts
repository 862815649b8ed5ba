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

/**
 * Reads findings with what audit logs tell of them; an earlier version of a
 * finding has what its finding has.
 *
 * @remarks
 * No column of `drift_attributions` is called like one of `drift_findings`, so
 * that conditions and orders need not name the table.
 */
export function withAttribution(
  builder: Knex.QueryBuilder,
  options: { knex: Knex },
): void {
  const { knex } = options;
  builder
    .leftJoin(
      'drift_attributions',
      'drift_attributions.finding_id',
      knex.raw('coalesce(??, ??)', [
        'drift_findings.version_of',
        'drift_findings.id',
      ]),
    )
    .select('drift_findings.*', 'drift_attributions.attribution');
}
