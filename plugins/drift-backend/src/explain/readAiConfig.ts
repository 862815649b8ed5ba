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

import { Config, readDurationFromConfig } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { HumanDuration } from '@backstage/types';
import { Duration } from 'luxon';

/** How to reach a language model. */
export interface AiConfig {
  provider: 'openai' | 'azure';
  model: string;
  apiKey: string;
  /** Of a compatible server; OpenAI's own when absent. Provider `openai` only. */
  baseUrl?: string;
  /** Provider `azure` only. */
  endpoint?: string;
  /** Provider `azure` only. */
  deployment?: string;
  /** Provider `azure` only. */
  apiVersion?: string;
  /** Of one request, in milliseconds. */
  timeoutMs: number;
  maxOutputTokens: number;
  /** Tokens that one replica may use per day (UTC). */
  tokensPerDay: number;
  /** Requests at once on one replica. */
  concurrency: number;
  /** How often a request that failed for a passing reason is sent again. */
  retries: number;
}

/**
 * Undefined without a key: then the rules explain.
 *
 * @throws InputError or a configuration error that names the key
 */
export function readAiConfig(root: Config): AiConfig | undefined {
  const config = root.getOptionalConfig('drift.ai');
  const apiKey = config?.getOptionalString('apiKey');
  if (!config || !apiKey || config.getOptionalBoolean('enabled') === false) {
    return undefined;
  }
  const provider = config.getOptionalString('provider') ?? 'openai';
  if (provider !== 'openai' && provider !== 'azure') {
    throw new InputError(
      `The configuration 'drift.ai.provider' must be openai or azure, not '${provider}'`,
    );
  }
  const limits = {
    apiKey,
    timeoutMs: readTimeout(config),
    maxOutputTokens: readNumber(config, 'maxOutputTokens', {
      fallback: 4_000,
      least: 100,
      most: 100_000,
    }),
    tokensPerDay: readNumber(config, 'tokensPerDay', {
      fallback: 1_000_000,
      least: 1,
      most: 1_000_000_000,
    }),
    concurrency: readNumber(config, 'concurrency', {
      fallback: 2,
      least: 1,
      most: 20,
    }),
    retries: readNumber(config, 'retries', { fallback: 1, least: 0, most: 5 }),
  };
  if (provider === 'azure') {
    const deployment = config.getString('deployment');
    return {
      ...limits,
      provider,
      deployment,
      model: config.getOptionalString('model') ?? deployment,
      endpoint: readUrl(config, 'endpoint', config.getString('endpoint')),
      apiVersion: config.getOptionalString('apiVersion') ?? '2024-10-21',
    };
  }
  const baseUrl = config.getOptionalString('baseUrl');
  return {
    ...limits,
    provider,
    model: config.getString('model'),
    baseUrl: baseUrl && readUrl(config, 'baseUrl', baseUrl),
  };
}

function readUrl(config: Config, key: string, value: string): string {
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
    throw new InputError(
      `The configuration 'drift.ai.${key}' must be an http or https address`,
    );
  }
  return config.getString(key).replace(/\/+$/, '');
}

function readTimeout(config: Config): number {
  const duration = config.has('timeout')
    ? readDurationFromConfig(config, { key: 'timeout' })
    : ({ seconds: 60 } satisfies HumanDuration);
  const timeoutMs = Duration.fromObject(duration).toMillis();
  if (timeoutMs < 100 || timeoutMs > 600_000) {
    throw new InputError(
      "The configuration 'drift.ai.timeout' must be from 100 milliseconds to 10 minutes",
    );
  }
  return timeoutMs;
}

function readNumber(
  config: Config,
  key: string,
  options: { fallback: number; least: number; most: number },
): number {
  const { fallback, least, most } = options;
  const value = config.getOptionalNumber(key) ?? fallback;
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new InputError(
      `The configuration 'drift.ai.${key}' must be a whole number from ${least} to ${most}`,
    );
  }
  return value;
}
