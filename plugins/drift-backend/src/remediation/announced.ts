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

import { isDeepStrictEqual } from 'node:util';
import {
  FieldDifference,
  Finding,
  RemainingDrift,
  RemediationPreview,
} from '@infra-hub/backstage-plugin-drift-common';

const SHOWN = 3;

/**
 * What a preview said would stay of a finding; undefined when anything of it was
 * not said, or was to be repaired.
 */
export function announcedOf(
  finding: Pick<Finding, 'address' | 'change' | 'class' | 'fields'>,
  preview: Pick<RemediationPreview, 'changes' | 'remaining'> | undefined,
): RemainingDrift[] | undefined {
  const { address, change, fields } = finding;
  const known = (preview?.remaining ?? []).filter(
    each => each.address === address,
  );
  if (known.length === 0 || finding.class !== 'drift') {
    return undefined;
  }
  if (change !== 'update') {
    const whole = known.find(({ field }) => field === undefined);
    return whole && [whole];
  }
  const repaired = new Set(
    (preview?.changes ?? [])
      .filter(each => each.address === address)
      .flatMap(each => each.fields.map(({ path }) => path)),
  );
  const said = fields.map(field =>
    known.find(each => isSaid(each.field, field, repaired)),
  );
  return said.length > 0 && said.every(each => each !== undefined)
    ? said
    : undefined;
}

/**
 * Whether nothing of a finding is more than what a remediation left. Another wish or
 * value is: then it may be possible to repair it.
 */
export function isLeftBehind(
  { address, change, fields }: Pick<Finding, 'address' | 'change' | 'fields'>,
  remaining: readonly RemainingDrift[],
): boolean {
  const known = remaining.filter(each => each.address === address);
  return change === 'update'
    ? fields.length > 0 &&
        fields.every(field =>
          known.some(each => isSameField(each.field, field)),
        )
    : known.some(({ field }) => field === undefined);
}

/** Where drift stays, and why; empty where none does. */
export function describeRemaining(
  remaining: readonly RemainingDrift[],
): string {
  if (remaining.length === 0) {
    return '';
  }
  const more = remaining.length - SHOWN;
  return [
    'As the preview said, the rest stays as it is and goes on counting as drift.',
    ...remaining
      .slice(0, SHOWN)
      .map(
        ({ address, field, reason }) =>
          `${field ? `${labelOf(field)} of ` : ''}${address}: ${reason}`,
      ),
    ...(more > 0 ? [`And ${more} more.`] : []),
  ].join(' ');
}

/** What is repaired as well as may be counts only when it became what was said. */
function isSaid(
  said: FieldDifference | undefined,
  found: FieldDifference,
  repaired: ReadonlySet<string>,
): boolean {
  return (
    said?.path === found.path &&
    (!repaired.has(found.path) ||
      (!said.sensitive && isDeepStrictEqual(said.actual, found.actual)))
  );
}

function isSameField(
  one: FieldDifference | undefined,
  other: FieldDifference,
): boolean {
  return (
    one?.path === other.path &&
    isDeepStrictEqual(one.actual, other.actual) &&
    isDeepStrictEqual(one.desired, other.desired)
  );
}

function labelOf({ path, label }: FieldDifference): string {
  return label ?? path.slice(1).replaceAll('/', '.');
}
