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

import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { AddressInfo } from 'node:net';
import { JsonObject } from '@backstage/types';
import { READABLE_KINDS, collectionPath } from '../read/kinds';

/** What a server says instead of the truth; `undefined` leaves the truth. */
export type Trouble = (
  request: { path: string; query: URLSearchParams; number: number },
  response: ServerResponse,
) => boolean | undefined;

/**
 * Just enough of a Kubernetes API server to count requests and to lie in every
 * way. What is true of real servers is tested against the sandbox.
 */
export class ApiServer {
  static async start(): Promise<ApiServer> {
    const api = new ApiServer();
    await new Promise<void>(resolve =>
      api.#server.listen(0, '127.0.0.1', resolve),
    );
    const { port } = api.#server.address() as AddressInfo;
    api.url = `http://127.0.0.1:${port}`;
    return api;
  }

  url = '';
  readonly requests: string[] = [];
  readonly token = 'api-token-planted';
  trouble: Trouble = () => undefined;
  readonly #objects = new Map<string, JsonObject[]>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) =>
      this.#answer(request, response),
    );
  }

  /** Requests for lists. */
  get lists(): string[] {
    return this.requests.filter(line => line.includes('/namespaces/'));
  }

  add(kind: string, ...objects: JsonObject[]): void {
    for (const object of objects) {
      const namespace = (object.metadata as JsonObject).namespace as string;
      const path = pathOf(kind, namespace);
      this.#objects.set(path, [...(this.#objects.get(path) ?? []), object]);
    }
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.url);
    this.requests.push(`${request.method} ${url.pathname}${url.search}`);
    const asked = {
      path: url.pathname,
      query: url.searchParams,
      number: this.requests.length,
    };
    if (this.trouble(asked, response)) {
      return;
    }
    if (request.headers.authorization !== `Bearer ${this.token}`) {
      sendStatus(response, 401);
    } else if (url.pathname === '/version') {
      send(response, { major: '1', minor: '36', gitVersion: 'v1.36.2' });
    } else {
      this.#list(url, response);
    }
  }

  #list(url: URL, response: ServerResponse): void {
    const kind = READABLE_KINDS.find(each =>
      url.pathname.endsWith(`/${each.resource}`),
    );
    if (!kind) {
      sendStatus(response, 404);
      return;
    }
    const items = this.#objects.get(url.pathname) ?? [];
    const start = Number(url.searchParams.get('continue') ?? 0);
    const end = start + Number(url.searchParams.get('limit') ?? items.length);
    const rest = items.length - end;
    send(response, {
      kind: `${kind.kind}List`,
      apiVersion: kind.apiVersion,
      metadata: {
        resourceVersion: '229',
        ...(rest > 0
          ? { continue: String(end), remainingItemCount: rest }
          : {}),
      },
      items: items.slice(start, end),
    });
  }
}

export function pathOf(kind: string, namespace: string): string {
  const readable = READABLE_KINDS.find(each => each.kind === kind);
  if (!readable) {
    throw new Error(`${kind} is not read`);
  }
  return collectionPath(readable, namespace);
}

export function send(response: ServerResponse, body: JsonObject): void {
  response
    .writeHead(200, { 'Content-Type': 'application/json' })
    .end(JSON.stringify(body));
}

/** An error as Kubernetes sends it. */
export function sendStatus(
  response: ServerResponse,
  code: number,
  headers: Record<string, string> = {},
): true {
  response
    .writeHead(code, { 'Content-Type': 'application/json', ...headers })
    .end(
      JSON.stringify({
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: 'planted message of the server',
        code,
      }),
    );
  return true;
}
