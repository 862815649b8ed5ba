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

import type { IgnoreRule, SeverityRule } from '@infra-hub/drift-engine';

/** A file of rules that cannot be used. The message names the place. */
export class RulesError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RulesError';
  }
}

type Fields = Readonly<Record<string, (value: unknown) => boolean>>;

const isText = (value: unknown) => typeof value === 'string' && value !== '';
const isTextList = (value: unknown) =>
  Array.isArray(value) && value.length > 0 && value.every(isText);

const IGNORE_RULE: Fields = {
  id: isText,
  reason: isText,
  client: isText,
  source: isText,
  target: isText,
  resourceType: isText,
  address: isText,
  path: value => isText(value) && String(value).startsWith('/'),
  value: () => true,
  manager: isText,
  expires: value => isText(value) && !Number.isNaN(Date.parse(String(value))),
};

const SEVERITY_RULE: Fields = {
  id: isText,
  reason: isText,
  resourceTypes: isTextList,
  fields: isTextList,
  changes: isTextList,
  severity: value =>
    ['low', 'medium', 'high', 'critical'].includes(String(value)),
};

/** @throws RulesError that names the rule and the field that is wrong. */
export function parseIgnoreRules(document: unknown): IgnoreRule[] {
  return parseList<IgnoreRule>(document, 'ignore rule', IGNORE_RULE, [
    'id',
    'reason',
  ]);
}

/** @throws RulesError that names the rule and the field that is wrong. */
export function parseSeverityRules(document: unknown): SeverityRule[] {
  return parseList<SeverityRule>(document, 'severity rule', SEVERITY_RULE, [
    'id',
    'severity',
    'reason',
  ]);
}

/** An unknown field is an error: a misspelt limit would make a rule mute more than it says. */
function parseList<T>(
  document: unknown,
  name: string,
  fields: Fields,
  required: string[],
): T[] {
  if (!Array.isArray(document)) {
    throw new RulesError(`The file must hold a JSON list of ${name}s.`);
  }
  document.forEach((rule, index) => {
    const place = `${name} ${index + 1}`;
    if (typeof rule !== 'object' || rule === null || Array.isArray(rule)) {
      throw new RulesError(`The ${place} is not an object.`);
    }
    for (const key of required) {
      if (!Object.hasOwn(rule, key)) {
        throw new RulesError(`The ${place} has no "${key}".`);
      }
    }
    for (const [key, value] of Object.entries(rule)) {
      if (!Object.hasOwn(fields, key)) {
        throw new RulesError(`The ${place} has an unknown field "${key}".`);
      }
      if (!fields[key](value)) {
        throw new RulesError(`The ${place} has a wrong "${key}".`);
      }
    }
  });
  return document as T[];
}
