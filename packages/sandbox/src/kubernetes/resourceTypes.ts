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

/** A resource type that the API server serves. */
export interface ResourceType {
  /** Empty for the core group. */
  group: string;
  version: string;
  kind: string;
  /** E.g. `deployments`. */
  plural: string;
  namespaced: boolean;
  shortNames: string[];
  categories: string[];
  /** Verbs of the collection and its objects. */
  verbs: string[];
  subresources: Array<'scale' | 'status'>;
  /** Whether `metadata.generation` counts changes of the specification. */
  generation: boolean;
  /** As a 1.36 server tells it in discovery. */
  storageVersionHash?: string;
}

const collectionVerbs = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];

function type(
  group: string,
  version: string,
  kind: string,
  plural: string,
  more: Partial<ResourceType> = {},
): ResourceType {
  return {
    group,
    version,
    kind,
    plural,
    namespaced: true,
    shortNames: [],
    categories: [],
    verbs: collectionVerbs,
    subresources: [],
    generation: false,
    ...more,
  };
}

/** In the order of discovery. Source of hashes and names: a recorded 1.36 server. */
export const resourceTypes: readonly ResourceType[] = [
  type('', 'v1', 'ConfigMap', 'configmaps', {
    shortNames: ['cm'],
    storageVersionHash: 'qFsyl6wFWjQ=',
  }),
  type('', 'v1', 'Namespace', 'namespaces', {
    namespaced: false,
    shortNames: ['ns'],
    verbs: collectionVerbs.filter(verb => verb !== 'deletecollection'),
    subresources: ['status'],
    storageVersionHash: 'Q3oi5N2YM8M=',
  }),
  type('', 'v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', {
    shortNames: ['pvc'],
    subresources: ['status'],
    storageVersionHash: 'QWTyNDq0dC4=',
  }),
  type('', 'v1', 'Pod', 'pods', {
    shortNames: ['po'],
    categories: ['all'],
    subresources: ['status'],
    generation: true,
    storageVersionHash: 'xPOwRZ+Yhw8=',
  }),
  type('', 'v1', 'Secret', 'secrets', { storageVersionHash: 'S6u1pOWzb84=' }),
  type('', 'v1', 'ServiceAccount', 'serviceaccounts', {
    shortNames: ['sa'],
    storageVersionHash: 'pbx9ZvyFpBE=',
  }),
  type('', 'v1', 'Service', 'services', {
    shortNames: ['svc'],
    categories: ['all'],
    subresources: ['status'],
    storageVersionHash: '0/CO1lhkEBI=',
  }),
  type('apps', 'v1', 'DaemonSet', 'daemonsets', {
    shortNames: ['ds'],
    categories: ['all'],
    subresources: ['status'],
    generation: true,
    storageVersionHash: 'dd7pWHUlMKQ=',
  }),
  type('apps', 'v1', 'Deployment', 'deployments', {
    shortNames: ['deploy'],
    categories: ['all'],
    subresources: ['scale', 'status'],
    generation: true,
    storageVersionHash: '8aSe+NMegvE=',
  }),
  type('apps', 'v1', 'ReplicaSet', 'replicasets', {
    shortNames: ['rs'],
    categories: ['all'],
    subresources: ['scale', 'status'],
    generation: true,
    storageVersionHash: 'P1RzHs8/mWQ=',
  }),
  type('apps', 'v1', 'StatefulSet', 'statefulsets', {
    shortNames: ['sts'],
    categories: ['all'],
    subresources: ['scale', 'status'],
    generation: true,
    storageVersionHash: 'H+vl74LkKdo=',
  }),
  type(
    'autoscaling',
    'v2',
    'HorizontalPodAutoscaler',
    'horizontalpodautoscalers',
    { shortNames: ['hpa'], categories: ['all'], subresources: ['status'] },
  ),
  type(
    'autoscaling',
    'v1',
    'HorizontalPodAutoscaler',
    'horizontalpodautoscalers',
    { shortNames: ['hpa'], categories: ['all'], subresources: ['status'] },
  ),
  type('batch', 'v1', 'CronJob', 'cronjobs', {
    shortNames: ['cj'],
    categories: ['all'],
    subresources: ['status'],
    generation: true,
  }),
  type('batch', 'v1', 'Job', 'jobs', {
    categories: ['all'],
    subresources: ['status'],
    generation: true,
  }),
  type('networking.k8s.io', 'v1', 'Ingress', 'ingresses', {
    shortNames: ['ing'],
    subresources: ['status'],
    generation: true,
  }),
  type('networking.k8s.io', 'v1', 'NetworkPolicy', 'networkpolicies', {
    shortNames: ['netpol'],
    generation: true,
  }),
];

/** Access reviews are answered, not stored. */
export const accessReview = {
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
} as const;

export function findResourceType(
  group: string,
  version: string,
  plural: string,
): ResourceType | undefined {
  return resourceTypes.find(
    candidate =>
      candidate.group === group &&
      candidate.version === version &&
      candidate.plural === plural,
  );
}

export function findKind(
  apiVersion: string,
  kind: string,
): ResourceType | undefined {
  return resourceTypes.find(
    candidate =>
      candidate.kind === kind && apiVersionOf(candidate) === apiVersion,
  );
}

export function apiVersionOf(type_: {
  group: string;
  version: string;
}): string {
  return type_.group === '' ? type_.version : `${type_.group}/${type_.version}`;
}

/** As messages name a type: `deployments.apps`, `configmaps`. */
export function qualified(name: string, group: string): string {
  return group === '' ? name : `${name}.${group}`;
}
