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

import { JsonObject } from '../cloud/json';
import { collectionOf, KubernetesApi, ObjectPath } from './KubernetesApi';
import { findKind, resourceTypes } from './resourceTypes';
import { StatusError } from './StatusError';

/**
 * Which object is meant.
 *
 * @public
 */
export interface KubernetesObjectName {
  /** E.g. `apps/v1`. */
  apiVersion: string;
  /** E.g. `Deployment`. */
  kind: string;
  /** Left out for what has none. */
  namespace?: string;
  name: string;
}

/**
 * Works on the objects of the sandbox cluster as a program would that writes
 * under one field manager, without going over the network.
 *
 * @public
 */
export class KubernetesConsole {
  readonly #api: KubernetesApi;
  readonly #manager: string;

  /** @internal */
  static create(options: {
    api: KubernetesApi;
    manager: string;
  }): KubernetesConsole {
    return new KubernetesConsole(options.api, options.manager);
  }

  private constructor(api: KubernetesApi, manager: string) {
    this.#api = api;
    this.#manager = manager;
  }

  /** Names of all namespaces. */
  namespaces(): string[] {
    return this.list('v1', 'Namespace').map(object => nameOf(object));
  }

  list(apiVersion: string, kind: string, namespace?: string): JsonObject[] {
    const type = findKind(apiVersion, kind);
    return type ? this.#api.list({ type, namespace }).items : [];
  }

  find(name: KubernetesObjectName): JsonObject | undefined {
    const path = pathOf(name);
    return this.#api.store.get(
      collectionOf(path.type),
      path.namespace,
      path.name,
    );
  }

  /** Server-side apply; takes over what others own. */
  apply(object: JsonObject): JsonObject {
    return this.#api.patch(
      pathOf(nameIn(object)),
      'apply',
      object,
      this.#options(),
    );
  }

  /** Strategic merge patch, as `kubectl edit` sends it. */
  patch(name: KubernetesObjectName, patch: JsonObject): JsonObject {
    return this.#api.patch(pathOf(name), 'strategic', patch, this.#options());
  }

  /** Through the scale subresource, as `kubectl scale` does it. */
  scale(name: KubernetesObjectName, replicas: number): void {
    this.#api.setScale(
      pathOf(name),
      scale => ({ ...scale, spec: { replicas } }),
      this.#options(),
    );
  }

  delete(name: KubernetesObjectName): void {
    this.#api.delete(pathOf(name), false);
  }

  #options() {
    return {
      manager: this.#manager,
      dryRun: false,
      strict: true,
      force: true,
    };
  }
}

function pathOf(name: KubernetesObjectName): ObjectPath {
  const type = findKind(name.apiVersion, name.kind);
  if (!type) {
    const known = resourceTypes.map(({ kind }) => kind).join(', ');
    throw StatusError.badRequest(
      `the sandbox cluster has no ${name.kind} of ${name.apiVersion}; it has ${known}`,
    );
  }
  return {
    type,
    namespace: type.namespaced ? name.namespace ?? 'default' : '',
    name: name.name,
  };
}

function nameIn(object: JsonObject): KubernetesObjectName {
  const metadata = metadataOf(object);
  return {
    apiVersion: String(object.apiVersion),
    kind: String(object.kind),
    ...(metadata.namespace !== undefined && {
      namespace: String(metadata.namespace),
    }),
    name: nameOf(object),
  };
}

function nameOf(object: JsonObject): string {
  return String(metadataOf(object).name);
}

function metadataOf(object: JsonObject): JsonObject {
  const { metadata } = object;
  return typeof metadata === 'object' &&
    metadata !== null &&
    !Array.isArray(metadata)
    ? metadata
    : {};
}
