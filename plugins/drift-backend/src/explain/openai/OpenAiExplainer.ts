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

import { ExplainedBy } from '@infra-hub/backstage-plugin-drift-common';
import {
  Explainer,
  Explanation,
  ExplanationRequest,
} from '@infra-hub/backstage-plugin-drift-node';
import { digestFindings } from '@infra-hub/drift-engine';
import { randomUUID } from 'node:crypto';
import { zodResponseFormat } from 'openai/helpers/zod';
import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import { AiAnswer, AiClient } from '../ai/AiClient';
import { AiError } from '../ai/AiError';
import { explainByRules } from '../RuleExplainer';
import { answerSchema, ModelAnswer, readAnswer } from './answerSchema';
import { checkAnswer } from './checkAnswer';
import { writePrompt, writeRepairPrompt } from './prompt';

const MAX_DIGEST_BYTES = 24 * 1024;
const MAX_ASKED = 25;
const MAX_REPAIRED_CHARACTERS = 20_000;

/**
 * Asks a language model. It sees the redacted digest and nothing else, and what
 * it says is shown only as far as the digest bears it out.
 */
export class OpenAiExplainer implements Explainer {
  readonly explainedBy: ExplainedBy;
  readonly #client: Pick<AiClient, 'complete' | 'model'>;
  #structured = true;

  static create(options: {
    client: Pick<AiClient, 'complete' | 'model'>;
  }): OpenAiExplainer {
    return new OpenAiExplainer(options.client);
  }

  private constructor(client: Pick<AiClient, 'complete' | 'model'>) {
    this.#client = client;
    this.explainedBy = { kind: 'ai', model: client.model };
  }

  /**
   * @throws AiError when the model gave nothing that may be shown
   */
  async explain(
    request: ExplanationRequest,
    options: { signal: AbortSignal },
  ): Promise<Explanation> {
    const { findings, wanted } = request;
    const digest = digestFindings(findings, { maxBytes: MAX_DIGEST_BYTES });
    const asked = digest.included
      .filter(({ fingerprint }) => wanted?.has(fingerprint) ?? true)
      .slice(0, MAX_ASKED);
    const answer = await this.#ask(
      writePrompt({
        digest: digest.json,
        addresses: asked.map(({ address }) => address),
        marker: randomUUID(),
      }),
      options.signal,
    );
    const explanation = checkAnswer({
      answer,
      model: this.#client.model,
      request,
      digest,
      asked,
      rules: explainByRules({ ...request, wanted: undefined }),
    });
    if (!explanation) {
      throw new AiError(
        'unusable',
        'AI error: the model answered, but nothing that the findings bear out',
      );
    }
    return explanation;
  }

  async #ask(
    messages: ChatCompletionMessageParam[],
    signal: AbortSignal,
  ): Promise<ModelAnswer> {
    const first = textOf(await this.#complete(messages, signal));
    const read = readAnswer(first);
    if ('answer' in read) {
      return read.answer;
    }
    const second = textOf(
      await this.#complete(
        [
          ...messages,
          ...writeRepairPrompt({
            answer: first.slice(0, MAX_REPAIRED_CHARACTERS),
            problem: read.problem,
          }),
        ],
        signal,
      ),
    );
    const repaired = readAnswer(second);
    if ('answer' in repaired) {
      return repaired.answer;
    }
    throw new AiError(
      'unusable',
      'AI error: the model did not answer in the form that was asked for',
    );
  }

  /** Servers that only return text refuse a response format; they are asked without one from then on. */
  async #complete(
    messages: ChatCompletionMessageParam[],
    signal: AbortSignal,
  ): Promise<AiAnswer> {
    const request = { purpose: 'explain' as const, messages, signal };
    if (this.#structured) {
      try {
        return await this.#client.complete({
          ...request,
          responseFormat: zodResponseFormat(answerSchema, 'explanation'),
        });
      } catch (error) {
        if (!(error instanceof AiError && isBadRequest(error))) {
          throw error;
        }
      }
      const answer = await this.#client.complete(request);
      this.#structured = false;
      return answer;
    }
    return this.#client.complete(request);
  }
}

function isBadRequest(error: AiError): boolean {
  return error.status === 400 || error.status === 422;
}

function textOf({ message, finishReason }: AiAnswer): string {
  if (message.refusal || finishReason === 'content_filter') {
    throw new AiError('unusable', 'AI error: the model refused to answer');
  }
  return typeof message.content === 'string' ? message.content : '';
}
