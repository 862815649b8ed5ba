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
  PolicyMode,
  RemediationPolicy,
  StoredRemediationPolicy,
} from '@infra-hub/backstage-plugin-drift-common';

/** Of equally specific policies the stricter one decides. */
const STRICTNESS: PolicyMode[] = ['review', 'alert', 'auto'];

/** Whether a pattern limits anything. */
function isSaid(glob: string | undefined): glob is string {
  return glob !== undefined && !/^\*+$/.test(glob);
}

/** A name weighs more than a pattern, and that more than nothing said. */
function weightOf(glob: string | undefined): number {
  if (!isSaid(glob)) {
    return 0;
  }
  return glob.includes('*') ? 1 : 2;
}

function specificity(policy: RemediationPolicy): number[] {
  return [
    weightOf(policy.target),
    policy.client === undefined ? 0 : 1,
    policy.source === undefined ? 0 : 1,
    weightOf(policy.resourceType),
    policy.change === undefined ? 0 : 1,
    policy.severity === undefined ? 0 : 1,
  ];
}

function compare(
  a: StoredRemediationPolicy,
  b: StoredRemediationPolicy,
): number {
  const [weights, others] = [specificity(a), specificity(b)];
  const at = weights.findIndex((weight, index) => weight !== others[index]);
  if (at >= 0) {
    return others[at] - weights[at];
  }
  if (a.mode !== b.mode) {
    return STRICTNESS.indexOf(a.mode) - STRICTNESS.indexOf(b.mode);
  }
  if (a.origin !== b.origin) {
    return a.origin === 'config' ? -1 : 1;
  }
  return a.id < b.id ? -1 : 1;
}

/** Policies in the order in which the backend would let them decide. */
export function mostSpecificFirst(
  policies: readonly StoredRemediationPolicy[],
): StoredRemediationPolicy[] {
  return [...policies].sort(compare);
}
