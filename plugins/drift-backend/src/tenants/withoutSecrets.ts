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
import { looksSecretAt } from '@infra-hub/drift-engine';
import { FORBIDDEN_KEY, MAX_DEPTH, TOO_DEEP } from './DesiredDocument';

const MAX_VALUES = 200_000;

/** Annotations that repeat the whole object, values of secrets included. */
const COPIES = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'kapp.k14s.io/original',
  'objectset.rio.cattle.io/applied',
];

/** What a server adds to an object; nobody can want it. */
const SERVER_FIELDS = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
];

/** A part of an object that cannot be taken as it is. */
export class UnusableObject extends Error {}

/** Copies plain values, marks what looks like a credential, and counts. */
class Cleaner {
  /** Where values were taken out. */
  readonly hidden: string[] = [];
  #values = 0;

  clean(
    value: JsonValue,
    path: readonly (string | number)[],
    depth: number,
  ): JsonValue {
    this.#values += 1;
    if (this.#values > MAX_VALUES) {
      throw new UnusableObject(
        `The object holds more than ${MAX_VALUES} values.`,
      );
    }
    if (depth > MAX_DEPTH) {
      throw new UnusableObject(TOO_DEEP);
    }
    if (typeof value === 'string') {
      return this.#text(value, path);
    }
    if (Array.isArray(value)) {
      return value.map((item, index) =>
        this.clean(
          item,
          [...path, argumentName(value[index - 1]) ?? index],
          depth + 1,
        ),
      );
    }
    return isObject(value) ? this.#object(value, path, depth) : value;
  }

  #object(
    value: JsonObject,
    path: readonly (string | number)[],
    depth: number,
  ): JsonObject {
    // { name: 'DB_PASSWORD', value: '…' } names its value, as the environment of containers does
    const named =
      typeof value.name === 'string' && typeof value.value === 'string'
        ? value.name
        : undefined;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, member]) => {
        requireUsableKey(key);
        if (member === undefined) {
          return [];
        }
        const name = key === 'value' && named !== undefined ? named : key;
        return [[key, this.clean(member, [...path, name], depth + 1)]];
      }),
    );
  }

  #text(value: string, path: readonly (string | number)[]): string {
    if (value === SENSITIVE_DESIRED_VALUE || !looksSecretAt(path, value)) {
      return value;
    }
    this.hidden.push(path.join('.').slice(0, 200));
    return SENSITIVE_DESIRED_VALUE;
  }
}

/**
 * What may be kept of a desired object.
 *
 * @throws UnusableObject with one sentence
 */
export function withoutSecrets(
  spec: JsonObject,
  resourceType: string,
): {
  spec: JsonObject;
  /** One sentence each. */
  notices: string[];
} {
  const notices: string[] = [];
  const bare = withoutCopies(spec);
  if (resourceType === 'secret') {
    return { spec: secretShape(bare, notices), notices };
  }
  const cleaner = new Cleaner();
  const cleaned = cleaner.clean(bare, [], 0) as JsonObject;
  if (cleaner.hidden.length > 0) {
    const [first, ...others] = cleaner.hidden;
    notices.push(
      `The value at ${first}${
        others.length > 0 ? ` and ${others.length} more` : ''
      } looks like a credential and was not kept; any value counts as desired. Reference a secret instead.`,
    );
  }
  return { spec: cleaned, notices };
}

/** Without what the server wrote, and without annotations that repeat the object. */
function withoutCopies(spec: JsonObject): JsonObject {
  const { status: _status, metadata, ...rest } = spec;
  if (!isObject(metadata)) {
    return metadata === undefined ? rest : { ...rest, metadata };
  }
  const { annotations, ...others } = metadata;
  return {
    ...rest,
    metadata: {
      ...without(others, SERVER_FIELDS),
      ...(isObject(annotations)
        ? { annotations: without(annotations, COPIES) }
        : {}),
    },
  };
}

/** Name, type and names of keys; no value at all. */
function secretShape(spec: JsonObject, notices: string[]): JsonObject {
  const cleaner = new Cleaner();
  const { name, namespace, labels, annotations } = isObject(spec.metadata)
    ? spec.metadata
    : {};
  let dropped = 0;
  const keysOf = (values: JsonValue | undefined) =>
    Object.fromEntries(
      Object.entries(isObject(values) ? values : {}).map(([key, value]) => {
        requireUsableKey(key);
        dropped += value === '' || value === null ? 0 : 1;
        return [key, ''];
      }),
    );
  const shape = {
    apiVersion: spec.apiVersion,
    kind: spec.kind,
    metadata: { name, namespace, labels, annotations },
    type: spec.type,
    immutable: spec.immutable,
    ...(spec.data !== undefined && { data: keysOf(spec.data) }),
    ...(spec.stringData !== undefined && {
      stringData: keysOf(spec.stringData),
    }),
  };
  if (dropped > 0) {
    notices.push(
      `The ${
        dropped === 1 ? 'value' : `${dropped} values`
      } of the secret were dropped; only its type and the names of its keys are kept.`,
    );
  }
  return cleaner.clean(defined(shape), [], 0) as JsonObject;
}

/** `--password`, `hunter2`: a name and its value as two arguments. */
function argumentName(previous: JsonValue | undefined): string | undefined {
  return typeof previous === 'string' && /^--?[A-Za-z][\w.-]*$/.test(previous)
    ? previous.replace(/^-+/, '')
    : undefined;
}

function requireUsableKey(key: string): void {
  if (key === FORBIDDEN_KEY) {
    throw new UnusableObject(`The key '${key}' is not allowed.`);
  }
}

function without(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(object).filter(([key]) => !keys.includes(key)),
  );
}

function defined(object: {
  [key: string]:
    | JsonValue
    | undefined
    | { [key: string]: JsonValue | undefined };
}): JsonObject {
  return JSON.parse(JSON.stringify(object));
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
