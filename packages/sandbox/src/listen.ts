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

import { Server } from 'node:http';
import { AddressInfo } from 'node:net';

/** A server that answers. */
export interface ListeningServer {
  /** E.g. `http://127.0.0.1:7073`. */
  url: string;
  port: number;
  /** Ends the server and every connection. */
  close(): Promise<void>;
}

/** @param options.name - For people, e.g. `The sandbox cloud`. */
export async function listen(
  server: Server,
  options: {
    name: string;
    host: string;
    /** 0 takes any free port. */
    port: number;
    scheme?: 'http' | 'https';
  },
): Promise<ListeningServer> {
  const { name, host, scheme = 'http' } = options;
  await new Promise<void>((resolve, reject) => {
    server.once('error', error =>
      reject(
        new Error(
          `${name} cannot listen on ${host}:${options.port} (${error.message}). Another one may be running; end it first.`,
          { cause: error },
        ),
      ),
    );
    server.listen(options.port, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    async close() {
      const closed = new Promise<void>((resolve, reject) =>
        server.close(error => (error ? reject(error) : resolve())),
      );
      server.closeAllConnections();
      await closed;
    },
  };
}
