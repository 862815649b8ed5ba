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

import {
  BlindSpot,
  DesiredResource,
} from '@infra-hub/backstage-plugin-drift-common';
import { KubernetesObject } from '@infra-hub/drift-engine';
import { JsonObject } from '@backstage/types';
import { textAt } from '../read/json';
import { readableKindOf, ReadableKind } from '../read/kinds';

export interface SelectedDesired {
  /** Desired objects that a look can be compared with. */
  objects: KubernetesObject[];
  /** What is left out because of the configuration, in words. */
  blindSpots: BlindSpot[];
}

/**
 * The desired objects that lie where a look goes. What is not looked at must not
 * be compared either: it would seem to be deleted.
 */
export function selectDesired(options: {
  resources: readonly DesiredResource[];
  kinds: readonly ReadableKind[];
  /** Name of the cluster that is looked at. */
  cluster: string;
  namespaces: readonly string[];
}): SelectedDesired {
  const { resources, kinds, cluster, namespaces } = options;
  const objects: KubernetesObject[] = [];
  const leftOut = new Map<string, { reason: string; count: number }>();
  const leaveOut = (scope: string, reason: string) => {
    const entry = leftOut.get(scope) ?? { reason, count: 0 };
    leftOut.set(scope, { ...entry, count: entry.count + 1 });
  };

  for (const resource of resources) {
    const manifest = toObject(resource, namespaces);
    if (!manifest) {
      leaveOut(
        `${resource.resourceType}/${resource.name}`,
        'the object has no apiVersion and kind',
      );
      continue;
    }
    const { kind } = manifest;
    const readable = readableKindOf(manifest);
    const { namespace } = manifest.metadata;
    if (resource.cluster !== undefined && resource.cluster !== cluster) {
      leaveOut(
        `cluster ${resource.cluster}`,
        'the tenant is looked at on another cluster',
      );
    } else if (kind === 'Namespace' && manifest.apiVersion === 'v1') {
      // Seen by what lives in it.
      objects.push(manifest);
    } else if (!readable) {
      leaveOut(kind, 'objects of this kind are not read');
    } else if (!kinds.includes(readable)) {
      leaveOut(kind, 'the configuration keeps objects of this kind out');
    } else if (namespace === undefined) {
      leaveOut(
        `${kind}/${resource.name}`,
        'the object does not say which of the namespaces of the tenant it is in',
      );
    } else if (!namespaces.includes(namespace)) {
      leaveOut(
        `namespace ${namespace}`,
        'it is not among the namespaces of the tenant',
      );
    } else {
      objects.push(manifest);
    }
  }
  return {
    objects,
    blindSpots: [...leftOut].map(([scope, { reason, count }]) => ({
      scope,
      reason: `${count} desired ${
        count === 1 ? 'object is' : 'objects are'
      } not compared: ${reason}.`,
    })),
  };
}

function toObject(
  resource: DesiredResource,
  namespaces: readonly string[],
): KubernetesObject | undefined {
  const { spec, name } = resource;
  const apiVersion = textAt(spec, 'apiVersion');
  const kind = textAt(spec, 'kind');
  if (!apiVersion || !kind) {
    return undefined;
  }
  const metadata = spec.metadata as JsonObject | undefined;
  const namespace =
    textAt(metadata ?? {}, 'namespace') ??
    resource.namespace ??
    (namespaces.length === 1 ? namespaces[0] : undefined);
  return {
    ...spec,
    apiVersion,
    kind,
    metadata: {
      ...metadata,
      name,
      ...(namespace === undefined || kind === 'Namespace' ? {} : { namespace }),
    },
  };
}
