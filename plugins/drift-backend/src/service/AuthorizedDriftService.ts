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
  BackstageCredentials,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError, toError } from '@backstage/errors';
import {
  AuthorizeResult,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import { ConditionTransformer } from '@backstage/plugin-permission-node';
import {
  driftTargetReadPermission,
  driftTargetScanPermission,
} from '@infra-hub/backstage-plugin-drift-common';
import { TargetCondition } from '../store/DriftStore';
import { DriftService } from './DriftService';

type Options<M extends keyof DriftService> = Parameters<DriftService[M]>[0];

/** What may be touched: everything, or what fulfils the condition. */
interface Scope {
  condition?: TargetCondition;
}

/**
 * Narrows every call to what the caller may do.
 *
 * @remarks
 * A target that the caller may not see is not found, so that its existence does
 * not leak; one that the caller sees but may not scan is forbidden.
 */
export class AuthorizedDriftService implements DriftService {
  readonly #service: DriftService;
  readonly #permissions: PermissionsService;
  readonly #transform: ConditionTransformer<TargetCondition>;

  constructor(options: {
    service: DriftService;
    permissions: PermissionsService;
    transformConditions: ConditionTransformer<TargetCondition>;
  }) {
    this.#service = options.service;
    this.#permissions = options.permissions;
    this.#transform = options.transformConditions;
  }

  async listResults(options: Options<'listResults'>) {
    return this.#service.listResults(await this.#narrowToVisible(options));
  }

  async getOverview(options: Options<'getOverview'>) {
    return this.#service.getOverview(await this.#narrowToVisible(options));
  }

  async getTarget(options: Options<'getTarget'>) {
    return this.#service.getTarget(await this.#narrowToVisible(options));
  }

  async listFindings(options: Options<'listFindings'>) {
    return this.#service.listFindings(await this.#narrowToVisible(options));
  }

  async searchFindings(options: Options<'searchFindings'>) {
    return this.#service.searchFindings(await this.#narrowToVisible(options));
  }

  async listScans(options: Options<'listScans'>) {
    return this.#service.listScans(await this.#narrowToVisible(options));
  }

  async getScanRound(options: Options<'getScanRound'>) {
    await this.#visible(options.credentials);
    return this.#service.getScanRound(options);
  }

  async listEntityStatuses(options: Options<'listEntityStatuses'>) {
    const { condition } = await this.#visible(options.credentials);
    if (condition) {
      throw new NotAllowedError(
        'Statuses of entities are only for callers who may see every target',
      );
    }
    return this.#service.listEntityStatuses(options);
  }

  async requestScan(options: Options<'requestScan'>) {
    return this.#onScannable(options, 'scan this target', narrowed =>
      this.#service.requestScan(narrowed),
    );
  }

  async getAnalysis(options: Options<'getAnalysis'>) {
    return this.#service.getAnalysis(await this.#narrowToVisible(options));
  }

  async explain(options: Options<'explain'>) {
    return this.#onScannable(
      options,
      'ask for a new explanation of this target',
      narrowed => this.#service.explain(narrowed),
    );
  }

  async requestScanAll(options: Options<'requestScanAll'>) {
    const [read, scan] = await this.#decide(options.credentials);
    const visible = this.#scopeOf(read, 'see drift');
    const scannable = this.#scopeOf(scan, 'scan targets');
    return this.#service.requestScanAll({
      ...options,
      condition: both(
        both(options.condition, visible.condition),
        scannable.condition,
      ),
    });
  }

  /** A target that may be seen but not scanned is refused, an invisible one is not found. */
  async #onScannable<
    T extends {
      targetId: string;
      credentials: BackstageCredentials;
      condition?: TargetCondition;
    },
    R,
  >(options: T, what: string, work: (narrowed: T) => Promise<R>): Promise<R> {
    const [read, scan] = await this.#decide(options.credentials);
    const visible = this.#scopeOf(read, 'see drift');
    await this.#service.getTarget({
      targetId: options.targetId,
      credentials: options.credentials,
      condition: both(options.condition, visible.condition),
    });

    const scannable = this.#scopeOf(scan, what);
    const condition = both(
      both(options.condition, visible.condition),
      scannable.condition,
    );
    try {
      return await work({ ...options, condition });
    } catch (error) {
      if (scannable.condition && toError(error).name === 'NotFoundError') {
        throw new NotAllowedError(`You are not allowed to ${what}`);
      }
      throw error;
    }
  }

  async #narrowToVisible<
    T extends {
      credentials: BackstageCredentials;
      condition?: TargetCondition;
    },
  >(options: T): Promise<T> {
    const { condition } = await this.#visible(options.credentials);
    return { ...options, condition: both(options.condition, condition) };
  }

  async #visible(credentials: BackstageCredentials): Promise<Scope> {
    const [decision] = await this.#permissions.authorizeConditional(
      [{ permission: driftTargetReadPermission }],
      { credentials },
    );
    return this.#scopeOf(decision, 'see drift');
  }

  #decide(credentials: BackstageCredentials): Promise<PolicyDecision[]> {
    return this.#permissions.authorizeConditional(
      [
        { permission: driftTargetReadPermission },
        { permission: driftTargetScanPermission },
      ],
      { credentials },
    );
  }

  #scopeOf(decision: PolicyDecision | undefined, what: string): Scope {
    if (decision?.result === AuthorizeResult.ALLOW) {
      return {};
    }
    if (decision?.result === AuthorizeResult.CONDITIONAL) {
      return { condition: this.#transform(decision.conditions) };
    }
    throw new NotAllowedError(`You are not allowed to ${what}`);
  }
}

function both(
  first: TargetCondition | undefined,
  second: TargetCondition | undefined,
): TargetCondition | undefined {
  return first && second ? { allOf: [first, second] } : first ?? second;
}
