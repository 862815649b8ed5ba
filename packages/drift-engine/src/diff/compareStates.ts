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

import { PlanValue } from '../plan/PlanDocument';
import { alignArrays, isReordered, rowIndex } from './alignArrays';
import { hidesAll, hidesSome, Masks, masksBelow } from './masks';
import {
  equalValues,
  isAbsent,
  isObject,
  PlanObject,
  property,
  State,
} from './values';

/** One place where the three versions of a resource differ. */
export interface StateDifference {
  /** Object keys and list positions, outermost first. */
  segments: (string | number)[];
  recorded: State;
  actual: State;
  desired: State;
  /** The desired value, or a part of it, is known only after apply. */
  desiredUnknown: boolean;
  /** Recorded and actual differ. */
  outside: boolean;
  /** Actual and desired differ. */
  planned: boolean;
  /** The masks at this place. */
  masks: Masks;
  /** The lists differ only in the order of their elements. */
  reordered?: boolean;
}

/** The versions of a resource that take part. */
export interface StateComparison {
  recorded: State;
  actual: State;
  desired: State;
  /** `after_unknown`. */
  unknown: State;
  masks: Masks;
  /** Compare recorded with actual. */
  outside: boolean;
  /** Compare actual with desired. */
  planned: boolean;
  /** Whether a missing map at this attribute is to be read as an empty one. */
  isOpenMap: (segments: readonly (string | number)[]) => boolean;
}

/**
 * Walks recorded, actual and desired at once and returns the smallest places
 * where they differ. One walk, not two, so that an outside change and an
 * unapplied change inside one block stay apart and share the same pointers.
 *
 * List positions in the result are those of the actual list; for an element that
 * is missing in reality those of the desired list, else of the recorded one.
 */
export function compareStates(comparison: StateComparison): StateDifference[] {
  const differences: StateDifference[] = [];
  walk(
    {
      segments: [],
      recorded: comparison.recorded,
      actual: comparison.actual,
      desired: comparison.desired,
      unknown: comparison.unknown,
      masks: comparison.masks,
    },
    comparison,
    differences,
  );
  return differences;
}

interface Place {
  segments: (string | number)[];
  recorded: State;
  actual: State;
  desired: State;
  unknown: State;
  masks: Masks;
}

function walk(
  place: Place,
  comparison: StateComparison,
  found: StateDifference[],
): void {
  const { recorded, actual, desired, unknown } = place;
  const outside = comparison.outside && !equalValues(recorded, actual);
  const hasUnknown = comparison.planned && containsUnknown(unknown);
  const planned =
    comparison.planned && (hasUnknown || !equalValues(actual, desired));
  if (!outside && !planned) {
    return;
  }
  const sides = sidesOf(place, comparison);
  const opens =
    place.segments.length === 0 || comparison.isOpenMap(place.segments);
  const inside: StateDifference[] = [];
  const whole = unknown === true || isLostElement(place);
  if (!whole && canDescend(sides, isObject, opens)) {
    walkObject(
      place,
      sides as (PlanObject | null | undefined)[],
      comparison,
      inside,
    );
  } else if (!whole && canDescend(sides, Array.isArray, false)) {
    walkArray(place, comparison, inside);
  }
  // Otherwise a side is empty where another is missing: that is seen only here.
  if (
    place.segments.length === 0 ||
    (inside.length > 0 &&
      (!outside || inside.some(each => each.outside)) &&
      (!planned || inside.some(each => each.planned)))
  ) {
    append(found, inside);
    return;
  }
  found.push({
    segments: place.segments,
    recorded,
    actual,
    desired,
    desiredUnknown: hasUnknown,
    outside,
    planned,
    masks: place.masks,
    ...(isReorderedPlace(place, outside, planned) ? { reordered: true } : {}),
  });
}

/** An element of a list that code and state agree about and that reality has not. */
function isLostElement(place: Place): boolean {
  const { segments, recorded, actual, desired, unknown } = place;
  return (
    typeof segments.at(-1) === 'number' &&
    isAbsent(actual) &&
    !containsUnknown(unknown) &&
    equalValues(recorded, desired)
  );
}

/** The sides that count; the actual side always does. */
function sidesOf(place: Place, comparison: StateComparison): State[] {
  const sides: State[] = [place.actual];
  if (comparison.outside) {
    sides.push(place.recorded);
  }
  if (comparison.planned) {
    sides.push(
      isAbsent(place.desired) && isObject(place.unknown) ? {} : place.desired,
    );
  }
  return sides;
}

/**
 * All sides have the shape, or are missing while at least two have it: then the
 * two can still be told apart further down.
 */
function canDescend(
  sides: State[],
  hasShape: (side: State) => boolean,
  opens: boolean,
): boolean {
  const shaped = sides.filter(hasShape).length;
  return (
    shaped >= (opens ? 1 : 2) &&
    sides.every(side => isAbsent(side) || hasShape(side))
  );
}

function walkObject(
  place: Place,
  sides: (PlanObject | null | undefined)[],
  comparison: StateComparison,
  found: StateDifference[],
): void {
  const keys = new Set<string>();
  for (const side of sides) {
    if (side) {
      for (const key of Object.keys(side)) {
        keys.add(key);
      }
    }
  }
  if (isObject(place.unknown)) {
    for (const key of Object.keys(place.unknown)) {
      keys.add(key);
    }
  }
  for (const key of keys) {
    const child = {
      recorded: childOf(place.recorded, key),
      actual: childOf(place.actual, key),
      desired: childOf(place.desired, key),
      unknown: childOf(place.unknown, key),
    };
    // Most attributes are equal; they cost no path and no mask.
    if (differs(child, comparison)) {
      walk(
        {
          ...child,
          segments: [...place.segments, key],
          masks: masksBelow(place.masks, key),
        },
        comparison,
        found,
      );
    }
  }
}

function differs(
  { recorded, actual, desired, unknown }: Omit<Place, 'segments' | 'masks'>,
  comparison: StateComparison,
): boolean {
  return (
    (comparison.outside && !equalValues(recorded, actual)) ||
    (comparison.planned &&
      (containsUnknown(unknown) || !equalValues(actual, desired)))
  );
}

/** Finds nothing where the list is better shown as one difference. */
function walkArray(
  place: Place,
  comparison: StateComparison,
  found: StateDifference[],
): void {
  const { recorded, actual, desired, unknown } = place;
  if (
    (comparison.outside && isPureReorder(recorded, actual)) ||
    (comparison.planned && isPureReorder(actual, desired))
  ) {
    return;
  }
  const rows = alignArrays({
    ...(comparison.outside ? { recorded: listOf(recorded) } : {}),
    ...(Array.isArray(actual) ? { actual } : {}),
    ...(comparison.planned ? { desired: listOf(desired) } : {}),
  });
  const inPlace = rows.every(row =>
    [row.recorded, row.actual, row.desired].every(
      index => index === undefined || index === rowIndex(row),
    ),
  );
  if (!inPlace && hidesSome(place.masks)) {
    return;
  }
  const inside: StateDifference[] = [];
  for (const row of rows) {
    walk(
      {
        segments: [...place.segments, rowIndex(row)],
        recorded: elementOf(recorded, row.recorded),
        actual: elementOf(actual, row.actual),
        desired: elementOf(desired, row.desired),
        unknown:
          row.desired === undefined
            ? undefined
            : elementOf(unknown, row.desired),
        masks: masksBelow(place.masks, rowIndex(row)),
      },
      comparison,
      inside,
    );
  }
  const depth = place.segments.length;
  const pointers = new Set(
    inside.map(difference => JSON.stringify(difference.segments.slice(depth))),
  );
  if (pointers.size === inside.length) {
    append(found, inside);
  }
}

/** Not by spreading: a list can have more elements than a call has room for. */
function append(found: StateDifference[], more: StateDifference[]): void {
  for (const each of more) {
    found.push(each);
  }
}

function isPureReorder(left: State, right: State): boolean {
  return isReordered(left, right) && !equalValues(left, right);
}

function isReorderedPlace(
  place: Place,
  outside: boolean,
  planned: boolean,
): boolean {
  return (
    (!outside || isReordered(place.recorded, place.actual)) &&
    (!planned || isReordered(place.actual, place.desired))
  );
}

function listOf(value: State): PlanValue[] {
  return Array.isArray(value) ? value : [];
}

function elementOf(value: State, index: number | undefined): State {
  return Array.isArray(value) && index !== undefined ? value[index] : undefined;
}

function childOf(value: State, key: string): State {
  return isObject(value) ? property(value, key) : undefined;
}

function containsUnknown(unknown: State): boolean {
  if (unknown === true) {
    return true;
  }
  if (Array.isArray(unknown)) {
    return unknown.some(containsUnknown);
  }
  return (
    isObject(unknown) &&
    Object.keys(unknown).some(key => containsUnknown(unknown[key]))
  );
}

/** Whether a difference at this place may be shown with values. */
export function isHidden(difference: StateDifference): boolean {
  return (
    hidesAll(difference.masks) ||
    ((Array.isArray(difference.actual) ||
      Array.isArray(difference.recorded) ||
      Array.isArray(difference.desired)) &&
      hidesSome(difference.masks))
  );
}
