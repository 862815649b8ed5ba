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
import type { KubernetesRule } from '../kubernetes/judgeField';

/** Rules of objects in clusters; those of clouds begin with `cloud-`. */
const OBJECT_RULES: Readonly<Record<KubernetesRule, true>> = {
  'differs-from-desired': true,
  'set-outside': true,
  'platform-left-over': true,
  'within-autoscaler-bounds': true,
  'beyond-autoscaler-bounds': true,
  'controller-wrote': true,
  injected: true,
  allocated: true,
  'missing-object': true,
  'unmanaged-object': true,
  'made-by-controller': true,
  'cluster-by-product': true,
  'being-deleted': true,
};

/** Whether it is a database or a storage in a cloud that a platform wants. */
export function isOfCloud({ rule }: Finding): boolean {
  return rule.startsWith('cloud-');
}

/** Whether a platform's desired state says what should be, and no code. */
export function isOfTenant(finding: Finding): boolean {
  return isOfCloud(finding) || Object.hasOwn(OBJECT_RULES, finding.rule);
}

/** What says how the resource should be. */
export function wantedBy(finding: Finding): 'code' | 'desired state' {
  return isOfTenant(finding) ? 'desired state' : 'code';
}

/** A sentence about the code, free of values, in the words of the finding. */
export function inWordsOf(finding: Finding, sentence: string): string {
  return sentence.replace(/\bthe code\b/g, `the ${wantedBy(finding)}`);
}
