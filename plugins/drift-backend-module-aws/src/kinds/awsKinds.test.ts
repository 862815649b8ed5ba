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
  applyCloudWrites,
  compareCloud,
  planCloudRepair,
  toLiveCloudResource,
} from '@infra-hub/drift-engine';
import { managedBy } from '../document/managedBy';
import { readDocument } from '../document/readDocument';
import { AwsKind } from './AwsKind';
import { kindsOfAws } from './awsKinds';
import { dynamoDbTable } from './dynamodb';
import { cacheCluster, replicationGroup, serverlessCache } from './elasticache';
import { dbCluster, dbInstance } from './rds';
import { bucket, fileSystem, volume } from './storage';

const KEY =
  'arn:aws:kms:eu-central-1:123456789012:key/1b2c3d4e-0000-4000-8000-000000000000';

const OPEN = {
  AccountPublicAccessBlockConfiguration: {},
  PublicAccessBlockConfiguration: {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: false,
    RestrictPublicBuckets: false,
  },
  PolicyStatus: { IsPublic: true },
};

function read(kind: AwsKind, properties: JsonObject) {
  const document = readDocument({
    kind,
    id: 'one',
    region: 'eu-central-1',
    properties: JSON.stringify(properties),
  });
  if (!document) {
    throw new Error('No document');
  }
  return {
    document: document.document,
    live: toLiveCloudResource({ ...document, provider: 'aws' }),
  };
}

describe('the tables of AWS', () => {
  it.each<[string, AwsKind, JsonObject, JsonObject]>([
    [
      'an instance',
      dbInstance,
      {
        Engine: 'postgres',
        EngineVersion: '15.4',
        DBInstanceClass: 'db.t4g.medium',
        AllocatedStorage: '100',
        MaxAllocatedStorage: 200,
        StorageType: 'gp3',
        MultiAZ: true,
        BackupRetentionPeriod: 7,
        StorageEncrypted: true,
        KmsKeyId: KEY,
        PubliclyAccessible: false,
        DeletionProtection: true,
        ReadReplicaDBInstanceIdentifiers: ['shop-db-2'],
      },
      {
        engine: 'postgres',
        version: '15.4',
        size: 'db.t4g.medium',
        storageGiB: 100,
        storageMaxGiB: 200,
        storageType: 'gp3',
        replicas: 1,
        highAvailability: true,
        backupRetentionDays: 7,
        encryption: { enabled: true, keyId: KEY },
        publicAccess: false,
        deletionProtection: true,
      },
    ],
    [
      'an instance of which little is told',
      dbInstance,
      { Engine: 'mysql' },
      { engine: 'mysql', storageMaxGiB: 0 },
    ],
    [
      'an instance of Aurora, whose cluster has the rest',
      dbInstance,
      {
        Engine: 'aurora-postgresql',
        DBClusterIdentifier: 'shop',
        AllocatedStorage: '1',
        MultiAZ: false,
        BackupRetentionPeriod: 1,
        PubliclyAccessible: false,
      },
      { engine: 'aurora-postgresql', publicAccess: false },
    ],
    [
      'a cluster of Aurora',
      dbCluster,
      {
        Engine: 'aurora-postgresql',
        EngineVersion: '16.2',
        AllocatedStorage: 1,
        BackupRetentionPeriod: 1,
        StorageEncrypted: true,
        PubliclyAccessible: false,
        DeletionProtection: false,
      },
      {
        engine: 'aurora-postgresql',
        version: '16.2',
        backupRetentionDays: 1,
        encryption: { enabled: true },
        deletionProtection: false,
      },
    ],
    [
      'a Multi-AZ cluster',
      dbCluster,
      {
        Engine: 'mysql',
        DBClusterInstanceClass: 'db.r6gd.large',
        AllocatedStorage: 400,
        StorageType: 'io1',
      },
      {
        engine: 'mysql',
        size: 'db.r6gd.large',
        storageGiB: 400,
        storageType: 'io1',
        replicas: 2,
        highAvailability: true,
      },
    ],
    [
      'a table of which nothing special is said',
      dynamoDbTable,
      { TableName: 'orders' },
      {
        engine: 'dynamodb',
        size: 'PROVISIONED',
        storageType: 'STANDARD',
        highAvailability: true,
        backupRetentionDays: 0,
        encryption: { enabled: true },
        publicAccess: false,
        deletionProtection: false,
      },
    ],
    [
      'a table with everything',
      dynamoDbTable,
      {
        BillingMode: 'PAY_PER_REQUEST',
        TableClass: 'STANDARD_INFREQUENT_ACCESS',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true, KMSMasterKeyId: KEY },
        DeletionProtectionEnabled: true,
      },
      {
        engine: 'dynamodb',
        size: 'PAY_PER_REQUEST',
        storageType: 'STANDARD_INFREQUENT_ACCESS',
        highAvailability: true,
        backupRetentionDays: 35,
        encryption: { enabled: true, keyId: KEY },
        publicAccess: false,
        deletionProtection: true,
      },
    ],
    [
      'a replication group, whose version Cloud Control never tells',
      replicationGroup,
      {
        Engine: 'redis',
        EngineVersion: '7.1',
        KmsKeyId: KEY,
        CacheNodeType: 'cache.t4g.small',
        NumCacheClusters: 3,
        MultiAZEnabled: true,
        SnapshotRetentionLimit: 5,
        AtRestEncryptionEnabled: true,
      },
      {
        engine: 'redis',
        size: 'cache.t4g.small',
        replicas: 2,
        highAvailability: true,
        backupRetentionDays: 5,
        encryption: { enabled: true },
        publicAccess: false,
      },
    ],
    [
      'a replication group with shards',
      replicationGroup,
      { NumCacheClusters: 6, ClusterMode: 'enabled' },
      { publicAccess: false },
    ],
    [
      'a cache cluster',
      cacheCluster,
      { Engine: 'memcached', EngineVersion: '1.6.22', NumCacheNodes: 3 },
      {
        engine: 'memcached',
        version: '1.6.22',
        replicas: 0,
        highAvailability: false,
        publicAccess: false,
      },
    ],
    [
      'a serverless cache',
      serverlessCache,
      {
        Engine: 'valkey',
        MajorEngineVersion: '8',
        CacheUsageLimits: { DataStorage: { Maximum: 10, Unit: 'GB' } },
      },
      {
        engine: 'valkey',
        version: '8',
        storageMaxGiB: 10,
        highAvailability: true,
        encryption: { enabled: true },
        publicAccess: false,
      },
    ],
    [
      'a volume',
      volume,
      {
        Size: 100,
        VolumeType: 'gp3',
        Iops: 3000,
        Throughput: 125,
        Encrypted: false,
      },
      {
        capacityGiB: 100,
        tier: 'gp3',
        redundancy: 'zonal',
        encryption: { enabled: false },
        publicAccess: false,
        throughputMiBps: 125,
        iops: 3000,
      },
    ],
    [
      'a bucket that nothing keeps from being public',
      bucket,
      { ...OPEN, Tags: [] },
      {
        redundancy: 'regional',
        versioning: false,
        encryption: { enabled: true },
        publicAccess: true,
        lifecycle: [],
      },
    ],
    [
      'a bucket that cannot be public',
      bucket,
      {
        PublicAccessBlockConfiguration: { RestrictPublicBuckets: true },
        OwnershipControls: {
          Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }],
        },
        VersioningConfiguration: { Status: 'Enabled' },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              ServerSideEncryptionByDefault: {
                SSEAlgorithm: 'aws:kms',
                KMSMasterKeyID: KEY,
              },
            },
          ],
        },
        ReplicationConfiguration: { Rules: [{ Status: 'Enabled' }] },
        LifecycleConfiguration: { Rules: [{ Id: 'old', Status: 'Enabled' }] },
      },
      {
        redundancy: 'replicated',
        versioning: true,
        encryption: { enabled: true, keyId: KEY },
        publicAccess: false,
        lifecycle: [{ Id: 'old', Status: 'Enabled' }],
      },
    ],
    [
      'a file system',
      fileSystem,
      {
        Encrypted: true,
        ThroughputMode: 'provisioned',
        ProvisionedThroughputInMibps: 64,
        AvailabilityZoneName: 'eu-central-1a',
        LifecyclePolicies: [{ TransitionToIA: 'AFTER_30_DAYS' }],
      },
      {
        tier: 'provisioned',
        redundancy: 'one-zone',
        encryption: { enabled: true },
        publicAccess: false,
        throughputMiBps: 64,
        lifecycle: [{ TransitionToIA: 'AFTER_30_DAYS' }],
      },
    ],
  ])('reads %s', (_what, kind, document, properties) => {
    expect(read(kind, document).live.properties).toEqual(properties);
  });

  const repair = (
    kind: AwsKind,
    properties: JsonObject,
    wanted: JsonObject,
  ) => {
    const { document, live } = read(kind, properties);
    const desired = {
      resourceType: kind.resourceType,
      name: 'one',
      provider: 'aws',
      kind: kind.kind,
      id: 'one',
      properties: wanted,
    };
    const plan = planCloudRepair({ desired, live, kind, document });
    const after = applyCloudWrites(document, plan.writes);
    const { differences } = compareCloud({
      desired: [desired],
      live: [read(kind, after).live],
    });
    return { ...plan, after, differences };
  };

  it.each<[AwsKind, JsonObject, JsonObject]>([
    [dbInstance, { DBInstanceClass: 'db.t4g.large' }, { size: 'db.t4g.small' }],
    [dbInstance, { AllocatedStorage: '50' }, { storageGiB: 80 }],
    [
      dbInstance,
      { AllocatedStorage: '50', MaxAllocatedStorage: 100 },
      { storageMaxGiB: 200 },
    ],
    [dbInstance, { PubliclyAccessible: true }, { publicAccess: false }],
    [dbInstance, { EngineVersion: '15.2' }, { version: '15.4' }],
    [dbCluster, { DeletionProtection: false }, { deletionProtection: true }],
    [
      dynamoDbTable,
      {
        BillingMode: 'PROVISIONED',
        ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
      },
      { size: 'PAY_PER_REQUEST' },
    ],
    [dynamoDbTable, {}, { backupRetentionDays: 20, deletionProtection: true }],
    [dynamoDbTable, {}, { encryption: { keyId: KEY } }],
    [replicationGroup, { NumCacheClusters: 1 }, { replicas: 2 }],
    [replicationGroup, { ReplicasPerNodeGroup: 1 }, { replicas: 2 }],
    [replicationGroup, { MultiAZEnabled: false }, { highAvailability: true }],
    [
      serverlessCache,
      { CacheUsageLimits: { DataStorage: { Maximum: 10, Unit: 'GB' } } },
      { storageMaxGiB: 20 },
    ],
    [volume, { VolumeType: 'gp2', Iops: 300 }, { tier: 'gp3', iops: 3000 }],
    [bucket, OPEN, { publicAccess: false, versioning: true }],
    [
      bucket,
      { LifecycleConfiguration: { Rules: [{ Id: 'b' }] } },
      { lifecycle: [{ Id: 'a' }] },
    ],
    [bucket, {}, { encryption: { keyId: KEY } }],
    [
      fileSystem,
      { ThroughputMode: 'bursting' },
      { tier: 'provisioned', throughputMiBps: 32 },
    ],
    [
      fileSystem,
      { ThroughputMode: 'provisioned', ProvisionedThroughputInMibps: 8 },
      { tier: 'elastic' },
    ],
    [fileSystem, {}, { lifecycle: [{ TransitionToIA: 'AFTER_7_DAYS' }] }],
  ])(
    'repairs %# so that nothing differs any more',
    (kind, document, wanted) => {
      const { writes, refusals, differences } = repair(kind, document, wanted);
      expect(refusals).toEqual([]);
      expect(writes).not.toEqual([]);
      expect(differences).toEqual([]);
    },
  );

  it.each<[AwsKind, JsonObject, JsonObject, string]>([
    [dbInstance, { Engine: 'mysql' }, { engine: 'postgres' }, 'engine'],
    [dbInstance, { EngineVersion: '14.9' }, { version: '15' }, 'major version'],
    [
      dbInstance,
      { StorageEncrypted: false },
      { encryption: { enabled: true } },
      'restore a snapshot',
    ],
    [
      dbInstance,
      { ReadReplicaDBInstanceIdentifiers: [] },
      { replicas: 1 },
      'resource of its own',
    ],
    [
      dynamoDbTable,
      { BillingMode: 'PAY_PER_REQUEST' },
      { size: 'PROVISIONED' },
      'units',
    ],
    [volume, { Size: 200 }, { capacityGiB: 100 }, 'grow'],
    [
      bucket,
      {
        PublicAccessBlockConfiguration: {
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
      { publicAccess: true },
      'does not open',
    ],
  ])('refuses %# and says why', (kind, document, wanted, why) => {
    const { writes, refusals } = repair(kind, document, wanted);
    expect(writes).toEqual([]);
    expect(refusals.join()).toContain(why);
  });

  it.each<[string, AwsKind, JsonObject]>([
    ['version', replicationGroup, { version: '7' }],
    ['encryption/keyId', replicationGroup, { encryption: { keyId: KEY } }],
    ['replicas', dbInstance, { replicas: 0 }],
    ['replicas', dynamoDbTable, { replicas: 0 }],
    ['tier', bucket, { tier: 'STANDARD' }],
  ])('is blind for %s, and says so', (name, kind, properties) => {
    const { live } = read(kind, {
      Engine: 'redis',
      AtRestEncryptionEnabled: true,
    });
    const { differences, blindSpots } = compareCloud({
      desired: [
        {
          resourceType: kind.resourceType,
          name: 'one',
          provider: 'aws',
          kind: kind.kind,
          id: 'one',
          properties,
        },
      ],
      live: [live],
    });
    expect(differences).toEqual([]);
    expect(JSON.stringify(blindSpots)).toContain(name.split('/').at(-1));
  });

  it('has no secret in a document and no pointer that is none', () => {
    for (const kind of kindsOfAws) {
      const pointers = [
        ...kind.properties.map(({ field }) => field),
        ...(kind.computed ?? []),
        ...(kind.writeOnly ?? []),
        ...(kind.createOnly ?? []),
        ...Object.keys(kind.defaults ?? {}),
      ];
      expect(pointers.filter(pointer => !/^(?:\/\w+)+$/.test(pointer))).toEqual(
        [],
      );
    }
    expect(read(replicationGroup, { AuthToken: 'planted' }).document).toEqual(
      {},
    );
  });

  it.each<[JsonValue, object | undefined]>([
    [undefined as unknown as JsonValue, undefined],
    [[], undefined],
    [[{ Key: 'Name', Value: 'shop' }], undefined],
    [
      [{ Key: 'aws:cloudformation:stack-name', Value: 'net' }],
      { tool: 'CloudFormation', id: 'net' },
    ],
    [[{ Key: 'ManagedBy', Value: 'terraform' }], { tool: 'Terraform' }],
    [[{ Key: 'managed-by', Value: 'OpenTofu' }], { tool: 'OpenTofu' }],
    [[{ Key: 'managed_by', Value: 'hand' }], undefined],
    [[{ Key: 'Terraform', Value: 'true' }], { tool: 'Terraform' }],
    [[{ Key: 'terraform', Value: 'false' }], undefined],
    [
      [{ Key: 'kubernetes.io/created-for/pvc/name', Value: 'data-0' }],
      { tool: 'Kubernetes', id: 'data-0' },
    ],
  ])('takes tags %j for %j', (tags, manager) => {
    expect(managedBy({ Tags: tags }, '/Tags')).toEqual(manager);
  });
});
