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
import { ArmServer, SUBSCRIPTION } from './ArmServer';

const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/shop-prod`;

export const IDS = {
  sqlServer: `${GROUP}/providers/Microsoft.Sql/servers/shop`,
  sqlDatabase: `${GROUP}/providers/Microsoft.Sql/servers/shop/databases/orders`,
  postgresql: `${GROUP}/providers/Microsoft.DBforPostgreSQL/flexibleServers/shop-pg`,
  mysql: `${GROUP}/providers/Microsoft.DBforMySQL/flexibleServers/shop-mysql`,
  cosmos: `${GROUP}/providers/Microsoft.DocumentDB/databaseAccounts/shop-cosmos`,
  storage: `${GROUP}/providers/Microsoft.Storage/storageAccounts/shopfiles`,
  disk: `${GROUP}/providers/Microsoft.Compute/disks/shop-data`,
} as const;

const systemData = { lastModifiedAt: '2026-11-01T08:00:00Z' };

/** What Azure answers, shortened; shapes are those of the examples of its specifications. */
export const DOCUMENTS: Readonly<Record<string, JsonObject>> = {
  [IDS.sqlServer]: {
    name: 'shop',
    type: 'Microsoft.Sql/servers',
    location: 'westeurope',
    kind: 'v12.0',
    properties: {
      administratorLogin: 'shopadmin',
      version: '12.0',
      state: 'Ready',
      fullyQualifiedDomainName: 'shop.database.windows.net',
      privateEndpointConnections: [],
      minimalTlsVersion: '1.2',
      publicNetworkAccess: 'Enabled',
      restrictOutboundNetworkAccess: 'Disabled',
    },
  },
  [`${IDS.sqlServer}/firewallRules`]: {
    value: [
      {
        id: `${IDS.sqlServer}/firewallRules/AllowAllWindowsAzureIps`,
        name: 'AllowAllWindowsAzureIps',
        type: 'Microsoft.Sql/servers/firewallRules',
        properties: { startIpAddress: '0.0.0.0', endIpAddress: '0.0.0.0' },
      },
    ],
  },
  [IDS.sqlDatabase]: {
    name: 'orders',
    type: 'Microsoft.Sql/servers/databases',
    location: 'westeurope',
    kind: 'v12.0,user,vcore',
    sku: {
      name: 'GP_Gen5',
      tier: 'GeneralPurpose',
      family: 'Gen5',
      capacity: 2,
    },
    properties: {
      collation: 'SQL_Latin1_General_CP1_CI_AS',
      maxSizeBytes: 34359738368,
      status: 'Online',
      databaseId: '6c764297-577b-470f-9af4-96d3d41e2ba3',
      currentServiceObjectiveName: 'GP_Gen5_2',
      requestedServiceObjectiveName: 'GP_Gen5_2',
      zoneRedundant: false,
      readScale: 'Disabled',
      earliestRestoreDate: '2026-11-15T00:00:00Z',
    },
  },
  [`${IDS.sqlDatabase}/backupShortTermRetentionPolicies/default`]: {
    name: 'default',
    type: 'Microsoft.Sql/servers/databases/backupShortTermRetentionPolicies',
    properties: { retentionDays: 7, diffBackupIntervalInHours: 12 },
  },
  [`${IDS.sqlDatabase}/transparentDataEncryption/current`]: {
    name: 'current',
    type: 'Microsoft.Sql/servers/databases/transparentDataEncryption',
    properties: { state: 'Enabled' },
  },
  [IDS.postgresql]: {
    name: 'shop-pg',
    type: 'Microsoft.DBforPostgreSQL/flexibleServers',
    location: 'West Europe',
    tags: { team: 'shop' },
    systemData,
    sku: { name: 'Standard_D4ds_v5', tier: 'GeneralPurpose' },
    properties: {
      version: '16',
      minorVersion: '4',
      state: 'Ready',
      fullyQualifiedDomainName: 'shop-pg.postgres.database.azure.com',
      administratorLogin: 'shopadmin',
      availabilityZone: '1',
      replicationRole: 'Primary',
      replicaCapacity: 5,
      storage: {
        storageSizeGB: 128,
        autoGrow: 'Enabled',
        tier: 'P10',
        iops: 500,
        type: '',
      },
      backup: {
        backupRetentionDays: 14,
        geoRedundantBackup: 'Disabled',
        earliestRestoreDate: '2026-11-10T00:00:00Z',
      },
      network: { publicNetworkAccess: 'Disabled' },
      highAvailability: {
        mode: 'ZoneRedundant',
        state: 'Healthy',
        standbyAvailabilityZone: '2',
      },
      dataEncryption: { type: 'SystemManaged' },
    },
  },
  [`${IDS.postgresql}/replicas`]: {
    value: [
      { id: `${IDS.postgresql}-replica`, properties: { state: 'Ready' } },
    ],
  },
  [`${IDS.postgresql}/firewallRules`]: { value: [] },
  [IDS.mysql]: {
    name: 'shop-mysql',
    type: 'Microsoft.DBforMySQL/flexibleServers',
    location: 'westeurope',
    sku: { name: 'Standard_B1ms', tier: 'Burstable' },
    properties: {
      version: '8.0.21',
      state: 'Ready',
      storage: {
        storageSizeGB: 32,
        iops: 396,
        autoGrow: 'Enabled',
        storageSku: 'Premium_LRS',
      },
      backup: { backupRetentionDays: 7, geoRedundantBackup: 'Disabled' },
      network: { publicNetworkAccess: 'Enabled' },
      highAvailability: { mode: 'Disabled', state: 'NotEnabled' },
    },
  },
  [`${IDS.mysql}/replicas`]: { value: [] },
  [`${IDS.mysql}/firewallRules`]: {
    value: [
      {
        id: `${IDS.mysql}/firewallRules/office`,
        name: 'office',
        type: 'Microsoft.DBforMySQL/flexibleServers/firewallRules',
        properties: {
          startIpAddress: '203.0.113.0',
          endIpAddress: '203.0.113.255',
        },
      },
    ],
  },
  [IDS.cosmos]: {
    name: 'shop-cosmos',
    type: 'Microsoft.DocumentDB/databaseAccounts',
    location: 'West Europe',
    kind: 'MongoDB',
    properties: {
      provisioningState: 'Succeeded',
      documentEndpoint: 'https://shop-cosmos.documents.azure.com:443/',
      publicNetworkAccess: 'Enabled',
      enableAutomaticFailover: true,
      apiProperties: { serverVersion: '6.0' },
      capabilities: [{ name: 'EnableMongo' }],
      databaseAccountOfferType: 'Standard',
      consistencyPolicy: {
        defaultConsistencyLevel: 'Session',
        maxIntervalInSeconds: 5,
        maxStalenessPrefix: 100,
      },
      locations: [
        {
          id: 'shop-cosmos-westeurope',
          locationName: 'West Europe',
          documentEndpoint:
            'https://shop-cosmos-westeurope.documents.azure.com:443/',
          provisioningState: 'Succeeded',
          failoverPriority: 0,
          isZoneRedundant: false,
        },
        {
          id: 'shop-cosmos-northeurope',
          locationName: 'North Europe',
          documentEndpoint:
            'https://shop-cosmos-northeurope.documents.azure.com:443/',
          provisioningState: 'Succeeded',
          failoverPriority: 1,
          isZoneRedundant: false,
        },
      ],
      backupPolicy: {
        type: 'Periodic',
        periodicModeProperties: {
          backupIntervalInMinutes: 240,
          backupRetentionIntervalInHours: 192,
          backupStorageRedundancy: 'Geo',
        },
      },
    },
  },
  [IDS.storage]: {
    name: 'shopfiles',
    type: 'Microsoft.Storage/storageAccounts',
    location: 'westeurope',
    kind: 'StorageV2',
    sku: { name: 'Standard_GRS', tier: 'Standard' },
    tags: {},
    properties: {
      provisioningState: 'Succeeded',
      creationTime: '2026-01-01T00:00:00Z',
      accessTier: 'Hot',
      allowBlobPublicAccess: false,
      minimumTlsVersion: 'TLS1_2',
      supportsHttpsTrafficOnly: true,
      encryption: {
        keySource: 'Microsoft.Storage',
        services: {
          blob: {
            enabled: true,
            keyType: 'Account',
            lastEnabledTime: '2026-01-01T00:00:00Z',
          },
        },
      },
      primaryEndpoints: { blob: 'https://shopfiles.blob.core.windows.net/' },
    },
  },
  [`${IDS.storage}/blobServices/default`]: {
    name: 'default',
    type: 'Microsoft.Storage/storageAccounts/blobServices',
    sku: { name: 'Standard_GRS', tier: 'Standard' },
    properties: {
      cors: { corsRules: [] },
      isVersioningEnabled: true,
      deleteRetentionPolicy: { enabled: true, days: 30 },
    },
  },
  [`${IDS.storage}/managementPolicies/default`]: {
    name: 'DefaultManagementPolicy',
    type: 'Microsoft.Storage/storageAccounts/managementPolicies',
    properties: {
      lastModifiedTime: '2026-02-01T00:00:00Z',
      policy: {
        rules: [
          {
            enabled: true,
            name: 'old',
            type: 'Lifecycle',
            definition: {
              actions: {
                baseBlob: { delete: { daysAfterModificationGreaterThan: 365 } },
              },
              filters: { blobTypes: ['blockBlob'] },
            },
          },
        ],
      },
    },
  },
  [IDS.disk]: {
    name: 'shop-data',
    type: 'Microsoft.Compute/disks',
    location: 'westeurope',
    managedBy: `${GROUP}/providers/Microsoft.Compute/virtualMachines/shop-vm`,
    sku: { name: 'PremiumV2_LRS', tier: 'Premium' },
    zones: ['1'],
    properties: {
      diskSizeGB: 256,
      diskIOPSReadWrite: 3000,
      diskMBpsReadWrite: 125,
      diskState: 'Attached',
      provisioningState: 'Succeeded',
      timeCreated: '2026-01-01T00:00:00Z',
      encryption: { type: 'EncryptionAtRestWithPlatformKey' },
      networkAccessPolicy: 'AllowAll',
      publicNetworkAccess: 'Enabled',
    },
  },
};

export function fill(server: ArmServer): void {
  for (const [id, document] of Object.entries(DOCUMENTS)) {
    server.put(id, structuredClone(document));
  }
}
