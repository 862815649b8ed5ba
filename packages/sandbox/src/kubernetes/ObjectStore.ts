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

import { randomUUID } from 'node:crypto';
import { JsonObject } from '../cloud/json';
import { readStateFile, StateWriter } from '../stateFile';
import { inside } from './defaults';

/** What happened to an object. */
export interface StoreEvent {
  version: number;
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** Key of the collection, e.g. `apps/deployments`. */
  collection: string;
  object: JsonObject;
}

interface StateFile {
  version: 1;
  resourceVersion: number;
  collections: Record<string, JsonObject[]>;
}

const EVENT_LIMIT = 20_000;

/**
 * All objects of the cluster, with the count of changes that resource versions
 * are made of. Objects handed out are never changed afterwards.
 */
export class ObjectStore {
  readonly #writer: StateWriter;
  readonly #collections = new Map<string, Map<string, JsonObject>>();
  readonly #sorted = new Map<string, JsonObject[]>();
  readonly #watchers = new Set<(event: StoreEvent) => void>();
  #events: StoreEvent[] = [];
  #version: number;
  #compacted: number;

  /** Without a file the objects live in memory. */
  static async open(file: string | undefined): Promise<ObjectStore> {
    return new ObjectStore(
      file,
      file
        ? await readStateFile<StateFile>(
            file,
            `The sandbox cluster's state file ${file}`,
          )
        : undefined,
    );
  }

  private constructor(file: string | undefined, state: StateFile | undefined) {
    this.#writer = new StateWriter(file, () => this.#state());
    this.#version = state?.resourceVersion ?? 1;
    this.#compacted = state ? this.#version : 0;
    for (const [key, objects] of Object.entries(state?.collections ?? {})) {
      this.#collections.set(
        key,
        new Map(objects.map(object => [storeKey(object), object])),
      );
    }
  }

  get version(): number {
    return this.#version;
  }

  /** Changes up to this version are forgotten. */
  get compactedVersion(): number {
    return this.#compacted;
  }

  get(
    collection: string,
    namespace: string,
    name: string,
  ): JsonObject | undefined {
    return this.#collections.get(collection)?.get(`${namespace}/${name}`);
  }

  /** Keys of everything that was ever stored. */
  collections(): string[] {
    return [...this.#collections.keys()];
  }

  /** Ordered by namespace and name. */
  list(collection: string, namespace: string | undefined): JsonObject[] {
    let all = this.#sorted.get(collection);
    if (!all) {
      all = [...(this.#collections.get(collection) ?? [])]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, object]) => object);
      this.#sorted.set(collection, all);
    }
    return namespace === undefined
      ? all
      : all.filter(
          object => inside(object, 'metadata').namespace === namespace,
        );
  }

  /** Creates or replaces; gives the object its version, and an identity when new. */
  put(collection: string, object: JsonObject): JsonObject {
    const objects = this.#collection(collection);
    const key = storeKey(object);
    const isNew = !objects.has(key);
    this.#version += 1;
    const metadata = inside(object, 'metadata');
    metadata.resourceVersion = String(this.#version);
    objects.set(key, object);
    this.#sorted.delete(collection);
    this.#emit(collection, isNew ? 'ADDED' : 'MODIFIED', object);
    return object;
  }

  delete(
    collection: string,
    namespace: string,
    name: string,
  ): JsonObject | undefined {
    const objects = this.#collection(collection);
    const key = `${namespace}/${name}`;
    const object = objects.get(key);
    if (!object) {
      return undefined;
    }
    objects.delete(key);
    this.#sorted.delete(collection);
    this.#version += 1;
    const gone = structuredClone(object);
    inside(gone, 'metadata').resourceVersion = String(this.#version);
    this.#emit(collection, 'DELETED', gone);
    return gone;
  }

  /** Events after a version, oldest first. */
  eventsAfter(version: number, collection: string): StoreEvent[] {
    return this.#events.filter(
      event => event.version > version && event.collection === collection,
    );
  }

  /** @returns ends the watch */
  watch(listener: (event: StoreEvent) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  /** Forgets the past, as etcd does every few minutes. */
  compact(): void {
    this.#events = [];
    this.#compacted = this.#version;
  }

  /** Resolves when everything is on disk. */
  async settled(): Promise<void> {
    await this.#writer.settled();
  }

  #collection(key: string): Map<string, JsonObject> {
    let objects = this.#collections.get(key);
    if (!objects) {
      objects = new Map();
      this.#collections.set(key, objects);
    }
    return objects;
  }

  #emit(
    collection: string,
    type: StoreEvent['type'],
    object: JsonObject,
  ): void {
    const event = { version: this.#version, type, collection, object };
    this.#events.push(event);
    if (this.#events.length > EVENT_LIMIT) {
      const dropped = this.#events.splice(0, EVENT_LIMIT / 2);
      this.#compacted = dropped[dropped.length - 1].version;
    }
    for (const listener of this.#watchers) {
      listener(event);
    }
    this.#writer.changed();
  }

  #state(): StateFile {
    return {
      version: 1,
      resourceVersion: this.#version,
      collections: Object.fromEntries(
        [...this.#collections].map(([key, objects]) => [
          key,
          [...objects.values()],
        ]),
      ),
    };
  }
}

export function newUid(): string {
  return randomUUID();
}

function storeKey(object: JsonObject): string {
  const { namespace = '', name } = inside(object, 'metadata');
  return `${String(namespace)}/${String(name)}`;
}
