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

import { createHash, createHmac } from 'node:crypto';
import { JsonObject, JsonValue } from '@backstage/types';
import { PlannedChange } from '@infra-hub/backstage-plugin-drift-node';
import {
  KubernetesFieldPair,
  KubernetesObject,
  KubernetesPair,
} from '@infra-hub/drift-engine';
import { isObject } from '../read/json';
import { WriteRequest } from './ClusterWriter';
import { collectionOf, ObjectPlace, pathOf } from './places';
import { PatchOperation } from './repairObject';

/** What is to be sent for an object. */
export type ObjectWrite =
  | { kind: 'create'; object: JsonObject }
  | { kind: 'apply'; configuration: JsonObject; force: boolean }
  | { kind: 'patch'; operations: PatchOperation[] }
  | { kind: 'delete' };

/** What is to be done to one object, as a dry run showed it. */
export interface ObjectPlan {
  pair: KubernetesPair;
  place: ObjectPlace;
  write: ObjectWrite;
  /** Fields that are repaired. */
  touched: KubernetesFieldPair[];
  change: PlannedChange;
  /** Of the live object and its result, without what may change at any time. */
  digest: string;
  /** Fields of the live object that are none of our business. */
  ignored: readonly (readonly (string | number)[])[];
}

/** Identity and version of an object that was looked at. */
export interface ObjectVersion {
  uid?: string;
  resourceVersion?: string;
}

export function versionOf(object: KubernetesObject): ObjectVersion {
  const { uid, resourceVersion } = object.metadata;
  return {
    ...(typeof uid === 'string' ? { uid } : {}),
    ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
  };
}

/**
 * The request that does it. Whatever there is must still be what was looked at:
 * the server answers 409 when it has another uid or resource version.
 */
export function requestOf(options: {
  place: ObjectPlace;
  write: ObjectWrite;
  version: ObjectVersion;
  fieldManager: string;
  dryRun: boolean;
  signal: AbortSignal;
}): WriteRequest {
  const { place, write, version, fieldManager, dryRun, signal } = options;
  const query = {
    ...(dryRun ? { dryRun: 'All' } : {}),
    ...(write.kind === 'delete' ? {} : { fieldManager }),
  };
  const common = {
    query,
    signal,
    path: pathOf(place),
    isSecret: place.kind.kind === 'Secret',
  };
  switch (write.kind) {
    case 'create':
      return {
        ...common,
        method: 'POST',
        path: collectionOf(place),
        contentType: 'application/json',
        body: write.object,
      };
    case 'apply':
      return {
        ...common,
        method: 'PATCH',
        query: { ...query, force: String(write.force) },
        // JSON is YAML, and the API knows no other name for it.
        contentType: 'application/apply-patch+yaml',
        body: {
          ...write.configuration,
          metadata: {
            ...(write.configuration.metadata as JsonObject),
            ...version,
          },
        },
      };
    case 'patch':
      return {
        ...common,
        method: 'PATCH',
        contentType: 'application/json-patch+json',
        body: [
          // A stale version in the result makes the server refuse it with 409.
          ...Object.entries(version).map(([name, value]) => ({
            op: 'replace',
            path: `/metadata/${name}`,
            value,
          })),
          ...write.operations.map(operation => ({ ...operation })),
        ],
      };
    default:
      return {
        ...common,
        method: 'DELETE',
        contentType: 'application/json',
        body: {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          preconditions: { ...version },
          propagationPolicy: 'Background',
        },
      };
  }
}

/** Written by the server all the time, and by nobody on purpose. */
const VOLATILE = new Set([
  'creationTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
]);

/** Chosen anew by every dry run. */
const CHOSEN = new Set([
  'clusterIP',
  'clusterIPs',
  'healthCheckNodePort',
  'nodePort',
]);

/** Notes of controllers that follow every roll-out. */
const NOTES = /^(?:deployment\.kubernetes\.io\/|deprecated\.daemonset\.)/;

/** What of a live object must not change between preview and apply. */
export function steadyPart(
  object: KubernetesObject,
  ignored: readonly (readonly (string | number)[])[],
): JsonObject {
  const { status, ...rest } = structuredClone(object) as JsonObject;
  for (const path of ignored) {
    drop(rest, path);
  }
  const { metadata } = rest;
  if (!isObject(metadata)) {
    return rest;
  }
  const { annotations } = metadata;
  return {
    ...rest,
    metadata: Object.fromEntries(
      Object.entries({
        ...metadata,
        ...(isObject(annotations)
          ? {
              annotations: Object.fromEntries(
                Object.entries(annotations).filter(
                  ([name]) => !NOTES.test(name),
                ),
              ),
            }
          : {}),
      }).filter(([name]) => !VOLATILE.has(name)),
    ),
  };
}

/** What of the result of a dry run is the same each time. */
export function steadyResult(
  result: KubernetesObject,
  ignored: readonly (readonly (string | number)[])[],
): JsonObject {
  return withoutChosen(steadyPart(result, ignored)) as JsonObject;
}

function withoutChosen(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    return value.map(withoutChosen);
  }
  return isObject(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([key, inner]) =>
          CHOSEN.has(key) || inner === undefined
            ? []
            : [[key, withoutChosen(inner)]],
        ),
      )
    : value;
}

function drop(root: JsonObject, path: readonly (string | number)[]): void {
  let parent: JsonValue | undefined = root;
  for (const step of path.slice(0, -1)) {
    parent = Array.isArray(parent)
      ? parent[Number(step)]
      : (isObject(parent) && parent[step]) || undefined;
  }
  const last = path.at(-1);
  if (isObject(parent) && typeof last === 'string') {
    delete parent[last];
  } else if (Array.isArray(parent) && typeof last === 'number') {
    // Positions of the others have to stay.
    parent[last] = null;
  }
}

/** Hash of everything that one object's change is about. */
export function digestOf(parts: JsonValue): string {
  return createHash('sha256').update(canonical(parts)).digest('hex');
}

/** Hash of a whole plan; the salt keeps anybody from guessing the values in it. */
export function planHash(salt: string, parts: JsonValue): string {
  return createHmac('sha256', salt).update(canonical(parts)).digest('hex');
}

/** JSON with the members of objects in order. */
export function canonical(value: JsonValue): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join(',')}]`;
  }
  if (isObject(value)) {
    return `{${Object.keys(value)
      .sort()
      .map(key => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`)
      .join(',')}}`;
  }
  return JSON.stringify(value);
}
