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
import { fromPointer, toPointer } from '../diff/pointer';
import type { CloudFieldWrite } from './CloudKind';
import { isObject } from './json';

/**
 * A provider's document after writes, in their order. Parents that are not there
 * are made; the document itself stays as it is.
 *
 * @public
 */
export function applyCloudWrites(
  document: JsonObject,
  writes: readonly CloudFieldWrite[],
): JsonObject {
  return writes.reduce<JsonObject>((result, { pointer, value }) => {
    const written = withValue(result, fromPointer(pointer), value);
    return isObject(written) ? written : result;
  }, document);
}

/**
 * What writes come to: each place once, below a parent that is there, and only
 * where something changes.
 */
export function mergeCloudWrites(
  document: JsonObject,
  writes: readonly CloudFieldWrite[],
): CloudFieldWrite[] {
  const result = applyCloudWrites(document, writes);
  const places = [
    ...new Set(writes.map(({ pointer }) => reachable(document, pointer))),
  ];
  return places
    .filter(
      pointer =>
        !places.some(other => other !== pointer && isBelow(other, pointer)),
    )
    .map(pointer => ({ pointer, value: valueAt(result, pointer) }))
    .filter(
      ({ pointer, value }) => !isEqual(valueAt(document, pointer), value),
    );
}

/**
 * What stands at a JSON pointer; undefined where there is nothing.
 *
 * @public
 */
export function valueAt(
  document: JsonObject,
  pointer: string,
): JsonValue | undefined {
  return fromPointer(pointer).reduce<JsonValue | undefined>(memberOf, document);
}

/**
 * Whether a pointer is at or below another one. `*` in the upper one stands for
 * any member, as in the schemas of AWS.
 */
export function isBelow(upper: string, pointer: string): boolean {
  return isBelowSegments(fromPointer(upper), fromPointer(pointer));
}

/** {@link isBelow} of pointers that are taken apart already. */
export function isBelowSegments(
  above: readonly string[],
  segments: readonly string[],
): boolean {
  return (
    above.length <= segments.length &&
    above.every(
      (segment, index) => segment === '*' || segment === segments[index],
    )
  );
}

/**
 * Equal as JSON: members in any order, and undefined ones are none.
 *
 * @public
 */
export function isEqual(
  left: JsonValue | undefined,
  right: JsonValue | undefined,
): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return (
      left.length === right.length &&
      left.every((item, index) => isEqual(item, right[index]))
    );
  }
  if (isObject(left) && isObject(right)) {
    return [...new Set([...Object.keys(left), ...Object.keys(right)])].every(
      name => isEqual(memberOf(left, name), memberOf(right, name)),
    );
  }
  return left === right;
}

/** Whether everything that was written is there, whatever else is. */
export function holds(
  actual: JsonValue | undefined,
  written: JsonValue | undefined,
): boolean {
  return isObject(written) && isObject(actual)
    ? Object.keys(written).every(name =>
        holds(memberOf(actual, name), memberOf(written, name)),
      )
    : isEqual(actual, written);
}

function withValue(
  parent: JsonValue | undefined,
  [segment, ...rest]: readonly string[],
  value: JsonValue | undefined,
): JsonValue | undefined {
  if (segment === undefined) {
    return value;
  }
  const before = memberOf(parent, segment);
  if (value === undefined && rest.length > 0 && !isContainer(before)) {
    return parent;
  }
  const member = withValue(before, rest, value);
  if (isList(parent, segment)) {
    const items = Array.isArray(parent) ? parent : [];
    const index = segment === '-' ? items.length : Number(segment);
    return member === undefined
      ? items.filter((_item, at) => at !== index)
      : Object.assign([...items], { [index]: member });
  }
  const others = Object.entries(isObject(parent) ? parent : {}).filter(
    ([name]) => name !== segment,
  );
  return Object.fromEntries(
    member === undefined ? others : [...others, [segment, member]],
  );
}

/** Upwards to where the parent is there. */
function reachable(document: JsonObject, pointer: string): string {
  const segments = fromPointer(pointer);
  let parent: JsonValue | undefined = document;
  for (const [index, segment] of segments.entries()) {
    if (!mayHold(parent, segment)) {
      return toPointer(segments.slice(0, index));
    }
    parent = memberOf(parent, segment);
  }
  return pointer;
}

export function memberOf(
  value: JsonValue | undefined,
  name: string,
): JsonValue | undefined {
  if (Array.isArray(value)) {
    return value[Number(name)];
  }
  return isObject(value) && Object.hasOwn(value, name)
    ? value[name]
    : undefined;
}

/** What is not there becomes a list where its first element is written. */
function isList(parent: JsonValue | undefined, segment: string): boolean {
  return Array.isArray(parent)
    ? mayHold(parent, segment)
    : !isObject(parent) && (segment === '0' || segment === '-');
}

/** An empty list may stand where a map is meant. */
function mayHold(parent: JsonValue | undefined, segment: string): boolean {
  return Array.isArray(parent) ? /^(?:-|\d+)$/.test(segment) : isObject(parent);
}

function isContainer(value: JsonValue | undefined): boolean {
  return typeof value === 'object' && value !== null;
}
