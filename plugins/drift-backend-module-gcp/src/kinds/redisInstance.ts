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
import { numberAt, textAt } from '../read/json';
import { GcpKind } from './GcpKind';
import { pathIds, PLACED_SHORT } from './ids';

const API = 'https://redis.googleapis.com/v1';

const UPGRADE =
  'The version is raised by an upgrade, an operation of its own with a failover.';

/** @see https://cloud.google.com/memorystore/docs/redis/reference/rest/v1/projects.locations.instances */
const PROPERTIES: readonly CloudProperty[] = [
  {
    name: 'engine',
    field: '/redisVersion',
    read: () => 'redis',
    fixed: 'The engine of an instance cannot be changed.',
  },
  {
    name: 'version',
    field: '/redisVersion',
    // Of version 6 there is only REDIS_6_X
    read: document =>
      /^REDIS_(\d+(?:_(?:\d+|X))*)$/
        .exec(textAt(document, '/redisVersion') ?? '')?.[1]
        .replaceAll('_', '.')
        .toLowerCase(),
    fixed: UPGRADE,
  },
  {
    name: 'size',
    field: '/tier',
    read: document => textAt(document, '/tier'),
    fixed: 'The tier is chosen when the instance is made.',
  },
  {
    name: 'storageGiB',
    field: '/memorySizeGb',
    unit: 'GiB',
    read: document => numberAt(document, '/memorySizeGb'),
    write: value => [{ pointer: '/memorySizeGb', value: Number(value) }],
    effect: 'An instance of the basic tier is emptied, another one fails over.',
  },
  {
    name: 'replicas',
    field: '/replicaCount',
    read: document =>
      valueAt(document, '/readReplicasMode') === 'READ_REPLICAS_ENABLED'
        ? numberAt(document, '/replicaCount')
        : 0,
    write: value => [{ pointer: '/replicaCount', value: Number(value) }],
    refuse: (from, to) =>
      from === 0 || to === 0
        ? 'Whether there are replicas to read from is chosen by another setting, readReplicasMode.'
        : undefined,
  },
  {
    name: 'highAvailability',
    field: '/tier',
    read: document => {
      const tier = textAt(document, '/tier');
      return tier === undefined ? undefined : tier === 'STANDARD_HA';
    },
    fixed: 'The tier is chosen when the instance is made.',
  },
  {
    name: 'encryption/enabled',
    field: '/customerManagedKey',
    read: () => true,
    fixed: 'Google Cloud encrypts what it stores, always.',
  },
  {
    name: 'encryption/keyId',
    field: '/customerManagedKey',
    read: document => textAt(document, '/customerManagedKey'),
    fixed: 'The key is chosen when the instance is made.',
  },
  {
    name: 'publicAccess',
    field: '/connectMode',
    read: () => false,
    fixed: 'Instances have private addresses only.',
  },
];

/** Memorystore for Redis. */
export const REDIS_INSTANCE: GcpKind = {
  kind: {
    kind: 'redis.googleapis.com/Instance',
    resourceType: 'database',
    title: 'Memorystore for Redis instance',
    properties: PROPERTIES,
    computed: [
      '/availableMaintenanceVersions',
      '/createTime',
      '/currentLocationId',
      '/effectiveReservedIpRange',
      '/host',
      '/maintenancePolicy/createTime',
      '/maintenancePolicy/updateTime',
      '/maintenanceSchedule',
      '/maintenanceVersion',
      '/nodes',
      '/persistenceConfig/rdbNextSnapshotTime',
      '/persistenceIamIdentity',
      '/port',
      '/readEndpoint',
      '/readEndpointPort',
      '/satisfiesPzi',
      '/satisfiesPzs',
      '/serverCaCerts',
      '/state',
      '/statusMessage',
      '/suspensionReasons',
    ],
    writeOnly: ['/tags'],
    defaults: {
      '/connectMode': 'DIRECT_PEERING',
      '/readReplicasMode': 'READ_REPLICAS_DISABLED',
      '/tier': 'BASIC',
      '/transitEncryptionMode': 'DISABLED',
      '/authEnabled': false,
    },
    createOnly: [
      '/alternativeLocationId',
      '/authorizedNetwork',
      '/connectMode',
      '/customerManagedKey',
      '/locationId',
      '/name',
      '/reservedIpRange',
      '/tier',
      '/transitEncryptionMode',
    ],
    notWritten: { '/redisVersion': UPGRADE },
  },
  ids: pathIds({
    services: ['redis'],
    locations: 'locations',
    collection: 'instances',
    short: PLACED_SHORT,
  }),
  url: ({ project, location, name }) =>
    `${API}/projects/${project}/locations/${location}/instances/${name}`,
  placeUrl: ({ project, location }) =>
    `${API}/projects/${project}/locations/${location}`,
  regionOf: document =>
    /\/locations\/([^/]+)\//.exec(textAt(document, '/name') ?? '')?.[1],
  labels: '/labels',
  consoleUrl: ({ project, location, name }) =>
    `https://console.cloud.google.com/memorystore/redis/locations/${location}/instances/${name}/details/overview?project=${project}`,
  changes: {
    by: 'patch',
    masked: true,
    operation: {
      url: (_name, operation) => {
        const id = textAt(operation, '/name');
        return id !== undefined && /^projects\/[\w./:-]+$/.test(id)
          ? `${API}/${id}`
          : undefined;
      },
      isDone: operation => valueAt(operation, '/done') === true,
    },
  },
};
