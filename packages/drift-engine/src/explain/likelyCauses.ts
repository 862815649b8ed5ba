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
  Attribution,
  Finding,
} from '@infra-hub/backstage-plugin-drift-common';
import { plainText } from './plainText';
import { ToldField } from './tellFields';
import { placeOf } from './placeOf';
import { entryWordOf } from './words/attributeWords';
import { isNothing, quoted } from './words/values';
import { upperFirst } from './words/words';

/** Rules whose sentence is the cause. */
const CAUSES = new Set([
  'cascade',
  'replace-tainted',
  'replace-requested',
  'replace-triggered',
  'code-removed',
  'instance-removed',
  'deposed-object',
  'moved',
]);

/** Names of entries that people add to say why. */
const WHY =
  /^(?:incident|ticket|change|change-?request|reason|issue|jira|case)(?:[-_ ]?(?:id|number|no))?$/i;

/** Words in names of things that were not meant to stay. */
const PASSING =
  /(?:^|[-_ ])(?:temp|tmp|temporary|debug|debugging|hotfix|workaround|incident)(?:$|[-_ ])/i;

/** Why it happened, only where something says so; never a guess without a trace. */
export function likelyCauseOf(
  finding: Finding,
  fields: readonly ToldField[],
): string | undefined {
  const traces = [
    finding.attribution ? attributionInText(finding.attribution) : undefined,
    CAUSES.has(finding.rule) || finding.class === 'expected'
      ? plainText(finding.reason, 400)
      : undefined,
    finding.class === 'drift' && finding.rule !== 'drift-low-evidence'
      ? traceIn(fields)
      : undefined,
  ].filter(each => each !== undefined);
  return traces.length === 0 ? undefined : traces.join(' ');
}

/** The same in a few words for the middle of a sentence: `by 'jane' on 2026-03-28 at 02:11 UTC`. */
export function briefCauseOf(
  finding: Finding,
  fields: readonly ToldField[],
): string | undefined {
  if (finding.attribution) {
    return `${certainlyOf(finding.attribution)}${byWhom(finding.attribution)}`;
  }
  const reason = finding.class === 'drift' ? reasonAmong(fields) : undefined;
  return reason && `together with ${reason.name} ${reason.value}`;
}

/** How sure an audit log is, in words that are no severities. */
const CERTAINTIES = {
  high: 'most likely',
  medium: 'probably',
  low: 'possibly',
} as const;

/**
 * How sure an attribution is, in words for the middle of a sentence; undefined
 * where the evidence speaks of the very field.
 *
 * @public
 */
export function certaintyOf({ confidence }: Attribution): string | undefined {
  return confidence && CERTAINTIES[confidence];
}

function byWhom({ who, when }: Attribution): string {
  const time = timeInText(when);
  return `by ${quoted(who, 120)}${time ? ` on ${time}` : ''}`;
}

/** With the blank before the next word. */
function certainlyOf(attribution: Attribution): string {
  const certainty = certaintyOf(attribution);
  return certainty ? `${certainty} ` : '';
}

function attributionInText(attribution: Attribution): string {
  const how = attribution.how ? ` with ${quoted(attribution.how)}` : '';
  return `It was ${certainlyOf(attribution)}changed ${byWhom(
    attribution,
  )}${how} (known from ${plainText(attribution.evidence, 120)}).`;
}

/** `2026-03-28 at 02:11 UTC`; nothing where it is no time. */
function timeInText(when: string | undefined): string | undefined {
  const time = new Date(when ?? '');
  return Number.isNaN(time.getTime())
    ? undefined
    : time.toISOString().replace(/^(.{10})T(.{5}).*$/, '$1 at $2 UTC');
}

/** What came in the same change and says why. */
function traceIn(fields: readonly ToldField[]): string | undefined {
  const reason = reasonAmong(fields);
  if (reason) {
    return `${upperFirst(reason.name)} was set to ${
      reason.value
    } in the same resource, so it may belong to that.`;
  }
  const name = fields
    .map(({ field }) =>
      !field.sensitive && isNothing(field.recorded)
        ? nameOfNew(field.actual)
        : undefined,
    )
    .find(each => each !== undefined && PASSING.test(each));
  return (
    name &&
    `The name ${quoted(name)} suggests that it was meant to be temporary.`
  );
}

/** An entry of a map by which somebody said why. */
function reasonAmong(
  fields: readonly ToldField[],
): { name: string; value: string } | undefined {
  for (const { field } of fields) {
    const { kind, last } = placeOf(field);
    if (
      kind === 'entry' &&
      !field.sensitive &&
      typeof field.actual === 'string' &&
      WHY.test(last.key ?? '')
    ) {
      return {
        name: `${entryWordOf(last.name)} ${quoted(last.key ?? '')}`,
        value: quoted(field.actual),
      };
    }
  }
  return undefined;
}

function nameOfNew(value: JsonValue | undefined): string | undefined {
  return typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    typeof value.name === 'string'
    ? value.name
    : undefined;
}
