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

/** Keeps the end of an endless stream in bounded memory. */
export class TailBuffer {
  readonly #maxBytes: number;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #dropped = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes > 2 * this.#maxBytes) {
      this.#trim();
    }
  }

  toString(): string {
    this.#trim();
    const text = Buffer.concat(this.#chunks).toString('utf8');
    return this.#dropped ? `[beginning left out]\n${text}` : text;
  }

  #trim(): void {
    if (this.#bytes <= this.#maxBytes) {
      return;
    }
    const all = Buffer.concat(this.#chunks);
    // A copy: a subarray would keep the whole of it in memory.
    const tail = Buffer.from(all.subarray(all.length - this.#maxBytes));
    this.#chunks = [tail];
    this.#bytes = tail.length;
    this.#dropped = true;
  }
}
