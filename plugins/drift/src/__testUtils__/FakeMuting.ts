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

import { ConflictError, NotFoundError } from '@backstage/errors';
import {
  Acknowledgement,
  AcknowledgementRequest,
  AcknowledgementsPage,
  DriftIgnoreRule,
  IgnoreRuleImport,
  IgnoreRuleImportResult,
  IgnoreRulesPage,
  IgnoreRuleSuggestion,
  IgnoreRuleTest,
  StoredFinding,
  StoredIgnoreRule,
} from '@infra-hub/backstage-plugin-drift-common';

/** What {@link FakeMuting} begins with. */
export interface FakeMutingOptions {
  acknowledgements?: Acknowledgement[];
  ignoreRules?: StoredIgnoreRule[];
  /** What the back-test of any rule says. */
  test?: Partial<IgnoreRuleTest>;
}

/** Acknowledgements and ignore rules in memory. */
export class FakeMuting {
  readonly acknowledgements: Acknowledgement[];
  readonly rules: StoredIgnoreRule[];
  readonly #test: Partial<IgnoreRuleTest>;
  readonly #caller: () => string;
  readonly #findings: () => StoredFinding[];

  constructor(
    options: FakeMutingOptions & {
      caller(): string;
      findings(): StoredFinding[];
    },
  ) {
    this.acknowledgements = options.acknowledgements ?? [];
    this.rules = options.ignoreRules ?? [];
    this.#test = options.test ?? {};
    this.#caller = options.caller;
    this.#findings = options.findings;
  }

  acknowledge(
    targetId: string,
    request: AcknowledgementRequest,
  ): AcknowledgementsPage {
    const { fingerprints, reason, expiresAt } = request;
    const accepted = this.#findings().filter(
      finding =>
        finding.targetId === targetId &&
        finding.state === 'open' &&
        finding.class === 'drift' &&
        !finding.suppressedBy &&
        (!fingerprints || fingerprints.includes(finding.fingerprint)),
    );
    const items = accepted.map(
      ({ fingerprint, address, severity }, index): Acknowledgement => ({
        id: `acknowledgement-${this.acknowledgements.length + index + 1}`,
        targetId,
        fingerprint,
        address,
        severity,
        reason,
        createdAt: new Date().toISOString(),
        createdBy: this.#caller(),
        expiresAt,
        state: 'active',
      }),
    );
    this.acknowledgements.unshift(...items);
    return { items, totalItems: items.length };
  }

  list(
    options: {
      targetId?: string;
      state?: 'active' | 'ended';
      limit?: number;
      offset?: number;
    } = {},
  ): AcknowledgementsPage {
    const { targetId, state, limit = 20, offset = 0 } = options;
    const found = this.acknowledgements.filter(
      each =>
        (!targetId || each.targetId === targetId) &&
        (!state || each.state === state),
    );
    return {
      items: found.slice(offset, offset + limit),
      totalItems: found.length,
    };
  }

  withdraw(targetId: string, id: string): void {
    const index = this.acknowledgements.findIndex(
      each => each.id === id && each.targetId === targetId,
    );
    if (index < 0) {
      throw new NotFoundError(`No acknowledgement ${id}`);
    }
    this.acknowledgements[index] = {
      ...this.acknowledgements[index],
      state: 'ended',
      endedAt: new Date().toISOString(),
      endedBy: this.#caller(),
    };
  }

  ignoreRules(): IgnoreRulesPage {
    return { rules: [...this.rules] };
  }

  test(): IgnoreRuleTest {
    return {
      examined: 0,
      muted: 0,
      partlyMuted: 0,
      bySeverity: { low: 0, medium: 0, high: 0, critical: 0 },
      openMuted: 0,
      targets: 0,
      examples: [],
      truncated: false,
      summary: 'would have muted nothing',
      ...this.#test,
    };
  }

  create(rule: DriftIgnoreRule): StoredIgnoreRule {
    if (this.rules.some(({ id }) => id === rule.id)) {
      throw new ConflictError(`There is an ignore rule ${rule.id} already`);
    }
    const stored: StoredIgnoreRule = {
      ...rule,
      origin: 'api',
      createdBy: this.#caller(),
      createdAt: new Date().toISOString(),
      mutedNow: 0,
      mutedTotal: 0,
    };
    this.rules.push(stored);
    return stored;
  }

  update(rule: DriftIgnoreRule): StoredIgnoreRule {
    const index = this.#ruleIndex(rule.id);
    const { origin, createdBy, createdAt, mutedNow, mutedTotal } =
      this.rules[index];
    this.rules[index] = {
      ...rule,
      origin,
      createdBy,
      createdAt,
      mutedNow,
      mutedTotal,
      updatedBy: this.#caller(),
      updatedAt: new Date().toISOString(),
    };
    return this.rules[index];
  }

  delete(ruleId: string): void {
    this.rules.splice(this.#ruleIndex(ruleId), 1);
  }

  suggest(
    targetId: string,
    findingId: string,
    options: { path?: string } = {},
  ): IgnoreRuleSuggestion {
    const finding = this.#findings().find(
      each => each.targetId === targetId && each.id === findingId,
    );
    if (!finding) {
      throw new NotFoundError(`No finding ${findingId}`);
    }
    const path = options.path ?? finding.fields[0]?.path;
    return {
      rule: {
        id: `mute-${finding.resourceType}`,
        reason: '',
        address: finding.address,
        ...(path && finding.change === 'update' ? { path } : {}),
      },
      notes: [],
    };
  }

  import(request: IgnoreRuleImport): IgnoreRuleImportResult {
    const { text, dryRun = true } = request;
    const rules = text
      .split('\n')
      .filter(line => line.trim() && !line.startsWith('#'))
      .map(
        (line, index): DriftIgnoreRule => ({
          id: `imported-${index + 1}`,
          reason: 'Imported.',
          address: line.trim(),
        }),
      );
    if (!dryRun) {
      rules.forEach(rule => this.create(rule));
    }
    return { rules, problems: [], dryRun };
  }

  #ruleIndex(ruleId: string): number {
    const index = this.rules.findIndex(({ id }) => id === ruleId);
    if (index < 0) {
      throw new NotFoundError(`No ignore rule ${ruleId}`);
    }
    return index;
  }
}
