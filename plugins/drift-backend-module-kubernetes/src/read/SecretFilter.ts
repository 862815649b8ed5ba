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

import { Transform, TransformCallback } from 'node:stream';

/** Members of a Secret whose values may pass; of all others only the names do. */
const KEPT_MEMBERS = new Set([
  'apiVersion',
  'immutable',
  'kind',
  'metadata',
  'type',
]);

/** Tools write whole objects, values included, into annotations and keep them short otherwise. */
const MAX_ANNOTATION_BYTES = 200;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COLON = 0x3a;
const COMMA = 0x2c;
const EMPTY = Buffer.from('""');

interface Container {
  isArray: boolean;
  /** Key of the member that is being read. */
  key: string;
  expectsKey: boolean;
}

/**
 * Passes a list of Secrets on without what they hold: every value outside of
 * metadata and type becomes `""` as the bytes come in, so that nothing behind
 * this stream ever had it. Annotations keep their values only while these are
 * too short to be a copy of the Secret.
 *
 * It does not judge the JSON: what is malformed stays so for the parser, and
 * what is in doubt is dropped.
 */
export class SecretFilter extends Transform {
  static create(): SecretFilter {
    return new SecretFilter();
  }

  readonly #stack: Container[] = [];
  /** Bytes of the string that is being read, quotes included; undefined outside. */
  #text: number[] | undefined;
  #escaped = false;
  #isKey = false;
  #keeps = true;
  /** A number, true, false or null whose value is being dropped. */
  #dropping = false;
  #output: number[] = [];

  override _transform(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: TransformCallback,
  ): void {
    for (const byte of chunk) {
      this.#take(byte);
    }
    const output = Buffer.from(this.#output);
    this.#output = [];
    done(undefined, output);
  }

  override _flush(done: TransformCallback): void {
    // An unfinished string is left out; the parser then sees the end that came too early.
    this.#text = undefined;
    done();
  }

  #take(byte: number): void {
    if (this.#text) {
      this.#takeInString(byte);
      return;
    }
    switch (byte) {
      case QUOTE:
        this.#startString();
        return;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        this.#dropping = false;
        this.#stack.push({
          isArray: byte === OPEN_BRACKET,
          key: '',
          expectsKey: byte === OPEN_BRACE,
        });
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        this.#dropping = false;
        this.#stack.pop();
        break;
      case COMMA: {
        this.#dropping = false;
        const top = this.#stack.at(-1);
        if (top && !top.isArray) {
          top.expectsKey = true;
        }
        break;
      }
      case COLON: {
        const top = this.#stack.at(-1);
        if (top) {
          top.expectsKey = false;
        }
        break;
      }
      default:
        if (!isSpace(byte) && !this.#mayPass()) {
          if (!this.#dropping) {
            this.#dropping = true;
            this.#output.push(...EMPTY);
          }
          return;
        }
    }
    this.#output.push(byte);
  }

  #startString(): void {
    const top = this.#stack.at(-1);
    this.#text = [QUOTE];
    this.#escaped = false;
    this.#isKey = top !== undefined && !top.isArray && top.expectsKey;
    this.#keeps = this.#isKey || this.#mayPass();
  }

  #takeInString(byte: number): void {
    const text = this.#text;
    if (!text) {
      return;
    }
    if (this.#keeps) {
      text.push(byte);
    }
    if (this.#escaped) {
      this.#escaped = false;
    } else if (byte === BACKSLASH) {
      this.#escaped = true;
    } else if (byte === QUOTE) {
      this.#text = undefined;
      this.#endString(text);
    }
  }

  #endString(text: number[]): void {
    const top = this.#stack.at(-1);
    if (this.#isKey && top) {
      top.key = decodeKey(text);
      top.expectsKey = false;
    }
    const tooLong =
      !this.#isKey &&
      this.#isAnnotation() &&
      text.length - 2 > MAX_ANNOTATION_BYTES;
    const kept = this.#keeps && !tooLong ? text : EMPTY;
    for (const byte of kept) {
      this.#output.push(byte);
    }
  }

  /** Whether the value at the present position may pass. */
  #mayPass(): boolean {
    const [list, items, item] = this.#stack;
    if (!list || list.isArray || list.key !== 'items') {
      // Metadata of the list, or a Status; what is in the wrong place altogether is not let through.
      return list !== undefined && list.key !== 'data' && !list.isArray;
    }
    if (!items || !items.isArray || !item || item.isArray) {
      return false;
    }
    return (
      KEPT_MEMBERS.has(item.key) &&
      !(
        this.#isAnnotation() &&
        // `kubectl.kubernetes.io/last-applied-configuration` and its likes
        /appl(y|ied)|secret|data/i.test(this.#stack[4]?.key ?? '')
      )
    );
  }

  #isAnnotation(): boolean {
    const [, , item, metadata] = this.#stack;
    return item?.key === 'metadata' && metadata?.key === 'annotations';
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function decodeKey(text: number[]): string {
  try {
    return String(JSON.parse(Buffer.from(text).toString('utf8')));
  } catch {
    // Not a key that any parser accepts: nothing below it may pass.
    return '';
  }
}
