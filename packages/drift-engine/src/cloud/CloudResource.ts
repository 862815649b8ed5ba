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

import type { JsonObject, JsonValue } from '@backstage/types';
import type {
  Attribution,
  BlindSpot,
} from '@infra-hub/backstage-plugin-drift-common';

/**
 * What a database is, in words that hold for every provider. What a provider has
 * beside them stands in {@link DesiredCloudResource.providerProperties}. A
 * property that is absent is not wanted in any particular way.
 *
 * @public
 */
export interface DatabaseProperties {
  /** Engine by its usual name in lower case, e.g. `postgres`, `mysql`, `sqlserver`, `dynamodb`. */
  engine?: string;
  /** As far as it is wanted: `15` is met by `15.4`. */
  version?: string;
  /** Instance class, SKU or tier by the provider's name, e.g. `db.t4g.medium`. */
  size?: string;
  /** Allocated storage, in GiB. With `storageMaxGiB`, anything from here to there is wanted. */
  storageGiB?: number;
  /** Up to what the storage may grow by itself, in GiB. */
  storageMaxGiB?: number;
  /** Storage type by the provider's name, e.g. `gp3`. */
  storageType?: string;
  /** Number of copies that can be read from, beside the primary. */
  replicas?: number;
  /** A standby in another zone takes over by itself. */
  highAvailability?: boolean;
  /** Days that backups are kept; 0 for no backups. */
  backupRetentionDays?: number;
  encryption?: CloudEncryption;
  /** Reachable from the internet. */
  publicAccess?: boolean;
  deletionProtection?: boolean;
}

/**
 * The same for what only stores: buckets, storage accounts, disks, file systems.
 *
 * @public
 */
export interface StorageProperties {
  /** In GiB; absent for what grows with its content. */
  capacityGiB?: number;
  /** Performance tier or type by the provider's name, e.g. `gp3`, `Standard_LRS`, `STANDARD`. */
  tier?: string;
  /** How copies are kept, e.g. `LRS`, `GRS`, `regional`, `multi-region`. */
  redundancy?: string;
  /** Old versions of objects are kept. */
  versioning?: boolean;
  encryption?: CloudEncryption;
  /** Readable by anybody on the internet. */
  publicAccess?: boolean;
  /** Provisioned throughput, in MiB per second. */
  throughputMiBps?: number;
  /** Provisioned operations per second. */
  iops?: number;
  /** Rules by which objects move or go, in the provider's own words; the order counts for nothing. */
  lifecycle?: JsonObject[];
}

/** @public */
export interface CloudEncryption {
  enabled?: boolean;
  /** Id of the customer's key; absent for the provider's own. */
  keyId?: string;
}

/**
 * A resource of a cloud provider as a platform wants it: the `spec` of a desired
 * state of type `database` or `storage`.
 *
 * @public
 */
export interface DesiredCloudResource {
  resourceType: 'database' | 'storage';
  /** Name for people. */
  name: string;
  provider: string;
  /** Account, subscription or project. */
  account?: string;
  region?: string;
  /** The provider's own type, e.g. `AWS::RDS::DBInstance` or `Microsoft.Storage/storageAccounts`. */
  kind: string;
  /** The provider's id of the resource. */
  id: string;
  properties: DatabaseProperties | StorageProperties;
  /** In the provider's own words, compared as far as they are given. */
  providerProperties?: JsonObject;
}

/**
 * The same resource as the provider's API shows it.
 *
 * @public
 */
export interface LiveCloudResource extends Omit<DesiredCloudResource, 'name'> {
  name?: string;
  /** JSON pointers below `providerProperties` that the provider computes or changes by itself. */
  computed?: readonly string[];
  /** JSON pointers below `properties` or `providerProperties` that the API never tells. */
  writeOnly?: readonly string[];
  /** Neutral properties that the table of its kind does not have, e.g. `encryption/keyId`. */
  untold?: readonly string[];
  /**
   * What could not be told this time, and why, one sentence each: neutral properties by
   * their names, others by JSON pointers below `providerProperties`.
   */
  untoldBecause?: Readonly<Record<string, string>>;
  /** What the provider uses where nothing is said, by JSON pointer below `providerProperties`. */
  defaults?: Readonly<Record<string, JsonValue>>;
  /** JSON pointers below `providerProperties` of texts in which letter case counts for nothing. */
  caseless?: readonly string[];
  /** A tool that looks after it, such as a stack. */
  managedBy?: { tool: string; id?: string };
  attribution?: Attribution;
}

/**
 * What is compared, and what is known of the look. Both sides call accounts by the
 * same names. A resource belongs to a desired one when provider, kind and id are the
 * same and neither account nor region, where both sides tell them, is another.
 *
 * @public
 */
export interface CompareCloudOptions {
  desired: readonly DesiredCloudResource[];
  live: readonly LiveCloudResource[];
  /** Resources that could not be read: they are never taken for gone. */
  unseen?: readonly (Pick<DesiredCloudResource, 'provider' | 'kind' | 'id'> &
    Partial<Pick<DesiredCloudResource, 'account' | 'region'>>)[];
  /**
   * Desired rows that do not say for sure which resource they are about, with one
   * sentence each why. Nothing counts as unmanaged that may be theirs.
   */
  unread?: readonly {
    resourceType: string;
    name: string;
    id?: string;
    problems: readonly string[];
  }[];
  /** Kinds that were listed as a whole: others of them that nobody desired are unmanaged. */
  listed?: readonly { provider: string; kind: string; account?: string }[];
  blindSpots?: readonly BlindSpot[];
  /** Why the look is worth nothing as a whole: one sentence each. */
  failures?: readonly string[];
  tool?: { name: string; version?: string };
}
