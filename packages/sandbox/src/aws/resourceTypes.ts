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

import { createHash } from 'node:crypto';
import { isJsonObject, JsonObject, JsonValue } from '../cloud/json';
import { HandlerError } from './AwsError';

/** Where a resource is. */
export interface AwsPlace {
  accountId: string;
  region: string;
}

/** How a change of a resource stands in the audit log. */
export interface AwsOperation {
  /** E.g. `rds.amazonaws.com`. */
  source: string;
  /** E.g. `ModifyDBInstance`. */
  name: string;
  parameters: JsonObject;
}

/**
 * What Cloud Control knows of a type, after the type's schema in the
 * CloudFormation registry. Properties are JSON pointers below the resource's
 * properties.
 */
export interface AwsResourceType {
  typeName: string;
  /** Property that identifies it. */
  idProperty: string;
  /** Filled in by the service; a change of one is refused. */
  readOnly: readonly string[];
  /** Taken and never told. */
  writeOnly: readonly string[];
  /** Cannot change once it is there. */
  createOnly: readonly string[];
  /** Whether a list tells all properties, or ids only. */
  listsWhole: boolean;
  /** What a new resource has where nothing is said. */
  defaults: JsonObject;
  /** What the service fills in by itself. */
  computed(properties: JsonObject, place: AwsPlace): JsonObject;
  /**
   * What the service makes of a change.
   *
   * @throws HandlerError when it refuses
   */
  change(before: JsonObject, after: JsonObject): JsonObject;
  /** The service's own requests that carry out a change. */
  operations(before: JsonObject, after: JsonObject): AwsOperation[];
}

const rdsEngines = ['postgres', 'mysql', 'mariadb'];

const dbInstance: AwsResourceType = {
  typeName: 'AWS::RDS::DBInstance',
  idProperty: 'DBInstanceIdentifier',
  readOnly: [
    '/Endpoint',
    '/DbiResourceId',
    '/DBInstanceArn',
    '/CertificateDetails',
  ],
  writeOnly: [
    '/AllowMajorVersionUpgrade',
    '/ApplyImmediately',
    '/CertificateRotationRestart',
    '/DBSnapshotIdentifier',
    '/DeleteAutomatedBackups',
    '/MasterUserPassword',
    '/TdeCredentialPassword',
  ],
  createOnly: [
    '/CharacterSetName',
    '/DBClusterIdentifier',
    '/DBInstanceIdentifier',
    '/DBName',
    '/DBSubnetGroupName',
    '/KmsKeyId',
    '/MasterUsername',
    '/StorageEncrypted',
    '/Timezone',
  ],
  listsWhole: true,
  defaults: {
    AutoMinorVersionUpgrade: true,
    BackupRetentionPeriod: 1,
    CopyTagsToSnapshot: false,
    DeletionProtection: false,
    MonitoringInterval: 0,
    MultiAZ: false,
    PubliclyAccessible: false,
    StorageEncrypted: false,
    StorageType: 'gp2',
    Tags: [],
  },
  computed(properties, { accountId, region }) {
    const id = String(properties.DBInstanceIdentifier);
    return {
      AvailabilityZone: properties.AvailabilityZone ?? `${region}a`,
      DBInstanceArn: `arn:aws:rds:${region}:${accountId}:db:${id}`,
      DbiResourceId: `db-${digest(`${accountId}/${region}/${id}`)
        .slice(0, 26)
        .toUpperCase()}`,
      Endpoint: {
        Address: `${id}.${digest(accountId).slice(
          0,
          12,
        )}.${region}.rds.amazonaws.com`,
        Port: properties.Engine === 'postgres' ? '5432' : '3306',
        HostedZoneId: `Z${digest(region).slice(0, 12).toUpperCase()}`,
      },
    };
  },
  change(before, after) {
    if (!/^db\.[a-z0-9-]+\.[a-z0-9-]+$/.test(String(after.DBInstanceClass))) {
      throw new HandlerError(
        'InvalidRequest',
        `Invalid DB Instance class: ${String(after.DBInstanceClass)}`,
      );
    }
    if (!rdsEngines.includes(String(after.Engine))) {
      throw new HandlerError(
        'InvalidRequest',
        `Invalid DB engine: ${String(after.Engine)}`,
      );
    }
    const [size, wanted] = [before, after].map(each =>
      Number(each.AllocatedStorage),
    );
    if (!Number.isSafeInteger(wanted) || wanted < 20 || wanted > 65536) {
      throw new HandlerError(
        'InvalidRequest',
        `Invalid storage size for engine name ${String(
          after.Engine,
        )} and storage type ${String(after.StorageType)}: ${String(
          after.AllocatedStorage,
        )}`,
      );
    }
    if (wanted < size) {
      throw new HandlerError(
        'InvalidRequest',
        `Requested storage size (${wanted}) cannot be less than the current storage size (${size}).`,
      );
    }
    const retention = Number(after.BackupRetentionPeriod);
    if (!Number.isSafeInteger(retention) || retention < 0 || retention > 35) {
      throw new HandlerError(
        'InvalidRequest',
        'Invalid backup retention period. Must be between 0 and 35.',
      );
    }
    return { ...after, EngineVersion: versionAfter(before, after) };
  },
  operations(before, after) {
    const changed = Object.keys(after).filter(
      key => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
    );
    return [
      {
        source: 'rds.amazonaws.com',
        name: 'ModifyDBInstance',
        parameters: {
          dBInstanceIdentifier: after.DBInstanceIdentifier,
          applyImmediately: true,
          ...Object.fromEntries(
            changed
              .filter(key => !dbInstance.writeOnly.includes(`/${key}`))
              .map(key => [
                parameterName(key),
                key === 'AllocatedStorage' ? Number(after[key]) : after[key],
              ]),
          ),
        },
      },
    ];
  },
};

/** RDS takes a major version for its newest minor one, and never goes back. */
function versionAfter(before: JsonObject, after: JsonObject): JsonValue {
  const from = String(before.EngineVersion);
  const to = String(after.EngineVersion);
  if (from === to || from.startsWith(`${to}.`)) {
    return from;
  }
  if (!/^[0-9]+(\.[0-9]+)*$/.test(to)) {
    throw new HandlerError(
      'InvalidRequest',
      `Cannot find version ${to} for ${String(after.Engine)}`,
    );
  }
  const [old, wanted] = [from, to].map(each => each.split('.').map(Number));
  const at = old.findIndex((part, i) => part !== (wanted[i] ?? Infinity));
  const isMajor = at === 0;
  if (at !== -1 && (wanted[at] ?? Infinity) < old[at]) {
    throw new HandlerError(
      'InvalidRequest',
      `Cannot upgrade ${String(after.Engine)} from ${from} to ${to}`,
    );
  }
  if (isMajor && after.AllowMajorVersionUpgrade !== true) {
    throw new HandlerError(
      'InvalidRequest',
      'The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.',
    );
  }
  return wanted.length === 1 ? `${to}.1` : to;
}

const bucket: AwsResourceType = {
  typeName: 'AWS::S3::Bucket',
  idProperty: 'BucketName',
  readOnly: [
    '/Arn',
    '/DomainName',
    '/DualStackDomainName',
    '/RegionalDomainName',
    '/WebsiteURL',
  ],
  writeOnly: ['/AccessControl'],
  createOnly: ['/BucketName', '/BucketNamePrefix', '/BucketNamespace'],
  listsWhole: false,
  defaults: {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        {
          BucketKeyEnabled: false,
          ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
        },
      ],
    },
    OwnershipControls: {
      Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }],
    },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    Tags: [],
  },
  computed(properties, { region }) {
    const name = String(properties.BucketName);
    return {
      Arn: `arn:aws:s3:::${name}`,
      DomainName: `${name}.s3.amazonaws.com`,
      DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      WebsiteURL: `http://${name}.s3-website.${region}.amazonaws.com`,
    };
  },
  change(before, after) {
    const versioning = statusOf(after);
    if (![undefined, 'Enabled', 'Suspended'].includes(versioning)) {
      throw new HandlerError(
        'InvalidRequest',
        'The XML you provided was not well-formed or did not validate against our published schema',
      );
    }
    if (versioning === undefined && statusOf(before) !== undefined) {
      // A bucket that had versions once is suspended, never without the setting.
      return { ...after, VersioningConfiguration: { Status: 'Suspended' } };
    }
    return after;
  },
  operations(before, after) {
    const requests: Record<string, [string, string]> = {
      VersioningConfiguration: [
        'PutBucketVersioning',
        'VersioningConfiguration',
      ],
      PublicAccessBlockConfiguration: [
        'PutBucketPublicAccessBlock',
        'PublicAccessBlockConfiguration',
      ],
      BucketEncryption: [
        'PutBucketEncryption',
        'ServerSideEncryptionConfiguration',
      ],
      LifecycleConfiguration: ['PutBucketLifecycle', 'LifecycleConfiguration'],
      Tags: ['PutBucketTagging', 'Tagging'],
    };
    return Object.entries(requests)
      .filter(
        ([key]) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
      )
      .map(([key, [name, parameter]]) => ({
        source: 's3.amazonaws.com',
        name,
        parameters: {
          bucketName: after.BucketName,
          [parameter]: after[key] ?? {},
        },
      }));
  },
};

function statusOf(properties: JsonObject): string | undefined {
  const { VersioningConfiguration: versioning } = properties;
  return isJsonObject(versioning) ? String(versioning.Status) : undefined;
}

/** A type without rules of its own: everything may change, its id excepted. */
function plainType(typeName: string, idProperty: string): AwsResourceType {
  const [, service, noun] = typeName.split('::');
  return {
    typeName,
    idProperty,
    readOnly: ['/Arn'],
    writeOnly: [],
    createOnly: [`/${idProperty}`],
    listsWhole: true,
    defaults: { Tags: [] },
    computed: () => ({}),
    change: (_, after) => after,
    operations: (_, after) => [
      {
        source: `${service.toLowerCase()}.amazonaws.com`,
        name: `Modify${noun}`,
        parameters: { [parameterName(idProperty)]: after[idProperty] },
      },
    ],
  };
}

const types: readonly AwsResourceType[] = [
  dbInstance,
  bucket,
  plainType('AWS::RDS::DBCluster', 'DBClusterIdentifier'),
  plainType('AWS::DynamoDB::Table', 'TableName'),
  plainType('AWS::ElastiCache::ReplicationGroup', 'ReplicationGroupId'),
  plainType('AWS::EC2::Volume', 'VolumeId'),
  plainType('AWS::EFS::FileSystem', 'FileSystemId'),
];

/** What is known of a type; undefined for one that the sandbox does not have. */
export function findType(typeName: string): AwsResourceType | undefined {
  return types.find(type => type.typeName === typeName);
}

/** Lower case at the start, as parameters stand in the audit log. */
function parameterName(property: string): string {
  return property.replace(/^[A-Z]/, first => first.toLowerCase());
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
