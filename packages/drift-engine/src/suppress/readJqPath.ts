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

import { escapeSegment } from '../diff/pointer';

const TEXT = '"((?:[^"\\\\]|\\\\.)*)"';
const TOKENS: readonly {
  pattern: RegExp;
  segment: (match: RegExpExecArray) => string | undefined;
}[] = [
  // .[] | select(.name == "main"): the element of that name
  {
    pattern: new RegExp(
      `\\[\\]\\s*\\|\\s*select\\(\\s*\\.name\\s*==\\s*${TEXT}\\s*\\)`,
      'y',
    ),
    segment: match => elementOf(unquote(match[1])),
  },
  { pattern: /\[\]/y, segment: () => '*' },
  { pattern: /\[(\d+)\]/y, segment: match => match[1] },
  {
    pattern: new RegExp(`\\.?\\[\\s*${TEXT}\\s*\\]`, 'y'),
    segment: match => keyOf(unquote(match[1])),
  },
  {
    pattern: new RegExp(`\\.${TEXT}`, 'y'),
    segment: match => keyOf(unquote(match[1])),
  },
  { pattern: /\.([A-Za-z_][A-Za-z0-9_]*)/y, segment: match => match[1] },
];
const GLUE = /\s*\|\s*(?=\.)|\?|\.(?=\[)/y;

/**
 * The pointer glob that a jq path means; undefined for anything but a plain path
 * of keys, indexes, `[]` and `select(.name == "…")`.
 */
export function readJqPath(expression: string): string | undefined {
  const text = expression.trim();
  const segments: string[] = [];
  let at = 0;
  while (at < text.length) {
    let taken = 0;
    for (const { pattern, segment } of TOKENS) {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      if (match) {
        const found = segment(match);
        if (found === undefined) {
          return undefined;
        }
        segments.push(found);
        taken = match[0].length;
        break;
      }
    }
    if (taken === 0) {
      GLUE.lastIndex = at;
      taken = GLUE.exec(text)?.[0].length ?? 0;
      if (taken === 0) {
        return undefined;
      }
    }
    at += taken;
  }
  return segments.length > 0 && text.startsWith('.')
    ? `/${segments.join('/')}`
    : undefined;
}

function unquote(text: string): string | undefined {
  try {
    return JSON.parse(`"${text}"`);
  } catch {
    return undefined;
  }
}

/** In a pointer glob a star would stand for anything. */
function keyOf(key: string | undefined): string | undefined {
  return key === undefined || key === '' || key.includes('*')
    ? undefined
    : escapeSegment(key);
}

function elementOf(name: string | undefined): string | undefined {
  const key = keyOf(name);
  return key === undefined || /[[\]]/.test(key) ? undefined : `[${key}]`;
}
