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
  BackstageCredentials,
  LoggerService,
} from '@backstage/backend-plugin-api';
import {
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
} from '@backstage/errors';
import {
  confirmNamesOf,
  MayDo,
  OPEN_REMEDIATION_STATES,
  PolicyDecision,
  Remediation,
  RemediationAction,
  RemediationOption,
  RemediationOptions,
  RemediationRequestBody,
  RemediationsPage,
  RemediationsQuery,
  RemediationStatus,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import { explainReport, maskSecretShapes } from '@infra-hub/drift-engine';
import { createHash } from 'node:crypto';
import { Policies, RunPermit } from '../policy/Policies';
import { DriftStore, TargetCondition } from '../store/DriftStore';
import { isLeftBehind } from './announced';
import { isAlarming, riskOf } from './annotateChanges';
import {
  AutomaticRemediations,
  HopelessPreviews,
} from './AutomaticRemediations';
import { KeptCredentials } from './KeptCredentials';
import { policyTargetOf } from './policyTargetOf';
import { RemediationConfig } from './readRemediationConfig';
import { RemediationSteps } from './RemediationSteps';
import {
  RemediationRecord,
  RemediationStore,
  RemediationTarget,
  TargetIsBusy,
} from './RemediationStore';
import { REMEDIATION_ACTIONS, RemediatorRegistry } from './RemediatorRegistry';
import {
  describeState,
  mayApprove,
  mayCancel,
  mayConfirm,
  RemediationCaller,
  toRemediation,
  toSummary,
  WAITING_STATES,
} from './toRemediation';

const MAX_FINDINGS = 10_000;
const DECIDED_FINDINGS = 200;
const HOUR_MS = 3_600_000;
/** How long a policy leaves drift alone that ended like that before it began. */
const PAUSE_MS = { 'dry-run': 24 * HOUR_MS, failed: HOUR_MS };
/** That many failed previews in a row are enough to leave the same drift to people. */
const HOPELESS_PREVIEWS = 2;
/** Remediations that are asked for what they left. */
const RECENT_ENDED = 10;

export const NOT_ENABLED =
  "Remediation is not enabled here; an administrator can enable it with 'drift.remediation.enabled'";

const ALLOWED: MayDo = { allowed: true };

const UNASKED: MayDo = {
  allowed: false,
  reason: 'Look at the remediation to see whether you may.',
};

const NOBODY_ASKS: RemediationCaller = { request: UNASKED, approve: UNASKED };

/** A caller that may do everything: what permissions say was asked before. */
interface Actor {
  /** Entity ref or subject. */
  by: string;
  credentials: BackstageCredentials;
}

/**
 * What can be done with remediations, short of working on them. Knows nothing of
 * permissions.
 *
 * @throws NotFoundError for unknown targets and remediations
 * @throws ConflictError when it is not the time for it, in one sentence
 */
export class RemediationService implements AutomaticRemediations {
  readonly #options: {
    store: RemediationStore;
    driftStore: Pick<DriftStore, 'listFindings'>;
    registry: RemediatorRegistry;
    policies: Policies;
    steps: RemediationSteps;
    kept: KeptCredentials;
    config: RemediationConfig;
    workerId: string;
    /** Called when there is something to work on. */
    wake: () => void;
    logger: LoggerService;
    now: () => Date;
  };

  constructor(options: {
    store: RemediationStore;
    driftStore: Pick<DriftStore, 'listFindings'>;
    registry: RemediatorRegistry;
    policies: Policies;
    steps: RemediationSteps;
    kept: KeptCredentials;
    config: RemediationConfig;
    workerId: string;
    wake: () => void;
    logger: LoggerService;
    now: () => Date;
  }) {
    this.#options = options;
  }

  /** Asks for a preview; nothing is applied until it was confirmed. */
  async request(options: {
    body: RemediationRequestBody;
    by: string;
  }): Promise<Remediation> {
    const { body, by } = options;
    const { store, config } = this.#options;
    this.#requireEnabled();
    const target = await this.#findTarget(body.targetId);
    // A retry may come when the drift is gone
    const earlier = await store.findRepeated({
      requestedBy: by,
      idempotencyKey: body.idempotencyKey,
    });
    if (earlier) {
      return this.#repeated(earlier, { body, by });
    }
    const { findings, route } = await this.#prepare({
      target,
      action: body.action,
      addresses: body.addresses,
    });
    const now = this.#options.now();
    const { record, outcome } = await store.create({
      request: {
        targetId: target.id,
        action: body.action,
        route,
        origin: 'person',
        requestedBy: by,
        reason: cleanText(body.reason),
        idempotencyKey: body.idempotencyKey,
        addresses: body.addresses && [...new Set(body.addresses)],
        risk: riskOf(findings),
        expiresAt: new Date(now.getTime() + config.previewTtlMs),
      },
      now,
    });
    if (outcome === 'open') {
      throw new ConflictError(
        `A remediation of this target is under way already: ${describeState(
          record.state,
        )}`,
      );
    }
    if (outcome === 'repeated') {
      return this.#repeated(record, { body, by });
    }
    await this.#began(record);
    return this.#show(record, { name: by, request: ALLOWED, approve: UNASKED });
  }

  async requestByPolicy(
    options: Parameters<AutomaticRemediations['requestByPolicy']>[0],
  ): Promise<Remediation | undefined> {
    const { targetId, policyId, mode, addresses, fingerprints } = options;
    const { store, config, logger } = this.#options;
    if (!config.enabled) {
      return undefined;
    }
    const now = this.#options.now();
    const driftHash = hashOf(fingerprints);
    const [target, open, ended] = await Promise.all([
      this.#findTarget(targetId),
      store.listOpen(targetId),
      store.listEndedByPolicy({ targetId, driftHash, limit: 50 }),
    ]);
    if (open.length > 0 || ended.some(record => isSettled(record, now))) {
      return undefined;
    }
    let prepared: { findings: StoredFinding[]; route: string };
    try {
      prepared = await this.#prepare({ target, action: 'revert', addresses });
    } catch (error) {
      if (error instanceof ConflictError || error instanceof InputError) {
        logger.debug(
          `Policy ${policyId} does not remediate ${targetId}: ${error.message}`,
        );
        return undefined;
      }
      throw error;
    }
    if (await this.#isAnnounced(targetId, prepared.findings)) {
      logger.debug(
        `Policy ${policyId} does not remediate ${targetId}: the last remediation said that all of this drift stays`,
      );
      return undefined;
    }
    const { record, outcome } = await store.create({
      request: {
        targetId,
        action: 'revert',
        route: prepared.route,
        origin: 'policy',
        requestedBy: policyName(policyId),
        reason: cleanText(options.reason),
        policyId,
        addresses: [...new Set(addresses)],
        driftHash,
        risk: riskOf(prepared.findings),
        expiresAt: new Date(now.getTime() + config.previewTtlMs),
        policyMode: mode,
      },
      now,
    });
    if (outcome !== 'created') {
      return undefined;
    }
    await this.#began(record);
    return this.#show(record, NOBODY_ASKS);
  }

  /**
   * Whether all of this drift is what the last successful remediation left, as its
   * preview had said: another one would say the same.
   */
  async #isAnnounced(
    targetId: string,
    findings: readonly StoredFinding[],
  ): Promise<boolean> {
    const { items } = await this.#options.store.list({
      query: { targetId, state: ['succeeded'], limit: RECENT_ENDED },
    });
    return findings.every(finding =>
      isLeftBehind(
        finding,
        items.flatMap(({ outcome }) => outcome?.remaining ?? []),
      ),
    );
  }

  async hopelessPreviews(
    options: Parameters<AutomaticRemediations['hopelessPreviews']>[0],
  ): Promise<HopelessPreviews | undefined> {
    const { targetId, fingerprints, since } = options;
    const { store } = this.#options;
    const [ended, asked] = await Promise.all([
      store.listEndedByPolicy({
        targetId,
        driftHash: hashOf(fingerprints),
        limit: 50,
      }),
      store.lastAskedByPerson(targetId),
    ]);
    const counts = (record: RemediationRecord) =>
      record.state === 'failed' &&
      record.preview === undefined &&
      [since, asked].every(
        time => time === undefined || record.requestedAt > time,
      );
    const other = ended.findIndex(record => !counts(record));
    const times = other === -1 ? ended.length : other;
    return times < HOPELESS_PREVIEWS
      ? undefined
      : { times, message: ended[0].message };
  }

  /** The requester wants exactly this preview. */
  async confirm(
    options: { id: string; previewHash: string; confirmName?: string } & Actor,
  ): Promise<Remediation> {
    const { id, previewHash, by, credentials } = options;
    const { steps, kept, config, workerId, now } = this.#options;
    this.#requireEnabled();
    const record = await this.#find(id);
    const caller = { name: by, request: ALLOWED, approve: UNASKED };
    requireYours(record, caller);
    requireMay(mayConfirm(record, caller));
    const preview = requirePreview(record, previewHash);
    this.#requireUnexpired(record);
    requireName(record, options.confirmName);

    const decision = await this.#decide(record, preview);
    const at = now();
    const step = {
      id,
      from: ['previewed'] as const,
      was: 'previewed' as const,
      previewHash,
      unexpired: true,
      by,
      now: at,
    };
    const confirmed = {
      decision,
      confirmedBy: by,
      confirmedAt: at,
      expiresAt: new Date(at.getTime() + config.approvalTtlMs),
    };
    kept.keep(id, 'confirmed', { by, hash: previewHash, credentials });
    if (decision.needsApproval) {
      return this.#made(
        await steps.make({
          ...step,
          to: 'awaiting-approval',
          note: 'Confirmed.',
          changes: {
            ...confirmed,
            message: `Somebody else has to approve it: ${decision.because}`,
          },
        }),
        caller,
      );
    }
    await this.#requirePermit(record);
    return this.#made(
      await this.#orBusy(() =>
        steps.make({
          ...step,
          to: 'approved',
          note: 'Confirmed.',
          changes: {
            ...confirmed,
            approvedBy: by,
            approvedAt: at,
            approvedHash: previewHash,
            automatic: false,
            keeper: workerId,
            waitsUntil: undefined,
            message: 'It starts as soon as a worker is free.',
          },
        }),
      ),
      caller,
    );
  }

  /** Somebody else wants exactly this preview, too. */
  async approve(
    options: {
      id: string;
      previewHash: string;
      confirmName?: string;
      note?: string;
    } & Actor,
  ): Promise<Remediation> {
    const { id, previewHash, by, credentials } = options;
    const { steps, kept, config, workerId, now } = this.#options;
    this.#requireEnabled();
    const record = await this.#find(id);
    const caller = { name: by, request: UNASKED, approve: ALLOWED };
    if (record.requestedBy === by && !config.selfApproval) {
      throw new NotAllowedError(
        'You asked for this remediation, so somebody else has to approve it',
      );
    }
    requireMay(
      mayApprove(record, { ...caller, selfApproval: config.selfApproval }),
    );
    requirePreview(record, previewHash);
    this.#requireUnexpired(record);
    requireName(record, options.confirmName);
    await this.#requirePermit(record);

    const at = now();
    kept.keep(id, 'approved', { by, hash: previewHash, credentials });
    return this.#made(
      await this.#orBusy(() =>
        steps.make({
          id,
          from: ['awaiting-approval'],
          was: 'awaiting-approval',
          to: 'approved',
          previewHash,
          unexpired: true,
          by,
          note: cleanText(options.note) ?? 'Approved.',
          now: at,
          changes: {
            approvedBy: by,
            approvedAt: at,
            approvedHash: previewHash,
            automatic: false,
            keeper: workerId,
            waitsUntil: undefined,
            expiresAt: new Date(at.getTime() + config.approvalTtlMs),
            message: 'It starts as soon as a worker is free.',
          },
        }),
      ),
      caller,
    );
  }

  async reject(
    options: { id: string; reason: string } & Pick<Actor, 'by'>,
  ): Promise<Remediation> {
    const { id, by } = options;
    const record = await this.#find(id);
    const reason = cleanText(options.reason) ?? 'No reason was given.';
    const caller = { name: by, request: UNASKED, approve: ALLOWED };
    requireWaiting(record, 'rejected');
    return this.#made(
      await this.#options.steps.make({
        id,
        from: WAITING_STATES,
        was: record.state,
        to: 'rejected',
        by,
        note: reason,
        now: this.#options.now(),
        changes: { message: `${by} rejected it: ${reason}` },
      }),
      caller,
    );
  }

  async cancel(
    options: { id: string } & Pick<Actor, 'by'>,
  ): Promise<Remediation> {
    const { id, by } = options;
    const record = await this.#find(id);
    const caller = { name: by, request: ALLOWED, approve: UNASKED };
    requireWaiting(record, 'cancelled');
    const may = mayCancel(record, caller);
    if (!may.allowed) {
      throw new NotAllowedError(withoutStop(may.reason));
    }
    return this.#made(
      await this.#options.steps.make({
        id,
        from: WAITING_STATES,
        was: record.state,
        to: 'cancelled',
        by,
        now: this.#options.now(),
        changes: { message: `${by} cancelled it.` },
      }),
      caller,
    );
  }

  /** @throws NotFoundError also when the condition does not hold */
  async get(options: {
    id: string;
    condition?: TargetCondition;
    caller: RemediationCaller;
  }): Promise<Remediation> {
    const { id, condition, caller } = options;
    return this.#show(await this.#find(id, condition), caller);
  }

  async list(options: {
    query: RemediationsQuery;
    condition?: TargetCondition;
    /** Who asks what waits for them. */
    awaiting?: { name?: string };
  }): Promise<RemediationsPage> {
    const { query, condition, awaiting } = options;
    const { store, config } = this.#options;
    const { items, totalItems } = await store.list({
      query,
      condition,
      awaiting: awaiting && {
        notRequestedBy: config.selfApproval ? undefined : awaiting.name,
      },
    });
    return { items: items.map(toSummary), totalItems };
  }

  /** Ways out of the drift of a target, for somebody who may ask for them or not. */
  async options(options: {
    targetId: string;
    request: MayDo;
  }): Promise<RemediationOptions> {
    const { targetId, request } = options;
    const { store, policies } = this.#options;
    const target = await this.#findTarget(targetId);
    const [drift, open] = await Promise.all([
      this.#readDrift(targetId),
      store.listOpen(targetId),
    ]);
    const shown = drift.slice(0, DECIDED_FINDINGS);
    const decisions = await policies.decideEach(policyTargetOf(target), shown);
    const decided = shown.map(({ fingerprint, address }, index) => ({
      fingerprint,
      address,
      decision: decisions[index],
    }));
    const needsApproval = decided.some(
      ({ decision }) => decision.needsApproval,
    );
    const ways = REMEDIATION_ACTIONS.map(action =>
      this.#option({ action, target, drift, open, request, needsApproval }),
    );
    const recommended = [recommendedAction(drift), 'revert'].find(wanted =>
      ways.some(({ action, available }) => available && action === wanted),
    );
    return {
      targetId,
      options: ways.map(way => ({
        ...way,
        recommended: way.action === recommended,
      })),
      findings: decided,
      ...(open.length > 0 && { current: toSummary(mostAdvanced(open)) }),
    };
  }

  async status(): Promise<RemediationStatus> {
    const { policies, registry, config } = this.#options;
    return {
      ...(await policies.readSwitches()),
      enabled: config.enabled,
      selfApproval: config.selfApproval,
      sources: registry.sources(),
    };
  }

  #option(options: {
    action: RemediationAction;
    target: RemediationTarget;
    drift: readonly StoredFinding[];
    open: readonly RemediationRecord[];
    request: MayDo;
    needsApproval: boolean;
  }): Omit<RemediationOption, 'recommended'> {
    const { action, target, drift, open, request } = options;
    const { registry, config } = this.#options;
    const found = registry.find(target, action);
    const reasons: (string | undefined | false)[] = [
      !config.enabled && `${NOT_ENABLED}.`,
      !request.allowed && request.reason,
      found.reason,
      drift.length === 0 && 'The target has no drift that alarms.',
      open.some(record => record.action === action) &&
        'One is under way already.',
    ];
    const reason = reasons.find(each => each);
    return {
      action,
      available: !reason,
      ...(reason && { reason }),
      ...(found.remediator && { route: found.remediator.id }),
      needsApproval: action !== 'adopt' && options.needsApproval,
    };
  }

  /** What is to be repaired, and by whom. */
  async #prepare(options: {
    target: RemediationTarget;
    action: RemediationAction;
    addresses?: readonly string[];
  }): Promise<{ findings: StoredFinding[]; route: string }> {
    const { target, action, addresses } = options;
    const found = this.#options.registry.find(target, action);
    if (!found.remediator) {
      throw new ConflictError(withoutStop(found.reason));
    }
    const drift = await this.#readDrift(target.id);
    if (drift.length === 0) {
      throw new ConflictError(
        `The target '${target.id}' has no drift that alarms, so there is nothing to remediate`,
      );
    }
    if (addresses) {
      const known = new Set(drift.map(({ address }) => address));
      const unknown = addresses.find(address => !known.has(address));
      if (addresses.length === 0 || unknown !== undefined) {
        throw new InputError(
          unknown === undefined
            ? 'The list of resources to remediate is empty'
            : `'${unknown}' has no drift that alarms`,
        );
      }
    }
    const findings = drift.filter(
      ({ address }) => !addresses || addresses.includes(address),
    );
    return { findings, route: found.remediator.id };
  }

  /** Policy never asks for an approval of a pull request: it is reviewed elsewhere. */
  async #decide(
    record: RemediationRecord,
    preview: NonNullable<RemediationRecord['preview']>,
  ): Promise<PolicyDecision> {
    const target = await this.#findTarget(record.targetId);
    const decision = await this.#options.policies.decideAll(
      policyTargetOf(target),
      preview.changes,
    );
    return record.action === 'adopt'
      ? { ...decision, needsApproval: false }
      : decision;
  }

  /** An approval of a person is never kept for later. */
  async #requirePermit(record: RemediationRecord): Promise<void> {
    const { policies } = this.#options;
    const target = await this.#findTarget(record.targetId);
    const permit: RunPermit =
      record.action === 'adopt'
        ? await permitOfPullRequest(policies)
        : await policies.mayRun({
            target: policyTargetOf(target),
            origin: 'person',
            changes: record.preview?.changes ?? [],
          });
    if (!permit.allowed) {
      const { reason, until } = permit;
      throw new ConflictError(
        until && !reason.includes(until.toISOString())
          ? `${withoutStop(
              reason,
            )}; it may be approved from ${until.toISOString()}`
          : withoutStop(reason),
      );
    }
  }

  /** What a request with this key asked for before. */
  async #repeated(
    record: RemediationRecord,
    { body, by }: { body: RemediationRequestBody; by: string },
  ): Promise<Remediation> {
    if (
      record.targetId !== body.targetId ||
      record.action !== body.action ||
      !isSameSet(record.addresses, body.addresses)
    ) {
      throw new ConflictError(
        'The idempotency key belongs to another request of yours',
      );
    }
    return this.#show(record, { name: by, request: ALLOWED, approve: UNASKED });
  }

  async #began(record: RemediationRecord): Promise<void> {
    const { steps, wake } = this.#options;
    await steps.tell({
      record,
      by: record.requestedBy,
      note: record.reason,
    });
    wake();
  }

  async #made(
    record: RemediationRecord | undefined,
    caller: RemediationCaller,
  ): Promise<Remediation> {
    if (!record) {
      throw new ConflictError(
        'It came too late: the remediation has moved on, look at it again',
      );
    }
    this.#options.wake();
    return this.#show(record, caller);
  }

  async #orBusy<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof TargetIsBusy) {
        throw new ConflictError(`${error.message}, wait until it has ended`);
      }
      throw error;
    }
  }

  async #show(
    record: RemediationRecord,
    caller: RemediationCaller,
  ): Promise<Remediation> {
    const { store, config } = this.#options;
    const [events, log] = await Promise.all([
      store.listEvents(record.id),
      store.listLog(record.id),
    ]);
    return toRemediation(record, {
      events,
      log,
      caller,
      selfApproval: config.selfApproval,
    });
  }

  async #find(
    id: string,
    condition?: TargetCondition,
  ): Promise<RemediationRecord> {
    const record = await this.#options.store.get({ id, condition });
    if (!record) {
      throw new NotFoundError(`No remediation '${id}' was found`);
    }
    return record;
  }

  async #findTarget(targetId: string): Promise<RemediationTarget> {
    const target = await this.#options.store.getTarget(targetId);
    if (!target || target.retired) {
      throw new NotFoundError(`No target '${targetId}' was found`);
    }
    return target;
  }

  /** Open drift that alarms. */
  async #readDrift(targetId: string): Promise<StoredFinding[]> {
    const { items } = await this.#options.driftStore.listFindings({
      targetId,
      state: 'open',
      limit: MAX_FINDINGS,
      offset: 0,
    });
    return items.filter(isAlarming);
  }

  #requireEnabled(): void {
    if (!this.#options.config.enabled) {
      throw new ConflictError(NOT_ENABLED);
    }
  }

  #requireUnexpired(record: RemediationRecord): void {
    if (record.expiresAt && record.expiresAt <= this.#options.now()) {
      throw new ConflictError(
        'It came too late: the remediation has expired, ask for a new one',
      );
    }
  }
}

/** What a policy is called where people are named. */
export function policyName(policyId: string): string {
  return `policy:${policyId}`;
}

/** A pull request changes nothing in reality, so that only the stop switch holds it back. */
export async function permitOfPullRequest(
  policies: Pick<Policies, 'readSwitches'>,
): Promise<RunPermit> {
  const { stopped, stopReason } = await policies.readSwitches();
  return stopped
    ? {
        allowed: false,
        reason: `All remediation is stopped${
          stopReason ? `: ${stopReason}` : '.'
        }`,
      }
    : { allowed: true };
}

function requireYours(
  record: RemediationRecord,
  caller: RemediationCaller,
): void {
  if (record.state === 'previewed' && record.requestedBy !== caller.name) {
    throw new NotAllowedError(
      'Only who asked for a remediation can confirm it',
    );
  }
}

function requireMay(may: MayDo): void {
  if (!may.allowed) {
    throw new ConflictError(withoutStop(may.reason));
  }
}

function requireWaiting(record: RemediationRecord, what: string): void {
  if (!WAITING_STATES.includes(record.state)) {
    throw new ConflictError(
      `It cannot be ${what}, because ${describeState(record.state)}`,
    );
  }
}

function requirePreview(record: RemediationRecord, hash: string) {
  if (!record.preview || record.previewHash !== hash) {
    throw new ConflictError(
      'This is not the preview that the remediation has, look at it again',
    );
  }
  return record.preview;
}

/**
 * What destroys something is wanted by name: a click, or a script that goes through
 * a list, is too easily made on the wrong target.
 *
 * @throws InputError
 */
function requireName(
  record: RemediationRecord,
  confirmName: string | undefined,
): void {
  const names = confirmNamesOf(record);
  const said = confirmName?.trim();
  if (names.length > 0 && (said === undefined || !names.includes(said))) {
    throw new InputError(
      `This deletes or replaces something, so that data may be lost; ${
        said === undefined
          ? 'send the name of the target as confirmName'
          : 'confirmName is not the name of the target'
      }, which is '${names[0]}'`,
    );
  }
}

/** Whether a policy leaves alone what ended like that. */
function isSettled(record: RemediationRecord, now: Date): boolean {
  const age = now.getTime() - (record.finishedAt ?? now).getTime();
  switch (record.state) {
    case 'rejected':
      return true;
    case 'cancelled':
      // People take back what has not begun; what was begun was stopped
      return record.beganAt === undefined;
    case 'dry-run':
      return age < PAUSE_MS['dry-run'];
    case 'failed':
      return record.beganAt === undefined && age < PAUSE_MS.failed;
    default:
      return false;
  }
}

function mostAdvanced(open: readonly RemediationRecord[]): RemediationRecord {
  return open.reduce((best, record) =>
    OPEN_REMEDIATION_STATES.indexOf(record.state) >
    OPEN_REMEDIATION_STATES.indexOf(best.state)
      ? record
      : best,
  );
}

function recommendedAction(drift: readonly StoredFinding[]): RemediationAction {
  const { recommendation } = explainReport({
    findings: [...drift],
    driftedResources: drift.length,
    totalResources: drift.length,
  });
  return recommendation === 'update-code' ? 'adopt' : 'revert';
}

function isSameSet(
  one: readonly string[] | undefined,
  other: readonly string[] | undefined,
): boolean {
  return one && other
    ? new Set(one).size === new Set(other).size &&
        one.every(item => other.includes(item))
    : one === other;
}

function hashOf(fingerprints: readonly string[]): string {
  return createHash('sha256')
    .update([...new Set(fingerprints)].sort().join('\n'))
    .digest('hex');
}

function cleanText(text: string | undefined): string | undefined {
  const clean = text && maskSecretShapes(text).trim();
  return clean ? clean : undefined;
}

/** Errors are sentences without the full stop. */
export function withoutStop(sentence: string | undefined): string {
  return (sentence ?? 'It is not possible now').replace(/\.$/, '');
}
