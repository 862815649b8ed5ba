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
import { readDriftConfig } from './readDriftConfig';

function read(drift: JsonObject) {
  return readDriftConfig(new ConfigReader({ drift }));
}

describe('readDriftConfig', () => {
  it('needs no configuration', () => {
    expect(readDriftConfig(new ConfigReader({}))).toEqual({
      schedule: {
        default: 'PT30M',
        timeZone: 'UTC',
        tickMs: 60_000,
        initialDelayMs: 0,
      },
      scans: { timeoutMs: 1_800_000, concurrency: 2 },
      queue: { schema: 'pgboss_drift' },
      retention: { scanDays: 90, findingDays: 365 },
      catalog: { refreshIntervalMs: 60_000 },
    });
  });

  it('reads everything', () => {
    expect(
      read({
        schedule: {
          default: '0 6 * * 1-5',
          timezone: 'Europe/Berlin',
          tick: 'PT10S',
          initialDelay: { seconds: 5 },
        },
        scans: {
          timeout: { hours: 1 },
          concurrency: 8,
          concurrencyPerClient: 3,
        },
        queue: { schema: 'drift_jobs' },
        retention: { scans: { days: 30 }, findings: 'P60D' },
        catalog: { refreshInterval: '5m' },
      }),
    ).toEqual({
      schedule: {
        default: '0 6 * * 1-5',
        timeZone: 'Europe/Berlin',
        tickMs: 10_000,
        initialDelayMs: 5_000,
      },
      scans: { timeoutMs: 3_600_000, concurrency: 8, concurrencyPerClient: 3 },
      queue: { schema: 'drift_jobs' },
      retention: { scanDays: 30, findingDays: 60 },
      catalog: { refreshIntervalMs: 300_000 },
    });
  });

  it('takes a default schedule in words', () => {
    expect(read({ schedule: { default: { hours: 2 } } }).schedule.default).toBe(
      'PT2H',
    );
  });

  it.each<[JsonObject, RegExp]>([
    [{ schedule: { default: 'often' } }, /drift\.schedule\.default.*often/],
    [{ schedule: { default: 'PT1S' } }, /drift\.schedule\.default.*minute/],
    [{ schedule: { timezone: 'Berlin' } }, /drift\.schedule\.timezone.*Berlin/],
    [{ schedule: { tick: '0s' } }, /drift\.schedule\.tick' must be at least 1/],
    [{ scans: { timeout: 'soon' } }, /drift\.scans\.timeout/],
    [{ scans: { concurrency: 0 } }, /drift\.scans\.concurrency.*1 to 100/],
    [{ scans: { concurrency: 1.5 } }, /drift\.scans\.concurrency.*1 to 100/],
    [
      { scans: { concurrencyPerClient: 1000 } },
      /drift\.scans\.concurrencyPerClient.*1 to 100/,
    ],
    [{ queue: { schema: 'a"; drop' } }, /drift\.queue\.schema/],
    [
      { retention: { scans: '1h' } },
      /drift\.retention\.scans' must be at least/,
    ],
  ])('refuses %j', (drift, message) => {
    expect(() => read(drift)).toThrow(message);
  });
});
