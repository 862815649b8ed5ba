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

import { RemediationFailure } from '@infra-hub/backstage-plugin-drift-node';

const TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 20 * 1024 * 1024;

const STATUS_WORDS: Record<number, string> = {
  401: 'does not accept the credentials of the integration',
  403: 'does not allow it; the credentials of the integration must be able to write code and open pull requests',
  404: 'does not know it, or the credentials of the integration may not see it',
  429: 'asks to come back later',
};

/** An answer other than success. */
export class CodeHostError extends RemediationFailure {
  name = 'CodeHostError';

  constructor(readonly status: number, message: string) {
    super(message);
  }
}

/**
 * One request to the API of a host of code. Never follows a redirect, since that
 * could carry the credentials elsewhere.
 *
 * @returns the parsed answer, undefined when there is none
 * @throws CodeHostError naming what was attempted; the answer's text is left out,
 * since it may repeat what was sent
 */
export async function requestCodeHost<T>(options: {
  /** What is attempted, e.g. `read the branch main`. */
  what: string;
  url: string;
  method?: 'GET' | 'POST';
  headers: Record<string, string>;
  body?: object;
  signal: AbortSignal;
}): Promise<T> {
  const { what, url, method = 'GET', headers, body, signal } = options;
  const { host } = new URL(url);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      headers: {
        Accept: 'application/json',
        ...headers,
        ...(body ? { 'Content-Type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    text = await readText(response, host);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof RemediationFailure) {
      throw error;
    }
    throw new RemediationFailure(
      `Could not ${what}: ${host} could not be reached or did not answer in time`,
    );
  }
  if (!response.ok) {
    throw new CodeHostError(response.status, sentenceOf(what, host, response));
  }
  try {
    return (text === '' ? undefined : JSON.parse(text)) as T;
  } catch {
    throw new RemediationFailure(
      `Could not ${what}: the answer of ${host} cannot be read`,
    );
  }
}

async function readText(response: Response, host: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) {
      throw new RemediationFailure(`The answer of ${host} is too large`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** In words what a status means for whoever set the integration up. */
export function sentenceOf(
  what: string,
  host: string,
  { status }: { status: number },
): string {
  return `Could not ${what}: ${host} ${
    STATUS_WORDS[status] ?? `answered with status ${status}`
  }`;
}
