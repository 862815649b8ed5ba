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

import type {
  Attribution,
  BlindSpot,
  Evidence,
  FieldDifference,
  FindingClass,
  NormalisedField,
  ResourceChange,
} from '@infra-hub/backstage-plugin-drift-common';

/**
 * One differing resource as a source saw it: classified and free of secrets,
 * but not yet rated, muted or fingerprinted.
 *
 * @public
 */
export interface ResourceDifference {
  address: string;
  resourceType: string;
  resourceName: string;
  moduleAddress?: string;
  deposed?: string;
  previousAddress?: string;
  change: ResourceChange;
  class: FindingClass;
  /** Id of the classification rule that decided. */
  rule: string;
  /** One sentence: the rule in the context of this resource. */
  reason: string;
  fields: FieldDifference[];
  normalised?: NormalisedField[];
  cascadeOf?: string;
  unmanaged?: true;
  /** Nothing of it was seen; it is as an earlier look saw it. */
  unseen?: true;
  attribution?: Attribution;
  /** Ids of the resource in its provider's words: ARN, ARM id, self link, bare id. Never sensitive values. */
  resourceIds?: string[];
}

/**
 * What one look at one target showed. The only input of
 * {@link assess}, whatever the source.
 *
 * @public
 */
export interface Observation {
  differences: ResourceDifference[];
  /** Number of managed resource instances covered. */
  totalResources: number;
  /** False: can add findings, can never resolve any. */
  complete: boolean;
  /**
   * Why this look says nothing good about the target (failed tool, truncated or
   * contradictory document): one sentence without secrets. The report's status
   * is then `error`, whatever the differences say.
   */
  failure?: string;
  blindSpots: BlindSpot[];
  /** Whole sentences for people. */
  warnings: string[];
  evidence: Evidence;
  tool?: { name: string; version?: string };
}
