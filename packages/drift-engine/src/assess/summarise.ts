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
  DriftReport,
  FieldDifference,
  Finding,
} from '@infra-hub/backstage-plugin-drift-common';
import { describeChange } from '../explain/describeChange';
import { isOfCloud, isOfTenant } from '../explain/desiredWords';
import { plainText } from '../explain/plainText';
import { isNothing, isScalar } from '../explain/words/values';
import { count, upperFirst } from '../explain/words/words';

/**
 * One or two plain sentences for a dashboard. Says only what the report says;
 * the same report gives the same text.
 *
 * @public
 */
export function summarise(report: DriftReport): string {
  const drift = report.findings.filter(
    finding => finding.class === 'drift' && !finding.suppressedBy,
  );
  if (drift.length === 0) {
    return describeUndrifted(report);
  }
  return report.status === 'error'
    ? `${failureOf(report)} Before that: ${describeDrift(drift)}`
    : describeDrift(drift);
}

/** What {@link describeUndrifted} reads of a report. */
export type UndriftedReport = Pick<DriftReport, 'findings' | 'totalResources'> &
  Partial<Pick<DriftReport, 'status' | 'error' | 'evidence'>>;

/** Why there is no drift to tell of: the scan failed, code waits, or all is well. */
export function describeUndrifted(report: UndriftedReport): string {
  if (report.status === 'error') {
    return failureOf(report);
  }
  const waits = report.findings.some(
    finding => finding.class === 'pending' && !finding.suppressedBy,
  );
  return waits ? describePending(report) : describeClean(report);
}

function failureOf(report: UndriftedReport): string {
  return sentence(report.error ?? 'The scan failed.');
}

function describeDrift(drift: Finding[]): string {
  const [worst] = drift;
  const others = new Set(drift.map(finding => finding.address));
  others.delete(worst.address);
  const first = `${describeFinding(worst)}.`;
  return others.size === 0
    ? first
    : `${first} ${count(others.size, 'more resource')} drifted.`;
}

function describePending(report: UndriftedReport): string {
  const pending = report.findings.filter(
    finding => finding.class === 'pending' && !finding.suppressedBy,
  );
  const resources = new Set(pending.map(finding => finding.address)).size;
  const destructive = pending.filter(
    finding => finding.change === 'delete' || finding.change === 'replace',
  ).length;
  const first = `Nothing drifted; ${count(resources, 'resource')} ${
    resources === 1 ? 'waits' : 'wait'
  } for code that was not applied yet.`;
  return destructive === 0
    ? first
    : `${first} ${destructive} of these changes would delete or replace.`;
}

function describeClean(report: UndriftedReport): string {
  const muted = report.findings.filter(finding => finding.suppressedBy).length;
  const absorbed = report.findings.filter(
    finding => finding.class === 'absorbed' && !finding.suppressedBy,
  ).length;
  // Only a full plan and live objects know how many there are.
  const counted =
    report.evidence === 'plan-json' || report.evidence === 'live-objects'
      ? ` (${count(report.totalResources, 'resource')})`
      : '';
  const wanted = report.evidence === 'live-objects' ? 'desired state' : 'code';
  const first = `Reality matches the ${wanted}${counted}.`;
  const notes = [
    absorbed > 0
      ? `${count(absorbed, 'outside change')} that applying would leave alone`
      : undefined,
    muted > 0 ? `${count(muted, 'muted finding')}` : undefined,
  ].filter(each => each !== undefined);
  return notes.length === 0 ? first : `${first} Listed: ${notes.join(', ')}.`;
}

function describeFinding(finding: Finding): string {
  switch (finding.change) {
    case 'create':
      if (finding.unmanaged) {
        return `${finding.address} exists although nobody wants it`;
      }
      return isOfTenant(finding)
        ? `${finding.address} is desired, but does not exist`
        : `${finding.address} was deleted outside of the code`;
    case 'delete':
      return `${finding.address} would be deleted`;
    case 'replace':
      return `${describeFields(finding)}, which forces a replacement`;
    default:
      return describeFields(finding);
  }
}

function describeFields(finding: Finding): string {
  const fields = [...finding.fields].sort(
    (one, other) => weight(other) - weight(one),
  );
  const [field] = fields;
  if (!field) {
    return isOfTenant(finding)
      ? `${finding.address} differs from the desired state`
      : `${finding.address} was changed outside of the code`;
  }
  const rest = fields.length - 1;
  return `${describeField(finding, field)} (${finding.address})${
    rest > 0 ? ` and ${count(rest, 'more field')}` : ''
  }`;
}

/** What forces a replacement comes first, labels last. */
function weight(field: FieldDifference): number {
  if (field.forcesReplacement) {
    return 2;
  }
  return /^\/(?:tags|labels|annotations|tags_all)(?:\/|$)/.test(field.path)
    ? 0
    : 1;
}

function describeField(finding: Finding, field: FieldDifference): string {
  const name = isOfCloud(finding)
    ? propertyName(finding, field)
    : humanName(field);
  if (field.sensitive) {
    return `${name} changed (value hidden)`;
  }
  const meant = field.recorded ?? field.desired;
  const { actual } = field;
  if (isNothing(actual) && isNothing(meant)) {
    return `${name} changed`;
  }
  if (isNothing(meant)) {
    return isScalar(actual)
      ? `${name} ${short(actual)} added`
      : `${name} added`;
  }
  if (isNothing(actual)) {
    return `${name} removed`;
  }
  if (!isScalar(actual) || !isScalar(meant)) {
    return `${name} changed`;
  }
  const scaled =
    typeof actual === 'number' &&
    typeof meant === 'number' &&
    /count|replicas|capacity|size|instances|nodes/.test(field.path);
  return `${name} ${scaled ? 'scaled' : 'changed'} ${short(meant)} → ${short(
    actual,
  )}`;
}

/** `/publicAccess` → `Public access`. */
function propertyName(finding: Finding, field: FieldDifference): string {
  const { subject } = describeChange(
    field,
    field.desired,
    field.actual,
    finding.resourceType,
  );
  return subject === undefined
    ? humanName(field)
    : upperFirst(plainText(subject.replace(/^the /, ''), 80));
}

/** `/default_node_pool/0/node_count` → `Default node pool node count`. */
function humanName(field: FieldDifference): string {
  const names = (field.label ?? field.path)
    .split('/')
    .map(name => name.replace(/~1/g, '/').replace(/~0/g, '~'))
    .filter(name => name !== '' && !/^\d+$/.test(name));
  const isTag = /^(?:tags|labels|annotations|tags_all)$/.test(names[0] ?? '');
  if (isTag && names.length === 2) {
    return `${names[0].startsWith('tag') ? 'Tag' : 'Label'} ${plainText(
      names[1],
      80,
    )}`;
  }
  const text = plainText(names.slice(-2).join(' ').replace(/_/g, ' '), 80);
  return text === '' ? 'A field' : upperFirst(text);
}

function short(value: JsonValue): string {
  const text = plainText(String(value), 40);
  return typeof value === 'string' ? `"${text}"` : text;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
