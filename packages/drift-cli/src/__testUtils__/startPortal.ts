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

import { createServer, IncomingMessage, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

/** What arrived. */
export interface Received {
  query: Record<string, string>;
  headers: IncomingMessage['headers'];
  path: string;
  /** Unpacked. */
  body: string;
}

/** How to answer; `cut` ends the connection without an answer. */
export type Reply =
  | { status: number; headers?: Record<string, string>; body?: unknown }
  | 'cut';

const TAKEN: Reply = {
  status: 202,
  body: { scanId: 'scan-1', targetId: 'terraform:-/a', replayed: false },
};

/** A server that speaks as the route of the backend, and answers as it is told. */
export async function startPortal(
  replies: Reply[] = [],
  tls?: { key: string; cert: string },
) {
  const received: Received[] = [];
  const listener: Parameters<typeof createServer>[1] = async (
    request,
    response,
  ) => {
    const url = new URL(request.url ?? '/', 'http://portal');
    const bytes = await buffer(request);
    received.push({
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: request.headers,
      body: (request.headers['content-encoding'] === 'gzip'
        ? gunzipSync(bytes)
        : bytes
      ).toString(),
    });
    const reply = replies.shift() ?? TAKEN;
    if (reply === 'cut') {
      request.socket.destroy();
      return;
    }
    const isText = typeof reply.body === 'string';
    response.writeHead(reply.status, {
      'content-type': isText ? 'text/html' : 'application/json',
      ...reply.headers,
    });
    response.end(isText ? reply.body : JSON.stringify(reply.body ?? {}));
  };
  const server: Server = tls
    ? createTlsServer(tls, listener)
    : createServer(listener);
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    received,
    stop: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export type Portal = Awaited<ReturnType<typeof startPortal>>;

/** An error as Backstage words it. */
export function backstageError(
  status: number,
  message: string,
  headers?: Record<string, string>,
): Reply {
  return {
    status,
    body: {
      error: { name: 'Error', message },
      response: { statusCode: status },
    },
    ...(headers ? { headers } : {}),
  };
}
