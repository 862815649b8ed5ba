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

import { JsonPiece } from './exactJson';
import { GrowingBytes } from './GrowingBytes';
import { CapturedBytes } from './JsonByteScanner';

/** Small enough that text and result stay in the processor's cache; larger batches measured slower. */
const FULL = 16 * 1024;

const OPEN = Buffer.from('[');
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from(']');

/** Entries that wait to be parsed together, which is cheaper than one by one. */
export class EntryBatch {
  readonly #bytes = new GrowingBytes();
  #members = 0;
  #inexactNumbers = false;

  get isFull(): boolean {
    return this.#bytes.length >= FULL;
  }

  add(captured: CapturedBytes): void {
    this.#bytes.append(this.#bytes.length === 0 ? OPEN : COMMA, 0, 1);
    this.#bytes.append(captured.bytes, captured.start, captured.end);
    this.#members += captured.members;
    this.#inexactNumbers ||= captured.inexactNumbers;
  }

  /** A list of the waiting entries, or undefined when none waits. */
  take(): JsonPiece | undefined {
    if (this.#bytes.length === 0) {
      return undefined;
    }
    this.#bytes.append(CLOSE, 0, 1);
    const piece = {
      text: this.#bytes.bytes.toString('utf8', 0, this.#bytes.length),
      members: this.#members,
      inexactNumbers: this.#inexactNumbers,
    };
    this.#bytes.clear();
    this.#members = 0;
    this.#inexactNumbers = false;
    return piece;
  }
}
