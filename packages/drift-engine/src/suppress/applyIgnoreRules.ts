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

import { isDeepStrictEqual } from 'node:util';
import type {
  FieldDifference,
  Finding,
  ResourceChange,
} from '@infra-hub/backstage-plugin-drift-common';
import { escapeSegment } from '../diff/pointer';
import { ResourceDifference } from '../observation/Observation';
import { addressGlobMatches, globMatches, pointerGlobMatches } from './glob';
import { IgnoreContext, IgnoreRule, isOver, SET_ASIDE } from './IgnoreRule';
import { namedPointer } from './namedPointer';

/** A difference after the rules: muted as a whole, or without its muted fields. */
export interface Muted {
  difference: ResourceDifference;
  suppressedBy?: Finding['suppressedBy'];
}

/** Changes of the whole resource, which no attribute rule can speak of. */
const WHOLE: ReadonlySet<ResourceChange> = new Set([
  'create',
  'delete',
  'replace',
  'forget',
  'unknown',
]);

/** Whether a change is one of the whole resource. */
export function isOfWhole(change: ResourceChange): boolean {
  return WHOLE.has(change);
}

/**
 * Mutes what the rules name. A finding is muted as a whole only when each of its
 * fields is; otherwise its muted fields move to what was set aside, with the rule
 * that did it, and the rest stays a finding of its own.
 */
export function applyIgnoreRules(
  difference: ResourceDifference,
  rules: readonly IgnoreRule[],
  context: IgnoreContext,
): Muted {
  const applicable = rules.filter(rule => applies(rule, difference, context));
  const whole = applicable.filter(rule => mutesWhole(rule, difference));
  if (whole.length > 0) {
    return { difference, suppressedBy: by(whole) };
  }
  if (isOfWhole(difference.change) || difference.fields.length === 0) {
    return { difference };
  }
  const muted = new Map<FieldDifference, IgnoreRule>();
  for (const field of difference.fields) {
    const rule = applicable.find(each => mutesField(each, field));
    if (rule) {
      muted.set(field, rule);
    }
  }
  if (muted.size === 0) {
    return { difference };
  }
  if (muted.size === difference.fields.length) {
    return { difference, suppressedBy: by([...new Set(muted.values())]) };
  }
  return {
    difference: {
      ...difference,
      fields: difference.fields.filter(field => !muted.has(field)),
      normalised: [
        ...(difference.normalised ?? []),
        ...[...muted].map(([field, rule]) => ({
          path: field.path,
          normaliser: `${SET_ASIDE}${rule.id}`,
          reason: rule.reason,
          muted: field,
        })),
      ],
    },
  };
}

function applies(
  rule: IgnoreRule,
  difference: ResourceDifference,
  context: IgnoreContext,
): boolean {
  return (
    (rule.expires === undefined || !isOver(rule.expires, context.now)) &&
    concernsTarget(rule, context) &&
    (rule.resourceType === undefined ||
      globMatches(rule.resourceType, difference.resourceType)) &&
    (rule.address === undefined ||
      rule.address === difference.address ||
      addressGlobMatches(rule.address, difference.address)) &&
    (rule.manager === undefined ||
      wasChangedBy(rule.manager, difference.attribution?.who))
  );
}

/**
 * Whether a rule speaks of the target at all.
 *
 * @public
 */
export function concernsTarget(
  rule: Pick<IgnoreRule, 'client' | 'source' | 'target'>,
  context: Omit<IgnoreContext, 'now'>,
): boolean {
  return (
    (rule.client === undefined || rule.client === context.client) &&
    (rule.source === undefined || rule.source === context.source) &&
    (rule.target === undefined ||
      (context.target !== undefined &&
        globMatches(rule.target, context.target)))
  );
}

/** Which of several did what is not known, so that all must be meant. */
function wasChangedBy(manager: string, who: string | undefined): boolean {
  return (
    who !== undefined &&
    (manager === who ||
      who.split(', ').every(each => globMatches(manager, each)))
  );
}

/** A rule that does not speak of the resource as a whole. */
export function isAttributeRule(rule: Omit<IgnoreRule, 'id' | 'reason'>) {
  return (
    rule.path !== undefined ||
    rule.value !== undefined ||
    rule.manager !== undefined
  );
}

function mutesWhole(rule: IgnoreRule, difference: ResourceDifference): boolean {
  if (isAttributeRule(rule)) {
    return false;
  }
  return isOfWhole(difference.change)
    ? rule.address === difference.address
    : true;
}

function mutesField(rule: IgnoreRule, field: FieldDifference): boolean {
  if (!isAttributeRule(rule) || !hasValue(rule, field)) {
    return false;
  }
  const { path } = rule;
  return (
    path === undefined ||
    pointerGlobMatches(path, field.path) ||
    coversEveryEntry(path, field) ||
    namesElement(path, field)
  );
}

function hasValue({ value }: IgnoreRule, field: FieldDifference): boolean {
  if (value === undefined) {
    return true;
  }
  if (field.sensitive) {
    return false;
  }
  const { actual = null } = field;
  return (
    isDeepStrictEqual(actual, value) ||
    (typeof value === 'string' &&
      typeof actual === 'string' &&
      globMatches(value, actual))
  );
}

/** `/tags/*` also mutes `/tags` where the whole map appeared or went. */
function coversEveryEntry(path: string, field: FieldDifference): boolean {
  if (field.sensitive) {
    return false;
  }
  const sides = [field.recorded, field.actual, field.desired].filter(
    side => side !== undefined && side !== null,
  );
  const keys = new Set<string>();
  for (const side of sides) {
    if (typeof side !== 'object' || Array.isArray(side)) {
      return false;
    }
    Object.keys(side).forEach(key => keys.add(key));
  }
  return (
    keys.size > 0 &&
    [...keys].every(key =>
      pointerGlobMatches(path, `${field.path}/${escapeSegment(key)}`),
    )
  );
}

/** `/containers/[main]/image` finds the element by its name, wherever it stands. */
function namesElement(path: string, field: FieldDifference): boolean {
  if (!path.includes('/[')) {
    return false;
  }
  const pointer = namedPointer(field);
  return pointer !== undefined && pointerGlobMatches(path, pointer);
}

function by(rules: readonly IgnoreRule[]): Finding['suppressedBy'] {
  const [{ id, reason }, ...others] = rules;
  return {
    ruleId: id,
    reason,
    ...(others.length > 0 && { alsoBy: others.map(other => other.id) }),
  };
}
