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

import { JsonObject } from '@backstage/types';
import { applyCloudWrites, mergePatch, valueAt } from '@infra-hub/drift-engine';
import { AzureKind, AzurePart } from '../kinds/AzureKind';
import { isObject } from '../kinds/values';

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
