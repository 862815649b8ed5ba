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
  Finding,
  IgnoreRuleSuggestion,
} from '@infra-hub/backstage-plugin-drift-common';
import { isAttributeRule, isOfWhole } from './applyIgnoreRules';
import { IgnoreRule } from './IgnoreRule';
import { unmuted } from './unmuted';

const MOST_VALUE = 500;
const MOST_SLUG = 80;

/**
 * The narrowest rule that mutes a finding, or one field of it. Its reason is
 * empty, because only a person knows it.
 *
 * @param of - where the finding was found; `path` is the pointer of the field
 * @public
 */
export function suggestIgnoreRule(
  finding: Finding,
  of: { source: string; client?: string; target: string; path?: string },
): IgnoreRuleSuggestion {
  const { source, client, target } = of;
  const { address, resourceType, change, attribution } = finding;
  const scope = {
    reason: '',
    ...(client !== undefined && { client }),
    source,
    target,
    resourceType,
    address,
  };
  const { fields } = unmuted(finding);
  const asked = fields.filter(
    field => of.path === undefined || field.path === of.path,
  );
  if (isOfWhole(change) || asked.length === 0) {
    return {
      rule: { id: idOf(target, address), ...scope },
      notes: [
        isOfWhole(change)
          ? 'That a resource is missing, goes or is replaced can only be muted by its bare address.'
          : 'The finding names no field that a rule could speak of.',
        'Such a rule mutes everything that will ever happen to this resource; an acknowledgement ends with the next change.',
      ],
    };
  }

  const notes: string[] = [];
  const path = sharedPath(asked);
  if (asked.length > 1) {
    notes.push(
      `The finding differs in ${asked.length} fields; the rule names the place that they share, and a rule for each field would be narrower.`,
    );
  }
  const value = asked.length === 1 ? valueOf(asked[0], notes) : undefined;
  if (asked.length === 1 && /\/\d+(?:\/|$)/.test(path)) {
    notes.push(
      'The path holds the place in a list, which moves when elements before it come or go.',
    );
  }
  const rule: IgnoreRule = {
    id: idOf(target, address, path),
    ...scope,
    path,
    ...(value !== undefined && { value }),
    ...(attribution && { manager: attribution.who }),
  };
  if (address.includes('*') || asked.some(field => field.path.includes('*'))) {
    notes.push(
      'The * in the address or path stands for any text, so that the rule also speaks of others.',
    );
  }
  if (attribution) {
    notes.push(`It mutes only what ${attribution.who} changed.`);
  }
  if (isAttributeRule(rule)) {
    notes.push(
      'It never mutes that the resource is missing, goes or is replaced.',
    );
  }
  return { rule, notes };
}

function valueOf(
  field: FieldDifference,
  notes: string[],
): IgnoreRule['value'] | undefined {
  if (field.sensitive) {
    notes.push('The value is secret, so the rule mutes every change of it.');
    return undefined;
  }
  const { actual = null } = field;
  if (JSON.stringify(actual).length > MOST_VALUE) {
    notes.push('The value is long, so the rule mutes every change of it.');
    return undefined;
  }
  if (typeof actual === 'string' && actual.includes('*')) {
    notes.push('The * in the value stands for any text.');
  }
  notes.push('It mutes only the value of now, and alarms at every other one.');
  return actual;
}

/** The deepest place that holds all of the fields. */
function sharedPath(fields: readonly FieldDifference[]): string {
  const [first, ...others] = fields.map(field => field.path.split('/'));
  const end = first.findIndex((segment, index) =>
    others.some(other => other[index] !== segment),
  );
  const shared = (end < 0 ? first : first.slice(0, end)).join('/');
  // A path is needed: without one, the rule would speak of the resource
  return shared === '' ? '/*' : shared;
}

function idOf(...parts: string[]): string {
  return slugOf(parts.join('-'));
}

/** A text as an id of a rule. */
export function slugOf(text: string): string {
  return (
    text
      .replace(/\*/g, 'any')
      .replace(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/-+/g, '-')
      .slice(0, MOST_SLUG)
      .replace(/^[-.]+|[-.]+$/g, '') || 'rule'
  );
}
