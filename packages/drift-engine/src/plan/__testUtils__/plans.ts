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

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const FIXTURES = join(__dirname, '..', '..', '__fixtures__', 'terraform');

/** Bytes of a recorded plan, decompressed where needed. */
export function recordedPlan(name: string): Buffer {
  const bytes = readFileSync(join(FIXTURES, name));
  return name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

export function recordedPlanNames(): string[] {
  return readdirSync(FIXTURES).filter(name => /\.json(\.gz)?$/.test(name));
}

/** Plans of other projects, which are looked at in place and never copied. */
export function publicPlanPaths(): string[] {
  for (let at = __dirname; at !== dirname(at); at = dirname(at)) {
    const corpus = join(at, 'shared', 'corpus', 'terraform', 'public');
    if (existsSync(corpus)) {
      return readdirSync(corpus)
        .filter(name => name.endsWith('.json') && name !== 'MANIFEST.json')
        .map(name => join(corpus, name));
    }
  }
  return [];
}

/** The bytes as a stream of chunks of the size that `next` tells. */
export async function* inChunks(
  bytes: Uint8Array,
  next: () => number = () => 64 * 1024,
): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; ) {
    const end = start + next();
    // A copy that is overwritten afterwards: nobody may hold on to a chunk.
    const chunk = Uint8Array.prototype.slice.call(bytes, start, end);
    yield chunk;
    chunk.fill(0x21);
    start = end;
  }
}

export function planBytes(plan: unknown): Buffer {
  return Buffer.from(typeof plan === 'string' ? plan : JSON.stringify(plan));
}

/** Mulberry32: a small generator of repeatable numbers in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
