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

import { Knex } from 'knex';
import { hash } from 'node:crypto';
import {
  searchText,
  staleAt,
  storableText,
  toOptionalDate,
} from '../../conversion';
import {
  batchSize,
  chunk,
  insertNewRows,
  insertRows,
  inTransaction,
  whereInList,
} from '../../database';
import { RejectedTarget, TargetRegistration } from '../../DriftStore';
import { NOBODY, RISK_SCORES, STATUS_RANKS } from '../../ranks';
import { DbTargetEntityRow, DbTargetRow } from '../../tables';
import { recordChanges } from '../results/recordChanges';
import { toEntityKey } from '../results/whereQuery';

/** Who may take over the declaration of a target from whom. */
const ORIGIN_RANKS: Record<TargetRegistration['origin'], number> = {
  config: 2,
  catalog: 1,
  push: 0,
};

/** What a declaration decides; everything else of a row is the scans' business. */
const REGISTRATION_COLUMNS = [
  'owner',
  'entity_refs',
  'location',
  'code_url',
  'origin',
  'registration_hash',
  'schedule',
  'interval_ms',
  'next_scan_at',
  'retired_at',
  'stale_at',
] as const;

type KnownTarget = Pick<
  DbTargetRow,
  | 'id'
  | 'source'
  | 'client'
  | 'name'
  | 'origin'
  | 'registration_hash'
  | 'retired_at'
>;

/**
 * Makes the declared targets of one origin the stored ones.
 *
 * @remarks
 * Works without a lock over all targets: rows are compared first, and only those
 * that differ are locked, a batch at a time, so that scans can end meanwhile. When
 * two replicas do this at once, a new target is inserted, and counted, by one.
 *
 * A target that two origins declare belongs to the stronger one (config, then
 * catalog, then push). Ids are not unique when names contain slashes; the target
 * that was there first keeps the id, the others are returned as `rejected`, and so are those
 * that the database cannot hold: one bad annotation must not stop all scans.
 */
export async function syncTargets(
  knex: Knex,
  options: {
    origin: TargetRegistration['origin'];
    targets: TargetRegistration[];
    now: Date;
  },
): Promise<{
  added: string[];
  updated: string[];
  retired: string[];
  rejected: RejectedTarget[];
}> {
  const { origin, now } = options;
  const known = await readKnownTargets(knex, {
    origins: [origin],
    ids: options.targets.map(target => target.id),
  });
  const { targets, rejected } = sortOut(options.targets, known);

  const added: string[] = [];
  const updated: string[] = [];
  const changed: Registration[] = [];
  for (const target of targets.values()) {
    const row = known.get(target.id);
    const registration = {
      target,
      digest: hashRegistration(target),
      isNew: row === undefined,
    };
    if (!row || row.retired_at !== null) {
      added.push(target.id);
      changed.push(registration);
    } else if (
      row.registration_hash !== registration.digest &&
      !isWeaker(origin, row.origin)
    ) {
      updated.push(target.id);
      changed.push(registration);
    }
  }
  const retired = [...known.values()]
    .filter(
      row =>
        row.origin === origin &&
        row.retired_at === null &&
        !targets.has(row.id),
    )
    .map(row => row.id);

  // The same order on every replica, so that two of them seldom deadlock
  changed.sort((a, b) => (a.target.id < b.target.id ? -1 : 1));
  retired.sort();
  for (const batch of chunk(changed, batchSize(knex))) {
    await inTransaction(knex, tx =>
      writeTargets(tx, { registrations: batch, now }),
    );
  }
  for (const batch of chunk(retired, batchSize(knex))) {
    await inTransaction(knex, tx => retireTargets(tx, { ids: batch, now }));
  }
  return { added, updated, retired, rejected };
}

/**
 * Makes sure that one target is declared, and leaves every other alone. A target
 * that anybody declares stays as it is.
 */
export async function declareTarget(
  knex: Knex,
  options: { target: TargetRegistration; now: Date },
): Promise<{ added: boolean; rejected?: RejectedTarget }> {
  const { target, now } = options;
  const known = await readKnownTargets(knex, {
    origins: [],
    ids: [target.id],
  });
  const {
    rejected: [rejected],
  } = sortOut([target], known);
  const row = known.get(target.id);
  if (rejected || row?.retired_at === null) {
    return { added: false, rejected };
  }
  const registration = {
    target,
    digest: hashRegistration(target),
    isNew: row === undefined,
  };
  await inTransaction(knex, tx =>
    writeTargets(tx, { registrations: [registration], now }),
  );
  return { added: true };
}

interface Registration {
  target: TargetRegistration;
  digest: string;
  /** Not stored when it was looked for. */
  isNew: boolean;
}

async function readKnownTargets(
  knex: Knex,
  options: { origins: string[]; ids: string[] },
): Promise<Map<string, KnownTarget>> {
  const columns = [
    'id',
    'source',
    'client',
    'name',
    'origin',
    'registration_hash',
    'retired_at',
  ] as const;
  const known = new Map<string, KnownTarget>();
  const ofOrigin: KnownTarget[] = await knex<DbTargetRow>('drift_results')
    .whereIn('origin', options.origins)
    .select(...columns);
  for (const row of ofOrigin) {
    known.set(row.id, row);
  }
  const others = options.ids.filter(id => !known.has(id));
  for (const batch of chunk(others, 1_000)) {
    const rows: KnownTarget[] = await knex<DbTargetRow>('drift_results')
      .modify(whereInList, { knex, column: 'id', values: batch })
      .select(...columns);
    for (const row of rows) {
      known.set(row.id, row);
    }
  }
  return known;
}

function sortOut(
  declared: TargetRegistration[],
  known: Map<string, KnownTarget>,
): { targets: Map<string, TargetRegistration>; rejected: RejectedTarget[] } {
  const targets = new Map<string, TargetRegistration>();
  const rejected: RejectedTarget[] = [];
  for (const target of declared) {
    const holder = targets.get(target.id) ?? known.get(target.id);
    const reason =
      whyUnstorable(target) ??
      (holder && !isSame(target, holder)
        ? 'Another target has the same id'
        : undefined);
    if (reason) {
      rejected.push({ id: target.id, reason });
    } else if (!targets.has(target.id)) {
      targets.set(target.id, target);
    }
  }
  return { targets, rejected };
}

function isSame(
  target: TargetRegistration,
  holder: Pick<TargetRegistration, 'source' | 'client' | 'name'>,
): boolean {
  return (
    holder.source === target.source &&
    (holder.client ?? NOBODY) === (target.client ?? NOBODY) &&
    holder.name === target.name
  );
}

/** The lengths are those of the columns. */
function whyUnstorable(target: TargetRegistration): string | undefined {
  const {
    id,
    source,
    client,
    name,
    owner = '',
    schedule,
    codeUrl = '',
  } = target;
  if (id !== `${source}:${client ?? NOBODY}/${name}` || client === NOBODY) {
    return 'The id does not say source, client and name';
  }
  if (name.length > 255 || (client?.length ?? 0) > 100 || source.length > 64) {
    return 'The name of the target, its client or its source is too long';
  }
  if ([owner, schedule, ...target.entityRefs].some(text => text.length > 255)) {
    return 'The owner, the schedule or an entity ref is too long';
  }
  const texts = [id, owner, schedule, codeUrl, ...target.entityRefs];
  return texts.some(text => text !== storableText(text))
    ? 'It holds characters that cannot be stored'
    : undefined;
}

function isWeaker(origin: TargetRegistration['origin'], than: string): boolean {
  return (
    ORIGIN_RANKS[origin] < ORIGIN_RANKS[than as TargetRegistration['origin']]
  );
}

function hashRegistration(target: TargetRegistration): string {
  const declared = [
    target.origin,
    target.owner ?? NOBODY,
    target.entityRefs,
    target.location,
    target.codeUrl ?? '',
    target.schedule,
    target.intervalMs,
  ];
  return hash('sha256', JSON.stringify(declared));
}

async function writeTargets(
  tx: Knex.Transaction,
  options: { registrations: Registration[]; now: Date },
): Promise<void> {
  const { registrations, now } = options;
  const ids = registrations.map(({ target }) => target.id);
  const inserted = new Set(
    await insertNewRows(tx, {
      table: 'drift_results',
      rows: registrations
        .filter(({ isNew }) => isNew)
        .map(registration => toRow(registration, { now })),
    }),
  );
  const locked: DbTargetRow[] = await tx<DbTargetRow>('drift_results')
    .modify(whereInList, {
      knex: tx,
      column: 'id',
      values: ids.filter(id => !inserted.has(id)),
    })
    .orderBy('id')
    .forUpdate();
  const existing = new Map(locked.map(row => [row.id, row]));
  const rows = registrations.map(registration =>
    toRow(registration, {
      existing: existing.get(registration.target.id),
      now,
    }),
  );
  await insertRows(tx, {
    table: 'drift_results',
    rows: rows.filter(row => existing.has(row.id)),
    onConflict: { columns: ['id'], merge: REGISTRATION_COLUMNS },
  });
  await writeEntities(tx, { registrations });
  await recordChanges(tx, {
    changes: rows.map(row => {
      const known = existing.get(row.id);
      return {
        targetId: row.id,
        before: known?.retired_at === null ? known : undefined,
        after: { ...(known ?? row), owner: row.owner },
      };
    }),
    now,
  });
}

async function writeEntities(
  tx: Knex.Transaction,
  options: { registrations: Registration[] },
): Promise<void> {
  const { registrations } = options;
  await tx<DbTargetEntityRow>('drift_target_entities')
    .modify(whereInList, {
      knex: tx,
      column: 'target_id',
      values: registrations.map(({ target }) => target.id),
    })
    .delete();
  const rows: DbTargetEntityRow[] = registrations.flatMap(({ target }) =>
    [...new Set(target.entityRefs.map(toEntityKey))].map(entityRef => ({
      target_id: target.id,
      entity_ref: entityRef,
    })),
  );
  await insertRows(tx, {
    table: 'drift_target_entities',
    rows,
    onConflict: { columns: ['target_id', 'entity_ref'], merge: ['entity_ref'] },
  });
}

function toRow(
  registration: Registration,
  options: { existing?: DbTargetRow; now: Date },
): DbTargetRow {
  const { target, digest } = registration;
  const { existing, now } = options;
  const client = target.client ?? NOBODY;
  const lastGoodScanAt = toOptionalDate(existing?.last_good_scan_at);
  return {
    id: target.id,
    source: target.source,
    client,
    name: target.name,
    name_key: target.name.toLocaleLowerCase('en-US'),
    owner: target.owner ?? NOBODY,
    entity_refs: JSON.stringify(target.entityRefs),
    location: JSON.stringify(target.location),
    code_url: target.codeUrl ?? null,
    origin: target.origin,
    registration_hash: digest,
    schedule: target.schedule,
    interval_ms: target.intervalMs,
    next_scan_at: nextScan(target, existing) ?? null,
    created_at: now,
    retired_at: null,
    status: 'unknown',
    status_rank: STATUS_RANKS.unknown,
    risk: 'none',
    risk_score: RISK_SCORES.none,
    drifted_resources: 0,
    total_resources: 0,
    summary: '',
    search_text: searchText({ name: target.name, client, summary: '' }),
    error: null,
    warnings: '[]',
    blind_spots: '[]',
    evidence: null,
    tool_name: null,
    tool_version: null,
    last_scan_at: null,
    last_good_scan_at: null,
    last_good_status: null,
    drifted_since: null,
    stale_at: staleAt(lastGoodScanAt, target.intervalMs) ?? null,
    findings_seen_at: null,
    fence: 0,
    report_hash: null,
    run_url: null,
  };
}

/**
 * A new schedule takes effect at once when it would scan earlier. A target that
 * only its pipeline observes is never due.
 */
function nextScan(
  target: TargetRegistration,
  existing: DbTargetRow | undefined,
): Date | undefined {
  if (target.origin === 'push') {
    return undefined;
  }
  const planned = toOptionalDate(existing?.next_scan_at);
  if (!existing || existing.retired_at !== null || !planned) {
    return target.firstScanAt;
  }
  const isEarlier =
    existing.schedule !== target.schedule && target.firstScanAt < planned;
  return isEarlier ? target.firstScanAt : planned;
}

async function retireTargets(
  tx: Knex.Transaction,
  options: { ids: string[]; now: Date },
): Promise<void> {
  const { ids, now } = options;
  const rows: DbTargetRow[] = await tx<DbTargetRow>('drift_results')
    .modify(whereInList, { knex: tx, column: 'id', values: ids })
    .whereNull('retired_at')
    .orderBy('id')
    .forUpdate();
  await tx<DbTargetRow>('drift_results')
    .modify(whereInList, {
      knex: tx,
      column: 'id',
      values: rows.map(row => row.id),
    })
    .update({ retired_at: now });
  await recordChanges(tx, {
    changes: rows.map(row => ({
      targetId: row.id,
      before: row,
      after: undefined,
    })),
    now,
  });
}
