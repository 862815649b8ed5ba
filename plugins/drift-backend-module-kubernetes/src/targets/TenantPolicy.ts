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

import {
  ConfiguredCluster,
  ConfiguredTenant,
  NamespaceRule,
} from '../config/KubernetesConfig';
import { TenantLocation } from './TenantLocation';

export interface TenantPolicyOptions {
  clusters: readonly ConfiguredCluster[];
  tenants: readonly ConfiguredTenant[];
  allowedNamespaces: readonly NamespaceRule[];
}

/** Who wants to look where. */
export interface TenantRequest {
  tenant: string;
  client?: string;
  location: TenantLocation;
}

/** The cluster to ask, or one sentence why not. */
export type TenantDecision =
  | { cluster: ConfiguredCluster; refusal?: undefined }
  | { cluster?: undefined; refusal: string };

/**
 * Decides which tenant may be looked at where. The author of an entity writes
 * its annotations, so these choose among what the configuration grants and never
 * grant anything.
 */
export class TenantPolicy {
  readonly #options: TenantPolicyOptions;

  constructor(options: TenantPolicyOptions) {
    this.#options = options;
  }

  decide(request: TenantRequest): TenantDecision {
    const { cluster, refusal } = this.#clusterOf(request);
    if (refusal !== undefined) {
      return { refusal };
    }
    if (!mayUse(cluster, request)) {
      return {
        refusal: `Tenant ${request.tenant} may not be looked at on cluster ${cluster.name}: the cluster's configuration names neither it nor its client.`,
      };
    }
    const refused = request.location.namespaces.filter(
      namespace => !this.#mayRead(request, cluster.name, namespace),
    );
    return refused.length > 0
      ? {
          refusal: `Nothing in drift.kubernetes.allowedNamespaces lets tenant ${
            request.tenant
          } be looked at in ${
            refused.length === 1 ? 'namespace' : 'namespaces'
          } ${refused.join(', ')} of cluster ${cluster.name}.`,
        }
      : { cluster };
  }

  #clusterOf(request: TenantRequest): TenantDecision {
    const { clusters } = this.#options;
    const name = request.location.cluster;
    if (name === undefined && clusters.length !== 1) {
      return {
        refusal:
          clusters.length === 0
            ? 'No Kubernetes cluster is configured: set drift.kubernetes.clusters.'
            : `Tenant ${request.tenant} does not say which of the ${clusters.length} configured clusters it runs on.`,
      };
    }
    const cluster =
      name === undefined
        ? clusters[0]
        : clusters.find(each => each.name === name);
    return cluster
      ? { cluster }
      : { refusal: `No cluster with the name ${name} is configured.` };
  }

  #mayRead(
    request: TenantRequest,
    cluster: string,
    namespace: string,
  ): boolean {
    const { tenants, allowedNamespaces } = this.#options;
    const isConfigured = tenants.some(
      tenant =>
        tenant.id === request.tenant &&
        tenant.client === request.client &&
        tenant.location.cluster === request.location.cluster &&
        tenant.location.namespaces.includes(namespace),
    );
    return (
      isConfigured ||
      allowedNamespaces.some(
        rule =>
          isAmong(rule.tenants, request.tenant) &&
          isAmong(rule.clients, request.client) &&
          isAmong(rule.clusters, cluster) &&
          rule.namespaces.some(pattern =>
            matches(pattern, namespace, {
              '{tenant}': request.tenant,
              '{client}': request.client,
            }),
          ),
      )
    );
  }
}

function mayUse(cluster: ConfiguredCluster, request: TenantRequest): boolean {
  const { tenants, clients } = cluster;
  return (
    (tenants === undefined && clients === undefined) ||
    (tenants !== undefined && isAmong(tenants, request.tenant)) ||
    (clients !== undefined && isAmong(clients, request.client))
  );
}

/** Whether a pattern covers the name; absent patterns cover every name. */
function isAmong(
  patterns: readonly string[] | undefined,
  name: string | undefined,
): boolean {
  return (
    patterns === undefined ||
    (name !== undefined && patterns.some(pattern => matches(pattern, name)))
  );
}

/** `*` stands for any text, a placeholder for its value and for nothing without one. */
function matches(
  pattern: string,
  name: string,
  values: Readonly<Record<string, string | undefined>> = {},
): boolean {
  const parts = pattern
    .split(/(\*|\{tenant\}|\{client\})/)
    .map(part =>
      Object.hasOwn(values, part) ? { value: values[part] } : part,
    );
  if (parts.some(part => typeof part === 'object' && !part.value)) {
    return false;
  }
  const expression = parts
    .map(part => {
      if (part === '*') {
        return '[^]*';
      }
      return escape(typeof part === 'object' ? part.value ?? '' : part);
    })
    .join('');
  return new RegExp(`^${expression}$`).test(name);
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
