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

import type { Attribution } from '@infra-hub/backstage-plugin-drift-common';
import { JsonObject, JsonValue } from '@backstage/types';
import { below, isObject, KubernetesObject, member } from './KubernetesObject';
import { Path } from './compareObject';

/** Who wrote fields, as the API server noted. */
export interface FieldOwner {
  manager: string;
  /** `Apply` or `Update`. */
  operation: string;
  subresource?: string;
  /** ISO 8601. */
  time?: string;
}

/**
 * Reads `metadata.managedFields` of one object.
 *
 * Source: kubernetes.io/docs/reference/using-api/server-side-apply and
 * sigs.k8s.io/structured-merge-diff (fieldsV1: `f:` members, `k:` keyed elements,
 * `v:` set elements, `i:` positions, `.` the thing itself).
 */
export class FieldOwners {
  readonly #entries: { owner: FieldOwner; fields: JsonObject }[] = [];
  readonly #live: JsonObject;

  private constructor(live: KubernetesObject) {
    this.#live = live as JsonObject;
    const entries = live.metadata.managedFields;
    for (const entry of Array.isArray(entries) ? entries : []) {
      if (
        isObject(entry) &&
        typeof entry.manager === 'string' &&
        isObject(entry.fieldsV1)
      ) {
        this.#entries.push({
          owner: {
            manager: entry.manager,
            operation: text(entry.operation) ?? 'Update',
            subresource: text(entry.subresource),
            time: text(entry.time),
          },
          fields: entry.fieldsV1,
        });
      }
    }
  }

  static create(live: KubernetesObject): FieldOwners {
    return new FieldOwners(live);
  }

  /** Whether anybody is known at all; `kubectl get` leaves managedFields out. */
  get known(): boolean {
    return this.#entries.length > 0;
  }

  all(): FieldOwner[] {
    return this.#entries.map(entry => entry.owner);
  }

  /** Who owns a place in the live object, something in it, or all that it is in. */
  of(path: Path): FieldOwner[] {
    return this.#entries
      .filter(entry => owns(entry.fields, this.#live, path))
      .map(entry => entry.owner);
  }

  /** Who wrote the annotation by which `kubectl apply` remembers what it applied. */
  lastApplied(): string[] {
    return this.#entries
      .filter(
        ({ fields }) =>
          below(
            fields,
            'f:metadata',
            'f:annotations',
            'f:kubectl.kubernetes.io/last-applied-configuration',
          ) !== undefined,
      )
      .map(({ owner }) => owner.manager);
  }
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function owns(fields: JsonObject, live: JsonValue, path: Path): boolean {
  let node: JsonObject = fields;
  let value: JsonValue | undefined = live;
  for (const step of path) {
    const next: JsonObject | undefined =
      typeof step === 'number'
        ? elementNode(node, value, step)
        : below(node, `f:${step}`);
    if (next === undefined) {
      // A leaf above is a list or map that is owned as one.
      return node !== fields && isLeaf(node);
    }
    value = stepInto(value, step);
    node = next;
  }
  return true;
}

function stepInto(
  value: JsonValue | undefined,
  step: string | number,
): JsonValue | undefined {
  if (typeof step === 'number') {
    return Array.isArray(value) ? value[step] : undefined;
  }
  return isObject(value) ? member(value, step) : undefined;
}

function isLeaf(node: JsonObject): boolean {
  return Object.keys(node).length === 0;
}

/** Members of a key that may be left out. */
const KEY_DEFAULTS: Readonly<Record<string, string>> = { protocol: 'TCP' };

function elementNode(
  node: JsonObject,
  list: JsonValue | undefined,
  index: number,
): JsonObject | undefined {
  const element = Array.isArray(list) ? list[index] : undefined;
  for (const name of Object.keys(node)) {
    const kind = name.slice(0, 2);
    const isMatch =
      (kind === 'k:' && isObject(element) && hasKeys(element, name.slice(2))) ||
      (kind === 'v:' && name.slice(2) === JSON.stringify(element)) ||
      (kind === 'i:' && name.slice(2) === String(index));
    if (isMatch) {
      return below(node, name);
    }
  }
  return undefined;
}

function hasKeys(element: JsonObject, keyJson: string): boolean {
  let key: unknown;
  try {
    key = JSON.parse(keyJson);
  } catch {
    return false;
  }
  return (
    isObject(key) &&
    Object.entries(key).every(
      ([name, value]) =>
        (member(element, name) ?? KEY_DEFAULTS[name]) === value,
    )
  );
}

/** Newest first, writers without a time last. */
export function newestFirst(owners: readonly FieldOwner[]): FieldOwner[] {
  return [...owners].sort((one, other) =>
    compareTexts(other.time ?? '', one.time ?? ''),
  );
}

function compareTexts(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}

/** Several writers become one attribution, the newest first. */
export function attributionOf(
  owners: readonly FieldOwner[],
): Attribution | undefined {
  const sorted = newestFirst(owners);
  if (sorted.length === 0) {
    return undefined;
  }
  const when = sorted[0].time;
  return {
    who: unique(sorted.map(owner => owner.manager)).join(', '),
    ...(when === undefined ? {} : { when }),
    how: unique(
      sorted.map(({ operation, subresource }) =>
        subresource === undefined ? operation : `${operation}/${subresource}`,
      ),
    ).join(', '),
    evidence: 'managedFields',
  };
}

export function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
