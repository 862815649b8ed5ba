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

import { LoggerService } from '@backstage/backend-plugin-api';
import { Entity } from '@backstage/catalog-model';
import { Config } from '@backstage/config';
import { ServiceUnavailableError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import { SourceHealth } from '@infra-hub/backstage-plugin-drift-common';
import {
  CaptureContext,
  DriftSource,
  Observation,
  ScanContext,
  ScanTarget,
  TargetDefinition,
} from '@infra-hub/backstage-plugin-drift-node';
import { compareKubernetes } from '@infra-hub/drift-engine';
import { captureManifests } from './capture/captureManifests';
import { ClusterClient } from './cluster/ClusterClient';
import { ClusterFailure } from './cluster/ClusterFailure';
import {
  ConfiguredCluster,
  KubernetesConfig,
  readKubernetesConfig,
} from './config/KubernetesConfig';
import { groupOf, READABLE_KINDS } from './read/kinds';
import { NamespacesRead, readNamespaces } from './read/readNamespaces';
import { selectDesired } from './scan/selectDesired';
import {
  annotationTargets,
  TENANT_ANNOTATIONS,
} from './targets/annotationTargets';
import {
  locationFromJson,
  locationToJson,
  TenantLocation,
} from './targets/TenantLocation';
import { TenantPolicy } from './targets/TenantPolicy';
import { openRules } from './targets/openRules';

/** How long the version of an API server is taken for granted. */
const VERSION_LIFETIME_MS = 10 * 60 * 1000;

/** What a {@link KubernetesDriftSource} is made of. */
export interface KubernetesDriftSourceOptions {
  config: Config;
  logger: LoggerService;
}

/** What one look at the cluster of a tenant gave. */
interface Look extends NamespacesRead {
  cluster: string;
  version?: string;
}

/** Compares the objects of tenants on Kubernetes with their desired state. Only ever reads. */
export class KubernetesDriftSource implements DriftSource {
  /** @throws InputError naming the key of `drift.kubernetes` that is wrong. */
  static fromConfig(
    options: KubernetesDriftSourceOptions,
  ): KubernetesDriftSource {
    const config = readKubernetesConfig(options.config);
    for (const rule of openRules(config.allowedNamespaces)) {
      options.logger.warn(
        `Whoever may register catalog entities can have ${rule} looked at: name tenants or clients, or write tenant-{tenant}, in drift.kubernetes.allowedNamespaces`,
      );
    }
    return new KubernetesDriftSource(config);
  }

  readonly id = 'kubernetes';
  readonly entityAnnotations = TENANT_ANNOTATIONS;
  readonly desiredResourceTypes = READABLE_KINDS.map(({ kind }) =>
    kind.toLowerCase(),
  );

  readonly #config: KubernetesConfig;
  readonly #policy: TenantPolicy;
  readonly #versions = new Map<string, { version: string; at: number }>();

  private constructor(config: KubernetesConfig) {
    this.#config = config;
    this.#policy = new TenantPolicy(config);
  }

  targetsFromEntity(entity: Entity): TargetDefinition[] {
    return annotationTargets(entity);
  }

  configuredTargets(): (TargetDefinition & { entityRefs?: string[] })[] {
    return this.#config.tenants.map(tenant => ({
      name: tenant.id,
      client: tenant.client,
      schedule: tenant.schedule,
      entityRefs: tenant.entityRefs,
      codeUrl: tenant.codeUrl,
      location: locationToJson(tenant.location),
    }));
  }

  async checkHealth(): Promise<SourceHealth> {
    const { clusters, requestTimeoutMs, unknownLocators } = this.#config;
    const usable = clusters.filter(({ access }) => access.type !== 'unusable');
    const signal = AbortSignal.timeout(requestTimeoutMs * 2);
    const checks = await Promise.all(
      usable.map(async cluster => await this.#checkCluster(cluster, signal)),
    );
    const problems = checks.flatMap(({ problem }) => problem ?? []);
    if (usable.length === 0) {
      problems.push(
        'No Kubernetes cluster is configured that scans can use: set drift.kubernetes.clusters.',
      );
    }
    // Other people may use these; they are no reason to call the source ill.
    const notes = [
      ...clusters.flatMap(({ name, access }) =>
        access.type === 'unusable'
          ? [`The cluster ${name} ${access.reason}.`]
          : [],
      ),
      ...unknownLocators.map(
        type =>
          `Clusters that Backstage finds by ${JSON.stringify(
            type,
          )} are unknown to scans: add those of tenants to drift.kubernetes.clusters.`,
      ),
    ];
    const versions = new Set(checks.flatMap(({ version }) => version ?? []));
    const messages = [...problems, ...notes];
    return {
      source: this.id,
      ok: problems.length === 0,
      ...(versions.size > 0
        ? { tool: { name: 'kubernetes', version: [...versions].join(', ') } }
        : {}),
      ...(messages.length > 0 ? { message: messages.join(' ') } : {}),
    };
  }

  async #checkCluster(
    cluster: ConfiguredCluster,
    signal: AbortSignal,
  ): Promise<{ version?: string; problem?: string }> {
    try {
      const version = await this.#withClient(
        cluster,
        async client => await client.version(signal),
      );
      this.#remember(cluster.name, version);
      return { version };
    } catch (error) {
      if (error instanceof ClusterFailure) {
        return { problem: error.message };
      }
      if (signal.aborted) {
        return {
          problem: `The API server of cluster ${cluster.name} did not answer in time.`,
        };
      }
      throw error;
    }
  }

  async scan(target: ScanTarget, context: ScanContext): Promise<Observation> {
    context.signal.throwIfAborted();
    try {
      return await this.#scan(target, context);
    } catch (error) {
      context.signal.throwIfAborted();
      if (error instanceof ClusterFailure) {
        return failedObservation(error.message);
      }
      throw error;
    }
  }

  async captureDesiredState(
    target: ScanTarget,
    context: CaptureContext,
  ): Promise<JsonObject[]> {
    const location = locationFromJson(target.location);
    const look = await this.#lookAt(target, location, context.signal);
    const [missed] = look.unread.filter(list => !list.notServed);
    if (missed) {
      throw new ServiceUnavailableError(
        `Not everything of tenant ${target.name} could be read, and half a baseline is none. ${missed.blindSpot.reason}`,
      );
    }
    return captureManifests(look.objects, location.namespaces);
  }

  async #scan(target: ScanTarget, context: ScanContext): Promise<Observation> {
    const location = locationFromJson(target.location);
    const { resources } = await context.readDesiredState();
    if (resources.length === 0) {
      return failedObservation(
        `Tenant ${target.name} has no desired state yet: write one, or capture what is there now as the baseline.`,
      );
    }
    const cluster = this.#clusterOf(target, location);
    const { kinds, platformManagers } = this.#config;
    const { namespaces } = location;
    const desired = selectDesired({
      resources,
      kinds,
      cluster: cluster.name,
      namespaces,
    });
    if (desired.objects.length === 0) {
      return {
        ...failedObservation(
          `None of the desired objects of tenant ${target.name} can be compared.`,
        ),
        blindSpots: desired.blindSpots,
      };
    }
    const look = await this.#lookAt(target, location, context.signal);
    const { coverage, ...observation } = compareKubernetes({
      desired: desired.objects,
      live: look.objects,
      namespaces,
      ...(platformManagers ? { platformManagers } : {}),
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
    context.logger.debug(`Compared a tenant on ${cluster.name}`, {
      tenant: target.name,
      ...coverage,
    });
    return {
      ...observation,
      blindSpots: [
        ...observation.blindSpots,
        ...look.unread
          .filter(list => list.notServed)
          .map(list => list.blindSpot),
        ...desired.blindSpots,
        ...this.#keptOut(),
      ],
      tool: {
        name: 'kubernetes',
        ...(look.version === undefined ? {} : { version: look.version }),
      },
    };
  }

  #keptOut() {
    return this.#config.readSecrets
      ? []
      : [
          {
            scope: 'Secret',
            reason:
              'Secrets are not read: drift.kubernetes.readSecrets is false.',
          },
        ];
  }

  #clusterOf(target: ScanTarget, location: TenantLocation): ConfiguredCluster {
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

  async #lookAt(
    target: ScanTarget,
    location: TenantLocation,
    signal: AbortSignal,
  ): Promise<Look> {
    const { kinds, concurrency, timeoutMs } = this.#config;
    const cluster = this.#clusterOf(target, location);
    const deadline = AbortSignal.timeout(timeoutMs);
    const either = AbortSignal.any([signal, deadline]);
    try {
      return await this.#withClient(cluster, async client => {
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
        return { ...read, cluster: cluster.name, version };
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

  async #withClient<T>(
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
}

function failedObservation(failure: string): Observation {
  return {
    differences: [],
    totalResources: 0,
    complete: false,
    failure,
    blindSpots: [],
    warnings: [],
    evidence: 'live-objects',
    tool: { name: 'kubernetes' },
  };
}
