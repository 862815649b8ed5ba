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
  BlindSpot,
  Evidence,
  FieldDifference,
  FindingClass,
  ResourceChange,
  Risk,
  Severity,
} from './report';
import { PolicyDecision } from './policies';

/**
 * What is done about drift.
 *
 * - `revert`: reality is made to match the code or the desired state.
 * - `refresh-state`: the recorded state takes over what really is; nothing in
 *   reality changes (Terraform only).
 * - `adopt`: the code is made to match reality, by a pull request; nothing in
 *   reality changes.
 *
 * @public
 */
export type RemediationAction = 'revert' | 'refresh-state' | 'adopt';

/**
 * Where a remediation is in its life.
 *
 * - `requested`: asked for; the preview is being made.
 * - `previewed`: the preview is there and waits for whoever asked to confirm it.
 * - `awaiting-approval`: waits for somebody else.
 * - `approved`: a person or a policy approved exactly this preview; starts as
 *   soon as it may.
 * - `running`: is being applied.
 * - `verifying`: was applied, or may have been; a scan decides.
 * - `succeeded`: applied and verified. `failed`: see the message.
 * - `superseded`: what would be changed is no longer what was approved; nothing
 *   was applied.
 * - `rejected`, `cancelled`, `expired`: nothing was applied.
 * - `dry-run`: would have been applied, but dry-run mode is on; nothing was.
 *
 * @public
 */
export type RemediationState =
  | 'requested'
  | 'previewed'
  | 'awaiting-approval'
  | 'approved'
  | 'running'
  | 'verifying'
  | 'succeeded'
  | 'failed'
  | 'superseded'
  | 'rejected'
  | 'cancelled'
  | 'expired'
  | 'dry-run';

/**
 * States in which a remediation is still under way.
 *
 * @public
 */
export const OPEN_REMEDIATION_STATES: readonly RemediationState[] = [
  'requested',
  'previewed',
  'awaiting-approval',
  'approved',
  'running',
  'verifying',
];

/**
 * Why a change is part of a remediation.
 *
 * - `drift`: it repairs drift that was asked for.
 * - `pending`: the code has it, but it was never applied.
 * - `suppressed`: drift that an ignore rule muted.
 * - `acknowledged`: drift that somebody accepted.
 * - `cascade`: another change makes it necessary.
 * - `other`: anything else that the tool would change; the last scan did not
 *   show it.
 *
 * @public
 */
export type RemediationChangeOrigin =
  | 'drift'
  | 'pending'
  | 'suppressed'
  | 'acknowledged'
  | 'cascade'
  | 'other';

/**
 * One change that a remediation makes.
 *
 * @public
 */
export interface RemediationChange {
  address: string;
  resourceType: string;
  resourceName: string;
  /** What is done to the resource: `delete` removes it, `create` makes it. */
  change: ResourceChange;
  /** From `actual` to `desired`; secret values are absent. */
  fields: FieldDifference[];
  origin: RemediationChangeOrigin;
  /** A delete or a replace: data may be lost. */
  destructive: boolean;
  /** Class that the engine gives it in the fresh look. */
  class?: FindingClass;
  cascadeOf?: string;
  /** Of the finding that it repairs. */
  severity?: Severity;
  fingerprint?: string;
  /** One sentence: why it comes along, where it was not asked for. */
  reason?: string;
  /** Why no policy may have it made without a person: whole sentences. */
  notAutomatic?: string;
}

/**
 * An exact instruction for a change of code that cannot be patched.
 *
 * @public
 */
export interface RemediationInstruction {
  address: string;
  /** JSON pointer below the resource. */
  path?: string;
  /** Whole sentences. */
  text: string;
}

/**
 * The changes of files that `adopt` proposes.
 *
 * @public
 */
export interface CodePatch {
  /** Unified diff over all files; applies with `git apply` at the root of the code. */
  diff: string;
  files: { path: string; diff: string }[];
}

/**
 * Drift that stays as it is although the rest is repaired.
 *
 * @public
 */
export interface RemainingDrift {
  address: string;
  /** With the value that stays. The whole resource when absent. */
  field?: FieldDifference;
  /** Why: one or two sentences. */
  reason: string;
}

/**
 * Exactly what a remediation would do. An approval is for one hash.
 *
 * @public
 */
export interface RemediationPreview {
  /** SHA-256 in lower-case hex over everything that would be applied. */
  hash: string;
  changes: RemediationChange[];
  /** At least one change is destructive. */
  destructive: boolean;
  /** Whole sentences on what else to know. */
  warnings: string[];
  /** What goes on counting as drift after it, said beforehand. */
  remaining?: RemainingDrift[];
  /** What could not be foreseen. */
  blindSpots: BlindSpot[];
  evidence?: Evidence;
  tool?: { name: string; version?: string };
  /** Commit of the code that would be applied. */
  commit?: string;
  /** `adopt` only. */
  patch?: CodePatch;
  /** `adopt` only: what cannot be patched. */
  instructions?: RemediationInstruction[];
  /** `adopt` only: whether a pull request can be opened, and if not, why. */
  pullRequest?: { possible: boolean; reason?: string };
  /** ISO 8601. */
  createdAt: string;
}

/**
 * What became of one object.
 *
 * @public
 */
export interface RemediationObjectOutcome {
  address: string;
  outcome: 'applied' | 'failed' | 'skipped';
  /** One sentence without secrets. */
  message?: string;
}

/**
 * How applying ended.
 *
 * - `applied`: everything was applied.
 * - `partial`: some of it was; see `objects`.
 * - `failed`: nothing was changed, as far as the tool knows.
 * - `superseded`: refused, since a fresh preview differs; nothing was changed.
 * - `unknown`: it is not known how far it went.
 *
 * @public
 */
export interface RemediationOutcome {
  kind: 'applied' | 'partial' | 'failed' | 'superseded' | 'unknown';
  /** One or two sentences without secrets. */
  message: string;
  objects?: RemediationObjectOutcome[];
  /**
   * What the scan that verified it still saw, and the preview had said would stay:
   * all else that was approved is done.
   */
  remaining?: RemainingDrift[];
  /** A run of a pipeline or a pull request. */
  link?: { title: string; url: string };
  /**
   * When applying ended, where that was before it was told: a look since then
   * verifies it. ISO 8601.
   */
  appliedAt?: string;
}

/**
 * A step in the life of a remediation.
 *
 * @public
 */
export interface RemediationEvent {
  /** ISO 8601. */
  at: string;
  /** Absent for the request itself. */
  from?: RemediationState;
  to: RemediationState;
  /** Entity ref, subject of a service, `policy:<id>` or `drift` for the plugin itself. */
  by: string;
  /** A sentence, such as the reason of a rejection. */
  note?: string;
}

/**
 * A line of the live log.
 *
 * @public
 */
export interface RemediationLogLine {
  /** ISO 8601. */
  at: string;
  /** Without secrets. */
  text: string;
}

/**
 * Whether the caller may do something, and if not, why.
 *
 * @public
 */
export interface MayDo {
  allowed: boolean;
  /** One sentence for people; set when not allowed. */
  reason?: string;
}

/**
 * One remediation as lists show it.
 *
 * @public
 */
export interface RemediationSummary {
  id: string;
  targetId: string;
  target: {
    source: string;
    client?: string;
    name: string;
    owner?: string;
    /** Catalog entities that the target belongs to. */
    entityRefs?: string[];
  };
  action: RemediationAction;
  /** Id of the route that applies it: a source for the local one, else e.g. `github`. */
  route: string;
  state: RemediationState;
  /** Who began it. */
  origin: 'person' | 'policy';
  /** Entity ref, subject of a service, or `policy:<id>`. */
  requestedBy: string;
  /** ISO 8601. */
  requestedAt: string;
  /** What the requester said. */
  reason?: string;
  /** Only these resources are changed; all drift of the target when absent. */
  addresses?: string[];
  /** Highest severity of the drift that it repairs. */
  risk: Risk;
  /** Numbers of the preview; absent before it is there. */
  changes?: { total: number; destructive: number; alongside: number };
  /** Hash of the preview that was made, and approved if it was. */
  previewHash?: string;
  approvedBy?: string;
  approvedAt?: string;
  /** The approval, or the wait for one, ends then. ISO 8601. */
  expiresAt?: string;
  /** It waits for a window or a limit until then. ISO 8601. */
  waitsUntil?: string;
  /** What it waits for or how it ended, one or two sentences for people. */
  message?: string;
  outcome?: RemediationOutcome;
  verifyScanId?: string;
  /** ISO 8601; set in the states at the end. */
  finishedAt?: string;
  updatedAt: string;
}

/**
 * What has to be sent as `confirmName` by whoever confirms or approves a
 * remediation: one of these. Empty where nothing has to be.
 *
 * @remarks
 * Only what deletes or replaces something real asks for it. The name of the target
 * comes first, then those of the catalog entities that it belongs to: a tenant's
 * own name is an id that nobody types.
 *
 * @public
 */
export function confirmNamesOf(
  remediation: Pick<RemediationSummary, 'action' | 'target'> & {
    preview?: Pick<RemediationPreview, 'destructive'>;
  },
): string[] {
  const { action, target, preview } = remediation;
  if (action !== 'revert' || !preview?.destructive) {
    return [];
  }
  const entities = (target.entityRefs ?? []).map(ref =>
    ref.slice(ref.lastIndexOf('/') + 1),
  );
  return [...new Set([target.name, ...entities])];
}

/**
 * One remediation with everything that a dialog shows.
 *
 * @public
 */
export interface Remediation extends RemediationSummary {
  preview?: RemediationPreview;
  /** What policy says of the preview. */
  decision?: PolicyDecision;
  /** Oldest first. */
  events: RemediationEvent[];
  /** Newest 500 lines, oldest first. */
  log: RemediationLogLine[];
  /** What the caller may do now. */
  may: {
    confirm: MayDo;
    approve: MayDo;
    reject: MayDo;
    cancel: MayDo;
  };
}

/**
 * Body of `POST /remediations`.
 *
 * @public
 */
export interface RemediationRequestBody {
  targetId: string;
  action: RemediationAction;
  /** Only these resources; all drift of the target when absent. At most 500. */
  addresses?: string[];
  /** At most 1,000 characters. */
  reason?: string;
  /** At most 100 characters; a repeated request with the same key gives the same remediation. */
  idempotencyKey?: string;
}

/**
 * Question to `GET /remediations`. Lists are alternatives.
 *
 * @public
 */
export interface RemediationsQuery {
  targetId?: string;
  state?: RemediationState[];
  /** Only those under way when true, only ended ones when false. */
  open?: boolean;
  /** Only what the caller may approve or reject now. */
  awaitingMe?: boolean;
  client?: string[];
  source?: string[];
  /** 1 to 200, default 20. */
  limit?: number;
  /** Default 0. */
  offset?: number;
}

/**
 * Answer of `GET /remediations`: those that wait for approval first, by risk, then newest.
 *
 * @public
 */
export interface RemediationsPage {
  items: RemediationSummary[];
  totalItems: number;
}

/**
 * Answer of `GET /remediation-status`.
 *
 * @public
 */
export interface RemediationStatus {
  /** `drift.remediation.enabled` in the configuration. */
  enabled: boolean;
  /** The stop switch: nothing is applied while it is on. */
  stopped: boolean;
  stoppedBy?: string;
  stoppedAt?: string;
  stopReason?: string;
  /** Nothing is applied, previews only. */
  dryRun: boolean;
  /** The requester may approve what they asked for. */
  selfApproval: boolean;
  /** Sources that can be remediated, and what they can. */
  sources: { source: string; actions: RemediationAction[] }[];
}

/**
 * One way out of the drift of a target.
 *
 * @public
 */
export interface RemediationOption {
  action: RemediationAction;
  available: boolean;
  /** Why it is not available, one sentence for people. */
  reason?: string;
  /** The one that fits this drift best. */
  recommended: boolean;
  /** Id of the route that would apply it. */
  route?: string;
  /** Somebody else has to approve it. */
  needsApproval: boolean;
}

/**
 * Answer of `GET /targets/:targetId/remediation-options`.
 *
 * @public
 */
export interface RemediationOptions {
  targetId: string;
  options: RemediationOption[];
  /** What policy says of each open drift finding. */
  findings: {
    fingerprint: string;
    address: string;
    decision: PolicyDecision;
  }[];
  /** The remediation of this target that is under way, if there is one. */
  current?: RemediationSummary;
}
