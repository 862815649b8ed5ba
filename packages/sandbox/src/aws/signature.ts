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

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { IncomingMessage } from 'node:http';
import { AwsError } from './AwsError';

/**
 * Somebody with an access key.
 *
 * @public
 */
export interface AwsUser {
  /** E.g. `drift-reader`. */
  userName: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Actions of its policy, e.g. `cloudformation:GetResource`; `*` stands for everything. */
  actions: string[];
}

/** A request whose signature is right. */
export interface SignedCall {
  user: AwsUser;
  region: string;
  /** Name of the service in the signature, e.g. `sts`. */
  service: string;
}

/**
 * Finds out who sent a request by its signature (Signature Version 4).
 *
 * @throws AwsError with a code of its own for each way to be wrong
 */
export function authenticate(
  request: IncomingMessage,
  body: string,
  users: readonly AwsUser[],
): SignedCall {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    );
  if (!match) {
    throw new AwsError(
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
      403,
    );
  }
  const [, accessKeyId, date, region, service, names, signature] = match;
  const user = users.find(each => each.accessKeyId === accessKeyId);
  if (!user) {
    throw new AwsError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
      403,
    );
  }
  const signed = signatureOf({
    request,
    body,
    names: names.split(';'),
    scope: [date, region, service, 'aws4_request'],
    secret: user.secretAccessKey,
  });
  if (!timingSafeEqual(Buffer.from(signed), Buffer.from(signature))) {
    throw new AwsError(
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
      403,
    );
  }
  return { user, region, service };
}

function signatureOf(options: {
  request: IncomingMessage;
  body: string;
  names: string[];
  scope: string[];
  secret: string;
}): string {
  const { request, body, names, scope, secret } = options;
  const url = new URL(request.url ?? '/', 'http://aws');
  const query = [...url.searchParams]
    .map(pair => pair.map(encodeURIComponent).join('='))
    .sort()
    .join('&');
  const headers = names.map(
    name =>
      `${name}:${String(request.headers[name] ?? '')
        .trim()
        .replace(/\s+/g, ' ')}\n`,
  );
  const canonical = [
    request.method,
    url.pathname,
    query,
    headers.join(''),
    names.join(';'),
    sha256(body),
  ].join('\n');
  const toSign = [
    'AWS4-HMAC-SHA256',
    request.headers['x-amz-date'],
    scope.join('/'),
    sha256(canonical),
  ].join('\n');
  const key = scope.reduce(
    (sum, part) => hmac(sum, part),
    Buffer.from(`AWS4${secret}`),
  );
  return hmac(key, toSign).toString('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
