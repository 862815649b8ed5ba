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

import { BlindSpot } from '@infra-hub/backstage-plugin-drift-common';
import { ScanTarget } from '@infra-hub/backstage-plugin-drift-node';
import {
  compareKubernetesInDetail,
  KubernetesObject,
} from '@infra-hub/drift-engine';
import { ClusterClient } from '../cluster/ClusterClient';
import { ClusterFailure } from '../cluster/ClusterFailure';
import {
  ConfiguredCluster,
  KubernetesConfig,
} from '../config/KubernetesConfig';
import { groupOf } from '../read/kinds';
import { NamespacesRead, readNamespaces } from '../read/readNamespaces';
import { TenantLocation } from '../targets/TenantLocation';
import { TenantPolicy } from '../targets/TenantPolicy';

/** How long the version of an API server is taken for granted. */
const VERSION_LIFETIME_MS = 10 * 60 * 1000;

/** What one look at the cluster of a tenant gave. */
export interface TenantLook extends NamespacesRead {
  cluster: ConfiguredCluster;
  version?: string;
}

/** Looks at what tenants have in their clusters, where they may be looked at. */
export class TenantLooker {
  static create(config: KubernetesConfig): TenantLooker {
    return new TenantLooker(config);
  }

  readonly #config: KubernetesConfig;
  readonly #policy: TenantPolicy;
  readonly #versions = new Map<string, { version: string; at: number }>();

  private constructor(config: KubernetesConfig) {
    this.#config = config;
    this.#policy = new TenantPolicy(config);
  }

  /** @throws ClusterFailure when the tenant may not be looked at there. */
  clusterOf(target: ScanTarget, location: TenantLocation): ConfiguredCluster {
    const { cluster, refusal } = this.#policy.decide({
      tenant: target.name,
      client: target.client,
      location,
    });
    if (refusal !== undefined) {
      throw new ClusterFailure('setup', refusal);
    }
    return cluster;
  }

  /** @throws ClusterFailure when the cluster does not let itself be read at all. */
  async lookAt(
    target: ScanTarget,
    location: TenantLocation,
    signal: AbortSignal,
  ): Promise<TenantLook> {
    const { kinds, concurrency, timeoutMs } = this.#config;
    const cluster = this.clusterOf(target, location);
    const deadline = AbortSignal.timeout(timeoutMs);
    const either = AbortSignal.any([signal, deadline]);
    try {
      return await this.withClient(cluster, async client => {
        const [read, version] = await Promise.all([
          readNamespaces({
            client,
            kinds,
            namespaces: location.namespaces,
            concurrency,
            signal: either,
          }),
          this.#versionOf(cluster.name, client, either),
        ]);
        return { ...read, cluster, version };
      });
    } catch (error) {
      signal.throwIfAborted();
      if (deadline.aborted) {
        throw new ClusterFailure(
          'timeout',
          `Cluster ${cluster.name} could not be read within ${
            timeoutMs / 1000
          } seconds.`,
        );
      }
      throw error;
    }
  }

  /** Asks a cluster for its version, and keeps it. */
  async version(
    cluster: ConfiguredCluster,
    signal: AbortSignal,
  ): Promise<string> {
    const version = await this.withClient(
      cluster,
      async client => await client.version(signal),
    );
    this.#remember(cluster.name, version);
    return version;
  }

  async withClient<T>(
    cluster: ConfiguredCluster,
    work: (client: ClusterClient) => Promise<T>,
  ): Promise<T> {
    const client = await ClusterClient.create(cluster, this.#config);
    try {
      return await work(client);
    } finally {
      client.close();
    }
  }

  async #versionOf(
    name: string,
    client: ClusterClient,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const known = this.#versions.get(name);
    if (known && Date.now() - known.at < VERSION_LIFETIME_MS) {
      return known.version;
    }
    try {
      const version = await client.version(signal);
      this.#remember(name, version);
      return version;
    } catch (error) {
      if (error instanceof ClusterFailure && !error.endsScan) {
        // A verdict needs no version.
        return undefined;
      }
      throw error;
    }
  }

  #remember(name: string, version: string): void {
    this.#versions.set(name, { version, at: Date.now() });
  }
}

/** Compares what a look showed with what is desired there. */
export function compareLook(options: {
  look: TenantLook;
  desired: readonly KubernetesObject[];
  namespaces: readonly string[];
  config: Pick<
    KubernetesConfig,
    'platformManagers' | 'readSecrets' | 'fieldManager'
  >;
}): ReturnType<typeof compareKubernetesInDetail> & {
  /** Lists of kinds that the server does not have: no reason to doubt the verdict. */
  notServed: BlindSpot[];
} {
  const { look, desired, namespaces, config } = options;
  const { platformManagers, fieldManager } = config;
  const compared = compareKubernetesInDetail({
    desired,
    live: look.objects,
    namespaces,
    ...(platformManagers ? { platformManagers } : {}),
    actingManagers: [fieldManager],
    // What is not served cannot be there, unless somebody wants it to be.
    blindSpots: look.unread
      .filter(list => !list.notServed)
      .map(list => list.blindSpot),
    unseen: look.unread.map(({ kind, namespace }) => ({
      group: groupOf(kind.apiVersion),
      kind: kind.kind,
      namespace,
    })),
  });
  return {
    ...compared,
    notServed: look.unread
      .filter(list => list.notServed)
      .map(list => list.blindSpot),
  };
}
