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

import { JsonValue } from '@backstage/types';
import { plainText } from '../plainText';
import { count, inDigits, listed } from './words';

/** Characters of a value that are shown. */
const SHOWN = 60;

/** What the engine puts in place of secret parts. */
const HIDDEN = '(sensitive)';

export function isNothing(
  value: JsonValue | undefined,
): value is null | undefined {
  return value === undefined || value === null;
}

/** Nothing, or a text, list or map without content. */
export function isEmpty(value: JsonValue | undefined): boolean {
  return (
    isNothing(value) ||
    value === '' ||
    (typeof value === 'object' && Object.keys(value).length === 0)
  );
}

export function isScalar(
  value: JsonValue | undefined,
): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** A text from a plan, recognisable as such: cleaned, shortened and quoted. */
export function quoted(text: string, maxLength: number = SHOWN): string {
  if (text === HIDDEN) {
    return '(value not shown)';
  }
  const clean = plainText(text, maxLength);
  return clean.includes("'") ? `"${clean.replace(/"/g, "'")}"` : `'${clean}'`;
}

/** One value in a sentence. */
export function inText(value: JsonValue | undefined, unit?: string): string {
  if (isNothing(value)) {
    return 'nothing';
  }
  if (typeof value === 'number') {
    return withUnit(numberInText(value), value, unit);
  }
  if (typeof value === 'boolean') {
    return value ? 'on' : 'off';
  }
  if (typeof value === 'string') {
    return unit !== undefined && /^-?\d+(?:\.\d+)?$/.test(value)
      ? withUnit(value, Number(value), unit)
      : emptyOr(value);
  }
  if (Array.isArray(value)) {
    return listInText(value);
  }
  return Object.keys(value).length === 0
    ? 'nothing'
    : count(Object.keys(value).length, 'setting');
}

function emptyOr(value: string): string {
  const shown = quoted(value);
  return shown === "''" ? 'an empty text' : shown;
}

function numberInText(value: number): string {
  return Number.isSafeInteger(value) && Math.abs(value) >= 100_000
    ? inDigits(value)
    : String(value);
}

function withUnit(
  digits: string,
  value: number,
  unit: string | undefined,
): string {
  if (unit === undefined) {
    return digits;
  }
  if (unit === '%') {
    return `${digits}%`;
  }
  return `${digits} ${value === 1 ? unit.replace(/([a-z])s$/, '$1') : unit}`;
}

function listInText(values: readonly JsonValue[]): string {
  if (values.length === 0) {
    return 'nothing';
  }
  return values.every(isScalar) && values.length <= 3
    ? listed(values.map(value => inText(value)))
    : count(values.length, 'entry');
}

/** Two texts from their first difference on, where they share a long beginning. */
export function differing(
  from: string,
  to: string,
): { from: string; to: string } {
  const left = plainText(from, 4_000);
  const right = plainText(to, 4_000);
  if (left.length <= SHOWN && right.length <= SHOWN) {
    return { from: emptyOr(left), to: emptyOr(right) };
  }
  let same = 0;
  while (same < left.length && left[same] === right[same]) {
    same++;
  }
  const start = same < SHOWN / 2 ? 0 : wholeFrom(left, same - 12);
  const cut = (text: string) =>
    quoted(start === 0 ? text : `…${text.slice(start)}`);
  return { from: cut(left), to: cut(right) };
}

/** Never between the halves of a character. */
function wholeFrom(text: string, start: number): number {
  return /^[\uDC00-\uDFFF]/.test(text.slice(start)) ? start - 1 : start;
}
