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

import type { JsonObject, JsonValue } from '@backstage/types';
import { isObject, valueAt } from '../document/valueAt';
import { AwsKind } from './AwsKind';
import {
  booleanProperty,
  constantProperty,
  numberProperty,
  textProperty,
} from './property';
import {
  ACCESS_LIST,
  ACCOUNT_BLOCK,
  BUCKET_BLOCK,
  isPublicBucket,
  POLICY_STATUS,
} from './publicBucket';

const VOLUME_EFFECT =
  'AWS optimises the volume for hours afterwards and takes no other change of it meanwhile.';

const NEW_VOLUME =
  'It can only be chosen when the volume is made: restore a snapshot into a new one.';

/** As the schema of AWS::EC2::Volume has it, of August 2026. */
export const volume: AwsKind = {
  kind: 'AWS::EC2::Volume',
  resourceType: 'storage',
  title: 'EBS volume',
  properties: [
    numberProperty('capacityGiB', '/Size', {
      unit: 'GiB',
      effect:
        'The file system on the volume does not grow by itself. AWS optimises the volume for hours afterwards and takes no other change of it meanwhile.',
    }),
    textProperty('tier', '/VolumeType', { effect: VOLUME_EFFECT }),
    constantProperty('redundancy', '/AvailabilityZone', {
      value: 'zonal',
      fixed: 'A volume is always kept within its zone.',
    }),
    booleanProperty('encryption/enabled', '/Encrypted', { fixed: NEW_VOLUME }),
    textProperty('encryption/keyId', '/KmsKeyId', { fixed: NEW_VOLUME }),
    constantProperty('publicAccess', '/VolumeId', {
      value: false,
      fixed: 'A volume cannot be reached from the internet.',
    }),
    numberProperty('throughputMiBps', '/Throughput', {
      unit: 'MiB/s',
      effect: VOLUME_EFFECT,
    }),
    numberProperty('iops', '/Iops', {
      unit: 'operations/s',
      effect: VOLUME_EFFECT,
    }),
  ],
  computed: ['/VolumeId'],
  // The schema names none, but ModifyVolume takes none of them.
  createOnly: [
    '/AvailabilityZone',
    '/AvailabilityZoneId',
    '/Encrypted',
    '/KmsKeyId',
    '/OutpostArn',
    '/SnapshotId',
    '/SourceVolumeId',
  ],
  defaults: {
    '/AutoEnableIO': false,
    '/MultiAttachEnabled': false,
    '/Tags': [],
  },
  id: {
    pattern: /^vol-[0-9a-f]{8,17}$/,
    words: 'the id of a volume, such as vol-0123456789abcdef0',
  },
  tags: '/Tags',
  console: ({ region, id }) =>
    `/ec2/home?region=${region}#VolumeDetails:volumeId=${id}`,
  eventWords: {
    capacityGiB: ['size'],
    tier: ['volumeType'],
    throughputMiBps: ['throughput'],
  },
};

const RULES = '/BucketEncryption/ServerSideEncryptionConfiguration';
const BUCKET_KEY = `${RULES}/0/ServerSideEncryptionByDefault/KMSMasterKeyID`;

/**
 * As the schema of AWS::S3::Bucket has it, of August 2026. Write-only spellings of
 * lifecycle rules are left out: S3 tells the same by the present ones. Who may read
 * a bucket is asked of S3, which knows more of it.
 */
export const bucket: AwsKind = {
  kind: 'AWS::S3::Bucket',
  resourceType: 'storage',
  title: 'S3 bucket',
  properties: [
    {
      name: 'redundancy',
      field: '/ReplicationConfiguration/Rules',
      read: document => (isReplicated(document) ? 'replicated' : 'regional'),
      fixed:
        'Replication needs a role and another bucket: desire it under providerProperties.',
    },
    {
      name: 'versioning',
      field: '/VersioningConfiguration/Status',
      read: document =>
        valueAt(document, '/VersioningConfiguration/Status') === 'Enabled',
      write: value => [
        {
          pointer: '/VersioningConfiguration/Status',
          value: value === true ? 'Enabled' : 'Suspended',
        },
      ],
      effect:
        'Turning versions off keeps the old ones; turning them on takes up to 15 minutes to hold for every write.',
    },
    constantProperty('encryption/enabled', RULES, {
      value: true,
      fixed: 'S3 encrypts every new object.',
    }),
    {
      name: 'encryption/keyId',
      field: BUCKET_KEY,
      read: document => {
        const key = valueAt(document, BUCKET_KEY);
        return typeof key === 'string' ? key : undefined;
      },
      write: value => [
        {
          pointer: RULES,
          value: [
            value === ''
              ? { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }
              : {
                  BucketKeyEnabled: true,
                  ServerSideEncryptionByDefault: {
                    SSEAlgorithm: 'aws:kms',
                    KMSMasterKeyID: value,
                  },
                },
          ],
        },
      ],
      effect: 'Objects that are there keep the key that they have.',
    },
    {
      name: 'publicAccess',
      field: BUCKET_BLOCK,
      read: isPublicBucket,
      write: () => [
        {
          pointer: BUCKET_BLOCK,
          value: {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
        },
      ],
      refuse: (_from, to) =>
        to === true
          ? 'A repair does not open a bucket to the internet.'
          : undefined,
      effect:
        'Whoever reads the bucket by a public policy or access list can no longer do so.',
    },
    {
      name: 'lifecycle',
      field: '/LifecycleConfiguration/Rules',
      read: document => {
        const rules = valueAt(document, '/LifecycleConfiguration/Rules');
        return Array.isArray(rules) ? rules : [];
      },
      write: value =>
        Array.isArray(value) && value.length > 0
          ? [{ pointer: '/LifecycleConfiguration/Rules', value }]
          : [{ pointer: '/LifecycleConfiguration', value: undefined }],
      effect: 'Rules apply to the objects that are there, too.',
    },
  ],
  computed: [
    ACCESS_LIST,
    ACCOUNT_BLOCK,
    '/Arn',
    '/DomainName',
    '/DualStackDomainName',
    '/MetadataConfiguration/AnnotationTableConfiguration/TableArn',
    '/MetadataConfiguration/AnnotationTableConfiguration/TableName',
    '/MetadataConfiguration/Destination',
    '/MetadataConfiguration/InventoryTableConfiguration/TableArn',
    '/MetadataConfiguration/InventoryTableConfiguration/TableName',
    '/MetadataConfiguration/JournalTableConfiguration/TableArn',
    '/MetadataConfiguration/JournalTableConfiguration/TableName',
    '/MetadataTableConfiguration/S3TablesDestination/TableArn',
    '/MetadataTableConfiguration/S3TablesDestination/TableNamespace',
    POLICY_STATUS,
    '/RegionalDomainName',
    '/WebsiteURL',
  ],
  writeOnly: [
    '/AccessControl',
    '/BucketNamePrefix',
    '/BucketNamespace',
    '/MetadataConfiguration/AnnotationTableConfiguration/EncryptionConfiguration',
    '/MetadataConfiguration/InventoryTableConfiguration/EncryptionConfiguration',
    '/MetadataConfiguration/JournalTableConfiguration/EncryptionConfiguration',
  ],
  createOnly: ['/BucketName', '/BucketNamePrefix', '/BucketNamespace'],
  defaults: {
    [RULES]: [
      {
        BucketKeyEnabled: false,
        ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
      },
    ],
    '/ObjectLockEnabled': false,
    '/PublicAccessBlockConfiguration/BlockPublicAcls': false,
    '/PublicAccessBlockConfiguration/BlockPublicPolicy': false,
    '/PublicAccessBlockConfiguration/IgnorePublicAcls': false,
    '/PublicAccessBlockConfiguration/RestrictPublicBuckets': false,
    '/Tags': [],
  },
  id: {
    pattern: /^[a-z0-9](?:[a-z0-9.-]{1,61})[a-z0-9]$/,
    words:
      'the name of a bucket: 3 to 63 lower-case letters, digits, dots and hyphens',
  },
  tags: '/Tags',
  console: ({ region, id }) => `/s3/buckets/${id}?region=${region}`,
  global: true,
  eventWords: {
    redundancy: ['bucketReplication'],
    versioning: ['bucketVersioning'],
    encryption: ['bucketEncryption'],
    publicAccess: [
      'publicAccessBlock',
      'bucketPolicy',
      'bucketAcl',
      'ownershipControls',
    ],
    lifecycle: ['bucketLifecycle'],
  },
};

function isReplicated(document: JsonObject): boolean {
  const rules = valueAt(document, '/ReplicationConfiguration/Rules');
  return (
    Array.isArray(rules) &&
    rules.some(
      (rule: JsonValue | undefined) =>
        isObject(rule) && rule.Status === 'Enabled',
    )
  );
}

const NEW_FILE_SYSTEM =
  'It can only be chosen when the file system is made: restore a backup into a new one.';

/** As the schema of AWS::EFS::FileSystem has it, of August 2026. */
export const fileSystem: AwsKind = {
  kind: 'AWS::EFS::FileSystem',
  resourceType: 'storage',
  title: 'EFS file system',
  properties: [
    {
      name: 'tier',
      field: '/ThroughputMode',
      read: ({ ThroughputMode: mode }) =>
        typeof mode === 'string' ? mode : 'bursting',
      write: value =>
        value === 'provisioned'
          ? [{ pointer: '/ThroughputMode', value }]
          : [
              { pointer: '/ThroughputMode', value },
              { pointer: '/ProvisionedThroughputInMibps', value: undefined },
            ],
      effect: 'AWS takes another change of the throughput after a day only.',
    },
    {
      name: 'redundancy',
      field: '/AvailabilityZoneName',
      read: ({ AvailabilityZoneName: zone }) =>
        typeof zone === 'string' && zone !== '' ? 'one-zone' : 'regional',
      fixed: NEW_FILE_SYSTEM,
    },
    booleanProperty('encryption/enabled', '/Encrypted', {
      fixed: NEW_FILE_SYSTEM,
    }),
    textProperty('encryption/keyId', '/KmsKeyId', { fixed: NEW_FILE_SYSTEM }),
    constantProperty('publicAccess', '/FileSystemId', {
      value: false,
      fixed: 'A file system can only be reached from within a VPC.',
    }),
    {
      ...numberProperty('throughputMiBps', '/ProvisionedThroughputInMibps', {
        unit: 'MiB/s',
        effect: 'AWS takes a lower throughput after a day only.',
      }),
      write: value => [
        { pointer: '/ThroughputMode', value: 'provisioned' },
        { pointer: '/ProvisionedThroughputInMibps', value },
      ],
    },
    {
      name: 'lifecycle',
      field: '/LifecyclePolicies',
      read: ({ LifecyclePolicies: policies }) =>
        Array.isArray(policies) ? policies : [],
      write: value => [{ pointer: '/LifecyclePolicies', value }],
    },
  ],
  computed: ['/Arn', '/FileSystemId'],
  writeOnly: ['/BypassPolicyLockoutSafetyCheck'],
  createOnly: [
    '/AvailabilityZoneName',
    '/Encrypted',
    '/KmsKeyId',
    '/PerformanceMode',
  ],
  defaults: {
    '/BackupPolicy/Status': 'DISABLED',
    '/FileSystemTags': [],
    '/LifecyclePolicies': [],
    '/PerformanceMode': 'generalPurpose',
    '/ThroughputMode': 'bursting',
  },
  caseless: ['/FileSystemProtection/ReplicationOverwriteProtection'],
  id: {
    pattern: /^fs-[0-9a-f]{8,40}$/,
    words: 'the id of a file system, such as fs-0123456789abcdef0',
  },
  tags: '/FileSystemTags',
  console: ({ region, id }) => `/efs/home?region=${region}#/file-systems/${id}`,
  eventWords: {
    tier: ['throughputMode'],
    throughputMiBps: ['provisionedThroughputInMibps'],
    lifecycle: ['lifecycleConfiguration'],
  },
};
