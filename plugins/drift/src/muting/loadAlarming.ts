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
  DriftApi,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';

const STEP = 100;

const SEVERITIES = ['critical', 'high', 'medium', 'low'];

/** Whether a finding alarms: drift that is there, and that nothing mutes. */
export function isAlarming(finding: StoredFinding): boolean {
  return (
    finding.class === 'drift' &&
    finding.state === 'open' &&
    finding.suppressedBy === undefined &&
    finding.acknowledgement === undefined
  );
}

/** All findings of a target that alarm, worst first. */
export async function loadAlarming(
  driftApi: DriftApi,
  targetId: string,
): Promise<StoredFinding[]> {
  const found: StoredFinding[] = [];
  for (let offset = 0; ; offset += STEP) {
    const { items, totalItems } = await driftApi.getFindings(targetId, {
      state: 'open',
      limit: STEP,
      offset,
    });
    found.push(...items.filter(isAlarming));
    if (items.length === 0 || offset + items.length >= totalItems) {
      break;
    }
  }
  return found.sort(
    (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
  );
}
