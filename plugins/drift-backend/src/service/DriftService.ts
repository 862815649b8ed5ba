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

import { BackstageCredentials } from '@backstage/backend-plugin-api';
import {
  DriftAnalysis,
  DriftOverview,
  DriftTarget,
  EntityDriftStatus,
  FindingsPage,
  ResultsPage,
  ResultsQuery,
  ScanRequestResult,
  ScanRound,
  ScansPage,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  FindingSearch,
  FoundFindings,
  TargetCondition,
} from '../store/DriftStore';

/**
 * What the plugin does, asked by routes and actions alike. The default
 * implementation knows nothing of permissions; `AuthorizedDriftService` wraps it
 * and narrows every call by `condition`.
 *
 * @throws NotFoundError for an unknown or invisible target, scan or round
 * @throws ServiceUnavailableError when the database is away
 */
export interface DriftService {
  listResults(options: {
    query: ResultsQuery;
    credentials: BackstageCredentials;
    condition?: TargetCondition;
  }): Promise<ResultsPage>;
  getOverview(options: {
    credentials: BackstageCredentials;
    condition?: TargetCondition;
  }): Promise<DriftOverview>;
  getTarget(options: {
    targetId: string;
    credentials: BackstageCredentials;
    condition?: TargetCondition;
  }): Promise<DriftTarget>;
  listFindings(options: {
    targetId: string;
    scanId?: string;
    state?: 'open' | 'resolved';
    limit?: number;
    offset?: number;
    credentials: BackstageCredentials;
    condition?: TargetCondition;
  }): Promise<FindingsPage>;
  /** Alarming findings across the targets that the caller may see. */
  searchFindings(options: {
    search: FindingSearch;
    credentials: BackstageCredentials;
    condition?: TargetCondition;
  }): Promise<FoundFindings>;
  listScans(options: {
    targetId: string;
    limit?: number;
    offset?: number;
    credentials: BackstageCredentials;
    condition?: TargetCondition;
  }): Promise<ScansPage>;
  requestScan(options: {
    targetId: string;
    credentials: BackstageCredentials;
    condition?: TargetCondition;
  }): Promise<ScanRequestResult>;
  requestScanAll(options: {
    query: ResultsQuery;
    credentials: BackstageCredentials;
    condition?: TargetCondition;
  }): Promise<ScanRound>;
  getScanRound(options: {
    roundId: string;
    credentials: BackstageCredentials;
  }): Promise<ScanRound>;
  /** The explanation as it is now. */
  getAnalysis(options: {
    targetId: string;
    credentials: BackstageCredentials;
    condition?: TargetCondition;
  }): Promise<DriftAnalysis>;
  /** Lets the model, where one is configured, write a new explanation. */
  explain(options: {
    targetId: string;
    credentials: BackstageCredentials;
    condition?: TargetCondition;
  }): Promise<DriftAnalysis>;
  /** For the catalog module; service principals only. */
  listEntityStatuses(options: {
    credentials: BackstageCredentials;
  }): Promise<EntityDriftStatus[]>;
}
