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

/**
 * A member of an object or a position in a list.
 *
 * @public
 */
export type Step = string | number;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The value at the end of a way, if there is one.
 *
 * @public
 */
export function valueAt(
  root: JsonValue,
  path: readonly Step[],
): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const step of path) {
    if (Array.isArray(value)) {
      value = typeof step === 'number' ? value[step] : undefined;
    } else if (isObject(value) && Object.hasOwn(value, step)) {
      value = value[step];
    } else {
      return undefined;
    }
  }
  return value;
}

/** An own member that is a text. */
export function textAt(object: JsonObject, key: string): string | undefined {
  const value = valueAt(object, [key]);
  return typeof value === 'string' ? value : undefined;
}
