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

import { Config } from '@backstage/config';
import { isObject } from '../read/json';
import { ClusterAccess, ConfiguredCluster } from './KubernetesConfig';
import { parseServer } from './parseServer';

/**
 * The clusters that Backstage's Kubernetes plugin is configured with. Those that
 * are reached in a way that only that plugin knows are given, too, with what to
 * say of them.
 *
 * @see https://backstage.io/docs/features/kubernetes/configuration
 */
export function readBackstageClusters(rootConfig: Config): ConfiguredCluster[] {
  const methods =
    rootConfig.getOptionalConfigArray('kubernetes.clusterLocatorMethods') ?? [];
  return methods
    .filter(method => method.getOptionalString('type') === 'config')
    .flatMap(method => method.getOptionalConfigArray('clusters') ?? [])
    .map(cluster => ({
      name: cluster.getString('name'),
      access: readAccess(cluster),
    }));
}

/** Ways to find clusters that only Backstage's Kubernetes plugin knows. */
export function readUnknownLocators(rootConfig: Config): string[] {
  const methods =
    rootConfig.getOptionalConfigArray('kubernetes.clusterLocatorMethods') ?? [];
  const types = methods.map(method => method.getOptionalString('type') ?? '');
  return [...new Set(types)].filter(type => type !== 'config');
}

function readAccess(cluster: Config): ClusterAccess {
  const metadata = cluster.getOptional('authMetadata');
  const provider =
    cluster.getOptionalString('authProvider') ??
    (isObject(metadata) ? metadata['kubernetes.io/auth-provider'] : undefined);
  if (provider !== 'serviceAccount') {
    return {
      type: 'unusable',
      reason: `is configured for Backstage with the authentication "${String(
        provider,
      )}", and scans can use "serviceAccount" only: add it to drift.kubernetes.clusters`,
    };
  }
  return {
    type: 'token',
    url: parseServer(cluster.getString('url'), 'kubernetes cluster url'),
    token: cluster.getOptionalString('serviceAccountToken')?.trim(),
    caData: cluster.getOptionalString('caData'),
    caFile: cluster.getOptionalString('caFile'),
    skipTLSVerify: cluster.getOptionalBoolean('skipTLSVerify') ?? false,
  };
}
