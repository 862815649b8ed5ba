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
  RemediationsQuery,
  RemediationState,
} from '@infra-hub/backstage-plugin-drift-common';
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';

/** Which remediations the page lists. */
export type RemediationsTab = 'waiting' | 'open' | 'ended' | 'all';

/** All tabs in the order of the screen. */
export const TABS: RemediationsTab[] = ['waiting', 'open', 'ended', 'all'];

/** Rows of one page. */
export const REMEDIATIONS_PAGE_SIZE = 20;

/** What the page shows; all of it lives in the address bar. */
export interface RemediationsView {
  tab: RemediationsTab;
  /** Only what the user may approve or reject. */
  mine: boolean;
  client: string;
  source: string;
  targetId: string;
  /** Counted from 0. */
  page: number;
}

/** Under way, but nobody else has to approve it. */
const UNDER_WAY: RemediationState[] = [
  'requested',
  'previewed',
  'approved',
  'running',
  'verifying',
];

/** Reads the address bar; what it does not know falls back to the default. */
export function parseRemediationsView(
  params: URLSearchParams,
): RemediationsView {
  const page = Number(params.get('page') ?? 1);
  return {
    tab: TABS.find(tab => tab === params.get('tab')) ?? 'waiting',
    mine: params.get('mine') === 'true',
    client: params.get('client') ?? '',
    source: params.get('source') ?? '',
    targetId: params.get('target') ?? '',
    page: Number.isSafeInteger(page) && page > 0 ? page - 1 : 0,
  };
}

/** The shortest address that {@link parseRemediationsView} reads back. */
export function formatRemediationsView(
  view: RemediationsView,
): URLSearchParams {
  const params = new URLSearchParams();
  if (view.tab !== 'waiting') {
    params.set('tab', view.tab);
  }
  if (view.mine) {
    params.set('mine', 'true');
  }
  for (const [name, value] of [
    ['client', view.client],
    ['source', view.source],
    ['target', view.targetId],
  ]) {
    if (value) {
      params.set(name, value);
    }
  }
  if (view.page > 0) {
    params.set('page', String(view.page + 1));
  }
  return params;
}

/** The question in the form of the API. */
export function toRemediationsQuery(view: RemediationsView): RemediationsQuery {
  const { tab, mine, client, source, targetId, page } = view;
  return {
    ...(tab === 'waiting'
      ? { state: ['awaiting-approval'] satisfies RemediationState[] }
      : {}),
    ...(tab === 'open' ? { state: UNDER_WAY } : {}),
    ...(tab === 'ended' ? { open: false } : {}),
    ...(tab === 'waiting' && mine ? { awaitingMe: true } : {}),
    ...(client ? { client: [client] } : {}),
    ...(source ? { source: [source] } : {}),
    ...(targetId ? { targetId } : {}),
    limit: REMEDIATIONS_PAGE_SIZE,
    offset: page * REMEDIATIONS_PAGE_SIZE,
  };
}

/** Whether anything but the tab narrows the list. */
export function isNarrowed(view: RemediationsView): boolean {
  return (
    (view.tab === 'waiting' && view.mine) ||
    Boolean(view.client || view.source || view.targetId)
  );
}

/** The view in the address bar, and how to change it. A change of anything but the page starts at the first page. */
export function useRemediationsView(): [
  RemediationsView,
  (change: Partial<RemediationsView>) => void,
] {
  const [params, setParams] = useSearchParams();
  const view = useMemo(() => parseRemediationsView(params), [params]);
  const update = useCallback(
    (change: Partial<RemediationsView>) =>
      setParams(
        old =>
          formatRemediationsView({
            ...parseRemediationsView(old),
            page: 0,
            ...change,
          }),
        { replace: true },
      ),
    [setParams],
  );
  return [view, update];
}
