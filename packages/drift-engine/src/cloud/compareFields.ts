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
import { SENSITIVE_DESIRED_VALUE } from '@infra-hub/backstage-plugin-drift-common';
import { fromPointer, toPointer } from '../diff/pointer';
import { looksSecretKey } from '../redact/looksSecretKey';
import { isBelowSegments } from './cloudWrites';
import { DesiredCloudResource, LiveCloudResource } from './CloudResource';
import { isSamePolicy } from './documents';
import { isNothing, isObject, isOff, own } from './json';
import {
  Difference,
  isSamePlace,
  judgeProperty,
  NOT_TOLD,
} from './judgeProperty';
import { sameInCloud, taggedValues } from './sameInCloud';

const NO_SUCH = 'Of this kind of resource nothing tells it.';
const NEVER_TOLD = 'The API of the provider never tells it.';

/** Walks what is wanted of a document in the provider's words. */
class DocumentComparison {
  readonly found: Difference[] = [];
  readonly #live: LiveCloudResource;

  constructor(live: LiveCloudResource) {
    this.#live = live;
  }

  compare(
    segments: readonly string[],
    wanted: JsonValue | undefined,
    told: JsonValue | undefined,
    within: JsonObject,
  ): void {
    const pointer = toPointer(segments);
    const path = toPointer(['providerProperties', ...segments]);
    if (wanted === undefined) {
      return;
    }
    if (isCovered(this.#live.writeOnly, segments)) {
      this.#unseen(path, NEVER_TOLD);
      return;
    }
    const actual = told ?? this.#default(pointer);
    const untoldBecause =
      actual === undefined ? this.#whyUntold(segments) : undefined;
    if (untoldBecause !== undefined) {
      this.found.push({
        path,
        verdict: 'unseen',
        reason: untoldBecause,
        untold: true,
      });
    } else if (isObject(wanted) && (isObject(actual) || isNothing(actual))) {
      this.#compareMembers(segments, wanted, actual);
    } else {
      this.#compareValue({ path, segments, wanted, actual, within });
    }
  }

  #compareMembers(
    segments: readonly string[],
    wanted: JsonObject,
    actual: JsonValue | undefined,
  ): void {
    const members = isObject(actual) ? actual : {};
    if (!isSamePolicy(wanted, members)) {
      for (const name of Object.keys(wanted)) {
        if (looksSecretKey(name)) {
          this.#unseen(
            toPointer(['providerProperties', ...segments]),
            'A name in it looks like a credential.',
          );
          continue;
        }
        this.compare(
          [...segments, name],
          own(wanted, name),
          own(members, name),
          members,
        );
      }
    }
  }

  #compareValue(value: {
    path: string;
    segments: readonly string[];
    wanted: JsonValue;
    actual: JsonValue | undefined;
    /** What the provider tells around it. */
    within: JsonObject;
  }): void {
    const { path, segments, wanted, actual, within } = value;
    if (holdsUnkept(wanted)) {
      this.#unseen(
        path,
        'The wanted value looked like a credential and was not kept, so any counts.',
      );
      return;
    }
    const reason = this.#same(segments, wanted, actual);
    if (reason !== undefined) {
      if (reason !== '') {
        this.found.push({ path, verdict: 'same', reason });
      }
    } else if (isCovered(this.#live.computed, segments)) {
      this.#unseen(path, 'The provider computes it by itself.');
    } else if (isOff(wanted) && isNothing(actual)) {
      // Telling all but one says that this one is off; telling nothing says nothing
      if (isNothing(within)) {
        this.found.push({
          path,
          verdict: 'unseen',
          reason: NOT_TOLD,
          untold: true,
        });
      } else {
        this.#unseen(
          path,
          'The API of the provider says nothing of it, as it may of what is off.',
        );
      }
    } else {
      this.found.push({
        path,
        verdict: 'drift',
        desired: wanted,
        ...(actual !== undefined && { actual }),
      });
    }
  }

  #same(
    segments: readonly string[],
    wanted: JsonValue,
    actual: JsonValue | undefined,
  ): string | undefined {
    const place = {
      path: segments,
      members: 'wanted' as const,
      caseless: isCovered(this.#live.caseless, segments),
    };
    const reason = sameInCloud(wanted, tagsLike(wanted, actual), place);
    const usual = this.#default(toPointer(segments));
    if (reason !== undefined || wanted !== '' || usual === undefined) {
      return reason;
    }
    return sameInCloud(usual, actual, place) === undefined
      ? undefined
      : 'The provider uses its default where nothing is said.';
  }

  /** By the pointer of the value, or of what it is a part of. */
  #whyUntold(segments: readonly string[]): string | undefined {
    const { untoldBecause = {} } = this.#live;
    return segments
      .map((_, index) => toPointer(segments.slice(0, index + 1)))
      .filter(pointer => Object.hasOwn(untoldBecause, pointer))
      .map(pointer => untoldBecause[pointer])[0];
  }

  #default(pointer: string): JsonValue | undefined {
    const { defaults } = this.#live;
    return defaults && Object.hasOwn(defaults, pointer)
      ? defaults[pointer]
      : undefined;
  }

  #unseen(path: string, reason: string): void {
    this.found.push({ path, verdict: 'unseen', reason });
  }
}

/** Everything that is wanted of a resource, as far as it is not simply so. */
export function compareFields(
  desired: DesiredCloudResource,
  live: LiveCloudResource,
): Difference[] {
  return [
    ...compareRegion(desired, live),
    ...compareProperties(desired, live),
    ...compareProviderProperties(desired, live),
  ];
}

function compareRegion(
  { region: wanted }: DesiredCloudResource,
  { region: actual }: LiveCloudResource,
): Difference[] {
  const path = '/region';
  if (wanted === undefined) {
    return [];
  }
  if (actual === undefined) {
    return [{ path, verdict: 'unseen', reason: NOT_TOLD, untold: true }];
  }
  return isSamePlace(wanted, actual)
    ? []
    : [{ path, verdict: 'drift', desired: wanted, actual }];
}

function compareProperties(
  desired: DesiredCloudResource,
  live: LiveCloudResource,
): Difference[] {
  const wanted = desired.properties as JsonObject;
  const actual = live.properties as JsonObject;
  const untold = new Set(live.untold?.map(name => `/${name}`));
  return Object.keys(wanted)
    .filter(
      name =>
        !looksSecretKey(name) &&
        // A bound of the storage needs nothing but the storage.
        !(
          name === 'storageMaxGiB' &&
          untold.has('/storageMaxGiB') &&
          own(wanted, 'storageGiB') !== undefined
        ),
    )
    .flatMap(name => {
      const path = toPointer([name]);
      return own(wanted, name) === undefined ||
        !isCovered(live.writeOnly, [name])
        ? judgeProperty(name, { wanted, actual })
        : [{ path, verdict: 'unseen' as const, reason: NEVER_TOLD }];
    })
    .map(found =>
      untold.has(found.path) && found.verdict !== 'same'
        ? { path: found.path, verdict: 'unseen' as const, reason: NO_SUCH }
        : found,
    )
    .map(found =>
      found.reason === NOT_TOLD
        ? { ...found, reason: whyUntold(found.path, live) }
        : found,
    );
}

function whyUntold(
  path: string,
  { untoldBecause = {} }: LiveCloudResource,
): string {
  const name = path.slice(1);
  return Object.hasOwn(untoldBecause, name) ? untoldBecause[name] : NOT_TOLD;
}

function compareProviderProperties(
  desired: DesiredCloudResource,
  live: LiveCloudResource,
): Difference[] {
  const comparison = new DocumentComparison(live);
  comparison.compare(
    [],
    desired.providerProperties,
    live.providerProperties,
    {},
  );
  return comparison.found;
}

/** Nothing for tags is no tags. */
function tagsLike(
  wanted: JsonValue,
  actual: JsonValue | undefined,
): JsonValue | undefined {
  return taggedValues(wanted) && isNothing(actual) ? {} : actual;
}

function holdsUnkept(value: JsonValue | undefined): boolean {
  return typeof value === 'object' && value !== null
    ? Object.values(value).some(holdsUnkept)
    : value === SENSITIVE_DESIRED_VALUE;
}

/** All resources of a kind share the lists of its table. */
const parsedPointers = new WeakMap<readonly string[], string[][]>();

function isCovered(
  pointers: readonly string[] | undefined,
  segments: readonly string[],
): boolean {
  if (!pointers || pointers.length === 0) {
    return false;
  }
  const parsed = parsedPointers.get(pointers) ?? pointers.map(fromPointer);
  parsedPointers.set(pointers, parsed);
  return parsed.some(above => isBelowSegments(above, segments));
}
