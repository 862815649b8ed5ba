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

import { chmod, copyFile, mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { toError } from '@backstage/errors';
import {
  BlindSpot,
  RemediationAction,
  RemediationOutcome,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  RemediationContext,
  RemediationFailure,
  RemediationPlan,
  RemediationRequest,
  Remediator,
  ScanTarget,
} from '@infra-hub/backstage-plugin-drift-node';
import {
  createAddressScrubber,
  observePlan,
  PlanDocument,
} from '@infra-hub/drift-engine';
import { ProcessResult } from '../runner/runProcess';
import { locationFromJson } from '../targets/ModuleLocation';
import { TerraformParts } from '../TerraformParts';
import {
  isLocal,
  ModuleRun,
  PreparedModule,
  SavedPlan,
} from '../terraform/ModuleRun';
import { ScanFailure } from '../terraform/ScanFailure';
import {
  AppliedEntry,
  appliedEntries,
  refreshedEntries,
} from './appliedEntries';
import { ApplyProgress } from './ApplyProgress';
import { PartDigests } from './PartDigests';
import { planHash } from './planHash';
import { plannedChanges } from './plannedChanges';
import { digestOfRunningCode } from './runningCode';

const ACTIONS: readonly RemediationAction[] = ['revert', 'refresh-state'];

/** What the plan document holds beside resources and applying depends on. */
const HASHED_PARTS = ['variables', 'output_changes', 'action_invocations'];

const SUPERSEDED =
  'What would be changed is no longer what was approved, so nothing was applied; make a new preview and look at it. Values that differ in every plan, such as plantimestamp(), can never be applied from here.';

/** One look at what would be applied, and the file that applies exactly that. */
interface Look {
  run: ModuleRun;
  prepared: PreparedModule;
  plan: RemediationPlan;
  planFile: string;
  /** Takes secrets out of an address of the plan. */
  redactAddress: (address: string) => string;
}

/**
 * Makes reality match the code, or the state match reality, by applying a saved
 * plan that was seen before.
 */
export class TerraformRemediator implements Remediator {
  static create(parts: TerraformParts): TerraformRemediator {
    return new TerraformRemediator(parts);
  }

  readonly id = 'terraform';
  readonly #parts: TerraformParts;

  private constructor(parts: TerraformParts) {
    this.#parts = parts;
  }

  actionsFor(source: string): readonly RemediationAction[] {
    return source === this.id ? ACTIONS : [];
  }

  supports(
    target: ScanTarget & { source: string },
    action: RemediationAction,
  ): { supported: true } | { supported: false; reason: string } {
    if (target.source !== this.id || !ACTIONS.includes(action)) {
      return {
        supported: false,
        reason: 'Terraform cannot do that to this target.',
      };
    }
    return codeIsKnown(target);
  }

  async preview(
    request: RemediationRequest,
    context: RemediationContext,
  ): Promise<RemediationPlan> {
    context.signal.throwIfAborted();
    try {
      const { plan, planFile } = await this.#look(request, context);
      // It holds every secret in clear, and applying needs a fresh one anyway.
      await rm(planFile, { force: true });
      return plan;
    } catch (error) {
      throw error instanceof ScanFailure
        ? new RemediationFailure(error.message)
        : error;
    }
  }

  async apply(
    request: RemediationRequest,
    approvedHash: string,
    context: RemediationContext,
  ): Promise<RemediationOutcome> {
    let look: Look;
    try {
      context.signal.throwIfAborted();
      look = await this.#look(request, context);
    } catch (error) {
      return failedBefore(error, context);
    }
    try {
      if (look.plan.hash !== approvedHash) {
        context.log('The fresh plan is not the approved one');
        return { kind: 'superseded', message: SUPERSEDED };
      }
      if (context.signal.aborted) {
        return failedBefore(context.signal.reason, context);
      }
      await context.mayWrite();
      context.log('The fresh plan is the approved one; applying it');
      return await this.#apply(request, look, context);
    } finally {
      await rm(look.planFile, { force: true });
    }
  }

  async #look(
    request: RemediationRequest,
    context: RemediationContext,
  ): Promise<Look> {
    const { config, checkout, pluginCache, path, tool } = this.#parts;
    const located = await tool.locate(context.signal);
    if (!located.ok) {
      throw new ScanFailure(
        located.missing && config.recordedPlans
          ? `${located.message} What recorded plans show cannot be applied.`
          : located.message,
      );
    }
    const location = locationFromJson(request.target.location);
    const run = new ModuleRun({
      purpose: 'The look at the module',
      config,
      checkout,
      pluginCache,
      path,
      tool: { ...located.tool, path: located.path },
      client: request.target.client,
      location,
      signal: context.signal,
      logger: context.logger,
      workDir: context.workDir,
    });
    return await run.guard(async () => {
      context.log('Reading the code and preparing the module');
      const prepared = await run.prepare();
      if (isLocal(prepared.facts)) {
        throw new ScanFailure(
          'The module keeps its state in a file beside the code, so the state of what is applied from a copy would be lost. Give it a backend that keeps the state elsewhere.',
        );
      }
      context.log('Planning');
      const digests = new PartDigests(request.salt, HASHED_PARTS);
      const saved = await run.plan(prepared, {
        refreshOnly: request.action === 'refresh-state',
        targets: request.addresses,
        tap: bytes => digests.tap(bytes),
      });
      try {
        assertApplicable(saved.plan, request);
        const entries = entriesOf(saved.plan, request);
        const hash = planHash(request.salt, {
          action: request.action,
          workspace: location.workspace,
          entries: entries.map(({ entry }) => entry),
          parts: digests.digests(),
          code: await digestOfRunningCode({
            ...prepared,
            salt: request.salt,
            deferredReads: (saved.plan.dataReads ?? 0) > 0,
          }),
        });
        const scrub = createAddressScrubber(saved.plan);
        const redactAddress = (address: string) =>
          run.redactAddress(scrub(address));
        const plan = this.#describe({
          run,
          prepared,
          saved,
          entries,
          request,
          redactAddress,
        });
        return {
          run,
          prepared,
          planFile: saved.planFile,
          redactAddress,
          plan: { ...plan, hash, tool: located.tool },
        };
      } catch (error) {
        await rm(saved.planFile, { force: true });
        throw error;
      }
    });
  }

  #describe(options: {
    run: ModuleRun;
    prepared: PreparedModule;
    saved: SavedPlan;
    entries: readonly AppliedEntry[];
    request: RemediationRequest;
    redactAddress: (address: string) => string;
  }): Omit<RemediationPlan, 'hash' | 'tool'> {
    const { run, prepared, saved, entries, request, redactAddress } = options;
    const observation = run.redact(
      observePlan(wholeOf(saved.plan, request), { exitCode: saved.exitCode }),
    );
    if (observation.failure) {
      throw new ScanFailure(observation.failure);
    }
    const changes = plannedChanges({
      applied: entries,
      observation,
      findings: request.findings,
      redactAddress,
    });
    const blindSpots: BlindSpot[] = [
      ...observation.blindSpots,
      ...prepared.facts.blindSpots,
    ];
    return {
      changes,
      warnings: [
        ...warningsOf(saved.plan, entries, request, redactAddress),
        ...observation.warnings,
        ...run.warnings,
      ].map(text => run.clean(text)),
      blindSpots,
      evidence: observation.evidence,
      ...(prepared.commit === undefined ? {} : { commit: prepared.commit }),
    };
  }

  async #apply(
    request: RemediationRequest,
    look: Look,
    context: RemediationContext,
  ): Promise<RemediationOutcome> {
    const { run, prepared, planFile, plan } = look;
    const progress = new ApplyProgress({
      say: text => {
        try {
          context.log(text);
        } catch (error) {
          context.logger.warn(
            `A line of the live log of remediation ${request.id} was lost`,
            toError(error),
          );
        }
      },
      clean: text => run.clean(text),
      redactAddress: look.redactAddress,
    });
    let result: ProcessResult;
    try {
      result = await run.apply(prepared, planFile, {
        consumeStdout: stdout => progress.read(stdout),
      });
    } catch (error) {
      const cause = toError(error);
      if (progress.anythingStarted) {
        return {
          kind: 'unknown',
          message: `It is not known how far applying went: ${run.clean(
            cause.message,
          )}`,
          objects: progress.objects(plan.changes, false),
        };
      }
      return {
        kind: 'failed',
        message: `Nothing was applied: ${run.clean(cause.message)}`,
      };
    }
    const rescue = await this.#rescueState(request, look, context);
    const outcome = outcomeOf({ run, result, progress, plan });
    return rescue === undefined
      ? outcome
      : {
          ...outcome,
          kind: outcome.kind === 'applied' ? 'partial' : outcome.kind,
          message: `${outcome.message} ${rescue}`,
        };
  }

  /**
   * Terraform leaves the state in a file when it could not save it. Without it
   * nobody would know what was made.
   */
  async #rescueState(
    request: RemediationRequest,
    look: Look,
    context: RemediationContext,
  ): Promise<string | undefined> {
    const { run, prepared } = look;
    const file = join(prepared.moduleDir, 'errored.tfstate');
    try {
      if ((await stat(file).catch(() => undefined)) === undefined) {
        return undefined;
      }
      context.log('The state could not be saved; sending it again');
      const result = await run.pushState(prepared, file);
      if (result.exitCode === 0) {
        return 'The state could not be saved at first, and was at the second attempt.';
      }
      const directory = join(
        this.#parts.workingDirectory,
        'drift-terraform-rescued-states',
      );
      const kept = join(directory, `${request.id}.tfstate`);
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await copyFile(file, kept);
      await chmod(kept, 0o600);
      context.logger.error(
        `The state of ${request.target.id} could not be saved after it was applied: it is in ${kept}; send it with "state push" and remove the file`,
      );
      return 'The new state could not be saved; it lies in a file on the machine of the backend, whose log names it, and must be sent with "state push" before anything else is applied.';
    } catch (error) {
      context.logger.error(
        `The state of ${request.target.id} could not be saved after it was applied, nor kept`,
        toError(error),
      );
      return 'The new state could not be saved, and is lost: import what was made before anything else is applied.';
    }
  }
}

/** Whether there is code here that can be planned. */
export function codeIsKnown(
  target: ScanTarget,
): { supported: true } | { supported: false; reason: string } {
  return typeof target.location.root === 'string'
    ? { supported: true }
    : {
        supported: false,
        reason:
          'Only the pipeline that sends the plans of this module has its code and its credentials.',
      };
}

function isTargeted(request: RemediationRequest): boolean {
  return (request.addresses?.length ?? 0) > 0;
}

function entriesOf(
  plan: PlanDocument,
  request: RemediationRequest,
): AppliedEntry[] {
  return request.action === 'refresh-state'
    ? refreshedEntries(plan)
    : appliedEntries(plan);
}

/** A plan with `-target` calls itself incomplete, which is what was asked for. */
function wholeOf(
  plan: PlanDocument,
  request: RemediationRequest,
): PlanDocument {
  return isTargeted(request) ? { ...plan, complete: undefined } : plan;
}

/** @throws ScanFailure for a plan that cannot be shown as a whole. */
function assertApplicable(
  plan: PlanDocument,
  request: RemediationRequest,
): void {
  if (plan.errored) {
    throw new ScanFailure(
      'The plan stopped with an error and is not complete.',
    );
  }
  if (plan.deferredChanges.length > 0) {
    throw new ScanFailure(
      'The plan deferred some changes, so what applying would do cannot be shown in full.',
    );
  }
  if (wholeOf(plan, request).complete === false) {
    throw new ScanFailure(
      'The plan is partial, so what applying would do cannot be shown in full.',
    );
  }
  if (plan.actionInvocations > 0) {
    throw new ScanFailure(
      'Applying would invoke actions of the code, and what those do cannot be shown.',
    );
  }
  if (entriesOf(plan, request).some(({ change }) => change === 'unknown')) {
    throw new ScanFailure(
      'The plan has an action that this version does not know, so it cannot be shown what applying would do.',
    );
  }
}

function warningsOf(
  plan: PlanDocument,
  entries: readonly AppliedEntry[],
  request: RemediationRequest,
  redactAddress: (address: string) => string,
): string[] {
  const warnings: string[] = [];
  const isRefresh = request.action === 'refresh-state';
  if (isRefresh) {
    warnings.push(
      'Only the recorded state changes: reality and the code stay as they are. Where the code wants something else, the next plan will want to change it back; change the code too to keep it.',
    );
  }
  if (isTargeted(request)) {
    warnings.push(
      'Only the named resources and what they depend on are planned (-target): other drift and unapplied code stay as they are.',
    );
  }
  if (plan.changedOutputs.length > 0) {
    warnings.push(
      `${
        plan.changedOutputs.length === 1
          ? 'This output changes, too'
          : 'These outputs change, too'
      }: ${plan.changedOutputs.join(', ')}.`,
    );
  }
  if ((plan.dataReads ?? 0) > 0) {
    warnings.push(
      'Some data sources are read only while applying, so what depends on them is not known before.',
    );
  }
  const touched = new Set(
    entries.flatMap(({ entry }) =>
      [entry.address, entry.previousAddress ?? entry.address].map(
        redactAddress,
      ),
    ),
  );
  for (const address of askedFor(request)) {
    if (!touched.has(address)) {
      warnings.push(
        isRefresh
          ? `${address} is left as it is: nothing of it differs from the recorded state.`
          : `${address} is left as it is: applying the code would not change it.`,
      );
    }
  }
  return warnings;
}

/** Addresses of the drift that is to be repaired. */
function askedFor(request: RemediationRequest): Set<string> {
  return new Set(
    request.addresses ??
      request.findings
        .filter(
          finding =>
            finding.state === 'open' &&
            finding.class === 'drift' &&
            !finding.suppressedBy,
        )
        .map(finding => finding.address),
  );
}

function failedBefore(
  error: unknown,
  context: RemediationContext,
): RemediationOutcome {
  if (context.signal.aborted) {
    return {
      kind: 'failed',
      message: 'It was stopped before anything was applied.',
    };
  }
  const cause = toError(error);
  if (!(cause instanceof ScanFailure)) {
    context.logger.warn('A remediation failed before it applied', cause);
  }
  return {
    kind: 'failed',
    message: `Nothing was applied. ${cause.message}`,
  };
}

/** How `apply` ended, from what it said and how its process ended. */
function outcomeOf(options: {
  run: ModuleRun;
  result: ProcessResult;
  progress: ApplyProgress;
  plan: RemediationPlan;
}): RemediationOutcome {
  const { run, result, progress, plan } = options;
  if (result.exitCode === 0) {
    return {
      kind: 'applied',
      message: 'The approved plan was applied.',
      objects: progress.objects(plan.changes, true),
    };
  }
  if (progress.isStale) {
    return { kind: 'superseded', message: SUPERSEDED };
  }
  if (progress.isLocked && !progress.anythingStarted) {
    const by = progress.lockHolder ? ` by ${progress.lockHolder}` : '';
    return {
      kind: 'failed',
      message: `The state is locked${by}, so nothing was applied; try again when the other run has ended.`,
    };
  }
  if (result.stopped && result.exitCode === undefined && !result.signal) {
    // It was never started.
    return {
      kind: 'failed',
      message: 'It was stopped before anything was applied.',
    };
  }
  const objects = progress.objects(plan.changes, false);
  const why =
    stopSentence(result) ?? progress.error ?? run.explain('apply', result);
  if (isKilled(result) || progress.isAbandoned) {
    return {
      kind: 'unknown',
      message: `It is not known how far applying went. ${why}`,
      objects,
    };
  }
  if (progress.anythingApplied) {
    const done = objects.filter(each => each.outcome === 'applied').length;
    return {
      kind: 'partial',
      message: `${done} of ${objects.length} resources were applied. ${why}`,
      objects,
    };
  }
  return {
    kind: 'failed',
    message: `${
      progress.anythingStarted
        ? 'No resource was applied in full.'
        : 'Nothing was applied.'
    } ${why}`,
    ...(progress.anythingStarted ? { objects } : {}),
  };
}

function stopSentence(result: ProcessResult): string | undefined {
  switch (result.stopped) {
    case 'timeout':
      return 'Applying took longer than drift.terraform.remediation.timeout allows and was stopped.';
    case 'aborted':
      return 'Applying was stopped.';
    default:
      return undefined;
  }
}

function isKilled(result: ProcessResult): boolean {
  return (
    result.exitCode === undefined ||
    // As shells and wrappers report SIGKILL, SIGSEGV and SIGTERM.
    [137, 139, 143].includes(result.exitCode)
  );
}
