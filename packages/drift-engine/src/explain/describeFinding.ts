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
import { Change } from './describeChange';
import { isOfTenant } from './desiredWords';
import { nameOfResource } from './nameOfResource';
import { isPlanned, Repair, ToldField } from './tellFields';
import { count, listed, upperFirst } from './words/words';

/** Fields that are told in full. */
const TOLD = 3;

/** What happened to a resource, as one sentence or two. */
export function describeFinding(
  finding: Finding,
  fields: readonly ToldField[],
): string {
  const name = nameOfResource(finding);
  if (isPlanned(finding)) {
    return upperFirst(describePlanned(finding, name, fields));
  }
  return upperFirst(describePast(finding, name, fields));
}

function describePast(
  finding: Finding,
  name: string,
  fields: readonly ToldField[],
): string {
  switch (finding.change) {
    case 'create':
      if (finding.unmanaged) {
        return `${name} exists, but no code or desired state knows it.`;
      }
      return isOfTenant(finding)
        ? `${name} is desired, but does not exist.`
        : `${name} was deleted outside of the code.`;
    case 'delete':
      return finding.class === 'drift'
        ? `${changesOf(name, fields)}, and its code was removed.`
        : `${name} was deleted outside of the code, which does not want it any more.`;
    case 'move':
      return `${name} has only a new address in the code; nothing real changed.`;
    case 'read':
      return `${name} is only read; nothing real changed.`;
    case 'unknown':
      return `The plan holds an action on ${name} that nobody here knows.`;
    default:
      if (finding.class === 'noise') {
        return `Nothing that matters changed in ${name}.`;
      }
      return finding.change === 'replace' && fields.length > 0
        ? `${changesOf(name, fields)}. This cannot be changed back in place.`
        : `${changesOf(name, fields)}.`;
  }
}

function describePlanned(
  finding: Finding,
  name: string,
  fields: readonly ToldField[],
): string {
  switch (finding.change) {
    case 'create':
      return finding.class === 'drift'
        ? `${name} does not exist, although the code wants it.`
        : `the code adds ${name}, which does not exist yet.`;
    case 'delete':
      return finding.deposed === undefined
        ? `the code does not want ${name} any more; it still exists.`
        : `an old object of ${name} is left over from a replacement.`;
    case 'forget':
      return `the code gives ${name} up without deleting it.`;
    case 'import':
      return `the code takes over ${name}, which exists already.`;
    case 'unknown':
      return `the plan holds an action on ${name} that nobody here knows.`;
    default: {
      const known = fields.filter(each => !each.field.desiredUnknown);
      const repairs = known.flatMap(each => each.repair ?? []);
      if (repairs.length === 0) {
        return fields.length === 0
          ? `the plan changes ${name} without showing a value that differs.`
          : `the plan changes ${name} to values that are known only after applying.`;
      }
      return `the code wants to change ${name}: it would ${tasks(
        repairs,
        'named',
      )}.`;
    }
  }
}

/** The changes of a resource as one clause without its full stop. */
export function changesOf(name: string, fields: readonly ToldField[]): string {
  if (fields.length === 0) {
    return `${name} was changed outside of the code`;
  }
  if (fields.length === 1) {
    return changeOf(name, fields[0].past);
  }
  const shown = fields
    .slice(0, TOLD)
    .map(each => changeOf(undefined, each.past));
  const rest = fields.length - shown.length;
  return `${name} was changed in ${fields.length} places: ${[
    ...shown,
    ...(rest > 0 ? [`and ${count(rest, 'more field')}`] : []),
  ].join('; ')}`;
}

/** With the name of the resource, or without it as part of a list. */
export function changeOf(name: string | undefined, change: Change): string {
  const how =
    change.how === '' || change.how.startsWith(',')
      ? change.how
      : ` ${change.how}`;
  if (change.subject === undefined) {
    return `${name ?? 'it'} ${change.did}${how}`;
  }
  const owner = name === undefined ? '' : ` of ${name}`;
  if (change.joint === 'of') {
    return `${change.subject}${change.within}${owner} ${change.did}${how}`;
  }
  // `added to the ingress of the group`, `added to the group`
  const place = `${change.within}${owner}`.replace(/^ of/, ` ${change.joint}`);
  return how.startsWith(',')
    ? `${change.subject} ${change.did}${place}${how}`
    : `${change.subject}${how} ${change.did}${place}`;
}

/**
 * What applying would do: `scale it back from 5 to 3 nodes`, or with the things
 * named, as after a colon, `enlarge the disk size again from …`.
 */
export function tasks(
  repairs: readonly Repair[],
  objects: 'it' | 'named' = repairs.length === 1 ? 'it' : 'named',
): string {
  const shown = repairs
    .slice(0, TOLD)
    .map(repair => task(repair, objects === 'it' ? 'it' : objectOf(repair)));
  const rest = repairs.length - shown.length;
  return listed(
    rest > 0 ? [...shown, `make ${count(rest, 'more change')}`] : shown,
  );
}

function objectOf(repair: Repair): string {
  return repair.subject === undefined
    ? 'it'
    : `${repair.subject.replace(/^an? /, 'the ')}${repair.within}`;
}

function task(repair: Repair, object: string): string {
  const removes = repair.trend === 'removed' && repair.verb === 'remove';
  const again = repair.restores && !removes ? ` ${repair.again}` : '';
  const told = removes || repair.how.startsWith(',') ? '' : howOf(repair);
  const verb = repair.verb.includes('%') ? repair.verb : `${repair.verb} %`;
  return `${verb.replace('%', () => object)}${again}${
    told === '' ? '' : ` ${told}`
  }`;
}

/** Where a thing goes to; what it comes from is said already. */
function howOf(repair: Repair): string {
  return repair.verb === 'set'
    ? repair.how.replace(/^from .* to (?=['"]|an empty|\d)/s, 'to ')
    : repair.how.replace(/^\((.*)\)$/s, repair.restores ? '' : '($1)');
}
