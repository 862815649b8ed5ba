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

import { BackstageCredentials } from '@backstage/backend-plugin-api';
import {
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import {
  MayDo,
  Remediation,
  RemediationOptions,
  RemediationRequestBody,
  RemediationsPage,
  RemediationsQuery,
  RemediationStatus,
} from '@infra-hub/backstage-plugin-drift-common';
import { DriftService } from '../service/DriftService';
import { TargetCondition } from '../store/DriftStore';
import {
  RemediationAccess,
  RemediationScopes,
  Scope,
} from './RemediationAccess';
import { RemediationService } from './RemediationService';
import { RemediationStore } from './RemediationStore';
import { RemediationCaller } from './toRemediation';

/** What can be done with remediations, once the database has answered. */
export interface Remediations {
  service: RemediationService;
  store: RemediationStore;
}

/** What one of the permissions is about. */
type Right = 'request' | 'approve';

const WORDS: Record<Right, string> = {
  request: 'remediate this target',
  approve: 'approve remediations of this target',
};

/**
 * Narrows everything about remediations to what the caller may see and do.
 *
 * @remarks
 * A target that the caller may not see is not found, and neither is a remediation
 * of it; what the caller sees but may not do is forbidden.
 */
export class AuthorizedRemediations {
  readonly #read: () => Remediations | undefined;
  readonly #access: RemediationAccess;
  readonly #service: Pick<DriftService, 'getTarget'>;

  constructor(options: {
    /** Undefined until the database has answered. */
    remediations: () => Remediations | undefined;
    access: RemediationAccess;
    /** Knows nothing of permissions. */
    service: Pick<DriftService, 'getTarget'>;
  }) {
    this.#read = options.remediations;
    this.#access = options.access;
    this.#service = options.service;
  }

  async request(options: {
    body: RemediationRequestBody;
    credentials: BackstageCredentials;
  }): Promise<Remediation> {
    const { body, credentials } = options;
    await this.#requireOnTarget(body.targetId, 'request', credentials);
    const { id } = await this.#get().service.request({
      body,
      by: nameOf(credentials),
    });
    return this.get({ id, credentials });
  }

  async get(options: {
    id: string;
    credentials: BackstageCredentials;
  }): Promise<Remediation> {
    const { id, credentials } = options;
    const scopes = await this.#access.scopes(credentials);
    return this.#show(id, scopes, credentials);
  }

  async list(options: {
    query: RemediationsQuery;
    credentials: BackstageCredentials;
  }): Promise<RemediationsPage> {
    const { query, credentials } = options;
    const { visible, approve } = await this.#access.scopes(credentials);
    if (!query.awaitingMe) {
      return this.#get().service.list({ query, condition: visible.condition });
    }
    const name = findName(credentials);
    if (!approve || name === undefined) {
      return { items: [], totalItems: 0 };
    }
    return this.#get().service.list({
      query,
      condition: both(visible.condition, approve.condition),
      awaiting: { name },
    });
  }

  async confirm(options: {
    id: string;
    previewHash: string;
    confirmName?: string;
    credentials: BackstageCredentials;
  }): Promise<Remediation> {
    return this.#act(options, 'request', by =>
      this.#get().service.confirm({ ...options, by }),
    );
  }

  async approve(options: {
    id: string;
    previewHash: string;
    confirmName?: string;
    note?: string;
    credentials: BackstageCredentials;
  }): Promise<Remediation> {
    return this.#act(options, 'approve', by =>
      this.#get().service.approve({ ...options, by }),
    );
  }

  async reject(options: {
    id: string;
    reason: string;
    credentials: BackstageCredentials;
  }): Promise<Remediation> {
    return this.#act(options, 'approve', by =>
      this.#get().service.reject({ ...options, by }),
    );
  }

  async cancel(options: {
    id: string;
    credentials: BackstageCredentials;
  }): Promise<Remediation> {
    return this.#act(options, 'request', by =>
      this.#get().service.cancel({ ...options, by }),
    );
  }

  async options(options: {
    targetId: string;
    credentials: BackstageCredentials;
  }): Promise<RemediationOptions> {
    const { targetId, credentials } = options;
    const { visible, request } = await this.#access.scopes(credentials);
    await this.#requireVisible(targetId, visible, credentials);
    return this.#get().service.options({
      targetId,
      request: await this.#may('request', request, targetId, credentials),
    });
  }

  async status(options: {
    credentials: BackstageCredentials;
  }): Promise<RemediationStatus> {
    await this.#access.scopes(options.credentials);
    return this.#get().service.status();
  }

  async #act(
    options: { id: string; credentials: BackstageCredentials },
    right: Right,
    work: (by: string) => Promise<unknown>,
  ): Promise<Remediation> {
    const { id, credentials } = options;
    const scopes = await this.#access.scopes(credentials);
    requireSome(scopes[right], right);
    const record = await this.#find(id, scopes.visible);
    const { targetId } = record;
    if (
      !(await this.#access.includes(scopes[right], { targetId, credentials }))
    ) {
      throw new NotAllowedError(`You are not allowed to ${WORDS[right]}`);
    }
    await work(nameOf(credentials));
    return this.#show(id, scopes, credentials);
  }

  async #show(
    id: string,
    scopes: RemediationScopes,
    credentials: BackstageCredentials,
  ): Promise<Remediation> {
    const { targetId } = await this.#find(id, scopes.visible);
    const [request, approve] = await Promise.all([
      this.#may('request', scopes.request, targetId, credentials),
      this.#may('approve', scopes.approve, targetId, credentials),
    ]);
    const caller: RemediationCaller = {
      name: findName(credentials),
      request,
      approve,
    };
    return this.#get().service.get({
      id,
      condition: scopes.visible.condition,
      caller,
    });
  }

  async #may(
    right: Right,
    scope: Scope | undefined,
    targetId: string,
    credentials: BackstageCredentials,
  ): Promise<MayDo> {
    const allowed = await this.#access.includes(scope, {
      targetId,
      credentials,
    });
    return allowed
      ? { allowed }
      : { allowed, reason: `You are not allowed to ${WORDS[right]}.` };
  }

  async #find(id: string, visible: Scope) {
    const record = await this.#get().store.get({
      id,
      condition: visible.condition,
    });
    if (!record) {
      throw new NotFoundError(`No remediation '${id}' was found`);
    }
    return record;
  }

  async #requireOnTarget(
    targetId: string,
    right: Right,
    credentials: BackstageCredentials,
  ): Promise<void> {
    const scopes = await this.#access.scopes(credentials);
    requireSome(scopes[right], right);
    await this.#requireVisible(targetId, scopes.visible, credentials);
    if (
      !(await this.#access.includes(scopes[right], { targetId, credentials }))
    ) {
      throw new NotAllowedError(`You are not allowed to ${WORDS[right]}`);
    }
  }

  async #requireVisible(
    targetId: string,
    visible: Scope,
    credentials: BackstageCredentials,
  ): Promise<void> {
    await this.#service.getTarget({
      targetId,
      condition: visible.condition,
      credentials,
    });
  }

  #get(): Remediations {
    const remediations = this.#read();
    if (!remediations) {
      throw new ServiceUnavailableError(
        'The drift database has not answered since the start, try again later',
      );
    }
    return remediations;
  }
}

function requireSome(scope: Scope | undefined, right: Right): void {
  if (!scope) {
    throw new NotAllowedError(`You are not allowed to ${WORDS[right]}`);
  }
}

function both(
  first: TargetCondition | undefined,
  second: TargetCondition | undefined,
): TargetCondition | undefined {
  return first && second ? { allOf: [first, second] } : first ?? second;
}

/** Entity ref of the user, or name of the service. */
function findName(credentials: BackstageCredentials): string | undefined {
  const principal = credentials.principal as {
    userEntityRef?: string;
    subject?: string;
  };
  return principal.userEntityRef ?? principal.subject;
}

function nameOf(credentials: BackstageCredentials): string {
  const name = findName(credentials);
  if (name === undefined) {
    throw new NotAllowedError('Only callers with a name can remediate');
  }
  return name;
}
