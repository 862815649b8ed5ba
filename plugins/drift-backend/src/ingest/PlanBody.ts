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

import { InputError } from '@backstage/errors';
import { Request } from 'express';
import { PassThrough, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { RefusedRequest } from '../http/RefusedRequest';

const CHUNK_BYTES = 64 * 1024;
/** How long a sender whose upload was refused may go on before the line is cut. */
const DISCARD_MS = 10_000;

/** What a body may hold. */
export type BodyKind = 'plan-json' | 'ui-stream' | 'text';

const KINDS: Readonly<Record<string, BodyKind>> = {
  'application/json': 'plan-json',
  'application/x-ndjson': 'ui-stream',
  'application/jsonl': 'ui-stream',
  'text/plain': 'text',
};

const UTF8 = /^(?:utf-?8|us-ascii)$/i;

/**
 * The body of a request as bytes, unpacked, never as a whole in memory.
 *
 * @remarks
 * The limit counts unpacked bytes, so that a small body that unpacks to a huge one
 * ends as soon as it has grown too far. The request itself is never destroyed
 * while an answer can still be read: the rest is read and thrown away for a while.
 */
export class PlanBody {
  readonly kind: BodyKind;
  readonly #request: Request;
  readonly #packed: boolean;

  /** @throws RefusedRequest when the type or the encoding is not understood */
  static of(request: Request): PlanBody {
    return new PlanBody(request);
  }

  private constructor(request: Request) {
    this.#request = request;
    this.kind = kindOf(request);
    this.#packed = isPacked(request);
  }

  /** @throws RefusedRequest when the request itself says that it is too large */
  requireSize(limit: number): void {
    if (Number(this.#request.headers['content-length'] ?? 0) > limit) {
      throw tooLarge(limit);
    }
  }

  /**
   * @throws RefusedRequest when the body is too large or badly packed
   * @throws InputError when the sender gave up
   */
  async *read(limit: number): AsyncGenerator<Uint8Array> {
    const request = this.#request;
    const bytes: Transform = this.#packed
      ? createGunzip({ chunkSize: CHUNK_BYTES })
      : new PassThrough();
    const onAbort = () => {
      if (!request.complete) {
        bytes.destroy(aborted());
      }
    };
    if (request.destroyed) {
      throw aborted();
    }
    request.on('close', onAbort);
    request.on('error', onAbort);
    request.pipe(bytes);
    let size = 0;
    try {
      for await (const chunk of bytes) {
        size += chunk.length;
        if (size > limit) {
          throw tooLarge(limit);
        }
        yield chunk;
      }
    } catch (error) {
      throw isBadlyPacked(error)
        ? new RefusedRequest(422, 'The gzip data is damaged or cut off')
        : error;
    } finally {
      request.unpipe(bytes);
      request.off('close', onAbort);
    }
  }
}

/** Reads what is left of a request that was answered, for a while. */
export function discardRest(request: Request): void {
  if (request.complete || request.destroyed) {
    return;
  }
  const timer = setTimeout(() => request.destroy(), DISCARD_MS);
  timer.unref();
  request.once('close', () => clearTimeout(timer));
  request.once('end', () => clearTimeout(timer));
  request.on('error', () => clearTimeout(timer));
  request.resume();
}

function kindOf(request: Request): BodyKind {
  const [type, ...parameters] = (request.headers['content-type'] ?? '').split(
    ';',
  );
  const kind = KINDS[type.trim().toLowerCase()];
  const charset = parameters
    .map(parameter => /^\s*charset\s*=\s*"?([^"]*)"?\s*$/i.exec(parameter)?.[1])
    .find(value => value !== undefined);
  if (!kind || (charset !== undefined && !UTF8.test(charset))) {
    throw new RefusedRequest(
      415,
      'The content type must be application/json (terraform show -json), application/x-ndjson (terraform plan -json) or text/plain (terraform plan), in UTF-8',
    );
  }
  return kind;
}

function isPacked(request: Request): boolean {
  const encoding = (request.headers['content-encoding'] ?? 'identity')
    .trim()
    .toLowerCase();
  if (!['identity', 'gzip', 'x-gzip'].includes(encoding)) {
    throw new RefusedRequest(
      415,
      'The content encoding must be gzip, or there must be none',
    );
  }
  return encoding !== 'identity';
}

function tooLarge(limit: number): RefusedRequest {
  return new RefusedRequest(
    413,
    `The plan is larger than the limit of ${inWords(limit)}`,
  );
}

function inWords(bytes: number): string {
  for (const [unit, size] of [
    ['GB', 1024 ** 3],
    ['MB', 1024 ** 2],
    ['kB', 1024],
  ] as const) {
    if (bytes >= size) {
      return `${Math.round((bytes / size) * 10) / 10} ${unit}`;
    }
  }
  return `${bytes} bytes`;
}

function aborted(): InputError {
  return new InputError('The upload was broken off');
}

function isBadlyPacked(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    String(error.code).startsWith('Z_')
  );
}
