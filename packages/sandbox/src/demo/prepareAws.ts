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

import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AwsResourceName } from '../aws/AwsConsole';
import { AwsUser } from '../aws/signature';
import { RunningAws, startAws } from '../aws/startAws';
import { JsonObject } from '../cloud/json';
import { keptSecret, writeSecretly } from './keptSecret';

/**
 * A tenant of the demonstration that is on AWS.
 *
 * @public
 */
export interface ExampleAwsTenant {
  /** Its directory below `examples/tenants`. */
  name: string;
  /** As its entity is annotated. */
  tenantId: string;
  client: string;
}

/**
 * The tenants of the demonstration that are on AWS.
 *
 * @public
 */
export const exampleAwsTenants: readonly ExampleAwsTenant[] = [
  {
    name: 'billing',
    tenantId: '3d1c7a52-9b0e-4f6d-8a57-2c94e1b0d6f3',
    client: 'initech',
  },
];

/**
 * What {@link startTenantAws} has started.
 *
 * @public
 */
export interface TenantAws {
  aws: RunningAws;
  /** May look, for Backstage. */
  reader: AwsUser;
  /** May change, for repairs of drift. */
  remediator: AwsUser;
  /** Both access keys, as profiles of the AWS command line. */
  credentialsFile: string;
}

const region = 'eu-central-1';

const database: AwsResourceName = {
  region,
  typeName: 'AWS::RDS::DBInstance',
  identifier: 'invoices-db',
};

/** As the platform made them: what the manifests of the example want. */
const resources: readonly [AwsResourceName, JsonObject][] = [
  [
    database,
    {
      Engine: 'postgres',
      EngineVersion: '16.4',
      DBInstanceClass: 'db.t4g.medium',
      AllocatedStorage: '100',
      StorageType: 'gp3',
      StorageEncrypted: true,
      MultiAZ: true,
      BackupRetentionPeriod: 14,
      DeletionProtection: true,
      DBName: 'invoices',
      MasterUsername: 'invoices',
    },
  ],
  [
    {
      region,
      typeName: 'AWS::S3::Bucket',
      identifier: 'initech-invoice-archive',
    },
    { VersioningConfiguration: { Status: 'Enabled' } },
  ],
];

const looking = [
  'cloudformation:GetResource',
  'cloudformation:ListResources',
  'cloudtrail:LookupEvents',
  's3:GetAccountPublicAccessBlock',
  's3:GetBucketAcl',
  's3:GetBucketPolicyStatus',
];

/**
 * Starts the demonstration's AWS; its state and access keys lie in `aws` below
 * the given directory and outlive a restart.
 *
 * @public
 */
export async function startTenantAws(options: {
  cacheDir: string;
  /** 0 takes any free port. */
  port?: number;
  host?: string;
}): Promise<TenantAws> {
  const dir = join(options.cacheDir, 'aws');
  await mkdir(dir, { recursive: true });
  const reader = await keptUser(dir, 'drift-reader', looking);
  const remediator = await keptUser(dir, 'drift-remediator', [
    ...looking,
    'cloudformation:UpdateResource',
    'cloudformation:GetResourceRequestStatus',
    'cloudformation:ListResourceRequests',
  ]);
  const aws = await startAws({
    port: options.port,
    host: options.host,
    stateFile: join(dir, 'aws.json'),
    users: [reader, remediator],
  });
  const credentialsFile = join(dir, 'credentials');
  await writeSecretly(
    credentialsFile,
    [reader, remediator].map(profileOf).join('\n'),
  );
  return { aws, reader, remediator, credentialsFile };
}

/**
 * Makes the database and the bucket of the example tenant, as the platform did it,
 * and then changes by hand what the demonstration is to find. A second call changes
 * nothing.
 *
 * @returns what was changed by hand
 * @public
 */
export function prepareAws({ aws }: { aws: RunningAws }): string[] {
  const platform = aws.as('platform');
  if (platform.find(database)) {
    return [];
  }
  for (const [name, properties] of resources) {
    platform.create(name, properties);
  }
  // What somebody did to look into a slow report from home.
  aws.as('sam@initech').modify(database, {
    DBInstanceClass: 'db.t4g.large',
    PubliclyAccessible: true,
  });
  return [
    'database invoices-db of initech grown to db.t4g.large and made publicly accessible',
  ];
}

async function keptUser(
  dir: string,
  userName: string,
  actions: string[],
): Promise<AwsUser> {
  return {
    userName,
    accessKeyId: await keptSecret(join(dir, `${userName}.key-id`), () =>
      // As long as real ones, and unlike them at first sight.
      `SANDBOX${randomBytes(8).toString('hex').toUpperCase()}`.slice(0, 20),
    ),
    secretAccessKey: await keptSecret(join(dir, `${userName}.key`)),
    actions,
  };
}

function profileOf(user: AwsUser): string {
  return `[${user.userName}]
aws_access_key_id = ${user.accessKeyId}
aws_secret_access_key = ${user.secretAccessKey}
region = ${region}
`;
}
