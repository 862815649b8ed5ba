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

import { LoggerService, SchedulerService } from '@backstage/backend-plugin-api';
import { ConflictError, NotFoundError, toError } from '@backstage/errors';
import {
  Acknowledgement,
  AcknowledgementsPage,
  DriftIgnoreRule,
  IgnoreRuleTest,
  Severity,
  StoredFinding,
  StoredIgnoreRule,
} from '@infra-hub/backstage-plugin-drift-common';
import { concernsTarget, testIgnoreRule } from '@infra-hub/drift-engine';
import { ScanEventEmitter } from '../scans/ScanEvents';
import { ScanRequests } from '../scans/ScanRequests';
import { TargetCondition } from '../store/DriftStore';
import {
  JudgedTarget,
  Rejudge,
  Rejudged,
} from '../store/operations/muting/rejudgeTarget';
import { severityRank } from '../store/ranks';
import { ReadMuting } from '../verdict/judgeAndStore';
import { Verdict } from '../verdict/readVerdict';
import {
  DatabaseMutingStore,
  RuleUsage,
  WrittenRule,
} from './DatabaseMutingStore';
import { describeTest } from './describeTest';

const DAY_MS = 24 * 3600 * 1000;
/** So long a rule may mute nothing before it seems to be of no use. */
const DEAD_DAYS = 30;
/** Findings of the history that a rule is tried on. */
const MOST_TESTED = 10_000;
const TESTED_AT_ONCE = 500;
const MOST_EXAMPLES = 20;
const TASK_INTERVAL = { minutes: 1 };
const TASK_TIMEOUT = { minutes: 5 };

interface MutingOptions {
  store: DatabaseMutingStore;
  verdict: Verdict;
  events: ScanEventEmitter;
  requests: Pick<ScanRequests, 'requestScan'>;
  logger: LoggerService;
  now: () => Date;
}

/**
 * What people accept and mute. What they change takes effect at once, on what is
 * stored: acknowledgements before the answer, rules right after it, target by
 * target. Knows nothing of permissions.
 */
export class DriftMuting {
  readonly #options: MutingOptions;
  readonly #rejudge: Rejudge;
  #stopped = false;
  #working?: Promise<void>;

  static create(options: MutingOptions): DriftMuting {
    return new DriftMuting(options);
  }

  private constructor(options: MutingOptions) {
    this.#options = options;
    const { verdict, now } = options;
    this.#rejudge = {
      configuredRules: () =>
        verdict.ignoreRules
          .filter(({ expires }) => !isPast(expires, now()))
          .map(({ id }) => id),
      reassess: (findings, of, muting) =>
        verdict.reassess(findings, of, muting),
      summarise: report => verdict.summarise(report),
    };
  }

  /** What a verdict on a target has to know. */
  readonly readMuting: ReadMuting = targetId =>
    this.#options.store.readMuting(targetId);

  /** Rejects when the database is away. */
  ping(): Promise<void> {
    return this.#options.store.ping();
  }

  /** Ends what has expired and judges what waits. */
  async start(scheduler: SchedulerService): Promise<void> {
    await scheduler.scheduleTask({
      id: 'drift-end-muting',
      scope: 'global',
      frequency: TASK_INTERVAL,
      timeout: TASK_TIMEOUT,
      fn: () => this.tick(),
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#working;
  }

  /** What the scheduled task does. */
  async tick(): Promise<void> {
    const { store, now } = this.#options;
    for (const targetId of await store.findExpired({ now: now() })) {
      await this.#tell(
        await store.expire({ targetId, rejudge: this.#rejudge, now: now() }),
      );
    }
    await this.#endRules();
    await this.work();
  }

  async acknowledge(options: {
    targetId: string;
    fingerprints?: string[];
    reason: string;
    expiresAt: Date;
    by: string;
  }): Promise<Acknowledgement[]> {
    const { store, now } = this.#options;
    const done = await store.acknowledge({
      ...options,
      rejudge: this.#rejudge,
      now: now(),
    });
    if (!done) {
      throw new NotFoundError(`No target '${options.targetId}' was found`);
    }
    await this.#tell(done.rejudged);
    return done.created;
  }

  async withdraw(options: {
    targetId: string;
    id: string;
    by: string;
  }): Promise<Acknowledgement> {
    const { store, now } = this.#options;
    const done = await store.withdraw({
      ...options,
      rejudge: this.#rejudge,
      now: now(),
    });
    if (!done) {
      throw new NotFoundError(
        `No acknowledgement '${options.id}' of target '${options.targetId}' was found`,
      );
    }
    await this.#tell(done.rejudged);
    return done.ended;
  }

  async listAcknowledgements(options: {
    targetId?: string;
    state?: Acknowledgement['state'];
    condition?: TargetCondition;
    limit: number;
    offset: number;
  }): Promise<AcknowledgementsPage> {
    const { store, now } = this.#options;
    return store.listAcknowledgements({ ...options, now: now() });
  }

  /** Rules of configuration and API, with what they do to targets that the caller may see. */
  async listRules(options: {
    condition?: TargetCondition;
  }): Promise<StoredIgnoreRule[]> {
    const { condition } = options;
    const { store, verdict } = this.#options;
    const now = this.#options.now();
    await store.noteRules({
      ruleIds: verdict.ignoreRules.map(({ id }) => id),
      now,
    });
    const written = await store.listRules();
    const usage = await store.readUsage();
    const everywhere = await store.countMuted({ now });
    const visible = condition
      ? await store.countMuted({ condition, now })
      : everywhere;
    const targets = await store.listTargets({ condition, now });
    const describe = (rule: DriftIgnoreRule, since: Date | undefined) => ({
      ...describeUse(rule, { usage, visible }),
      ...this.#deadHint(rule, {
        since,
        used: usage.get(rule.id),
        mutes: everywhere.has(rule.id),
        targets,
      }),
    });
    return [
      ...verdict.ignoreRules.map(rule => ({
        ...rule,
        origin: 'config' as const,
        ...describe(rule, usage.get(rule.id)?.knownSince),
      })),
      ...written.map(each => ({
        ...toStored(each),
        ...describe(each.rule, new Date(each.updatedAt ?? each.createdAt)),
      })),
    ];
  }

  /** @throws ConflictError when an id is taken */
  async createRules(options: {
    rules: DriftIgnoreRule[];
    by: string;
  }): Promise<StoredIgnoreRule[]> {
    const { rules, by } = options;
    const { store, now } = this.#options;
    for (const { id } of rules) {
      if (this.isConfigured(id)) {
        throw new ConflictError(
          `There is a rule '${id}' in the configuration already`,
        );
      }
    }
    const created = await store.createRules({ rules, by, now: now() });
    this.wake();
    return created.map(each => ({
      ...toStored(each),
      mutedNow: 0,
      mutedTotal: 0,
    }));
  }

  /** @throws NotFoundError, or ConflictError when the rule is configured */
  async updateRule(options: {
    rule: DriftIgnoreRule;
    by: string;
    /** Of the targets that the caller may see. */
    condition?: TargetCondition;
  }): Promise<StoredIgnoreRule> {
    const { rule, by, condition } = options;
    const { store, now } = this.#options;
    this.#requireWritable(rule.id);
    const updated = await store.updateRule({ rule, by, now: now() });
    if (!updated) {
      throw new NotFoundError(`No ignore rule '${rule.id}' was found`);
    }
    this.wake();
    const usage = await store.readUsage();
    const visible = await store.countMuted({ condition, now: now() });
    return {
      ...toStored(updated),
      ...describeUse(rule, { usage, visible }),
    };
  }

  /** @throws NotFoundError, or ConflictError when the rule is configured */
  async deleteRule(options: { ruleId: string }): Promise<void> {
    const { ruleId } = options;
    const { store, now } = this.#options;
    this.#requireWritable(ruleId);
    if (!(await store.deleteRule({ ruleId, now: now() }))) {
      throw new NotFoundError(`No ignore rule '${ruleId}' was found`);
    }
    this.wake();
  }

  /** What a rule would have muted of the history that the caller may see. */
  async testRule(options: {
    rule: Omit<DriftIgnoreRule, 'id' | 'reason'>;
    condition?: TargetCondition;
  }): Promise<IgnoreRuleTest> {
    const { rule, condition } = options;
    const { store } = this.#options;
    const now = this.#options.now();
    const bySeverity: Record<Severity, number> = {
      low: 0,
      medium: 0,
      high: 0,
      critical: 0,
    };
    const targets = new Set<string>();
    let examples: IgnoreRuleTest['examples'] = [];
    let [examined, muted, partlyMuted, openMuted] = [0, 0, 0, 0];
    let truncated = false;
    for (let offset = 0; ; offset += TESTED_AT_ONCE) {
      const page = await store.readHistory({
        rule,
        condition,
        limit: TESTED_AT_ONCE,
        offset,
        now,
      });
      for (const { finding, of } of page) {
        examined += 1;
        const tested = testIgnoreRule(finding, rule, of);
        if (tested.muted === 'not') {
          continue;
        }
        targets.add(finding.targetId);
        if (tested.muted === 'whole') {
          muted += 1;
          bySeverity[finding.severity] += 1;
          openMuted += finding.state === 'open' ? 1 : 0;
        } else {
          partlyMuted += 1;
        }
        examples.push({
          targetId: finding.targetId,
          finding,
          mutedPaths: tested.paths,
        });
      }
      examples = worstExamples(examples);
      if (page.length < TESTED_AT_ONCE) {
        break;
      }
      if (offset + TESTED_AT_ONCE >= MOST_TESTED) {
        truncated = true;
        break;
      }
    }
    const result = {
      examined,
      muted,
      partlyMuted,
      bySeverity,
      openMuted,
      targets: targets.size,
      examples,
      truncated,
    };
    return { ...result, summary: describeTest(result) };
  }

  findFinding(options: {
    targetId: string;
    findingId: string;
  }): Promise<StoredFinding | undefined> {
    return this.#options.store.findFinding(options);
  }

  isConfigured(ruleId: string): boolean {
    return this.#options.verdict.ignoreRules.some(({ id }) => id === ruleId);
  }

  /** Ids of all rules. */
  async listRuleIds(): Promise<Set<string>> {
    const { store, verdict } = this.#options;
    return new Set([
      ...verdict.ignoreRules.map(({ id }) => id),
      ...(await store.listRules()).map(({ rule }) => rule.id),
    ]);
  }

  /** Judges what waits, in the background. */
  wake(): void {
    this.work().catch(error =>
      this.#options.logger.warn(
        'Targets are judged by changed rules a minute later',
        toError(error),
      ),
    );
  }

  /** Judges what waits by changed rules; returns when nothing does. */
  async work(): Promise<void> {
    // What was added while the last round ended needs one more
    const before = this.#working;
    const round = (async () => {
      await before?.catch(() => {});
      await this.#workOff();
    })();
    this.#working = round;
    await round;
  }

  async #workOff(): Promise<void> {
    const { store, logger, now } = this.#options;
    while (!this.#stopped) {
      const targetId = await store.nextRejudgement();
      if (targetId === undefined) {
        return;
      }
      try {
        await this.#tell(
          await store.rejudge({ targetId, rejudge: this.#rejudge, now: now() }),
        );
      } catch (error) {
        // One that cannot be judged must not hold up the others
        await store.dropRejudgement({ targetId });
        logger.error(
          `${targetId} could not be judged by changed rules before its next scan`,
          toError(error),
        );
      }
    }
  }

  /** What expired rules muted alarms again. */
  async #endRules(): Promise<void> {
    const { store, verdict } = this.#options;
    const now = this.#options.now();
    const written = await store.listRules();
    const rules = [...verdict.ignoreRules, ...written.map(({ rule }) => rule)];
    await store.noteRules({ ruleIds: rules.map(({ id }) => id), now });
    const usage = await store.readUsage();
    for (const { id, expires } of rules) {
      if (
        expires !== undefined &&
        isPast(expires, now) &&
        usage.get(id)?.endedFor !== expires
      ) {
        await store.endRule({ ruleId: id, expires, now });
      }
    }
  }

  async #tell(rejudged: Rejudged | undefined): Promise<void> {
    if (!rejudged) {
      return;
    }
    const { events, requests, logger } = this.#options;
    const { targetId, client, source, scanId, stored } = rejudged;
    if (stored) {
      await events.onRejudged({ targetId, client, source, scanId, stored });
    }
    if (rejudged.needsScan && !rejudged.pushed) {
      try {
        await requests.requestScan({ targetId, requestedBy: 'drift' });
      } catch (error) {
        logger.warn(
          `${targetId} could not be scanned after a rule changed`,
          toError(error),
        );
      }
    }
  }

  #requireWritable(ruleId: string): void {
    if (this.isConfigured(ruleId)) {
      throw new ConflictError(
        `The rule '${ruleId}' stands in the configuration and can only be changed there`,
      );
    }
  }

  #deadHint(
    rule: DriftIgnoreRule,
    options: {
      since: Date | undefined;
      used: RuleUsage | undefined;
      mutes: boolean;
      targets: JudgedTarget[];
    },
  ): { deadHint?: string } {
    const { since, used, mutes, targets } = options;
    const now = this.#options.now();
    if (rule.expires !== undefined && isPast(rule.expires, now)) {
      return { deadHint: `It does nothing since ${rule.expires}.` };
    }
    if (mutes) {
      return {};
    }
    if (!targets.some(target => concernsTarget(rule, target))) {
      return {
        deadHint:
          'No target that you may see has the client, source and name that it is limited to.',
      };
    }
    const last = Math.max(
      used?.lastMutedAt?.getTime() ?? 0,
      since?.getTime() ?? now.getTime(),
    );
    return now.getTime() - last > DEAD_DAYS * DAY_MS
      ? { deadHint: `It has not muted anything in ${DEAD_DAYS} days.` }
      : {};
  }
}

function worstExamples(
  examples: IgnoreRuleTest['examples'],
): IgnoreRuleTest['examples'] {
  return examples
    .sort(
      (one, other) =>
        severityRank(other.finding.severity) -
        severityRank(one.finding.severity),
    )
    .slice(0, MOST_EXAMPLES);
}

function describeUse(
  rule: DriftIgnoreRule,
  options: {
    usage: ReadonlyMap<string, RuleUsage>;
    visible: ReadonlyMap<string, number>;
  },
): Pick<StoredIgnoreRule, 'mutedNow' | 'mutedTotal' | 'lastMutedAt'> {
  const used = options.usage.get(rule.id);
  return {
    mutedNow: options.visible.get(rule.id) ?? 0,
    mutedTotal: used?.mutedTotal ?? 0,
    ...(used?.lastMutedAt && { lastMutedAt: used.lastMutedAt.toISOString() }),
  };
}

function toStored(
  written: WrittenRule,
): Omit<StoredIgnoreRule, 'mutedNow' | 'mutedTotal'> {
  const { rule, ...who } = written;
  return { ...rule, origin: 'api', ...who };
}

function isPast(time: string | undefined, now: Date): boolean {
  return time !== undefined && Date.parse(time) <= now.getTime();
}
