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

import { RemediationAction, RemediationState } from './remediation';
import { ResourceChange, Risk, Severity } from './report';
import { TargetStatus } from './target';

/**
 * Topic of the events service on which {@link TargetStatusEvent} is published.
 *
 * @public
 */
export const DRIFT_EVENTS_TOPIC = 'drift';

/**
 * What became different for whoever owns a target.
 *
 * - `drifted`: drift where there was none.
 * - `worse`: higher risk, or more drifted resources.
 * - `resolved`: no drift any more.
 * - `failing`: so many scans in a row gave no verdict that somebody must look;
 *   once per episode.
 * - `recovered`: a scan gave a verdict again after that.
 * - `changed`: anything else, such as another summary or less drift.
 *
 * @public
 */
export type DriftTransition =
  | 'drifted'
  | 'worse'
  | 'resolved'
  | 'failing'
  | 'recovered'
  | 'changed';

/**
 * A finding in a few words; never holds a value of a resource.
 *
 * @public
 */
export interface FindingBrief {
  address: string;
  change: ResourceChange;
  severity: Severity;
  reason: string;
}

/**
 * Payload of an event on {@link DRIFT_EVENTS_TOPIC}: a scan changed the status,
 * the risk, the number of drifted resources or the summary of a target, or it
 * was the one too many that failed.
 *
 * @remarks
 * Everything is in the payload; a receiver need not ask back. Fields that are
 * marked as optional were added later and are always set by this release,
 * except where they say otherwise.
 *
 * @public
 */
export interface TargetStatusEvent {
  type: 'target.status';
  /** Grows when a field changes its meaning or goes; new fields do not count. */
  schemaVersion?: 1;
  targetId: string;
  source: string;
  client?: string;
  name: string;
  entityRefs: string[];
  /** Owner of the first entity; absent when there is none. */
  owner?: string;
  before: { status: TargetStatus; risk: Risk; driftedResources?: number };
  after: {
    status: TargetStatus;
    risk: Risk;
    driftedResources: number;
    summary: string;
  };
  /** At least one, the weightiest first. */
  transitions?: DriftTransition[];
  /** Why the scan gave no verdict: one sentence without secrets. Absent when it did. */
  error?: string;
  /** Drift that this scan saw first, worst first, at most ten. */
  newFindings?: FindingBrief[];
  newFindingsCount?: number;
  /** Drift that is gone since this scan, worst first, at most ten. */
  resolvedFindings?: FindingBrief[];
  resolvedFindingsCount?: number;
  scanId: string;
  /** The target's page; absent when `app.baseUrl` is not configured. */
  url?: string;
  /** ISO 8601. */
  at: string;
}

/**
 * Payload of an event on {@link DRIFT_EVENTS_TOPIC}: drift that a policy would
 * have repaired automatically is not, because it keeps coming back
 * (`flap-guard`), because a limit is used up, or because its repair cannot be
 * previewed (`preview-failed`). Published once a day of the same drift.
 *
 * @public
 */
export interface AutomationStoppedEvent {
  type: 'remediation.automation-stopped';
  /** Grows when a field changes its meaning or goes; new fields do not count. */
  schemaVersion: 1;
  targetId: string;
  source: string;
  client?: string;
  name: string;
  entityRefs: string[];
  /** Owner of the first entity; absent when there is none. */
  owner?: string;
  why: 'flap-guard' | 'limit' | 'preview-failed';
  /** Whole sentences for people. */
  reason: string;
  /** The drift that stays, at most ten. */
  findings: FindingBrief[];
  findingsCount: number;
  /** The target's page; absent when `app.baseUrl` is not configured. */
  url?: string;
  /** ISO 8601. */
  at: string;
}

/**
 * Payload of an event on {@link DRIFT_EVENTS_TOPIC}: a remediation was asked for,
 * or made a step. It holds no value of a resource.
 *
 * @public
 */
export interface RemediationStepEvent {
  type: 'remediation.step';
  /** Grows when a field changes its meaning or goes; new fields do not count. */
  schemaVersion: 1;
  remediationId: string;
  targetId: string;
  source: string;
  client?: string;
  name: string;
  /** Owner of the first entity; absent when there is none. */
  owner?: string;
  action: RemediationAction;
  /** Absent for the request itself. */
  from?: RemediationState;
  to: RemediationState;
  /** Entity ref, subject of a service, `policy:<id>` or `drift` for the plugin itself. */
  by: string;
  requestedBy: string;
  risk: Risk;
  /** Whole sentences for people. */
  message?: string;
  /** The remediation's page; absent when `app.baseUrl` is not configured. */
  url?: string;
  /** ISO 8601. */
  at: string;
}
