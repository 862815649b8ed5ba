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

import { JsonValue } from '@backstage/types';
import type {
  FieldDifference,
  Finding,
} from '@infra-hub/backstage-plugin-drift-common';
import { isExposed } from '../severity/exposure';
import { SeverityRater, severityRank } from '../severity/SeverityRater';
import { Change, describeChange, Trend } from './describeChange';
import { wantedBy } from './desiredWords';
import { placeOf } from './placeOf';
import { isInverted } from './words/attributeWords';
import { isNothing } from './words/values';

/** One field of a finding, told in both directions. */
export interface ToldField {
  field: FieldDifference;
  /** What happened. */
  past: Change;
  /** What applying would do; absent where nobody knows or nothing would be done. */
  repair?: Repair;
  /** Id of the built-in severity rule. */
  rule: string;
  trend: Trend;
  /** Whether a safety or protection got less. */
  weakened: boolean;
  /** Whether it is now open to everybody and was not meant to be. */
  exposed: boolean;
}

export interface Repair extends Change {
  /** Applying puts back what was recorded. */
  restores: boolean;
}

/** The built-in rules: own ones say what a team pays for, not what a change means. */
const RATER = SeverityRater.create();

/** Rules that say nothing about what applying would do. */
const UNTOLD_RULES = new Set([
  'drift-refresh-only',
  'deleted-outside-refresh-only',
]);

/** Fields that are told; a finding may have thousands. */
const MAX_TOLD = 500;

/** The fields of a finding in words, the gravest first. */
export function tellFields(finding: Finding): ToldField[] {
  return finding.fields
    .slice(0, MAX_TOLD)
    .map(field => ({
      told: tellField(finding, field),
      weight: weigh(finding, field),
    }))
    .sort((one, other) => other.weight - one.weight)
    .map(({ told }) => told);
}

/** Whether nobody can tell what applying would do. */
export function isUntold(finding: Finding): boolean {
  return UNTOLD_RULES.has(finding.rule);
}

/** Whether the difference is what the code wants to do, not what somebody did. */
export function isPlanned(finding: Finding): boolean {
  return finding.class === 'pending' || finding.rule === 'drift-low-evidence';
}

function tellField(finding: Finding, field: FieldDifference): ToldField {
  const [from, to] = directionOf(finding, field);
  const past = describeChange(field, from, to, finding.resourceType);
  const rule = ratingOf(finding, field).rule;
  const exposed = isExposed(field);
  const repair = repairOf(finding, field);
  return {
    field,
    past,
    ...(repair ? { repair } : {}),
    rule,
    trend: past.trend,
    exposed,
    weakened: exposed || isWeakened(past.trend, placeOf(field).last.name),
  };
}

/** What happened, or, of unapplied code, what would. */
function directionOf(
  finding: Finding,
  field: FieldDifference,
): [JsonValue | undefined, JsonValue | undefined] {
  return isPlanned(finding)
    ? [field.actual, field.desired]
    : [field.recorded ?? field.desired, field.actual];
}

function repairOf(
  finding: Finding,
  field: FieldDifference,
): Repair | undefined {
  if (isUntold(finding) || !['drift', 'pending'].includes(finding.class)) {
    return undefined;
  }
  const change = describeChange(
    field,
    field.actual,
    field.desired,
    finding.resourceType,
  );
  if (field.desiredUnknown) {
    return {
      ...change,
      verb: 'set',
      trend: 'other',
      how: 'to a value that is known only after applying',
      restores: false,
    };
  }
  return {
    ...change,
    ...(field.sensitive
      ? { how: `to the value that the ${wantedBy(finding)} gives it` }
      : {}),
    restores:
      !isPlanned(finding) &&
      (field.sensitive === true ||
        JSON.stringify(field.recorded ?? null) ===
          JSON.stringify(field.desired ?? null)),
  };
}

function isWeakened(trend: Trend, name: string): boolean {
  const less = trend === 'off' || trend === 'less' || trend === 'removed';
  const more = trend === 'on' || trend === 'more' || trend === 'added';
  return isInverted(name) ? more : less;
}

function ratingOf(finding: Finding, field: FieldDifference) {
  return RATER.rate({
    ...finding,
    class: 'drift',
    change: 'update',
    fields: [field],
  });
}

/** What forces a replacement first, then by severity; what is secret before what is not. */
function weigh(finding: Finding, field: FieldDifference): number {
  return (
    (field.forcesReplacement ? 100 : 0) +
    severityRank(ratingOf(finding, field).severity) * 10 +
    (isNothing(field.actual) && isNothing(field.desired) && !field.sensitive
      ? 0
      : 1)
  );
}
