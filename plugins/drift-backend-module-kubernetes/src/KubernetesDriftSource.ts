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
import { captureManifests } from './capture/captureManifests';
import { ClusterFailure } from './cluster/ClusterFailure';
import {
  ConfiguredCluster,
  KubernetesConfig,
  readKubernetesConfig,
} from './config/KubernetesConfig';
import { READABLE_KINDS } from './read/kinds';
import { selectDesired } from './scan/selectDesired';
import { compareLook, TenantLooker } from './scan/TenantLooker';
import {
  annotationTargets,
  TENANT_ANNOTATIONS,
} from './targets/annotationTargets';
import { locationFromJson, locationToJson } from './targets/TenantLocation';
import { openRules } from './targets/openRules';

/** What a {@link KubernetesDriftSource} is made of. */
export interface KubernetesDriftSourceOptions {
  config: Config;
  logger: LoggerService;
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
  readonly #looker: TenantLooker;

  private constructor(config: KubernetesConfig) {
    this.#config = config;
    this.#looker = TenantLooker.create(config);
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
      return { version: await this.#looker.version(cluster, signal) };
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
    const look = await this.#looker.lookAt(target, location, context.signal);
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
    const cluster = this.#looker.clusterOf(target, location);
    const { kinds } = this.#config;
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
    const look = await this.#looker.lookAt(target, location, context.signal);
    const { observation: verdict, notServed } = compareLook({
      look,
      desired: desired.objects,
      namespaces,
      config: this.#config,
    });
    const { coverage, ...observation } = verdict;
    context.logger.debug(`Compared a tenant on ${cluster.name}`, {
      tenant: target.name,
      ...coverage,
    });
    return {
      ...observation,
      blindSpots: [
        ...observation.blindSpots,
        ...notServed,
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
