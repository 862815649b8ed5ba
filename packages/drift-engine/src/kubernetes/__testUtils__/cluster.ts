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
import type { Observation } from '../../observation/Observation';
import { isObject, KubernetesObject } from '../KubernetesObject';
import { readKubernetesManifests } from '../read/readManifests';

/** Objects of a YAML text. */
export function manifests(text: string): KubernetesObject[] {
  return readKubernetesManifests([{ name: 'test.yaml', text }]);
}

export function clone<T extends JsonValue | KubernetesObject>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

/** One write as the API server notes it. */
export function write(
  manager: string,
  fieldsV1: JsonObject,
  more: { operation?: string; subresource?: string; time?: string } = {},
): JsonObject {
  return {
    manager,
    operation: 'Update',
    apiVersion: 'v1',
    fieldsType: 'FieldsV1',
    time: '2026-11-22T09:00:00Z',
    fieldsV1,
    ...more,
  };
}

const MERGE_KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
};

/** The fieldsV1 of a whole object that was applied. */
export function fieldsOf(value: JsonObject): JsonObject {
  const fields: Record<string, JsonValue> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined || inner === null) {
      continue;
    }
    const keys = MERGE_KEYS[key];
    if (isObject(inner) && key !== 'matchLabels' && key !== 'selector') {
      fields[`f:${key}`] = fieldsOf(inner);
    } else if (Array.isArray(inner) && (keys || key === 'ports')) {
      fields[`f:${key}`] = Object.fromEntries(
        inner
          .filter(isObject)
          .map(element => [
            `k:${JSON.stringify(
              Object.fromEntries(
                (
                  keys ??
                  (element.containerPort
                    ? ['containerPort', 'protocol']
                    : ['port', 'protocol'])
                ).map(name => [
                  name,
                  element[name] ?? (name === 'protocol' ? 'TCP' : ''),
                ]),
              ),
            )}`,
            { '.': {}, ...fieldsOf(element) },
          ]),
      );
    } else {
      fields[`f:${key}`] = {};
    }
  }
  return fields;
}

/** As a real API server 1.36 gives back what the platform applied. */
export function served(manifest: KubernetesObject): KubernetesObject {
  const live = clone(manifest);
  const sent = clone(manifest) as JsonObject;
  const { name, namespace, ...metadata } = manifest.metadata;
  const applied = fieldsOf({
    ...Object.fromEntries(
      Object.entries(sent).filter(
        ([key]) => !['apiVersion', 'kind', 'metadata'].includes(key),
      ),
    ),
    ...(Object.keys(metadata).length > 0
      ? { metadata: metadata as JsonObject }
      : {}),
  });
  Object.assign(live.metadata, {
    uid: 'ed919e2c-e878-4e27-93ef-26c90ca45cf8',
    resourceVersion: '213',
    generation: 1,
    creationTimestamp: '2026-11-22T02:37:07Z',
    managedFields: [
      write('platform', applied, {
        operation: 'Apply',
        time: '2026-11-22T02:37:07Z',
      }),
    ],
  });
  const spec = live.spec;
  if (isObject(spec)) {
    completeSpec(live.kind, spec);
    live.status = {};
  }
  if (live.kind === 'Secret') {
    live.type ??= 'Opaque';
  }
  return live;
}

function fill(target: JsonObject, defaults: Record<string, JsonValue>): void {
  for (const [key, value] of Object.entries(defaults)) {
    (target as Record<string, JsonValue>)[key] = target[key] ?? clone(value);
  }
}

function completeSpec(kind: string, spec: JsonObject): void {
  if (kind === 'Deployment') {
    fill(spec, {
      replicas: 1,
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 10,
      strategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
      },
    });
  } else if (kind === 'StatefulSet') {
    fill(spec, {
      replicas: 1,
      podManagementPolicy: 'OrderedReady',
      revisionHistoryLimit: 10,
      updateStrategy: {
        type: 'RollingUpdate',
        rollingUpdate: { partition: 0 },
      },
      persistentVolumeClaimRetentionPolicy: {
        whenDeleted: 'Retain',
        whenScaled: 'Retain',
      },
    });
  } else if (kind === 'Service') {
    fill(spec, {
      clusterIP: '10.96.162.225',
      clusterIPs: ['10.96.162.225'],
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      sessionAffinity: 'None',
      type: 'ClusterIP',
    });
    for (const port of elements(spec.ports)) {
      fill(port, { protocol: 'TCP', targetPort: port.port ?? 0 });
    }
  } else if (kind === 'CronJob') {
    fill(spec, {
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
  }
  const template = isObject(spec.jobTemplate)
    ? (spec.jobTemplate.spec as JsonObject).template
    : spec.template;
  if (isObject(template) && isObject(template.spec)) {
    completePods(template.spec);
  }
}

function completePods(pods: JsonObject): void {
  fill(pods, {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
  });
  if (typeof pods.serviceAccountName === 'string') {
    fill(pods, { serviceAccount: pods.serviceAccountName });
  }
  for (const volume of elements(pods.volumes)) {
    for (const source of ['configMap', 'secret', 'projected']) {
      if (isObject(volume[source])) {
        fill(volume[source] as JsonObject, { defaultMode: 420 });
      }
    }
  }
  for (const container of [
    ...elements(pods.containers),
    ...elements(pods.initContainers),
  ]) {
    fill(container, {
      imagePullPolicy: /:latest$|^[^:]*$/.test(String(container.image))
        ? 'Always'
        : 'IfNotPresent',
      resources: {},
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
    });
    for (const port of elements(container.ports)) {
      fill(port, { protocol: 'TCP' });
    }
    for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
      const value = container[probe];
      if (isObject(value)) {
        fill(value, {
          timeoutSeconds: 1,
          periodSeconds: 10,
          successThreshold: 1,
          failureThreshold: 3,
        });
        if (isObject(value.httpGet)) {
          fill(value.httpGet, { scheme: 'HTTP' });
        }
      }
    }
  }
}

function elements(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Everything that alarms or waits, one line a field: `drift Service/api type: - → "NodePort" (kubectl)`. */
export function told(
  observation: Observation,
  classes: readonly string[] = ['drift', 'pending'],
): string[] {
  return observation.differences
    .filter(each => classes.includes(each.class))
    .flatMap(each => {
      const head = `${each.class} ${each.resourceType}/${each.resourceName}`;
      const who = each.attribution ? ` (${each.attribution.who})` : '';
      return each.fields.length === 0
        ? [`${head} ${each.unmanaged ? 'unmanaged' : 'missing'}${who}`]
        : each.fields.map(
            field =>
              `${head} ${field.label}: ${
                field.sensitive
                  ? 'sensitive'
                  : `${written(field.desired)} → ${written(field.actual)}`
              }${who}`,
          );
    })
    .sort();
}

function written(value: JsonValue | undefined): string {
  return value === undefined ? '-' : JSON.stringify(value);
}
