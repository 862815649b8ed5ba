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
  ExplainedBy,
  FindingExplanation,
  Recommendation,
} from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { storableText, toDate, toOptionalDate } from '../store/conversion';
import {
  affected,
  insertRows,
  inTransaction,
  whereInList,
} from '../store/database';
import { DbTime } from '../store/tables';

const TABLE = 'drift_analyses';
const DAY_MS = 24 * 60 * 60 * 1000;

/** A text on one finding, as it is kept. */
export type StoredFindingText = FindingExplanation & {
  explainedBy: ExplainedBy;
};

/** A text on a set of findings, as it is kept. */
export interface StoredSummary {
  summary: string;
  explainedBy: ExplainedBy;
  recommendation?: Recommendation;
}

/** Where the text on a set of findings stands. */
export interface SummaryRecord {
  state: 'working' | 'ready' | 'failed';
  text?: StoredSummary;
  failure?: string;
  writtenAt?: Date;
  /** Whether a claim may be tried now. */
  claimable: boolean;
}

/** The right to ask a model about one set of findings. */
export interface AnalysisClaim {
  targetId: string;
  setKey: string;
  id: string;
}

interface DbAnalysisRow {
  target_id: string;
  kind: 'finding' | 'summary';
  cache_key: string;
  state: 'working' | 'ready' | 'failed';
  payload: string | null;
  failure: string | null;
  attempts: number;
  claim: string | null;
  claim_until: DbTime | null;
  retry_at: DbTime | null;
  requested_at: DbTime | null;
  written_at: DbTime | null;
  used_at: DbTime;
}

const emptyRow = {
  payload: null,
  failure: null,
  attempts: 0,
  claim: null,
  claim_until: null,
  retry_at: null,
  requested_at: null,
  written_at: null,
};

/** Keeps what a model wrote, and sees that one replica at a time asks it. */
export class AnalysisStore {
  readonly #knex: Knex;

  /** On a database that has been migrated. */
  static create(options: { knex: Knex }): AnalysisStore {
    return new AnalysisStore(options.knex);
  }

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  async readSummary(options: {
    targetId: string;
    setKey: string;
    now: Date;
  }): Promise<SummaryRecord | undefined> {
    const { targetId, setKey, now } = options;
    const row = await this.#knex<DbAnalysisRow>(TABLE)
      .where({ target_id: targetId, kind: 'summary', cache_key: setKey })
      .first();
    if (!row) {
      return undefined;
    }
    await this.#keep(row, now);
    const claimUntil = toOptionalDate(row.claim_until);
    const retryAt = toOptionalDate(row.retry_at);
    return {
      state: row.state,
      text: row.payload === null ? undefined : JSON.parse(row.payload),
      failure: row.failure ?? undefined,
      writtenAt: toOptionalDate(row.written_at),
      claimable:
        (row.state === 'working' && (!claimUntil || claimUntil <= now)) ||
        (row.state === 'failed' && (!retryAt || retryAt <= now)),
    };
  }

  /** Texts by key, those that there are. */
  async readFindings(options: {
    targetId: string;
    keys: string[];
    now: Date;
  }): Promise<Map<string, StoredFindingText>> {
    const { targetId, keys, now } = options;
    const rows: DbAnalysisRow[] = await this.#knex<DbAnalysisRow>(TABLE)
      .where({ target_id: targetId, kind: 'finding' })
      .modify(whereInList, {
        knex: this.#knex,
        column: 'cache_key',
        values: keys,
      });
    if (rows.some(row => isForgotten(row, now))) {
      await this.#knex<DbAnalysisRow>(TABLE)
        .where({ target_id: targetId, kind: 'finding' })
        .modify(whereInList, {
          knex: this.#knex,
          column: 'cache_key',
          values: keys,
        })
        .update({ used_at: now });
    }
    return new Map(
      rows.map(row => [row.cache_key, JSON.parse(row.payload ?? '{}')]),
    );
  }

  /**
   * Takes the right to ask a model about a set of findings. Undefined when there
   * is a text already, when somebody else asks, or when it failed a moment ago.
   *
   * @remarks
   * The row is the lock: of two replicas that insert it one succeeds, and of two
   * that take it over one finds the state it expects.
   */
  async claim(options: {
    targetId: string;
    setKey: string;
    now: Date;
    until: Date;
  }): Promise<AnalysisClaim | undefined> {
    const { targetId, setKey, now, until } = options;
    const id = randomUUID();
    if (await this.#insertClaim({ targetId, setKey, id, now, until })) {
      return { targetId, setKey, id };
    }
    const taken = await affected(
      this.#knex<DbAnalysisRow>(TABLE)
        .where({ target_id: targetId, kind: 'summary', cache_key: setKey })
        .where(free =>
          free
            .where(dead =>
              dead.where('state', 'working').where('claim_until', '<=', now),
            )
            .orWhere(failed =>
              failed.where('state', 'failed').where('retry_at', '<=', now),
            ),
        )
        .update({
          state: 'working',
          claim: id,
          claim_until: until,
          used_at: now,
        }),
    );
    return taken === 1 ? { targetId, setKey, id } : undefined;
  }

  /**
   * Takes the right to ask again, whatever is there, unless somebody is asking.
   * `too-soon`: that was asked for after `requestedBefore`.
   */
  async claimAgain(options: {
    targetId: string;
    setKey: string;
    now: Date;
    until: Date;
    requestedBefore: Date;
  }): Promise<AnalysisClaim | 'busy' | 'too-soon'> {
    const { targetId, setKey, now, until, requestedBefore } = options;
    const id = randomUUID();
    await this.#insertClaim({ targetId, setKey, id, now, until });
    const row = () =>
      this.#knex<DbAnalysisRow>(TABLE).where({
        target_id: targetId,
        kind: 'summary',
        cache_key: setKey,
      });
    const taken = await affected(
      row()
        .where(mine =>
          mine
            .where('claim', id)
            .orWhere(free =>
              free
                .where(idle =>
                  idle
                    .whereNot('state', 'working')
                    .orWhere('claim_until', '<=', now),
                )
                .where(rested =>
                  rested
                    .whereNull('requested_at')
                    .orWhere('requested_at', '<=', requestedBefore),
                ),
            ),
        )
        .update({
          state: 'working',
          claim: id,
          claim_until: until,
          requested_at: now,
          used_at: now,
        }),
    );
    if (taken === 1) {
      return { targetId, setKey, id };
    }
    const holder = await row().first();
    const requestedAt = toOptionalDate(holder?.requested_at);
    return requestedAt && requestedAt > requestedBefore ? 'too-soon' : 'busy';
  }

  /** False when the claim was lost meanwhile. */
  async renew(claim: AnalysisClaim, options: { until: Date }) {
    const renewed = await affected(
      this.#held(claim).update({ claim_until: options.until }),
    );
    return renewed === 1;
  }

  /** Keeps texts; nothing when the claim was lost meanwhile. */
  async save(
    claim: AnalysisClaim,
    options: {
      summary: StoredSummary;
      /** By key. */
      findings: Map<string, StoredFindingText>;
      now: Date;
    },
  ): Promise<void> {
    const { summary, findings, now } = options;
    await inTransaction(this.#knex, async tx => {
      const saved = await affected(
        this.#held(claim)
          .transacting(tx)
          .update({
            state: 'ready',
            payload: toPayload(summary),
            failure: null,
            attempts: 0,
            claim: null,
            claim_until: null,
            retry_at: null,
            written_at: now,
            used_at: now,
          }),
      );
      if (saved !== 1 || findings.size === 0) {
        return;
      }
      await insertRows<DbAnalysisRow>(tx, {
        table: TABLE,
        rows: [...findings].map(([key, text]) => ({
          ...emptyRow,
          target_id: claim.targetId,
          kind: 'finding',
          cache_key: key,
          state: 'ready',
          payload: toPayload(text),
          written_at: now,
          used_at: now,
        })),
        onConflict: {
          columns: ['target_id', 'kind', 'cache_key'],
          merge: ['payload', 'written_at', 'used_at'],
        },
      });
    });
  }

  /** Notes why there is no text, or no newer one. */
  async fail(
    claim: AnalysisClaim,
    options: {
      failure: string;
      /** When it may be tried again, given how often it has failed in a row. */
      retryAt: (attempts: number) => Date;
    },
  ): Promise<void> {
    const row = await this.#held(claim).first();
    if (!row) {
      return;
    }
    const attempts = row.attempts + 1;
    await this.#held(claim).update({
      state: row.payload === null ? 'failed' : 'ready',
      failure: storableText(options.failure),
      attempts,
      claim: null,
      claim_until: null,
      retry_at: options.retryAt(attempts),
    });
  }

  /** Gives the right back, as if it had never been taken. */
  async release(claim: AnalysisClaim, options: { now: Date }): Promise<void> {
    await this.#held(claim).update({ claim: null, claim_until: options.now });
  }

  /** Deletes texts that were not needed since. */
  async deleteOld(options: { usedBefore: Date }): Promise<number> {
    return affected(
      this.#knex<DbAnalysisRow>(TABLE)
        .where('used_at', '<', options.usedBefore)
        .delete(),
    );
  }

  #held(claim: AnalysisClaim) {
    return this.#knex<DbAnalysisRow>(TABLE).where({
      target_id: claim.targetId,
      kind: 'summary',
      cache_key: claim.setKey,
      claim: claim.id,
    });
  }

  async #insertClaim(options: {
    targetId: string;
    setKey: string;
    id: string;
    now: Date;
    until: Date;
  }): Promise<boolean> {
    const { targetId, setKey, id, now, until } = options;
    const inserted: unknown[] = await this.#knex<DbAnalysisRow>(TABLE)
      .insert({
        ...emptyRow,
        target_id: targetId,
        kind: 'summary',
        cache_key: setKey,
        state: 'working',
        claim: id,
        claim_until: until,
        used_at: now,
      })
      .onConflict(['target_id', 'kind', 'cache_key'])
      .ignore()
      .returning('claim');
    return inserted.length === 1;
  }

  /** One write per day says that a text is still needed. */
  async #keep(row: DbAnalysisRow, now: Date): Promise<void> {
    if (isForgotten(row, now)) {
      await this.#knex<DbAnalysisRow>(TABLE)
        .where({
          target_id: row.target_id,
          kind: row.kind,
          cache_key: row.cache_key,
        })
        .update({ used_at: now });
    }
  }
}

function isForgotten(row: DbAnalysisRow, now: Date): boolean {
  return now.getTime() - toDate(row.used_at).getTime() > DAY_MS;
}

function toPayload(text: StoredSummary | StoredFindingText): string {
  return JSON.stringify(text, (_key, value) =>
    typeof value === 'string' ? storableText(value) : value,
  );
}
