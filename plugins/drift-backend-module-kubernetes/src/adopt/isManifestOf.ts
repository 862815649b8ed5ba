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
import { KubernetesObject } from '@infra-hub/drift-engine';
import { isObject, textAt } from '../read/json';
import { groupOf, readableKindOf } from '../read/kinds';

/** Whether a manifest is the one of an object, in whatever version of the API. */
export function isManifestOf(
  manifest: JsonObject,
  object: KubernetesObject,
  homeNamespace: string,
): boolean {
  const metadata = isObject(manifest.metadata) ? manifest.metadata : {};
  const identity = {
    apiVersion: String(manifest.apiVersion),
    kind: String(manifest.kind),
  };
  return (
    identity.kind === object.kind &&
    (readableKindOf(identity) ?? groupOf(identity.apiVersion)) ===
      (readableKindOf(object) ?? groupOf(object.apiVersion)) &&
    metadata.name === object.metadata.name &&
    (textAt(metadata, 'namespace') ?? homeNamespace) ===
      (object.metadata.namespace ?? homeNamespace)
  );
}
