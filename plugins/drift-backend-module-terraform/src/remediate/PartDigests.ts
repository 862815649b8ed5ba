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

import { createHash, Hash } from 'node:crypto';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN = new Set([0x7b, 0x5b]);
const CLOSE = new Set([0x7d, 0x5d]);

/**
 * Digests of some top-level members of a JSON object that streams by, as they are
 * written. Keeps nothing of them: they may be large, and hold secrets.
 *
 * @remarks
 *
 * Terraform and OpenTofu write the keys of every map in order, so the same content
 * has the same bytes. That the document is well-formed is for others to check.
 */
export class PartDigests {
  readonly #salt: string;
  readonly #wanted: ReadonlySet<string>;
  readonly #hashes = new Map<string, Hash>();
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Bytes of the string at depth 1 that may be a key. */
  #keyBytes: number[] | undefined;
  #key = '';
  #inValue = false;

  constructor(salt: string, wanted: readonly string[]) {
    this.#salt = salt;
    this.#wanted = new Set(wanted);
  }

  /** Hands the bytes on as they are. */
  async *tap(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const chunk of bytes) {
      this.#read(chunk);
      yield chunk;
    }
  }

  /** Of the members that were there. */
  digests(): Record<string, string> {
    return Object.fromEntries(
      [...this.#hashes].map(([key, hash]) => [key, hash.copy().digest('hex')]),
    );
  }

  #read(chunk: Uint8Array): void {
    let start = 0;
    const flush = (end: number) => {
      if (this.#inValue && end > start) {
        this.#hashes.get(this.#key)?.update(chunk.subarray(start, end));
      }
      start = end;
    };
    for (let index = 0; index < chunk.length; index++) {
      const byte = chunk[index];
      if (this.#inString) {
        this.#readString(byte);
      } else if (byte === QUOTE) {
        this.#inString = true;
        this.#keyBytes = this.#depth === 1 && !this.#inValue ? [] : undefined;
      } else if (OPEN.has(byte)) {
        this.#depth++;
      } else if (CLOSE.has(byte)) {
        this.#depth--;
        if (this.#depth === 0) {
          flush(index);
          this.#inValue = false;
        }
      } else if (this.#depth === 1 && byte === COLON && !this.#inValue) {
        start = index + 1;
        this.#inValue = true;
        if (this.#wanted.has(this.#key)) {
          this.#hashes.set(this.#key, createHash('sha256').update(this.#salt));
        }
      } else if (this.#depth === 1 && byte === COMMA) {
        flush(index);
        this.#inValue = false;
      }
    }
    flush(chunk.length);
  }

  #readString(byte: number): void {
    if (this.#escaped) {
      this.#escaped = false;
    } else if (byte === BACKSLASH) {
      this.#escaped = true;
    } else if (byte === QUOTE) {
      this.#inString = false;
      if (this.#keyBytes) {
        this.#key = Buffer.from(this.#keyBytes).toString('utf8');
        this.#keyBytes = undefined;
      }
      return;
    }
    this.#keyBytes?.push(byte);
  }
}
