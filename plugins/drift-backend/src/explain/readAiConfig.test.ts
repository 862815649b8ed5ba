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

import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { readAiConfig } from './readAiConfig';

function read(ai?: JsonObject) {
  return readAiConfig(new ConfigReader({ drift: ai ? { ai } : {} }));
}

describe('readAiConfig', () => {
  it('has no model without a key, and none when switched off', () => {
    expect(read()).toBeUndefined();
    expect(read({ model: 'm' })).toBeUndefined();
    expect(read({ model: 'm', apiKey: 'k', enabled: false })).toBeUndefined();
  });

  it('fills in what is not said', () => {
    expect(read({ model: 'm', apiKey: 'k' })).toEqual({
      provider: 'openai',
      model: 'm',
      apiKey: 'k',
      baseUrl: undefined,
      timeoutMs: 60_000,
      maxOutputTokens: 4_000,
      tokensPerDay: 1_000_000,
      concurrency: 2,
      retries: 1,
    });
    expect(
      read({
        provider: 'azure',
        apiKey: 'k',
        endpoint: 'https://name.openai.azure.com/',
        deployment: 'd',
        timeout: 'PT5S',
      }),
    ).toMatchObject({
      provider: 'azure',
      model: 'd',
      endpoint: 'https://name.openai.azure.com',
      deployment: 'd',
      apiVersion: '2024-10-21',
      timeoutMs: 5_000,
    });
  });

  it.each([
    [{ apiKey: 'k' }, "Missing required config value at 'drift.ai.model'"],
    [{ apiKey: 'k', provider: 'azure' }, 'drift.ai.deployment'],
    [
      { apiKey: 'k', provider: 'other' },
      "The configuration 'drift.ai.provider' must be openai or azure, not 'other'",
    ],
    [
      { apiKey: 'k', model: 'm', baseUrl: 'file:///etc' },
      "The configuration 'drift.ai.baseUrl' must be an http or https address",
    ],
    [
      { apiKey: 'k', model: 'm', concurrency: 0.5 },
      "The configuration 'drift.ai.concurrency' must be a whole number from 1 to 20",
    ],
    [
      { apiKey: 'k', model: 'm', timeout: { hours: 1 } },
      "The configuration 'drift.ai.timeout' must be from 100 milliseconds to 10 minutes",
    ],
  ])('says what is wrong with %j', (ai, sentence) => {
    expect(() => read(ai)).toThrow(sentence);
  });
});
