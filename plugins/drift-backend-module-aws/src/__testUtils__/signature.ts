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

import { createHash, createHmac } from 'node:crypto';
import { IncomingMessage } from 'node:http';

export interface Signature {
  accessKeyId: string;
  region: string;
  service: string;
  /** Whether the secret made it. */
  isRight: boolean;
}

/** Reads and checks a Signature Version 4. */
export function checkSignature(
  request: IncomingMessage,
  body: string,
  secretOf: (accessKeyId: string) => string | undefined,
): Signature | undefined {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    );
  if (!match) {
    return undefined;
  }
  const [, accessKeyId, date, region, service, names, signature] = match;
  const url = new URL(request.url ?? '/', 'http://aws');
  const canonical = [
    request.method,
    url.pathname,
    [...url.searchParams]
      .map(pair => pair.map(encodeURIComponent).join('='))
      .sort()
      .join('&'),
    ...names
      .split(';')
      .map(name => `${name}:${String(request.headers[name]).trim()}`),
    '',
    names,
    hash(body),
  ].join('\n');
  const scope = [date, region, service, 'aws4_request'];
  const text = [
    'AWS4-HMAC-SHA256',
    request.headers['x-amz-date'],
    scope.join('/'),
    hash(canonical),
  ].join('\n');
  const key = scope.reduce<string | Buffer>(
    (each, part) => createHmac('sha256', each).update(part).digest(),
    `AWS4${secretOf(accessKeyId)}`,
  );
  return {
    accessKeyId,
    region,
    service,
    isRight: createHmac('sha256', key).update(text).digest('hex') === signature,
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
