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

import type { JsonObject } from '@backstage/types';
import { valueAt } from '../document/valueAt';
import { AwsKind } from './AwsKind';
import {
  booleanProperty,
  constantProperty,
  numberProperty,
  textProperty,
} from './property';

const CACHE_ID = /^[a-z](?:-?[a-z0-9]){0,49}$/;

const ID_WORDS = 'letters, digits and single hyphens, a letter first';

const NEW_CACHE =
  'It can only be chosen when the cache is made: restore a backup into a new one.';

const APPLIED_NOW =
  'It is applied at once: nodes are replaced one after the other, and connections end.';

const inVpcBy = (field: string) =>
  constantProperty('publicAccess', field, {
    value: false,
    fixed: 'ElastiCache can only be reached from within its VPC.',
  });

const engine = textProperty('engine', '/Engine', {
  fixed: 'A repair does not change the engine of a cache.',
});

const backups = numberProperty(
  'backupRetentionDays',
  '/SnapshotRetentionLimit',
  { unit: 'days' },
);

/** Where the version of a group's nodes is put, which only ElastiCache itself tells. */
export const NODE_VERSION = '/Nodes/EngineVersion';

/**
 * As the schema of AWS::ElastiCache::ReplicationGroup has it, of August 2026. Its
 * version, key and number of shards are write-only there; the version is asked of
 * ElastiCache.
 */
export const replicationGroup: AwsKind = {
  kind: 'AWS::ElastiCache::ReplicationGroup',
  resourceType: 'database',
  title: 'ElastiCache replication group',
  properties: [
    engine,
    {
      name: 'version',
      field: '/EngineVersion',
      read: document => {
        const version = valueAt(document, NODE_VERSION);
        return typeof version === 'string' ? version : undefined;
      },
      fixed:
        'A patch cannot test a version that Cloud Control never tells: change it by hand.',
    },
    textProperty('size', '/CacheNodeType', { effect: APPLIED_NOW }),
    {
      name: 'replicas',
      field: '/ReplicasPerNodeGroup',
      read: document => {
        const { ReplicasPerNodeGroup: replicas, NumCacheClusters: nodes } =
          document;
        if (typeof replicas === 'number') {
          return replicas;
        }
        return typeof nodes === 'number' && hasOneShard(document)
          ? nodes - 1
          : undefined;
      },
      write: (value, document) =>
        typeof document.ReplicasPerNodeGroup === 'number'
          ? [{ pointer: '/ReplicasPerNodeGroup', value }]
          : [{ pointer: '/NumCacheClusters', value: Number(value) + 1 }],
      effect: 'Reading goes to other nodes while replicas come or go.',
    },
    {
      name: 'highAvailability',
      field: '/MultiAZEnabled',
      read: ({ MultiAZEnabled: zones }) =>
        typeof zones === 'boolean' ? zones : undefined,
      write: value => [
        // Several zones are refused without failover.
        ...(value === true
          ? [{ pointer: '/AutomaticFailoverEnabled', value }]
          : []),
        { pointer: '/MultiAZEnabled', value },
      ],
    },
    backups,
    booleanProperty('encryption/enabled', '/AtRestEncryptionEnabled', {
      fixed: NEW_CACHE,
    }),
    inVpcBy('/CacheSubnetGroupName'),
  ],
  computed: [
    '/ConfigurationEndPoint',
    '/EffectiveDurability',
    '/Nodes',
    '/PrimaryEndPoint',
    '/ReadEndPoint',
    '/ReaderEndPoint',
  ],
  writeOnly: [
    '/AuthToken',
    '/CacheParameterGroupName',
    '/CacheSecurityGroupNames',
    '/CacheSubnetGroupName',
    '/EngineVersion',
    '/KmsKeyId',
    '/NodeGroupConfiguration',
    '/NotificationTopicArn',
    '/NumNodeGroups',
    '/PreferredCacheClusterAZs',
    '/PreferredMaintenanceWindow',
    '/PrimaryClusterId',
    '/SecurityGroupIds',
    '/SnapshotArns',
    '/SnapshotName',
  ],
  createOnly: [
    '/AtRestEncryptionEnabled',
    '/CacheSubnetGroupName',
    '/DataTieringEnabled',
    '/GlobalReplicationGroupId',
    '/KmsKeyId',
    '/NetworkType',
    '/Port',
    '/PreferredCacheClusterAZs',
    '/ReplicationGroupId',
    '/SnapshotArns',
    '/SnapshotName',
  ],
  defaults: { '/Tags': [], '/UserGroupIds': [] },
  caseless: ['/ReplicationGroupId'],
  id: {
    ignoresCase: true,
    pattern: /^[a-z](?:-?[a-z0-9]){0,39}$/,
    words: `the id of a replication group: up to 40 ${ID_WORDS}`,
  },
  tags: '/Tags',
  console: ({ region, id }) =>
    `/elasticache/home?region=${region}#/redis/${id}`,
  eventWords: {
    version: ['engineVersion'],
    size: ['cacheNodeType'],
    replicas: ['increaseReplicaCount', 'decreaseReplicaCount'],
    highAvailability: ['multiAZEnabled', 'automaticFailoverEnabled'],
    backupRetentionDays: ['snapshotRetentionLimit'],
  },
};

/** As the schema of AWS::ElastiCache::CacheCluster has it, of August 2026. */
export const cacheCluster: AwsKind = {
  kind: 'AWS::ElastiCache::CacheCluster',
  resourceType: 'database',
  title: 'ElastiCache cluster',
  properties: [
    engine,
    textProperty('version', '/EngineVersion', { effect: APPLIED_NOW }),
    textProperty('size', '/CacheNodeType', { effect: APPLIED_NOW }),
    constantProperty('replicas', '/NumCacheNodes', {
      value: 0,
      fixed:
        'Nodes of a cluster without a replication group are no copies of each other.',
    }),
    constantProperty('highAvailability', '/AZMode', {
      value: false,
      fixed:
        'Nodes of a cluster without a replication group do not take over for each other.',
    }),
    backups,
    inVpcBy('/CacheSubnetGroupName'),
  ],
  computed: ['/ConfigurationEndpoint', '/RedisEndpoint'],
  writeOnly: [
    '/CacheSecurityGroupNames',
    '/PreferredAvailabilityZone',
    '/SnapshotArns',
    '/SnapshotName',
  ],
  createOnly: [
    '/CacheSubnetGroupName',
    '/ClusterName',
    '/Engine',
    '/NetworkType',
    '/Port',
    '/SnapshotArns',
    '/SnapshotName',
  ],
  defaults: { '/Tags': [] },
  id: {
    ignoresCase: true,
    pattern: CACHE_ID,
    words: `the name of a cache cluster: up to 50 ${ID_WORDS}`,
  },
  tags: '/Tags',
  console: ({ region, id }) =>
    `/elasticache/home?region=${region}#/memcached/${id}`,
  eventWords: {
    size: ['cacheNodeType'],
    version: ['engineVersion'],
    backupRetentionDays: ['snapshotRetentionLimit'],
  },
};

/** As the schema of AWS::ElastiCache::ServerlessCache has it, of August 2026. */
export const serverlessCache: AwsKind = {
  kind: 'AWS::ElastiCache::ServerlessCache',
  resourceType: 'database',
  title: 'ElastiCache serverless cache',
  properties: [
    engine,
    textProperty('version', '/MajorEngineVersion', { effect: APPLIED_NOW }),
    {
      ...numberProperty(
        'storageMaxGiB',
        '/CacheUsageLimits/DataStorage/Maximum',
        {
          unit: 'GB',
          effect:
            'What does not fit below a lower bound is evicted from the cache.',
        },
      ),
      write: value => [
        { pointer: '/CacheUsageLimits/DataStorage/Unit', value: 'GB' },
        { pointer: '/CacheUsageLimits/DataStorage/Maximum', value },
      ],
    },
    constantProperty('highAvailability', '/ARN', {
      value: true,
      fixed: 'A serverless cache is always kept in several zones.',
    }),
    backups,
    constantProperty('encryption/enabled', '/KmsKeyId', {
      value: true,
      fixed: 'A serverless cache is always encrypted.',
    }),
    textProperty('encryption/keyId', '/KmsKeyId', { fixed: NEW_CACHE }),
    inVpcBy('/SubnetIds'),
  ],
  computed: [
    '/ARN',
    '/CreateTime',
    '/Endpoint',
    '/FullEngineVersion',
    '/ReaderEndpoint',
    '/Status',
  ],
  writeOnly: ['/FinalSnapshotName', '/SnapshotArnsToRestore'],
  createOnly: [
    '/KmsKeyId',
    '/NetworkType',
    '/ServerlessCacheName',
    '/SnapshotArnsToRestore',
    '/SubnetIds',
  ],
  defaults: { '/Tags': [] },
  id: {
    ignoresCase: true,
    pattern: /^[a-z](?:-?[a-z0-9]){0,39}$/,
    words: `the name of a serverless cache: up to 40 ${ID_WORDS}`,
  },
  tags: '/Tags',
  console: ({ region, id }) =>
    `/elasticache/home?region=${region}#/serverless-caches/${id}`,
  eventWords: {
    version: ['majorEngineVersion'],
    storageMaxGiB: ['cacheUsageLimits'],
    backupRetentionDays: ['snapshotRetentionLimit'],
  },
};

/** Groups in cluster mode have an address for their configuration, and shards. */
function hasOneShard(document: JsonObject): boolean {
  return (
    document.ConfigurationEndPoint === undefined &&
    (document.ClusterMode === undefined ||
      String(document.ClusterMode).toLowerCase() === 'disabled')
  );
}
