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

import { JsonObject, JsonValue } from '@backstage/types';
import { isObject } from '../KubernetesObject';
import {
  BARE_POD_SPEC,
  METADATA,
  POD_TEMPLATE,
  RESOURCES,
  SELECTOR,
  TEMPLATE_METADATA,
} from './pods';
import {
  allocated,
  ANY,
  constant,
  ENTRY,
  keyed,
  map,
  NOISE,
  object,
  OFF,
  PORT,
  QUANTITY,
  set,
  Shape,
  TEXT,
  WHOLE,
} from './Shape';

function kind(fields: Record<string, Shape>): Shape {
  return object({
    apiVersion: NOISE,
    kind: NOISE,
    metadata: METADATA,
    status: NOISE,
    ...fields,
  });
}

function spec(fields: Record<string, Shape>): Shape {
  return object(fields, { hidden: true });
}

const REPLICAS = constant(1);
const HISTORY = constant(10);

/** Rolling updates have parameters only while that is the type. */
function strategy(rollingUpdate: Record<string, Shape>): Shape {
  return object({
    type: constant('RollingUpdate'),
    rollingUpdate: object(rollingUpdate),
  });
}

const quarter: Shape = { scalar: 'int-or-string', constant: '25%' };

const deployment = kind({
  spec: spec({
    replicas: REPLICAS,
    selector: SELECTOR,
    template: POD_TEMPLATE,
    strategy: strategy({ maxSurge: quarter, maxUnavailable: quarter }),
    minReadySeconds: constant(0),
    paused: OFF,
    progressDeadlineSeconds: constant(600),
    revisionHistoryLimit: HISTORY,
  }),
});

const claimSpec = spec({
  accessModes: set(TEXT, { immutable: true }),
  resources: RESOURCES,
  selector: { ...SELECTOR },
  volumeMode: constant('Filesystem', { immutable: true }),
  storageClassName: allocated('The default storage class of the cluster.', {
    immutable: true,
  }),
  volumeName: allocated('The volume that the claim was bound to.'),
  dataSource: { defaults: ({ desired }) => [desired.dataSourceRef] },
  dataSourceRef: { defaults: ({ desired }) => [desired.dataSource] },
  volumeAttributesClassName: ANY,
});

const statefulSet = kind({
  spec: spec({
    replicas: REPLICAS,
    selector: SELECTOR,
    serviceName: { immutable: true },
    template: POD_TEMPLATE,
    podManagementPolicy: constant('OrderedReady', { immutable: true }),
    updateStrategy: strategy({ partition: constant(0), maxUnavailable: PORT }),
    revisionHistoryLimit: HISTORY,
    minReadySeconds: constant(0),
    ordinals: ANY,
    persistentVolumeClaimRetentionPolicy: object({
      whenDeleted: constant('Retain'),
      whenScaled: constant('Retain'),
    }),
    volumeClaimTemplates: keyed(
      ['metadata.name'],
      object({
        apiVersion: NOISE,
        kind: NOISE,
        metadata: { ...TEMPLATE_METADATA, label: undefined, hidden: true },
        spec: claimSpec,
        status: NOISE,
      }),
      { immutable: true },
    ),
  }),
});

const daemonSet = kind({
  spec: spec({
    selector: SELECTOR,
    template: POD_TEMPLATE,
    updateStrategy: strategy({
      maxSurge: { scalar: 'int-or-string', constant: 0 },
      maxUnavailable: { scalar: 'int-or-string', constant: 1 },
    }),
    revisionHistoryLimit: HISTORY,
    minReadySeconds: constant(0),
  }),
});

const replicaSet = kind({
  spec: spec({
    replicas: REPLICAS,
    selector: SELECTOR,
    template: POD_TEMPLATE,
    minReadySeconds: constant(0),
  }),
});

const generatedSelector =
  'Kubernetes makes the selector of a job, and labels its pods to match.';

const jobFields: Record<string, Shape> = {
  activeDeadlineSeconds: ANY,
  backoffLimit: constant(6),
  backoffLimitPerIndex: ANY,
  completionMode: constant('NonIndexed', { immutable: true }),
  completions: constant(1),
  manualSelector: OFF,
  maxFailedIndexes: ANY,
  parallelism: constant(1),
  podFailurePolicy: WHOLE,
  podReplacementPolicy: constant('TerminatingOrFailed'),
  selector: allocated(generatedSelector, { whole: true }),
  successPolicy: WHOLE,
  suspend: OFF,
  template: { ...POD_TEMPLATE, immutable: true },
  ttlSecondsAfterFinished: ANY,
};

const cronJob = kind({
  spec: spec({
    schedule: TEXT,
    timeZone: TEXT,
    concurrencyPolicy: constant('Allow'),
    suspend: OFF,
    successfulJobsHistoryLimit: constant(3),
    failedJobsHistoryLimit: constant(1),
    startingDeadlineSeconds: ANY,
    jobTemplate: object(
      {
        metadata: { ...TEMPLATE_METADATA, label: 'jobTemplate' },
        spec: spec({ ...jobFields, template: POD_TEMPLATE }),
      },
      { hidden: true },
    ),
  }),
});

const service = kind({
  spec: spec({
    type: constant('ClusterIP'),
    selector: map(TEXT),
    ports: keyed(
      ['port', 'protocol'],
      object({
        name: TEXT,
        port: ANY,
        protocol: constant('TCP'),
        targetPort: {
          scalar: 'int-or-string',
          defaults: ({ live }) => [live.port],
        },
        nodePort: allocated('Kubernetes chose the node port.'),
        appProtocol: TEXT,
      }),
    ),
    clusterIP: allocated('Kubernetes chose the address.', { immutable: true }),
    clusterIPs: allocated('Kubernetes chose the addresses.', {
      immutable: true,
      whole: true,
    }),
    ipFamilies: allocated('They follow the network of the cluster.', {
      whole: true,
    }),
    ipFamilyPolicy: constant('SingleStack', {
      allocated: 'It follows the network of the cluster.',
    }),
    externalIPs: set(TEXT),
    externalName: TEXT,
    externalTrafficPolicy: constant('Cluster'),
    internalTrafficPolicy: constant('Cluster'),
    healthCheckNodePort: allocated('Kubernetes chose the port.'),
    allocateLoadBalancerNodePorts: constant(true),
    loadBalancerClass: ANY,
    loadBalancerIP: allocated('The load balancer has this address.'),
    loadBalancerSourceRanges: set(TEXT),
    publishNotReadyAddresses: OFF,
    sessionAffinity: constant('None'),
    sessionAffinityConfig: object({
      clientIP: object({ timeoutSeconds: constant(10800) }),
    }),
    trafficDistribution: ANY,
  }),
});

const backend = object({
  service: object({ name: TEXT, port: object({ number: ANY, name: TEXT }) }),
  resource: WHOLE,
});

const ingress = kind({
  spec: spec({
    ingressClassName: allocated('The default ingress class of the cluster.'),
    defaultBackend: backend,
    rules: keyed(
      ['host'],
      object({
        host: TEXT,
        http: object(
          {
            paths: keyed(
              ['path', 'pathType'],
              object({
                path: TEXT,
                pathType: constant('ImplementationSpecific'),
                backend,
              }),
            ),
          },
          { hidden: true },
        ),
      }),
    ),
    tls: set(object({ hosts: set(TEXT), secretName: TEXT })),
  }),
});

const peer = object({
  // An empty selector selects everything, a missing one says nothing.
  podSelector: { whole: true, present: true },
  namespaceSelector: { whole: true, present: true },
  ipBlock: object({ cidr: TEXT, except: set(TEXT) }),
});

const policyPorts = set(
  object({ protocol: constant('TCP'), port: PORT, endPort: ANY }),
);

/** Ingress always, Egress where there are rules for it. */
function policyTypes({
  desired,
  live,
}: {
  desired: JsonObject;
  live: JsonObject;
}): JsonValue[] {
  const types = (policy: JsonObject) =>
    Array.isArray(policy.egress) && policy.egress.length > 0
      ? ['Ingress', 'Egress']
      : ['Ingress'];
  return [types(desired), types(live)];
}

const networkPolicy = kind({
  spec: spec({
    podSelector: { whole: true },
    policyTypes: set(TEXT, { defaults: policyTypes }),
    ingress: set(object({ from: set(peer), ports: policyPorts })),
    egress: set(object({ to: set(peer), ports: policyPorts })),
  }),
});

const scaling = (wait: Shape, extra: JsonValue[]) =>
  object({
    stabilizationWindowSeconds: wait,
    selectPolicy: constant('Max'),
    policies: set(ANY, { defaults: () => [extra] }),
    tolerance: QUANTITY,
  });

const metricTarget = object({
  type: TEXT,
  value: QUANTITY,
  averageValue: QUANTITY,
  averageUtilization: ANY,
});

const horizontalPodAutoscaler = kind({
  spec: spec({
    scaleTargetRef: object({ apiVersion: NOISE, kind: TEXT, name: TEXT }),
    minReplicas: constant(1),
    maxReplicas: ANY,
    metrics: set(
      object({
        type: TEXT,
        resource: object({ name: TEXT, target: metricTarget }),
        containerResource: object({
          name: TEXT,
          container: TEXT,
          target: metricTarget,
        }),
        pods: object({ metric: WHOLE, target: metricTarget }),
        object: object({
          describedObject: WHOLE,
          metric: WHOLE,
          target: metricTarget,
        }),
        external: object({ metric: WHOLE, target: metricTarget }),
      }),
      {
        defaults: () => [
          [
            {
              type: 'Resource',
              resource: {
                name: 'cpu',
                target: { type: 'Utilization', averageUtilization: 80 },
              },
            },
          ],
        ],
      },
    ),
    behavior: object({
      scaleUp: scaling(constant(0), [
        { type: 'Pods', value: 4, periodSeconds: 15 },
        { type: 'Percent', value: 100, periodSeconds: 15 },
      ]),
      scaleDown: scaling(constant(300), [
        { type: 'Percent', value: 100, periodSeconds: 15 },
      ]),
    }),
  }),
});

const roleRules = set(
  object({
    apiGroups: set(TEXT),
    resources: set(TEXT),
    verbs: set(TEXT),
    resourceNames: set(TEXT),
    nonResourceURLs: set(TEXT),
  }),
);

const role = kind({ rules: roleRules, aggregationRule: WHOLE });

const roleBinding = kind({
  roleRef: object(
    { apiGroup: constant('rbac.authorization.k8s.io'), kind: TEXT, name: TEXT },
    { immutable: true },
  ),
  subjects: keyed(
    ['kind', 'namespace', 'name'],
    object({
      apiGroup: {
        defaults: ({ live }) => [
          live.kind === 'ServiceAccount' ? '' : 'rbac.authorization.k8s.io',
        ],
      },
      kind: TEXT,
      name: TEXT,
      namespace: TEXT,
    }),
  ),
});

/** Values are text or base64 text: whatever is no text was written as one. */
const contents = map(ENTRY);

/** Fields, lists and defaults of the kinds that are compared exactly. */
const KINDS: Readonly<Record<string, Shape>> = {
  'apps/DaemonSet': daemonSet,
  'apps/Deployment': deployment,
  'apps/ReplicaSet': replicaSet,
  'apps/StatefulSet': statefulSet,
  'autoscaling/HorizontalPodAutoscaler': horizontalPodAutoscaler,
  'batch/CronJob': cronJob,
  'batch/Job': kind({ spec: spec(jobFields) }),
  '/ConfigMap': kind({
    data: contents,
    binaryData: contents,
    immutable: OFF,
  }),
  '/LimitRange': kind({ spec: spec({ limits: set(ANY) }) }),
  '/Namespace': kind({
    spec: spec({ finalizers: NOISE }),
  }),
  '/PersistentVolumeClaim': kind({ spec: claimSpec }),
  '/Pod': kind({ spec: BARE_POD_SPEC }),
  '/ResourceQuota': kind({
    spec: spec({ hard: map(QUANTITY), scopes: set(TEXT) }),
  }),
  // The values of Secrets are compared by no table, see compareSecret.
  '/Secret': kind({
    data: map(TEXT, { noise: true }),
    stringData: map(TEXT, { noise: true }),
    type: constant('Opaque', { immutable: true }),
    immutable: OFF,
  }),
  '/Service': service,
  '/ServiceAccount': kind({
    automountServiceAccountToken: constant(true),
    imagePullSecrets: keyed(['name'], object({ name: TEXT })),
    secrets: keyed(['name'], ANY, {
      allocated: 'The cluster adds the tokens of a service account.',
    }),
  }),
  'networking.k8s.io/Ingress': ingress,
  'networking.k8s.io/NetworkPolicy': networkPolicy,
  'policy/PodDisruptionBudget': kind({
    spec: spec({
      minAvailable: PORT,
      maxUnavailable: PORT,
      selector: object({ matchLabels: map(TEXT), matchExpressions: set(ANY) }),
      unhealthyPodEvictionPolicy: ANY,
    }),
  }),
  'rbac.authorization.k8s.io/ClusterRole': role,
  'rbac.authorization.k8s.io/ClusterRoleBinding': roleBinding,
  'rbac.authorization.k8s.io/Role': role,
  'rbac.authorization.k8s.io/RoleBinding': roleBinding,
};

const SHAPES = new Map(Object.entries(KINDS));

/** Of any other kind only this much is known. */
const UNKNOWN_KIND: Shape = {
  fields: new Map([
    ['apiVersion', NOISE],
    ['kind', NOISE],
    ['metadata', METADATA],
    ['status', NOISE],
  ]),
};

export function shapeOf(group: string, kindName: string): Shape {
  return SHAPES.get(`${group}/${kindName}`) ?? UNKNOWN_KIND;
}

/** Whether fields and defaults of a kind are known. */
export function isModelled(group: string, kindName: string): boolean {
  return SHAPES.has(`${group}/${kindName}`);
}

/** The value of a keyed list's key, which may be one level down. */
export function keyValue(
  element: JsonObject,
  key: string,
): JsonValue | undefined {
  const dot = key.indexOf('.');
  if (dot < 0) {
    return element[key];
  }
  const outer = element[key.slice(0, dot)];
  return isObject(outer) ? outer[key.slice(dot + 1)] : undefined;
}
