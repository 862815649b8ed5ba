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

const compiled = new Map<string, RegExp>();
const MAX_COMPILED = 5_000;

const INSTANCE_KEY = '\\[(?:\\d+|"(?:[^"\\\\]|\\\\.)*")\\]';

/** Matches a whole name against a glob: `*` is any run of characters, everything else is itself. */
export function globMatches(glob: string, name: string): boolean {
  return pattern(`name\u0000${glob}`, () =>
    glob.split('*').map(escapeRegExp).join('.*'),
  ).test(name);
}

/**
 * Matches a whole resource address: `*` is any run of characters of one name and
 * of its instance key, but never crosses a dot outside of a key; `[*]` is any
 * instance key or none.
 */
export function addressGlobMatches(glob: string, address: string): boolean {
  return pattern(`address\u0000${glob}`, () =>
    glob
      .split(/(\[\*\]|\*)/)
      .map(part => {
        if (part === '[*]') {
          return `(?:${INSTANCE_KEY})?`;
        }
        return part === '*'
          ? `(?:[^.[\\]"]|${INSTANCE_KEY})*`
          : escapeRegExp(part);
      })
      .join(''),
  ).test(address);
}

/**
 * Matches a pointer: `*` as a part of a segment is any run of characters of that
 * segment. A pattern also matches everything below the place it names.
 */
export function pointerGlobMatches(glob: string, pointer: string): boolean {
  return pattern(`pointer\u0000${glob}`, () => {
    const body = glob
      .replace(/\/+$/, '')
      .split('*')
      .map(escapeRegExp)
      .join('[^/]*');
    return `${body}(?:/.*)?`;
  }).test(pointer);
}

function pattern(key: string, build: () => string): RegExp {
  let found = compiled.get(key);
  if (!found) {
    if (compiled.size >= MAX_COMPILED) {
      compiled.clear();
    }
    found = new RegExp(`^(?:${build()})$`, 's');
    compiled.set(key, found);
  }
  return found;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
