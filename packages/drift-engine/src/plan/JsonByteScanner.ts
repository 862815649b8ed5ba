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
  key(bytes: Buffer, start: number, end: number, escaped: boolean): void;
  /**
   * A scalar of the watched container, called only while {@link wantsScalars}
   * is true. For strings the range excludes the quotes.
   */
  scalar(
    kind: number,
    bytes: Buffer,
    start: number,
    end: number,
    escaped: boolean,
  ): void;
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

const VALUE = 0;
const VALUE_OR_END = 1;
const KEY = 2;
const KEY_OR_END = 3;
const COLON = 4;
const AFTER_VALUE = 5;
const IN_KEY = 6;
const IN_STRING = 7;
const ESCAPE = 8;
const HEX = 9;
const NUMBER = 10;
const LITERAL = 11;
const DONE = 12;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON_BYTE = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** 1 for the bytes that stand for themselves in a string. */
const PLAIN = new Uint8Array(256).fill(1, 0x20);
PLAIN[QUOTE] = 0;
PLAIN[BACKSLASH] = 0;

/** 1 for JSON's four whitespace bytes. */
const SPACE = new Uint8Array(256);
for (const byte of [0x20, 0x09, 0x0a, 0x0d]) {
  SPACE[byte] = 1;
}

/** 1 for the bytes allowed after a backslash, 2 for `u`. */
const ESCAPED = new Uint8Array(256);
for (const character of '"\\/bfnrt') {
  ESCAPED[character.charCodeAt(0)] = 1;
}
ESCAPED[0x75] = 2;

const HEX_DIGIT = new Uint8Array(256);
for (const character of '0123456789abcdefABCDEF') {
  HEX_DIGIT[character.charCodeAt(0)] = 1;
}

/*
 * The number grammar of RFC 8259 section 6 as a table: row = state, column =
 * class of the byte. 0 means that the number has ended; the states in
 * NUMBER_MAY_END are complete.
 */
const NUMBER_CLASS = new Uint8Array(256);
NUMBER_CLASS[0x30] = 1;
NUMBER_CLASS.fill(2, 0x31, 0x3a);
NUMBER_CLASS[0x2e] = 3;
NUMBER_CLASS[0x65] = 4;
NUMBER_CLASS[0x45] = 4;
NUMBER_CLASS[0x2b] = 5;
NUMBER_CLASS[0x2d] = 6;
const MINUS = 1;
const ZERO = 2;
const INTEGER = 3;
const POINT = 4;
const FRACTION = 5;
const EXPONENT_MARK = 6;
const EXPONENT_SIGN = 7;
const EXPONENT = 8;
const NUMBER_NEXT = new Uint8Array([
  // other, 0, 1-9, ., e, +, -, unused
  ...[0, ZERO, INTEGER, 0, 0, 0, MINUS, 0],
  ...[0, ZERO, INTEGER, 0, 0, 0, 0, 0],
  ...[0, 0, 0, POINT, EXPONENT_MARK, 0, 0, 0],
  ...[0, INTEGER, INTEGER, POINT, EXPONENT_MARK, 0, 0, 0],
  ...[0, FRACTION, FRACTION, 0, 0, 0, 0, 0],
  ...[0, FRACTION, FRACTION, 0, EXPONENT_MARK, 0, 0, 0],
  ...[0, EXPONENT, EXPONENT, 0, 0, EXPONENT_SIGN, EXPONENT_SIGN, 0],
  ...[0, EXPONENT, EXPONENT, 0, 0, 0, 0, 0],
  ...[0, EXPONENT, EXPONENT, 0, 0, 0, 0, 0],
]);
const NUMBER_MAY_END = new Uint8Array([0, 0, 1, 1, 0, 1, 0, 0, 1]);

/** Decimal numbers with at most this many characters always survive a double. */
const EXACT_NUMBER_LENGTH = 15;

const LITERALS = ['true', 'false', 'null'].map(word => Buffer.from(word));

/** Index into LITERALS by first byte. */
const LITERAL_OF = new Uint8Array(256);
LITERALS.forEach((word, index) => {
  LITERAL_OF[word[0]] = index;
});

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

  /** The string that the escape belongs to: IN_KEY or IN_STRING. */
  #stringState = IN_STRING;
  #hexLeft = 0;
  #escaped = false;
  #numberState = 0;
  #numberLength = 0;
  #literal = 0;
  #literalPosition = 0;

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
    this.#scan(
      Buffer.isBuffer(chunk)
        ? chunk
        : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length),
    );
    this.#consumed += chunk.length;
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
    let escaped = this.#escaped;
    let inObject = depth > 0 && isObject[depth] === 1;
    let tokenStart = 0;
    let captureStart = 0;
    let i = 0;

    while (i < n) {
      switch (state) {
        case IN_KEY: {
          while (i < n && PLAIN[b[i]] === 1) {
            i++;
          }
          if (i === n) {
            break;
          }
          if (b[i] === QUOTE) {
            if (depth === watch) {
              this.#emitKey(b, tokenStart, i, escaped);
            }
            members++;
            i++;
            if (i < n && b[i] === COLON_BYTE) {
              i++;
              state = VALUE;
            } else {
              state = COLON;
            }
          } else if (b[i] === BACKSLASH) {
            escaped = true;
            this.#stringState = IN_KEY;
            state = ESCAPE;
            i++;
          } else {
            throw this.#invalid(i, 'a control character inside a string');
          }
          break;
        }

        case IN_STRING: {
          while (i < n && PLAIN[b[i]] === 1) {
            i++;
          }
          if (i === n) {
            break;
          }
          if (b[i] === QUOTE) {
            if (depth === watch && visitor.wantsScalars) {
              this.#emitScalar(STRING_SCALAR, b, tokenStart, i, escaped);
            }
            i++;
            state = AFTER_VALUE;
          } else if (b[i] === BACKSLASH) {
            escaped = true;
            if (i + 1 < n && ESCAPED[b[i + 1]] === 1) {
              i += 2;
            } else {
              this.#stringState = IN_STRING;
              state = ESCAPE;
              i++;
            }
          } else {
            throw this.#invalid(i, 'a control character inside a string');
          }
          break;
        }

        case AFTER_VALUE: {
          const c = b[i];
          if (c === COMMA) {
            i++;
            if (!inObject) {
              state = VALUE;
            } else if (i < n && b[i] === QUOTE) {
              i++;
              tokenStart = i;
              escaped = false;
              state = IN_KEY;
            } else {
              state = KEY;
            }
          } else if (
            c === CLOSE_BRACE || c === CLOSE_BRACKET
              ? (c === CLOSE_BRACE) === inObject
              : false
          ) {
            i++;
            if (depth === watch || depth === captureDepth) {
              this.#members = members;
              this.#close(b, captureStart, i, depth);
              watch = this.#watch;
              captureDepth = this.#captureDepth;
            }
            depth--;
            inObject = isObject[depth] === 1;
            state = depth === 0 ? DONE : AFTER_VALUE;
          } else if (SPACE[c] === 1) {
            i++;
          } else {
            throw this.#invalid(
              i,
              inObject
                ? 'something other than a comma or "}" after a member'
                : 'something other than a comma or "]" after an element',
            );
          }
          break;
        }

        case VALUE_OR_END:
        case VALUE: {
          const c = b[i];
          if (c === QUOTE) {
            i++;
            tokenStart = i;
            escaped = false;
            state = IN_STRING;
          } else if (c === OPEN_BRACE || c === OPEN_BRACKET) {
            const isArray = c === OPEN_BRACKET;
            if (depth === maxDepth) {
              throw new PlanReadError(
                'too-deep',
                `The document nests deeper than the limit of ${maxDepth} levels.`,
              );
            }
            depth++;
            inObject = !isArray;
            isObject[depth] = isArray ? 0 : 1;
            if (depth === watch + 1) {
              const wish = visitor.open(isArray);
              if (wish === CAPTURE || wish === ENTER_AND_CAPTURE) {
                captureDepth = depth;
                this.#captureDepth = depth;
                this.#captureOverflow = false;
                this.#capture.clear();
                this.#membersAtCapture = members;
                this.#inexactNumbers = false;
                captureStart = i;
              }
              if (wish === ENTER || wish === ENTER_AND_CAPTURE) {
                watch = depth;
                this.#watch = depth;
              }
            }
            i++;
            state = isArray ? VALUE_OR_END : KEY_OR_END;
          } else if (c === CLOSE_BRACKET && state === VALUE_OR_END) {
            state = AFTER_VALUE;
          } else if (SPACE[c] === 1) {
            i++;
          } else if (NUMBER_NEXT[NUMBER_CLASS[c]] !== 0) {
            tokenStart = i;
            this.#numberState = 0;
            this.#numberLength = 0;
            state = NUMBER;
          } else if (c === 0x74 || c === 0x66 || c === 0x6e) {
            tokenStart = i;
            this.#literal = LITERAL_OF[c];
            this.#literalPosition = 0;
            state = LITERAL;
          } else {
            throw this.#invalid(i, 'something that is not a JSON value');
          }
          break;
        }

        case KEY_OR_END:
        case KEY: {
          const c = b[i];
          if (c === QUOTE) {
            i++;
            tokenStart = i;
            escaped = false;
            state = IN_KEY;
          } else if (c === CLOSE_BRACE && state === KEY_OR_END) {
            state = AFTER_VALUE;
          } else if (SPACE[c] === 1) {
            i++;
          } else {
            throw this.#invalid(i, 'something other than a quoted key');
          }
          break;
        }

        case COLON: {
          if (b[i] === COLON_BYTE) {
            i++;
            state = VALUE;
          } else if (SPACE[b[i]] === 1) {
            i++;
          } else {
            throw this.#invalid(i, 'something other than ":" after a key');
          }
          break;
        }

        case NUMBER: {
          let numberState = this.#numberState;
          const from = i;
          while (i < n) {
            const next = NUMBER_NEXT[numberState * 8 + NUMBER_CLASS[b[i]]];
            if (next === 0) {
              break;
            }
            numberState = next;
            i++;
          }
          this.#numberState = numberState;
          this.#numberLength += i - from;
          if (i < n) {
            if (NUMBER_MAY_END[numberState] === 0) {
              throw this.#invalid(i, 'a malformed number');
            }
            if (
              this.#numberLength > EXACT_NUMBER_LENGTH ||
              numberState === EXPONENT
            ) {
              this.#inexactNumbers = true;
            }
            if (depth === watch && visitor.wantsScalars) {
              this.#emitScalar(NUMBER_SCALAR, b, tokenStart, i, false);
            }
            state = depth === 0 ? DONE : AFTER_VALUE;
          }
          break;
        }

        case LITERAL: {
          const word = LITERALS[this.#literal];
          let position = this.#literalPosition;
          while (i < n && position < word.length && b[i] === word[position]) {
            i++;
            position++;
          }
          this.#literalPosition = position;
          if (position === word.length) {
            if (depth === watch && visitor.wantsScalars) {
              this.#emitScalar(LITERAL_SCALAR, b, tokenStart, i, false);
            }
            state = depth === 0 ? DONE : AFTER_VALUE;
          } else if (i < n) {
            throw this.#invalid(i, 'something that is not a JSON value');
          }
          break;
        }

        case ESCAPE: {
          const kind = ESCAPED[b[i]];
          if (kind === 1) {
            state = this.#stringState;
          } else if (kind === 2) {
            this.#hexLeft = 4;
            state = HEX;
          } else {
            throw this.#invalid(i, 'an unknown escape in a string');
          }
          i++;
          break;
        }

        case HEX: {
          if (HEX_DIGIT[b[i]] === 0) {
            throw this.#invalid(i, 'a malformed \\u escape in a string');
          }
          this.#hexLeft--;
          if (this.#hexLeft === 0) {
            state = this.#stringState;
          }
          i++;
          break;
        }

        default: {
          if (SPACE[b[i]] === 0) {
            throw this.#invalid(i, 'something after the end of the document');
          }
          i++;
        }
      }
    }

    this.#state = state;
    this.#depth = depth;
    this.#watch = watch;
    this.#members = members;
    this.#escaped = escaped;
    this.#keepCutToken(b, tokenStart);
    this.#keepCapture(b, captureStart);
  }

  #keepCutToken(b: Buffer, tokenStart: number): void {
    if (this.#depth !== this.#watch) {
      return;
    }
    const state =
      this.#state === ESCAPE || this.#state === HEX
        ? this.#stringState
        : this.#state;
    const isScalar =
      state === IN_STRING || state === NUMBER || state === LITERAL;
    if (state === IN_KEY || (isScalar && this.#visitor.wantsScalars)) {
      if (
        this.#token.length + b.length - tokenStart >
        this.#limits.maxElementBytes
      ) {
        throw this.#elementTooLarge();
      }
      this.#token.append(b, tokenStart, b.length);
      this.#tokenCut = true;
    }
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

  #emitKey(b: Buffer, start: number, end: number, escaped: boolean): void {
    if (this.#tokenCut) {
      this.#token.append(b, start, end);
      const { bytes, length } = this.#token;
      this.#tokenCut = false;
      this.#token.clear();
      this.#visitor.key(bytes, 0, length, escaped);
    } else {
      this.#visitor.key(b, start, end, escaped);
    }
  }

  #emitScalar(
    kind: number,
    b: Buffer,
    start: number,
    end: number,
    escaped: boolean,
  ): void {
    if (this.#tokenCut) {
      this.#token.append(b, start, end);
      const { bytes, length } = this.#token;
      this.#tokenCut = false;
      this.#token.clear();
      this.#visitor.scalar(kind, bytes, 0, length, escaped);
    } else {
      this.#visitor.scalar(kind, b, start, end, escaped);
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

  #invalid(position: number, what: string): PlanReadError {
    return new PlanReadError(
      'invalid-json',
      `The document is not valid JSON: ${what} at byte ${
        this.#consumed + position
      }.`,
    );
  }
}
