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

import { Entity } from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import {
  ANNOTATION_CLIENT,
  ANNOTATION_KUBERNETES_CLUSTER,
  ANNOTATION_KUBERNETES_NAMESPACES,
  ANNOTATION_SCAN_SCHEDULE,
  ANNOTATION_TENANT_ID,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  parseClient,
  parseTenantId,
  TargetDefinition,
} from '@infra-hub/backstage-plugin-drift-node';
import { parseClusterName, parseNamespace } from './names';
import { locationToJson } from './TenantLocation';

const MAX_NAMESPACES = 100;

/** Annotations that say that and where a tenant lives on Kubernetes. */
export const TENANT_ANNOTATIONS = [
  ANNOTATION_TENANT_ID,
  ANNOTATION_KUBERNETES_CLUSTER,
  ANNOTATION_KUBERNETES_NAMESPACES,
];

/**
 * The tenant that an entity declares. None where the entity names neither a
 * cluster nor namespaces: not every tenant is on Kubernetes.
 *
 * @throws InputError naming the annotation that is wrong.
 */
export function annotationTargets(entity: Entity): TargetDefinition[] {
  const annotations = entity.metadata.annotations ?? {};
  const tenantId = annotations[ANNOTATION_TENANT_ID];
  const cluster = annotations[ANNOTATION_KUBERNETES_CLUSTER];
  const namespaces = annotations[ANNOTATION_KUBERNETES_NAMESPACES];
  const client = annotations[ANNOTATION_CLIENT];
  if (cluster === undefined && namespaces === undefined) {
    return [];
  }
  if (tenantId === undefined) {
    throw new InputError(
      `The annotation ${
        cluster === undefined
          ? ANNOTATION_KUBERNETES_NAMESPACES
          : ANNOTATION_KUBERNETES_CLUSTER
      } needs the annotation ${ANNOTATION_TENANT_ID} beside it`,
    );
  }
  if (namespaces === undefined) {
    throw new InputError(
      `The annotation ${ANNOTATION_KUBERNETES_CLUSTER} needs the annotation ${ANNOTATION_KUBERNETES_NAMESPACES} beside it`,
    );
  }
  return [
    {
      name: parseTenantId(tenantId, `The annotation ${ANNOTATION_TENANT_ID}`),
      client:
        client === undefined
          ? undefined
          : parseClient(client, `The annotation ${ANNOTATION_CLIENT}`),
      schedule: annotations[ANNOTATION_SCAN_SCHEDULE]?.trim() || undefined,
      location: locationToJson({
        cluster:
          cluster === undefined
            ? undefined
            : parseClusterName(
                cluster,
                `annotation ${ANNOTATION_KUBERNETES_CLUSTER}`,
              ),
        namespaces: parseNamespaces(namespaces),
      }),
    },
  ];
}

function parseNamespaces(text: string): string[] {
  const where = `annotation ${ANNOTATION_KUBERNETES_NAMESPACES}`;
  const namespaces = new Set(
    text
      .split(',')
      .filter(part => part.trim() !== '')
      .map(part => parseNamespace(part, where)),
  );
  if (namespaces.size === 0) {
    throw new InputError(`The ${where} is empty`);
  }
  if (namespaces.size > MAX_NAMESPACES) {
    throw new InputError(
      `The ${where} names more than ${MAX_NAMESPACES} namespaces`,
    );
  }
  return [...namespaces];
}
