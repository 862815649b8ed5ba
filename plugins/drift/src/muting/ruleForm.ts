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

import { JsonValue } from '@backstage/types';
import { DriftIgnoreRule } from '@infra-hub/backstage-plugin-drift-common';
import { DateTime } from 'luxon';

/** What stands in the fields of the form. */
export type RuleValues = Record<
  | 'id'
  | 'reason'
  | 'client'
  | 'source'
  | 'target'
  | 'resourceType'
  | 'address'
  | 'path'
  | 'value'
  | 'manager'
  | 'expires',
  string
>;

/** A rule without its name and reason: what it mutes. */
export type RuleScope = Omit<DriftIgnoreRule, 'id' | 'reason'>;

/** What is wrong with a field. */
export type RuleProblem =
  | 'idWrong'
  | 'idReserved'
  | 'idTaken'
  | 'reasonMissing'
  | 'pathWrong'
  | 'expiresWrong';

/** What to know of a rule before it is saved. */
export type RuleAdvice =
  | 'adviceAttribute'
  | 'adviceResource'
  | 'adviceWhole'
  | 'adviceEverywhere';

const ID = /^[A-Za-z0-9._-]{1,100}$/;

/** Stands for acknowledgements where rules are named. */
const RESERVED_ID = 'acknowledgement';

const SHORTEST_REASON = 3;
const GLOB = '*';

function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value that a text stands for: JSON where it is some, else the text itself. */
export function readValue(text: string): JsonValue {
  return parseJson(text) ?? (text.trim() === 'null' ? null : text);
}

function writeValue(value: JsonValue): string {
  return typeof value === 'string' && parseJson(value) === undefined
    ? value
    : JSON.stringify(value);
}

function dayOf(iso: string): string {
  return DateTime.fromISO(iso).toISODate() ?? '';
}

/** Fills the form. */
export function toValues(rule: Partial<DriftIgnoreRule>): RuleValues {
  return {
    id: rule.id ?? '',
    reason: rule.reason ?? '',
    client: rule.client ?? '',
    source: rule.source ?? '',
    target: rule.target ?? '',
    resourceType: rule.resourceType ?? '',
    address: rule.address ?? '',
    path: rule.path ?? '',
    value: rule.value === undefined ? '' : writeValue(rule.value),
    manager: rule.manager ?? '',
    expires: rule.expires ? dayOf(rule.expires) : '',
  };
}

/** A day of the calendar counts up to its end; one that was not touched stays exact. */
function readExpires(day: string, old: string | undefined) {
  if (!day) {
    return undefined;
  }
  if (old && dayOf(old) === day) {
    return old;
  }
  const end = DateTime.fromFormat(day, 'yyyy-MM-dd').endOf('day');
  return end.isValid ? end.toUTC().toISO() ?? undefined : undefined;
}

/** What the form mutes; fields that are empty limit nothing. */
export function toScope(
  values: RuleValues,
  before: Partial<DriftIgnoreRule>,
): RuleScope {
  const scope: RuleScope = {};
  for (const field of [
    'client',
    'source',
    'target',
    'resourceType',
    'address',
    'path',
    'manager',
  ] as const) {
    const text = values[field].trim();
    if (text) {
      scope[field] = text;
    }
  }
  if (values.value !== '') {
    scope.value = readValue(values.value);
  }
  const expires = readExpires(values.expires, before.expires);
  if (expires) {
    scope.expires = expires;
  }
  return scope;
}

/** What is wrong, by field. */
export function findProblems(
  values: RuleValues,
  options: {
    before: Partial<DriftIgnoreRule>;
    /** Ids that other rules have. */
    taken: readonly string[];
    now: Date;
  },
): Partial<Record<keyof RuleValues, RuleProblem>> {
  const { before, taken, now } = options;
  const problems: Partial<Record<keyof RuleValues, RuleProblem>> = {};
  const id = values.id.trim();
  if (!ID.test(id)) {
    problems.id = 'idWrong';
  } else if (id === RESERVED_ID) {
    problems.id = 'idReserved';
  } else if (taken.includes(id)) {
    problems.id = 'idTaken';
  }
  if (values.reason.trim().length < SHORTEST_REASON) {
    problems.reason = 'reasonMissing';
  }
  const path = values.path.trim();
  if (path && !path.startsWith('/')) {
    problems.path = 'pathWrong';
  }
  if (values.expires) {
    const expires = readExpires(values.expires, before.expires);
    if (!expires || Date.parse(expires) <= now.getTime()) {
      problems.expires = 'expiresWrong';
    }
  }
  return problems;
}

/**
 * Whether a rule names anything that it mutes. One that only ends, or that names
 * things only by `*`, mutes everything, and the backend refuses it.
 */
export function namesAnything(scope: RuleScope): boolean {
  const { expires, ...limits } = scope;
  return Object.values(limits).some(
    limit => !(typeof limit === 'string' && /^[*/]+$/.test(limit)),
  );
}

/** What to know of a rule that names something. */
export function adviceOn(scope: RuleScope): RuleAdvice[] {
  const { client, target, address, path, value, manager, resourceType } = scope;
  const advice: RuleAdvice[] = [];
  if (path !== undefined || value !== undefined || manager !== undefined) {
    advice.push('adviceAttribute');
  } else if (address !== undefined && !address.includes(GLOB)) {
    advice.push('adviceResource');
  } else {
    advice.push('adviceWhole');
  }
  if (
    [client, target, address].every(each => each === undefined) &&
    (resourceType === undefined || resourceType === GLOB)
  ) {
    advice.push('adviceEverywhere');
  }
  return advice;
}
