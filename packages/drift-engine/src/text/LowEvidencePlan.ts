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

import type { JsonValue } from '@backstage/types';
import type { ResourceChange } from '@infra-hub/backstage-plugin-drift-common';

/**
 * One attribute line of a human plan.
 *
 * `before` and `after` are as printed: in `drift` entries they are recorded and
 * actual, in `changes` entries actual and desired. A sensitive field carries
 * neither.
 *
 * @public
 */
export interface LowEvidenceField {
  /**
   * RFC 6901 pointer below the resource. List positions are those of the printed
   * lines, which hide unchanged elements: unique within the entry, but not
   * necessarily the index in the real list.
   */
  path: string;
  /** Absent when the field did not exist before, or cannot be parsed. */
  before?: JsonValue;
  /** Absent when the field will not exist, is unknown, or cannot be parsed. */
  after?: JsonValue;
  /** Printed as "(known after apply)". */
  afterUnknown?: true;
  /** Printed as "(sensitive value)" or of a name that holds secrets. */
  sensitive?: true;
  /** Printed with "# forces replacement". */
  forcesReplacement?: true;
}

/**
 * One resource named by a human plan or a UI stream.
 *
 * @public
 */
export interface LowEvidenceEntry {
  address: string;
  resourceType: string;
  resourceName: string;
  moduleAddress?: string;
  previousAddress?: string;
  deposed?: string;
  action: ResourceChange;
  /** The tool's own reason, e.g. `tainted`, `cannot_update`, `delete_because_no_resource_config`. */
  actionReason?: string;
  /** Absent where the evidence names no attributes at all (the UI stream). */
  fields?: LowEvidenceField[];
}

/**
 * What a human plan text or a `plan -json` stream tells. It never proves the
 * absence of drift: both hide differences that do not lead to an action.
 *
 * @public
 */
export interface LowEvidencePlan {
  evidence: 'plan-text' | 'ui-stream';
  /** Changed outside: entries of the section "Objects have changed outside", or `resource_drift` events. */
  drift: LowEvidenceEntry[];
  /** Planned actions of managed resources; moves are entries with action `move`. */
  changes: LowEvidenceEntry[];
  /** Error diagnostics, one sentence each, with secret-looking values masked. */
  errors: string[];
  /** False when the end of the plan (summary or "No changes") was not seen, or an error was. */
  complete: boolean;
  toolName: 'terraform' | 'tofu';
  toolVersion?: string;
  /** The tool itself said "No changes". */
  noChanges: boolean;
  /** Output values change, and no resource does. */
  outputsOnly: boolean;
  /** The text says that this is a refresh-only plan. */
  refreshOnly: boolean;
  /** The tool itself warned that only some resources were planned (-target, -exclude). */
  partial?: true;
  /** Numbers of the tool's own summary line, for a check against the entries. */
  summary?: { add: number; change: number; destroy: number; import?: number };
  /** Whole sentences, e.g. about lines that could not be read. */
  warnings: string[];
}
