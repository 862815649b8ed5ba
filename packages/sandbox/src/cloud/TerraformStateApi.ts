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

import { CloudError } from './CloudError';
import { isJsonObject, JsonObject } from './json';
import { Answer, Call, jsonAnswer } from './http';
import { TerraformStates } from './TerraformStates';

/**
 * The server side of Terraform's `http` backend, below `/tfstate/<client>/<module>`.
 */
export class TerraformStateApi {
  readonly #states: TerraformStates;

  static create(options: { states: TerraformStates }): TerraformStateApi {
    return new TerraformStateApi(options.states);
  }

  private constructor(states: TerraformStates) {
    this.#states = states;
  }

  async answer(call: Call): Promise<Answer> {
    const name = call.url.pathname.replace(/^\/tfstate\//, '');
    if (name === '' && call.method === 'GET') {
      return jsonAnswer(200, { items: this.#states.names() });
    }
    if (!/^[a-z0-9-]+\/[A-Za-z0-9._-]+$/.test(name)) {
      throw new CloudError(
        404,
        'NotFound',
        'A state is found at /tfstate/<client>/<module>',
      );
    }
    switch (call.method) {
      case 'GET':
        return this.#read(name);
      case 'POST':
        await this.#states.put(
          name,
          call.body,
          call.url.searchParams.get('ID') ?? undefined,
        );
        return { status: 200 };
      case 'DELETE':
        await this.#states.delete(name);
        return { status: 200 };
      case 'LOCK':
        return this.#lock(name, call.body);
      case 'UNLOCK':
        await this.#states.unlock(name, lockInfo(call.body).ID as string);
        return { status: 200 };
      default:
        throw new CloudError(
          405,
          'NotAllowed',
          `A state cannot be asked to ${call.method}`,
        );
    }
  }

  #read(name: string): Answer {
    const body = this.#states.get(name);
    return body === undefined
      ? { status: 404 }
      : { status: 200, headers: { 'content-type': 'application/json' }, body };
  }

  async #lock(name: string, body: string): Promise<Answer> {
    const inTheWay = await this.#states.lock(name, lockInfo(body));
    return inTheWay ? jsonAnswer(423, inTheWay) : { status: 200 };
  }
}

function lockInfo(body: string): JsonObject {
  if (body === '') {
    return {};
  }
  const value: unknown = JSON.parse(body);
  return isJsonObject(value) ? value : {};
}
