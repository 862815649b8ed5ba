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

import { PlanValue, RawNumber } from '../plan/PlanDocument';

/** A value, or nothing at that place. Terraform does not tell `null` from absent. */
export type State = PlanValue | undefined;

/** A JSON object of a plan. */
export type PlanObject = { [key: string]: PlanValue };

export function isObject(value: State): value is PlanObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof RawNumber)
  );
}

export function isAbsent(value: State): value is null | undefined {
  return value === undefined || value === null;
}

/** Reads an own key; plan keys may be called `__proto__`. */
export function property(value: PlanObject, key: string): State {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/**
 * The same text for every spelling of the same number, without going through a
 * double: `10`, `1e1` and `10.0` are one, 2^53 and 2^53 + 1 are two.
 */
export function numberKey(value: number | RawNumber): string {
  const text = typeof value === 'number' ? String(value) : value.text;
  const match = DECIMAL.exec(text);
  if (!match) {
    return text;
  }
  const [, sign, whole, fraction = '', exponent = '0'] = match;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') {
    return '0';
  }
  const significant = digits.replace(/0+$/, '');
  const shift =
    BigInt(exponent) -
    BigInt(fraction.length) +
    BigInt(digits.length - significant.length);
  return `${sign}${significant}e${shift}`;
}

/** Deep equality; absent and `null` are the same, object keys have no order. */
export function equalValues(left: State, right: State): boolean {
  if (left === right) {
    return true;
  }
  if (isAbsent(left) || isAbsent(right)) {
    return isAbsent(left) && isAbsent(right);
  }
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) {
      return false;
    }
    for (let index = 0; index < left.length; index++) {
      if (!equalValues(left[index], right[index])) {
        return false;
      }
    }
    return true;
  }
  if (isObject(left)) {
    return isObject(right) && equalObjects(left, right);
  }
  if (left instanceof RawNumber || right instanceof RawNumber) {
    return (
      isNumber(left) && isNumber(right) && numberKey(left) === numberKey(right)
    );
  }
  return false;
}

function equalObjects(left: PlanObject, right: PlanObject): boolean {
  for (const key of Object.keys(left)) {
    if (!equalValues(left[key], property(right, key))) {
      return false;
    }
  }
  for (const key of Object.keys(right)) {
    if (!Object.hasOwn(left, key) && !isAbsent(right[key])) {
      return false;
    }
  }
  return true;
}

export function isNumber(value: State): value is number | RawNumber {
  return typeof value === 'number' || value instanceof RawNumber;
}

/** A text that is the same exactly for values that {@link equalValues} calls equal. */
export function canonicalText(value: State): string {
  if (isAbsent(value)) {
    return 'null';
  }
  if (Array.isArray(value)) {
    return `[${value.map(canonicalText).join(',')}]`;
  }
  if (isNumber(value)) {
    return numberKey(value);
  }
  if (isObject(value)) {
    const parts: string[] = [];
    for (const key of Object.keys(value).sort()) {
      if (!isAbsent(value[key])) {
        parts.push(`${JSON.stringify(key)}:${canonicalText(value[key])}`);
      }
    }
    return `{${parts.join(',')}}`;
  }
  return JSON.stringify(value);
}

/** `null`, `""`, `[]`, `{}` and objects of nothing else; never `false` or 0. */
export function isEmptyValue(value: State): boolean {
  if (isAbsent(value) || value === '') {
    return true;
  }
  if (Array.isArray(value)) {
    return value.length === 0;
  }
  if (isObject(value)) {
    return Object.keys(value).every(key => isEmptyValue(value[key]));
  }
  return false;
}
