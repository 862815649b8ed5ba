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
import { NotAllowedError, NotFoundError, toError } from '@backstage/errors';
import {
  AuthorizeResult,
  ResourcePermission,
} from '@backstage/plugin-permission-common';
import { ConditionTransformer } from '@backstage/plugin-permission-node';
import {
  driftDesiredStateUpdatePermission,
  DriftTarget,
  driftTargetReadPermission,
  driftTargetScanPermission,
} from '@infra-hub/backstage-plugin-drift-common';
import { DriftService } from '../service/DriftService';
import { TargetCondition } from '../store/DriftStore';

/**
 * Who may do what with a tenant.
 *
 * @remarks
 * Permissions speak of targets, and a tenant is the targets of its name. A
 * verdict belongs to its target, so that who sees some of them gets theirs; the
 * desired state belongs to all of them, so that it takes the right to all.
 */
export class TenantAccess {
  /** Knows nothing of permissions. */
  readonly #service: Pick<DriftService, 'getTarget'>;
  readonly #permissions: PermissionsService;
  readonly #transform: ConditionTransformer<TargetCondition>;
  readonly #findTargetIds: (tenantId: string) => Promise<string[]>;

  constructor(options: {
    service: Pick<DriftService, 'getTarget'>;
    permissions: PermissionsService;
    transformConditions: ConditionTransformer<TargetCondition>;
    findTargetIds: (tenantId: string) => Promise<string[]>;
  }) {
    this.#service = options.service;
    this.#permissions = options.permissions;
    this.#transform = options.transformConditions;
    this.#findTargetIds = options.findTargetIds;
  }

  /**
   * The targets of the tenant that the caller may see, at least one.
   *
   * @throws NotFoundError for unknown and for invisible tenants
   */
  async visibleTargets(
    tenantId: string,
    credentials: BackstageCredentials,
  ): Promise<DriftTarget[]> {
    const { allowed } = await this.#targets(
      tenantId,
      credentials,
      driftTargetReadPermission,
      'see drift',
    );
    if (allowed.length === 0) {
      throw new NotFoundError(`No tenant '${tenantId}' was found`);
    }
    return allowed;
  }

  /** @throws NotAllowedError when the caller may see only a part of the tenant */
  async requireWhole(
    tenantId: string,
    credentials: BackstageCredentials,
  ): Promise<DriftTarget[]> {
    const visible = await this.visibleTargets(tenantId, credentials);
    const ids = await this.#findTargetIds(tenantId);
    if (visible.length < ids.length) {
      throw new NotAllowedError(
        `You are not allowed to see all targets of tenant '${tenantId}'`,
      );
    }
    return visible;
  }

  /** @throws NotAllowedError when the caller may not write the desired state */
  async requireUpdate(
    tenantId: string,
    credentials: BackstageCredentials,
  ): Promise<DriftTarget[]> {
    const what = `change the desired state of tenant '${tenantId}'`;
    await this.#decide(credentials, driftDesiredStateUpdatePermission, what);
    const visible = await this.requireWhole(tenantId, credentials);
    const { allowed } = await this.#targets(
      tenantId,
      credentials,
      driftDesiredStateUpdatePermission,
      what,
    );
    if (allowed.length < visible.length) {
      throw new NotAllowedError(`You are not allowed to ${what}`);
    }
    return visible;
  }

  /** @throws NotAllowedError when the caller may scan nothing at all */
  async requireScan(credentials: BackstageCredentials): Promise<void> {
    await this.#decide(credentials, driftTargetScanPermission, 'scan tenants');
  }

  async #targets(
    tenantId: string,
    credentials: BackstageCredentials,
    permission: ResourcePermission,
    what: string,
  ): Promise<{ allowed: DriftTarget[] }> {
    const decision = await this.#decide(credentials, permission, what);
    const condition =
      decision.result === AuthorizeResult.CONDITIONAL
        ? this.#transform(decision.conditions)
        : undefined;
    const targets = await Promise.all(
      (
        await this.#findTargetIds(tenantId)
      ).map(async targetId => {
        try {
          return [
            await this.#service.getTarget({ targetId, condition, credentials }),
          ];
        } catch (error) {
          if (toError(error).name === 'NotFoundError') {
            return [];
          }
          throw error;
        }
      }),
    );
    return { allowed: targets.flat() };
  }

  /** @throws NotAllowedError when the caller may do it with no target at all */
  async #decide(
    credentials: BackstageCredentials,
    permission: ResourcePermission,
    what: string,
  ) {
    const [decision] = await this.#permissions.authorizeConditional(
      [{ permission }],
      { credentials },
    );
    if (
      decision?.result !== AuthorizeResult.ALLOW &&
      decision?.result !== AuthorizeResult.CONDITIONAL
    ) {
      throw new NotAllowedError(`You are not allowed to ${what}`);
    }
    return decision;
  }
}
