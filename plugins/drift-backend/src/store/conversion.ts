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
  Attribution,
  BlindSpot,
  DriftTarget,
  Evidence,
  Finding,
  Risk,
  ScanState,
  ScanSummary,
  ScanTrigger,
  StoredFinding,
  TargetStatus,
} from '@infra-hub/backstage-plugin-drift-common';
import { ScanTarget } from '@infra-hub/backstage-plugin-drift-node';
import { NOBODY } from './ranks';
import { surerAttribution } from './surerAttribution';
import {
  DbAttributedRow,
  DbFindingRow,
  DbScanRow,
  DbTargetRow,
  DbTime,
} from './tables';

/** Reads a time from either engine. */
export function toDate(value: DbTime): Date {
  return value instanceof Date ? value : new Date(value);
}

/** Reads a time that may be absent. */
export function toOptionalDate(
  value: DbTime | null | undefined,
): Date | undefined {
  return value === null || value === undefined ? undefined : toDate(value);
}

/** ISO 8601 of a time that may be absent. */
export function toIso(value: DbTime | null | undefined): string | undefined {
  return toOptionalDate(value)?.toISOString();
}

/** The day of a time, YYYY-MM-DD in UTC. */
export function toDay(value: Date): string {
  return value.toISOString().slice(0, 10);
}

/**
 * Text that PostgreSQL accepts: without the NUL character, which it cannot hold,
 * and without halves of characters, which are not Unicode.
 */
export function storableText(text: string): string {
  return text.replaceAll('\u0000', '').replace(/\p{Surrogate}/gu, '\uFFFD');
}

/** What the search looks into. */
export function searchText(options: {
  name: string;
  client: string;
  summary: string;
}): string {
  return [options.name, options.client, options.summary]
    .join('\n')
    .toLocaleLowerCase('en-US');
}

/** When a good verdict of that age becomes too old to be trusted. */
export function staleAt(
  lastGoodScanAt: Date | undefined,
  intervalMs: number,
): Date | undefined {
  return lastGoodScanAt && new Date(lastGoodScanAt.getTime() + 2 * intervalMs);
}

/** Whether a scan has not ended. */
export function isActive(scan: Pick<DbScanRow, 'finished_at'>): boolean {
  return scan.finished_at === null;
}

function toTool(
  name: string | null,
  version: string | null,
): { name: string; version?: string } | undefined {
  return name === null ? undefined : { name, version: version ?? undefined };
}

/** The target of a row, as pages and events show it. */
export function toDriftTarget(
  row: DbTargetRow,
  options: { now: Date; activeScan?: DbScanRow },
): DriftTarget {
  const { now, activeScan } = options;
  const stale = toOptionalDate(row.stale_at);
  return {
    id: row.id,
    source: row.source,
    client: row.client === NOBODY ? undefined : row.client,
    name: row.name,
    entityRefs: JSON.parse(row.entity_refs),
    owner: row.owner === NOBODY ? undefined : row.owner,
    status: row.status as TargetStatus,
    stale: stale !== undefined && stale < now,
    risk: row.risk as Risk,
    driftedResources: row.drifted_resources,
    totalResources: row.total_resources,
    summary: row.summary,
    evidence: (row.evidence as Evidence | null) ?? undefined,
    tool: toTool(row.tool_name, row.tool_version),
    lastScanAt: toIso(row.last_scan_at),
    lastGoodScanAt: toIso(row.last_good_scan_at),
    lastGoodStatus:
      (row.last_good_status as DriftTarget['lastGoodStatus'] | null) ??
      undefined,
    driftedSince: toIso(row.drifted_since),
    error: row.error ?? undefined,
    warnings: JSON.parse(row.warnings) as string[],
    blindSpots: JSON.parse(row.blind_spots) as BlindSpot[],
    activeScan: activeScan && {
      id: activeScan.id,
      state: activeScan.state as 'queued' | 'running',
      since: toDate(
        activeScan.started_at ?? activeScan.queued_at,
      ).toISOString(),
    },
    schedule: row.schedule,
    nextScanAt: toIso(row.next_scan_at),
    codeUrl: row.code_url ?? undefined,
    runUrl: row.run_url ?? undefined,
    pushed: row.origin === 'push' || undefined,
  };
}

/** The target of a row, as a source scans it. */
export function toScanTarget(
  row: DbTargetRow,
): ScanTarget & { source: string } {
  return {
    id: row.id,
    source: row.source,
    client: row.client === NOBODY ? undefined : row.client,
    name: row.name,
    entityRefs: JSON.parse(row.entity_refs),
    location: JSON.parse(row.location) as JsonObject,
    schedule: row.schedule,
    codeUrl: row.code_url ?? undefined,
  };
}

/** The scan of a row. */
export function toScanSummary(row: DbScanRow): ScanSummary {
  return {
    id: row.id,
    targetId: row.target_id,
    trigger: row.trigger as ScanTrigger,
    state: row.state as ScanState,
    status: (row.status as ScanSummary['status'] | null) ?? undefined,
    risk: (row.risk as Risk | null) ?? undefined,
    driftedResources: row.drifted_resources ?? undefined,
    totalResources: row.total_resources ?? undefined,
    queuedAt: toDate(row.queued_at).toISOString(),
    startedAt: toIso(row.started_at),
    finishedAt: toIso(row.finished_at),
    error: row.error ?? undefined,
    warnings: JSON.parse(row.warnings ?? '[]') as string[],
    blindSpots: JSON.parse(row.blind_spots ?? '[]') as BlindSpot[],
    evidence: (row.evidence as Evidence | null) ?? undefined,
    tool: toTool(row.tool_name, row.tool_version),
    requestedBy: row.requested_by ?? undefined,
    runUrl: row.run_url ?? undefined,
    commit: row.commit_id ?? undefined,
    actor: row.actor ?? undefined,
  };
}

/**
 * The finding of a row as it is now. Scans that see what was known before write
 * no finding; `seenAt` is when a scan last saw every open finding of the target.
 */
export function toStoredFinding(
  row: DbFindingRow | DbAttributedRow,
  options: { seenAt?: Date },
): StoredFinding {
  const resolvedAt = toIso(row.resolved_at);
  return {
    ...toFinding(row),
    id: row.version_of ?? row.id,
    targetId: row.target_id,
    state: resolvedAt ? 'resolved' : 'open',
    firstSeenAt: toDate(row.first_seen_at).toISOString(),
    lastSeenAt: lastSeen(row, options.seenAt).toISOString(),
    resolvedAt,
    recurrences: row.recurrences,
  };
}

/** The finding of a row as a scan saw it, with who did it as far as it is known. */
export function toFinding(row: DbFindingRow | DbAttributedRow): Finding {
  const finding = JSON.parse(row.payload) as Finding;
  const logged = 'attribution' in row ? row.attribution : null;
  return logged === null
    ? finding
    : {
        ...finding,
        attribution: surerAttribution(
          finding.attribution,
          JSON.parse(logged) as Attribution,
        ),
      };
}

/** When an open finding was last seen. */
export function lastSeen(
  row: Pick<DbFindingRow, 'last_seen_at' | 'resolved_at'>,
  seenAt: Date | undefined,
): Date {
  const own = toDate(row.last_seen_at);
  return row.resolved_at === null && seenAt && seenAt > own ? seenAt : own;
}
