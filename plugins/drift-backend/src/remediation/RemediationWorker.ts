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

import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import {
  DesiredState,
  RemediationChange,
  RemediationOutcome,
  RemediationPreview,
  RemediationState,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  RemediationContext,
  RemediationPlan,
  RemediationRequest,
  Remediator,
  WriteRefused,
} from '@infra-hub/backstage-plugin-drift-node';
import { hidesFinding, maskSecretShapes } from '@infra-hub/drift-engine';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { listOf } from '../policy/listOf';
import { Policies } from '../policy/Policies';
import { describeScanError } from '../scans/describeScanError';
import { createWorkDirectory } from '../scans/workDirectories';
import { DriftStore } from '../store/DriftStore';
import { annotateChanges, isAlarming, riskOf } from './annotateChanges';
import { askConsent, isConfirmedOnly } from './askConsent';
import { ConsentCheck, KeptConsents, KeptCredentials } from './KeptCredentials';
import { policyTargetOf } from './policyTargetOf';
import { RemediationConfig } from './readRemediationConfig';
import { RemediationLog } from './RemediationLog';
import { permitOfPullRequest, policyName } from './RemediationService';
import { RemediationSteps } from './RemediationSteps';
import {
  LimitReached,
  RemediationChanges,
  RemediationRecord,
  RemediationStore,
  RemediationTarget,
  RemediationTransition,
  TargetIsBusy,
} from './RemediationStore';
import { RemediatorRegistry } from './RemediatorRegistry';
import { Verification } from './Verification';
import { WriteGuard, WriteRefusal } from './WriteGuard';

/** Names the plugin itself in histories. */
export const ITSELF = 'drift';

const MAX_FINDINGS = 10_000;
const RECENT_SCANS = 20;
const MAX_ATTEMPTS = 3;
const ABORT_GRACE_MS = 30_000;
const RETRY_MS = 5_000;
const ASK_AGAIN_MS = 60_000;
const SAVE_DELAYS_MS = [200, 500, 1_000, 2_000, 5_000];
const SAVE_ATTEMPTS = 60;
const HASH = /^[0-9a-f]{64}$/;

const LIMITED =
  'Other automatic remediations began at the same moment and took what the limit had left.';

const TOO_LONG = 'It took longer than is allowed here and was stopped.';

const EXPIRED: Partial<Record<RemediationState, string>> = {
  requested: 'Its preview was not made in time.',
  previewed: 'Nobody confirmed the preview in time.',
  'awaiting-approval': 'Nobody approved it in time.',
  approved: 'The approval ended before it could be started.',
};

const UNAPPROVED: RemediationChanges = {
  approvedBy: undefined,
  approvedAt: undefined,
  approvedHash: undefined,
  automatic: false,
  keeper: undefined,
  waitsUntil: undefined,
};

/** @internal */
export interface RemediationWorkerOptions {
  store: RemediationStore;
  driftStore: Pick<DriftStore, 'listFindings' | 'listScans'>;
  registry: RemediatorRegistry;
  policies: Policies;
  steps: RemediationSteps;
  kept: KeptCredentials;
  /** Asks permissions once more with kept credentials. */
  mayStill: ConsentCheck;
  verification: Verification;
  config: RemediationConfig;
  readDesiredState: (tenantId: string, source: string) => Promise<DesiredState>;
  /** Asks for a scan, so that pages show what is really there. */
  lookAgain: (target: RemediationTarget) => Promise<void>;
  logger: LoggerService;
  /** Parent of the private work directories. Default: the system's. */
  workDirectory?: string;
  now: () => Date;
}

/** A remediation that the caller has taken, and when to end. */
export interface ClaimedRemediation {
  record: RemediationRecord;
  /** Aborted on shutdown and when the lease is lost. */
  signal: AbortSignal;
}

/**
 * Makes the next step of a remediation: previews, starts, applies, follows and
 * verifies. Whatever happens, the step ends in the store, or another worker comes
 * after the lease.
 */
export class RemediationWorker {
  readonly #options: RemediationWorkerOptions;

  constructor(options: RemediationWorkerOptions) {
    this.#options = options;
  }

  async work(claimed: ClaimedRemediation): Promise<void> {
    const { state } = claimed.record;
    switch (state) {
      case 'requested':
        await this.#preview(claimed);
        break;
      case 'approved':
        await this.#start(claimed);
        break;
      case 'running':
        await this.#recover(claimed);
        break;
      case 'verifying':
        await this.#options.verification.look(claimed.record);
        break;
      default:
        throw new Error(`There is nothing to work on in state '${state}'`);
    }
  }

  /** Ends those whose wait is over. */
  async expire(): Promise<void> {
    const { store, steps, now } = this.#options;
    for (const record of await store.listExpired({ now: now(), limit: 100 })) {
      await steps.make({
        id: record.id,
        from: [record.state],
        was: record.state,
        to: 'expired',
        unclaimed: true,
        fence: record.fence,
        by: ITSELF,
        now: now(),
        changes: { message: EXPIRED[record.state] ?? 'It has expired.' },
      });
    }
  }

  async #preview(claimed: ClaimedRemediation): Promise<void> {
    const { record } = claimed;
    const ready = await this.#prepare(record);
    if (!ready) {
      return;
    }
    if (record.attempts > MAX_ATTEMPTS) {
      await this.#end(
        record,
        'failed',
        'The preview could not be made: each time, the process that made it ended.',
      );
      return;
    }
    const looked = await this.#use(claimed, ready, (request, context) =>
      ready.remediator.preview(request, context),
    );
    if ('result' in looked) {
      await this.#previewed({ ...ready, record }, looked.result);
    } else if (looked.reason === 'stopped') {
      await this.#release(record);
    } else if (
      looked.reason === 'unexpected' &&
      record.attempts < MAX_ATTEMPTS
    ) {
      await this.#release(record, RETRY_MS * record.attempts);
    } else {
      await this.#end(record, 'failed', looked.message);
    }
  }

  async #previewed(ready: Ready, plan: RemediationPlan): Promise<void> {
    const { record, target, findings } = ready;
    const { policies, config, now } = this.#options;
    if (!HASH.test(plan.hash)) {
      await this.#end(
        record,
        'failed',
        `The route '${record.route}' made a preview that cannot be approved, because it has no proper hash.`,
      );
      return;
    }
    const changes = annotateChanges({
      changes: plan.changes,
      findings,
      addresses: record.addresses,
    });
    if (changes.length === 0 && !plan.patch && !plan.instructions?.length) {
      const unseen = unseenOf(ready, plan);
      if (unseen.length > 0) {
        await this.#end(
          record,
          'failed',
          `Nothing could be planned, because ${listOf(
            unseen,
          )} could not be seen as a whole.`,
        );
        return;
      }
      await this.#end(
        record,
        'superseded',
        'Nothing would be changed: what was asked for is as it should be by now.',
      );
      await this.#options.lookAgain(target);
      return;
    }
    const at = now();
    const preview: RemediationPreview = {
      hash: plan.hash,
      changes,
      destructive: changes.some(({ destructive }) => destructive),
      warnings: plan.warnings.map(maskSecretShapes),
      blindSpots: plan.blindSpots,
      ...defined({
        remaining: plan.remaining?.map(each => ({
          ...each,
          reason: maskSecretShapes(each.reason),
        })),
        evidence: plan.evidence,
        tool: plan.tool,
        commit: plan.commit,
        patch: plan.patch,
        instructions: plan.instructions,
        pullRequest: plan.pullRequest,
      }),
      createdAt: at.toISOString(),
    };
    const drift = changes.filter(({ origin }) => origin === 'drift');
    const asked = await policies.decideAll(policyTargetOf(target), changes);
    const decision =
      record.action === 'adopt' ? { ...asked, needsApproval: false } : asked;
    const known: RemediationChanges = {
      preview,
      previewHash: plan.hash,
      changes: {
        total: changes.length,
        destructive: changes.filter(({ destructive }) => destructive).length,
        alongside: changes.length - drift.length,
      },
      decision,
      ...(drift.length > 0 && { risk: riskOf(drift) }),
      attempts: 0,
    };
    if (record.origin === 'person') {
      await this.#make(record, 'previewed', {
        changes: {
          ...known,
          expiresAt: new Date(at.getTime() + config.previewTtlMs),
          message: 'It waits for the confirmation of who asked for it.',
        },
      });
      return;
    }
    await this.#decideForPolicy(record, { ...known, preview, decision });
  }

  /** What a policy began is only automatic if all of it is. */
  async #decideForPolicy(
    record: RemediationRecord,
    known: RemediationChanges &
      Required<Pick<RemediationChanges, 'preview' | 'decision'>>,
  ): Promise<void> {
    const { config, now } = this.#options;
    const { decision, preview } = known;
    const at = now();
    const expiresAt = new Date(at.getTime() + config.approvalTtlMs);
    const waits: RemediationChanges = { ...known, expiresAt };
    const obstacle = obstacleOf(record, known);
    if (obstacle === undefined) {
      const policyId = decision.policyId ?? record.policyId;
      try {
        await this.#make(record, 'approved', {
          by: policyName(policyId ?? 'default'),
          note: decision.because,
          changes: {
            ...waits,
            policyId,
            approvedBy: policyName(policyId ?? 'default'),
            approvedAt: at,
            approvedHash: preview.hash,
            automatic: true,
            keeper: undefined,
            message: 'A policy approved it; it starts as soon as it may.',
          },
        });
      } catch (error) {
        if (!(error instanceof TargetIsBusy)) {
          throw error;
        }
        await this.#options.store.update({
          id: record.id,
          fence: record.fence,
          changes: { attempts: 0 },
          now: at,
        });
        await this.#release(
          record,
          ASK_AGAIN_MS,
          'Another remediation of this target is being applied; a new preview is made when it has ended.',
        );
      }
      return;
    }
    await this.#make(record, 'awaiting-approval', {
      note: obstacle,
      changes: { ...waits, message: `Somebody has to approve it: ${obstacle}` },
    });
  }

  async #start(claimed: ClaimedRemediation): Promise<void> {
    const { record } = claimed;
    const { now, policies } = this.#options;
    if (record.expiresAt && record.expiresAt <= now()) {
      await this.#end(record, 'expired', EXPIRED.approved);
      return;
    }
    const ready = await this.#prepare(record);
    if (!ready) {
      return;
    }
    const { preview, approvedHash } = record;
    if (!preview || !approvedHash || approvedHash !== record.previewHash) {
      await this.#end(
        record,
        'rejected',
        'The approval is not for the preview that is kept.',
      );
      return;
    }
    const target = policyTargetOf(ready.target);
    const [switches, decision] = await Promise.all([
      policies.readSwitches(),
      policies.decideAll(target, preview.changes),
    ]);
    const needsApproval = record.action !== 'adopt' && decision.needsApproval;
    if (record.automatic && decision.mode !== 'auto') {
      await this.#backToApproval(record, {
        decision,
        message: `Somebody has to approve it: ${decision.because}`,
      });
      return;
    }
    const accepted = record.automatic && acceptedSince(record, ready.findings);
    if (accepted) {
      await this.#end(
        record,
        'superseded',
        `It was not started, because ${accepted.address} does not alarm any more: ${accepted.reason}`,
      );
      return;
    }
    if (isConfirmedOnly(record) && needsApproval) {
      await this.#backToApproval(record, {
        decision,
        message: `Somebody else has to approve it: ${decision.because}`,
      });
      return;
    }
    if (switches.dryRun || decision.dryRun) {
      await this.#end(
        record,
        'dry-run',
        'It would have been applied now, but dry-run mode is on; nothing was changed.',
      );
      return;
    }
    const permit =
      record.action === 'adopt'
        ? await permitOfPullRequest(policies)
        : await policies.mayRun({
            target,
            origin: record.automatic ? 'policy' : 'person',
            changes: preview.changes,
          });
    if (!permit.allowed) {
      await this.#held(record, permit);
      return;
    }

    // Last, so that hardly any time passes until it begins
    if (!record.automatic && !(await this.#stillConsented(record))) {
      return;
    }
    const begin = this.#make(record, 'running', {
      keepLease: true,
      previewHash: approvedHash,
      unexpired: true,
      limits: permit.limits,
      changes: {
        beganAt: now(),
        waitsUntil: undefined,
        expiresAt: undefined,
        attempts: 0,
        message: 'It is being applied.',
        // The policies may have changed since it was approved, and limits count by it
        ...(record.automatic && {
          policyId: decision.policyId ?? record.policyId,
        }),
      },
    });
    const begun = await orLimited(begin);
    if (begun === 'limited') {
      const again = await policies.mayRun({
        target,
        origin: 'policy',
        changes: preview.changes,
      });
      await this.#held(record, again.allowed ? { reason: LIMITED } : again);
      return;
    }
    if (begun) {
      await this.#apply({ ...claimed, record: begun }, ready, approvedHash);
    }
  }

  /** It may not start now: an automatic one waits, one of a person is asked again. */
  async #held(
    record: RemediationRecord,
    refusal: { reason: string; until?: Date; final?: true },
  ): Promise<void> {
    const { config, now } = this.#options;
    const { reason, until, final } = refusal;
    if (!record.automatic) {
      await this.#askAgain(record, reason);
      return;
    }
    if (final) {
      await this.#backToApproval(record, {
        message: `It was not started automatically: ${reason}`,
        stopped: true,
      });
      return;
    }
    const waitsUntil = until ?? new Date(now().getTime() + ASK_AGAIN_MS);
    if (until) {
      await this.#options.store.update({
        id: record.id,
        fence: record.fence,
        changes: {
          expiresAt: new Date(until.getTime() + config.approvalTtlMs),
        },
        now: now(),
      });
    }
    await this.#options.store.release({
      id: record.id,
      fence: record.fence,
      waitsUntil,
      message: reason,
      now: now(),
    });
    await this.#options.steps.touched(record);
  }

  /** Asks who said yes again; what that changes is stored. */
  async #stillConsented(record: RemediationRecord): Promise<boolean> {
    const { kept, mayStill, now } = this.#options;
    const consent = await askConsent({
      record,
      consents: kept.get(record.id),
      mayStill,
      now: now(),
    });
    switch (consent.verdict) {
      case 'gone':
        await this.#askAgain(record, consent.message);
        return false;
      case 'lost':
        await this.#end(record, 'rejected', consent.message);
        return false;
      default:
        return true;
    }
  }

  async #askAgain(record: RemediationRecord, message: string): Promise<void> {
    if (!isConfirmedOnly(record)) {
      await this.#backToApproval(record, { message });
      return;
    }
    const { config, now } = this.#options;
    await this.#make(record, 'previewed', {
      note: message,
      changes: {
        ...UNAPPROVED,
        confirmedBy: undefined,
        confirmedAt: undefined,
        expiresAt: new Date(now().getTime() + config.previewTtlMs),
        message,
      },
    });
  }

  async #backToApproval(
    record: RemediationRecord,
    options: {
      message: string;
      decision?: RemediationRecord['decision'];
      /** What was to be automatic no longer is: somebody must be told. */
      stopped?: boolean;
    },
  ): Promise<void> {
    const { config, now } = this.#options;
    const { message, decision } = options;
    await this.#make(record, 'awaiting-approval', {
      note: message,
      changes: {
        ...UNAPPROVED,
        ...(decision && { decision }),
        expiresAt: new Date(now().getTime() + config.approvalTtlMs),
        message,
      },
    });
  }

  async #apply(
    claimed: ClaimedRemediation,
    ready: Ready,
    approvedHash: string,
  ): Promise<void> {
    const { kept, logger } = this.#options;
    const { record, signal } = claimed;
    const consents = kept.get(record.id);
    kept.forget(record.id);
    const guard = new WriteGuard({
      ask: ({ first }) =>
        this.#refusalOf(record, { target: ready.target, consents, first }),
      signal,
      logger,
    });
    const applied = await this.#use(
      claimed,
      ready,
      (request, context) =>
        ready.remediator.apply(request, approvedHash, context),
      () => guard.check(),
    );
    if (guard.refusal && wroteNothing(applied, guard)) {
      await this.#refused(record, guard.refusal);
      return;
    }
    if (
      'reason' in applied &&
      applied.reason === 'stopped' &&
      ready.remediator.follow
    ) {
      // Another process goes on following, if it was remembered how.
      await this.#release(claimed.record);
      return;
    }
    await this.#complete(
      record,
      ready.target,
      explained(outcomeOf(applied), guard.refusal),
    );
  }

  /**
   * Why nothing more of what is being applied may be written.
   *
   * @remarks
   * Limits and the flap guard are not asked again, since this one counts by now.
   * Credentials that ended after the first write do not stop the rest: a part
   * that is done and a part that is not is worse.
   */
  async #refusalOf(
    record: RemediationRecord,
    options: {
      target: RemediationTarget;
      consents: KeptConsents;
      /** Nothing was written yet. */
      first: boolean;
    },
  ): Promise<WriteRefusal | undefined> {
    const { policies, store, mayStill, now } = this.#options;
    const { consents, first } = options;
    const standing = await store.get({ id: record.id });
    if (standing?.state !== 'running' || standing.fence !== record.fence) {
      return {
        to: 'cancelled',
        reason: 'Another process has this remediation by now.',
      };
    }
    const target = policyTargetOf(options.target);
    const changes = record.preview?.changes ?? [];
    const [decision, permit] = await Promise.all([
      policies.decideAll(target, changes),
      record.action === 'adopt'
        ? permitOfPullRequest(policies)
        : policies.mayRun({
            target,
            origin: record.automatic ? 'policy' : 'person',
            changes,
            begun: true,
          }),
    ]);
    if (!permit.allowed) {
      return { to: 'cancelled', reason: permit.reason };
    }
    if (decision.dryRun) {
      return { to: 'dry-run', reason: 'Dry-run mode is on by now.' };
    }
    const needsApproval = record.action !== 'adopt' && decision.needsApproval;
    if (isConfirmedOnly(record) && needsApproval) {
      return {
        to: 'cancelled',
        reason: `Somebody else has to approve it by now: ${decision.because}`,
      };
    }
    const consent = record.automatic
      ? undefined
      : await askConsent({ record, consents, mayStill, now: now() });
    switch (consent?.verdict) {
      case 'lost':
        return { to: 'rejected', reason: consent.message };
      case 'gone':
        return first ? { to: 'cancelled', reason: consent.message } : undefined;
      default:
        return undefined;
    }
  }

  /** It was begun, and nothing was written. */
  async #refused(
    record: RemediationRecord,
    { to, reason }: WriteRefusal,
  ): Promise<void> {
    await this.#persist(() =>
      this.#end(record, to, `Nothing was changed. ${reason}`, {
        handle: undefined,
        attempts: 0,
      }),
    );
  }

  /** Nobody works any more on what was running. It is never applied again. */
  async #recover(claimed: ClaimedRemediation): Promise<void> {
    const { record } = claimed;
    const { registry, store } = this.#options;
    const remediator = registry.get(record.action, record.route);
    const target = await store.getTarget(record.targetId);
    if (!target) {
      throw new Error(`The target '${record.targetId}' is gone`);
    }
    const { handle } = record;
    if (remediator?.follow && handle) {
      const ready: Ready = {
        record,
        target,
        remediator,
        ...(await this.#readLastLook(record)),
      };
      const followed = await this.#use(claimed, ready, (request, context) =>
        remediator.follow!(request, handle, context),
      );
      // Another process goes on following
      if ('reason' in followed && followed.reason === 'stopped') {
        await this.#release(record);
        return;
      }
      await this.#complete(record, target, outcomeOf(followed));
      return;
    }
    await this.#complete(record, target, {
      kind: 'unknown',
      message:
        'The process that applied it ended, so it is not known how far it went.',
    });
  }

  /** Stores how applying ended and leaves the rest to a scan. */
  async #complete(
    record: RemediationRecord,
    target: RemediationTarget,
    told: RemediationOutcome,
  ): Promise<void> {
    const { now, lookAgain } = this.#options;
    const outcome = cleanOutcome(told);
    const done: RemediationChanges = {
      outcome,
      appliedAt: appliedAtOf(outcome, { after: record.beganAt, now: now() }),
      handle: undefined,
      attempts: 0,
    };
    if (outcome.kind === 'superseded' || outcome.kind === 'failed') {
      await this.#persist(() =>
        this.#end(record, outcome.kind as 'failed', outcome.message, done),
      );
      await lookAgain(target);
    } else if (record.action === 'adopt') {
      await this.#persist(() =>
        this.#end(
          record,
          outcome.kind === 'applied' ? 'succeeded' : 'failed',
          outcome.message,
          done,
        ),
      );
    } else {
      await this.#persist(() =>
        this.#make(record, 'verifying', {
          note: outcome.message,
          changes: {
            ...done,
            message:
              outcome.kind === 'unknown'
                ? `${outcome.message} A scan looks what is really there.`
                : 'A scan looks whether the drift is gone.',
          },
        }),
      );
    }
  }

  /** Calls a remediator with all it may use, in a directory of its own. */
  async #use<T>(
    claimed: ClaimedRemediation,
    ready: Omit<Ready, 'record'>,
    call: (
      request: RemediationRequest,
      context: RemediationContext,
    ) => Promise<T>,
    mayWrite: RemediationContext['mayWrite'] = refuseToWrite,
  ): Promise<Used<T>> {
    const { store, steps, config, logger, now } = this.#options;
    const { record } = claimed;
    const { target, findings, lastScan } = ready;
    const workDir = await createWorkDirectory(this.#options.workDirectory);
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), config.applyTimeoutMs);
    const signal = AbortSignal.any([claimed.signal, timeout.signal]);
    const child = logger.child({ target: target.id, remediation: record.id });
    const log = new RemediationLog({
      record,
      store,
      steps,
      directory: workDir,
      logger: child,
      now,
    });
    const request: RemediationRequest = {
      id: record.id,
      target,
      action: record.action,
      ...(record.addresses && { addresses: record.addresses }),
      salt: record.salt,
      findings,
      ...(lastScan && { lastScan }),
    };
    try {
      const result = await orAbandonAfterAbort(
        call(request, {
          signal,
          workDir,
          logger: child,
          readDesiredState: () =>
            this.#options.readDesiredState(target.name, target.source),
          log: text => log.add(text),
          mayWrite,
          remember: async handle => {
            const kept = await store.update({
              id: record.id,
              fence: record.fence,
              changes: { handle },
              now: now(),
            });
            if (!kept) {
              throw new Error('Another process has this remediation by now');
            }
          },
        }),
        signal,
      );
      return { result };
    } catch (error) {
      const failure = toError(error);
      const message = describeScanError(error, { directories: [workDir] });
      if (timeout.signal.aborted) {
        return { reason: 'too-long', message: TOO_LONG };
      }
      if (claimed.signal.aborted) {
        return { reason: 'stopped', message };
      }
      if (failure.name === 'RemediationFailure') {
        return { reason: 'failure', message };
      }
      if (failure.name === 'WriteRefused') {
        return { reason: 'refused', message };
      }
      child.error('A remediator failed unexpectedly', failure);
      return { reason: 'unexpected', message };
    } finally {
      clearTimeout(timer);
      await log.end();
      await this.#remove(workDir);
    }
  }

  /** What the work needs; undefined when there is no point in it, which is stored. */
  async #prepare(record: RemediationRecord): Promise<Ready | undefined> {
    const { store, registry, config } = this.#options;
    if (!config.enabled) {
      await this.#end(
        record,
        'cancelled',
        'Remediation was disabled in the configuration.',
      );
      return undefined;
    }
    const target = await store.getTarget(record.targetId);
    if (!target || target.retired) {
      await this.#end(record, 'cancelled', 'The target is no longer declared.');
      return undefined;
    }
    const remediator = registry.get(record.action, record.route);
    if (!remediator) {
      await this.#end(
        record,
        'failed',
        `The route '${record.route}' is no longer installed.`,
      );
      return undefined;
    }
    return {
      record,
      target,
      remediator,
      ...(await this.#readLastLook(record)),
    };
  }

  /** What differed when somebody last looked, and how that was seen. */
  async #readLastLook({
    targetId,
  }: RemediationRecord): Promise<Pick<Ready, 'findings' | 'lastScan'>> {
    const { driftStore } = this.#options;
    const [findings, scans] = await Promise.all([
      driftStore.listFindings({
        targetId,
        state: 'open',
        limit: MAX_FINDINGS,
        offset: 0,
      }),
      driftStore.listScans({ targetId, limit: RECENT_SCANS, offset: 0 }),
    ]);
    const scan = scans.items.find(
      ({ state, evidence }) => state === 'completed' && evidence !== undefined,
    );
    return {
      findings: findings.items,
      ...(scan && {
        lastScan: defined({
          evidence: scan.evidence,
          tool: scan.tool,
          commit: scan.commit,
        }),
      }),
    };
  }

  async #end(
    record: RemediationRecord,
    to: RemediationState,
    message: string | undefined,
    changes: RemediationChanges = {},
  ): Promise<RemediationRecord | undefined> {
    return this.#make(record, to, {
      note: message,
      changes: { ...changes, message },
    });
  }

  async #make(
    record: RemediationRecord,
    to: RemediationState,
    options: {
      changes: RemediationChanges;
      by?: string;
      note?: string;
      keepLease?: boolean;
      previewHash?: string;
      unexpired?: boolean;
      limits?: RemediationTransition['limits'];
    },
  ): Promise<RemediationRecord | undefined> {
    const made = await this.#options.steps.make({
      by: ITSELF,
      ...options,
      id: record.id,
      from: [record.state],
      was: record.state,
      to,
      fence: record.fence,
      now: this.#options.now(),
    });
    if (!made) {
      this.#options.logger.debug(
        `Remediation ${record.id} has moved on and did not become '${to}'`,
      );
    }
    return made;
  }

  /** What was done must be written down, also when the database is away for a while. */
  async #persist(write: () => Promise<unknown>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await write();
        return;
      } catch (error) {
        if (attempt >= SAVE_ATTEMPTS) {
          throw error;
        }
        this.#options.logger.warn(
          `The outcome of a remediation waits for the database: ${error}`,
        );
        await sleep(
          SAVE_DELAYS_MS[Math.min(attempt, SAVE_DELAYS_MS.length) - 1],
        );
      }
    }
  }

  async #release(
    record: RemediationRecord,
    delayMs?: number,
    message?: string,
  ): Promise<void> {
    const now = this.#options.now();
    await this.#options.store.release({
      id: record.id,
      fence: record.fence,
      ...(delayMs !== undefined && {
        waitsUntil: new Date(now.getTime() + delayMs),
      }),
      message,
      now,
    });
  }

  async #remove(workDir: string): Promise<void> {
    try {
      await rm(workDir, { recursive: true, force: true, maxRetries: 3 });
    } catch (error) {
      this.#options.logger.error(
        'Could not remove the work directory of a remediation',
        toError(error),
      );
    }
  }
}

interface Ready {
  record: RemediationRecord;
  target: RemediationTarget;
  remediator: Remediator;
  findings: StoredFinding[];
  lastScan?: RemediationRequest['lastScan'];
}

type Used<T> =
  | { result: T }
  | {
      reason: 'stopped' | 'too-long' | 'failure' | 'refused' | 'unexpected';
      message: string;
    };

/** Addresses of drift that was asked for and that a plan could not see. */
function unseenOf(
  { record: { addresses }, findings }: Ready,
  { blindSpots }: RemediationPlan,
): string[] {
  return findings
    .filter(isAlarming)
    .filter(({ address }) => !addresses || addresses.includes(address))
    .filter(finding => blindSpots.some(spot => hidesFinding(spot, finding)))
    .map(({ address }) => address);
}

/** Why what a policy began needs a person after all. */
function obstacleOf(
  record: RemediationRecord,
  known: Required<Pick<RemediationChanges, 'preview' | 'decision'>>,
): string | undefined {
  const { decision, preview } = known;
  if (!decision || !preview) {
    return 'It is not known what would be done.';
  }
  if (record.policyMode !== 'auto' || decision.mode !== 'auto') {
    return decision.because;
  }
  const alongside = preview.changes.find(
    ({ origin }) => origin !== 'drift' && origin !== 'cascade',
  );
  return alongside
    ? `${alongside.address} comes along, which is not the drift that the policy speaks of.`
    : undefined;
}

/** Drift that a policy approved to be repaired and that people muted since. */
function acceptedSince(
  { preview, addresses }: RemediationRecord,
  findings: readonly StoredFinding[],
): RemediationChange | undefined {
  const drift = (preview?.changes ?? []).filter(
    ({ origin }) => origin === 'drift',
  );
  return annotateChanges({ changes: drift, findings, addresses }).find(
    ({ origin }) => origin === 'acknowledged' || origin === 'suppressed',
  );
}

/** What is not known for sure may have happened, so a scan must look. */
function outcomeOf(used: Used<RemediationOutcome>): RemediationOutcome {
  if ('result' in used) {
    return used.result;
  }
  return used.reason === 'failure' || used.reason === 'refused'
    ? { kind: 'failed', message: used.message }
    : {
        kind: 'unknown',
        message: `It is not known how far it went: ${used.message}`,
      };
}

/** Others may have begun since it was asked whether there is room. */
async function orLimited<T>(begin: Promise<T>): Promise<T | 'limited'> {
  try {
    return await begin;
  } catch (error) {
    if (error instanceof LimitReached) {
      return 'limited';
    }
    throw error;
  }
}

/** Previews look, and what was started elsewhere is only followed. */
async function refuseToWrite(): Promise<void> {
  throw new WriteRefused('Nothing may be written in this step.');
}

/** Whether what was refused kept everything from being written. */
function wroteNothing(
  used: Used<RemediationOutcome>,
  { passed }: WriteGuard,
): boolean {
  if ('reason' in used) {
    return used.reason === 'refused' || !passed;
  }
  return used.result.kind === 'failed' && !passed;
}

/** Why it went no further. */
function explained(
  outcome: RemediationOutcome,
  refusal: WriteRefusal | undefined,
): RemediationOutcome {
  return refusal && outcome.kind !== 'applied'
    ? {
        ...outcome,
        message: `${outcome.message} It went no further: ${refusal.reason}`,
      }
    : outcome;
}

/** A pipeline ends before this process hears of it, and may report in between. */
function appliedAtOf(
  { appliedAt }: RemediationOutcome,
  options: { after: Date | undefined; now: Date },
): Date {
  const { after, now } = options;
  const told = appliedAt === undefined ? NaN : Date.parse(appliedAt);
  return after && told >= after.getTime() && told < now.getTime()
    ? new Date(told)
    : now;
}

function cleanOutcome(outcome: RemediationOutcome): RemediationOutcome {
  return {
    ...outcome,
    message: maskSecretShapes(outcome.message),
    ...(outcome.objects && {
      objects: outcome.objects.map(object => ({
        ...object,
        ...(object.message !== undefined && {
          message: maskSecretShapes(object.message),
        }),
      })),
    }),
  };
}

function defined<T extends object>(value: T): T {
  return Object.fromEntries(
    Object.entries(value).filter(([, part]) => part !== undefined),
  ) as T;
}

/** A remediator that does not end after an abort must not hold the worker for ever. */
async function orAbandonAfterAbort<T>(
  work: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  const abandoned = new Promise<never>((_, reject) => {
    onAbort = () => {
      timer = setTimeout(
        () =>
          reject(new Error('The remediator did not end when it was stopped')),
        ABORT_GRACE_MS,
      );
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) {
      onAbort();
    }
  });
  try {
    return await Promise.race([work, abandoned]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
