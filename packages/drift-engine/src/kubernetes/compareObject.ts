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
import { SENSITIVE_DESIRED_VALUE } from '@infra-hub/backstage-plugin-drift-common';
import { parseDuration, parseQuantity } from '../normalise/quantities';
import { isObject, KubernetesObject, member } from './KubernetesObject';
import { keyValue } from './shape/kinds';
import { Shape } from './shape/Shape';

/** Selectors: nothing in one means everything, and no selector means nothing. */
const SELECTORS = /[sS]elector$/;

/** Steps from an object to a place in it. */
export type Path = readonly (string | number)[];

/** One place where an object is not what its desired form says. */
export interface FoundField {
  /**
   * `changed`: both have it; `missing`: only the desired form; `extra`: only the
   * live object.
   */
  form: 'changed' | 'missing' | 'extra';
  /** Steps in the live object, or in the desired one where it is missing. */
  path: Path;
  /** How far both walks had come; where it is missing, what it would be in. */
  livePath: Path;
  /** The same in the desired form; where it is extra, what it would be in. */
  desiredPath: Path;
  desired?: JsonValue;
  actual?: JsonValue;
  shape?: Shape;
}

/**
 * The walk over both forms at once.
 *
 * @remarks
 *
 * It runs over every field of every object of a cluster, nearly all of which are
 * equal. Paths are therefore kept as stacks and become values only where
 * something differs, and objects are walked with for…in.
 */
class Comparison {
  readonly found: FoundField[] = [];
  readonly #desiredPath: (string | number)[] = [];
  readonly #livePath: (string | number)[] = [];

  members(desired: JsonObject, live: JsonObject, shape?: Shape): void {
    const fields = shape?.fields;
    const entries = shape?.entries;
    for (const key in desired) {
      if (desired[key] === live[key]) {
        continue;
      }
      const wanted = member(desired, key);
      const actual = member(live, key);
      const field = fields?.get(key) ?? entries;
      if (field?.noise) {
        continue;
      }
      if (wanted === null && actual === '') {
        continue;
      }
      if (wanted === undefined || wanted === null) {
        this.#extraAt(key, actual, field, desired, live);
      } else if (actual === undefined || actual === null) {
        this.#missingAt(key, wanted, field, desired, live);
      } else {
        this.#valueAt(key, wanted, key, actual, field);
      }
    }
    for (const key in live) {
      if (member(desired, key) !== undefined) {
        continue;
      }
      const field = fields?.get(key) ?? entries;
      const actual = member(live, key);
      if (
        field !== undefined &&
        (field.noise ||
          (field.constant !== undefined && field.constant === actual))
      ) {
        continue;
      }
      this.#extraAt(key, actual, field, desired, live);
    }
  }

  #valueAt(
    desiredStep: string | number,
    wanted: JsonValue,
    liveStep: string | number,
    actual: JsonValue,
    shape: Shape | undefined,
  ): void {
    this.#desiredPath.push(desiredStep);
    this.#livePath.push(liveStep);
    this.#value(wanted, actual, shape);
    this.#desiredPath.pop();
    this.#livePath.pop();
  }

  #value(wanted: JsonValue, actual: JsonValue, shape: Shape | undefined): void {
    if (Array.isArray(wanted) && Array.isArray(actual)) {
      this.#list(wanted, actual, shape);
    } else if (isObject(wanted) && isObject(actual)) {
      if (shape?.content) {
        this.#content(wanted, actual, shape, shape.content);
      } else if (!shape?.whole) {
        this.members(wanted, actual, shape);
      } else if (!sameWhole(wanted, actual, shape)) {
        this.#changed(wanted, actual, shape);
      }
    } else if (!sameScalar(wanted, actual, shape)) {
      this.#changed(wanted, actual, shape);
    }
  }

  /** An element of which one of several members is what it holds. */
  #content(
    desired: JsonObject,
    live: JsonObject,
    shape: Shape,
    content: readonly string[],
  ): void {
    const wanted = heldBy(desired, content);
    const actual = heldBy(live, content);
    if (wanted !== undefined && actual !== undefined) {
      const from = desired[wanted]!;
      const to = live[actual]!;
      const field = shape.fields?.get(actual);
      if (wanted !== actual || !sameWhole(from, to, field)) {
        this.#desiredPath.push(wanted);
        this.#livePath.push(actual);
        this.#add('changed', from, to, field);
        this.#livePath.pop();
        this.#desiredPath.pop();
      }
    } else if (wanted !== undefined) {
      this.#desiredPath.push(wanted);
      this.#add(
        'missing',
        desired[wanted],
        undefined,
        shape.fields?.get(wanted),
      );
      this.#desiredPath.pop();
    } else if (actual !== undefined) {
      this.#livePath.push(actual);
      this.#add('changed', '', live[actual], shape.fields?.get(actual));
      this.#livePath.pop();
    }
  }

  #list(wanted: JsonValue[], actual: JsonValue[], shape: Shape | undefined) {
    if (shape?.keys) {
      this.#keyed(wanted, actual, shape, shape.keys);
    } else if (shape?.unordered) {
      this.#unordered(wanted, actual, shape);
    } else if (shape?.items || !isNamed(wanted) || !isNamed(actual)) {
      this.#inOrder(wanted, actual, shape);
    } else {
      this.#keyed(wanted, actual, { items: shape?.items }, ['name']);
    }
  }

  #keyed(
    wanted: JsonValue[],
    actual: JsonValue[],
    shape: Shape,
    keys: readonly string[],
  ): void {
    let position = 0;
    // Nearly every list has the same elements in the same order.
    while (
      position < wanted.length &&
      position < actual.length &&
      sameKeys(wanted[position], actual[position], shape, keys)
    ) {
      this.#valueAt(
        position,
        wanted[position],
        position,
        actual[position],
        shape.items,
      );
      position++;
    }
    if (position === wanted.length && position === actual.length) {
      return;
    }
    const left = byKeys(actual, position, shape, keys);
    const seen = new Map<string, number>();
    for (let index = position; index < wanted.length; index++) {
      const key = occurrence(keyText(wanted[index], shape, keys), seen);
      const at = left.get(key);
      if (at === undefined) {
        this.#missingElement(index, wanted[index], shape.items);
      } else {
        left.delete(key);
        this.#valueAt(index, wanted[index], at, actual[at], shape.items);
      }
    }
    for (const at of left.values()) {
      this.#extraElement(at, actual[at], shape);
    }
  }

  #unordered(wanted: JsonValue[], actual: JsonValue[], shape: Shape): void {
    if (!wanted.some(isObject) && !actual.some(isObject)) {
      if (!sameSet(wanted, actual)) {
        this.#changed(wanted, actual, shape);
      }
      return;
    }
    const { missing, extra } = unmatched(wanted, actual, shape.items);
    const pairs = Math.min(missing.length, extra.length);
    for (let pair = 0; pair < pairs; pair++) {
      this.#valueAt(
        missing[pair],
        wanted[missing[pair]],
        extra[pair],
        actual[extra[pair]],
        shape.items,
      );
    }
    for (const index of missing.slice(pairs)) {
      this.#missingElement(index, wanted[index], shape.items);
    }
    for (const index of extra.slice(pairs)) {
      this.#extraElement(index, actual[index], shape);
    }
  }

  #inOrder(wanted: JsonValue[], actual: JsonValue[], shape?: Shape): void {
    if (
      wanted.length === actual.length &&
      wanted.every(isObject) &&
      actual.every(isObject)
    ) {
      wanted.forEach((element, index) =>
        this.#valueAt(index, element, index, actual[index], shape?.items),
      );
    } else if (
      wanted.length !== actual.length ||
      !wanted.every((element, index) =>
        sameScalar(element, actual[index], shape?.items),
      )
    ) {
      this.#changed(wanted, actual, shape);
    }
  }

  #missingAt(
    key: string,
    wanted: JsonValue,
    shape: Shape | undefined,
    desired: JsonObject,
    live: JsonObject,
  ): void {
    if (
      meansNothing(wanted, shape) ||
      isDefault(wanted, shape, desired, live)
    ) {
      return;
    }
    this.#desiredPath.push(key);
    if (isObject(wanted) && opens(shape)) {
      this.members(wanted, {}, shape);
    } else if (Array.isArray(wanted) && shape?.keys) {
      wanted.forEach((element, index) =>
        this.#missingElement(index, element, shape.items),
      );
    } else {
      this.#add('missing', wanted, undefined, shape);
    }
    this.#desiredPath.pop();
  }

  #missingElement(index: number, wanted: JsonValue, items?: Shape): void {
    this.#desiredPath.push(index);
    const held =
      isObject(wanted) && items?.content && heldBy(wanted, items.content);
    if (held) {
      this.#desiredPath.push(held);
      this.#add(
        'missing',
        (wanted as JsonObject)[held],
        undefined,
        items?.fields?.get(held),
      );
      this.#desiredPath.pop();
    } else {
      this.#add('missing', wanted, undefined, items);
    }
    this.#desiredPath.pop();
  }

  #extraAt(
    key: string,
    actual: JsonValue | undefined,
    shape: Shape | undefined,
    desired: JsonObject,
    live: JsonObject,
  ): void {
    if (
      actual === undefined ||
      shape?.noise ||
      meansNothing(actual, shape) ||
      isDefault(actual, shape, desired, live)
    ) {
      return;
    }
    this.#livePath.push(key);
    if (isObject(actual) && opens(shape)) {
      this.members({}, actual, shape);
    } else if (Array.isArray(actual) && shape?.keys) {
      actual.forEach((element, index) =>
        this.#extraElement(index, element, shape),
      );
    } else {
      this.#add('extra', undefined, actual, shape);
    }
    this.#livePath.pop();
  }

  #extraElement(index: number, actual: JsonValue, list: Shape): void {
    const items = list.allocated
      ? { ...list.items, allocated: list.allocated }
      : list.items;
    this.#livePath.push(index);
    const held =
      isObject(actual) && items?.content && heldBy(actual, items.content);
    if (held) {
      this.#livePath.push(held);
      this.#add(
        'extra',
        undefined,
        (actual as JsonObject)[held],
        items?.fields?.get(held),
      );
      this.#livePath.pop();
    } else {
      this.#add('extra', undefined, actual, items);
    }
    this.#livePath.pop();
  }

  #changed(desired: JsonValue, actual: JsonValue, shape: Shape | undefined) {
    this.#add('changed', desired, actual, shape);
  }

  #add(
    form: FoundField['form'],
    desired: JsonValue | undefined,
    actual: JsonValue | undefined,
    shape: Shape | undefined,
  ): void {
    const livePath = [...this.#livePath];
    const desiredPath = [...this.#desiredPath];
    this.found.push({
      form,
      path: form === 'missing' ? desiredPath : livePath,
      livePath,
      desiredPath,
      ...(desired === undefined ? {} : { desired }),
      ...(actual === undefined ? {} : { actual }),
      ...(shape === undefined ? {} : { shape }),
    });
  }
}

/** Compares a live object with what is desired of it. */
export function compareObject(
  desired: KubernetesObject,
  live: KubernetesObject,
  shape: Shape,
): FoundField[] {
  const comparison = new Comparison();
  comparison.members(desired as JsonObject, live as JsonObject, shape);
  return comparison.found;
}

/** Whether a difference in an object is told member by member. */
function opens(shape: Shape | undefined): boolean {
  return (
    shape !== undefined &&
    !shape.whole &&
    !shape.content &&
    !shape.present &&
    (shape.fields !== undefined || shape.entries !== undefined)
  );
}

function heldBy(
  element: JsonObject,
  content: readonly string[],
): string | undefined {
  return content.find(name => {
    const value = element[name];
    return value !== undefined && value !== null && value !== '';
  });
}

/** What the API does not tell from nothing. */
function meansNothing(value: JsonValue, shape: Shape | undefined): boolean {
  if (value === null) {
    return true;
  }
  if (value === '') {
    return !shape?.present;
  }
  if (typeof value !== 'object') {
    return false;
  }
  if (Array.isArray(value)) {
    return value.length === 0;
  }
  return shape?.present || shape?.entries?.present
    ? shape.entries !== undefined && Object.keys(value).length === 0
    : isHollow(value);
}

/** No member of an object says anything. */
function isHollow(value: JsonObject): boolean {
  for (const key in value) {
    if (
      SELECTORS.test(key) ||
      key === 'emptyDir' ||
      !meansNothing(value[key]!, undefined)
    ) {
      return false;
    }
  }
  return true;
}

function isDefault(
  value: JsonValue,
  shape: Shape | undefined,
  desired: JsonObject,
  live: JsonObject,
): boolean {
  if (shape === undefined) {
    return false;
  }
  if (shape.constant !== undefined && sameWhole(shape.constant, value, shape)) {
    return true;
  }
  return (
    shape.defaults !== undefined &&
    shape
      .defaults({ desired, live })
      .some(each => each !== undefined && sameWhole(each, value, shape))
  );
}

/** Whether two values mean the same, seen as one thing. */
function sameWhole(
  wanted: JsonValue,
  actual: JsonValue,
  shape: Shape | undefined,
): boolean {
  if (typeof wanted !== 'object' || typeof actual !== 'object') {
    return sameScalar(wanted, actual, shape);
  }
  if (!shape?.fields && !shape?.items) {
    return sameStructure(wanted, actual);
  }
  const comparison = new Comparison();
  const inside = { ...shape, whole: undefined, content: undefined };
  comparison.members(
    { value: wanted },
    { value: actual },
    { fields: new Map([['value', inside]]) },
  );
  return comparison.found.length === 0;
}

function sameStructure(
  one: JsonValue | undefined,
  other: JsonValue | undefined,
): boolean {
  if (one === other || standsForAny(one, other)) {
    return true;
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    return (
      one.length === other.length &&
      one.every((element, index) => sameStructure(element, other[index]))
    );
  }
  if (!isObject(one) || !isObject(other)) {
    return (
      (one === undefined || one === null || meansNothing(one, undefined)) &&
      (other === undefined || other === null || meansNothing(other, undefined))
    );
  }
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const left = member(one, key);
    const right = member(other, key);
    if (
      (SELECTORS.test(key) && (left === undefined) !== (right === undefined)) ||
      !sameStructure(left, right)
    ) {
      return false;
    }
  }
  return true;
}

/** Whether something is desired whose value nobody keeps. */
function standsForAny(
  wanted: JsonValue | undefined,
  actual: JsonValue | undefined,
): boolean {
  return wanted === SENSITIVE_DESIRED_VALUE && typeof actual === 'string';
}

function sameScalar(
  wanted: JsonValue,
  actual: JsonValue,
  shape: Shape | undefined,
): boolean {
  if (wanted === actual || standsForAny(wanted, actual)) {
    return true;
  }
  if (
    typeof wanted === 'object' ||
    typeof actual === 'object' ||
    wanted === undefined ||
    actual === undefined
  ) {
    return false;
  }
  const one = String(wanted);
  const other = String(actual);
  if (one === other) {
    return true;
  }
  if (shape?.scalar === 'quantity') {
    const quantity = parseQuantity(one);
    return quantity !== undefined && quantity === parseQuantity(other);
  }
  if (shape !== undefined) {
    return false;
  }
  // Of fields that nobody here knows, durations are told by their look.
  const duration = parseDuration(one);
  return duration !== undefined && duration === parseDuration(other);
}

function sameSet(wanted: JsonValue[], actual: JsonValue[]): boolean {
  if (wanted.length !== actual.length) {
    return false;
  }
  const texts = (values: JsonValue[]) => values.map(String).sort();
  const others = texts(actual);
  return texts(wanted).every((text, index) => text === others[index]);
}

/** Beyond so many elements a list is compared position by position. */
const MAX_MATCHED = 300;

/** Positions of the elements that have no equal on the other side. */
function unmatched(
  wanted: JsonValue[],
  actual: JsonValue[],
  items: Shape | undefined,
): { missing: number[]; extra: number[] } {
  const extra = new Set(actual.keys());
  const missing: number[] = [];
  const wide = wanted.length <= MAX_MATCHED && actual.length <= MAX_MATCHED;
  for (let index = 0; index < wanted.length; index++) {
    const candidates = wide ? [index, ...extra] : [index];
    const match = candidates.find(
      at => extra.has(at) && sameWhole(wanted[index], actual[at], items),
    );
    if (match === undefined) {
      missing.push(index);
    } else {
      extra.delete(match);
    }
  }
  return { missing, extra: [...extra] };
}

function isNamed(elements: JsonValue[]): boolean {
  const names = new Set<unknown>();
  return elements.every(element => {
    const name = isObject(element) ? element.name : undefined;
    const isNew = typeof name === 'string' && !names.has(name);
    names.add(name);
    return isNew;
  });
}

/** The value of a key; one with a default may be left out. */
function keyOf(
  element: JsonObject,
  key: string,
  shape: Shape,
): JsonValue | undefined {
  const value = keyValue(element, key);
  return value === undefined || value === null
    ? shape.items?.fields?.get(key)?.constant
    : value;
}

function sameKeys(
  one: JsonValue,
  other: JsonValue,
  shape: Shape,
  keys: readonly string[],
): boolean {
  if (!isObject(one) || !isObject(other)) {
    return false;
  }
  for (const key of keys) {
    if (keyOf(one, key, shape) !== keyOf(other, key, shape)) {
      return false;
    }
  }
  return true;
}

function keyText(
  element: JsonValue,
  shape: Shape,
  keys: readonly string[],
): string {
  return isObject(element)
    ? keys.map(key => String(keyOf(element, key, shape) ?? '')).join('\u0000')
    : JSON.stringify(element);
}

/** Keys may occur twice, as names of variables do; they pair up in their order. */
function occurrence(key: string, seen: Map<string, number>): string {
  const count = seen.get(key) ?? 0;
  seen.set(key, count + 1);
  return `${count}\u0000${key}`;
}

function byKeys(
  elements: JsonValue[],
  from: number,
  shape: Shape,
  keys: readonly string[],
): Map<string, number> {
  const positions = new Map<string, number>();
  const seen = new Map<string, number>();
  for (let index = from; index < elements.length; index++) {
    positions.set(
      occurrence(keyText(elements[index], shape, keys), seen),
      index,
    );
  }
  return positions;
}
