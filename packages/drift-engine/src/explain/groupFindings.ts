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

import type { Finding } from '@infra-hub/backstage-plugin-drift-common';
import { changeOf, describeFinding } from './describeFinding';
import { isOfTenant } from './desiredWords';
import { nameOfResource, nounOfResource } from './nameOfResource';
import { isPlanned, tellFields, ToldField } from './tellFields';
import { count, inDigits, plural } from './words/words';

/** Findings that tell the same story. */
export interface FindingGroup {
  /** The gravest first. */
  findings: Finding[];
  /** Of the first finding. */
  fields: ToldField[];
  /** One clause about all of them, without a full stop. */
  clause: string;
}

/** Gathers findings of the same kind of resource to which the same happened, in order. */
export function groupFindings(findings: readonly Finding[]): FindingGroup[] {
  const groups = new Map<string, Member[]>();
  for (const finding of findings) {
    const fields = tellFields(finding);
    const key = JSON.stringify([
      nounOfResource(finding),
      whatOf(finding, fields),
    ]);
    const group = groups.get(key);
    if (group) {
      group.push({ finding, how: fields[0]?.past.how ?? '' });
    } else {
      groups.set(key, [{ finding, fields, how: fields[0]?.past.how ?? '' }]);
    }
  }
  return [...groups.values()].map(toGroup);
}

interface Member {
  finding: Finding;
  fields?: ToldField[];
  /** Of the gravest field. */
  how: string;
}

function toGroup(members: Member[]): FindingGroup {
  const [{ finding, fields = [] }] = members;
  return {
    findings: members.map(member => member.finding),
    fields,
    clause:
      members.length === 1
        ? clauseOfOne(finding, fields)
        : clauseOf(members, fields),
  };
}

function clauseOfOne(finding: Finding, fields: readonly ToldField[]): string {
  const isChange = finding.change === 'update' || finding.change === 'replace';
  if (!isChange || isPlanned(finding)) {
    return lowerFirst(describeFinding(finding, fields).replace(/\.$/, ''));
  }
  const name = nameOfResource(finding);
  const rest = fields.length - 1;
  const clause =
    fields.length === 0
      ? describeFinding(finding, []).replace(/\.$/, '')
      : changeOf(name, fields[0].past);
  return lowerFirst(
    [
      clause,
      ...(rest > 0 ? [`(and ${count(rest, 'more change')})`] : []),
      ...(finding.change === 'replace'
        ? ['in a way that only a replacement can undo']
        : []),
    ].join(' '),
  );
}

/** Acronyms and names keep their capitals. */
function lowerFirst(text: string): string {
  return /^[A-Z][a-z]+(?: |$)/.test(text) &&
    !/^(?:Kubernetes|Helm|Lambda|Redis|Entra|Cosmos|Cloud) /.test(text)
    ? `${text[0].toLowerCase()}${text.slice(1)}`
    : text;
}

function clauseOf(members: Member[], fields: readonly ToldField[]): string {
  const [{ finding, how }] = members;
  const same = members.every(member => member.how === how);
  const others = fields.length > 1 ? ', among other changes' : '';
  const detail =
    same && how !== '' ? `${how.startsWith(',') ? '' : ' '}${how}` : '';
  return `${inDigits(members.length)} ${plural(
    nounOfResource(finding),
  )} ${whatOf(finding, fields)}${
    finding.change === 'create' ? '' : `${detail}${others}`
  }`;
}

/** What happened, said of many. */
function whatOf(finding: Finding, fields: readonly ToldField[]): string {
  if (finding.change === 'create') {
    if (finding.unmanaged) {
      return 'exist, but no code or desired state knows them';
    }
    if (isOfTenant(finding)) {
      return 'are desired, but do not exist';
    }
    return finding.rule === 'drift-low-evidence'
      ? 'do not exist, although the code wants them'
      : 'were deleted outside of the code';
  }
  const what = fields[0]?.past.many ?? 'were changed outside of the code';
  switch (finding.change) {
    case 'delete':
      return `${what} while their code was removed`;
    case 'replace':
      return `${what} in a way that only a replacement can undo`;
    default:
      return what;
  }
}
