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

import { isJsonObject, JsonObject, JsonValue } from '../cloud/json';
import { allocateService } from './allocate';
import { autoscalerToV1, autoscalerToV2 } from './autoscalerVersions';
import { reconcile } from './controllers';
import { decode } from './decode';
import { applyDefaults, entries, inside } from './defaults';
import {
  applyConfiguration,
  recordScale,
  recordUpdate,
  sameContent,
  Writer,
} from './managedFields';
import { newUid, ObjectStore } from './ObjectStore';
import { jsonPatch, mergePatch, strategicPatch } from './patch';
import { apiVersionOf, findResourceType, ResourceType } from './resourceTypes';
import { schemaOf } from './schema';
import { matcher } from './selectors';
import { StatusError } from './StatusError';
import { validate } from './validate';
import { jsonEqual } from '../cloud/json';

/** Which object a request is about. */
export interface ObjectPath {
  type: ResourceType;
  /** Empty for what has no namespace. */
  namespace: string;
  name: string;
}

/** How somebody writes. */
export interface WriteOptions {
  /** Field manager. */
  manager: string;
  dryRun: boolean;
  /** Refuse unknown fields. */
  strict: boolean;
  /** Apply: take over what others own. */
  force: boolean;
}

/** What must hold of an object for it to be deleted. */
export interface Preconditions {
  uid?: string;
  resourceVersion?: string;
}

/**
 * A write as an admission webhook sees it.
 *
 * @public
 */
export interface KubernetesAdmission {
  operation: 'CREATE' | 'UPDATE';
  /** As it would be stored. */
  object: JsonObject;
  /** Field manager. */
  manager: string;
  dryRun: boolean;
}

/** How a patch body is meant. */
export type PatchType = 'merge' | 'strategic' | 'json' | 'apply';

/** A page of a list. */
export interface ListPage {
  items: JsonObject[];
  resourceVersion: string;
  continue?: string;
  remaining?: number;
}

interface Snapshot {
  version: number;
  items: JsonObject[];
}

type Subresource = 'status' | undefined;

const SNAPSHOT_LIMIT = 64;

/** The verbs of the API on stored objects; knows nothing of HTTP and users. */
export class KubernetesApi {
  readonly #store: ObjectStore;
  readonly #now: () => Date;
  readonly #controllers: boolean;
  readonly #admit: (admission: KubernetesAdmission) => JsonObject;
  readonly #snapshots = new Map<string, Snapshot>();

  static create(options: {
    store: ObjectStore;
    now: () => Date;
    /** Whether workloads get replica sets, pods and a status. */
    controllers: boolean;
    /** Gives the object as it is to be stored. */
    admit?(admission: KubernetesAdmission): JsonObject;
  }): KubernetesApi {
    const api = new KubernetesApi(options);
    for (const name of [
      ...['default', 'kube-node-lease', 'kube-public', 'kube-system'],
    ]) {
      api.#ensureNamespace(name);
    }
    return api;
  }

  private constructor(options: {
    store: ObjectStore;
    now: () => Date;
    controllers: boolean;
    admit?(admission: KubernetesAdmission): JsonObject;
  }) {
    this.#admit = options.admit ?? (({ object }) => object);
    this.#store = options.store;
    this.#now = options.now;
    this.#controllers = options.controllers;
  }

  get store(): ObjectStore {
    return this.#store;
  }

  /** Forgets the pages of unfinished lists. */
  expireContinueTokens(): void {
    this.#snapshots.clear();
  }

  get(path: ObjectPath): JsonObject {
    const object = this.#find(path);
    if (!object) {
      throw StatusError.notFound(path.type, path.name);
    }
    return served(path.type, object);
  }

  list(options: {
    type: ResourceType;
    namespace: string | undefined;
    labelSelector?: string;
    fieldSelector?: string;
    limit?: number;
    continueToken?: string;
  }): ListPage {
    const { type, namespace, continueToken } = options;
    const limit = options.limit || Infinity;
    const selected = matcher(options.labelSelector, options.fieldSelector);
    const token = continueToken ? readToken(continueToken) : undefined;
    const scope = `${collectionOf(type)} ${namespace ?? ''}`;
    const snapshot = token
      ? this.#snapshot(token, scope)
      : {
          version: this.#store.version,
          items: this.#store.list(collectionOf(type), namespace),
        };
    const start = token?.start ?? '';
    const rest = snapshot.items.filter(
      object =>
        (start === '' || listKey(object, namespace) >= start) &&
        (!selected || selected(object)),
    );
    const items = rest
      .slice(0, Math.min(limit, rest.length))
      .map(object => served(type, object));
    const page = { items, resourceVersion: String(snapshot.version) };
    const remaining = rest.length - items.length;
    if (remaining === 0) {
      return page;
    }
    this.#keepSnapshot(scope, snapshot);
    return {
      ...page,
      continue: writeToken(
        snapshot.version,
        `${listKey(items[items.length - 1], namespace)}\0`,
      ),
      ...(!selected && { remaining }),
    };
  }

  create(
    path: ObjectPath,
    body: JsonObject,
    options: WriteOptions,
  ): JsonObject {
    const { type } = path;
    const name = this.#nameOf(path, body);
    const place = { ...path, name };
    this.#assertNamespace(place);
    if (this.#find(place)) {
      throw StatusError.alreadyExists(type, name);
    }
    const decoded = this.#decoded(place, body, options);
    this.#identify(place, decoded, undefined, undefined);
    applyDefaults(type.kind, decoded);
    const after = this.#admitted(undefined, decoded, options);
    recordUpdate({
      kind: type.kind,
      schema: schemaOf(type.kind),
      before: undefined,
      after,
      writer: this.#writer(type, options),
    });
    return this.#commit(place, undefined, after, options);
  }

  update(
    path: ObjectPath,
    body: JsonObject,
    options: WriteOptions,
    subresource?: Subresource,
  ): JsonObject {
    const before = this.#find(path);
    if (!before) {
      throw StatusError.notFound(path.type, path.name);
    }
    return this.#replace(path, before, body, options, subresource);
  }

  patch(
    path: ObjectPath,
    patchType: PatchType,
    body: JsonValue,
    options: WriteOptions,
    subresource?: Subresource,
  ): JsonObject {
    const { type } = path;
    const before = this.#find(path);
    if (patchType === 'apply') {
      return this.#apply(path, before, body, options, subresource);
    }
    if (!before) {
      throw StatusError.notFound(type, path.name);
    }
    const shown = served(type, before);
    const patched = patchedBy(type, patchType, shown, body);
    return this.#replace(
      path,
      before,
      isJsonObject(patched) ? patched : {},
      options,
      subresource,
    );
  }

  scale(path: ObjectPath): JsonObject {
    return scaleOf(this.get(path));
  }

  /** @returns the new scale */
  setScale(
    path: ObjectPath,
    change: (scale: JsonObject) => JsonValue,
    options: WriteOptions,
  ): JsonObject {
    const { type } = path;
    const before = this.get(path);
    const wanted = change(scaleOf(before));
    const spec = isJsonObject(wanted) ? inside(wanted, 'spec') : {};
    const { replicas = 0 } = spec;
    if (typeof replicas !== 'number' || replicas < 0) {
      throw StatusError.invalid(type, path.name, [
        {
          reason: 'FieldValueInvalid',
          message: `Invalid value: ${JSON.stringify(
            replicas,
          )}: must be greater than or equal to 0`,
          field: 'spec.replicas',
        },
      ]);
    }
    assertVersion(type, path.name, before, isJsonObject(wanted) ? wanted : {});
    const after = structuredClone(before);
    inside(after, 'spec').replicas = replicas;
    recordScale({ before, after, writer: this.#writer(type, options) });
    return scaleOf(this.#commit(path, before, after, options));
  }

  delete(
    path: ObjectPath,
    dryRun: boolean,
    preconditions: Preconditions = {},
  ): JsonObject {
    const { type, namespace, name } = path;
    const object = this.get(path);
    assertPreconditions(type, name, object, preconditions);
    if (!dryRun) {
      this.#remove(path);
      if (type.kind === 'Namespace') {
        this.#emptyNamespace(name);
      }
    }
    if (type.kind === 'Pod') {
      return object;
    }
    if (type.kind === 'Namespace') {
      return { ...object, status: { phase: 'Terminating' } };
    }
    const { uid = null } = inside(object, 'metadata');
    this.#deleteOwned(namespace, uid, dryRun);
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: {
        name,
        ...(type.group !== '' && { group: type.group }),
        kind: type.plural,
        uid,
      },
    };
  }

  #apply(
    path: ObjectPath,
    before: JsonObject | undefined,
    body: JsonValue,
    options: WriteOptions,
    subresource: Subresource,
  ): JsonObject {
    const { type } = path;
    this.#assertNamespace(path);
    const config = isJsonObject(body) ? stored(type, body) : {};
    const schema = schemaOf(type.kind);
    const { problems } = decode(schema, config);
    const [unknown] = problems.unknown;
    const [mistyped] = problems.mistyped;
    if (unknown !== undefined || mistyped) {
      const problem =
        unknown !== undefined
          ? `.${unknown}: field not declared in schema`
          : `.${mistyped.path}: expected ${mistyped.wanted}, got ${mistyped.found}`;
      throw new StatusError({
        code: 500,
        message: `failed to create typed patch object (${
          type.namespaced ? `${path.namespace}/` : ''
        }${path.name}; ${apiVersionOf(type)}, Kind=${type.kind}): ${problem}`,
      });
    }
    if (entries(inside(config, 'metadata').managedFields).length > 0) {
      throw StatusError.badRequest('metadata.managedFields must be nil');
    }
    if (before) {
      assertVersion(type, path.name, before, config);
    } else {
      assertNoIdentity(type, path.name, config);
    }
    const after = applyConfiguration({
      schema,
      live: before,
      config: withoutServerFields(config),
      writer: this.#writer(type, options, subresource),
      force: options.force,
      finish: merged => {
        const finished = decode(schema, merged).object;
        this.#identify(path, finished, before, subresource);
        applyDefaults(type.kind, finished);
        return this.#admitted(before, finished, options);
      },
    });
    return this.#commit(path, before, after, options);
  }

  #replace(
    path: ObjectPath,
    before: JsonObject,
    body: JsonObject,
    options: WriteOptions,
    subresource: Subresource,
  ): JsonObject {
    const { type, name } = path;
    assertVersion(type, name, before, body);
    const decoded = this.#decoded(path, body, options);
    this.#identify(path, decoded, before, subresource);
    applyDefaults(type.kind, decoded);
    const after = this.#admitted(before, decoded, options);
    recordUpdate({
      kind: type.kind,
      schema: schemaOf(type.kind),
      before,
      after,
      writer: this.#writer(type, options, subresource),
    });
    return this.#commit(path, before, after, options);
  }

  #commit(
    path: ObjectPath,
    before: JsonObject | undefined,
    after: JsonObject,
    { dryRun }: WriteOptions,
  ): JsonObject {
    const { type } = path;
    if (type.kind === 'Service') {
      allocateService(
        after,
        before,
        this.#store
          .list(collectionOf(type), undefined)
          .filter(other => other !== before),
      );
    }
    if (type.kind === 'Namespace') {
      inside(after, 'spec').finalizers ??= ['kubernetes'];
    }
    const causes = validate(type.kind, structuredClone(after), before);
    if (causes.length > 0) {
      throw StatusError.invalid(type, path.name, causes);
    }
    if (before && sameContent(before, after)) {
      return served(type, before);
    }
    if (type.generation) {
      count(before, after);
    }
    if (dryRun) {
      return served(type, after);
    }
    this.#store.put(collectionOf(type), structuredClone(after));
    this.#reconcile(path);
    return this.get(path);
  }

  #admitted(
    before: JsonObject | undefined,
    object: JsonObject,
    { manager, dryRun }: WriteOptions,
  ): JsonObject {
    const operation = before ? 'UPDATE' : 'CREATE';
    return this.#admit({ operation, object, manager, dryRun });
  }

  #reconcile(path: ObjectPath): void {
    if (this.#controllers) {
      reconcile(this.#store, path, { now: this.#now });
    }
  }

  #ensureNamespace(name: string): void {
    const type = findResourceType('', 'v1', 'namespaces');
    if (type && !this.#store.get(collectionOf(type), '', name)) {
      this.create(
        { type, namespace: '', name },
        { metadata: { name } },
        {
          manager: 'kube-apiserver-1.36',
          dryRun: false,
          strict: false,
          force: false,
        },
      );
    }
  }

  #assertNamespace(path: ObjectPath): void {
    const type = findResourceType('', 'v1', 'namespaces');
    if (
      path.type.namespaced &&
      type &&
      !this.#store.get(collectionOf(type), '', path.namespace)
    ) {
      throw StatusError.notFound(type, path.namespace);
    }
  }

  #emptyNamespace(name: string): void {
    for (const collection of this.#store.collections()) {
      for (const object of this.#store.list(collection, name)) {
        this.#store.delete(
          collection,
          name,
          String(inside(object, 'metadata').name),
        );
      }
    }
  }

  #deleteOwned(namespace: string, uid: JsonValue, dryRun: boolean): void {
    if (dryRun) {
      return;
    }
    for (const collection of ['apps/replicasets', '/pods', 'batch/jobs']) {
      for (const object of this.#store.list(collection, namespace)) {
        const metadata = inside(object, 'metadata');
        if (entries(metadata.ownerReferences).some(o => o.uid === uid)) {
          this.#store.delete(collection, namespace, String(metadata.name));
          this.#deleteOwned(namespace, metadata.uid, dryRun);
        }
      }
    }
  }

  #remove({ type, namespace, name }: ObjectPath): void {
    this.#store.delete(collectionOf(type), namespace, name);
  }

  #find({ type, namespace, name }: ObjectPath): JsonObject | undefined {
    return this.#store.get(collectionOf(type), namespace, name);
  }

  #nameOf(path: ObjectPath, body: JsonObject): string {
    const metadata = isJsonObject(body.metadata) ? body.metadata : {};
    if (typeof metadata.name === 'string' && metadata.name !== '') {
      return metadata.name;
    }
    if (typeof metadata.generateName === 'string') {
      return `${metadata.generateName}${newUid().slice(0, 5)}`;
    }
    return path.name;
  }

  #writer(
    type: ResourceType,
    { manager }: WriteOptions,
    subresource?: Subresource,
  ): Writer {
    return {
      manager,
      apiVersion: apiVersionOf(type),
      subresource,
      time: this.#time(),
    };
  }

  #time(): string {
    return `${this.#now().toISOString().slice(0, 19)}Z`;
  }

  /** Reads a body as the type of the path. */
  #decoded(
    path: ObjectPath,
    body: JsonObject,
    { strict }: WriteOptions,
  ): JsonObject {
    const { type } = path;
    const kind = body.kind ?? type.kind;
    const apiVersion = body.apiVersion ?? apiVersionOf(type);
    if (kind !== type.kind || apiVersion !== apiVersionOf(type)) {
      throw StatusError.badRequest(
        `the object provided is unrecognized (must be of type ${
          type.kind
        }): ${String(apiVersion)}, Kind=${String(kind)}`,
      );
    }
    const { object, problems } = decode(
      schemaOf(type.kind),
      stored(type, body),
    );
    const [mistyped] = problems.mistyped;
    if (mistyped) {
      throw StatusError.badRequest(
        `${type.kind} in version "${type.version}" cannot be handled as a ${type.kind}: json: cannot unmarshal ${mistyped.found} into Go struct field ${type.kind}.${mistyped.path} of type ${mistyped.wanted}`,
      );
    }
    if (strict && problems.unknown.length > 0) {
      throw StatusError.badRequest(
        `${type.kind} in version "${type.version}" cannot be handled as a ${
          type.kind
        }: strict decoding error: ${problems.unknown
          .map(field => `unknown field "${field}"`)
          .join(', ')}`,
      );
    }
    return object;
  }

  /** What clients may not set: identity, and the half that is not theirs. */
  #identify(
    { type, namespace, name }: ObjectPath,
    after: JsonObject,
    before: JsonObject | undefined,
    subresource: Subresource,
  ): void {
    const old = before ? inside(before, 'metadata') : {};
    const metadata = inside(after, 'metadata');
    after.apiVersion = storedVersion(type);
    after.kind = type.kind;
    metadata.name = name;
    if (namespace !== '') {
      metadata.namespace = namespace;
    }
    metadata.uid = old.uid ?? newUid();
    metadata.creationTimestamp = old.creationTimestamp ?? this.#time();
    for (const field of ['resourceVersion', 'generation', 'managedFields']) {
      if (old[field] === undefined) {
        delete metadata[field];
      } else {
        metadata[field] = old[field];
      }
    }
    if (subresource === 'status' && before) {
      after.spec = structuredClone(before.spec);
    } else if (before?.status !== undefined) {
      after.status = structuredClone(before.status);
    } else {
      delete after.status;
    }
  }

  #keepSnapshot(scope: string, snapshot: Snapshot): void {
    this.#snapshots.set(`${scope} ${snapshot.version}`, snapshot);
    if (this.#snapshots.size > SNAPSHOT_LIMIT) {
      const [oldest] = this.#snapshots.keys();
      this.#snapshots.delete(oldest);
    }
  }

  #snapshot(token: Token, scope: string): Snapshot {
    if (token.version < 0) {
      const [collection, namespace] = scope.split(' ');
      return {
        version: this.#store.version,
        items: this.#store.list(collection, namespace || undefined),
      };
    }
    const snapshot = this.#snapshots.get(`${scope} ${token.version}`);
    if (!snapshot) {
      throw expiredToken(writeToken(-1, token.start));
    }
    return snapshot;
  }
}

/** The message a real server gives with a token that it no longer serves. */
export function expiredToken(inconsistentToken: string): StatusError {
  return StatusError.expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    { continue: inconsistentToken },
  );
}

/** Types of one group and name share their objects over all versions. */
export function collectionOf(type: ResourceType): string {
  return `${type.group}/${type.plural}`;
}

/** A stored object in the version that was asked for. */
export function served(type: ResourceType, object: JsonObject): JsonObject {
  return isOldAutoscaler(type)
    ? autoscalerToV1(structuredClone(object))
    : object;
}

function stored(type: ResourceType, object: JsonObject): JsonObject {
  return isOldAutoscaler(type)
    ? autoscalerToV2(structuredClone(object))
    : object;
}

function storedVersion(type: ResourceType): string {
  return isOldAutoscaler(type) ? 'autoscaling/v2' : apiVersionOf(type);
}

function isOldAutoscaler(type: ResourceType): boolean {
  return type.group === 'autoscaling' && type.version === 'v1';
}

function patchedBy(
  type: ResourceType,
  patchType: Exclude<PatchType, 'apply'>,
  target: JsonObject,
  body: JsonValue,
): JsonValue {
  if (patchType === 'json') {
    return jsonPatch(target, body);
  }
  if (!isJsonObject(body)) {
    throw StatusError.badRequest('a patch must be an object');
  }
  return patchType === 'merge'
    ? mergePatch(target, body)
    : strategicPatch(schemaOf(type.kind), target, body);
}

function scaleOf(object: JsonObject): JsonObject {
  const metadata = inside(object, 'metadata');
  const { replicas } = inside(object, 'spec');
  const status = inside(object, 'status');
  const selector = inside(inside(object, 'spec'), 'selector');
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: Object.fromEntries(
      ['name', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp'].map(
        field => [field, metadata[field] ?? null],
      ),
    ),
    spec: replicas ? { replicas } : {},
    status: {
      replicas: status.replicas ?? 0,
      selector: Object.entries(
        isJsonObject(selector.matchLabels) ? selector.matchLabels : {},
      )
        .map(([key, value]) => `${key}=${String(value)}`)
        .join(','),
    },
  };
}

/** The specification's changes are counted; labels and the like are not. */
function count(before: JsonObject | undefined, after: JsonObject): void {
  const metadata = inside(after, 'metadata');
  const old = before ? Number(inside(before, 'metadata').generation ?? 0) : 0;
  const changed = !before || !jsonEqual(before.spec, after.spec);
  metadata.generation = changed ? old + 1 : old;
}

function assertVersion(
  type: ResourceType,
  name: string,
  before: JsonObject,
  body: JsonObject,
): void {
  const asked = isJsonObject(body.metadata) ? body.metadata : {};
  const current = inside(before, 'metadata');
  const stale =
    typeof asked.resourceVersion === 'string' &&
    asked.resourceVersion !== '' &&
    asked.resourceVersion !== current.resourceVersion;
  const other = typeof asked.uid === 'string' && asked.uid !== current.uid;
  if (stale || other) {
    throw StatusError.changedMeanwhile(type, name);
  }
}

/** Whoever names an identity means an object that is there. */
function assertNoIdentity(
  type: ResourceType,
  name: string,
  config: JsonObject,
): void {
  const { uid } = inside(config, 'metadata');
  if (typeof uid === 'string' && uid !== '') {
    throw StatusError.conflict(
      type,
      name,
      `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
    );
  }
}

function assertPreconditions(
  type: ResourceType,
  name: string,
  object: JsonObject,
  wanted: Preconditions,
): void {
  const { uid, resourceVersion } = inside(object, 'metadata');
  if (wanted.uid !== undefined && wanted.uid !== uid) {
    throw StatusError.conflict(
      type,
      name,
      `the UID in the precondition (${wanted.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  }
  if (
    wanted.resourceVersion !== undefined &&
    wanted.resourceVersion !== resourceVersion
  ) {
    throw StatusError.conflict(
      type,
      name,
      `the ResourceVersion in the precondition (${wanted.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
  }
}

function withoutServerFields(config: JsonObject): JsonObject {
  const {
    uid: _uid,
    resourceVersion: _version,
    creationTimestamp: _created,
    generation: _generation,
    managedFields: _fields,
    ...metadata
  } = inside(config, 'metadata');
  return { ...config, metadata };
}

interface Token {
  version: number;
  start: string;
}

function listKey(object: JsonObject, namespace: string | undefined): string {
  const metadata = inside(object, 'metadata');
  return namespace === undefined && metadata.namespace !== undefined
    ? `/${String(metadata.namespace)}/${String(metadata.name)}`
    : `/${String(metadata.name)}`;
}

function writeToken(version: number, start: string): string {
  const token = { v: 'meta.k8s.io/v1', rv: version, start };
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

function readToken(text: string): Token {
  let token: unknown;
  try {
    token = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch (error) {
    const first = Buffer.from(text, 'base64url').toString('utf8')[0];
    throw StatusError.badRequest(
      `invalid continue token: continue key is not valid: invalid character '${first}' looking for beginning of value`,
    );
  }
  if (
    !isJsonObject(token) ||
    typeof token.rv !== 'number' ||
    typeof token.start !== 'string'
  ) {
    throw StatusError.badRequest(
      'invalid continue token: continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)',
    );
  }
  return { version: token.rv, start: token.start };
}
