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
  IgnoreRuleTest,
  Severity,
} from '@infra-hub/backstage-plugin-drift-common';

const GRAVE: Severity[] = ['critical', 'high'];

/** `would have muted 41 findings, 2 of them high` */
export function describeTest(
  test: Pick<
    IgnoreRuleTest,
    'examined' | 'muted' | 'partlyMuted' | 'bySeverity' | 'truncated'
  >,
): string {
  const { examined, muted, partlyMuted, bySeverity, truncated } = test;
  const parts = partlyMuted > 0 ? `a part of ${count(partlyMuted)}` : '';
  const among = truncated ? ` of the ${examined} that were looked at` : '';
  if (muted === 0) {
    return parts
      ? `would have muted ${parts}${among}`
      : `would have muted none of ${count(examined)}${
          truncated ? ' that were looked at' : ''
        }`;
  }
  const grave = GRAVE.filter(severity => bySeverity[severity] > 0)
    .map(severity => `${bySeverity[severity]} of them ${severity}`)
    .join(', ');
  return [
    `would have muted ${count(muted)}${among}`,
    grave && `, ${grave}`,
    parts && `, and ${parts}`,
  ]
    .filter(Boolean)
    .join('');
}

function count(findings: number): string {
  return findings === 1 ? '1 finding' : `${findings} findings`;
}
