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

import { InputError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';

/** Where a tenant lives. */
export interface TenantLocation {
  /** Name of a configured cluster; the only one there is when absent. */
  cluster?: string;
  /** At least one, each once. */
  namespaces: string[];
}

export function locationToJson(location: TenantLocation): JsonObject {
  return {
    ...(location.cluster === undefined ? {} : { cluster: location.cluster }),
    namespaces: location.namespaces,
  };
}

/** @throws InputError when it is not the location of a tenant. */
export function locationFromJson(json: JsonObject): TenantLocation {
  const { cluster, namespaces } = json;
  if (
    !Array.isArray(namespaces) ||
    namespaces.length === 0 ||
    !namespaces.every(name => typeof name === 'string') ||
    (cluster !== undefined && typeof cluster !== 'string')
  ) {
    throw new InputError('The target does not say where the tenant lives.');
  }
  return { cluster, namespaces: namespaces.map(String) };
}
