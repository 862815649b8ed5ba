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

import { Attribution } from '@infra-hub/backstage-plugin-drift-common';
import { checkAttribution, checkReason } from './checkAttribution';

const check = (answer: unknown) =>
  checkAttribution(answer, { attributorId: 'trail' });

const jane: Attribution = {
  who: 'jane@example.com',
  when: '2026-11-22T10:12:00.000Z',
  how: 'ModifyDBInstance',
  evidence: 'AWS CloudTrail',
  confidence: 'high',
  url: 'https://console.example.com/events?id=42#/EventName',
};

describe('what an audit log says', () => {
  it('passes where it is as it should be', () => {
    expect(check(jane)).toEqual(jane);
    expect(check({ who: 'jane', evidence: 'audit' })).toEqual({
      who: 'jane',
      evidence: 'audit',
    });
  });

  it.each([
    undefined,
    null,
    'jane',
    {},
    { who: 7 },
    { who: '' },
    { who: ' \u200b\n' },
    { evidence: 'AWS CloudTrail' },
  ])('is nothing where it names nobody: %j', answer => {
    expect(check(answer)).toBeUndefined();
  });

  it('has one line of bounded length in each text', () => {
    const told = check({
      who: `a\u0000b\u202e\r\nc${'x'.repeat(10_000)}`,
      how: `curl/8\u0007 \u001b[31m${'y'.repeat(1_000_000)}`,
      evidence: 'z'.repeat(500),
    });
    expect(told?.who).toMatch(/^ab cx+…$/);
    expect(told?.who).toHaveLength(255);
    expect(told?.how).toMatch(/^curl\/8 \[31my+…$/);
    expect(told?.how).toHaveLength(255);
    expect(told?.evidence).toHaveLength(120);
  });

  it('is free of what looks like a secret, also where it is hidden', () => {
    const key = 'AKIAIOSFODNN7EXAMPLE';
    const token = 'ghp_0123456789abcdefghijklmnopqrstuvwxyzAB';
    const told = check({
      who: `role/${key}`,
      how: `deploy --password Xq7pLm2vRt9 ${token.slice(
        0,
        8,
      )}\u200b${token.slice(8)}`,
      evidence: `bearer abcdefghijklmnop0123456789`,
      url: `https://console.example.com/?token=${token}`,
    });
    const text = JSON.stringify(told);
    expect(told?.who).toBe('role/[redacted]');
    expect(text).not.toContain('Xq7pLm2vRt9');
    expect(text).not.toContain(token.slice(8));
    expect(text).not.toContain('0123456789');
    expect(told).not.toHaveProperty('url');
  });

  it('keeps names of roles and sessions', () => {
    const who =
      'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/jane@example.com';
    expect(check({ ...jane, who })).toEqual({ ...jane, who });
  });

  it.each([
    ['javascript', 'alert(1)'].join(':'),
    'data:text/html,x',
    'ftp://example.com/x',
    '//example.com/x',
    '/events/42',
    'https://jane:hunter22@example.com/',
    'https://jane@example.com/',
    'https://example.com/\u202ex',
    'https://example.com/\nx',
    `https://example.com/${'x'.repeat(2_048)}`,
    42,
    { href: 'https://example.com' },
  ])('has no link to %j', url => {
    expect(check({ ...jane, url })).not.toHaveProperty('url');
  });

  it.each([
    'yesterday',
    '2026-13-45T00:00:00Z',
    '22.11.2026',
    '2026-11-22T10:12:00',
    'Sun Nov 22 2026',
    1_795_341_120_000,
  ])('has no time where it is none: %j', when => {
    expect(check({ ...jane, when })).not.toHaveProperty('when');
  });

  it.each([
    ['2026-11-22', '2026-11-22T00:00:00.000Z'],
    ['2026-11-22T11:12:00.123456+01:00', '2026-11-22T10:12:00.123Z'],
  ])('reads %s as a time', (when, expected) => {
    expect(check({ ...jane, when })?.when).toBe(expected);
  });

  it('is least sure where nobody knows what was meant', () => {
    expect(check({ ...jane, confidence: 'certain' })?.confidence).toBe('low');
    expect(check({ ...jane, confidence: 1 })?.confidence).toBe('low');
    expect(check({ ...jane, confidence: undefined })).not.toHaveProperty(
      'confidence',
    );
  });

  it('names its log where it does not itself', () => {
    expect(check({ who: 'jane', evidence: '\u0000' })?.evidence).toBe('trail');
  });

  it('holds nothing else', () => {
    expect(check({ ...jane, password: 'x', __proto__: { y: 1 } })).toEqual(
      jane,
    );
  });

  it('gives reasons as one bounded line without secrets', () => {
    expect(checkReason('Denied\nfor bearer abcdefghijklmnop0123')).toBe(
      'Denied for bearer [redacted]',
    );
    expect(checkReason('x'.repeat(1_000))).toHaveLength(500);
    expect(checkReason(undefined)).toBe('The log could not be read.');
  });
});
