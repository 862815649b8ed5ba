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
  FindingExplanation,
  Recommendation,
} from '@infra-hub/backstage-plugin-drift-common';
import { describeUndrifted } from '../assess/summarise';
import { adviceOn } from './adviceRules';
import { holdsData } from './consequences';
import { wantedBy } from './desiredWords';
import { explainFinding } from './explainFinding';
import { FindingGroup, groupFindings } from './groupFindings';
import { alarming } from './alarming';
import { briefCauseOf } from './likelyCauses';
import { plainText } from './plainText';
import { isUntold } from './tellFields';
import { count, inDigits, listed, upperFirst } from './words/words';

/** Characters of the summary. */
const MAX_LENGTH = 2_000;
/** Findings that are explained one by one. */
const MAX_EXPLAINED = 200;
/** Kinds of drift that the summary names. */
const NAMED = 3;
/** Findings that are gathered; of more, only the number is told. */
const MAX_GATHERED = 5_000;

/**
 * What {@link explainReport} reads of a report; a whole report fits.
 *
 * @public
 */
export type ExplainableReport = Pick<
  DriftReport,
  'findings' | 'driftedResources' | 'totalResources'
> &
  Partial<Pick<DriftReport, 'status' | 'error' | 'evidence'>>;

/**
 * A report in words.
 *
 * @public
 */
export interface ReportExplanation {
  /** Two or three sentences where something drifted, at most 2,000 characters. */
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
  const drift = alarming(report.findings);
  const findings = drift.slice(0, MAX_EXPLAINED).map(explainFinding);
  if (drift.length === 0) {
    return {
      summary: plainText(describeUndrifted(report), MAX_LENGTH),
      findings,
    };
  }
  const groups = groupFindings(drift.slice(0, MAX_GATHERED));
  const recommendation = recommendationFor(groups);
  const sentences =
    drift.length === 1
      ? [
          withCause(findings[0].description, groups[0]),
          findings[0].consequence,
          findings[0].advice,
        ]
      : [
          driftedInText(report, drift, groups),
          consequenceInText(drift),
          adviceInText(groups, recommendation),
        ];
  const failure =
    report.status === 'error'
      ? `The last look failed: ${upperFirst(
          (report.error ?? 'the scan gave no result').replace(/[.!?]*$/, '.'),
        )} Before that:`
      : undefined;
  return {
    summary: plainText(
      [failure, ...sentences].filter(Boolean).join(' '),
      MAX_LENGTH,
    ),
    recommendation,
    findings,
  };
}

function withCause(description: string, { findings, fields }: FindingGroup) {
  const cause = briefCauseOf(findings[0], fields);
  return cause === undefined
    ? description
    : description.replace(/\.$/, `, ${cause}.`);
}

function driftedInText(
  report: ExplainableReport,
  drift: readonly Finding[],
  groups: readonly FindingGroup[],
): string {
  if (groups.length === 1) {
    return `${upperFirst(groups[0].clause)}.`;
  }
  const counted =
    report.evidence === 'ui-stream' || report.evidence === 'plan-text'
      ? `${count(report.driftedResources, 'resource')} drifted`
      : `${inDigits(report.driftedResources)} of ${count(
          report.totalResources,
          'resource',
        )} drifted`;
  const named = groups.slice(0, NAMED);
  const told = named.reduce((sum, group) => sum + group.findings.length, 0);
  const rest = drift.length - told;
  const clauses = [
    ...named.map(group => plainText(group.clause, 350)),
    ...(rest > 0
      ? [`${count(rest, 'more resource')} changed in other ways`]
      : []),
  ];
  return `${counted}, the worst first: ${clauses.join('; ')}.`;
}

/** What applying would do to all of them, in numbers. */
function consequenceInText(drift: readonly Finding[]): string {
  if (drift.every(isUntold)) {
    return 'The plan only looked at what is there, so it does not tell what applying the code would do.';
  }
  const of = (change: Finding['change']) =>
    drift.filter(finding => finding.change === change && !finding.unmanaged);
  const lost = [...of('replace'), ...of('delete')].some(holdsData);
  const wanted = wantedBy(drift[0]);
  const parts = [
    part(of('replace'), 'resource', n => `destroy and remake ${n}`),
    part(of('delete'), 'resource', n => `delete ${n}`),
    part(of('create'), 'missing resource', n => `create ${n}`),
    part(of('update'), 'resource', n => `undo the changes of ${n}`),
  ].filter(each => each !== undefined);
  return parts.length === 0
    ? `Applying the ${wanted} would not remove them.`
    : `Applying the ${wanted} would ${listed(parts)}${
        lost ? '; data would be lost' : ''
      }.`;
}

function part(
  findings: readonly Finding[],
  noun: string,
  words: (number: string) => string,
): string | undefined {
  const number = new Set(findings.map(finding => finding.address)).size;
  return number === 0 ? undefined : words(count(number, noun));
}

/** Applying is for the whole target, so the most careful advice counts. */
function recommendationFor(groups: readonly FindingGroup[]): Recommendation {
  const all = groups.map(recommendationOf);
  if (all.includes('investigate')) {
    return 'investigate';
  }
  return all.includes('update-code') ? 'update-code' : 'apply';
}

function recommendationOf(group: FindingGroup): Recommendation {
  return adviceOn(group.findings[0], group.fields).recommendation;
}

/** What to do, by the gravest kinds of drift. */
function adviceInText(
  groups: readonly FindingGroup[],
  recommendation: Recommendation,
): string {
  const briefs = [
    ...new Set(
      groups.map(group => adviceOn(group.findings[0], group.fields).brief),
    ),
  ].slice(0, NAMED);
  const wanted = wantedBy(groups[0].findings[0]);
  return recommendation === 'apply'
    ? `Apply the ${wanted} to ${listed(briefs)}.`
    : `Before the ${wanted} is applied, ${listed(briefs)}.`;
}
