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

import { JsonObject } from '@backstage/types';
import {
  OPEN_REMEDIATION_STATES,
  PolicyDecision,
  RemediationEvent,
  RemediationLogLine,
  RemediationOutcome,
  RemediationPreview,
  RemediationState,
} from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import { randomBytes, randomUUID } from 'node:crypto';
import { AutomaticLimit, driftKeyOf } from '../policy/Policies';
import {
  storableText,
  toDate,
  toOptionalDate,
  toScanTarget,
} from '../store/conversion';
import {
  affected,
  inTransaction,
  isPostgres,
  lockByName,
  whereInList,
} from '../store/database';
import { whereCondition } from '../store/operations/results/whereCondition';
import { NOBODY, RISK_SCORES, riskOfScore } from '../store/ranks';
import { DbTargetRow, DbTime } from '../store/tables';
import {
  LimitReached,
  RemediationChanges,
  RemediationRecord,
  RemediationStore,
  RemediationTarget,
  TargetIsBusy,
} from './RemediationStore';

const TABLE = 'drift_remediations';
const EVENTS = 'drift_remediation_events';
const LOG = 'drift_remediation_log';
/** Ends of what was begun and wrote nothing. */
const UNDONE: RemediationState[] = ['cancelled', 'rejected', 'dry-run'];
const LOG_LINES = 500;
const LINE_LENGTH = 2_000;
const NOTE_LENGTH = 2_000;
const STEP = 500;

/** Row of `drift_remediations`. */
interface DbRemediationRow {
  id: string;
  target_id: string;
  action: string;
  route: string;
  state: string;
  origin: string;
  requested_by: string;
  requested_at: DbTime;
  reason: string | null;
  policy_id: string | null;
  policy_mode: string | null;
  idempotency_key: string | null;
  addresses: string | null;
  drift_hash: string | null;
  salt: string;
  risk_rank: number;
  preview: string | null;
  preview_hash: string | null;
  changes_total: number | null;
  changes_destructive: number | null;
  changes_alongside: number | null;
  decision: string | null;
  confirmed_by: string | null;
  confirmed_at: DbTime | null;
  approved_by: string | null;
  approved_at: DbTime | null;
  approved_hash: string | null;
  automatic: boolean | number;
  keeper: string | null;
  expires_at: DbTime | null;
  waits_until: DbTime | null;
  message: string | null;
  began_at: DbTime | null;
  applied_at: DbTime | null;
  outcome: string | null;
  handle: string | null;
  verify_scan_id: string | null;
  attempts: number;
  worker: string | null;
  lease_until: DbTime | null;
  fence: number;
  finished_at: DbTime | null;
  updated_at: DbTime;
}

/** With the columns of its target. */
type JoinedRow = DbRemediationRow & {
  target_source: string;
  target_client: string;
  target_name: string;
  target_owner: string;
  target_entity_refs: string;
};

interface DbEventRow {
  id: number | string;
  remediation_id: string;
  at: DbTime;
  from_state: string | null;
  to_state: string;
  by: string;
  note: string | null;
}

interface DbLogRow {
  id: number | string;
  remediation_id: string;
  at: DbTime;
  text: string;
}

type Options<Method extends keyof RemediationStore> = Parameters<
  RemediationStore[Method]
>[0];

/** Keeps remediations in the plugin's database, whose schema must be up to date. */
export class DatabaseRemediationStore implements RemediationStore {
  readonly #knex: Knex;

  static create(options: { knex: Knex }): DatabaseRemediationStore {
    return new DatabaseRemediationStore(options.knex);
  }

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  async getTarget(targetId: string): Promise<RemediationTarget | undefined> {
    const row: DbTargetRow | undefined = await this.#knex<DbTargetRow>(
      'drift_results',
    )
      .modify(whereInList, {
        knex: this.#knex,
        column: 'id',
        values: [targetId],
      })
      .first();
    return (
      row && {
        ...toScanTarget(row),
        owner: row.owner === NOBODY ? undefined : row.owner,
        pushed: row.origin === 'push',
        retired: row.retired_at !== null,
      }
    );
  }

  /**
   * @remarks
   * Which of two requests comes first is decided by the unique indexes: both
   * insert, the loser's row is ignored, and it then reads the other: the one with
   * its key before the open one. One that ends between the two leaves nothing to
   * read, hence the next attempt.
   */
  async create({ request, now }: Options<'create'>) {
    const row = newRow(request, now);
    for (let attempt = 0; attempt < 5; attempt++) {
      const inserted = await inTransaction(this.#knex, async tx => {
        const added: { id: string }[] = await tx(TABLE)
          .insert(row)
          .onConflict()
          .ignore()
          .returning('id');
        if (added.length > 0) {
          await addEvent(tx, {
            id: row.id,
            at: now,
            to: 'requested',
            by: row.requested_by,
            note: row.reason ?? undefined,
          });
        }
        return added.length > 0;
      });
      if (inserted) {
        return {
          record: await this.#read(row.id),
          outcome: 'created' as const,
        };
      }
      const repeated = await this.findRepeated(request);
      if (repeated) {
        return { record: repeated, outcome: 'repeated' as const };
      }
      const open = (await this.listOpen(request.targetId)).find(
        ({ action }) => action === request.action,
      );
      if (open) {
        return { record: open, outcome: 'open' as const };
      }
    }
    throw new Error(
      `A remediation of '${request.targetId}' could not be kept, others came and went all the time`,
    );
  }

  async findRepeated(
    request: Options<'findRepeated'>,
  ): Promise<RemediationRecord | undefined> {
    if (request.idempotencyKey === undefined) {
      return undefined;
    }
    const row: JoinedRow | undefined = await this.#joined()
      .where({
        [`${TABLE}.requested_by`]: request.requestedBy,
        [`${TABLE}.idempotency_key`]: storableText(request.idempotencyKey),
      })
      .first();
    return row && toRecord(row);
  }

  async get({
    id,
    condition,
  }: Options<'get'>): Promise<RemediationRecord | undefined> {
    const row: JoinedRow | undefined = await this.#joined()
      .modify(whereInList, {
        knex: this.#knex,
        column: `${TABLE}.id`,
        values: [id],
      })
      .where(inner =>
        whereCondition(inner, {
          knex: this.#knex,
          table: 'drift_results',
          condition,
        }),
      )
      .first();
    return row && toRecord(row);
  }

  async list({ query, condition, awaiting }: Options<'list'>) {
    const { limit = 20, offset = 0 } = query;
    const matching = () =>
      this.#matching(this.#joined(), { query, condition, awaiting });
    const rows: JoinedRow[] = await matching()
      .orderByRaw(
        `case when ${TABLE}.state = 'awaiting-approval' then ${TABLE}.risk_rank else -1 end desc`,
      )
      .orderBy([
        { column: `${TABLE}.requested_at`, order: 'desc' },
        { column: `${TABLE}.id`, order: 'desc' },
      ])
      .limit(limit)
      .offset(offset);
    const total: { count: number | string } | undefined = await this.#matching(
      this.#join(),
      { query, condition, awaiting },
    )
      .count({ count: '*' })
      .first();
    return { items: rows.map(toRecord), totalItems: Number(total?.count ?? 0) };
  }

  async listOpen(targetId: string): Promise<RemediationRecord[]> {
    const rows: JoinedRow[] = await this.#joined()
      .where(`${TABLE}.target_id`, targetId)
      .whereNull(`${TABLE}.finished_at`)
      .orderBy(`${TABLE}.requested_at`);
    return rows.map(toRecord);
  }

  async listEndedByPolicy(
    options: Options<'listEndedByPolicy'>,
  ): Promise<RemediationRecord[]> {
    const rows: JoinedRow[] = await this.#joined()
      .where({
        [`${TABLE}.target_id`]: options.targetId,
        [`${TABLE}.drift_hash`]: options.driftHash,
        [`${TABLE}.origin`]: 'policy',
      })
      .whereNotNull(`${TABLE}.finished_at`)
      .orderBy(`${TABLE}.finished_at`, 'desc')
      .limit(options.limit);
    return rows.map(toRecord);
  }

  async lastAskedByPerson(targetId: string): Promise<Date | undefined> {
    const row: Pick<DbRemediationRow, 'requested_at'> | undefined =
      await this.#knex<DbRemediationRow>(TABLE)
        .where({ target_id: targetId, origin: 'person' })
        .orderBy('requested_at', 'desc')
        .first('requested_at');
    return row && toDate(row.requested_at);
  }

  async listEvents(id: string): Promise<RemediationEvent[]> {
    const rows: DbEventRow[] = await this.#knex<DbEventRow>(EVENTS)
      .where({ remediation_id: id })
      .orderBy('id');
    return rows.map(row => ({
      at: toDate(row.at).toISOString(),
      ...(row.from_state !== null && {
        from: row.from_state as RemediationState,
      }),
      to: row.to_state as RemediationState,
      by: row.by,
      ...(row.note !== null && { note: row.note }),
    }));
  }

  async listLog(id: string): Promise<RemediationLogLine[]> {
    const rows: DbLogRow[] = await this.#knex<DbLogRow>(LOG)
      .where({ remediation_id: id })
      .orderBy('id', 'desc')
      .limit(LOG_LINES);
    return rows
      .reverse()
      .map(row => ({ at: toDate(row.at).toISOString(), text: row.text }));
  }

  /**
   * @remarks
   * The conditions are part of the UPDATE, so that of any number of callers at
   * the same time exactly one makes the step, whatever the others have read.
   */
  async transition(
    step: Options<'transition'>,
  ): Promise<RemediationRecord | undefined> {
    const { id, from, to, now } = step;
    const ends = !OPEN_REMEDIATION_STATES.includes(to);
    try {
      const made = await inTransaction(this.#knex, async tx => {
        const [before]: { state: string }[] = await tx(TABLE)
          .where({ id })
          .modify(query => (isPostgres(tx) ? query.forUpdate() : query))
          .select('state');
        if (!before || !from.includes(before.state as RemediationState)) {
          return false;
        }
        await requireRoom(tx, step.limits ?? []);
        const count = await affected(
          tx(TABLE)
            .where({ id, state: before.state })
            .modify(whereStep, step)
            .update({
              ...toColumns(step.changes ?? {}),
              state: to,
              updated_at: now,
              finished_at: ends ? now : null,
              ...(ends && { waits_until: null, expires_at: null }),
              ...(!step.keepLease && { worker: null, lease_until: null }),
            }),
        );
        if (count === 0) {
          return false;
        }
        await addEvent(tx, {
          id,
          at: now,
          from: before.state as RemediationState,
          to,
          by: step.by,
          note: step.note,
        });
        return true;
      });
      return made ? await this.#read(id) : undefined;
    } catch (error) {
      if (isUniqueViolation(error)) {
        throw new TargetIsBusy(
          'Another remediation of this target is being applied',
        );
      }
      throw error;
    }
  }

  async update(options: Options<'update'>): Promise<boolean> {
    const { id, fence, changes, now } = options;
    const count = await affected(
      this.#knex(TABLE)
        .where({ id, fence })
        .whereNull('finished_at')
        .update({ ...toColumns(changes), updated_at: now }),
    );
    return count > 0;
  }

  /**
   * @remarks
   * Rows that another replica is claiming at this moment are skipped instead of
   * waited for. On SQLite the process is alone and takes one connection at a
   * time, so that nothing can come between the two statements.
   */
  async claim(
    options: Options<'claim'>,
  ): Promise<RemediationRecord | undefined> {
    const { worker, states, now, leaseUntil, keptUntil, handle } = options;
    const id = await inTransaction(this.#knex, async tx => {
      const row:
        | Pick<DbRemediationRow, 'id' | 'fence' | 'state' | 'attempts'>
        | undefined = await tx(TABLE)
        .whereIn('state', [...states])
        .where(free =>
          free.whereNull('lease_until').orWhere('lease_until', '<=', now),
        )
        .where(due =>
          due.whereNull('waits_until').orWhere('waits_until', '<=', now),
        )
        .where(mine =>
          mine
            .whereNot('state', 'approved')
            .orWhereNull('keeper')
            .orWhere('keeper', worker)
            .orWhere('updated_at', '<=', keptUntil),
        )
        .modify(query => {
          if (handle === true) {
            query.where(some =>
              some.whereNot('state', 'running').orWhereNotNull('handle'),
            );
          } else if (handle === false) {
            query.where(none =>
              none.whereNot('state', 'running').orWhereNull('handle'),
            );
          }
        })
        .orderBy(['requested_at', 'id'])
        .modify(query =>
          isPostgres(tx) ? query.forUpdate().skipLocked() : query,
        )
        .first('id', 'fence', 'state', 'attempts');
      if (!row) {
        return undefined;
      }
      await tx(TABLE)
        .where({ id: row.id })
        .update({
          worker,
          lease_until: leaseUntil,
          waits_until: null,
          fence: row.fence + 1,
          attempts: row.attempts + (row.state === 'requested' ? 1 : 0),
        });
      return row.id;
    });
    return id === undefined ? undefined : this.#read(id);
  }

  async touchKept({ worker, now }: Options<'touchKept'>): Promise<void> {
    await this.#knex(TABLE)
      .where({ state: 'approved', keeper: worker })
      .whereNull('lease_until')
      .update({ updated_at: now });
  }

  async extend(options: Options<'extend'>): Promise<boolean> {
    const { id, fence, leaseUntil } = options;
    const count = await affected(
      this.#knex(TABLE)
        .where({ id, fence })
        .whereNotNull('lease_until')
        .whereNull('finished_at')
        .update({ lease_until: leaseUntil }),
    );
    return count > 0;
  }

  async release(options: Options<'release'>): Promise<boolean> {
    const { id, fence, waitsUntil, message, now } = options;
    const count = await affected(
      this.#knex(TABLE)
        .where({ id, fence })
        .whereNull('finished_at')
        .update({
          worker: null,
          lease_until: null,
          waits_until: waitsUntil ?? null,
          updated_at: now,
          ...(message !== undefined && { message: storableText(message) }),
        }),
    );
    return count > 0;
  }

  async hurry({ targetId, now }: Options<'hurry'>): Promise<number> {
    return affected(
      this.#knex(TABLE)
        .where({ target_id: targetId, state: 'verifying' })
        .where('waits_until', '>', now)
        .update({ waits_until: null }),
    );
  }

  async listExpired({
    now,
    limit,
  }: Options<'listExpired'>): Promise<RemediationRecord[]> {
    const rows: JoinedRow[] = await this.#joined()
      .whereIn(`${TABLE}.state`, [
        'requested',
        'previewed',
        'awaiting-approval',
        'approved',
      ])
      .where(`${TABLE}.expires_at`, '<=', now)
      .where(free =>
        free
          .whereNull(`${TABLE}.lease_until`)
          .orWhere(`${TABLE}.lease_until`, '<=', now),
      )
      .orderBy(`${TABLE}.expires_at`)
      .limit(limit);
    return rows.map(toRecord);
  }

  async appendLog({ id, lines }: Options<'appendLog'>): Promise<void> {
    const kept = lines.slice(-LOG_LINES);
    if (kept.length === 0) {
      return;
    }
    await inTransaction(this.#knex, async tx => {
      await tx(LOG).insert(
        kept.map(({ at, text }) => ({
          remediation_id: id,
          at,
          text: cut(text, LINE_LENGTH),
        })),
      );
      const oldest: { id: number | string } | undefined = await tx(LOG)
        .where({ remediation_id: id })
        .orderBy('id', 'desc')
        .offset(LOG_LINES)
        .first('id');
      if (oldest) {
        await tx(LOG)
          .where({ remediation_id: id })
          .where('id', '<=', oldest.id)
          .delete();
      }
    });
  }

  async deleteEnded({ endedBefore }: Options<'deleteEnded'>): Promise<number> {
    let total = 0;
    for (;;) {
      const ids: string[] = await this.#knex(TABLE)
        .where('finished_at', '<', endedBefore)
        .limit(STEP)
        .pluck('id');
      if (ids.length === 0) {
        return total;
      }
      await inTransaction(this.#knex, async tx => {
        for (const table of [LOG, EVENTS]) {
          await tx(table)
            .modify(whereInList, {
              knex: tx,
              column: 'remediation_id',
              values: ids,
            })
            .delete();
        }
        await tx(TABLE)
          .modify(whereInList, { knex: tx, column: 'id', values: ids })
          .delete();
      });
      total += ids.length;
    }
  }

  async countAutomatic(options: {
    policyId?: string;
    since: Date;
  }): Promise<number> {
    return countAutomatic(this.#knex, options);
  }

  async automaticRepairs(options: {
    targetId: string;
    since: Date;
  }): Promise<ReadonlyMap<string, number>> {
    const rows: Pick<DbRemediationRow, 'preview' | 'outcome'>[] =
      await this.#knex(TABLE)
        .where({ target_id: options.targetId, automatic: true })
        .where('began_at', '>=', options.since)
        .whereNotIn('state', UNDONE)
        .select('preview', 'outcome');
    const repairs = new Map<string, number>();
    for (const { preview, outcome } of rows) {
      const { kind } = readJson<RemediationOutcome>(outcome) ?? {};
      const { changes = [] } = readJson<RemediationPreview>(preview) ?? {};
      if (kind === 'superseded') {
        continue;
      }
      for (const change of changes) {
        if (change.origin === 'drift') {
          const key = driftKeyOf(change);
          repairs.set(key, (repairs.get(key) ?? 0) + 1);
        }
      }
    }
    return repairs;
  }

  async #read(id: string): Promise<RemediationRecord> {
    const record = await this.get({ id });
    if (!record) {
      throw new Error(`The remediation ${id} is gone`);
    }
    return record;
  }

  #matching(
    builder: Knex.QueryBuilder,
    options: Pick<Options<'list'>, 'query' | 'condition' | 'awaiting'>,
  ): Knex.QueryBuilder {
    const { query, condition, awaiting } = options;
    const knex = this.#knex;
    const inList = (column: string, values: readonly string[] | undefined) => {
      if (values) {
        whereInList(builder, { knex, column, values });
      }
    };
    inList(`${TABLE}.target_id`, query.targetId ? [query.targetId] : undefined);
    inList(`${TABLE}.state`, query.state);
    inList('drift_results.client', query.client);
    inList('drift_results.source', query.source);
    if (query.open === true) {
      builder.whereNull(`${TABLE}.finished_at`);
    } else if (query.open === false) {
      builder.whereNotNull(`${TABLE}.finished_at`);
    }
    if (awaiting) {
      builder.where(`${TABLE}.state`, 'awaiting-approval');
      if (awaiting.notRequestedBy !== undefined) {
        builder.whereNot(`${TABLE}.requested_by`, awaiting.notRequestedBy);
      }
    }
    return builder.where(inner =>
      whereCondition(inner, { knex, table: 'drift_results', condition }),
    );
  }

  #join(): Knex.QueryBuilder {
    return this.#knex(TABLE).join(
      'drift_results',
      'drift_results.id',
      `${TABLE}.target_id`,
    );
  }

  #joined(): Knex.QueryBuilder {
    return this.#join().select(`${TABLE}.*`, {
      target_source: 'drift_results.source',
      target_client: 'drift_results.client',
      target_name: 'drift_results.name',
      target_owner: 'drift_results.owner',
      target_entity_refs: 'drift_results.entity_refs',
    });
  }
}

function whereStep(
  builder: Knex.QueryBuilder,
  step: Options<'transition'>,
): void {
  const { fence, previewHash, unexpired, unclaimed, now } = step;
  if (fence !== undefined) {
    builder.where({ fence });
  }
  if (previewHash !== undefined) {
    builder.where({ preview_hash: previewHash });
  }
  if (unexpired) {
    builder.where(waits =>
      waits.whereNull('expires_at').orWhere('expires_at', '>', now),
    );
  }
  if (unclaimed) {
    builder.where(free =>
      free.whereNull('lease_until').orWhere('lease_until', '<=', now),
    );
  }
}

/**
 * @remarks
 * Who counts and begins after that must be alone with it, or several would see
 * the same last place. So they wait for each other by policy, until the end of the
 * transaction: a lock on rows would not hold those up that are not there yet. What
 * another one has begun is seen by the count, since on PostgreSQL every statement
 * looks afresh.
 *
 * @throws LimitReached
 */
async function requireRoom(
  tx: Knex.Transaction,
  limits: readonly AutomaticLimit[],
): Promise<void> {
  // All in the same order, so that no two wait for each other
  for (const policyId of limits.map(limit => limit.policyId ?? '').sort()) {
    await lockByName(tx, `${TABLE}/${policyId}`);
  }
  for (const limit of limits) {
    if ((await countAutomatic(tx, limit)) >= limit.most) {
      throw new LimitReached(
        `${limit.most} automatic remediations have begun, as many as may`,
      );
    }
  }
}

async function countAutomatic(
  knex: Knex,
  { policyId, since }: Pick<AutomaticLimit, 'policyId' | 'since'>,
): Promise<number> {
  const found: { count: number | string } | undefined = await knex(TABLE)
    .where('automatic', true)
    .where('began_at', '>=', since)
    .modify(query =>
      policyId === undefined ? query : query.where({ policy_id: policyId }),
    )
    .count({ count: '*' })
    .first();
  return Number(found?.count ?? 0);
}

async function addEvent(
  tx: Knex.Transaction,
  event: {
    id: string;
    at: Date;
    from?: RemediationState;
    to: RemediationState;
    by: string;
    note?: string;
  },
): Promise<void> {
  await tx(EVENTS).insert({
    remediation_id: event.id,
    at: event.at,
    from_state: event.from ?? null,
    to_state: event.to,
    by: cut(event.by, 255),
    note: event.note === undefined ? null : cut(event.note, NOTE_LENGTH),
  });
}

function newRow(
  request: Options<'create'>['request'],
  now: Date,
): DbRemediationRow {
  return {
    id: randomUUID(),
    target_id: request.targetId,
    action: request.action,
    route: request.route,
    state: 'requested',
    origin: request.origin,
    requested_by: cut(request.requestedBy, 255),
    requested_at: now,
    reason: textOf(request.reason),
    policy_id: textOf(request.policyId),
    policy_mode: request.policyMode ?? null,
    idempotency_key: textOf(request.idempotencyKey),
    addresses: jsonOf(request.addresses),
    drift_hash: textOf(request.driftHash),
    salt: randomBytes(32).toString('hex'),
    risk_rank: RISK_SCORES[request.risk],
    preview: null,
    preview_hash: null,
    changes_total: null,
    changes_destructive: null,
    changes_alongside: null,
    decision: null,
    confirmed_by: null,
    confirmed_at: null,
    approved_by: null,
    approved_at: null,
    approved_hash: null,
    automatic: false,
    keeper: null,
    expires_at: request.expiresAt ?? null,
    waits_until: null,
    message: null,
    began_at: null,
    applied_at: null,
    outcome: null,
    handle: null,
    verify_scan_id: null,
    attempts: 0,
    worker: null,
    lease_until: null,
    fence: 0,
    finished_at: null,
    updated_at: now,
  };
}

type Written = Partial<
  Record<keyof DbRemediationRow, string | number | boolean | Date | null>
>;

type ChangedKey = keyof RemediationChanges;

const WRITERS: {
  [Key in ChangedKey]: (value: RemediationChanges[Key]) => Written;
} = {
  reason: value => ({ reason: textOf(value) }),
  policyId: value => ({ policy_id: textOf(value) }),
  idempotencyKey: value => ({ idempotency_key: textOf(value) }),
  addresses: value => ({ addresses: jsonOf(value) }),
  driftHash: value => ({ drift_hash: textOf(value) }),
  risk: value => ({ risk_rank: RISK_SCORES[value ?? 'none'] }),
  preview: value => ({ preview: jsonOf(value) }),
  previewHash: value => ({ preview_hash: textOf(value) }),
  changes: value => ({
    changes_total: value?.total ?? null,
    changes_destructive: value?.destructive ?? null,
    changes_alongside: value?.alongside ?? null,
  }),
  decision: value => ({ decision: jsonOf(value) }),
  confirmedBy: value => ({ confirmed_by: textOf(value) }),
  confirmedAt: value => ({ confirmed_at: value ?? null }),
  approvedBy: value => ({ approved_by: textOf(value) }),
  approvedAt: value => ({ approved_at: value ?? null }),
  approvedHash: value => ({ approved_hash: textOf(value) }),
  automatic: value => ({ automatic: value ?? false }),
  keeper: value => ({ keeper: textOf(value) }),
  expiresAt: value => ({ expires_at: value ?? null }),
  waitsUntil: value => ({ waits_until: value ?? null }),
  message: value => ({ message: textOf(value) }),
  beganAt: value => ({ began_at: value ?? null }),
  appliedAt: value => ({ applied_at: value ?? null }),
  outcome: value => ({ outcome: jsonOf(value) }),
  handle: value => ({ handle: jsonOf(value) }),
  verifyScanId: value => ({ verify_scan_id: textOf(value) }),
  attempts: value => ({ attempts: value ?? 0 }),
};

function toColumns(changes: RemediationChanges): Written {
  const columns: Written = {};
  for (const key of Object.keys(changes) as ChangedKey[]) {
    Object.assign(columns, writeOne(key, changes));
  }
  return columns;
}

function writeOne<Key extends ChangedKey>(
  key: Key,
  changes: RemediationChanges,
): Written {
  return WRITERS[key](changes[key]);
}

function toRecord(row: JoinedRow): RemediationRecord {
  return {
    id: row.id,
    targetId: row.target_id,
    target: {
      source: row.target_source,
      client: row.target_client === NOBODY ? undefined : row.target_client,
      name: row.target_name,
      owner: row.target_owner === NOBODY ? undefined : row.target_owner,
      entityRefs: JSON.parse(row.target_entity_refs),
    },
    action: row.action as RemediationRecord['action'],
    route: row.route,
    state: row.state as RemediationState,
    origin: row.origin as RemediationRecord['origin'],
    requestedBy: row.requested_by,
    requestedAt: toDate(row.requested_at),
    reason: row.reason ?? undefined,
    policyId: row.policy_id ?? undefined,
    policyMode: (row.policy_mode ??
      undefined) as RemediationRecord['policyMode'],
    idempotencyKey: row.idempotency_key ?? undefined,
    addresses: readJson<string[]>(row.addresses),
    driftHash: row.drift_hash ?? undefined,
    salt: row.salt,
    risk: riskOfScore(row.risk_rank),
    preview: readJson<RemediationPreview>(row.preview),
    previewHash: row.preview_hash ?? undefined,
    changes:
      row.changes_total === null
        ? undefined
        : {
            total: row.changes_total,
            destructive: row.changes_destructive ?? 0,
            alongside: row.changes_alongside ?? 0,
          },
    decision: readJson<PolicyDecision>(row.decision),
    confirmedBy: row.confirmed_by ?? undefined,
    confirmedAt: toOptionalDate(row.confirmed_at),
    approvedBy: row.approved_by ?? undefined,
    approvedAt: toOptionalDate(row.approved_at),
    approvedHash: row.approved_hash ?? undefined,
    automatic: Boolean(row.automatic),
    keeper: row.keeper ?? undefined,
    expiresAt: toOptionalDate(row.expires_at),
    waitsUntil: toOptionalDate(row.waits_until),
    message: row.message ?? undefined,
    beganAt: toOptionalDate(row.began_at),
    appliedAt: toOptionalDate(row.applied_at),
    outcome: readJson<RemediationOutcome>(row.outcome),
    handle: readJson<JsonObject>(row.handle),
    verifyScanId: row.verify_scan_id ?? undefined,
    attempts: row.attempts,
    fence: row.fence,
    finishedAt: toOptionalDate(row.finished_at),
    updatedAt: toDate(row.updated_at),
  };
}

function readJson<T>(text: string | null): T | undefined {
  return text === null ? undefined : (JSON.parse(text) as T);
}

function jsonOf(value: object | undefined): string | null {
  return value === undefined ? null : JSON.stringify(withoutOdd(value));
}

/** PostgreSQL keeps no NUL character, and JSON would write it as an escape. */
function withoutOdd(value: object): unknown {
  return JSON.parse(JSON.stringify(value), (_key, part: unknown) =>
    typeof part === 'string' ? storableText(part) : part,
  );
}

function textOf(text: string | undefined): string | null {
  return text === undefined ? null : storableText(text);
}

function cut(text: string, length: number): string {
  const storable = storableText(text);
  return storable.length > length
    ? storableText(`${storable.slice(0, length - 1)}…`)
    : storable;
}

function isUniqueViolation(error: unknown): boolean {
  // Not every driver's errors are Errors of this realm
  const code =
    typeof error === 'object' && error !== null && 'code' in error
      ? error.code
      : undefined;
  return code === '23505' || code === 'SQLITE_CONSTRAINT_UNIQUE';
}
