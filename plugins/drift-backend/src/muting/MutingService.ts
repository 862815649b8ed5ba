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
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
  toError,
} from '@backstage/errors';
import {
  AuthorizeResult,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import { ConditionTransformer } from '@backstage/plugin-permission-node';
import {
  Acknowledgement,
  AcknowledgementRequest,
  AcknowledgementsPage,
  driftFindingAcknowledgePermission,
  DriftIgnoreRule,
  driftPolicyUpdatePermission,
  DriftTarget,
  driftTargetReadPermission,
  IgnoreRuleImport,
  IgnoreRuleImportResult,
  IgnoreRulesPage,
  IgnoreRuleSuggestion,
  IgnoreRuleTest,
  StoredIgnoreRule,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  importArgoIgnoreDifferences,
  importDriftIgnore,
  suggestIgnoreRule,
} from '@infra-hub/drift-engine';
import { z } from 'zod';
import { DatabaseWatch } from '../service/DatabaseWatch';
import { DriftService } from '../service/DriftService';
import { TargetCondition } from '../store/DriftStore';
import { DriftMuting } from './DriftMuting';
import {
  findTooBroad,
  ignoreRuleSchema,
  isMoment,
  testedRuleSchema,
} from './ignoreRuleSchema';

const YEAR_MS = 366 * 24 * 3600 * 1000;
const DEFAULT_PAGE = 20;
const MOST_IMPORTED = 500;

/**
 * Acknowledgements and ignore rules for callers who may use them.
 *
 * @remarks
 * A target that the caller may not see is not found; one that the caller sees but
 * may not acknowledge is forbidden. Rules speak of all targets, so that writing
 * them is a permission of its own; what they do is told only of targets that the
 * caller may see.
 */
export class MutingService {
  readonly #muting: () => DriftMuting | undefined;
  readonly #service: Pick<DriftService, 'getTarget'>;
  readonly #permissions: PermissionsService;
  readonly #transform: ConditionTransformer<TargetCondition>;
  readonly #now: () => Date;
  readonly #database = new DatabaseWatch({ ping: () => this.#get().ping() });

  constructor(options: {
    /** Undefined until the database has answered. */
    muting: () => DriftMuting | undefined;
    /** Knows nothing of permissions. */
    service: Pick<DriftService, 'getTarget'>;
    permissions: PermissionsService;
    transformConditions: ConditionTransformer<TargetCondition>;
    now?: () => Date;
  }) {
    this.#muting = options.muting;
    this.#service = options.service;
    this.#permissions = options.permissions;
    this.#transform = options.transformConditions;
    this.#now = options.now ?? (() => new Date());
  }

  /** @throws ConflictError when something does not alarm any more */
  async acknowledge(options: {
    targetId: string;
    request: AcknowledgementRequest;
    credentials: BackstageCredentials;
  }): Promise<AcknowledgementsPage> {
    const { targetId, request, credentials } = options;
    await this.#requireAcknowledge(targetId, credentials);
    const { reason, expiresAt } = this.#check(request);
    const items = await this.#run(muting =>
      muting.acknowledge({
        targetId,
        fingerprints: request.fingerprints,
        reason,
        expiresAt,
        by: nameOf(credentials),
      }),
    );
    return { items, totalItems: items.length };
  }

  async withdraw(options: {
    targetId: string;
    id: string;
    credentials: BackstageCredentials;
  }): Promise<Acknowledgement> {
    const { targetId, id, credentials } = options;
    await this.#requireAcknowledge(targetId, credentials);
    return this.#run(muting =>
      muting.withdraw({ targetId, id, by: nameOf(credentials) }),
    );
  }

  async listAcknowledgements(options: {
    targetId?: string;
    state?: Acknowledgement['state'];
    limit?: number;
    offset?: number;
    credentials: BackstageCredentials;
  }): Promise<AcknowledgementsPage> {
    const { targetId, state, credentials } = options;
    const { limit = DEFAULT_PAGE, offset = 0 } = options;
    const condition = await this.#visible(credentials);
    if (targetId !== undefined) {
      await this.#service.getTarget({ targetId, condition, credentials });
    }
    return this.#run(muting =>
      muting.listAcknowledgements({
        targetId,
        state,
        condition,
        limit,
        offset,
      }),
    );
  }

  async listRules(options: {
    credentials: BackstageCredentials;
  }): Promise<IgnoreRulesPage> {
    const condition = await this.#visible(options.credentials);
    return {
      rules: await this.#run(muting => muting.listRules({ condition })),
    };
  }

  async createRule(options: {
    rule: DriftIgnoreRule;
    credentials: BackstageCredentials;
  }): Promise<StoredIgnoreRule> {
    const { credentials } = options;
    await this.#requirePolicyUpdate(credentials);
    const rule = this.#checkRule(options.rule);
    const [created] = await this.#run(muting =>
      muting.createRules({ rules: [rule], by: nameOf(credentials) }),
    );
    return created;
  }

  async updateRule(options: {
    ruleId: string;
    rule: DriftIgnoreRule;
    credentials: BackstageCredentials;
  }): Promise<StoredIgnoreRule> {
    const { ruleId, credentials } = options;
    await this.#requirePolicyUpdate(credentials);
    if (options.rule.id !== ruleId) {
      throw new InputError(
        `Field 'id' of the rule must be '${ruleId}', as in the address`,
      );
    }
    const rule = this.#checkRule(options.rule);
    const condition = await this.#visibleOrNone(credentials);
    return this.#run(muting =>
      muting.updateRule({ rule, by: nameOf(credentials), condition }),
    );
  }

  async deleteRule(options: {
    ruleId: string;
    credentials: BackstageCredentials;
  }): Promise<void> {
    const { ruleId, credentials } = options;
    await this.#requirePolicyUpdate(credentials);
    await this.#run(muting => muting.deleteRule({ ruleId }));
  }

  /** What a rule would have muted of what the caller may see. */
  async testRule(options: {
    rule: Omit<DriftIgnoreRule, 'id' | 'reason'>;
    credentials: BackstageCredentials;
  }): Promise<IgnoreRuleTest> {
    const condition = await this.#visible(options.credentials);
    const rule = parse(testedRuleSchema, options.rule);
    return this.#run(muting => muting.testRule({ rule, condition }));
  }

  async suggestRule(options: {
    targetId: string;
    findingId: string;
    path?: string;
    credentials: BackstageCredentials;
  }): Promise<IgnoreRuleSuggestion> {
    const { targetId, findingId, path, credentials } = options;
    const condition = await this.#visible(credentials);
    const target = await this.#service.getTarget({
      targetId,
      condition,
      credentials,
    });
    const finding = await this.#run(muting =>
      muting.findFinding({ targetId, findingId }),
    );
    if (!finding) {
      throw new NotFoundError(
        `No finding '${findingId}' of target '${targetId}' was found`,
      );
    }
    if (
      path !== undefined &&
      ![
        ...finding.fields,
        ...(finding.normalised ?? []).flatMap(({ muted }) => muted ?? []),
      ].some(field => field.path === path)
    ) {
      throw new InputError(
        `Parameter 'path' must be a path of the finding, which does not differ in '${path}'`,
      );
    }
    return suggestIgnoreRule(finding, {
      source: target.source,
      client: target.client,
      target: target.name,
      path,
    });
  }

  /** Reads rules of others; what cannot be kept is a problem and stops nothing. */
  async importRules(options: {
    request: IgnoreRuleImport;
    credentials: BackstageCredentials;
  }): Promise<IgnoreRuleImportResult> {
    const { credentials } = options;
    const { format, text, client, target, dryRun = true } = options.request;
    await this.#requirePolicyUpdate(credentials);
    const read =
      format === 'argocd' ? importArgoIgnoreDifferences : importDriftIgnore;
    const imported = read(text, { client, target });
    const { rules, problems } = await this.#run(async muting => {
      const taken = await muting.listRuleIds();
      const kept: DriftIgnoreRule[] = [];
      const left = [...imported.problems];
      for (const rule of imported.rules) {
        const problem = taken.has(rule.id)
          ? `There is a rule '${rule.id}' already.`
          : describeProblem(rule);
        if (problem !== undefined) {
          left.push({ text: rule.reason, message: problem });
        } else if (kept.length >= MOST_IMPORTED) {
          left.push({
            text: rule.reason,
            message: `At most ${MOST_IMPORTED} rules are taken at once.`,
          });
        } else {
          kept.push(rule);
        }
      }
      if (!dryRun && kept.length > 0) {
        await muting.createRules({ rules: kept, by: nameOf(credentials) });
      }
      return { rules: kept, problems: left };
    });
    return { rules, problems, dryRun };
  }

  #check(request: AcknowledgementRequest): { reason: string; expiresAt: Date } {
    const reason = request.reason.trim();
    if (reason.length < 3) {
      throw new InputError(
        "Field 'reason' of the request body must have at least 3 characters",
      );
    }
    const expiresAt = new Date(request.expiresAt);
    const now = this.#now().getTime();
    if (!isMoment(request.expiresAt)) {
      throw new InputError(
        "Field 'expiresAt' of the request body must be a time with its zone such as 2026-12-31T12:00:00Z",
      );
    }
    if (expiresAt.getTime() <= now) {
      throw new InputError(
        "Field 'expiresAt' of the request body must be in the future",
      );
    }
    if (expiresAt.getTime() > now + YEAR_MS) {
      throw new InputError(
        "Field 'expiresAt' of the request body must be at most a year away",
      );
    }
    if (request.fingerprints?.length === 0) {
      throw new InputError(
        "Field 'fingerprints' of the request body must name at least one finding",
      );
    }
    return { reason, expiresAt };
  }

  #checkRule(written: DriftIgnoreRule): DriftIgnoreRule {
    const rule = parse(ignoreRuleSchema, written);
    const tooBroad = findTooBroad(rule);
    if (tooBroad !== undefined) {
      throw new InputError(`The rule ${tooBroad}`);
    }
    if (
      rule.expires !== undefined &&
      Date.parse(rule.expires) <= this.#now().getTime()
    ) {
      throw new InputError("Field 'expires' of the rule must be in the future");
    }
    return rule;
  }

  /** An invisible target is not found, one that may only be seen is refused. */
  async #requireAcknowledge(
    targetId: string,
    credentials: BackstageCredentials,
  ): Promise<DriftTarget> {
    const what = 'accept drift of this target';
    const [read, acknowledge] = await this.#permissions.authorizeConditional(
      [
        { permission: driftTargetReadPermission },
        { permission: driftFindingAcknowledgePermission },
      ],
      { credentials },
    );
    const visible = this.#conditionOf(read, 'see drift');
    const target = await this.#service.getTarget({
      targetId,
      condition: visible,
      credentials,
    });
    const condition = this.#conditionOf(acknowledge, what);
    if (condition) {
      try {
        await this.#service.getTarget({ targetId, condition, credentials });
      } catch (error) {
        if (toError(error).name === 'NotFoundError') {
          throw new NotAllowedError(`You are not allowed to ${what}`);
        }
        throw error;
      }
    }
    return target;
  }

  async #requirePolicyUpdate(credentials: BackstageCredentials): Promise<void> {
    const [decision] = await this.#permissions.authorize(
      [{ permission: driftPolicyUpdatePermission }],
      { credentials },
    );
    if (decision.result !== AuthorizeResult.ALLOW) {
      throw new NotAllowedError('You are not allowed to write ignore rules');
    }
  }

  async #visible(
    credentials: BackstageCredentials,
  ): Promise<TargetCondition | undefined> {
    const [decision] = await this.#permissions.authorizeConditional(
      [{ permission: driftTargetReadPermission }],
      { credentials },
    );
    return this.#conditionOf(decision, 'see drift');
  }

  /** Who writes rules need not see a target. */
  async #visibleOrNone(
    credentials: BackstageCredentials,
  ): Promise<TargetCondition | undefined> {
    try {
      return await this.#visible(credentials);
    } catch (error) {
      if (toError(error).name === 'NotAllowedError') {
        return { anyOf: [] };
      }
      throw error;
    }
  }

  #conditionOf(
    decision: PolicyDecision | undefined,
    what: string,
  ): TargetCondition | undefined {
    if (decision?.result === AuthorizeResult.ALLOW) {
      return undefined;
    }
    if (decision?.result === AuthorizeResult.CONDITIONAL) {
      return this.#transform(decision.conditions);
    }
    throw new NotAllowedError(`You are not allowed to ${what}`);
  }

  #run<T>(work: (muting: DriftMuting) => Promise<T>): Promise<T> {
    return this.#database.run(() => work(this.#get()));
  }

  #get(): DriftMuting {
    const muting = this.#muting();
    if (!muting) {
      throw new ServiceUnavailableError(
        'The drift database has not answered since the start, try again later',
      );
    }
    return muting;
  }
}

/** Why a rule cannot be kept, as a sentence. */
function describeProblem(rule: DriftIgnoreRule): string | undefined {
  const parsed = ignoreRuleSchema.safeParse(rule);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    return `Its '${path.join('.')}' ${message}.`;
  }
  const tooBroad = findTooBroad(rule);
  return tooBroad && `It ${tooBroad}.`;
}

function parse<T>(schema: z.ZodType<T>, written: unknown): T {
  const parsed = schema.safeParse(written);
  if (parsed.success) {
    return parsed.data;
  }
  const [{ path, message, code }] = parsed.error.issues;
  throw new InputError(
    path.length > 0
      ? `Field '${path.join('.')}' of the rule ${
          code === 'custom' || message.startsWith('must')
            ? message
            : `is not valid: ${message}`
        }`
      : `The rule is not valid: ${message}`,
  );
}

/** Entity ref of the user, or name of the service. */
function nameOf(credentials: BackstageCredentials): string {
  const principal = credentials.principal as {
    userEntityRef?: string;
    subject?: string;
  };
  return principal.userEntityRef ?? principal.subject ?? 'unknown';
}
