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
  ResourcePermission,
} from '@backstage/plugin-permission-common';
import { ConditionTransformer } from '@backstage/plugin-permission-node';
import {
  driftRemediationApprovePermission,
  driftRemediationRequestPermission,
  driftTargetReadPermission,
} from '@infra-hub/backstage-plugin-drift-common';
import { DriftService } from '../service/DriftService';
import { TargetCondition } from '../store/DriftStore';
import { ConsentCheck } from './KeptCredentials';

/** What may be touched: everything, or what fulfils the condition. */
export interface Scope {
  condition?: TargetCondition;
}

/** What a caller may do with remediations; undefined where it is nothing at all. */
export interface RemediationScopes {
  visible: Scope;
  request?: Scope;
  approve?: Scope;
}

/** Asks permissions what callers may do with remediations. */
export class RemediationAccess {
  readonly #permissions: PermissionsService;
  readonly #transform: ConditionTransformer<TargetCondition>;
  /** Knows nothing of permissions. */
  readonly #service: Pick<DriftService, 'getTarget'>;

  constructor(options: {
    permissions: PermissionsService;
    transformConditions: ConditionTransformer<TargetCondition>;
    service: Pick<DriftService, 'getTarget'>;
  }) {
    this.#permissions = options.permissions;
    this.#transform = options.transformConditions;
    this.#service = options.service;
  }

  /** @throws NotAllowedError when the caller may see no target at all */
  async scopes(credentials: BackstageCredentials): Promise<RemediationScopes> {
    const [visible, request, approve] = await this.#decide(credentials, [
      driftTargetReadPermission,
      driftRemediationRequestPermission,
      driftRemediationApprovePermission,
    ]);
    if (!visible) {
      throw new NotAllowedError('You are not allowed to see drift');
    }
    return { visible, request, approve };
  }

  /** Whether a target is one of those. */
  async includes(
    scope: Scope | undefined,
    options: { targetId: string; credentials: BackstageCredentials },
  ): Promise<boolean> {
    if (!scope?.condition) {
      return scope !== undefined;
    }
    try {
      await this.#service.getTarget({
        ...options,
        condition: scope.condition,
      });
      return true;
    } catch (error) {
      if (toError(error).name === 'NotFoundError') {
        return false;
      }
      throw error;
    }
  }

  /** A {@link ConsentCheck}. */
  mayStill: ConsentCheck = async ({ kind, credentials, targetId, now }) => {
    if (credentials.expiresAt && credentials.expiresAt <= now) {
      return 'gone';
    }
    try {
      const [visible, allowed] = await this.#decide(credentials, [
        driftTargetReadPermission,
        kind === 'approved'
          ? driftRemediationApprovePermission
          : driftRemediationRequestPermission,
      ]);
      const still =
        (await this.includes(visible, { targetId, credentials })) &&
        (await this.includes(allowed, { targetId, credentials }));
      return still ? 'allowed' : 'lost';
    } catch (error) {
      if (isUnauthenticated(error)) {
        return 'gone';
      }
      throw error;
    }
  };

  async #decide(
    credentials: BackstageCredentials,
    permissions: ResourcePermission[],
  ): Promise<(Scope | undefined)[]> {
    const decisions = await this.#permissions.authorizeConditional(
      permissions.map(permission => ({ permission })),
      { credentials },
    );
    return permissions.map((_, index) => {
      const decision = decisions[index];
      switch (decision?.result) {
        case AuthorizeResult.ALLOW:
          return {};
        case AuthorizeResult.CONDITIONAL:
          return { condition: this.#transform(decision.conditions) };
        default:
          return undefined;
      }
    });
  }
}

function isUnauthenticated(thrown: unknown): boolean {
  const error = toError(thrown);
  return (
    error.name === 'AuthenticationError' ||
    ('statusCode' in error && error.statusCode === 401)
  );
}
