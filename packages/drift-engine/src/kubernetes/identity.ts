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

import { isObject, KubernetesObject } from './KubernetesObject';

/** Groups that moved: where their kinds live now. */
const MOVED: Readonly<Record<string, string>> = {
  'extensions/DaemonSet': 'apps',
  'extensions/Deployment': 'apps',
  'extensions/Ingress': 'networking.k8s.io',
  'extensions/NetworkPolicy': 'networking.k8s.io',
  'extensions/ReplicaSet': 'apps',
  'events.k8s.io/Event': '',
};

/** Groups whose kinds need no group to be told apart. */
const BUILT_IN_GROUPS = new Set(['', 'apps', 'autoscaling', 'batch', 'policy']);

/** Kinds without a namespace; of other kinds the live objects tell. */
const CLUSTER_KINDS = new Set([
  'APIService',
  'CertificateSigningRequest',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'CSIDriver',
  'CSINode',
  'IngressClass',
  'MutatingWebhookConfiguration',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PriorityClass',
  'RuntimeClass',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
  'VolumeAttachment',
]);

export function isClusterKind(kind: string): boolean {
  return CLUSTER_KINDS.has(kind);
}

/** The API group of today, `''` for the core. */
export function groupOf(object: { apiVersion: string; kind: string }): string {
  const slash = object.apiVersion.indexOf('/');
  const group = slash < 0 ? '' : object.apiVersion.slice(0, slash);
  return group === 'extensions' || group === 'events.k8s.io'
    ? MOVED[`${group}/${object.kind}`] ?? group
    : group;
}

export function isBuiltIn(group: string): boolean {
  return BUILT_IN_GROUPS.has(group) || group.endsWith('.k8s.io');
}

/** `Deployment`, or `cert-manager.io/Certificate` for kinds that Kubernetes does not bring. */
export function typeOf(object: { apiVersion: string; kind: string }): string {
  const group = groupOf(object);
  return isBuiltIn(group) ? object.kind : `${group}/${object.kind}`;
}

/**
 * `tenant-acme/Deployment/ai-service`; without the first part for objects that
 * are in no namespace.
 */
export function addressOf(
  object: { apiVersion: string; kind: string; metadata: { name: string } },
  namespace: string,
): string {
  const rest = `${typeOf(object)}/${object.metadata.name}`;
  return namespace === '' ? rest : `${namespace}/${rest}`;
}

/**
 * The parts of an address that {@link compareKubernetes} gave.
 *
 * @public
 */
export function parseKubernetesAddress(address: string): {
  kind: string;
  namespace?: string;
  name: string;
} {
  const parts = address.split('/');
  const name = parts[parts.length - 1];
  const kind = parts[parts.length - 2] ?? '';
  // A group has a dot and the name of a namespace has none.
  return parts.length > 2 && !parts[0].includes('.')
    ? { kind, namespace: parts[0], name }
    : { kind, name };
}

/** Whether a value has what every Kubernetes object has. */
export function isKubernetesObject(value: unknown): value is KubernetesObject {
  return (
    isObject(value) &&
    typeof value.apiVersion === 'string' &&
    typeof value.kind === 'string' &&
    value.kind !== '' &&
    isObject(value.metadata) &&
    typeof value.metadata.name === 'string' &&
    value.metadata.name !== '' &&
    (value.metadata.namespace === undefined ||
      typeof value.metadata.namespace === 'string')
  );
}
