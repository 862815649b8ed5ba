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

import { ResourceChange, Severity } from './report';

/**
 * What happens when drift is found.
 *
 * - `alert`: people are told; a person may remediate it by hand.
 * - `auto`: it is remediated at once, within the policy's limits.
 * - `review`: a remediation is prepared and waits for an approval; also one that
 *   a person asks for needs the approval of another.
 *
 * @public
 */
export type PolicyMode = 'alert' | 'auto' | 'review';

/**
 * A time in which a policy allows or denies applying. With allow windows,
 * nothing is applied outside of them; a deny window always wins.
 *
 * @public
 */
export interface PolicyWindow {
  kind: 'allow' | 'deny';
  /** Cron expression with five fields: when the window opens. */
  cron: string;
  /** ISO 8601 duration: how long it stays open. */
  duration: string;
  /** IANA name, UTC when absent. */
  timezone?: string;
}

/**
 * Decides the mode of the drift that it matches. What it does not name, it does
 * not limit. Of several that match, the most specific one decides.
 *
 * @public
 */
export interface RemediationPolicy {
  /** Unique, `[A-Za-z0-9._-]{1,100}`. */
  id: string;
  client?: string;
  /** Glob on the name of the target: a module, or the id of a tenant. */
  target?: string;
  source?: string;
  /** Glob, e.g. `azurerm_*` or `configmap`. */
  resourceType?: string;
  severity?: Severity[];
  /** `auto` never deletes or replaces unless this names it. */
  change?: ResourceChange[];
  mode: PolicyMode;
  /** Why, one sentence. */
  reason?: string;
  windows?: PolicyWindow[];
  /** Most automatic remediations of this policy in 24 hours. */
  limitPerDay?: number;
  /** Everything up to the preview, nothing is applied. */
  dryRun?: boolean;
}

/**
 * A policy with where it comes from.
 *
 * @public
 */
export interface StoredRemediationPolicy extends RemediationPolicy {
  /** `config` ones can only be changed in the configuration. */
  origin: 'config' | 'api';
  updatedBy?: string;
  /** ISO 8601. */
  updatedAt?: string;
  /**
   * On the route of a tenant only: `tenant` ones are kept for this tenant, and
   * writing the list of the tenant replaces them; `general` ones hold for it, too.
   */
  scope?: 'tenant' | 'general';
}

/**
 * A policy as it is written for one tenant: it has no client and no target, since
 * both are given.
 *
 * @public
 */
export type TenantRemediationPolicy = Omit<
  RemediationPolicy,
  'id' | 'client' | 'target'
> & {
  /** One is made up when absent. */
  id?: string;
};

/**
 * What the policies say, and why.
 *
 * @public
 */
export interface PolicyDecision {
  mode: PolicyMode;
  /** The policy that decided; absent when none matched and the default holds. */
  policyId?: string;
  /** One sentence for people: why this mode. */
  because: string;
  /** Whether it is remediated without a person; if not, every reason, each a sentence. */
  automatic: { possible: boolean; reasons: string[] };
  /** Somebody other than the requester has to approve. */
  needsApproval: boolean;
  /** Policies that matched, the deciding one first. */
  considered: { policyId: string; mode: PolicyMode; specificity: string }[];
  dryRun?: boolean;
}

/**
 * Answer of `GET /remediation-policies` and of the tenants' route of the same name.
 *
 * @public
 */
export interface RemediationPolicies {
  policies: StoredRemediationPolicy[];
  /** Grows with every change; send it back as `expectedRevision`. */
  revision: number;
  /** The mode where no policy matches. */
  defaultMode: PolicyMode;
}

/**
 * Answer of `GET /targets/:targetId/remediation-policy`.
 *
 * @public
 */
export interface PolicyExplanation {
  targetId: string;
  findings: {
    fingerprint: string;
    address: string;
    resourceType: string;
    change: ResourceChange;
    severity: Severity;
    decision: PolicyDecision;
  }[];
}
