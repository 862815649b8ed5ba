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
  DeliveriesPage,
  Delivery,
} from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { storableText, toDate, toIso } from '../store/conversion';
import {
  affected,
  inTransaction,
  insertRows,
  isPostgres,
  lockByName,
  whereInList,
} from '../store/database';
import { NOBODY } from '../store/ranks';
import { DbTime } from '../store/tables';
import { ClaimedDelivery, DeliveryStore } from './DeliveryStore';

const TABLE = 'drift_deliveries';

/** Row of `drift_deliveries`. */
interface DbDeliveryRow {
  id: string;
  channel: string;
  recipient: string;
  type: string;
  target_id: string;
  payload: string;
  state: string;
  attempts: number;
  last_error: string | null;
  created_at: DbTime;
  next_attempt_at: DbTime | null;
  claim: string | null;
  claimed_until: DbTime | null;
}

type Options<Method extends keyof DeliveryStore> = Parameters<
  DeliveryStore[Method]
>[0];

/** Keeps messages in the plugin's database, whose schema must be up to date. */
export class DatabaseDeliveryStore implements DeliveryStore {
  readonly #knex: Knex;

  static create(options: { knex: Knex }): DatabaseDeliveryStore {
    return new DatabaseDeliveryStore(options.knex);
  }

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  async add({ deliveries, now }: Options<'add'>): Promise<void> {
    await insertRows<DbDeliveryRow>(this.#knex, {
      table: TABLE,
      rows: deliveries.map(delivery => ({
        id: randomUUID(),
        channel: delivery.channel,
        recipient: delivery.recipient ?? NOBODY,
        type: delivery.type,
        target_id: delivery.targetId,
        payload: storableText(delivery.payload),
        state: 'waiting',
        attempts: 0,
        last_error: null,
        created_at: now,
        next_attempt_at: delivery.dueAt,
        claim: null,
        claimed_until: null,
      })),
    });
  }

  /**
   * @remarks
   * Rows that another replica is claiming at this moment are skipped instead of
   * waited for. On SQLite the process is alone and takes one connection at a
   * time, so that nothing can come between the two statements.
   */
  async claimDue(options: Options<'claimDue'>): Promise<ClaimedDelivery[]> {
    const { channel, now, until, limit } = options;
    return inTransaction(this.#knex, async tx => {
      const rows: DbDeliveryRow[] = await this.#free(tx, { channel, now })
        .where('next_attempt_at', '<=', now)
        .orderBy(['next_attempt_at', 'created_at', 'id'])
        .limit(limit);
      return this.#claim(tx, { rows, until });
    });
  }

  /**
   * @remarks
   * Two replicas would share the messages of one recipient between them; so only
   * one at a time may choose.
   */
  async claimRecipient(
    options: Options<'claimRecipient'>,
  ): Promise<ClaimedDelivery[]> {
    const { channel, now, until, limit } = options;
    return inTransaction(this.#knex, async tx => {
      await lockByName(tx, TABLE);
      const first: DbDeliveryRow | undefined = await this.#free(tx, {
        channel,
        now,
      })
        .where('next_attempt_at', '<=', now)
        .orderBy(['next_attempt_at', 'created_at', 'id'])
        .first();
      if (!first) {
        return [];
      }
      const rows: DbDeliveryRow[] = await this.#free(tx, { channel, now })
        .where({ recipient: first.recipient })
        .orderBy(['created_at', 'id'])
        .limit(limit);
      return this.#claim(tx, { rows, until });
    });
  }

  async remove(options: Options<'remove'>): Promise<void> {
    await this.#claimed(options).delete();
  }

  async postpone(options: Options<'postpone'>): Promise<void> {
    await this.#claimed(options)
      .update({
        next_attempt_at: options.nextAttemptAt,
        last_error: storableText(options.error),
        claim: null,
        claimed_until: null,
      })
      .increment('attempts', 1);
  }

  async bury(options: Options<'bury'>): Promise<void> {
    await this.#claimed(options)
      .update({
        state: 'dead',
        next_attempt_at: null,
        last_error: storableText(options.error),
        claim: null,
        claimed_until: null,
      })
      .increment('attempts', 1);
  }

  async release(options: Options<'release'>): Promise<void> {
    await this.#claimed(options).update({ claim: null, claimed_until: null });
  }

  async list(options: Options<'list'>): Promise<DeliveriesPage> {
    const { state, limit, offset } = options;
    const matching = () => {
      const builder = this.#knex<DbDeliveryRow>(TABLE);
      return state ? builder.where({ state }) : builder;
    };
    const rows: DbDeliveryRow[] = await matching()
      .orderBy([
        { column: 'created_at', order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .limit(limit)
      .offset(offset);
    const total = await matching().count({ count: '*' }).first();
    return {
      items: rows.map(toDelivery),
      totalItems: Number(total?.count ?? 0),
    };
  }

  async retry(options: Options<'retry'>): Promise<Delivery | undefined> {
    const { id, channels, now } = options;
    const byId = () =>
      this.#knex<DbDeliveryRow>(TABLE).modify(whereInList, {
        knex: this.#knex,
        column: 'id',
        values: [id],
      });
    await byId()
      .whereIn('channel', channels)
      .update({ state: 'waiting', attempts: 0, next_attempt_at: now });
    const row: DbDeliveryRow | undefined = await byId().first();
    return row && toDelivery(row);
  }

  async buryOthers(options: Options<'buryOthers'>): Promise<number> {
    return affected(
      this.#knex<DbDeliveryRow>(TABLE)
        .where({ state: 'waiting' })
        .where('next_attempt_at', '<', options.dueBefore)
        .whereNotIn('channel', options.channels)
        .update({
          state: 'dead',
          next_attempt_at: null,
          last_error: 'The webhook is no longer configured',
        }),
    );
  }

  async deleteDead(options: Options<'deleteDead'>): Promise<number> {
    return affected(
      this.#knex<DbDeliveryRow>(TABLE)
        .where({ state: 'dead' })
        .where('created_at', '<', options.createdBefore)
        .delete(),
    );
  }

  /** Messages of a channel that wait and that nobody sends at the moment. */
  #free(tx: Knex.Transaction, options: { channel: string; now: Date }) {
    const builder = tx<DbDeliveryRow>(TABLE)
      .where({ channel: options.channel, state: 'waiting' })
      .where(free =>
        free
          .whereNull('claimed_until')
          .orWhere('claimed_until', '<=', options.now),
      );
    return isPostgres(tx) ? builder.forUpdate().skipLocked() : builder;
  }

  async #claim(
    tx: Knex.Transaction,
    options: { rows: DbDeliveryRow[]; until: Date },
  ): Promise<ClaimedDelivery[]> {
    const { rows, until } = options;
    const claim = randomUUID();
    await tx(TABLE)
      .modify(whereInList, {
        knex: tx,
        column: 'id',
        values: rows.map(({ id }) => id),
      })
      .update({ claim, claimed_until: until });
    return rows.map(row => ({
      id: row.id,
      claim,
      recipient: row.recipient === NOBODY ? undefined : row.recipient,
      type: row.type,
      targetId: row.target_id,
      payload: row.payload,
      attempts: row.attempts,
      createdAt: toDate(row.created_at),
    }));
  }

  #claimed(options: { claim: string; ids: string[] }) {
    const { claim, ids } = options;
    return this.#knex(TABLE)
      .where({ claim })
      .modify(whereInList, { knex: this.#knex, column: 'id', values: ids });
  }
}

function toDelivery(row: DbDeliveryRow): Delivery {
  return {
    id: row.id,
    webhook: row.channel,
    state: row.state as Delivery['state'],
    type: row.type,
    targetId: row.target_id,
    attempts: row.attempts,
    lastError: row.last_error ?? undefined,
    createdAt: toDate(row.created_at).toISOString(),
    nextAttemptAt: toIso(row.next_attempt_at),
  };
}
