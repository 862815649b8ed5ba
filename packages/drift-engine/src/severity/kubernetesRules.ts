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

import { isExposed } from './exposure';
import type { BuiltInSeverityRule } from './severityRules';

const GONE: BuiltInSeverityRule['changes'] = ['create', 'delete', 'replace'];

const WORKLOADS = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Job',
  'CronJob',
  'Pod',
];

const ACCESS = ['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'];

const KINDS = [
  ...WORKLOADS,
  ...ACCESS,
  'ConfigMap',
  'HorizontalPodAutoscaler',
  'Ingress',
  'LimitRange',
  'Namespace',
  'NetworkPolicy',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'PodDisruptionBudget',
  'ResourceQuota',
  'Secret',
  'Service',
  'ServiceAccount',
];

/** A whole container beside those that are wanted, or one that is gone. */
const WHOLE_CONTAINER =
  /\/(?:initContainers|containers|ephemeralContainers)\/\d+$/;

/**
 * Ratings of Kubernetes objects, by kind. They come before the general ones,
 * whose patterns are made for the types and names of Terraform providers.
 */
export const KUBERNETES_SEVERITY_RULES: readonly BuiltInSeverityRule[] = [
  // The object as a whole.
  {
    id: 'kubernetes-network-policy-gone',
    resourceTypes: ['NetworkPolicy'],
    changes: GONE,
    severity: 'critical',
    reason: 'Without the policy every pod may talk to every other.',
  },
  {
    id: 'kubernetes-data-gone',
    resourceTypes: ['PersistentVolumeClaim', 'PersistentVolume', 'StatefulSet'],
    changes: GONE,
    severity: 'critical',
    reason: 'Stored data, or what serves it, is missing.',
  },
  {
    id: 'kubernetes-namespace-gone',
    resourceTypes: ['Namespace'],
    changes: GONE,
    severity: 'critical',
    reason: 'Everything in a namespace goes with it.',
  },
  {
    id: 'kubernetes-object-gone',
    resourceTypes: KINDS,
    changes: GONE,
    severity: 'high',
    reason: 'An object that something relies on is missing.',
  },

  // Whatever the kind.
  {
    id: 'kubernetes-exposed',
    resourceTypes: ['NetworkPolicy', 'Service', 'Ingress'],
    fields: ['/spec'],
    when: isExposed,
    severity: 'critical',
    reason: 'It is now open to everybody.',
  },
  {
    id: 'kubernetes-being-deleted',
    resourceTypes: KINDS,
    fields: ['/metadata/deletionTimestamp'],
    severity: 'high',
    reason: 'The object is about to go.',
  },
  {
    id: 'kubernetes-labels',
    resourceTypes: KINDS,
    fields: [
      '/metadata/labels',
      '/metadata/annotations',
      '/spec/template/metadata',
      '/spec/jobTemplate/metadata',
      '/spec/jobTemplate/spec/template/metadata',
    ],
    severity: 'low',
    reason: 'It describes the object; what runs stays the same.',
  },
  {
    id: 'kubernetes-secret-value',
    resourceTypes: KINDS,
    when: field => field.sensitive === true,
    severity: 'high',
    reason: 'A secret value changed, or is held where none should be.',
  },

  // Workloads.
  {
    id: 'kubernetes-host-access',
    resourceTypes: WORKLOADS,
    fields: [
      'privileged',
      'hostNetwork',
      'hostPID',
      'hostIPC',
      'hostPath',
      'procMount',
      'allowPrivilegeEscalation',
    ],
    when: field => field.actual !== undefined && field.actual !== false,
    severity: 'critical',
    reason: 'The container now reaches into the machine that it runs on.',
  },
  {
    id: 'kubernetes-capabilities',
    resourceTypes: WORKLOADS,
    fields: ['capabilities'],
    severity: 'critical',
    reason: 'Capabilities decide what a container may do to its machine.',
  },
  {
    id: 'kubernetes-container',
    resourceTypes: WORKLOADS,
    when: field => WHOLE_CONTAINER.test(field.path),
    severity: 'high',
    reason: 'Software runs that was not wanted, or wanted software does not.',
  },
  {
    id: 'kubernetes-identity',
    resourceTypes: WORKLOADS,
    fields: [
      'securityContext',
      'serviceAccountName',
      'serviceAccount',
      'automountServiceAccountToken',
      'hostPort',
      'hostUsers',
      'runtimeClassName',
    ],
    severity: 'high',
    reason: 'It decides with whose rights the pods run.',
  },
  {
    id: 'kubernetes-environment',
    resourceTypes: WORKLOADS,
    fields: ['env', 'envFrom'],
    severity: 'medium',
    reason: 'It configures what runs.',
  },
  {
    id: 'kubernetes-image',
    resourceTypes: WORKLOADS,
    fields: ['image', 'command', 'args'],
    severity: 'high',
    reason: 'It decides which software runs.',
  },
  {
    id: 'kubernetes-resources',
    resourceTypes: WORKLOADS,
    fields: ['resources', 'limits', 'requests'],
    severity: 'medium',
    reason: 'It decides how much the pods may use.',
  },
  {
    id: 'kubernetes-replicas',
    resourceTypes: WORKLOADS,
    fields: ['/spec/replicas', '/spec/parallelism'],
    severity: 'high',
    reason: 'It decides how much load is carried, and whether anything runs.',
  },
  {
    id: 'kubernetes-stopped',
    resourceTypes: WORKLOADS,
    fields: ['suspend', 'paused', 'schedule'],
    severity: 'high',
    reason: 'It decides whether and when the work is done.',
  },
  {
    id: 'kubernetes-selector',
    resourceTypes: [...WORKLOADS, 'Service', 'PodDisruptionBudget'],
    fields: ['/spec/selector'],
    severity: 'high',
    reason: 'It decides which pods are meant.',
  },

  // Network.
  {
    id: 'kubernetes-network-policy',
    resourceTypes: ['NetworkPolicy'],
    severity: 'high',
    reason: 'It decides who may talk to the pods.',
  },
  {
    id: 'kubernetes-service',
    resourceTypes: ['Service'],
    fields: ['type', 'ports', 'externalIPs', 'externalName', 'loadBalancer*'],
    severity: 'high',
    reason: 'It decides how and from where the pods are reached.',
  },
  {
    id: 'kubernetes-ingress',
    resourceTypes: ['Ingress'],
    severity: 'high',
    reason: 'It decides what of the cluster is reached from outside, and how.',
  },

  // Configuration and secrets.
  {
    id: 'kubernetes-config',
    resourceTypes: ['ConfigMap'],
    severity: 'medium',
    reason: 'It configures what runs.',
  },
  {
    id: 'kubernetes-secret',
    resourceTypes: ['Secret'],
    severity: 'high',
    reason: 'It belongs to a secret.',
  },

  // Rights.
  {
    id: 'kubernetes-access',
    resourceTypes: ACCESS,
    severity: 'high',
    reason: 'It decides who may do what in the cluster.',
  },

  // Size.
  {
    id: 'kubernetes-autoscaler-target',
    resourceTypes: ['HorizontalPodAutoscaler'],
    fields: ['scaleTargetRef', 'minReplicas', 'maxReplicas'],
    severity: 'high',
    reason: 'It decides between which limits a workload is scaled.',
  },
  {
    id: 'kubernetes-storage',
    resourceTypes: ['PersistentVolumeClaim'],
    fields: ['accessModes', 'storageClassName', 'volumeName'],
    severity: 'high',
    reason: 'It decides where the data is and who may write it.',
  },
  {
    id: 'kubernetes-configuration',
    resourceTypes: KINDS,
    severity: 'medium',
    reason: 'It changes how the object works.',
  },
];
