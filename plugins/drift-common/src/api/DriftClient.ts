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

import { ResponseError } from '@backstage/errors';
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
import { DriftApi } from './DriftApi';

type QueryValue = string | number | boolean | string[] | undefined;

/**
 * Speaks to the drift backend over HTTP.
 *
 * @remarks
 * Works in the browser with the app's `discoveryApiRef` and `fetchApiRef`, and
 * in a backend with anything of the same shape.
 *
 * Every method throws `ResponseError` when the backend answers with an error.
 *
 * @public
 */
export class DriftClient implements DriftApi {
  readonly #discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
  readonly #fetchApi: { fetch: typeof fetch };

  constructor(options: {
    discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
    fetchApi: { fetch: typeof fetch };
  }) {
    this.#discoveryApi = options.discoveryApi;
    this.#fetchApi = options.fetchApi;
  }

  async getResults(
    query: ResultsQuery,
    options?: { signal?: AbortSignal },
  ): Promise<ResultsPage> {
    return this.#get<ResultsPage>(
      withQuery('/results', {
        client: query.client,
        owner: query.owner,
        status: query.status,
        risk: query.risk,
        source: query.source,
        stale: query.stale,
        entityRef: query.entityRef,
        q: query.q || undefined,
        orderBy: query.orderBy,
        order: query.order,
        limit: query.limit,
        offset: query.offset,
      }),
      options,
    );
  }

  async getOverview(options?: {
    signal?: AbortSignal;
  }): Promise<DriftOverview> {
    return this.#get<DriftOverview>('/overview', options);
  }

  async getTarget(targetId: string): Promise<DriftTarget> {
    return this.#get<DriftTarget>(targetPath(targetId));
  }

  async getFindings(
    targetId: string,
    options?: {
      scanId?: string;
      state?: 'open' | 'resolved';
      limit?: number;
      offset?: number;
    },
  ): Promise<FindingsPage> {
    return this.#get<FindingsPage>(
      withQuery(`${targetPath(targetId)}/findings`, {
        scanId: options?.scanId,
        state: options?.state,
        limit: options?.limit,
        offset: options?.offset,
      }),
    );
  }

  async getScans(
    targetId: string,
    options?: { limit?: number; offset?: number },
  ): Promise<ScansPage> {
    return this.#get<ScansPage>(
      withQuery(`${targetPath(targetId)}/scans`, {
        limit: options?.limit,
        offset: options?.offset,
      }),
    );
  }

  async requestScan(targetId: string): Promise<ScanRequestResult> {
    return this.#send<ScanRequestResult>(`${targetPath(targetId)}/scan`, {
      method: 'POST',
    });
  }

  async requestScanAll(
    filter?: Pick<
      ResultsQuery,
      'client' | 'owner' | 'status' | 'risk' | 'source' | 'stale' | 'q'
    >,
  ): Promise<ScanRound> {
    return this.#send<ScanRound>('/scans', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        client: filter?.client,
        owner: filter?.owner,
        status: filter?.status,
        risk: filter?.risk,
        stale: filter?.stale,
        source: filter?.source,
        q: filter?.q || undefined,
      }),
    });
  }

  async getScanRound(roundId: string): Promise<ScanRound> {
    return this.#get<ScanRound>(`/scan-rounds/${encodeURIComponent(roundId)}`);
  }

  async getAnalysis(
    targetId: string,
    options?: { signal?: AbortSignal },
  ): Promise<DriftAnalysis> {
    return this.#get<DriftAnalysis>(
      `${targetPath(targetId)}/analysis`,
      options,
    );
  }

  async explain(targetId: string): Promise<DriftAnalysis> {
    return this.#send<DriftAnalysis>(`${targetPath(targetId)}/explain`, {
      method: 'POST',
    });
  }

  async ask(
    question: string,
    options?: { client?: string; signal?: AbortSignal },
  ): Promise<Answer> {
    return this.#send<Answer>('/ask', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ question, client: options?.client }),
      signal: options?.signal,
    });
  }

  async getDeliveries(options?: {
    state?: 'waiting' | 'dead';
    limit?: number;
    offset?: number;
  }): Promise<DeliveriesPage> {
    return this.#get<DeliveriesPage>(
      withQuery('/deliveries', {
        state: options?.state,
        limit: options?.limit,
        offset: options?.offset,
      }),
    );
  }

  async retryDelivery(deliveryId: string): Promise<void> {
    await this.#send(`/deliveries/${encodeURIComponent(deliveryId)}/retry`, {
      method: 'POST',
    });
  }

  async getDesiredState(
    tenantId: string,
    options?: { signal?: AbortSignal },
  ): Promise<DesiredState> {
    return this.#get<DesiredState>(desiredStatePath(tenantId), options);
  }

  async getDesiredStateRevisions(
    tenantId: string,
    options?: { limit?: number; offset?: number; signal?: AbortSignal },
  ): Promise<DesiredStateRevisionsPage> {
    return this.#get<DesiredStateRevisionsPage>(
      withQuery(`${desiredStatePath(tenantId)}/revisions`, {
        limit: options?.limit,
        offset: options?.offset,
      }),
      { signal: options?.signal },
    );
  }

  async captureDesiredState(
    tenantId: string,
    options?: { dryRun?: boolean; expectedRevision?: number },
  ): Promise<DesiredStateChange> {
    return this.#send<DesiredStateChange>(
      withQuery(`${desiredStatePath(tenantId)}:capture`, {
        dryRun: options?.dryRun,
        expectedRevision: options?.expectedRevision,
      }),
      { method: 'POST' },
    );
  }

  async getRemediationStatus(options?: {
    signal?: AbortSignal;
  }): Promise<RemediationStatus> {
    return this.#get<RemediationStatus>('/remediation-status', options);
  }

  async setRemediationStop(options: {
    stopped: boolean;
    reason?: string;
  }): Promise<RemediationStatus> {
    return this.#write<RemediationStatus>('PUT', '/remediation-stop', options);
  }

  async getRemediationOptions(
    targetId: string,
    options?: { signal?: AbortSignal },
  ): Promise<RemediationOptions> {
    return this.#get<RemediationOptions>(
      `${targetPath(targetId)}/remediation-options`,
      options,
    );
  }

  async requestRemediation(
    request: RemediationRequestBody,
  ): Promise<Remediation> {
    return this.#write<Remediation>('POST', '/remediations', request);
  }

  async getRemediation(
    remediationId: string,
    options?: { signal?: AbortSignal },
  ): Promise<Remediation> {
    return this.#get<Remediation>(remediationPath(remediationId), options);
  }

  async getRemediations(
    query?: RemediationsQuery,
    options?: { signal?: AbortSignal },
  ): Promise<RemediationsPage> {
    return this.#get<RemediationsPage>(
      withQuery('/remediations', {
        targetId: query?.targetId,
        state: query?.state,
        open: query?.open,
        awaitingMe: query?.awaitingMe,
        client: query?.client,
        source: query?.source,
        limit: query?.limit,
        offset: query?.offset,
      }),
      options,
    );
  }

  async confirmRemediation(
    remediationId: string,
    options: { previewHash: string; confirmName?: string },
  ): Promise<Remediation> {
    return this.#write<Remediation>(
      'POST',
      `${remediationPath(remediationId)}/confirm`,
      options,
    );
  }

  async approveRemediation(
    remediationId: string,
    options: { previewHash: string; confirmName?: string; note?: string },
  ): Promise<Remediation> {
    return this.#write<Remediation>(
      'POST',
      `${remediationPath(remediationId)}/approve`,
      options,
    );
  }

  async rejectRemediation(
    remediationId: string,
    options: { reason: string },
  ): Promise<Remediation> {
    return this.#write<Remediation>(
      'POST',
      `${remediationPath(remediationId)}/reject`,
      options,
    );
  }

  async cancelRemediation(remediationId: string): Promise<Remediation> {
    return this.#send<Remediation>(`${remediationPath(remediationId)}/cancel`, {
      method: 'POST',
    });
  }

  async getRemediationPolicies(options?: {
    signal?: AbortSignal;
  }): Promise<RemediationPolicies> {
    return this.#get<RemediationPolicies>('/remediation-policies', options);
  }

  async setRemediationPolicies(options: {
    policies: RemediationPolicy[];
    expectedRevision?: number;
  }): Promise<RemediationPolicies> {
    return this.#write<RemediationPolicies>(
      'PUT',
      '/remediation-policies',
      options,
    );
  }

  async getPolicyExplanation(
    targetId: string,
    options?: { signal?: AbortSignal },
  ): Promise<PolicyExplanation> {
    return this.#get<PolicyExplanation>(
      `${targetPath(targetId)}/remediation-policy`,
      options,
    );
  }

  async acknowledge(
    targetId: string,
    request: AcknowledgementRequest,
  ): Promise<AcknowledgementsPage> {
    return this.#write<AcknowledgementsPage>(
      'POST',
      `${targetPath(targetId)}/acknowledgements`,
      request,
    );
  }

  async getAcknowledgements(options?: {
    targetId?: string;
    state?: 'active' | 'ended';
    limit?: number;
    offset?: number;
  }): Promise<AcknowledgementsPage> {
    const { targetId, ...query } = options ?? {};
    return this.#get<AcknowledgementsPage>(
      withQuery(
        targetId === undefined
          ? '/acknowledgements'
          : `${targetPath(targetId)}/acknowledgements`,
        query,
      ),
    );
  }

  async withdrawAcknowledgement(
    targetId: string,
    acknowledgementId: string,
  ): Promise<void> {
    await this.#send(
      `${targetPath(targetId)}/acknowledgements/${encodeURIComponent(
        acknowledgementId,
      )}`,
      { method: 'DELETE' },
    );
  }

  async getIgnoreRules(options?: {
    signal?: AbortSignal;
  }): Promise<IgnoreRulesPage> {
    return this.#get<IgnoreRulesPage>('/ignore-rules', options);
  }

  async testIgnoreRule(
    rule: Omit<DriftIgnoreRule, 'id' | 'reason'>,
    options?: { signal?: AbortSignal },
  ): Promise<IgnoreRuleTest> {
    return this.#write<IgnoreRuleTest>(
      'POST',
      '/ignore-rules/test',
      rule,
      options,
    );
  }

  async createIgnoreRule(rule: DriftIgnoreRule): Promise<StoredIgnoreRule> {
    return this.#write<StoredIgnoreRule>('POST', '/ignore-rules', rule);
  }

  async updateIgnoreRule(rule: DriftIgnoreRule): Promise<StoredIgnoreRule> {
    return this.#write<StoredIgnoreRule>(
      'PUT',
      `/ignore-rules/${encodeURIComponent(rule.id)}`,
      rule,
    );
  }

  async deleteIgnoreRule(ruleId: string): Promise<void> {
    await this.#send(`/ignore-rules/${encodeURIComponent(ruleId)}`, {
      method: 'DELETE',
    });
  }

  async suggestIgnoreRule(
    targetId: string,
    findingId: string,
    options?: { path?: string },
  ): Promise<IgnoreRuleSuggestion> {
    return this.#get<IgnoreRuleSuggestion>(
      withQuery(
        `${targetPath(targetId)}/findings/${encodeURIComponent(
          findingId,
        )}/ignore-rule`,
        { path: options?.path },
      ),
    );
  }

  async importIgnoreRules(
    request: IgnoreRuleImport,
  ): Promise<IgnoreRuleImportResult> {
    return this.#write<IgnoreRuleImportResult>(
      'POST',
      '/ignore-rules/import',
      request,
    );
  }

  #write<T>(
    method: 'POST' | 'PUT',
    path: string,
    body: object,
    options?: { signal?: AbortSignal },
  ): Promise<T> {
    return this.#send<T>(path, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      signal: options?.signal,
    });
  }

  #get<T>(path: string, options?: { signal?: AbortSignal }): Promise<T> {
    return this.#send<T>(path, { signal: options?.signal });
  }

  async #send<T>(path: string, init: RequestInit): Promise<T> {
    const baseUrl = await this.#discoveryApi.getBaseUrl('drift');
    const response = await this.#fetchApi.fetch(`${baseUrl}${path}`, init);
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    return (response.status === 204 ? undefined : await response.json()) as T;
  }
}

function targetPath(targetId: string): string {
  return `/targets/${encodeURIComponent(targetId)}`;
}

function remediationPath(remediationId: string): string {
  return `/remediations/${encodeURIComponent(remediationId)}`;
}

function desiredStatePath(tenantId: string): string {
  return `/v1/infrastructure/tenants/${encodeURIComponent(
    tenantId,
  )}/desired-state`;
}

function withQuery(path: string, query: Record<string, QueryValue>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) {
      continue;
    }
    for (const item of Array.isArray(value) ? value : [value]) {
      parameters.append(name, String(item));
    }
  }
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}
