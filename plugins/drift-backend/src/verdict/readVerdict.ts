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

import { Config } from '@backstage/config';
import { DriftReport, Finding } from '@infra-hub/backstage-plugin-drift-common';
import { Observation } from '@infra-hub/drift-engine';
import { createHash } from 'node:crypto';

/** How observations are judged, bound to the configured rules. */
export interface Verdict {
  assess(observation: Observation): DriftReport;
  /** One or two sentences on a report. */
  summarise(report: DriftReport): string;
}

/** Reads the rules by which observations are judged. */
export function readVerdict(_root: Config): Verdict {
  return { assess, summarise };
}

function assess(observation: Observation): DriftReport {
  const findings: Finding[] = observation.differences.map(difference => ({
    ...difference,
    severity: 'medium',
    fingerprint: createHash('sha256')
      .update(JSON.stringify([difference.address, difference.fields]))
      .digest('hex'),
  }));
  const drifted = new Set(
    findings.filter(f => f.class === 'drift').map(f => f.address),
  ).size;
  const pending = findings.some(f => f.class === 'pending');
  const unfailed = drifted ? 'drifted' : (pending && 'pending') || 'clean';
  return {
    status: observation.failure ? 'error' : unfailed,
    risk: drifted ? 'medium' : 'none',
    driftedResources: drifted,
    totalResources: observation.totalResources,
    findings,
    blindSpots: observation.blindSpots,
    warnings: observation.warnings,
    error: observation.failure,
    complete: observation.complete,
    evidence: observation.evidence,
    tool: observation.tool,
  };
}

function summarise(report: DriftReport): string {
  return report.status === 'drifted'
    ? `${report.driftedResources} resources drifted.`
    : `The target is ${report.status}.`;
}
