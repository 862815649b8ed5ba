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
import { CloudProperty, valueAt } from '@infra-hub/drift-engine';
import { AzureKind, AzurePart } from './AzureKind';
import { FIREWALL_NOT_WRITTEN, firewallRules } from './firewallRules';
import {
  alwaysEncrypted,
  COMPUTED,
  constant,
  enabled,
  isObject,
  isWord,
  number,
  text,
  textAt,
  within,
  write,
} from './values';

// The two services share their API but for names of few members:
// https://learn.microsoft.com/rest/api/postgresql/flexibleserver/servers
// https://learn.microsoft.com/rest/api/mysql/flexibleserver/servers

const RESTARTS = 'The server restarts.';

/** GET …/replicas: a replica is a server of its own that only says so. */
function replicas(apiVersion: string): AzurePart {
  return {
    pointer: '/replicas',
    title: 'list of its replicas',
    apiVersion,
    idOf: id => `${id}/replicas`,
    elements: servers => ({
      value: servers.flatMap(({ id }) =>
        typeof id === 'string' ? { id } : [],
      ),
    }),
  };
}

function replicaCount(document: JsonObject): number | undefined {
  const value = valueAt(document, '/replicas/value');
  return Array.isArray(value) ? value.length : undefined;
}

/** Those within a network have no firewall rules, and Azure may not be asked for them. */
function isPublic(document: JsonObject): boolean {
  return isWord(
    valueAt(document, '/properties/network/publicNetworkAccess'),
    'Enabled',
  );
}

function sharedProperties(days: { least: number; most: number }) {
  return {
    size: text('size', '/sku/name', {
      // Both are required: Sku in the specification of the API.
      write: value => {
        const tier = tierOf(String(value));
        return tier === undefined
          ? []
          : [write('/sku/name', value), write('/sku/tier', tier)];
      },
      refuse: (_from, to) =>
        tierOf(String(to)) === undefined
          ? 'It must be one of the sizes Standard_B…, Standard_D… and Standard_E….'
          : undefined,
      effect: RESTARTS,
    }),
    storage: number('storageGiB', '/properties/storage/storageSizeGB', {
      unit: 'GiB',
      effect: 'The server may restart while the storage grows.',
    }),
    replicas: {
      name: 'replicas',
      field: '/replicas/value',
      unit: 'servers',
      read: replicaCount,
      fixed:
        'A replica is a server of its own: make it, or delete it, by itself.',
    } satisfies CloudProperty,
    highAvailability: {
      name: 'highAvailability',
      field: '/properties/highAvailability/mode',
      read: document => {
        const mode = textAt(document, '/properties/highAvailability/mode');
        return mode === undefined ? undefined : !isWord(mode, 'Disabled');
      },
      write: value => [
        write(
          '/properties/highAvailability/mode',
          value === true ? 'ZoneRedundant' : 'Disabled',
        ),
      ],
      effect:
        'A standby in another zone is made or removed, which takes minutes and changes the costs.',
    } satisfies CloudProperty,
    backup: number(
      'backupRetentionDays',
      '/properties/backup/backupRetentionDays',
      { unit: 'days', refuse: within(days.least, days.most, 'days') },
    ),
    encrypted: alwaysEncrypted('/properties/dataEncryption/type'),
    key: text('encryption/keyId', '/properties/dataEncryption/primaryKeyURI', {
      fixed:
        'A key needs an identity that may use it: change properties/dataEncryption by hand.',
    }),
    publicAccess: enabled(
      'publicAccess',
      '/properties/network/publicNetworkAccess',
      {
        effect:
          'Who may connect changes: connections from the internet, within the firewall rules, are allowed or cut.',
      },
    ),
  };
}

const TIERS = new Map([
  ['B', 'Burstable'],
  ['D', 'GeneralPurpose'],
  ['E', 'MemoryOptimized'],
]);

/** The tier that the name of a size stands for. */
function tierOf(size: string): string | undefined {
  const family = /^Standard_([A-Z])/i.exec(size)?.[1].toUpperCase();
  return family === undefined ? undefined : TIERS.get(family);
}

const SHARED_COMPUTED = [
  ...COMPUTED,
  '/properties/state',
  '/properties/fullyQualifiedDomainName',
  '/properties/replicaCapacity',
  '/properties/privateEndpointConnections',
  '/properties/backup/earliestRestoreDate',
  '/properties/highAvailability/state',
  '/replicas',
];

const SHARED_CASELESS = [
  '/properties/replicationRole',
  '/properties/storage/autoGrow',
  '/properties/backup/geoRedundantBackup',
  '/properties/maintenanceWindow/customWindow',
];

const SHARED_CREATE_ONLY = [
  '/location',
  '/properties/administratorLogin',
  '/properties/availabilityZone',
  '/properties/sourceServerResourceId',
  '/properties/backup/geoRedundantBackup',
  '/properties/network/delegatedSubnetResourceId',
];

const POSTGRESQL_VERSION = '2024-08-01';
const POSTGRESQL = sharedProperties({ least: 7, most: 35 });

/** Azure Database for PostgreSQL flexible server. */
export const POSTGRESQL_SERVER: AzureKind = {
  kind: 'Microsoft.DBforPostgreSQL/flexibleServers',
  resourceType: 'database',
  title: 'Azure Database for PostgreSQL flexible server',
  apiVersion: POSTGRESQL_VERSION,
  properties: [
    constant('engine', '/type', {
      value: 'postgres',
      fixed: 'The engine of a database that exists cannot be changed.',
    }),
    text('version', '/properties/version', {
      effect:
        'An upgrade to another major version cannot be undone, and the server is down meanwhile.',
    }),
    POSTGRESQL.size,
    POSTGRESQL.storage,
    {
      name: 'storageType',
      field: '/properties/storage/type',
      read: document =>
        isObject(valueAt(document, '/properties/storage'))
          ? textAt(document, '/properties/storage/type') ?? 'Premium_LRS'
          : undefined,
      fixed: 'The type of the storage can only be chosen with a new server.',
    },
    POSTGRESQL.replicas,
    POSTGRESQL.highAvailability,
    POSTGRESQL.backup,
    POSTGRESQL.encrypted,
    POSTGRESQL.key,
    POSTGRESQL.publicAccess,
  ],
  computed: [
    ...SHARED_COMPUTED,
    '/properties/minorVersion',
    '/properties/dataEncryption/primaryEncryptionKeyStatus',
    '/properties/dataEncryption/geoBackupEncryptionKeyStatus',
    '/properties/replica/capacity',
    '/properties/replica/replicationState',
  ],
  writeOnly: [
    '/properties/administratorLoginPassword',
    '/properties/createMode',
    '/properties/pointInTimeUTC',
  ],
  caseless: [
    ...SHARED_CASELESS,
    '/properties/authConfig/activeDirectoryAuth',
    '/properties/authConfig/passwordAuth',
  ],
  createOnly: [
    ...SHARED_CREATE_ONLY,
    '/properties/storage/type',
    '/properties/network/privateDnsZoneArmResourceId',
  ],
  defaults: {
    '/properties/storage/autoGrow': 'Disabled',
    '/properties/storage/type': 'Premium_LRS',
    '/properties/backup/geoRedundantBackup': 'Disabled',
    '/properties/highAvailability/mode': 'Disabled',
    '/properties/authConfig/passwordAuth': 'Enabled',
  },
  notWritten: FIREWALL_NOT_WRITTEN,
  wholeInPatch: ['/sku'],
  parts: [
    replicas(POSTGRESQL_VERSION),
    firewallRules(POSTGRESQL_VERSION, isPublic),
  ],
};

const MYSQL_VERSION = '2023-12-30';
const MYSQL = sharedProperties({ least: 1, most: 35 });

/** Azure Database for MySQL flexible server. */
export const MYSQL_SERVER: AzureKind = {
  kind: 'Microsoft.DBforMySQL/flexibleServers',
  resourceType: 'database',
  title: 'Azure Database for MySQL flexible server',
  apiVersion: MYSQL_VERSION,
  properties: [
    constant('engine', '/type', {
      value: 'mysql',
      fixed: 'The engine of a database that exists cannot be changed.',
    }),
    text('version', '/properties/version', {
      effect:
        'An upgrade to another major version cannot be undone, and the server is down meanwhile.',
    }),
    MYSQL.size,
    MYSQL.storage,
    text('storageType', '/properties/storage/storageSku', {
      fixed: 'Azure chooses the type of the storage by the size of the server.',
    }),
    MYSQL.replicas,
    MYSQL.highAvailability,
    MYSQL.backup,
    MYSQL.encrypted,
    MYSQL.key,
    MYSQL.publicAccess,
  ],
  computed: [...SHARED_COMPUTED, '/properties/storage/storageSku'],
  writeOnly: [
    '/properties/administratorLoginPassword',
    '/properties/createMode',
    '/properties/restorePointInTime',
    '/properties/importSourceProperties/sasToken',
  ],
  caseless: [
    ...SHARED_CASELESS,
    '/properties/storage/logOnDisk',
    '/properties/storage/autoIoScaling',
  ],
  createOnly: [
    ...SHARED_CREATE_ONLY,
    '/properties/importSourceProperties',
    '/properties/network/privateDnsZoneResourceId',
  ],
  defaults: {
    '/properties/storage/autoGrow': 'Disabled',
    '/properties/storage/logOnDisk': 'Disabled',
    '/properties/storage/autoIoScaling': 'Enabled',
    '/properties/backup/geoRedundantBackup': 'Disabled',
    '/properties/highAvailability/mode': 'Disabled',
  },
  notWritten: FIREWALL_NOT_WRITTEN,
  wholeInPatch: ['/sku'],
  parts: [replicas(MYSQL_VERSION), firewallRules(MYSQL_VERSION, isPublic)],
};
