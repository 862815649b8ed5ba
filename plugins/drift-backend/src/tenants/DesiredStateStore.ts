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
  DesiredResource,
  DesiredState,
  DesiredStateChange,
  DesiredStateRevisionsPage,
} from '@infra-hub/backstage-plugin-drift-common';
import { ScanTarget } from '@infra-hub/backstage-plugin-drift-node';

/** What names a resource within its tenant. */
export interface DesiredResourceKey {
  /** In lower case. */
  resourceType: string;
  cluster?: string;
  namespace?: string;
  name: string;
}

/** A resource to be stored, checked and free of secrets. */
export interface NewDesiredResource extends DesiredResourceKey {
  spec: JsonObject;
}

/** A change of a desired state. */
export interface DesiredStateEdit {
  tenantId: string;
  put: NewDesiredResource[];
  /** Which resources go: all that are not put, or certain ones. */
  remove: 'others' | DesiredResourceKey[];
  origin: DesiredResource['origin'];
  by?: string;
  /** Revision of the manifests, for people. */
  sourceRevision?: string;
  /** Remembered to tell manifests that have not changed. */
  sourceState?: string;
  /** Refused when the desired state has another one. */
  expectedRevision?: number;
  /** Nothing is written. */
  dryRun?: boolean;
  now: Date;
}

/** Somebody else has changed the desired state. */
export class RevisionConflict extends Error {
  readonly current: number;

  constructor(options: {
    tenantId: string;
    expected: number;
    current: number;
  }) {
    const { tenantId, expected, current } = options;
    super(
      `The desired state of tenant '${tenantId}' has revision ${current}, not ${expected}; read it again and repeat the change`,
    );
    this.name = 'RevisionConflict';
    this.current = current;
  }
}

/** Keeps what the platforms of tenants want. */
export interface DesiredStateStore {
  /** An empty one with revision 0 when nothing was ever written. */
  read(options: { tenantId: string }): Promise<DesiredState>;
  /**
   * One transaction; an edit that changes nothing makes no revision.
   *
   * @throws RevisionConflict
   */
  edit(options: DesiredStateEdit): Promise<Omit<DesiredStateChange, 'notices'>>;
  /** Newest first; only the last hundred are kept. */
  listRevisions(options: {
    tenantId: string;
    limit: number;
    offset: number;
  }): Promise<DesiredStateRevisionsPage>;
  /** State of the manifests that were last taken over. */
  readSourceState(options: { tenantId: string }): Promise<string | undefined>;
  /** Forgets the manifests, because there are none any more. */
  forgetSourceState(options: { tenantId: string }): Promise<void>;
  /** The targets of that name that are declared now, by id. */
  findTargets(options: {
    tenantId: string;
    sources: readonly string[];
  }): Promise<(ScanTarget & { source: string })[]>;
}

/** How a change names a resource: `deployment/shop/api`, with `@cluster` where one is said. */
export function describeKey(key: DesiredResourceKey): string {
  const { resourceType, namespace, name, cluster } = key;
  const path = [resourceType, ...(namespace ? [namespace] : []), name];
  return `${path.join('/')}${cluster ? `@${cluster}` : ''}`;
}
