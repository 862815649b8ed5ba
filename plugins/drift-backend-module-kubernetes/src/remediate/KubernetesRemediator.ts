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
import { toError } from '@backstage/errors';
import {
  RemediationAction,
  RemediationOutcome,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  RemediationContext,
  RemediationFailure,
  RemediationPlan,
  RemediationRequest,
  Remediator,
  ScanTarget,
} from '@infra-hub/backstage-plugin-drift-node';
import { ClusterFailure } from '../cluster/ClusterFailure';
import {
  KubernetesConfig,
  readKubernetesConfig,
} from '../config/KubernetesConfig';
import { selectDesired } from '../scan/selectDesired';
import { compareLook, TenantLook, TenantLooker } from '../scan/TenantLooker';
import { locationFromJson } from '../targets/TenantLocation';
import { applyRevert } from './applyRevert';
import { ClusterWriter } from './ClusterWriter';
import { planHash } from './ObjectPlan';
import { planRevert, RevertPlan } from './planRevert';
import { withTexts } from './repairObject';

interface Prepared {
  look: TenantLook;
  revert: RevertPlan;
  plan: RemediationPlan;
}

/**
 * Changes the objects of tenants back to what is desired: the drifted fields and
 * nothing else, one request for each object.
 */
export class KubernetesRemediator implements Remediator {
  /** @throws InputError naming the key of `drift.kubernetes` that is wrong. */
  static fromConfig(options: { config: Config }): KubernetesRemediator {
    return new KubernetesRemediator(readKubernetesConfig(options.config));
  }

  readonly id = 'kubernetes';

  readonly #config: KubernetesConfig;
  readonly #looker: TenantLooker;

  private constructor(config: KubernetesConfig) {
    this.#config = config;
    this.#looker = TenantLooker.create(config);
  }

  actionsFor(source: string): readonly RemediationAction[] {
    return source === this.id ? ['revert'] : [];
  }

  supports(
    target: ScanTarget & { source: string },
    action: RemediationAction,
  ): { supported: true } | { supported: false; reason: string } {
    if (!this.actionsFor(target.source).includes(action)) {
      return {
        supported: false,
        reason: 'Objects in clusters can only be reverted this way.',
      };
    }
    try {
      this.#looker.clusterOf(target, locationFromJson(target.location));
      return { supported: true };
    } catch (error) {
      return { supported: false, reason: toError(error).message };
    }
  }

  async preview(
    request: RemediationRequest,
    context: RemediationContext,
  ): Promise<RemediationPlan> {
    const { plan } = await this.#withWriter(
      request,
      context,
      async writer => await this.#prepare(request, context, writer),
    );
    return plan;
  }

  async apply(
    request: RemediationRequest,
    approvedHash: string,
    context: RemediationContext,
  ): Promise<RemediationOutcome> {
    try {
      return await this.#withWriter(
        request,
        context,
        async writer =>
          await this.#apply(request, approvedHash, context, writer),
      );
    } catch (error) {
      // Requests that change something do not throw: nothing was sent yet.
      if (error instanceof RemediationFailure) {
        return { kind: 'failed', message: error.message };
      }
      if (context.signal.aborted) {
        return {
          kind: 'failed',
          message: 'It was stopped before anything was changed.',
        };
      }
      throw error;
    }
  }

  async #apply(
    request: RemediationRequest,
    approvedHash: string,
    context: RemediationContext,
    writer: ClusterWriter,
  ): Promise<RemediationOutcome> {
    const { look, plan, revert } = await this.#prepare(
      request,
      context,
      writer,
    );
    if (plan.hash !== approvedHash) {
      return {
        kind: 'superseded',
        message:
          'What would be changed is no longer what was approved; nothing was changed.',
      };
    }
    context.log(
      `The fresh look is the one that was approved: ${revert.objects.length} objects.`,
    );
    return await this.#looker.withClient(
      look.cluster,
      async reader =>
        await applyRevert({
          objects: revert.objects,
          writer,
          reader,
          fieldManager: this.#config.fieldManager,
          signal: context.signal,
          mayWrite: () => context.mayWrite(),
          log: text => context.log(text),
        }),
    );
  }

  async #withWriter<T>(
    { target }: RemediationRequest,
    { signal }: RemediationContext,
    work: (writer: ClusterWriter) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    try {
      const location = locationFromJson(target.location);
      const cluster = this.#looker.clusterOf(target, location);
      const writer = await ClusterWriter.create(cluster, this.#config);
      try {
        return await work(writer);
      } finally {
        writer.close();
      }
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof ClusterFailure
        ? new RemediationFailure(error.message)
        : error;
    }
  }

  /** Looks afresh, and asks what reverting would do. */
  async #prepare(
    request: RemediationRequest,
    context: RemediationContext,
    writer: ClusterWriter,
  ): Promise<Prepared> {
    const { target } = request;
    const location = locationFromJson(target.location);
    const { namespaces } = location;
    const { resources } = await context.readDesiredState();
    const cluster = this.#looker.clusterOf(target, location);
    const desired = selectDesired({
      resources,
      kinds: this.#config.kinds,
      cluster: cluster.name,
      namespaces,
    });
    const look = await this.#looker.lookAt(target, location, context.signal);
    const { observation, pairs } = compareLook({
      look,
      desired: desired.objects.map(withTexts),
      namespaces,
      config: this.#config,
    });
    if (observation.failure !== undefined) {
      throw new RemediationFailure(observation.failure);
    }
    const revert = await planRevert({
      pairs,
      objects: [...look.objects, ...desired.objects],
      namespaces,
      ...(request.addresses ? { addresses: request.addresses } : {}),
      findings: request.findings,
      writer,
      cluster: cluster.name,
      fieldManager: this.#config.fieldManager,
      concurrency: this.#config.concurrency,
      signal: context.signal,
    });
    return {
      look,
      revert,
      plan: {
        hash: planHash(request.salt, [
          cluster.name,
          request.target.id,
          ...revert.objects.map(({ digest }) => digest),
        ]),
        changes: revert.objects.map(({ change }) => change),
        warnings: revert.warnings,
        blindSpots: [...revert.blindSpots, ...observation.blindSpots],
        evidence: 'live-objects',
        tool: {
          name: 'kubernetes',
          ...(look.version === undefined ? {} : { version: look.version }),
        },
      },
    };
  }
}
