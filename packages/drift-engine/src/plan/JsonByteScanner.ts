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
import { GrowingBytes } from './GrowingBytes';
import {
  complaint,
  DONE,
  isInKey,
  isInNumber,
  isInScalar,
  VALUE,
} from './jsonGrammar';
import {
  ARRAY_EVENT,
  BYTES_AT,
  CAPTURE_DEPTH,
  CLOSE_EVENT,
  DEEPEST,
  DEPTH,
  END,
  END_OF_BYTES,
  INEXACT,
  KEY_ESCAPED,
  KEY_LENGTHS,
  JsonScannerMachine,
  KEY_EVENT,
  LITERAL_EVENT,
  MAX_DEPTH,
  MEMBERS,
  NUMBER_EVENT,
  OBJECT_EVENT,
  POSITION,
  REGISTERS,
  SLICE,
  STATE,
  STRING_EVENT,
  TOKEN_END,
  TOKEN_START,
  TOO_DEEP,
  WANTS_SCALARS,
  WATCH,
} from './jsonScannerMemory';
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

/** Every key. */
export const ALL_KEYS = -1;

/**
 * A set of key lengths, in which a key is recognised without looking at it: bit
 * n for n characters. Keys of these lengths, and keys with escapes, are shown;
 * all others are passed over.
 */
export function keyLengths(...names: string[]): number {
  return names.reduce((lengths, name) => lengths | (1 << name.length), 0);
}

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
  /** Which keys of the watched object are of interest, see {@link keyLengths}. */
  keyLengths: number;
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

/**
 * One machine serves all scanners: a scanner puts its state in when it is given
 * a chunk, and takes it out before it returns.
 */
let sharedMachine: JsonScannerMachine | undefined;

/**
 * Checks every byte of one JSON document (RFC 8259, UTF-8) as it arrives, and
 * shows a visitor only the parts that it watches. Never holds more of the
 * document than the chunk at hand and the one container being captured. A token
 * may be cut anywhere between chunks.
 */
export class JsonByteScanner {
  readonly #machine: JsonScannerMachine;
  readonly #visitor: JsonVisitor;
  readonly #limits: ScannerLimits;
  readonly #registers = new Int32Array(REGISTERS);
  #stack = Uint8Array.of(DONE);

  /** Bytes before the slice at hand. */
  #consumed = 0;

  /** Start of a token of a watched container that was cut by the end of a slice. */
  readonly #token = new GrowingBytes();
  #tokenCut = false;

  #captureStart = 0;
  #captureOverflow = false;
  readonly #capture = new GrowingBytes();
  #membersAtCapture = 0;

  #utf8Tail = new Uint8Array(0);

  constructor(visitor: JsonVisitor, limits: ScannerLimits) {
    sharedMachine ??= new JsonScannerMachine();
    this.#machine = sharedMachine;
    this.#visitor = visitor;
    this.#limits = limits;
    this.#registers[STATE] = VALUE;
    this.#registers[MAX_DEPTH] = Math.min(limits.maxDepth, DEEPEST);
    this.#registers[CAPTURE_DEPTH] = NO_CAPTURE;
  }

  write(chunk: Uint8Array): void {
    if (this.#consumed + chunk.length > this.#limits.maxBytes) {
      throw new PlanReadError(
        'too-large',
        `The document is larger than the limit of ${
          this.#limits.maxBytes
        } bytes.`,
      );
    }
    this.#checkUtf8(chunk);
    const { registers, stack } = this.#machine;
    registers.set(this.#registers);
    stack.set(this.#stack);
    for (let start = 0; start < chunk.length; start += SLICE) {
      const slice =
        chunk.length <= SLICE ? chunk : chunk.subarray(start, start + SLICE);
      this.#machine.load(slice);
      this.#scan();
      this.#consumed += slice.length;
    }
    this.#registers.set(registers);
    this.#stack = stack.slice(0, registers[DEPTH] + 1);
  }

  end(): void {
    if (this.#utf8Tail.length > 0) {
      throw new PlanReadError(
        'invalid-utf8',
        'The document ends in the middle of a UTF-8 character.',
      );
    }
    if (this.#registers[STATE] !== DONE) {
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

  /** Follows the machine to the end of the bytes in its memory. */
  #scan(): void {
    const { registers, bytes } = this.#machine;
    const visitor = this.#visitor;
    registers[TOKEN_START] = BYTES_AT;
    this.#captureStart = BYTES_AT;
    // The length of a token that was cut is not known any more.
    if (isInNumber(registers[STATE])) {
      registers[INEXACT] = 1;
    }
    if (isInKey(registers[STATE])) {
      registers[KEY_ESCAPED] = 1;
    }
    for (;;) {
      registers[WANTS_SCALARS] = visitor.wantsScalars ? 1 : 0;
      registers[KEY_LENGTHS] = visitor.keyLengths;
      const event = this.#machine.scan();
      switch (event) {
        case KEY_EVENT: {
          const token = this.#takeToken(bytes);
          visitor.key(token.bytes, token.start, token.end);
          break;
        }
        case STRING_EVENT:
          this.#scalar(STRING_SCALAR, bytes);
          break;
        case NUMBER_EVENT:
          this.#scalar(NUMBER_SCALAR, bytes);
          break;
        case LITERAL_EVENT:
          this.#scalar(LITERAL_SCALAR, bytes);
          break;
        case OBJECT_EVENT:
        case ARRAY_EVENT:
          this.#open(event === ARRAY_EVENT);
          break;
        case CLOSE_EVENT:
          this.#close(bytes);
          break;
        case END_OF_BYTES:
          this.#keepCutToken(bytes);
          this.#keepCapture(bytes);
          return;
        case TOO_DEEP:
          throw new PlanReadError(
            'too-deep',
            `The document nests deeper than the limit of ${registers[MAX_DEPTH]} levels.`,
          );
        default:
          throw new PlanReadError(
            'invalid-json',
            `The document is not valid JSON: ${complaint(
              registers[STATE],
            )} at byte ${this.#consumed + registers[POSITION] - BYTES_AT}.`,
          );
      }
    }
  }

  readonly #range = { bytes: Buffer.alloc(0), start: 0, end: 0 };

  /** The token at hand, put together when it was cut. */
  #takeToken(bytes: Buffer): { bytes: Buffer; start: number; end: number } {
    const { registers } = this.#machine;
    const range = this.#range;
    range.bytes = bytes;
    range.start = registers[TOKEN_START];
    range.end = registers[TOKEN_END];
    if (this.#tokenCut) {
      this.#token.append(bytes, range.start, range.end);
      range.bytes = this.#token.bytes;
      range.start = 0;
      range.end = this.#token.length;
      this.#tokenCut = false;
      this.#token.clear();
    }
    return range;
  }

  #scalar(kind: number, bytes: Buffer): void {
    const token = this.#takeToken(bytes);
    this.#visitor.scalar(kind, token.bytes, token.start, token.end);
  }

  #open(isArray: boolean): void {
    const { registers } = this.#machine;
    const wish = this.#visitor.open(isArray);
    if (wish === CAPTURE || wish === ENTER_AND_CAPTURE) {
      registers[CAPTURE_DEPTH] = registers[DEPTH];
      registers[INEXACT] = 0;
      this.#captureStart = registers[POSITION] - 1;
      this.#captureOverflow = false;
      this.#capture.clear();
      this.#membersAtCapture = registers[MEMBERS];
    }
    if (wish === ENTER || wish === ENTER_AND_CAPTURE) {
      registers[WATCH] = registers[DEPTH];
    }
  }

  #close(bytes: Buffer): void {
    const { registers } = this.#machine;
    const depth = registers[DEPTH] + 1;
    const entered = depth === registers[WATCH];
    if (entered) {
      registers[WATCH] = depth - 1;
    }
    const captured =
      depth === registers[CAPTURE_DEPTH]
        ? this.#takeCapture(bytes, registers[POSITION])
        : undefined;
    this.#visitor.close(entered, captured);
  }

  #takeCapture(bytes: Buffer, end: number): CapturedBytes {
    const { registers } = this.#machine;
    registers[CAPTURE_DEPTH] = NO_CAPTURE;
    const start = this.#captureStart;
    const overflow =
      this.#captureOverflow ||
      this.#capture.length + end - start > this.#limits.maxElementBytes;
    const captured: CapturedBytes = {
      bytes,
      start,
      end,
      members: registers[MEMBERS] - this.#membersAtCapture,
      inexactNumbers: registers[INEXACT] === 1,
      overflow,
    };
    if (this.#capture.length > 0 && !overflow) {
      this.#capture.append(bytes, start, end);
      captured.bytes = this.#capture.bytes;
      captured.start = 0;
      captured.end = this.#capture.length;
    }
    this.#capture.clear();
    return captured;
  }

  #keepCutToken(bytes: Buffer): void {
    const { registers } = this.#machine;
    if (registers[DEPTH] !== registers[WATCH]) {
      return;
    }
    const state = registers[STATE];
    if (
      !isInKey(state) &&
      !(isInScalar(state) && registers[WANTS_SCALARS] === 1)
    ) {
      return;
    }
    const start = registers[TOKEN_START];
    const end = registers[END];
    if (this.#token.length + end - start > this.#limits.maxElementBytes) {
      throw this.#elementTooLarge();
    }
    this.#token.append(bytes, start, end);
    this.#tokenCut = true;
  }

  #keepCapture(bytes: Buffer): void {
    const { registers } = this.#machine;
    if (registers[CAPTURE_DEPTH] === NO_CAPTURE || this.#captureOverflow) {
      return;
    }
    const start = this.#captureStart;
    const end = registers[END];
    if (this.#capture.length + end - start > this.#limits.maxElementBytes) {
      this.#captureOverflow = true;
      this.#capture.clear();
      return;
    }
    this.#capture.append(bytes, start, end);
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
