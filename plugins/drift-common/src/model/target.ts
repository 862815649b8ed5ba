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

import { Evidence, Finding, Risk, BlindSpot } from './report';

/**
 * Current status of a target. `error`: the last scan failed, the last good
 * verdict and its age stay visible. `unknown`: never scanned.
 *
 * @public
 */
export type TargetStatus =
  | 'clean'
  | 'drifted'
  | 'pending'
  | 'error'
  | 'unknown';

/**
 * Why a scan ran.
 *
 * @public
 */
export type ScanTrigger = 'schedule' | 'manual' | 'ci' | 'verify';

/**
 * Where a scan is in its life. `completed` has a verdict (which may be that the
 * observation was bad, see {@link ScanSummary.status}); `failed` could not run;
 * `superseded` was overtaken by a newer scan and its result refused.
 *
 * @public
 */
export type ScanState =
  | 'queued'
  | 'running'
  | 'completed'
  | 'failed'
  | 'superseded';

/**
 * One observation of one target.
 *
 * @public
 */
export interface ScanSummary {
  id: string;
  targetId: string;
  trigger: ScanTrigger;
  state: ScanState;
  /** The verdict; absent while queued or running. */
  status?: Exclude<TargetStatus, 'unknown'>;
  risk?: Risk;
  driftedResources?: number;
  totalResources?: number;
  /** ISO 8601. */
  queuedAt: string;
  startedAt?: string;
  finishedAt?: string;
  /** One sentence, no secrets. */
  error?: string;
  warnings: string[];
  blindSpots: BlindSpot[];
  evidence?: Evidence;
  tool?: { name: string; version?: string };
  /** Entity ref of the user who asked, or the name of the service. */
  requestedBy?: string;
  /** Link to the CI run that observed. */
  runUrl?: string;
  /** Commit of the code that was observed. */
  commit?: string;
  /** Who or what started the CI run. */
  actor?: string;
}

/**
 * What is scanned, with its current state. Everything a dashboard row shows.
 *
 * @public
 */
export interface DriftTarget {
  /** `<source>:<client or ->/<name>` */
  id: string;
  /** Id of the source that scans it, e.g. `terraform`. */
  source: string;
  client?: string;
  /** Module or tenant name, unique within source and client. */
  name: string;
  /** Catalog entities that this target belongs to. */
  entityRefs: string[];
  /** Owner of the first entity, as an entity ref. */
  owner?: string;
  status: TargetStatus;
  /** The last good verdict is older than two intervals. */
  stale: boolean;
  risk: Risk;
  driftedResources: number;
  totalResources: number;
  /** One or two sentences. */
  summary: string;
  evidence?: Evidence;
  tool?: { name: string; version?: string };
  /** End of the last scan, good or bad. ISO 8601. */
  lastScanAt?: string;
  /** End of the last scan that gave a verdict other than `error`. ISO 8601. */
  lastGoodScanAt?: string;
  lastGoodStatus?: Exclude<TargetStatus, 'unknown' | 'error'>;
  /** When the current run of drift was first seen. ISO 8601. */
  driftedSince?: string;
  /** Why the last scan failed. */
  error?: string;
  warnings: string[];
  blindSpots: BlindSpot[];
  /** A scan that waits or runs now. */
  activeScan?: { id: string; state: 'queued' | 'running'; since: string };
  /** Cron expression or ISO 8601 duration. */
  schedule: string;
  nextScanAt?: string;
  /** Link to the code. */
  codeUrl?: string;
  /** Link to the CI run that observed. */
  runUrl?: string;
  /** True when only its pipeline observes it: it is never scanned from here, not even when asked. */
  pushed?: boolean;
}

/**
 * A finding with its place in time.
 *
 * @public
 */
export interface StoredFinding extends Finding {
  id: string;
  targetId: string;
  state: 'open' | 'resolved';
  /** ISO 8601. */
  firstSeenAt: string;
  lastSeenAt: string;
  resolvedAt?: string;
  /** How often the same fingerprint came back after it was resolved. */
  recurrences: number;
}
