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

import { DriftOverview } from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import { toIso } from '../../conversion';
import { orderByNullable } from '../../database';
import { TargetCondition } from '../../DriftStore';
import { DbTime } from '../../tables';
import { selectMatched } from './countResults';
import { readTrend } from './readTrend';
import { whereBase } from './whereQuery';

/** The fleet at one glance, as far as the caller may see it. */
export async function getOverview(
  knex: Knex,
  options: { condition: TargetCondition | undefined; now: Date },
): Promise<Omit<DriftOverview, 'sources'>> {
  const { condition, now } = options;
  const visible = () =>
    knex('drift_results').modify(whereBase, {
      knex,
      query: {},
      condition,
      now,
    });

  const groups = await countByVerdict(knex, { condition, now });
  const stale = await visible()
    .where('drift_results.stale_at', '<', now)
    .whereNot('drift_results.status', 'error')
    .count({ count: '*' })
    .first();
  const lastScan: { last_scan_at: DbTime | null } | undefined = await visible()
    .modify(orderByNullable, {
      column: 'drift_results.last_scan_at',
      order: 'desc',
    })
    .select('drift_results.last_scan_at')
    .first();
  const firstScan: { last_scan_at: DbTime | null } | undefined = await visible()
    .modify(orderByNullable, {
      column: 'drift_results.last_scan_at',
      order: 'asc',
    })
    .select('drift_results.last_scan_at')
    .first();
  const active = await visible()
    .join('drift_scans', 'drift_scans.target_id', 'drift_results.id')
    .whereNull('drift_scans.finished_at')
    .count({ count: '*' })
    .first();

  const count = (wanted: Partial<Omit<VerdictCount, 'count'>>) =>
    groups
      .filter(
        group =>
          group.source === (wanted.source ?? group.source) &&
          group.status === (wanted.status ?? group.status) &&
          group.risk === (wanted.risk ?? group.risk),
      )
      .reduce((sum, group) => sum + Number(group.count), 0);
  const total = count({});
  const drifted = count({ status: 'drifted' });
  const error = count({ status: 'error' });
  const never = count({ status: 'unknown' });
  const staleTargets = Number(stale?.count ?? 0);
  return {
    totalTargets: total,
    driftedTargets: drifted,
    bySource: [...new Set(groups.map(group => group.source))]
      .sort()
      .map(source => ({
        source,
        totalTargets: count({ source }),
        driftedTargets: count({ source, status: 'drifted' }),
      })),
    byRisk: {
      low: count({ status: 'drifted', risk: 'low' }),
      medium: count({ status: 'drifted', risk: 'medium' }),
      high: count({ status: 'drifted', risk: 'high' }),
      critical: count({ status: 'drifted', risk: 'critical' }),
    },
    health: {
      ok: total - error - never - staleTargets,
      error,
      stale: staleTargets,
      never,
    },
    activeScans: Number(active?.count ?? 0),
    lastScanAt: toIso(lastScan?.last_scan_at),
    lastFullRoundAt: toIso(firstScan?.last_scan_at),
    trend: await readTrend(knex, {
      condition,
      now,
      current: { drifted, errors: error, total },
    }),
  };
}

interface VerdictCount {
  source: string;
  status: string;
  risk: string;
  count: number | string;
}

async function countByVerdict(
  knex: Knex,
  options: { condition: TargetCondition | undefined; now: Date },
): Promise<VerdictCount[]> {
  return knex
    .from(selectMatched(knex, { ...options, query: {} }).as('matched'))
    .select('source', 'status', 'risk')
    .sum({ count: 'targets' })
    .groupBy('source', 'status', 'risk');
}
