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

import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { DesiredResource } from '@infra-hub/backstage-plugin-drift-common';
import {
  AttributionQuery,
  createCloudSource,
} from '@infra-hub/backstage-plugin-drift-node';
import { CloudFieldWrite, CloudKind } from '@infra-hub/drift-engine';
import { RunningAws, startAws } from '@infra-hub/drift-sandbox';
import { CloudTrailAttributor } from './attribution/CloudTrailAttributor';
import { AwsProvider, DEFAULT_TIMINGS } from './AwsProvider';
import { dbInstance } from './kinds/rds';
import { bucket } from './kinds/storage';

const USER = {
  userName: 'drift',
  accessKeyId: 'drift-key',
  secretAccessKey: 'drift-secret',
  actions: ['*'],
};

const DATABASE = {
  region: 'eu-central-1',
  typeName: 'AWS::RDS::DBInstance',
  identifier: 'orders-db',
};
const BUCKET = {
  region: 'eu-central-1',
  typeName: 'AWS::S3::Bucket',
  identifier: 'invoices',
};

function wish(
  resourceType: string,
  { typeName: kind, identifier: id, region }: typeof DATABASE,
  properties: JsonObject,
): DesiredResource {
  return {
    tenantId: 'shop',
    resourceType,
    name: id,
    spec: { provider: 'aws', kind, id, region, properties },
    revision: 1,
    updatedAt: '2026-11-20T10:00:00Z',
    origin: 'api',
  };
}

describe('a tenant on the AWS of the sandbox', () => {
  let aws: RunningAws;
  beforeEach(async () => {
    aws = await startAws({ port: 0, users: [USER], updateMs: 20 });
    const platform = aws.as('platform');
    platform.create(DATABASE, {
      Engine: 'postgres',
      EngineVersion: '16.4',
      DBInstanceClass: 'db.t4g.medium',
      AllocatedStorage: '100',
      PubliclyAccessible: false,
    });
    platform.create(BUCKET, { VersioningConfiguration: { Status: 'Enabled' } });
  });
  afterEach(async () => {
    await aws.stop();
  });

  /** All that a scan of the tenant takes, with what is wanted of it. */
  const tenant = (wishes: DesiredResource[]) => {
    const config = new ConfigReader({
      drift: {
        aws: {
          accounts: [
            {
              name: 'sandbox',
              id: aws.accountId,
              regions: ['eu-central-1'],
              endpoint: aws.url,
              credentials: {
                accessKeyId: USER.accessKeyId,
                secretAccessKey: USER.secretAccessKey,
              },
              requestsPerSecond: 100,
              attribution: true,
            },
          ],
          tenants: [{ id: 'shop', accounts: ['sandbox'] }],
        },
      },
    });
    const provider = AwsProvider.create({ pollInterval: 10 });
    const context = {
      signal: new AbortController().signal,
      logger: mockServices.logger.mock(),
    };
    const source = createCloudSource({
      provider,
      config,
      logger: context.logger,
    });
    const target = {
      id: 'aws:-/shop',
      name: 'shop',
      location: { accounts: ['sandbox'] },
      entityRefs: [],
    };
    const scan = () =>
      source.scan(target, {
        ...context,
        workDir: '',
        readDesiredState: async () => ({
          tenantId: 'shop',
          revision: 1,
          resources: wishes,
        }),
      });
    const whoDidIt = (
      query: Pick<
        AttributionQuery,
        'address' | 'after' | 'fields' | 'resourceIds' | 'resourceType'
      >,
    ) =>
      CloudTrailAttributor.fromConfig({
        config,
        timings: DEFAULT_TIMINGS,
        pauseMs: 1,
      }).attribute(
        { target: { ...target, source: 'aws' }, before: new Date(), ...query },
        context,
      );
    const [account] = config.getConfigArray('drift.aws.accounts');
    const turns = {
      ...context,
      turn: async () => {},
      mayWrite: async () => {},
      log: () => {},
    };
    const repair = async (
      kind: CloudKind,
      id: string,
      writes: CloudFieldWrite[],
    ) => {
      const ref = {
        account: {
          name: 'sandbox',
          id: aws.accountId,
          regions: ['eu-central-1'],
          concurrency: 1,
          requestsPerSecond: 100,
          config: account,
        },
        kind,
        id,
      };
      const looked = await provider.read(ref, turns);
      return provider.update(
        ref,
        looked as Extract<typeof looked, { state: 'found' }>,
        writes,
        turns,
      );
    };
    return { scan, whoDidIt, repair };
  };

  it('is found drifted, told who did it, and clean after a repair', async () => {
    const after = new Date();
    aws.as('jane').modify(DATABASE, { PubliclyAccessible: true });
    const { scan, whoDidIt, repair } = tenant([
      wish('database', DATABASE, {
        engine: 'postgres',
        version: '16',
        storageGiB: 100,
        publicAccess: false,
      }),
      wish('storage', BUCKET, { versioning: true }),
    ]);
    await expect(scan()).resolves.toMatchObject({
      complete: true,
      differences: [
        {
          address: 'AWS::RDS::DBInstance/orders-db',
          class: 'drift',
          fields: [{ path: '/publicAccess', desired: false, actual: true }],
        },
      ],
    });

    await expect(
      whoDidIt({
        resourceType: 'database',
        address: 'AWS::RDS::DBInstance/orders-db',
        resourceIds: ['orders-db'],
        fields: ['publicAccess'],
        after,
      }),
    ).resolves.toMatchObject({
      state: 'found',
      attribution: { who: 'jane', confidence: 'high' },
    });

    await expect(
      repair(dbInstance, 'orders-db', [
        { pointer: '/PubliclyAccessible', value: false },
      ]),
    ).resolves.toEqual({ state: 'done' });
    await expect(scan()).resolves.toMatchObject({
      complete: true,
      differences: [],
    });
  });

  it('is found open where a policy of a bucket opens it, and not before', async () => {
    const { scan, whoDidIt, repair } = tenant([
      wish('storage', BUCKET, { publicAccess: false }),
    ]);
    const after = new Date();
    aws.as('jane').modify(BUCKET, { PublicAccessBlockConfiguration: {} });
    await expect(scan()).resolves.toMatchObject({
      differences: [],
      blindSpots: [],
    });

    aws.as('joe').putBucketPolicy(BUCKET, {
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject' }],
    });
    await expect(scan()).resolves.toMatchObject({
      differences: [
        {
          address: 'AWS::S3::Bucket/invoices',
          class: 'drift',
          fields: [{ path: '/publicAccess', desired: false, actual: true }],
        },
      ],
    });
    await expect(
      whoDidIt({
        resourceType: 'storage',
        address: 'AWS::S3::Bucket/invoices',
        resourceIds: ['invoices'],
        fields: ['publicAccess'],
        after,
      }),
    ).resolves.toMatchObject({
      state: 'found',
      attribution: {
        who: 'joe',
        how: expect.stringMatching('PutBucketPolicy'),
      },
    });

    const property = bucket.properties.find(
      ({ name }) => name === 'publicAccess',
    );
    await expect(
      repair(bucket, 'invoices', property?.write?.(false, {}) ?? []),
    ).resolves.toEqual({ state: 'done' });
    await expect(scan()).resolves.toMatchObject({
      differences: [],
      blindSpots: [],
    });
  });
});
