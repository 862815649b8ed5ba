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

import { LoggerService } from '@backstage/backend-plugin-api';
import { Attribution } from '@infra-hub/backstage-plugin-drift-common';
import { ScanTarget } from '../source/DriftSource';

/**
 * A finding whose author is looked for.
 *
 * @public
 */
export interface AttributionQuery {
  target: ScanTarget & { source: string };
  /** Type of the resource, by its source, e.g. `aws_db_instance` or `database`. */
  resourceType: string;
  /** Address of the finding. */
  address: string;
  /** Ids of the resource in its provider's words: ARN, ARM id, self link, bare name. At least one. */
  resourceIds: readonly string[];
  /** Names of the fields that differ, as their source names them, without places in lists: `node_pool/node_count`. */
  fields: readonly string[];
  /** The change happened after this, e.g. the last clean scan; absent when that is not known. */
  after?: Date;
  /** The change happened before this: it was first seen then. */
  before: Date;
}

/**
 * What may be used to look for the author of a change.
 *
 * @public
 */
export interface AttributionContext {
  signal: AbortSignal;
  logger: LoggerService;
}

/**
 * What became of looking for the author. `not-found`: nothing in the log, which
 * may come later; `unavailable`: the log could not be read, one sentence why.
 *
 * @public
 */
export type AttributionAnswer =
  | { state: 'found'; attribution: Attribution }
  | { state: 'not-found' }
  | { state: 'unavailable'; reason: string };

/**
 * Knows who changed what from an audit log.
 *
 * @public
 */
export interface Attributor {
  /** Short id, e.g. `cloudtrail`. */
  readonly id: string;

  /** Whether the resource is one of its provider, by its ids and where it may be read. */
  concerns(query: AttributionQuery): boolean;

  /** Looks in the log for the last event that explains the change. */
  attribute(
    query: AttributionQuery,
    context: AttributionContext,
  ): Promise<AttributionAnswer>;
}
