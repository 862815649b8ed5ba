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
import { entries, inside } from './defaults';

interface Column {
  name: string;
  description: string;
  /** Only with `-o wide`. */
  wide?: boolean;
  cell(object: JsonObject): JsonValue;
}

const NAME_DESCRIPTION =
  'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names';
const AGE_DESCRIPTION =
  'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata';

const ownColumns: Record<string, Column[]> = {
  ConfigMap: [column('Data', object => size(object.data))],
  Secret: [
    column('Type', object => object.type ?? 'Opaque'),
    column('Data', object => size(object.data)),
  ],
  ServiceAccount: [column('Secrets', object => entries(object.secrets).length)],
  Namespace: [column('Status', object => statusOf(object).phase ?? '')],
  Service: [
    column('Type', object => specOf(object).type ?? ''),
    column('Cluster-IP', object => specOf(object).clusterIP ?? '<none>'),
    column('External-IP', () => '<none>'),
    column('Port(s)', object =>
      entries(specOf(object).ports).map(portText).join(','),
    ),
  ],
  Deployment: [
    column('Ready', readyText, 'Number of the pod with ready state'),
    column(
      'Up-to-date',
      object => statusOf(object).updatedReplicas ?? 0,
      'Total number of non-terminating pods targeted by this deployment that have the desired template spec.',
    ),
    column(
      'Available',
      object => statusOf(object).availableReplicas ?? 0,
      'Total number of available non-terminating pods (ready for at least minReadySeconds) targeted by this deployment.',
    ),
  ],
  StatefulSet: [column('Ready', readyText)],
  ReplicaSet: [
    column('Desired', object => specOf(object).replicas ?? 0),
    column('Current', object => statusOf(object).replicas ?? 0),
    column('Ready', object => statusOf(object).readyReplicas ?? 0),
  ],
  DaemonSet: [
    column('Desired', object => statusOf(object).desiredNumberScheduled ?? 0),
    column('Current', object => statusOf(object).currentNumberScheduled ?? 0),
    column('Ready', object => statusOf(object).numberReady ?? 0),
  ],
  Pod: [
    column('Ready', object => {
      const all = entries(statusOf(object).containerStatuses);
      return `${all.filter(one => one.ready).length}/${
        entries(specOf(object).containers).length
      }`;
    }),
    column('Status', object => statusOf(object).phase ?? ''),
    column('Restarts', () => '0'),
  ],
  Ingress: [
    column('Class', object => specOf(object).ingressClassName ?? '<none>'),
    column('Hosts', object =>
      entries(specOf(object).rules)
        .map(rule => String(rule.host ?? '*'))
        .join(','),
    ),
    column('Address', () => ''),
    column('Ports', object =>
      entries(specOf(object).tls).length > 0 ? '80, 443' : '80',
    ),
  ],
  NetworkPolicy: [
    column('Pod-Selector', object => {
      const { matchLabels } = inside(specOf(object), 'podSelector');
      return labelsText(matchLabels) || '<none>';
    }),
  ],
  HorizontalPodAutoscaler: [
    column('Reference', object => {
      const target = inside(specOf(object), 'scaleTargetRef');
      return `${String(target.kind)}/${String(target.name)}`;
    }),
    column('MinPods', object => specOf(object).minReplicas ?? 1),
    column('MaxPods', object => specOf(object).maxReplicas ?? 0),
    column('Replicas', object => statusOf(object).currentReplicas ?? 0),
  ],
  PersistentVolumeClaim: [
    column('Status', object => statusOf(object).phase ?? ''),
    column(
      'Capacity',
      object => inside(statusOf(object), 'capacity').storage ?? '',
    ),
    column('StorageClass', object => specOf(object).storageClassName ?? ''),
  ],
  CronJob: [
    column('Schedule', object => specOf(object).schedule ?? ''),
    column('Suspend', object => (specOf(object).suspend ? 'True' : 'False')),
  ],
  Job: [
    column(
      'Completions',
      object =>
        `${Number(statusOf(object).succeeded ?? 0)}/${Number(
          specOf(object).completions ?? 1,
        )}`,
    ),
  ],
};

const workloadColumns: Column[] = [
  wide('Containers', 'Names of each container in the template.', object =>
    containersOf(object)
      .map(container => String(container.name))
      .join(','),
  ),
  wide(
    'Images',
    'Images referenced by each container in the template.',
    object =>
      containersOf(object)
        .map(container => String(container.image))
        .join(','),
  ),
  wide(
    'Selector',
    "Label selector for pods. Existing ReplicaSets whose pods are selected by this will be the ones affected by this deployment. It must match the pod template's labels.",
    object => labelsText(inside(specOf(object), 'selector').matchLabels),
  ),
];

const wideColumns: Record<string, Column[]> = {
  Deployment: workloadColumns,
  ReplicaSet: workloadColumns,
  DaemonSet: workloadColumns,
  Service: [
    wide('Selector', 'Labels of the pods behind the service.', object =>
      labelsText(specOf(object).selector),
    ),
  ],
};

/** The table that `kubectl get` prints. */
export function tableOf(options: {
  kind: string;
  items: JsonObject[];
  /** Of the list; leaves out what is undefined. */
  metadata: JsonObject;
  now: Date;
  include: 'Metadata' | 'Object' | 'None';
}): JsonObject {
  const { kind, items, metadata, now, include } = options;
  const columns = columnsOf(kind, now);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map(shown => ({
      name: shown.name,
      type: 'string',
      format: shown.name === 'Name' ? 'name' : '',
      description: shown.description,
      priority: shown.wide ? 1 : 0,
    })),
    rows: items.map(object => ({
      cells: columns.map(shown => shown.cell(object)),
      ...(include !== 'None' && {
        object:
          include === 'Object'
            ? object
            : {
                kind: 'PartialObjectMetadata',
                apiVersion: 'meta.k8s.io/v1',
                metadata: inside(object, 'metadata'),
              },
      }),
    })),
  };
}

function columnsOf(kind: string, now: Date): Column[] {
  return [
    {
      name: 'Name',
      description: NAME_DESCRIPTION,
      cell: object => metadataOf(object).name ?? '',
    },
    ...(ownColumns[kind] ?? []),
    {
      name: 'Age',
      description: AGE_DESCRIPTION,
      cell: object => age(metadataOf(object).creationTimestamp, now),
    },
    ...(wideColumns[kind] ?? []),
  ];
}

function column(name: string, cell: Column['cell'], description = ''): Column {
  return { name, description, cell };
}

function wide(name: string, description: string, cell: Column['cell']): Column {
  return { name, description, cell, wide: true };
}

function metadataOf(object: JsonObject): JsonObject {
  return part(object, 'metadata');
}

function specOf(object: JsonObject): JsonObject {
  return part(object, 'spec');
}

function statusOf(object: JsonObject): JsonObject {
  return part(object, 'status');
}

/** A copy of one level, so that looking leaves no traces. */
function part(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isJsonObject(value) ? { ...value } : {};
}

function containersOf(object: JsonObject): JsonObject[] {
  return entries(part(part(specOf(object), 'template'), 'spec').containers);
}

function readyText(object: JsonObject): string {
  return `${Number(statusOf(object).readyReplicas ?? 0)}/${Number(
    specOf(object).replicas ?? 0,
  )}`;
}

function portText(port: JsonObject): string {
  const node = port.nodePort === undefined ? '' : `:${String(port.nodePort)}`;
  return `${String(port.port)}${node}/${String(port.protocol ?? 'TCP')}`;
}

function labelsText(labels: JsonValue | undefined): string {
  return Object.entries(isJsonObject(labels) ? labels : {})
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(',');
}

function size(data: JsonValue | undefined): number {
  return isJsonObject(data) ? Object.keys(data).length : 0;
}

function age(created: JsonValue | undefined, now: Date): string {
  const seconds = Math.max(
    0,
    Math.floor((now.getTime() - Date.parse(String(created))) / 1000),
  );
  if (seconds < 120) {
    return `${seconds}s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) {
    return `${minutes}m`;
  }
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}
