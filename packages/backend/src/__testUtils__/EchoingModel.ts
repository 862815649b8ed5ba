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
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';

interface ChatRequest {
  messages: { role: string; content: string }[];
  tools?: unknown[];
}

/**
 * A language model that repeats as much as it can of what it is sent, behind the
 * protocol of OpenAI. Keeps the bodies of all requests, also of those to `/hook`.
 */
export class EchoingModel {
  readonly asked: string[] = [];
  readonly posted: string[] = [];
  readonly #server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk);
    }
    const body = Buffer.concat(chunks).toString('utf8');
    if (request.url === '/hook') {
      this.posted.push(body);
      response.end();
      return;
    }
    this.asked.push(body);
    response.setHeader('Content-Type', 'application/json');
    response.end(
      JSON.stringify({
        id: 'echo',
        object: 'chat.completion',
        created: 0,
        model: 'echo',
        choices: [
          {
            index: 0,
            finish_reason: 'stop',
            message: answer(JSON.parse(body)),
          },
        ],
      }),
    );
  });

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

function answer({ messages, tools }: ChatRequest) {
  const last = messages[messages.length - 1];
  if (!tools) {
    const [, explain, digest] = last.content.split('\n');
    const { findings } = JSON.parse(digest) as { findings: object[] };
    return {
      role: 'assistant',
      content: JSON.stringify({
        summary: 'Somebody changed things by hand.',
        recommendation: 'investigate',
        findings: (JSON.parse(explain) as { explain: string[] }).explain.map(
          address => ({
            address,
            description: 'It was changed by hand.',
            consequence: JSON.stringify(findings),
            likelyCause: null,
            recommendation: 'investigate',
            advice: JSON.stringify(findings),
          }),
        ),
      }),
    };
  }
  if (last.role === 'tool') {
    return { role: 'assistant', content: last.content };
  }
  const calls: [name: string, input: object][] = [
    ['list_targets', {}],
    ['list_changes', { since: '2000-01-01' }],
    ['search_findings', { text: 'sandbox' }],
  ];
  return {
    role: 'assistant',
    content: null,
    tool_calls: calls.map(([name, input]) => ({
      id: name,
      type: 'function',
      function: { name, arguments: JSON.stringify(input) },
    })),
  };
}
