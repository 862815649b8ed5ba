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

function memberOf(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
