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
import { readAttributionConfig } from './readAttributionConfig';

function read(attribution?: object) {
  return readAttributionConfig(
    new ConfigReader({ drift: attribution ? { attribution } : {} }),
  );
}

describe('readAttributionConfig', () => {
  it('asks by default', () => {
    expect(read()).toEqual({
      enabled: true,
      retryForMs: 24 * 3_600_000,
      timeoutMs: 30_000,
      concurrency: 4,
      findingsPerScan: 50,
    });
  });

  it('reads what is configured', () => {
    expect(
      read({
        enabled: false,
        retryFor: 'PT2H',
        timeout: { seconds: 5 },
        concurrency: 1,
        findingsPerScan: 10,
      }),
    ).toEqual({
      enabled: false,
      retryForMs: 7_200_000,
      timeoutMs: 5_000,
      concurrency: 1,
      findingsPerScan: 10,
    });
  });

  it.each([
    [{ retryFor: 'PT1M' }, 'drift.attribution.retryFor'],
    [{ timeout: 'PT0.1S' }, 'drift.attribution.timeout'],
    [{ timeout: 'PT1H' }, 'drift.attribution.timeout'],
    [{ concurrency: 0 }, 'drift.attribution.concurrency'],
    [{ concurrency: 1.5 }, 'drift.attribution.concurrency'],
    [{ findingsPerScan: 100_000 }, 'drift.attribution.findingsPerScan'],
    [{ enabled: 'maybe' }, 'drift.attribution.enabled'],
  ])('refuses %j', (attribution, key) => {
    expect(() => read(attribution)).toThrow(key);
  });
});
