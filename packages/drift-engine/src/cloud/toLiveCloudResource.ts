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

import type { JsonObject, JsonValue } from '@backstage/types';
import { CloudKind } from './CloudKind';
import { LiveCloudResource } from './CloudResource';
import { isObject } from './json';
import { propertyNames } from './properties';

/**
 * What a provider's API shows of a resource, in the neutral words as far as the
 * table of its kind has them, and as it is.
 *
 * @public
 */
export function toLiveCloudResource(document: {
  kind: CloudKind;
  provider: string;
  account?: string;
  region?: string;
  id: string;
  name?: string;
  /** In the provider's words. */
  document: JsonObject;
  /** As {@link LiveCloudResource} has it. */
  untoldBecause?: Readonly<Record<string, string>>;
  managedBy?: { tool: string; id?: string };
}): LiveCloudResource {
  const { kind, provider, account, region, id, name } = document;
  const { managedBy, untoldBecause } = document;
  const properties: Record<string, JsonValue> = {};
  for (const property of kind.properties) {
    const value = property.read(document.document);
    if (value !== undefined && !Number.isNaN(value)) {
      const [outer, inner] = property.name.split('/');
      properties[outer] =
        inner === undefined
          ? value
          : { ...membersOf(properties[outer]), [inner]: value };
    }
  }
  return {
    resourceType: kind.resourceType,
    provider,
    kind: kind.kind,
    id,
    ...(name !== undefined && { name }),
    ...(account !== undefined && { account }),
    ...(region !== undefined && { region }),
    properties,
    providerProperties: document.document,
    untold: untoldOf(kind),
    ...(untoldBecause && { untoldBecause }),
    ...(kind.computed && { computed: kind.computed }),
    ...(kind.writeOnly && { writeOnly: kind.writeOnly }),
    ...(kind.defaults && { defaults: kind.defaults }),
    ...(kind.caseless && { caseless: kind.caseless }),
    ...(managedBy && { managedBy }),
  };
}

const untoldByKind = new WeakMap<CloudKind, readonly string[]>();

/** What the table of a kind does not have. */
function untoldOf(kind: CloudKind): readonly string[] {
  const known = untoldByKind.get(kind);
  if (known) {
    return known;
  }
  const told = new Set<string>(kind.properties.map(({ name }) => name));
  const untold = propertyNames(kind.resourceType).filter(
    name => !told.has(name),
  );
  untoldByKind.set(kind, untold);
  return untold;
}

function membersOf(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}
