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

import { JsonValue } from '@backstage/types';

/**
 * How one resource differs.
 *
 * - `drift`: changed outside; applying the code would revert it.
 * - `absorbed`: changed outside; applying the code would not touch it.
 * - `pending`: only the code differs (unapplied commit, taint, import, variable
 *   or provider change).
 * - `noise`: moves, reads, output-only, equal after normalisation.
 * - `expected`: a known controller or autoscaler did it within its bounds.
 *
 * Only `drift` alarms.
 *
 * @public
 */
export type FindingClass =
  | 'drift'
  | 'absorbed'
  | 'pending'
  | 'noise'
  | 'expected';

/**
 * What is different about the resource as a whole. Seen from the repair:
 * `create` means that applying desired would create it (it is missing in
 * reality) — except for an unmanaged object, see {@link Finding.unmanaged}.
 *
 * @public
 */
export type ResourceChange =
  | 'create'
  | 'update'
  | 'delete'
  | 'replace'
  | 'move'
  | 'import'
  | 'read'
  | 'forget'
  | 'unknown';

/**
 * How bad a finding is, least first.
 *
 * @public
 */
export type Severity = 'low' | 'medium' | 'high' | 'critical';

/**
 * The highest severity of the open drift findings of a target, else `none`.
 *
 * @public
 */
export type Risk = 'none' | Severity;

/**
 * One differing field of a resource. Values are absent where the field is
 * absent, and all three are absent where the field is sensitive.
 *
 * @public
 */
export interface FieldDifference {
  /** RFC 6901 JSON pointer below the resource, e.g. `/node_pool/0/node_count`. */
  path: string;
  /** A readable form of the path where the source has a better one, e.g. `containers[main].env[MODE]`. */
  label?: string;
  /** What Terraform state last knew. */
  recorded?: JsonValue;
  /** What really is. */
  actual?: JsonValue;
  /** What code or the platform wants. */
  desired?: JsonValue;
  /** The values are secret; they were dropped, only the fact of the difference is kept. */
  sensitive?: true;
  /** The desired value is known only after apply. */
  desiredUnknown?: true;
  /** A difference in this field forces the resource to be replaced. */
  forcesReplacement?: true;
  /** The last scan could not see it; the values are those that an earlier scan saw. */
  unseen?: true;
}

/**
 * A difference that was set aside before the verdict, and why. Shown under
 * "Why is this drift?".
 *
 * @public
 */
export interface NormalisedField {
  /** RFC 6901 JSON pointer below the resource. */
  path: string;
  /** Id of the normaliser, e.g. `empty-equals-null`. */
  normaliser: string;
  /** One sentence: why the two values are the same. */
  reason: string;
  /**
   * What an ignore rule muted. The values do differ, and applying the code would
   * change them, so whoever approves that has to see them.
   */
  muted?: FieldDifference;
}

/**
 * Who made the change, as far as there is evidence.
 *
 * @public
 */
export interface Attribution {
  /** Person, service account or field manager. */
  who: string;
  /** ISO 8601 timestamp. */
  when?: string;
  /** The tool or operation. */
  how?: string;
  /** Where this is known from, e.g. `managedFields` or `AWS CloudTrail`. */
  evidence: string;
  /**
   * How sure it is: `high` when the event names the resource and what differs,
   * `medium` when it names the resource, `low` when several events could be it.
   * Absent where the evidence speaks of the very field.
   */
  confidence?: 'high' | 'medium' | 'low';
  /** Page with the evidence, for people. */
  url?: string;
}

/**
 * One differing resource.
 *
 * @public
 */
export interface Finding {
  /** Address of the resource, unique within the target together with `deposed` and `class`. */
  address: string;
  resourceType: string;
  resourceName: string;
  /** Ids of the resource in its provider's words, as far as they are known: ARN, ARM id, self link, bare id. */
  resourceIds?: string[];
  /** Terraform module address, absent in the root module. */
  moduleAddress?: string;
  /** Key of a deposed object (Terraform's create-before-destroy left-over). */
  deposed?: string;
  /** Address before a `moved` block took effect. */
  previousAddress?: string;
  class: FindingClass;
  change: ResourceChange;
  severity: Severity;
  /** One sentence for people: the rule that decided class, in the context of this resource. */
  reason: string;
  /** Id of the classification rule that decided, stable across releases. */
  rule: string;
  /** Id of the severity rule that decided. */
  severityRule?: string;
  /** Hash of (address, change, field paths, actual values); free of order and noise. Lower-case hex. */
  fingerprint: string;
  fields: FieldDifference[];
  /** What was set aside as equal before this verdict. */
  normalised?: NormalisedField[];
  /** Address of the finding whose change made this one necessary. */
  cascadeOf?: string;
  /** An object that nobody desired. */
  unmanaged?: true;
  /** The last scan could see nothing of what it says; it is as an earlier scan saw it. */
  unseen?: true;
  attribution?: Attribution;
  /** The ignore rule that muted this finding; a muted finding never alarms but stays listed. */
  suppressedBy?: {
    ruleId: string;
    reason: string;
    /** Ids of further rules, each of which mutes a part or all of it. */
    alsoBy?: string[];
  };
  /** The acknowledgement by which a person accepted it; `suppressedBy` is set, too. */
  acknowledgement?: {
    id: string;
    by: string;
    reason: string;
    /** ISO 8601. */
    expiresAt: string;
  };
}

/**
 * Something that was not checked.
 *
 * @public
 */
export interface BlindSpot {
  /** What was not checked: an address, a path, a kind or a namespace. */
  scope: string;
  /** One sentence: why. */
  reason: string;
  /**
   * Address of the one resource that it is about, as findings have it. An open
   * finding about what was not seen stays open, though the report is complete.
   */
  address?: string;
  /**
   * JSON pointers below the resource that findings may have, with all that is below
   * them; the resource as a whole when absent. Never without `address`.
   */
  fields?: string[];
}

/**
 * Status of one scan's report. `error`: the observation failed, was partial or
 * contradicts itself, and says nothing good about the target.
 *
 * @public
 */
export type ReportStatus = 'clean' | 'drifted' | 'pending' | 'error';

/**
 * How strong the observation is. `plan-json`, `live-objects`: complete values;
 * `ui-stream`, `plan-text`: lower evidence, no or shortened values;
 * `recorded`: a canned example, not this system's reality.
 *
 * @public
 */
export type Evidence =
  | 'plan-json'
  | 'live-objects'
  | 'ui-stream'
  | 'plan-text'
  | 'recorded';

/**
 * The verdict over one target from one observation.
 *
 * @public
 */
export interface DriftReport {
  status: ReportStatus;
  risk: Risk;
  /** Number of distinct addresses with an unsuppressed drift finding. */
  driftedResources: number;
  /** Number of managed resource instances that the observation covers. */
  totalResources: number;
  findings: Finding[];
  blindSpots: BlindSpot[];
  /** Whole sentences for people. */
  warnings: string[];
  /** Why status is `error`, one sentence without secrets. */
  error?: string;
  /** False when the observation did not cover everything; such a report never resolves earlier findings. */
  complete: boolean;
  evidence: Evidence;
  /** What observed, e.g. `{ name: 'terraform', version: '1.11.4' }`. */
  tool?: { name: string; version?: string };
}
