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
  ResultsOrder,
  ResultsQuery,
} from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import { orderByNullable } from '../../database';

interface OrderColumn {
  column: string;
  order: 'asc' | 'desc';
  /** Absent values are the smallest, on both engines. */
  nullable?: true;
}

/**
 * Each order as it is asked for most, ending in the id so that no two targets
 * are equal and pages never overlap. The opposite direction turns everything
 * round, so that one index serves both.
 */
const ORDERS: Record<ResultsOrder, OrderColumn[]> = {
  risk: [
    { column: 'risk_score', order: 'desc' },
    { column: 'status_rank', order: 'desc' },
    { column: 'last_scan_at', order: 'desc', nullable: true },
    { column: 'id', order: 'asc' },
  ],
  status: [
    { column: 'status_rank', order: 'desc' },
    { column: 'risk_score', order: 'desc' },
    { column: 'id', order: 'asc' },
  ],
  resources: [
    { column: 'drifted_resources', order: 'desc' },
    { column: 'total_resources', order: 'desc' },
    { column: 'id', order: 'asc' },
  ],
  lastScan: [
    { column: 'last_scan_at', order: 'desc', nullable: true },
    { column: 'id', order: 'asc' },
  ],
  name: [
    { column: 'name_key', order: 'asc' },
    { column: 'id', order: 'asc' },
  ],
  client: [
    { column: 'client', order: 'asc' },
    { column: 'id', order: 'asc' },
  ],
  owner: [
    { column: 'owner', order: 'asc' },
    { column: 'client', order: 'asc' },
    { column: 'id', order: 'asc' },
  ],
};

/** Orders a query over `drift_results` as asked. */
export function orderTargets(
  builder: Knex.QueryBuilder,
  options: { query: ResultsQuery },
): void {
  const { orderBy = 'risk', order } = options.query;
  const columns = ORDERS[orderBy];
  const opposite = order !== undefined && order !== columns[0].order;
  for (const { column, order: usual, nullable } of columns) {
    const reverse = usual === 'asc' ? 'desc' : 'asc';
    const direction = opposite ? reverse : usual;
    if (nullable) {
      orderByNullable(builder, {
        column: `drift_results.${column}`,
        order: direction,
      });
    } else {
      builder.orderBy(`drift_results.${column}`, direction);
    }
  }
}
