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
  NormalisedField,
  ResourceChange,
} from '@infra-hub/backstage-plugin-drift-common';
import { sameMask } from '../diff/masks';
import {
  isValueKey,
  namesSecret,
  RevealContext,
  revealField,
} from '../diff/revealField';
import { scrubKeys, SecretWords } from '../diff/SecretWords';
import { equalValues, isObject, property, State } from '../diff/values';
import { ResourceDifference } from '../observation/Observation';
import { PlanResourceEntry } from '../plan/PlanDocument';
import { PlannedAction, plannedAction } from './actions';
import { configuredBy } from './configured';
import {
  CLASSIFICATION_RULES,
  ClassificationRuleId,
  reasonOf,
  RuleContext,
  RULES_OF_ACTION_REASON,
} from './rules';
import { resourceIdsOf } from './resourceIds';
import {
  FieldSplit,
  SplitField,
  splitFields,
  wholeResourceFields,
} from './splitFields';

/** What a plan says about one object. */
export interface ResourceEvidence {
  /** Entry of `resource_drift`. */
  drift?: PlanResourceEntry;
  /** Entry of `resource_changes`. */
  change?: PlanResourceEntry;
  /** The plan does not tell what applying would do. */
  refreshOnly: boolean;
  /** Attribute paths that the code sets; absent when the plan does not tell. */
  configuredPaths?: Set<string>;
  /** The plan has a configuration, and this resource is not in it. */
  codeRemoved: boolean;
}

/** What all resources of one plan share. */
export interface ClassificationContext {
  /** Display name of the tool. */
  tool: string;
  words: SecretWords;
  onShortened(pointer: string): void;
}

/** A difference together with the fields it came from, for finding cascades. */
export interface ClassifiedResource {
  difference: ResourceDifference;
  fields: SplitField[];
}

class ResourceClassifier {
  readonly #evidence: ResourceEvidence;
  readonly #context: ClassificationContext;
  readonly #entry: PlanResourceEntry;
  readonly #outsideAction: PlannedAction;
  readonly #action: PlannedAction;
  readonly #found: ClassifiedResource[] = [];

  constructor(evidence: ResourceEvidence, context: ClassificationContext) {
    this.#evidence = evidence;
    this.#context = context;
    this.#entry = (evidence.change ?? evidence.drift)!;
    this.#outsideAction = evidence.drift
      ? plannedAction(evidence.drift.actions)
      : 'none';
    this.#action = evidence.change
      ? plannedAction(evidence.change.actions)
      : 'none';
  }

  classify(): ClassifiedResource[] {
    if (this.#outsideAction === 'delete') {
      this.#deletedOutside();
    } else {
      this.#compared();
    }
    return this.#found;
  }

  #deletedOutside(): void {
    const { drift, change, refreshOnly, codeRemoved } = this.#evidence;
    if (
      this.#action === 'create' ||
      this.#action === 'update' ||
      this.#action === 'replace' ||
      this.#action === 'import'
    ) {
      this.#add('deleted-outside', 'create', {
        fields: this.#lostFields(drift?.before, change),
      });
    } else if (refreshOnly && !codeRemoved) {
      this.#add('deleted-outside-refresh-only', 'create', {
        fields: this.#lostFields(drift?.before, undefined),
      });
    } else if (this.#action === 'unknown') {
      this.#add('deleted-outside', 'unknown', {});
      this.#plannedWithoutFields();
    } else {
      this.#add('deleted-outside-and-in-code', 'delete', {});
      this.#plannedWithoutFields();
    }
  }

  #compared(): void {
    const split = this.#split();
    this.#driftFindings(split);
    this.#pendingFindings(split);
    if (this.#found.length === 0) {
      this.#noiseFinding(split);
    } else if (split.normalised.length > 0) {
      this.#found[0].difference.normalised = this.#scrubbed(split.normalised);
    }
  }

  #driftFindings(split: FieldSplit): void {
    const outside = this.#outsideAction !== 'none';
    if (outside && this.#outsideAction !== 'update') {
      // resource_drift knows update and delete only; anything else is not understood.
      this.#add('drift-to-revert', 'unknown', {
        fields: [...split.drift, ...split.absorbed],
      });
      return;
    }
    const { refreshOnly, codeRemoved } = this.#evidence;
    if (this.#action === 'forget') {
      this.#addFields('absorbed-forgotten', 'update', split.absorbed);
    } else if (this.#action === 'delete') {
      this.#addFields('drift-code-removed', 'update', split.absorbed);
    } else if (this.#action === 'unknown' || this.#action === 'create') {
      // A plan that contradicts itself is taken at its worst.
      this.#addFields('drift-to-revert', 'update', split.absorbed);
    } else if (refreshOnly) {
      const computed = split.absorbed.filter(
        field => !codeRemoved && field.configured === 'no',
      );
      this.#addFields(
        'drift-refresh-only',
        'update',
        without(split.absorbed, computed),
      );
      this.#addFields('absorbed-computed', 'update', computed);
    } else {
      this.#revertedFields(split);
      this.#absorbedFields(split.absorbed);
    }
  }

  #revertedFields({ drift, pending }: FieldSplit): void {
    const forced =
      this.#action === 'replace' &&
      (drift.some(field => field.forcesReplacement) ||
        (this.#replaceReasonUnknown() &&
          !pending.some(field => field.forcesReplacement)));
    this.#addFields(
      forced ? 'drift-forces-replacement' : 'drift-to-revert',
      forced ? 'replace' : 'update',
      drift,
    );
  }

  /** Older plans name no paths; then drift is as good a reason to replace as any. */
  #replaceReasonUnknown(): boolean {
    const { change } = this.#evidence;
    const reason = change?.actionReason;
    return (
      !change?.replacePaths?.length &&
      (reason === undefined || reason === 'replace_because_cannot_update')
    );
  }

  #absorbedFields(absorbed: SplitField[]): void {
    if (absorbed.every(field => field.configured === 'no')) {
      this.#addFields('absorbed-computed', 'update', absorbed);
    } else if (this.#action === 'none') {
      this.#addFields('absorbed-accepted', 'update', absorbed);
    } else {
      this.#addFields('absorbed-code-matches', 'update', absorbed);
    }
  }

  #pendingFindings(split: FieldSplit): void {
    const { change } = this.#evidence;
    if (!change || change.mode !== 'managed') {
      if (change && this.#action !== 'none') {
        this.#add('read', 'read', {});
      }
      return;
    }
    const action = this.#action;
    const destructive =
      action === 'delete' || action === 'replace' || action === 'unknown';
    if (change.importing && !destructive) {
      this.#add('planned-import', 'import', { fields: split.pending });
    } else if (change.deposed !== undefined && action !== 'none') {
      this.#add('deposed-object', action, {});
    } else if (action === 'update') {
      this.#pendingUpdate(split);
    } else if (action === 'replace') {
      this.#pendingReplace(split);
    } else {
      this.#plannedWithoutFields();
    }
  }

  #pendingUpdate(split: FieldSplit): void {
    const { drift, pending, plannedSetAside } = split;
    if (pending.length > 0) {
      this.#add('planned-update', 'update', { fields: pending });
    } else if (
      drift.length === 0 &&
      !plannedSetAside &&
      !this.#maskChanged(this.#evidence.change)
    ) {
      this.#add('update-without-difference', 'update', {});
    }
  }

  #pendingReplace(split: FieldSplit): void {
    const { drift, pending } = split;
    const byReason = this.#ruleOfReason();
    const byDrift = this.#found.some(
      each => each.difference.change === 'replace',
    );
    const forcing = pending.some(field => field.forcesReplacement);
    if (byReason) {
      this.#add(byReason, 'replace', { fields: pending });
    } else if (!byDrift) {
      this.#add('planned-replace', 'replace', { fields: pending });
    } else if (pending.length > 0 && drift.length > 0) {
      this.#add(
        forcing ? 'planned-replace' : 'planned-update',
        forcing ? 'replace' : 'update',
        { fields: pending },
      );
    }
  }

  #plannedWithoutFields(): void {
    const byReason = this.#ruleOfReason();
    switch (this.#action) {
      case 'create':
        this.#add('planned-create', 'create', {});
        break;
      case 'delete':
        this.#add(byReason ?? 'planned-delete', 'delete', {});
        break;
      case 'forget':
        this.#add('planned-forget', 'forget', {});
        break;
      case 'read':
        this.#add('read', 'read', {});
        break;
      case 'unknown':
        this.#add('unknown-action', 'unknown', {});
        break;
      default:
    }
  }

  #noiseFinding(split: FieldSplit): void {
    const normalised = this.#scrubbed(split.normalised);
    if (normalised.length > 0) {
      this.#add('equal-after-normalisation', 'update', { normalised });
    } else if (this.#entry.previousAddress !== undefined) {
      this.#add('moved', 'move', {});
    } else if (
      this.#maskChanged(this.#evidence.drift) ||
      (this.#action === 'update' && this.#maskChanged(this.#evidence.change))
    ) {
      this.#add('sensitivity-only', 'update', {});
    }
  }

  #split(): FieldSplit {
    const { drift, change, configuredPaths } = this.#evidence;
    const comparesPlan =
      this.#action === 'update' || this.#action === 'replace';
    // For a resource without code the plan shows the recorded value as the one before.
    const actual = drift ? drift.after : change?.before;
    return splitFields({
      resourceType: this.#entry.type,
      comparison: {
        recorded: drift?.before,
        actual,
        desired: comparesPlan ? change?.after : undefined,
        unknown: comparesPlan ? change?.afterUnknown : undefined,
        masks: this.#masks(),
        outside: drift !== undefined && this.#outsideAction !== 'none',
        planned: comparesPlan && isObject(change?.after) && isObject(actual),
      },
      replacePaths: change?.replacePaths ?? [],
      configured: configuredBy(configuredPaths),
    });
  }

  #masks(): State[] {
    const { drift, change } = this.#evidence;
    return [
      drift?.beforeSensitive,
      drift?.afterSensitive,
      change?.beforeSensitive,
      change?.afterSensitive,
    ].filter(mask => mask !== undefined && mask !== null && mask !== false);
  }

  #maskChanged(entry: PlanResourceEntry | undefined): boolean {
    return (
      entry !== undefined &&
      isObject(entry.before) &&
      isObject(entry.after) &&
      !sameMask(entry.beforeSensitive, entry.afterSensitive)
    );
  }

  #ruleOfReason(): ClassificationRuleId | undefined {
    const reason = this.#evidence.change?.actionReason;
    return reason !== undefined && Object.hasOwn(RULES_OF_ACTION_REASON, reason)
      ? RULES_OF_ACTION_REASON[reason]
      : undefined;
  }

  #lostFields(
    recorded: State,
    change: PlanResourceEntry | undefined,
  ): SplitField[] {
    const masks = this.#masks();
    return wholeResourceFields(recorded, change?.after).map(field => ({
      segments: [field.name],
      recorded: field.recorded,
      actual: undefined,
      desired: field.desired,
      desiredUnknown: false,
      outside: true,
      planned: change !== undefined,
      masks: masks.map(mask =>
        isObject(mask) ? property(mask, field.name) : mask,
      ),
      configured: 'unknown',
      forcesReplacement: false,
    }));
  }

  #addFields(
    rule: ClassificationRuleId,
    change: ResourceChange,
    fields: SplitField[],
  ): void {
    if (fields.length > 0) {
      this.#add(rule, change, { fields });
    }
  }

  #add(
    rule: ClassificationRuleId,
    change: ResourceChange,
    details: { fields?: SplitField[]; normalised?: NormalisedField[] },
  ): void {
    const entry = this.#entry;
    const { words } = this.#context;
    const fields = details.fields ?? [];
    const revealed = this.#reveal(fields, rule);
    const difference: ResourceDifference = {
      address: scrubKeys(entry.address, words),
      resourceType: entry.type,
      resourceName: entry.name,
      change,
      class: CLASSIFICATION_RULES[rule].class,
      rule,
      reason: reasonOf(rule, {
        ...fieldsInWords(revealed),
        overwrites: fields.some(
          field => !equalValues(field.recorded, field.desired),
        ),
        tool: this.#context.tool,
        ...(entry.previousAddress === undefined
          ? {}
          : { previousAddress: scrubKeys(entry.previousAddress, words) }),
      }),
      fields: revealed,
    };
    if (entry.moduleAddress !== undefined) {
      difference.moduleAddress = scrubKeys(entry.moduleAddress, words);
    }
    if (entry.deposed !== undefined) {
      difference.deposed = entry.deposed;
    }
    if (entry.previousAddress !== undefined) {
      difference.previousAddress = scrubKeys(entry.previousAddress, words);
    }
    if (details.normalised) {
      difference.normalised = details.normalised;
    }
    const ids = this.#resourceIds();
    if (ids.length > 0) {
      difference.resourceIds = ids;
    }
    this.#found.push({ difference, fields });
  }

  /** Where nothing changed outside, nobody is looked for, and a redacted plan holds no values. */
  #resourceIds(): string[] {
    const { drift, change } = this.#evidence;
    return this.#entry.mode === 'managed' && this.#outsideAction !== 'none'
      ? resourceIdsOf({
          resourceType: this.#entry.type,
          states: [drift?.after, change?.before, drift?.before],
          masks: this.#masks(),
          words: this.#context.words,
        })
      : [];
  }

  #reveal(fields: SplitField[], rule: ClassificationRuleId): FieldDifference[] {
    const context: RevealContext = {
      words: this.#context.words,
      onShortened: this.#context.onShortened,
      secretByNeighbour: segments => this.#secretByNeighbour(segments),
    };
    const saysWhatCodeWants =
      this.#action !== 'none' && !rule.startsWith('absorbed-computed');
    return fields.map(field => {
      const revealed = revealField(
        {
          ...field,
          // Where nothing changed outside, the recorded value is the actual one.
          recorded: this.#evidence.drift ? field.recorded : field.actual,
          desired: saysWhatCodeWants ? field.desired : undefined,
        },
        context,
      );
      return field.forcesReplacement
        ? { ...revealed, forcesReplacement: true }
        : revealed;
    });
  }

  #secretByNeighbour(segments: readonly (string | number)[]): boolean {
    const last = segments.at(-1);
    if (typeof last !== 'string' || !isValueKey(last)) {
      return false;
    }
    const { drift, change } = this.#evidence;
    return [drift?.before, drift?.after, change?.before, change?.after].some(
      state => namesSecret(at(state, segments.slice(0, -1))),
    );
  }

  #scrubbed(normalised: NormalisedField[]): NormalisedField[] {
    return normalised.map(field => ({
      ...field,
      path: this.#context.words.scrub(field.path),
    }));
  }
}

/** Tells what one resource's entries mean. An object can give two findings: what was changed outside, and what only the code wants. */
export function classifyResource(
  evidence: ResourceEvidence,
  context: ClassificationContext,
): ClassifiedResource[] {
  return new ResourceClassifier(evidence, context).classify();
}

/** Names the fields of a finding, never their values. */
export function fieldsInWords(
  fields: readonly FieldDifference[],
): Pick<RuleContext, 'fields' | 'one'> {
  const names = [...new Set(fields.map(field => nameOf(field.path)))];
  if (names.length === 0) {
    return { fields: 'It', one: true };
  }
  if (names.length === 1) {
    return { fields: names[0], one: true };
  }
  return names.length <= 3
    ? {
        fields: `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`,
        one: false,
      }
    : {
        fields: `${names.slice(0, 2).join(', ')} and ${
          names.length - 2
        } more fields`,
        one: false,
      };
}

/** `/network_rule/1/cidr` → `network_rule[1].cidr`. */
function nameOf(pointer: string): string {
  return pointer
    .slice(1)
    .split('/')
    .map(segment => segment.replace(/~1/g, '/').replace(/~0/g, '~'))
    .reduce(
      (name, segment) =>
        /^\d+$/.test(segment)
          ? `${name}[${segment}]`
          : `${name}${name === '' ? '' : '.'}${segment}`,
      '',
    );
}

function at(state: State, segments: readonly (string | number)[]): State {
  let current = state;
  for (const segment of segments) {
    if (Array.isArray(current)) {
      current = current[Number(segment)];
    } else if (isObject(current)) {
      current = property(current, String(segment));
    } else {
      return undefined;
    }
  }
  return current;
}

function without(fields: SplitField[], some: SplitField[]): SplitField[] {
  return fields.filter(field => !some.includes(field));
}
