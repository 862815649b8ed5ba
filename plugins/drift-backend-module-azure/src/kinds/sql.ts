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

import { valueAt } from '@infra-hub/drift-engine';
import { JsonObject } from '@backstage/types';
import { AzureKind } from './AzureKind';
import { FIREWALL_NOT_WRITTEN, firewallRules } from './firewallRules';
import {
  COMPUTED,
  constant,
  enabled,
  isWord,
  number,
  text,
  textAt,
  within,
  write,
} from './values';

// https://learn.microsoft.com/rest/api/sql/databases
// https://learn.microsoft.com/rest/api/sql/servers
const VERSION = '2023-08-01';

const BYTES_PER_GIB = 1024 ** 3;

const ENGINE = constant('engine', '/type', {
  value: 'sqlserver',
  fixed: 'The engine of a database that exists cannot be changed.',
});

/** Those of the server's own, with the mutability "read, create". */
const SERVER_CREATE_ONLY = [
  '/location',
  '/properties/administratorLogin',
  // Azure ignores or refuses it later: administrators have an address of their own.
  '/properties/administrators',
  '/properties/createMode',
];

const SERVER_COMPUTED = [
  '/properties/state',
  '/properties/fullyQualifiedDomainName',
  '/properties/privateEndpointConnections',
  '/properties/workspaceFeature',
  '/properties/externalGovernanceStatus',
];

/** A database of Azure SQL. What its server says of access and keys is part of it. */
export const SQL_DATABASE: AzureKind = {
  kind: 'Microsoft.Sql/servers/databases',
  resourceType: 'database',
  title: 'Azure SQL database',
  apiVersion: VERSION,
  properties: [
    ENGINE,
    text('version', '/server/properties/version', {
      fixed: 'Azure SQL keeps the version up to date by itself.',
    }),
    {
      name: 'size',
      field: '/sku/name',
      // sku.name is only the family, e.g. GP_Gen5; the objective has the capacity, too.
      read: document =>
        textAt(document, '/properties/currentServiceObjectiveName') ??
        textAt(document, '/sku/name'),
      write: value => [write('/sku/name', value)],
      effect: 'Connections are cut for a moment when the new size takes over.',
    },
    {
      name: 'storageGiB',
      field: '/properties/maxSizeBytes',
      unit: 'bytes (1 GiB = 1073741824)',
      read: document => {
        const bytes = Number(valueAt(document, '/properties/maxSizeBytes'));
        return bytes > 0 ? bytes / BYTES_PER_GIB : undefined;
      },
      write: value =>
        typeof value === 'number'
          ? [
              write(
                '/properties/maxSizeBytes',
                Math.round(value * BYTES_PER_GIB),
              ),
            ]
          : [],
    },
    number('replicas', '/properties/highAvailabilityReplicaCount', {
      unit: 'replicas',
      refuse: within(0, 4, 'replicas'),
      effect: 'Replicas are made or removed, which changes the costs.',
    }),
    {
      name: 'highAvailability',
      field: '/properties/zoneRedundant',
      read: document => {
        const value = valueAt(document, '/properties/zoneRedundant');
        return typeof value === 'boolean' ? value : undefined;
      },
      write: value => [write('/properties/zoneRedundant', value)],
      effect:
        'Copies move to other zones, and connections are cut for a moment at the end.',
    },
    number(
      'backupRetentionDays',
      '/backupShortTermRetentionPolicies/default/properties/retentionDays',
      { unit: 'days', refuse: within(1, 35, 'days') },
    ),
    {
      name: 'encryption/enabled',
      field: '/transparentDataEncryption/current/properties/state',
      read: document => {
        const state = textAt(
          document,
          '/transparentDataEncryption/current/properties/state',
        );
        return state === undefined ? undefined : isWord(state, 'Enabled');
      },
      write: value => [
        write(
          '/transparentDataEncryption/current/properties/state',
          value === true ? 'Enabled' : 'Disabled',
        ),
      ],
      effect: 'The files are encrypted, or decrypted, in the background.',
    },
    {
      name: 'encryption/keyId',
      field: '/properties/encryptionProtector',
      read: document =>
        textAt(document, '/properties/encryptionProtector') ??
        textAt(document, '/server/properties/keyId'),
      fixed:
        'A key needs an identity that may use it: change the encryption protector of the server or the database by hand.',
    },
    enabled('publicAccess', '/server/properties/publicNetworkAccess', {
      effect:
        'It is a setting of the server, so that it changes for all of its databases.',
    }),
  ],
  computed: [
    ...COMPUTED,
    '/kind',
    '/managedBy',
    '/properties/status',
    '/properties/databaseId',
    '/properties/creationDate',
    '/properties/currentServiceObjectiveName',
    '/properties/requestedServiceObjectiveName',
    '/properties/currentSku',
    '/properties/currentBackupStorageRedundancy',
    '/properties/defaultSecondaryLocation',
    '/properties/failoverGroupId',
    '/properties/maxLogSizeBytes',
    '/properties/earliestRestoreDate',
    '/properties/pausedDate',
    '/properties/resumedDate',
    '/properties/isInfraEncryptionEnabled',
    ...COMPUTED.map(pointer => `/server${pointer}`),
    ...SERVER_COMPUTED.map(pointer => `/server${pointer}`),
    '/server/kind',
    '/server/properties/version',
    ...COMPUTED.map(
      pointer => `/backupShortTermRetentionPolicies/default${pointer}`,
    ),
    ...COMPUTED.map(pointer => `/transparentDataEncryption/current${pointer}`),
  ],
  caseless: [
    '/properties/readScale',
    '/properties/licenseType',
    '/server/properties/restrictOutboundNetworkAccess',
  ],
  // Those of creation have the mutability "create" only: they are never told.
  writeOnly: [
    '/server/properties/administratorLoginPassword',
    '/properties/createMode',
    // Only told to who asks for it by $expand.
    '/properties/keys',
    '/properties/longTermRetentionBackupResourceId',
    '/properties/recoverableDatabaseId',
    '/properties/recoveryServicesRecoveryPointId',
    '/properties/restorableDroppedDatabaseId',
    '/properties/restorePointInTime',
    '/properties/sampleName',
    '/properties/sourceDatabaseDeletionDate',
    '/properties/sourceDatabaseId',
    '/properties/sourceResourceId',
  ],
  createOnly: [
    '/location',
    '/properties/collation',
    '/properties/catalogCollation',
    '/properties/isLedgerOn',
    ...SERVER_CREATE_ONLY.map(pointer => `/server${pointer}`),
  ],
  defaults: {
    '/properties/zoneRedundant': false,
    '/properties/isLedgerOn': false,
    '/server/properties/publicNetworkAccess': 'Enabled',
  },
  isInternal: ({ name }: JsonObject) => isWord(name, 'master'),
  parts: [
    {
      pointer: '/server',
      title: 'server of the database',
      apiVersion: VERSION,
      idOf: id => id.replace(/\/databases\/[^/]+$/i, ''),
      method: 'PATCH',
    },
    {
      pointer: '/backupShortTermRetentionPolicies/default',
      title: 'rule how long backups are kept',
      apiVersion: VERSION,
      idOf: id => `${id}/backupShortTermRetentionPolicies/default`,
      applies: isNoWarehouse,
      method: 'PATCH',
    },
    {
      pointer: '/transparentDataEncryption/current',
      title: 'encryption of the database',
      apiVersion: VERSION,
      idOf: id => `${id}/transparentDataEncryption/current`,
      method: 'PUT',
      readOnly: COMPUTED,
    },
  ],
};

/** Dedicated SQL pools keep restore points instead of backups. */
function isNoWarehouse(document: JsonObject): boolean {
  return !isWord(valueAt(document, '/sku/tier'), 'DataWarehouse');
}

/** A server of Azure SQL: who may connect, and how. */
export const SQL_SERVER: AzureKind = {
  kind: 'Microsoft.Sql/servers',
  resourceType: 'database',
  title: 'Azure SQL server',
  apiVersion: VERSION,
  properties: [
    ENGINE,
    text('version', '/properties/version', {
      fixed: 'Azure SQL keeps the version up to date by itself.',
    }),
    text('encryption/keyId', '/properties/keyId', {
      fixed:
        'A key needs an identity that may use it: change the encryption protector of the server by hand.',
    }),
    enabled('publicAccess', '/properties/publicNetworkAccess', {
      effect:
        'Who may connect changes: connections from the internet, within the firewall rules, are allowed or cut. Azure may refuse to close a server without a private endpoint.',
    }),
  ],
  computed: [...COMPUTED, '/kind', ...SERVER_COMPUTED],
  caseless: ['/properties/restrictOutboundNetworkAccess'],
  writeOnly: ['/properties/administratorLoginPassword'],
  createOnly: SERVER_CREATE_ONLY,
  notWritten: FIREWALL_NOT_WRITTEN,
  defaults: {
    '/properties/publicNetworkAccess': 'Enabled',
    '/properties/restrictOutboundNetworkAccess': 'Disabled',
  },
  parts: [firewallRules(VERSION)],
};
