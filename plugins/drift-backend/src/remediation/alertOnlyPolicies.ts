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

import { Policies } from '../policy/Policies';
import { RemediationConfig } from './readRemediationConfig';

/** What holds where nobody wrote a policy: people decide, nothing is automatic. */
export function alertOnlyPolicies(
  config: Pick<RemediationConfig, 'enabled' | 'selfApproval'>,
): Policies {
  const decision = {
    mode: 'alert',
    because: 'No policy speaks of it, so people are told and decide.',
    automatic: { possible: false, reasons: ['No policy makes it automatic.'] },
    needsApproval: false,
    considered: [],
  } as const;
  const decide = async () => ({
    ...decision,
    automatic: {
      possible: false,
      reasons: [...decision.automatic.reasons],
    },
    considered: [],
  });
  return {
    decide,
    decideAll: decide,
    mayRun: async () => ({ allowed: true }),
    readSwitches: async () => ({
      enabled: config.enabled,
      stopped: false,
      dryRun: false,
      selfApproval: config.selfApproval,
    }),
  };
}
