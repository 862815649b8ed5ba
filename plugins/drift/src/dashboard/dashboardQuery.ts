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
  Risk,
  TargetStatus,
} from '@infra-hub/backstage-plugin-drift-common';
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';

/** What the dashboard shows; all of it lives in the address bar. */
export interface DashboardQuery {
  q: string;
  client: string[];
  owner: string[];
  status: TargetStatus[];
  risk: Risk[];
  source: string[];
  /** Only stale ones when true, only fresh ones when false. */
  stale?: boolean;
  orderBy: ResultsOrder;
  order: 'asc' | 'desc';
  /** Counted from 0. */
  page: number;
  pageSize: number;
}

/** All statuses, worst first. */
export const STATUSES: TargetStatus[] = [
  'error',
  'drifted',
  'pending',
  'unknown',
  'clean',
];

/** All risks, worst first. */
export const RISKS: Risk[] = ['critical', 'high', 'medium', 'low', 'none'];

/** What the user may choose as page size. */
export const PAGE_SIZES = [20, 50, 100];

/** What the list can be sorted by. */
export const ORDERS: ResultsOrder[] = [
  'risk',
  'name',
  'client',
  'owner',
  'status',
  'resources',
  'lastScan',
];

/** Fields whose first order is ascending; the others start with most or worst. */
const ASCENDING_FIRST: ResultsOrder[] = ['name', 'client', 'owner'];

/** The order that a click on a column heading gives first. */
export function firstOrder(orderBy: ResultsOrder): 'asc' | 'desc' {
  return ASCENDING_FIRST.includes(orderBy) ? 'asc' : 'desc';
}

/** Reads the address bar; what it does not know falls back to the default. */
export function parseDashboardQuery(params: URLSearchParams): DashboardQuery {
  const orderBy = ORDERS.find(order => order === params.get('sort')) ?? 'risk';
  const order = params.get('order');
  const page = Number(params.get('page') ?? 1);
  const pageSize = Number(params.get('size') ?? PAGE_SIZES[0]);
  return {
    q: params.get('q') ?? '',
    client: params.getAll('client'),
    owner: params.getAll('owner'),
    status: STATUSES.filter(status => params.getAll('status').includes(status)),
    risk: RISKS.filter(risk => params.getAll('risk').includes(risk)),
    source: params.getAll('source'),
    stale: parseBoolean(params.get('stale')),
    orderBy,
    order: order === 'asc' || order === 'desc' ? order : firstOrder(orderBy),
    page: Number.isSafeInteger(page) && page > 0 ? page - 1 : 0,
    pageSize: PAGE_SIZES.includes(pageSize) ? pageSize : PAGE_SIZES[0],
  };
}

function parseBoolean(text: string | null): boolean | undefined {
  return text === 'true' || text === 'false' ? text === 'true' : undefined;
}

/** The shortest address that {@link parseDashboardQuery} reads back as the query. */
export function formatDashboardQuery(query: DashboardQuery): URLSearchParams {
  const params = new URLSearchParams();
  if (query.q) {
    params.set('q', query.q);
  }
  for (const name of ['client', 'owner', 'status', 'risk', 'source'] as const) {
    for (const value of query[name]) {
      params.append(name, value);
    }
  }
  if (query.stale !== undefined) {
    params.set('stale', String(query.stale));
  }
  if (query.orderBy !== 'risk') {
    params.set('sort', query.orderBy);
  }
  if (query.order !== firstOrder(query.orderBy)) {
    params.set('order', query.order);
  }
  if (query.page > 0) {
    params.set('page', String(query.page + 1));
  }
  if (query.pageSize !== PAGE_SIZES[0]) {
    params.set('size', String(query.pageSize));
  }
  return params;
}

/** The filters in the form of the API. */
export function toFilter(query: DashboardQuery): ResultsQuery {
  const some = <T>(values: T[]) => (values.length > 0 ? values : undefined);
  return {
    q: query.q || undefined,
    client: some(query.client),
    owner: some(query.owner),
    status: some(query.status),
    risk: some(query.risk),
    source: some(query.source),
    stale: query.stale,
  };
}

/** The whole question in the form of the API. */
export function toResultsQuery(query: DashboardQuery): ResultsQuery {
  return {
    ...toFilter(query),
    orderBy: query.orderBy,
    order: query.order,
    limit: query.pageSize,
    offset: query.page * query.pageSize,
  };
}

/** Whether anything narrows the list. */
export function isFiltered(query: DashboardQuery): boolean {
  return Object.values(toFilter(query)).some(value => value !== undefined);
}

/** No filter at all; sorting and page size stay. */
export const NO_FILTERS = {
  q: '',
  client: [],
  owner: [],
  status: [],
  risk: [],
  source: [],
  stale: undefined,
} satisfies Partial<DashboardQuery>;

/** The query in the address bar, and how to change it. A change of anything but the page starts at the first page. */
export function useDashboardQuery(): [
  DashboardQuery,
  (change: Partial<DashboardQuery>) => void,
] {
  const [params, setParams] = useSearchParams();
  const query = useMemo(() => parseDashboardQuery(params), [params]);
  const update = useCallback(
    (change: Partial<DashboardQuery>) => {
      setParams(
        old =>
          formatDashboardQuery({
            ...parseDashboardQuery(old),
            page: 0,
            ...change,
          }),
        { replace: true },
      );
    },
    [setParams],
  );
  return [query, update];
}
