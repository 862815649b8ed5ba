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

import { IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { toError } from '@backstage/errors';
import { JsonObject, JsonValue } from '@backstage/types';
import { ClusterLimits } from '../cluster/ClusterClient';
import { connect, Connection } from '../cluster/connect';
import { ConfiguredCluster } from '../config/KubernetesConfig';
import { isObject, listAt, objectAt, textAt } from '../read/json';
import { SecretFilter } from '../read/SecretFilter';

const MAX_WAITS = 6;
const MAX_WAIT_SECONDS = 60;

/** Errors of the network that come before anything was sent. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
]);

/** One request that changes an object, or asks what it would change. */
export interface WriteRequest {
  method: 'POST' | 'PATCH' | 'DELETE';
  path: string;
  query: Record<string, string>;
  contentType: string;
  body: JsonValue;
  /** Nothing that the answer holds as data may be kept. */
  isSecret: boolean;
  signal: AbortSignal;
}

/** Why the API server did not do it; none of its own words, which may quote values. */
export interface Refusal {
  code: number;
  /** E.g. `AlreadyExists`. */
  reason?: string;
  /** Fields that it names, e.g. `spec.selector`. */
  fields: string[];
  /** Field managers that own what would be changed. */
  managers: string[];
  /** Of a 403 that is none of the role. */
  obstacle?: 'namespace-ends' | 'quota' | 'policy';
}

/** What became of a request. */
export type WriteAnswer =
  | { kind: 'done'; object: JsonObject }
  | { kind: 'refused'; refusal: Refusal }
  /** No answer came; unless `sent`, nothing can have happened. */
  | { kind: 'lost'; sent: boolean };

/** Writes to the API server of one cluster. */
export class ClusterWriter {
  /** @throws ClusterFailure when the configuration does not give access. */
  static async create(
    cluster: ConfiguredCluster,
    limits: ClusterLimits,
  ): Promise<ClusterWriter> {
    const access = cluster.remediation ?? cluster.access;
    return new ClusterWriter(
      await connect({ ...cluster, access }, limits.concurrency),
      limits,
    );
  }

  readonly #connection: Connection;
  readonly #limits: ClusterLimits;

  private constructor(connection: Connection, limits: ClusterLimits) {
    this.#connection = connection;
    this.#limits = limits;
  }

  /** Closes what is kept open for further requests. */
  close(): void {
    this.#connection.agent.destroy();
  }

  /**
   * Sends a request, and again as long as the server says that it is too busy
   * (429): then it has not looked at it yet.
   */
  async send(request: WriteRequest): Promise<WriteAnswer> {
    for (let waits = 0; ; waits += 1) {
      const { retryAfterMs, answer } = await this.#attempt(request);
      if (retryAfterMs === undefined || waits === MAX_WAITS) {
        return answer;
      }
      await sleep(retryAfterMs, undefined, { signal: request.signal });
    }
  }

  async #attempt(
    request: WriteRequest,
  ): Promise<{ answer: WriteAnswer; retryAfterMs?: number }> {
    request.signal.throwIfAborted();
    const signal = AbortSignal.any([
      request.signal,
      AbortSignal.timeout(this.#limits.requestTimeoutMs),
    ]);
    try {
      const response = await this.#send(request, signal);
      const code = response.statusCode ?? 0;
      const body = await this.#read(response, request, signal);
      if (code === 200 || code === 201 || code === 202) {
        return { answer: { kind: 'done', object: body } };
      }
      const refusal = refusalOf(code, body);
      const seconds = Number(response.headers['retry-after'] ?? 1);
      return {
        answer: { kind: 'refused', refusal },
        ...(code === 429
          ? {
              retryAfterMs:
                Math.min(seconds >= 0 ? seconds : 1, MAX_WAIT_SECONDS) * 1000,
            }
          : {}),
      };
    } catch (error) {
      const { code = '' } = toError(error) as NodeJS.ErrnoException;
      return { answer: { kind: 'lost', sent: !NOT_SENT.has(code) } };
    }
  }

  async #send(
    { method, path, query, contentType, body }: WriteRequest,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const { server, request, agent } = this.#connection;
    const url = new URL(`${server}${path}`);
    url.search = new URLSearchParams(query).toString();
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const bytes = Buffer.from(JSON.stringify(body));
    return await new Promise((resolve, reject) => {
      send(
        url,
        {
          method,
          agent,
          auth: request.auth,
          headers: {
            ...request.headers,
            Accept: 'application/json',
            'Content-Type': contentType,
            'Content-Length': bytes.length,
            'User-Agent': 'infra-hub-drift',
          },
          signal,
        },
        resolve,
      )
        .once('error', reject)
        .end(bytes);
    });
  }

  /** @throws Error when the answer does not end as it should. */
  async #read(
    response: IncomingMessage,
    { isSecret }: WriteRequest,
    signal: AbortSignal,
  ): Promise<JsonObject> {
    const isAnswer = (response.statusCode ?? 0) < 300;
    const stream = isSecret && isAnswer ? withoutData(response) : response;
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of stream) {
      signal.throwIfAborted();
      bytes += chunk.length;
      if (bytes > this.#limits.maxResponseBytes) {
        response.destroy();
        throw new Error('The answer is too large');
      }
      chunks.push(chunk);
    }
    if (!response.complete) {
      throw new Error('The answer broke off');
    }
    const text = Buffer.concat(chunks).toString('utf8');
    if (!isAnswer) {
      return parseStatus(text);
    }
    const value: JsonValue = JSON.parse(text);
    const object =
      isSecret && isObject(value) ? listAt(value, 'items')[0] : value;
    if (!isObject(object)) {
      throw new Error('The answer is no object');
    }
    return object;
  }
}

/** The filter knows lists, so the object is made one. */
function withoutData(response: IncomingMessage): Readable {
  const filter = SecretFilter.create();
  filter.write('{"items":[');
  response.on('error', error => filter.destroy(error));
  response.on('aborted', () => filter.destroy(new Error('broken off')));
  response.on('data', chunk => filter.write(chunk));
  response.on('end', () => filter.end(']}'));
  return filter;
}

/** Proxies answer in other forms; then the status alone has to do. */
function parseStatus(text: string): JsonObject {
  try {
    const value: JsonValue = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

const MAX_NAMED = 20;

function refusalOf(code: number, status: JsonObject): Refusal {
  const causes = listAt(objectAt(status, 'details'), 'causes').filter(isObject);
  const reason = textAt(status, 'reason');
  const obstacle = code === 403 ? obstacleOf(status, causes) : undefined;
  return {
    code,
    ...(obstacle ? { obstacle } : {}),
    ...(reason && /^[A-Za-z]{1,64}$/.test(reason) ? { reason } : {}),
    fields: unique(
      causes.flatMap(cause => {
        const field = textAt(cause, 'field') ?? '';
        return /^[\w.\-/[\]"=,{}:~]{1,200}$/.test(field) ? [field] : [];
      }),
    ),
    managers: unique(
      causes.flatMap(cause => {
        const message = textAt(cause, 'message') ?? '';
        const match = /^conflict with "([\w.\-/@ ]{1,128})"/.exec(message);
        return cause.reason === 'FieldManagerConflict' && match
          ? [match[1]]
          : [];
      }),
    ),
  };
}

/**
 * Admission answers 403, too: the namespace lifecycle and quota plugins, webhooks,
 * policies and Pod Security.
 *
 * Source: kubernetes plugin/pkg/admission and apiserver pkg/admission, their errors.
 */
function obstacleOf(
  status: JsonObject,
  causes: readonly JsonObject[],
): Refusal['obstacle'] {
  const message = textAt(status, 'message') ?? '';
  if (causes.some(cause => cause.reason === 'NamespaceTerminating')) {
    return 'namespace-ends';
  }
  if (/\bexceeded quota: /.test(message)) {
    return 'quota';
  }
  return /\bdenied (?:the )?request\b|\bviolates PodSecurity\b/.test(message)
    ? 'policy'
    : undefined;
}

function unique(texts: string[]): string[] {
  return [...new Set(texts)].slice(0, MAX_NAMED);
}
