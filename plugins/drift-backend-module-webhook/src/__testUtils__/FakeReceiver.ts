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

import { createHmac } from 'node:crypto';
import { createServer, IncomingMessage, Server } from 'node:http';
import { AddressInfo } from 'node:net';

/** What the receiver was sent. */
export interface Sent {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** How the receiver answers. */
export type Answer =
  | { status: number; headers?: Record<string, string>; body?: unknown }
  | 'hang-up';

/** A receiver that checks signatures as https://www.standardwebhooks.com says. */
export class FakeReceiver {
  readonly sent: Sent[] = [];
  secret = 'a-secret-of-32-characters-000000';
  /** Answers of the start, and then of every question for the status. */
  answers: Answer[] = [];
  readonly #server: Server;

  static async start(): Promise<FakeReceiver> {
    const fake = new FakeReceiver();
    await new Promise<void>(resolve => {
      fake.#server.listen(0, '127.0.0.1', resolve);
    });
    return fake;
  }

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) {
        chunks.push(chunk);
      }
      const sent: Sent = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      this.sent.push(sent);
      const answer: Answer = this.#isSigned(sent)
        ? this.answers.shift() ?? { status: 500 }
        : { status: 401 };
      if (answer === 'hang-up') {
        request.socket.destroy();
        return;
      }
      response.writeHead(answer.status, answer.headers);
      response.end(
        typeof answer.body === 'string' || answer.body === undefined
          ? answer.body
          : JSON.stringify(answer.body),
      );
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => {
      this.#server.close(resolve);
    });
  }

  #isSigned({ headers, body }: Sent): boolean {
    const timestamp = Number(headers['webhook-timestamp']);
    const signature = createHmac('sha256', this.secret)
      .update(`${headers['webhook-id']}.${timestamp}.${body}`)
      .digest('base64');
    return (
      Math.abs(Date.now() / 1000 - timestamp) < 60 &&
      headers['webhook-signature'] === `v1,${signature}`
    );
  }
}
