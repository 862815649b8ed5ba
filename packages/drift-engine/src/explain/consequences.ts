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
import { SeverityRater } from '../severity/SeverityRater';
import { tasks } from './describeFinding';
import { wantedBy } from './desiredWords';
import { oneWayOf } from './oneWay';
import { isPlanned, isUntold, ToldField } from './tellFields';

const RATER = SeverityRater.create();

/** Whether the resource holds what nobody can make again. */
export function holdsData(finding: Finding): boolean {
  const { rule } = RATER.rate({
    ...finding,
    class: 'drift',
    change: 'replace',
  });
  return rule === 'data-gone' || rule === 'cloud-data-gone';
}

/** What applying the code now would do. */
export function consequenceOf(
  finding: Finding,
  fields: readonly ToldField[],
): string {
  if (isUntold(finding)) {
    return 'The plan only looked at what is there, so it does not tell what applying the code would do.';
  }
  switch (finding.class) {
    case 'absorbed':
      return `Applying the ${wantedBy(finding)} would leave it as it is.`;
    case 'noise':
      return `Applying the ${wantedBy(finding)} would change nothing real.`;
    case 'expected':
      return 'Nothing needs to be undone; whoever manages this would set it again.';
    default:
      return `Applying the ${wantedBy(finding)} ${doingOf(finding, fields)}.`;
  }
}

function doingOf(finding: Finding, fields: readonly ToldField[]): string {
  const data = holdsData(finding);
  switch (finding.change) {
    case 'create':
      if (finding.unmanaged) {
        return `alone would not remove it, because the ${wantedBy(
          finding,
        )} does not know it`;
      }
      if (isPlanned(finding)) {
        return 'would create it';
      }
      return data
        ? 'would create it again, but without the data it held'
        : 'would create it again';
    case 'delete':
      return data ? 'would delete it, with its data' : 'would delete it';
    case 'replace':
      return data
        ? 'would destroy it and create it again, losing its data'
        : 'would destroy it and create it again';
    case 'forget':
      return 'would leave it in place, unmanaged';
    case 'import':
      return 'would take it into the state';
    case 'unknown':
      return 'would do something that nobody here can tell';
    default: {
      const repairs = fields
        .filter(each => !oneWayOf(finding, each))
        .flatMap(each => each.repair ?? []);
      const reasons = [
        ...new Set(
          fields.flatMap(each => oneWayOf(finding, each)?.reason ?? []),
        ),
      ].map(reason => `. ${reason.replace(/\.$/, '')}`);
      if (repairs.length > 0) {
        const objects = reasons.length > 0 ? 'named' : undefined;
        return `would ${tasks(repairs, objects)}${reasons.join('')}`;
      }
      return reasons.length > 0
        ? `would not take it back${reasons.join('')}`
        : 'would change it';
    }
  }
}
