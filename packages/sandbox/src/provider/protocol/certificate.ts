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

import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A key and its self-signed certificate. */
export interface ServerIdentity {
  privateKeyPem: string;
  certificatePem: string;
  certificateDer: Buffer;
}

const ONE_DAY_MS = 24 * 60 * 60 * 1000;

/** Identifiers of RFC 5280 and RFC 5758 as DER. */
const ECDSA_WITH_SHA256 = der(0x30, oid('2a8648ce3d040302'));
const COMMON_NAME = oid('550403');
const SUBJECT_ALTERNATIVE_NAME = oid('551d11');

/**
 * Makes the identity that the plugin host expects from AutoMTLS: an ECDSA
 * P-256 certificate for `localhost` and 127.0.0.1, valid for a day unless said
 * otherwise.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc5280#section-4.1
 */
export function createServerIdentity(
  now: Date,
  { validDays = 1 }: { validDays?: number } = {},
): ServerIdentity {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
  });
  const name = der(
    0x30,
    der(0x31, der(0x30, COMMON_NAME, der(0x0c, Buffer.from('localhost')))),
  );
  const content = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, positive(randomBytes(16))),
    ECDSA_WITH_SHA256,
    name,
    der(
      0x30,
      utcTime(new Date(now.getTime() - ONE_DAY_MS)),
      utcTime(new Date(now.getTime() + validDays * ONE_DAY_MS)),
    ),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, subjectAlternativeNames())),
  );
  const certificateDer = der(
    0x30,
    content,
    ECDSA_WITH_SHA256,
    der(0x03, Buffer.from([0]), sign('sha256', content, privateKey)),
  );
  return {
    privateKeyPem: privateKey
      .export({ type: 'pkcs8', format: 'pem' })
      .toString(),
    certificatePem: pem(certificateDer),
    certificateDer,
  };
}

function subjectAlternativeNames(): Buffer {
  const DNS_NAME = 0x82;
  const IP_ADDRESS = 0x87;
  return der(
    0x30,
    SUBJECT_ALTERNATIVE_NAME,
    der(
      0x04,
      der(
        0x30,
        der(DNS_NAME, Buffer.from('localhost')),
        der(IP_ADDRESS, Buffer.from([127, 0, 0, 1])),
      ),
    ),
  );
}

/** One element: tag, length, content. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([
    Buffer.from([tag, ...lengthBytes(content.length)]),
    content,
  ]);
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) {
    return [length];
  }
  return length < 0x100
    ? [0x81, length]
    : [0x82, Math.floor(length / 0x100), length % 0x100];
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

/** DER integers are signed: the first bit must be clear, the first byte not zero. */
function positive(bytes: Buffer): Buffer {
  const result = Buffer.from(bytes);
  result[0] = (result[0] % 0x80) + (result[0] % 0x80 === 0 ? 1 : 0);
  return result;
}

function utcTime(date: Date): Buffer {
  const text = date
    .toISOString()
    .replace(/[-:T]/g, '')
    .replace(/\.\d+Z$/, 'Z');
  return der(0x17, Buffer.from(text.slice(2)));
}

function pem(content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join(
    '\n',
  )}\n-----END CERTIFICATE-----\n`;
}
