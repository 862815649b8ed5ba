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

import { LoggerService } from '@backstage/backend-plugin-api';
import { Knex } from 'knex';
import { AutomaticRemediations } from '../remediation/AutomaticRemediations';
import { DriftStore } from '../store/DriftStore';
import { DatabasePolicyStore } from './DatabasePolicyStore';
import { DefaultPolicies } from './DefaultPolicies';
import { RemediationHistory } from './Policies';
import { PolicyAutomation, StoppedAutomation } from './PolicyAutomation';
import { PolicyStore } from './PolicyStore';
import { PoliciesConfig } from './readPoliciesConfig';

/** The working parts of policies. */
export interface PolicyParts {
  /** What the remediation flow asks. */
  policies: DefaultPolicies;
  /** To be told of scans. */
  automation: PolicyAutomation;
  store: PolicyStore;
  driftStore: DriftStore;
  config: PoliciesConfig;
  now: () => Date;
}

/** Puts the parts around policies together. */
export function createPolicies(options: {
  knex: Knex;
  config: PoliciesConfig;
  /** `drift.remediation.enabled` */
  enabled: boolean;
  /** `drift.remediation.selfApproval` */
  selfApproval: boolean;
  history: RemediationHistory;
  /** Of targets and findings. */
  store: DriftStore;
  /** What begins remediations; asked when it is needed, since it needs the policies itself. */
  remediations: () => AutomaticRemediations | undefined;
  /** Told when drift is not repaired that would be, once a day of the same. */
  onStopped: (stopped: StoppedAutomation) => void | Promise<void>;
  logger: LoggerService;
  now: () => Date;
}): PolicyParts {
  const { config, logger, now } = options;
  const store = DatabasePolicyStore.create({ knex: options.knex });
  const policies = new DefaultPolicies({ ...options, store });
  return {
    policies,
    store,
    driftStore: options.store,
    config,
    now,
    automation: new PolicyAutomation({
      policies,
      store,
      driftStore: options.store,
      remediations: options.remediations,
      onStopped: options.onStopped,
      logger,
      now,
    }),
  };
}
