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
  ChatCompletionRequest,
  FixtureResponse,
  LLMock,
} from '@copilotkit/aimock';
import { AiConfig } from '../readAiConfig';

type Respond = (
  request: ChatCompletionRequest,
) => FixtureResponse | Promise<FixtureResponse>;

/** A server that speaks the protocol of OpenAI and of Azure, and says what it is told to. */
export class AiServer {
  readonly #mock: LLMock;
  #begun = 0;
  respond: Respond = () => ({ content: 'Hello.' });

  static async start(): Promise<AiServer> {
    const server = new AiServer(new LLMock({ port: 0, logLevel: 'silent' }));
    await server.#mock.start();
    return server;
  }

  private constructor(mock: LLMock) {
    this.#mock = mock;
    mock.addFixture({
      match: { predicate: () => true },
      response: request => {
        this.#begun += 1;
        return this.respond(request);
      },
    });
  }

  get url(): string {
    return this.#mock.url;
  }

  get mock(): LLMock {
    return this.#mock;
  }

  /** Every request since the last `clear`. */
  get requests() {
    return this.#mock.getRequests();
  }

  /** Requests that came in, answered or not. */
  get begun(): number {
    return this.#begun;
  }

  clear(): void {
    this.#mock.clearRequests();
  }

  async stop(): Promise<void> {
    await this.#mock.stop();
  }

  config(overrides: Partial<AiConfig> = {}): AiConfig {
    return {
      provider: 'openai',
      model: 'test-model',
      apiKey: 'sk-canary-key',
      baseUrl: `${this.url}/v1`,
      timeoutMs: 10_000,
      maxOutputTokens: 1_000,
      tokensPerDay: 1_000_000_000,
      concurrency: 2,
      retries: 0,
      ...overrides,
    };
  }
}

/** What the model was sent as data, without the prompt around it. */
export function dataIn(request: ChatCompletionRequest): {
  explain: string[];
  findings: { address: string }[];
} {
  const user = request.messages.find(({ role }) => role === 'user');
  const [, explain, digest] = String(user?.content).split('\n');
  return { ...JSON.parse(explain), ...JSON.parse(digest) };
}

/** Explains whatever it is asked for, in words that every finding bears out. */
export function explainEverything(request: ChatCompletionRequest): {
  content: string;
} {
  const { explain } = dataIn(request);
  return {
    content: JSON.stringify({
      summary: 'The model says that somebody changed things by hand.',
      recommendation: 'investigate',
      findings: explain.map(address => ({
        address,
        description: `The model says that ${address} was changed by hand.`,
        consequence: null,
        likelyCause: null,
        recommendation: 'apply',
        advice: 'Apply the code again.',
      })),
    }),
  };
}
