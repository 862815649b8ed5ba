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

type Matcher = (text: string) => boolean;

const INSTANCE_KEY = '\\[(?:\\d+|"(?:[^"\\\\]|\\\\.)*")\\]';

/** Globs come from rules, so there are few; the bound is for callers that make them up. */
const MAX_COMPILED = 5_000;

class Matchers {
  readonly #compile: (glob: string) => Matcher;
  readonly #compiled = new Map<string, Matcher>();

  constructor(compile: (glob: string) => Matcher) {
    this.#compile = compile;
  }

  of(glob: string): Matcher {
    let matcher = this.#compiled.get(glob);
    if (!matcher) {
      if (this.#compiled.size >= MAX_COMPILED) {
        this.#compiled.clear();
      }
      matcher = this.#compile(glob);
      this.#compiled.set(glob, matcher);
    }
    return matcher;
  }
}

const names = new Matchers(glob => {
  if (!glob.includes('*')) {
    return text => text === glob;
  }
  return matcherOf(glob.split('*').map(escapeRegExp).join('.*'));
});

const addresses = new Matchers(glob =>
  matcherOf(
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
  ),
);

const pointers = new Matchers(glob =>
  matcherOf(
    `${glob
      .replace(/\/+$/, '')
      .split('*')
      .map(escapeRegExp)
      .join('[^/]*')}(?:/.*)?`,
  ),
);

function matcherOf(body: string): Matcher {
  const pattern = new RegExp(`^(?:${body})$`, 's');
  return text => pattern.test(text);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** Matches a whole name against a glob: `*` is any run of characters, everything else is itself. */
export function globMatches(glob: string, name: string): boolean {
  return names.of(glob)(name);
}

/**
 * Matches a whole resource address: `*` is any run of characters of one name and
 * of its instance key, but never crosses a dot outside of a key; `[*]` is any
 * instance key or none.
 */
export function addressGlobMatches(glob: string, address: string): boolean {
  return addresses.of(glob)(address);
}

/**
 * Matches a pointer: `*` as a part of a segment is any run of characters of that
 * segment. A pattern also matches everything below the place it names.
 */
export function pointerGlobMatches(glob: string, pointer: string): boolean {
  return pointers.of(glob)(pointer);
}
