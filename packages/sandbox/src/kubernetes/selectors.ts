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

import { isJsonObject, JsonObject } from '../cloud/json';
import { StatusError } from './StatusError';

/** @throws StatusError 400 */
export function matcher(
  labelSelector: string | undefined,
  fieldSelector: string | undefined,
): ((object: JsonObject) => boolean) | undefined {
  const tests = [
    ...split(labelSelector ?? '').map(labelTest),
    ...split(fieldSelector ?? '').map(fieldTest),
  ];
  return tests.length === 0
    ? undefined
    : object => tests.every(test => test(object));
}

/** At commas outside of parentheses. */
function split(text: string): string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map(part => part.trim())
    .filter(part => part !== '');
}

function labelTest(part: string): (object: JsonObject) => boolean {
  const among = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(part);
  if (among) {
    const values = among[3].split(',').map(value => value.trim());
    return object => {
      const has = values.includes(label(object, among[1]) ?? '\0');
      return among[2] === 'in' ? has : !has;
    };
  }
  const equality = /^([^=!]+?)\s*(==|=|!=)\s*(.*)$/.exec(part);
  if (equality) {
    const [, key, operator, value] = equality;
    return object => (label(object, key) === value) !== (operator === '!=');
  }
  if (/\s/.test(part)) {
    throw StatusError.badRequest(
      `unable to parse requirement: found '${part}', expected: an operator`,
    );
  }
  return part.startsWith('!')
    ? object => label(object, part.slice(1)) === undefined
    : object => label(object, part) !== undefined;
}

function label(object: JsonObject, key: string): string | undefined {
  const metadata = isJsonObject(object.metadata) ? object.metadata : {};
  const labels = isJsonObject(metadata.labels) ? metadata.labels : {};
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function fieldTest(part: string): (object: JsonObject) => boolean {
  const match = /^([^=!]+?)(==|=|!=)(.*)$/.exec(part);
  const field = match?.[1] ?? part;
  const known = ['metadata.name', 'metadata.namespace', 'type', 'status.phase'];
  if (!match || !known.includes(field)) {
    throw StatusError.badRequest(
      `Unable to find "/v1" that match label selector "", field selector "${part}": field label not supported: ${field}`,
    );
  }
  return object =>
    (fieldText(object, field) === match[3]) !== (match[2] === '!=');
}

function fieldText(object: JsonObject, path: string): string {
  let value: unknown = object;
  for (const key of path.split('.')) {
    value = isJsonObject(value) ? value[key] : undefined;
  }
  return typeof value === 'string' ? value : '';
}
