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
  Finding,
  PolicyDecision,
  RemediationChange,
  RemediationStatus,
} from '@infra-hub/backstage-plugin-drift-common';

/** The part of a target that policies look at. */
export interface PolicyTarget {
  id: string;
  source: string;
  client?: string;
  name: string;
  /** Only its pipeline observes it, so that a repair could not be verified. */
  pushed?: boolean;
}

/** The part of a change that policies look at. */
export type PolicySubject = Pick<
  Finding,
  'address' | 'resourceType' | 'change' | 'severity' | 'fields'
> & {
  fingerprint?: string;
  /** An object that nobody desired: repairing it deletes it. */
  unmanaged?: true;
};

/** How much may begin automatically, of one policy or of all together. */
export interface AutomaticLimit {
  /** Absent for all policies together. */
  policyId?: string;
  /** That many may begin, */
  most: number;
  /** counted from then on. */
  since: Date;
}

/** Whether something may be applied at this moment. */
export type RunPermit =
  | {
      allowed: true;
      /**
       * What still has room, and must have when it begins: others may begin at the
       * same moment. Absent when nothing is limited.
       */
      limits?: readonly AutomaticLimit[];
    }
  | {
      allowed: false;
      /** Whole sentences for people. */
      reason: string;
      /** When it may be tried again; absent when that is not known. */
      until?: Date;
      /** Waiting does not help: a person has to decide. */
      final?: true;
    };

/**
 * What the remediation flow asks of the policies. They read and decide; the flow
 * acts.
 */
export interface Policies {
  /**
   * What holds for one finding or change of a target.
   *
   * @remarks
   * `mode` is what holds as long as the policies stay as they are: `auto` only if
   * the policies let exactly this change be made without a person. What passes (a
   * closed window, a limit, the stop switch) is in `automatic.reasons` only, and
   * {@link Policies.mayRun} is asked about it.
   */
  decide(target: PolicyTarget, subject: PolicySubject): Promise<PolicyDecision>;

  /** The same for many of one target, with one look at how things stand. */
  decideEach(
    target: PolicyTarget,
    subjects: readonly PolicySubject[],
  ): Promise<PolicyDecision[]>;

  /**
   * What holds for a whole preview: the strictest of its changes, those that come
   * along included. `auto` turns into `review` when something comes along that is
   * not drift, or a destructive change that its policy does not name, or a change
   * of which its remediator says so.
   */
  decideAll(
    target: PolicyTarget,
    changes: readonly RemediationChange[],
  ): Promise<PolicyDecision>;

  /**
   * Asked right before something is applied: the stop switch, windows, and for
   * automatic ones whether the policies still say `auto`, limits and the flap
   * guard. Dry-run mode is not asked here, see {@link PolicyDecision.dryRun}.
   *
   * @param options.origin - Who approved it: `policy` when no person did.
   * @param options.begun - It is being applied: limits and the flap guard, which
   *   count it already, are not asked.
   */
  mayRun(options: {
    target: PolicyTarget;
    origin: 'person' | 'policy';
    changes: readonly RemediationChange[];
    begun?: boolean;
  }): Promise<RunPermit>;

  /** The switches, without the sources. */
  readSwitches(): Promise<Omit<RemediationStatus, 'sources'>>;
}

/** What policies may ask about the past of remediations. */
export interface RemediationHistory {
  /** Automatic remediations that were begun to be applied since then, of one policy or of all. */
  countAutomatic(options: { policyId?: string; since: Date }): Promise<number>;
  /**
   * Keys of {@link driftKeyOf} of the drift that automatic remediations of the
   * target began to repair since then, with the number of times. Those that failed
   * count, too: else they would be repeated with every scan.
   */
  automaticRepairs(options: {
    targetId: string;
    since: Date;
  }): Promise<ReadonlyMap<string, number>>;
}

/**
 * Names the same drift whatever its values are: address, change and field paths.
 * The flap guard counts by it, since a value that is fought over may be another
 * one each time.
 */
export function driftKeyOf(
  subject: Pick<PolicySubject, 'address' | 'change' | 'fields'>,
): string {
  return JSON.stringify([
    subject.address,
    subject.change,
    [...new Set(subject.fields.map(({ path }) => path))].sort(),
  ]);
}
