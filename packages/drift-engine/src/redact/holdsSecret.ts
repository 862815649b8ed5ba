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

import type { JsonObject, JsonValue } from '@backstage/types';
import { SENSITIVE_DESIRED_VALUE } from '@infra-hub/backstage-plugin-drift-common';
import { looksSecretKey } from './looksSecretKey';
import { looksSecretAt, looksSecretName } from './secrets';

/** Members that hold what another member, or the one around them, names. */
const VALUES = /^(?:values?|plain_?text|content)$/i;

/** Switches are no secrets, whatever they are named. */
const SWITCH = /^(?:true|false|enabled|disabled|on|off|yes|no|none|null|\*+)$/i;

/**
 * Whether a value of any shape holds a secret somewhere: by the names on the way
 * to it, by its form, or as a pair of name and value such as a tag.
 */
export function holdsSecret(
  path: readonly (string | number)[],
  value: JsonValue | undefined,
): boolean {
  return secretsWithin(path, value).next().done !== true;
}

/** Paths of all secrets in a value. */
export function* secretsWithin(
  path: readonly (string | number)[],
  value: JsonValue | undefined,
): Generator<readonly (string | number)[]> {
  // Without recursion, so that hostile nesting is no matter.
  const open: [readonly (string | number)[], string, JsonValue | undefined][] =
    [[path, nameOf(path), value]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [at, name, inner] = next;
    if (isSecret(name, inner)) {
      yield at;
    } else if (Array.isArray(inner)) {
      inner.forEach((item, index) => open.push([[...at, index], name, item]));
    } else if (isObject(inner)) {
      const pair = pairName(inner);
      for (const [key, member] of Object.entries(inner)) {
        if (looksSecretKey(key)) {
          yield at;
        }
        open.push([
          [...at, key],
          VALUES.test(key) ? pair ?? name : key,
          member,
        ]);
      }
    }
  }
}

function isSecret(name: string, value: JsonValue | undefined): boolean {
  if (typeof value === 'number') {
    return looksSecretName(name);
  }
  return (
    typeof value === 'string' &&
    value !== SENSITIVE_DESIRED_VALUE &&
    !SWITCH.test(value) &&
    looksSecretAt([name], value)
  );
}

/** `{ Key: 'password', Value: '…' }` and its like. */
function pairName(value: JsonObject): string | undefined {
  return ['Key', 'key', 'Name', 'name']
    .map(key => (Object.hasOwn(value, key) ? value[key] : undefined))
    .find(name => typeof name === 'string');
}

function nameOf(path: readonly (string | number)[]): string {
  return String(
    path.findLast(
      step =>
        typeof step === 'string' && !/^\d+$/.test(step) && !VALUES.test(step),
    ) ?? '',
  );
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
