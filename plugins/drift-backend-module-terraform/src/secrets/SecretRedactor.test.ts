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

import { SecretRedactor } from './SecretRedactor';

const SECRET = 's3cr3t/Päss"word+1';

describe('SecretRedactor', () => {
  const redactor = SecretRedactor.create([SECRET, 'abc']);

  it.each([
    ['as it is', SECRET],
    ['URL-encoded', encodeURIComponent(SECRET)],
    [
      'URL-encoded with small digits',
      encodeURIComponent(SECRET).replace(/%../g, code => code.toLowerCase()),
    ],
    ['JSON-escaped', JSON.stringify({ a: SECRET })],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['in a basic header', Buffer.from(`user:${SECRET}`).toString('base64')],
    [
      'in a longer text in base64',
      Buffer.from(`xy${SECRET}zz`).toString('base64'),
    ],
    ['in base64url', Buffer.from(`u:${SECRET}`).toString('base64url')],
    ['in hexadecimal', Buffer.from(SECRET).toString('hex')],
  ])('finds a secret %s', (_form, text) => {
    const redacted = redactor.redact(`before ${text} after`);
    expect(redacted).toContain('[redacted]');
    expect(redacted).toMatch(/^before .* after$/);
    for (const part of [SECRET, Buffer.from(SECRET).toString('hex')]) {
      expect(redacted).not.toContain(part);
    }
    const decoded = [...redacted.matchAll(/[A-Za-z0-9+/_-]{8,}/g)].map(match =>
      Buffer.from(match[0], 'base64').toString('latin1'),
    );
    expect(decoded.join()).not.toMatch(/s3cr3t|word\+1/);
  });

  it('leaves short words and other texts alone', () => {
    const text = 'abc: the region is eu-west-1';
    expect(redactor.redact(text)).toBe(text);
    expect(redactor.isIn(text)).toBe(false);
    expect(SecretRedactor.create([]).redact(text)).toBe(text);
  });

  it('finds the parts of key files and JSON documents', () => {
    const key = JSON.stringify({
      type: 'service_account',
      private_key: '-----BEGIN-----\nMIIEvQIBADANBgkq\n-----END-----\n',
    });
    const document = SecretRedactor.create([key]);
    expect(
      document.redact('parse error near MIIEvQIBADANBgkq in line 2'),
    ).not.toContain('MIIEvQ');
    const pem = SecretRedactor.create(['-----BEGIN-----\nAAAABBBBCCCC\n-----']);
    expect(pem.redact('bad AAAABBBBCCCC')).toBe('bad [redacted]');
  });

  it('takes the longest of overlapping secrets', () => {
    const overlapping = SecretRedactor.create(['pass', 'password-1']);
    expect(overlapping.redact('password-1')).toBe('[redacted]');
    expect(overlapping.with(['other']).redact('other password-1')).toBe(
      '[redacted] [redacted]',
    );
  });
});
