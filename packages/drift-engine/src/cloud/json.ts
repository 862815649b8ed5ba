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

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Keys may be called `__proto__`. */
export function own(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Whether there are more levels of lists and maps inside each other. */
export function isDeeper(
  value: JsonValue | undefined,
  levels: number,
): boolean {
  if (value === undefined) {
    return false;
  }
  if (levels < 0) {
    return true;
  }
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  for (const member of Object.values(value)) {
    if (isDeeper(member, levels - 1)) {
      return true;
    }
  }
  return false;
}

/** Nothing, or a text, list or map without content. */
export function isNothing(value: JsonValue | undefined): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    (Array.isArray(value) && value.length === 0) ||
    (isObject(value) && Object.keys(value).length === 0)
  );
}

/** What APIs may leave out because it says nothing. */
export function isOff(value: JsonValue | undefined): boolean {
  return value === false || value === 0;
}
