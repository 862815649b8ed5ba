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

/** Resources as Google's documentation of each API shows them. */
export const ORDERS: JsonObject = {
  kind: 'sql#instance',
  name: 'orders',
  project: 'acme-prod',
  region: 'europe-west1',
  state: 'RUNNABLE',
  instanceType: 'CLOUD_SQL_INSTANCE',
  databaseVersion: 'POSTGRES_15',
  databaseInstalledVersion: 'POSTGRES_15_4',
  replicaNames: ['orders-replica'],
  etag: 'abc',
  settings: {
    kind: 'sql#settings',
    settingsVersion: '42',
    tier: 'db-custom-2-7680',
    dataDiskSizeGb: '100',
    dataDiskType: 'PD_SSD',
    storageAutoResize: true,
    storageAutoResizeLimit: '500',
    availabilityType: 'REGIONAL',
    deletionProtectionEnabled: true,
    backupConfiguration: {
      enabled: true,
      pointInTimeRecoveryEnabled: true,
      backupRetentionSettings: { retainedBackups: 7, retentionUnit: 'COUNT' },
    },
    ipConfiguration: {
      ipv4Enabled: true,
      authorizedNetworks: [
        { kind: 'sql#aclEntry', name: 'office', value: '198.51.100.0/24' },
      ],
    },
    userLabels: { team: 'orders' },
  },
};

export const FILES: JsonObject = {
  kind: 'storage#bucket',
  id: 'acme-files',
  name: 'acme-files',
  projectNumber: '4711',
  location: 'EU',
  locationType: 'multi-region',
  storageClass: 'STANDARD',
  metageneration: '3',
  etag: 'CAM=',
  versioning: { enabled: true },
  iamConfiguration: {
    uniformBucketLevelAccess: { enabled: true },
    publicAccessPrevention: 'inherited',
  },
  lifecycle: {
    rule: [{ action: { type: 'Delete' }, condition: { age: 30 } }],
  },
  labels: { team: 'files', 'goog-terraform-provisioned': 'true' },
};

export const DATA_DISK: JsonObject = {
  kind: 'compute#disk',
  id: '1',
  name: 'data',
  sizeGb: '100',
  zone: 'https://www.googleapis.com/compute/v1/projects/acme-prod/zones/europe-west1-b',
  type: 'https://www.googleapis.com/compute/v1/projects/acme-prod/zones/europe-west1-b/diskTypes/hyperdisk-balanced',
  provisionedIops: '3000',
  provisionedThroughput: '140',
  status: 'READY',
  labelFingerprint: 'fp1',
  labels: { team: 'data' },
  diskEncryptionKey: {
    kmsKeyName:
      'projects/acme-prod/locations/europe-west1/keyRings/r/cryptoKeys/k/cryptoKeyVersions/3',
  },
};

export const SESSIONS: JsonObject = {
  name: 'projects/acme-prod/locations/europe-west1/instances/sessions',
  tier: 'STANDARD_HA',
  memorySizeGb: 5,
  redisVersion: 'REDIS_7_0',
  readReplicasMode: 'READ_REPLICAS_ENABLED',
  replicaCount: 2,
  connectMode: 'PRIVATE_SERVICE_ACCESS',
  labels: { team: 'web' },
  state: 'READY',
};
