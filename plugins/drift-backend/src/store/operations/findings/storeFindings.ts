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

import { mutingRules } from '@infra-hub/drift-engine';
import { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import {
  lastSeen,
  storableText,
  toDate,
  toOptionalDate,
} from '../../conversion';
import { batchSize, chunk, insertRows, whereInList } from '../../database';
import { CLASS_RANKS, severityRank } from '../../ranks';
import { DbFindingRow, DbTargetRow } from '../../tables';
import { OpenDrift, PreparedFinding } from '../../verdict';

/** What became of the findings of a target. */
export interface StoredFindings {
  /** Ids of alarming findings that were not there, or muted, before. */
  added: string[];
  /** Ids of alarming findings that are gone, or muted, now. */
  resolved: string[];
  /** Those of the resolved that are still there, but muted. */
  muted: string[];
  /** How many findings each ignore rule mutes that it did not mute before. */
  newlyMutedBy: Map<string, number>;
  /** Whether any finding is stored differently now. */
  changed: boolean;
  /** Ids of all findings that the scan saw. */
  seen: string[];
  openDrift: OpenDrift;
}

/** Everything of an open row but its payload. */
type OpenRow = Omit<DbFindingRow, 'payload'>;

/**
 * Makes the findings of a scan the open ones of its target.
 *
 * @remarks
 * Compares in memory and writes only what differs, in batches. A row is opened
 * and resolved with the fence of the scan, so that what any scan saw can be read
 * later; before the payload of an open finding changes, the old one is kept as an
 * earlier version for the same reason.
 *
 * Findings that are missing are resolved only if the scan saw everything. When
 * the value of a resource moved on, the old finding gives way to a new one of the
 * same episode: it keeps `first_seen_at`.
 *
 * Findings that are judged anew were not seen anew, and neither were those that a
 * scan is blind for: they keep `last_seen_at`, and one that lost fields by it is no
 * new one.
 */
export async function storeFindings(
  tx: Knex.Transaction,
  options: {
    target: DbTargetRow;
    findings: PreparedFinding[];
    /** Whether findings that are missing are gone. */
    sawEverything: boolean;
    /** The stored findings were judged anew, and nobody looked. */
    rejudged?: boolean;
    fence: number;
    now: Date;
  },
): Promise<StoredFindings> {
  const { target, sawEverything, rejudged = false, fence, now } = options;
  const seenAt = toOptionalDate(target.findings_seen_at);
  const open = await readOpen(tx, target.id);
  const reported = distinct(options.findings);

  const gone = sawEverything
    ? [...open.values()].filter(row => !reported.has(keyOfRow(row)))
    : [];
  const episodes = new Map(
    gone
      .sort((a, b) => +toDate(b.first_seen_at) - +toDate(a.first_seen_at))
      .map(row => [episodeOf(row), row]),
  );
  const inserted: DbFindingRow[] = [];
  const changed: { before: OpenRow; after: DbFindingRow }[] = [];
  const unchanged: OpenRow[] = [];
  const seenAgain: OpenRow[] = [];
  const continuedAlarms = new Set<string>();
  const newlyMutedBy = new Map<string, number>();
  const countMuted = (after: OpenRow, before: OpenRow | undefined) => {
    const known = rulesOf(before);
    for (const rule of rulesOf(after).filter(each => !known.includes(each))) {
      newlyMutedBy.set(rule, (newlyMutedBy.get(rule) ?? 0) + 1);
    }
  };
  for (const [key, prepared] of reported) {
    const before = open.get(key);
    const after = toRow(prepared, { target, fence, now });
    const isUnseen = rejudged || prepared.finding.unseen === true;
    if (!before) {
      const earlier = episodes.get(episodeOf(after));
      inserted.push({
        ...after,
        first_seen_at: earlier ? toDate(earlier.first_seen_at) : now,
        ...(isUnseen && earlier && { last_seen_at: lastSeen(earlier, seenAt) }),
      });
      if (isUnseen && earlier && isAlarming(earlier)) {
        continuedAlarms.add(after.id);
      }
      countMuted(after, earlier);
    } else if (before.payload_hash === after.payload_hash) {
      unchanged.push(before);
      if (!isUnseen) {
        seenAgain.push(before);
      }
    } else {
      changed.push({
        before,
        after: {
          ...after,
          id: before.id,
          first_seen_at: toDate(before.first_seen_at),
          ...(isUnseen && { last_seen_at: lastSeen(before, seenAt) }),
          recurrences: before.recurrences,
        },
      });
      countMuted(after, before);
    }
  }
  const continued = new Set(inserted.map(episodeOf));
  const replaced = gone.filter(row => continued.has(episodeOf(row)));
  const ended = gone.filter(row => !continued.has(episodeOf(row)));

  await keepVersions(tx, {
    rows: changed.map(({ before }) => before),
    ...options,
  });
  await resolve(tx, { rows: replaced, replaced: true, ...options });
  await resolve(tx, { rows: ended, replaced: false, ...options });
  await updateRows(tx, { rows: changed.map(({ after }) => after) });
  await openRows(tx, { rows: inserted, targetId: target.id });
  if (!sawEverything || options.findings.some(each => each.finding.unseen)) {
    await touch(tx, { rows: seenAgain, now });
  }

  const silenced = changed
    .filter(({ after }) => after.suppressed)
    .map(({ before }) => before)
    .filter(isAlarming);
  const stillOpen = [
    ...inserted,
    ...changed.map(({ after }) => after),
    ...(sawEverything
      ? unchanged
      : [...open.values()].filter(
          row => !changed.some(({ before }) => before.id === row.id),
        )),
  ];
  return {
    added: [
      ...inserted,
      ...changed
        .filter(({ before }) => before.suppressed)
        .map(({ after }) => after),
    ]
      .filter(isAlarming)
      .map(row => row.id)
      .filter(id => !continuedAlarms.has(id)),
    resolved: [...ended.filter(isAlarming), ...silenced].map(row => row.id),
    muted: silenced.map(row => row.id),
    newlyMutedBy,
    changed: inserted.length + changed.length + gone.length > 0,
    seen: [...inserted, ...changed.map(({ after }) => after), ...unchanged].map(
      row => row.id,
    ),
    openDrift: summarise(stillOpen.filter(isAlarming)),
  };
}

async function readOpen(
  tx: Knex.Transaction,
  targetId: string,
): Promise<Map<string, OpenRow>> {
  const rows: OpenRow[] = await tx<DbFindingRow>('drift_findings')
    .where({ target_id: targetId })
    .whereNull('resolved_at')
    .select(
      'id',
      'version_of',
      'target_id',
      'fingerprint',
      'class',
      'class_rank',
      'deposed',
      'address',
      'change',
      'severity_rank',
      'suppressed',
      'muted_by',
      'payload_hash',
      'first_seen_at',
      'last_seen_at',
      'resolved_at',
      'opened_fence',
      'resolved_fence',
      'replaced',
      'recurrences',
    );
  return new Map(rows.map(row => [keyOfRow(row), row]));
}

/** Identity of a finding within a target. */
function keyOf(parts: {
  fingerprint: string;
  class: string;
  deposed: string;
}): string {
  return JSON.stringify([parts.fingerprint, parts.class, parts.deposed]);
}

function keyOfRow(row: OpenRow): string {
  return keyOf(row);
}

/** What stays the same while the values of a resource move on. */
function episodeOf(row: OpenRow): string {
  return JSON.stringify([row.address, row.deposed, row.class, row.change]);
}

/** A finding that is reported twice counts once, and is not muted if one is not. */
function distinct(findings: PreparedFinding[]): Map<string, PreparedFinding> {
  const byKey = new Map<string, PreparedFinding>();
  for (const prepared of findings) {
    const { finding } = prepared;
    const key = keyOf({
      ...finding,
      deposed: storableText(finding.deposed ?? ''),
    });
    const known = byKey.get(key)?.finding;
    if (!known || (known.suppressedBy && !finding.suppressedBy)) {
      byKey.set(key, prepared);
    }
  }
  return byKey;
}

function toRow(
  prepared: PreparedFinding,
  options: { target: DbTargetRow; fence: number; now: Date },
): DbFindingRow {
  const { target, fence, now } = options;
  const { finding, payload, payloadHash } = prepared;
  const rules = mutingRules(finding);
  return {
    id: randomUUID(),
    version_of: null,
    target_id: target.id,
    fingerprint: finding.fingerprint,
    class: finding.class,
    class_rank: CLASS_RANKS[finding.class],
    deposed: storableText(finding.deposed ?? ''),
    address: storableText(finding.address),
    change: finding.change,
    severity_rank: severityRank(finding.severity),
    suppressed: finding.suppressedBy !== undefined,
    muted_by: rules.length > 0 ? storableText(JSON.stringify(rules)) : null,
    payload,
    payload_hash: payloadHash,
    first_seen_at: now,
    last_seen_at: now,
    resolved_at: null,
    opened_fence: fence,
    resolved_fence: null,
    replaced: false,
    recurrences: 0,
  };
}

function rulesOf(row: OpenRow | undefined): string[] {
  return JSON.parse(row?.muted_by ?? '[]');
}

function isAlarming(row: OpenRow): boolean {
  return row.class === 'drift' && !row.suppressed;
}

function summarise(rows: OpenRow[]): OpenDrift {
  return {
    riskScore: rows.reduce(
      (worst, row) => Math.max(worst, row.severity_rank),
      0,
    ),
    driftedResources: new Set(rows.map(row => row.address)).size,
  };
}

/** Copies rows as they are into earlier versions of themselves. */
async function keepVersions(
  tx: Knex.Transaction,
  options: { rows: OpenRow[]; target: DbTargetRow; fence: number; now: Date },
): Promise<void> {
  const copied = [
    'target_id',
    'fingerprint',
    'class',
    'class_rank',
    'deposed',
    'address',
    'change',
    'severity_rank',
    'suppressed',
    'payload',
    'payload_hash',
    'first_seen_at',
    'last_seen_at',
    'opened_fence',
    'recurrences',
  ];
  const { fence, now } = options;
  // Findings may be judged anew several times between two scans
  const version = `${fence}.${randomUUID().slice(0, 8)}`;
  for (const rows of chunk(options.rows, batchSize(tx))) {
    const source = tx<DbFindingRow>('drift_findings')
      .modify(whereInList, {
        knex: tx,
        column: 'id',
        values: rows.map(row => row.id),
      })
      .select([
        tx.raw(`id || ':' || cast(? as varchar)`, [version]),
        tx.ref('id'),
        tx.raw('cast(? as timestamptz)', [now]),
        tx.raw('cast(? as integer)', [fence]),
        tx.ref('replaced'),
        ...copied,
      ]);
    await tx(
      tx.raw('drift_findings (??, ??, ??, ??, ??, ??)', [
        'id',
        'version_of',
        'resolved_at',
        'resolved_fence',
        'replaced',
        copied,
      ]),
    ).insert(source);
  }
}

async function resolve(
  tx: Knex.Transaction,
  options: {
    rows: OpenRow[];
    replaced: boolean;
    target: DbTargetRow;
    fence: number;
    now: Date;
  },
): Promise<void> {
  const { target, fence, now, replaced } = options;
  const seenAt = toOptionalDate(target.findings_seen_at);
  const bySeen = new Map<number, OpenRow[]>();
  for (const row of options.rows) {
    const time = lastSeen(row, seenAt).getTime();
    bySeen.set(time, [...(bySeen.get(time) ?? []), row]);
  }
  for (const [time, group] of bySeen) {
    for (const rows of chunk(group, 1_000)) {
      await tx<DbFindingRow>('drift_findings')
        .modify(whereInList, {
          knex: tx,
          column: 'id',
          values: rows.map(row => row.id),
        })
        .update({
          last_seen_at: new Date(time),
          resolved_at: now,
          resolved_fence: fence,
          replaced,
        });
    }
  }
}

async function updateRows(
  tx: Knex.Transaction,
  options: { rows: DbFindingRow[] },
): Promise<void> {
  await insertRows(tx, {
    table: 'drift_findings',
    rows: options.rows,
    onConflict: {
      columns: ['id'],
      merge: [
        'severity_rank',
        'suppressed',
        'muted_by',
        'payload',
        'payload_hash',
        'last_seen_at',
        'opened_fence',
      ],
    },
  });
}

async function openRows(
  tx: Knex.Transaction,
  options: { rows: DbFindingRow[]; targetId: string },
): Promise<void> {
  const recurrences = await readRecurrences(tx, {
    targetId: options.targetId,
    fingerprints: options.rows.map(row => row.fingerprint),
  });
  await insertRows(tx, {
    table: 'drift_findings',
    rows: options.rows.map(row => ({
      ...row,
      recurrences: recurrences.get(keyOfRow(row)) ?? 0,
    })),
  });
}

/** How often each finding will have come back, for those that were there before. */
async function readRecurrences(
  tx: Knex.Transaction,
  options: { targetId: string; fingerprints: string[] },
): Promise<Map<string, number>> {
  if (options.fingerprints.length === 0) {
    return new Map();
  }
  const rows: {
    fingerprint: string;
    class: string;
    deposed: string;
    recurrences: number | string;
  }[] = await tx('drift_findings')
    .where({ target_id: options.targetId })
    .whereNull('version_of')
    .whereNotNull('resolved_at')
    .modify(whereInList, {
      knex: tx,
      column: 'fingerprint',
      values: options.fingerprints,
    })
    .groupBy('fingerprint', 'class', 'deposed')
    .select('fingerprint', 'class', 'deposed')
    .max({ recurrences: 'recurrences' });
  return new Map(rows.map(row => [keyOf(row), Number(row.recurrences) + 1]));
}

async function touch(
  tx: Knex.Transaction,
  options: { rows: OpenRow[]; now: Date },
): Promise<void> {
  for (const rows of chunk(options.rows, 1_000)) {
    await tx<DbFindingRow>('drift_findings')
      .modify(whereInList, {
        knex: tx,
        column: 'id',
        values: rows.map(row => row.id),
      })
      .update({ last_seen_at: options.now });
  }
}
