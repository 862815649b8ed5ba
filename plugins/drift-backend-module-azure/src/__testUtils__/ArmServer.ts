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

import { once } from 'node:events';
import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { AddressInfo } from 'node:net';
import { JsonObject } from '@backstage/types';

export const SUBSCRIPTION = '11111111-2222-3333-4444-555555555555';

/** A request that the server was asked. */
export interface ArmRequest {
  method: string;
  /** Path in the letter case of the request. */
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body?: JsonObject;
}

/** What is answered to one request instead of what the server would say. */
export type ArmAnswer =
  | { status: number; body?: unknown; headers?: Record<string, string> }
  /** The body as it is, right or wrong. */
  | { status: number; text: string; headers?: Record<string, string> }
  /** Promises more bytes than come, then ends the connection. */
  | { truncated: string }
  /** Never answers. */
  | 'hang'
  /** Ends the connection without an answer. */
  | 'drop';

/**
 * Speaks as much of the protocol of the Azure Resource Manager as its clients are
 * tested with: subscriptions, resources by id and by type, changes, operations
 * that go on, and the activity log. Ids are the same in any letter case.
 */
export class ArmServer {
  static async start(): Promise<ArmServer> {
    const armServer = new ArmServer();
    armServer.#server.listen(0, '127.0.0.1');
    await once(armServer.#server, 'listening');
    return armServer;
  }

  readonly requests: ArmRequest[] = [];
  subscriptionState = 'Enabled';
  /** Entries of the activity log. */
  log: JsonObject[] = [];
  pageSize = 100;

  readonly #server: Server;
  /** Documents by id in lower case. */
  readonly #resources = new Map<string, JsonObject>();
  readonly #scripts: {
    method: string;
    path: string;
    answers: (ArmAnswer | ((request: ArmRequest) => ArmAnswer | undefined))[];
  }[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(problem => {
        response.destroy(problem);
      });
    });
  }

  get endpoint(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Requests of one method, in their order. */
  asked(method: string): ArmRequest[] {
    return this.requests.filter(request => request.method === method);
  }

  put(id: string, document: JsonObject): void {
    this.#resources.set(id.toLowerCase(), { id, ...document });
  }

  get(id: string): JsonObject | undefined {
    return this.#resources.get(id.toLowerCase());
  }

  remove(id: string): void {
    this.#resources.delete(id.toLowerCase());
  }

  /** What the next requests of a path are answered, one after the other. */
  script(
    method: string,
    path: string,
    ...answers: (ArmAnswer | ((request: ArmRequest) => ArmAnswer | undefined))[]
  ): void {
    this.#scripts.push({ method, path: path.toLowerCase(), answers });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(
    incoming: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const request = await readRequest(incoming);
    this.requests.push(request);
    const answer = this.#scripted(request) ?? this.#answer(request);
    if (answer === 'hang') {
      return;
    }
    if (answer === 'drop') {
      response.destroy();
      return;
    }
    if ('truncated' in answer) {
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': answer.truncated.length + 100,
      });
      response.write(answer.truncated, () => response.destroy());
      return;
    }
    const text = 'text' in answer ? answer.text : toText(answer.body);
    response.writeHead(answer.status, {
      'content-type': 'application/json; charset=utf-8',
      ...answer.headers,
    });
    response.end(text);
  }

  #scripted(request: ArmRequest): ArmAnswer | undefined {
    const script = this.#scripts.find(
      ({ method, path, answers }) =>
        method === request.method &&
        path === request.path.toLowerCase() &&
        answers.length > 0,
    );
    const answer = script?.answers.shift();
    return typeof answer === 'function' ? answer(request) : answer;
  }

  #answer(request: ArmRequest): ArmAnswer {
    const path = request.path.toLowerCase();
    if (!request.query.get('api-version')) {
      return error(
        400,
        'MissingApiVersionParameter',
        'The api-version query parameter is required.',
      );
    }
    const [, , subscription] = path.split('/');
    if (subscription !== SUBSCRIPTION) {
      return error(
        404,
        'SubscriptionNotFound',
        `The subscription '${subscription}' could not be found.`,
      );
    }
    if (path === `/subscriptions/${SUBSCRIPTION}`) {
      return {
        status: 200,
        body: {
          id: `/subscriptions/${SUBSCRIPTION}`,
          subscriptionId: SUBSCRIPTION,
          tenantId: '99999999-8888-7777-6666-555555555555',
          displayName: 'Acme production',
          state: this.subscriptionState,
        },
      };
    }
    if (path === `/subscriptions/${SUBSCRIPTION}/resources`) {
      return this.#list(request);
    }
    if (
      path.endsWith(
        '/providers/microsoft.insights/eventtypes/management/values',
      )
    ) {
      return this.#logPage(request);
    }
    return this.#resource(request);
  }

  #resource({ method, path, body }: ArmRequest): ArmAnswer {
    const document = this.get(path);
    if (!document && method === 'PUT') {
      return this.#store(path, body ?? {});
    }
    if (!document) {
      return path.toLowerCase().endsWith('/managementpolicies/default')
        ? error(404, 'ManagementPolicyNotFound', 'No ManagementPolicy found.')
        : error(404, 'ResourceNotFound', `'${path}' was not found.`);
    }
    switch (method) {
      case 'GET':
        return { status: 200, body: document };
      case 'PATCH':
        return this.#store(path, merge(document, body ?? {}));
      case 'PUT':
        return this.#store(path, { ...body, id: document.id });
      default:
        return error(405, 'MethodNotAllowed', 'Not allowed.');
    }
  }

  #store(path: string, document: JsonObject): ArmAnswer {
    const stored = { id: path, ...document };
    this.#resources.set(path.toLowerCase(), stored);
    return { status: 200, body: stored };
  }

  #list({ query }: ArmRequest): ArmAnswer {
    const type = /^resourceType eq '([^']+)'$/.exec(
      query.get('$filter') ?? '',
    )?.[1];
    const all = [...this.#resources.values()].filter(
      each => String(each.type).toLowerCase() === type?.toLowerCase(),
    );
    return this.#page(
      all.map(({ id, name, type: is, location }) => ({
        id,
        name,
        type: is,
        location,
      })),
      query,
      `/subscriptions/${SUBSCRIPTION}/resources`,
    );
  }

  #logPage({ query, path }: ArmRequest): ArmAnswer {
    const uri = /resourceUri eq '([^']+)'/.exec(
      query.get('$filter') ?? '',
    )?.[1];
    const entries = this.log.filter(
      ({ resourceId }) =>
        String(resourceId).toLowerCase() === uri?.toLowerCase(),
    );
    return this.#page(entries, query, path);
  }

  #page(all: JsonObject[], query: URLSearchParams, path: string): ArmAnswer {
    const from = Number(query.get('$skiptoken') ?? 0);
    const value = all.slice(from, from + this.pageSize);
    const next = new URLSearchParams(query);
    next.set('$skiptoken', String(from + this.pageSize));
    return {
      status: 200,
      body: {
        value,
        ...(from + this.pageSize < all.length && {
          nextLink: `${this.endpoint}${path}?${next}`,
        }),
      },
    };
  }
}

/** An error as the Resource Manager words it. */
export function error(
  status: number,
  code: string,
  message: string,
  headers?: Record<string, string>,
): ArmAnswer {
  return {
    status,
    body: { error: { code, message } },
    ...(headers && { headers }),
  };
}

async function readRequest(incoming: IncomingMessage): Promise<ArmRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) {
    chunks.push(chunk);
  }
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  const text = Buffer.concat(chunks).toString();
  return {
    method: incoming.method ?? 'GET',
    path: decodeURI(url.pathname),
    query: url.searchParams,
    headers: incoming.headers,
    ...(text !== '' && { body: JSON.parse(text) }),
  };
}

function toText(body: unknown): string {
  return body === undefined ? '' : JSON.stringify(body);
}

function merge(before: JsonObject, patch: JsonObject): JsonObject {
  const result: JsonObject = { ...before };
  for (const [name, value] of Object.entries(patch)) {
    const old = result[name];
    if (value === null) {
      delete result[name];
    } else if (isPlain(value) && isPlain(old)) {
      result[name] = merge(old, value);
    } else {
      result[name] = value;
    }
  }
  return result;
}

function isPlain(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
