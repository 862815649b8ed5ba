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
import { isSamePolicy, sameDocument } from './documents';
import { isNothing, isObject, isOff, own } from './json';
import { CloudPlace, sameText } from './sameText';

export { isSamePolicy } from './documents';
export { nameKey } from './sameText';

/** Lists of which the order counts, by the name of the list. */
const ORDERED: readonly { name: RegExp; reason: string }[] = [
  { name: /^cors(?:rules?)?$/i, reason: 'The first rule that fits decides.' },
  { name: /^keyschema$/i, reason: 'The first key is the partition key.' },
  {
    name: /^(?:partitionkey|paths|compositeindexes)$/i,
    reason: 'Keys of several parts are searched from the first on.',
  },
];

/** What a provider gives an element that has none. */
const GIVEN = /^(?:id|name|kind|etag)$/i;

/** Longer lists are compared by their elements’ plain text. */
const MAX_MATCHED = 300;

const TAG_FORMS = [
  ['Key', 'Value'],
  ['key', 'value'],
  ['TagKey', 'TagValue'],
] as const;

/**
 * Whether two values mean the same to a cloud provider.
 *
 * @returns why, one sentence; empty when they are simply equal; undefined when
 *   they differ
 */
export function sameInCloud(
  wanted: JsonValue | undefined,
  actual: JsonValue | undefined,
  place: CloudPlace = { path: [], members: 'wanted' },
): string | undefined {
  if (wanted === actual) {
    return '';
  }
  if (isNothing(wanted) && isNothing(actual)) {
    return 'The provider writes nothing as an empty value.';
  }
  if (isScalar(wanted) && isScalar(actual)) {
    return sameScalar(wanted, actual, place);
  }
  const [left, right] = [taggedValues(wanted), taggedValues(actual)];
  if ((left && (right || isObject(actual))) || (right && isObject(wanted))) {
    return sameTags(left ?? wanted, right ?? actual, place);
  }
  if (Array.isArray(wanted) && Array.isArray(actual)) {
    return sameList(wanted, actual, place);
  }
  if (isObject(wanted) && isObject(actual)) {
    return sameObject(wanted, actual, place);
  }
  return sameDocument(wanted, actual);
}

function sameScalar(
  wanted: string | number | boolean,
  actual: string | number | boolean,
  place: CloudPlace,
): string | undefined {
  if (typeof wanted !== typeof actual) {
    return scalarText(wanted) === scalarText(actual)
      ? 'The same value, once written as text.'
      : undefined;
  }
  if (typeof wanted !== 'string' || typeof actual !== 'string') {
    return undefined;
  }
  return sameText(wanted, actual, place) ?? sameDocument(wanted, actual);
}

/** `100` and `100.0` of numbers; a text with zeros in front is no number. */
function scalarText(value: string | number | boolean): string {
  const text = String(value);
  return typeof value === 'string' && /^-?(?:0|[1-9]\d{0,14})\.\d+$/.test(text)
    ? String(Number(text))
    : text.toLowerCase();
}

/** Lists of settings are sets to every provider, but for few. */
function sameList(
  wanted: readonly (JsonValue | undefined)[],
  actual: readonly (JsonValue | undefined)[],
  place: CloudPlace,
): string | undefined {
  if (wanted.length !== actual.length) {
    return undefined;
  }
  const reasons = wanted.map((item, index) =>
    sameInCloud(item, actual[index], place),
  );
  if (!reasons.includes(undefined)) {
    return firstReason(reasons);
  }
  const name = place.path.at(-1) ?? '';
  return !ORDERED.some(each => each.name.test(name)) &&
    isSameSet(wanted, actual, place)
    ? 'The same elements in another order or spelling.'
    : undefined;
}

function isSameSet(
  wanted: readonly (JsonValue | undefined)[],
  actual: readonly (JsonValue | undefined)[],
  place: CloudPlace,
): boolean {
  if (wanted.length > MAX_MATCHED) {
    const texts = (list: readonly (JsonValue | undefined)[]) =>
      list.map(item => JSON.stringify(item)).sort();
    const others = texts(actual);
    return texts(wanted).every((text, index) => text === others[index]);
  }
  // Each wanted element needs one of its own (matching by augmenting paths).
  const fits = wanted.map(item =>
    actual.flatMap((other, index) =>
      sameInCloud(item, other, place) === undefined ? [] : [index],
    ),
  );
  const takenBy = new Map<number, number>();
  const assign = (item: number, tried: Set<number>): boolean =>
    fits[item].some(index => {
      if (tried.has(index)) {
        return false;
      }
      tried.add(index);
      const other = takenBy.get(index);
      if (other === undefined || assign(other, tried)) {
        takenBy.set(index, item);
        return true;
      }
      return false;
    });
  return wanted.every((_item, index) => assign(index, new Set()));
}

function sameObject(
  wanted: JsonObject,
  actual: JsonObject,
  place: CloudPlace,
): string | undefined {
  if (isSamePolicy(wanted, actual)) {
    return 'Both are policies of the same meaning.';
  }
  const reasons = Object.keys(wanted).map(name => {
    const [left, right] = [own(wanted, name), own(actual, name)];
    return isNothing(right) && isOff(left)
      ? 'The provider leaves out what is off.'
      : sameInCloud(left, right, { ...place, path: [...place.path, name] });
  });
  const added =
    place.members === 'all' &&
    Object.keys(actual).some(
      name =>
        !Object.hasOwn(wanted, name) &&
        !GIVEN.test(name) &&
        !isNothing(actual[name]) &&
        !isOff(actual[name]),
    );
  return added || reasons.includes(undefined)
    ? undefined
    : firstReason(reasons);
}

/** Tags and labels of the same names; others may be there. */
function sameTags(
  wanted: JsonValue | undefined,
  actual: JsonValue | undefined,
  place: CloudPlace,
): string | undefined {
  return isObject(wanted) &&
    isObject(actual) &&
    Object.keys(wanted).every(
      name =>
        // The letter case of tags counts.
        own(wanted, name) === own(actual, name) ||
        (isNothing(own(wanted, name)) && isNothing(own(actual, name))),
    ) &&
    (place.members === 'wanted' ||
      Object.keys(actual).length === Object.keys(wanted).length)
    ? 'The same tags in another form or order.'
    : undefined;
}

/** `[{ Key, Value }]` as a map; undefined where it is none. */
export function taggedValues(
  value: JsonValue | undefined,
): JsonObject | undefined {
  if (!Array.isArray(value) || value.length === 0) {
    return undefined;
  }
  const form = TAG_FORMS.find(([key]) => {
    const [first] = value;
    return isObject(first) && typeof own(first, key) === 'string';
  });
  if (!form) {
    return undefined;
  }
  const [key, member] = form;
  const tags = new Map<string, JsonValue>();
  for (const item of value) {
    const name = isObject(item) ? own(item, key) : undefined;
    if (
      typeof name !== 'string' ||
      tags.has(name) ||
      !Object.keys(item as JsonObject).every(
        each => each === key || each === member,
      )
    ) {
      return undefined;
    }
    tags.set(name, own(item as JsonObject, member) ?? '');
  }
  return Object.fromEntries(tags);
}

function firstReason(
  reasons: readonly (string | undefined)[],
): string | undefined {
  return reasons.find(reason => reason !== '') ?? '';
}

function isScalar(
  value: JsonValue | undefined,
): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
