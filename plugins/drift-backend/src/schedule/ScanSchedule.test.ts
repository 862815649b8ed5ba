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

import { ScanSchedule } from './ScanSchedule';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = new Date('2026-11-22T10:07:00Z');

describe('ScanSchedule', () => {
  it.each([
    ['PT30M', 30 * MINUTE],
    ['pt1m', MINUTE],
    ['P1D', 24 * HOUR],
    ['PT1H30M', 90 * MINUTE],
    ['*/15 * * * *', 15 * MINUTE],
    ['0 6 * * *', 24 * HOUR],
    // From Friday to Monday
    ['0 6 * * 1-5', 72 * HOUR],
    ['0 0 1 * *', 31 * 24 * HOUR],
  ])('understands %s', (text, intervalMs) => {
    expect(ScanSchedule.parse(text, { now: NOW }).intervalMs).toBe(intervalMs);
  });

  it.each([
    ['', 'neither a cron expression'],
    ['soon', 'neither a cron expression'],
    ['30m', 'neither a cron expression'],
    ['* * * *', 'neither a cron expression'],
    ['0 * * * * *', 'neither a cron expression'],
    ['61 * * * *', 'not a valid cron expression'],
    ['0 0 31 2 *', 'not a valid cron expression'],
    ['PT', 'too frequent'],
    ['P1X', 'not an ISO 8601 duration'],
    ['PT0S', 'too frequent; the shortest is one minute'],
    ['PT59S', 'too frequent; the shortest is one minute'],
    ['-PT30M', 'too frequent'],
    ['P2Y', 'too rare'],
  ])('refuses %j', (text, message) => {
    expect(() => ScanSchedule.parse(text, { now: NOW })).toThrow(message);
  });

  it('gives each target its own place in the step of a duration, for ever', () => {
    const schedule = ScanSchedule.parse('PT30M', { now: NOW });
    const first = schedule.nextAfter('terraform:acme/aks', NOW);
    expect(first.getTime()).toBeGreaterThan(NOW.getTime());
    expect(first.getTime()).toBeLessThanOrEqual(NOW.getTime() + 30 * MINUTE);

    let at = first;
    for (let i = 0; i < 100; i++) {
      const next = schedule.nextAfter('terraform:acme/aks', at);
      expect(next.getTime() - at.getTime()).toBe(30 * MINUTE);
      at = next;
    }
    expect(schedule.nextAfter('terraform:globex/aks', NOW)).not.toEqual(first);
  });

  it('spreads a large fleet evenly over the step', () => {
    const schedule = ScanSchedule.parse('PT30M', { now: NOW });
    const perMinute = new Array(30).fill(0);
    for (let i = 0; i < 9_000; i++) {
      const next = schedule.nextAfter(`terraform:c${i % 40}/module-${i}`, NOW);
      perMinute[
        Math.min(29, Math.floor((next.getTime() - NOW.getTime() - 1) / MINUTE))
      ] += 1;
    }
    // 300 a minute, five standard deviations of a fair spread
    for (const count of perMinute) {
      expect(Math.abs(count - 300)).toBeLessThan(87);
    }
  });

  it('keeps the jitter of a cron expression within a tenth of its step and five minutes', () => {
    for (const [text, limit] of [
      ['*/10 * * * *', MINUTE],
      ['0 * * * *', 5 * MINUTE],
      ['0 6 * * *', 5 * MINUTE],
    ] as const) {
      const schedule = ScanSchedule.parse(text, { now: NOW });
      const literal = schedule.nextAfter('unused', NOW).getTime();
      for (let i = 0; i < 200; i++) {
        const next = schedule.nextAfter(`target-${i}`, NOW).getTime();
        const step = schedule.intervalMs;
        const offset = ((next % step) + step) % step;
        const base = ((literal % step) + step) % step;
        expect(Math.abs(offset - base)).toBeLessThan(limit);
      }
    }
  });

  it('runs a nightly scan once a night across both changes of the clock', () => {
    for (const [from, nights] of [
      ['2026-03-27T12:00:00Z', 4],
      ['2026-10-23T12:00:00Z', 4],
    ] as const) {
      const schedule = ScanSchedule.parse('30 2 * * *', {
        timeZone: 'Europe/Berlin',
        now: new Date(from),
      });
      const days = new Set<string>();
      let at = new Date(from);
      for (let i = 0; i < nights; i++) {
        const next = schedule.nextAfter('terraform:acme/aks', at);
        const gap = next.getTime() - at.getTime();
        expect(gap).toBeGreaterThan(12 * HOUR);
        expect(gap).toBeLessThan(26 * HOUR);
        days.add(
          next.toLocaleDateString('en-CA', { timeZone: 'Europe/Berlin' }),
        );
        at = next;
      }
      expect(days.size).toBe(nights);
    }
  });

  it('never goes back, stands still or leaps over a step, wherever it starts', () => {
    const random = generator(7);
    const texts = ['PT1M', 'PT7M', 'PT30M', 'P1D', '*/5 * * * *', '17 3 * * 0'];
    for (let i = 0; i < 600; i++) {
      const text = texts[i % texts.length];
      const schedule = ScanSchedule.parse(text, {
        timeZone: i % 2 ? 'America/New_York' : 'UTC',
        now: NOW,
      });
      const after = new Date(
        NOW.getTime() + Math.floor((random() - 0.5) * 800 * 24 * HOUR),
      );
      const gap =
        schedule.nextAfter(`target-${i}`, after).getTime() - after.getTime();
      expect(gap).toBeGreaterThan(0);
      // An hour for the change of the clock, and the jitter
      expect(gap).toBeLessThanOrEqual(
        schedule.intervalMs + (text.startsWith('P') ? 0 : HOUR + 5 * MINUTE),
      );
    }
  });
});

/** Park and Miller's generator: the same numbers at every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
