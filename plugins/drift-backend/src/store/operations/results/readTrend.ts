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
import { toDay } from '../../conversion';
import { TargetCondition } from '../../DriftStore';
import { ABSENT } from './recordChanges';
import { whereCondition } from './whereCondition';

const DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * How many targets were drifted or failing at the end of each day.
 *
 * @remarks
 * Counts back from the current figures by undoing the changes of status, so that
 * only what changed within the period is read, however many targets there are.
 * Who may see a target now sees its past.
 */
export async function readTrend(
  knex: Knex,
  options: {
    condition: TargetCondition | undefined;
    now: Date;
    current: { drifted: number; errors: number; total: number };
  },
): Promise<DriftOverview['trend']> {
  const { condition, now } = options;
  const days = Array.from({ length: DAYS }, (_, age) =>
    toDay(new Date(now.getTime() - age * DAY_MS)),
  );
  const changes: {
    day: string;
    status_before: string;
    status_after: string;
    count: number | string;
  }[] = await knex('drift_status_changes')
    .join('drift_results', 'drift_results.id', 'drift_status_changes.target_id')
    .where('drift_status_changes.day', '>', days[DAYS - 1])
    .where(inner =>
      whereCondition(inner, { knex, table: 'drift_results', condition }),
    )
    .groupBy(
      'drift_status_changes.day',
      'drift_status_changes.status_before',
      'drift_status_changes.status_after',
    )
    .select(
      'drift_status_changes.day',
      'drift_status_changes.status_before',
      'drift_status_changes.status_after',
    )
    .count({ count: '*' });

  const trend: DriftOverview['trend'] = [];
  const figures = { ...options.current };
  for (const [age, day] of days.entries()) {
    trend.push({ date: day, ...figures });
    const previousDay = days[age + 1];
    for (const change of changes) {
      // Whatever a fast clock dated after today is undone together with today
      const undo =
        previousDay !== undefined &&
        change.day > previousDay &&
        (age === 0 || change.day <= day);
      if (undo) {
        const count = Number(change.count);
        figures.drifted += count * weight(change, 'drifted');
        figures.errors += count * weight(change, 'error');
        figures.total -= count * weight(change, ABSENT);
      }
    }
  }
  const firstDay = trend.findLastIndex(({ total }) => total > 0);
  return trend.slice(0, Math.max(firstDay, 0) + 1).reverse();
}

/** What undoing a change does to the number of targets with a status. */
function weight(
  change: { status_before: string; status_after: string },
  status: string,
): number {
  return (
    Number(change.status_before === status) -
    Number(change.status_after === status)
  );
}
