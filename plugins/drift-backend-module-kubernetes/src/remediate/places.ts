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

import { KubernetesObject } from '@infra-hub/drift-engine';
import { groupOf, readableKindOf } from '../read/kinds';

/** How objects of a kind are written. */
export interface WritableKind {
  kind: string;
  /** Group and version that is written, e.g. `apps/v1`. */
  apiVersion: string;
  /** Name in paths and RBAC rules. */
  resource: string;
}

/** Where an object is. */
export interface ObjectPlace {
  kind: WritableKind;
  /** Empty for what is in none. */
  namespace: string;
  name: string;
}

const NAMESPACE: WritableKind = {
  kind: 'Namespace',
  apiVersion: 'v1',
  resource: 'namespaces',
};

/** What others refer to comes first. */
const ORDER = [
  'Namespace',
  'ServiceAccount',
  'ConfigMap',
  'Secret',
  'PersistentVolumeClaim',
  'NetworkPolicy',
  'Service',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'CronJob',
  'HorizontalPodAutoscaler',
  'Ingress',
];

export function orderOf(kind: string): number {
  const place = ORDER.indexOf(kind);
  return place < 0 ? ORDER.length : place;
}

export function placeOf(
  object: KubernetesObject,
  namespace: string,
): ObjectPlace | undefined {
  const kind =
    object.kind === 'Namespace' && groupOf(object.apiVersion) === ''
      ? NAMESPACE
      : readableKindOf(object);
  return kind && { kind, namespace, name: object.metadata.name };
}

/** Path of the collection that an object is in. */
export function collectionOf({ kind, namespace }: ObjectPlace): string {
  const root = groupOf(kind.apiVersion) === '' ? 'api' : 'apis';
  const below =
    namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `/${root}/${kind.apiVersion}${below}/${kind.resource}`;
}

export function pathOf(place: ObjectPlace): string {
  return `${collectionOf(place)}/${encodeURIComponent(place.name)}`;
}
