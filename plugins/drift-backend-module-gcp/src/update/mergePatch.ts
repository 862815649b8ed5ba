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

import { JsonObject, JsonValue } from '@backstage/types';
import { isObject } from '../read/json';

/**
 * What makes of one document the other: only the members that differ, with null
 * for those that go. Lists are whole.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7396
 */
export function mergePatch(before: JsonObject, after: JsonObject): JsonObject {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries(
    [...names].flatMap((name): [string, JsonValue][] => {
      const [was, is] = [memberOf(before, name), memberOf(after, name)];
      if (isSame(was, is)) {
        return [];
      }
      if (isObject(was) && isObject(is)) {
        return [[name, mergePatch(was, is)]];
      }
      return [[name, is ?? null]];
    }),
  );
}

/** Both, the second one's members inside the first one's. */
export function mergeDeep(into: JsonObject, from: JsonObject): JsonObject {
  return Object.entries(from).reduce((merged, [name, value]) => {
    const before = memberOf(merged, name);
    return {
      ...merged,
      [name]:
        isObject(before) && isObject(value) ? mergeDeep(before, value) : value,
    };
  }, into);
}

export function isSame(
  one: JsonValue | undefined,
  other: JsonValue | undefined,
): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return (
      one.length === other.length &&
      one.every((item, index) => isSame(item, other[index]))
    );
  }
  if (isObject(one) && isObject(other)) {
    const names = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...names].every(name =>
      isSame(memberOf(one, name), memberOf(other, name)),
    );
  }
  return one === other;
}

function memberOf(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
