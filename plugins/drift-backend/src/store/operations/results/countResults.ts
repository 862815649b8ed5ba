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
  Facet,
  ResultsPage,
  ResultsQuery,
} from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import { TargetCondition } from '../../DriftStore';
import { whereCondition } from './whereCondition';
import {
  FACETS,
  FacetField,
  isCountable,
  whereBase,
  whereFacets,
} from './whereQuery';

/** Totals and facets, which do not depend on page and order. */
export type ResultCounts = Pick<ResultsPage, 'totalItems' | 'facets'>;

/**
 * Counts the matching targets, and for every facet field those that match the
 * other filters by value.
 *
 * @remarks
 * Counting would go over all targets and be slower than anything else on the page,
 * so it sums up counts that are kept per combination of values, unless the question
 * asks for something finer.
 */
export async function countResults(
  knex: Knex,
  options: {
    query: ResultsQuery;
    condition: TargetCondition | undefined;
    now: Date;
  },
): Promise<ResultCounts> {
  const { query } = options;
  const matched = selectMatched(knex, options);
  const total = knex('matched')
    .select(knex.raw(`'total' as facet`), knex.raw(`'' as value`))
    .sum({ count: 'targets' })
    .modify(whereFacets, { knex, query, table: 'matched' });
  const byValue = FACETS.map(field =>
    knex('matched')
      .select(
        knex.raw(`'${field}' as facet`),
        knex.ref(`matched.${field}`).as('value'),
      )
      .sum({ count: 'targets' })
      .modify(whereFacets, { knex, query, table: 'matched', except: field })
      .groupBy(`matched.${field}`),
  );
  const rows: { facet: string; value: string; count: number | string }[] =
    await knex
      .withMaterialized('matched', matched)
      .select('facet', 'value', 'count')
      .from(knex.unionAll([total, ...byValue]).as('counts'));

  const facetOf = (field: FacetField): Facet =>
    rows
      .filter(row => row.facet === field)
      .map(row => ({ value: row.value, count: Number(row.count) }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  return {
    totalItems: Number(rows.find(row => row.facet === 'total')?.count ?? 0),
    facets: {
      client: facetOf('client'),
      owner: facetOf('owner'),
      status: facetOf('status'),
      risk: facetOf('risk'),
      source: facetOf('source'),
    },
  };
}

/**
 * The facet fields of the targets that match everything except the facet filters,
 * and how many `targets` each row stands for.
 */
export function selectMatched(
  knex: Knex,
  options: {
    query: ResultsQuery;
    condition: TargetCondition | undefined;
    now: Date;
  },
): Knex.QueryBuilder {
  return isCountable(options)
    ? selectCounts(knex, options)
    : selectTargets(knex, options);
}

function selectCounts(
  knex: Knex,
  options: { condition: TargetCondition | undefined },
): Knex.QueryBuilder {
  const { condition } = options;
  const table = 'drift_target_counts';
  return knex(table)
    .select(FACETS.map(field => `${table}.${field}`))
    .select(`${table}.targets`)
    .where(`${table}.targets`, '>', 0)
    .where(inner => whereCondition(inner, { knex, table, condition }));
}

function selectTargets(
  knex: Knex,
  options: {
    query: ResultsQuery;
    condition: TargetCondition | undefined;
    now: Date;
  },
): Knex.QueryBuilder {
  return knex('drift_results')
    .select(FACETS.map(field => `drift_results.${field}`))
    .select(knex.raw('1 as targets'))
    .modify(whereBase, { knex, ...options });
}
