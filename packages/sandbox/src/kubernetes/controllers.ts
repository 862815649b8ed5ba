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

import { createHash } from 'node:crypto';
import { isJsonObject, jsonEqual, JsonObject } from '../cloud/json';
import { applyDefaults, entries, inside } from './defaults';
import { recordUpdate } from './managedFields';
import { newUid, ObjectStore } from './ObjectStore';
import { schemaOf } from './schema';

const MANAGER = 'kube-controller-manager';
const POD_LIMIT = 20;
const POD_HASH = 'pod-template-hash';
const REVISION = 'deployment.kubernetes.io/revision';

/** What was written. */
interface Written {
  type: { group: string; plural: string; kind: string };
  namespace: string;
  name: string;
}

/**
 * Does at once what the controllers of a cluster do in time: pods run, a
 * status tells of them, a namespace gets its standard objects.
 */
export function reconcile(
  store: ObjectStore,
  { type, namespace, name }: Written,
  { now }: { now: () => Date },
): void {
  const object = store.get(`${type.group}/${type.plural}`, namespace, name);
  if (!object) {
    return;
  }
  const cluster = { store, time: `${now().toISOString().slice(0, 19)}Z` };
  switch (type.kind) {
    case 'Namespace':
      furnish(cluster, name);
      break;
    case 'Deployment':
      runDeployment(cluster, object);
      break;
    case 'StatefulSet':
      runStatefulSet(cluster, object);
      break;
    case 'DaemonSet':
      runDaemonSet(cluster, object);
      break;
    case 'PersistentVolumeClaim':
      setStatus(cluster, '/persistentvolumeclaims', object, {
        phase: 'Bound',
        accessModes: inside(object, 'spec').accessModes ?? [],
        capacity: inside(inside(object, 'spec'), 'resources').requests ?? {},
      });
      break;
    default:
  }
}

interface Running {
  store: ObjectStore;
  time: string;
}

function furnish(cluster: Running, namespace: string): void {
  make(cluster, '/configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'kube-root-ca.crt',
      namespace,
      annotations: {
        'kubernetes.io/description':
          'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
      },
    },
    data: { 'ca.crt': 'The sandbox cluster speaks plain HTTP.\n' },
  });
  make(cluster, '/serviceaccounts', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace },
  });
}

function runDeployment(cluster: Running, deployment: JsonObject): void {
  const { store, time } = cluster;
  const metadata = inside(deployment, 'metadata');
  const namespace = String(metadata.namespace);
  const spec = inside(deployment, 'spec');
  const replicas = Number(spec.replicas ?? 1);
  const template = inside(spec, 'template');
  const hash = hashOf(template);
  const own = store
    .list('apps/replicasets', namespace)
    .filter(set => isOwnedBy(set, deployment));
  const labelled = labelTemplate(template, hash);
  const current = own.find(
    set => inside(inside(set, 'metadata'), 'labels')[POD_HASH] === hash,
  );
  const revision = current
    ? String(inside(inside(current, 'metadata'), 'annotations')[REVISION] ?? 1)
    : String(own.length + 1);
  for (const old of own.filter(set => set !== current)) {
    scaleSet(cluster, old, 0);
  }
  if (current) {
    scaleSet(cluster, current, replicas);
  } else {
    const set = make(cluster, 'apps/replicasets', {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${String(metadata.name)}-${hash}`,
        namespace,
        labels: inside(inside(labelled, 'metadata'), 'labels'),
        annotations: { [REVISION]: revision },
        ownerReferences: [ownerOf(deployment)],
      },
      spec: {
        replicas,
        selector: withHash(inside(spec, 'selector'), hash),
        template: labelled,
      },
    });
    scaleSet(cluster, set, replicas);
  }
  const { conditions } = inside({ ...deployment }, 'status');
  const since = (type: string) =>
    entries(conditions).find(condition => condition.type === type);
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: 'True',
    lastUpdateTime: since(type)?.lastUpdateTime ?? time,
    lastTransitionTime: since(type)?.lastTransitionTime ?? time,
    reason,
    message,
  });
  setStatus(
    cluster,
    'apps/deployments',
    deployment,
    {
      observedGeneration: metadata.generation ?? 1,
      ...(replicas > 0 && {
        replicas,
        updatedReplicas: replicas,
        readyReplicas: replicas,
        availableReplicas: replicas,
      }),
      conditions: [
        condition(
          'Available',
          'MinimumReplicasAvailable',
          'Deployment has minimum availability.',
        ),
        condition(
          'Progressing',
          'NewReplicaSetAvailable',
          `ReplicaSet "${String(
            metadata.name,
          )}-${hash}" has successfully progressed.`,
        ),
      ],
    },
    { [REVISION]: revision },
  );
}

function runStatefulSet(cluster: Running, set: JsonObject): void {
  const metadata = inside(set, 'metadata');
  const spec = inside(set, 'spec');
  const replicas = Number(spec.replicas ?? 1);
  const names = Array.from(
    { length: Math.min(replicas, POD_LIMIT) },
    (_, i) => `${String(metadata.name)}-${i}`,
  );
  runPods(cluster, set, inside(spec, 'template'), names);
  const revision = `${String(metadata.name)}-${hashOf(
    inside(spec, 'template'),
  )}`;
  setStatus(cluster, 'apps/statefulsets', set, {
    observedGeneration: metadata.generation ?? 1,
    replicas,
    ...(replicas > 0 && {
      readyReplicas: replicas,
      currentReplicas: replicas,
      updatedReplicas: replicas,
    }),
    availableReplicas: replicas,
    currentRevision: revision,
    updateRevision: revision,
    collisionCount: 0,
  });
}

/** The cluster has one node. */
function runDaemonSet(cluster: Running, set: JsonObject): void {
  const metadata = inside(set, 'metadata');
  runPods(cluster, set, inside(inside(set, 'spec'), 'template'), [
    `${String(metadata.name)}-node1`,
  ]);
  setStatus(
    cluster,
    'apps/daemonsets',
    set,
    {
      currentNumberScheduled: 1,
      numberMisscheduled: 0,
      desiredNumberScheduled: 1,
      numberReady: 1,
      observedGeneration: metadata.generation ?? 1,
      updatedNumberScheduled: 1,
      numberAvailable: 1,
    },
    { 'deprecated.daemonset.template.generation': '1' },
  );
}

function scaleSet(cluster: Running, given: JsonObject, replicas: number): void {
  const set = structuredClone(given);
  const metadata = inside(set, 'metadata');
  inside(set, 'spec').replicas = replicas;
  set.status = {
    replicas,
    ...(replicas > 0 && {
      fullyLabeledReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
    }),
    observedGeneration: metadata.generation ?? 1,
  };
  if (!jsonEqual(set, given)) {
    cluster.store.put('apps/replicasets', set);
  }
  const names = Array.from(
    { length: Math.min(replicas, POD_LIMIT) },
    (_, i) => `${String(metadata.name)}-${podSuffix(String(metadata.uid), i)}`,
  );
  runPods(cluster, set, inside(inside(set, 'spec'), 'template'), names);
}

function runPods(
  { store, time }: Running,
  owner: JsonObject,
  template: JsonObject,
  names: string[],
): void {
  const namespace = String(inside(owner, 'metadata').namespace);
  const wanted = new Set(names);
  for (const pod of store.list('/pods', namespace)) {
    const name = String(inside(pod, 'metadata').name);
    if (isOwnedBy(pod, owner)) {
      if (!wanted.delete(name)) {
        store.delete('/pods', namespace, name);
      }
    }
  }
  for (const name of wanted) {
    make(
      { store, time },
      '/pods',
      podOf(owner, template, namespace, name, time),
    );
  }
}

function podOf(
  owner: JsonObject,
  template: JsonObject,
  namespace: string,
  name: string,
  time: string,
): JsonObject {
  const { metadata = {}, spec = {} } = structuredClone(template);
  const containers = entries(isJsonObject(spec) ? spec.containers : []);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(isJsonObject(metadata) && metadata),
      name,
      namespace,
      ownerReferences: [ownerOf(owner)],
    },
    spec: { ...(isJsonObject(spec) && spec), nodeName: 'node1' },
    status: {
      phase: 'Running',
      startTime: time,
      conditions: ['Ready', 'ContainersReady', 'PodScheduled'].map(type => ({
        type,
        status: 'True',
        lastTransitionTime: time,
      })),
      containerStatuses: containers.map(container => ({
        name: container.name ?? '',
        image: container.image ?? '',
        ready: true,
        started: true,
        restartCount: 0,
        state: { running: { startedAt: time } },
      })),
    },
  };
}

/** Creates what is not there yet, as the controller manager. */
function make(
  { store, time }: Running,
  collection: string,
  object: JsonObject,
): JsonObject {
  const kind = String(object.kind);
  const made = structuredClone(object);
  const metadata = inside(made, 'metadata');
  const existing = store.get(
    collection,
    String(metadata.namespace),
    String(metadata.name),
  );
  if (existing) {
    return existing;
  }
  metadata.uid = newUid();
  metadata.creationTimestamp = time;
  if (collection === 'apps/replicasets' || collection === '/pods') {
    metadata.generation = 1;
  }
  const { status } = made;
  delete made.status;
  applyDefaults(kind, made);
  recordUpdate({
    kind,
    schema: schemaOf(kind),
    before: undefined,
    after: made,
    writer: { manager: MANAGER, apiVersion: String(made.apiVersion), time },
  });
  if (status !== undefined) {
    made.status = status;
  }
  return store.put(collection, made);
}

function setStatus(
  { store, time }: Running,
  collection: string,
  before: JsonObject,
  status: JsonObject,
  annotations: Record<string, string> = {},
): void {
  const after = structuredClone(before);
  after.status = status;
  if (Object.keys(annotations).length > 0) {
    Object.assign(
      inside(inside(after, 'metadata'), 'annotations'),
      annotations,
    );
  }
  if (jsonEqual(after, before)) {
    return;
  }
  const kind = String(before.kind);
  recordUpdate({
    kind,
    schema: schemaOf(kind),
    before,
    after,
    writer: {
      manager: MANAGER,
      apiVersion: String(before.apiVersion),
      subresource: 'status',
      time,
    },
  });
  store.put(collection, after);
}

function ownerOf(object: JsonObject): JsonObject {
  const { name = '', uid = '' } = inside(object, 'metadata');
  return {
    apiVersion: object.apiVersion ?? '',
    kind: object.kind ?? '',
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

function isOwnedBy(object: JsonObject, owner: JsonObject): boolean {
  const { uid } = inside(owner, 'metadata');
  return entries(inside(object, 'metadata').ownerReferences).some(
    reference => reference.uid === uid,
  );
}

function labelTemplate(template: JsonObject, hash: string): JsonObject {
  const labelled = structuredClone(template);
  inside(inside(labelled, 'metadata'), 'labels')[POD_HASH] = hash;
  return labelled;
}

function withHash(selector: JsonObject, hash: string): JsonObject {
  const result = structuredClone(selector);
  inside(result, 'matchLabels')[POD_HASH] = hash;
  return result;
}

function hashOf(template: JsonObject): string {
  return createHash('sha256')
    .update(JSON.stringify(template))
    .digest('hex')
    .slice(0, 10);
}

function podSuffix(uid: string, index: number): string {
  return createHash('sha256')
    .update(`${uid}/${index}`)
    .digest('hex')
    .slice(0, 5);
}
