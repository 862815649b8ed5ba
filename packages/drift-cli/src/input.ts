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

import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { fileBytes } from '@infra-hub/drift-engine';
import { Console } from './Console';
import { Progress } from './report/Progress';

const GZIP = [0x1f, 0x8b];
/** Enough to tell the kinds of documents apart. */
const PEEK_BYTES = 4096;

/**
 * Opens a file or, for `-`, standard input; unpacks gzip. The bytes stay bytes: a
 * plan can be longer than a string can. A chunk is valid until the next one is
 * asked for.
 */
export async function openInput(
  file: string,
  console: Pick<Console, 'stdin'>,
  progress?: Progress,
): Promise<AsyncIterable<Uint8Array>> {
  const source =
    file === '-' ? bytesOf(Readable.from(console.stdin)) : fileBytes(file);
  return unpacked(progress ? progress.watch(source) : source);
}

/** Unpacks gzip; other bytes stay as they are. */
export async function unpacked(
  source: AsyncIterable<Uint8Array>,
): Promise<AsyncIterable<Uint8Array>> {
  const { head, rest } = await peek(source, GZIP.length);
  if (!GZIP.every((byte, index) => head[index] === byte)) {
    return rest;
  }
  const gunzip = createGunzip();
  const packed = Readable.from(copies(rest));
  packed.on('error', error => gunzip.destroy(error));
  return packed.pipe(gunzip);
}

/** What a document starts like. */
export type DocumentKind = 'plan-json' | 'ui-stream' | 'plan-text';

/** Tells by the first bytes what a document is. */
export async function sniff(
  input: AsyncIterable<Uint8Array>,
): Promise<{ kind: DocumentKind; rest: AsyncIterable<Uint8Array> }> {
  const { head, rest } = await peek(input, PEEK_BYTES);
  const text = head
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (text === '' || text.startsWith('PK\u0003\u0004')) {
    return { kind: 'plan-json', rest };
  }
  if (/^\{[^\n]*"@(?:level|message|module|timestamp)"\s*:/.test(text)) {
    return { kind: 'ui-stream', rest };
  }
  return { kind: /^[{[]/.test(text) ? 'plan-json' : 'plan-text', rest };
}

async function peek(
  input: AsyncIterable<Uint8Array>,
  length: number,
): Promise<{ head: Buffer; rest: AsyncIterable<Uint8Array> }> {
  const iterator = input[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let ended = false;
  while (size < length && !ended) {
    const next = await iterator.next();
    if (next.done) {
      ended = true;
    } else {
      chunks.push(Buffer.from(next.value));
      size += next.value.length;
    }
  }
  async function* rest() {
    try {
      yield* chunks;
      while (!ended) {
        const next = await iterator.next();
        if (next.done) {
          return;
        }
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { head: Buffer.concat(chunks), rest: rest() };
}

/** A stream reads ahead, which chunks in one buffer would not outlive. */
async function* copies(
  source: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  for await (const chunk of source) {
    yield Buffer.from(chunk);
  }
}

async function* bytesOf(
  source: AsyncIterable<unknown>,
): AsyncIterable<Uint8Array> {
  for await (const chunk of source) {
    yield typeof chunk === 'string'
      ? Buffer.from(chunk)
      : (chunk as Uint8Array);
  }
}
