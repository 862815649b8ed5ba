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

import { DriftReport, Finding } from '@infra-hub/backstage-plugin-drift-common';
import { hash } from 'node:crypto';
import { searchText, staleAt, storableText } from './conversion';
import { RISK_SCORES, riskOfScore, STATUS_RANKS } from './ranks';
import { DbTargetRow } from './tables';

const PARTIAL = 'The observation did not cover everything';

/** What the open findings of a target amount to. */
export interface OpenDrift {
  /** Highest severity rank of the open, unsuppressed drift findings; 0 without any. */
  riskScore: number;
  /** Number of distinct addresses with such a finding. */
  driftedResources: number;
}

/** The columns of a target's row that a scan changes. */
export type VerdictColumns = Partial<DbTargetRow>;

/**
 * Whether a report is a verdict. A partial look that saw nothing bad says
 * nothing good.
 */
export function isGood(report: DriftReport): boolean {
  return (
    report.status === 'drifted' ||
    (report.complete &&
      (report.status === 'clean' || report.status === 'pending'))
  );
}

/** Whether findings are in a report that only an earlier scan saw. */
export function holdsUnseen(report: DriftReport): boolean {
  return report.findings.some(finding => finding.unseen);
}

/** Why a report is no verdict. */
export function errorOf(report: DriftReport): string {
  return storableText(report.error ?? PARTIAL);
}

/** A finding in the form in which it is stored and compared. */
export interface PreparedFinding {
  finding: Finding;
  payload: string;
  payloadHash: string;
}

/** Writes out every finding once; big reports have thousands. */
export function prepareFindings(findings: Finding[]): PreparedFinding[] {
  return findings.map(finding => {
    const payload = JSON.stringify(finding);
    return { finding, payload, payloadHash: hash('sha256', payload) };
  });
}

/** Hash of everything that a report says, whatever the order of its findings. */
export function hashReport(options: {
  report: DriftReport;
  summary: string;
  prepared: PreparedFinding[];
}): string {
  const { report, summary, prepared } = options;
  const findings = prepared.map(({ payloadHash }) => payloadHash).sort();
  return hash('sha256', JSON.stringify({ ...report, findings, summary }));
}

/**
 * The row after a verdict. A verdict that says the same as the one before
 * changes only times.
 */
export function goodVerdict(
  row: DbTargetRow,
  options: {
    report: DriftReport;
    summary: string;
    reportHash: string;
    /** What is open after the report, when it does not follow from the report. */
    openDrift?: OpenDrift;
    now: Date;
  },
): VerdictColumns {
  const { report, openDrift, now } = options;
  const summary = storableText(options.summary);
  const drifted = report.status === 'drifted';
  const times: VerdictColumns = {
    last_scan_at: now,
    last_good_scan_at: now,
    stale_at: staleAt(now, Number(row.interval_ms)) ?? null,
    findings_seen_at:
      report.complete && !holdsUnseen(report) ? now : row.findings_seen_at,
  };
  if (row.report_hash === options.reportHash && row.status === report.status) {
    return times;
  }
  const riskScore = openDrift?.riskScore ?? RISK_SCORES[report.risk];
  return {
    ...times,
    ...statusColumns(report.status),
    ...riskColumns(riskScore),
    drifted_resources: openDrift?.driftedResources ?? report.driftedResources,
    total_resources: report.totalResources,
    summary,
    search_text: storableText(
      searchText({ name: row.name, client: row.client, summary }),
    ),
    error: null,
    warnings: JSON.stringify(report.warnings),
    blind_spots: JSON.stringify(report.blindSpots),
    evidence: report.evidence,
    tool_name: report.tool ? storableText(report.tool.name) : null,
    tool_version: report.tool?.version
      ? storableText(report.tool.version)
      : null,
    last_good_status: report.status,
    drifted_since: drifted ? row.drifted_since ?? now : null,
    report_hash: report.complete ? options.reportHash : null,
  };
}

/**
 * The row after a scan without a verdict: the last good one stays, unless a
 * partial look has found more drift.
 */
export function failedVerdict(
  row: DbTargetRow,
  options: {
    error: string;
    report?: DriftReport;
    summary?: string;
    openDrift?: OpenDrift;
    now: Date;
  },
): VerdictColumns {
  const { report, openDrift, now } = options;
  const summary = storableText(options.summary ?? row.summary);
  return {
    ...statusColumns('error'),
    ...(openDrift && {
      ...riskColumns(Math.max(openDrift.riskScore, row.risk_score)),
      drifted_resources: openDrift.driftedResources,
      drifted_since:
        openDrift.driftedResources > 0
          ? row.drifted_since ?? now
          : row.drifted_since,
      report_hash: null,
    }),
    error: storableText(options.error),
    ...(summary !== row.summary && {
      summary,
      search_text: storableText(
        searchText({ name: row.name, client: row.client, summary }),
      ),
      report_hash: null,
    }),
    ...(report && {
      warnings: JSON.stringify(report.warnings),
      blind_spots: JSON.stringify(report.blindSpots),
    }),
    last_scan_at: now,
  };
}

/**
 * The row after its open findings were judged anew. What the last look could say
 * stays as it was: one that failed or was partial never becomes clean by it.
 */
export function rejudgedVerdict(
  row: DbTargetRow,
  options: {
    openDrift: OpenDrift;
    /** Whether code waits that was not applied. */
    hasPending: boolean;
    /** How much the last look could say. */
    lastLook: 'whole' | 'partial' | 'bad';
    /** One or two sentences on the findings with that status. */
    summarise: (status: DriftReport['status']) => string;
    now: Date;
  },
): VerdictColumns {
  const { openDrift, hasPending, lastLook, now } = options;
  const drifted = openDrift.driftedResources > 0;
  const quiet = hasPending ? 'pending' : 'clean';
  const good = drifted ? 'drifted' : quiet;
  const failed = lastLook === 'bad' || (!drifted && lastLook === 'partial');
  const summary =
    row.last_good_scan_at === null && !drifted
      ? row.summary
      : storableText(options.summarise(good));
  return {
    ...statusColumns(failed ? 'error' : good),
    ...riskColumns(openDrift.riskScore),
    drifted_resources: openDrift.driftedResources,
    drifted_since: drifted ? row.drifted_since ?? now : null,
    ...(failed ? { error: row.error ?? PARTIAL } : { error: null }),
    ...(row.last_good_status !== null && { last_good_status: good }),
    summary,
    search_text: storableText(
      searchText({ name: row.name, client: row.client, summary }),
    ),
    report_hash: null,
  };
}

function statusColumns(status: DriftReport['status']): VerdictColumns {
  return { status, status_rank: STATUS_RANKS[status] };
}

function riskColumns(riskScore: number): VerdictColumns {
  return { risk: riskOfScore(riskScore), risk_score: riskScore };
}
