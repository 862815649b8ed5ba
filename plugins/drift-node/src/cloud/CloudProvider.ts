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
import { Config } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { SourceHealth } from '@infra-hub/backstage-plugin-drift-common';
import { CloudFieldWrite, CloudKind } from '@infra-hub/drift-engine';

/**
 * An account, subscription or project that may be looked at.
 *
 * @public
 */
export interface CloudAccount {
  /** Name by which tenants and desired state refer to it. */
  name: string;
  /** The provider's id of it. Desired state may refer to it by this, too. */
  id: string;
  /** Regions that may be looked at; any when empty. The first one is the default. */
  regions: readonly string[];
  /** Requests under way at once. */
  concurrency: number;
  /** Requests begun per second at most. */
  requestsPerSecond: number;
  /** Its part of the configuration, for what only the provider understands. */
  config: Config;
}

/**
 * Where a resource is.
 *
 * @public
 */
export interface CloudPlace {
  account: CloudAccount;
  region?: string;
}

/**
 * What is listed.
 *
 * @public
 */
export interface CloudRange extends CloudPlace {
  kind: CloudKind;
  /**
   * Whether a resource with this id is to be told of; all when absent. Others are
   * neither read nor named in reasons: they may be of another tenant.
   */
  isWanted?(id: string): boolean;
}

/**
 * Which resource is meant.
 *
 * @public
 */
export interface CloudRef extends CloudPlace {
  kind: CloudKind;
  /** The provider's id of it. */
  id: string;
}

/**
 * A resource as the API of the provider shows it.
 *
 * @public
 */
export interface CloudDocument {
  kind: CloudKind;
  id: string;
  /** For people. */
  name?: string;
  region?: string;
  /** In the provider's words. Must not hold secrets beside those that `kind.writeOnly` names. */
  document: JsonObject;
  /** Changes with every change of the resource, where the provider has such a thing. */
  version?: string;
  /**
   * What could not be told this time, and why: one sentence each for people, without
   * secrets, e.g. which permission is missing. Neutral properties by their names,
   * others by JSON pointers of the document.
   */
  untoldBecause?: Readonly<Record<string, string>>;
  /** A tool that says it looks after it: a CloudFormation stack, a Deployment Manager, labels of Terraform. */
  managedBy?: { tool: string; id?: string };
}

/**
 * What became of reading one resource. `absent` only when the provider said for
 * sure that it does not exist, of an account and region that exist and may be
 * read; everything else is `unseen`.
 *
 * @public
 */
export type CloudReading =
  | ({ state: 'found' } & CloudDocument)
  | { state: 'absent' }
  | {
      state: 'unseen';
      /** One sentence for people, without secrets. */
      reason: string;
    };

/**
 * What became of listing the resources of one kind. Not `complete` when anything
 * was missed, e.g. a page that failed.
 *
 * @public
 */
export interface CloudListing {
  documents: CloudDocument[];
  complete: boolean;
  /** Why it is not complete: one sentence each. */
  reasons: string[];
}

/**
 * What may be used to talk to a provider.
 *
 * @public
 */
export interface CloudContext {
  signal: AbortSignal;
  logger: LoggerService;
  /**
   * Waits until the account may be asked once more. Every request, each retry and
   * each page included, begins with it.
   */
  turn(): Promise<void>;
}

/**
 * What may be used to change something.
 *
 * @public
 */
export interface CloudWriteContext extends CloudContext {
  /**
   * Asks whether it may still be written. To be called before the first request that
   * changes something, where others come before it. When it rejects, nothing is sent.
   */
  mayWrite(): Promise<void>;
  /** Adds a line to the live log that people see. Never with secrets. */
  log(text: string): void;
}

/**
 * What became of a change of one resource.
 *
 * @public
 */
export type CloudUpdate =
  /** The provider says that it is done. */
  | { state: 'done' }
  /** The resource is no longer as it was looked at; nothing was changed. */
  | { state: 'superseded' }
  /** Refused or failed; `sent` false when surely nothing was changed. */
  | { state: 'failed'; message: string; sent: boolean }
  /** It was begun, and how it ended is not known. */
  | { state: 'unknown'; message: string };

/**
 * The account as a whole cannot be used: no credentials, not the account that it
 * is said to be, not reachable. A sentence for people, without secrets.
 *
 * @public
 */
export class CloudFailure extends Error {
  name = 'CloudFailure';
}

/**
 * A cloud. Reads and changes single resources; knows nothing of tenants, desired
 * state and findings. {@link createCloudSource} and {@link createCloudRemediator}
 * make the rest of it.
 *
 * @public
 */
export interface CloudProvider {
  /** Id of the source, the `provider` of desired resources, and the key of the configuration below `drift`. */
  readonly id: string;
  /** For people, e.g. `AWS`. */
  readonly title: string;
  /** How its accounts are called, e.g. `subscription`. */
  readonly accountNoun: string;
  readonly kinds: readonly CloudKind[];
  /** Annotation of entities that names accounts. */
  readonly accountsAnnotation: string;
  /** False where ids say all, or resources have no region. */
  readonly hasRegions: boolean;

  /**
   * Whether an id looks like one of that kind: one sentence when not. Called
   * before a desired resource is stored.
   */
  checkId?(kind: CloudKind, id: string): string | undefined;

  /**
   * The one form of an id by which {@link CloudProvider.list} names resources,
   * where people may write it in several ways. Ids with the same form are the same
   * resource. Absent where ids have only one form.
   */
  canonicalId?(ref: CloudRef): string;

  /** Whether the account can be reached with the credentials there are. */
  checkAccount(
    account: CloudAccount,
    context: CloudContext,
  ): Promise<Pick<SourceHealth, 'ok' | 'message'>>;

  /**
   * @throws CloudFailure when the account as a whole cannot be used
   */
  read(ref: CloudRef, context: CloudContext): Promise<CloudReading>;

  /**
   * All resources of one kind in a place, as far as they are wanted.
   *
   * @throws CloudFailure when the account as a whole cannot be used
   */
  list(range: CloudRange, context: CloudContext): Promise<CloudListing>;

  /**
   * Changes a resource that still is as it was looked at, and waits for the end of
   * it. Never throws once something may have been changed.
   *
   * @param looked - The look that the change was approved for.
   * @param writes - Never empty. Pointers of the provider's document.
   */
  update(
    ref: CloudRef,
    looked: CloudDocument,
    writes: readonly CloudFieldWrite[],
    context: CloudWriteContext,
  ): Promise<CloudUpdate>;

  /** Page of the resource in the provider's console. */
  consoleUrl?(ref: CloudRef): string | undefined;
}
