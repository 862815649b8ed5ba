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

import { JsonObject } from '@backstage/types';
import {
  BlindSpot,
  CodePatch,
  Evidence,
  RemediationAction,
  RemainingDrift,
  RemediationChange,
  RemediationInstruction,
  RemediationOutcome,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import { ScanContext, ScanTarget } from '../source/DriftSource';

/**
 * What a {@link Remediator} is asked to do.
 *
 * @public
 */
export interface RemediationRequest {
  /** Id of the remediation, the same for preview and apply. */
  id: string;
  target: ScanTarget & { source: string };
  action: RemediationAction;
  /** Only these resources are to be changed; all drift of the target when absent. */
  addresses?: readonly string[];
  /**
   * Random, of this remediation, known to nobody else. Goes into the hash of the
   * preview, so that the hash tells nothing of the secret values it covers.
   */
  salt: string;
  /** Open findings of the target as the last scan stored them. */
  findings: readonly StoredFinding[];
  /** The scan that saw the findings, as far as it is known. */
  lastScan?: {
    evidence?: Evidence;
    tool?: { name: string; version?: string };
    commit?: string;
  };
}

/**
 * What a remediation may use.
 *
 * @public
 */
export interface RemediationContext extends ScanContext {
  /** Adds a line to the live log that people see. Never with secrets. */
  log(text: string): void;
  /**
   * Stores how {@link Remediator.follow} finds again what was started. Rejects
   * when it could not be stored.
   */
  remember(handle: JsonObject): Promise<void>;
  /**
   * Asks whether it may still be written: the stop switch, the windows of the
   * policies and the permission of who approved it may have changed while
   * {@link Remediator.apply} looked afresh. Called right before the first write,
   * and before each further one where objects are written one by one.
   *
   * @throws WriteRefused when nothing more may be written, from then on always
   */
  mayWrite(): Promise<void>;
}

/**
 * One change of a plan, in the remediator's own eyes. With `notAutomatic`, a
 * policy that says `auto` is taken as `review`.
 *
 * @public
 */
export type PlannedChange = Omit<
  RemediationChange,
  'origin' | 'destructive' | 'fingerprint'
>;

/**
 * Exactly what would be applied.
 *
 * @public
 */
export interface RemediationPlan {
  /**
   * SHA-256 in lower-case hex over the salt and everything that would be applied,
   * secret values included. Two plans with the same hash do the same.
   */
  hash: string;
  /** Every change that applying makes, asked for or not. */
  changes: PlannedChange[];
  /** Whole sentences. */
  warnings: string[];
  /**
   * What goes on counting as drift after it. A scan that still sees this, and
   * nothing else of what was approved, verifies the remediation all the same.
   */
  remaining?: RemainingDrift[];
  blindSpots: BlindSpot[];
  evidence?: Evidence;
  tool?: { name: string; version?: string };
  commit?: string;
  /** Of an `adopt`: what it proposes, and whether a pull request can be opened. */
  patch?: CodePatch;
  instructions?: RemediationInstruction[];
  pullRequest?: { possible: boolean; reason?: string };
}

/**
 * Why a preview could not be made: a sentence for people, without secrets.
 * Anything else that is thrown counts as unexpected and is tried again.
 *
 * @public
 */
export class RemediationFailure extends Error {
  name = 'RemediationFailure';
}

/**
 * Nothing more may be written. The message says why: whole sentences for people,
 * without secrets. Thrown by {@link RemediationContext.mayWrite} only.
 *
 * @public
 */
export class WriteRefused extends Error {
  name = 'WriteRefused';
}

/**
 * Repairs drift by one route: in this process, or through a pipeline.
 *
 * @remarks
 * A remediator never decides whether something may be applied. It is called with
 * `apply` at most once per approval.
 *
 * @public
 */
export interface Remediator {
  /** Id of the route: that of the source for a local one, else such as `github`. */
  readonly id: string;

  /**
   * Whether it can do that to this target, by configuration. A route that is not
   * the source's own is preferred where it can.
   */
  supports(
    target: ScanTarget & { source: string },
    action: RemediationAction,
  ): { supported: true } | { supported: false; reason: string };

  /** Actions that it knows for targets of a source; empty for none. */
  actionsFor(source: string): readonly RemediationAction[];

  /**
   * Looks afresh and says what would be changed; changes nothing.
   *
   * @throws RemediationFailure when it cannot be said
   */
  preview(
    request: RemediationRequest,
    context: RemediationContext,
  ): Promise<RemediationPlan>;

  /**
   * Looks afresh once more and applies, if and only if that look has the approved
   * hash; exactly what was looked at is applied. Never throws after something may
   * have been changed: it answers with what is known. Only where the signal is
   * aborted and it can be followed, it may: another process goes on then.
   *
   * @throws WriteRefused of {@link RemediationContext.mayWrite}, as long as nothing
   *   was written. What it keeps from being written later counts as `skipped`, with
   *   its message, and the outcome is `partial`.
   */
  apply(
    request: RemediationRequest,
    approvedHash: string,
    context: RemediationContext,
  ): Promise<RemediationOutcome>;

  /**
   * Goes on waiting for what an earlier process started and remembered. Without
   * it, or without a handle, the outcome of a killed process is unknown.
   */
  follow?(
    request: RemediationRequest,
    handle: JsonObject,
    context: RemediationContext,
  ): Promise<RemediationOutcome>;
}

/**
 * A change of code that makes it match reality.
 *
 * @public
 */
export interface AdoptionProposal {
  /**
   * Paths are relative to `root`, with forward slashes. An empty `before` is a
   * file that is new, an empty `after` one that goes.
   */
  files: { path: string; before: string; after: string }[];
  /** The differences that the files take over, and those that they cannot. */
  changes: PlannedChange[];
  /** What cannot be patched. */
  instructions: RemediationInstruction[];
  /** Whole sentences. */
  warnings: string[];
  /**
   * Where the code is: an address that Backstage's integrations know, of the
   * directory that the paths are relative to. Absent for code that is only a file
   * here: then there is a diff, and no pull request.
   */
  root?: { url: string; commit?: string };
}

/**
 * Proposes how the code of a source's targets takes over what really is.
 *
 * @public
 */
export interface CodeAdopter {
  /** Id of the source. */
  readonly source: string;

  /**
   * Whether the code of this target can be read at all.
   */
  supports(
    target: ScanTarget & { source: string },
  ): { supported: true } | { supported: false; reason: string };

  /**
   * Reads the code and changes a copy of it.
   *
   * @throws RemediationFailure when it cannot be done
   */
  propose(
    request: RemediationRequest,
    context: RemediationContext,
  ): Promise<AdoptionProposal>;
}
