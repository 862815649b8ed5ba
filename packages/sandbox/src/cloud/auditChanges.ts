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

import { AuditChange } from './CloudState';
import { isJsonObject, jsonEqual, JsonValue } from './json';

/**
 * The smallest fields that differ. Entries of lists are matched by their
 * `name`, so that one more rule is one change and not a shifted list.
 */
export function auditChanges(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  field = '',
): AuditChange[] {
  if (jsonEqual(before, after)) {
    return [];
  }
  if (isJsonObject(before) && isJsonObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap(key =>
      auditChanges(before[key], after[key], field ? `${field}.${key}` : key),
    );
  }
  const named = namedEntries(before, after);
  if (named) {
    const names = new Set([...named.before.keys(), ...named.after.keys()]);
    return [...names].flatMap(name =>
      auditChanges(
        named.before.get(name),
        named.after.get(name),
        `${field}[${name}]`,
      ),
    );
  }
  return [
    {
      field,
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
    },
  ];
}

function namedEntries(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
) {
  if (!Array.isArray(before) || !Array.isArray(after)) {
    return undefined;
  }
  const index = (entries: JsonValue[]) =>
    new Map(
      entries.flatMap(entry =>
        isJsonObject(entry) && typeof entry.name === 'string'
          ? [[entry.name, entry] as const]
          : [],
      ),
    );
  const result = { before: index(before), after: index(after) };
  return result.before.size === before.length &&
    result.after.size === after.length &&
    result.before.size + result.after.size > 0
    ? result
    : undefined;
}
