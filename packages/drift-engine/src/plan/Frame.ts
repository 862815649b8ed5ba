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

import {
  ALL_KEYS,
  CAPTURE,
  CapturedBytes,
  ENTER,
  ENTER_AND_CAPTURE,
  JsonVisitor,
  NUMBER_SCALAR,
  SKIP,
  STRING_SCALAR,
} from './JsonByteScanner';
import { PlanReadError } from './PlanReadError';

const CACHE_SIZE = 512;
const LONGEST_CACHED_NAME = 64;

/** The text of a JSON string whose syntax has been checked, without its quotes. */
function decode(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  return text.includes('\\') ? JSON.parse(`"${text}"`) : text;
}

function sameBytes(
  expected: Buffer,
  bytes: Buffer,
  start: number,
  length: number,
): boolean {
  if (expected.length !== length) {
    return false;
  }
  for (let i = 0; i < length; i++) {
    if (expected[i] !== bytes[start + i]) {
      return false;
    }
  }
  return true;
}

/** Plans repeat a few dozen names millions of times: decode each only once. */
class NameCache {
  readonly #names: string[] = new Array(CACHE_SIZE).fill('');
  readonly #bytes: Buffer[] = new Array(CACHE_SIZE).fill(Buffer.alloc(0));

  get(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length === 0 || length > LONGEST_CACHED_NAME) {
      return decode(bytes, start, end);
    }
    const slot =
      (length * 67 + bytes[start] * 7 + bytes[end - 1] * 3) % CACHE_SIZE;
    if (!sameBytes(this.#bytes[slot], bytes, start, length)) {
      this.#bytes[slot] = Buffer.from(bytes.subarray(start, end));
      this.#names[slot] = decode(bytes, start, end);
    }
    return this.#names[slot];
  }
}

/** The scalar at hand; valid only during the call that receives it. */
export class Scalar {
  readonly #words: NameCache;
  kind = STRING_SCALAR;
  bytes: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;

  constructor(words: NameCache) {
    this.#words = words;
  }

  get isString(): boolean {
    return this.kind === STRING_SCALAR;
  }

  get isNull(): boolean {
    return this.kind !== STRING_SCALAR && this.bytes[this.start] === 0x6e;
  }

  /** `true`, `false`, or undefined for everything else. */
  get boolean(): boolean | undefined {
    if (this.kind === STRING_SCALAR || this.kind === NUMBER_SCALAR) {
      return undefined;
    }
    const first = this.bytes[this.start];
    return first === 0x6e ? undefined : first === 0x74;
  }

  /** The string, or undefined when the scalar is none; for texts that come again and again. */
  get word(): string | undefined {
    return this.isString
      ? this.#words.get(this.bytes, this.start, this.end)
      : undefined;
  }

  /** The string, or undefined when the scalar is none. */
  get text(): string | undefined {
    return this.isString ? decode(this.bytes, this.start, this.end) : undefined;
  }
}

/**
 * One watched container of the document. Frames are used again for every
 * container of their kind at one place, so they carry no state from one to the
 * next that `enter` does not reset.
 */
export abstract class Frame {
  /** Whether the visitor shall hand over the scalar that comes next. */
  wantsScalars = false;
  /** The keys that {@link key} has to see, by their lengths; it may see others too. */
  readonly keyLengths: number = ALL_KEYS;
  /** Whether the bytes of this container are kept until it closes. */
  readonly captured: boolean = false;

  enter(): void {}
  key(_name: string): void {}
  scalar(_scalar: Scalar): void {}
  /** A frame to enter, SKIP, or CAPTURE to receive the bytes in {@link piece}. */
  open(_isArray: boolean): Frame | typeof SKIP | typeof CAPTURE {
    return SKIP;
  }
  piece(_captured: CapturedBytes): void {}
  leave(_captured: CapturedBytes | undefined): void {}
}

/** Refuses known keys that stand twice in one object. */
export class SeenKeys {
  #seen: string[] = [];

  clear(): void {
    this.#seen.length = 0;
  }

  /** @throws PlanReadError `duplicate-key` */
  add(key: string, where: string): void {
    if (this.#seen.includes(key)) {
      throw new PlanReadError(
        'duplicate-key',
        `The same key stands twice in ${where}, so what the document says depends on the reader.`,
      );
    }
    this.#seen.push(key);
  }
}

/** Hands what the scanner shows to the frame of the container at hand. */
export class FrameVisitor implements JsonVisitor {
  wantsScalars: boolean;
  keyLengths: number;
  #frame: Frame;
  /** Lists keep wanting scalars; objects want the one behind a key. */
  #inList = true;
  readonly #outer: { frame: Frame; inList: boolean }[] = [];
  readonly #scalar: Scalar;
  readonly #names = new NameCache();

  /** @param outside - receives the root of the document through `open` or `scalar`. */
  constructor(outside: Frame) {
    this.#frame = outside;
    this.wantsScalars = outside.wantsScalars;
    this.keyLengths = outside.keyLengths;
    this.#scalar = new Scalar(this.#names);
  }

  key(bytes: Buffer, start: number, end: number): void {
    this.#frame.key(this.#names.get(bytes, start, end));
    this.wantsScalars = this.#frame.wantsScalars;
  }

  scalar(kind: number, bytes: Buffer, start: number, end: number): void {
    const scalar = this.#scalar;
    scalar.kind = kind;
    scalar.bytes = bytes;
    scalar.start = start;
    scalar.end = end;
    this.#frame.scalar(scalar);
    this.wantsScalars = this.#inList;
  }

  open(isArray: boolean): number {
    const next = this.#frame.open(isArray);
    if (typeof next === 'number') {
      this.wantsScalars &&= this.#inList;
      return next;
    }
    next.enter();
    this.#outer.push({ frame: this.#frame, inList: this.#inList });
    this.#frame = next;
    this.#inList = isArray;
    this.wantsScalars = isArray && next.wantsScalars;
    this.keyLengths = next.keyLengths;
    return next.captured ? ENTER_AND_CAPTURE : ENTER;
  }

  close(entered: boolean, captured: CapturedBytes | undefined): void {
    if (!entered) {
      if (captured) {
        this.#frame.piece(captured);
      }
      return;
    }
    const left = this.#frame;
    const outer = this.#outer.pop();
    if (outer) {
      this.#frame = outer.frame;
      this.#inList = outer.inList;
    }
    this.wantsScalars = this.#inList && this.#frame.wantsScalars;
    this.keyLengths = this.#frame.keyLengths;
    left.leave(captured);
  }
}
