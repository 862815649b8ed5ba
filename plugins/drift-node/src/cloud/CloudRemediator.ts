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
  DesiredResource,
  RemediationAction,
  RemediationOutcome,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  RemediationContext,
  RemediationFailure,
  RemediationPlan,
  RemediationRequest,
  Remediator,
} from '../remediation/Remediator';
import { ScanTarget } from '../source/DriftSource';
import { applyCloudRevert } from './applyCloudRevert';
import { isRowAsked } from './isRowAsked';
import { CloudLooker, isCloudFailure } from './CloudLooker';
import { CloudProvider } from './CloudProvider';
import { hashOf, planCloudRevert, ResourceRepair } from './planCloudRevert';
import { readCloudConfig } from './readCloudConfig';
import { concerns } from './selectDesired';

interface Prepared {
  repairs: ResourceRepair[];
  plan: RemediationPlan;
}

class CloudRemediator implements Remediator {
  static fromConfig(options: {
    provider: CloudProvider;
    config: Config;
  }): CloudRemediator {
    const { provider } = options;
    return new CloudRemediator({
      provider,
      looker: CloudLooker.create({
        provider,
        config: readCloudConfig(options.config, provider),
      }),
    });
  }

  readonly id: string;
  readonly #provider: CloudProvider;
  readonly #looker: CloudLooker;

  private constructor(options: {
    provider: CloudProvider;
    looker: CloudLooker;
  }) {
    this.id = options.provider.id;
    this.#provider = options.provider;
    this.#looker = options.looker;
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
        reason: `Databases and storages on ${
          this.#provider.title
        } can only be reverted: write what is there into the desired state to keep it.`,
      };
    }
    try {
      this.#looker.accountsOf(target);
      return { supported: true };
    } catch (error) {
      return { supported: false, reason: toError(error).message };
    }
  }

  async preview(
    request: RemediationRequest,
    context: RemediationContext,
  ): Promise<RemediationPlan> {
    const { plan } = await this.#prepare(request, context);
    return plan;
  }

  async apply(
    request: RemediationRequest,
    approvedHash: string,
    context: RemediationContext,
  ): Promise<RemediationOutcome> {
    const prepared = await this.#prepareSafely(request, context);
    if ('kind' in prepared) {
      return prepared;
    }
    const { plan, repairs } = prepared;
    if (plan.hash !== approvedHash) {
      return {
        kind: 'superseded',
        message:
          'What would be changed is no longer what was approved; nothing was changed.',
      };
    }
    context.log(
      `The fresh look is the one that was approved: ${repairs.length} ${
        repairs.length === 1 ? 'resource' : 'resources'
      } to change back.`,
    );
    return await applyCloudRevert({
      repairs,
      provider: this.#provider,
      access: this.#looker.access,
      context,
    });
  }

  /** Looking changes nothing, so that whatever goes wrong there is no mystery. */
  async #prepareSafely(
    request: RemediationRequest,
    context: RemediationContext,
  ): Promise<Prepared | RemediationOutcome> {
    try {
      return await this.#prepare(request, context);
    } catch (error) {
      if (error instanceof RemediationFailure) {
        return { kind: 'failed', message: error.message };
      }
      if (context.signal.aborted) {
        return {
          kind: 'failed',
          message: 'It was stopped before anything was changed.',
        };
      }
      context.logger.error('Looking afresh went wrong', toError(error));
      return {
        kind: 'failed',
        message:
          'Looking afresh went wrong in an unexpected way, so that nothing was changed; the log of the backend says more.',
      };
    }
  }

  /** Looks afresh, and finds out what reverting would write. */
  async #prepare(
    request: RemediationRequest,
    context: RemediationContext,
  ): Promise<Prepared> {
    context.signal.throwIfAborted();
    const { resources } = await context.readDesiredState();
    const look = await this.#look(
      request,
      resources.filter(
        row =>
          concerns(this.#provider, row) && isRowAsked(row, request.addresses),
      ),
      context,
    );
    const { repairs, warnings, remaining } = planCloudRevert({
      provider: this.#provider,
      look,
      request,
    });
    return {
      repairs,
      plan: {
        hash: hashOf(request.salt, [
          this.id,
          request.target.id,
          ...repairs.map(({ digest }) => digest),
        ]),
        changes: repairs.map(({ change }) => change),
        warnings,
        ...(remaining.length > 0 && { remaining }),
        blindSpots: look.blindSpots,
        evidence: 'live-objects',
        tool: { name: this.id },
      },
    };
  }

  async #look(
    { target }: RemediationRequest,
    rows: readonly DesiredResource[],
    context: RemediationContext,
  ) {
    try {
      return await this.#looker.look(target, rows, context);
    } catch (error) {
      context.signal.throwIfAborted();
      throw isCloudFailure(error)
        ? new RemediationFailure(error.message)
        : error;
    }
  }
}

/**
 * Changes databases and storages of tenants on a cloud back to what is desired:
 * the drifted properties and nothing else.
 *
 * @throws InputError naming the key of `drift.<provider>` that is wrong
 *
 * @public
 */
export function createCloudRemediator(options: {
  provider: CloudProvider;
  config: Config;
}): Remediator {
  return CloudRemediator.fromConfig(options);
}
