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

import { createVerify, generateKeyPairSync, KeyObject } from 'node:crypto';

/** A key file of a service account, made for one test. */
export interface TestKey {
  json: string;
  email: string;
  publicKey: KeyObject;
}

export function makeServiceAccountKey(email: string): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
  });
  return {
    email,
    publicKey,
    json: JSON.stringify({
      type: 'service_account',
      project_id: 'acme-prod',
      private_key_id: 'key-1',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      client_email: email,
      client_id: '1',
      token_uri: 'https://oauth2.googleapis.com/token',
    }),
  };
}

/** Whether an assertion is what Google's token service takes, and whose. */
export function readAssertion(
  assertion: string,
  keys: readonly TestKey[],
): { email: string } | undefined {
  const [header, payload, signature] = assertion.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const key = keys.find(({ email }) => email === claims.iss);
  const isSigned =
    key !== undefined &&
    createVerify('RSA-SHA256')
      .update(`${header}.${payload}`)
      .verify(key.publicKey, signature, 'base64url');
  return isSigned &&
    claims.aud === 'https://oauth2.googleapis.com/token' &&
    claims.scope === 'https://www.googleapis.com/auth/cloud-platform'
    ? { email: key.email }
    : undefined;
}
