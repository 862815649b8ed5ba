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

import { parseDuration } from '../normalise/quantities';

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

interface Meaning {
  /** One sentence: why the two texts are the same. */
  reason: string;
  same(wanted: string, actual: string, place: CloudPlace): boolean;
}

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

/** Why two texts mean the same: one sentence; undefined when they differ. */
export function sameText(
  wanted: string,
  actual: string,
  place: CloudPlace,
): string | undefined {
  return MEANINGS.find(({ same }) => same(wanted, actual, place))?.reason;
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
