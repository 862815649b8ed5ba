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

import { isJsonObject, jsonEqual, JsonObject, JsonValue } from '../cloud/json';
import { FieldSet } from './FieldSet';
import { memberSchema, Schema } from './schema';

/** What differs between two objects, as paths. */
export interface Comparison {
  added: FieldSet;
  removed: FieldSet;
  modified: FieldSet;
}

/** Keys of list entries that may be left out. */
const keyDefaults: Record<string, JsonValue> = { protocol: 'TCP' };

/** Every path that a configuration states. */
export function toFieldSet(schema: Schema, value: JsonValue): FieldSet {
  const set = new FieldSet();
  collect(schema, value, [], set);
  return set;
}

function collect(
  schema: Schema,
  value: JsonValue,
  path: string[],
  set: FieldSet,
): void {
  if (isLeaf(schema, value, undefined)) {
    set.insert(path);
    return;
  }
  for (const [element, item, itemSchema] of members(schema, value)) {
    const itemPath = [...path, element];
    collect(itemSchema, item, itemPath, set);
    const isEntry = schema.type !== 'struct';
    if (isEntry || isNothing(item)) {
      set.insert(itemPath);
    }
  }
}

/** What somebody changed who turned one object into another. */
export function compare(
  schema: Schema,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): Comparison {
  const result = {
    added: new FieldSet(),
    removed: new FieldSet(),
    modified: new FieldSet(),
  };
  walk(schema, before, after, [], result);
  return result;
}

function walk(
  schema: Schema,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: string[],
  result: Comparison,
): void {
  if (before === undefined && after === undefined) {
    return;
  }
  const leaf = isLeaf(schema, before, after);
  if (before === undefined) {
    result.added.insert(path);
  } else if (after === undefined) {
    result.removed.insert(path);
  } else if (leaf && !jsonEqual(before, after)) {
    result.modified.insert(path);
  }
  if (leaf) {
    return;
  }
  const old = new Map(
    members(schema, before ?? null).map(member => [member[0], member]),
  );
  for (const [element, item, itemSchema] of members(schema, after ?? null)) {
    walk(itemSchema, old.get(element)?.[1], item, [...path, element], result);
    old.delete(element);
  }
  for (const [element, item, itemSchema] of old.values()) {
    walk(itemSchema, item, undefined, [...path, element], result);
  }
}

/** The live object with everything that a configuration states. */
export function merge(
  schema: Schema,
  live: JsonValue | undefined,
  config: JsonValue | undefined,
): JsonValue {
  if (config === undefined || live === undefined) {
    return config ?? live ?? null;
  }
  if (isLeaf(schema, live, config)) {
    return config;
  }
  if (schema.type === 'list') {
    return mergeLists(schema, live, config);
  }
  if (!isJsonObject(config) || !isJsonObject(live)) {
    return config ?? live;
  }
  const result: JsonObject = { ...live };
  for (const [key, value] of Object.entries(config)) {
    const inner = memberSchema(schema, key);
    result[key] = inner ? merge(inner, live[key], value) : value;
  }
  return result;
}

/** Keeps the order of both lists as far as they agree. */
function mergeLists(
  schema: Schema,
  live: JsonValue,
  config: JsonValue,
): JsonValue[] {
  const lhs = members(schema, live);
  const rhs = members(schema, config);
  const inLive = new Map(lhs.map(([element, item]) => [element, item]));
  const inConfig = new Set(rhs.map(([element]) => element));
  const result: JsonValue[] = [];
  let next = 0;
  for (const [element, item, itemSchema] of rhs) {
    if (inLive.has(element)) {
      while (next < lhs.length && lhs[next][0] !== element) {
        if (!inConfig.has(lhs[next][0])) {
          result.push(lhs[next][1]);
        }
        next += 1;
      }
      next += 1;
    }
    result.push(merge(itemSchema, inLive.get(element), item));
  }
  const done = new Set(result.map(item => elementOf(schema, item)));
  for (const [element, item] of lhs) {
    if (!inConfig.has(element) && !done.has(element)) {
      result.push(item);
    }
  }
  return result;
}

/** Without the given paths and everything below them; undefined when it is one of them. */
export function remove(
  schema: Schema,
  value: JsonValue,
  paths: FieldSet,
): JsonValue | undefined {
  if (paths.isMember) {
    return undefined;
  }
  const kept = (element: string, item: JsonValue, inner: Schema) => {
    const below = paths.children.get(element);
    return below ? remove(inner, item, below) : item;
  };
  let rest: JsonValue;
  if (schema.type === 'list' && Array.isArray(value)) {
    rest = members(schema, value)
      .map(([element, item, inner]) => kept(element, item, inner))
      .filter(item => item !== undefined);
  } else if (isJsonObject(value)) {
    rest = Object.fromEntries(
      Object.entries(value).flatMap(([key, item]) => {
        const inner = memberSchema(schema, key);
        const left = inner ? kept(`f:${key}`, item, inner) : item;
        return left === undefined ? [] : [[key, left]];
      }),
    );
  } else {
    return value;
  }
  return rest;
}

/** The path element of a list entry. */
export function elementOf(schema: Schema, item: JsonValue): string {
  if (schema.type === 'list' && schema.keys.length > 0 && isJsonObject(item)) {
    const key = Object.fromEntries(
      [...schema.keys]
        .sort()
        .map(name => [name, item[name] ?? keyDefaults[name] ?? null]),
    );
    return `k:${JSON.stringify(key)}`;
  }
  return `v:${JSON.stringify(item)}`;
}

function members(
  schema: Schema,
  value: JsonValue,
): Array<[element: string, value: JsonValue, schema: Schema]> {
  if (schema.type === 'list') {
    return Array.isArray(value)
      ? value.map(item => [elementOf(schema, item), item, schema.of])
      : [];
  }
  if (!isJsonObject(value)) {
    return [];
  }
  return Object.entries(value).flatMap(([key, item]) => {
    const inner = memberSchema(schema, key);
    return inner ? [[`f:${key}`, item, inner]] : [];
  });
}

/** Whether the value is owned as one. */
function isLeaf(
  schema: Schema,
  a: JsonValue | undefined,
  b: JsonValue | undefined,
): boolean {
  switch (schema.type) {
    case 'scalar':
      return true;
    case 'list':
      return (schema.keys.length === 0 && !schema.set) || bothNothing(a, b);
    default:
      return schema.atomic || bothNothing(a, b);
  }
}

function bothNothing(
  a: JsonValue | undefined,
  b: JsonValue | undefined,
): boolean {
  return (a === undefined || isNothing(a)) && (b === undefined || isNothing(b));
}

function isNothing(value: JsonValue): boolean {
  return (
    value === null ||
    (typeof value === 'object' && Object.keys(value).length === 0)
  );
}
