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

import { CloudKind } from './CloudKind';
import { DesiredCloudResource } from './CloudResource';
import { isObject } from './json';

/**
 * What is wanted of a resource and can never be compared, because the table of its
 * kind does not have it: one sentence each.
 *
 * @public
 */
export function checkCloudProperties(
  resource: DesiredCloudResource,
  kind: CloudKind,
): string[] {
  const known = kind.properties.map(({ name }) => name);
  return Object.entries(resource.properties)
    .flatMap(([name, value]) =>
      isObject(value)
        ? Object.keys(value).map(inner => `${name}/${inner}`)
        : name,
    )
    .filter(
      name =>
        !known.some(each => each === name) &&
        // A bound of the storage needs nothing but the storage.
        !(name === 'storageMaxGiB' && known.includes('storageGiB')),
    )
    .map(
      name =>
        `'properties.${name.replace(
          '/',
          '.',
        )}' is not told of resources of type ${kind.kind}; known are ${known
          .join(', ')
          .replaceAll('/', '.')}.`,
    );
}
