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
import {
  CloudFieldWrite,
  CloudProperty,
  valueAt,
} from '@infra-hub/drift-engine';

export function textAt(
  document: JsonObject,
  pointer: string,
): string | undefined {
  const value = valueAt(document, pointer);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function numberAt(
  document: JsonObject,
  pointer: string,
): number | undefined {
  const value = valueAt(document, pointer);
  return typeof value === 'number' && Number.isFinite(value)
    ? value
    : undefined;
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text that stands in the document as it is. */
export function text(
  name: CloudProperty['name'],
  field: string,
  more: Partial<CloudProperty> = {},
): CloudProperty {
  return {
    name,
    field,
    read: document => textAt(document, field),
    ...(more.fixed === undefined && { write: value => [write(field, value)] }),
    ...more,
  };
}

/** A number that stands in the document as it is. */
export function number(
  name: CloudProperty['name'],
  field: string,
  more: Partial<CloudProperty> = {},
): CloudProperty {
  return {
    name,
    field,
    read: document => numberAt(document, field),
    ...(more.fixed === undefined && { write: value => [write(field, value)] }),
    ...more,
  };
}

/** Something that is on or off and that Azure calls `Enabled` and otherwise. */
export function enabled(
  name: CloudProperty['name'],
  field: string,
  more: Partial<CloudProperty> = {},
): CloudProperty {
  return {
    name,
    field,
    read: document => {
      const value = textAt(document, field);
      return value === undefined ? undefined : isWord(value, 'Enabled');
    },
    ...(more.fixed === undefined && {
      write: value => [write(field, value === true ? 'Enabled' : 'Disabled')],
    }),
    ...more,
  };
}

/** Always the same for a kind. */
export function constant(
  name: CloudProperty['name'],
  field: string,
  options: { value: JsonValue; fixed: string },
): CloudProperty {
  return { name, field, read: () => options.value, fixed: options.fixed };
}

/** Azure encrypts everything that it stores; only whose key it is can differ. */
export function alwaysEncrypted(field: string): CloudProperty {
  return constant('encryption/enabled', field, {
    value: true,
    fixed: 'Azure encrypts it in any case.',
  });
}

export function write(
  pointer: string,
  value: JsonValue | undefined,
): CloudFieldWrite {
  return { pointer, value };
}

/** Azure does not keep to one spelling of its words. */
export function isWord(value: JsonValue | undefined, word: string): boolean {
  return (
    typeof value === 'string' && value.toLowerCase() === word.toLowerCase()
  );
}

/** Refuses what is outside of the bounds that Azure documents. */
export function within(
  least: number,
  most: number,
  unit: string,
): CloudProperty['refuse'] {
  return (_from, to) =>
    typeof to === 'number' && to >= least && to <= most
      ? undefined
      : `Azure takes ${least} to ${most} ${unit}.`;
}

/** What the Resource Manager computes for every resource. */
export const COMPUTED = [
  '/id',
  '/name',
  '/type',
  '/etag',
  '/systemData',
  '/identity/principalId',
  '/identity/tenantId',
];
