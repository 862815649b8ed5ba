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

import { maskSecretShapes } from '@infra-hub/drift-engine';
import { stripVTControlCharacters } from 'util';

const MAX_LENGTH = 500;

/**
 * One clean sentence on why a scan failed, for a database, an API answer and a
 * screen: the first line that says something, without secrets, control
 * characters or paths of this scan.
 */
export function describeScanError(
  error: unknown,
  options: {
    /** Directories that mean nothing to a reader. */
    directories?: Iterable<string>;
  } = {},
): string {
  let text = maskSecretShapes(messageOf(error));
  for (const directory of longestFirst(options.directories)) {
    text = text.split(directory).join('.');
  }

  const line = text
    .split(/[\r\n]+/)
    .map(cleanLine)
    .find(Boolean);
  return asSentence(line ?? 'The scan failed for an unknown reason');
}

function messageOf(error: unknown): string {
  if (error instanceof Error) {
    return error.message || error.name;
  }
  if (typeof error === 'object' && error !== null && 'message' in error) {
    return String(error.message);
  }
  return error === undefined || error === null ? '' : String(error);
}

function longestFirst(values: Iterable<string> = []): string[] {
  return [...values].sort((a, b) => b.length - a.length);
}

function cleanLine(line: string): string {
  return stripVTControlCharacters(line)
    .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^\s*(uncaught\s+)?(\w*error|exception):\s*/i, '')
    .trim();
}

function asSentence(text: string): string {
  const cut =
    text.length > MAX_LENGTH
      ? `${text.slice(0, MAX_LENGTH - 1).trim()}…`
      : text;
  return /[.!?…]$/.test(cut) ? cut : `${cut}.`;
}
