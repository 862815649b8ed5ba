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
import {
  canonicalText,
  isNumber,
  isObject,
  PlanObject,
  property,
  State,
} from './values';

/** Positions of what is taken for one and the same element in each list. */
export interface AlignedRow {
  recorded?: number;
  actual?: number;
  desired?: number;
}

/** Larger inputs are compared position by position: the table below is quadratic. */
const MAX_TABLE = 1_000_000;

/** Attributes that tell elements of a block list apart, most telling first. */
const IDENTITY_KEYS = ['id', 'key', 'name', 'sid', 'rule_id', 'priority'];

/**
 * Finds which elements of up to three versions of a list belong together, so
 * that one element added in the middle is one difference and not a shift of all
 * that follow.
 *
 * @param versions - only the versions that take part in the comparison
 */
export function alignArrays(versions: {
  recorded?: PlanValue[];
  actual?: PlanValue[];
  desired?: PlanValue[];
}): AlignedRow[] {
  const { recorded, actual, desired } = versions;
  if (!actual) {
    return alignPair(recorded ?? [], desired ?? []).map(([r, d]) => ({
      ...(r === undefined ? {} : { recorded: r }),
      ...(d === undefined ? {} : { desired: d }),
    }));
  }
  const rows: AlignedRow[] = actual.map((_, index) => ({ actual: index }));
  const restRecorded = joinTo(rows, 'recorded', actual, recorded);
  const restDesired = joinTo(rows, 'desired', actual, desired);
  const rest = alignPair(
    restRecorded.map(index => recorded![index]),
    restDesired.map(index => desired![index]),
  );
  for (const [r, d] of rest) {
    rows.push({
      ...(r === undefined ? {} : { recorded: restRecorded[r] }),
      ...(d === undefined ? {} : { desired: restDesired[d] }),
    });
  }
  return mergeRowsOfOnePlace(rows);
}

/**
 * The index by which a row is named: that of the actual list, or of the desired
 * list for an element that is missing in reality, or of the recorded list.
 */
export function rowIndex(row: AlignedRow): number {
  return row.actual ?? row.desired ?? row.recorded ?? 0;
}

function joinTo(
  rows: AlignedRow[],
  side: 'recorded' | 'desired',
  actual: PlanValue[],
  other: PlanValue[] | undefined,
): number[] {
  const rest: number[] = [];
  if (other) {
    for (const [a, o] of alignPair(actual, other)) {
      if (a === undefined) {
        rest.push(o!);
      } else if (o !== undefined) {
        rows[a][side] = o;
      }
    }
  }
  return rest;
}

/**
 * An element that is only in reality and one that is missing there can get the
 * same index; then the place, not the element, is what changed.
 */
function mergeRowsOfOnePlace(rows: AlignedRow[]): AlignedRow[] {
  const places = new Map<number, AlignedRow>();
  const merged: AlignedRow[] = [];
  for (const row of rows) {
    const present = places.get(rowIndex(row));
    const disjoint =
      present && !Object.keys(row).some(side => Object.hasOwn(present, side));
    if (present && disjoint) {
      Object.assign(present, row);
    } else {
      places.set(rowIndex(row), row);
      merged.push(row);
    }
  }
  return merged;
}

type Pair = [left: number | undefined, right: number | undefined];

function alignPair(left: PlanValue[], right: PlanValue[]): Pair[] {
  const leftTexts = left.map(canonicalText);
  const rightTexts = right.map(canonicalText);
  let start = 0;
  while (
    start < left.length &&
    start < right.length &&
    leftTexts[start] === rightTexts[start]
  ) {
    start++;
  }
  let leftEnd = left.length;
  let rightEnd = right.length;
  while (
    leftEnd > start &&
    rightEnd > start &&
    leftTexts[leftEnd - 1] === rightTexts[rightEnd - 1]
  ) {
    leftEnd--;
    rightEnd--;
  }

  const pairs: Pair[] = [];
  for (let index = 0; index < start; index++) {
    pairs.push([index, index]);
  }
  for (const [l, r] of commonSubsequence(
    leftTexts.slice(start, leftEnd),
    rightTexts.slice(start, rightEnd),
  )) {
    pairs.push([start + l, start + r]);
  }
  for (let index = 0; index < left.length - leftEnd; index++) {
    pairs.push([leftEnd + index, rightEnd + index]);
  }
  return fillGaps(pairs, left, right);
}

function commonSubsequence(
  left: string[],
  right: string[],
): [number, number][] {
  const columns = right.length + 1;
  if ((left.length + 1) * columns > MAX_TABLE) {
    return [];
  }
  const lengths = new Uint32Array((left.length + 1) * columns);
  for (let l = left.length - 1; l >= 0; l--) {
    for (let r = right.length - 1; r >= 0; r--) {
      lengths[l * columns + r] =
        left[l] === right[r]
          ? lengths[(l + 1) * columns + r + 1] + 1
          : Math.max(
              lengths[(l + 1) * columns + r],
              lengths[l * columns + r + 1],
            );
    }
  }
  const common: [number, number][] = [];
  let l = 0;
  let r = 0;
  while (l < left.length && r < right.length) {
    if (left[l] === right[r]) {
      common.push([l++, r++]);
    } else if (lengths[(l + 1) * columns + r] >= lengths[l * columns + r + 1]) {
      l++;
    } else {
      r++;
    }
  }
  return common;
}

function fillGaps(
  common: Pair[],
  left: PlanValue[],
  right: PlanValue[],
): Pair[] {
  const pairs: Pair[] = [];
  let l = 0;
  let r = 0;
  for (const [nextLeft, nextRight] of [
    ...common,
    [left.length, right.length] as Pair,
  ]) {
    pairs.push(
      ...pairGap(left, range(l, nextLeft!), right, range(r, nextRight!)),
    );
    if (nextLeft! < left.length || nextRight! < right.length) {
      pairs.push([nextLeft, nextRight]);
    }
    l = nextLeft! + 1;
    r = nextRight! + 1;
  }
  return pairs;
}

function pairGap(
  left: PlanValue[],
  leftGap: number[],
  right: PlanValue[],
  rightGap: number[],
): Pair[] {
  if (leftGap.length === 0 || rightGap.length === 0) {
    return [
      ...leftGap.map((l): Pair => [l, undefined]),
      ...rightGap.map((r): Pair => [undefined, r]),
    ];
  }
  const pairs: Pair[] = [];
  const freeRight = new Set(rightGap);
  const freeLeft: number[] = [];
  const identity = identityOf(
    leftGap.map(l => left[l]).concat(rightGap.map(r => right[r])),
  );
  for (const l of leftGap) {
    const match =
      identity &&
      [...freeRight].find(r => identity(left[l]) === identity(right[r]));
    if (match === undefined) {
      freeLeft.push(l);
    } else {
      freeRight.delete(match);
      pairs.push([l, match]);
    }
  }
  const sameSize = freeLeft.length === freeRight.size;
  for (const l of freeLeft) {
    const match = [...freeRight].find(
      r => sameSize || (!identity && resembles(left[l], right[r])),
    );
    if (match === undefined) {
      pairs.push([l, undefined]);
    } else {
      freeRight.delete(match);
      pairs.push([l, match]);
    }
  }
  for (const r of freeRight) {
    pairs.push([undefined, r]);
  }
  return pairs;
}

function identityOf(
  elements: PlanValue[],
): ((element: State) => string) | undefined {
  const key = IDENTITY_KEYS.find(candidate =>
    elements.every(element => {
      const value = isObject(element)
        ? property(element, candidate)
        : undefined;
      return (typeof value === 'string' && value !== '') || isNumber(value);
    }),
  );
  return key
    ? element => canonicalText(property(element as PlanObject, key))
    : undefined;
}

/** At least half of the attributes are the same. */
function resembles(left: PlanValue, right: PlanValue): boolean {
  if (!isObject(left) || !isObject(right)) {
    return false;
  }
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  let same = 0;
  for (const key of keys) {
    if (
      canonicalText(property(left, key)) === canonicalText(property(right, key))
    ) {
      same++;
    }
  }
  return same * 2 >= keys.size;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}

/** The same elements, equally often, in another order. */
export function isReordered(left: State, right: State): boolean {
  if (
    !Array.isArray(left) ||
    !Array.isArray(right) ||
    left.length !== right.length
  ) {
    return false;
  }
  const leftTexts = left.map(canonicalText).sort();
  const rightTexts = right.map(canonicalText).sort();
  return leftTexts.every((text, index) => text === rightTexts[index]);
}
