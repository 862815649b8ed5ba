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

import { isLoopback, mayCarryTokens, placeRequest } from './hosts';

describe('Where requests go', () => {
  const sql = new URL('https://sqladmin.googleapis.com/v1/projects/p?a=b');

  it.each([
    [undefined, 'https://sqladmin.googleapis.com/v1/projects/p?a=b'],
    [
      'https://{api}-acme.p.googleapis.com',
      'https://sqladmin-acme.p.googleapis.com/v1/projects/p?a=b',
    ],
    [
      'http://127.0.0.1:8080/google/',
      'http://127.0.0.1:8080/google/v1/projects/p?a=b',
    ],
    [
      'http://localhost:8080/{api}',
      'http://localhost:8080/sqladmin/v1/projects/p?a=b',
    ],
  ])('with the endpoint %s to %s', (endpoint, placed) => {
    expect(placeRequest(sql, endpoint).href).toBe(placed);
  });

  it('elsewhere only what is meant for Google', () => {
    const other = new URL('https://sts.example/token');
    expect(placeRequest(other, 'https://proxy.example').href).toBe(other.href);
    const similar = new URL('https://evilgoogleapis.com/token');
    expect(placeRequest(similar, 'https://proxy.example').href).toBe(
      similar.href,
    );
  });

  it.each([
    ['https://storage.googleapis.com', true],
    ['http://storage.googleapis.com', false],
    ['http://127.0.0.1:80', true],
    ['http://[::1]:80', true],
    ['http://localhost.evil.example', false],
    ['http://127.0.0.1.evil.example', false],
  ])('tokens to %s: %s', (url, may) => {
    expect(mayCarryTokens(new URL(url))).toBe(may);
    expect(isLoopback(new URL(url).hostname)).toBe(
      may && url.startsWith('http:'),
    );
  });
});
