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

import { describeScanError } from './describeScanError';

describe('describeScanError', () => {
  it.each([
    [new Error('connection refused'), 'connection refused.'],
    [new TypeError('x is not a function'), 'x is not a function.'],
    ['Error: No such bucket!', 'No such bucket!'],
    [{ message: 'from an SDK' }, 'from an SDK.'],
    [undefined, 'The scan failed for an unknown reason.'],
    [null, 'The scan failed for an unknown reason.'],
    [new Error(''), 'Error.'],
    [new Error('\n\n  first   line\nsecond line'), 'first line.'],
    [
      new Error('\u001b[31mred\u001b[0m and \u202ereversed'),
      'red and reversed.',
    ],
  ])('says of %p: %s', (error, sentence) => {
    expect(describeScanError(error)).toBe(sentence);
  });

  it('is never longer than 500 characters', () => {
    const text = describeScanError(new Error('word '.repeat(1_000)));
    expect(text.length).toBeLessThanOrEqual(500);
    expect(text).toMatch(/…$/);
  });

  const canary = 'Zx9CanaryZx9CanaryZx9';

  it.each([
    `git clone https://user:${canary}@example.com/x failed`,
    `git clone https://${canary}@example.com/x failed`,
    `postgres://app:${canary}@db:5432/x refused`,
    `Authorization: Bearer ${canary}`,
    `authorization: basic ${canary}`,
    `got {"client_secret":"${canary}"}`,
    `got { 'password': '${canary}' }`,
    `ARM_CLIENT_SECRET=${canary} was not accepted`,
    `AWS_SECRET_ACCESS_KEY = "${canary}"`,
    `DefaultEndpointsProtocol=https;AccountKey=${canary};EndpointSuffix=x`,
    `https://acc.blob.core.windows.net/c?sv=2024&sig=${canary}&se=1`,
    `https://example.com/x?access_token=${canary}`,
    `bad key AKIA${canary.toUpperCase()}`,
    `bad token ghp_${canary}`,
    `bad token github_pat_${canary}`,
    `bad token glpat-${canary}`,
    `bad token hvs.${canary}`,
    `bad token eyJhbGciOi.${canary}.${canary}`,
    `-----BEGIN RSA PRIVATE KEY-----\n${canary}\n-----END RSA PRIVATE KEY-----`,
    `key: -----BEGIN PRIVATE KEY-----\n${canary}`,
  ])('holds no secret of %j', text => {
    const described = describeScanError(new Error(text));
    expect(described.toLowerCase()).not.toContain(canary.toLowerCase());
    expect(described).toContain('[redacted]');
  });

  it('keeps what helps', () => {
    const text =
      'Failed to load plugin schemas: provider registry.terraform.io/hashicorp/azurerm not found at https://registry.example.com/v1 (secret store was not asked)';
    expect(describeScanError(new Error(text))).toBe(`${text}.`);
  });
});
