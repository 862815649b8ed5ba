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

import { maskSecretValues } from '../redact/secrets';

/** What an address tells about its resource. */
export interface ResourceAddress {
  resourceType: string;
  resourceName: string;
  moduleAddress?: string;
  isData: boolean;
}

/** Splits at dots outside of instance keys. */
function splitAtDots(address: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (const [piece] of address.matchAll(
    /\[(?:"(?:[^"\\]|\\.)*"|[^\]]*)\]|\.|[^.[]+|\[/g,
  )) {
    if (piece === '.') {
      parts.push(part);
      part = '';
    } else {
      part += piece;
    }
  }
  return [...parts, part];
}

/** Reads `module.a["x"].module.b.data.aws_x.y[0]`; undefined when it is no resource address. */
export function parseResourceAddress(
  address: string,
): ResourceAddress | undefined {
  const parts = splitAtDots(address);
  let at = 0;
  while (parts[at] === 'module' && parts.length > at + 2) {
    at += 2;
  }
  const isData = parts[at] === 'data' && parts.length === at + 3;
  const [type, name, ...rest] = parts.slice(isData ? at + 1 : at);
  const resourceName = name?.replace(/\[.*$/s, '');
  if (
    rest.length > 0 ||
    !/^[A-Za-z_][\w-]*$/.test(type) ||
    !/^[A-Za-z_][\w-]*$/.test(resourceName ?? '')
  ) {
    return undefined;
  }
  return {
    resourceType: type,
    resourceName,
    ...(at > 0 ? { moduleAddress: parts.slice(0, at).join('.') } : {}),
    isData,
  };
}

/** An address whose instance keys hold no secret of a known form. */
export function maskAddress(address: string): string {
  return address.includes('["')
    ? maskSecretValues(address, '(sensitive)')
    : address;
}
