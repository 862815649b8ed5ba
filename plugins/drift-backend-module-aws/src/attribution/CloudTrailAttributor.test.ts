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
import { AttributionQuery } from '@infra-hub/backstage-plugin-drift-node';
import { AwsServer, fail, READER } from '../__testUtils__/AwsServer';
import { CloudTrailAttributor } from './CloudTrailAttributor';

const SHOP_ARN = 'arn:aws:rds:eu-central-1:123456789012:db:shop-db';

describe('CloudTrailAttributor', () => {
  let aws: AwsServer;
  beforeEach(async () => {
    aws = await AwsServer.start();
  });
  afterEach(async () => {
    await aws.stop();
  });

  const create = (account: JsonObject = {}, more: JsonObject = {}) =>
    CloudTrailAttributor.fromConfig({
      config: new ConfigReader({
        drift: {
          aws: {
            accounts: [
              {
                name: 'prod',
                id: '123456789012',
                regions: ['eu-central-1'],
                requestsPerSecond: 1000,
                clients: ['acme'],
                attribution: true,
                endpoint: aws.url,
                credentials: READER,
                ...account,
              },
              ...((more.accounts as JsonObject[]) ?? []),
            ],
            tenants: more.tenants ?? [],
          },
        },
      }),
      timings: { requestTimeout: 2_000, attempts: 2 },
      pauseMs: 1,
    });

  const query = (more: Partial<AttributionQuery> = {}): AttributionQuery => ({
    target: {
      id: 'aws:acme/shop',
      source: 'aws',
      name: 'shop',
      client: 'acme',
      location: { accounts: ['prod'] },
      entityRefs: [],
    },
    resourceType: 'database',
    address: 'AWS::RDS::DBInstance/shop-db',
    resourceIds: ['shop-db'],
    fields: ['publicAccess'],
    after: new Date('2026-11-01T10:00:00Z'),
    before: new Date('2026-11-01T11:00:00Z'),
    ...more,
  });

  const terraform = (more: Partial<AttributionQuery> = {}) =>
    query({
      target: {
        id: 'terraform:acme/network',
        source: 'terraform',
        name: 'network',
        client: 'acme',
        location: {},
        entityRefs: [],
      },
      resourceType: 'aws_db_instance',
      address: 'aws_db_instance.shop',
      resourceIds: [SHOP_ARN],
      fields: ['publicly_accessible'],
      ...more,
    });

  let number = 0;
  const event = (
    name: string,
    time: string,
    { resource = 'shop-db', ...record }: JsonObject = {},
  ) => {
    number++;
    aws.events.unshift({
      EventId: `event-${number}`,
      EventName: name,
      EventTime: Date.parse(time) / 1000,
      Resources: [{ ResourceName: resource }],
      CloudTrailEvent: JSON.stringify({
        eventID: `event-${number}`,
        eventName: name,
        eventTime: time,
        awsRegion: 'eu-central-1',
        readOnly: false,
        userAgent: 'aws-cli/2.15',
        requestParameters: { dBInstanceIdentifier: 'shop-db' },
        userIdentity: {
          type: 'AssumedRole',
          arn: 'arn:aws:sts::123456789012:assumed-role/Operator/jane@acme.example',
        },
        ...record,
      }),
    });
  };

  const attribute = (
    about: AttributionQuery = query(),
    attributor = create(),
    signal = new AbortController().signal,
  ) =>
    attributor.attribute(about, {
      signal,
      logger: mockServices.logger.mock(),
    });

  const opened = {
    requestParameters: {
      dBInstanceIdentifier: 'shop-db',
      publiclyAccessible: true,
    },
  };

  it('tells who changed the very field, how and where to see it', async () => {
    event('ModifyDBInstance', '2026-11-01T10:10:00Z', opened);
    event('ModifyDBInstance', '2026-11-01T10:20:00Z', {
      requestParameters: { allocatedStorage: 200 },
    });
    await expect(attribute()).resolves.toEqual({
      state: 'found',
      attribution: {
        who: 'jane@acme.example as Operator',
        when: '2026-11-01T10:10:00.000Z',
        how: 'ModifyDBInstance by the AWS CLI',
        evidence: 'AWS CloudTrail',
        confidence: 'high',
        url: expect.stringMatching(
          /^https:\/\/eu-central-1\.console\.aws\.amazon\.com\/cloudtrailv2\/home\?region=eu-central-1#\/events\/event-\d+$/,
        ),
      },
    });
    expect(aws.operations('LookupEvents')).toMatchObject([
      {
        service: 'cloudtrail',
        input: {
          LookupAttributes: [
            { AttributeKey: 'ResourceName', AttributeValue: 'shop-db' },
          ],
          StartTime: Date.parse('2026-11-01T09:58:00Z') / 1000,
          EndTime: Date.parse('2026-11-01T11:02:00Z') / 1000,
        },
      },
    ]);
  });

  it('reads further pages until the field is spoken of', async () => {
    event('ModifyDBInstance', '2026-11-01T10:01:00Z', opened);
    for (let minute = 10; minute < 17; minute++) {
      event('AddTagsToResource', `2026-11-01T10:${minute}:00Z`);
    }
    await expect(attribute()).resolves.toMatchObject({
      attribution: { confidence: 'high', when: '2026-11-01T10:01:00.000Z' },
    });
    expect(aws.operations('LookupEvents')).toHaveLength(4);
  });

  it('is less sure the less an event says', async () => {
    event('RebootDBInstance', '2026-11-01T10:10:00Z');
    await expect(attribute()).resolves.toMatchObject({
      attribution: { confidence: 'medium' },
    });
    event('ModifyDBInstance', '2026-11-01T10:15:00Z');
    await expect(attribute()).resolves.toMatchObject({
      attribution: {
        confidence: 'low',
        how: 'ModifyDBInstance by the AWS CLI',
      },
    });
    await expect(attribute(query({ after: undefined }))).resolves.toMatchObject(
      {
        attribution: { confidence: 'low' },
      },
    );
  });

  it('is not sure where several people changed the field', async () => {
    event('ModifyDBInstance', '2026-11-01T10:10:00Z', opened);
    event('ModifyDBInstance', '2026-11-01T10:20:00Z', {
      ...opened,
      userIdentity: { type: 'IAMUser', userName: 'bob' },
    });
    await expect(attribute()).resolves.toMatchObject({
      attribution: { who: 'bob', confidence: 'low' },
    });
  });

  it('does not take events of other resources of the same name for its own', async () => {
    event('CreateQueue', '2026-11-01T10:20:00Z', {
      eventSource: 'sqs.amazonaws.com',
      userIdentity: { type: 'IAMUser', userName: 'bob' },
    });
    await expect(attribute()).resolves.toEqual({ state: 'not-found' });
    event('ModifyDBInstance', '2026-11-01T10:10:00Z', {
      ...opened,
      eventSource: 'rds.amazonaws.com',
    });
    await expect(
      attribute(
        query({ address: 'AWS::RDS::DBInstance/shop-db@prod/eu-central-1' }),
      ),
    ).resolves.toMatchObject({
      attribution: { who: 'jane@acme.example as Operator', confidence: 'high' },
    });
  });

  it("keeps the program's own words and secrets of requests to itself", async () => {
    event('ModifyDBInstance', '2026-11-01T10:10:00Z', {
      userAgent: '<b>token=abc</b>',
      requestParameters: {
        publiclyAccessible: true,
        masterUserPassword: 'hunter2',
      },
    });
    const answer = await attribute();
    expect(answer).toMatchObject({
      attribution: { how: 'ModifyDBInstance by an unknown tool' },
    });
    expect(JSON.stringify(answer)).not.toMatch(/hunter2|token/);
  });

  it.each<[string, JsonObject]>([
    ['only read', { readOnly: true, ...opened }],
    ['was refused', { errorCode: 'AccessDenied', ...opened }],
    ['is about something else', { resource: 'other-db', ...opened }],
    ['is of another time', { eventTime: 'never', ...opened }],
  ])('finds nobody by an event that %s', async (_what, record) => {
    event('ModifyDBInstance', '2026-11-01T10:10:00Z', record);
    await expect(attribute()).resolves.toEqual({ state: 'not-found' });
  });

  it('finds nobody outside of the window, and by no JSON', async () => {
    event('ModifyDBInstance', '2026-11-01T09:00:00Z', opened);
    event('ModifyDBInstance', '2026-11-01T12:00:00Z', opened);
    await expect(attribute()).resolves.toEqual({ state: 'not-found' });
  });

  it.each<[JsonObject, string, string]>([
    [
      { userIdentity: { type: 'IAMUser', userName: 'bob' } },
      'bob',
      'ModifyDBInstance by the AWS CLI',
    ],
    [
      { userIdentity: { type: 'Root', accountId: '123456789012' } },
      'root user of account 123456789012',
      'ModifyDBInstance by the AWS CLI',
    ],
    [
      { userAgent: 'APN/1.0 HashiCorp/1.0 Terraform/1.9.0 (+x) aws-sdk-go-v2' },
      'jane@acme.example as Operator',
      'ModifyDBInstance by Terraform',
    ],
    [
      {
        userAgent: 'AWS Internal',
        sessionCredentialFromConsole: 'true',
      },
      'jane@acme.example as Operator',
      'ModifyDBInstance in the console',
    ],
    [
      {
        userIdentity: {
          type: 'IAMUser',
          userName: 'bob',
          invokedBy: 'cloudformation.amazonaws.com',
        },
        userAgent: 'cloudformation.amazonaws.com',
      },
      'bob',
      'ModifyDBInstance by CloudFormation',
    ],
    [
      {
        userIdentity: { type: 'AWSService', invokedBy: 'rds.amazonaws.com' },
        userAgent: 'rds.amazonaws.com',
      },
      'rds.amazonaws.com',
      'ModifyDBInstance by rds.amazonaws.com',
    ],
  ])('names who and how: %#', async (record, who, how) => {
    event('ModifyDBInstance', '2026-11-01T10:10:00Z', { ...opened, ...record });
    await expect(attribute()).resolves.toMatchObject({
      attribution: { who, how },
    });
  });

  it('understands the fields of Terraform, and events that name the ARN', async () => {
    event('ModifyDBInstance', '2026-11-01T10:10:00Z', {
      ...opened,
      resource: SHOP_ARN,
    });
    await expect(attribute(terraform())).resolves.toMatchObject({
      attribution: { confidence: 'high' },
    });
  });

  it('understands events of S3, which have no parameters of that name', async () => {
    event('DeleteBucketPublicAccessBlock', '2026-11-01T10:10:00Z', {
      resource: 'files',
      requestParameters: { bucketName: 'files' },
    });
    await expect(
      attribute(
        query({
          resourceType: 'storage',
          address: 'AWS::S3::Bucket/files',
          resourceIds: ['files'],
        }),
      ),
    ).resolves.toMatchObject({ attribution: { confidence: 'high' } });
  });

  it.each(['AccessDeniedException', 'InvalidTimeRangeException'])(
    'is unavailable by %s',
    async name => {
      aws.trouble = ({ operation }, response) => {
        if (operation === 'LookupEvents') {
          fail(response, name);
          return true;
        }
        return undefined;
      };
      await expect(attribute()).resolves.toEqual({
        state: 'unavailable',
        reason: expect.stringContaining('CloudTrail could not be asked.'),
      });
    },
  );

  it('is unavailable where the credentials are of another account', async () => {
    aws.accountId = '999999999999';
    event('ModifyDBInstance', '2026-11-01T10:10:00Z', opened);
    await expect(attribute()).resolves.toMatchObject({ state: 'unavailable' });
    expect(aws.operations('LookupEvents')).toEqual([]);
  });

  it('is unavailable where nothing says which region it is', async () => {
    await expect(
      attribute(query(), create({ regions: [] })),
    ).resolves.toMatchObject({ state: 'unavailable' });
  });

  describe('whom it concerns', () => {
    const other = {
      name: 'dev',
      id: '210987654321',
      clients: ['globex'],
      attribution: true,
    };
    const asTarget = (changes: Partial<AttributionQuery['target']>) => ({
      target: { ...query().target, ...changes },
    });

    it.each<[string, boolean, () => [CloudTrailAttributor, AttributionQuery]]>([
      ['a tenant of the client', true, () => [create(), query()]],
      [
        'a tenant by its id',
        true,
        () => [
          create({ clients: [], tenants: ['sh*'] }),
          query(asTarget({ client: undefined })),
        ],
      ],
      [
        'a tenant that the configuration puts there',
        true,
        () => [
          create(
            { clients: [] },
            { tenants: [{ id: 'shop', client: 'acme', accounts: ['prod'] }] },
          ),
          query(),
        ],
      ],
      [
        'a tenant of another client',
        false,
        () => [create(), query(asTarget({ client: 'globex' }))],
      ],
      [
        'a tenant of a client that has no account there',
        false,
        () => [create(), query(asTarget({ location: { accounts: ['dev'] } }))],
      ],
      [
        'nothing unless it is turned on',
        false,
        () => [create({ attribution: false }), query()],
      ],
      ['a module of the client', true, () => [create(), terraform()]],
      [
        'a module of another client',
        false,
        () => [
          create(),
          terraform({
            target: {
              ...terraform().target,
              client: 'globex',
              id: 'terraform:globex/network',
            },
          }),
        ],
      ],
      [
        'a module that the configuration names',
        true,
        () => [
          create({ attributionTargets: ['terraform:-/*'] }),
          terraform({
            target: {
              ...terraform().target,
              client: undefined,
              id: 'terraform:-/network',
            },
          }),
        ],
      ],
      [
        'a module with a tenant’s name',
        false,
        () => [create({ clients: [], tenants: ['network'] }), terraform()],
      ],
      [
        'a tenant by an ARN of an account that it is not in',
        false,
        () => [
          create(
            {},
            { accounts: [{ ...other, id: '555555555555', clients: ['acme'] }] },
          ),
          query({
            resourceIds: [SHOP_ARN.replace('123456789012', '555555555555')],
          }),
        ],
      ],
      [
        'an ARN of an account that is not configured',
        false,
        () => [
          create(),
          terraform({
            resourceIds: [SHOP_ARN.replace('123456789012', '555555555555')],
          }),
        ],
      ],
      [
        'a bare id where there is one account',
        true,
        () => [create(), terraform({ resourceIds: ['vol-1'] })],
      ],
      [
        'a bare id where there are several',
        false,
        () => [
          create({}, { accounts: [other] }),
          terraform({ resourceIds: ['vol-1'] }),
        ],
      ],
      [
        'a resource of another cloud',
        false,
        () => [
          create(),
          terraform({
            resourceType: 'azurerm_storage_account',
            resourceIds: ['/subscriptions/a'],
          }),
        ],
      ],
    ])('%s: %s', (_what, does, make) => {
      const [attributor, about] = make();
      expect(attributor.concerns(about)).toBe(does);
    });
  });
});
