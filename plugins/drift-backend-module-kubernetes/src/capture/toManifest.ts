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
import { KubernetesObject } from '@infra-hub/drift-engine';
import { isObject, listAt, objectAt, textAt } from '../read/json';

/** Annotations that tools and controllers keep their notes in. */
const NOTES: readonly RegExp[] = [
  /^kubectl\.kubernetes\.io\/(last-applied-configuration|restartedAt)$/,
  /^deployment\.kubernetes\.io\//,
  /^deprecated\.daemonset\.template\.generation$/,
  /^autoscaling\.alpha\.kubernetes\.io\//,
  /^pv\.kubernetes\.io\//,
  /^volume(\.beta)?\.kubernetes\.io\/(storage-provisioner|selected-node|storage-resizer)$/,
  /^control-plane\.alpha\.kubernetes\.io\/leader$/,
  /^endpoints\.kubernetes\.io\//,
];

/** What the server fills in, by kind: paths of members that no owner writes. */
const ALLOCATED: Readonly<Record<string, readonly string[]>> = {
  PersistentVolumeClaim: ['volumeName'],
  Service: [
    'clusterIPs',
    'healthCheckNodePort',
    'ipFamilies',
    'ipFamilyPolicy',
    'internalTrafficPolicy',
  ],
};

/**
 * A live object as its owner would write it: without status, without what the
 * server, controllers and tools keep in it, and of a Secret only type and keys.
 *
 * @param autoscaled - An autoscaler sets the number of replicas.
 */
export function toManifest(
  live: KubernetesObject,
  options: { autoscaled: boolean },
): JsonObject {
  const { apiVersion, kind, metadata, status, spec, ...rest } = live;
  const labels = objectAt(metadata as JsonObject, 'labels');
  const annotations = withoutNotes(
    objectAt(metadata as JsonObject, 'annotations'),
  );
  return {
    apiVersion,
    kind,
    metadata: {
      name: metadata.name,
      namespace: metadata.namespace,
      ...unlessEmpty('labels', labels),
      ...unlessEmpty('annotations', annotations),
    },
    ...(isObject(spec) ? { spec: cleanSpec(kind, spec, options) } : {}),
    ...cleanRest(kind, rest),
  };
}

function cleanRest(kind: string, rest: JsonObject): JsonObject {
  if (kind === 'Secret') {
    const keys = [
      ...Object.keys(objectAt(rest, 'data')),
      ...Object.keys(objectAt(rest, 'stringData')),
    ].sort();
    return {
      type: textAt(rest, 'type') ?? 'Opaque',
      ...(rest.immutable === true ? { immutable: true } : {}),
      data: Object.fromEntries(keys.map(key => [key, ''])),
    };
  }
  if (kind === 'ServiceAccount') {
    // Tokens that older clusters make for every account
    const { secrets, ...own } = rest;
    return own;
  }
  return rest;
}

function cleanSpec(
  kind: string,
  spec: JsonObject,
  options: { autoscaled: boolean },
): JsonObject {
  const clean: JsonObject = Object.fromEntries(
    Object.entries(spec).filter(
      ([key]) => !(ALLOCATED[kind] ?? []).includes(key),
    ),
  );
  if (options.autoscaled) {
    delete clean.replicas;
  }
  if (kind === 'Service') {
    cleanService(clean);
  }
  if (isObject(clean.template)) {
    clean.template = cleanTemplate(clean.template);
  }
  if (isObject(clean.jobTemplate)) {
    clean.jobTemplate = cleanJobTemplate(clean.jobTemplate);
  }
  if (Array.isArray(clean.volumeClaimTemplates)) {
    clean.volumeClaimTemplates = clean.volumeClaimTemplates.map(template =>
      isObject(template) ? withoutStatus(cleanTemplate(template)) : template,
    );
  }
  return clean;
}

function cleanService(spec: JsonObject): void {
  // `None` makes a Service headless; every other address was allocated.
  if (spec.clusterIP !== 'None') {
    delete spec.clusterIP;
  }
  if (Array.isArray(spec.ports)) {
    spec.ports = listAt(spec, 'ports').map(port =>
      isObject(port) ? without(port, 'nodePort') : port,
    );
  }
}

function cleanJobTemplate(jobTemplate: JsonObject): JsonObject {
  const clean = cleanTemplate(jobTemplate);
  const spec = objectAt(clean, 'spec');
  return isObject(spec.template)
    ? { ...clean, spec: { ...spec, template: cleanTemplate(spec.template) } }
    : clean;
}

function cleanTemplate(template: JsonObject): JsonObject {
  const { creationTimestamp, annotations, ...metadata } = objectAt(
    template,
    'metadata',
  );
  const own = {
    ...metadata,
    ...unlessEmpty(
      'annotations',
      withoutNotes(isObject(annotations) ? annotations : {}),
    ),
  };
  return { ...without(template, 'metadata'), ...unlessEmpty('metadata', own) };
}

function withoutNotes(annotations: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(annotations).filter(
      ([name]) => !NOTES.some(note => note.test(name)),
    ),
  );
}

function withoutStatus(object: JsonObject): JsonObject {
  return without(object, 'status');
}

function without(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(
    Object.entries(object).filter(([name]) => name !== key),
  );
}

function unlessEmpty(
  key: string,
  object: JsonObject,
): Record<string, JsonValue> {
  return Object.keys(object).length === 0 ? {} : { [key]: object };
}
