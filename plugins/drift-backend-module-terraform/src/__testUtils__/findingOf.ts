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

import { StoredFinding } from '@infra-hub/backstage-plugin-drift-common';

/** An open finding of drift, as the last scan stored it. */
export function findingOf(
  address: string,
  more: Partial<StoredFinding> = {},
): StoredFinding {
  const parts = address
    .replace(/\["[^"]*"\]|\[\d+\]/g, '')
    .split('.')
    .slice(-2);
  return {
    id: `finding of ${address}`,
    targetId: 'terraform:-/module',
    address,
    resourceType: parts[0],
    resourceName: parts[1] ?? '',
    class: 'drift',
    change: 'update',
    severity: 'medium',
    reason: 'It was changed outside.',
    rule: 'changed-outside',
    fingerprint: address,
    fields: [],
    state: 'open',
    firstSeenAt: '2026-11-22T00:00:00Z',
    lastSeenAt: '2026-11-22T00:00:00Z',
    recurrences: 0,
    ...more,
  };
}
