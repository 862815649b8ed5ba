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

import { CloudProperty, valueAt } from '@infra-hub/drift-engine';
import { numberAt, objectAt, textAt } from '../read/json';
import { GcpKind, GcpMethod } from './GcpKind';
import { pathIds, PLACED_SHORT } from './ids';

const API = 'https://compute.googleapis.com/compute/v1';

/**
 * Members that `disks.update` takes.
 *
 * @see https://cloud.google.com/sdk/gcloud/reference/compute/disks/update
 */
const UPDATABLE = [
  'accessMode',
  'architecture',
  'licenses',
  'provisionedIops',
  'provisionedThroughput',
];

const PERFORMANCE =
  'Google Cloud takes it of Hyperdisk only, and once in four hours.';

/** @see https://cloud.google.com/compute/docs/reference/rest/v1/disks */
function properties(redundancy: 'zonal' | 'regional'): CloudProperty[] {
  return [
    {
      name: 'capacityGiB',
      field: '/sizeGb',
      unit: 'GiB',
      read: document => numberAt(document, '/sizeGb'),
      write: value => [{ pointer: '/sizeGb', value: String(value) }],
      refuse: (from, to) =>
        Number(to) < Number(from) ? 'A disk can only grow.' : undefined,
      effect:
        'A disk cannot be made smaller again. File systems on it have to be grown apart.',
    },
    {
      name: 'tier',
      field: '/type',
      read: document => lastOf(textAt(document, '/type')),
      fixed: 'The type of a disk is chosen when it is made.',
    },
    {
      name: 'redundancy',
      field: '/replicaZones',
      read: () => redundancy,
      fixed: 'Whether a disk is zonal or regional is chosen when it is made.',
    },
    {
      name: 'encryption/enabled',
      field: '/diskEncryptionKey',
      read: () => true,
      fixed: 'Google Cloud encrypts what it stores, always.',
    },
    {
      name: 'encryption/keyId',
      field: '/diskEncryptionKey/kmsKeyName',
      // The API adds the version of the key
      read: document =>
        textAt(document, '/diskEncryptionKey/kmsKeyName')?.replace(
          /\/cryptoKeyVersions\/[^/]+$/,
          '',
        ),
      fixed: 'The key of a disk is chosen when it is made.',
    },
    {
      name: 'throughputMiBps',
      field: '/provisionedThroughput',
      unit: 'MiB/s',
      read: document => numberAt(document, '/provisionedThroughput'),
      write: value => [
        { pointer: '/provisionedThroughput', value: String(value) },
      ],
      effect: PERFORMANCE,
    },
    {
      name: 'iops',
      field: '/provisionedIops',
      unit: 'operations/s',
      read: document => numberAt(document, '/provisionedIops'),
      write: value => [{ pointer: '/provisionedIops', value: String(value) }],
      effect: PERFORMANCE,
    },
  ];
}

const ENCRYPTION_KEYS = [
  '/diskEncryptionKey',
  '/sourceImageEncryptionKey',
  '/sourceSnapshotEncryptionKey',
];

function makeKind(options: {
  kind: string;
  title: string;
  locations: 'zones' | 'regions';
}): GcpKind {
  const { kind, title, locations } = options;
  const place = locations === 'zones' ? '/zone' : '/region';
  return {
    kind: {
      kind,
      resourceType: 'storage',
      title,
      properties: properties(locations === 'zones' ? 'zonal' : 'regional'),
      computed: [
        '/asyncSecondaryDisks',
        '/creationTimestamp',
        '/id',
        '/kind',
        '/labelFingerprint',
        '/lastAttachTimestamp',
        '/lastDetachTimestamp',
        '/licenseCodes',
        '/resourceStatus',
        '/satisfiesPzi',
        '/satisfiesPzs',
        '/selfLink',
        '/sourceConsistencyGroupPolicy',
        '/sourceConsistencyGroupPolicyId',
        '/sourceDiskId',
        '/sourceImageId',
        '/sourceInstantSnapshotId',
        '/sourceSnapshotId',
        '/status',
        '/users',
        '/diskEncryptionKey/sha256',
      ],
      writeOnly: [
        '/params',
        ...ENCRYPTION_KEYS.flatMap(key => [
          `${key}/rawKey`,
          `${key}/rsaEncryptedKey`,
        ]),
      ],
      defaults: {
        '/enableConfidentialCompute': false,
        '/physicalBlockSizeBytes': '4096',
      },
      createOnly: [
        '/description',
        '/enableConfidentialCompute',
        '/guestOsFeatures',
        '/locationHint',
        '/name',
        '/options',
        '/physicalBlockSizeBytes',
        '/region',
        '/replicaZones',
        '/sourceDisk',
        '/sourceImage',
        '/sourceInstantSnapshot',
        '/sourceSnapshot',
        '/sourceStorageObject',
        '/storagePool',
        '/type',
        '/zone',
        ...ENCRYPTION_KEYS,
      ],
      notWritten: {
        '/asyncPrimaryDisk':
          'Replication of a disk is started and stopped by methods of their own.',
        '/resourcePolicies':
          'Schedules of snapshots are added and removed by methods of their own.',
      },
    },
    ids: pathIds({
      services: ['compute'],
      locations,
      collection: 'disks',
      short: PLACED_SHORT,
    }),
    url: ({ project, location, name }) =>
      `${API}/projects/${project}/${locations}/${location}/disks/${name}`,
    placeUrl: ({ project, location }) =>
      `${API}/projects/${project}/${locations}/${location}`,
    regionOf: document => {
      const where = lastOf(textAt(document, place));
      return locations === 'zones' ? where?.replace(/-[a-z]$/, '') : where;
    },
    labels: '/labels',
    consoleUrl: ({ project, location, name }) =>
      `https://console.cloud.google.com/compute/disksDetail/${locations}/${location}/disks/${name}?project=${project}`,
    changes: {
      by: 'methods',
      methods: [
        {
          // Guarded by the fingerprint, and so the first
          members: ['labels'],
          method: 'POST',
          path: '/setLabels',
          body: after => ({
            labels: objectAt(after, '/labels') ?? {},
            labelFingerprint: textAt(after, '/labelFingerprint'),
          }),
        },
        {
          members: ['sizeGb'],
          method: 'POST',
          path: '/resize',
          body: after => ({ sizeGb: valueAt(after, '/sizeGb') }),
        },
        ...UPDATABLE.map(
          (name): GcpMethod => ({
            members: [name],
            method: 'PATCH',
            path: '',
            query: { paths: name },
            body: after => ({ [name]: after[name] }),
          }),
        ),
      ],
      operation: {
        url: ({ project, location }, operation) => {
          const id = textAt(operation, '/name');
          return id === undefined
            ? undefined
            : `${API}/projects/${project}/${locations}/${location}/operations/${encodeURIComponent(
                id,
              )}`;
        },
        isDone: operation => valueAt(operation, '/status') === 'DONE',
      },
    },
  };
}

/** Persistent disks and hyperdisks of one zone. */
export const DISK = makeKind({
  kind: 'compute.googleapis.com/Disk',
  title: 'disk',
  locations: 'zones',
});

/** The same, kept in two zones of a region. */
export const REGION_DISK = makeKind({
  kind: 'compute.googleapis.com/RegionDisk',
  title: 'regional disk',
  locations: 'regions',
});

function lastOf(url: string | undefined): string | undefined {
  return url?.split('/').at(-1);
}
