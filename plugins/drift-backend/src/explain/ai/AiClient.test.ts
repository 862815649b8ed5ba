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

import { metricsServiceMock } from '@backstage/backend-test-utils/alpha';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { AiServer } from '../__testUtils__/AiServer';
import { AiConfig } from '../readAiConfig';
import { AiClient } from './AiClient';

const question = {
  purpose: 'ask' as const,
  messages: [{ role: 'user' as const, content: 'Which modules have drift?' }],
};

let server: AiServer;
let now: Date;

beforeAll(async () => {
  server = await AiServer.start();
});

afterAll(async () => {
  await server.stop();
});

beforeEach(() => {
  server.clear();
  server.mock.clearChaos();
  server.respond = () => ({ content: 'Two.' });
  now = new Date('2026-11-22T10:00:00Z');
});

function clientOf(overrides: Partial<AiConfig> = {}) {
  const metrics = metricsServiceMock.mock();
  const counted: Record<string, [number, object | undefined][]> = {};
  metrics.createCounter.mockImplementation(name => ({
    add: (value, attributes) => {
      (counted[name] ??= []).push([value, attributes]);
    },
  }));
  const client = AiClient.create({
    config: server.config(overrides),
    metrics,
    now: () => now,
  });
  return { client, counted };
}

/** A server that answers exactly these bytes, or in its own way. */
async function rawServer(
  answer: Parameters<typeof createServer>[1],
): Promise<{ url: string; close(): Promise<void> }> {
  const raw: Server = createServer(answer!);
  await new Promise<void>(resolve => raw.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(raw.address() as AddressInfo).port}/v1`,
    close: async () => {
      raw.closeAllConnections();
      await new Promise(resolve => raw.close(resolve));
    },
  };
}

describe('AiClient', () => {
  it('asks a server that speaks the protocol of OpenAI', async () => {
    const { client, counted } = clientOf();
    await expect(client.complete(question)).resolves.toMatchObject({
      message: { content: 'Two.' },
      finishReason: 'stop',
    });
    const [request] = server.requests;
    expect(request).toMatchObject({
      path: '/v1/chat/completions',
      body: { model: 'test-model', max_tokens: 1_000 },
    });
    expect(counted['drift.ai.calls']).toEqual([
      [1, { purpose: 'ask', outcome: 'answered' }],
    ]);
    expect(counted['drift.ai.tokens'][0][0]).toBeGreaterThan(0);
  });

  it('asks Azure by deployment, with its own header', async () => {
    const { client } = clientOf({
      provider: 'azure',
      endpoint: server.url,
      deployment: 'my-deployment',
      apiVersion: '2024-10-21',
      baseUrl: undefined,
    });
    const seen: { url: string; key: string | null }[] = [];
    const azure = AiClient.create({
      config: server.config({
        provider: 'azure',
        endpoint: server.url,
        deployment: 'my-deployment',
        apiVersion: '2024-10-21',
        baseUrl: undefined,
      }),
      metrics: metricsServiceMock.mock({
        createCounter: () => ({ add: () => {} }),
      }),
      fetch: async (input, init) => {
        seen.push({
          url: String(input),
          key: new Headers(init?.headers).get('api-key'),
        });
        return fetch(input, init);
      },
    });
    await expect(client.complete(question)).resolves.toMatchObject({
      message: { content: 'Two.' },
    });
    await azure.complete(question);
    expect(seen).toEqual([
      {
        url: `${server.url}/openai/deployments/my-deployment/chat/completions?api-version=2024-10-21`,
        key: 'sk-canary-key',
      },
    ]);
    expect(server.requests).toHaveLength(2);
  });

  it('passes tools on and their calls back', async () => {
    server.respond = () => ({
      toolCalls: [{ name: 'list_targets', arguments: '{"client":"acme"}' }],
    });
    const { client } = clientOf();
    const { message, finishReason } = await client.complete({
      ...question,
      tools: [
        {
          type: 'function',
          function: { name: 'list_targets', parameters: { type: 'object' } },
        },
      ],
    });
    expect(finishReason).toBe('tool_calls');
    expect(message.tool_calls).toMatchObject([
      { function: { name: 'list_targets', arguments: '{"client":"acme"}' } },
    ]);
  });

  it.each([
    [401, 'authentication', 'AI provider authentication failed'],
    [403, 'authentication', 'AI provider authentication failed'],
    [404, 'refused', 'AI error: the provider answered with status 404'],
    [500, 'server', 'AI error: the provider answered with status 500'],
    [
      429,
      'rate-limit',
      'AI error: the provider limits the rate of requests (status 429)',
    ],
  ])(
    'says what status %i means and repeats nothing of it',
    async (status, reason, sentence) => {
      server.respond = () => ({
        error: { message: 'bad key sk-canary-key, said: "secret prompt"' },
        status,
      });
      const { client, counted } = clientOf();
      const failed = await client.complete(question).catch(error => error);
      expect(failed).toMatchObject({ reason, status, message: sentence });
      expect(JSON.stringify(failed) + failed.stack).not.toMatch(
        /canary|prompt/,
      );
      expect(counted['drift.ai.failures']).toEqual([
        [1, { purpose: 'ask', reason }],
      ]);
    },
  );

  it('tries again what may pass, and not what will not', async () => {
    let calls = 0;
    server.respond = () => {
      calls += 1;
      return calls === 1
        ? { error: { message: 'slow down' }, status: 429, retryAfter: 1 }
        : { content: 'Now.' };
    };
    const { client } = clientOf({ retries: 1 });
    await expect(client.complete(question)).resolves.toMatchObject({
      message: { content: 'Now.' },
    });
    expect(calls).toBe(2);

    server.respond = () => {
      calls += 1;
      return { error: { message: 'no' }, status: 401 };
    };
    await expect(client.complete(question)).rejects.toThrow('authentication');
    expect(calls).toBe(3);
  });

  it('leaves a provider alone for as long as it asks to be', async () => {
    server.respond = () => ({
      error: { message: 'slow down' },
      status: 429,
      retryAfter: 300,
    });
    const { client } = clientOf({ retries: 3 });
    await expect(client.complete(question)).rejects.toMatchObject({
      reason: 'rate-limit',
      retryAfterMs: 300_000,
    });
    await expect(client.complete(question)).rejects.toMatchObject({
      reason: 'circuit-open',
    });
    expect(server.requests).toHaveLength(1);

    server.respond = () => ({ content: 'Two.' });
    now = new Date(now.getTime() + 299_000);
    await expect(client.complete(question)).rejects.toMatchObject({
      reason: 'circuit-open',
      retryAfterMs: 1_000,
    });
    now = new Date(now.getTime() + 1_000);
    await expect(client.complete(question)).resolves.toBeDefined();
  });

  it('stops asking after five failures in a row, then tries with one call', async () => {
    server.respond = () => ({ error: { message: 'down' }, status: 503 });
    const { client } = clientOf();
    for (let i = 0; i < 8; i++) {
      await expect(client.complete(question)).rejects.toThrow('AI error');
    }
    expect(server.requests).toHaveLength(5);

    now = new Date(now.getTime() + 60_000);
    await expect(client.complete(question)).rejects.toMatchObject({
      reason: 'server',
    });
    await expect(client.complete(question)).rejects.toMatchObject({
      reason: 'circuit-open',
    });
    expect(server.requests).toHaveLength(6);

    server.respond = () => ({ content: 'Up.' });
    now = new Date(now.getTime() + 60_000);
    await client.complete(question);
    await client.complete(question);
    expect(server.requests).toHaveLength(8);
  });

  it('stops reading an answer that is too large', async () => {
    let sent = 0;
    let closed = () => {};
    const ended = new Promise<void>(resolve => {
      closed = resolve;
    });
    const raw = await rawServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"choices":[{"message":{"content":"');
      const piece = Buffer.alloc(64 * 1024, 'x');
      const send = () => {
        while (!response.destroyed && sent < 10 * 1024 * 1024) {
          sent += piece.length;
          if (!response.write(piece)) {
            response.once('drain', send);
            return;
          }
        }
        response.end('"}}]}');
      };
      response.on('close', closed);
      send();
    });
    const { client } = clientOf({ baseUrl: raw.url, retries: 2 });
    await expect(client.complete(question)).rejects.toMatchObject({
      reason: 'too-large',
      message: 'AI error: the answer is larger than 256 KiB',
    });
    await ended;
    expect(sent).toBeLessThan(10 * 1024 * 1024);
    await raw.close();
  });

  it.each([
    ['never answers', () => {}],
    [
      'sends its answer drop by drop',
      (_request: unknown, response: import('node:http').ServerResponse) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const drip = setInterval(() => response.write(' '), 20);
        response.on('close', () => clearInterval(drip));
      },
    ],
  ])('gives up on a server that %s', async (_what, answer) => {
    const raw = await rawServer(answer);
    const { client } = clientOf({ baseUrl: raw.url, timeoutMs: 200 });
    await expect(client.complete(question)).rejects.toMatchObject({
      reason: 'timeout',
      message: 'AI error: the provider did not answer within 0.2 seconds',
    });
    await raw.close();
  });

  it.each([
    ['not JSON', 'not json at all', 'application/json'],
    ['HTML', '<html>Sign in</html>', 'text/html'],
    ['of another shape', '{"choices":{"message":7}}', 'application/json'],
    ['empty', '', 'application/json'],
    ['null', 'null', 'application/json'],
  ])('takes no answer that is %s', async (_what, body, type) => {
    const raw = await rawServer((_request, response) =>
      response.writeHead(200, { 'content-type': type }).end(body),
    );
    const { client } = clientOf({ baseUrl: raw.url });
    await expect(client.complete(question)).rejects.toMatchObject({
      reason: 'unusable',
    });
    await raw.close();
  });

  it('says when the connection breaks or there is none', async () => {
    const raw = await rawServer((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"choi');
      setTimeout(() => response.destroy(), 20);
    });
    const broken = clientOf({ baseUrl: raw.url });
    await expect(broken.client.complete(question)).rejects.toMatchObject({
      name: 'AiError',
      reason: 'connection',
    });
    await raw.close();
    const absent = clientOf({ baseUrl: raw.url });
    await expect(absent.client.complete(question)).rejects.toMatchObject({
      reason: 'connection',
    });
  });

  it('carries the key to nobody that the server names', async () => {
    const stranger = await rawServer((_request, response) =>
      response.end('{}'),
    );
    const followed: string[] = [];
    const raw = await rawServer((_request, response) => {
      response.writeHead(307, { location: `${stranger.url}/x` }).end();
    });
    const client = AiClient.create({
      config: server.config({ baseUrl: raw.url }),
      metrics: metricsServiceMock.mock({
        createCounter: () => ({ add: () => {} }),
      }),
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        followed.push(response.url);
        return response;
      },
    });
    await expect(client.complete(question)).rejects.toMatchObject({
      reason: 'refused',
    });
    expect(followed.join()).not.toContain(stranger.url);
    await raw.close();
    await stranger.close();
  });

  it('spends no more tokens than a day has, and has new ones the next', async () => {
    const { client } = clientOf({ tokensPerDay: 1_200 });
    server.respond = () => ({
      content: 'Two.',
      usage: { prompt_tokens: 200, completion_tokens: 200, total_tokens: 400 },
    });
    await client.complete(question);
    await expect(client.complete(question)).rejects.toMatchObject({
      reason: 'budget',
      message: 'AI error: the token budget of today is used up',
      retryAfterMs: 14 * 3600 * 1000,
    });
    expect(server.requests).toHaveLength(1);
    now = new Date('2026-11-23T00:00:00Z');
    await expect(client.complete(question)).resolves.toBeDefined();
  });

  it('ends when the caller gives up, which is nobody’s failure', async () => {
    const raw = await rawServer(() => {});
    const { client, counted } = clientOf({ baseUrl: raw.url });
    const giveUp = new AbortController();
    const asked = client.complete({ ...question, signal: giveUp.signal });
    giveUp.abort(new Error('nobody waits'));
    await expect(asked).rejects.toThrow('nobody waits');
    expect(counted['drift.ai.failures']).toBeUndefined();
    await raw.close();
  });
});
