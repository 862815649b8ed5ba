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

import { isNumber, numberKey, State } from '../diff/values';
import { canonicalDocument, parseJsonDocument } from './jsonStrings';
import { parseDuration, parseQuantity } from './quantities';

/** Where two values stand. */
export interface ValuePlace {
  resourceType: string;
  /** Object keys and list positions below the resource. */
  segments: readonly (string | number)[];
}

/** A way in which two different values mean the same. */
export interface MeaningNormaliser {
  id: string;
  /** One sentence: why the two values are the same. */
  reason: string;
  same(left: State, right: State, place: ValuePlace): boolean;
}

/**
 * Spellings of one meaning. These hold whoever wrote the value, so they apply to
 * outside changes and to planned changes alike. First match wins.
 */
export const MEANING_NORMALISERS: readonly MeaningNormaliser[] = [
  {
    id: 'json-equal',
    reason:
      'Both texts are JSON of the same meaning; only layout, key order or the order of policy sets differs.',
    same(left, right) {
      const leftDocument = parseJsonDocument(left);
      const rightDocument = parseJsonDocument(right);
      return (
        leftDocument !== undefined &&
        rightDocument !== undefined &&
        canonicalDocument(leftDocument) === canonicalDocument(rightDocument)
      );
    },
  },
  {
    id: 'arm-id-casing',
    reason:
      'Azure resource ids are case-insensitive and the two ids differ only in case.',
    same: (left, right) =>
      isArmId(left) &&
      isArmId(right) &&
      left.toLowerCase() === right.toLowerCase(),
  },
  {
    id: 'azure-location',
    reason:
      'Azure writes the same region with and without spaces and capitals.',
    same: (left, right, place) =>
      /^(?:azurerm|azapi|azuread|azurestack)_/.test(place.resourceType) &&
      /(?:^|_)location$/.test(lastName(place)) &&
      typeof left === 'string' &&
      typeof right === 'string' &&
      regionKey(left) === regionKey(right),
  },
  {
    id: 'quantity',
    reason: 'Both are the same Kubernetes quantity in different units.',
    same(left, right, place) {
      if (
        !/^(?:cpu|memory|storage|ephemeral-storage|hugepages-.*|size_limit|min|max)$/.test(
          lastName(place),
        ) ||
        !place.resourceType.startsWith('kubernetes_')
      ) {
        return false;
      }
      const leftQuantity = quantityOf(left);
      const rightQuantity = quantityOf(right);
      return leftQuantity !== undefined && leftQuantity === rightQuantity;
    },
  },
  {
    id: 'duration',
    reason: 'Both are the same length of time in different units.',
    same(left, right, place) {
      if (
        typeof left !== 'string' ||
        typeof right !== 'string' ||
        !/timeout|interval|duration|period|ttl|(?:^|_)age$|retention|delay/.test(
          lastName(place),
        )
      ) {
        return false;
      }
      const leftDuration = parseDuration(left);
      return (
        leftDuration !== undefined && leftDuration === parseDuration(right)
      );
    },
  },
  {
    id: 'scalar-as-text',
    reason: 'The same number or truth value, once written as text.',
    same: (left, right) =>
      typeof left !== typeof right &&
      scalarText(left) !== undefined &&
      scalarText(left) === scalarText(right),
  },
];

/** The first normaliser that takes the two values for the same. */
export function sameMeaning(
  left: State,
  right: State,
  place: ValuePlace,
): MeaningNormaliser | undefined {
  return MEANING_NORMALISERS.find(normaliser =>
    normaliser.same(left, right, place),
  );
}

function isArmId(value: State): value is string {
  return (
    typeof value === 'string' &&
    /^\/(?:subscriptions|providers)\/./i.test(value)
  );
}

function regionKey(value: string): string {
  return value.replace(/\s+/g, '').toLowerCase();
}

function lastName(place: ValuePlace): string {
  return String(
    place.segments.findLast(segment => typeof segment === 'string') ?? '',
  );
}

function quantityOf(value: State): bigint | undefined {
  if (isNumber(value)) {
    return parseQuantity(
      typeof value === 'number' ? String(value) : value.text,
    );
  }
  return typeof value === 'string' ? parseQuantity(value) : undefined;
}

function scalarText(value: State): string | undefined {
  if (typeof value === 'boolean') {
    return String(value);
  }
  if (isNumber(value)) {
    return numberKey(value);
  }
  if (value === 'true' || value === 'false') {
    return value;
  }
  return typeof value === 'string' && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(value)
    ? numberKey(Number(value))
    : undefined;
}
