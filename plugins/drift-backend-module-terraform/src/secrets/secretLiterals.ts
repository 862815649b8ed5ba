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

import { looksSecretName } from '@infra-hub/drift-engine';

const ASSIGNMENT = /\b([A-Za-z0-9_-]{1,100})"?\s*[:=]\s*"((?:[^"\\\n]|\\.)*)"/g;

const SENSITIVE_VARIABLE =
  /variable\s+"[^"]+"\s*\{[^}]*\bsensitive\s*=\s*true[^}]*\}/g;

const DEFAULT_VALUE = /\bdefault\s*=\s*"((?:[^"\\\n]|\\.)*)"/;

const MIN_LENGTH = 6;

/**
 * Values that Terraform code assigns to names that look like secrets, and
 * defaults of sensitive variables. Providers quote such values in their error
 * messages; nobody tells us which ones are secret there.
 */
export function secretLiterals(code: string): string[] {
  const found = new Set<string>();
  for (const [, name, value] of code.matchAll(ASSIGNMENT)) {
    if (looksSecretName(name)) {
      found.add(value);
    }
  }
  for (const [block] of code.matchAll(SENSITIVE_VARIABLE)) {
    const value = DEFAULT_VALUE.exec(block)?.[1];
    if (value !== undefined) {
      found.add(value);
    }
  }
  return [...found].filter(
    value =>
      value.length >= MIN_LENGTH &&
      !value.includes('${') &&
      // Names of vaults, ARNs, URLs: where a secret is, not what it is.
      !/^(arn:|https?:\/\/|projects\/|\/)/.test(value),
  );
}
