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
import { InputError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import { DesiredState } from '@infra-hub/backstage-plugin-drift-common';
import {
  DriftSource,
  ScanTarget,
} from '@infra-hub/backstage-plugin-drift-node';
import { DriftStore } from '../store/DriftStore';
import { CapturedResources } from './CapturedResources';
import { ComparableResources } from './ComparableResources';
import { DesiredStateStore } from './DesiredStateStore';
import { TenantsConfig } from './readTenantsConfig';
import { TenantManifests } from './TenantManifests';

/**
 * The tenants as targets and their desired states. Knows nothing of permissions.
 */
export class Tenants {
  readonly store: DesiredStateStore;
  readonly driftStore: DriftStore;
  readonly config: TenantsConfig;
  readonly now: () => Date;
  /** Which desired resources sources compare. */
  readonly comparable: ComparableResources;
  readonly #sources: DriftSource[];
  readonly #manifests: TenantManifests;
  readonly #logger: LoggerService;

  constructor(options: {
    store: DesiredStateStore;
    driftStore: DriftStore;
    /** Those whose targets are tenants. */
    sources: DriftSource[];
    comparable: ComparableResources;
    manifests: TenantManifests;
    config: TenantsConfig;
    logger: LoggerService;
    now: () => Date;
  }) {
    this.store = options.store;
    this.driftStore = options.driftStore;
    this.config = options.config;
    this.now = options.now;
    this.#manifests = options.manifests;
    this.#logger = options.logger;
    this.comparable = options.comparable;
    this.#sources = options.sources;
  }

  ping(): Promise<void> {
    return this.driftStore.ping();
  }

  async findTargetIds(tenantId: string): Promise<string[]> {
    return (await this.#findTargets(tenantId)).map(({ id }) => id);
  }

  /** The entity whose manifests are the desired state, if there is one. */
  async manifestPlace(tenantId: string): Promise<string | undefined> {
    return this.#manifests.placeOf(
      entityRefsOf(await this.#findTargets(tenantId)),
    );
  }

  /**
   * What a scan of a source compares with: the newest manifests, else what was
   * stored, as far as it is that source's.
   *
   * @throws InputError when the manifests are wrong, or when targets of several
   * clients share the id of the tenant
   */
  async readDesiredState(
    tenantId: string,
    source: string,
  ): Promise<DesiredState> {
    const targets = await this.#findTargets(tenantId);
    requireOneClient(tenantId, targets);
    await this.#manifests.sync({
      tenantId,
      entityRefs: entityRefsOf(targets),
    });
    const state = await this.store.read({ tenantId });
    return {
      ...state,
      resources: state.resources.filter(resource =>
        this.comparable.isFor(source, resource),
      ),
    };
  }

  /**
   * What is there now, of all targets; half of it would be taken for the whole.
   *
   * @throws InputError when a source cannot capture
   */
  async capture(tenantId: string, signal: AbortSignal): Promise<JsonObject[]> {
    const captured = new CapturedResources();
    for (const target of await this.#findTargets(tenantId)) {
      const source = this.#sources.find(({ id }) => id === target.source);
      if (!source?.captureDesiredState) {
        throw new InputError(
          `The source '${target.source}' cannot capture a desired state`,
        );
      }
      captured.add(
        source.id,
        await source.captureDesiredState(target, {
          signal,
          logger: this.#logger.child({ target: target.id }),
        }),
      );
    }
    return captured.all;
  }

  #findTargets(tenantId: string) {
    return this.store.findTargets({
      tenantId,
      sources: this.#sources.map(({ id }) => id),
    });
  }
}

/**
 * The id of a tenant says nothing of its client, so that whoever declares it once
 * more for another client would be shown what the first one desires.
 */
function requireOneClient(tenantId: string, targets: ScanTarget[]): void {
  const clients = new Set(targets.map(({ client }) => client ?? '-'));
  if (clients.size > 1) {
    throw new InputError(
      `The tenant '${tenantId}' is declared for several clients, ${[
        ...clients,
      ].join(' and ')}; only one can have it`,
    );
  }
}

function entityRefsOf(targets: ScanTarget[]): string[] {
  return [...new Set(targets.flatMap(({ entityRefs }) => entityRefs))];
}
