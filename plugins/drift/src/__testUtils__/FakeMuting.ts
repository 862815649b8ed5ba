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

import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
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
  ResourceChange,
  StoredFinding,
  StoredIgnoreRule,
} from '@infra-hub/backstage-plugin-drift-common';

/** What {@link FakeMuting} begins with. */
export interface FakeMutingOptions {
  acknowledgements?: Acknowledgement[];
  ignoreRules?: StoredIgnoreRule[];
  /** What the back-test of any rule says instead of the truth. */
  test?: Partial<IgnoreRuleTest>;
}

/** Worst first. */
const SEVERITIES = ['critical', 'high', 'medium', 'low'];

type Scope = Omit<DriftIgnoreRule, 'id' | 'reason'>;

/** Changes that no rule about attributes speaks of. */
const WHOLE: readonly ResourceChange[] = [
  'create',
  'delete',
  'replace',
  'forget',
  'unknown',
];

function globMatches(glob: string, text: string): boolean {
  const pattern = glob
    .split('*')
    .map(part => part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${pattern}$`).test(text);
}

function nameOf(targetId: string): string {
  return targetId.slice(targetId.indexOf('/') + 1);
}

function clientOf(targetId: string): string {
  return targetId.slice(targetId.indexOf(':') + 1, targetId.indexOf('/'));
}

function within(glob: string | undefined, text: string): boolean {
  return glob === undefined || globMatches(glob, text);
}

/** Paths that a rule mutes; all of them where it mutes the finding as a whole. */
function mutedPaths(rule: Scope, finding: StoredFinding): string[] | 'whole' {
  const { targetId, resourceType, address, change, fields } = finding;
  if (
    !within(rule.client, clientOf(targetId)) ||
    !within(rule.source, targetId.split(':')[0]) ||
    !within(rule.target, nameOf(targetId)) ||
    !within(rule.resourceType, resourceType) ||
    !within(rule.address, address) ||
    !within(rule.manager, finding.attribution?.who ?? '')
  ) {
    return [];
  }
  const ofFields = [rule.path, rule.value, rule.manager].some(
    each => each !== undefined,
  );
  const ofWhole = WHOLE.includes(change);
  if (!ofFields) {
    return ofWhole && rule.address !== address ? [] : 'whole';
  }
  return ofWhole
    ? []
    : fields
        .filter(
          field =>
            (rule.path === undefined ||
              globMatches(rule.path, field.path) ||
              globMatches(`${rule.path}/*`, field.path)) &&
            (rule.value === undefined ||
              JSON.stringify(rule.value) === JSON.stringify(field.actual)),
        )
        .map(({ path }) => path);
}

/** Acknowledgements and ignore rules in memory. */
export class FakeMuting {
  readonly acknowledgements: Acknowledgement[];
  readonly rules: StoredIgnoreRule[];
  readonly #test: Partial<IgnoreRuleTest> | undefined;
  readonly #caller: () => string;
  readonly #findings: () => StoredFinding[];
  readonly #changed: (targetId: string) => void;

  constructor(
    options: FakeMutingOptions & {
      caller(): string;
      /** May be changed in place. */
      findings(): StoredFinding[];
      /** Findings of a target alarm that did not, or the other way round. */
      changed(targetId: string): void;
    },
  ) {
    this.acknowledgements = options.acknowledgements ?? [];
    this.rules = options.ignoreRules ?? [];
    this.#test = options.test;
    this.#caller = options.caller;
    this.#findings = options.findings;
    this.#changed = options.changed;
  }

  acknowledge(
    targetId: string,
    request: AcknowledgementRequest,
  ): AcknowledgementsPage {
    const { fingerprints, reason, expiresAt } = request;
    if (reason.trim().length < 3) {
      throw new InputError('The reason must have at least 3 characters');
    }
    if (!(Date.parse(expiresAt) > Date.now())) {
      throw new InputError('The end must be in the future');
    }
    const accepted = this.#findings().filter(
      finding =>
        finding.targetId === targetId &&
        finding.state === 'open' &&
        finding.class === 'drift' &&
        !finding.suppressedBy &&
        (!fingerprints || fingerprints.includes(finding.fingerprint)),
    );
    if (accepted.length === 0) {
      throw new NotFoundError('Nothing of this is open drift any more');
    }
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
    for (const { id, fingerprint, createdBy } of items) {
      this.#patch(targetId, fingerprint, {
        suppressedBy: { ruleId: 'acknowledgement', reason },
        acknowledgement: { id, by: createdBy, reason, expiresAt },
      });
    }
    this.#changed(targetId);
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
      each =>
        each.id === id && each.targetId === targetId && each.state === 'active',
    );
    if (index < 0) {
      throw new NotFoundError(`No acknowledgement ${id} is active`);
    }
    const old = this.acknowledgements[index];
    this.acknowledgements[index] = {
      ...old,
      state: 'ended',
      endedAt: new Date().toISOString(),
      endedBy: this.#caller(),
      endReason: 'It was withdrawn.',
    };
    this.#patch(targetId, old.fingerprint, {
      suppressedBy: undefined,
      acknowledgement: undefined,
    });
    this.#changed(targetId);
  }

  ignoreRules(): IgnoreRulesPage {
    return { rules: [...this.rules] };
  }

  test(rule: Scope): IgnoreRuleTest {
    const examined = this.#findings().filter(each => each.class === 'drift');
    const hits = examined
      .map(finding => ({ finding, paths: mutedPaths(rule, finding) }))
      .filter(({ paths }) => paths.length > 0);
    const muted = hits.filter(
      ({ finding, paths }) =>
        paths === 'whole' || paths.length === finding.fields.length,
    );
    const ofSeverity = (severity: string) =>
      muted.filter(({ finding }) => finding.severity === severity).length;
    const bySeverity = {
      low: ofSeverity('low'),
      medium: ofSeverity('medium'),
      high: ofSeverity('high'),
      critical: ofSeverity('critical'),
    };
    const severe = (['critical', 'high'] as const)
      .filter(severity => bySeverity[severity] > 0)
      .map(severity => `, ${bySeverity[severity]} of them ${severity}`)
      .join('');
    return {
      examined: examined.length,
      muted: muted.length,
      partlyMuted: hits.length - muted.length,
      bySeverity,
      openMuted: muted.filter(({ finding }) => finding.state === 'open').length,
      targets: new Set(hits.map(({ finding }) => finding.targetId)).size,
      examples: [...hits]
        .sort(
          (a, b) =>
            SEVERITIES.indexOf(a.finding.severity) -
            SEVERITIES.indexOf(b.finding.severity),
        )
        .slice(0, 20)
        .map(({ finding, paths }) => ({
          targetId: finding.targetId,
          finding,
          mutedPaths: paths === 'whole' ? [] : paths,
        })),
      truncated: false,
      summary: `would have muted ${muted.length} findings${severe}`,
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
    const { address, change, fields, resourceName } = finding;
    const rule: DriftIgnoreRule = {
      id: `mute-${resourceName}`,
      reason: '',
      source: targetId.split(':')[0],
      client: clientOf(targetId),
      target: nameOf(targetId),
      address,
    };
    if (WHOLE.includes(change)) {
      return {
        rule,
        notes: [
          `That the resource differs as a whole (${change}) can only be muted by its bare address.`,
        ],
      };
    }
    const path = options.path ?? (fields.length === 1 && fields[0].path);
    return path
      ? { rule: { ...rule, path }, notes: [`Only ${path} is muted.`] }
      : { rule, notes: ['Every change of this resource is muted.'] };
  }

  import(request: IgnoreRuleImport): IgnoreRuleImportResult {
    const { text, client, target, dryRun = true } = request;
    const problems: IgnoreRuleImportResult['problems'] = [];
    const rules: DriftIgnoreRule[] = [];
    for (const [index, line] of text.split('\n').entries()) {
      const entry = line.trim();
      if (entry.startsWith('!')) {
        problems.push({
          line: index + 1,
          text: entry,
          message: 'Exceptions from a rule have no equal here.',
        });
      } else if (entry && !entry.startsWith('#')) {
        rules.push({
          id: `imported-${rules.length + 1}`,
          reason: 'Imported.',
          client,
          target,
          address: entry,
        });
      }
    }
    if (!dryRun) {
      rules.forEach(rule => this.create(rule));
    }
    return { rules, problems, dryRun };
  }

  #patch(
    targetId: string,
    fingerprint: string,
    change: Partial<StoredFinding>,
  ): void {
    const findings = this.#findings();
    for (const [index, finding] of findings.entries()) {
      if (
        finding.targetId === targetId &&
        finding.fingerprint === fingerprint &&
        finding.state === 'open'
      ) {
        findings[index] = { ...finding, ...change };
      }
    }
  }

  #ruleIndex(ruleId: string): number {
    const index = this.rules.findIndex(({ id }) => id === ruleId);
    if (index < 0) {
      throw new NotFoundError(`No ignore rule ${ruleId}`);
    }
    return index;
  }
}
