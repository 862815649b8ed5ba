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

/** How to list the objects of a kind. */
export interface ReadableKind {
  kind: string;
  /** Group and version that is asked for, e.g. `apps/v1`. */
  apiVersion: string;
  /** Name in paths and RBAC rules. */
  resource: string;
  /** Groups under which manifests may name the kind, of today and of old. */
  groups: readonly string[];
}

/** Every kind that can be read, all of them in namespaces. */
export const READABLE_KINDS: readonly ReadableKind[] = [
  {
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    resource: 'deployments',
    groups: ['apps', 'extensions'],
  },
  {
    kind: 'StatefulSet',
    apiVersion: 'apps/v1',
    resource: 'statefulsets',
    groups: ['apps'],
  },
  {
    kind: 'DaemonSet',
    apiVersion: 'apps/v1',
    resource: 'daemonsets',
    groups: ['apps', 'extensions'],
  },
  { kind: 'Service', apiVersion: 'v1', resource: 'services', groups: [''] },
  { kind: 'ConfigMap', apiVersion: 'v1', resource: 'configmaps', groups: [''] },
  { kind: 'Secret', apiVersion: 'v1', resource: 'secrets', groups: [''] },
  {
    kind: 'Ingress',
    apiVersion: 'networking.k8s.io/v1',
    resource: 'ingresses',
    groups: ['networking.k8s.io', 'extensions'],
  },
  {
    kind: 'NetworkPolicy',
    apiVersion: 'networking.k8s.io/v1',
    resource: 'networkpolicies',
    groups: ['networking.k8s.io', 'extensions'],
  },
  {
    kind: 'HorizontalPodAutoscaler',
    apiVersion: 'autoscaling/v2',
    resource: 'horizontalpodautoscalers',
    groups: ['autoscaling'],
  },
  {
    kind: 'PersistentVolumeClaim',
    apiVersion: 'v1',
    resource: 'persistentvolumeclaims',
    groups: [''],
  },
  {
    kind: 'ServiceAccount',
    apiVersion: 'v1',
    resource: 'serviceaccounts',
    groups: [''],
  },
  {
    kind: 'CronJob',
    apiVersion: 'batch/v1',
    resource: 'cronjobs',
    groups: ['batch'],
  },
];

/** The kind of a manifest, if it can be read. */
export function readableKindOf(manifest: {
  apiVersion: string;
  kind: string;
}): ReadableKind | undefined {
  const group = groupOf(manifest.apiVersion);
  return READABLE_KINDS.find(
    entry => entry.kind === manifest.kind && entry.groups.includes(group),
  );
}

/** Group of `apps/v1`; `''` of `v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** Path of the collection of a kind in a namespace. */
export function collectionPath(kind: ReadableKind, namespace: string): string {
  const root = groupOf(kind.apiVersion) === '' ? 'api' : 'apis';
  return `/${root}/${kind.apiVersion}/namespaces/${encodeURIComponent(
    namespace,
  )}/${kind.resource}`;
}
