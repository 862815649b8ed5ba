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
  Severity,
} from '@infra-hub/backstage-plugin-drift-common';
import { ResourceDifference } from '../observation/Observation';
import { globMatches, pointerGlobMatches } from '../suppress/glob';
import { BuiltInSeverityRule, SEVERITY_RULES } from './severityRules';
import { SeverityRule } from './SeverityRule';

/** A severity and the rule that gave it. */
export interface Rating {
  severity: Severity;
  rule: string;
}

const ORDER: readonly Severity[] = ['low', 'medium', 'high', 'critical'];

/** What the code adds was never there: nothing is missing. */
const ADDITION: SeverityRule = {
  id: 'addition',
  changes: ['create'],
  severity: 'low',
  reason: 'The code adds it; nothing that exists changes.',
};

/** Rank of a severity, 0 is the least. */
export function severityRank(severity: Severity): number {
  return ORDER.indexOf(severity);
}

/**
 * Rates a difference by resource type, field and change.
 *
 * @param own - rules that come before the built-in ones
 */
export function rateFinding(
  difference: ResourceDifference,
  own: readonly SeverityRule[] = [],
): Rating {
  if (difference.class === 'noise') {
    return { severity: 'low', rule: 'noise' };
  }
  const rules: readonly BuiltInSeverityRule[] = [
    ...own,
    ...(isAddition(difference) ? [ADDITION] : []),
    ...SEVERITY_RULES,
  ];
  const whole = rules.find(
    rule =>
      !rule.fields &&
      !rule.when &&
      (rule.changes || own.includes(rule)) &&
      matchesResource(rule, difference),
  );
  if (whole && (!isUpdate(difference) || own.includes(whole))) {
    return firstOrWorse(whole, difference, rules, own);
  }
  const ratings = difference.fields.map(field =>
    ratingOf(rules.find(rule => matchesField(rule, field, difference))),
  );
  return ratings.length === 0
    ? ratingOf(
        rules.find(
          rule =>
            !rule.fields && !rule.when && matchesResource(rule, difference),
        ),
      )
    : worst(ratings);
}

/** An own rule about some fields stands before an own rule about the whole. */
function firstOrWorse(
  whole: SeverityRule,
  difference: ResourceDifference,
  rules: readonly BuiltInSeverityRule[],
  own: readonly SeverityRule[],
): Rating {
  if (!own.includes(whole) || !isUpdate(difference)) {
    return ratingOf(whole);
  }
  const before = rules.slice(0, rules.indexOf(whole));
  const ratings = difference.fields.map(field =>
    ratingOf(
      before.find(rule => matchesField(rule, field, difference)) ?? whole,
    ),
  );
  return ratings.length === 0 ? ratingOf(whole) : worst(ratings);
}

function isAddition(difference: ResourceDifference): boolean {
  return difference.class === 'pending' && difference.change === 'create';
}

function isUpdate(difference: ResourceDifference): boolean {
  return (
    difference.change === 'update' ||
    (difference.unmanaged === true && difference.change === 'create')
  );
}

function matchesResource(
  rule: SeverityRule,
  difference: ResourceDifference,
): boolean {
  return (
    (!rule.changes || rule.changes.includes(difference.change)) &&
    (!rule.resourceTypes ||
      rule.resourceTypes.some(type =>
        globMatches(type, difference.resourceType),
      ))
  );
}

function matchesField(
  rule: BuiltInSeverityRule,
  field: FieldDifference,
  difference: ResourceDifference,
): boolean {
  return (
    matchesResource(rule, difference) &&
    (!rule.when || rule.when(field)) &&
    (!rule.fields || rule.fields.some(glob => namesField(glob, field.path)))
  );
}

function namesField(glob: string, path: string): boolean {
  return glob.startsWith('/')
    ? pointerGlobMatches(glob, path)
    : path.split('/').some(name => globMatches(glob, name));
}

function ratingOf(rule: SeverityRule | undefined): Rating {
  return rule
    ? { severity: rule.severity, rule: rule.id }
    : { severity: 'medium', rule: 'configuration' };
}

function worst(ratings: Rating[]): Rating {
  return ratings.reduce((one, other) =>
    severityRank(other.severity) > severityRank(one.severity) ? other : one,
  );
}
