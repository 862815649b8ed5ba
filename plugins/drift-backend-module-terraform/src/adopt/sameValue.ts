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

import { JsonValue } from '@backstage/types';

/**
 * Whether a literal and a value are the same to Terraform, which turns numbers and
 * bools into texts and back, and takes null for absent.
 */
export function sameValue(
  literal: JsonValue | undefined,
  value: JsonValue | undefined,
): boolean {
  if (literal === undefined || literal === null) {
    return literal === value || (literal === null && value === undefined);
  }
  if (value === undefined || value === null) {
    return false;
  }
  if (Array.isArray(literal) || Array.isArray(value)) {
    return (
      Array.isArray(literal) &&
      Array.isArray(value) &&
      literal.length === value.length &&
      literal.every((item, index) => sameValue(item, value[index]))
    );
  }
  if (typeof literal === 'object' || typeof value === 'object') {
    return (
      typeof literal === 'object' &&
      typeof value === 'object' &&
      [...new Set([...Object.keys(literal), ...Object.keys(value)])].every(
        key => sameValue(literal[key] ?? null, value[key] ?? null),
      )
    );
  }
  return (
    literal === value ||
    (typeof literal !== typeof value && String(literal) === String(value))
  );
}
