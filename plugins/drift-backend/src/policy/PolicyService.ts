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
import {
  ConflictError,
  InputError,
  NotAllowedError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { ConditionTransformer } from '@backstage/plugin-permission-node';
import { JsonValue } from '@backstage/types';
import {
  driftPolicyUpdatePermission,
  driftTargetReadPermission,
  PolicyDecision,
  PolicyExplanation,
  RemediationPolicies,
  RemediationPolicy,
  RemediationStatus,
  StoredFinding,
  StoredRemediationPolicy,
  TenantRemediationPolicy,
} from '@infra-hub/backstage-plugin-drift-common';
import { subjectOf } from '../ingest/PushRights';
import { DatabaseWatch } from '../service/DatabaseWatch';
import { DriftService } from '../service/DriftService';
import { TargetCondition } from '../store/DriftStore';
import { TenantAccess } from '../tenants/TenantAccess';
import { checkPolicies, checkTenantPolicies } from './checkPolicies';
import { PolicyParts } from './createPolicies';
import { allPolicies } from './DefaultPolicies';
import { toPolicyTarget } from './PolicyAutomation';
import { concerns, StopSwitch } from './PolicyEngine';
import {
  KeptPolicies,
  PolicyChanges,
  PolicyRevisionConflict,
} from './PolicyStore';
import { describeProblem, RefusedPolicies } from './RefusedPolicies';

const FINDINGS_PAGE = 200;
const MAX_POLICIES = 2_000;

/** A list as it is after a change, and what the change was. */
export interface PolicyEdit {
  policies: RemediationPolicies;
  changes: PolicyChanges;
}

/**
 * What the API does with policies, within what the caller may do.
 *
 * @throws NotAllowedError when a permission is missing
 * @throws RefusedPolicies when what was written is not valid
 * @throws ConflictError when somebody else changed the policies
 * @throws ServiceUnavailableError when the database is away
 */
export class PolicyService {
  readonly #parts: () => PolicyParts | undefined;
  readonly #authorized: DriftService;
  readonly #permissions: PermissionsService;
  readonly #transform: ConditionTransformer<TargetCondition>;
  readonly #readStatus: () => Promise<RemediationStatus | undefined>;
  readonly #tenants: TenantAccess;
  readonly #database = new DatabaseWatch({
    ping: () => this.#opened().driftStore.ping(),
  });

  constructor(options: {
    /** Undefined until the database has answered. */
    policies: () => PolicyParts | undefined;
    /** Undefined until the database has answered. */
    tenants: () =>
      | { findTargetIds(tenantId: string): Promise<string[]> }
      | undefined;
    /** How remediation stands; undefined until the database has answered. */
    readStatus: () => Promise<RemediationStatus | undefined>;
    /** Knows nothing of permissions. */
    service: DriftService;
    authorizedService: DriftService;
    permissions: PermissionsService;
    transformConditions: ConditionTransformer<TargetCondition>;
  }) {
    this.#parts = options.policies;
    this.#authorized = options.authorizedService;
    this.#permissions = options.permissions;
    this.#transform = options.transformConditions;
    this.#readStatus = options.readStatus;
    this.#tenants = new TenantAccess({
      service: options.service,
      permissions: options.permissions,
      transformConditions: options.transformConditions,
      findTargetIds: tenantId =>
        this.#database.run(async () => {
          const tenants = options.tenants();
          if (!tenants) {
            throw notStarted();
          }
          return tenants.findTargetIds(tenantId);
        }),
    });
  }

  /**
   * All policies; a caller who may see only some targets gets those that may hold
   * for one of them.
   */
  async list(request: {
    credentials: BackstageCredentials;
  }): Promise<RemediationPolicies> {
    const { credentials } = request;
    const condition = await this.#requireRead(credentials);
    const answer = this.#toAnswer(await this.#read());
    if (condition === undefined || (await this.#mayUpdate(credentials))) {
      return answer;
    }
    const { driftStore } = this.#opened();
    const visible = (
      await this.#database.run(() =>
        driftStore.listTargetIds({ query: {}, condition }),
      )
    ).map(readTargetId);
    return {
      ...answer,
      policies: answer.policies.filter(policy =>
        visible.some(target => concerns(policy, target)),
      ),
    };
  }

  /** Makes the list that of the API; those of the configuration stay. */
  async replace(request: {
    policies: JsonValue | undefined;
    expectedRevision?: number;
    credentials: BackstageCredentials;
  }): Promise<PolicyEdit> {
    const { expectedRevision, credentials } = request;
    await this.#requireUpdate(credentials);
    const { now } = this.#opened();
    const { policies, problems } = checkPolicies(
      withoutMarks(request.policies),
      { now: now() },
    );
    if (problems) {
      throw new RefusedPolicies(problems.map(describeProblem));
    }
    this.#refuseConfigured(policies);
    return this.#edit({
      edit: () => policies,
      expectedRevision,
      credentials,
    });
  }

  /** Why each open drift finding of the target is, or is not, repaired automatically. */
  async explain(request: {
    targetId: string;
    credentials: BackstageCredentials;
  }): Promise<PolicyExplanation> {
    const { targetId, credentials } = request;
    const target = await this.#authorized.getTarget({ targetId, credentials });
    const findings = await this.#alarmingFindings(targetId, credentials);
    const { policies, automation } = this.#opened();
    const asked = toPolicyTarget(target);
    const [decisions, givenUp] = await this.#database.run(() =>
      Promise.all([
        policies.decideEach(asked, findings),
        automation.explainGivenUp(asked, findings),
      ]),
    );
    return {
      targetId,
      findings: findings.map((finding, index) => ({
        fingerprint: finding.fingerprint,
        address: finding.address,
        resourceType: finding.resourceType,
        change: finding.change,
        severity: finding.severity,
        decision: withReason(
          decisions[index],
          givenUp.get(finding.fingerprint),
        ),
      })),
    };
  }

  /** Turns the stop switch. */
  async setStop(request: {
    stopped: boolean;
    reason?: string;
    credentials: BackstageCredentials;
  }): Promise<{ status: RemediationStatus; before?: StopSwitch }> {
    const { stopped, reason, credentials } = request;
    await this.#requireUpdate(credentials);
    const { store, now } = this.#opened();
    return this.#database.run(async () => {
      const { before } = await store.setStop({
        stopped,
        reason,
        by: subjectOf(credentials),
        now: now(),
      });
      const status = await this.#readStatus();
      if (!status) {
        throw notStarted();
      }
      return { status, before };
    });
  }

  /**
   * The policies that may hold for a tenant.
   *
   * @throws NotFoundError for an unknown or invisible tenant
   */
  async listOfTenant(request: {
    tenantId: string;
    credentials: BackstageCredentials;
  }): Promise<RemediationPolicies> {
    const { tenantId, credentials } = request;
    const targets = await this.#tenants.visibleTargets(tenantId, credentials);
    const answer = this.#toAnswer(await this.#read());
    return {
      ...answer,
      policies: answer.policies
        .filter(policy => targets.some(target => concerns(policy, target)))
        .map(policy => ({
          ...policy,
          scope: isOfTenant(policy, tenantId) ? 'tenant' : 'general',
        })),
    };
  }

  /**
   * Makes the list that of the tenant; all other policies stay.
   *
   * @throws NotFoundError for an unknown or invisible tenant
   */
  async replaceOfTenant(request: {
    tenantId: string;
    policies: JsonValue | undefined;
    expectedRevision?: number;
    credentials: BackstageCredentials;
  }): Promise<PolicyEdit> {
    const { tenantId, expectedRevision, credentials } = request;
    await this.#requireUpdate(credentials);
    await this.#tenants.requireWhole(tenantId, credentials);
    if (tenantId.includes('*')) {
      throw new InputError(
        'A tenant whose id has a * can have no policies of its own, since they would hold for other tenants',
      );
    }
    const { now, config } = this.#opened();
    const { policies, problems } = checkTenantPolicies(
      withoutMarks(request.policies, tenantId),
      { now: now() },
    );
    if (problems) {
      throw new RefusedPolicies(problems.map(describeProblem));
    }
    this.#refuseConfigured(policies);
    const { changes } = await this.#edit({
      edit: standing => {
        const others = standing.filter(policy => !isOfTenant(policy, tenantId));
        const taken = new Set(others.map(({ id }) => id));
        const foreign = policies.filter(({ id = '' }) => taken.has(id));
        if (foreign.length > 0) {
          throw new RefusedPolicies(
            foreign.map(
              ({ id }) =>
                `Policy '${id}' is not of this tenant; choose another id`,
            ),
          );
        }
        return [
          ...others,
          ...named({
            tenantId,
            policies,
            taken: [...others, ...config.policies],
          }),
        ];
      },
      expectedRevision,
      credentials,
    });
    return {
      policies: await this.listOfTenant({ tenantId, credentials }),
      changes,
    };
  }

  async #edit(options: {
    edit: (standing: StoredRemediationPolicy[]) => RemediationPolicy[];
    expectedRevision?: number;
    credentials: BackstageCredentials;
  }): Promise<PolicyEdit> {
    const { edit, expectedRevision, credentials } = options;
    const { store, now } = this.#opened();
    try {
      const { kept, changes } = await this.#database.run(() =>
        store.edit({
          edit: standing => {
            const policies = edit(standing);
            if (policies.length > MAX_POLICIES) {
              throw new RefusedPolicies([
                `There can be at most ${MAX_POLICIES} policies`,
              ]);
            }
            return policies;
          },
          expectedRevision,
          by: subjectOf(credentials),
          now: now(),
        }),
      );
      return { policies: this.#toAnswer(kept), changes };
    } catch (error) {
      if (error instanceof PolicyRevisionConflict) {
        throw new ConflictError(error.message);
      }
      throw error;
    }
  }

  #refuseConfigured(policies: readonly { id?: string }[]): void {
    const configured = new Set(
      this.#opened().config.policies.map(({ id }) => id),
    );
    const problems = policies
      .filter(({ id }) => id !== undefined && configured.has(id))
      .map(
        ({ id }) =>
          `Policy '${id}' is in the configuration; change it there, or choose another id`,
      );
    if (problems.length > 0) {
      throw new RefusedPolicies(problems);
    }
  }

  async #alarmingFindings(
    targetId: string,
    credentials: BackstageCredentials,
  ): Promise<StoredFinding[]> {
    const all: StoredFinding[] = [];
    for (let offset = 0; ; offset += FINDINGS_PAGE) {
      const { items, totalItems } = await this.#authorized.listFindings({
        targetId,
        state: 'open',
        limit: FINDINGS_PAGE,
        offset,
        credentials,
      });
      all.push(...items);
      if (items.length === 0 || offset + items.length >= totalItems) {
        return all.filter(
          finding => finding.class === 'drift' && !finding.suppressedBy,
        );
      }
    }
  }

  #toAnswer(kept: KeptPolicies): RemediationPolicies {
    const { config } = this.#opened();
    return {
      policies: allPolicies(config, kept.policies),
      revision: kept.revision,
      defaultMode: config.defaultMode,
    };
  }

  #read(): Promise<KeptPolicies> {
    return this.#database.run(() => this.#opened().store.read());
  }

  /** Undefined when the caller may see everything. */
  async #requireRead(
    credentials: BackstageCredentials,
  ): Promise<TargetCondition | undefined> {
    const [decision] = await this.#permissions.authorizeConditional(
      [{ permission: driftTargetReadPermission }],
      { credentials },
    );
    switch (decision?.result) {
      case AuthorizeResult.ALLOW:
        return undefined;
      case AuthorizeResult.CONDITIONAL:
        return this.#transform(decision.conditions);
      default:
        throw new NotAllowedError(
          'You are not allowed to see remediation policies',
        );
    }
  }

  async #requireUpdate(credentials: BackstageCredentials): Promise<void> {
    if (!(await this.#mayUpdate(credentials))) {
      throw new NotAllowedError(
        'You are not allowed to change remediation policies or to turn the stop switch',
      );
    }
  }

  async #mayUpdate(credentials: BackstageCredentials): Promise<boolean> {
    const [decision] = await this.#permissions.authorize(
      [{ permission: driftPolicyUpdatePermission }],
      { credentials },
    );
    return decision?.result === AuthorizeResult.ALLOW;
  }

  #opened(): PolicyParts {
    const parts = this.#parts();
    if (!parts) {
      throw notStarted();
    }
    return parts;
  }
}

/** Adds why it is not automatic, if there is one more reason. */
function withReason(
  decision: PolicyDecision,
  reason: string | undefined,
): PolicyDecision {
  return reason === undefined
    ? decision
    : {
        ...decision,
        automatic: {
          possible: false,
          reasons: [...decision.automatic.reasons, reason],
        },
      };
}

function notStarted(): Error {
  return new ServiceUnavailableError(
    'The drift database has not answered since the start, try again later',
  );
}

/** Kept for this tenant, whatever route it came by. */
function isOfTenant(
  policy: StoredRemediationPolicy,
  tenantId: string,
): boolean {
  return (
    policy.origin === 'api' &&
    policy.target === tenantId &&
    policy.client === undefined
  );
}

/** Gives policies of a tenant their target, and an id to those without one; the same list gets the same ids. */
function named(options: {
  tenantId: string;
  policies: readonly TenantRemediationPolicy[];
  taken: readonly { id?: string }[];
}): RemediationPolicy[] {
  const { tenantId, policies } = options;
  const taken = new Set(
    [...options.taken, ...policies].flatMap(({ id }) => id ?? []),
  );
  return policies.map(policy => {
    const id = policy.id ?? freeId(`${tenantId}-${policy.resourceType}`, taken);
    taken.add(id);
    return { ...policy, id, target: tenantId };
  });
}

function freeId(text: string, taken: ReadonlySet<string>): string {
  const base = text
    .replaceAll('*', 'any')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .slice(0, 90);
  for (let number = 1; ; number++) {
    const id = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(id)) {
      return id;
    }
  }
}

/**
 * Takes off what an answer adds to policies that can be written, so that an
 * answer can be changed and sent back.
 */
function withoutMarks(
  written: JsonValue | undefined,
  tenantId?: string,
): JsonValue | undefined {
  if (!Array.isArray(written)) {
    return written;
  }
  return written.map((item, index) => {
    if (!item || typeof item !== 'object' || Array.isArray(item)) {
      return item;
    }
    const { origin, updatedBy: _by, updatedAt: _at, scope, ...policy } = item;
    if (origin === 'config') {
      throw new RefusedPolicies([
        `Policy ${index + 1} ('${
          policy.id
        }') comes from the configuration and can only be changed there; leave it out`,
      ]);
    }
    if (scope === 'general') {
      throw new RefusedPolicies([
        `Policy ${index + 1} ('${
          policy.id
        }') is not of this tenant alone; leave it out`,
      ]);
    }
    if (tenantId !== undefined && policy.target === tenantId) {
      delete policy.target;
    }
    return policy;
  });
}

/** `<source>:<client or ->/<name>` */
function readTargetId(id: string): {
  source: string;
  client?: string;
  name: string;
} {
  const [, source = '', client = '', name = ''] =
    /^([^:]*):([^/]*)\/(.*)$/s.exec(id) ?? [];
  return { source, client: client === '-' ? undefined : client, name };
}
