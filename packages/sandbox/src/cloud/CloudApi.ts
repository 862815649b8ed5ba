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

import { timingSafeEqual } from 'node:crypto';
import { IncomingMessage } from 'node:http';
import { Actor, Cloud } from './Cloud';
import { CloudError } from './CloudError';
import { isJsonObject, JsonObject } from './json';
import { clients, regions, resourceKinds } from './resourceKinds';
import { Answer, Call, jsonAnswer } from './http';

/**
 * The HTTP API of the cloud, below `/api`.
 *
 * | route | does |
 * |---|---|
 * | `GET /api/health` | answers without login |
 * | `GET /api/session` | tells whether the login is accepted |
 * | `GET /api/regions[/:name]` | regions |
 * | `GET /api/audit?resource=&limit=` | who did what, newest first |
 * | `GET, POST /api/clients/:client/:kind` | list, create |
 * | `GET, PATCH, DELETE /api/clients/:client/:kind/:name` | read, change fields, delete |
 * | `GET …/:name/credentials` | secrets |
 * | `POST …/:name/rotate-credentials` | new secrets |
 * | `POST …/:name/write-data` | what an application does: changes etag and last modified |
 *
 * `x-sandbox-actor` (percent-encoded) says who acts, `x-sandbox-via` by which way.
 */
export class CloudApi {
  readonly #cloud: Cloud;
  readonly #token: string | undefined;

  static create(options: { cloud: Cloud; token?: string }): CloudApi {
    return new CloudApi(options.cloud, options.token);
  }

  private constructor(cloud: Cloud, token: string | undefined) {
    this.#cloud = cloud;
    this.#token = token;
  }

  async answer(call: Call): Promise<Answer> {
    const [, , area, ...rest] = call.url.pathname.split('/').map(decodeSegment);
    if (area === 'health') {
      return jsonAnswer(200, { status: 'ok' });
    }
    this.#assertLogin(call.request);
    switch (area) {
      case 'session':
        return jsonAnswer(200, { clients });
      case 'regions':
        return regionAnswer(rest[0]);
      case 'kinds':
        return jsonAnswer(
          200,
          resourceKinds.map(({ id, singular }) => ({ id, singular })),
        );
      case 'audit':
        return jsonAnswer(200, {
          entries: this.#cloud.audit({
            resource: call.url.searchParams.get('resource') ?? undefined,
            limit: limitOf(call.url),
          }),
        });
      case 'clients':
        return this.#resources(call, rest);
      default:
        throw notFound(call);
    }
  }

  async #resources(call: Call, segments: string[]): Promise<Answer> {
    const [client, kind, name, verb] = segments;
    const actor = actorOf(call.request);
    if (segments.length === 2) {
      switch (call.method) {
        case 'GET':
          return jsonAnswer(200, { items: this.#cloud.list(client, kind) });
        case 'POST':
          return jsonAnswer(
            201,
            await this.#cloud.create(client, kind, jsonBody(call), actor),
          );
        default:
          throw notFound(call);
      }
    }
    const path = { client, kind, name };
    const route = `${call.method} ${segments.length === 3 ? '' : verb}`;
    switch (segments.length <= 4 ? route : undefined) {
      case 'GET ':
        return jsonAnswer(200, this.#cloud.get(path));
      case 'PATCH ':
        return jsonAnswer(
          200,
          await this.#cloud.update(path, jsonBody(call), actor),
        );
      case 'DELETE ':
        await this.#cloud.delete(path, actor);
        return { status: 204 };
      case 'GET credentials':
        return jsonAnswer(200, this.#cloud.credentials(path));
      case 'POST rotate-credentials':
        await this.#cloud.rotateCredentials(path, actor);
        return { status: 204 };
      case 'POST write-data':
        await this.#cloud.writeData(path, actor);
        return { status: 204 };
      default:
        throw notFound(call);
    }
  }

  #assertLogin(request: IncomingMessage): void {
    if (this.#token === undefined) {
      return;
    }
    const expected = Buffer.from(`Bearer ${this.#token}`);
    const given = Buffer.from(request.headers.authorization ?? '');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new CloudError(
        401,
        'Unauthorized',
        'The sandbox cloud rejected the login: the token is missing or wrong',
      );
    }
  }
}

function regionAnswer(name: string | undefined): Answer {
  if (name === undefined) {
    return jsonAnswer(200, { items: regions });
  }
  const region = regions.find(known => known.name === name);
  if (!region) {
    throw new CloudError(404, 'NotFound', `There is no region ${name}`);
  }
  return jsonAnswer(200, region);
}

function notFound(call: Call): CloudError {
  return new CloudError(
    404,
    'NotFound',
    `The sandbox cloud has no ${call.method} ${call.url.pathname}`,
  );
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) {
      return segment;
    }
    throw error;
  }
}

function limitOf(url: URL): number {
  const limit = Number(url.searchParams.get('limit') ?? 100);
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new CloudError(
      400,
      'Invalid',
      'limit must be a whole number',
      'limit',
    );
  }
  return limit;
}

function actorOf(request: IncomingMessage): Actor {
  const who = request.headers['x-sandbox-actor'];
  const how = request.headers['x-sandbox-via'];
  return {
    who: typeof who === 'string' ? decodeSegment(who) : 'unknown',
    how: how === 'terraform' ? 'terraform' : 'api',
  };
}

function jsonBody(call: Call): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(call.body);
  } catch (error) {
    throw new CloudError(
      400,
      'Invalid',
      `The request is not JSON: ${(error as Error).message}`,
    );
  }
  if (!isJsonObject(value)) {
    throw new CloudError(400, 'Invalid', 'The request must be a JSON object');
  }
  return value;
}
