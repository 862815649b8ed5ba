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

import { isJsonObject, JsonObject, JsonValue } from '../cloud/json';

const defaulters: Record<string, (object: JsonObject) => void> = {
  Namespace(object) {
    inside(object, 'status').phase ??= 'Active';
    const metadata = inside(object, 'metadata');
    if (typeof metadata.name === 'string') {
      inside(metadata, 'labels')['kubernetes.io/metadata.name'] ??=
        metadata.name;
    }
  },
  Secret(object) {
    object.type ??= 'Opaque';
    if (isJsonObject(object.stringData)) {
      const data = inside(object, 'data');
      for (const [key, value] of Object.entries(object.stringData)) {
        data[key] = Buffer.from(String(value)).toString('base64');
      }
      delete object.stringData;
    }
  },
  Service(object) {
    const spec = inside(object, 'spec');
    spec.sessionAffinity ??= 'None';
    spec.type ??= 'ClusterIP';
    if (spec.sessionAffinity === 'ClientIP') {
      const config = inside(spec, 'sessionAffinityConfig');
      inside(config, 'clientIP').timeoutSeconds ??= 10800;
    }
    if (spec.type !== 'ExternalName') {
      spec.internalTrafficPolicy ??= 'Cluster';
    }
    if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') {
      spec.externalTrafficPolicy ??= 'Cluster';
    } else {
      delete spec.externalTrafficPolicy;
    }
    if (spec.type === 'LoadBalancer') {
      spec.allocateLoadBalancerNodePorts ??= true;
    } else {
      delete spec.allocateLoadBalancerNodePorts;
    }
    for (const port of entries(spec.ports)) {
      port.protocol ??= 'TCP';
      port.targetPort ??= port.port;
    }
    inside(object, 'status').loadBalancer ??= {};
  },
  Deployment(object) {
    const spec = inside(object, 'spec');
    spec.replicas ??= 1;
    spec.revisionHistoryLimit ??= 10;
    spec.progressDeadlineSeconds ??= 600;
    const strategy = inside(spec, 'strategy');
    strategy.type ??= 'RollingUpdate';
    if (strategy.type === 'RollingUpdate') {
      const rolling = inside(strategy, 'rollingUpdate');
      rolling.maxUnavailable ??= '25%';
      rolling.maxSurge ??= '25%';
    }
    podTemplate(spec, 'Always');
    inside(object, 'status');
  },
  ReplicaSet(object) {
    const spec = inside(object, 'spec');
    spec.replicas ??= 1;
    podTemplate(spec, 'Always');
    inside(object, 'status').replicas ??= 0;
  },
  StatefulSet(object) {
    const spec = inside(object, 'spec');
    spec.replicas ??= 1;
    spec.podManagementPolicy ??= 'OrderedReady';
    spec.revisionHistoryLimit ??= 10;
    const strategy = inside(spec, 'updateStrategy');
    strategy.type ??= 'RollingUpdate';
    if (strategy.type === 'RollingUpdate') {
      inside(strategy, 'rollingUpdate').partition ??= 0;
    }
    const retention = inside(spec, 'persistentVolumeClaimRetentionPolicy');
    retention.whenDeleted ??= 'Retain';
    retention.whenScaled ??= 'Retain';
    podTemplate(spec, 'Always');
    for (const claim of entries(spec.volumeClaimTemplates)) {
      claim.apiVersion ??= 'v1';
      claim.kind ??= 'PersistentVolumeClaim';
      claimDefaults(claim);
    }
    const status = inside(object, 'status');
    status.replicas ??= 0;
    status.availableReplicas ??= 0;
  },
  DaemonSet(object) {
    const spec = inside(object, 'spec');
    spec.revisionHistoryLimit ??= 10;
    const strategy = inside(spec, 'updateStrategy');
    strategy.type ??= 'RollingUpdate';
    if (strategy.type === 'RollingUpdate') {
      const rolling = inside(strategy, 'rollingUpdate');
      rolling.maxUnavailable ??= 1;
      rolling.maxSurge ??= 0;
    }
    podTemplate(spec, 'Always');
    const status = inside(object, 'status');
    for (const count of [
      'currentNumberScheduled',
      'numberMisscheduled',
      'desiredNumberScheduled',
      'numberReady',
    ]) {
      status[count] ??= 0;
    }
  },
  Job(object) {
    const spec = inside(object, 'spec');
    if (spec.completions === undefined && spec.parallelism === undefined) {
      spec.completions = 1;
    }
    jobDefaults(spec);
    spec.completionMode ??= 'NonIndexed';
    spec.podReplacementPolicy ??= 'TerminatingOrFailed';
    spec.manualSelector ??= false;
    spec.parallelism ??= 1;
    inside(object, 'status');
  },
  CronJob(object) {
    const spec = inside(object, 'spec');
    spec.concurrencyPolicy ??= 'Allow';
    spec.suspend ??= false;
    spec.successfulJobsHistoryLimit ??= 3;
    spec.failedJobsHistoryLimit ??= 1;
    const template = inside(spec, 'jobTemplate');
    inside(template, 'metadata');
    podTemplate(inside(template, 'spec'), undefined);
    inside(object, 'status');
  },
  HorizontalPodAutoscaler(object) {
    const spec = inside(object, 'spec');
    spec.minReplicas ??= 1;
    spec.metrics ??= [
      {
        type: 'Resource',
        resource: {
          name: 'cpu',
          target: { type: 'Utilization', averageUtilization: 80 },
        },
      },
    ];
    const status = inside(object, 'status');
    status.desiredReplicas ??= 0;
    status.currentMetrics ??= null;
  },
  PersistentVolumeClaim: claimDefaults,
  Ingress(object) {
    inside(object, 'status').loadBalancer ??= {};
  },
  NetworkPolicy(object) {
    const spec = inside(object, 'spec');
    inside(spec, 'podSelector');
    spec.policyTypes ??=
      spec.egress === undefined ? ['Ingress'] : ['Ingress', 'Egress'];
    for (const rule of [...entries(spec.ingress), ...entries(spec.egress)]) {
      for (const port of entries(rule.ports)) {
        port.protocol ??= 'TCP';
      }
    }
  },
  Pod(object) {
    podDefaults(inside(object, 'spec'), 'Always');
    const spec = inside(object, 'spec');
    spec.enableServiceLinks ??= true;
    for (const container of containersOf(spec)) {
      const resources = inside(container, 'resources');
      if (isJsonObject(resources.limits)) {
        resources.requests = {
          ...resources.limits,
          ...(isJsonObject(resources.requests) && resources.requests),
        };
      }
    }
    inside(object, 'status').phase ??= 'Pending';
  },
};

/**
 * Fills in what the API defaults when nothing is said.
 * Source: recordings of a 1.36 server and the defaulting described in the
 * Kubernetes API reference.
 */
export function applyDefaults(kind: string, object: JsonObject): void {
  const fill = defaulters[kind];
  if (fill) {
    fill(object);
  }
}

function jobDefaults(spec: JsonObject): void {
  spec.backoffLimit ??= 6;
  spec.suspend ??= false;
  podTemplate(spec, undefined);
}

function claimDefaults(claim: JsonObject): void {
  const spec = inside(claim, 'spec');
  spec.volumeMode ??= 'Filesystem';
  inside(claim, 'status').phase ??= 'Pending';
}

function podTemplate(
  spec: JsonObject,
  restartPolicy: string | undefined,
): void {
  const template = inside(spec, 'template');
  inside(template, 'metadata');
  podDefaults(inside(template, 'spec'), restartPolicy);
}

function podDefaults(
  spec: JsonObject,
  restartPolicy: string | undefined,
): void {
  if (restartPolicy) {
    spec.restartPolicy ??= restartPolicy;
  }
  spec.terminationGracePeriodSeconds ??= 30;
  spec.dnsPolicy ??= 'ClusterFirst';
  spec.schedulerName ??= 'default-scheduler';
  inside(spec, 'securityContext');
  if (spec.serviceAccountName !== undefined) {
    spec.serviceAccount ??= spec.serviceAccountName;
  } else if (spec.serviceAccount !== undefined) {
    spec.serviceAccountName = spec.serviceAccount;
  }
  for (const container of containersOf(spec)) {
    containerDefaults(container, spec.hostNetwork === true);
  }
  for (const volume of entries(spec.volumes)) {
    volumeDefaults(volume);
  }
  for (const spread of entries(spec.topologySpreadConstraints)) {
    spread.whenUnsatisfiable ??= 'DoNotSchedule';
  }
}

function containersOf(spec: JsonObject): JsonObject[] {
  return [...entries(spec.initContainers), ...entries(spec.containers)];
}

function containerDefaults(container: JsonObject, hostNetwork: boolean): void {
  inside(container, 'resources');
  container.terminationMessagePath ??= '/dev/termination-log';
  container.terminationMessagePolicy ??= 'File';
  container.imagePullPolicy ??= isLatest(String(container.image ?? ''))
    ? 'Always'
    : 'IfNotPresent';
  for (const port of entries(container.ports)) {
    port.protocol ??= 'TCP';
    if (hostNetwork) {
      port.hostPort ??= port.containerPort;
    }
  }
  for (const variable of entries(container.env)) {
    if (isJsonObject(variable.valueFrom)) {
      const { fieldRef, resourceFieldRef } = variable.valueFrom;
      if (isJsonObject(fieldRef)) {
        fieldRef.apiVersion ??= 'v1';
      }
      if (isJsonObject(resourceFieldRef)) {
        resourceFieldRef.divisor ??= '0';
      }
    }
  }
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = container[name];
    if (isJsonObject(probe)) {
      probe.timeoutSeconds ??= 1;
      probe.periodSeconds ??= 10;
      probe.successThreshold ??= 1;
      probe.failureThreshold ??= 3;
      httpDefaults(probe);
      if (isJsonObject(probe.grpc)) {
        probe.grpc.service ??= '';
      }
    }
  }
  if (isJsonObject(container.lifecycle)) {
    for (const handler of Object.values(container.lifecycle)) {
      if (isJsonObject(handler)) {
        httpDefaults(handler);
      }
    }
  }
}

function httpDefaults(handler: JsonObject): void {
  if (isJsonObject(handler.httpGet)) {
    handler.httpGet.path ??= '/';
    handler.httpGet.scheme ??= 'HTTP';
  }
}

function volumeDefaults(volume: JsonObject): void {
  for (const name of ['secret', 'configMap', 'projected', 'downwardAPI']) {
    const source = volume[name];
    if (isJsonObject(source)) {
      source.defaultMode ??= 420;
    }
  }
  if (isJsonObject(volume.hostPath)) {
    volume.hostPath.type ??= '';
  }
  if (Object.keys(volume).length === 1) {
    volume.emptyDir = {};
  }
}

/** Images without a tag, or with the tag `latest`, are always pulled. */
function isLatest(image: string): boolean {
  const name = image.split('/').pop() ?? '';
  return (
    !name.includes('@') && (!name.includes(':') || name.endsWith(':latest'))
  );
}

/** The object below a key, made when missing. */
export function inside(object: JsonObject, key: string): JsonObject {
  const existing = object[key];
  if (isJsonObject(existing)) {
    return existing;
  }
  const made: JsonObject = {};
  object[key] = made;
  return made;
}

/** The objects of a list. */
export function entries(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
