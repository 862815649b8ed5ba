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

import { InputError } from '@backstage/errors';
import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';
const LEAST_BYTES = 16;

/**
 * The key of a configured secret, which is base64 after `whsec_` and text
 * otherwise.
 *
 * @throws InputError that names the key in the configuration
 *
 * @public
 */
export function readSigningKey(secret: string, configKey: string): Buffer {
  const encoded = secret.startsWith(PREFIX);
  const key = encoded
    ? Buffer.from(secret.slice(PREFIX.length), 'base64')
    : Buffer.from(secret, 'utf8');
  if (key.length < LEAST_BYTES) {
    throw new InputError(
      `The configuration '${configKey}' must hold at least ${LEAST_BYTES} bytes`,
    );
  }
  return key;
}

/**
 * Headers by which a receiver knows that a message is from here, is recent and
 * was not seen before, as https://www.standardwebhooks.com describes them.
 *
 * @remarks
 * Signed is `<webhook-id>.<webhook-timestamp>.<body>` with HMAC-SHA256. The header
 * `webhook-id` is for the caller to set.
 *
 * @public
 */
export function signMessage(options: {
  id: string;
  body: string;
  key: Buffer;
  now: Date;
}): Record<string, string> {
  const { id, body, key, now } = options;
  const timestamp = Math.floor(now.getTime() / 1000);
  const signature = createHmac('sha256', key)
    .update(`${id}.${timestamp}.${body}`)
    .digest('base64');
  return {
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${signature}`,
  };
}
