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

import { CloudKind } from '@infra-hub/drift-engine';
import { BUCKET } from './bucket';
import { DISK, REGION_DISK } from './disk';
import { GcpKind } from './GcpKind';
import { REDIS_INSTANCE } from './redisInstance';
import { SQL_INSTANCE } from './sqlInstance';

/** Everything on Google Cloud that is compared. */
export const GCP_KINDS: readonly GcpKind[] = [
  SQL_INSTANCE,
  REDIS_INSTANCE,
  BUCKET,
  DISK,
  REGION_DISK,
];

/**
 * The kinds of resources of Google Cloud that are compared, and how its APIs show
 * what.
 *
 * @public
 */
export const gcpKinds: readonly CloudKind[] = GCP_KINDS.map(({ kind }) => kind);

const BY_NAME = new Map(GCP_KINDS.map(each => [each.kind.kind, each]));

/**
 * @throws Error when it is no kind of Google Cloud
 */
export function gcpKindOf({ kind }: Pick<CloudKind, 'kind'>): GcpKind {
  const found = BY_NAME.get(kind);
  if (!found) {
    throw new Error(`Google Cloud has no kind ${kind} here`);
  }
  return found;
}
