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
  ClassificationContext,
  ClassifiedResource,
  classifyResource,
} from '../classify/classifyResource';
import { plannedAction } from '../classify/actions';
import { markCascades } from '../classify/cascades';
import { scrubKeys, SecretWords } from '../diff/SecretWords';
import { Observation } from '../observation/Observation';
import { objectKey, withoutInstanceKeys } from '../plan/planAddress';
import { PlanDocument, PlanResourceEntry } from '../plan/PlanDocument';
import { judgeExitCode, PlannedWork } from './PlanHealth';

/** Source: terraform internal/plans/deferring, DeferredReason. */
const DEFERRED_REASONS = new Set([
  'instance_count_unknown',
  'resource_config_unknown',
  'provider_config_unknown',
  'deferred_prereq',
  'absent_prereq',
]);

const CHECK_STATUSES = new Set(['pass', 'fail', 'error', 'unknown']);

/**
 * What is known beside the plan.
 *
 * @public
 */
export interface ObserveOptions {
  /** Exit code of `plan -detailed-exitcode`. Without it nothing is checked against the plan. */
  exitCode?: number;
}

/**
 * Tells for every resource of a plan what changed outside, what only the code
 * wants, and what means nothing. Pure: the same plan gives the same observation.
 *
 * @public
 */
export function observePlan(
  plan: PlanDocument,
  options: ObserveOptions = {},
): Observation {
  const warnings = [...plan.warnings];
  const shortened = new Set<string>();
  const context: ClassificationContext = {
    tool: plan.toolName === 'tofu' ? 'OpenTofu' : 'Terraform',
    words: secretWordsOf(plan),
    onShortened: pointer => shortened.add(pointer),
  };
  const resources = classifyAll(plan, context);
  markCascades(resources, plan.references);
  if (shortened.size > 0) {
    warnings.push(
      `${
        shortened.size === 1
          ? 'One long value was'
          : `${shortened.size} long values were`
      } shortened.`,
    );
  }

  const work = plannedWork(plan);
  const exit = judgeExitCode(options.exitCode, work);
  warnings.push(...warningsOf(plan, work, resources, context));
  if (exit.warning) {
    warnings.push(exit.warning);
  }
  const failure = failureOf(plan) ?? exit.failure;
  return {
    differences: resources.map(resource => resource.difference),
    totalResources: plan.totalResources,
    complete: failure === undefined,
    ...(failure === undefined ? {} : { failure }),
    blindSpots: plan.deferredChanges.map(deferred => ({
      scope: scrubKeys(deferred.address, context.words),
      reason: `Deferred by the plan (${
        DEFERRED_REASONS.has(deferred.reason) ? deferred.reason : 'unknown'
      }); it was not compared.`,
    })),
    warnings,
    evidence: 'plan-json',
    tool: {
      name: plan.toolName,
      ...(plan.toolVersion === undefined ? {} : { version: plan.toolVersion }),
    },
  };
}

/**
 * Cleans addresses as {@link observePlan} does those of its differences: instance
 * keys may hold what the plan calls sensitive elsewhere.
 *
 * @public
 */
export function createAddressScrubber(
  plan: PlanDocument,
): (address: string) => string {
  const words = secretWordsOf(plan);
  return address => scrubKeys(address, words);
}

function classifyAll(
  plan: PlanDocument,
  context: ClassificationContext,
): ClassifiedResource[] {
  const driftByKey = new Map(
    plan.drift.map(entry => [objectKey(entry), entry]),
  );
  const resources: ClassifiedResource[] = [];
  const classify = (
    drift: PlanResourceEntry | undefined,
    change: PlanResourceEntry | undefined,
  ) => {
    const configured = plan.configuredPaths.get(
      withoutInstanceKeys((change ?? drift)!.address),
    );
    resources.push(
      ...classifyResource(
        {
          ...(drift ? { drift } : {}),
          ...(change ? { change } : {}),
          ...(configured ? { configuredPaths: configured } : {}),
          refreshOnly: isRefreshOnly(plan),
          codeRemoved: !configured && plan.configuredPaths.size > 0,
        },
        context,
      ),
    );
  };
  for (const change of plan.changes) {
    const key = objectKey(change);
    classify(driftByKey.get(key), change);
    driftByKey.delete(key);
  }
  for (const drift of driftByKey.values()) {
    classify(drift, undefined);
  }
  return resources;
}

/**
 * A plan without changes has no `resource_changes` either when nothing is left in
 * code and state; but a refresh-only plan with something to refresh is applicable.
 */
function isRefreshOnly(plan: PlanDocument): boolean {
  return (
    !plan.hasResourceChanges &&
    !(plan.applyable === false && plan.errored !== true)
  );
}

function secretWordsOf(plan: PlanDocument): SecretWords {
  const words = new SecretWords();
  for (const entry of [...plan.drift, ...plan.changes]) {
    for (const mask of [entry.beforeSensitive, entry.afterSensitive]) {
      words.addMasked(entry.before, mask);
      words.addMasked(entry.after, mask);
    }
  }
  return words;
}

function plannedWork(plan: PlanDocument): PlannedWork {
  const managed = plan.changes.filter(entry => entry.mode === 'managed');
  const actions = managed.map(entry => plannedAction(entry.actions));
  return {
    changes: actions.filter(action => action !== 'none' && action !== 'read')
      .length,
    moves: managed.filter(
      (entry, index) =>
        entry.previousAddress !== undefined && actions[index] === 'none',
    ).length,
    imports: managed.filter(
      (entry, index) => entry.importing === true && actions[index] === 'none',
    ).length,
    reads:
      (plan.dataReads ?? 0) +
      actions.filter(action => action === 'read').length,
    outputs: plan.changedOutputs.length,
    actionInvocations: plan.actionInvocations,
    refreshed: isRefreshOnly(plan) ? plan.drift.length : 0,
    failedChecks: plan.failedChecks.length,
  };
}

function failureOf(plan: PlanDocument): string | undefined {
  if (plan.errored === true) {
    return 'The plan stopped with an error and is not complete.';
  }
  if (plan.deferredChanges.length > 0) {
    return 'The plan deferred some changes, so it does not cover the whole target.';
  }
  if (plan.complete === false) {
    return 'The plan is partial (-target, -exclude or deferred changes), so it does not cover the whole target.';
  }
  return undefined;
}

function warningsOf(
  plan: PlanDocument,
  work: PlannedWork,
  resources: ClassifiedResource[],
  context: ClassificationContext,
): string[] {
  const warnings: string[] = [];
  const unknown = resources.filter(
    resource => resource.difference.change === 'unknown',
  ).length;
  if (unknown > 0) {
    warnings.push(
      `${
        unknown === 1 ? 'One resource has' : `${unknown} resources have`
      } an action that this version does not know.`,
    );
  }
  if (work.outputs > 0 && work.changes === 0) {
    warnings.push(
      `Only output values would change (${plan.changedOutputs.length}); no resource would.`,
    );
  }
  if (work.actionInvocations > 0) {
    warnings.push(
      `The plan invokes ${
        work.actionInvocations === 1
          ? 'an action'
          : `${work.actionInvocations} actions`
      }; what they do is not compared.`,
    );
  }
  for (const check of plan.failedChecks) {
    warnings.push(
      `The check ${scrubKeys(check.address, context.words)} has status ${
        CHECK_STATUSES.has(check.status) ? check.status : 'unknown'
      }.`,
    );
  }
  if (isRefreshOnly(plan) && plan.drift.length > 0) {
    warnings.push(
      'This is a refresh-only plan: it tells what changed outside, not what applying the code would do.',
    );
  }
  const somethingToApply =
    work.changes +
      work.moves +
      work.imports +
      work.outputs +
      work.reads +
      work.actionInvocations +
      work.refreshed >
    0;
  if (
    plan.applyable !== undefined &&
    plan.errored !== true &&
    plan.applyable !== somethingToApply
  ) {
    warnings.push(
      plan.applyable
        ? 'The plan calls itself applicable, but nothing in it explains what it would apply.'
        : 'The plan calls itself not applicable, but it has changes.',
    );
  }
  return warnings;
}
