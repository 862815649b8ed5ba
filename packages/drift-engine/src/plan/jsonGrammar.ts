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

/*
 * The grammar of RFC 8259 as a table: the row is a state, the column a byte, the
 * cell the next state (the byte is consumed), an action, or NUMBER_OR_LITERAL
 * plus the state inside a number or literal that begins with the byte. The
 * numbers of states and actions are those of jsonScanner.wat.
 */

export const IN_KEY = 0;
export const IN_STRING = 1;
export const VALUE = 2;
const VALUE_OR_END = 3;
const KEY = 4;
const KEY_OR_END = 5;
const COLON = 6;
const AFTER_MEMBER = 7;
const AFTER_ELEMENT = 8;
export const DONE = 9;
const KEY_ESCAPE = 10;
const STRING_ESCAPE = 11;
/** Four states each: digits of a unicode escape still to come. */
const KEY_HEX = 12;
const STRING_HEX = 16;
const MINUS = 20;
const ZERO = 21;
const INTEGER = 22;
const POINT = 23;
const FRACTION = 24;
const EXPONENT_MARK = 25;
const EXPONENT_SIGN = 26;
const EXPONENT = 27;
const LITERAL = 28;
const STATES = 40;

const FAIL = 64;
const START_KEY = 65;
const END_KEY = 66;
const START_STRING = 67;
const END_STRING = 68;
const OPEN_OBJECT = 69;
const OPEN_ARRAY = 70;
const CLOSE = 71;
const END_NUMBER = 72;
const END_LITERAL = 73;
const ESCAPE_IN_KEY = 74;
const NUMBER_OR_LITERAL = 128;

const BYTES = 256;
const SPACE = ' \t\n\r';
const DIGITS = '0123456789';
const HEX_DIGITS = '0123456789abcdefABCDEF';

/** The cells of all states, one row of 256 after the other. */
export const JSON_GRAMMAR = new Uint8Array(STATES * BYTES).fill(FAIL);

function onBytes(state: number, characters: string, cell: number): void {
  for (const character of characters) {
    JSON_GRAMMAR[state * BYTES + character.charCodeAt(0)] = cell;
  }
}

for (const [inside, escape, hex, end, backslash] of [
  [IN_KEY, KEY_ESCAPE, KEY_HEX, END_KEY, ESCAPE_IN_KEY],
  [IN_STRING, STRING_ESCAPE, STRING_HEX, END_STRING, STRING_ESCAPE],
]) {
  // All other bytes from 0x20 stand for themselves and never come to the table.
  onBytes(inside, '"', end);
  onBytes(inside, '\\', backslash);
  onBytes(escape, '"\\/bfnrt', inside);
  onBytes(escape, 'u', hex);
  for (let digit = 0; digit < 4; digit++) {
    onBytes(hex + digit, HEX_DIGITS, digit === 3 ? inside : hex + digit + 1);
  }
}
for (const state of [
  VALUE,
  VALUE_OR_END,
  KEY,
  KEY_OR_END,
  COLON,
  AFTER_MEMBER,
  AFTER_ELEMENT,
  DONE,
]) {
  onBytes(state, SPACE, state);
}
for (const state of [VALUE, VALUE_OR_END]) {
  onBytes(state, '"', START_STRING);
  onBytes(state, '{', OPEN_OBJECT);
  onBytes(state, '[', OPEN_ARRAY);
  onBytes(state, DIGITS, NUMBER_OR_LITERAL + INTEGER);
  onBytes(state, '0', NUMBER_OR_LITERAL + ZERO);
  onBytes(state, '-', NUMBER_OR_LITERAL + MINUS);
}
onBytes(VALUE_OR_END, ']', CLOSE);
onBytes(KEY, '"', START_KEY);
onBytes(KEY_OR_END, '"', START_KEY);
onBytes(KEY_OR_END, '}', CLOSE);
onBytes(COLON, ':', VALUE);
onBytes(AFTER_MEMBER, ',', KEY);
onBytes(AFTER_MEMBER, '}', CLOSE);
onBytes(AFTER_ELEMENT, ',', VALUE);
onBytes(AFTER_ELEMENT, ']', CLOSE);

for (const state of [ZERO, INTEGER, FRACTION, EXPONENT]) {
  JSON_GRAMMAR.fill(END_NUMBER, state * BYTES, (state + 1) * BYTES);
}
onBytes(MINUS, DIGITS, INTEGER);
onBytes(MINUS, '0', ZERO);
onBytes(INTEGER, DIGITS, INTEGER);
for (const state of [ZERO, INTEGER]) {
  onBytes(state, '.', POINT);
  onBytes(state, 'eE', EXPONENT_MARK);
}
onBytes(POINT, DIGITS, FRACTION);
onBytes(FRACTION, DIGITS, FRACTION);
onBytes(FRACTION, 'eE', EXPONENT_MARK);
onBytes(EXPONENT_MARK, '+-', EXPONENT_SIGN);
onBytes(EXPONENT_MARK, DIGITS, EXPONENT);
onBytes(EXPONENT_SIGN, DIGITS, EXPONENT);
onBytes(EXPONENT, DIGITS, EXPONENT);

let literalState = LITERAL;
for (const word of ['true', 'false', 'null']) {
  onBytes(VALUE, word[0], NUMBER_OR_LITERAL + literalState);
  onBytes(VALUE_OR_END, word[0], NUMBER_OR_LITERAL + literalState);
  for (const letter of word.slice(1, -1)) {
    onBytes(literalState, letter, literalState + 1);
    literalState++;
  }
  onBytes(literalState, word[word.length - 1], END_LITERAL);
  literalState++;
}

/** A key was begun and not ended. */
export function isInKey(state: number): boolean {
  return (
    state === IN_KEY ||
    state === KEY_ESCAPE ||
    (state >= KEY_HEX && state < STRING_HEX)
  );
}

/** A string, number or literal was begun and not ended. */
export function isInScalar(state: number): boolean {
  return state === IN_STRING || state === STRING_ESCAPE || state >= STRING_HEX;
}

export function isInNumber(state: number): boolean {
  return state >= MINUS && state < LITERAL;
}

/** What was met instead of what the grammar allows in a state. */
export function complaint(state: number): string {
  if (state === IN_KEY || state === IN_STRING) {
    return 'a control character inside a string';
  }
  if (state === DONE) {
    return 'something after the end of the document';
  }
  if (state >= KEY_ESCAPE && state < MINUS) {
    return 'a malformed escape in a string';
  }
  if (isInNumber(state)) {
    return 'a malformed number';
  }
  switch (state) {
    case KEY:
    case KEY_OR_END:
      return 'something other than a quoted key';
    case COLON:
      return 'something other than ":" after a key';
    case AFTER_MEMBER:
      return 'something other than a comma or "}" after a member';
    case AFTER_ELEMENT:
      return 'something other than a comma or "]" after an element';
    default:
      return 'something that is not a JSON value';
  }
}
