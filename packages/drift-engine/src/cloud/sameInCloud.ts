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

/**
 * Whether two values mean the same to a cloud provider.
 *
 * @returns why, one sentence; empty when they are simply equal; undefined when
 *   they differ
 */
export function sameInCloud(
  wanted: JsonValue | undefined,
  actual: JsonValue | undefined,
): string | undefined {
  if (wanted === actual) {
    return '';
  }
  if (isNothing(wanted) && isNothing(actual)) {
    return 'The provider writes nothing as an empty value.';
  }
  if (isScalar(wanted) && isScalar(actual)) {
    return sameScalar(wanted, actual);
  }
  if (Array.isArray(wanted) && Array.isArray(actual)) {
    return sameList(wanted, actual);
  }
  if (isObject(wanted) && isObject(actual)) {
    return sameObject(wanted, actual);
  }
  return undefined;
}

/** How a provider names the same thing: letter case, spaces, dashes and underscores count for nothing. */
export function nameKey(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '');
}

function sameScalar(
  wanted: string | number | boolean,
  actual: string | number | boolean,
): string | undefined {
  if (typeof wanted !== typeof actual) {
    return String(wanted).toLowerCase() === String(actual).toLowerCase()
      ? 'The same value, once written as text.'
      : undefined;
  }
  if (typeof wanted !== 'string' || typeof actual !== 'string') {
    return undefined;
  }
  if (isArmId(wanted) && isArmId(actual)) {
    return wanted.toLowerCase() === actual.toLowerCase()
      ? 'Azure resource ids are case-insensitive.'
      : undefined;
  }
  if (isEnum(wanted) && isEnum(actual) && nameKey(wanted) === nameKey(actual)) {
    return 'The provider spells the same name differently.';
  }
  const times = [Date.parse(wanted), Date.parse(actual)];
  if (
    isTimestamp(wanted) &&
    isTimestamp(actual) &&
    Math.abs(times[0] - times[1]) === 0
  ) {
    return 'The same time, written differently.';
  }
  return undefined;
}

/** Lists of names and of keyed things are sets to every provider. */
function sameList(
  wanted: readonly (JsonValue | undefined)[],
  actual: readonly (JsonValue | undefined)[],
): string | undefined {
  if (wanted.length !== actual.length) {
    return undefined;
  }
  const rest = [...actual];
  let inOrder = true;
  for (const [index, item] of wanted.entries()) {
    const at = rest.findIndex(other => sameInCloud(item, other) !== undefined);
    if (at === -1) {
      return undefined;
    }
    inOrder &&= sameInCloud(item, actual[index]) === '';
    rest.splice(at, 1);
  }
  return inOrder ? '' : 'The same elements in another order or spelling.';
}

function sameObject(
  wanted: JsonObject,
  actual: JsonObject,
): string | undefined {
  const reasons = [
    ...new Set([...Object.keys(wanted), ...Object.keys(actual)]),
  ].map(name =>
    sameInCloud(
      Object.hasOwn(wanted, name) ? wanted[name] : undefined,
      Object.hasOwn(actual, name) ? actual[name] : undefined,
    ),
  );
  return reasons.includes(undefined)
    ? undefined
    : reasons.find(reason => reason !== '') ?? '';
}

function isNothing(value: JsonValue | undefined): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    (Array.isArray(value) && value.length === 0) ||
    (isObject(value) && Object.keys(value).length === 0)
  );
}

function isScalar(
  value: JsonValue | undefined,
): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isArmId(text: string): boolean {
  return /^\/subscriptions\/[^/]+/i.test(text);
}

/** Words that are not free texts or ids: no path, no address, no digits only. */
function isEnum(text: string): boolean {
  return /^[a-z][a-z0-9 _-]{0,60}$/i.test(text);
}

function isTimestamp(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})$/.test(text);
}
