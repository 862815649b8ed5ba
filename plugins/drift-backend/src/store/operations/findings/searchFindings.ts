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

import { FieldDifference } from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import {
  toDriftTarget,
  toOptionalDate,
  toStoredFinding,
} from '../../conversion';
import { whereInList } from '../../database';
import {
  FindingSearch,
  FoundFinding,
  FoundFindings,
  TargetCondition,
} from '../../DriftStore';
import { DbAttributedRow, DbFindingRow, DbTargetRow } from '../../tables';
import { escapeLike, whereBase, whereFacets } from '../results/whereQuery';
import { withAttribution } from './withAttribution';

/** Enough for any answer that people read; what lies beyond is only older or milder. */
const MOST_CANDIDATES = 1_000;

/** What stays the same while the values of a resource move on. */
const EPISODE_COLUMNS = [
  'target_id',
  'address',
  'deposed',
  'class',
  'change',
  'first_seen_at',
];

/**
 * Alarming findings of all targets that a caller may see, those that changed
 * last or that are worst first.
 *
 * @remarks
 * The database compares words with the whole payload, of which keys and reasons
 * are part; what is left is compared with what names the resource and its fields.
 */
export async function searchFindings(
  knex: Knex,
  options: {
    search: FindingSearch;
    condition: TargetCondition | undefined;
    now: Date;
  },
): Promise<FoundFindings> {
  const { search, condition, now } = options;
  const { client, owner, targetIds, words = [], since, until, state } = search;
  const query = { client, owner };
  const rows: DbAttributedRow[] = await knex<DbFindingRow>('drift_findings')
    .modify(withAttribution, { knex })
    .join('drift_results', 'drift_results.id', 'drift_findings.target_id')
    .modify(whereBase, { knex, query, condition, now })
    .modify(whereFacets, { knex, query, table: 'drift_results' })
    .modify(builder => {
      if (targetIds) {
        whereInList(builder, {
          knex,
          column: 'drift_findings.target_id',
          values: targetIds,
        });
      }
      for (const alternatives of words) {
        builder.where(any => whereMentions(any, alternatives));
      }
    })
    .where({ 'drift_findings.class': 'drift' })
    .where({ 'drift_findings.suppressed': false })
    .where({ 'drift_findings.replaced': false })
    .whereNull('drift_findings.version_of')
    .modify(whereState, state)
    .modify(builder => {
      if (since) {
        builder.where(changed => whereChanged(changed, { knex, since }));
      }
      if (until) {
        builder.where('drift_findings.first_seen_at', '<', until);
      }
    })
    .modify(since ? newestFirst : worstFirst)
    .limit(MOST_CANDIDATES);

  const targets = await readTargets(
    knex,
    rows.map(row => row.target_id),
  );
  const found: FoundFinding[] = [];
  for (const row of rows) {
    const targetRow = targets.get(row.target_id);
    if (!targetRow) {
      continue;
    }
    const target = toDriftTarget(targetRow, { now });
    const finding = toStoredFinding(row, {
      seenAt: toOptionalDate(targetRow.findings_seen_at),
    });
    const named = [
      target.name,
      finding.address,
      finding.resourceType,
      finding.attribution?.who ?? '',
      ...finding.fields.flatMap(textsOf),
    ].map(text => text.toLocaleLowerCase('en-US'));
    const mentioned = words.every(alternatives =>
      alternatives.some(word => named.some(text => text.includes(word))),
    );
    if (mentioned) {
      found.push({ target, finding, changed: changeOf(row, since) });
    }
  }
  return {
    items: found.slice(0, search.limit),
    totalItems: found.length,
    complete: rows.length < MOST_CANDIDATES,
  };
}

function textsOf(field: FieldDifference): string[] {
  const { path, label = '', recorded, actual, desired } = field;
  return [
    path,
    label,
    ...[recorded, actual, desired].filter(value => typeof value === 'string'),
  ] as string[];
}

function whereMentions(builder: Knex.QueryBuilder, texts: string[]): void {
  // PostgreSQL refuses a NUL character, and no stored text has one
  const words = texts.filter(text => !text.includes('\u0000'));
  for (const word of words) {
    const pattern = `%${escapeLike(word)}%`;
    for (const column of [
      'drift_results.name_key',
      'drift_findings.address',
      'drift_findings.payload',
      'drift_attributions.attribution',
    ]) {
      builder.orWhereRaw(`lower(??) like ? escape '!'`, [column, pattern]);
    }
  }
  if (words.length === 0) {
    builder.whereRaw('1 = 0');
  }
}

function whereState(
  builder: Knex.QueryBuilder,
  state: FindingSearch['state'],
): void {
  if (state === 'open') {
    builder.whereNull('drift_findings.resolved_at');
  } else if (state === 'resolved') {
    builder.whereNotNull('drift_findings.resolved_at');
  }
}

/** Began, ended, or got another value. */
function whereChanged(
  builder: Knex.QueryBuilder,
  options: { knex: Knex; since: Date },
): void {
  const { knex, since } = options;
  builder
    .where('drift_findings.first_seen_at', '>=', since)
    .orWhere('drift_findings.resolved_at', '>=', since)
    .orWhereExists(
      knex('drift_findings as earlier')
        .select(knex.raw('1'))
        .modify(episode => {
          for (const column of EPISODE_COLUMNS) {
            episode.whereRaw('?? = ??', [
              `earlier.${column}`,
              `drift_findings.${column}`,
            ]);
          }
        })
        .where('earlier.replaced', true)
        .where('earlier.resolved_at', '>=', since),
    );
}

function newestFirst(builder: Knex.QueryBuilder): void {
  builder
    .orderByRaw('coalesce(??, ??) desc', [
      'drift_findings.resolved_at',
      'drift_findings.first_seen_at',
    ])
    .modify(worstFirst);
}

function worstFirst(builder: Knex.QueryBuilder): void {
  builder.orderBy([
    { column: 'drift_findings.severity_rank', order: 'desc' },
    { column: 'drift_findings.first_seen_at', order: 'desc' },
    { column: 'drift_findings.target_id' },
    { column: 'drift_findings.address' },
    { column: 'drift_findings.id' },
  ]);
}

function changeOf(
  row: DbFindingRow,
  since: Date | undefined,
): FoundFinding['changed'] {
  if (!since) {
    return undefined;
  }
  const resolvedAt = toOptionalDate(row.resolved_at);
  if (resolvedAt && resolvedAt >= since) {
    return 'ended';
  }
  const firstSeenAt = toOptionalDate(row.first_seen_at);
  return firstSeenAt && firstSeenAt >= since ? 'began' : 'moved';
}

async function readTargets(
  knex: Knex,
  targetIds: string[],
): Promise<Map<string, DbTargetRow>> {
  const rows: DbTargetRow[] = await knex<DbTargetRow>('drift_results').modify(
    whereInList,
    { knex, column: 'id', values: [...new Set(targetIds)] },
  );
  return new Map(rows.map(row => [row.id, row]));
}
