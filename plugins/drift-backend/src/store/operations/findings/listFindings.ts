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

import { FindingsPage } from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import {
  toDate,
  toFinding,
  toOptionalDate,
  toStoredFinding,
} from '../../conversion';
import { whereInList } from '../../database';
import {
  DbAttributedRow,
  DbFindingRow,
  DbScanRow,
  DbTargetRow,
} from '../../tables';
import { withAttribution } from './withAttribution';

interface ListFindingsOptions {
  targetId: string;
  scanId?: string;
  state?: 'open' | 'resolved';
  limit: number;
  offset: number;
}

/**
 * One page of the findings of a target: open ones first, drift first, worst
 * first. With a scan id, exactly what that scan saw, as it saw it; a scan that
 * failed saw nothing.
 */
export async function listFindings(
  knex: Knex,
  options: ListFindingsOptions,
): Promise<FindingsPage> {
  return options.scanId === undefined
    ? listCurrent(knex, options)
    : listAsOfScan(knex, { ...options, scanId: options.scanId });
}

async function listCurrent(
  knex: Knex,
  options: ListFindingsOptions,
): Promise<FindingsPage> {
  const { targetId, state, limit, offset } = options;
  const target = await knex<DbTargetRow>('drift_results')
    .where({ id: targetId })
    .first('findings_seen_at');
  const matching = () => {
    const builder = knex<DbFindingRow>('drift_findings')
      .where({ target_id: targetId })
      .whereNull('version_of');
    if (state === 'open') {
      builder.whereNull('resolved_at');
    } else if (state === 'resolved') {
      builder.whereNotNull('resolved_at');
    }
    return builder;
  };
  const rows: DbAttributedRow[] = await matching()
    .modify(withAttribution, { knex })
    .orderByRaw('?? desc nulls first', ['resolved_at'])
    .modify(worstFirst)
    .limit(limit)
    .offset(offset);
  const total = await matching().count({ count: '*' }).first();
  const seenAt = toOptionalDate(target?.findings_seen_at);
  return {
    items: rows.map(row => toStoredFinding(row, { seenAt })),
    totalItems: Number(total?.count ?? 0),
  };
}

async function listAsOfScan(
  knex: Knex,
  options: ListFindingsOptions & { scanId: string },
): Promise<FindingsPage> {
  const { targetId, scanId, state, limit, offset } = options;
  const scan = await knex<DbScanRow>('drift_scans')
    .where({ target_id: targetId })
    .modify(whereInList, { knex, column: 'id', values: [scanId] })
    .first();
  const finishedAt = toOptionalDate(scan?.finished_at);
  const sawNothing =
    !scan ||
    !finishedAt ||
    scan.state !== 'completed' ||
    (scan.status === 'error' && scan.seen_findings === null);
  if (sawNothing || state === 'resolved') {
    return { items: [], totalItems: 0 };
  }
  const matching = () => {
    const builder = knex<DbFindingRow>('drift_findings')
      .where({ target_id: targetId })
      .where('opened_fence', '<=', scan.fence)
      .where(still =>
        still
          .whereNull('resolved_fence')
          .orWhere('resolved_fence', '>', scan.fence),
      );
    if (scan.seen_findings !== null) {
      builder.where(seen =>
        seen
          .where(current =>
            whereInList(current, {
              knex,
              column: 'id',
              values: JSON.parse(scan.seen_findings ?? '[]'),
            }),
          )
          .orWhere(earlier =>
            whereInList(earlier, {
              knex,
              column: 'version_of',
              values: JSON.parse(scan.seen_findings ?? '[]'),
            }),
          ),
      );
    }
    return builder;
  };
  const rows: DbAttributedRow[] = await matching()
    .modify(withAttribution, { knex })
    .modify(worstFirst)
    .limit(limit)
    .offset(offset);
  const total = await matching().count({ count: '*' }).first();
  return {
    items: rows.map(row => ({
      ...toFinding(row),
      id: row.version_of ?? row.id,
      targetId,
      state: 'open',
      firstSeenAt: toDate(row.first_seen_at).toISOString(),
      lastSeenAt: finishedAt.toISOString(),
      recurrences: row.recurrences,
    })),
    totalItems: Number(total?.count ?? 0),
  };
}

function worstFirst(builder: Knex.QueryBuilder): void {
  builder.orderBy([
    { column: 'suppressed' },
    { column: 'class_rank', order: 'desc' },
    { column: 'severity_rank', order: 'desc' },
    { column: 'address' },
    { column: 'id' },
  ]);
}
