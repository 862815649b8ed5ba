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
import { SENSITIVE_DESIRED_VALUE } from '@infra-hub/backstage-plugin-drift-common';
import { Step, valueAt } from '@infra-hub/backstage-plugin-drift-node';
import {
  KubernetesFieldPair,
  KubernetesObject,
  KubernetesPair,
  toPointer,
} from '@infra-hub/drift-engine';
import { isObject, objectAt } from '../read/json';

/** One operation of a JSON patch (RFC 6902). */
export interface PatchOperation {
  op: 'add' | 'remove' | 'replace';
  path: string;
  value?: JsonValue;
}

/** How a live object becomes what is desired. */
export interface ObjectRepair {
  /** Fields that are repaired. */
  touched: KubernetesFieldPair[];
  /** Fields that differ and whose desired value nobody kept. */
  unkept: KubernetesFieldPair[];
  /**
   * What server-side apply has to send; absent where something has to go that
   * others own, which an apply leaves alone.
   */
  configuration?: JsonObject;
  /** The same as a JSON patch, which can take things away. */
  operations: PatchOperation[];
}

/** Fields that make no sense beside a new value, and that the server filled in. */
const COMPANIONS: readonly { label: RegExp; value: JsonValue; gone: Step[] }[] =
  [
    {
      label: /^strategy\.type$/,
      value: 'Recreate',
      gone: ['spec', 'strategy', 'rollingUpdate'],
    },
    {
      label: /^updateStrategy\.type$/,
      value: 'OnDelete',
      gone: ['spec', 'updateStrategy', 'rollingUpdate'],
    },
  ];

/** The desired object as it may be sent to create it, and what had to be left out. */
export function newObject(desired: KubernetesObject): {
  object: JsonObject;
  /** Pointers to values that nobody kept. */
  unkept: string[];
} {
  const unkept: string[] = [];
  const object = withoutUnkept(sendable(desired), [], unkept);
  return { object, unkept };
}

/**
 * Desired objects as the API stores them: values of maps of texts and of variables
 * may be written as numbers, and the API refuses these.
 */
export function withTexts(object: KubernetesObject): KubernetesObject {
  return textsIn(object as JsonObject) as KubernetesObject;
}

const TEXT_MAPS = new Set([
  'annotations',
  'binaryData',
  'labels',
  'matchLabels',
  'nodeSelector',
]);

function textsIn(value: JsonValue, key = '', depth = 0): JsonValue {
  if (Array.isArray(value)) {
    return value.map(element => textsIn(element, key, depth + 1));
  }
  if (!isObject(value)) {
    return value;
  }
  const isTextMap = TEXT_MAPS.has(key) || (key === 'data' && depth === 1);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const isText =
        isTextMap ||
        (name === 'value' && key === 'env' && typeof value.name === 'string');
      return [
        name,
        isText && (typeof inner === 'number' || typeof inner === 'boolean')
          ? String(inner)
          : textsIn(inner ?? null, name, depth + 1),
      ];
    }),
  );
}

/** Whether an apply would leave something behind, or mix two forms of one thing. */
function takesAway({
  form,
  livePath,
  desiredPath,
  desired,
  actual,
  label,
}: KubernetesFieldPair): boolean {
  if (form === 'extra') {
    return true;
  }
  if (form === 'missing') {
    return false;
  }
  return (
    desiredPath.length < livePath.length ||
    isSwap(livePath, desiredPath) ||
    lacksMembers(desired, actual) ||
    COMPANIONS.some(each => each.label.test(label) && each.value === desired)
  );
}

/** E.g. a `value` in the place of a `valueFrom`. */
export function isSwap(
  livePath: readonly Step[],
  desiredPath: readonly Step[],
) {
  const one = livePath.at(-1);
  const other = desiredPath.at(-1);
  return (
    livePath.length === desiredPath.length &&
    typeof one === 'string' &&
    typeof other === 'string' &&
    one !== other
  );
}

function lacksMembers(
  desired: JsonValue | undefined,
  actual: JsonValue | undefined,
): boolean {
  if (Array.isArray(desired) && Array.isArray(actual)) {
    // Sent as a whole; where it is not, its elements are told one by one
    return desired.some(isObject) || actual.some(isObject);
  }
  if (!isObject(desired) || !isObject(actual)) {
    return false;
  }
  return Object.keys(actual).some(
    key =>
      !Object.hasOwn(desired, key) || lacksMembers(desired[key], actual[key]),
  );
}

class PatchBuilder {
  readonly #pair: KubernetesPair;
  /** The live object, as far as it was changed already. */
  readonly #object: JsonObject;
  readonly #replacements: PatchOperation[] = [];
  readonly #additions: PatchOperation[] = [];
  readonly #removals = new Map<string, Step[]>();
  readonly #added = new Set<string>();

  constructor(pair: KubernetesPair) {
    this.#pair = pair;
    this.#object = structuredClone(pair.live ?? {}) as JsonObject;
  }

  build(fields: readonly KubernetesFieldPair[]): PatchOperation[] {
    for (const field of fields) {
      switch (field.form) {
        case 'changed':
          this.#change(field);
          break;
        case 'missing':
          this.#add(field);
          break;
        default:
          this.#removeExtra(field);
      }
    }
    // Nothing that is added or replaced moves what is there; removals go from the end.
    return [
      ...this.#replacements,
      ...this.#additions,
      ...this.#sortedRemovals().map(
        (path): PatchOperation => ({ op: 'remove', path: toPointer(path) }),
      ),
    ];
  }

  #change(field: KubernetesFieldPair): void {
    const { livePath, desiredPath, desired, actual, label } = field;
    if (desiredPath.length < livePath.length) {
      this.#remove([...livePath]);
    } else if (isSwap(livePath, desiredPath)) {
      const path = [...livePath.slice(0, -1), desiredPath.at(-1)!];
      this.#remove([...livePath]);
      this.#additions.push({
        op: 'add',
        path: toPointer(path),
        value: desired ?? null,
      });
    } else {
      this.#replacements.push({
        op: 'replace',
        path: toPointer(livePath),
        value: alike(desired ?? null, actual),
      });
    }
    for (const { label: about, value, gone } of COMPANIONS) {
      if (
        about.test(label) &&
        value === desired &&
        valueAt(this.#object, gone) !== undefined
      ) {
        this.#remove(gone);
      }
    }
  }

  #add({ livePath, desiredPath, desired }: KubernetesFieldPair): void {
    const root = this.#pair.desired as JsonObject;
    const source = wholeElement(desiredPath, livePath);
    const key = toPointer(source);
    if (this.#added.has(key)) {
      return;
    }
    this.#added.add(key);
    const way = [...livePath, ...source.slice(livePath.length)];
    const last = way.at(-1)!;
    const parent = this.#container(way.slice(0, -1), last);
    const value =
      (source === desiredPath ? desired : valueAt(root, source)) ?? null;
    if (Array.isArray(parent)) {
      parent.push(value);
      this.#additions.push({
        op: 'add',
        path: `${toPointer(way.slice(0, -1))}/-`,
        value,
      });
    } else {
      parent[String(last)] = value;
      this.#additions.push({ op: 'add', path: toPointer(way), value });
    }
  }

  /** What a value is to be put into; made where it is not there yet. */
  #container(path: Step[], next: Step): JsonObject | JsonValue[] {
    const present = valueAt(this.#object, path);
    if (isObject(present) || Array.isArray(present)) {
      return present;
    }
    const made: JsonObject | JsonValue[] = typeof next === 'number' ? [] : {};
    const parent = this.#container(path.slice(0, -1), path.at(-1)!);
    (parent as JsonObject)[String(path.at(-1))] = made;
    this.#additions.push({
      op: 'add',
      path: toPointer(path),
      value: structuredClone(made),
    });
    return made;
  }

  #removeExtra({ livePath, desiredPath }: KubernetesFieldPair): void {
    this.#remove([...wholeElement(livePath, desiredPath)]);
  }

  #remove(path: Step[]): void {
    this.#removals.set(toPointer(path), path);
  }

  #sortedRemovals(): Step[][] {
    const all = [...this.#removals.values()];
    return all
      .filter(
        path =>
          !all.some(
            other =>
              other.length < path.length &&
              other.every((step, index) => step === path[index]),
          ),
      )
      .sort((one, other) => compareSteps(other, one));
  }
}

/**
 * What to send so that the drift of an object is gone and nothing else changes.
 *
 * @param pair - with both objects
 * @param leaveAlone - fields that are to stay as they are, drifted or not
 */
export function repairObject(options: {
  pair: KubernetesPair;
  leaveAlone(field: KubernetesFieldPair): boolean;
  /** Fields that the manager of repairs applied itself; an apply without them would remove them. */
  appliedByUs(path: readonly Step[]): boolean;
  /** An autoscaler sets the number of replicas. */
  autoscaled: boolean;
}): ObjectRepair {
  const { pair, leaveAlone } = options;
  const desired = pair.desired as JsonObject;
  const wanted = pair.fields.filter(field => !leaveAlone(field));
  const unkept = wanted.filter(field => isUnkept(field, desired));
  const touched = wanted.filter(field => !unkept.includes(field));
  const left = pair.fields.filter(field => !touched.includes(field));
  return {
    touched,
    unkept,
    operations: new PatchBuilder(pair).build(touched),
    ...(touched.some(field => takesAway(field))
      ? {}
      : { configuration: configurationOf({ ...options, left }) }),
  };
}

/** Order of places; those further down a list come later. */
export function compareSteps(one: Step[], other: Step[]): number {
  for (let index = 0; index < Math.min(one.length, other.length); index++) {
    const left = one[index];
    const right = other[index];
    if (left !== right) {
      if (typeof left === 'number' && typeof right === 'number') {
        return left - right;
      }
      return String(left) < String(right) ? -1 : 1;
    }
  }
  return one.length - other.length;
}

/** The desired object without what is not to be touched and what nobody kept. */
function configurationOf(options: {
  pair: KubernetesPair;
  left: readonly KubernetesFieldPair[];
  appliedByUs(path: readonly Step[]): boolean;
  autoscaled: boolean;
}): JsonObject {
  const { pair, left, appliedByUs, autoscaled } = options;
  const live = pair.live as JsonObject;
  const configuration = sendable(pair.desired!);
  for (const { form, livePath, desiredPath } of left) {
    if (form === 'extra') {
      continue;
    }
    const kept =
      form === 'changed' && appliedByUs(livePath)
        ? valueAt(live, livePath)
        : undefined;
    putAt(configuration, wholeElement(desiredPath, livePath), kept);
  }
  if (autoscaled) {
    const path = ['spec', 'replicas'];
    putAt(
      configuration,
      path,
      appliedByUs(path) ? valueAt(live, path) : undefined,
    );
  }
  return withoutUnkept(withoutHoles(configuration) as JsonObject, [], []);
}

/** The way to an element as a whole, where the other side does not have the element at all. */
export function wholeElement(
  path: readonly Step[],
  present: readonly Step[],
): readonly Step[] {
  const at = path.findIndex(
    (step, index) => index >= present.length && typeof step === 'number',
  );
  return at < 0 ? path : path.slice(0, at + 1);
}

/** What may be sent of a desired object: no status, no bookkeeping, no values of Secrets. */
function sendable(desired: KubernetesObject): JsonObject {
  const { status, metadata, ...rest } = structuredClone(desired) as JsonObject;
  const { name, namespace, labels, annotations } = isObject(metadata)
    ? metadata
    : {};
  if (desired.kind === 'Secret') {
    delete rest.data;
    delete rest.stringData;
  }
  return withoutNulls({
    ...rest,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
  }) as JsonObject;
}

function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    return value.filter(element => element !== null).map(withoutNulls);
  }
  return isObject(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([key, inner]) =>
          inner === null || inner === undefined
            ? []
            : [[key, withoutNulls(inner)]],
        ),
      )
    : value;
}

/** Stands for an element of a list that was taken out. */
const HOLE = Symbol('hole');

function putAt(
  root: JsonObject,
  path: readonly Step[],
  value: JsonValue | undefined,
): void {
  const parent = valueAt(root, path.slice(0, -1));
  const last = path.at(-1);
  if (Array.isArray(parent) && typeof last === 'number') {
    // Positions have to stay until all is taken out.
    (parent as unknown[])[last] = value ?? HOLE;
  } else if (isObject(parent)) {
    if (value === undefined) {
      delete parent[String(last)];
    } else {
      parent[String(last)] = value;
    }
  }
}

function withoutHoles(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    return value
      .filter(element => (element as unknown) !== HOLE)
      .map(withoutHoles);
  }
  return isObject(value)
    ? Object.fromEntries(
        Object.entries(value).map(([key, inner]) => [
          key,
          withoutHoles(inner ?? null),
        ]),
      )
    : value;
}

/** Leaves out values that stand for one that was not kept, with the list they are in. */
function withoutUnkept(
  object: JsonObject,
  path: readonly Step[],
  unkept: string[],
): JsonObject {
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(object)) {
    const here = [...path, key];
    if (
      value === SENSITIVE_DESIRED_VALUE ||
      (Array.isArray(value) && value.includes(SENSITIVE_DESIRED_VALUE))
    ) {
      unkept.push(toPointer(here));
    } else if (Array.isArray(value)) {
      result[key] = value.map((element, index) =>
        isObject(element)
          ? withoutUnkept(element, [...here, index], unkept)
          : element,
      );
    } else {
      result[key] = isObject(value)
        ? withoutUnkept(value, here, unkept)
        : value;
    }
  }
  return result;
}

function isUnkept(
  { form, livePath, desiredPath, desired, actual }: KubernetesFieldPair,
  root: JsonObject,
): boolean {
  if (form === 'extra') {
    return false;
  }
  if (root.kind === 'Secret' && isSecretData(desiredPath)) {
    return true;
  }
  if (holdsUnkept(desired)) {
    return true;
  }
  return (
    holdsUnkept(valueAt(root, wholeElement(desiredPath, livePath))) ||
    (desired === undefined && actual === undefined)
  );
}

function isSecretData(path: readonly Step[]): boolean {
  return path[0] === 'data' || path[0] === 'stringData';
}

function holdsUnkept(value: JsonValue | undefined): boolean {
  if (Array.isArray(value)) {
    return value.some(holdsUnkept);
  }
  return isObject(value)
    ? Object.values(value).some(holdsUnkept)
    : value === SENSITIVE_DESIRED_VALUE;
}

/** Texts stay texts. */
function alike(desired: JsonValue, actual: JsonValue | undefined): JsonValue {
  return typeof actual === 'string' &&
    (typeof desired === 'number' || typeof desired === 'boolean')
    ? String(desired)
    : desired;
}

/**
 * Tells whether a manager applied a field, by `metadata.managedFields` (fieldsV1).
 */
export function appliedBy(
  live: KubernetesObject,
  manager: string,
): (path: readonly Step[]) => boolean {
  const { managedFields } = live.metadata;
  const applied = (Array.isArray(managedFields) ? managedFields : [])
    .filter(isObject)
    .filter(entry => entry.manager === manager && entry.operation === 'Apply')
    .map(entry => objectAt(entry, 'fieldsV1'));
  return path => applied.some(fields => holdsField(fields, live, path));
}

function holdsField(
  fields: JsonObject,
  live: KubernetesObject,
  path: readonly Step[],
): boolean {
  let node: JsonValue | undefined = fields;
  let value: JsonValue | undefined = live as JsonObject;
  for (const step of path) {
    if (!isObject(node)) {
      return false;
    }
    if (typeof step === 'number') {
      const element: JsonValue | undefined = Array.isArray(value)
        ? value[step]
        : undefined;
      const name: string | undefined = Object.keys(node).find(key =>
        isKeyOf(key, element),
      );
      if (name === undefined) {
        // A list that is owned as one
        return Object.keys(node).length === 0;
      }
      node = node[name];
      value = element;
    } else {
      node = Object.hasOwn(node, `f:${step}`) ? node[`f:${step}`] : undefined;
      value = isObject(value) ? value[step] : undefined;
    }
  }
  return isObject(node);
}

function isKeyOf(key: string, element: JsonValue | undefined): boolean {
  if (!key.startsWith('k:') || !isObject(element)) {
    return false;
  }
  const wanted: unknown = JSON.parse(key.slice(2));
  return (
    isObject(wanted) &&
    Object.entries(wanted).every(([name, value]) => element[name] === value)
  );
}
