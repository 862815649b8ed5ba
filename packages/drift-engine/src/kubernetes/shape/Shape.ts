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

import { JsonObject, JsonValue } from '@backstage/types';

/** What a default may depend on: the object around the field, as wanted and as it is. */
export interface DefaultContext {
  desired: JsonObject;
  live: JsonObject;
}

/** How scalars of a field are compared. */
export type ScalarKind =
  /** `500m` = `0.5`; numbers and texts alike. */
  | 'quantity'
  /** `80` = `"80"`. */
  | 'int-or-string'
  /** Stored as text whatever the manifest says: `1` = `"1"`. */
  | 'text';

/**
 * What the API of Kubernetes says about one field: how its lists are matched,
 * what the server fills in, how a person calls it. A table, compiled once.
 */
export interface Shape {
  /** Members of an object. */
  fields?: ReadonlyMap<string, Shape>;
  /** Entries of a map with free keys. */
  entries?: Shape;
  /** Elements of a list. */
  items?: Shape;
  /** Members that identify an element of a list. */
  keys?: readonly string[];
  /** The order of the elements means nothing. */
  unordered?: true;
  scalar?: ScalarKind;
  /** What the server fills in, where it is always the same. */
  constant?: JsonValue;
  /** What the server may fill in, where it depends on something. */
  defaults?(context: DefaultContext): readonly (JsonValue | undefined)[];
  /** Never compared: bookkeeping of the server. */
  noise?: true;
  /** The cluster chooses the value when nobody does; why. */
  allocated?: string;
  /** A difference is told as one thing, not member by member. */
  whole?: true;
  /** An empty object or text is not the same as none. */
  present?: true;
  /** Members of which one stands for the element, e.g. `value` of a variable. */
  content?: readonly string[];
  /** Left out of labels. */
  hidden?: true;
  /** What stands for the name in labels. */
  label?: string;
  /** The API refuses to change it on what exists. */
  immutable?: true;
}

type More = Omit<Shape, 'fields' | 'entries' | 'items' | 'keys' | 'unordered'>;

/** An object with these members; a member may also be one that is not listed. */
export function object(fields: Record<string, Shape>, more: More = {}): Shape {
  return { fields: new Map(Object.entries(fields)), ...more };
}

/** A map with free keys. */
export function map(entries: Shape, more: More = {}): Shape {
  return { entries, ...more };
}

/** A list whose elements are known by members. */
export function keyed(
  keys: readonly string[],
  items: Shape,
  more: More = {},
): Shape {
  return { keys, items, ...more };
}

/** A list whose order means nothing. */
export function set(items: Shape, more: More = {}): Shape {
  return { items, unordered: true, ...more };
}

/** A list whose order counts. */
export function ordered(items: Shape, more: More = {}): Shape {
  return { items, ...more };
}

export const TEXT: Shape = { scalar: 'text' };
/** An entry of a map of texts: the key alone says something. */
export const ENTRY: Shape = { scalar: 'text', present: true };
export const ANY: Shape = {};
export const QUANTITY: Shape = { scalar: 'quantity' };
export const PORT: Shape = { scalar: 'int-or-string' };
export const NOISE: Shape = { noise: true };
export const WHOLE: Shape = { whole: true };
/** A switch that is off where it is not set. */
export const OFF: Shape = { constant: false };

export function constant(value: JsonValue, more: More = {}): Shape {
  return { constant: value, ...more };
}

export function allocated(reason: string, more: More = {}): Shape {
  return { allocated: reason, ...more };
}
