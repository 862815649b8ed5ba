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
import {
  keepUnseen,
  summarise,
  unseenAddresses,
} from '@infra-hub/drift-engine';
import { Knex } from 'knex';
import { storableText } from '../../conversion';
import { inTransaction, whereInList } from '../../database';
import {
  OutdatedVerdictError,
  ReportJudge,
  ScanLease,
  StoredOutcome,
} from '../../DriftStore';
import { DbFindingRow, DbScanRow, DbTargetRow } from '../../tables';
import {
  errorOf,
  failedVerdict,
  goodVerdict,
  hashReport,
  holdsUnseen,
  isGood,
  PreparedFinding,
  prepareFindings,
  VerdictColumns,
} from '../../verdict';
import { StoredFindings, storeFindings } from '../findings/storeFindings';
import { endUnseen } from '../muting/endAcknowledgements';
import { holdRules, readMuting } from '../muting/readMuting';
import { recordUsage } from '../muting/recordUsage';
import { endScan } from './endScan';

/**
 * Stores the report of a scan: verdict, findings and history, all or nothing.
 *
 * @remarks
 * A report that says the same as the last one, which is what most scans end in,
 * costs one small write to the target and one to the scan, however many findings
 * there are.
 */
export async function finishScan(
  knex: Knex,
  options: {
    lease: ScanLease;
    report: DriftReport;
    summary: string;
    judgedBy?: string;
    judge?: ReportJudge;
    now: Date;
  },
): Promise<StoredOutcome> {
  const { lease, judgedBy, judge, now } = options;
  const prepared = prepareReport(options);
  return inTransaction(knex, async tx => {
    if (judgedBy !== undefined) {
      await holdRules(tx);
    }
    return finishPrepared(tx, { lease, prepared, judgedBy, judge, now });
  });
}

/** A report with what is stored of it; big ones take a while to write out. */
export interface PreparedReport {
  report: DriftReport;
  summary: string;
  findings: PreparedFinding[];
  reportHash: string;
}

/** Does what needs no transaction. */
export function prepareReport(options: {
  report: DriftReport;
  summary: string;
}): PreparedReport {
  const { report, summary } = options;
  const findings = prepareFindings(report.findings);
  return {
    report,
    summary,
    findings,
    reportHash: hashReport({ report, summary, prepared: findings }),
  };
}

/** {@link finishScan} as a part of a transaction, which holds the rules. */
export async function finishPrepared(
  tx: Knex.Transaction,
  options: {
    lease: ScanLease;
    prepared: PreparedReport;
    judgedBy?: string;
    judge?: ReportJudge;
    now: Date;
  },
): Promise<StoredOutcome> {
  const { lease, judgedBy, judge, now } = options;
  return endScan(tx, {
    lease,
    now,
    decide: async target => {
      const muting =
        judgedBy === undefined
          ? undefined
          : await readMuting(tx, { targetId: target.id });
      if (muting && muting.judgedBy !== judgedBy) {
        throw new OutdatedVerdictError();
      }
      const whole = await withUnseen(tx, {
        target,
        prepared: options.prepared,
        judge,
      });
      const { report, summary, findings: prepared, reportHash } = whole;
      const good = isGood(report);
      // What was not seen must not look as if it was, so the rest is touched
      const isKnown =
        good &&
        report.complete &&
        target.report_hash === reportHash &&
        !holdsUnseen(report);
      const stored = isKnown
        ? undefined
        : await storeSeen(tx, { target, report, prepared, lease, now });
      if (muting && good && report.complete) {
        await endUnseen(tx, {
          acknowledgements: muting.acknowledgements,
          findings: report.findings,
          now,
        });
      }
      if (stored) {
        await recordUsage(tx, { mutedBy: stored.newlyMutedBy, now });
      }
      const partial = stored && !report.complete ? stored : undefined;
      const verdict: VerdictColumns = good
        ? goodVerdict(target, {
            report,
            summary,
            reportHash,
            openDrift: partial?.openDrift,
            now,
          })
        : failedVerdict(target, {
            error: errorOf(report),
            report,
            summary,
            openDrift: partial?.openDrift,
            now,
          });
      return {
        verdict,
        scan: toScanColumns(report, { seenFindings: partial?.seen }),
        newFindings: stored?.added ?? [],
        resolvedFindings: stored?.resolved ?? [],
        mutedFindings: stored?.muted ?? [],
        ...(whole !== options.prepared && { report }),
      };
    },
  });
}

/** With the open findings that say what the report says it did not see. */
async function withUnseen(
  tx: Knex.Transaction,
  options: {
    target: DbTargetRow;
    prepared: PreparedReport;
    judge?: ReportJudge;
  },
): Promise<PreparedReport> {
  const { target, prepared, judge } = options;
  const { report } = prepared;
  const addresses = isGood(report) ? unseenAddresses(report) : [];
  if (addresses.length === 0) {
    return prepared;
  }
  const rows: Pick<DbFindingRow, 'payload'>[] = await tx<DbFindingRow>(
    'drift_findings',
  )
    .where({ target_id: target.id })
    .whereNull('resolved_at')
    .modify(whereInList, {
      knex: tx,
      column: 'address',
      values: addresses.map(storableText),
    })
    .orderBy([{ column: 'opened_fence', order: 'desc' }, { column: 'id' }])
    .select('payload');
  const whole = keepUnseen({
    report,
    open: rows.map(row => JSON.parse(row.payload) as Finding),
    ...(judge && { reassess: findings => judge.reassess(findings) }),
  });
  return whole === report
    ? prepared
    : prepareReport({
        report: whole,
        summary: judge ? judge.summarise(whole) : summarise(whole),
      });
}

/** A report without a verdict may still add drift, if it is only incomplete. */
async function storeSeen(
  tx: Knex.Transaction,
  options: {
    target: DbTargetRow;
    report: DriftReport;
    prepared: PreparedFinding[];
    lease: ScanLease;
    now: Date;
  },
): Promise<StoredFindings | undefined> {
  const { target, report, prepared, lease, now } = options;
  const good = isGood(report);
  if (!good && report.complete) {
    return undefined;
  }
  return storeFindings(tx, {
    target,
    findings: good
      ? prepared
      : prepared.filter(({ finding }) => finding.class === 'drift'),
    sawEverything: report.complete,
    fence: lease.fence,
    now,
  });
}

function toScanColumns(
  report: DriftReport,
  options: { seenFindings: string[] | undefined },
): Partial<DbScanRow> {
  const good = isGood(report);
  return {
    state: 'completed',
    status: good ? report.status : 'error',
    error: good ? null : errorOf(report),
    risk: report.risk,
    drifted_resources: report.driftedResources,
    total_resources: report.totalResources,
    warnings: JSON.stringify(report.warnings),
    blind_spots: JSON.stringify(report.blindSpots),
    evidence: report.evidence,
    tool_name: report.tool ? storableText(report.tool.name) : null,
    tool_version: report.tool?.version
      ? storableText(report.tool.version)
      : null,
    seen_findings: options.seenFindings
      ? JSON.stringify(options.seenFindings)
      : null,
  };
}
