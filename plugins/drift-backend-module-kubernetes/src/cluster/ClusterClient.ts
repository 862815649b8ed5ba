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
import { Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { toError } from '@backstage/errors';
import { JsonObject, JsonValue } from '@backstage/types';
import { ConfiguredCluster } from '../config/KubernetesConfig';
import { isObject } from '../read/json';
import { SecretFilter } from '../read/SecretFilter';
import { ClusterFailure } from './ClusterFailure';
import { connect, Connection } from './connect';

const MAX_ATTEMPTS = 6;
const MAX_WAIT_SECONDS = 60;

/** Errors of the network after which no other request would do better. */
const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'it refuses connections',
  EAI_AGAIN: 'its name cannot be resolved',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ENOTFOUND: 'its name cannot be resolved',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted',
};

export interface ClusterLimits {
  requestTimeoutMs: number;
  /** Of one answer, unpacked. */
  maxResponseBytes: number;
  /** Requests to the cluster at once. */
  concurrency: number;
}

export interface GetOptions {
  path: string;
  query?: Record<string, string>;
  signal: AbortSignal;
  /** Drops the values of Secrets from the answer as it comes in. */
  dropSecretValues?: true;
}

class BodyCollector extends Writable {
  readonly #chunks: Buffer[] = [];

  override _write(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: (error?: Error) => void,
  ): void {
    this.#chunks.push(chunk);
    done();
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

/** Asks the API server of one cluster; only ever with GET. */
export class ClusterClient {
  /** @throws ClusterFailure when the configuration does not give access. */
  static async create(
    cluster: ConfiguredCluster,
    limits: ClusterLimits,
  ): Promise<ClusterClient> {
    return new ClusterClient(
      cluster.name,
      await connect(cluster, limits.concurrency),
      limits,
    );
  }

  readonly #name: string;
  readonly #connection: Connection;
  readonly #limits: ClusterLimits;

  private constructor(
    name: string,
    connection: Connection,
    limits: ClusterLimits,
  ) {
    this.#name = name;
    this.#connection = connection;
    this.#limits = limits;
  }

  /** Closes what is kept open for further requests. */
  close(): void {
    this.#connection.agent.destroy();
  }

  /** Version of the API server, e.g. `1.36.2`. */
  async version(signal: AbortSignal): Promise<string> {
    const answer = await this.get({ path: '/version', signal });
    const { gitVersion } = answer;
    if (typeof gitVersion !== 'string') {
      throw this.#broken('does not say its version');
    }
    return gitVersion.replace(/^v/, '').slice(0, 100);
  }

  /**
   * The JSON object at a path.
   *
   * @throws ClusterFailure, or the reason of the signal when it was aborted.
   */
  async get(options: GetOptions): Promise<JsonObject> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#attempt(options);
      if (answer.body) {
        return answer.body;
      }
      if (attempt === MAX_ATTEMPTS) {
        throw new ClusterFailure(
          'busy',
          `The API server of cluster ${
            this.#name
          } was too busy to answer ${MAX_ATTEMPTS} times.`,
        );
      }
      await sleep(answer.retryAfterMs, undefined, { signal: options.signal });
    }
  }

  async #attempt(
    options: GetOptions,
  ): Promise<
    | { body: JsonObject; retryAfterMs?: undefined }
    | { body?: undefined; retryAfterMs: number }
  > {
    options.signal.throwIfAborted();
    const timeout = AbortSignal.timeout(this.#limits.requestTimeoutMs);
    const signal = AbortSignal.any([options.signal, timeout]);
    try {
      const response = await this.#send(options, signal);
      const status = response.statusCode ?? 0;
      if (status !== 200) {
        // Whatever it says, it is not read: texts of servers may quote anything.
        response.resume();
        const retryAfterMs = retryAfter(response);
        if (status === 429 || (status === 503 && retryAfterMs !== undefined)) {
          return { retryAfterMs: retryAfterMs ?? 1000 };
        }
        throw this.#refusal(status);
      }
      return { body: await this.#read(response, options, signal) };
    } catch (error) {
      options.signal.throwIfAborted();
      if (timeout.aborted) {
        throw new ClusterFailure(
          'timeout',
          `The API server of cluster ${this.#name} did not answer within ${
            this.#limits.requestTimeoutMs / 1000
          } seconds.`,
        );
      }
      throw this.#failureOf(error);
    }
  }

  async #send(
    options: GetOptions,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const { server, request, agent } = this.#connection;
    const url = new URL(`${server}${options.path}`);
    url.search = new URLSearchParams(options.query).toString();
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return await new Promise((resolve, reject) => {
      send(
        url,
        {
          agent,
          auth: request.auth,
          headers: {
            ...request.headers,
            Accept: 'application/json',
            'Accept-Encoding': 'gzip',
            'User-Agent': 'infra-hub-drift',
          },
          signal,
        },
        resolve,
      )
        .once('error', reject)
        .end();
    });
  }

  async #read(
    response: IncomingMessage,
    options: GetOptions,
    signal: AbortSignal,
  ): Promise<JsonObject> {
    const encoding = response.headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity' && encoding !== 'gzip') {
      response.destroy();
      throw this.#broken('answers in an encoding that nobody asked for');
    }
    const body = new BodyCollector();
    await pipeline(
      [
        response,
        ...(encoding === 'gzip' ? [createGunzip()] : []),
        this.#sizeLimit(),
        ...(options.dropSecretValues ? [SecretFilter.create()] : []),
        body,
      ],
      { signal },
    );
    return this.#parse(body.bytes());
  }

  #sizeLimit(): Transform {
    const { maxResponseBytes } = this.#limits;
    let bytes = 0;
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        bytes += chunk.length;
        if (bytes > maxResponseBytes) {
          const megabytes = Math.floor(maxResponseBytes / 1024 / 1024);
          done(this.#broken(`answers with more than ${megabytes} MiB at once`));
        } else {
          done(undefined, chunk);
        }
      },
    });
  }

  #parse(bytes: Buffer): JsonObject {
    try {
      const value: JsonValue = JSON.parse(
        new TextDecoder('utf-8', { fatal: true }).decode(bytes),
      );
      if (isObject(value)) {
        return value;
      }
    } catch {
      // Messages of the parser quote what it read.
    }
    throw this.#broken(
      'answers with something that is not the JSON it should be',
    );
  }

  #refusal(status: number): ClusterFailure {
    const server = `The API server of cluster ${this.#name}`;
    switch (status) {
      case 401:
        return new ClusterFailure(
          'unauthorized',
          `${server} does not accept the configured credentials (401).`,
        );
      case 403:
        return new ClusterFailure('forbidden', `${server} forbids it (403).`);
      case 404:
        return new ClusterFailure(
          'absent',
          `${server} does not serve it (404).`,
        );
      case 410:
        return new ClusterFailure(
          'gone',
          `${server} dropped the list before all of it was read (410).`,
        );
      default:
        return new ClusterFailure(
          'refused',
          `${server} answers with status ${status}.`,
        );
    }
  }

  #broken(how: string): ClusterFailure {
    return new ClusterFailure(
      'broken',
      `The API server of cluster ${this.#name} ${how}.`,
    );
  }

  #failureOf(error: unknown): Error {
    if (error instanceof ClusterFailure) {
      return error;
    }
    const { code = '' } = toError(error) as NodeJS.ErrnoException;
    if (Object.hasOwn(UNREACHABLE, code)) {
      return new ClusterFailure(
        'unreachable',
        `The API server of cluster ${this.#name} cannot be reached: ${
          UNREACHABLE[code]
        }.`,
      );
    }
    return this.#broken('broke off its answer');
  }
}

/** Milliseconds of a Retry-After header in seconds, the only form that API servers use. */
function retryAfter(response: IncomingMessage): number | undefined {
  const seconds = Number(response.headers['retry-after'] ?? NaN);
  return Number.isFinite(seconds) && seconds >= 0
    ? Math.min(seconds, MAX_WAIT_SECONDS) * 1000
    : undefined;
}
