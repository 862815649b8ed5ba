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

import { ConflictError } from '@backstage/errors';
import {
  Acknowledgement,
  AcknowledgementsPage,
  DriftIgnoreRule,
  Severity,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import { concernsTarget } from '@infra-hub/drift-engine';
import { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import {
  storableText,
  toDate,
  toIso,
  toOptionalDate,
  toStoredFinding,
} from '../store/conversion';
import { inTransaction, insertRows, whereInList } from '../store/database';
import { TargetCondition } from '../store/DriftStore';
import {
  BY_ITSELF,
  endAcknowledgements,
  END_REASONS,
} from '../store/operations/muting/endAcknowledgements';
import {
  beginRuleChange,
  readMuting,
  StoredMuting,
} from '../store/operations/muting/readMuting';
import {
  JudgedTarget,
  lockToRejudge,
  Rejudge,
  Rejudged,
  rejudgeTarget,
} from '../store/operations/muting/rejudgeTarget';
import { whereBase } from '../store/operations/results/whereQuery';
import { NOBODY, riskOfScore } from '../store/ranks';
import {
  DbAcknowledgementRow,
  DbFindingRow,
  DbIgnoreRuleRow,
  DbIgnoreRuleUsageRow,
  DbRejudgementRow,
  DbTargetRow,
} from '../store/tables';

/** Rules that are written through the API cost every verdict a little. */
export const MOST_RULES = 1_000;
const MOST_EXPIRED = 200;

/** A rule of the API with who wrote it. */
export interface WrittenRule {
  rule: DriftIgnoreRule;
  createdBy: string;
  createdAt: string;
  updatedBy?: string;
  updatedAt?: string;
}

/** What a rule did. */
export interface RuleUsage {
  knownSince: Date;
  mutedTotal: number;
  lastMutedAt?: Date;
  endedFor?: string;
}

/** A finding of the history, with the target that it was found in. */
export interface HistoricFinding {
  finding: StoredFinding;
  of: JudgedTarget;
}

type TargetKey = Pick<DbTargetRow, 'id' | 'source' | 'client' | 'name'>;

/** Acknowledgements and ignore rules, in the database of the plugin. */
export class DatabaseMutingStore {
  readonly #knex: Knex;

  static create(options: { knex: Knex }): DatabaseMutingStore {
    return new DatabaseMutingStore(options.knex);
  }

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  async ping(): Promise<void> {
    await this.#knex.raw('select 1');
  }

  readMuting(targetId: string): Promise<StoredMuting> {
    return readMuting(this.#knex, { targetId });
  }

  /**
   * Accepts open drift of a target and judges the target by it, all or nothing.
   *
   * @remarks
   * The lock on the target's row puts it in order with scans that end: one that
   * was judged before is refused and judged again, one that is stored before is
   * what people accept here, or a conflict.
   *
   * @throws ConflictError when a fingerprint does not alarm
   */
  async acknowledge(options: {
    targetId: string;
    fingerprints?: string[];
    reason: string;
    expiresAt: Date;
    by: string;
    rejudge: Rejudge;
    now: Date;
  }): Promise<{ created: Acknowledgement[]; rejudged: Rejudged } | undefined> {
    const { targetId, reason, expiresAt, by, rejudge, now } = options;
    return inTransaction(this.#knex, async tx => {
      const target = await lockToRejudge(tx, targetId);
      if (!target || target.retired_at !== null) {
        return undefined;
      }
      const alarming = await readAlarming(tx, targetId);
      const wanted = [...new Set(options.fingerprints ?? alarming.keys())];
      if (wanted.length === 0) {
        throw new ConflictError(
          `Nothing of the target '${targetId}' drifted that could be accepted`,
        );
      }
      const unknown = wanted.find(fingerprint => !alarming.has(fingerprint));
      if (unknown !== undefined) {
        throw new ConflictError(
          await describeUnknown(tx, { targetId, fingerprint: unknown }),
        );
      }
      const rows = wanted.map<DbAcknowledgementRow>(fingerprint => ({
        id: randomUUID(),
        target_id: targetId,
        fingerprint,
        address: alarming.get(fingerprint)?.address ?? '',
        severity: riskOfScore(alarming.get(fingerprint)?.severity_rank ?? 0),
        reason: storableText(reason),
        created_at: now,
        created_by: storableText(by),
        expires_at: expiresAt,
        state: 'active',
        ended_at: null,
        ended_by: null,
        end_reason: null,
      }));
      await insertRows(tx, { table: 'drift_acknowledgements', rows });
      return {
        created: rows.map(toAcknowledgement),
        rejudged: await rejudgeTarget(tx, { target, rejudge, now }),
      };
    });
  }

  /**
   * Ends an acknowledgement, so that the drift alarms again if it is still there.
   *
   * @throws ConflictError when it has ended
   */
  async withdraw(options: {
    targetId: string;
    id: string;
    by: string;
    rejudge: Rejudge;
    now: Date;
  }): Promise<{ ended: Acknowledgement; rejudged: Rejudged } | undefined> {
    const { targetId, id, by, rejudge, now } = options;
    return inTransaction(this.#knex, async tx => {
      const target = await lockToRejudge(tx, targetId);
      const [row] = target
        ? await tx<DbAcknowledgementRow>('drift_acknowledgements')
            .where({ target_id: targetId })
            .modify(whereInList, { knex: tx, column: 'id', values: [id] })
        : [];
      if (!target || !row) {
        return undefined;
      }
      if (row.state !== 'active') {
        throw new ConflictError('The acknowledgement has ended already');
      }
      const end = { by: storableText(by), reason: 'It was withdrawn.', now };
      await endAcknowledgements(tx, { ids: [id], ...end });
      return {
        ended: toAcknowledgement({
          ...row,
          state: 'ended',
          ended_at: now,
          ended_by: end.by,
          end_reason: end.reason,
        }),
        rejudged: await rejudgeTarget(tx, { target, rejudge, now }),
      };
    });
  }

  /** Targets with acknowledgements whose time has come. */
  async findExpired(options: { now: Date }): Promise<string[]> {
    return this.#knex<DbAcknowledgementRow>('drift_acknowledgements')
      .where({ state: 'active' })
      .where('expires_at', '<=', options.now)
      .distinct('target_id')
      .limit(MOST_EXPIRED)
      .pluck('target_id');
  }

  /** Ends what has expired of a target. */
  async expire(options: {
    targetId: string;
    rejudge: Rejudge;
    now: Date;
  }): Promise<Rejudged | undefined> {
    const { targetId, rejudge, now } = options;
    return inTransaction(this.#knex, async tx => {
      const target = await lockToRejudge(tx, targetId);
      const ids = await tx<DbAcknowledgementRow>('drift_acknowledgements')
        .where({ target_id: targetId, state: 'active' })
        .where('expires_at', '<=', now)
        .pluck('id');
      if (!target || ids.length === 0) {
        return undefined;
      }
      await endAcknowledgements(tx, {
        ids,
        by: BY_ITSELF,
        reason: END_REASONS.expired,
        now,
      });
      return rejudgeTarget(tx, { target, rejudge, now });
    });
  }

  /** Active ones first, then the newest. */
  async listAcknowledgements(options: {
    targetId?: string;
    state?: Acknowledgement['state'];
    condition?: TargetCondition;
    limit: number;
    offset: number;
    now: Date;
  }): Promise<AcknowledgementsPage> {
    const { targetId, state, condition, limit, offset, now } = options;
    const knex = this.#knex;
    const matching = () => {
      const builder = knex('drift_acknowledgements')
        .join(
          'drift_results',
          'drift_results.id',
          'drift_acknowledgements.target_id',
        )
        .modify(whereBase, { knex, query: {}, condition, now });
      if (targetId !== undefined) {
        builder.where({ 'drift_acknowledgements.target_id': targetId });
      }
      if (state !== undefined) {
        builder.where({ 'drift_acknowledgements.state': state });
      }
      return builder;
    };
    const rows: DbAcknowledgementRow[] = await matching()
      .orderBy([
        { column: 'drift_acknowledgements.state' },
        { column: 'drift_acknowledgements.created_at', order: 'desc' },
        { column: 'drift_acknowledgements.id' },
      ])
      .limit(limit)
      .offset(offset)
      .select('drift_acknowledgements.*');
    const total = await matching().count({ count: '*' }).first();
    return {
      items: rows.map(toAcknowledgement),
      totalItems: Number(total?.count ?? 0),
    };
  }

  /** Rules of the API, by id. */
  async listRules(): Promise<WrittenRule[]> {
    const rows = await this.#knex<DbIgnoreRuleRow>(
      'drift_ignore_rules',
    ).orderBy('id');
    return rows.map(toWrittenRule);
  }

  /**
   * Adds rules, all or none.
   *
   * @throws ConflictError when an id is taken or there are too many rules
   */
  async createRules(options: {
    rules: DriftIgnoreRule[];
    by: string;
    now: Date;
  }): Promise<WrittenRule[]> {
    const { rules, by, now } = options;
    return inTransaction(this.#knex, async tx => {
      await beginRuleChange(tx);
      const taken = new Set(
        await tx<DbIgnoreRuleRow>('drift_ignore_rules').pluck('id'),
      );
      const known = rules.find(rule => taken.has(rule.id));
      if (known) {
        throw new ConflictError(`There is a rule '${known.id}' already`);
      }
      if (taken.size + rules.length > MOST_RULES) {
        throw new ConflictError(
          `There may be at most ${MOST_RULES} rules; delete those that are of no use`,
        );
      }
      const rows = rules.map<DbIgnoreRuleRow>(rule => ({
        id: rule.id,
        rule: storableText(JSON.stringify(rule)),
        created_by: storableText(by),
        created_at: now,
        updated_by: null,
        updated_at: null,
      }));
      await insertRows(tx, { table: 'drift_ignore_rules', rows });
      await enqueue(tx, {
        targetIds: await findConcerned(tx, { rules }),
        now,
      });
      return rows.map(toWrittenRule);
    });
  }

  /** Undefined when there is none. */
  async updateRule(options: {
    rule: DriftIgnoreRule;
    by: string;
    now: Date;
  }): Promise<WrittenRule | undefined> {
    const { rule, by, now } = options;
    return inTransaction(this.#knex, async tx => {
      await beginRuleChange(tx);
      const before = await tx<DbIgnoreRuleRow>('drift_ignore_rules')
        .where({ id: rule.id })
        .first();
      if (!before) {
        return undefined;
      }
      const change = {
        rule: storableText(JSON.stringify(rule)),
        updated_by: storableText(by),
        updated_at: now,
      };
      await tx<DbIgnoreRuleRow>('drift_ignore_rules')
        .where({ id: rule.id })
        .update(change);
      await enqueue(tx, {
        targetIds: [
          ...(await findConcerned(tx, { rules: [rule] })),
          ...(await findMutedBy(tx, { ruleId: rule.id })),
        ],
        now,
      });
      return toWrittenRule({ ...before, ...change });
    });
  }

  /** False when there is none. */
  async deleteRule(options: { ruleId: string; now: Date }): Promise<boolean> {
    const { ruleId, now } = options;
    return inTransaction(this.#knex, async tx => {
      await beginRuleChange(tx);
      const deleted = await tx<DbIgnoreRuleRow>('drift_ignore_rules')
        .where({ id: ruleId })
        .delete();
      if (deleted === 0) {
        return false;
      }
      await tx<DbIgnoreRuleUsageRow>('drift_ignore_rule_usage')
        .where({ rule_id: ruleId })
        .delete();
      await enqueue(tx, {
        targetIds: await findMutedBy(tx, { ruleId }),
        now,
      });
      return true;
    });
  }

  /** Notes from when on rules are known, for those that are not yet. */
  async noteRules(options: { ruleIds: string[]; now: Date }): Promise<void> {
    const rows = options.ruleIds.map<DbIgnoreRuleUsageRow>(ruleId => ({
      rule_id: storableText(ruleId),
      known_since: options.now,
      muted_total: 0,
      last_muted_at: null,
      ended_for: null,
    }));
    if (rows.length > 0) {
      await this.#knex<DbIgnoreRuleUsageRow>('drift_ignore_rule_usage')
        .insert(rows)
        .onConflict('rule_id')
        .ignore();
    }
  }

  async readUsage(): Promise<Map<string, RuleUsage>> {
    const rows = await this.#knex<DbIgnoreRuleUsageRow>(
      'drift_ignore_rule_usage',
    );
    return new Map(
      rows.map(row => [
        row.rule_id,
        {
          knownSince: toDate(row.known_since),
          mutedTotal: row.muted_total,
          lastMutedAt: toOptionalDate(row.last_muted_at),
          endedFor: row.ended_for ?? undefined,
        },
      ]),
    );
  }

  /** Has what an expired rule muted judged again, once for each expiry. */
  async endRule(options: {
    ruleId: string;
    expires: string;
    now: Date;
  }): Promise<void> {
    const { ruleId, expires, now } = options;
    await inTransaction(this.#knex, async tx => {
      await beginRuleChange(tx);
      const ended = await tx<DbIgnoreRuleUsageRow>('drift_ignore_rule_usage')
        .where({ rule_id: ruleId })
        .where(other =>
          other.whereNull('ended_for').orWhereNot({ ended_for: expires }),
        )
        .update({ ended_for: expires.slice(0, 64) });
      if (ended > 0) {
        await enqueue(tx, {
          targetIds: await findMutedBy(tx, { ruleId }),
          now,
        });
      }
    });
  }

  /** How many open findings each rule mutes, wholly or in part, of the targets that a caller may see. */
  async countMuted(options: {
    condition?: TargetCondition;
    now: Date;
  }): Promise<Map<string, number>> {
    const { condition, now } = options;
    const knex = this.#knex;
    const rows: { muted_by: string; count: number | string }[] = await knex(
      'drift_findings',
    )
      .join('drift_results', 'drift_results.id', 'drift_findings.target_id')
      .modify(whereBase, { knex, query: {}, condition, now })
      .whereNull('drift_findings.resolved_at')
      .whereNotNull('drift_findings.muted_by')
      .groupBy('drift_findings.muted_by')
      .select('drift_findings.muted_by')
      .count({ count: '*' });
    const counts = new Map<string, number>();
    for (const row of rows) {
      for (const ruleId of JSON.parse(row.muted_by) as string[]) {
        counts.set(ruleId, (counts.get(ruleId) ?? 0) + Number(row.count));
      }
    }
    return counts;
  }

  /** Declared targets that a caller may see. */
  async listTargets(options: {
    condition?: TargetCondition;
    now: Date;
  }): Promise<JudgedTarget[]> {
    const { condition, now } = options;
    const knex = this.#knex;
    const rows: TargetKey[] = await knex<DbTargetRow>('drift_results')
      .modify(whereBase, { knex, query: {}, condition, now })
      .select('id', 'source', 'client', 'name');
    return rows.map(toJudged);
  }

  /** The next target whose findings are to be judged by changed rules. */
  async nextRejudgement(): Promise<string | undefined> {
    const row = await this.#knex<DbRejudgementRow>('drift_rejudgements')
      .orderBy(['requested_at', 'target_id'])
      .first('target_id');
    return row?.target_id;
  }

  /** Undefined when another replica did it meanwhile. */
  async rejudge(options: {
    targetId: string;
    rejudge: Rejudge;
    now: Date;
  }): Promise<Rejudged | undefined> {
    const { targetId, rejudge, now } = options;
    return inTransaction(this.#knex, async tx => {
      const target = await lockToRejudge(tx, targetId);
      const taken = await tx<DbRejudgementRow>('drift_rejudgements')
        .where({ target_id: targetId })
        .delete();
      return target && taken > 0
        ? rejudgeTarget(tx, { target, rejudge, now })
        : undefined;
    });
  }

  /** Gives a target up until its next scan. */
  async dropRejudgement(options: { targetId: string }): Promise<void> {
    await this.#knex<DbRejudgementRow>('drift_rejudgements')
      .where({ target_id: options.targetId })
      .delete();
  }

  /** A finding of a target, open or resolved. */
  async findFinding(options: {
    targetId: string;
    findingId: string;
  }): Promise<StoredFinding | undefined> {
    const { targetId, findingId } = options;
    const [row]: DbFindingRow[] = await this.#knex<DbFindingRow>(
      'drift_findings',
    )
      .where({ target_id: targetId })
      .whereNull('version_of')
      .modify(whereInList, {
        knex: this.#knex,
        column: 'id',
        values: [findingId],
      });
    return row && toStoredFinding(row, {});
  }

  /**
   * Drift of the history that a rule could speak of: open findings first, worst
   * first, then what was resolved last.
   */
  async readHistory(options: {
    rule: Omit<DriftIgnoreRule, 'id' | 'reason'>;
    condition?: TargetCondition;
    limit: number;
    offset: number;
    now: Date;
  }): Promise<HistoricFinding[]> {
    const { rule, condition, limit, offset, now } = options;
    const knex = this.#knex;
    type Row = DbFindingRow & {
      of_source: string;
      of_client: string;
      of_name: string;
      seen_at: DbTargetRow['findings_seen_at'];
    };
    const rows: Row[] = await knex('drift_findings')
      .join('drift_results', 'drift_results.id', 'drift_findings.target_id')
      .modify(whereBase, {
        knex,
        query: {},
        condition,
        now,
      })
      .modify(builder => {
        if (rule.client !== undefined) {
          whereInList(builder, {
            knex,
            column: 'drift_results.client',
            values: [rule.client],
          });
        }
        if (rule.source !== undefined) {
          whereInList(builder, {
            knex,
            column: 'drift_results.source',
            values: [rule.source],
          });
        }
      })
      .where({ 'drift_findings.class': 'drift' })
      .whereNull('drift_findings.version_of')
      .orderByRaw('?? desc nulls first', ['drift_findings.resolved_at'])
      .orderBy([
        { column: 'drift_findings.severity_rank', order: 'desc' },
        { column: 'drift_findings.id' },
      ])
      .limit(limit)
      .offset(offset)
      .select(
        'drift_findings.*',
        'drift_results.source as of_source',
        'drift_results.client as of_client',
        'drift_results.name as of_name',
        'drift_results.findings_seen_at as seen_at',
      );
    return rows.map(row => ({
      finding: toStoredFinding(row, { seenAt: toOptionalDate(row.seen_at) }),
      of: toJudged({
        source: row.of_source,
        client: row.of_client,
        name: row.of_name,
      }),
    }));
  }
}

type AlarmingRow = Pick<DbFindingRow, 'fingerprint' | 'address'> & {
  severity_rank: number;
};

async function readAlarming(
  tx: Knex.Transaction,
  targetId: string,
): Promise<Map<string, AlarmingRow>> {
  const rows: AlarmingRow[] = await tx<DbFindingRow>('drift_findings')
    .where({ target_id: targetId, class: 'drift', suppressed: false })
    .whereNull('resolved_at')
    .select('fingerprint', 'address', 'severity_rank');
  return new Map(rows.map(row => [row.fingerprint, row]));
}

async function describeUnknown(
  tx: Knex.Transaction,
  options: { targetId: string; fingerprint: string },
): Promise<string> {
  const [accepted] = await tx<DbAcknowledgementRow>('drift_acknowledgements')
    .where({ target_id: options.targetId, state: 'active' })
    .modify(whereInList, {
      knex: tx,
      column: 'fingerprint',
      values: [options.fingerprint],
    });
  return accepted
    ? `The drift of ${accepted.address} is accepted already; withdraw that to accept it anew`
    : 'What you want to accept does not alarm any more or looks different now; look at the target again';
}

/** Targets with open findings that one of the rules speaks of. */
async function findConcerned(
  tx: Knex.Transaction,
  options: { rules: DriftIgnoreRule[] },
): Promise<string[]> {
  const rows: TargetKey[] = await tx<DbTargetRow>('drift_results')
    .whereNull('retired_at')
    .whereExists(
      tx('drift_findings')
        .select(tx.raw('1'))
        .whereRaw('drift_findings.target_id = drift_results.id')
        .whereNull('drift_findings.resolved_at'),
    )
    .select('id', 'source', 'client', 'name');
  return rows
    .filter(row =>
      options.rules.some(rule => concernsTarget(rule, toJudged(row))),
    )
    .map(row => row.id);
}

/** Targets of which a rule mutes something now. */
async function findMutedBy(
  tx: Knex.Transaction,
  options: { ruleId: string },
): Promise<string[]> {
  const rows: { target_id: string; muted_by: string }[] = await tx(
    'drift_findings',
  )
    .whereNull('resolved_at')
    .whereNotNull('muted_by')
    .distinct('target_id', 'muted_by');
  return rows
    .filter(row =>
      (JSON.parse(row.muted_by) as string[]).includes(options.ruleId),
    )
    .map(row => row.target_id);
}

async function enqueue(
  tx: Knex.Transaction,
  options: { targetIds: string[]; now: Date },
): Promise<void> {
  const rows = [...new Set(options.targetIds)]
    .sort()
    .map<DbRejudgementRow>(targetId => ({
      target_id: targetId,
      requested_at: options.now,
    }));
  await insertRows(tx, {
    table: 'drift_rejudgements',
    rows,
    onConflict: {
      columns: ['target_id'],
      merge: ['requested_at'],
    },
  });
}

function toJudged(row: Omit<TargetKey, 'id'>): JudgedTarget {
  return {
    source: row.source,
    ...(row.client !== NOBODY && { client: row.client }),
    target: row.name,
  };
}

function toWrittenRule(row: DbIgnoreRuleRow): WrittenRule {
  return {
    rule: JSON.parse(row.rule),
    createdBy: row.created_by,
    createdAt: toDate(row.created_at).toISOString(),
    updatedBy: row.updated_by ?? undefined,
    updatedAt: toIso(row.updated_at),
  };
}

function toAcknowledgement(row: DbAcknowledgementRow): Acknowledgement {
  return {
    id: row.id,
    targetId: row.target_id,
    fingerprint: row.fingerprint,
    address: row.address,
    severity: row.severity as Severity,
    reason: row.reason,
    createdAt: toDate(row.created_at).toISOString(),
    createdBy: row.created_by,
    expiresAt: toDate(row.expires_at).toISOString(),
    state: row.state as Acknowledgement['state'],
    endedAt: toIso(row.ended_at),
    endedBy: row.ended_by ?? undefined,
    endReason: row.end_reason ?? undefined,
  };
}
