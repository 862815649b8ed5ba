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
  PolicyDecision,
  RemediationAction,
  RemediationEvent,
  RemediationLogLine,
  RemediationOutcome,
  RemediationPreview,
  RemediationsQuery,
  RemediationState,
  Risk,
} from '@infra-hub/backstage-plugin-drift-common';
import { ScanTarget } from '@infra-hub/backstage-plugin-drift-node';
import { AutomaticLimit, RemediationHistory } from '../policy/Policies';
import { TargetCondition } from '../store/DriftStore';

/** States in which a target's only place for applying is taken. */
export const ACTIVE_STATES: readonly RemediationState[] = [
  'approved',
  'running',
  'verifying',
];

/** A target as the flow needs it. */
export interface RemediationTarget extends ScanTarget {
  source: string;
  owner?: string;
  /** Only its pipeline observes it. */
  pushed: boolean;
  /** Nobody declares it any more. */
  retired: boolean;
}

/** A remediation as it is kept. Never served as it is: it has the salt. */
export interface RemediationRecord {
  id: string;
  targetId: string;
  target: {
    source: string;
    client?: string;
    name: string;
    owner?: string;
    entityRefs: string[];
  };
  action: RemediationAction;
  route: string;
  state: RemediationState;
  origin: 'person' | 'policy';
  requestedBy: string;
  requestedAt: Date;
  reason?: string;
  policyId?: string;
  policyMode?: 'auto' | 'review';
  idempotencyKey?: string;
  addresses?: string[];
  driftHash?: string;
  salt: string;
  risk: Risk;
  preview?: RemediationPreview;
  previewHash?: string;
  changes?: { total: number; destructive: number; alongside: number };
  decision?: PolicyDecision;
  confirmedBy?: string;
  confirmedAt?: Date;
  approvedBy?: string;
  approvedAt?: Date;
  approvedHash?: string;
  /** A policy approved it, no person did. */
  automatic: boolean;
  keeper?: string;
  expiresAt?: Date;
  waitsUntil?: Date;
  message?: string;
  beganAt?: Date;
  appliedAt?: Date;
  outcome?: RemediationOutcome;
  handle?: JsonObject;
  verifyScanId?: string;
  attempts: number;
  fence: number;
  finishedAt?: Date;
  updatedAt: Date;
}

/** What may be written beside a change of the state. */
export type RemediationChanges = Partial<
  Omit<
    RemediationRecord,
    | 'id'
    | 'targetId'
    | 'target'
    | 'action'
    | 'route'
    | 'state'
    | 'origin'
    | 'requestedBy'
    | 'requestedAt'
    | 'policyMode'
    | 'salt'
    | 'fence'
    | 'finishedAt'
    | 'updatedAt'
  >
>;

/** A request that is to be kept. */
export type NewRemediation = Pick<
  RemediationRecord,
  | 'targetId'
  | 'action'
  | 'route'
  | 'origin'
  | 'requestedBy'
  | 'reason'
  | 'policyId'
  | 'policyMode'
  | 'idempotencyKey'
  | 'addresses'
  | 'driftHash'
  | 'risk'
  | 'expiresAt'
>;

/** One step; it is made in whole or not at all. */
export interface RemediationTransition {
  id: string;
  /** It is only made from one of these. */
  from: readonly RemediationState[];
  to: RemediationState;
  /** Of the claim that the caller works under; others than workers have none. */
  fence?: number;
  /** It is only made for the preview with this hash. */
  previewHash?: string;
  /** It is only made while the wait has not ended. */
  unexpired?: boolean;
  /** It is only made while nobody works on it. */
  unclaimed?: boolean;
  /** Keeps the lease of the caller for the next step. */
  keepLease?: boolean;
  /**
   * It is only made where all of these have room, counted by `began_at` of the
   * automatic ones. Whoever comes at the same moment, from any replica, counts.
   */
  limits?: readonly AutomaticLimit[];
  by: string;
  note?: string;
  /** A key that is there with the value undefined is emptied. */
  changes?: RemediationChanges;
  now: Date;
}

/** What a worker takes. */
export interface ClaimOptions {
  worker: string;
  states: readonly RemediationState[];
  /** Of `running` ones: only those with, or without, a remembered handle. */
  handle?: boolean;
  now: Date;
  leaseUntil: Date;
  /** What another process was to start, and did not touch since then, may be taken. */
  keptUntil: Date;
}

/** Everything that is kept of remediations. Times come in as parameters. */
export interface RemediationStore extends RemediationHistory {
  /** Undefined for unknown ones; retired ones are there, with their history. */
  getTarget(targetId: string): Promise<RemediationTarget | undefined>;

  /**
   * Keeps a request.
   *
   * @returns the one with the same requester and key, or the open one of the same
   *   target and action, where there is one
   */
  create(options: { request: NewRemediation; now: Date }): Promise<{
    record: RemediationRecord;
    outcome: 'created' | 'repeated' | 'open';
  }>;
  /** The one with the same requester and key. */
  findRepeated(
    request: Pick<NewRemediation, 'requestedBy' | 'idempotencyKey'>,
  ): Promise<RemediationRecord | undefined>;
  get(options: {
    id: string;
    condition?: TargetCondition;
  }): Promise<RemediationRecord | undefined>;
  list(options: {
    query: RemediationsQuery;
    condition?: TargetCondition;
    /** Only those that wait for approval, and not those this one asked for. */
    awaiting?: { notRequestedBy?: string };
  }): Promise<{ items: RemediationRecord[]; totalItems: number }>;
  /** Those of a target that are under way. */
  listOpen(targetId: string): Promise<RemediationRecord[]>;
  /** Those that a policy began for exactly this drift and that have ended, newest first. */
  listEndedByPolicy(options: {
    targetId: string;
    driftHash: string;
    limit: number;
  }): Promise<RemediationRecord[]>;
  /** When a person last asked for one of the target, whatever became of it. */
  lastAskedByPerson(targetId: string): Promise<Date | undefined>;
  /** Oldest first. */
  listEvents(id: string): Promise<RemediationEvent[]>;
  /** The newest, oldest first. */
  listLog(id: string): Promise<RemediationLogLine[]>;

  /**
   * Makes one step, together with its event.
   *
   * @returns undefined when it is not where the step begins, or somebody else
   *   works on it: then nothing was written
   * @throws TargetIsBusy when another one of the target is being applied
   * @throws LimitReached when one of the limits has no room
   */
  transition(
    step: RemediationTransition,
  ): Promise<RemediationRecord | undefined>;
  /** Writes beside the state what only the worker with this fence may write. */
  update(options: {
    id: string;
    fence: number;
    changes: RemediationChanges;
    now: Date;
  }): Promise<boolean>;

  /** Takes one that is due, for as long as the lease holds. */
  claim(options: ClaimOptions): Promise<RemediationRecord | undefined>;
  /** Says of what the process is to start itself that it still will. */
  touchKept(options: { worker: string; now: Date }): Promise<void>;
  /** False when somebody else has it by now, or it has moved on. */
  extend(options: {
    id: string;
    fence: number;
    leaseUntil: Date;
  }): Promise<boolean>;
  /** Lets others work on it, at once or later. */
  release(options: {
    id: string;
    fence: number;
    waitsUntil?: Date;
    message?: string;
    now: Date;
  }): Promise<boolean>;
  /** Has those of a target looked at now that wait for a scan. */
  hurry(options: { targetId: string; now: Date }): Promise<number>;
  /** Those whose wait has ended and that nobody works on. */
  listExpired(options: {
    now: Date;
    limit: number;
  }): Promise<RemediationRecord[]>;

  appendLog(options: {
    id: string;
    lines: { at: Date; text: string }[];
  }): Promise<void>;

  /** Deletes what ended before then, in bounded steps. Never what is open. */
  deleteEnded(options: { endedBefore: Date }): Promise<number>;
}

/** So many automatic remediations have begun as may; nothing was written. */
export class LimitReached extends Error {
  name = 'LimitReached';
}

/** Another remediation of the same target is being applied. */
export class TargetIsBusy extends Error {
  name = 'TargetIsBusy';
}
