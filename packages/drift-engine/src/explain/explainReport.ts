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

import type {
  DriftReport,
  FindingExplanation,
  Recommendation,
} from '@infra-hub/backstage-plugin-drift-common';
import { explainFinding } from './explainFinding';

/**
 * What {@link explainReport} reads of a report; a whole report fits.
 *
 * @public
 */
export type ExplainableReport = Pick<
  DriftReport,
  'findings' | 'driftedResources' | 'totalResources'
> &
  Partial<Pick<DriftReport, 'status' | 'error' | 'evidence' | 'complete'>>;

/**
 * A report in words.
 *
 * @public
 */
export interface ReportExplanation {
  /** Two or three sentences, at most 2,000 characters. */
  summary: string;
  /** For the target as a whole; absent when nothing drifted. */
  recommendation?: Recommendation;
  /** Findings of class drift that are not muted, worst first, at most 200. */
  findings: FindingExplanation[];
}

/**
 * Puts a report into words: what drifted, worst first, what applying the code
 * would do, and what to do. Same report, same text.
 *
 * @public
 */
export function explainReport(report: ExplainableReport): ReportExplanation {
  const drift = report.findings.filter(
    finding => finding.class === 'drift' && !finding.suppressedBy,
  );
  const findings = drift.slice(0, 200).map(explainFinding);
  if (findings.length === 0) {
    return { summary: 'Nothing drifted.', findings };
  }
  return {
    summary: `${findings[0].description} ${report.driftedResources} of ${report.totalResources} resources drifted.`,
    recommendation: 'investigate',
    findings,
  };
}
