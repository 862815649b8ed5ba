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
import { whereInList } from '../../database';
import { TargetCondition } from '../../DriftStore';
import { whereCondition } from './whereCondition';

/** Fields that pages can be filtered by and that are counted per value. */
export const FACETS = ['client', 'owner', 'status', 'risk', 'source'] as const;

/** A field that is counted per value. */
export type FacetField = (typeof FACETS)[number];

/** A page that is longer than this is not found by a text either. */
const LONGEST_TEXT = 1_000;

/**
 * Whether the facet fields tell the targets apart that match and that a caller may
 * see, so that counts of them can be summed up.
 */
export function isCountable(options: {
  query: ResultsQuery;
  condition: TargetCondition | undefined;
}): boolean {
  const { query, condition } = options;
  return (
    query.stale === undefined &&
    !query.q &&
    query.entityRef === undefined &&
    (condition === undefined || !asksForId(condition))
  );
}

function asksForId(condition: TargetCondition): boolean {
  if ('not' in condition) {
    return asksForId(condition.not);
  }
  if ('allOf' in condition) {
    return condition.allOf.some(asksForId);
  }
  if ('anyOf' in condition) {
    return condition.anyOf.some(asksForId);
  }
  return condition.field === 'id';
}

/**
 * Narrows a query over `drift_results` to declared targets that a caller may
 * see and that match everything except the facet fields.
 */
export function whereBase(
  builder: Knex.QueryBuilder,
  options: {
    knex: Knex;
    query: ResultsQuery;
    condition: TargetCondition | undefined;
    now: Date;
  },
): void {
  const { knex, query, condition, now } = options;
  builder.whereNull('drift_results.retired_at');
  builder.where(inner =>
    whereCondition(inner, { knex, table: 'drift_results', condition }),
  );
  if (query.stale === true) {
    builder.where('drift_results.stale_at', '<', now);
  }
  if (query.stale === false) {
    builder.where(fresh =>
      fresh
        .whereNull('drift_results.stale_at')
        .orWhere('drift_results.stale_at', '>=', now),
    );
  }
  if (query.entityRef !== undefined) {
    builder.whereIn(
      'drift_results.id',
      knex('drift_target_entities')
        .select('target_id')
        .where({ entity_ref: toEntityKey(query.entityRef) }),
    );
  }
  const text = query.q?.replaceAll('\u0000', '').slice(0, LONGEST_TEXT);
  if (text) {
    builder.whereRaw(`drift_results.search_text like ? escape '!'`, [
      `%${escapeLike(text.toLocaleLowerCase('en-US'))}%`,
    ]);
  }
}

/** Narrows further to the wanted values of the facet fields, except one. */
export function whereFacets(
  builder: Knex.QueryBuilder,
  options: {
    knex: Knex;
    query: ResultsQuery;
    table: string;
    except?: FacetField;
  },
): void {
  const { knex, query, table, except } = options;
  for (const field of FACETS) {
    const values = query[field];
    if (values !== undefined && field !== except) {
      whereInList(builder, { knex, column: `${table}.${field}`, values });
    }
  }
}

/** How an entity ref is stored; refs are case-insensitive. */
export function toEntityKey(entityRef: string): string {
  return entityRef.replaceAll('\u0000', '').toLocaleLowerCase('en-US');
}

/** Text that stands for itself in a pattern with `!` as its escape. */
export function escapeLike(text: string): string {
  return text.replace(/[!%_]/g, character => `!${character}`);
}
