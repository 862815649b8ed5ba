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

/** A JSON object without one of its members, and the text of that member. */
export interface TakenMember {
  /** The object with `true` in place of the member's value. */
  rest: string;
  /** The value exactly as it was written; absent when there was none. */
  member?: string;
}

/**
 * Takes the text of one member out of a JSON object, so that a document inside of
 * a request can be read with its exact numbers and all its keys.
 *
 * @remarks
 * Only finds where values begin and end. What is no JSON stays in `rest` or
 * `member`, whose readers refuse it.
 *
 * @throws InputError when the member is there twice
 */
export function takeOutMember(json: string, name: string): TakenMember {
  let found: [start: number, end: number] | undefined;
  let at = skipBlank(json, 0);
  if (json[at] !== '{') {
    return { rest: json };
  }
  do {
    const keyStart = skipBlank(json, at + 1);
    const keyEnd = endOfString(json, keyStart);
    const colon = skipBlank(json, keyEnd);
    if (json[colon] !== ':') {
      break;
    }
    const start = skipBlank(json, colon + 1);
    const end = endOfValue(json, start);
    if (isName(json.slice(keyStart, keyEnd), name)) {
      if (found) {
        throw new InputError(
          `Field '${name}' of the request body is there twice`,
        );
      }
      found = [start, end];
    }
    at = skipBlank(json, end);
  } while (json[at] === ',');

  if (!found) {
    return { rest: json };
  }
  const [start, end] = found;
  return {
    rest: `${json.slice(0, start)}true${json.slice(end)}`,
    member: json.slice(start, end),
  };
}

function skipBlank(json: string, from: number): number {
  let at = from;
  while (' \t\r\n'.includes(json[at] ?? 'end')) {
    at++;
  }
  return at;
}

/** Place after the closing quote; the end of the text when there is none. */
function endOfString(json: string, start: number): number {
  if (json[start] !== '"') {
    return start;
  }
  for (let at = start + 1; at < json.length; at++) {
    if (json[at] === '\\') {
      at++;
    } else if (json[at] === '"') {
      return at + 1;
    }
  }
  return json.length;
}

function endOfValue(json: string, start: number): number {
  if (json[start] === '"') {
    return endOfString(json, start);
  }
  let depth = 0;
  for (let at = start; at < json.length; at++) {
    switch (json[at]) {
      case '"':
        at = endOfString(json, at) - 1;
        break;
      case '{':
      case '[':
        depth++;
        break;
      case '}':
      case ']':
        if (depth === 0) {
          return at;
        }
        depth--;
        if (depth === 0) {
          return at + 1;
        }
        break;
      case ',':
        if (depth === 0) {
          return at;
        }
        break;
      default:
    }
  }
  return json.length;
}

function isName(key: string, name: string): boolean {
  try {
    return JSON.parse(key) === name;
  } catch {
    return false;
  }
}
