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
  MetricsService,
  MetricsServiceCounter,
} from '@backstage/backend-plugin-api/alpha';
import OpenAI, {
  APIConnectionError,
  APIError,
  AuthenticationError,
  AzureOpenAI,
  PermissionDeniedError,
} from 'openai';
import type { ClientOptions } from 'openai';
import type {
  ChatCompletion,
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionMessage,
  ChatCompletionMessageParam,
  ChatCompletionTool,
  ChatCompletionToolChoiceOption,
} from 'openai/resources/chat/completions';
import limitConcurrency from 'p-limit';
import { setTimeout as sleep } from 'node:timers/promises';
import { AiConfig } from '../readAiConfig';
import { AiError } from './AiError';
import { createBoundedFetch } from './boundedFetch';
import { CircuitBreaker } from './CircuitBreaker';
import { TokenBudget } from './TokenBudget';

const MAX_ANSWER_BYTES = 256 * 1024;
const MAX_PATIENCE_MS = 20_000;
const RETRY_DELAY_MS = 500;
const FAILURES_TO_OPEN = 5;
const OPEN_MS = 60_000;

/** One question to a model. */
export interface AiRequest {
  /** What it is for, as metrics count it. */
  purpose: 'explain' | 'ask';
  messages: ChatCompletionMessageParam[];
  tools?: ChatCompletionTool[];
  toolChoice?: ChatCompletionToolChoiceOption;
  /** E.g. of `zodResponseFormat`. */
  responseFormat?: ChatCompletionCreateParamsNonStreaming['response_format'];
  /** At most what the configuration allows, which is also the default. */
  maxOutputTokens?: number;
  signal?: AbortSignal;
}

/** What a model said; text from outside, to be checked before it is shown. */
export interface AiAnswer {
  message: ChatCompletionMessage;
  /** `length`: the text is cut off. */
  finishReason: ChatCompletion.Choice['finish_reason'];
  /** Tokens that the call cost, as the provider counted them, else estimated. */
  tokens: number;
}

/**
 * The way to a language model that all parts of the plugin share: one place for
 * provider, key, concurrency, time and size limits, token budget, circuit
 * breaker and metrics. Neither prompts nor answers are logged.
 */
export class AiClient {
  readonly model: string;
  readonly provider: AiConfig['provider'];
  readonly #config: AiConfig;
  readonly #fetch: typeof fetch;
  readonly #limit: ReturnType<typeof limitConcurrency>;
  readonly #budget: TokenBudget;
  readonly #breaker: CircuitBreaker;
  readonly #calls: MetricsServiceCounter;
  readonly #tokens: MetricsServiceCounter;
  readonly #failures: MetricsServiceCounter;

  static create(options: AiClientOptions): AiClient {
    return new AiClient(options);
  }

  private constructor(options: AiClientOptions) {
    const { config, metrics, now = () => new Date() } = options;
    this.model = config.model;
    this.provider = config.provider;
    this.#config = config;
    this.#fetch = options.fetch ?? fetch;
    this.#limit = limitConcurrency(config.concurrency);
    this.#budget = TokenBudget.create({ perDay: config.tokensPerDay, now });
    this.#breaker = CircuitBreaker.create({
      failuresToOpen: FAILURES_TO_OPEN,
      openMs: OPEN_MS,
      now,
    });
    this.#calls = metrics.createCounter('drift.ai.calls', {
      description: 'Requests to the language model, by purpose and outcome',
      unit: '{call}',
    });
    this.#tokens = metrics.createCounter('drift.ai.tokens', {
      description: 'Tokens that the language model used, by purpose',
      unit: '{token}',
    });
    this.#failures = metrics.createCounter('drift.ai.failures', {
      description:
        'Questions that the language model did not answer, by purpose and reason',
      unit: '{failure}',
    });
  }

  /**
   * Asks the model. Waits for its turn, so give it a signal.
   *
   * @throws AiError with a sentence for people. Of the signal, its reason.
   */
  async complete(request: AiRequest): Promise<AiAnswer> {
    const { purpose, signal } = request;
    return this.#limit(async () => {
      signal?.throwIfAborted();
      try {
        return await this.#completeGuarded(request);
      } catch (error) {
        if (error instanceof AiError) {
          this.#failures.add(1, { purpose, reason: error.reason });
        }
        throw error;
      }
    });
  }

  async #completeGuarded(request: AiRequest): Promise<AiAnswer> {
    const maxOutputTokens = Math.min(
      request.maxOutputTokens ?? this.#config.maxOutputTokens,
      this.#config.maxOutputTokens,
    );
    const reserved = this.#budget.reserve(
      estimateTokens([request.messages, request.tools ?? []]) + maxOutputTokens,
    );
    if (!reserved) {
      throw new AiError(
        'budget',
        'AI error: the token budget of today is used up',
        { retryAfterMs: this.#budget.renewedInMs },
      );
    }
    let used = 0;
    try {
      if (!this.#breaker.enter()) {
        throw new AiError(
          'circuit-open',
          'AI error: the provider failed several times and is left alone for a while',
          { retryAfterMs: this.#breaker.waitMs },
        );
      }
      const answer = await this.#completePatiently(request, maxOutputTokens);
      used = answer.tokens;
      this.#tokens.add(used, { purpose: request.purpose });
      return answer;
    } finally {
      reserved.settle(used);
    }
  }

  /** Tries once more what may pass by itself, when that is soon enough. */
  async #completePatiently(
    request: AiRequest,
    maxOutputTokens: number,
  ): Promise<AiAnswer> {
    const { purpose, signal } = request;
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await this.#completeOnce(request, maxOutputTokens);
        this.#breaker.succeeded();
        this.#calls.add(1, { purpose, outcome: 'answered' });
        return answer;
      } catch (error) {
        if (!(error instanceof AiError)) {
          this.#breaker.left();
          throw error;
        }
        this.#calls.add(1, { purpose, outcome: error.reason });
        const delayMs = error.retryAfterMs ?? RETRY_DELAY_MS;
        if (
          attempt > this.#config.retries ||
          !isPassing(error) ||
          delayMs > MAX_PATIENCE_MS
        ) {
          if (isFaultOfProvider(error)) {
            this.#breaker.failed({ retryAfterMs: error.retryAfterMs });
          } else {
            this.#breaker.succeeded();
          }
          throw error;
        }
        try {
          await sleep(delayMs, undefined, { signal });
        } catch {
          this.#breaker.left();
          throw signal?.reason ?? error;
        }
      }
    }
  }

  async #completeOnce(
    request: AiRequest,
    maxOutputTokens: number,
  ): Promise<AiAnswer> {
    const { messages, tools, toolChoice, responseFormat, signal } = request;
    let refused: AiError | undefined;
    const client = createOpenAi(
      this.#config,
      createBoundedFetch({
        fetch: this.#fetch,
        maxBytes: MAX_ANSWER_BYTES,
        timeoutMs: this.#config.timeoutMs,
        onRefused: error => {
          refused = error;
        },
      }),
    );
    let completion: ChatCompletion;
    try {
      completion = await client.chat.completions.create(
        {
          model: this.model,
          messages,
          ...(tools?.length && { tools, tool_choice: toolChoice }),
          ...(responseFormat && { response_format: responseFormat }),
          // Servers other than OpenAI's know the older name only.
          ...(this.provider === 'openai' && this.#config.baseUrl
            ? { max_tokens: maxOutputTokens }
            : { max_completion_tokens: maxOutputTokens }),
        },
        { signal },
      );
    } catch (error) {
      signal?.throwIfAborted();
      throw refused ?? toAiError(error);
    }
    const choice = completion?.choices?.[0];
    if (typeof choice?.message !== 'object' || choice.message === null) {
      throw new AiError('unusable', 'AI error: the answer has no message');
    }
    return {
      message: choice.message,
      finishReason: choice.finish_reason,
      tokens:
        completion.usage?.total_tokens ??
        estimateTokens([messages, choice.message]),
    };
  }
}

/** @internal */
export interface AiClientOptions {
  config: AiConfig;
  metrics: MetricsService;
  fetch?: typeof fetch;
  now?: () => Date;
}

/** Everything is said, since the library takes what is not from the environment. */
function createOpenAi(
  config: AiConfig,
  boundedFetch: ClientOptions['fetch'],
): OpenAI {
  const common = {
    apiKey: config.apiKey,
    organization: null,
    project: null,
    maxRetries: 0,
    // Longer than the bounded fetch allows, which says what happened.
    timeout: config.timeoutMs + 5_000,
    fetch: boundedFetch,
    logLevel: 'off' as const,
  };
  return config.provider === 'azure'
    ? new AzureOpenAI({
        ...common,
        endpoint: config.endpoint,
        deployment: config.deployment,
        apiVersion: config.apiVersion,
      })
    : new OpenAI({
        ...common,
        baseURL: config.baseUrl ?? 'https://api.openai.com/v1',
      });
}

function isPassing(error: AiError): boolean {
  return ['rate-limit', 'connection', 'server'].includes(error.reason);
}

function isFaultOfProvider(error: AiError): boolean {
  return error.reason !== 'refused' && error.reason !== 'too-large';
}

/**
 * Providers write what they like into their messages, also the key or parts of
 * the prompt, so nothing of it is passed on.
 */
function toAiError(error: unknown): AiError {
  if (
    error instanceof AuthenticationError ||
    error instanceof PermissionDeniedError
  ) {
    return new AiError('authentication', 'AI provider authentication failed', {
      status: error.status,
    });
  }
  if (error instanceof APIConnectionError) {
    return new AiError(
      'connection',
      'AI error: the provider could not be reached or ended the connection',
    );
  }
  if (error instanceof APIError && typeof error.status === 'number') {
    const { status } = error;
    const retryAfterMs = readRetryAfter(error.headers);
    if (status === 429) {
      return new AiError(
        'rate-limit',
        'AI error: the provider limits the rate of requests (status 429)',
        { status, retryAfterMs },
      );
    }
    return new AiError(
      status >= 500 ? 'server' : 'refused',
      `AI error: the provider answered with status ${status}`,
      { status, retryAfterMs: status >= 500 ? retryAfterMs : undefined },
    );
  }
  return new AiError(
    'unusable',
    'AI error: the answer of the provider could not be read',
  );
}

/** Seconds or a date, as RFC 9110 section 10.2.3 has it. */
function readRetryAfter(headers: Headers | undefined): number | undefined {
  const value = headers?.get('retry-after');
  if (!value) {
    return undefined;
  }
  const delayMs = /^\d{1,9}$/.test(value)
    ? Number(value) * 1000
    : Date.parse(value) - Date.now();
  return Number.isFinite(delayMs) ? Math.max(0, delayMs) : undefined;
}

/** Three bytes for a token is more than any tokenizer makes of JSON and English. */
function estimateTokens(content: unknown): number {
  return Math.ceil(Buffer.byteLength(JSON.stringify(content)) / 3);
}
