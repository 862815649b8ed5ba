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
import { JsonObject } from '@backstage/types';
import {
  CloudAccount,
  CloudContext,
  CloudFailure,
} from '@infra-hub/backstage-plugin-drift-node';
import { AuthClient, gaxios } from 'google-auth-library';
import { setTimeout as sleep } from 'node:timers/promises';
import { GcpSettings, readGcpSettings } from '../config/GcpSettings';
import { signIn } from './GoogleClients';
import { isThrottled, readRefusal, Refusal } from './Refusal';

/** A request to a service of Google. */
export interface ApiRequest {
  account: CloudAccount;
  /** By whose credentials. */
  as: 'reader' | 'writer';
  method: 'GET' | 'POST' | 'PATCH';
  /** As Google documents it; goes to the configured endpoint. */
  url: string;
  query?: Record<string, string | undefined>;
  body?: JsonObject;
  /** Only what does the same when it is done twice is sent again. */
  repeatable: boolean;
  /** Called when it is sent; what happens before has changed nothing. */
  onSend?(): void;
}

/** What became of a request. */
export type ApiAnswer =
  | { state: 'ok'; body: JsonObject }
  | { state: 'refused'; refusal: Refusal }
  | {
      /** Nobody knows: a lost connection, a timeout, an answer that cannot be read. */
      state: 'unclear';
      /** One sentence. */
      reason: string;
    };

/** How patient it is. */
export interface Patience {
  /** How long one request may take, in milliseconds. */
  requestTimeoutMs: number;
  /** How often something is tried at most. */
  attempts: number;
  /** The first wait between two attempts, in milliseconds; it doubles each time. */
  backoffMs: number;
  /** The longest wait between two attempts, in milliseconds. */
  longestWaitMs: number;
  /** From 0 to 1. */
  random(): number;
}

const PATIENCE: Patience = {
  requestTimeoutMs: 30_000,
  attempts: 5,
  backoffMs: 500,
  longestWaitMs: 20_000,
  random: Math.random,
};

const LARGEST_ANSWER_BYTES = 64 * 1024 * 1024;

interface Attempt {
  answer: ApiAnswer;
  /** Asking again may help. */
  again: boolean;
  /** As the service wishes, in milliseconds. */
  waitMs?: number;
}

/**
 * Speaks to the services of Google: signs in once per project and purpose, waits
 * for its turn before each request, and asks again what may be asked again.
 */
export class GoogleApi {
  readonly #patience: Patience;
  readonly #settings = new Map<string, GcpSettings>();
  readonly #clients = new Map<string, Promise<AuthClient>>();

  static create(patience: Partial<Patience> = {}): GoogleApi {
    return new GoogleApi({ ...PATIENCE, ...patience });
  }

  private constructor(patience: Patience) {
    this.#patience = patience;
  }

  /**
   * @throws CloudFailure when there are no credentials, or they are not accepted
   * @throws The reason of the signal when it is aborted
   */
  async ask(request: ApiRequest, context: CloudContext): Promise<ApiAnswer> {
    const { attempts } = this.#patience;
    for (let attempt = 1; ; attempt++) {
      const { answer, again, waitMs } = await this.#try(request, context);
      const wait = waitMs ?? this.#backoff(attempt);
      if (
        !again ||
        attempt >= attempts ||
        wait > this.#patience.longestWaitMs
      ) {
        return answer;
      }
      context.logger.debug(
        `Google Cloud is asked again in ${Math.round(wait)} ms.`,
      );
      await this.#pause(wait, context.signal);
    }
  }

  settingsOf(account: CloudAccount): GcpSettings {
    const known = this.#settings.get(account.name);
    const settings = known ?? readGcpSettings(account);
    this.#settings.set(account.name, settings);
    return settings;
  }

  /** Waits a while before a long operation is asked for again: longer each time. */
  async pauseBetweenPolls(round: number, signal: AbortSignal): Promise<void> {
    await this.#pause(this.#backoff(round + 2), signal);
  }

  async #pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    try {
      await sleep(milliseconds, undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  }

  /** Some of the wait is random, so that those who wait do not come together. */
  #backoff(attempt: number): number {
    const { backoffMs, longestWaitMs, random } = this.#patience;
    const most = Math.min(backoffMs * 2 ** (attempt - 1), longestWaitMs);
    return most * (0.5 + random() / 2);
  }

  async #try(request: ApiRequest, context: CloudContext): Promise<Attempt> {
    await context.turn();
    context.signal.throwIfAborted();
    const client = await this.#signedIn(request, context.signal);
    request.onSend?.();
    const response = await this.#send(client, request, context.signal);
    if ('reason' in response) {
      return {
        answer: { state: 'unclear', reason: response.reason },
        again: request.repeatable,
      };
    }
    const { status, text, retryAfter } = response;
    if (status === 401) {
      this.#forget(request);
      throw new CloudFailure(
        `Google Cloud does not accept the credentials for the project ${request.account.name} (401).`,
      );
    }
    const answer = readAnswer(status, text);
    const throttled = answer.state === 'refused' && isThrottled(answer.refusal);
    return {
      answer,
      again:
        throttled || (request.repeatable && (status === 408 || status >= 500)),
      waitMs: readRetryAfter(retryAfter),
    };
  }

  async #send(
    client: AuthClient,
    { account, method, url, query = {}, body }: ApiRequest,
    signal: AbortSignal,
  ): Promise<
    { status: number; text: string; retryAfter?: string } | { reason: string }
  > {
    const given = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    );
    const timeout = AbortSignal.timeout(this.#patience.requestTimeoutMs);
    try {
      const response = await client.request<ReadableStream<Uint8Array>>({
        method,
        url: given.length > 0 ? `${url}?${new URLSearchParams(given)}` : url,
        ...(body && { data: body }),
        responseType: 'stream',
        validateStatus: () => true,
        retry: false,
        signal: AbortSignal.any([signal, timeout]),
      });
      return {
        status: response.status,
        text: await readText(response.data),
        retryAfter: response.headers.get('retry-after') ?? undefined,
      };
    } catch (error) {
      signal.throwIfAborted();
      return {
        reason: timeout.aborted
          ? `Google Cloud did not answer for the project ${account.name} in time.`
          : `The connection to Google Cloud for the project ${
              account.name
            } failed${codeOf(error)}.`,
      };
    }
  }

  async #signedIn(
    { account, as }: ApiRequest,
    signal: AbortSignal,
  ): Promise<AuthClient> {
    try {
      const client = await orAborted(signal, this.#client(account, as));
      // Fetched or renewed only when needed; apart from the request, because
      // nothing is sent without a token
      await orAborted(signal, client.getRequestHeaders());
      return client;
    } catch (error) {
      signal.throwIfAborted();
      this.#forget({ account, as });
      throw new CloudFailure(
        `Signing in to Google Cloud for the project ${
          account.name
        } failed: ${explainSignIn(error)}`,
      );
    }
  }

  #client(account: CloudAccount, as: ApiRequest['as']): Promise<AuthClient> {
    const key = `${as} ${account.name}`;
    const { endpoint, read, write } = this.settingsOf(account);
    const client =
      this.#clients.get(key) ??
      signIn({
        credentials: as === 'writer' ? write : read,
        endpoint,
        timeoutMs: this.#patience.requestTimeoutMs,
      });
    this.#clients.set(key, client);
    return client;
  }

  /** The next request reads files anew and fetches a new token. */
  #forget({ account, as }: Pick<ApiRequest, 'account' | 'as'>): void {
    this.#clients.delete(`${as} ${account.name}`);
  }
}

/** @throws The reason of the signal */
async function orAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let leave = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    leave = () => reject(signal.reason);
  });
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

async function readText(stream: ReadableStream<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Answers without content have no stream
  for await (const chunk of stream ?? []) {
    size += chunk.byteLength;
    if (size > LARGEST_ANSWER_BYTES) {
      throw new Error('The answer is too large');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readAnswer(status: number, text: string): ApiAnswer {
  const body = parseObject(text);
  if (status >= 200 && status < 300) {
    return body
      ? { state: 'ok', body }
      : {
          state: 'unclear',
          reason: 'Google Cloud gave an answer that cannot be read.',
        };
  }
  const refusal = readRefusal(status, body);
  return refusal
    ? { state: 'refused', refusal }
    : {
        state: 'unclear',
        reason: `Something answered with ${status} in the place of Google Cloud.`,
      };
}

function parseObject(text: string): JsonObject | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isObject(parsed) ? parsed : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Seconds, or a date. */
function readRetryAfter(header: string | undefined): number | undefined {
  if (header === undefined) {
    return undefined;
  }
  if (/^\d{1,9}$/.test(header)) {
    return Number(header) * 1000;
  }
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** Only what cannot hold parts of a key or a token. */
function explainSignIn(error: unknown): string {
  if (error instanceof gaxios.GaxiosError && error.response) {
    const { status, data } = error.response;
    const said: unknown = isObject(data) ? data.error : undefined;
    const word =
      typeof said === 'string' && /^[a-z_]{1,50}$/.test(said)
        ? ` (${said})`
        : '';
    return `the token service answered with ${status}${word}.`;
  }
  if (isError(error) && /default credentials/i.test(error.message)) {
    return 'there are no Application Default Credentials. Set credentials of the project, or GOOGLE_APPLICATION_CREDENTIALS for the backend.';
  }
  const code = codeOf(error);
  return code
    ? `the token service or the key file cannot be read${code}.`
    : 'the credentials cannot be used.';
}

/** E.g. ` (ECONNREFUSED)`. */
function codeOf(error: unknown): string {
  for (let each = error; isError(each); each = each.cause) {
    const { code } = each;
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code)) {
      return ` (${code})`;
    }
  }
  return '';
}
