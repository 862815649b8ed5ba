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

import { AuditEntry } from './CloudState';
import { CloudError } from './CloudError';
import { CloudResource } from './Cloud';
import { isJsonObject, JsonObject } from './json';

/**
 * Options of {@link CloudClient}.
 *
 * @public
 */
export interface CloudClientOptions {
  /** E.g. `http://127.0.0.1:7071`. */
  endpoint: string;
  token?: string;
  /** Who acts, for the audit log. */
  actor: string;
  /** Defaults to `api`; `terraform` marks what code wrote. */
  via?: 'api' | 'terraform';
}

/**
 * Speaks to the API of the sandbox cloud. Answers other than success are
 * thrown as {@link CloudError}; so is a cloud that cannot be reached, with
 * status 0.
 *
 * @public
 */
export class CloudClient {
  readonly #options: CloudClientOptions;

  static create(options: CloudClientOptions): CloudClient {
    return new CloudClient(options);
  }

  private constructor(options: CloudClientOptions) {
    this.#options = options;
  }

  /** Throws when the login is rejected. */
  async checkLogin(): Promise<void> {
    await this.#call('GET', '/api/session');
  }

  async region(name: string): Promise<JsonObject> {
    return this.#call('GET', `/api/regions/${encodeURIComponent(name)}`);
  }

  async audit(
    options: { resource?: string; limit?: number } = {},
  ): Promise<AuditEntry[]> {
    const query = new URLSearchParams();
    if (options.resource) {
      query.set('resource', options.resource);
    }
    if (options.limit) {
      query.set('limit', String(options.limit));
    }
    const answer = await this.#call('GET', `/api/audit?${query}`);
    return answer.entries as unknown as AuditEntry[];
  }

  async list(client: string, kind: string): Promise<CloudResource[]> {
    const answer = await this.#call('GET', path(client, kind));
    return answer.items as CloudResource[];
  }

  async get(client: string, kind: string, name: string) {
    return (await this.#call('GET', path(client, kind, name))) as CloudResource;
  }

  async create(client: string, kind: string, fields: JsonObject) {
    return (await this.#call(
      'POST',
      path(client, kind),
      fields,
    )) as CloudResource;
  }

  /** Changes the given fields and leaves the others; lists are replaced as a whole. */
  async update(client: string, kind: string, name: string, patch: JsonObject) {
    return (await this.#call(
      'PATCH',
      path(client, kind, name),
      patch,
    )) as CloudResource;
  }

  async delete(client: string, kind: string, name: string): Promise<void> {
    await this.#call('DELETE', path(client, kind, name));
  }

  async credentials(client: string, kind: string, name: string) {
    return (await this.#call(
      'GET',
      path(client, kind, name, 'credentials'),
    )) as Record<string, string>;
  }

  async rotateCredentials(client: string, kind: string, name: string) {
    await this.#call('POST', path(client, kind, name, 'rotate-credentials'));
  }

  /** Acts as an application that stores data: only etag and last modified change. */
  async writeData(client: string, kind: string, name: string) {
    await this.#call('POST', path(client, kind, name, 'write-data'));
  }

  /** `<client>/<module>` of every Terraform state that was written. */
  async terraformStates(): Promise<string[]> {
    return (await this.#call('GET', '/tfstate/')).items as string[];
  }

  async #call(
    method: string,
    route: string,
    body?: JsonObject,
  ): Promise<JsonObject> {
    const { endpoint, token, actor, via = 'api' } = this.#options;
    const response = await fetch(`${endpoint.replace(/\/+$/, '')}${route}`, {
      method,
      headers: {
        'x-sandbox-actor': encodeURIComponent(actor),
        'x-sandbox-via': via,
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
    }).catch(error => {
      throw new CloudError(
        0,
        'Unreachable',
        `The sandbox cloud at ${endpoint} cannot be reached: ${reasonOf(
          error,
        )}`,
      );
    });
    const content = await response.text();
    const answer = content === '' ? {} : parseAnswer(content);
    if (!response.ok) {
      throw errorOf(response.status, answer);
    }
    return answer;
  }
}

function path(...segments: string[]): string {
  return `/api/clients/${segments.map(encodeURIComponent).join('/')}`;
}

function parseAnswer(content: string): JsonObject {
  try {
    const value: unknown = JSON.parse(content);
    return isJsonObject(value) ? value : {};
  } catch (error) {
    throw new CloudError(
      502,
      'Garbled',
      `The answer of the sandbox cloud is not JSON: ${
        (error as Error).message
      }`,
    );
  }
}

function errorOf(status: number, answer: JsonObject): CloudError {
  const error = isJsonObject(answer.error) ? answer.error : {};
  return new CloudError(
    status,
    String(error.code ?? 'Failed'),
    String(error.message ?? `The sandbox cloud answered ${status}`),
    typeof error.field === 'string' ? error.field : undefined,
  );
}

function reasonOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
