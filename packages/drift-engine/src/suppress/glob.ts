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

/** `*` in a glob, `[*]` in an address; else the text itself. */
type Part = { text: string } | { any: true } | { key: true };

/** An instance key at the place where the search begins. */
const INSTANCE_KEY = /\[(?:\d+|"(?:[^"\\]|\\.)*")\]/suy;

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

/*
 * People write globs, and texts come from clouds. A regular expression with many
 * stars takes exponential time on a hostile pair; these take as many steps as the
 * glob and the text are long, multiplied at most.
 */

const names = new Matchers(glob => {
  const [start, ...rest] = glob.split('*');
  const end = rest.pop();
  if (end === undefined) {
    return text => text === glob;
  }
  return text => {
    if (
      text.length < start.length + end.length ||
      !text.startsWith(start) ||
      !text.endsWith(end)
    ) {
      return false;
    }
    const last = text.length - end.length;
    let from = start.length;
    for (const part of rest) {
      const found = text.indexOf(part, from);
      if (found < 0 || found + part.length > last) {
        return false;
      }
      from = found + part.length;
    }
    return true;
  };
});

const addresses = new Matchers(glob => {
  const parts = glob
    .split(/(\[\*\]|\*)/)
    .filter(text => text !== '')
    .map<Part>(text => {
      if (text === '[*]') {
        return { key: true };
      }
      return text === '*' ? { any: true } : { text };
    });
  return text =>
    reach(parts, text, {
      next: at => {
        const key = keyLength(text, at);
        return key || (/[.[\]"]/.test(text[at]) ? 0 : 1);
      },
    }).has(text.length);
});

const pointers = new Matchers(glob => {
  const parts = glob
    .replace(/\/+$/, '')
    .split(/(\*)/)
    .filter(text => text !== '')
    .map<Part>(text => (text === '*' ? { any: true } : { text }));
  return text => {
    const ends = reach(parts, text, {
      next: at => (text[at] === '/' ? 0 : 1),
    });
    return [...ends].some(end => end === text.length || text[end] === '/');
  };
});

/** The places of a text that the parts can lead to from its begin. */
function reach(
  parts: readonly Part[],
  text: string,
  star: {
    /** How many characters one step of a star takes at a place; 0 when it may not. */
    next: (at: number) => number;
  },
): Set<number> {
  let places = new Set([0]);
  for (const part of parts) {
    const reached = new Set<number>();
    if ('text' in part) {
      for (const place of places) {
        if (text.startsWith(part.text, place)) {
          reached.add(place + part.text.length);
        }
      }
    } else if ('key' in part) {
      for (const place of places) {
        reached.add(place);
        reached.add(place + keyLength(text, place));
      }
    } else {
      const least = Math.min(...places);
      const open = new Set(places);
      for (let place = least; place < text.length; place++) {
        const step = open.has(place) ? star.next(place) : 0;
        if (step > 0) {
          open.add(place + step);
        }
      }
      open.forEach(place => reached.add(place));
    }
    places = reached;
    if (places.size === 0) {
      break;
    }
  }
  return places;
}

function keyLength(text: string, at: number): number {
  if (text[at] !== '[') {
    return 0;
  }
  INSTANCE_KEY.lastIndex = at;
  return INSTANCE_KEY.exec(text)?.[0].length ?? 0;
}

/**
 * Matches a whole name against a glob: `*` is any run of characters, everything
 * else is itself.
 *
 * @public
 */
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
