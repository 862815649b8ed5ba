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
import { isEqual, memberOf } from './cloudWrites';
import { isObject } from './json';

/**
 * What makes of one document the other: only the members that differ, with null
 * for those that go. Lists are whole.
 *
 * Source: RFC 7396.
 *
 * @public
 */
export function mergePatch(before: JsonObject, after: JsonObject): JsonObject {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries(
    [...names].flatMap((name): [string, JsonValue][] => {
      const [was, is] = [memberOf(before, name), memberOf(after, name)];
      if (isEqual(was, is)) {
        return [];
      }
      if (isObject(was) && isObject(is)) {
        return [[name, mergePatch(was, is)]];
      }
      return [[name, is ?? null]];
    }),
  );
}
