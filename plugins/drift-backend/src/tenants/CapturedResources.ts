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

import { JsonObject } from '@backstage/types';

/** Collects what sources captured, none of which knows of the others. */
export class CapturedResources {
  readonly all: JsonObject[] = [];
  readonly #names = new Set<string>();

  /** Names that another source has given to something else are told apart. */
  add(source: string, resources: readonly JsonObject[]): void {
    const taken = new Set(this.#names);
    for (const resource of resources) {
      const key = keyOf(resource);
      const isTaken = key !== undefined && taken.has(key);
      this.all.push(
        isTaken
          ? { ...resource, name: `${resource.name} (${source})` }
          : resource,
      );
      if (key !== undefined) {
        this.#names.add(key);
      }
    }
  }
}

/** Manifests bring the names of their objects; these are not ours to change. */
function keyOf(resource: JsonObject): string | undefined {
  const { resourceType, cluster, namespace, name } = resource;
  return typeof name === 'string'
    ? JSON.stringify([resourceType, cluster, namespace, name])
    : undefined;
}
