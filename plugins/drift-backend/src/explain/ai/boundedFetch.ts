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

import { AiError } from './AiError';

type Fetch = (
  input: string | URL | Request,
  init?: RequestInit,
) => Promise<Response>;

/**
 * A fetch that reads the whole answer itself, and stops reading as soon as it is
 * larger or slower than allowed. Answers of any size cost `maxBytes` of memory.
 */
export function createBoundedFetch(options: {
  fetch: Fetch;
  maxBytes: number;
  /** For headers and body together, per attempt, in milliseconds. */
  timeoutMs: number;
  /** Told why before the call fails: whoever wraps fetch may hide it. */
  onRefused(error: AiError): void;
}): Fetch {
  const { maxBytes, timeoutMs, onRefused } = options;
  return async (input, init) => {
    const own = new AbortController();
    const refuse = (error: AiError) => {
      onRefused(error);
      own.abort(error);
    };
    const timer = setTimeout(
      () =>
        refuse(
          new AiError(
            'timeout',
            `AI error: the provider did not answer within ${
              timeoutMs / 1000
            } seconds`,
          ),
        ),
      timeoutMs,
    );
    const signal = init?.signal
      ? AbortSignal.any([init.signal, own.signal])
      : own.signal;
    try {
      // A redirect could carry the key and the digest to somebody else.
      const response = await options.fetch(input, {
        ...init,
        redirect: 'manual',
        signal,
      });
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      for await (const chunk of response.body ?? []) {
        bytes += chunk.byteLength;
        if (bytes > maxBytes) {
          refuse(
            new AiError(
              'too-large',
              `AI error: the answer is larger than ${Math.floor(
                maxBytes / 1024,
              )} KiB`,
            ),
          );
          throw own.signal.reason;
        }
        chunks.push(chunk);
      }
      const hasBody = ![101, 204, 205, 304].includes(response.status);
      return new Response(hasBody ? Buffer.concat(chunks) : undefined, {
        status: response.status,
        headers: withoutEncoding(response.headers),
      });
    } finally {
      clearTimeout(timer);
    }
  };
}

/** The body has been decoded already. */
function withoutEncoding(headers: Headers): Headers {
  const copy = new Headers(headers);
  copy.delete('content-encoding');
  copy.delete('content-length');
  return copy;
}
