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

import type {
  FieldDifference,
  ResourceChange,
} from '@infra-hub/backstage-plugin-drift-common';
import { fieldsInWords } from '../classify/classifyResource';
import {
  CLASSIFICATION_RULES,
  ClassificationRuleId,
  reasonOf,
  RULES_OF_ACTION_REASON,
} from '../classify/rules';
import { Observation, ResourceDifference } from '../observation/Observation';
import { objectKey } from '../plan/planAddress';
import {
  LowEvidenceEntry,
  LowEvidenceField,
  LowEvidencePlan,
} from '../text/LowEvidencePlan';
import { ObserveOptions } from './observePlan';
import { judgeExitCode, PlannedWork } from './PlanHealth';

/**
 * The same as {@link observePlan} for a human plan text or a `plan -json` stream.
 *
 * A text does not tell an outside change from unapplied code where Terraform
 * prints no note about it; such changes count as drift, because a scan plans
 * code that was applied. A stream names every outside change, but no values.
 *
 * @public
 */
export function observeLowEvidence(
  document: LowEvidencePlan,
  options: ObserveOptions = {},
): Observation {
  const plan = { ...document, refreshOnly: isRefreshOnly(document, options) };
  const differences = classifyAll(plan);
  const addresses = new Set(differences.map(each => each.address));
  const exit = judgeExitCode(options.exitCode, plannedWork(plan));
  const failure = failureOf(plan) ?? exit.failure;
  const warnings = [...plan.warnings, ...(exit.warning ? [exit.warning] : [])];
  warnings.push(
    plan.evidence === 'plan-text'
      ? 'A text plan hides differences that lead to no action, and does not name the number of resources; send the JSON plan for a full verdict.'
      : 'A plan stream names no attributes; send the JSON plan for a full verdict.',
  );
  if (plan.outputsOnly) {
    warnings.push('Only output values would change; no resource would.');
  }
  return {
    differences,
    totalResources: addresses.size,
    complete: failure === undefined,
    ...(failure === undefined ? {} : { failure }),
    blindSpots: [],
    warnings,
    evidence: plan.evidence,
    tool: {
      name: plan.toolName,
      ...(plan.toolVersion === undefined ? {} : { version: plan.toolVersion }),
    },
  };
}

/**
 * A stream does not say that it is refresh-only; but drift without any planned
 * change gives exit code 2 only there.
 */
function isRefreshOnly(
  plan: LowEvidencePlan,
  { exitCode }: ObserveOptions,
): boolean {
  const onlyDrift =
    plan.drift.length > 0 && plan.changes.length === 0 && !plan.outputsOnly;
  return (
    plan.refreshOnly ||
    (plan.evidence === 'ui-stream' && exitCode === 2 && onlyDrift)
  );
}

function classifyAll(plan: LowEvidencePlan): ResourceDifference[] {
  const driftByKey = new Map(
    plan.drift.map(entry => [objectKey(entry), entry]),
  );
  const differences: ResourceDifference[] = [];
  const tool = plan.toolName === 'tofu' ? 'OpenTofu' : 'Terraform';
  for (const change of plan.changes) {
    const key = objectKey(change);
    differences.push(...classify(driftByKey.get(key), change, plan, tool));
    driftByKey.delete(key);
  }
  for (const drift of driftByKey.values()) {
    differences.push(...classify(drift, undefined, plan, tool));
  }
  return differences;
}

function classify(
  drift: LowEvidenceEntry | undefined,
  change: LowEvidenceEntry | undefined,
  plan: LowEvidencePlan,
  tool: string,
): ResourceDifference[] {
  const found: ResourceDifference[] = [];
  const add = (
    rule: ClassificationRuleId,
    action: ResourceChange,
    fields: FieldDifference[],
  ) => found.push(differenceOf((change ?? drift)!, rule, action, fields, tool));

  if (drift && (!change || change.action === 'move')) {
    outsideOnly(drift, plan, add);
  } else if (drift && change) {
    outsideAndPlanned(drift, change, add);
  } else if (change) {
    plannedOnly(change, plan, add);
  }
  if (change?.action === 'move' && found.length === 0) {
    add('moved', 'move', []);
  }
  return found;
}

type Add = (
  rule: ClassificationRuleId,
  action: ResourceChange,
  fields: FieldDifference[],
) => void;

function outsideOnly(
  drift: LowEvidenceEntry,
  plan: LowEvidencePlan,
  add: Add,
): void {
  const fields = joinFields(drift.fields, undefined);
  if (drift.action === 'move') {
    add('moved', 'move', []);
  } else if (drift.action === 'delete') {
    add(
      plan.refreshOnly
        ? 'deleted-outside-refresh-only'
        : 'deleted-outside-and-in-code',
      plan.refreshOnly ? 'create' : 'delete',
      [],
    );
  } else {
    add(
      plan.refreshOnly ? 'drift-refresh-only' : 'absorbed-accepted',
      'update',
      fields,
    );
  }
}

function outsideAndPlanned(
  drift: LowEvidenceEntry,
  change: LowEvidenceEntry,
  add: Add,
): void {
  if (drift.action === 'delete') {
    add(
      change.action === 'delete' || change.action === 'forget'
        ? 'deleted-outside-and-in-code'
        : 'deleted-outside',
      change.action === 'delete' || change.action === 'forget'
        ? 'delete'
        : 'create',
      [],
    );
    return;
  }
  if (change.action === 'delete') {
    add('drift-code-removed', 'update', joinFields(drift.fields, undefined));
    add(pendingRule(change), 'delete', []);
    return;
  }
  const joined = joinFields(drift.fields, change.fields);
  if (drift.fields && change.fields) {
    const both = joined.filter(
      field =>
        drift.fields!.some(each => each.path === field.path) &&
        change.fields!.some(each => each.path === field.path),
    );
    const onlyPlanned = joined.filter(
      field =>
        !drift.fields!.some(each => each.path === field.path) &&
        !field.desiredUnknown,
    );
    const forced = both.some(field => field.forcesReplacement);
    if (both.length > 0) {
      add(
        forced ? 'drift-forces-replacement' : 'drift-to-revert',
        forced ? 'replace' : 'update',
        both,
      );
    }
    if (both.length === 0 || onlyPlanned.length > 0) {
      add(
        pendingRule(change),
        forced && change.action === 'replace' ? 'update' : change.action,
        onlyPlanned,
      );
    }
    return;
  }
  // Without attributes the reason alone tells whether drift or code replaces.
  const replacedAnyway = change.action === 'replace' && isExplained(change);
  if (change.action === 'replace' && !replacedAnyway) {
    add('drift-forces-replacement', 'replace', joined);
    return;
  }
  add('drift-to-revert', 'update', joined);
  if (change.action !== 'update') {
    add(pendingRule(change), change.action, []);
  }
}

function plannedOnly(
  change: LowEvidenceEntry,
  plan: LowEvidencePlan,
  add: Add,
): void {
  const { action } = change;
  if (action === 'move') {
    return;
  }
  const uncertain =
    plan.evidence === 'plan-text' &&
    change.deposed === undefined &&
    (action === 'update' || action === 'create' || action === 'replace') &&
    !isExplained(change);
  add(
    uncertain ? 'drift-low-evidence' : pendingRule(change),
    action,
    tellingFields(change, uncertain),
  );
}

/** Leaves out what is computed with the rest, and every attribute of what comes or goes as a whole. */
function tellingFields(
  change: LowEvidenceEntry,
  uncertain: boolean,
): FieldDifference[] {
  const fields = joinFields(undefined, change.fields);
  const whole = ['create', 'delete', 'forget'].includes(change.action);
  if (whole && !uncertain) {
    return [];
  }
  const known = fields.filter(
    field => !field.desiredUnknown || field.forcesReplacement,
  );
  return known.length > 0 || whole ? known : fields;
}

function isExplained(change: LowEvidenceEntry): boolean {
  return (
    change.actionReason !== undefined &&
    Object.hasOwn(RULES_OF_ACTION_REASON, change.actionReason)
  );
}

function pendingRule(change: LowEvidenceEntry): ClassificationRuleId {
  if (change.deposed !== undefined) {
    return 'deposed-object';
  }
  if (isExplained(change)) {
    return RULES_OF_ACTION_REASON[change.actionReason!];
  }
  switch (change.action) {
    case 'create':
      return 'planned-create';
    case 'update':
      return 'planned-update';
    case 'replace':
      return 'planned-replace';
    case 'delete':
      return 'planned-delete';
    case 'forget':
      return 'planned-forget';
    case 'import':
      return 'planned-import';
    case 'read':
      return 'read';
    case 'move':
      return 'moved';
    default:
      return 'unknown-action';
  }
}

/** The drift section says recorded → actual, the plan actual → desired. */
function joinFields(
  outside: LowEvidenceField[] | undefined,
  planned: LowEvidenceField[] | undefined,
): FieldDifference[] {
  const fields = new Map<string, FieldDifference>();
  for (const field of outside ?? []) {
    fields.set(field.path, {
      path: field.path,
      ...(field.before === undefined ? {} : { recorded: field.before }),
      ...(field.after === undefined ? {} : { actual: field.after }),
      ...(field.sensitive ? { sensitive: true } : {}),
    });
  }
  for (const field of planned ?? []) {
    const known = fields.get(field.path);
    const sensitive = field.sensitive || known?.sensitive;
    fields.set(field.path, {
      path: field.path,
      ...(sensitive
        ? { sensitive: true }
        : {
            ...known,
            ...(field.before === undefined ? {} : { actual: field.before }),
            ...(field.after === undefined ? {} : { desired: field.after }),
          }),
      ...(field.afterUnknown ? { desiredUnknown: true } : {}),
      ...(field.forcesReplacement ? { forcesReplacement: true } : {}),
    });
  }
  return [...fields.values()];
}

function differenceOf(
  entry: LowEvidenceEntry,
  rule: ClassificationRuleId,
  change: ResourceChange,
  fields: FieldDifference[],
  tool: string,
): ResourceDifference {
  return {
    address: entry.address,
    resourceType: entry.resourceType,
    resourceName: entry.resourceName,
    ...(entry.moduleAddress === undefined
      ? {}
      : { moduleAddress: entry.moduleAddress }),
    ...(entry.deposed === undefined ? {} : { deposed: entry.deposed }),
    ...(entry.previousAddress === undefined
      ? {}
      : { previousAddress: entry.previousAddress }),
    change,
    class: CLASSIFICATION_RULES[rule].class,
    rule,
    reason: reasonOf(rule, {
      ...fieldsInWords(fields),
      tool,
      ...(entry.previousAddress === undefined
        ? {}
        : { previousAddress: entry.previousAddress }),
    }),
    fields,
  };
}

function plannedWork(plan: LowEvidencePlan): PlannedWork {
  const count = (test: (action: ResourceChange) => boolean) =>
    plan.changes.filter(entry => test(entry.action)).length;
  return {
    changes: count(action => !['move', 'import', 'read'].includes(action)),
    moves: count(action => action === 'move'),
    imports: count(action => action === 'import'),
    reads: count(action => action === 'read'),
    outputs: plan.outputsOnly ? 1 : 0,
    actionInvocations: 0,
    refreshed: plan.refreshOnly ? plan.drift.length : 0,
    failedChecks: 0,
  };
}

function failureOf(plan: LowEvidencePlan): string | undefined {
  if (plan.errors.length > 0) {
    return `The plan failed: ${plan.errors[0]}`;
  }
  if (!plan.complete) {
    return 'The end of the plan is missing, so it may be cut off.';
  }
  if (plan.partial) {
    return 'The plan is partial (-target or -exclude), so it does not cover the whole target.';
  }
  const { summary } = plan;
  if (!summary) {
    return undefined;
  }
  const announced = summary.add + summary.change + summary.destroy;
  const seen = plan.changes.reduce((sum, entry) => {
    if (entry.action === 'replace') {
      return sum + 2;
    }
    return ['create', 'update', 'delete'].includes(entry.action) ||
      (entry.action === 'import' && entry.fields?.length)
      ? sum + 1
      : sum;
  }, 0);
  return announced > seen
    ? `The plan's own summary counts ${announced} actions, but only ${seen} could be read.`
    : undefined;
}
