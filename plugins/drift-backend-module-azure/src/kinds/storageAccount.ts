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
  isObject,
  isWord,
  text,
  textAt,
  write,
} from './values';

const VERSION = '2024-01-01';

const RULES = '/managementPolicies/default/properties/policy/rules';
const VERSIONING = '/blobServices/default/properties/isVersioningEnabled';

/** What the blob service computes within its settings. */
const BLOB_COMPUTED = [
  ...COMPUTED,
  '/sku',
  '/properties/restorePolicy/lastEnabledTime',
  '/properties/restorePolicy/minRestoreTime',
];

/** A name like Standard_RAGZRS: performance and how copies are kept. */
const SKU = /^(Standard|Premium|StandardV2|PremiumV2)_([A-Z]+)$/i;

/**
 * A storage account, with the settings of its blob service and its rules of
 * lifecycle.
 * https://learn.microsoft.com/rest/api/storagerp/storage-accounts
 */
export const STORAGE_ACCOUNT: AzureKind = {
  kind: 'Microsoft.Storage/storageAccounts',
  resourceType: 'storage',
  title: 'Azure storage account',
  apiVersion: VERSION,
  properties: [
    text('tier', '/sku/name', { refuse: refuseSku }),
    {
      name: 'redundancy',
      field: '/sku/name',
      read: document => skuOf(document)?.redundancy,
      write: (value, document) => {
        const sku = skuOf(document);
        return sku ? [write('/sku/name', `${sku.performance}_${value}`)] : [];
      },
      refuse: (from, to) => refuseRedundancy(String(from), String(to)),
      effect: 'Azure copies the data in the background, which can take days.',
    },
    {
      name: 'versioning',
      field: VERSIONING,
      read: document =>
        isObject(valueAt(document, '/blobServices/default'))
          ? valueAt(document, VERSIONING) === true
          : undefined,
      write: (value, document) =>
        isObject(valueAt(document, '/blobServices/default'))
          ? [write(VERSIONING, value)]
          : [],
    },
    alwaysEncrypted('/properties/encryption/keySource'),
    {
      name: 'encryption/keyId',
      field: '/properties/encryption/keyvaultproperties',
      read: document => {
        const vault = textAt(
          document,
          '/properties/encryption/keyvaultproperties/keyvaulturi',
        );
        const name = textAt(
          document,
          '/properties/encryption/keyvaultproperties/keyname',
        );
        const version = textAt(
          document,
          '/properties/encryption/keyvaultproperties/keyversion',
        );
        return vault === undefined || name === undefined
          ? undefined
          : [vault.replace(/\/+$/, ''), 'keys', name, version]
              .filter(part => part !== undefined)
              .join('/');
      },
      fixed:
        'A key needs an identity that may use it: change properties/encryption by hand.',
    },
    {
      name: 'publicAccess',
      field: '/properties/allowBlobPublicAccess',
      read: readPublicAccess,
      write: (value, document) =>
        value === true
          ? [
              write('/properties/allowBlobPublicAccess', true),
              ...(isClosed(document)
                ? [write('/properties/publicNetworkAccess', 'Enabled')]
                : []),
              ...(isFenced(document)
                ? [write('/properties/networkAcls/defaultAction', 'Allow')]
                : []),
            ]
          : [write('/properties/allowBlobPublicAccess', value)],
      effect:
        'Who may read changes: anonymous requests to public containers are answered or refused. Where it is opened, the firewall of the account is opened, too.',
    },
    {
      name: 'lifecycle',
      field: RULES,
      read: document => {
        if (!isObject(valueAt(document, '/managementPolicies/default'))) {
          return undefined;
        }
        const rules = valueAt(document, RULES);
        return Array.isArray(rules) ? rules : [];
      },
      write: (value, document) =>
        isObject(valueAt(document, '/managementPolicies/default'))
          ? [write(RULES, value)]
          : [],
      refuse: (_from, to) =>
        Array.isArray(to) && to.length === 0
          ? 'Azure keeps no policy without rules: delete the lifecycle policy of the account by hand.'
          : undefined,
      effect:
        'Azure applies the rules within a day; what they delete then is gone.',
    },
  ],
  computed: [
    ...COMPUTED,
    '/sku/tier',
    '/properties/provisioningState',
    '/properties/primaryEndpoints',
    '/properties/secondaryEndpoints',
    '/properties/primaryLocation',
    '/properties/secondaryLocation',
    '/properties/statusOfPrimary',
    '/properties/statusOfSecondary',
    '/properties/lastGeoFailoverTime',
    '/properties/geoReplicationStats',
    '/properties/failoverInProgress',
    '/properties/creationTime',
    '/properties/keyCreationTime',
    '/properties/privateEndpointConnections',
    '/properties/blobRestoreStatus',
    '/properties/storageAccountSkuConversionStatus',
    '/properties/accountMigrationInProgress',
    '/properties/isSkuConversionBlocked',
    '/properties/encryption/keyvaultproperties/currentVersionedKeyIdentifier',
    '/properties/encryption/keyvaultproperties/currentVersionedKeyExpirationTimestamp',
    '/properties/encryption/keyvaultproperties/lastKeyRotationTimestamp',
    '/properties/encryption/services/blob/lastEnabledTime',
    '/properties/encryption/services/file/lastEnabledTime',
    '/properties/encryption/services/queue/lastEnabledTime',
    '/properties/encryption/services/table/lastEnabledTime',
    ...BLOB_COMPUTED.map(each => `/blobServices/default${each}`),
    ...[...COMPUTED, '/properties/lastModifiedTime'].map(
      each => `/managementPolicies/default${each}`,
    ),
  ],
  computedInLists: {
    '/properties/networkAcls/virtualNetworkRules': ['state'],
  },
  caseless: [
    '/properties/minimumTlsVersion',
    '/properties/encryption/keySource',
    '/properties/networkAcls/bypass',
  ],
  createOnly: [
    '/location',
    '/extendedLocation',
    '/properties/isHnsEnabled',
    '/properties/isNfsV3Enabled',
    '/properties/dnsEndpointType',
    '/properties/encryption/requireInfrastructureEncryption',
    ...['blob', 'file', 'queue', 'table'].map(
      service => `/properties/encryption/services/${service}/keyType`,
    ),
    '/properties/immutableStorageWithVersioning/enabled',
  ],
  defaults: {
    '/properties/publicNetworkAccess': 'Enabled',
    '/properties/networkAcls/bypass': 'AzureServices',
    '/properties/networkAcls/defaultAction': 'Allow',
    '/properties/supportsHttpsTrafficOnly': true,
    '/properties/minimumTlsVersion': 'TLS1_0',
    '/properties/allowSharedKeyAccess': true,
    '/properties/defaultToOAuthAuthentication': false,
    '/properties/isHnsEnabled': false,
    '/properties/isNfsV3Enabled': false,
    '/properties/isSftpEnabled': false,
    '/properties/encryption/requireInfrastructureEncryption': false,
    [VERSIONING]: false,
  },
  // Each has a member that is required: NetworkRuleSet, SasPolicy and so on.
  wholeInPatch: [
    '/properties/azureFilesIdentityBasedAuthentication',
    '/properties/customDomain',
    '/properties/networkAcls',
    '/properties/sasPolicy',
  ],
  parts: [
    {
      pointer: '/blobServices/default',
      title: 'settings of the blob service',
      apiVersion: VERSION,
      idOf: id => `${id}/blobServices/default`,
      applies: document => !isWord(document.kind, 'FileStorage'),
      method: 'PUT',
      readOnly: BLOB_COMPUTED,
    },
    {
      pointer: '/managementPolicies/default',
      title: 'lifecycle policy',
      apiVersion: VERSION,
      idOf: id => `${id}/managementPolicies/default`,
      applies: ({ kind }) =>
        ['StorageV2', 'BlobStorage', 'BlockBlobStorage'].some(each =>
          isWord(kind, each),
        ),
      absentCodes: ['ManagementPolicyNotFound'],
      method: 'PUT',
      readOnly: [...COMPUTED, '/properties/lastModifiedTime'],
    },
  ],
};

/**
 * Anybody can read when anonymous requests are allowed and come through the firewall.
 * Where Azure does not tell whether they are allowed, that depends on when the account
 * was made.
 */
function readPublicAccess(document: JsonObject): boolean | undefined {
  if (isClosed(document) || isFenced(document)) {
    return false;
  }
  const value = valueAt(document, '/properties/allowBlobPublicAccess');
  return typeof value === 'boolean' ? value : undefined;
}

/** Nothing comes in from the internet, or only within a perimeter. */
function isClosed(document: JsonObject): boolean {
  return ['Disabled', 'SecuredByPerimeter'].some(word =>
    isWord(valueAt(document, '/properties/publicNetworkAccess'), word),
  );
}

/** Only some networks and addresses come in. */
function isFenced(document: JsonObject): boolean {
  return isWord(
    valueAt(document, '/properties/networkAcls/defaultAction'),
    'Deny',
  );
}

function skuOf(
  document: JsonObject,
): { performance: string; redundancy: string } | undefined {
  const match = SKU.exec(textAt(document, '/sku/name') ?? '');
  return match
    ? { performance: match[1], redundancy: match[2].toUpperCase() }
    : undefined;
}

function refuseSku(from: unknown, to: unknown): string | undefined {
  const [before, after] = [SKU.exec(String(from)), SKU.exec(String(to))];
  if (!before || !after) {
    return undefined;
  }
  return before[1].toLowerCase() === after[1].toLowerCase()
    ? refuseRedundancy(before[2], after[2])
    : `An account cannot go from ${before[1]} to ${after[1]}: make a new one and move the data.`;
}

/** A change to or from zones is a conversion, which is asked for by itself. */
function refuseRedundancy(from: string, to: string): string | undefined {
  return /zrs$/i.test(from) === /zrs$/i.test(to)
    ? undefined
    : 'Copies in zones are begun or ended by a conversion of the account: ask for it in the portal.';
}
