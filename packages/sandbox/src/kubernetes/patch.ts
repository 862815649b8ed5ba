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
import { memberSchema, Schema } from './schema';
import { StatusError } from './StatusError';

/** JSON Merge Patch (RFC 7386). */
export function mergePatch(
  target: JsonValue | undefined,
  patch: JsonValue,
): JsonValue {
  if (!isJsonObject(patch)) {
    return patch;
  }
  const result: JsonObject = isJsonObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) {
      delete result[key];
    } else {
      result[key] = mergePatch(result[key], value);
    }
  }
  return result;
}

/** JSON Patch (RFC 6902). */
export function jsonPatch(target: JsonObject, patch: JsonValue): JsonValue {
  if (!Array.isArray(patch)) {
    throw StatusError.badRequest('a JSON patch must be a list of operations');
  }
  let document: JsonValue = structuredClone(target);
  for (const operation of patch) {
    document = carryOut(document, isJsonObject(operation) ? operation : {});
  }
  return document;
}

function carryOut(document: JsonValue, operation: JsonObject): JsonValue {
  const path = pointer(operation.path);
  switch (operation.op) {
    case 'add':
      return put(document, path, operation.value ?? null, 'insert');
    case 'replace':
      valueAt(document, path);
      return put(document, path, operation.value ?? null, 'replace');
    case 'remove':
      return take(document, path);
    case 'copy':
    case 'move': {
      const from = pointer(operation.from);
      const value = structuredClone(valueAt(document, from));
      const rest = operation.op === 'move' ? take(document, from) : document;
      return put(rest, path, value, 'insert');
    }
    case 'test':
      if (!jsonEqual(valueAt(document, path), operation.value ?? null)) {
        throw unprocessable(
          `testing value ${String(operation.path)} failed: test failed`,
        );
      }
      return document;
    default:
      throw unprocessable(`Unexpected kind: ${String(operation.op)}`);
  }
}

function pointer(text: JsonValue | undefined): string[] {
  if (typeof text !== 'string' || (text !== '' && !text.startsWith('/'))) {
    throw unprocessable(`${String(text)} is not a JSON pointer`);
  }
  return text
    .split('/')
    .slice(1)
    .map(part => part.replace(/~1/g, '/').replace(/~0/g, '~'));
}

function valueAt(document: JsonValue, path: string[]): JsonValue {
  let value: JsonValue | undefined = document;
  for (const key of path) {
    value = child(value, key);
    if (value === undefined) {
      throw unprocessable(
        `the path /${path.join('/')} is not in the object: missing value`,
      );
    }
  }
  return value;
}

function child(
  value: JsonValue | undefined,
  key: string,
): JsonValue | undefined {
  if (Array.isArray(value)) {
    return value[Number(key)];
  }
  return isJsonObject(value) && Object.hasOwn(value, key)
    ? value[key]
    : undefined;
}

function put(
  document: JsonValue,
  path: string[],
  value: JsonValue,
  mode: 'insert' | 'replace',
): JsonValue {
  if (path.length === 0) {
    return value;
  }
  const key = path[path.length - 1];
  const parent = valueAt(document, path.slice(0, -1));
  if (Array.isArray(parent)) {
    const index = key === '-' ? parent.length : Number(key);
    if (!Number.isInteger(index) || index < 0 || index > parent.length) {
      throw unprocessable(`${key} is no index of the list`);
    }
    parent.splice(index, mode === 'insert' ? 0 : 1, value);
  } else if (isJsonObject(parent)) {
    parent[key] = value;
  }
  return document;
}

function take(document: JsonValue, path: string[]): JsonValue {
  valueAt(document, path);
  const key = path[path.length - 1];
  const parent = valueAt(document, path.slice(0, -1));
  if (Array.isArray(parent)) {
    parent.splice(Number(key), 1);
  } else if (isJsonObject(parent)) {
    delete parent[key];
  }
  return document;
}

function unprocessable(message: string): StatusError {
  return new StatusError({
    code: 422,
    reason: 'Invalid',
    message: `the server rejected our request due to an error in our request: ${message}`,
  });
}

/**
 * Strategic merge patch: like a merge patch, but keyed lists merge by entry,
 * with the directives `$patch`, `$retainKeys`, `$setElementOrder/…` and
 * `$deleteFromPrimitiveList/…`.
 */
export function strategicPatch(
  schema: Schema,
  target: JsonValue | undefined,
  patch: JsonObject,
): JsonObject {
  const { $patch, $retainKeys, ...fields } = patch;
  if ($patch === 'replace') {
    return fields;
  }
  if ($patch === 'delete') {
    return {};
  }
  const result: JsonObject = isJsonObject(target) ? { ...target } : {};
  if (Array.isArray($retainKeys)) {
    for (const key of Object.keys(result)) {
      if (!$retainKeys.includes(key)) {
        delete result[key];
      }
    }
  }
  for (const [key, value] of Object.entries(fields)) {
    if (!key.startsWith('$')) {
      patchMember(schema, result, key, value, fields);
    }
  }
  for (const [key, value] of Object.entries(fields)) {
    const directive =
      /^\$(setElementOrder|deleteFromPrimitiveList)\/(.*)$/.exec(key);
    if (directive && Array.isArray(value)) {
      carryOutDirective(schema, result, directive[1], directive[2], value);
    }
  }
  return result;
}

function patchMember(
  schema: Schema,
  result: JsonObject,
  key: string,
  value: JsonValue,
  patch: JsonObject,
): void {
  const inner = memberSchema(schema, key);
  if (value === null) {
    delete result[key];
  } else if (isJsonObject(value)) {
    result[key] = strategicPatch(inner ?? schema, result[key], value);
  } else if (Array.isArray(value) && inner?.type === 'list') {
    result[key] = patchList(inner, result[key], value);
  } else {
    result[key] = value;
  }
  if (Array.isArray(result[key]) && patch[key] === null) {
    delete result[key];
  }
}

function patchList(
  schema: Schema & { type: 'list' },
  target: JsonValue | undefined,
  patch: JsonValue[],
): JsonValue[] {
  const current = Array.isArray(target) ? [...target] : [];
  if (schema.set) {
    return [...current, ...patch.filter(item => !current.includes(item))];
  }
  if (schema.keys.length === 0) {
    return patch;
  }
  if (patch.some(item => isReplaceMarker(item))) {
    return patch.filter(item => !isReplaceMarker(item));
  }
  const [key] = schema.keys;
  let result: JsonValue[] = current;
  for (const item of patch.filter(isJsonObject)) {
    const index = result.findIndex(
      candidate => isJsonObject(candidate) && candidate[key] === item[key],
    );
    if (item.$patch === 'delete') {
      result = result.filter(
        candidate => !isJsonObject(candidate) || candidate[key] !== item[key],
      );
    } else if (index < 0) {
      result.push(strategicPatch(schema.of, undefined, item));
    } else {
      result[index] = strategicPatch(schema.of, result[index], item);
    }
  }
  return result;
}

function isReplaceMarker(item: JsonValue): boolean {
  return isJsonObject(item) && item.$patch === 'replace';
}

function carryOutDirective(
  schema: Schema,
  result: JsonObject,
  directive: string,
  key: string,
  value: JsonValue[],
): void {
  const list = result[key];
  if (!Array.isArray(list)) {
    return;
  }
  if (directive === 'deleteFromPrimitiveList') {
    result[key] = list.filter(item => !value.includes(item));
    return;
  }
  const inner = memberSchema(schema, key);
  const mergeKey = inner?.type === 'list' ? inner.keys[0] : undefined;
  const keyOf = (item: JsonValue) =>
    mergeKey !== undefined && isJsonObject(item) ? item[mergeKey] : item;
  const places = value.map(keyOf);
  const place = (item: JsonValue) =>
    places.findIndex(other => jsonEqual(other, keyOf(item)));
  const ordered = list
    .filter(item => place(item) >= 0)
    .sort((a, b) => place(a) - place(b));
  result[key] = list.map(item =>
    place(item) >= 0 ? ordered.shift() ?? item : item,
  );
}
