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
import { compareKubernetes, KubernetesObject } from '@infra-hub/drift-engine';
import { isObject, listAt, objectAt, textAt } from '../read/json';
import { toManifest } from './toManifest';

/**
 * The manifests that somebody must have written for these objects to be there:
 * what controllers and the cluster made by themselves is left out.
 */
export function captureManifests(
  live: readonly KubernetesObject[],
  namespaces: readonly string[],
): JsonObject[] {
  const written = writtenByPeople(live, namespaces);
  const autoscaled = autoscaledObjects(live);
  const claims = claimsOfStatefulSets(live);
  return live
    .filter(
      object =>
        written.has(addressOf(object)) &&
        object.metadata.deletionTimestamp === undefined &&
        !claims.some(claim => claim(object)),
    )
    .map(object =>
      toManifest(object, { autoscaled: autoscaled.has(addressOf(object)) }),
    );
}

/** The engine knows what controllers make: with nothing desired it tells it from the rest. */
function writtenByPeople(
  live: readonly KubernetesObject[],
  namespaces: readonly string[],
): Set<string> {
  const { differences } = compareKubernetes({ desired: [], live, namespaces });
  return new Set(
    differences
      .filter(each => each.unmanaged && each.class === 'drift')
      .map(each => each.address),
  );
}

/** As the engine writes it for kinds that Kubernetes brings. */
function addressOf(object: KubernetesObject): string {
  const { namespace, name } = object.metadata;
  return `${namespace}/${object.kind}/${name}`;
}

/** What autoscalers scale: `<namespace>/<kind>/<name>`. */
export function autoscaledObjects(
  live: readonly KubernetesObject[],
): Set<string> {
  return new Set(
    live
      .filter(object => object.kind === 'HorizontalPodAutoscaler')
      .map(object => {
        const target = objectAt(
          objectAt(object as JsonObject, 'spec'),
          'scaleTargetRef',
        );
        return `${object.metadata.namespace}/${textAt(target, 'kind')}/${textAt(
          target,
          'name',
        )}`;
      }),
  );
}

/** Claims that StatefulSets make carry no owner, but a name after their template. */
function claimsOfStatefulSets(
  live: readonly KubernetesObject[],
): ((object: KubernetesObject) => boolean)[] {
  return live
    .filter(object => object.kind === 'StatefulSet')
    .flatMap(set =>
      listAt(objectAt(set as JsonObject, 'spec'), 'volumeClaimTemplates')
        .filter(isObject)
        .map(template => {
          const name = textAt(objectAt(template, 'metadata'), 'name');
          const prefix = `${name}-${set.metadata.name}-`;
          return (object: KubernetesObject) =>
            object.kind === 'PersistentVolumeClaim' &&
            object.metadata.namespace === set.metadata.namespace &&
            object.metadata.name.startsWith(prefix) &&
            /^\d+$/.test(object.metadata.name.slice(prefix.length));
        }),
    );
}
