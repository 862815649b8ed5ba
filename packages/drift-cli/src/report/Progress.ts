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

const MEGABYTE = 1_000_000;
/** What is smaller is done before anybody asks. */
const WORTH_TELLING = 10 * MEGABYTE;

/** Tells whole lines about long work: a log of a pipeline is no terminal. */
export class Progress {
  readonly #out: NodeJS.WritableStream;
  readonly #doing: string;
  readonly #total: number | undefined;
  #done = 0;
  #nextAt: number;

  /** @param total - bytes, when they are known */
  static create(options: {
    out: NodeJS.WritableStream;
    doing: string;
    total?: number;
  }): Progress {
    return new Progress(options.out, options.doing, options.total);
  }

  private constructor(
    out: NodeJS.WritableStream,
    doing: string,
    total: number | undefined,
  ) {
    this.#out = out;
    this.#doing = doing;
    this.#total = total;
    this.#nextAt = Math.max(WORTH_TELLING, this.#step());
    if ((total ?? 0) < WORTH_TELLING && total !== undefined) {
      this.#nextAt = Infinity;
    }
  }

  add(bytes: number): void {
    this.#done += bytes;
    if (this.#done < this.#nextAt) {
      return;
    }
    this.#nextAt = this.#done + this.#step();
    this.#out.write(
      this.#total === undefined
        ? `${this.#doing}: ${inMegabytes(this.#done)} MB\n`
        : `${this.#doing}: ${Math.floor(
            (100 * this.#done) / this.#total,
          )} % of ${inMegabytes(this.#total)} MB\n`,
    );
  }

  async *watch(
    source: AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of source) {
      yield chunk;
      this.add(chunk.length);
    }
  }

  /** A tenth, or a hundred megabytes where the end is not known. */
  #step(): number {
    return this.#total === undefined ? 100 * MEGABYTE : this.#total / 10;
  }
}

function inMegabytes(bytes: number): string {
  const megabytes = bytes / MEGABYTE;
  return megabytes < 10 ? megabytes.toFixed(1) : megabytes.toFixed(0);
}
