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

import { JsonObject, JsonValue } from '@backstage/types';
import {
  CloudFieldWrite,
  CloudProperty,
  valueAt,
} from '@infra-hub/drift-engine';
import { isObject, listAt, objectAt, textAt } from '../read/json';
import { GcpKind } from './GcpKind';
import { BUCKET_IDS } from './ids';

const STORAGE_API = 'https://storage.googleapis.com/storage/v1';

/**
 * Where the grants to everybody stand in the document: the module adds them from
 * the IAM policy, as far as that can be read. The rest of the policy is left out.
 */
const PUBLIC_BINDINGS = '/iamPolicy/publicBindings';

/** Whether parts of the bucket have policies of their own; added as well. */
const MANAGED_FOLDERS = '/iamPolicy/managedFolders';

const KEY = '/encryption/defaultKmsKeyName';

const RELOCATION =
  'A bucket is moved by a relocation, an operation of its own that takes long.';

const EVERYBODY = ['allUsers', 'allAuthenticatedUsers'];

/** @see https://cloud.google.com/storage/docs/json_api/v1/buckets */
const PROPERTIES: readonly CloudProperty[] = [
  {
    name: 'tier',
    field: '/storageClass',
    read: document => textAt(document, '/storageClass'),
    write: value => [{ pointer: '/storageClass', value }],
    effect: 'Objects that are there keep the class that they have.',
  },
  {
    name: 'redundancy',
    field: '/locationType',
    read: document => textAt(document, '/locationType'),
    fixed: RELOCATION,
  },
  {
    name: 'versioning',
    field: '/versioning/enabled',
    read: document => valueAt(document, '/versioning/enabled') === true,
    write: value => [{ pointer: '/versioning/enabled', value }],
  },
  {
    name: 'encryption/enabled',
    field: '/encryption',
    read: () => true,
    fixed: 'Google Cloud encrypts what it stores, always.',
  },
  {
    name: 'encryption/keyId',
    field: KEY,
    read: document => textAt(document, KEY),
    write: writeKey,
    effect: 'Objects that are there keep the key that they have.',
  },
  {
    name: 'publicAccess',
    field: '/iamConfiguration/publicAccessPrevention',
    read: readPublicAccess,
    write: value =>
      value === false
        ? [
            {
              pointer: '/iamConfiguration/publicAccessPrevention',
              value: 'enforced',
            },
          ]
        : [],
    refuse: (_from, to) =>
      to === true
        ? 'A bucket is not opened to everybody from here: grant a role to allUsers by hand.'
        : undefined,
    effect:
      'Public access is prevented for the whole bucket. Grants to everybody stay, and count for nothing.',
  },
  {
    name: 'lifecycle',
    field: '/lifecycle/rule',
    read: document => listAt(document, '/lifecycle/rule').filter(isObject),
    write: value => [
      Array.isArray(value) && value.length > 0
        ? { pointer: '/lifecycle/rule', value }
        : { pointer: '/lifecycle', value: undefined },
    ],
    effect: 'Objects that the rules name are moved or deleted within a day.',
  },
];

/** Cloud Storage. */
export const BUCKET: GcpKind = {
  kind: {
    kind: 'storage.googleapis.com/Bucket',
    resourceType: 'storage',
    title: 'Cloud Storage bucket',
    properties: PROPERTIES,
    computed: [
      '/autoclass/terminalStorageClassUpdateTime',
      '/autoclass/toggleTime',
      '/encryption/customerManagedEncryptionEnforcementConfig/effectiveTime',
      '/encryption/customerSuppliedEncryptionEnforcementConfig/effectiveTime',
      '/encryption/googleManagedEncryptionEnforcementConfig/effectiveTime',
      '/etag',
      '/generation',
      '/hardDeleteTime',
      '/iamConfiguration/bucketPolicyOnly',
      '/iamConfiguration/uniformBucketLevelAccess/lockedTime',
      '/id',
      '/kind',
      '/metageneration',
      '/owner',
      '/projectNumber',
      '/retentionPolicy/effectiveTime',
      '/satisfiesPZI',
      '/satisfiesPZS',
      '/selfLink',
      '/softDeletePolicy/effectiveTime',
      '/softDeleteTime',
      '/timeCreated',
      '/updated',
    ],
    // Answers without `projection=full` leave them out
    writeOnly: ['/acl', '/defaultObjectAcl'],
    // Written in small letters by people, answered in capital ones
    caseless: ['/customPlacementConfig/dataLocations', '/location'],
    defaults: {
      '/billing/requesterPays': false,
      '/defaultEventBasedHold': false,
      '/iamConfiguration/publicAccessPrevention': 'inherited',
      '/iamConfiguration/uniformBucketLevelAccess/enabled': false,
      '/rpo': 'DEFAULT',
      '/storageClass': 'STANDARD',
      '/versioning/enabled': false,
    },
    createOnly: ['/hierarchicalNamespace', '/name', '/objectRetention'],
    notWritten: {
      '/customPlacementConfig': RELOCATION,
      '/iamPolicy': 'Grants of a bucket are not changed from here.',
      '/location': RELOCATION,
      '/locationType': RELOCATION,
      '/retentionPolicy/isLocked':
        'A retention policy is locked by a method of its own, and for ever.',
    },
  },
  ids: BUCKET_IDS,
  url: ({ name }) => `${STORAGE_API}/b/${name}`,
  regionOf: document => textAt(document, '/location')?.toLowerCase(),
  versionOf: document => textAt(document, '/metageneration'),
  labels: '/labels',
  consoleUrl: ({ project, name }) =>
    `https://console.cloud.google.com/storage/browser/${name}?project=${project}`,
  changes: {
    by: 'patch',
    masked: false,
    guard: document => ({
      query: {
        ifMetagenerationMatch: textAt(document, '/metageneration') ?? '',
      },
    }),
  },
};

/** What holds nothing but the key goes as a whole, as Google's own libraries do it. */
function writeKey(value: JsonValue, document: JsonObject): CloudFieldWrite[] {
  if (value !== '') {
    return [{ pointer: KEY, value }];
  }
  const others = Object.keys(objectAt(document, '/encryption') ?? {}).filter(
    name => name !== 'defaultKmsKeyName',
  );
  return [
    { pointer: others.length > 0 ? KEY : '/encryption', value: undefined },
  ];
}

/** Whether grants can open the bucket at all. */
export function mayBePublic(document: JsonObject): boolean {
  return (
    valueAt(document, '/iamConfiguration/publicAccessPrevention') !== 'enforced'
  );
}

/** Whether no object of the bucket has a list of its own of who may read it. */
export function isUniform(document: JsonObject): boolean {
  return (
    valueAt(document, '/iamConfiguration/uniformBucketLevelAccess/enabled') ===
    true
  );
}

/** The grants of an IAM policy that are for everybody. */
export function publicBindings(policy: JsonObject): JsonObject[] {
  return listAt(policy, '/bindings')
    .filter(isObject)
    .flatMap(binding => {
      const members = listAt(binding, '/members').filter(
        member => typeof member === 'string' && EVERYBODY.includes(member),
      );
      return members.length > 0 ? [{ role: binding.role, members }] : [];
    });
}

/**
 * Without uniform access, each object may be public by a list of its own, and a
 * managed folder by a policy of its own. Nobody reads those: then only the bad news
 * is certain.
 *
 * @see https://cloud.google.com/storage/docs/managed-folders
 */
function readPublicAccess(document: JsonObject): boolean | undefined {
  if (!mayBePublic(document)) {
    return false;
  }
  if (listAt(document, PUBLIC_BINDINGS).length > 0) {
    return true;
  }
  return isUniform(document) && valueAt(document, MANAGED_FOLDERS) === false
    ? false
    : undefined;
}
