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

/**
 * An address without instance keys: `module.a["x"].aws_y.z[0]` becomes
 * `module.a.aws_y.z`. Brackets inside a quoted key do not end it.
 */
export function withoutInstanceKeys(address: string): string {
  const bracket = address.indexOf('[');
  if (bracket < 0) {
    return address;
  }
  if (address.indexOf(']') === address.length - 1) {
    return address.slice(0, bracket);
  }
  return address.replace(/\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\]/g, '');
}

/** One object: an address has at most one current object and any number of deposed ones. */
export function objectKey(entry: {
  address: string;
  deposed?: string;
}): string {
  return entry.deposed === undefined
    ? entry.address
    : `${entry.address}\u0000${entry.deposed}`;
}

/** RFC 6901. */
export function jsonPointer(steps: readonly (string | number)[]): string {
  return steps
    .map(step => `/${String(step).replace(/~/g, '~0').replace(/\//g, '~1')}`)
    .join('');
}

/** A step of a path as Terraform writes it; anything odd becomes its JSON text. */
export function pathStep(step: unknown): string | number {
  return typeof step === 'number' || typeof step === 'string'
    ? step
    : JSON.stringify(step);
}
