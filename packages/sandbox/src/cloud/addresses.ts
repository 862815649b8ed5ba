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

import { isIPv4 } from 'node:net';

/** The address as an unsigned number, or undefined when it is not IPv4. */
export function ipv4ToNumber(address: string): number | undefined {
  if (!isIPv4(address)) {
    return undefined;
  }
  return address
    .split('.')
    .reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

/** First and last address of a CIDR block, or undefined when it is not one. */
export function cidrRange(
  cidr: string,
): { first: number; last: number } | undefined {
  const match = /^([0-9.]+)\/([0-9]|[12][0-9]|3[0-2])$/.exec(cidr);
  const address = match && ipv4ToNumber(match[1]);
  if (!match || address === undefined || address === null) {
    return undefined;
  }
  const size = 2 ** (32 - Number(match[2]));
  const first = Math.floor(address / size) * size;
  return { first, last: first + size - 1 };
}
