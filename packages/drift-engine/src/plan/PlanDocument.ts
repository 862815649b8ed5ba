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
 * One entry of `resource_drift` or `resource_changes`, as written in the plan:
 * values are still unredacted here and must not leave the engine.
 *
 * Numbers outside the safe integer range, and numbers whose text would change in
 * a round trip through a double, are {@link RawNumber}s so that differences in
 * the last digit stay visible.
 *
 * Source: terraform internal/command/jsonplan/resource.go.
 *
 * @public
 */
export interface PlanResourceEntry {
  address: string;
  /** Absent in the root module. */
  moduleAddress?: string;
  previousAddress?: string;
  mode: 'managed' | 'data' | 'ephemeral' | string;
  type: string;
  name: string;
  index?: string | number;
  providerName?: string;
  deposed?: string;
  actionReason?: string;
  actions: string[];
  before?: PlanValue;
  after?: PlanValue;
  afterUnknown?: PlanValue;
  beforeSensitive?: PlanValue;
  afterSensitive?: PlanValue;
  replacePaths?: (string | number)[][];
  importing?: boolean;
}

/**
 * A JSON number kept as its text.
 *
 * @public
 */
export class RawNumber {
  constructor(readonly text: string) {}
  toJSON(): string {
    return this.text;
  }
}

/**
 * JSON with exact numbers. No object answers to a key of the document that it
 * does not have itself: where a key of the plan is called like something that
 * ordinary objects inherit (`constructor`, `__proto__`), all objects of the plan
 * have a null prototype.
 *
 * @public
 */
export type PlanValue =
  | null
  | boolean
  | number
  | string
  | RawNumber
  | PlanValue[]
  | { [key: string]: PlanValue };

/**
 * What the engine keeps of a plan. Memory is proportional to the number of
 * entries that differ plus a small constant per managed address, never to the
 * size of the document.
 *
 * @public
 */
export interface PlanDocument {
  formatVersion: string;
  /** `terraform_version`; OpenTofu writes the same key. */
  toolVersion?: string;
  /** `tofu` when provider addresses name the OpenTofu registry, else `terraform`. */
  toolName: 'terraform' | 'tofu';
  /** Entries of `resource_drift` of managed mode. */
  drift: PlanResourceEntry[];
  /**
   * Entries of `resource_changes` that matter: every entry whose actions are not
   * exactly `no-op`, that moved or is imported, or whose address + deposed key is
   * in `drift` — also when its actions are `no-op`.
   */
  changes: PlanResourceEntry[];
  /** False for a refresh-only plan: the key `resource_changes` is absent. */
  hasResourceChanges: boolean;
  /** Distinct managed instances in recorded state and configuration; a moved one once, deposed objects not counted. */
  totalResources: number;
  /** Names of outputs whose actions are not `no-op`. Values are never kept. */
  changedOutputs: string[];
  /** Number of entries in `action_invocations`. */
  actionInvocations: number;
  deferredChanges: { address: string; reason: string }[];
  /** `relevant_attributes` as strings `address` + JSON pointer. */
  relevantAttributes: { resource: string; pointer: string }[];
  failedChecks: { address: string; status: string }[];
  /** Number of `read` entries of data sources in `resource_changes`; the entries themselves are not kept. */
  dataReads?: number;
  /** When the plan was made, as written in it. */
  timestamp?: string;
  complete?: boolean;
  errored?: boolean;
  applyable?: boolean;
  /**
   * For every drifted or changed resource (address without instance keys, e.g.
   * `module.a.aws_x.y`): the attribute paths its configuration sets, as JSON
   * pointers of names (blocks without index). Absent when the plan holds no
   * configuration for it.
   */
  configuredPaths: Map<string, Set<string>>;
  /**
   * Which expressions name which other objects, strings exactly as in
   * `configuration`. Keys: `module.a.aws_x.y` (no instance keys), with pointers as
   * in {@link PlanDocument.configuredPaths}; `module.a.var` with `/name`, references
   * as seen from the calling module; `module.a.output` with `/name`.
   */
  references?: Map<string, Map<string, string[]>>;
  /** Whole sentences, e.g. about keys that were ignored. */
  warnings: string[];
}

/**
 * A type used by tests and by code that has no exact numbers.
 *
 * @public
 */
export type PlainValue = JsonValue;
