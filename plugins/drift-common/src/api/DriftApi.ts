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
  Answer,
  DeliveriesPage,
  DesiredState,
  DesiredStateChange,
  DesiredStateRevisionsPage,
  DriftAnalysis,
  DriftOverview,
  DriftTarget,
  FindingsPage,
  ResultsPage,
  ResultsQuery,
  ScanRequestResult,
  ScanRound,
  ScansPage,
} from '../model';

/**
 * The drift backend as its callers see it.
 *
 * @public
 */
export interface DriftApi {
  getResults(
    query: ResultsQuery,
    options?: { signal?: AbortSignal },
  ): Promise<ResultsPage>;
  getOverview(options?: { signal?: AbortSignal }): Promise<DriftOverview>;
  getTarget(targetId: string): Promise<DriftTarget>;
  /** Findings of a target: open ones, or those that a certain scan saw. */
  getFindings(
    targetId: string,
    options?: {
      scanId?: string;
      state?: 'open' | 'resolved';
      limit?: number;
      offset?: number;
    },
  ): Promise<FindingsPage>;
  getScans(
    targetId: string,
    options?: { limit?: number; offset?: number },
  ): Promise<ScansPage>;
  requestScan(targetId: string): Promise<ScanRequestResult>;
  /** Scans every target that the caller may scan and that matches the filter. */
  requestScanAll(
    filter?: Pick<
      ResultsQuery,
      'client' | 'owner' | 'status' | 'risk' | 'source' | 'stale' | 'q'
    >,
  ): Promise<ScanRound>;
  getScanRound(roundId: string): Promise<ScanRound>;
  /** Explanation of a target's open drift. */
  getAnalysis(
    targetId: string,
    options?: { signal?: AbortSignal },
  ): Promise<DriftAnalysis>;
  /** Has the explanation written again; the answer may still be `pending`. */
  explain(targetId: string): Promise<DriftAnalysis>;
  /** Answers a question about drift from what the caller may see. */
  ask(
    question: string,
    options?: { client?: string; signal?: AbortSignal },
  ): Promise<Answer>;
  /** Messages to webhooks that wait for another attempt or were given up. */
  getDeliveries(options?: {
    state?: 'waiting' | 'dead';
    limit?: number;
    offset?: number;
  }): Promise<DeliveriesPage>;
  /** Sends a message again that waits or was given up. */
  retryDelivery(deliveryId: string): Promise<void>;
  /** What a tenant's platform wants; revision 0 and no resources when nobody has said so yet. */
  getDesiredState(
    tenantId: string,
    options?: { signal?: AbortSignal },
  ): Promise<DesiredState>;
  /** Changes of a desired state, newest first. */
  getDesiredStateRevisions(
    tenantId: string,
    options?: { limit?: number; offset?: number; signal?: AbortSignal },
  ): Promise<DesiredStateRevisionsPage>;
  /** Takes what is there now as the desired state, or says what that would change. */
  captureDesiredState(
    tenantId: string,
    options?: {
      dryRun?: boolean;
      /** Refused with 409 when the desired state has another revision by now. */
      expectedRevision?: number;
    },
  ): Promise<DesiredStateChange>;
}
