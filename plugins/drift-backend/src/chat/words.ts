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
  AnswerTarget,
  DriftTarget,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import { explainFinding, plainText } from '@infra-hub/drift-engine';
import { DateTime } from 'luxon';

const MINUTE_MS = 60_000;
const LONGEST_NAME = 120;

/** `1 module`, `3 modules`, `no modules`. */
export function counted(
  count: number,
  one: string,
  many: string = `${one}s`,
): string {
  if (count === 0) {
    return `no ${many}`;
  }
  return count === 1 ? `1 ${one}` : `${count} ${many}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: string[]): string {
  return items.length < 2
    ? items.join('')
    : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** `2026-11-20 14:05 UTC (2 days ago)`. */
export function timeText(iso: string, now: Date): string {
  const time = DateTime.fromISO(iso, { zone: 'utc' });
  return `${time.toFormat("yyyy-MM-dd HH:mm 'UTC'")} (${ageText(iso, now)})`;
}

/** `2026-11-20`. */
export function dayText(iso: string): string {
  return iso.slice(0, 10);
}

/** `just now`, `5 minutes ago`, `3 hours ago`, `2 days ago`. */
export function ageText(iso: string, now: Date): string {
  const minutes = Math.floor((now.getTime() - Date.parse(iso)) / MINUTE_MS);
  if (minutes < 1) {
    return 'just now';
  }
  if (minutes < 120) {
    return `${counted(minutes, 'minute')} ago`;
  }
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? `${counted(hours, 'hour')} ago`
    : `${counted(Math.floor(hours / 24), 'day')} ago`;
}

/** A name from outside, as one visible line. */
export function nameText(text: string): string {
  return plainText(text, LONGEST_NAME);
}

/** `tf-sandbox-aks of acme`. */
export function targetText(
  target: Pick<DriftTarget, 'name' | 'client'>,
): string {
  return target.client === undefined
    ? nameText(target.name)
    : `${nameText(target.name)} of ${nameText(target.client)}`;
}

/** A sentence from outside, as one visible line that ends in a full stop. */
export function sentence(text: string, maxLength: number): string {
  const line = plainText(text, maxLength);
  return line === '' || /[.!?…]$/.test(line) ? line : `${line}.`;
}

/** What a finding means, in one line. */
export function findingText(finding: StoredFinding): string {
  return sentence(explainFinding(finding).description, 300);
}

/** Lines that fit into a text, and how many did not. */
export function boundedLines(lines: string[], maxLength: number): string {
  const kept: string[] = [];
  let length = 0;
  for (const [index, line] of lines.entries()) {
    const left = lines.length - index;
    const reserve = left > 1 ? 40 : 0;
    if (length + line.length + 1 > maxLength - reserve) {
      kept.push(
        kept.length === 0 ? plainText(line, maxLength) : `… and ${left} more.`,
      );
      break;
    }
    kept.push(line);
    length += line.length + 1;
  }
  return kept.join('\n');
}

/** The part of a target that an answer shows beside its text. */
export function toAnswerTarget(target: DriftTarget): AnswerTarget {
  const { id, name, client, status, risk } = target;
  return { id, name, client, status, risk };
}
