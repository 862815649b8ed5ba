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

import { Risk } from './report';
import {
  DriftTarget,
  ScanSummary,
  StoredFinding,
  TargetStatus,
} from './target';

/**
 * How results are ordered. `risk`: worst risk first, then worst status (error,
 * drifted, pending, unknown, clean), then newest scan, then id.
 *
 * @public
 */
export type ResultsOrder =
  | 'risk'
  | 'name'
  | 'client'
  | 'owner'
  | 'status'
  | 'resources'
  | 'lastScan';

/**
 * Question to `GET /results`. Lists are alternatives; different fields are all
 * required. `-` as a client or an owner stands for none, here and in facets.
 *
 * @public
 */
export interface ResultsQuery {
  client?: string[];
  owner?: string[];
  status?: TargetStatus[];
  risk?: Risk[];
  source?: string[];
  /** Only stale targets when true, only the others when false. */
  stale?: boolean;
  /** Targets that belong to this entity. */
  entityRef?: string;
  /** Case-insensitive text in name, client or summary. */
  q?: string;
  orderBy?: ResultsOrder;
  /** By default worst, most or newest first, and names, clients and owners ascending. */
  order?: 'asc' | 'desc';
  /** 1 to 200, default 20. */
  limit?: number;
  /** Default 0. */
  offset?: number;
}

/**
 * Counts of the values of one field among the targets that match the other
 * filters.
 *
 * @public
 */
export type Facet = { value: string; count: number }[];

/**
 * Answer of `GET /results`.
 *
 * @public
 */
export interface ResultsPage {
  items: DriftTarget[];
  /** Number of targets that match, over all pages. */
  totalItems: number;
  facets: {
    client: Facet;
    owner: Facet;
    status: Facet;
    risk: Facet;
    source: Facet;
  };
}

/**
 * Whether a source can work here, e.g. whether its tool is installed.
 *
 * @public
 */
export interface SourceHealth {
  source: string;
  ok: boolean;
  tool?: { name: string; version?: string };
  /** What is wrong and what to do, whole sentences. */
  message?: string;
}

/**
 * Answer of `GET /overview`: the fleet at one glance.
 *
 * @public
 */
export interface DriftOverview {
  totalTargets: number;
  driftedTargets: number;
  /** The same by source, for every source that has targets. */
  bySource?: {
    source: string;
    totalTargets: number;
    driftedTargets: number;
  }[];
  /** Drifted targets by risk. */
  byRisk: Record<Exclude<Risk, 'none'>, number>;
  health: {
    /** Last scan good and fresh. */
    ok: number;
    error: number;
    stale: number;
    never: number;
  };
  /** Number of scans that wait or run now. */
  activeScans: number;
  lastScanAt?: string;
  /** Every target has been scanned since then. */
  lastFullRoundAt?: string;
  /** One point a day, oldest first, at most 30. `date` is YYYY-MM-DD in UTC. */
  trend: { date: string; drifted: number; errors: number; total: number }[];
  sources: SourceHealth[];
}

/**
 * Answer of `GET /targets/:id/findings`.
 *
 * @public
 */
export interface FindingsPage {
  items: StoredFinding[];
  totalItems: number;
}

/**
 * Answer of `GET /targets/:id/scans`, newest first.
 *
 * @public
 */
export interface ScansPage {
  items: ScanSummary[];
  totalItems: number;
}

/**
 * Answer of `POST /targets/:id/scan`.
 *
 * @public
 */
export interface ScanRequestResult {
  scanId: string;
  targetId: string;
  /** True when a scan was already under way and this request joined it. */
  joined: boolean;
}

/**
 * Answer of `POST /scans` (scan all) and `GET /scan-rounds/:id`.
 *
 * @public
 */
export interface ScanRound {
  id: string;
  total: number;
  /** Scans that have ended, however. */
  done: number;
  /** Those of them that failed or whose verdict is `error`. */
  failed: number;
  startedAt: string;
  finishedAt?: string;
}

/**
 * Message on the signals channel `drift`. Ids only, never content.
 *
 * @public
 */
export type DriftSignal = {
  type:
    | 'scan-queued'
    | 'scan-started'
    | 'scan-finished'
    | 'targets-changed'
    | 'analysis-ready'
    | 'attribution-found'
    | 'remediation-changed';
  targetId?: string;
  scanId?: string;
  roundId?: string;
  remediationId?: string;
};

/**
 * One row of `GET /entity-statuses`, read by the catalog module.
 *
 * @public
 */
export interface EntityDriftStatus {
  entityRef: string;
  /** Worst status of the entity's targets. */
  status: TargetStatus;
  /** Highest risk of the entity's targets. */
  risk: Risk;
}
