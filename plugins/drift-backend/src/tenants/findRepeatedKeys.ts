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

const MAX_FOUND = 20;

/**
 * Keys that an object of a JSON text has twice, of which `JSON.parse` silently
 * keeps the last. Linear in the length of the text, which must be valid JSON.
 */
export function findRepeatedKeys(
  text: string,
): { key: string; line: number }[] {
  const found: { key: string; line: number }[] = [];
  /** The keys so far of each open object; undefined for a list. */
  const open: (Set<string> | undefined)[] = [];
  let line = 1;
  for (let at = 0; at < text.length && found.length < MAX_FOUND; at++) {
    const character = text[at];
    if (character === '\n') {
      line += 1;
    } else if (character === '{') {
      open.push(new Set());
    } else if (character === '[') {
      open.push(undefined);
    } else if (character === '}' || character === ']') {
      open.pop();
    } else if (character === '"') {
      const end = endOfString(text, at);
      const keys = open[open.length - 1];
      if (keys && isFollowedByColon(text, end)) {
        const key = JSON.parse(text.slice(at, end));
        if (keys.has(key)) {
          found.push({ key, line });
        }
        keys.add(key);
      }
      at = end - 1;
    }
  }
  return found;
}

/** Offset behind the closing quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') {
    at += text[at] === '\\' ? 2 : 1;
  }
  return at + 1;
}

function isFollowedByColon(text: string, from: number): boolean {
  let at = from;
  while (/\s/.test(text[at] ?? '')) {
    at += 1;
  }
  return text[at] === ':';
}
