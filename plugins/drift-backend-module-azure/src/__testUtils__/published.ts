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
import { SUBSCRIPTION } from './ArmServer';

/** Answers of one resource, as an example of a specification has them. */
export interface PublishedAnswer {
  kind: string;
  /** What it shows. */
  title: string;
  id: string;
  /** What was looked at: files below `specification` of Azure/azure-rest-api-specs. */
  from: readonly string[];
  own: JsonObject;
  /** Answers of its parts, by what follows the id; of its server by the id of that. */
  parts?: Readonly<Record<string, JsonObject>>;
  /** What the tables must make of it. */
  properties: JsonObject;
}

const PROVIDERS = `/subscriptions/${SUBSCRIPTION}/resourceGroups/published/providers`;
const SQL = `${PROVIDERS}/Microsoft.Sql/servers/ledger`;
const SQL_FILES =
  'sql/resource-manager/Microsoft.Sql/stable/2023-08-01/examples';
const POSTGRESQL = `${PROVIDERS}/Microsoft.DBforPostgreSQL/flexibleServers`;
const POSTGRESQL_FILES =
  'postgresql/resource-manager/Microsoft.DBforPostgreSQL/stable/2024-08-01/examples';
const MYSQL = `${PROVIDERS}/Microsoft.DBforMySQL/flexibleServers`;
const MYSQL_FILES =
  'mysql/resource-manager/Microsoft.DBforMySQL/FlexibleServers/stable/2023-12-30/examples';
const COSMOS = `${PROVIDERS}/Microsoft.DocumentDB/databaseAccounts`;
const COSMOS_FILES =
  'cosmos-db/resource-manager/Microsoft.DocumentDB/stable/2024-11-15/examples';
const STORAGE = `${PROVIDERS}/Microsoft.Storage/storageAccounts`;
const STORAGE_FILES =
  'storage/resource-manager/Microsoft.Storage/stable/2024-01-01/examples';
const DISKS = `${PROVIDERS}/Microsoft.Compute/disks`;
const DISK_FILES =
  'compute/resource-manager/Microsoft.Compute/DiskRP/stable/2024-03-02/examples/diskExamples';

function rule(server: string, name: string, from: string, to: string) {
  return {
    id: `${server}/firewallRules/${name}`,
    name,
    type: 'Microsoft.Sql/servers/firewallRules',
    properties: { startIpAddress: from, endIpAddress: to },
  };
}

function sqlServer(more: JsonObject = {}): JsonObject {
  return {
    tags: { costs: '4711' },
    name: 'ledger',
    type: 'Microsoft.Sql/servers',
    location: 'swedencentral',
    kind: 'v12.0',
    properties: {
      fullyQualifiedDomainName: 'ledger.database.windows.net',
      administratorLogin: 'bookkeeper',
      version: '12.0',
      state: 'Ready',
      workspaceFeature: 'Connected',
      publicNetworkAccess: 'Enabled',
      restrictOutboundNetworkAccess: 'Enabled',
      privateEndpointConnections: [
        {
          id: `${SQL}/privateEndpointConnections/pe`,
          properties: {
            provisioningState: 'Ready',
            privateEndpoint: {
              id: `${PROVIDERS}/Microsoft.Network/privateEndpoints/pe`,
            },
            privateLinkServiceConnectionState: {
              status: 'Approved',
              description: 'Auto-approved',
              actionsRequired: 'None',
            },
          },
        },
      ],
      ...more,
    },
  };
}

function flexible(type: string, name: string, own: JsonObject): JsonObject {
  return { name, type: `${type}/flexibleServers`, location: 'westus', ...own };
}

const WINDOW = {
  customWindow: 'Disabled',
  dayOfWeek: 0,
  startHour: 0,
  startMinute: 0,
};

/** Shapes are those of the examples; names and values are not. */
export const PUBLISHED: readonly PublishedAnswer[] = [
  {
    kind: 'Microsoft.Sql/servers',
    title: 'a server that everybody in Azure reaches',
    id: SQL,
    from: [`${SQL_FILES}/ServerGet.json`, `${SQL_FILES}/FirewallRuleList.json`],
    own: sqlServer({ keyId: 'https://vault.example/keys/tde/0a1b' }),
    parts: {
      '/firewallRules': {
        value: [
          rule(SQL, 'AllowAllWindowsAzureIps', '0.0.0.0', '0.0.0.0'),
          rule(SQL, 'office', '198.51.100.7', '198.51.100.9'),
        ],
      },
    },
    properties: {
      engine: 'sqlserver',
      version: '12.0',
      publicAccess: true,
      encryption: { keyId: 'https://vault.example/keys/tde/0a1b' },
    },
  },
  {
    kind: 'Microsoft.Sql/servers/databases',
    title: 'a database of the tier Business Critical',
    id: `${SQL}/databases/entries`,
    from: [
      `${SQL_FILES}/GetVCoreDatabase.json`,
      `${SQL_FILES}/ServerGet.json`,
      `${SQL_FILES}/GetShortTermRetentionPolicy.json`,
      `${SQL_FILES}/TransparentDataEncryptionGet.json`,
    ],
    own: {
      sku: { name: 'BC_Gen5', tier: 'BusinessCritical', capacity: 4 },
      kind: 'v12.0,user,vcore',
      name: 'entries',
      type: 'Microsoft.Sql/servers/databases',
      location: 'swedencentral',
      properties: {
        collation: 'Finnish_Swedish_CI_AS',
        maxSizeBytes: 107374182400,
        status: 'Online',
        databaseId: '0f1e2d3c-0000-4000-8000-0123456789ab',
        creationDate: '2026-03-01T10:00:00.123Z',
        currentServiceObjectiveName: 'BC_Gen5_4',
        requestedServiceObjectiveName: 'BC_Gen5_4',
        defaultSecondaryLocation: 'North Europe',
        catalogCollation: 'SQL_Latin1_General_CP1_CI_AS',
        licenseType: 'LicenseIncluded',
        maxLogSizeBytes: 104857600,
        isInfraEncryptionEnabled: false,
        zoneRedundant: false,
        readScale: 'Enabled',
        earliestRestoreDate: '2026-10-01T10:10:00.123Z',
        maintenanceConfigurationId: `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Maintenance/publicMaintenanceConfigurations/SQL_Default`,
        currentSku: { name: 'BC_Gen5', tier: 'BusinessCritical', capacity: 4 },
        currentBackupStorageRedundancy: 'Geo',
        requestedBackupStorageRedundancy: 'Geo',
        isLedgerOn: false,
        encryptionProtector: 'https://vault.example/keys/entries/1',
      },
    },
    parts: {
      [SQL]: sqlServer(),
      '/backupShortTermRetentionPolicies/default': {
        id: `${SQL}/databases/entries/backupShortTermRetentionPolicies/default`,
        name: 'default',
        type: 'Microsoft.Sql/servers/databases/backupShortTermRetentionPolicies',
        properties: { retentionDays: 21, diffBackupIntervalInHours: 24 },
      },
      '/transparentDataEncryption/current': {
        // The example tells the id of the database here.
        id: `${SQL}/databases/entries`,
        name: 'current',
        type: 'Microsoft.Sql/servers/databases/transparentDataEncryption',
        properties: { state: 'Enabled' },
      },
    },
    properties: {
      engine: 'sqlserver',
      version: '12.0',
      size: 'BC_Gen5_4',
      storageGiB: 100,
      highAvailability: false,
      backupRetentionDays: 21,
      encryption: {
        enabled: true,
        keyId: 'https://vault.example/keys/entries/1',
      },
      publicAccess: true,
    },
  },
  {
    kind: 'Microsoft.Sql/servers/databases',
    title: 'a dedicated SQL pool',
    id: `${SQL}/databases/pool`,
    from: [`${SQL_FILES}/GetVCoreDatabase.json`],
    own: {
      sku: { name: 'DataWarehouse', tier: 'DataWarehouse', capacity: 900 },
      kind: 'v12.0,user,datawarehouse',
      name: 'pool',
      type: 'Microsoft.Sql/servers/databases',
      location: 'swedencentral',
      properties: {
        maxSizeBytes: 263882790666240,
        status: 'Online',
        currentServiceObjectiveName: 'DW100c',
        requestedServiceObjectiveName: 'DW100c',
        zoneRedundant: false,
      },
    },
    parts: {
      [SQL]: sqlServer({ publicNetworkAccess: 'SecuredByPerimeter' }),
      '/transparentDataEncryption/current': {
        id: `${SQL}/databases/pool`,
        name: 'current',
        type: 'Microsoft.Sql/servers/databases/transparentDataEncryption',
        properties: { state: 'Disabled' },
      },
    },
    properties: {
      engine: 'sqlserver',
      version: '12.0',
      size: 'DW100c',
      storageGiB: 245760,
      highAvailability: false,
      encryption: { enabled: false },
      publicAccess: false,
    },
  },
  {
    kind: 'Microsoft.DBforPostgreSQL/flexibleServers',
    title: 'a server that is open to the internet',
    id: `${POSTGRESQL}/books`,
    from: [
      `${POSTGRESQL_FILES}/ServerGet.json`,
      `${POSTGRESQL_FILES}/ReplicasListByServer.json`,
      `${POSTGRESQL_FILES}/FirewallRuleListByServer.json`,
    ],
    own: flexible('Microsoft.DBforPostgreSQL', 'books', {
      sku: { name: 'Standard_E8ds_v5', tier: 'MemoryOptimized' },
      systemData: { createdAt: '2026-08-01T18:30:22.123456Z' },
      properties: {
        replica: { role: 'Primary', capacity: 5 },
        // Empty where it is not Premium SSD v2.
        storage: {
          type: '',
          iops: 500,
          tier: 'P10',
          storageSizeGB: 256,
          autoGrow: 'Disabled',
        },
        network: { publicNetworkAccess: 'Enabled' },
        privateEndpointConnections: [],
        dataEncryption: {
          type: 'AzureKeyVault',
          primaryKeyURI: 'https://vault.example/keys/books/2',
          primaryEncryptionKeyStatus: 'Valid',
        },
        authConfig: {
          activeDirectoryAuth: 'Disabled',
          passwordAuth: 'Enabled',
        },
        fullyQualifiedDomainName: 'books.postgres.database.azure.com',
        version: '16',
        minorVersion: '8',
        administratorLogin: 'bookkeeper',
        state: 'Ready',
        availabilityZone: '1',
        backup: {
          backupRetentionDays: 7,
          geoRedundantBackup: 'Enabled',
          earliestRestoreDate: '2026-08-01T18:35:22.123456Z',
        },
        highAvailability: { mode: 'Disabled', state: 'NotEnabled' },
        maintenanceWindow: WINDOW,
        replicationRole: 'Primary',
        replicaCapacity: 5,
      },
    }),
    parts: {
      '/replicas': {
        value: [
          {
            id: `${POSTGRESQL}/books-2`,
            name: 'books-2',
            properties: { replicationRole: 'AsyncReplica', replicaCapacity: 0 },
          },
        ],
      },
      '/firewallRules': {
        value: [
          rule(`${POSTGRESQL}/books`, 'all', '0.0.0.0', '255.255.255.255'),
        ],
      },
    },
    properties: {
      engine: 'postgres',
      version: '16',
      size: 'Standard_E8ds_v5',
      storageGiB: 256,
      storageType: 'Premium_LRS',
      replicas: 1,
      highAvailability: false,
      backupRetentionDays: 7,
      encryption: {
        enabled: true,
        keyId: 'https://vault.example/keys/books/2',
      },
      publicAccess: true,
    },
  },
  {
    kind: 'Microsoft.DBforPostgreSQL/flexibleServers',
    title: 'a server within a network, whose firewall rules are not asked for',
    id: `${POSTGRESQL}/inside`,
    from: [`${POSTGRESQL_FILES}/ServerGetWithVnet.json`],
    own: flexible('Microsoft.DBforPostgreSQL', 'inside', {
      sku: { name: 'Standard_D4ds_v5', tier: 'GeneralPurpose' },
      tags: { network: '1' },
      properties: {
        storage: {
          type: '',
          iops: 2300,
          tier: 'P20',
          storageSizeGB: 512,
          autoGrow: 'Disabled',
        },
        network: {
          publicNetworkAccess: 'Disabled',
          delegatedSubnetResourceId: `${PROVIDERS}/Microsoft.Network/virtualNetworks/v/subnets/s`,
          privateDnsZoneArmResourceId: `${PROVIDERS}/Microsoft.Network/privateDnsZones/inside.private.postgres.database.azure.com`,
        },
        dataEncryption: { type: 'SystemManaged' },
        version: '17',
        state: 'Ready',
        backup: { backupRetentionDays: 14, geoRedundantBackup: 'Disabled' },
        highAvailability: {
          mode: 'ZoneRedundant',
          state: 'Healthy',
          standbyAvailabilityZone: '2',
        },
        replicationRole: 'Primary',
        replicaCapacity: 5,
      },
    }),
    parts: { '/replicas': { value: [] } },
    properties: {
      engine: 'postgres',
      version: '17',
      size: 'Standard_D4ds_v5',
      storageGiB: 512,
      storageType: 'Premium_LRS',
      replicas: 0,
      highAvailability: true,
      backupRetentionDays: 14,
      encryption: { enabled: true },
      publicAccess: false,
    },
  },
  {
    kind: 'Microsoft.DBforMySQL/flexibleServers',
    title: 'a server with a standby in another zone',
    id: `${MYSQL}/carts`,
    from: [
      `${MYSQL_FILES}/ServerGet.json`,
      `${MYSQL_FILES}/ServerUpdateWithBYOK.json`,
      `${MYSQL_FILES}/ReplicasListByServer.json`,
    ],
    own: flexible('Microsoft.DBforMySQL', 'carts', {
      sku: { name: 'Standard_D2ds_v4', tier: 'GeneralPurpose' },
      location: 'Southeast Asia',
      tags: { number: '1' },
      properties: {
        administratorLogin: 'clerk',
        storage: {
          storageSizeGB: 64,
          iops: 600,
          autoGrow: 'Enabled',
          autoIoScaling: 'Enabled',
          storageSku: 'Premium_LRS',
        },
        version: '8.0.21',
        state: 'Ready',
        fullyQualifiedDomainName: 'carts.mysql.database.azure.com',
        availabilityZone: '3',
        maintenanceWindow: WINDOW,
        replicationRole: 'None',
        replicaCapacity: 10,
        network: { publicNetworkAccess: 'Enabled' },
        dataEncryption: {
          type: 'AzureKeyVault',
          primaryKeyURI: 'https://vault.example/keys/carts/3',
        },
        backup: {
          backupRetentionDays: 10,
          backupIntervalHours: 24,
          geoRedundantBackup: 'Disabled',
          earliestRestoreDate: '2026-06-17T06:11:38.4150019+00:00',
        },
        highAvailability: {
          mode: 'ZoneRedundant',
          state: 'Healthy',
          standbyAvailabilityZone: '1',
        },
      },
    }),
    parts: { '/replicas': { value: [] }, '/firewallRules': { value: [] } },
    properties: {
      engine: 'mysql',
      version: '8.0.21',
      size: 'Standard_D2ds_v4',
      storageGiB: 64,
      storageType: 'Premium_LRS',
      replicas: 0,
      highAvailability: true,
      backupRetentionDays: 10,
      encryption: {
        enabled: true,
        keyId: 'https://vault.example/keys/carts/3',
      },
      publicAccess: true,
    },
  },
  {
    kind: 'Microsoft.DocumentDB/databaseAccounts',
    title: 'an account for MongoDB in two regions',
    id: `${COSMOS}/events`,
    from: [
      `${COSMOS_FILES}/CosmosDBDatabaseAccountGet.json`,
      `${COSMOS_FILES}/CosmosDBDatabaseAccountCreateMax.json`,
    ],
    own: {
      name: 'events',
      location: 'West US',
      type: 'Microsoft.DocumentDB/databaseAccounts',
      kind: 'MongoDB',
      tags: {},
      identity: {
        type: 'SystemAssigned',
        principalId: '52f4fef3-0000-4000-8000-b5c9eeb68656',
        tenantId: '33e01921-0000-4000-8000-5bdaffd5e33d',
      },
      properties: {
        provisioningState: 'Succeeded',
        documentEndpoint: 'https://events.documents.azure.com:443/',
        isVirtualNetworkFilterEnabled: true,
        virtualNetworkRules: [
          { id: `${PROVIDERS}/Microsoft.Network/virtualNetworks/v/subnets/s` },
        ],
        ipRules: [{ ipAddressOrRange: '198.51.100.0/24' }],
        publicNetworkAccess: 'Enabled',
        databaseAccountOfferType: 'Standard',
        disableKeyBasedMetadataWriteAccess: false,
        keyVaultKeyUri: 'https://vault.example/keys/events',
        defaultIdentity: 'FirstPartyIdentity',
        enableFreeTier: false,
        enableAutomaticFailover: true,
        apiProperties: { serverVersion: '7.0' },
        consistencyPolicy: {
          defaultConsistencyLevel: 'BoundedStaleness',
          maxIntervalInSeconds: 10,
          maxStalenessPrefix: 200,
        },
        ...Object.fromEntries(
          ['writeLocations', 'readLocations', 'locations'].map(list => [
            list,
            ['West US', 'East US'].map((locationName, failoverPriority) => ({
              id: `events-${locationName}`,
              locationName,
              documentEndpoint: 'https://events.documents.azure.com:443/',
              provisioningState: 'Succeeded',
              failoverPriority,
              isZoneRedundant: false,
            })),
          ]),
        ),
        failoverPolicies: [
          { id: 'events-westus', locationName: 'West US', failoverPriority: 0 },
        ],
        privateEndpointConnections: [],
        cors: [],
        createMode: 'Default',
        instanceId: 'd9b26648-0000-4000-8000-3044f4f9810d',
        backupPolicy: {
          type: 'Periodic',
          periodicModeProperties: {
            backupIntervalInMinutes: 240,
            backupRetentionIntervalInHours: 48,
            backupStorageRedundancy: 'Geo',
          },
        },
        networkAclBypass: 'AzureServices',
        networkAclBypassResourceIds: [],
        keysMetadata: {
          primaryMasterKey: { generationTime: '2026-02-25T20:30:11Z' },
        },
        minimalTlsVersion: 'Tls12',
      },
    },
    properties: {
      engine: 'mongodb',
      version: '7.0',
      replicas: 1,
      highAvailability: true,
      backupRetentionDays: 2,
      encryption: {
        enabled: true,
        keyId: 'https://vault.example/keys/events',
      },
      publicAccess: true,
    },
  },
  {
    kind: 'Microsoft.Storage/storageAccounts',
    title: 'an account with a key of its own that rotates by itself',
    id: `${STORAGE}/archive`,
    from: [
      `${STORAGE_FILES}/StorageAccountGetPropertiesCMKEnabled.json`,
      `${STORAGE_FILES}/BlobServicesGet.json`,
      `${STORAGE_FILES}/StorageAccountGetManagementPolicy.json`,
    ],
    own: {
      name: 'archive',
      type: 'Microsoft.Storage/storageAccounts',
      kind: 'StorageV2',
      location: 'eastus2',
      identity: {
        type: 'SystemAssigned',
        principalId: '911871cc-0000-4000-8000-7a316433ea66',
        tenantId: '72f988bf-0000-4000-8000-2d7cd011db47',
      },
      sku: { name: 'Standard_RAGRS', tier: 'Standard' },
      tags: { costs: '4711' },
      properties: {
        creationTime: '2026-06-01T02:42:41.7633306Z',
        keyCreationTime: {
          key1: '2026-06-01T02:42:41.7633306Z',
          key2: '2026-06-01T02:42:41.7633306Z',
        },
        allowBlobPublicAccess: true,
        encryption: {
          keySource: 'Microsoft.Keyvault',
          keyvaultproperties: {
            currentVersionedKeyIdentifier: 'https://vault.example/keys/wrap/4',
            keyname: 'wrap',
            keyvaulturi: 'https://vault.example/',
            // Empty: the newest.
            keyversion: '',
            lastKeyRotationTimestamp: '2026-12-13T20:36:23.7023290Z',
          },
          services: {
            blob: {
              enabled: true,
              keyType: 'Account',
              lastEnabledTime: '2026-06-01T02:42:41.7633306Z',
            },
            file: {
              enabled: true,
              keyType: 'Account',
              lastEnabledTime: '2026-06-01T02:42:41.7633306Z',
            },
          },
        },
        geoReplicationStats: {
          canFailover: true,
          lastSyncTime: '2026-10-30T00:25:34Z',
          status: 'Live',
        },
        isHnsEnabled: false,
        networkAcls: {
          bypass: 'AzureServices',
          defaultAction: 'Allow',
          ipRules: [],
          resourceAccessRules: [],
          virtualNetworkRules: [],
        },
        primaryEndpoints: { blob: 'https://archive.blob.core.windows.net/' },
        primaryLocation: 'eastus2',
        secondaryLocation: 'centralus',
        statusOfPrimary: 'available',
        statusOfSecondary: 'available',
        provisioningState: 'Succeeded',
        routingPreference: {
          publishInternetEndpoints: true,
          publishMicrosoftEndpoints: true,
          routingChoice: 'MicrosoftRouting',
        },
        supportsHttpsTrafficOnly: false,
        isSkuConversionBlocked: false,
        accountMigrationInProgress: false,
      },
    },
    parts: {
      '/blobServices/default': {
        id: `${STORAGE}/archive/blobServices/default`,
        name: 'default',
        type: 'Microsoft.Storage/storageAccounts/blobServices',
        sku: { name: 'Standard_RAGRS', tier: 'Standard' },
        properties: {
          cors: {
            corsRules: [
              {
                allowedOrigins: ['https://shop.example'],
                allowedMethods: ['GET'],
                maxAgeInSeconds: 100,
                exposedHeaders: ['*'],
                allowedHeaders: ['*'],
              },
            ],
          },
          defaultServiceVersion: '2017-07-29',
          deleteRetentionPolicy: { enabled: true, days: 300 },
          isVersioningEnabled: true,
          changeFeed: { enabled: true, retentionInDays: 7 },
        },
      },
      '/managementPolicies/default': {
        id: `${STORAGE}/archive/managementPolicies/default`,
        name: 'DefaultManagementPolicy',
        type: 'Microsoft.Storage/storageAccounts/managementPolicies',
        properties: {
          lastModifiedTime: '2026-06-08T03:01:55.7168089Z',
          policy: {
            rules: [
              {
                enabled: true,
                name: 'cool',
                type: 'Lifecycle',
                definition: {
                  filters: { blobTypes: ['blockBlob'], prefixMatch: ['logs'] },
                  actions: {
                    baseBlob: {
                      tierToCool: { daysAfterModificationGreaterThan: 30 },
                    },
                    snapshot: { delete: { daysAfterCreationGreaterThan: 30 } },
                  },
                },
              },
            ],
          },
        },
      },
    },
    properties: {
      tier: 'Standard_RAGRS',
      redundancy: 'RAGRS',
      versioning: true,
      encryption: { enabled: true, keyId: 'https://vault.example/keys/wrap' },
      publicAccess: true,
      lifecycle: [
        {
          enabled: true,
          name: 'cool',
          type: 'Lifecycle',
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['logs'] },
            actions: {
              baseBlob: {
                tierToCool: { daysAfterModificationGreaterThan: 30 },
              },
              snapshot: { delete: { daysAfterCreationGreaterThan: 30 } },
            },
          },
        },
      ],
    },
  },
  {
    kind: 'Microsoft.Storage/storageAccounts',
    title: 'an account of the first generation behind a firewall',
    id: `${STORAGE}/old`,
    from: [
      `${STORAGE_FILES}/StorageAccountGetProperties.json`,
      `${STORAGE_FILES}/BlobServicesGet.json`,
    ],
    own: {
      name: 'old',
      type: 'Microsoft.Storage/storageAccounts',
      kind: 'Storage',
      location: 'eastus2',
      sku: { name: 'Standard_GRS', tier: 'Standard' },
      properties: {
        provisioningState: 'Succeeded',
        networkAcls: {
          bypass: 'AzureServices',
          defaultAction: 'Deny',
          ipRules: [{ value: '198.51.100.0/24', action: 'Allow' }],
          virtualNetworkRules: [
            {
              id: `${PROVIDERS}/Microsoft.Network/virtualNetworks/v/subnets/s`,
              action: 'Allow',
              state: 'Succeeded',
            },
          ],
        },
        encryption: { keySource: 'Microsoft.Storage' },
      },
    },
    parts: {
      '/blobServices/default': {
        id: `${STORAGE}/old/blobServices/default`,
        name: 'default',
        type: 'Microsoft.Storage/storageAccounts/blobServices',
        properties: { cors: { corsRules: [] } },
      },
    },
    properties: {
      tier: 'Standard_GRS',
      redundancy: 'GRS',
      versioning: false,
      encryption: { enabled: true },
      publicAccess: false,
    },
  },
  {
    kind: 'Microsoft.Compute/disks',
    title: 'the disk of an operating system',
    id: `${DISKS}/root`,
    from: [`${DISK_FILES}/Disk_Get.json`],
    own: {
      name: 'root',
      type: 'Microsoft.Compute/disks',
      location: 'westus',
      managedBy: `${PROVIDERS}/Microsoft.Compute/virtualMachines/vm`,
      tags: { department: 'Development' },
      sku: { name: 'Standard_LRS' },
      properties: {
        osType: 'Windows',
        hyperVGeneration: 'V1',
        purchasePlan: { name: 'sku', publisher: 'maker', product: 'vm' },
        supportedCapabilities: { acceleratedNetwork: true },
        supportsHibernation: true,
        securityProfile: { securityType: 'TrustedLaunch' },
        creationData: {
          createOption: 'FromImage',
          imageReference: { id: `/Subscriptions/${SUBSCRIPTION}/image` },
        },
        diskSizeGB: 10,
        encryption: { type: 'EncryptionAtRestWithPlatformKey' },
        LastOwnershipUpdateTime: '2026-12-28T04:41:35.079872+00:00',
        timeCreated: '2026-12-28T04:41:35.079872+00:00',
        provisioningState: 'Succeeded',
      },
    },
    properties: {
      capacityGiB: 10,
      tier: 'Standard_LRS',
      redundancy: 'LRS',
      encryption: { enabled: true },
    },
  },
  {
    kind: 'Microsoft.Compute/disks',
    title: 'an ultra disk with a key of its own',
    id: `${DISKS}/ultra`,
    from: [
      `${DISK_FILES}/Disk_Create_WithUltraSSD_ReadOnly.json`,
      `${DISK_FILES}/Disk_Create_WithDiskEncryptionSet.json`,
    ],
    own: {
      name: 'ultra',
      type: 'Microsoft.Compute/disks',
      location: 'West US',
      sku: { name: 'UltraSSD_LRS', tier: 'Ultra' },
      properties: {
        creationData: { createOption: 'Empty', logicalSectorSize: 4096 },
        diskSizeGB: 200,
        diskIOPSReadWrite: 1250,
        diskMBpsReadWrite: 3000,
        encryption: {
          type: 'EncryptionAtRestWithCustomerKey',
          diskEncryptionSetId: `${PROVIDERS}/Microsoft.Compute/diskEncryptionSets/set`,
        },
      },
    },
    properties: {
      capacityGiB: 200,
      tier: 'UltraSSD_LRS',
      redundancy: 'LRS',
      encryption: {
        enabled: true,
        keyId: `${PROVIDERS}/Microsoft.Compute/diskEncryptionSets/set`,
      },
      throughputMiBps: 2861,
      iops: 1250,
    },
  },
];
