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

/**
 * One resource as a tenant's platform wants it.
 *
 * @public
 */
export interface DesiredResource {
  tenantId: string;
  /** Kind in lower case, e.g. `deployment`, `configmap`, `database`. */
  resourceType: string;
  /** Cluster or account by its configured name; absent when the tenant has only one. */
  cluster?: string;
  namespace?: string;
  name: string;
  /**
   * The whole desired object, e.g. a Kubernetes manifest with `apiVersion` and
   * `kind`. Of a secret only type and key names, every value is `""`.
   */
  spec: JsonObject;
  /** Grows by one with every change of this resource, from 1. */
  revision: number;
  updatedAt: string;
  /** Entity ref or subject of who wrote it. */
  updatedBy?: string;
  /** `api`, `manifest` (the entity's source location) or `capture`. */
  origin: 'api' | 'manifest' | 'capture';
}

/**
 * The desired state of a tenant.
 *
 * @public
 */
export interface DesiredState {
  tenantId: string;
  /** Grows with every change; send it back as `If-Match` or `expectedRevision`. 0 when nothing was ever written. */
  revision: number;
  resources: DesiredResource[];
}

/**
 * Why a part of a desired state was refused or changed.
 *
 * @public
 */
export interface DesiredStateProblem {
  /** Position of the YAML document or list element, from 1. */
  document: number;
  /** Line in the text, from 1, where known. */
  line?: number;
  /** `error`: nothing was stored; `notice`: e.g. values of a secret were dropped. */
  level: 'error' | 'notice';
  /** One sentence without secrets. */
  message: string;
}

/**
 * What writing a desired state changes, or would change.
 *
 * @public
 */
export interface DesiredStateChange {
  tenantId: string;
  /** Revision after the change; the present one for a dry run. */
  revision: number;
  dryRun: boolean;
  added: string[];
  changed: string[];
  removed: string[];
  unchanged: number;
  notices: DesiredStateProblem[];
}

/**
 * Stands in a desired state for a value that looked like a credential and was
 * not kept. Whoever compares takes it for any value: the field has to be there,
 * and neither value is shown.
 *
 * @public
 */
export const SENSITIVE_DESIRED_VALUE = '(sensitive value, not kept)';

/**
 * One change of the desired state of a tenant.
 *
 * @public
 */
export interface DesiredStateRevision {
  revision: number;
  /** ISO 8601. */
  at: string;
  /** Entity ref or subject of who wrote it. */
  by?: string;
  origin: DesiredResource['origin'];
  /** Revision of the manifests, such as a commit, where known. */
  sourceRevision?: string;
  /** Resources as in {@link DesiredStateChange}. */
  added: string[];
  changed: string[];
  removed: string[];
}

/**
 * Answer of `GET …/desired-state/revisions`, newest first.
 *
 * @public
 */
export interface DesiredStateRevisionsPage {
  items: DesiredStateRevision[];
  totalItems: number;
}
