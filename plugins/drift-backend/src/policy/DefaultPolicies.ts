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
  PolicyDecision,
  RemediationChange,
  RemediationStatus,
  StoredRemediationPolicy,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  Policies,
  PolicySubject,
  PolicyTarget,
  RemediationHistory,
  RunPermit,
} from './Policies';
import {
  Circumstances,
  PolicyEngine,
  Ruling,
  StopSwitch,
} from './PolicyEngine';
import { KeptPolicies, PolicyStore } from './PolicyStore';
import { PoliciesConfig } from './readPoliciesConfig';

const DAY_MS = 24 * 60 * 60_000;

/** The policies as they stand at one moment. */
export interface StandingPolicies {
  engine: PolicyEngine;
  stop?: StopSwitch;
}

/**
 * Decides by the policies of the configuration and those that were written
 * through the API. Reads afresh for every decision.
 */
export class DefaultPolicies implements Policies {
  readonly #store: Pick<PolicyStore, 'read'>;
  readonly #config: PoliciesConfig;
  readonly #enabled: boolean;
  readonly #selfApproval: boolean;
  readonly #history: RemediationHistory;
  readonly #now: () => Date;
  #last?: { revision: number; engine: PolicyEngine };

  constructor(options: {
    store: Pick<PolicyStore, 'read'>;
    config: PoliciesConfig;
    enabled: boolean;
    selfApproval: boolean;
    history: RemediationHistory;
    now: () => Date;
  }) {
    this.#store = options.store;
    this.#config = options.config;
    this.#enabled = options.enabled;
    this.#selfApproval = options.selfApproval;
    this.#history = options.history;
    this.#now = options.now;
  }

  async decide(
    target: PolicyTarget,
    subject: PolicySubject,
  ): Promise<PolicyDecision> {
    const [decision] = await this.decideEach(target, [subject]);
    return decision;
  }

  /** The same for many of one target, with one look at how things stand. */
  async decideEach(
    target: PolicyTarget,
    subjects: readonly PolicySubject[],
  ): Promise<PolicyDecision[]> {
    const { engine, stop } = await this.read();
    const rulings = subjects.map(subject => engine.rule(target, subject));
    const circumstances = await this.look({ engine, stop, target, rulings });
    return rulings.map(ruling => engine.explain(ruling, circumstances));
  }

  async decideAll(
    target: PolicyTarget,
    changes: readonly RemediationChange[],
  ): Promise<PolicyDecision> {
    const { engine, stop } = await this.read();
    const rulings = engine.ruleAll(target, changes);
    const circumstances = await this.look({ engine, stop, target, rulings });
    return engine.decideAll(target, changes, circumstances);
  }

  async mayRun(options: {
    target: PolicyTarget;
    origin: 'person' | 'policy';
    changes: readonly RemediationChange[];
    begun?: boolean;
  }): Promise<RunPermit> {
    const { target, origin, changes } = options;
    const { engine, stop } = await this.read();
    const rulings = origin === 'policy' ? engine.ruleAll(target, changes) : [];
    const circumstances = await this.look({ engine, stop, target, rulings });
    return engine.mayRun({ ...options, circumstances });
  }

  async readSwitches(): Promise<Omit<RemediationStatus, 'sources'>> {
    const { stop } = await this.#store.read();
    return {
      enabled: this.#enabled,
      stopped: stop !== undefined,
      stoppedBy: stop?.by,
      stoppedAt: stop?.at,
      stopReason: stop?.reason,
      dryRun: this.#config.dryRun,
      selfApproval: this.#selfApproval,
    };
  }

  /** The policies as they stand, ready to decide. */
  async read(): Promise<StandingPolicies> {
    const kept = await this.#store.read();
    if (this.#last?.revision !== kept.revision) {
      this.#last = { revision: kept.revision, engine: this.#build(kept) };
    }
    return { engine: this.#last.engine, stop: kept.stop };
  }

  /** How things stand for a target; asks only for what the rulings depend on. */
  async look(options: {
    engine: PolicyEngine;
    stop?: StopSwitch;
    target: PolicyTarget;
    rulings: readonly Ruling[];
  }): Promise<Circumstances> {
    const { engine, stop, target, rulings } = options;
    const now = this.#now();
    const automatic = rulings.filter(({ mode }) => mode === 'auto');
    const since = new Date(now.getTime() - DAY_MS);
    const { limitPerDay, flapGuard } = engine.rules;
    const limited = new Set(
      automatic.flatMap(({ policy }) =>
        policy?.limitPerDay === undefined ? [] : policy.id,
      ),
    );
    const automaticOf = new Map<string, number>();
    for (const policyId of limited) {
      automaticOf.set(
        policyId,
        await this.#history.countAutomatic({ policyId, since }),
      );
    }
    return {
      now,
      stop,
      automaticOf,
      automatic:
        automatic.length > 0 && limitPerDay !== undefined
          ? await this.#history.countAutomatic({ since })
          : 0,
      repairs:
        automatic.length > 0
          ? await this.#history.automaticRepairs({
              targetId: target.id,
              since: new Date(now.getTime() - flapGuard.withinMs),
            })
          : new Map(),
    };
  }

  #build({ policies }: KeptPolicies): PolicyEngine {
    const { limitPerDay, flapGuard, defaultMode, dryRun } = this.#config;
    return PolicyEngine.create({
      policies: allPolicies(this.#config, policies),
      defaultMode,
      dryRun,
      limitPerDay,
      flapGuard,
      enabled: this.#enabled,
    });
  }
}

/**
 * Those of the configuration, then those of the API. An id that the
 * configuration has taken since belongs to the configuration.
 */
export function allPolicies(
  config: Pick<PoliciesConfig, 'policies'>,
  kept: readonly StoredRemediationPolicy[],
): StoredRemediationPolicy[] {
  const configured = config.policies.map(
    (policy): StoredRemediationPolicy => ({ ...policy, origin: 'config' }),
  );
  const taken = new Set(configured.map(({ id }) => id));
  return [...configured, ...kept.filter(({ id }) => !taken.has(id))];
}
