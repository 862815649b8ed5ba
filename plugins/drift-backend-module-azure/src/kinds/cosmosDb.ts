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
import {
  alwaysEncrypted,
  COMPUTED,
  enabled,
  isObject,
  isWord,
  numberAt,
  text,
  textAt,
  write,
} from './values';

const HOURS_PER_DAY = 24;

const BACKUP_TYPE = '/properties/backupPolicy/type';
const CONTINUOUS_TIER =
  '/properties/backupPolicy/continuousModeProperties/tier';
const PERIODIC_HOURS =
  '/properties/backupPolicy/periodicModeProperties/backupRetentionIntervalInHours';

/**
 * An account of Azure Cosmos DB.
 * https://learn.microsoft.com/rest/api/cosmos-db-resource-provider/database-accounts
 */
export const COSMOS_ACCOUNT: AzureKind = {
  kind: 'Microsoft.DocumentDB/databaseAccounts',
  resourceType: 'database',
  title: 'Azure Cosmos DB account',
  apiVersion: '2024-11-15',
  properties: [
    {
      name: 'engine',
      field: '/kind',
      read: engineOf,
      fixed: 'The API of an account can only be chosen when it is made.',
    },
    text('version', '/properties/apiProperties/serverVersion', {
      effect:
        'Only accounts for MongoDB have a version; drivers of applications must fit it.',
    }),
    {
      name: 'replicas',
      field: '/properties/locations',
      unit: 'regions beside the first one',
      read: document => {
        const { length } = locationsOf(document);
        return length === 0 ? undefined : length - 1;
      },
      fixed:
        'Which regions there are is told in providerProperties, as properties/locations.',
    },
    {
      name: 'highAvailability',
      field: '/properties/enableAutomaticFailover',
      read: document => {
        const locations = locationsOf(document);
        const first = locations.find(({ failoverPriority }) => {
          return failoverPriority === 0;
        });
        if (!first) {
          return undefined;
        }
        return (
          first.isZoneRedundant === true ||
          (locations.length > 1 &&
            valueAt(document, '/properties/enableAutomaticFailover') === true)
        );
      },
      fixed:
        'It takes several regions or zones: tell properties/locations and properties/enableAutomaticFailover in providerProperties.',
    },
    {
      name: 'backupRetentionDays',
      field:
        '/properties/backupPolicy/periodicModeProperties/backupRetentionIntervalInHours',
      unit: 'hours (24 a day); days in the name of the tier where backups are continuous',
      read: document => {
        if (isWord(valueAt(document, BACKUP_TYPE), 'Continuous')) {
          const tier = textAt(document, CONTINUOUS_TIER) ?? 'Continuous30Days';
          return Number(/\d+/.exec(tier)?.[0] ?? NaN) || undefined;
        }
        const hours = numberAt(document, PERIODIC_HOURS);
        return hours === undefined ? undefined : hours / HOURS_PER_DAY;
      },
      write: (value, document) => {
        if (typeof value !== 'number' || value <= 0) {
          return [];
        }
        if (isWord(valueAt(document, BACKUP_TYPE), 'Continuous')) {
          return [7, 30].includes(value)
            ? [write(CONTINUOUS_TIER, `Continuous${value}Days`)]
            : [];
        }
        return [write(PERIODIC_HOURS, value * HOURS_PER_DAY)];
      },
      refuse: (_from, to) =>
        typeof to === 'number' && to > 0 && to <= 30
          ? undefined
          : 'Azure takes 1 to 30 days; 7 or 30 where backups are continuous.',
    },
    alwaysEncrypted('/properties/keyVaultKeyUri'),
    text('encryption/keyId', '/properties/keyVaultKeyUri', {
      fixed:
        'A key needs an identity that may use it: change properties/keyVaultKeyUri by hand.',
    }),
    enabled('publicAccess', '/properties/publicNetworkAccess', {
      effect:
        'Who may connect changes: connections from the internet, within the firewall rules, are allowed or cut.',
    }),
  ],
  computed: [
    ...COMPUTED,
    '/properties/provisioningState',
    '/properties/documentEndpoint',
    '/properties/sqlEndpoint',
    '/properties/instanceId',
    '/properties/readLocations',
    '/properties/writeLocations',
    '/properties/failoverPolicies',
    '/properties/privateEndpointConnections',
    '/properties/keysMetadata',
    '/properties/customerManagedKeyStatus',
    '/properties/backupPolicy/migrationState',
  ],
  computedInLists: {
    '/properties/locations': ['id', 'documentEndpoint', 'provisioningState'],
  },
  caseless: [
    '/properties/consistencyPolicy/defaultConsistencyLevel',
    '/properties/minimalTlsVersion',
    '/properties/networkAclBypass',
  ],
  createOnly: [
    '/location',
    '/kind',
    '/properties/databaseAccountOfferType',
    '/properties/enableFreeTier',
    '/properties/createMode',
    '/properties/restoreParameters',
  ],
  defaults: {
    '/properties/publicNetworkAccess': 'Enabled',
    '/properties/enableAutomaticFailover': false,
    '/properties/enableMultipleWriteLocations': false,
    '/properties/isVirtualNetworkFilterEnabled': false,
    '/properties/enableFreeTier': false,
    '/properties/enableAnalyticalStorage': false,
    '/properties/disableLocalAuth': false,
    '/properties/disableKeyBasedMetadataWriteAccess': false,
    '/properties/networkAclBypass': 'None',
  },
  // The type of the policy says which of its members there are.
  wholeInPatch: ['/properties/backupPolicy', '/properties/consistencyPolicy'],
};

function locationsOf(document: JsonObject): JsonObject[] {
  const locations = valueAt(document, '/properties/locations');
  return Array.isArray(locations) ? locations.filter(isObject) : [];
}

const APIS = [
  ['EnableCassandra', 'cassandra'],
  ['EnableGremlin', 'gremlin'],
  ['EnableTable', 'table'],
  ['EnableMongo', 'mongodb'],
] as const;

/** By the capabilities, as the portal does. */
function engineOf(document: JsonObject): string | undefined {
  const capabilities = valueAt(document, '/properties/capabilities');
  const names = Array.isArray(capabilities)
    ? capabilities.map(each => (isObject(each) ? each.name : undefined))
    : [];
  const api = APIS.find(([name]) => names.some(each => isWord(each, name)));
  if (api) {
    return api[1];
  }
  const kind = textAt(document, '/kind');
  if (kind === undefined) {
    return undefined;
  }
  return isWord(kind, 'MongoDB') ? 'mongodb' : 'cosmosdb';
}
