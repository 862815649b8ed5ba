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
  AcknowledgementRequest,
  AcknowledgementsPage,
  Answer,
  DeliveriesPage,
  DesiredState,
  DesiredStateChange,
  DesiredStateRevisionsPage,
  DriftAnalysis,
  DriftIgnoreRule,
  DriftOverview,
  DriftTarget,
  FindingsPage,
  IgnoreRuleImport,
  IgnoreRuleImportResult,
  IgnoreRulesPage,
  IgnoreRuleSuggestion,
  IgnoreRuleTest,
  PolicyExplanation,
  Remediation,
  RemediationOptions,
  RemediationPolicies,
  RemediationPolicy,
  RemediationRequestBody,
  RemediationsPage,
  RemediationsQuery,
  RemediationStatus,
  ResultsPage,
  ResultsQuery,
  ScanRequestResult,
  ScanRound,
  ScansPage,
  StoredIgnoreRule,
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

  /** Whether anything is remediated at all here. */
  getRemediationStatus(options?: {
    signal?: AbortSignal;
  }): Promise<RemediationStatus>;
  /** Turns the stop switch: while it is on, nothing is applied. */
  setRemediationStop(options: {
    stopped: boolean;
    reason?: string;
  }): Promise<RemediationStatus>;
  /** Ways out of the drift of a target. */
  getRemediationOptions(
    targetId: string,
    options?: { signal?: AbortSignal },
  ): Promise<RemediationOptions>;
  /** Asks for a preview; nothing is applied until it was confirmed. */
  requestRemediation(request: RemediationRequestBody): Promise<Remediation>;
  getRemediation(
    remediationId: string,
    options?: { signal?: AbortSignal },
  ): Promise<Remediation>;
  getRemediations(
    query?: RemediationsQuery,
    options?: { signal?: AbortSignal },
  ): Promise<RemediationsPage>;
  /**
   * The requester wants exactly this preview: it is applied, or waits for approval.
   *
   * @param options - `confirmName` where {@link confirmNamesOf} asks for one
   */
  confirmRemediation(
    remediationId: string,
    options: { previewHash: string; confirmName?: string },
  ): Promise<Remediation>;
  /**
   * Somebody else wants exactly this preview, too.
   *
   * @param options - `confirmName` where {@link confirmNamesOf} asks for one
   */
  approveRemediation(
    remediationId: string,
    options: { previewHash: string; confirmName?: string; note?: string },
  ): Promise<Remediation>;
  rejectRemediation(
    remediationId: string,
    options: { reason: string },
  ): Promise<Remediation>;
  cancelRemediation(remediationId: string): Promise<Remediation>;
  getRemediationPolicies(options?: {
    signal?: AbortSignal;
  }): Promise<RemediationPolicies>;
  /** Replaces the policies of origin `api`; those of the configuration stay. */
  setRemediationPolicies(options: {
    policies: RemediationPolicy[];
    expectedRevision?: number;
  }): Promise<RemediationPolicies>;
  /** What policy says of each open drift of a target, and why. */
  getPolicyExplanation(
    targetId: string,
    options?: { signal?: AbortSignal },
  ): Promise<PolicyExplanation>;
  acknowledge(
    targetId: string,
    request: AcknowledgementRequest,
  ): Promise<AcknowledgementsPage>;
  /** Of one target, or of all that the caller may see; newest first. */
  getAcknowledgements(options?: {
    targetId?: string;
    state?: 'active' | 'ended';
    limit?: number;
    offset?: number;
  }): Promise<AcknowledgementsPage>;
  withdrawAcknowledgement(
    targetId: string,
    acknowledgementId: string,
  ): Promise<void>;
  getIgnoreRules(options?: { signal?: AbortSignal }): Promise<IgnoreRulesPage>;
  /** What the rule would have muted of the stored history. */
  testIgnoreRule(
    rule: Omit<DriftIgnoreRule, 'id' | 'reason'>,
    options?: { signal?: AbortSignal },
  ): Promise<IgnoreRuleTest>;
  createIgnoreRule(rule: DriftIgnoreRule): Promise<StoredIgnoreRule>;
  updateIgnoreRule(rule: DriftIgnoreRule): Promise<StoredIgnoreRule>;
  deleteIgnoreRule(ruleId: string): Promise<void>;
  /** The narrowest rule that mutes a finding, or one of its fields. */
  suggestIgnoreRule(
    targetId: string,
    findingId: string,
    options?: { path?: string },
  ): Promise<IgnoreRuleSuggestion>;
  importIgnoreRules(request: IgnoreRuleImport): Promise<IgnoreRuleImportResult>;
}
