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

import { JsonValue } from '@backstage/types';
import {
  ANY,
  constant,
  ENTRY,
  keyed,
  map,
  NOISE,
  object,
  OFF,
  ordered,
  PORT,
  QUANTITY,
  set,
  Shape,
  TEXT,
  WHOLE,
} from './Shape';

/** Bookkeeping annotations: rewritten by the server, controllers and kubectl. */
const NOISE_ANNOTATIONS = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.daemonset.template.generation',
  'autoscaling.alpha.kubernetes.io/conditions',
  'autoscaling.alpha.kubernetes.io/current-metrics',
  'autoscaling.alpha.kubernetes.io/metrics',
  'autoscaling.alpha.kubernetes.io/behavior',
  'endpoints.kubernetes.io/last-change-trigger-time',
  'control-plane.alpha.kubernetes.io/leader',
  'batch.kubernetes.io/job-tracking',
  'batch.kubernetes.io/cronjob-scheduled-timestamp',
];

const annotations: Shape = {
  entries: ENTRY,
  fields: new Map(NOISE_ANNOTATIONS.map(name => [name, NOISE])),
};

function metadataOf(more: Record<string, Shape>): Record<string, Shape> {
  return {
    annotations,
    labels: map(ENTRY),
    creationTimestamp: NOISE,
    name: NOISE,
    generateName: NOISE,
    managedFields: NOISE,
    resourceVersion: NOISE,
    selfLink: NOISE,
    uid: NOISE,
    generation: NOISE,
    ...more,
  };
}

/** Metadata of an object. */
export const METADATA = object(
  metadataOf({
    namespace: NOISE,
    // Who owns an object is no configuration; garbage collection writes it.
    ownerReferences: NOISE,
    finalizers: set(TEXT, { noise: true }),
    deletionTimestamp: { label: 'deletionTimestamp' },
    deletionGracePeriodSeconds: NOISE,
  }),
  { hidden: true },
);

/** Metadata inside of an object: of a pod template, a claim template. */
export const TEMPLATE_METADATA = object(
  metadataOf({ namespace: NOISE, finalizers: set(TEXT) }),
  { label: 'template' },
);

/** Written with a dot, `limits.cpu`. */
const quantities = map({ ...QUANTITY, label: '.' });

export const RESOURCES = object({
  limits: quantities,
  requests: quantities,
  claims: keyed(['name'], ANY),
});

const httpGet = object({
  path: constant('/'),
  port: PORT,
  scheme: constant('HTTP'),
  host: TEXT,
  httpHeaders: ordered(ANY),
});

const handler = {
  exec: object({ command: ordered(TEXT) }),
  httpGet,
  tcpSocket: object({ port: PORT, host: TEXT }),
  grpc: object({ port: ANY, service: constant('') }),
};

const probe = object(
  {
    ...handler,
    initialDelaySeconds: constant(0),
    timeoutSeconds: constant(1),
    periodSeconds: constant(10),
    successThreshold: constant(1),
    failureThreshold: constant(3),
    terminationGracePeriodSeconds: ANY,
  },
  { whole: true },
);

const lifecycle = object({
  postStart: object({ ...handler, sleep: ANY }, { whole: true }),
  preStop: object({ ...handler, sleep: ANY }, { whole: true }),
  stopSignal: ANY,
});

const fieldRef = object({ apiVersion: constant('v1'), fieldPath: TEXT });
const resourceFieldRef = object({
  containerName: TEXT,
  resource: TEXT,
  divisor: { scalar: 'quantity', constant: '0' },
});

const valueFrom = object(
  {
    fieldRef,
    resourceFieldRef,
    configMapKeyRef: object({ name: TEXT, key: TEXT, optional: OFF }),
    secretKeyRef: object({ name: TEXT, key: TEXT, optional: OFF }),
    fileKeyRef: WHOLE,
  },
  { whole: true, hidden: true },
);

const env = keyed(
  ['name'],
  object(
    { name: TEXT, value: { scalar: 'text', hidden: true }, valueFrom },
    { content: ['value', 'valueFrom'] },
  ),
);

const envFrom = set(
  object({
    prefix: TEXT,
    configMapRef: object({ name: TEXT, optional: OFF }),
    secretRef: object({ name: TEXT, optional: OFF }),
  }),
);

/** Set by the tag of the image, when the container is made. */
function pullPolicies(image: JsonValue | undefined): string | undefined {
  if (typeof image !== 'string') {
    return undefined;
  }
  const name = image.slice(image.lastIndexOf('/') + 1);
  return !name.includes('@') &&
    (!name.includes(':') || name.endsWith(':latest'))
    ? 'Always'
    : 'IfNotPresent';
}

const capabilities = object({ add: set(TEXT), drop: set(TEXT) });

const containerSecurity = object({
  privileged: OFF,
  allowPrivilegeEscalation: ANY,
  readOnlyRootFilesystem: OFF,
  runAsNonRoot: OFF,
  runAsUser: ANY,
  runAsGroup: ANY,
  procMount: constant('Default'),
  capabilities,
  seccompProfile: ANY,
  appArmorProfile: ANY,
  seLinuxOptions: ANY,
  windowsOptions: ANY,
});

const container = object({
  name: TEXT,
  image: TEXT,
  imagePullPolicy: {
    defaults: ({ desired, live }) => [
      pullPolicies(desired.image),
      pullPolicies(live.image),
    ],
  },
  command: ordered(TEXT),
  args: ordered(TEXT),
  workingDir: TEXT,
  ports: keyed(
    ['containerPort', 'protocol'],
    object({
      name: TEXT,
      containerPort: ANY,
      protocol: constant('TCP'),
      // With the network of the host every port is one of the host.
      hostPort: { defaults: ({ live }) => [live.containerPort, 0] },
      hostIP: TEXT,
    }),
  ),
  env,
  envFrom,
  resources: RESOURCES,
  resizePolicy: keyed(
    ['resourceName'],
    object({ resourceName: TEXT, restartPolicy: constant('NotRequired') }),
  ),
  restartPolicy: ANY,
  restartPolicyRules: WHOLE,
  volumeMounts: keyed(
    ['mountPath'],
    object({
      name: TEXT,
      mountPath: TEXT,
      readOnly: OFF,
      subPath: TEXT,
      subPathExpr: TEXT,
      mountPropagation: constant('None'),
      recursiveReadOnly: constant('Disabled'),
    }),
  ),
  volumeDevices: keyed(['devicePath'], ANY),
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  lifecycle,
  terminationMessagePath: constant('/dev/termination-log'),
  terminationMessagePolicy: constant('File'),
  securityContext: containerSecurity,
  stdin: OFF,
  stdinOnce: OFF,
  tty: OFF,
  targetContainerName: ANY,
});

const keysToPaths = keyed(
  ['key'],
  object({ key: TEXT, path: TEXT, mode: ANY }),
);
const downwardItems = keyed(
  ['path'],
  object({ path: TEXT, fieldRef, resourceFieldRef, mode: ANY }),
);
const FILE_MODE = constant(0o644);

const volume = object({
  name: TEXT,
  emptyDir: object({ medium: TEXT, sizeLimit: QUANTITY }, { present: true }),
  hostPath: object({ path: TEXT, type: constant('') }),
  configMap: object({
    name: TEXT,
    items: keysToPaths,
    defaultMode: FILE_MODE,
    optional: OFF,
  }),
  secret: object({
    secretName: TEXT,
    items: keysToPaths,
    defaultMode: FILE_MODE,
    optional: OFF,
  }),
  downwardAPI: object({ items: downwardItems, defaultMode: FILE_MODE }),
  projected: object({
    defaultMode: FILE_MODE,
    sources: set(
      object({
        configMap: object({ name: TEXT, items: keysToPaths, optional: OFF }),
        secret: object({ name: TEXT, items: keysToPaths, optional: OFF }),
        downwardAPI: object({ items: downwardItems }),
        serviceAccountToken: object({
          path: TEXT,
          audience: TEXT,
          expirationSeconds: constant(3600),
        }),
      }),
    ),
  }),
  persistentVolumeClaim: object({ claimName: TEXT, readOnly: OFF }),
  csi: object({ driver: TEXT, readOnly: OFF }),
  nfs: object({ server: TEXT, path: TEXT, readOnly: OFF }),
  ephemeral: ANY,
  iscsi: object({ iscsiInterface: constant('default') }),
  rbd: object({
    pool: constant('rbd'),
    user: constant('admin'),
    keyring: constant('/etc/ceph/keyring'),
  }),
  azureDisk: object({
    cachingMode: constant('ReadWrite'),
    fsType: constant('ext4'),
    readOnly: OFF,
    kind: constant('Shared'),
  }),
  image: ANY,
});

const podSecurity = object({
  runAsUser: ANY,
  runAsGroup: ANY,
  runAsNonRoot: OFF,
  fsGroup: ANY,
  fsGroupChangePolicy: constant('Always'),
  supplementalGroups: set(ANY),
  seccompProfile: ANY,
  appArmorProfile: ANY,
  seLinuxOptions: ANY,
  sysctls: keyed(['name'], ANY),
  windowsOptions: ANY,
});

const podFields: Record<string, Shape> = {
  containers: keyed(['name'], container),
  initContainers: keyed(['name'], container),
  ephemeralContainers: keyed(['name'], container),
  volumes: keyed(['name'], volume),
  restartPolicy: constant('Always'),
  terminationGracePeriodSeconds: constant(30),
  activeDeadlineSeconds: ANY,
  dnsPolicy: constant('ClusterFirst'),
  dnsConfig: WHOLE,
  nodeSelector: map(TEXT),
  nodeName: TEXT,
  // `serviceAccount` is the old name of the same field.
  serviceAccountName: {
    defaults: ({ desired }) => [desired.serviceAccount, 'default'],
  },
  serviceAccount: {
    defaults: ({ desired, live }) => [
      desired.serviceAccountName,
      live.serviceAccountName,
      'default',
    ],
  },
  automountServiceAccountToken: constant(true),
  hostNetwork: OFF,
  hostPID: OFF,
  hostIPC: OFF,
  hostUsers: constant(true),
  shareProcessNamespace: OFF,
  securityContext: podSecurity,
  imagePullSecrets: keyed(['name'], object({ name: TEXT })),
  hostname: TEXT,
  subdomain: TEXT,
  affinity: WHOLE,
  schedulerName: constant('default-scheduler'),
  tolerations: set(
    object({
      key: TEXT,
      operator: constant('Equal'),
      value: TEXT,
      effect: TEXT,
      tolerationSeconds: ANY,
    }),
  ),
  hostAliases: keyed(['ip'], object({ ip: TEXT, hostnames: set(TEXT) })),
  priorityClassName: TEXT,
  priority: ANY,
  preemptionPolicy: constant('PreemptLowerPriority'),
  runtimeClassName: ANY,
  enableServiceLinks: constant(true),
  readinessGates: set(ANY),
  topologySpreadConstraints: keyed(
    ['topologyKey', 'whenUnsatisfiable'],
    object({
      maxSkew: ANY,
      topologyKey: TEXT,
      whenUnsatisfiable: TEXT,
      labelSelector: WHOLE,
      minDomains: ANY,
      nodeAffinityPolicy: constant('Honor'),
      nodeTaintsPolicy: constant('Ignore'),
      matchLabelKeys: set(TEXT),
    }),
  ),
  setHostnameAsFQDN: OFF,
  overhead: ANY,
  os: ANY,
  schedulingGates: keyed(['name'], ANY),
  resourceClaims: keyed(['name'], ANY),
};

export const POD_SPEC = object(podFields, { hidden: true });

/** The template of a workload. */
export const POD_TEMPLATE = object(
  { metadata: TEMPLATE_METADATA, spec: POD_SPEC },
  { hidden: true },
);

/** A pod of its own: the server and the scheduler complete it. */
export const BARE_POD_SPEC = object(
  {
    ...podFields,
    nodeName: { allocated: 'The scheduler chooses the node.' },
    priority: NOISE,
    tolerations: { ...podFields.tolerations, noise: true },
  },
  { hidden: true },
);

export const SELECTOR = object(
  { matchLabels: map(TEXT), matchExpressions: set(ANY) },
  { immutable: true },
);
