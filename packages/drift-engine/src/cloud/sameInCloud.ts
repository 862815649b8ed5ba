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
import { parseDuration } from '../normalise/quantities';
import { PlanValue } from '../plan/PlanDocument';
import { isObject, own } from './json';

/** Where two values stand, and how exactly they are compared. */
export interface CloudPlace {
  /** Names on the way to them; of list elements the names of the list. */
  path: readonly string[];
  /**
   * `wanted`: what only the provider has counts for nothing; `all`: it counts,
   * unless it is empty or off.
   */
  members: 'wanted' | 'all';
  /** The provider takes no notice of letter case here. */
  caseless?: boolean;
}

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

/** How a provider names the same thing: letter case, spaces, dashes and underscores count for nothing. */
export function nameKey(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '');
}

/** `West Europe` and `westeurope` are one region; dashes tell regions apart. */
export function regionKey(region: string): string {
  return region.toLowerCase().replace(/\s/g, '');
}

/** Azure's ids are the same in any letters, and with or without a slash at the end. */
export function armKey(id: string): string | undefined {
  return /^\/(?:subscriptions|providers)\/[^/]/i.test(id)
    ? id.toLowerCase().replace(/\/+$/, '')
    : undefined;
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
  return (
    MEANINGS.find(({ same }) => same(wanted, actual, place))?.reason ??
    sameDocument(wanted, actual)
  );
}

/** `100` and `100.0` of numbers; a text with zeros in front is no number. */
function scalarText(value: string | number | boolean): string {
  const text = String(value);
  return typeof value === 'string' && /^-?(?:0|[1-9]\d{0,14})\.\d+$/.test(text)
    ? String(Number(text))
    : text.toLowerCase();
}

interface Meaning {
  /** One sentence: why the two texts are the same. */
  reason: string;
  same(wanted: string, actual: string, place: CloudPlace): boolean;
}

/** Spellings of one meaning; the first that fits tells. */
const MEANINGS: readonly Meaning[] = [
  {
    reason: 'Azure resource ids are case-insensitive.',
    same: (wanted, actual) => isSameKey(armKey(wanted), armKey(actual)),
  },
  {
    reason: 'The provider spells the same region differently.',
    same: (wanted, actual, { path }) =>
      PLACES.test(path.at(-1) ?? '') && regionKey(wanted) === regionKey(actual),
  },
  {
    reason: 'The provider takes no notice of letter case here.',
    same: (wanted, actual, place) =>
      wanted.toLowerCase() === actual.toLowerCase() &&
      (place.caseless === true ||
        (isEnumeration(place.path) && isWord(wanted) && isWord(actual))),
  },
  {
    reason: 'Both are names of the same resource of Google Cloud.',
    same: (wanted, actual) => isSameKey(googleName(wanted), googleName(actual)),
  },
  {
    reason: 'The same time, written differently.',
    same: (wanted, actual) =>
      TIMESTAMP.test(wanted) &&
      TIMESTAMP.test(actual) &&
      Date.parse(wanted) === Date.parse(actual),
  },
  {
    reason: 'The same hours of the week, written differently.',
    same: (wanted, actual) =>
      WEEK_HOURS.test(wanted) &&
      WEEK_HOURS.test(actual) &&
      wanted.toLowerCase() === actual.toLowerCase(),
  },
  {
    reason: 'The same length of time, written differently.',
    same: (wanted, actual) => isSameKey(durationOf(wanted), durationOf(actual)),
  },
];

/** Members that hold the name of a region or zone. */
const PLACES =
  /^(?:primary|secondary|source|target)?(?:locations?|locationName|regions?|regionName|zones?|availabilityZones?)$/i;

/** `2026-11-22T13:00:00.000Z` */
const TIMESTAMP =
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/;

/** `sun:04:00-sun:05:00`, as AWS writes windows of maintenance. */
const WEEK_HOURS = /^[a-z]{3}:\d{2}:\d{2}-[a-z]{3}:\d{2}:\d{2}$/i;

/** Last words of members that take one of few words, and of which providers echo other letters. */
const ENUMERATIONS = new Set([
  'access',
  'action',
  'actions',
  'algorithm',
  'class',
  'edition',
  'engine',
  'kind',
  'mode',
  'model',
  'protocol',
  'protocols',
  'redundancy',
  'sku',
  'state',
  'status',
  'tier',
  'type',
]);

/** Within these a name is one of few words, too: `sku.name`. */
const ENUMERATION_PARENTS = /^(?:sku|tier)$/i;

function isEnumeration(path: readonly string[]): boolean {
  const name = path.at(-1) ?? '';
  const word = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .split(/[\s_-]/)
    .at(-1);
  return (
    ENUMERATIONS.has((word ?? '').toLowerCase()) ||
    (/^(?:name|family)$/i.test(name) &&
      ENUMERATION_PARENTS.test(path.at(-2) ?? ''))
  );
}

function isWord(text: string): boolean {
  return /^[a-z][\w. -]{0,60}$/i.test(text);
}

/** `projects/…` of self links and full resource names. */
function googleName(text: string): string | undefined {
  return /^(?:https:\/\/[a-z0-9.-]+\.googleapis\.com\/(?:[a-z0-9]+\/v\w+\/|v\w+\/)?|\/\/[a-z0-9.-]+\.googleapis\.com\/)?(projects\/[^?#]+)$/.exec(
    text,
  )?.[1];
}

/** In microseconds: `604800s` of Google, `P7D` of ISO 8601. */
function durationOf(text: string): number | undefined {
  const iso =
    /^P(?=.)(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9})S)?)?$/.exec(
      text,
    );
  if (!iso) {
    return parseDuration(text);
  }
  const [weeks, days, hours, minutes, seconds] = iso
    .slice(1)
    .map(part => Number(part ?? 0));
  return (
    ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) *
    1_000_000
  );
}

function isSameKey<T>(one: T | undefined, other: T | undefined): boolean {
  return one !== undefined && one === other;
}

/** Longer ones are compared as they are. */
const MAX_DOCUMENT = 256 * 1024;
const MAX_DEPTH = 64;

/** JSON in a text against JSON in a text, or against what it says. */
function sameDocument(
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

/** Lists of which the order counts, by the name of the list. */
const ORDERED: readonly { name: RegExp; reason: string }[] = [
  { name: /^cors(?:rules?)?$/i, reason: 'The first rule that fits decides.' },
  { name: /^keyschema$/i, reason: 'The first key is the partition key.' },
  {
    name: /^(?:partitionkey|paths|compositeindexes)$/i,
    reason: 'Keys of several parts are searched from the first on.',
  },
];

/** Longer lists are compared by their elements’ plain text. */
const MAX_MATCHED = 300;

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

const TAG_FORMS = [
  ['Key', 'Value'],
  ['key', 'value'],
  ['TagKey', 'TagValue'],
] as const;

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

/** Nothing, or a text, list or map without content. */
export function isNothing(value: JsonValue | undefined): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    (Array.isArray(value) && value.length === 0) ||
    (isObject(value) && Object.keys(value).length === 0)
  );
}

/** What APIs may leave out because it says nothing. */
export function isOff(value: JsonValue | undefined): boolean {
  return value === false || value === 0;
}

function isScalar(
  value: JsonValue | undefined,
): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
