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
import { applyCloudWrites } from '@infra-hub/drift-engine';
import { AzureKind, AzurePart } from '../kinds/AzureKind';
import { isObject, valueAt } from '../kinds/values';

/**
 * What changes a document into another one (RFC 7396): members that differ; null
 * removes; lists are whole.
 */
export function mergePatch(before: JsonObject, after: JsonObject): JsonObject {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries(
    [...names].flatMap((name): [string, JsonValue][] => {
      const [from, to] = [before[name], after[name]];
      if (isSame(from, to)) {
        return [];
      }
      if (to === undefined) {
        return [[name, null]];
      }
      return [
        [name, isObject(from) && isObject(to) ? mergePatch(from, to) : to],
      ];
    }),
  );
}

/** Equal as JSON; the order of members counts for nothing, undefined ones are none. */
export function isSame(
  left: JsonValue | undefined,
  right: JsonValue | undefined,
): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return (
      left.length === right.length &&
      left.every((item, index) => isSame(item, right[index]))
    );
  }
  if (isObject(left) && isObject(right)) {
    return [...new Set([...Object.keys(left), ...Object.keys(right)])].every(
      name => isSame(left[name], right[name]),
    );
  }
  return left === right;
}

/** The document but for what Azure changes by itself and what has an address of its own. */
export function withoutComputed(
  kind: AzureKind,
  document: JsonObject,
): JsonObject {
  return remove(document, kind.computed ?? []);
}

/** The resource itself, without its parts. */
export function ownOf(kind: AzureKind, document: JsonObject): JsonObject {
  const names = new Set(
    (kind.parts ?? []).map(({ pointer }) => pointer.split('/')[1]),
  );
  return Object.fromEntries(
    Object.entries(document).filter(([name]) => !names.has(name)),
  );
}

export function partOf(
  { pointer }: AzurePart,
  document: JsonObject,
): JsonObject | undefined {
  const value = valueAt(document, pointer);
  return isObject(value) ? value : undefined;
}

/**
 * The body of a PATCH of the resource itself; what is required along with a member
 * that changes goes with it.
 */
export function patchBody(
  kind: AzureKind,
  before: JsonObject,
  after: JsonObject,
): JsonObject {
  const patch = mergePatch(before, after);
  return applyCloudWrites(
    patch,
    (kind.wholeInPatch ?? []).flatMap(pointer =>
      valueAt(patch, pointer) === undefined
        ? []
        : { pointer, value: valueAt(after, pointer) },
    ),
  );
}

/** The whole body of a PUT: all but what cannot be written. */
export function putBody(
  document: JsonObject,
  readOnly: readonly string[],
): JsonObject {
  return remove(document, readOnly);
}

function remove(document: JsonObject, pointers: readonly string[]): JsonObject {
  return applyCloudWrites(
    document,
    pointers.map(pointer => ({ pointer, value: undefined })),
  );
}
