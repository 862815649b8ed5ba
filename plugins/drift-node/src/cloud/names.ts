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

/** @throws InputError when no account can have this name. */
export function parseAccountName(text: string, where: string): string {
  const name = text.trim();
  if (!/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/.test(name)) {
    throw new InputError(
      `${where} must have 1 to 100 letters, digits, ".", "_", ":" and "-" and begin with a letter or digit`,
    );
  }
  return name;
}

/** Whether a pattern covers a text; `*` stands for any text. */
export function matchesGlob(pattern: string, text: string): boolean {
  return matchesParts(pattern.split('*'), text);
}

/**
 * Whether a text is made of these parts, in this order and with any text between
 * them. Takes no longer than the text is long.
 */
export function matchesParts(parts: readonly string[], text: string): boolean {
  const [first, ...others] = parts;
  const last = others.pop();
  if (last === undefined) {
    return text === first;
  }
  if (!text.startsWith(first)) {
    return false;
  }
  let end = first.length;
  for (const part of others) {
    const start = text.indexOf(part, end);
    if (start === -1) {
      return false;
    }
    end = start + part.length;
  }
  return text.length - last.length >= end && text.endsWith(last);
}
