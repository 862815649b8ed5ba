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

import { ConflictError, NotFoundError } from '@backstage/errors';
import {
  AcknowledgementRequest,
  AcknowledgementsPage,
  Answer,
  DeliveriesPage,
  Delivery,
  DesiredResource,
  DesiredState,
  DesiredStateChange,
  DesiredStateRevision,
  DesiredStateRevisionsPage,
  DriftAnalysis,
  DriftApi,
  DriftIgnoreRule,
  DriftOverview,
  DriftTarget,
  Facet,
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
  Risk,
  ScanRequestResult,
  ScanRound,
  ScansPage,
  ScanSummary,
  SourceHealth,
  StoredFinding,
  StoredIgnoreRule,
} from '@infra-hub/backstage-plugin-drift-common';
import { FakeMuting, FakeMutingOptions } from './FakeMuting';
import { FakeRemediations, FakeRemediationsOptions } from './FakeRemediations';

const RISK_SCORE: Record<Risk, number> = {
  none: 0,
  low: 1,
  medium: 2,
  high: 3,
  critical: 4,
};

type Matches = (target: DriftTarget) => boolean;

function filters(query: ResultsQuery): Record<string, Matches> {
  const oneOf =
    (values: string[] | undefined, of: (target: DriftTarget) => string) =>
    (target: DriftTarget) =>
      !values || values.includes(of(target));
  const q = query.q?.toLowerCase();
  return {
    client: oneOf(query.client, target => target.client ?? ''),
    owner: oneOf(query.owner, target => target.owner ?? ''),
    status: oneOf(query.status, target => target.status),
    risk: oneOf(query.risk, target => target.risk),
    source: oneOf(query.source, target => target.source),
    stale: target => query.stale === undefined || target.stale === query.stale,
    entityRef: target =>
      !query.entityRef || target.entityRefs.includes(query.entityRef),
    q: target =>
      !q ||
      [target.name, target.client ?? '', target.summary].some(text =>
        text.toLowerCase().includes(q),
      ),
  };
}

function facet(targets: DriftTarget[], of: (target: DriftTarget) => string) {
  const counts = new Map<string, number>();
  for (const target of targets) {
    counts.set(of(target), (counts.get(of(target)) ?? 0) + 1);
  }
  return [...counts]
    .map(([value, count]): Facet[number] => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}

function sortKey(target: DriftTarget, query: ResultsQuery): number | string {
  switch (query.orderBy) {
    case 'name':
      return target.name;
    case 'client':
      return target.client ?? '';
    case 'owner':
      return target.owner ?? '';
    case 'status':
      return target.status;
    case 'resources':
      return target.driftedResources;
    case 'lastScan':
      return target.lastScanAt ?? '';
    default:
      return RISK_SCORE[target.risk];
  }
}

/**
 * A drift backend in memory that filters, sorts, pages and counts like the real
 * one.
 */
export class FakeDriftApi implements DriftApi {
  readonly targets: DriftTarget[];
  readonly findings: StoredFinding[];
  readonly scans: ScanSummary[];
  readonly sources: SourceHealth[];
  readonly trend: DriftOverview['trend'];
  readonly analyses: Map<string, DriftAnalysis>;
  readonly deliveries: Delivery[];
  /** By tenant. */
  readonly desiredStates: Map<string, DesiredState>;
  /** Whether a model writes, after `explain`, what {@link finishAnalysis} says. */
  readonly aiConfigured: boolean;
  readonly remediations: FakeRemediations;
  readonly muting: FakeMuting;
  lastFullRoundAt: string | undefined;
  /** Every answer fails with this. */
  failure: Error | undefined;
  readonly #findingsByScan: Record<string, StoredFinding[]>;
  readonly #answers: Record<string, Answer>;
  readonly #live: Record<string, DesiredResource[]>;
  #round: ScanRound | undefined;

  constructor(options: {
    targets: DriftTarget[];
    findings?: StoredFinding[];
    findingsByScan?: Record<string, StoredFinding[]>;
    scans?: ScanSummary[];
    sources?: SourceHealth[];
    trend?: DriftOverview['trend'];
    lastFullRoundAt?: string;
    analyses?: DriftAnalysis[];
    aiConfigured?: boolean;
    answers?: Record<string, Answer>;
    deliveries?: Delivery[];
    desiredStates?: DesiredState[];
    /** What a capture finds, by tenant. */
    live?: Record<string, DesiredResource[]>;
    remediation?: FakeRemediationsOptions;
    muting?: FakeMutingOptions;
  }) {
    this.targets = options.targets;
    this.findings = options.findings ?? [];
    this.#findingsByScan = options.findingsByScan ?? {};
    this.scans = options.scans ?? [];
    this.sources = options.sources ?? [];
    this.trend = options.trend ?? [];
    this.lastFullRoundAt = options.lastFullRoundAt;
    this.analyses = new Map(
      options.analyses?.map(analysis => [analysis.targetId, analysis]),
    );
    this.aiConfigured = options.aiConfigured ?? false;
    this.#answers = options.answers ?? {};
    this.deliveries = options.deliveries ?? [];
    this.desiredStates = new Map(
      options.desiredStates?.map(state => [state.tenantId, state]),
    );
    this.#live = options.live ?? {};
    this.remediations = new FakeRemediations({
      ...options.remediation,
      target: targetId => this.#target(targetId),
      findings: () => this.findings,
    });
    this.muting = new FakeMuting({
      ...options.muting,
      caller: () => this.remediations.caller,
      findings: () => this.findings,
      changed: targetId => this.#recount(targetId),
    });
  }

  async getResults(
    query: ResultsQuery,
    options?: { signal?: AbortSignal },
  ): Promise<ResultsPage> {
    options?.signal?.throwIfAborted();
    this.#failIfTold();
    const matches = filters(query);
    const without = (name?: string) =>
      this.targets.filter(target =>
        Object.entries(matches).every(
          ([field, match]) => field === name || match(target),
        ),
      );
    const direction = query.order === 'asc' ? 1 : -1;
    const found = without().sort((a, b) => {
      const [x, y] = [sortKey(a, query), sortKey(b, query)];
      if (x === y) {
        return a.id < b.id ? -1 : 1;
      }
      return x < y ? -direction : direction;
    });
    const offset = query.offset ?? 0;
    return {
      items: found.slice(offset, offset + (query.limit ?? 20)),
      totalItems: found.length,
      facets: {
        client: facet(without('client'), target => target.client ?? ''),
        owner: facet(without('owner'), target => target.owner ?? ''),
        status: facet(without('status'), target => target.status),
        risk: facet(without('risk'), target => target.risk),
        source: facet(without('source'), target => target.source),
      },
    };
  }

  async getOverview(): Promise<DriftOverview> {
    this.#failIfTold();
    const count = (matches: Matches) => this.targets.filter(matches).length;
    const drifted = this.targets.filter(target => target.risk !== 'none');
    const ofRisk = (risk: Risk) =>
      drifted.filter(target => target.risk === risk).length;
    return {
      totalTargets: this.targets.length,
      driftedTargets: drifted.length,
      bySource: [...new Set(this.targets.map(({ source }) => source))].map(
        source => ({
          source,
          totalTargets: count(target => target.source === source),
          driftedTargets: drifted.filter(target => target.source === source)
            .length,
        }),
      ),
      byRisk: {
        low: ofRisk('low'),
        medium: ofRisk('medium'),
        high: ofRisk('high'),
        critical: ofRisk('critical'),
      },
      health: {
        ok: count(
          ({ status, stale }) =>
            !stale && status !== 'error' && status !== 'unknown',
        ),
        error: count(({ status }) => status === 'error'),
        stale: count(({ stale, status }) => stale && status !== 'error'),
        never: count(({ status }) => status === 'unknown'),
      },
      activeScans: count(({ activeScan }) => activeScan !== undefined),
      lastScanAt: this.targets
        .map(target => target.lastScanAt)
        .filter(time => time !== undefined)
        .sort()
        .pop(),
      lastFullRoundAt: this.lastFullRoundAt,
      trend: this.trend,
      sources: this.sources,
    };
  }

  async getTarget(targetId: string): Promise<DriftTarget> {
    this.#failIfTold();
    return this.#target(targetId);
  }

  async getFindings(
    targetId: string,
    options: {
      scanId?: string;
      state?: 'open' | 'resolved';
      limit?: number;
      offset?: number;
    } = {},
  ): Promise<FindingsPage> {
    this.#failIfTold();
    const { scanId, state, limit = 100, offset = 0 } = options;
    const all = scanId ? this.#findingsByScan[scanId] ?? [] : this.findings;
    const found = all.filter(
      finding =>
        finding.targetId === targetId && (!state || finding.state === state),
    );
    return {
      items: found.slice(offset, offset + limit),
      totalItems: found.length,
    };
  }

  async getScans(
    targetId: string,
    options: { limit?: number; offset?: number } = {},
  ): Promise<ScansPage> {
    this.#failIfTold();
    const { limit = 100, offset = 0 } = options;
    const found = this.scans.filter(scan => scan.targetId === targetId);
    return {
      items: found.slice(offset, offset + limit),
      totalItems: found.length,
    };
  }

  async requestScan(targetId: string): Promise<ScanRequestResult> {
    this.#failIfTold();
    const target = this.#target(targetId);
    const joined = target.activeScan !== undefined;
    const scanId = target.activeScan?.id ?? `scan-of-${target.name}`;
    const index = this.targets.indexOf(target);
    this.targets[index] = {
      ...target,
      activeScan: {
        id: scanId,
        state: 'running',
        since: new Date().toISOString(),
      },
    };
    return { scanId, targetId, joined };
  }

  async requestScanAll(filter: ResultsQuery = {}): Promise<ScanRound> {
    this.#failIfTold();
    const { totalItems } = await this.getResults(filter);
    this.#round = {
      id: 'round-1',
      total: totalItems,
      done: 0,
      failed: 0,
      startedAt: new Date().toISOString(),
    };
    return this.#round;
  }

  async getScanRound(roundId: string): Promise<ScanRound> {
    this.#failIfTold();
    if (this.#round?.id !== roundId) {
      throw new NotFoundError(`No scan round ${roundId}`);
    }
    return this.#round;
  }

  async getAnalysis(
    targetId: string,
    options?: { signal?: AbortSignal },
  ): Promise<DriftAnalysis> {
    options?.signal?.throwIfAborted();
    this.#failIfTold();
    const target = this.#target(targetId);
    return (
      this.analyses.get(targetId) ?? {
        targetId,
        status: 'ready',
        explainedBy: { kind: 'rules' },
        summary: target.summary,
        findings: [],
        aiConfigured: this.aiConfigured,
      }
    );
  }

  async explain(targetId: string): Promise<DriftAnalysis> {
    const old = await this.getAnalysis(targetId);
    const analysis: DriftAnalysis = old.aiConfigured
      ? { ...old, status: 'pending', explainedBy: { kind: 'rules' } }
      : { ...old, writtenAt: new Date().toISOString() };
    this.analyses.set(targetId, analysis);
    return analysis;
  }

  /** Lets the model end. */
  async finishAnalysis(
    targetId: string,
    change: Partial<DriftAnalysis>,
  ): Promise<void> {
    const old = await this.getAnalysis(targetId);
    this.analyses.set(targetId, { ...old, status: 'ready', ...change });
  }

  async ask(
    question: string,
    options?: { client?: string; signal?: AbortSignal },
  ): Promise<Answer> {
    options?.signal?.throwIfAborted();
    this.#failIfTold();
    return (
      this.#answers[question] ?? {
        text: 'No module has drift.',
        targets: [],
        answeredBy: { kind: 'rules' },
      }
    );
  }

  async getDeliveries(
    options: {
      state?: 'waiting' | 'dead';
      limit?: number;
      offset?: number;
    } = {},
  ): Promise<DeliveriesPage> {
    this.#failIfTold();
    const { state, limit = 100, offset = 0 } = options;
    const found = this.deliveries.filter(
      delivery => !state || delivery.state === state,
    );
    return {
      items: found.slice(offset, offset + limit),
      totalItems: found.length,
    };
  }

  async retryDelivery(deliveryId: string): Promise<void> {
    this.#failIfTold();
    const index = this.deliveries.findIndex(({ id }) => id === deliveryId);
    if (index < 0) {
      throw new NotFoundError(`No message ${deliveryId}`);
    }
    this.deliveries.splice(index, 1);
  }

  async getDesiredState(
    tenantId: string,
    options?: { signal?: AbortSignal },
  ): Promise<DesiredState> {
    options?.signal?.throwIfAborted();
    this.#failIfTold();
    return (
      this.desiredStates.get(tenantId) ?? {
        tenantId,
        revision: 0,
        resources: [],
      }
    );
  }

  async getDesiredStateRevisions(
    tenantId: string,
    options?: { limit?: number; offset?: number; signal?: AbortSignal },
  ): Promise<DesiredStateRevisionsPage> {
    const { limit = 20, offset = 0, signal } = options ?? {};
    const { revision, resources } = await this.getDesiredState(tenantId, {
      signal,
    });
    const [newest] = resources;
    const items: DesiredStateRevision[] = Array.from(
      { length: newest ? revision : 0 },
      (_, age) => ({
        revision: revision - age,
        at: newest.updatedAt,
        by: newest.updatedBy,
        origin: newest.origin,
        added: [],
        changed: [],
        removed: [],
      }),
    );
    return {
      items: items.slice(offset, offset + limit),
      totalItems: items.length,
    };
  }

  async captureDesiredState(
    tenantId: string,
    options: { dryRun?: boolean; expectedRevision?: number } = {},
  ): Promise<DesiredStateChange> {
    const old = await this.getDesiredState(tenantId);
    const { dryRun = false, expectedRevision = old.revision } = options;
    if (expectedRevision !== old.revision) {
      throw new ConflictError(
        `The desired state has revision ${old.revision}, not ${expectedRevision}`,
      );
    }
    const live = this.#live[tenantId] ?? [];
    const key = ({ resourceType, namespace, name }: DesiredResource) =>
      [resourceType, namespace, name].filter(Boolean).join('/');
    const text = (resource: DesiredResource) => JSON.stringify(resource.spec);
    const wanted = new Map(old.resources.map(each => [key(each), each]));
    const found = new Map(live.map(each => [key(each), each]));
    const both = [...found].filter(([name]) => wanted.has(name));
    const changed = both
      .filter(([name, each]) => text(each) !== text(wanted.get(name) ?? each))
      .map(([name]) => name);
    const revision = old.revision + (dryRun ? 0 : 1);
    if (!dryRun) {
      this.desiredStates.set(tenantId, { tenantId, revision, resources: live });
    }
    return {
      tenantId,
      revision,
      dryRun,
      added: [...found.keys()].filter(name => !wanted.has(name)),
      changed,
      removed: [...wanted.keys()].filter(name => !found.has(name)),
      unchanged: both.length - changed.length,
      notices: [],
    };
  }

  async getRemediationStatus(): Promise<RemediationStatus> {
    this.#failIfTold();
    return this.remediations.status;
  }

  async setRemediationStop(options: {
    stopped: boolean;
    reason?: string;
  }): Promise<RemediationStatus> {
    this.#failIfTold();
    return this.remediations.setStop(options);
  }

  async getRemediationOptions(targetId: string): Promise<RemediationOptions> {
    this.#failIfTold();
    return this.remediations.options(targetId);
  }

  async requestRemediation(
    request: RemediationRequestBody,
  ): Promise<Remediation> {
    this.#failIfTold();
    return this.remediations.request(request);
  }

  async getRemediation(remediationId: string): Promise<Remediation> {
    this.#failIfTold();
    return this.remediations.get(remediationId);
  }

  async getRemediations(query?: RemediationsQuery): Promise<RemediationsPage> {
    this.#failIfTold();
    return this.remediations.list(query);
  }

  async confirmRemediation(
    remediationId: string,
    options: { previewHash: string; confirmName?: string },
  ): Promise<Remediation> {
    this.#failIfTold();
    return this.remediations.confirm(remediationId, options);
  }

  async approveRemediation(
    remediationId: string,
    options: { previewHash: string; confirmName?: string; note?: string },
  ): Promise<Remediation> {
    this.#failIfTold();
    return this.remediations.approve(remediationId, options);
  }

  async rejectRemediation(
    remediationId: string,
    options: { reason: string },
  ): Promise<Remediation> {
    this.#failIfTold();
    return this.remediations.reject(remediationId, options);
  }

  async cancelRemediation(remediationId: string): Promise<Remediation> {
    this.#failIfTold();
    return this.remediations.cancel(remediationId);
  }

  async getRemediationPolicies(): Promise<RemediationPolicies> {
    this.#failIfTold();
    return this.remediations.policies;
  }

  async setRemediationPolicies(options: {
    policies: RemediationPolicy[];
    expectedRevision?: number;
  }): Promise<RemediationPolicies> {
    this.#failIfTold();
    return this.remediations.setPolicies(options);
  }

  async getPolicyExplanation(targetId: string): Promise<PolicyExplanation> {
    this.#failIfTold();
    return this.remediations.explainPolicy(targetId);
  }

  async acknowledge(
    targetId: string,
    request: AcknowledgementRequest,
  ): Promise<AcknowledgementsPage> {
    this.#failIfTold();
    return this.muting.acknowledge(targetId, request);
  }

  async getAcknowledgements(options?: {
    targetId?: string;
    state?: 'active' | 'ended';
    limit?: number;
    offset?: number;
  }): Promise<AcknowledgementsPage> {
    this.#failIfTold();
    return this.muting.list(options);
  }

  async withdrawAcknowledgement(
    targetId: string,
    acknowledgementId: string,
  ): Promise<void> {
    this.#failIfTold();
    this.muting.withdraw(targetId, acknowledgementId);
  }

  async getIgnoreRules(): Promise<IgnoreRulesPage> {
    this.#failIfTold();
    return this.muting.ignoreRules();
  }

  async testIgnoreRule(
    rule: Omit<DriftIgnoreRule, 'id' | 'reason'>,
  ): Promise<IgnoreRuleTest> {
    this.#failIfTold();
    return this.muting.test(rule);
  }

  async createIgnoreRule(rule: DriftIgnoreRule): Promise<StoredIgnoreRule> {
    this.#failIfTold();
    return this.muting.create(rule);
  }

  async updateIgnoreRule(rule: DriftIgnoreRule): Promise<StoredIgnoreRule> {
    this.#failIfTold();
    return this.muting.update(rule);
  }

  async deleteIgnoreRule(ruleId: string): Promise<void> {
    this.#failIfTold();
    this.muting.delete(ruleId);
  }

  async suggestIgnoreRule(
    targetId: string,
    findingId: string,
    options?: { path?: string },
  ): Promise<IgnoreRuleSuggestion> {
    this.#failIfTold();
    return this.muting.suggest(targetId, findingId, options);
  }

  async importIgnoreRules(
    request: IgnoreRuleImport,
  ): Promise<IgnoreRuleImportResult> {
    this.#failIfTold();
    return this.muting.import(request);
  }

  /** Lets scans of the round end. */
  advanceRound(change: Partial<ScanRound>): void {
    if (this.#round) {
      this.#round = { ...this.#round, ...change };
    }
  }

  /** Acknowledged findings do not alarm. */
  #recount(targetId: string): void {
    const target = this.#target(targetId);
    const alarming = this.findings.filter(
      finding =>
        finding.targetId === targetId &&
        finding.state === 'open' &&
        finding.class === 'drift' &&
        !finding.suppressedBy,
    );
    this.targets[this.targets.indexOf(target)] = {
      ...target,
      status: alarming.length > 0 ? 'drifted' : 'clean',
      risk: alarming.reduce<Risk>(
        (worst, { severity }) =>
          RISK_SCORE[severity] > RISK_SCORE[worst] ? severity : worst,
        'none',
      ),
      driftedResources: new Set(alarming.map(({ address }) => address)).size,
    };
  }

  #target(targetId: string): DriftTarget {
    const found = this.targets.find(target => target.id === targetId);
    if (!found) {
      throw new NotFoundError(`No target ${targetId}`);
    }
    return found;
  }

  #failIfTold(): void {
    if (this.failure) {
      throw this.failure;
    }
  }
}
