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

/** Resources as the specification of each API shows them; nobody's own. */
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

/** A MySQL instance with hardly anything chosen, with all that the API adds. */
export const INVOICES: JsonObject = {
  kind: 'sql#instance',
  name: 'orders',
  project: 'acme-prod',
  region: 'europe-west1',
  gceZone: 'europe-west1-d',
  state: 'RUNNABLE',
  backendType: 'SECOND_GEN',
  instanceType: 'CLOUD_SQL_INSTANCE',
  databaseVersion: 'MYSQL_8_0',
  databaseInstalledVersion: 'MYSQL_8_0_37',
  maintenanceVersion: 'MYSQL_8_0_37.R20250531.01_02',
  availableMaintenanceVersions: ['MYSQL_8_0_37.R20250727.01_00'],
  upgradableDatabaseVersions: [
    { majorVersion: 'MYSQL_8_4', name: 'MYSQL_8_4', displayName: 'MySQL 8.4' },
  ],
  connectionName: 'acme-prod:europe-west1:orders',
  createTime: '2025-06-02T08:11:42.307Z',
  etag: '5d1f6ae3b7c9',
  selfLink:
    'https://sqladmin.googleapis.com/sql/v1/projects/acme-prod/instances/orders',
  serviceAccountEmailAddress:
    'p4711-x1y2z3@gcp-sa-cloud-sql.iam.gserviceaccount.com',
  sqlNetworkArchitecture: 'NEW_NETWORK_ARCHITECTURE',
  satisfiesPzi: true,
  geminiConfig: { entitled: false },
  ipAddresses: [
    { type: 'PRIMARY', ipAddress: '203.0.113.20' },
    { type: 'OUTGOING', ipAddress: '203.0.113.21' },
  ],
  serverCaCert: { kind: 'sql#sslCert', instance: 'orders', cert: 'PEM' },
  settings: {
    kind: 'sql#settings',
    settingsVersion: '7',
    edition: 'ENTERPRISE',
    tier: 'db-custom-1-3840',
    pricingPlan: 'PER_USE',
    activationPolicy: 'ALWAYS',
    availabilityType: 'ZONAL',
    replicationType: 'SYNCHRONOUS',
    connectorEnforcement: 'NOT_REQUIRED',
    dataDiskSizeGb: '10',
    dataDiskType: 'PD_SSD',
    storageAutoResize: true,
    storageAutoResizeLimit: '0',
    deletionProtectionEnabled: false,
    authorizedGaeApplications: [],
    backupConfiguration: {
      kind: 'sql#backupConfiguration',
      enabled: false,
      startTime: '13:00',
      backupTier: 'STANDARD',
      transactionLogRetentionDays: 7,
      backupRetentionSettings: { retainedBackups: 7, retentionUnit: 'COUNT' },
    },
    ipConfiguration: {
      ipv4Enabled: true,
      authorizedNetworks: [],
      requireSsl: false,
      sslMode: 'ALLOW_UNENCRYPTED_AND_ENCRYPTED',
      serverCaMode: 'GOOGLE_MANAGED_INTERNAL_CA',
    },
    locationPreference: {
      kind: 'sql#locationPreference',
      zone: 'europe-west1-d',
    },
    maintenanceWindow: { kind: 'sql#maintenanceWindow', day: 0, hour: 0 },
  },
};

/** A bucket of one region with hardly anything chosen. */
export const PLAIN_BUCKET: JsonObject = {
  kind: 'storage#bucket',
  id: 'acme-files',
  name: 'acme-files',
  selfLink: 'https://www.googleapis.com/storage/v1/b/acme-files',
  projectNumber: '4711',
  generation: '1748850702614532897',
  metageneration: '1',
  etag: 'CAE=',
  location: 'EUROPE-WEST1',
  locationType: 'region',
  storageClass: 'STANDARD',
  timeCreated: '2025-06-02T07:51:42.652Z',
  updated: '2025-06-02T07:51:42.652Z',
  softDeletePolicy: {
    retentionDurationSeconds: '604800',
    effectiveTime: '2025-06-02T07:51:42.652Z',
  },
  iamConfiguration: {
    bucketPolicyOnly: {
      enabled: true,
      lockedTime: '2025-08-31T07:51:42.652Z',
    },
    uniformBucketLevelAccess: {
      enabled: true,
      lockedTime: '2025-08-31T07:51:42.652Z',
    },
    publicAccessPrevention: 'inherited',
  },
};

/** The disk that a machine starts from. */
export const BOOT_DISK: JsonObject = {
  kind: 'compute#disk',
  id: '6114052748934501234',
  creationTimestamp: '2025-06-02T00:51:42.652-07:00',
  name: 'data',
  sizeGb: '20',
  zone: 'https://www.googleapis.com/compute/v1/projects/acme-prod/zones/europe-west1-b',
  status: 'READY',
  selfLink:
    'https://www.googleapis.com/compute/v1/projects/acme-prod/zones/europe-west1-b/disks/data',
  sourceImage:
    'https://www.googleapis.com/compute/v1/projects/debian-cloud/global/images/debian-12-bookworm-v20250513',
  sourceImageId: '7012345678901234567',
  type: 'https://www.googleapis.com/compute/v1/projects/acme-prod/zones/europe-west1-b/diskTypes/pd-balanced',
  licenses: [
    'https://www.googleapis.com/compute/v1/projects/debian-cloud/global/licenses/debian-12-bookworm',
  ],
  licenseCodes: ['2147286739765738111'],
  guestOsFeatures: [{ type: 'UEFI_COMPATIBLE' }, { type: 'GVNIC' }],
  lastAttachTimestamp: '2025-06-02T00:51:43.001-07:00',
  users: [
    'https://www.googleapis.com/compute/v1/projects/acme-prod/zones/europe-west1-b/instances/web',
  ],
  labelFingerprint: '42WmSpB8rSM=',
  physicalBlockSizeBytes: '4096',
  architecture: 'X86_64',
  enableConfidentialCompute: false,
  satisfiesPzi: true,
};
