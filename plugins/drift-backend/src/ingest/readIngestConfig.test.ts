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
import { readIngestConfig } from './readIngestConfig';

const MB = 1024 ** 2;
const HOUR_MS = 3_600_000;

function read(ingest?: JsonObject) {
  return readIngestConfig(
    new ConfigReader(ingest ? { drift: { ingest } } : {}),
  );
}

it('takes plans of 2 GB from everybody by default', () => {
  expect(read()).toEqual({
    maxPlanSize: 2_048 * MB,
    maxTextSize: 20 * MB,
    maxRequestSize: 20 * MB,
    staleAfterMs: 48 * HOUR_MS,
    analyzeWaitMs: 10_000,
    concurrency: 2,
    maxWaiting: 20,
    requestsPerMinute: 120,
    clients: undefined,
    tokens: [],
    requireTokenEntry: false,
  });
});

it('reads what the configuration says', () => {
  expect(
    read({
      maxPlanSize: '500 mb',
      maxTextSize: '64KB',
      maxRequestSize: 4_096,
      staleAfter: { days: 7 },
      analyzeWait: 'PT3S',
      concurrency: 4,
      maxWaiting: 1,
      rateLimit: { perMinute: 10 },
      clients: ['acme'],
      tokens: [
        { subject: 'external:ci-acme', clients: ['acme'] },
        { subject: 'external:*', modules: ['tf-*'] },
      ],
      requireTokenEntry: true,
    }),
  ).toEqual({
    maxPlanSize: 500 * MB,
    maxTextSize: 64 * 1024,
    maxRequestSize: 4_096,
    staleAfterMs: 7 * 24 * HOUR_MS,
    analyzeWaitMs: 3_000,
    concurrency: 4,
    maxWaiting: 1,
    requestsPerMinute: 10,
    clients: ['acme'],
    tokens: [
      { subject: 'external:ci-acme', clients: ['acme'], modules: undefined },
      { subject: 'external:*', clients: undefined, modules: ['tf-*'] },
    ],
    requireTokenEntry: true,
  });
});

it.each<[JsonObject, RegExp]>([
  [{ maxPlanSize: 'big' }, /ingest\.maxPlanSize' must be a size/],
  [{ maxTextSize: 0 }, /ingest\.maxTextSize' must be a size/],
  [{ maxRequestSize: '-1MB' }, /ingest\.maxRequestSize' must be a size/],
  [{ maxRequestSize: { mb: 1 } }, /ingest\.maxRequestSize' must be a size/],
  [{ staleAfter: 'soon' }, /ingest\.staleAfter/],
  [{ analyzeWait: 'PT0S' }, /ingest\.analyzeWait' must be at least a second/],
  [{ concurrency: 0 }, /ingest\.concurrency' must be a whole number/],
  [{ maxWaiting: 1.5 }, /ingest\.maxWaiting' must be a whole number/],
  [{ rateLimit: { perMinute: -1 } }, /rateLimit\.perMinute' must be a whole/],
  [{ clients: 'acme' }, /ingest\.clients/],
  [{ tokens: [{ clients: ['acme'] }] }, /ingest\.tokens\[0\]\.subject/],
])('refuses %j and names the key', (wrong, message) => {
  expect(() => read(wrong)).toThrow(message);
});
