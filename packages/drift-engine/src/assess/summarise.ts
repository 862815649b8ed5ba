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
  if (report.status === 'error') {
    const reason = sentence(report.error ?? 'The scan failed.');
    return drift.length > 0
      ? `${reason} Before that: ${describeDrift(drift)}`
      : reason;
  }
  if (drift.length > 0) {
    return describeDrift(drift);
  }
  if (report.status === 'pending') {
    return describePending(report);
  }
  return describeClean(report);
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

function describePending(report: DriftReport): string {
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

function describeClean(report: DriftReport): string {
  const muted = report.findings.filter(finding => finding.suppressedBy).length;
  const absorbed = report.findings.filter(
    finding => finding.class === 'absorbed' && !finding.suppressedBy,
  ).length;
  // Only a full plan and live objects know how many there are.
  const counted =
    report.evidence === 'plan-json' || report.evidence === 'live-objects'
      ? ` (${count(report.totalResources, 'resource')})`
      : '';
  const first = `Reality matches the code${counted}.`;
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
      return finding.unmanaged
        ? `${finding.address} exists although nobody wants it`
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
    return `${finding.address} was changed outside of the code`;
  }
  const rest = fields.length - 1;
  return `${describeField(field)} (${finding.address})${
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

function describeField(field: FieldDifference): string {
  const name = humanName(field);
  if (field.sensitive) {
    return `${name} changed (value hidden)`;
  }
  const meant = field.recorded ?? field.desired;
  const { actual } = field;
  if (isNothing(actual) && isNothing(meant)) {
    return `${name} changed`;
  }
  if (isNothing(meant)) {
    return isPlain(actual) ? `${name} ${short(actual)} added` : `${name} added`;
  }
  if (isNothing(actual)) {
    return `${name} removed`;
  }
  if (!isPlain(actual) || !isPlain(meant)) {
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

/** `/default_node_pool/0/node_count` → `Default node pool node count`. */
function humanName(field: FieldDifference): string {
  const names = (field.label ?? field.path)
    .split('/')
    .map(name => name.replace(/~1/g, '/').replace(/~0/g, '~'))
    .filter(name => name !== '' && !/^\d+$/.test(name));
  const isTag = /^(?:tags|labels|annotations|tags_all)$/.test(names[0] ?? '');
  if (isTag && names.length === 2) {
    return `${names[0].startsWith('tag') ? 'Tag' : 'Label'} ${names[1]}`;
  }
  const text = names.slice(-2).join(' ').replace(/_/g, ' ').trim();
  return text === ''
    ? 'A field'
    : `${text[0].toUpperCase()}${text.slice(1, 80)}`;
}

function short(value: JsonValue): string {
  const text = String(value).replace(/\s+/g, ' ');
  const cut = text.length > 40 ? `${text.slice(0, 39)}…` : text;
  return typeof value === 'string' ? `"${cut}"` : cut;
}

function isPlain(
  value: JsonValue | undefined,
): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function isNothing(value: JsonValue | undefined): value is null | undefined {
  return value === undefined || value === null;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
