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

import { LoggerService } from '@backstage/backend-plugin-api';
import { Knex } from 'knex';
import { DriftStore } from '../store/DriftStore';
import { AiClient } from './ai/AiClient';
import { AnalysisStore } from './AnalysisStore';
import { DriftExplanations } from './DriftExplanations';
import { OpenAiExplainer } from './openai/OpenAiExplainer';
import { PROMPT_VERSION } from './openai/prompt';
import { AiConfig } from './readAiConfig';

/** Rounds with a model until there is a text: first, without a schema, repair. */
const ROUNDS = 3;
const MAX_TIME_MS = 10 * 60_000;

/** Explanations by the model of the configuration, else by the rules. */
export function createExplanations(options: {
  knex: Knex;
  store: DriftStore;
  /** Both or none. */
  ai?: { client: AiClient; config: AiConfig };
  onReady(targetId: string): void | Promise<void>;
  logger: LoggerService;
  now: () => Date;
}): { explanations: DriftExplanations; analyses: AnalysisStore } {
  const { knex, store, ai, onReady, logger, now } = options;
  const analyses = AnalysisStore.create({ knex });
  return {
    analyses,
    explanations: DriftExplanations.create({
      store,
      analyses,
      model: ai && {
        explainer: OpenAiExplainer.create({ client: ai.client }),
        writer: [
          ai.config.provider,
          ai.config.deployment ?? '',
          ai.config.model,
          PROMPT_VERSION,
        ].join('/'),
        concurrency: ai.config.concurrency,
        timeoutMs: Math.min(
          ai.config.timeoutMs * (ai.config.retries + 1) * ROUNDS,
          MAX_TIME_MS,
        ),
      },
      onReady,
      logger,
      now,
    }),
  };
}
