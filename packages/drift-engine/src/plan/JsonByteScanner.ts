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

import { Buffer, isUtf8 } from 'node:buffer';
import { PlanReadError } from './PlanReadError';

/** What to do with a container that opens below a watched one. */
export const SKIP = 0;
/** Watch the keys, scalars and containers directly inside. */
export const ENTER = 1;
/** Keep the bytes of the container and hand them over when it closes. */
export const CAPTURE = 2;
export const ENTER_AND_CAPTURE = 3;

/** The kinds of scalar handed to {@link JsonVisitor.scalar}. */
export const STRING_SCALAR = 0;
export const NUMBER_SCALAR = 1;
export const LITERAL_SCALAR = 2;

/** Bytes of a captured container. */
export interface CapturedBytes {
  bytes: Buffer;
  start: number;
  end: number;
  /** Number of object members inside, at any depth; a parser that finds fewer met a duplicate key. */
  members: number;
  /** A number inside may not survive the way through a double. */
  inexactNumbers: boolean;
  /** The container was larger than the limit; `start` and `end` are not usable. */
  overflow: boolean;
}

/**
 * Sees the parts of a document that it asked for. Byte ranges are valid only
 * during the call.
 */
export interface JsonVisitor {
  /** A key of the watched object; the range excludes the quotes. */
  key(bytes: Buffer, start: number, end: number): void;
  /**
   * A scalar of the watched container, called only while {@link wantsScalars}
   * is true. For strings the range excludes the quotes.
   */
  scalar(kind: number, bytes: Buffer, start: number, end: number): void;
  wantsScalars: boolean;
  /** A container opens in the watched one: SKIP, ENTER, CAPTURE or ENTER_AND_CAPTURE. */
  open(isArray: boolean): number;
  /** An entered container closes, or a captured one. */
  close(entered: boolean, captured: CapturedBytes | undefined): void;
}

export interface ScannerLimits {
  maxBytes: number;
  maxElementBytes: number;
  maxDepth: number;
}

/*
 * The grammar of RFC 8259 as a table: the row is a state, the column the class
 * of a byte, the cell either the next state (the byte is consumed) or an action.
 * One table for all states keeps the loop small, which is what makes it fast.
 */
const IN_KEY = 0;
const IN_STRING = 1;
const VALUE = 2;
const VALUE_OR_END = 3;
const KEY = 4;
const KEY_OR_END = 5;
const COLON = 6;
const AFTER_MEMBER = 7;
const AFTER_ELEMENT = 8;
const DONE = 9;
const KEY_ESCAPE = 10;
const STRING_ESCAPE = 11;
/** Four states each: digits of a backslash-u escape still to come. */
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

const FIRST_ACTION = 64;
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

const CLASSES = 32;
const CLASS = new Uint8Array(256);
/** The class of ASCII bytes that mean the same wherever they mean anything. */
const classOf: Record<string, number> = {};
[
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  ' \t\n\r',
  '/',
  '0',
  '123456789',
  '-',
  '+',
  '.',
  'e',
  'E',
  'b',
  'f',
  'n',
  'r',
  't',
  'u',
  'a',
  'l',
  's',
  'cdABCDF',
].forEach((characters, index) => {
  for (const character of characters) {
    classOf[character] = index + 1;
    CLASS[character.charCodeAt(0)] = index + 1;
  }
});

const NEXT = new Uint8Array(STATES * CLASSES).fill(FAIL);

function onBytes(state: number, characters: string, next: number): void {
  for (const character of characters) {
    NEXT[state * CLASSES + classOf[character]] = next;
  }
}

const HEX_DIGITS = '0123456789abcdefABCDEF';
for (const [inside, escape, hex, end] of [
  [IN_KEY, KEY_ESCAPE, KEY_HEX, END_KEY],
  [IN_STRING, STRING_ESCAPE, STRING_HEX, END_STRING],
]) {
  onBytes(inside, '"', end);
  onBytes(inside, '\\', escape);
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
  onBytes(state, ' ', state);
}
for (const state of [VALUE, VALUE_OR_END]) {
  onBytes(state, '"', START_STRING);
  onBytes(state, '{', OPEN_OBJECT);
  onBytes(state, '[', OPEN_ARRAY);
  onBytes(state, '-', MINUS);
  onBytes(state, '0', ZERO);
  onBytes(state, '123456789', INTEGER);
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
  NEXT.fill(END_NUMBER, state * CLASSES, (state + 1) * CLASSES);
}
onBytes(MINUS, '0', ZERO);
onBytes(MINUS, '123456789', INTEGER);
onBytes(INTEGER, '0123456789', INTEGER);
for (const state of [ZERO, INTEGER]) {
  onBytes(state, '.', POINT);
  onBytes(state, 'eE', EXPONENT_MARK);
}
onBytes(POINT, '0123456789', FRACTION);
onBytes(FRACTION, '0123456789', FRACTION);
onBytes(FRACTION, 'eE', EXPONENT_MARK);
onBytes(EXPONENT_MARK, '+-', EXPONENT_SIGN);
onBytes(EXPONENT_MARK, '0123456789', EXPONENT);
onBytes(EXPONENT_SIGN, '0123456789', EXPONENT);
onBytes(EXPONENT, '0123456789', EXPONENT);

let literalState = LITERAL;
for (const word of ['true', 'false', 'null']) {
  onBytes(VALUE, word[0], literalState);
  onBytes(VALUE_OR_END, word[0], literalState);
  for (const letter of word.slice(1, -1)) {
    onBytes(literalState, letter, literalState + 1);
    literalState++;
  }
  onBytes(literalState, word[word.length - 1], END_LITERAL);
  literalState++;
}

/** 1 for the bytes that stand for themselves in a string. */
const PLAIN = new Uint8Array(256).fill(1, 0x20);
PLAIN[0x22] = 0;
PLAIN[0x5c] = 0;

/** 1 for the bytes of numbers and literals; none of them can stand right before one. */
const IN_SCALAR = new Uint8Array(256);
for (const character of '0123456789+-.eEtrufalsn') {
  IN_SCALAR[character.charCodeAt(0)] = 1;
}

/** First byte of the number or literal that ends there, or 0 when it began in an earlier chunk. */
function scalarStart(b: Buffer, end: number): number {
  let start = end;
  while (start > 0 && IN_SCALAR[b[start - 1]] === 1) {
    start--;
  }
  return start;
}

/** What was met instead of what the grammar allows, by state. */
function complaint(state: number): string {
  if (state === IN_KEY || state === IN_STRING) {
    return 'a control character inside a string';
  }
  if (state === DONE) {
    return 'something after the end of the document';
  }
  if (state >= KEY_ESCAPE && state < MINUS) {
    return 'a malformed escape in a string';
  }
  if (state >= MINUS && state < LITERAL) {
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

/** Decimal numbers with at most this many characters always survive a double. */
const EXACT_NUMBER_LENGTH = 15;

/**
 * The first bytes are scanned in small slices. V8 optimises a loop while it
 * runs, and what comes behind the loop has to have run by then, or the end of
 * every chunk throws the optimised code away.
 */
const WARM_UP_BYTES = 16 * 1024;
const WARM_UP_SLICE = 256;

const NO_CAPTURE = -1;

function sequenceLength(lead: number): number {
  if (lead >= 0xf0) {
    return 4;
  }
  return lead >= 0xe0 ? 3 : 2;
}

/** Number of bytes at the end that begin a UTF-8 character without finishing it. */
function incompleteTail(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back];
    if (byte < 0x80) {
      return 0;
    }
    if (byte >= 0xc0) {
      return sequenceLength(byte) > back ? back : 0;
    }
  }
  return 0;
}

/** A byte buffer that doubles and is used again. */
class GrowingBytes {
  bytes: Buffer = Buffer.alloc(0);
  length = 0;

  append(source: Buffer, start: number, end: number): void {
    const needed = this.length + end - start;
    if (needed > this.bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
    this.bytes.set(source.subarray(start, end), this.length);
    this.length = needed;
  }

  clear(): void {
    this.length = 0;
  }
}

/**
 * Checks every byte of one JSON document (RFC 8259, UTF-8) as it arrives, and
 * shows a visitor only the parts that it watches. Never holds more of the
 * document than the chunk at hand and the one container being captured.
 *
 * @remarks
 *
 * The loop in `#scan` keeps its state in local variables and writes it back at
 * the end of a chunk. A token may be cut anywhere: every state can be resumed.
 */
export class JsonByteScanner {
  readonly #visitor: JsonVisitor;
  readonly #limits: ScannerLimits;
  /** 1 where the container at that depth is an object. */
  readonly #isObject: Uint8Array;

  #consumed = 0;
  #state = VALUE;
  #depth = 0;
  /** Depth of the innermost watched container. */
  #watch = 0;

  /** Start of a token of a watched container that was cut by the end of a chunk. */
  readonly #token = new GrowingBytes();
  #tokenCut = false;

  #captureDepth = NO_CAPTURE;
  #captureOverflow = false;
  readonly #capture = new GrowingBytes();
  #members = 0;
  #membersAtCapture = 0;
  #inexactNumbers = false;

  #utf8Tail = new Uint8Array(0);

  constructor(visitor: JsonVisitor, limits: ScannerLimits) {
    this.#visitor = visitor;
    this.#limits = limits;
    this.#isObject = new Uint8Array(limits.maxDepth + 1);
  }

  /** Bytes seen so far. */
  get consumed(): number {
    return this.#consumed;
  }

  write(chunk: Uint8Array): void {
    if (chunk.length === 0) {
      return;
    }
    if (this.#consumed + chunk.length > this.#limits.maxBytes) {
      throw new PlanReadError(
        'too-large',
        `The document is larger than the limit of ${
          this.#limits.maxBytes
        } bytes.`,
      );
    }
    this.#checkUtf8(chunk);
    const bytes = Buffer.isBuffer(chunk)
      ? chunk
      : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    let start = 0;
    while (this.#consumed < WARM_UP_BYTES && start < bytes.length) {
      const end = Math.min(start + WARM_UP_SLICE, bytes.length);
      this.#scan(bytes.subarray(start, end));
      start = end;
    }
    if (start < bytes.length) {
      this.#scan(start === 0 ? bytes : bytes.subarray(start));
    }
  }

  end(): void {
    if (this.#utf8Tail.length > 0) {
      throw new PlanReadError(
        'invalid-utf8',
        'The document ends in the middle of a UTF-8 character.',
      );
    }
    if (this.#state !== DONE) {
      throw new PlanReadError(
        'truncated',
        `The document ends after ${
          this.#consumed
        } bytes before its JSON value is complete.`,
      );
    }
  }

  /** Validates across chunk borders by carrying the incomplete last character. */
  #checkUtf8(chunk: Uint8Array): void {
    let rest = chunk;
    if (this.#utf8Tail.length > 0) {
      const needed = sequenceLength(this.#utf8Tail[0]) - this.#utf8Tail.length;
      const joined = Buffer.concat([
        this.#utf8Tail,
        chunk.subarray(0, Math.min(needed, chunk.length)),
      ]);
      if (chunk.length < needed) {
        this.#utf8Tail = joined;
        return;
      }
      this.#requireUtf8(joined);
      rest = chunk.subarray(needed);
      this.#utf8Tail = new Uint8Array(0);
    }
    const tail = incompleteTail(rest);
    this.#requireUtf8(tail === 0 ? rest : rest.subarray(0, -tail));
    if (tail > 0) {
      this.#utf8Tail = Uint8Array.prototype.slice.call(rest, -tail);
    }
  }

  #requireUtf8(bytes: Uint8Array): void {
    if (!isUtf8(bytes)) {
      throw new PlanReadError(
        'invalid-utf8',
        `The document is not valid UTF-8 after byte ${this.#consumed}.`,
      );
    }
  }

  #scan(b: Buffer): void {
    const n = b.length;
    const visitor = this.#visitor;
    const isObject = this.#isObject;
    const maxDepth = this.#limits.maxDepth;
    let state = this.#state;
    let depth = this.#depth;
    let watch = this.#watch;
    let captureDepth = this.#captureDepth;
    let members = this.#members;
    /** State after a complete value at this depth. */
    let afterValue = this.#afterValue(depth);
    let tokenStart = 0;
    let captureStart = 0;
    let i = 0;

    while (i < n) {
      if (state <= IN_STRING) {
        while (i < n && PLAIN[b[i]] === 1) {
          i++;
        }
        if (i === n) {
          break;
        }
      }
      const next = NEXT[state * CLASSES + CLASS[b[i]]];
      if (next < FIRST_ACTION) {
        state = next;
        i++;
        continue;
      }
      switch (next) {
        case START_KEY:
          i++;
          tokenStart = i;
          state = IN_KEY;
          break;

        case END_KEY:
          if (depth === watch) {
            this.#emitKey(b, tokenStart, i);
          }
          members++;
          i++;
          state = COLON;
          break;

        case START_STRING:
          i++;
          tokenStart = i;
          state = IN_STRING;
          break;

        case END_STRING:
          if (depth === watch && visitor.wantsScalars) {
            this.#emitScalar(STRING_SCALAR, b, tokenStart, i);
          }
          i++;
          state = afterValue;
          break;

        case OPEN_OBJECT:
        case OPEN_ARRAY:
          if (depth === maxDepth) {
            throw new PlanReadError(
              'too-deep',
              `The document nests deeper than the limit of ${maxDepth} levels.`,
            );
          }
          depth++;
          isObject[depth] = next === OPEN_OBJECT ? 1 : 0;
          if (depth === watch + 1) {
            const wish = visitor.open(next === OPEN_ARRAY);
            if (wish === CAPTURE || wish === ENTER_AND_CAPTURE) {
              this.#members = members;
              this.#beginCapture(depth);
              captureDepth = depth;
              captureStart = i;
            }
            if (wish === ENTER || wish === ENTER_AND_CAPTURE) {
              watch = depth;
              this.#watch = depth;
            }
          }
          i++;
          state = next === OPEN_OBJECT ? KEY_OR_END : VALUE_OR_END;
          afterValue = next === OPEN_OBJECT ? AFTER_MEMBER : AFTER_ELEMENT;
          break;

        case CLOSE:
          i++;
          if (depth === watch || depth === captureDepth) {
            this.#members = members;
            this.#close(b, captureStart, i, depth);
            watch = this.#watch;
            captureDepth = this.#captureDepth;
          }
          depth--;
          afterValue = this.#afterValue(depth);
          state = afterValue;
          break;

        case END_NUMBER:
          this.#endNumber(b, i, state);
          if (depth === watch && visitor.wantsScalars) {
            this.#emitScalar(NUMBER_SCALAR, b, scalarStart(b, i), i);
          }
          state = afterValue;
          break;

        case END_LITERAL:
          i++;
          if (depth === watch && visitor.wantsScalars) {
            this.#emitScalar(LITERAL_SCALAR, b, scalarStart(b, i), i);
          }
          state = afterValue;
          break;

        default:
          throw new PlanReadError(
            'invalid-json',
            `The document is not valid JSON: ${complaint(state)} at byte ${
              this.#consumed + i
            }.`,
          );
      }
    }

    this.#consumed += n;
    this.#state = state;
    this.#depth = depth;
    this.#watch = watch;
    this.#members = members;
    this.#keepCutToken(b, tokenStart);
    this.#keepCapture(b, captureStart);
  }

  /** Notes a number that may not survive the way through a double. */
  #endNumber(b: Buffer, end: number, state: number): void {
    const start = scalarStart(b, end);
    if (
      state === EXPONENT ||
      end - start > EXACT_NUMBER_LENGTH ||
      (start === 0 && this.#consumed > 0)
    ) {
      this.#inexactNumbers = true;
    }
  }

  #afterValue(depth: number): number {
    if (depth === 0) {
      return DONE;
    }
    return this.#isObject[depth] === 1 ? AFTER_MEMBER : AFTER_ELEMENT;
  }

  #beginCapture(depth: number): void {
    this.#captureDepth = depth;
    this.#captureOverflow = false;
    this.#capture.clear();
    this.#membersAtCapture = this.#members;
    this.#inexactNumbers = false;
  }

  #keepCutToken(b: Buffer, stringStart: number): void {
    if (this.#depth !== this.#watch) {
      return;
    }
    const state = this.#state;
    const inKey =
      state === IN_KEY ||
      state === KEY_ESCAPE ||
      (state >= KEY_HEX && state < STRING_HEX);
    const inScalar =
      state === IN_STRING ||
      state === STRING_ESCAPE ||
      (state >= STRING_HEX && state < STATES);
    if (!inKey && !(inScalar && this.#visitor.wantsScalars)) {
      return;
    }
    const start = state < MINUS ? stringStart : scalarStart(b, b.length);
    if (this.#token.length + b.length - start > this.#limits.maxElementBytes) {
      throw this.#elementTooLarge();
    }
    this.#token.append(b, start, b.length);
    this.#tokenCut = true;
  }

  #keepCapture(b: Buffer, captureStart: number): void {
    if (this.#captureDepth === NO_CAPTURE || this.#captureOverflow) {
      return;
    }
    if (
      this.#capture.length + b.length - captureStart >
      this.#limits.maxElementBytes
    ) {
      this.#captureOverflow = true;
      this.#capture.clear();
      return;
    }
    this.#capture.append(b, captureStart, b.length);
  }

  #emitKey(b: Buffer, start: number, end: number): void {
    if (this.#tokenCut) {
      this.#token.append(b, start, end);
      const { bytes, length } = this.#token;
      this.#tokenCut = false;
      this.#token.clear();
      this.#visitor.key(bytes, 0, length);
    } else {
      this.#visitor.key(b, start, end);
    }
  }

  #emitScalar(kind: number, b: Buffer, start: number, end: number): void {
    if (this.#tokenCut) {
      this.#token.append(b, start, end);
      const { bytes, length } = this.#token;
      this.#tokenCut = false;
      this.#token.clear();
      this.#visitor.scalar(kind, bytes, 0, length);
    } else {
      this.#visitor.scalar(kind, b, start, end);
    }
  }

  #close(b: Buffer, captureStart: number, end: number, depth: number) {
    const entered = depth === this.#watch;
    if (entered) {
      this.#watch = depth - 1;
    }
    let captured: CapturedBytes | undefined;
    if (depth === this.#captureDepth) {
      this.#captureDepth = NO_CAPTURE;
      captured = {
        bytes: b,
        start: captureStart,
        end,
        members: this.#members - this.#membersAtCapture,
        inexactNumbers: this.#inexactNumbers,
        overflow:
          this.#captureOverflow ||
          this.#capture.length + end - captureStart >
            this.#limits.maxElementBytes,
      };
      if (this.#capture.length > 0 && !captured.overflow) {
        this.#capture.append(b, captureStart, end);
        captured.bytes = this.#capture.bytes;
        captured.start = 0;
        captured.end = this.#capture.length;
      }
      this.#capture.clear();
    }
    this.#visitor.close(entered, captured);
  }

  #elementTooLarge(): PlanReadError {
    return new PlanReadError(
      'too-large',
      `One entry of the document is larger than the limit of ${
        this.#limits.maxElementBytes
      } bytes.`,
    );
  }
}
