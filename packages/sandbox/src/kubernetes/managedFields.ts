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
import { entries, inside } from './defaults';
import { FieldSet, pathText } from './FieldSet';
import { Schema } from './schema';
import { StatusError } from './StatusError';
import { compare, merge, remove, toFieldSet } from './typed';

/** Who writes, and when. */
export interface Writer {
  /** Field manager. */
  manager: string;
  /** E.g. `apps/v1`. */
  apiVersion: string;
  subresource?: string;
  /** RFC 3339, seconds. */
  time: string;
}

interface Entry {
  manager: string;
  operation: string;
  apiVersion: string;
  subresource?: string;
  time?: string;
  set: FieldSet;
}

/** Paths that nobody owns: the server's own. */
const unowned: readonly (readonly string[])[] = [
  ['f:apiVersion'],
  ['f:kind'],
  ...[
    ...['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid'],
    ...['generation', 'managedFields', 'resourceVersion', 'generateName'],
    ...['deletionTimestamp', 'deletionGracePeriodSeconds'],
  ].map(name => ['f:metadata', `f:${name}`]),
];

/**
 * Structs that exist in every object, even in one that says nothing: being the
 * first to fill them makes nobody an owner of the struct itself.
 */
export function skeletonOf(kind: string): JsonObject {
  const template = { metadata: {}, spec: { containers: null } };
  const skeletons: Record<string, JsonObject> = {
    Deployment: { spec: { selector: null, template, strategy: {} } },
    StatefulSet: { spec: { selector: null, template, updateStrategy: {} } },
    DaemonSet: { spec: { selector: null, template, updateStrategy: {} } },
    ReplicaSet: { spec: { selector: null, template } },
    Job: { spec: { template } },
    CronJob: {
      spec: { jobTemplate: { metadata: {}, spec: { template } } },
    },
    Pod: { spec: { containers: null } },
    HorizontalPodAutoscaler: { spec: { scaleTargetRef: {} } },
    PersistentVolumeClaim: { spec: { resources: {} } },
    NetworkPolicy: { spec: { podSelector: null } },
    Service: { spec: {} },
    Ingress: { spec: {} },
    Namespace: { spec: {} },
  };
  const { spec } = skeletons[kind] ?? {};
  return { metadata: {}, ...(spec !== undefined && { spec }), status: {} };
}

/** After a create or update by one manager: what was changed is theirs. */
export function recordUpdate(options: {
  kind: string;
  schema: Schema;
  before: JsonObject | undefined;
  after: JsonObject;
  writer: Writer;
}): void {
  const { kind, schema, before, after, writer } = options;
  const difference = compare(schema, before ?? skeletonOf(kind), after);
  const given = entriesOf(before ?? {});
  const touched = without(
    difference.modified.union(difference.added),
    writer.subresource,
  );
  const gone = difference.removed;
  const isSelf = (entry: Entry) =>
    entry.operation === 'Update' &&
    entry.manager === writer.manager &&
    entry.apiVersion === writer.apiVersion &&
    entry.subresource === writer.subresource;
  const others = given
    .filter(entry => !isSelf(entry))
    .map(entry => ({
      ...entry,
      set: entry.set.difference(touched).difference(gone),
    }));
  const self = given.find(isSelf);
  const own = (self?.set ?? new FieldSet()).difference(gone).union(touched);
  const changed = !touched.isEmpty();
  writeEntries(after, [
    ...others,
    {
      manager: writer.manager,
      operation: 'Update',
      apiVersion: writer.apiVersion,
      subresource: writer.subresource,
      time: changed || !self ? writer.time : self.time,
      set: own,
    },
  ]);
}

/**
 * Server-side apply: the live object with the configuration merged in, what
 * the manager no longer states removed, and the owners kept.
 *
 * @throws StatusError 409 when others own what would change, unless forced
 */
export function applyConfiguration(options: {
  schema: Schema;
  live: JsonObject | undefined;
  config: JsonObject;
  writer: Writer;
  force: boolean;
  /** Defaults and reads the merged object as the server stores it. */
  finish(object: JsonObject): JsonObject;
}): JsonObject {
  const { schema, live, config, writer, force, finish } = options;
  const given = entriesOf(live ?? {});
  const isSelf = (entry: Entry) =>
    entry.operation === 'Apply' &&
    entry.manager === writer.manager &&
    entry.subresource === writer.subresource;
  const self = given.find(isSelf);
  const others = given.filter(entry => !isSelf(entry));
  const stated = without(toFieldSet(schema, config), writer.subresource);
  let merged = merge(schema, live, config);
  if (self) {
    const owned = others.reduce((sum, entry) => sum.union(entry.set), stated);
    const abandoned = self.set.difference(owned);
    merged = remove(schema, merged, prunable(abandoned, owned)) ?? {};
  }
  const object = isJsonObject(merged) ? merged : {};
  const difference = compare(schema, live ?? {}, object);
  const touched = difference.modified.union(difference.added);
  const conflicts = others
    .map(entry => ({ entry, set: entry.set.intersection(touched) }))
    .filter(({ set }) => !set.isEmpty());
  if (conflicts.length > 0 && !force) {
    throw conflictError(conflicts);
  }
  const kept = others.map(entry => ({
    ...entry,
    set: entry.set.difference(touched).difference(difference.removed),
  }));
  const finished = finish(object);
  const unchanged =
    live !== undefined &&
    self !== undefined &&
    self.set.equals(stated) &&
    jsonEqual(withoutManagedFields(live), withoutManagedFields(finished));
  writeEntries(finished, [
    ...kept,
    {
      manager: writer.manager,
      operation: 'Apply',
      apiVersion: writer.apiVersion,
      subresource: writer.subresource,
      time: unchanged ? self.time : writer.time,
      set: stated,
    },
  ]);
  return finished;
}

/**
 * After a scale: the number belongs to whoever scaled. As a real server does
 * it, the entry has no time, and neither the first number of a field nobody
 * owned nor a zero gets an owner.
 */
export function recordScale(options: {
  before: JsonObject;
  after: JsonObject;
  writer: Writer;
}): void {
  const { before, after, writer } = options;
  const path = ['f:spec', 'f:replicas'];
  const replicas = inside(after, 'spec').replicas;
  const given = entriesOf(before);
  const wasOwned = given.some(entry => entry.set.has(path));
  if (jsonEqual(inside(before, 'spec').replicas, replicas)) {
    return;
  }
  const isSelf = (entry: Entry) =>
    entry.operation === 'Update' &&
    entry.manager === writer.manager &&
    entry.subresource === 'scale';
  const others = given
    .filter(entry => !isSelf(entry))
    .map(entry => ({ ...entry, set: entry.set.without([path]) }));
  const set = new FieldSet();
  if (wasOwned && replicas !== 0) {
    set.insert(path);
  }
  writeEntries(after, [
    ...others,
    {
      manager: writer.manager,
      operation: 'Update',
      apiVersion: writer.apiVersion,
      subresource: 'scale',
      set,
    },
  ]);
}

/** Equal but for the times of managers. */
export function sameContent(a: JsonObject, b: JsonObject): boolean {
  return (
    jsonEqual(withoutManagedFields(a), withoutManagedFields(b)) &&
    jsonEqual(timeless(a), timeless(b))
  );
}

function timeless(object: JsonObject): JsonValue {
  return entries(inside({ ...object }, 'metadata').managedFields).map(
    ({ time: _time, ...entry }) => entry,
  );
}

function withoutManagedFields(object: JsonObject): JsonObject {
  const { managedFields: _fields, ...metadata } = isJsonObject(object.metadata)
    ? object.metadata
    : {};
  return { ...object, metadata };
}

/** Abandoned paths, but for those that hold something another one owns. */
function prunable(abandoned: FieldSet, owned: FieldSet): FieldSet {
  const result = new FieldSet();
  for (const path of abandoned.paths()) {
    const below = owned.at(path);
    if (!below || below.isEmpty()) {
      result.insert(path);
    }
  }
  return result;
}

function without(set: FieldSet, subresource: string | undefined): FieldSet {
  return set.without([
    ...unowned,
    subresource === 'status' ? ['f:spec'] : ['f:status'],
  ]);
}

function conflictError(
  conflicts: Array<{ entry: Entry; set: FieldSet }>,
): StatusError {
  const described = conflicts
    .map(({ entry, set }) => ({
      who: `"${entry.manager}"${
        entry.subresource ? ` with subresource "${entry.subresource}"` : ''
      } using ${entry.apiVersion}`,
      subresource: entry.subresource ?? '',
      fields: set.paths().map(pathText).sort(),
    }))
    .sort((a, b) => (a.who < b.who ? -1 : 1));
  const count = described.reduce((sum, { fields }) => sum + fields.length, 0);
  const [first] = described;
  const message =
    count === 1
      ? `Apply failed with 1 conflict: conflict with ${first.who}: ${first.fields[0]}`
      : `Apply failed with ${count} conflicts: ${described
          .map(
            ({ who, fields }) =>
              `conflicts with ${who}:\n${fields
                .map(field => `- ${field}`)
                .join('\n')}`,
          )
          .join('\n')}`;
  const causes = [...described]
    .sort((a, b) => (a.subresource < b.subresource ? -1 : 1))
    .flatMap(({ who, fields }) =>
      fields.map(field => ({
        reason: 'FieldManagerConflict',
        message: `conflict with ${who}`,
        field,
      })),
    );
  return new StatusError({
    code: 409,
    reason: 'Conflict',
    message,
    details: { causes },
  });
}

function entriesOf(object: JsonObject): Entry[] {
  const { managedFields } = isJsonObject(object.metadata)
    ? object.metadata
    : { managedFields: undefined };
  return entries(managedFields).map(entry => ({
    manager: String(entry.manager ?? ''),
    operation: String(entry.operation),
    apiVersion: String(entry.apiVersion),
    ...(entry.subresource !== undefined && {
      subresource: String(entry.subresource),
    }),
    ...(entry.time !== undefined && { time: String(entry.time) }),
    set: FieldSet.fromJson(isJsonObject(entry.fieldsV1) ? entry.fieldsV1 : {}),
  }));
}

function writeEntries(object: JsonObject, all: Entry[]): void {
  const metadata = inside(object, 'metadata');
  const written = all
    .filter(entry => !entry.set.isEmpty())
    .sort(
      (a, b) =>
        order(a.operation, b.operation) ||
        order(a.time ?? '', b.time ?? '') ||
        order(a.manager, b.manager) ||
        order(a.apiVersion, b.apiVersion) ||
        order(a.subresource ?? '', b.subresource ?? ''),
    )
    .map(
      (entry): JsonObject => ({
        manager: entry.manager,
        operation: entry.operation,
        apiVersion: entry.apiVersion,
        ...(entry.time !== undefined && { time: entry.time }),
        fieldsType: 'FieldsV1',
        fieldsV1: entry.set.toJson(),
        ...(entry.subresource !== undefined && {
          subresource: entry.subresource,
        }),
      }),
    );
  if (written.length > 0) {
    metadata.managedFields = written;
  } else {
    delete metadata.managedFields;
  }
}

function order(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}
