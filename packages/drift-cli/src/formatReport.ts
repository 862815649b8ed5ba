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
  FieldDifference,
  Finding,
} from '@infra-hub/backstage-plugin-drift-common';
import { summarise } from '@infra-hub/drift-engine';

const TITLES: readonly [Finding['class'], string][] = [
  ['drift', 'Drifted'],
  ['pending', 'Code not applied yet'],
  ['absorbed', 'Changed outside, and applying leaves it'],
  ['expected', 'Expected'],
  ['noise', 'Without meaning'],
];

/** The report for a person in a terminal. */
export function formatReport(report: DriftReport): string {
  const lines = [
    `${report.status.toUpperCase()}  risk ${report.risk}  ${
      report.driftedResources
    } of ${report.totalResources} resources drifted`,
    visible(summarise(report)),
  ];
  for (const [findingClass, title] of TITLES) {
    const findings = report.findings.filter(
      finding => finding.class === findingClass && !finding.suppressedBy,
    );
    if (findings.length > 0) {
      lines.push('', `${title} (${findings.length})`);
      findings.forEach(finding => lines.push(...findingLines(finding)));
    }
  }
  const muted = report.findings.filter(finding => finding.suppressedBy);
  if (muted.length > 0) {
    lines.push('', `Muted (${muted.length})`);
    for (const finding of muted) {
      lines.push(
        `  ${visible(finding.address)}  ${
          finding.suppressedBy?.ruleId
        }: ${visible(finding.suppressedBy?.reason ?? '')}`,
      );
    }
  }
  lines.push(
    ...section(
      'Not checked',
      report.blindSpots.map(spot => `${spot.scope}: ${spot.reason}`),
    ),
    ...section('Warnings', report.warnings),
  );
  return `${lines.join('\n')}\n`;
}

function findingLines(finding: Finding): string[] {
  const address = visible(
    finding.deposed
      ? `${finding.address} (deposed ${finding.deposed})`
      : finding.address,
  );
  return [
    `  ${address}  ${finding.change}, ${finding.severity}`,
    `    ${visible(finding.reason)}`,
    ...finding.fields.map(field => `      ${fieldLine(field)}`),
  ];
}

function fieldLine(field: FieldDifference): string {
  const name = visible(field.label ?? field.path);
  if (field.sensitive) {
    return `${name}  (sensitive)`;
  }
  const wanted = field.desiredUnknown
    ? '(known after apply)'
    : valueText(field.desired);
  const parts = [
    `is ${valueText(field.actual)}`,
    `code wants ${wanted}`,
    // Live objects, whose fields have labels, have no record beside them.
    ...(field.label !== undefined && field.recorded === undefined
      ? []
      : [`was recorded ${valueText(field.recorded)}`]),
  ];
  return `${name}  ${parts.join('  ')}`;
}

function valueText(value: FieldDifference['actual']): string {
  if (value === undefined) {
    return '-';
  }
  const text = JSON.stringify(value);
  return visible(text.length > 120 ? `${text.slice(0, 119)}…` : text);
}

function section(title: string, lines: string[]): string[] {
  return lines.length === 0
    ? []
    : ['', title, ...lines.map(line => `  ${visible(line)}`)];
}

/** Values come from outside: nothing in them may steer the terminal. */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    character =>
      `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
}
