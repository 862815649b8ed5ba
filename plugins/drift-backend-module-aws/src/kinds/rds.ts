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
  numberAsTextProperty,
  numberProperty,
  textProperty,
} from './property';

const RDS_ID = /^[a-z](?:-?[a-z0-9]){0,62}$/;

const NEW_DATABASE =
  'It can only be chosen when the database is made: restore a snapshot into a new one.';

const BACKUPS_EFFECT =
  'Turning backups on or off interrupts the database for a moment.';

const APPLIED_NOW =
  'It is applied at once, not in the next maintenance window: the database restarts or fails over.';

/** Instances of a cluster have their storage, backups and standby by the cluster. */
const isInCluster = (document: JsonObject) =>
  typeof document.DBClusterIdentifier === 'string' &&
  document.DBClusterIdentifier !== '';

const isAurora = (document: JsonObject) =>
  typeof document.Engine === 'string' && document.Engine.startsWith('aurora');

const engine = textProperty('engine', '/Engine', {
  fixed: 'The engine of a database that exists cannot be changed.',
});

const version = textProperty('version', '/EngineVersion', {
  effect: APPLIED_NOW,
  refuse: (from, to) =>
    typeof from === 'string' && majorOf(from) !== majorOf(String(to))
      ? 'A repair does not change the major version: that takes checks and a plan of its own.'
      : undefined,
});

function majorOf(text: string): string {
  return text.split('.')[0];
}

/**
 * Pointers as the schema of AWS::RDS::DBInstance has them, of August 2026.
 * Describing an instance always tells its booleans, so that one which is absent
 * is unknown and not off.
 */
export const dbInstance: AwsKind = {
  kind: 'AWS::RDS::DBInstance',
  resourceType: 'database',
  title: 'RDS instance',
  properties: [
    engine,
    version,
    textProperty('size', '/DBInstanceClass', { effect: APPLIED_NOW }),
    numberAsTextProperty('storageGiB', '/AllocatedStorage', {
      unit: 'GiB',
      unless: isInCluster,
      effect:
        'AWS optimises the storage for hours afterwards and takes no other change of it meanwhile.',
    }),
    {
      name: 'storageMaxGiB',
      field: '/MaxAllocatedStorage',
      unit: 'GiB',
      read: document => {
        if (isInCluster(document)) {
          return undefined;
        }
        const value = document.MaxAllocatedStorage;
        // Absent where storage does not grow by itself.
        return typeof value === 'number' ? value : 0;
      },
      write: (value, document) => [
        {
          pointer: '/MaxAllocatedStorage',
          // RDS turns growing off when the bound is what is there.
          value: value === 0 ? Number(document.AllocatedStorage) : value,
        },
      ],
    },
    textProperty('storageType', '/StorageType', {
      unless: isInCluster,
      effect:
        'AWS optimises the storage for hours afterwards and takes no other change of it meanwhile.',
    }),
    {
      name: 'replicas',
      field: '/ReadReplicaDBInstanceIdentifiers',
      read: document => {
        const instances = document.ReadReplicaDBInstanceIdentifiers;
        const clusters = document.ReadReplicaDBClusterIdentifiers;
        return Array.isArray(instances) && !isInCluster(document)
          ? instances.length + (Array.isArray(clusters) ? clusters.length : 0)
          : undefined;
      },
      fixed:
        'Each read replica is a resource of its own: make or remove it there.',
    },
    booleanProperty('highAvailability', '/MultiAZ', {
      unless: isInCluster,
      effect: 'Writing is slower for a while after a standby was added.',
    }),
    numberProperty('backupRetentionDays', '/BackupRetentionPeriod', {
      unit: 'days',
      unless: isInCluster,
      effect: BACKUPS_EFFECT,
    }),
    booleanProperty('encryption/enabled', '/StorageEncrypted', {
      fixed: NEW_DATABASE,
    }),
    textProperty('encryption/keyId', '/KmsKeyId', { fixed: NEW_DATABASE }),
    booleanProperty('publicAccess', '/PubliclyAccessible', {
      effect:
        'The name of the database leads to another address; connections over the old one end.',
    }),
    booleanProperty('deletionProtection', '/DeletionProtection', {
      unless: isInCluster,
    }),
  ],
  computed: [
    '/AutomaticRestartTime',
    '/CertificateDetails',
    '/DBInstanceArn',
    '/DBInstanceStatus',
    '/DbiResourceId',
    '/Endpoint',
    '/InstanceCreateTime',
    '/IsStorageConfigUpgradeAvailable',
    '/LatestRestorableTime',
    '/ListenerEndpoint',
    '/MasterUserSecret/SecretArn',
    '/PercentProgress',
    '/ReadReplicaDBClusterIdentifiers',
    '/ReadReplicaDBInstanceIdentifiers',
    '/ResumeFullAutomationModeTime',
    '/SecondaryAvailabilityZone',
    '/StatusInfos',
  ],
  writeOnly: [
    '/AllowMajorVersionUpgrade',
    '/ApplyImmediately',
    '/AutomaticBackupReplicationKmsKeyId',
    '/CertificateRotationRestart',
    '/DBSnapshotIdentifier',
    '/DeleteAutomatedBackups',
    '/MasterUserAuthenticationType',
    '/MasterUserPassword',
    '/RestoreTime',
    '/SourceDBInstanceAutomatedBackupsArn',
    '/SourceDBInstanceIdentifier',
    '/SourceDbiResourceId',
    '/SourceRegion',
    '/TdeCredentialPassword',
    '/UseDefaultProcessorFeatures',
    '/UseLatestRestorableTime',
  ],
  createOnly: [
    '/BackupTarget',
    '/CharacterSetName',
    '/CustomIAMInstanceProfile',
    '/DBClusterIdentifier',
    '/DBInstanceIdentifier',
    '/DBName',
    '/DBSubnetGroupName',
    '/DBSystemId',
    '/KmsKeyId',
    '/MasterUsername',
    '/NcharCharacterSetName',
    '/SourceRegion',
    '/StorageEncrypted',
    '/Timezone',
  ],
  defaults: {
    '/AutoMinorVersionUpgrade': true,
    '/CopyTagsToSnapshot': false,
    '/DeletionProtection': false,
    '/StorageEncrypted': false,
    '/Tags': [],
  },
  caseless: [
    '/DBClusterIdentifier',
    '/DBClusterSnapshotIdentifier',
    '/DBInstanceIdentifier',
    '/DBName',
    '/DBParameterGroupName',
    '/DBSubnetGroupName',
    '/DBSystemId',
    '/Engine',
    '/NetworkType',
    '/OptionGroupName',
    '/PreferredMaintenanceWindow',
    '/StorageType',
  ],
  id: {
    ignoresCase: true,
    pattern: RDS_ID,
    words:
      'the identifier of an RDS instance: up to 63 letters, digits and single hyphens, a letter first',
  },
  tags: '/Tags',
  console: ({ region, id }) =>
    `/rds/home?region=${region}#database:id=${id};is-cluster=false`,
  eventWords: {
    version: ['engineVersion'],
    size: ['dBInstanceClass'],
    highAvailability: ['multiAZ'],
    publicAccess: ['publiclyAccessible'],
    replicas: ['createDBInstanceReadReplica', 'promoteReadReplica'],
  },
};

/** As the schema of AWS::RDS::DBCluster has them, of August 2026. */
export const dbCluster: AwsKind = {
  kind: 'AWS::RDS::DBCluster',
  resourceType: 'database',
  title: 'RDS or Aurora cluster',
  properties: [
    engine,
    version,
    textProperty('size', '/DBClusterInstanceClass', { effect: APPLIED_NOW }),
    numberProperty('storageGiB', '/AllocatedStorage', {
      unit: 'GiB',
      // The storage of Aurora grows with its content; it always says 1.
      unless: isAurora,
    }),
    textProperty('storageType', '/StorageType', {
      effect: 'AWS takes another change of it only after a while.',
    }),
    {
      name: 'replicas',
      field: '/DBClusterInstanceClass',
      // Instances of Aurora are resources of their own, which the cluster does not name.
      read: document => (isMultiAzCluster(document) ? 2 : undefined),
      fixed: 'A Multi-AZ cluster always has two readable standbys.',
    },
    {
      name: 'highAvailability',
      field: '/DBClusterInstanceClass',
      read: document => (isMultiAzCluster(document) ? true : undefined),
      fixed: 'A Multi-AZ cluster always has two readable standbys.',
    },
    numberProperty('backupRetentionDays', '/BackupRetentionPeriod', {
      unit: 'days',
    }),
    booleanProperty('encryption/enabled', '/StorageEncrypted', {
      fixed: NEW_DATABASE,
    }),
    textProperty('encryption/keyId', '/KmsKeyId', { fixed: NEW_DATABASE }),
    booleanProperty('publicAccess', '/PubliclyAccessible', {
      // Of Aurora, the instances say it.
      unless: isAurora,
      fixed: NEW_DATABASE,
    }),
    booleanProperty('deletionProtection', '/DeletionProtection'),
  ],
  computed: [
    '/DBClusterArn',
    '/DBClusterResourceId',
    '/Endpoint',
    '/MasterUserSecret/SecretArn',
    '/ReadEndpoint',
    '/StorageEncryptionType',
    '/StorageThroughput',
  ],
  writeOnly: [
    '/ClusterScalabilityType',
    '/DBInstanceParameterGroupName',
    '/DeleteAutomatedBackups',
    '/MasterUserAuthenticationType',
    '/MasterUserPassword',
    '/RestoreToTime',
    '/RestoreType',
    '/SnapshotIdentifier',
    '/SourceDBClusterIdentifier',
    '/SourceDbClusterResourceId',
    '/SourceRegion',
    '/UseLatestRestorableTime',
  ],
  createOnly: [
    '/AvailabilityZones',
    '/ClusterScalabilityType',
    '/DBClusterIdentifier',
    '/DBSubnetGroupName',
    '/DBSystemId',
    '/DatabaseName',
    '/EngineMode',
    '/KmsKeyId',
    '/PubliclyAccessible',
    '/RestoreToTime',
    '/RestoreType',
    '/SnapshotIdentifier',
    '/SourceDBClusterIdentifier',
    '/SourceDbClusterResourceId',
    '/SourceRegion',
    '/StorageEncrypted',
    '/UseLatestRestorableTime',
  ],
  defaults: {
    '/DeletionProtection': false,
    '/StorageEncrypted': false,
    '/Tags': [],
  },
  caseless: [
    '/DBClusterIdentifier',
    '/DBClusterParameterGroupName',
    '/DBSubnetGroupName',
    '/Engine',
    '/NetworkType',
    '/PreferredMaintenanceWindow',
    '/StorageType',
  ],
  id: {
    ignoresCase: true,
    pattern: RDS_ID,
    words:
      'the identifier of a cluster: up to 63 letters, digits and single hyphens, a letter first',
  },
  tags: '/Tags',
  console: ({ region, id }) =>
    `/rds/home?region=${region}#database:id=${id};is-cluster=true`,
  eventWords: {
    version: ['engineVersion'],
    size: ['dBClusterInstanceClass'],
    publicAccess: ['publiclyAccessible'],
  },
};

function isMultiAzCluster(document: JsonObject): boolean {
  return (
    !isAurora(document) &&
    typeof valueAt(document, '/DBClusterInstanceClass') === 'string'
  );
}
