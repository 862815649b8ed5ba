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

import { maskSecretShapes } from './maskSecretShapes';

describe('maskSecretShapes', () => {
  it.each([
    ['https://bot:hunter22@git.example/x', 'https://[redacted]@git.example/x'],
    ['Authorization: Bearer abcdefgh12345678', /Bearer \[redacted\]$/],
    ['Basic YWNtZTpodW50ZXIyMg== sent', 'Basic [redacted] sent'],
    ['got eyJhbGciOi.eyJzdWIi.c2ln now', 'got [redacted] now'],
    ['key AKIAABCDEFGHIJKLMNOP unknown', 'key [redacted] unknown'],
    ['"password": "hunter22", "a": 1', '"password": [redacted], "a": 1'],
    ['db_password=hunter22&x=1', 'db_password=[redacted]&x=1'],
    ['client_secret: hunter22', 'client_secret: [redacted]'],
    [
      'the password "hunter22" is too short',
      'the password [redacted] is too short',
    ],
    ["password is 'hunter22'", 'password is [redacted]'],
    ['-----BEGIN RSA PRIVATE KEY-----\nhunter22\nmore', '[redacted]'],
  ])('masks %j', (text, expected) => {
    const masked = maskSecretShapes(text);
    expect(masked).not.toMatch(/hunter22|abcdefgh12345678/);
    expect(masked).toMatch(
      typeof expected === 'string'
        ? new RegExp(`^${escaped(expected)}$`)
        : expected,
    );
  });

  it.each([
    'A managed resource "nope" "foo" has not been declared in the root module.',
    'Reference to undeclared resource (main.tf line 2)',
    'The root module input variable "admin_password" is not set',
    'Get "https://registry.example/v1": dial tcp: no such host',
    'Invalid or missing token for region eu-west-1',
  ])('leaves %j alone', text => {
    expect(maskSecretShapes(text)).toBe(text);
  });
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
