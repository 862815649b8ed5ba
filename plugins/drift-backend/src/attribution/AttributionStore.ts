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
  Attribution,
  BlindSpot,
  FieldDifference,
  Finding,
} from '@infra-hub/backstage-plugin-drift-common';
import { ScanTarget } from '@infra-hub/backstage-plugin-drift-node';
import { hidesFinding } from '@infra-hub/drift-engine';
import { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  storableText,
  toDate,
  toOptionalDate,
  toScanTarget,
} from '../store/conversion';
import { affected } from '../store/database';
import {
  DbAttributedRow,
  DbAttributionRow,
  DbFindingRow,
  DbScanRow,
  DbTargetRow,
} from '../store/tables';

const TABLE = 'drift_attributions';
const PAGE = 100;
/** Whatever nobody may be asked about must not hide the rest, nor be read without end. */
const MOST_CANDIDATES = 1_000;
/** Values that a resource had one after the other, newest first. */
const MOST_EARLIER = 20;

/** Scans in a row that a resource may have been hidden from. */
const MOST_SCANS = 20;

/** A finding whose author nobody knows and that is due to be asked about. */
export interface AttributionCandidate {
  findingId: string;
  finding: Finding & { resourceIds: string[] };
  firstSeenAt: Date;
}

/** The right to ask about one finding. */
export interface AttributionClaim {
  findingId: string;
  id: string;
}

/** What a resource differed in before, and what is known of that. */
type EarlierRow = DbAttributedRow & Pick<DbAttributionRow, 'retry_at'>;

/** When a change must have happened. */
export interface AttributionWindow {
  /** Absent when no scan had looked before. */
  after?: Date;
  before: Date;
  /** Who did it, when that was found before a rule set fields aside. */
  known?: Attribution;
}

/** Keeps what audit logs tell, and sees that one replica at a time asks them. */
export class AttributionStore {
  readonly #knex: Knex;

  /** On a database that has been migrated. */
  static create(options: { knex: Knex }): AttributionStore {
    return new AttributionStore(options.knex);
  }

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  /** Undefined when it is unknown or no longer declared. */
  async readTarget(
    targetId: string,
  ): Promise<(ScanTarget & { source: string }) | undefined> {
    const row = await this.#knex<DbTargetRow>('drift_results')
      .where({ id: targetId })
      .whereNull('retired_at')
      .first();
    return row && toScanTarget(row);
  }

  /**
   * Open drift that alarms, that no scan names an author of, that has an id in
   * its cloud, and about which a question is due; worst first, at most `limit`
   * of those that are wanted.
   */
  async findCandidates(options: {
    targetId: string;
    isWanted: (candidate: AttributionCandidate) => boolean;
    limit: number;
    now: Date;
  }): Promise<AttributionCandidate[]> {
    const { targetId, isWanted, limit, now } = options;
    const wanted: AttributionCandidate[] = [];
    for (let offset = 0; offset < MOST_CANDIDATES; offset += PAGE) {
      const rows = await this.#candidateRows({ targetId, now }).offset(offset);
      wanted.push(...rows.flatMap(toCandidate).filter(isWanted));
      if (rows.length < PAGE || wanted.length >= limit) {
        break;
      }
    }
    return wanted.slice(0, limit);
  }

  /**
   * When the values that a finding has now came to be, as far as scans can tell:
   * after the last whole look that did not see them, before the first that did.
   * Undefined when the finding is gone or resolved.
   */
  async readWindow(findingId: string): Promise<AttributionWindow | undefined> {
    const row = await this.#knex<DbFindingRow>('drift_findings')
      .where({ id: findingId })
      .whereNull('resolved_at')
      .first();
    if (!row) {
      return undefined;
    }
    const { before, known } = await this.#readBeginning(row);
    const scans = await this.#knex<DbScanRow>('drift_scans')
      .where({ target_id: row.target_id, state: 'completed' })
      .whereIn('status', ['clean', 'drifted', 'pending'])
      .whereNull('seen_findings')
      .where('finished_at', '<', before)
      .orderBy('queued_at', 'desc')
      .limit(MOST_SCANS)
      .select('started_at', 'finished_at', 'blind_spots');
    const finding = JSON.parse(row.payload) as Finding;
    const scan = scans.find(each => sees(each, finding));
    // What changed while a scan looked may be what it did not see.
    const after = toOptionalDate(scan?.started_at ?? scan?.finished_at);
    return { ...(after && { after }), before, ...(known && { known }) };
  }

  /**
   * Takes the right to ask about a finding. Undefined when somebody else asks or
   * has asked, or when the finding is gone or resolved.
   *
   * @remarks
   * The row is the lock: of two replicas that insert it one succeeds, and of two
   * that take it over one finds the state it expects.
   */
  async claim(options: {
    findingId: string;
    now: Date;
    until: Date;
  }): Promise<AttributionClaim | undefined> {
    const { findingId, now, until } = options;
    const open = await this.#knex<DbFindingRow>('drift_findings')
      .where({ id: findingId })
      .whereNull('resolved_at')
      .first('id');
    if (!open) {
      return undefined;
    }
    const id = randomUUID();
    const inserted: unknown[] = await this.#knex<DbAttributionRow>(TABLE)
      .insert({
        finding_id: findingId,
        attribution_state: 'asking',
        attribution: null,
        attributor: null,
        attribution_failure: null,
        attempts: 0,
        first_asked_at: now,
        claim: id,
        claim_until: until,
        retry_at: null,
        found_at: null,
      })
      .onConflict('finding_id')
      .ignore()
      .returning('claim');
    if (inserted.length === 1) {
      return { findingId, id };
    }
    const taken = await affected(
      this.#knex<DbAttributionRow>(TABLE)
        .where({ finding_id: findingId })
        .where(due => whereDue(due, now))
        .update({ attribution_state: 'asking', claim: id, claim_until: until }),
    );
    return taken === 1 ? { findingId, id } : undefined;
  }

  /**
   * Keeps who did it. False when that was known, or when the claim was lost
   * meanwhile.
   */
  async save(
    claim: AttributionClaim,
    options: {
      attribution: Attribution;
      attributorId?: string;
      /** When to ask for a better answer; never when absent. */
      askAgainAt?: Date;
      now: Date;
    },
  ): Promise<boolean> {
    const { attributorId, askAgainAt, now } = options;
    const attribution = JSON.stringify(options.attribution, (_key, value) =>
      typeof value === 'string' ? storableText(value) : value,
    );
    const before = await this.#held(claim).first('attribution');
    const saved = await affected(
      this.#held(claim).update({
        attribution_state: 'found',
        attribution,
        attributor: attributorId ?? null,
        attribution_failure: null,
        claim: null,
        claim_until: null,
        retry_at: askAgainAt ?? null,
        found_at: now,
      }),
    );
    return saved === 1 && before?.attribution !== attribution;
  }

  /**
   * Notes that nobody was found; asks again at the time given, if at all. What
   * was found before stays.
   */
  async putOff(
    claim: AttributionClaim,
    options: {
      /** Why a log could not be read; absent when it knows nothing. */
      failure?: string;
      /** Undefined gives up. */
      retryAt: (asked: {
        attempts: number;
        firstAskedAt: Date;
      }) => Date | undefined;
    },
  ): Promise<void> {
    const row = await this.#held(claim).first();
    if (!row) {
      return;
    }
    const attempts = row.attempts + 1;
    const isSettled = row.attribution !== null && options.failure === undefined;
    const retryAt = isSettled
      ? undefined
      : options.retryAt({
          attempts,
          firstAskedAt: toDate(row.first_asked_at),
        });
    const restingState = retryAt ? 'waiting' : 'given-up';
    await this.#held(claim).update({
      attribution_state: row.attribution === null ? restingState : 'found',
      attribution_failure:
        options.failure === undefined ? null : storableText(options.failure),
      attempts,
      claim: null,
      claim_until: null,
      retry_at: retryAt ?? null,
    });
  }

  /** Gives the right back, as if it had never been taken. */
  async release(
    claim: AttributionClaim,
    options: { now: Date },
  ): Promise<void> {
    const row = await this.#held(claim).first('attribution');
    await this.#held(claim).update({
      attribution_state: row?.attribution ? 'found' : 'waiting',
      claim: null,
      claim_until: null,
      retry_at: options.now,
    });
  }

  #held(claim: AttributionClaim) {
    return this.#knex<DbAttributionRow>(TABLE).where({
      finding_id: claim.findingId,
      claim: claim.id,
    });
  }

  #candidateRows(options: { targetId: string; now: Date }) {
    const { targetId, now } = options;
    return this.#knex<DbFindingRow>('drift_findings')
      .leftJoin(TABLE, 'drift_attributions.finding_id', 'drift_findings.id')
      .where({ target_id: targetId, class: 'drift', suppressed: false })
      .whereNull('resolved_at')
      .whereNull('version_of')
      .where('payload', 'like', '%"resourceIds":["%')
      .where(unknown =>
        unknown.whereNull('finding_id').orWhere(known => whereDue(known, now)),
      )
      .orderBy([
        { column: 'severity_rank', order: 'desc' },
        { column: 'first_seen_at', order: 'desc' },
        { column: 'id' },
      ])
      .limit(PAGE)
      .select<DbFindingRow[]>('drift_findings.*');
  }

  /**
   * An episode begins with its first value; each later one begins when the one
   * before it was seen to be gone. Findings that rules took fields from are of
   * the same value.
   */
  async #readBeginning(
    row: DbFindingRow,
  ): Promise<Pick<AttributionWindow, 'before' | 'known'>> {
    const earlier: EarlierRow[] = await this.#knex<DbFindingRow>(
      'drift_findings',
    )
      .leftJoin(TABLE, 'drift_attributions.finding_id', 'drift_findings.id')
      .where({
        target_id: row.target_id,
        address: row.address,
        deposed: row.deposed,
        class: row.class,
        change: row.change,
        replaced: true,
      })
      .where('first_seen_at', toDate(row.first_seen_at))
      .whereNull('version_of')
      .whereNotNull('resolved_at')
      .orderBy([
        { column: 'resolved_at', order: 'desc' },
        { column: 'opened_fence', order: 'desc' },
      ])
      .limit(MOST_EARLIER)
      .select(
        'drift_findings.*',
        'drift_attributions.attribution',
        'drift_attributions.retry_at',
      );
    const now = JSON.parse(row.payload) as Finding;
    let known: Attribution | undefined;
    for (const each of earlier) {
      const then = JSON.parse(each.payload) as Finding;
      if (!holds(fieldsOf(then), now.fields)) {
        return {
          before: toOptionalDate(each.resolved_at) ?? toDate(row.first_seen_at),
          known,
        };
      }
      // What waits for a better answer is asked about again
      const isSettled = each.retry_at === null;
      if (each.attribution !== null && isSettled && isSameDrift(then, now)) {
        known ??= JSON.parse(each.attribution) as Attribution;
      }
    }
    return { before: toDate(row.first_seen_at), known };
  }
}

function whereDue(builder: Knex.QueryBuilder, now: Date): void {
  builder
    .where(rested =>
      rested
        .whereIn('attribution_state', ['waiting', 'found'])
        .where('retry_at', '<=', now),
    )
    .orWhere(abandoned =>
      abandoned
        .where('attribution_state', 'asking')
        .where('claim_until', '<=', now),
    );
}

/** Whether a scan looked at what a finding says, as far as its blind spots tell. */
function sees(
  { blind_spots: blindSpots }: Pick<DbScanRow, 'blind_spots'>,
  finding: Finding,
): boolean {
  const { address } = finding;
  return !(JSON.parse(blindSpots ?? '[]') as BlindSpot[]).some(spot =>
    spot.address === undefined
      ? spot.scope === address ||
        address.startsWith(`${spot.scope}/`) ||
        address.startsWith(`${spot.scope}.`)
      : hidesFinding(spot, finding),
  );
}

function toCandidate(row: DbFindingRow): AttributionCandidate[] {
  const finding = JSON.parse(row.payload) as Finding;
  const { resourceIds, attribution } = finding;
  return !attribution && resourceIds && resourceIds.length > 0
    ? [
        {
          findingId: row.id,
          finding: { ...finding, resourceIds },
          firstSeenAt: toDate(row.first_seen_at),
        },
      ]
    : [];
}

/** Those that a rule set aside included. */
function fieldsOf(finding: Finding): FieldDifference[] {
  return [
    ...finding.fields,
    ...(finding.normalised ?? []).flatMap(({ muted }) => muted ?? []),
  ];
}

function isSameDrift(one: Finding, other: Finding): boolean {
  return (
    holds(fieldsOf(one), fieldsOf(other)) &&
    holds(fieldsOf(other), fieldsOf(one))
  );
}

/** Whether all of the values really were so. */
function holds(
  fields: readonly FieldDifference[],
  values: readonly FieldDifference[],
): boolean {
  return values.every(value =>
    fields.some(
      field =>
        field.path === value.path &&
        field.sensitive === value.sensitive &&
        isDeepStrictEqual(field.actual, value.actual),
    ),
  );
}
