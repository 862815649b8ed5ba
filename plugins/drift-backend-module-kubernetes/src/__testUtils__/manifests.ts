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

import { JsonObject } from '@backstage/types';
import { DesiredResource } from '@infra-hub/backstage-plugin-drift-common';

export function configMap(
  name: string,
  data: JsonObject = { mode: 'fast' },
  namespace = 'tenant-acme',
): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace },
    data,
  };
}

export function secret(name: string, data: JsonObject): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'tenant-acme' },
    type: 'Opaque',
    data,
  };
}

export function deployment(name: string, replicas: number): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'tenant-acme' },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'main', image: 'ai:1.2' }] },
      },
    },
  };
}

export function desired(...manifests: JsonObject[]): DesiredResource[] {
  return manifests.map(spec => {
    const metadata = spec.metadata as JsonObject;
    return {
      tenantId: 'acme',
      resourceType: String(spec.kind).toLowerCase(),
      namespace: metadata.namespace as string | undefined,
      name: String(metadata.name),
      spec,
      revision: 1,
      updatedAt: '2026-11-22T08:00:00Z',
      origin: 'api',
    };
  });
}
