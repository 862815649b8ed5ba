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

import { looksLikeCron, readCron } from './cron';

describe('readCron', () => {
  it.each([
    ['0 22 * * *', { kind: 'everyDay', time: '22:00' }],
    ['5 7 * * 1-5', { kind: 'onDays', days: [1, 2, 3, 4, 5], time: '07:05' }],
    ['0 0 * * sat,sun', { kind: 'onDays', days: [6, 7], time: '00:00' }],
    ['0 0 * * 0', { kind: 'onDays', days: [7], time: '00:00' }],
    ['30 6 15 * *', { kind: 'onDayOfMonth', day: 15, time: '06:30' }],
  ])('says %j in words', (cron, words) => {
    expect(readCron(cron)).toEqual(words);
  });

  it.each([
    '*/5 * * * *',
    '0 22 * 12 *',
    '0 22 1 * 1',
    '0 25 * * *',
    '0 22 * * 5-1',
    '0 22 * * 1#2',
    'nonsense',
    '',
  ])('leaves %j as it is', cron => {
    expect(readCron(cron)).toEqual({ kind: 'atCron', cron });
  });
});

describe('looksLikeCron', () => {
  it.each([
    ['0 22 * * 1-5', true],
    ['*/5 0,12 1 JAN MON#2', true],
    [' 0  22 * * * ', true],
    ['0 22 * *', false],
    ['0 0 22 * * *', false],
    ['at ten', false],
    ['', false],
  ])('of %j is %s', (text, expected) => {
    expect(looksLikeCron(text)).toBe(expected);
  });
});
