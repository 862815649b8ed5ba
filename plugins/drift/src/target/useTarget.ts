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

import { useApi } from '@backstage/core-plugin-api';
import {
  DriftAnalysis,
  DriftApi,
  DriftTarget,
  FindingsPage,
  ScansPage,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import { useCallback, useEffect, useState } from 'react';
import { driftApiRef } from '../api';
import { Loaded, useLive, useLoaded } from '../live';

const SCANS_SHOWN = 30;
const FINDINGS_STEP = 100;

/** A target with its history and what is known now, or what one scan saw. */
export interface LoadedTarget {
  target: Loaded<DriftTarget>;
  scans: Loaded<ScansPage>;
  findings: Loaded<FindingsPage>;
  /** The explanation of what is known now, whatever scan is looked at. */
  analysis: Loaded<DriftAnalysis>;
  loadMoreFindings(): void;
  refresh(): void;
}

async function loadFindings(
  driftApi: DriftApi,
  options: { targetId: string; scanId?: string; pages: number },
): Promise<FindingsPage> {
  const { targetId, scanId, pages } = options;
  const items: StoredFinding[] = [];
  let totalItems = 0;
  for (let page = 0; page < pages; page++) {
    const next = await driftApi.getFindings(targetId, {
      ...(scanId ? { scanId } : { state: 'open' }),
      limit: FINDINGS_STEP,
      offset: page * FINDINGS_STEP,
    });
    items.push(...next.items);
    totalItems = next.totalItems;
    if (items.length >= totalItems) {
      break;
    }
  }
  return { items, totalItems };
}

/** All open findings of a target, for the report. */
export async function loadAllFindings(
  driftApi: DriftApi,
  targetId: string,
): Promise<StoredFinding[]> {
  const page = await loadFindings(driftApi, {
    targetId,
    pages: Number.POSITIVE_INFINITY,
  });
  return page.items;
}

/** Loads a target and keeps it fresh. */
export function useTarget(targetId: string, scanId?: string): LoadedTarget {
  const driftApi = useApi(driftApiRef);
  const [pages, setPages] = useState(1);
  const view = `${targetId} ${scanId ?? ''}`;
  useEffect(() => setPages(1), [view]);

  const target = useLoaded({
    key: targetId,
    scope: targetId,
    load: () => driftApi.getTarget(targetId),
  });
  const scans = useLoaded({
    key: targetId,
    scope: targetId,
    load: () => driftApi.getScans(targetId, { limit: SCANS_SHOWN }),
  });
  const findings = useLoaded({
    key: `${view} ${pages}`,
    scope: view,
    load: () => loadFindings(driftApi, { targetId, scanId, pages }),
  });

  const analysis = useLoaded({
    key: targetId,
    scope: targetId,
    load: signal => driftApi.getAnalysis(targetId, { signal }),
  });

  const { reload: reloadTarget } = target;
  const { reload: reloadScans } = scans;
  const { reload: reloadFindings } = findings;
  const { reload: reloadAnalysis } = analysis;
  const refresh = useCallback(() => {
    reloadTarget();
    reloadScans();
    reloadFindings();
    reloadAnalysis();
  }, [reloadTarget, reloadScans, reloadFindings, reloadAnalysis]);
  useLive({
    refresh,
    active:
      target.value?.activeScan !== undefined ||
      analysis.value?.status === 'pending',
    concerns: signal =>
      signal.targetId === undefined || signal.targetId === targetId,
  });

  const loadMoreFindings = useCallback(() => setPages(old => old + 1), []);
  return { target, scans, findings, analysis, loadMoreFindings, refresh };
}
