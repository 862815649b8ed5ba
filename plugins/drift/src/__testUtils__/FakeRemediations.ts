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
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
} from '@backstage/errors';
import {
  confirmNamesOf,
  DriftTarget,
  MayDo,
  OPEN_REMEDIATION_STATES,
  PolicyDecision,
  PolicyExplanation,
  Remediation,
  RemediationAction,
  RemediationChange,
  RemediationChangeOrigin,
  RemediationOption,
  RemediationOptions,
  RemediationPolicies,
  RemediationPolicy,
  RemediationPreview,
  RemediationRequestBody,
  RemediationsPage,
  RemediationsQuery,
  RemediationState,
  RemediationStatus,
  RemediationSummary,
  Risk,
  StoredFinding,
  StoredRemediationPolicy,
} from '@infra-hub/backstage-plugin-drift-common';

/** What {@link FakeRemediations} begins with. */
export interface FakeRemediationsOptions {
  status?: Partial<RemediationStatus>;
  /** Entity ref of whoever calls. */
  caller?: string;
  remediations?: Remediation[];
  policies?: StoredRemediationPolicy[];
  /** What policy says of every preview. */
  decision?: PolicyDecision;
  /** By target: what a preview has other than the findings give. */
  previews?: Record<string, Partial<RemediationPreview>>;
  /** By action: what an option has other than usual. */
  options?: Partial<Record<RemediationAction, Partial<RemediationOption>>>;
  /** Goes from step to step by itself after so long; else by {@link FakeRemediations.advance}. */
  stepMs?: number;
}

/** Nothing decides but the default. */
export const ALERT_DECISION: PolicyDecision = {
  mode: 'alert',
  because: 'No policy names this drift, so the default holds: people are told.',
  automatic: {
    possible: false,
    reasons: ['The mode is alert: nothing is applied without a person.'],
  },
  needsApproval: false,
  considered: [],
};

/** Somebody else has to approve. */
export const REVIEW_DECISION: PolicyDecision = {
  mode: 'review',
  policyId: 'review-clusters',
  because:
    'Policy review-clusters asks for a review of what is done to clusters.',
  automatic: {
    possible: false,
    reasons: ['Policy review-clusters asks for the approval of a person.'],
  },
  needsApproval: true,
  considered: [
    {
      policyId: 'review-clusters',
      mode: 'review',
      specificity: 'resource type',
    },
  ],
};

const MAY: MayDo = { allowed: true };

const RISKS: Risk[] = ['none', 'low', 'medium', 'high', 'critical'];

/** States that a remediation without a person's part goes through. */
const NEXT: Partial<Record<RemediationState, RemediationState>> = {
  requested: 'previewed',
  approved: 'running',
  running: 'verifying',
  verifying: 'succeeded',
};

const WORDS: Partial<Record<RemediationState, string>> = {
  previewed: 'The preview is there.',
  running: 'Applying exactly what was approved.',
  verifying: 'Applied. A scan looks whether the drift is gone.',
  succeeded: 'The drift is gone: a scan after it found nothing of it.',
};

function isOpen(state: RemediationState): boolean {
  return OPEN_REMEDIATION_STATES.includes(state);
}

function originOf(finding: StoredFinding): RemediationChangeOrigin {
  if (finding.cascadeOf) {
    return 'cascade';
  }
  if (finding.class === 'pending') {
    return 'pending';
  }
  if (finding.acknowledgement) {
    return 'acknowledged';
  }
  return finding.suppressedBy ? 'suppressed' : 'drift';
}

function reasonOf(finding: StoredFinding): string | undefined {
  switch (originOf(finding)) {
    case 'cascade':
      return `${finding.cascadeOf} changes, and this depends on it.`;
    case 'pending':
      return 'The code has this change, but it was never applied.';
    case 'acknowledged':
      return `${finding.acknowledgement?.by} accepted this drift: ${finding.acknowledgement?.reason}`;
    case 'suppressed':
      return `Ignore rule ${finding.suppressedBy?.ruleId} mutes this drift, but the tool changes it all the same.`;
    default:
      return undefined;
  }
}

function changeOf(finding: StoredFinding): RemediationChange {
  const { address, resourceType, resourceName, change, fields } = finding;
  return {
    address,
    resourceType,
    resourceName,
    change,
    fields,
    origin: originOf(finding),
    destructive: change === 'delete' || change === 'replace',
    class: finding.class,
    cascadeOf: finding.cascadeOf,
    severity: finding.severity,
    fingerprint: finding.fingerprint,
    reason: reasonOf(finding),
  };
}

/**
 * Remediations and policies in memory: the life cycle of the real ones, with
 * steps that a test takes by hand.
 */
export class FakeRemediations {
  /** Who calls; a test may become somebody else. */
  caller: string;
  readonly items: Remediation[];
  status: RemediationStatus;
  policies: RemediationPolicies;
  decision: PolicyDecision;
  /** How often each mutation came in. */
  readonly calls: string[] = [];
  /** Told of every change, as a signal would. */
  onChange: (remediation: Remediation) => void = () => {};
  /** The drift of a target goes when its remediation succeeds. */
  onSucceeded: (remediation: Remediation) => void = () => {};
  readonly #options: FakeRemediationsOptions;
  readonly #target: (targetId: string) => DriftTarget;
  readonly #findings: () => StoredFinding[];
  #made = 0;

  constructor(
    options: FakeRemediationsOptions & {
      target(targetId: string): DriftTarget;
      findings(): StoredFinding[];
    },
  ) {
    this.#options = options;
    this.#target = options.target;
    this.#findings = options.findings;
    this.caller = options.caller ?? 'user:default/guest';
    this.items = options.remediations ?? [];
    this.decision = options.decision ?? ALERT_DECISION;
    this.status = {
      enabled: true,
      stopped: false,
      dryRun: false,
      selfApproval: false,
      sources: [
        { source: 'terraform', actions: ['revert', 'refresh-state', 'adopt'] },
        { source: 'kubernetes', actions: ['revert', 'adopt'] },
      ],
      ...options.status,
    };
    this.policies = {
      policies: options.policies ?? [],
      revision: 1,
      defaultMode: 'alert',
    };
  }

  setStop(options: { stopped: boolean; reason?: string }): RemediationStatus {
    this.calls.push('stop');
    const { stopped, reason } = options;
    this.status = stopped
      ? {
          ...this.status,
          stopped,
          stoppedBy: this.caller,
          stoppedAt: new Date().toISOString(),
          stopReason: reason,
        }
      : {
          ...this.status,
          stopped,
          stoppedBy: undefined,
          stoppedAt: undefined,
          stopReason: undefined,
        };
    return this.status;
  }

  options(targetId: string): RemediationOptions {
    const target = this.#target(targetId);
    const known = this.status.sources.find(
      ({ source }) => source === target.source,
    );
    const option = (action: RemediationAction): RemediationOption => ({
      action,
      available: known?.actions.includes(action) ?? false,
      reason: known?.actions.includes(action)
        ? undefined
        : `Targets of source ${target.source} know no such thing.`,
      recommended: action === 'revert',
      route: target.source,
      needsApproval: action === 'revert' && this.decision.needsApproval,
      ...this.#options.options?.[action],
    });
    return {
      targetId,
      options: [option('revert'), option('refresh-state'), option('adopt')],
      findings: this.#open(targetId)
        .filter(finding => originOf(finding) === 'drift')
        .map(({ fingerprint, address }) => ({
          fingerprint,
          address,
          decision: this.decision,
        })),
      current: this.#current(targetId),
    };
  }

  request(body: RemediationRequestBody): Remediation {
    this.calls.push('request');
    this.#refuseUnlessEnabled();
    const { targetId, action, addresses, reason, idempotencyKey } = body;
    const target = this.#target(targetId);
    const open = this.items.find(
      each =>
        each.targetId === targetId &&
        each.action === action &&
        isOpen(each.state),
    );
    if (open && this.#keys.get(idempotencyKey ?? '') === open.id) {
      return this.#shown(open);
    }
    if (open) {
      throw new ConflictError(
        `A remediation of ${target.name} is under way already`,
      );
    }
    this.#made += 1;
    const now = new Date().toISOString();
    const remediation: Remediation = {
      id: `remediation-${this.#made}`,
      targetId,
      target: {
        source: target.source,
        client: target.client,
        name: target.name,
        owner: target.owner,
        entityRefs: target.entityRefs,
      },
      action,
      route: target.source,
      state: 'requested',
      origin: 'person',
      requestedBy: this.caller,
      requestedAt: now,
      reason,
      addresses,
      risk: target.risk,
      updatedAt: now,
      events: [{ at: now, to: 'requested', by: this.caller }],
      log: [{ at: now, text: 'Looking afresh at what would be changed.' }],
      may: { confirm: MAY, approve: MAY, reject: MAY, cancel: MAY },
    };
    if (idempotencyKey) {
      this.#keys.set(idempotencyKey, remediation.id);
    }
    this.items.unshift(remediation);
    this.#schedule(remediation.id);
    return this.#shown(remediation);
  }

  get(id: string): Remediation {
    return this.#shown(this.#item(id));
  }

  list(query: RemediationsQuery = {}): RemediationsPage {
    const { limit = 20, offset = 0, targetId, state, open, awaitingMe } = query;
    const found = this.items
      .map(each => this.#shown(each))
      .filter(
        each =>
          (!targetId || each.targetId === targetId) &&
          (!state || state.includes(each.state)) &&
          (open === undefined || isOpen(each.state) === open) &&
          (!awaitingMe || each.may.approve.allowed) &&
          (!query.client || query.client.includes(each.target.client ?? '')) &&
          (!query.source || query.source.includes(each.target.source)),
      )
      .sort(
        (a, b) =>
          Number(b.state === 'awaiting-approval') -
            Number(a.state === 'awaiting-approval') ||
          (a.state === 'awaiting-approval'
            ? RISKS.indexOf(b.risk) - RISKS.indexOf(a.risk)
            : 0) ||
          (a.requestedAt < b.requestedAt ? 1 : -1),
      );
    return {
      items: found
        .slice(offset, offset + limit)
        .map(({ preview, decision, events, log, may, ...summary }) => summary),
      totalItems: found.length,
    };
  }

  confirm(
    id: string,
    options: { previewHash: string; confirmName?: string },
  ): Remediation {
    this.calls.push('confirm');
    const item = this.#atHash(id, 'previewed', options.previewHash);
    this.#requireName(item, options.confirmName);
    this.#refuseUnless(this.#shown(item).may.confirm);
    return item.decision?.needsApproval
      ? this.#move(id, 'awaiting-approval', {
          message: `Waits for somebody else: ${item.decision.because}`,
        })
      : this.#move(id, 'approved', this.#approval());
  }

  approve(
    id: string,
    options: { previewHash: string; confirmName?: string; note?: string },
  ): Remediation {
    this.calls.push('approve');
    const item = this.#atHash(id, 'awaiting-approval', options.previewHash);
    this.#requireName(item, options.confirmName);
    this.#refuseUnless(this.#shown(item).may.approve);
    return this.#move(id, 'approved', this.#approval(), options.note);
  }

  reject(id: string, options: { reason: string }): Remediation {
    this.calls.push('reject');
    this.#refuseUnless(this.#shown(this.#item(id)).may.reject);
    return this.#move(
      id,
      'rejected',
      { message: `${this.caller} rejected it: ${options.reason}` },
      options.reason,
    );
  }

  cancel(id: string): Remediation {
    this.calls.push('cancel');
    this.#refuseUnless(this.#shown(this.#item(id)).may.cancel);
    return this.#move(id, 'cancelled', {
      message: `${this.caller} cancelled it. Nothing was applied.`,
    });
  }

  /** Lets the backend take the next step, or the one that is told. */
  advance(
    id: string,
    to: RemediationState | undefined = undefined,
    change: Partial<Remediation> = {},
  ): Remediation {
    const state = to ?? NEXT[this.#item(id).state];
    return state
      ? this.#move(id, state, change, undefined, 'drift')
      : this.get(id);
  }

  /** Changes what is known, without a step. */
  patch(id: string, change: Partial<Remediation>): Remediation {
    const item = Object.assign(this.#item(id), change, {
      updatedAt: new Date().toISOString(),
    });
    this.onChange(item);
    return this.#shown(item);
  }

  log(id: string, text: string): void {
    const item = this.#item(id);
    this.patch(id, {
      log: [...item.log, { at: new Date().toISOString(), text }],
    });
  }

  setPolicies(options: {
    policies: RemediationPolicy[];
    expectedRevision?: number;
  }): RemediationPolicies {
    this.calls.push('policies');
    const { policies, expectedRevision } = options;
    const old = this.policies;
    if (expectedRevision !== undefined && expectedRevision !== old.revision) {
      throw new ConflictError(
        `The policies have revision ${old.revision}, not ${expectedRevision}`,
      );
    }
    this.policies = {
      ...old,
      revision: old.revision + 1,
      policies: [
        ...old.policies.filter(({ origin }) => origin === 'config'),
        ...policies.map(
          (policy): StoredRemediationPolicy => ({
            ...policy,
            origin: 'api',
            updatedBy: this.caller,
            updatedAt: new Date().toISOString(),
          }),
        ),
      ],
    };
    return this.policies;
  }

  explainPolicy(targetId: string): PolicyExplanation {
    return {
      targetId,
      findings: this.#open(targetId)
        .filter(finding => originOf(finding) === 'drift')
        .map(finding => ({
          fingerprint: finding.fingerprint,
          address: finding.address,
          resourceType: finding.resourceType,
          change: finding.change,
          severity: finding.severity,
          decision: this.decision,
        })),
    };
  }

  readonly #keys = new Map<string, string>();

  #approval(): Partial<Remediation> {
    return {
      approvedBy: this.caller,
      approvedAt: new Date().toISOString(),
      message: undefined,
    };
  }

  #open(targetId: string): StoredFinding[] {
    return this.#findings().filter(
      finding => finding.targetId === targetId && finding.state === 'open',
    );
  }

  #current(targetId: string): RemediationSummary | undefined {
    return this.list({ targetId, open: true, limit: 1 }).items[0];
  }

  #preview(item: Remediation): RemediationPreview {
    const chosen = (change: RemediationChange) =>
      change.origin !== 'drift' ||
      !item.addresses ||
      item.addresses.includes(change.address);
    const findings = this.#open(item.targetId).filter(finding =>
      ['drift', 'pending'].includes(finding.class),
    );
    const preview: RemediationPreview = {
      hash: `hash-of-${item.id}`,
      changes: findings.map(changeOf).filter(chosen),
      destructive: false,
      warnings: [],
      blindSpots: [],
      evidence: 'plan-json',
      tool: { name: 'terraform', version: '1.11.4' },
      commit: '4b1c9d0e7a6f4e0f9d5cc2f3b1a2938475610fed',
      createdAt: new Date().toISOString(),
      ...this.#options.previews?.[item.targetId],
    };
    return {
      ...preview,
      destructive: preview.changes.some(({ destructive }) => destructive),
    };
  }

  #move(
    id: string,
    to: RemediationState,
    change: Partial<Remediation> = {},
    note: string | undefined = undefined,
    by: string = this.caller,
  ): Remediation {
    const item = this.#item(id);
    const at = new Date().toISOString();
    const from = item.state;
    if (to === 'previewed' && !item.preview) {
      item.preview = this.#preview(item);
      item.previewHash = item.preview.hash;
      item.decision = this.decision;
      const { changes } = item.preview;
      item.changes = {
        total: changes.length,
        destructive: changes.filter(({ destructive }) => destructive).length,
        alongside: changes.filter(({ origin }) => origin !== 'drift').length,
      };
    }
    item.events = [...item.events, { at, from, to, by, note }];
    const text = WORDS[to];
    if (text) {
      item.log = [...item.log, { at, text }];
    }
    Object.assign(item, {
      state: to,
      updatedAt: at,
      ...(isOpen(to) ? {} : { finishedAt: at }),
      ...(to === 'verifying' ? { verifyScanId: `scan-of-${id}` } : {}),
      ...change,
    });
    if (to === 'succeeded') {
      this.onSucceeded(item);
    }
    this.onChange(item);
    this.#schedule(id);
    return this.#shown(item);
  }

  #schedule(id: string): void {
    const { stepMs } = this.#options;
    if (stepMs && NEXT[this.#item(id).state]) {
      const { state } = this.#item(id);
      setTimeout(() => {
        if (this.#item(id).state === state) {
          this.advance(id);
        }
      }, stepMs);
    }
  }

  /** With what the caller may do now. */
  #shown(item: Remediation): Remediation {
    const { state } = item;
    const own = item.requestedBy === this.caller;
    const unless = (reason: string | undefined): MayDo =>
      reason ? { allowed: false, reason } : MAY;
    const stopped = this.status.stopped ? 'Remediation is stopped.' : undefined;
    const ended = isOpen(state) ? undefined : 'It has ended.';
    const started = ['running', 'verifying'].includes(state)
      ? 'It is being applied already.'
      : undefined;
    const notWaiting =
      state === 'awaiting-approval' ? undefined : 'It does not wait for that.';
    return {
      ...item,
      may: {
        confirm: unless(
          ended ??
            (own ? undefined : 'Only whoever asked for it confirms it.') ??
            stopped,
        ),
        approve: unless(
          ended ??
            notWaiting ??
            (own && !this.status.selfApproval
              ? 'You asked for it: somebody else has to approve it.'
              : undefined) ??
            stopped,
        ),
        reject: unless(ended ?? notWaiting),
        cancel: unless(
          ended ??
            started ??
            (own ? undefined : 'Only whoever asked for it cancels it.'),
        ),
      },
    };
  }

  #atHash(id: string, state: RemediationState, hash: string): Remediation {
    const item = this.#item(id);
    if (item.state !== state) {
      throw new ConflictError(`The remediation is ${item.state}, not ${state}`);
    }
    if (item.previewHash !== hash) {
      throw new ConflictError(
        'What would be changed is no longer what you saw: look at it again',
      );
    }
    return item;
  }

  #requireName(item: Remediation, confirmName: string | undefined): void {
    const names = confirmNamesOf(item);
    if (names.length > 0 && !names.includes(confirmName ?? '')) {
      throw new InputError(`Send the name of the target, '${names[0]}'`);
    }
  }

  #refuseUnless(may: MayDo): void {
    if (!may.allowed) {
      throw new NotAllowedError(may.reason ?? 'You may not do this');
    }
  }

  #refuseUnlessEnabled(): void {
    if (!this.status.enabled) {
      throw new NotAllowedError('Remediation is not enabled here');
    }
  }

  #item(id: string): Remediation {
    const found = this.items.find(each => each.id === id);
    if (!found) {
      throw new NotFoundError(`No remediation ${id}`);
    }
    return found;
  }
}
