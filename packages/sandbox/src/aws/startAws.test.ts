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

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudControlClient,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  ListResourceRequestsCommand,
  paginateListResources,
  UpdateResourceCommand,
} from '@aws-sdk/client-cloudcontrol';
import {
  CloudTrailClient,
  LookupEventsCommand,
} from '@aws-sdk/client-cloudtrail';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { AwsFault } from './faults';
import { AwsUser } from './signature';
import { RunningAws, startAws, StartAwsOptions } from './startAws';

const region = 'eu-central-1';
const repairer: AwsUser = {
  userName: 'repairer',
  accessKeyId: 'repairer-key',
  secretAccessKey: 'repairer-secret',
  actions: ['*'],
};
const reader: AwsUser = {
  userName: 'reader',
  accessKeyId: 'reader-key',
  secretAccessKey: 'reader-secret',
  actions: ['cloudformation:GetResource', 'cloudformation:ListResources'],
};
const database = {
  region,
  typeName: 'AWS::RDS::DBInstance',
  identifier: 'orders-db',
};
const bucket = { region, typeName: 'AWS::S3::Bucket', identifier: 'invoices' };

describe("the sandbox's AWS, asked with the official SDK", () => {
  let aws: RunningAws;
  let time: number;
  const running: RunningAws[] = [];

  const start = async (options: Partial<StartAwsOptions> = {}) => {
    const started = await startAws({
      port: 0,
      users: [repairer, reader],
      now: () => new Date(time),
      ...options,
    });
    running.push(started);
    return started;
  };

  beforeEach(async () => {
    time = Date.parse('2026-03-28T10:00:00Z');
    aws = await start();
    aws.as('platform').create(database, {
      Engine: 'postgres',
      EngineVersion: '16.4',
      DBInstanceClass: 'db.t4g.medium',
      AllocatedStorage: '100',
      StorageType: 'gp3',
      MultiAZ: true,
      StorageEncrypted: true,
    });
    aws.as('platform').create(bucket, {
      VersioningConfiguration: { Status: 'Enabled' },
    });
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map(server => server.stop()));
  });

  const client = (user: Partial<AwsUser> = repairer, where = region) => ({
    region: where,
    endpoint: aws.url,
    maxAttempts: 1,
    credentials: { ...repairer, ...user },
  });
  const control = (user?: Partial<AwsUser>, where?: string) =>
    new CloudControlClient(client(user, where));

  const read = async (
    { typeName, identifier } = database,
    user?: Partial<AwsUser>,
  ) => {
    const { ResourceDescription: found } = await control(user).send(
      new GetResourceCommand({ TypeName: typeName, Identifier: identifier }),
    );
    return JSON.parse(found?.Properties ?? '');
  };
  const update = async (
    patch: unknown,
    { typeName, identifier } = database,
    ClientToken?: string,
  ) => {
    const { ProgressEvent: event } = await control().send(
      new UpdateResourceCommand({
        TypeName: typeName,
        Identifier: identifier,
        PatchDocument: JSON.stringify(patch),
        ...(ClientToken && { ClientToken }),
      }),
    );
    return event;
  };
  const status = async (RequestToken: string | undefined) => {
    const { ProgressEvent: event } = await control().send(
      new GetResourceRequestStatusCommand({ RequestToken }),
    );
    return event;
  };
  const events = async (identifier = 'orders-db') => {
    const { Events = [] } = await new CloudTrailClient(client()).send(
      new LookupEventsCommand({
        LookupAttributes: [
          { AttributeKey: 'ResourceName', AttributeValue: identifier },
        ],
      }),
    );
    return Events;
  };

  it('says who asks', async () => {
    await expect(
      new STSClient(client(reader)).send(new GetCallerIdentityCommand({})),
    ).resolves.toMatchObject({
      Account: '111122223333',
      Arn: 'arn:aws:iam::111122223333:user/reader',
    });
  });

  it.each([
    ['a key that nobody has', { accessKeyId: 'somebody' }, region],
    ['a region that is not turned on', {}, 'ap-south-1'],
  ])('answers nobody with %s', async (_, user, where) => {
    await expect(
      control(user, where).send(
        new GetResourceCommand({ TypeName: 'A::B::C', Identifier: 'x' }),
      ),
    ).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    await expect(
      new STSClient(client(user, where)).send(new GetCallerIdentityCommand({})),
    ).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });

  it('answers nobody whose secret is wrong, or who does not sign', async () => {
    await expect(
      read(database, { secretAccessKey: 'wrong' }),
    ).rejects.toMatchObject({ name: 'InvalidSignatureException' });
    const unsigned = await fetch(aws.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'CloudApiService.GetResource' },
      body: '{}',
    });
    expect(unsigned.status).toBe(403);
    expect(aws.requests).toEqual([]);
  });

  it('tells a resource with what the service fills in', async () => {
    await expect(read(database, reader)).resolves.toMatchObject({
      DBInstanceIdentifier: 'orders-db',
      AllocatedStorage: '100',
      PubliclyAccessible: false,
      Tags: [],
      DBInstanceArn: 'arn:aws:rds:eu-central-1:111122223333:db:orders-db',
      Endpoint: { Port: '5432' },
    });
    await expect(
      read({ ...database, identifier: 'gone' }),
    ).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message:
        "Resource of type 'AWS::RDS::DBInstance' with identifier 'gone' was not found.",
    });
    await expect(
      read({ ...database, typeName: 'AWS::No::Such' }),
    ).rejects.toMatchObject({ name: 'TypeNotFoundException' });
  });

  it('lists in pages: whole databases, and names of buckets', async () => {
    aws = await start({ pageSize: 2 });
    for (const identifier of ['a', 'b', 'c', 'd', 'e']) {
      aws.as('platform').create({ ...database, identifier }, {});
      aws.as('platform').create({ ...bucket, identifier }, {});
    }
    aws.as('platform').create({ ...database, region: 'us-east-1' }, {});
    const list = async (TypeName: string) => {
      const found = [];
      for await (const page of paginateListResources(
        { client: control(reader) },
        { TypeName },
      )) {
        found.push(...(page.ResourceDescriptions ?? []));
      }
      return found;
    };
    const databases = await list('AWS::RDS::DBInstance');
    expect(databases.map(each => each.Identifier).join('')).toBe('abcde');
    expect(JSON.parse(databases[4].Properties ?? '')).toMatchObject({
      MultiAZ: false,
    });
    expect(
      (await list('AWS::S3::Bucket')).map(each => each.Properties)[0],
    ).toBe('{"BucketName":"a"}');
    expect(aws.requests).toHaveLength(6);
  });

  it('changes a resource a while after it was asked to', async () => {
    const begun = await update([
      { op: 'test', path: '/DBInstanceClass', value: 'db.t4g.medium' },
      { op: 'replace', path: '/DBInstanceClass', value: 'db.t4g.large' },
      { op: 'replace', path: '/AllocatedStorage', value: '200' },
    ]);
    expect(begun).toMatchObject({
      Operation: 'UPDATE',
      OperationStatus: 'IN_PROGRESS',
      Identifier: 'orders-db',
    });
    time += 1999;
    expect(await status(begun?.RequestToken)).toMatchObject({
      OperationStatus: 'IN_PROGRESS',
    });
    expect(await read()).toMatchObject({ DBInstanceClass: 'db.t4g.medium' });
    await expect(
      update([{ op: 'replace', path: '/MultiAZ', value: false }]),
    ).rejects.toMatchObject({ name: 'ConcurrentOperationException' });
    time += 1;
    expect(await status(begun?.RequestToken)).toMatchObject({
      OperationStatus: 'SUCCESS',
    });
    expect(await read()).toMatchObject({
      DBInstanceClass: 'db.t4g.large',
      AllocatedStorage: '200',
      MultiAZ: true,
    });
    await expect(
      control().send(
        new ListResourceRequestsCommand({
          ResourceRequestStatusFilter: { OperationStatuses: ['SUCCESS'] },
        }),
      ),
    ).resolves.toMatchObject({
      ResourceRequestStatusSummaries: [{ RequestToken: begun?.RequestToken }],
    });
  });

  it('takes a request twice for one when it has the same client token', async () => {
    const patch = [{ op: 'replace', path: '/MultiAZ', value: false }];
    const first = await update(patch, database, 'once');
    const second = await update(patch, database, 'once');
    expect(second?.RequestToken).toBe(first?.RequestToken);
    await expect(
      update(
        [{ op: 'replace', path: '/MultiAZ', value: true }],
        database,
        'once',
      ),
    ).rejects.toMatchObject({ name: 'ClientTokenConflictException' });
  });

  it.each([
    [
      'a test that fails',
      [{ op: 'test', path: '/MultiAZ', value: false }],
      'ValidationException',
    ],
    [
      'what is not there',
      [{ op: 'remove', path: '/NoSuchProperty' }],
      'ValidationException',
    ],
    ['no list', { op: 'remove', path: '/MultiAZ' }, 'ValidationException'],
    [
      'what cannot change',
      [{ op: 'replace', path: '/StorageEncrypted', value: false }],
      'NotUpdatableException',
    ],
    [
      'what the service fills in',
      [{ op: 'replace', path: '/Endpoint/Port', value: '1' }],
      'NotUpdatableException',
    ],
  ])('refuses a patch of %s', async (_, patch, name) => {
    await expect(update(patch)).rejects.toMatchObject({ name });
  });

  it.each([
    ['/AllocatedStorage', '50', 'cannot be less than the current storage size'],
    ['/DBInstanceClass', 'huge', 'Invalid DB Instance class: huge'],
    ['/EngineVersion', '15.8', 'Cannot upgrade postgres from 16.4 to 15.8'],
    ['/EngineVersion', '17.2', 'AllowMajorVersionUpgrade'],
    ['/BackupRetentionPeriod', 36, 'Must be between 0 and 35'],
  ])('fails afterwards when %s cannot become %s', async (path, value, why) => {
    const begun = await update([{ op: 'replace', path, value }]);
    time += 2000;
    expect(await status(begun?.RequestToken)).toMatchObject({
      OperationStatus: 'FAILED',
      ErrorCode: 'InvalidRequest',
      StatusMessage: expect.stringContaining(why),
    });
    expect(await read()).toMatchObject({
      AllocatedStorage: '100',
      EngineVersion: '16.4',
    });
  });

  it('uses what is only ever written and never tells it', async () => {
    await update([
      { op: 'add', path: '/AllowMajorVersionUpgrade', value: true },
      { op: 'add', path: '/MasterUserPassword', value: 'fake-password' },
      { op: 'replace', path: '/EngineVersion', value: '17' },
    ]);
    time += 2000;
    const after = await read();
    expect(after).toMatchObject({ EngineVersion: '17.1' });
    expect(after).not.toHaveProperty('AllowMajorVersionUpgrade');
    expect(after).not.toHaveProperty('MasterUserPassword');
    expect(
      JSON.stringify((await events()).map(event => event.CloudTrailEvent)),
    ).not.toContain('fake-password');
  });

  it('tells who changed what: people in the console and programs', async () => {
    aws.as('jane@acme').modify(database, { PubliclyAccessible: true });
    time += 60_000;
    await update([
      { op: 'replace', path: '/PubliclyAccessible', value: false },
    ]);
    time += 2000;
    const found = await events();
    expect(
      found.map(event => [event.EventName, event.Username, event.AccessKeyId]),
    ).toEqual([
      ['ModifyDBInstance', 'repairer', 'repairer-key'],
      ['UpdateResource', 'repairer', 'repairer-key'],
      ['ModifyDBInstance', 'jane@acme', undefined],
    ]);
    expect(found[2].EventTime).toEqual(new Date('2026-03-28T10:00:00Z'));
    expect(found[2].Resources).toEqual([
      { ResourceType: 'AWS::RDS::DBInstance', ResourceName: 'orders-db' },
    ]);
    expect(JSON.parse(found[2].CloudTrailEvent ?? '')).toMatchObject({
      eventSource: 'rds.amazonaws.com',
      readOnly: false,
      userIdentity: { userName: 'jane@acme' },
      requestParameters: {
        dBInstanceIdentifier: 'orders-db',
        publiclyAccessible: true,
      },
    });
    expect(JSON.parse(found[0].CloudTrailEvent ?? '')).toMatchObject({
      userIdentity: { invokedBy: 'cloudformation.amazonaws.com' },
    });

    aws.as('Jane (on call)').modify(bucket, {
      VersioningConfiguration: { Status: 'Suspended' },
    });
    expect(
      (await events('invoices')).map(event => [
        event.EventName,
        event.Username,
      ]),
    ).toEqual([['PutBucketVersioning', 'Jane-on-call']]);
  });

  it('finds events of a time, in pages and by one attribute only', async () => {
    aws = await start({ pageSize: 1 });
    aws.as('platform').create(bucket, {});
    const trail = new CloudTrailClient(client());
    for (const Status of ['Enabled', 'Suspended', 'Enabled']) {
      aws.as('jane').modify(bucket, {
        VersioningConfiguration: { Status },
      });
      time += 3_600_000;
    }
    const first = await trail.send(
      new LookupEventsCommand({ EndTime: new Date(time - 3_600_001) }),
    );
    const second = await trail.send(
      new LookupEventsCommand({
        EndTime: new Date(time - 3_600_001),
        NextToken: first.NextToken,
      }),
    );
    expect(
      [first, second].map(({ Events }) => Events?.[0].EventTime?.getTime()),
    ).toEqual([time - 2 * 3_600_000, time - 3 * 3_600_000]);
    expect(second.NextToken).toBeUndefined();
    await expect(
      trail.send(
        new LookupEventsCommand({
          LookupAttributes: [
            { AttributeKey: 'Username', AttributeValue: 'jane' },
            { AttributeKey: 'ReadOnly', AttributeValue: 'false' },
          ],
        }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidLookupAttributesException' });
  });

  it('lets people do what their policy allows', async () => {
    await expect(
      control(reader).send(
        new UpdateResourceCommand({
          TypeName: database.typeName,
          Identifier: database.identifier,
          PatchDocument: '[]',
        }),
      ),
    ).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('cloudformation:UpdateResource'),
    });
  });

  it.each<[string, AwsFault['effect'], object]>([
    [
      'is throttled',
      { type: 'error', code: 'ThrottlingException', status: 429 },
      { name: 'ThrottlingException' },
    ],
    [
      'is forbidden',
      { type: 'error', code: 'AccessDeniedException', status: 403 },
      { name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } },
    ],
    [
      'is something else',
      { type: 'malformed', body: '<html></html>' },
      { name: 'SyntaxError' },
    ],
    ['ends early', { type: 'truncate', bytes: 40 }, { name: 'SyntaxError' }],
    [
      'breaks off',
      { type: 'cut', bytes: 40 },
      { message: expect.stringContaining('aborted') },
    ],
  ])('fails as told: the second page %s', async (_, effect, error) => {
    aws = await start({ pageSize: 1 });
    aws.as('platform').create(database, {});
    aws.as('platform').create({ ...database, identifier: 'other' }, {});
    aws.faults.set([{ operation: 'ListResources', midList: true, effect }]);
    const list = async () => {
      const pages = [];
      for await (const page of paginateListResources(
        { client: control() },
        { TypeName: database.typeName },
      )) {
        pages.push(page);
      }
    };
    await expect(list()).rejects.toMatchObject(error);
    expect(aws.requests).toHaveLength(2);
    aws.faults.set([]);
    await list();
  });

  it('fails a change after it was taken when told to', async () => {
    aws.faults.set([
      {
        operation: 'UpdateResource',
        times: 1,
        effect: {
          type: 'handler',
          code: 'NotStabilized',
          message: 'It did not settle',
        },
      },
    ]);
    const patch = [{ op: 'replace', path: '/MultiAZ', value: false }];
    const begun = await update(patch);
    expect(begun?.OperationStatus).toBe('IN_PROGRESS');
    time += 2000;
    expect(await status(begun?.RequestToken)).toMatchObject({
      OperationStatus: 'FAILED',
      ErrorCode: 'NotStabilized',
    });
    expect(await read()).toMatchObject({ MultiAZ: true });
  });

  it('keeps everything over a restart, changes under way included', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'drift-aws-'));
    try {
      const stateFile = join(dir, 'aws.json');
      aws = await start({ stateFile });
      aws.as('platform').create(bucket, {});
      aws.as('jane').modify(bucket, {
        VersioningConfiguration: { Status: 'Enabled' },
      });
      const begun = await update(
        [{ op: 'remove', path: '/PublicAccessBlockConfiguration' }],
        bucket,
      );
      await aws.stop();
      running.pop();
      expect(JSON.parse(await readFile(stateFile, 'utf8'))).toMatchObject({
        version: 1,
      });

      aws = await start({ stateFile });
      time += 2000;
      expect(await status(begun?.RequestToken)).toMatchObject({
        OperationStatus: 'SUCCESS',
      });
      expect(await events('invoices')).toHaveLength(3);
      const after = await read(bucket);
      expect(after).toMatchObject({
        VersioningConfiguration: { Status: 'Enabled' },
      });
      expect(after).not.toHaveProperty('PublicAccessBlockConfiguration');
      await aws.stop();
      running.pop();
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
});
