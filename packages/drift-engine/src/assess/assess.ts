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
  Finding,
  ReportStatus,
  Risk,
} from '@infra-hub/backstage-plugin-drift-common';
import { fingerprintOf } from '../fingerprint/fingerprint';
import { Observation, ResourceDifference } from '../observation/Observation';
import { SeverityRater, severityRank } from '../severity/SeverityRater';
import { SeverityRule } from '../severity/SeverityRule';
import { applyIgnoreRules } from '../suppress/applyIgnoreRules';
import {
  AcceptedDrift,
  ACKNOWLEDGEMENT_RULE,
  IgnoreContext,
  IgnoreRule,
  isOver,
} from '../suppress/IgnoreRule';
import { unmuted } from '../suppress/unmuted';

/**
 * What else decides the verdict.
 *
 * @public
 */
export interface AssessOptions extends IgnoreContext {
  /** Come before the built-in severity rules. */
  severityRules?: readonly SeverityRule[];
  ignoreRules?: readonly IgnoreRule[];
  /** What people accepted of this target; without `now` it counts for nothing. */
  acknowledgements?: readonly AcceptedDrift[];
}

/**
 * Rates, mutes and identifies what was observed, and gives the verdict. Pure:
 * time comes in as a parameter.
 *
 * @public
 */
export function assess(
  observation: Observation,
  options: AssessOptions = {},
): DriftReport {
  const rater = SeverityRater.create(options.severityRules);
  const { status, ...verdict } = verdictOver(
    observation.differences.map(difference =>
      toFinding(difference, rater, options),
    ),
  );
  return {
    status: observation.failure === undefined ? status : 'error',
    ...verdict,
    totalResources: observation.totalResources,
    blindSpots: observation.blindSpots,
    warnings: observation.warnings,
    ...(observation.failure === undefined
      ? {}
      : { error: observation.failure }),
    complete: observation.complete,
    evidence: observation.evidence,
    ...(observation.tool ? { tool: observation.tool } : {}),
  };
}

/**
 * Judges findings of an earlier {@link assess} again, by other rules and
 * acknowledgements; what rules had set aside counts again unless they still do.
 *
 * @public
 */
export function reassess(
  findings: readonly Finding[],
  options: AssessOptions = {},
): Finding[] {
  const rater = SeverityRater.create(options.severityRules);
  return findings
    .map(finding => toFinding(unmuted(finding), rater, options))
    .sort(worstFirst);
}

/** What findings amount to, if nothing failed. */
export function verdictOver(
  findings: readonly Finding[],
): Pick<DriftReport, 'status' | 'risk' | 'driftedResources' | 'findings'> {
  const open = findings.filter(
    finding => finding.class === 'drift' && !finding.suppressedBy,
  );
  return {
    status: statusOf(findings, open),
    risk: riskOf(open),
    driftedResources: new Set(open.map(finding => finding.address)).size,
    findings: [...findings].sort(worstFirst),
  };
}

function toFinding(
  difference: ResourceDifference,
  rater: SeverityRater,
  options: AssessOptions,
): Finding {
  const muted = applyIgnoreRules(
    difference,
    options.ignoreRules ?? [],
    options,
  );
  const rating = rater.rate(muted.difference);
  const fingerprint = fingerprintOf(muted.difference);
  const accepted = findAccepted(difference, fingerprint, options);
  const suppressedBy =
    muted.suppressedBy ??
    (accepted && { ruleId: ACKNOWLEDGEMENT_RULE, reason: accepted.reason });
  return {
    ...muted.difference,
    severity: rating.severity,
    severityRule: rating.rule,
    fingerprint,
    ...(suppressedBy ? { suppressedBy } : {}),
    ...(accepted
      ? {
          acknowledgement: {
            id: accepted.id,
            by: accepted.by,
            reason: accepted.reason,
            expiresAt: accepted.expiresAt,
          },
        }
      : {}),
  };
}

/**
 * What was accepted is known by its own fingerprint, and also by the one it had
 * before a rule set some of its fields aside: who accepted all of it accepted the
 * rest.
 */
function findAccepted(
  difference: ResourceDifference,
  fingerprint: string,
  options: AssessOptions,
): AcceptedDrift | undefined {
  const candidates = (options.acknowledgements ?? []).filter(
    accepted => !isOver(accepted.expiresAt, options.now),
  );
  if (difference.class !== 'drift' || candidates.length === 0) {
    return undefined;
  }
  const whole = fingerprintOf(difference);
  return (
    candidates.find(accepted => accepted.fingerprint === fingerprint) ??
    candidates.find(accepted => accepted.fingerprint === whole)
  );
}

function statusOf(
  findings: readonly Finding[],
  open: readonly Finding[],
): ReportStatus {
  if (open.length > 0) {
    return 'drifted';
  }
  return findings.some(
    finding => finding.class === 'pending' && !finding.suppressedBy,
  )
    ? 'pending'
    : 'clean';
}

function riskOf(open: readonly Finding[]): Risk {
  return open.reduce<Risk>(
    (risk, finding) =>
      risk === 'none' || severityRank(finding.severity) > severityRank(risk)
        ? finding.severity
        : risk,
    'none',
  );
}

const CLASS_ORDER: readonly Finding['class'][] = [
  'drift',
  'pending',
  'absorbed',
  'expected',
  'noise',
];

/** Open before muted, drift before the rest, severe before slight; then by name. */
function worstFirst(one: Finding, other: Finding): number {
  return (
    Number(one.suppressedBy !== undefined) -
      Number(other.suppressedBy !== undefined) ||
    CLASS_ORDER.indexOf(one.class) - CLASS_ORDER.indexOf(other.class) ||
    severityRank(other.severity) - severityRank(one.severity) ||
    compareTexts(one.address, other.address) ||
    compareTexts(one.deposed ?? '', other.deposed ?? '')
  );
}

function compareTexts(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
