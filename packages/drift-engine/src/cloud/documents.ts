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
import { canonicalDocument, parseJsonDocument } from '../normalise/jsonStrings';
import { PlanValue } from '../plan/PlanDocument';

/** Longer ones are compared as they are. */
const MAX_DOCUMENT = 256 * 1024;
const MAX_DEPTH = 64;

/** JSON in a text against JSON in a text, or against what it says. */
export function sameDocument(
  wanted: JsonValue | undefined,
  actual: JsonValue | undefined,
): string | undefined {
  const [left, right] = [documentIn(wanted), documentIn(actual)];
  return left !== undefined &&
    right !== undefined &&
    (typeof wanted === 'string' || typeof actual === 'string') &&
    canonicalDocument(left) === canonicalDocument(right)
    ? 'The same document, once in another layout.'
    : undefined;
}

/** Whether both are policies that say the same. */
export function isSamePolicy(wanted: JsonObject, actual: JsonObject): boolean {
  return (
    Object.hasOwn(wanted, 'Statement') &&
    Object.hasOwn(actual, 'Statement') &&
    canonicalDocument(plain(wanted)) === canonicalDocument(plain(actual))
  );
}

function documentIn(
  value: JsonValue | undefined,
): ReturnType<typeof parseJsonDocument> {
  if (typeof value === 'string') {
    return value.length <= MAX_DOCUMENT && depthOf(value) <= MAX_DEPTH
      ? parseJsonDocument(value)
      : undefined;
  }
  return typeof value === 'object' && value !== null ? plain(value) : undefined;
}

/** Without members that are undefined. */
function plain(value: JsonObject | JsonValue[]): PlanValue {
  return JSON.parse(JSON.stringify(value));
}

/** Never less than that of the document in the text. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of text) {
    if (character === '{' || character === '[') {
      depth++;
      deepest = Math.max(deepest, depth);
    } else if (character === '}' || character === ']') {
      depth--;
    }
  }
  return deepest;
}
