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
import { readWebhooksConfig } from './readWebhooksConfig';

const SECRET = '0123456789abcdef';

function read(...webhooks: JsonObject[]) {
  return readWebhooksConfig(new ConfigReader({ drift: { webhooks } }));
}

const minimal = { id: 'ops', url: 'https://example.com/a', secret: SECRET };

it('has no webhooks by default, and fills in what a webhook leaves out', () => {
  expect(readWebhooksConfig(new ConfigReader({}))).toEqual([]);
  expect(read(minimal)).toEqual([
    {
      id: 'ops',
      url: 'https://example.com/a',
      format: 'json',
      key: Buffer.from(SECRET),
      transitions: ['drifted', 'worse', 'resolved', 'failing', 'recovered'],
      minRisk: 'none',
      clients: undefined,
      headers: {},
      timeoutMs: 10_000,
      maxAttempts: 10,
    },
  ]);
});

it('reads what a webhook says', () => {
  const key = Buffer.from('a key of at least sixteen bytes');
  expect(
    read({
      id: 'chat',
      url: 'https://hooks.example.com/T0/B0/x',
      format: 'slack',
      secret: `whsec_${key.toString('base64')}`,
      events: ['resolved', 'changed'],
      minRisk: 'high',
      clients: ['acme', '-'],
      headers: { 'X-Team': 'a' },
      timeout: 'PT3S',
      maxAttempts: 2,
    }),
  ).toMatchObject([
    {
      format: 'slack',
      key,
      transitions: ['resolved', 'changed'],
      minRisk: 'high',
      clients: ['acme', '-'],
      headers: { 'X-Team': 'a' },
      timeoutMs: 3_000,
      maxAttempts: 2,
    },
  ]);
});

it.each<[JsonObject, RegExp]>([
  [{ id: 'a b' }, /webhooks\[0\]\.id' must be/],
  [{ id: 'notifications' }, /webhooks\[0\]\.id' must be/],
  [{ url: 'file:///etc/passwd' }, /\.url' must be an http or https address/],
  [{ url: 'nowhere' }, /\.url' must be an http or https address/],
  [{ url: 'https://u:hunter22@h/' }, /\.url' must be an http or https address/],
  [{ secret: 'hunter22' }, /\.secret' must hold at least 16 bytes/],
  [{ secret: 'whsec_aHVudGVyMjI=' }, /\.secret' must hold at least 16 bytes/],
  [{ format: 'xml' }, /\.format' must be json or slack, not 'xml'/],
  [{ events: ['drift'] }, /\.events' must list some of drifted, worse/],
  [{ events: [] }, /\.events' must list some of drifted, worse/],
  [{ minRisk: 'huge' }, /minRisk' must be one of none, low/],
  [{ headers: { 'Webhook-Signature': 'x' } }, /headers\.Webhook-Signature'/],
  [{ headers: { Host: 'x' } }, /headers\.Host' is not a header/],
  [{ headers: { X: 'hunter22\r\nY: z' } }, /headers\.X' is not a header/],
  [{ timeout: 'PT0S' }, /timeout' must be at least/],
  [{ maxAttempts: 0 }, /\.maxAttempts' must be a whole number/],
])('refuses %j without telling a secret', (wrong, message) => {
  expect(() => read({ ...minimal, ...wrong })).toThrow(message);
  expect(() => read({ ...minimal, ...wrong })).not.toThrow('hunter22');
});

it('refuses a webhook without a secret, and two of one id', () => {
  expect(() => read({ id: 'ops', url: 'https://example.com' })).toThrow(
    "The configuration 'drift.webhooks[0].secret' is missing",
  );
  expect(
    read({ id: 'ops', url: 'https://example.com', format: 'slack' }),
  ).toHaveLength(1);
  expect(() => read(minimal, minimal)).toThrow(
    "has two webhooks with the id 'ops'",
  );
});
