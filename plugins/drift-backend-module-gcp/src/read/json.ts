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

import { valueAt } from '@infra-hub/drift-engine';
import { JsonObject, JsonValue } from '@backstage/types';

export function textAt(
  document: JsonObject,
  pointer: string,
): string | undefined {
  const value = valueAt(document, pointer);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Google writes numbers of 64 bits as text. */
export function numberAt(
  document: JsonObject,
  pointer: string,
): number | undefined {
  const value = valueAt(document, pointer);
  const number =
    typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' ? number : undefined;
}

export function listAt(document: JsonObject, pointer: string): JsonValue[] {
  const value = valueAt(document, pointer);
  return Array.isArray(value) ? value.filter(item => item !== undefined) : [];
}

/** Google leaves out lists without elements. */
export function mayBeList(document: JsonObject, pointer: string): boolean {
  const value = valueAt(document, pointer);
  return value === undefined || Array.isArray(value);
}

export function objectAt(
  document: JsonObject,
  pointer: string,
): JsonObject | undefined {
  const value = valueAt(document, pointer);
  return isObject(value) ? value : undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return isContainer(value) && !Array.isArray(value);
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
