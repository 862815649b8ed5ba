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
  RemediationPolicy,
  StoredRemediationPolicy,
} from '@infra-hub/backstage-plugin-drift-common';
import { StopSwitch } from './PolicyEngine';

/** What is kept of policies. */
export interface KeptPolicies {
  /** By id. */
  policies: StoredRemediationPolicy[];
  /** Grows with every change. */
  revision: number;
  /** The stop switch, when it is on. */
  stop?: StopSwitch;
}

/** What a change changed. */
export interface PolicyChanges {
  added: RemediationPolicy[];
  changed: { from: RemediationPolicy; to: RemediationPolicy }[];
  removed: RemediationPolicy[];
}

/** Somebody else has changed the policies. */
export class PolicyRevisionConflict extends Error {
  constructor(options: { expected: number; current: number }) {
    const { expected, current } = options;
    super(
      `The policies have revision ${current}, not ${expected}; read them again and repeat the change`,
    );
    this.name = 'PolicyRevisionConflict';
  }
}

/** Keeps the policies that were written through the API, and the stop switch. */
export interface PolicyStore {
  /** Policies and revision belong together. */
  read(): Promise<KeptPolicies>;

  /**
   * Changes the list in one transaction, one writer at a time; one that changes
   * nothing makes no revision.
   *
   * @param options.edit - Makes the new list of the one that stands; may be called
   *   again, and may throw to change nothing
   * @throws PolicyRevisionConflict
   */
  edit(options: {
    edit: (policies: StoredRemediationPolicy[]) => RemediationPolicy[];
    expectedRevision?: number;
    by?: string;
    now: Date;
  }): Promise<{ kept: KeptPolicies; changes: PolicyChanges }>;

  /**
   * Turns the stop switch. Turning it on again keeps who did so first, unless
   * there is another reason.
   *
   * @returns how it was before
   */
  setStop(options: {
    stopped: boolean;
    reason?: string;
    by?: string;
    now: Date;
  }): Promise<{ before?: StopSwitch; after?: StopSwitch }>;

  /**
   * Notes that something was done about some drift of a target.
   *
   * @returns the subjects that were not noted since then; of two replicas that
   *   note the same at once, one gets it
   */
  note(options: {
    targetId: string;
    /** What was done. */
    kind: string;
    subjects: readonly string[];
    /** What was noted earlier is forgotten. */
    since: Date;
    now: Date;
  }): Promise<string[]>;
}
