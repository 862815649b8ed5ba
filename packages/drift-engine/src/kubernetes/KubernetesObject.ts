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
 * A Kubernetes object as the API gives it or a manifest wants it. Nothing but
 * these members is taken for granted; everything else may be missing or of any
 * form.
 *
 * @public
 */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    [field: string]: JsonValue | undefined;
  };
  [field: string]: JsonValue | undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads an own member: objects that were parsed answer to `constructor` and
 * `__proto__` too, but no JSON value is a function or the prototype itself.
 */
export function member(
  object: { readonly [key: string]: JsonValue | undefined },
  key: string,
): JsonValue | undefined {
  const value: unknown = object[key];
  return typeof value === 'function' || value === Object.prototype
    ? undefined
    : (value as JsonValue | undefined);
}

/** The object at the end of a path, if every step is one. */
export function below(
  value: JsonValue | undefined,
  ...path: readonly string[]
): JsonObject | undefined {
  let current: JsonValue | undefined = value;
  for (const key of path) {
    if (!isObject(current)) {
      return undefined;
    }
    current = member(current, key);
  }
  return isObject(current) ? current : undefined;
}
