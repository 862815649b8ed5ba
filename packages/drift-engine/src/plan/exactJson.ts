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

import { PlanReadError } from './PlanReadError';
import { PlanValue, RawNumber } from './PlanDocument';

/** A piece of a document whose syntax and depth have been checked already. */
export interface JsonPiece {
  text: string;
  /** Number of object members in the piece, at any depth. */
  members: number;
  /** A number in the piece may not survive the way through a double. */
  inexactNumbers: boolean;
}

/** Names that every ordinary object answers to. */
const INHERITED = new Set(Object.getOwnPropertyNames(Object.prototype));

/** What a walk over a parsed piece has seen. */
interface Walk {
  members: number;
  inheritedNames: boolean;
  maxStringLength: number;
}

function isMembers(value: PlanValue): value is { [key: string]: PlanValue } {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof RawNumber)
  );
}

/** Notes a value and tells whether there is something below it. */
function hasMore(value: PlanValue, seen: Walk): boolean {
  if (typeof value === 'string' && value.length > seen.maxStringLength) {
    throw new PlanReadError(
      'too-large',
      `A string in an entry of the document is longer than the limit of ${seen.maxStringLength} characters.`,
    );
  }
  return typeof value === 'object' && value !== null;
}

function isBelowMember(key: string, child: PlanValue, seen: Walk): boolean {
  seen.members++;
  if (INHERITED.has(key)) {
    seen.inheritedNames = true;
  }
  return hasMore(child, seen);
}

/** Goes through a list or an object; the values of others have been noted. */
function walk(value: PlanValue, seen: Walk): void {
  if (Array.isArray(value)) {
    for (const element of value) {
      if (hasMore(element, seen)) {
        walk(element, seen);
      }
    }
  } else if (isMembers(value)) {
    // for…in is several times faster here than Object.keys; whatever ordinary
    // objects inherit is not enumerable.
    for (const key in value) {
      if (isBelowMember(key, value[key], seen)) {
        walk(value[key], seen);
      }
    }
  }
}

/** Takes the prototypes away, so that no object answers to a key that it does not have. */
export function withoutPrototypes(value: PlanValue | undefined): void {
  if (Array.isArray(value)) {
    value.forEach(withoutPrototypes);
  } else if (value !== undefined && isMembers(value)) {
    Object.setPrototypeOf(value, null);
    Object.values(value).forEach(withoutPrototypes);
  }
}

/** Longer number texts are kept as text without a closer look. */
const LONGEST_NUMBER_TEXT = 400;

/**
 * The number itself when a double holds it exactly and its text stays the same
 * in value, else its text.
 */
export function exactNumber(text: string): number | RawNumber {
  if (text.length > LONGEST_NUMBER_TEXT) {
    return new RawNumber(text);
  }
  const number = Number(text);
  if (
    !Number.isFinite(number) ||
    (Number.isInteger(number) && !Number.isSafeInteger(number)) ||
    canonicalDecimal(text) !== canonicalDecimal(String(number))
  ) {
    return new RawNumber(text);
  }
  return number;
}

/** `[-]digits e exponent` without superfluous zeros: equal texts, equal numbers. */
function canonicalDecimal(text: string): string {
  const [mantissa, exponent = '0'] = text.toLowerCase().split('e');
  const negative = mantissa.startsWith('-');
  const [whole, fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') {
    return '0';
  }
  const shift =
    BigInt(exponent) -
    BigInt(fraction.length) +
    BigInt(digits.length - significant.length);
  return `${negative ? '-' : ''}${significant}e${shift}`;
}

const NUMBER_TEXT = /-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
const GAP = /[\s,:]*/y;

/** Plain recursive descent over text that is known to be well-formed. */
class ExactParser {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): PlanValue {
    this.#skipGap();
    switch (this.#text[this.#position]) {
      case '{':
        return this.#object();
      case '[':
        return this.#array();
      case '"':
        return this.#string();
      case 't':
        this.#position += 4;
        return true;
      case 'f':
        this.#position += 5;
        return false;
      case 'n':
        this.#position += 4;
        return null;
      default:
        return exactNumber(this.#match(NUMBER_TEXT));
    }
  }

  #object(): PlanValue {
    const result: { [key: string]: PlanValue } = Object.create(null);
    this.#position++;
    for (this.#skipGap(); !this.#at('}'); this.#skipGap()) {
      const key = this.#string();
      result[key] = this.parse();
    }
    this.#position++;
    return result;
  }

  #array(): PlanValue {
    const result: PlanValue[] = [];
    this.#position++;
    for (this.#skipGap(); !this.#at(']'); this.#skipGap()) {
      result.push(this.parse());
    }
    this.#position++;
    return result;
  }

  #string(): string {
    const start = this.#position;
    let end = this.#text.indexOf('"', start + 1);
    while (isEscaped(this.#text, end)) {
      end = this.#text.indexOf('"', end + 1);
    }
    this.#position = end + 1;
    return JSON.parse(this.#text.slice(start, end + 1));
  }

  #at(character: string): boolean {
    return this.#text[this.#position] === character;
  }

  #skipGap(): void {
    this.#match(GAP);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#position;
    const matched = pattern.exec(this.#text)?.[0];
    if (matched === undefined) {
      throw new PlanReadError(
        'invalid-json',
        'An entry of the document is not valid JSON.',
      );
    }
    this.#position += matched.length;
    return matched;
  }
}

/** Whether an odd number of backslashes stands before the position. */
function isEscaped(text: string, position: number): boolean {
  let backslashes = 0;
  while (text[position - 1 - backslashes] === '\\') {
    backslashes++;
  }
  return backslashes % 2 === 1;
}

/** A parsed piece. */
export interface ExactJson {
  value: PlanValue;
  /** A key has the name of something that ordinary objects inherit, see {@link withoutPrototypes}. */
  inheritedNames: boolean;
}

/**
 * Parses to exact numbers.
 *
 * @remarks
 *
 * JSON.parse keeps the last of two equal keys without a word. Fewer members in
 * the result than in the text therefore mean a duplicate key somewhere inside.
 */
export function parseExactJson(
  piece: JsonPiece,
  limits: { maxStringLength: number },
): ExactJson {
  const value: PlanValue = piece.inexactNumbers
    ? new ExactParser(piece.text).parse()
    : JSON.parse(piece.text);
  const seen: Walk = {
    members: 0,
    inheritedNames: false,
    maxStringLength: limits.maxStringLength,
  };
  if (hasMore(value, seen)) {
    walk(value, seen);
  }
  if (seen.members !== piece.members) {
    throw new PlanReadError(
      'duplicate-key',
      'An entry of the document has the same key twice, so what it says depends on the reader.',
    );
  }
  return { value, inheritedNames: seen.inheritedNames };
}
