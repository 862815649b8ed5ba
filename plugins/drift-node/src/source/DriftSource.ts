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
import { Entity } from '@backstage/catalog-model';
import { JsonObject } from '@backstage/types';
import {
  DesiredResource,
  DesiredState,
  SourceHealth,
} from '@infra-hub/backstage-plugin-drift-common';
import { Observation } from '@infra-hub/drift-engine';

/**
 * What a source says of a target that it can scan.
 *
 * @public
 */
export interface TargetDefinition {
  /** Module or tenant name, unique within source and client. 1 to 255 characters. */
  name: string;
  /** 1 to 100 characters. */
  client?: string;
  /** How the source finds it again; opaque to everybody else. Must not hold secrets. */
  location: JsonObject;
  /** Cron expression or ISO 8601 duration; the configured default when absent. */
  schedule?: string;
  /** Link to the code. */
  codeUrl?: string;
}

/**
 * A target as handed to {@link DriftSource.scan}.
 *
 * @public
 */
export interface ScanTarget extends TargetDefinition {
  /** `<source>:<client or ->/<name>` */
  id: string;
  /** Entities that the target belongs to. */
  entityRefs: string[];
}

/**
 * What a scan may use.
 *
 * @public
 */
export interface ScanContext {
  /** Aborted on shutdown, when the lease is lost, or when the scan takes too long. Everything started must end then. */
  signal: AbortSignal;
  logger: LoggerService;
  /** Empty private directory (mode 0700), removed after the scan. */
  workDir: string;
  /**
   * What the platform wants of the tenant whose target is scanned; rejects when
   * it cannot be read.
   */
  readDesiredState(): Promise<DesiredState>;
}

/**
 * What capturing a desired state may use.
 *
 * @public
 */
export type CaptureContext = Pick<ScanContext, 'signal' | 'logger'>;

/**
 * A kind of scanner. Implementations observe and classify; they never store,
 * rate or publish.
 *
 * @public
 */
export interface DriftSource {
  /** Short id, `[a-z][a-z0-9-]*`, the first part of every target id. */
  readonly id: string;

  /** Annotations that make an entity interesting to this source. */
  readonly entityAnnotations?: string[];

  /**
   * Types of resources of a tenant that the source compares with their desired
   * state, in lower case, such as `deployment`. Others are refused before they
   * are stored; anything is taken when absent.
   */
  readonly desiredResourceTypes?: readonly string[];

  /**
   * API groups of manifests of these types, such as `apps`; those of others with the
   * same kind are not the source's. Any when absent.
   */
  readonly desiredApiGroups?: readonly string[];

  /**
   * Checks a desired resource of one of {@link DriftSource.desiredResourceTypes}
   * before it is stored, where the type alone does not say whose it is. A scan is
   * given only what its source compares.
   *
   * @returns undefined when another source compares it; else what is wrong with
   *   it, one sentence each
   */
  checkDesiredResource?(
    resource: Pick<
      DesiredResource,
      'resourceType' | 'cluster' | 'namespace' | 'name' | 'spec'
    >,
  ): string[] | undefined;

  /**
   * Targets that an entity declares through {@link DriftSource.entityAnnotations}.
   * Throws `InputError` when the annotation is malformed.
   */
  targetsFromEntity?(entity: Entity): TargetDefinition[];

  /** Targets from configuration, with the entities that they belong to. */
  configuredTargets?(): (TargetDefinition & { entityRefs?: string[] })[];

  /** Whether the source can work here. Called at start and then every few minutes. */
  checkHealth?(): Promise<SourceHealth>;

  /**
   * Looks at the target once. A look that fails in an ordinary way (tool exits
   * with an error, document is truncated) returns an observation with `failure`;
   * only the unexpected is thrown. Neither ever holds a secret.
   */
  scan(target: ScanTarget, context: ScanContext): Promise<Observation>;

  /**
   * Reads what is there now as a desired state, for a tenant that takes its
   * present infrastructure as its baseline: whole objects as their owner would
   * write them, without status, server-set fields or values of secrets, and
   * without objects that a controller made. Sources without a notion of tenants
   * leave it out.
   *
   * @throws When not everything could be read: half a baseline is none.
   */
  captureDesiredState?(
    target: ScanTarget,
    context: CaptureContext,
  ): Promise<JsonObject[]>;
}
