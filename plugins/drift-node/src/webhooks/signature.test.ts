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

import { readFile } from 'node:fs/promises';
import { resolve as resolvePath } from 'node:path';
import { runInNewContext } from 'node:vm';
import { readSigningKey, signMessage } from './signature';

type IsGenuine = (
  headers: Record<string, string>,
  body: string,
  secret: string,
) => boolean;

/** The function that the documentation gives to receivers. */
async function readDocumentedRecipe(): Promise<IsGenuine> {
  const text = await readFile(
    resolvePath(__dirname, '../../../../docs/notifications.md'),
    'utf8',
  );
  const sample = /```js\n(.*?)```/s.exec(text)?.[1];
  return runInNewContext(`${sample}; isGenuine`, { require, Buffer });
}

const encoded = `whsec_${Buffer.from('32 bytes, or a few more than').toString(
  'base64',
)}`;

it.each(['a secret in plain text', encoded])(
  'is what the documentation tells receivers to check: %s',
  async secret => {
    const isGenuine = await readDocumentedRecipe();
    const body = '{"text":"Größe"}';
    const sign = (now: Date) => ({
      'webhook-id': 'm1',
      ...signMessage({
        id: 'm1',
        body,
        key: readSigningKey(secret, 'key'),
        now,
      }),
    });
    const headers = sign(new Date());
    expect(isGenuine(headers, body, secret)).toBe(true);
    expect(isGenuine(headers, `${body} `, secret)).toBe(false);
    expect(isGenuine(headers, body, 'another secret text')).toBe(false);
    expect(isGenuine({ ...headers, 'webhook-id': 'm2' }, body, secret)).toBe(
      false,
    );
    const old = sign(new Date(Date.now() - 10 * 60_000));
    expect(isGenuine(old, body, secret)).toBe(false);
  },
);

it('has not changed', () => {
  expect(
    signMessage({
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      body: '{"test": 2432232314}',
      key: readSigningKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'key'),
      now: new Date(1614265330 * 1000),
    }),
  ).toEqual({
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});
