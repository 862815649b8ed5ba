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

import type { JsonObject, JsonValue } from '@backstage/types';
import { isSamePolicy, sameInCloud, taggedValues } from './sameInCloud';

/** Members that say which element of a list is meant. */
const IDENTITIES = ['Id', 'id', 'ID', 'Name', 'name', 'Key', 'key'];

/**
 * What is to be written for a value to be as wanted, with everything else kept as
 * it is: further tags, and members of list elements that nobody wants in any
 * particular way.
 *
 * @returns undefined for nothing
 */
export function mergeWanted(
  before: JsonValue | undefined,
  wanted: JsonValue | undefined,
): JsonValue | undefined {
  if (wanted === undefined || wanted === null) {
    return undefined;
  }
  const [tags, wantedTags] = [taggedValues(before), taggedValues(wanted)];
  if (tags && (wantedTags || isObject(wanted))) {
    return mergeTags(
      before as JsonObject[],
      wantedTags ?? (wanted as JsonObject),
    );
  }
  if (wantedTags && isObject(before)) {
    return mergeObject(before, wantedTags);
  }
  if (Array.isArray(before) && Array.isArray(wanted)) {
    return mergeList(before, wanted);
  }
  if (isObject(before) && isObject(wanted)) {
    return isPolicy(wanted) ? wanted : mergeObject(before, wanted);
  }
  return likeBefore(before, wanted);
}

function mergeObject(before: JsonObject, wanted: JsonObject): JsonObject {
  const merged = Object.entries(wanted).flatMap(([name, value]) => {
    const member = mergeWanted(
      Object.hasOwn(before, name) ? before[name] : undefined,
      value,
    );
    return member === undefined ? [] : [[name, member] as const];
  });
  return Object.fromEntries([
    ...Object.entries(before).filter(([name]) => !Object.hasOwn(wanted, name)),
    ...merged,
  ]);
}

/** `[{ Key, Value }]` with some values changed, in the form that it has. */
function mergeTags(before: JsonObject[], wanted: JsonObject): JsonObject[] {
  const [first = {}] = before;
  const [key = 'Key', value = 'Value'] = Object.keys(first).sort();
  const kept = before.filter(tag => !Object.hasOwn(wanted, String(tag[key])));
  const set = Object.entries(wanted).flatMap(([name, text]) =>
    text === undefined || text === null ? [] : [{ [key]: name, [value]: text }],
  );
  return [...kept, ...set];
}

function mergeList(
  before: readonly (JsonValue | undefined)[],
  wanted: readonly (JsonValue | undefined)[],
): JsonValue[] {
  const rest = [...before];
  return wanted.flatMap(element => {
    const same = rest.findIndex(
      other => sameInCloud(element, other) !== undefined,
    );
    const at =
      same === -1
        ? rest.findIndex(other => isSameElement(element, other))
        : same;
    const [other] = at === -1 ? [undefined] : rest.splice(at, 1);
    const merged = same === -1 ? mergeWanted(other, element) : other;
    return merged === undefined ? [] : [merged];
  });
}

function isSameElement(
  wanted: JsonValue | undefined,
  other: JsonValue | undefined,
): boolean {
  return (
    isObject(wanted) &&
    isObject(other) &&
    IDENTITIES.some(
      name => typeof wanted[name] === 'string' && wanted[name] === other[name],
    )
  );
}

/** As text where the provider writes numbers as text, and the other way round. */
function likeBefore(
  before: JsonValue | undefined,
  wanted: JsonValue,
): JsonValue {
  if (
    typeof before === 'string' &&
    (typeof wanted === 'number' || typeof wanted === 'boolean')
  ) {
    return String(wanted);
  }
  if (typeof wanted === 'string' && typeof before === 'number') {
    return String(Number(wanted)) === wanted ? Number(wanted) : wanted;
  }
  if (typeof wanted === 'string' && typeof before === 'boolean') {
    return ['true', 'false'].includes(wanted) ? wanted === 'true' : wanted;
  }
  return wanted;
}

/** What a policy grants is all that it says. */
function isPolicy(wanted: JsonObject): boolean {
  return isSamePolicy(wanted, wanted);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
