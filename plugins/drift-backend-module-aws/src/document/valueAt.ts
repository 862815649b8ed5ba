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
import { fromPointer } from '@infra-hub/drift-engine';

export { fromPointer as segmentsOf };

/** What stands at a JSON pointer; undefined where nothing does. */
export function valueAt(
  document: JsonObject,
  pointer: string,
): JsonValue | undefined {
  return fromPointer(pointer).reduce<JsonValue | undefined>(memberOf, document);
}

/** Unlike that of the engine, it takes no position of a list in another spelling. */
export function memberOf(
  parent: JsonValue | undefined,
  name: string,
): JsonValue | undefined {
  if (Array.isArray(parent)) {
    return /^(?:0|[1-9]\d*)$/.test(name) ? parent[Number(name)] : undefined;
  }
  return isObject(parent) && Object.hasOwn(parent, name)
    ? parent[name]
    : undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
