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
  isWord,
  number,
  numberAt,
  text,
  textAt,
  write,
} from './values';

const MIB = 1024 ** 2;
const MEGABYTE = 1000 ** 2;

const ONLY_TUNABLE =
  'Ultra and Premium SSD v2 disks take it as it is told; that of others follows their size.';

function isTunable(document: JsonObject): boolean {
  return /^(UltraSSD|PremiumV2)_/i.test(textAt(document, '/sku/name') ?? '');
}

/**
 * A managed disk.
 * https://learn.microsoft.com/rest/api/compute/disks
 */
export const MANAGED_DISK: AzureKind = {
  kind: 'Microsoft.Compute/disks',
  resourceType: 'storage',
  title: 'Azure managed disk',
  apiVersion: '2024-03-02',
  properties: [
    number('capacityGiB', '/properties/diskSizeGB', {
      unit: 'GiB',
      effect:
        'Some disks must be detached, or their virtual machine stopped, before they can grow; Azure refuses otherwise.',
    }),
    text('tier', '/sku/name', {
      effect:
        'The disk must be detached, or its virtual machine stopped; Azure refuses otherwise.',
    }),
    {
      name: 'redundancy',
      field: '/sku/name',
      read: document =>
        /_(LRS|ZRS)$/i
          .exec(textAt(document, '/sku/name') ?? '')?.[1]
          .toUpperCase(),
      fixed:
        'Copies in zones can only be chosen with a new disk, made of a snapshot.',
    },
    alwaysEncrypted('/properties/encryption/type'),
    {
      name: 'encryption/keyId',
      field: '/properties/encryption/diskEncryptionSetId',
      read: document =>
        textAt(document, '/properties/encryption/diskEncryptionSetId'),
      write: (value, document) =>
        typeof value === 'string' && value !== ''
          ? [
              // A disk that is encrypted twice stays so.
              ...(isWord(
                valueAt(document, '/properties/encryption/type'),
                'EncryptionAtRestWithPlatformAndCustomerKeys',
              )
                ? []
                : [
                    write(
                      '/properties/encryption/type',
                      'EncryptionAtRestWithCustomerKey',
                    ),
                  ]),
              write('/properties/encryption/diskEncryptionSetId', value),
            ]
          : [
              write(
                '/properties/encryption/type',
                'EncryptionAtRestWithPlatformKey',
              ),
            ],
      effect:
        'The disk must be detached, or its virtual machine stopped; Azure refuses otherwise.',
    },
    {
      name: 'throughputMiBps',
      field: '/properties/diskMBpsReadWrite',
      unit: 'MB per second (1 MB = 1000000 bytes)',
      // Whole, so that whatever is wanted can be had: Azure takes whole megabytes.
      read: document => {
        const value = numberAt(document, '/properties/diskMBpsReadWrite');
        return value === undefined
          ? undefined
          : Math.round((value * MEGABYTE) / MIB);
      },
      write: (value, document) =>
        typeof value === 'number' && isTunable(document)
          ? [
              write(
                '/properties/diskMBpsReadWrite',
                Math.round((value * MIB) / MEGABYTE),
              ),
            ]
          : [],
      effect: ONLY_TUNABLE,
    },
    number('iops', '/properties/diskIOPSReadWrite', {
      unit: 'operations per second',
      write: (value, document) =>
        isTunable(document)
          ? [write('/properties/diskIOPSReadWrite', value)]
          : [],
      effect: ONLY_TUNABLE,
    }),
  ],
  computed: [
    ...COMPUTED,
    '/managedBy',
    '/managedByExtended',
    '/sku/tier',
    '/properties/provisioningState',
    '/properties/diskState',
    '/properties/diskSizeBytes',
    '/properties/timeCreated',
    '/properties/uniqueId',
    '/properties/shareInfo',
    '/properties/burstingEnabledTime',
    '/properties/completionPercent',
    '/properties/LastOwnershipUpdateTime',
    '/properties/propertyUpdatesInProgress',
  ],
  caseless: ['/properties/networkAccessPolicy'],
  createOnly: [
    '/location',
    '/zones',
    '/extendedLocation',
    '/properties/creationData',
    '/properties/hyperVGeneration',
    '/properties/securityProfile',
  ],
  defaults: {
    '/properties/publicNetworkAccess': 'Enabled',
    '/properties/networkAccessPolicy': 'AllowAll',
    '/properties/burstingEnabled': false,
    '/properties/maxShares': 1,
  },
  managedByIsUser: true,
};
