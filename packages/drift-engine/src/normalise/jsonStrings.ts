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

import { PlanValue } from '../plan/PlanDocument';
import {
  canonicalText,
  isObject,
  PlanObject,
  property,
  State,
} from '../diff/values';

/** Parses a string that holds a JSON object or list; anything else is no JSON document. */
export function parseJsonDocument(value: State): PlanValue | undefined {
  if (typeof value !== 'string') {
    return undefined;
  }
  const start = value.trimStart()[0];
  if (start !== '{' && start !== '[') {
    return undefined;
  }
  try {
    const document = JSON.parse(value) as PlanValue;
    return isExact(document) ? document : undefined;
  } catch {
    return undefined;
  }
}

/** Integers beyond 2^53 do not survive JSON.parse; then the text decides. */
function isExact(value: PlanValue): boolean {
  if (typeof value === 'number') {
    return !Number.isInteger(value) || Number.isSafeInteger(value);
  }
  if (Array.isArray(value)) {
    return value.every(isExact);
  }
  return (
    !isObject(value) || Object.keys(value).every(key => isExact(value[key]))
  );
}

/**
 * A text that is the same for policies of the same meaning.
 *
 * Source: IAM JSON policy grammar: Action, Resource, Principal and their
 * negations, and condition values, are a string or a set of strings; statements
 * have no order.
 */
export function canonicalDocument(document: PlanValue): string {
  return canonicalText(
    isObject(document) && isIamPolicy(document)
      ? canonicalPolicy(document)
      : document,
  );
}

const STATEMENT_SETS = new Set([
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Principal',
  'NotPrincipal',
  'Condition',
]);

function isIamPolicy(document: PlanObject): boolean {
  const statement = property(document, 'Statement');
  const statements = Array.isArray(statement) ? statement : [statement];
  return statements.every(
    each => isObject(each) && typeof property(each, 'Effect') === 'string',
  );
}

function canonicalPolicy(document: PlanObject): PlanObject {
  const copy: PlanObject = Object.assign(Object.create(null), document);
  const statement = property(document, 'Statement');
  const statements = (Array.isArray(statement) ? statement : [statement]).map(
    each => canonicalStatement(each as PlanObject),
  );
  copy.Statement = sortByText(statements);
  return copy;
}

function canonicalStatement(statement: PlanObject): PlanObject {
  const copy: PlanObject = Object.create(null);
  for (const key of Object.keys(statement)) {
    copy[key] = STATEMENT_SETS.has(key)
      ? setsBelow(statement[key])
      : statement[key];
  }
  return copy;
}

/** Every string becomes a list of one, every list loses its order. */
function setsBelow(value: PlanValue): PlanValue {
  if (isObject(value)) {
    const copy: PlanObject = Object.create(null);
    for (const key of Object.keys(value)) {
      copy[key] = setsBelow(value[key]);
    }
    return copy;
  }
  return sortByText(Array.isArray(value) ? value : [value]);
}

function sortByText(values: PlanValue[]): PlanValue[] {
  return values
    .map(value => ({ value, text: canonicalText(value) }))
    .sort((a, b) => (a.text < b.text ? -1 : Number(a.text > b.text)))
    .map(({ value }) => value);
}
