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

import { Remediation } from '@infra-hub/backstage-plugin-drift-common';

/** What automation asks of the remediation flow. Knows nothing of permissions. */
export interface AutomaticRemediations {
  /**
   * Begins a remediation on behalf of a policy. Its preview is made, decided again
   * as a whole, and applied if and only if every change in it is automatic; else
   * it waits for an approval.
   *
   * @returns undefined when one for the target is under way, or one for exactly
   *   this drift was rejected before
   */
  requestByPolicy(options: {
    targetId: string;
    policyId: string;
    mode: 'auto' | 'review';
    addresses: string[];
    fingerprints: string[];
    reason: string;
  }): Promise<Remediation | undefined>;

  /**
   * How often in a row the preview of a repair of exactly this drift failed, since
   * a person last asked for a remediation of the target, and what the last one
   * said. Undefined before it is too often: then it is left to people, since it
   * would go on failing.
   */
  hopelessPreviews(options: {
    targetId: string;
    fingerprints: string[];
    /** What failed before then does not count. */
    since?: Date;
  }): Promise<HopelessPreviews | undefined>;
}

/** Previews that failed in a row. */
export interface HopelessPreviews {
  times: number;
  /** Whole sentences for people, without secrets. */
  message?: string;
}
