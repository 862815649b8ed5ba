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

import type { Severity } from '@infra-hub/backstage-plugin-drift-common';
import { ResourceDifference } from '../observation/Observation';
import { globMatches, pointerGlobMatches } from '../suppress/glob';
import { BuiltInSeverityRule, SEVERITY_RULES } from './severityRules';
import { SeverityRule } from './SeverityRule';

/** A severity and the rule that gave it. */
export interface Rating {
  severity: Severity;
  rule: string;
}

/** Paths occur again and again, but in lists without end. */
const MAX_REMEMBERED = 5_000;

const ORDER: readonly Severity[] = ['low', 'medium', 'high', 'critical'];

/** Rank of a severity, 0 is the least. */
export function severityRank(severity: Severity): number {
  return ORDER.indexOf(severity);
}

/** What the code adds was never there: nothing is missing. */
const ADDITION: SeverityRule = {
  id: 'addition',
  changes: ['create'],
  severity: 'low',
  reason: 'The code adds it; nothing that exists changes.',
};

/** Rates differences by resource type, field and change. */
export class SeverityRater {
  readonly #own: readonly SeverityRule[];
  /** Rules that can match, by type and change. */
  readonly #rules = new Map<string, readonly BuiltInSeverityRule[]>();
  /** Of these, rules that name a field, whatever its value; by rules and path. */
  readonly #fieldRules = new Map<
    readonly BuiltInSeverityRule[],
    Map<string, readonly BuiltInSeverityRule[]>
  >();

  private constructor(own: readonly SeverityRule[]) {
    this.#own = own;
  }

  /** @param own - rules that come before the built-in ones */
  static create(own: readonly SeverityRule[] = []): SeverityRater {
    return new SeverityRater(own);
  }

  rate(difference: ResourceDifference): Rating {
    if (difference.class === 'noise' || difference.class === 'expected') {
      return { severity: 'low', rule: difference.class };
    }
    const rules = this.#rulesFor(difference);
    return isUpdate(difference) && difference.fields.length > 0
      ? difference.fields
          .map(field =>
            ratingOf(
              this.#rulesForField(rules, field.path).find(
                rule => !rule.when || rule.when(field),
              ),
            ),
          )
          .reduce(worse)
      : ratingOf(rules.find(rule => !rule.fields && !rule.when));
  }

  #rulesForField(
    rules: readonly BuiltInSeverityRule[],
    path: string,
  ): readonly BuiltInSeverityRule[] {
    let byPath = this.#fieldRules.get(rules);
    if (!byPath) {
      byPath = new Map();
      this.#fieldRules.set(rules, byPath);
    }
    let found = byPath.get(path);
    if (!found) {
      const names = path.split('/');
      found = rules.filter(rule => namesField(rule, path, names));
      if (byPath.size < MAX_REMEMBERED) {
        byPath.set(path, found);
      }
    }
    return found;
  }

  #rulesFor(difference: ResourceDifference): readonly BuiltInSeverityRule[] {
    const key = [
      difference.resourceType,
      difference.change,
      isAddition(difference),
      isUpdate(difference),
    ].join(' ');
    let rules = this.#rules.get(key);
    if (!rules) {
      rules = [
        ...this.#own,
        ...(isAddition(difference) ? [ADDITION] : []),
        ...SEVERITY_RULES.filter(
          // Built-in rules without a change are about fields of what stays.
          rule => rule.changes || isUpdate(difference),
        ),
      ].filter(rule => matchesResource(rule, difference));
      this.#rules.set(key, rules);
    }
    return rules;
  }
}

function isAddition(difference: ResourceDifference): boolean {
  return difference.class === 'pending' && difference.change === 'create';
}

/** An unmanaged object is rated by what it has, not as a missing one. */
function isUpdate(difference: ResourceDifference): boolean {
  return difference.change === 'update' || difference.unmanaged === true;
}

function matchesResource(
  rule: SeverityRule,
  difference: ResourceDifference,
): boolean {
  return (
    (!rule.changes ||
      (rule.changes.includes(difference.change) && !difference.unmanaged)) &&
    (!rule.resourceTypes ||
      rule.resourceTypes.some(type =>
        globMatches(type, difference.resourceType),
      ))
  );
}

function namesField(
  rule: SeverityRule,
  path: string,
  names: readonly string[],
): boolean {
  return (
    !rule.fields ||
    rule.fields.some(glob =>
      glob.startsWith('/')
        ? pointerGlobMatches(glob, path)
        : names.some(name => globMatches(glob, name)),
    )
  );
}

function ratingOf(rule: SeverityRule | undefined): Rating {
  return rule
    ? { severity: rule.severity, rule: rule.id }
    : { severity: 'medium', rule: 'configuration' };
}

function worse(one: Rating, other: Rating): Rating {
  return severityRank(other.severity) > severityRank(one.severity)
    ? other
    : one;
}
