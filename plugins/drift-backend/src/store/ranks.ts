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
  FindingClass,
  Risk,
  Severity,
  TargetStatus,
} from '@infra-hub/backstage-plugin-drift-common';

/** Stands for "no client" and "no owner", in ids, filters and facets alike. */
export const NOBODY = '-';

/** Worst highest. A status that says nothing good goes before one that does. */
export const STATUS_RANKS: Record<TargetStatus, number> = {
  error: 4,
  drifted: 3,
  pending: 2,
  unknown: 1,
  clean: 0,
};

/** Worst highest. */
export const RISK_SCORES: Record<Risk, number> = {
  none: 0,
  low: 1,
  medium: 2,
  high: 3,
  critical: 4,
};

/** What a reader should see first is highest. */
export const CLASS_RANKS: Record<FindingClass, number> = {
  drift: 4,
  pending: 3,
  absorbed: 2,
  expected: 1,
  noise: 0,
};

const RISKS: Risk[] = ['none', 'low', 'medium', 'high', 'critical'];

const STATUSES = (Object.keys(STATUS_RANKS) as TargetStatus[]).sort(
  (a, b) => STATUS_RANKS[a] - STATUS_RANKS[b],
);

/** The risk of a numeric score. */
export function riskOfScore(score: number): Risk {
  return RISKS[score] ?? 'none';
}

/** The status of a numeric rank. */
export function statusOfRank(rank: number): TargetStatus {
  return STATUSES[rank] ?? 'unknown';
}

/** The numeric rank of a severity, 1 (low) to 4 (critical). */
export function severityRank(severity: Severity): number {
  return RISK_SCORES[severity];
}
