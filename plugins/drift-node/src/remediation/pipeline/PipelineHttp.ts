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

import { isError } from '@backstage/errors';

/**
 * What came back from the system that runs a pipeline.
 *
 * - `answer`: it answered. `json` is absent where the body is not JSON.
 * - `failed`: it did not. `sent` tells whether the request may have arrived.
 *
 * @public
 */
export type PipelineAnswer =
  | { kind: 'answer'; status: number; headers: Headers; json?: unknown }
  | { kind: 'failed'; sent: boolean; reason: string };

/**
 * One request of a {@link PipelineHttp}.
 *
 * @public
 */
export interface PipelineHttpRequest {
  method: 'GET' | 'POST' | 'PATCH';
  /** Below the base address, with its query; see {@link pathOf}. */
  path: string;
  headers: Readonly<Record<string, string>>;
  /** Sent as it is. */
  body?: string;
  signal: AbortSignal;
}

const TIMEOUT_MS = 30_000;
const MAX_BYTES = 5_000_000;
const MAX_PAUSE_MS = 3_600_000;

/** The connection was never there, so nothing can have arrived. */
const NEVER_SENT: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'the host was not found',
  EAI_AGAIN: 'the host was not found',
  UND_ERR_CONNECT_TIMEOUT: 'no connection came about',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is not trusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};

/**
 * Talks to one address of the configuration, and to no other: redirects are not
 * followed. Never throws, and tells a request that surely did not arrive from one
 * that may have, since a pipeline must not be started twice.
 *
 * @public
 */
export class PipelineHttp {
  readonly #base: string;
  readonly #timeoutMs: number;

  /**
   * @param options - `baseUrl` may have a path; `timeoutMs` is for one request
   */
  static create(options: {
    baseUrl: string;
    timeoutMs?: number;
  }): PipelineHttp {
    return new PipelineHttp(options);
  }

  private constructor(options: { baseUrl: string; timeoutMs?: number }) {
    this.#base = options.baseUrl.replace(/\/+$/, '');
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  }

  /** Sends it once. */
  async send(request: PipelineHttpRequest): Promise<PipelineAnswer> {
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    try {
      const response = await fetch(`${this.#base}${request.path}`, {
        method: request.method,
        redirect: 'manual',
        headers: { 'user-agent': 'infra-hub-drift', ...request.headers },
        body: request.body,
        signal: AbortSignal.any([timeout, request.signal]),
      });
      return {
        kind: 'answer',
        status: response.status,
        headers: response.headers,
        json: await readJson(response),
      };
    } catch (error) {
      const code = codeOf(error);
      return {
        kind: 'failed',
        sent: !Object.hasOwn(NEVER_SENT, code),
        reason: timeout.aborted
          ? `it did not answer within ${this.#timeoutMs / 1000} seconds`
          : NEVER_SENT[code] ?? `the connection was lost${suffixOf(code)}`,
      };
    }
  }
}

/**
 * A path whose inserted values stay one segment, or one value of the query, each.
 *
 * @public
 */
export function pathOf(
  texts: TemplateStringsArray,
  ...values: (string | number)[]
): string {
  return texts.reduce(
    (path, text, index) =>
      `${path}${encodeURIComponent(values[index - 1])}${text}`,
  );
}

/**
 * How long a server wants to be left alone, in milliseconds and at most an hour:
 * `Retry-After` as of RFC 9110, or the end of a used up rate limit.
 *
 * @public
 */
export function readPause(headers: Headers, now: Date): number | undefined {
  const after = headers.get('retry-after');
  if (after !== null) {
    const ms = /^\d+$/.test(after)
      ? Number(after) * 1000
      : Date.parse(after) - now.getTime();
    return Number.isNaN(ms) ? undefined : within(ms);
  }
  const reset = headers.get('x-ratelimit-reset');
  return headers.get('x-ratelimit-remaining') === '0' &&
    reset !== null &&
    /^\d+$/.test(reset)
    ? within(Number(reset) * 1000 - now.getTime())
    : undefined;
}

function within(ms: number): number {
  return Math.min(Math.max(ms, 0), MAX_PAUSE_MS);
}

/** Nothing of a body that is too long, or no JSON, is kept. */
async function readJson(response: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) {
      return undefined;
    }
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): string {
  const cause = isError(error) ? error.cause : undefined;
  return typeof cause === 'object' && cause !== null && 'code' in cause
    ? String(cause.code)
    : '';
}

function suffixOf(code: string): string {
  return /^[A-Z0-9_]{3,60}$/.test(code) ? ` (${code})` : '';
}
