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

import { JsonObject } from '@backstage/types';
import { CloudFailure } from '@infra-hub/backstage-plugin-drift-node';
import {
  ASSUMED,
  fail,
  failXml,
  READER,
  send,
} from './__testUtils__/AwsServer';
import { ProviderBench } from './__testUtils__/ProviderBench';
import { AwsKind } from './kinds/AwsKind';
import { kindsOfAws } from './kinds/awsKinds';
import { dynamoDbTable } from './kinds/dynamodb';
import { dbInstance } from './kinds/rds';
import { bucket } from './kinds/storage';

const DATABASE: JsonObject = {
  DBInstanceIdentifier: 'shop-db',
  Engine: 'postgres',
  EngineVersion: '15.4',
  DBInstanceClass: 'db.t4g.medium',
  AllocatedStorage: '100',
  MultiAZ: true,
  BackupRetentionPeriod: 7,
  StorageEncrypted: true,
  PubliclyAccessible: false,
  DeletionProtection: true,
  MasterUserPassword: 'planted-password',
  Tags: [{ Key: 'Name', Value: 'Shop' }],
};

describe('AwsProvider', () => {
  let bench: ProviderBench;
  beforeEach(async () => {
    bench = await ProviderBench.start();
    bench.aws.add(dbInstance.kind, 'shop-db', DATABASE);
  });
  afterEach(async () => {
    await bench.stop();
  });

  it('reads a resource with signed requests that each wait for their turn', async () => {
    await expect(bench.read(dbInstance, 'shop-db')).resolves.toMatchObject({
      state: 'found',
      id: 'shop-db',
      name: 'Shop',
      region: 'eu-central-1',
      document: { AllocatedStorage: '100' },
    });
    expect(bench.aws.requests).toMatchObject([
      { operation: 'GetCallerIdentity', service: 'sts' },
      {
        operation: 'GetResource',
        service: 'cloudcontrolapi',
        region: 'eu-central-1',
        accessKeyId: READER.accessKeyId,
        input: { TypeName: 'AWS::RDS::DBInstance', Identifier: 'shop-db' },
      },
    ]);
    expect(bench.turns).toBe(2);
  });

  it('asks only once whose the credentials are', async () => {
    await bench.read(dbInstance, 'shop-db');
    await bench.read(dbInstance, 'shop-db');
    expect(bench.aws.operations('GetCallerIdentity')).toHaveLength(1);
  });

  it('drops what AWS never tells, should it be told', async () => {
    expect(
      JSON.stringify(await bench.read(dbInstance, 'shop-db')),
    ).not.toContain('planted');
  });

  it('says that a resource is absent when AWS says so', async () => {
    await expect(bench.read(dbInstance, 'gone-db')).resolves.toEqual({
      state: 'absent',
    });
  });

  it.each([
    ['AccessDeniedException', 'AWS does not permit it'],
    ['ThrottlingException', 'AWS throttles'],
    ['TypeNotFoundException', 'Cloud Control cannot do that'],
    ['UnsupportedActionException', 'Cloud Control cannot do that'],
    ['HandlerFailureException', 'It says: said so'],
    ['GeneralServiceException', 'It says: said so'],
    ['ServiceInternalErrorException', 'AWS failed by itself'],
    ['NetworkFailureException', 'The service behind Cloud Control'],
    ['SomethingNewException', 'unexpected (SomethingNewException, HTTP 400)'],
  ])('does not take %s for absence', async (name, sentence) => {
    bench.aws.trouble = ({ operation }, response) => {
      if (operation === 'GetResource') {
        fail(response, name);
        return true;
      }
      return undefined;
    };
    await expect(bench.read(dbInstance, 'gone-db')).resolves.toEqual({
      state: 'unseen',
      reason: expect.stringContaining(sentence),
    });
  });

  it('asks again when it is throttled, and takes its turn again', async () => {
    bench.aws.trouble = ({ operation, number }, response) => {
      if (operation === 'GetResource' && number < 3) {
        fail(response, 'ThrottlingException');
        return true;
      }
      return undefined;
    };
    await expect(bench.read(dbInstance, 'shop-db')).resolves.toMatchObject({
      state: 'found',
    });
    expect(bench.aws.operations('GetResource')).toHaveLength(3);
    expect(bench.turns).toBe(4);
  });

  it.each<[string, (response: Parameters<typeof send>[0]) => void]>([
    [
      'properties that are no JSON',
      response =>
        send(response, {
          ResourceDescription: { Identifier: 'shop-db', Properties: '{"a":' },
        }),
    ],
    [
      'properties that are no object',
      response =>
        send(response, {
          ResourceDescription: { Identifier: 'shop-db', Properties: '[]' },
        }),
    ],
    ['an empty answer', response => send(response, {})],
    ['no JSON', response => response.writeHead(200).end('<html>')],
    [
      'half an answer',
      response => {
        response.writeHead(200, { 'content-length': 500 });
        response.write('{"ResourceDescription":', () => response.destroy());
      },
    ],
    [
      'an answer that never ends',
      response => {
        response.writeHead(200, { 'content-length': 500 });
        response.write('{"ResourceDescription":');
      },
    ],
    ['no answer', () => undefined],
  ])('has not seen a resource by %s', async (_what, answer) => {
    bench.aws.trouble = ({ operation }, response) => {
      if (operation === 'GetResource') {
        answer(response);
        return true;
      }
      return undefined;
    };
    await expect(bench.read(dbInstance, 'shop-db')).resolves.toEqual({
      state: 'unseen',
      reason: expect.stringMatching(/^(?:The answer of )?AWS /),
    });
  });

  it('ends when it is told to', async () => {
    const abort = new AbortController();
    bench.aws.trouble = ({ operation }) => {
      if (operation === 'GetResource') {
        abort.abort();
        return true;
      }
      return undefined;
    };
    await expect(
      bench.read(dbInstance, 'shop-db', { signal: abort.signal }),
    ).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('fails where the credentials belong to another account', async () => {
    bench.aws.accountId = '999999999999';
    const reading = bench.read(dbInstance, 'gone-db');
    await expect(reading).rejects.toThrow(CloudFailure);
    await expect(reading).rejects.toThrow(
      'belong to account 999999999999, not to 123456789012',
    );
    expect(bench.aws.operations('GetResource')).toEqual([]);
  });

  it.each(['ExpiredTokenException', 'InvalidSignatureException'])(
    'fails by %s in the middle',
    async name => {
      bench.aws.trouble = ({ operation }, response) => {
        if (operation === 'GetResource') {
          fail(response, name, {
            status: 403,
            message: `not ${READER.secretAccessKey}`,
          });
          return true;
        }
        return undefined;
      };
      const reading = bench.read(dbInstance, 'shop-db');
      await expect(reading).rejects.toThrow(CloudFailure);
      await expect(reading).rejects.not.toThrow('planted');
    },
  );

  it.each(['ExpiredToken', 'InvalidClientTokenId', 'AccessDenied'])(
    'tells no secret when STS says %s',
    async code => {
      bench.aws.trouble = ({ operation }, response) => {
        if (operation === 'GetCallerIdentity') {
          failXml(response, code);
          return true;
        }
        return undefined;
      };
      await expect(
        bench.provider.checkAccount(bench.account(), bench.context()),
      ).resolves.toEqual({
        ok: false,
        message: expect.stringMatching(
          /^The AWS account prod cannot be used\. (?:(?!secret-planted).)*$/,
        ),
      });
    },
  );

  it('does not take a region that is not enabled for the account', async () => {
    bench.aws.trouble = ({ region, service }, response) => {
      if (region === 'us-east-1' && service === 'cloudcontrolapi') {
        fail(response, 'UnrecognizedClientException', { status: 403 });
        return true;
      }
      return undefined;
    };
    await expect(
      bench.read(dbInstance, 'shop-db', { region: 'us-east-1' }),
    ).resolves.toMatchObject({
      state: 'unseen',
      reason: expect.stringContaining('may not have enabled it'),
    });
    await expect(bench.read(dbInstance, 'shop-db')).resolves.toMatchObject({
      state: 'found',
    });
  });

  it.each([
    ['eu-west-3', 'may not be looked at'],
    ['europe', 'is not the name of an AWS region'],
  ])('does not ask in the region %s', async (region, reason) => {
    await expect(
      bench.read(dbInstance, 'shop-db', { region }),
    ).resolves.toMatchObject({
      state: 'unseen',
      reason: expect.stringContaining(reason),
    });
    expect(bench.aws.requests).toEqual([]);
  });

  it('does not say that a bucket is absent that is in another region', async () => {
    bench.aws.add(bucket.kind, 'shop-files', {}, 'us-east-1');
    await expect(bench.read(bucket, 'shop-files')).resolves.toMatchObject({
      state: 'unseen',
      reason: expect.stringContaining('in another one of the account'),
    });
    await expect(bench.read(bucket, 'gone-files')).resolves.toEqual({
      state: 'absent',
    });
    bench.aws.trouble = ({ operation }, response) => {
      if (operation === 'ListResources') {
        fail(response, 'AccessDeniedException');
        return true;
      }
      return undefined;
    };
    await expect(bench.read(bucket, 'gone-files')).resolves.toMatchObject({
      state: 'unseen',
    });
  });

  it('cannot be fooled by an endpoint that is not there', async () => {
    await bench.aws.stop();
    await expect(bench.read(dbInstance, 'shop-db')).rejects.toThrow(
      /The endpoint of AWS could not be reached \(ECONNREFUSED\)/,
    );
    bench = await ProviderBench.start();
  });

  describe('listing', () => {
    const list = (kind: AwsKind, region?: string) =>
      bench.provider.list(
        { account: bench.account(), region, kind },
        bench.context(),
      );

    beforeEach(() => {
      for (const id of ['a-db', 'b-db', 'c-db', 'd-db']) {
        bench.aws.add(dbInstance.kind, id, { DBInstanceIdentifier: id });
      }
    });

    it('reads every resource of every page as a whole', async () => {
      const listing = await list(dbInstance);
      expect(listing).toMatchObject({ complete: true, reasons: [] });
      expect(listing.documents.map(({ id }) => id).sort()).toEqual([
        'a-db',
        'b-db',
        'c-db',
        'd-db',
        'shop-db',
      ]);
      expect(listing.documents[0].document).not.toHaveProperty('Partial');
      expect(bench.aws.operations('ListResources')).toHaveLength(3);
    });

    it('asks for no more at once than a look at one resource does', async () => {
      let underWay = 0;
      let most = 0;
      bench.aws.trouble = ({ operation }, response) => {
        if (operation === 'GetResource') {
          underWay++;
          most = Math.max(most, underWay);
          response.once('finish', () => {
            underWay--;
          });
          setTimeout(() => fail(response, 'AccessDeniedException'), 5);
          return true;
        }
        return undefined;
      };
      const { reasons } = await list(dbInstance);
      expect(reasons).toHaveLength(5);
      expect(most).toBe(1);
    });

    it('is not complete when a page fails, and says what it has', async () => {
      bench.aws.trouble = ({ operation, input }, response) => {
        if (operation === 'ListResources' && input.NextToken !== undefined) {
          fail(response, 'HandlerFailureException');
          return true;
        }
        return undefined;
      };
      const listing = await list(dbInstance);
      expect(listing.complete).toBe(false);
      expect(listing.documents).toHaveLength(2);
      expect(listing.reasons).toEqual([
        'RDS instances could not be listed to the end. The service behind Cloud Control could not do it. It says: said so',
      ]);
    });

    it('is not complete when pages go round in circles', async () => {
      bench.aws.trouble = ({ operation }, response) => {
        if (operation === 'ListResources') {
          send(response, {
            ResourceDescriptions: [{ Identifier: 'a-db', Properties: '{}' }],
            NextToken: 'again',
          });
          return true;
        }
        return undefined;
      };
      await expect(list(dbInstance)).resolves.toMatchObject({
        complete: false,
      });
    });

    it('is not complete when one of them cannot be read', async () => {
      bench.aws.trouble = ({ operation, input }, response) => {
        if (operation === 'GetResource' && input.Identifier === 'b-db') {
          fail(response, 'AccessDeniedException');
          return true;
        }
        return undefined;
      };
      const listing = await list(dbInstance);
      expect(listing).toMatchObject({ complete: false });
      expect(listing.documents).toHaveLength(4);
    });

    it('neither reads nor names what may be of another tenant', async () => {
      bench.aws.add(bucket.kind, 'acme-files', {});
      bench.aws.add(bucket.kind, 'globex-files', {});
      bench.aws.trouble = ({ operation, input }, response) => {
        if (operation === 'GetResource' && input.Identifier !== 'acme-files') {
          fail(response, 'AccessDeniedException', { message: 'Not yours' });
          return true;
        }
        return undefined;
      };
      const listing = await bench.provider.list(
        {
          account: bench.account(),
          region: 'eu-central-1',
          kind: bucket,
          isWanted: id => id.startsWith('acme-'),
        },
        bench.context(),
      );
      expect(listing).toMatchObject({ complete: true, reasons: [] });
      expect(listing.documents.map(({ id }) => id)).toEqual(['acme-files']);
    });

    it('leaves out what was deleted meanwhile, and buckets of other regions', async () => {
      bench.aws.add(bucket.kind, 'here', {});
      bench.aws.add(bucket.kind, 'there', {}, 'us-east-1');
      bench.aws.add(bucket.kind, 'far', {}, 'us-east-1');
      bench.aws.trouble = ({ operation, input }, response) => {
        if (operation === 'GetResource' && input.Identifier === 'far') {
          fail(response, 'GeneralServiceException', {
            message: 'Moved Permanently (Service: S3, Status Code: 301)',
          });
          return true;
        }
        return undefined;
      };
      const listing = await list(bucket);
      expect(listing).toMatchObject({ complete: true });
      expect(listing.documents.map(({ id }) => id)).toEqual(['here']);
    });
  });

  describe('signing in', () => {
    it('assumes the role of the account with the id that was agreed on', async () => {
      const account = bench.account({
        credentials: {
          ...READER,
          roleArn: 'arn:aws:iam::123456789012:role/drift',
          externalId: 'agreed',
          sessionName: 'drift-prod',
        },
      });
      await expect(
        bench.read(dbInstance, 'shop-db', { account }),
      ).resolves.toMatchObject({ state: 'found' });
      await bench.read(dbInstance, 'shop-db', { account, region: 'us-east-1' });
      expect(bench.aws.operations('AssumeRole')).toMatchObject([
        {
          accessKeyId: READER.accessKeyId,
          input: {
            RoleArn: 'arn:aws:iam::123456789012:role/drift',
            ExternalId: 'agreed',
            RoleSessionName: 'drift-prod',
          },
        },
      ]);
      expect(bench.aws.operations('GetResource')[0]).toMatchObject({
        accessKeyId: ASSUMED.accessKeyId,
        sessionToken: ASSUMED.sessionToken,
      });
    });

    it('says which role may not be assumed, and nothing else', async () => {
      bench.aws.trouble = ({ operation }, response) => {
        if (operation === 'AssumeRole') {
          failXml(response, 'AccessDenied');
          return true;
        }
        return undefined;
      };
      const account = bench.account({
        credentials: {
          ...READER,
          roleArn: 'arn:aws:iam::123456789012:role/drift',
        },
      });
      await expect(
        bench.read(dbInstance, 'shop-db', { account }),
      ).rejects.toThrow(
        'The AWS account prod cannot be used. The role arn:aws:iam::123456789012:role/drift may not be assumed with the credentials there are.',
      );
    });

    it('takes new credentials after the old ones expired', async () => {
      bench.aws.trouble = ({ operation, number }, response) => {
        if (operation === 'GetResource' && number === 1) {
          fail(response, 'ExpiredTokenException');
          return true;
        }
        return undefined;
      };
      await expect(bench.read(dbInstance, 'shop-db')).rejects.toThrow(
        'have expired',
      );
      await expect(bench.read(dbInstance, 'shop-db')).resolves.toMatchObject({
        state: 'found',
      });
    });

    it('says that a profile is not there', async () => {
      const account = bench.account({
        credentials: { profile: 'no-such-one' },
      });
      await expect(
        bench.provider.checkAccount(account, bench.context()),
      ).resolves.toEqual({
        ok: false,
        message:
          'The AWS account prod cannot be used. The profile no-such-one gave no credentials.',
      });
    });

    it.each<[JsonObject, string]>([
      [{ credentials: { accessKeyId: 'AKIA' } }, 'both'],
      [{ credentials: { ...READER, profile: 'a' } }, 'not both'],
      [{ credentials: { roleArn: 'drift' } }, 'roleArn'],
      [{ endpoint: 'ftp://aws' }, 'endpoint'],
      [{ endpoint: 'http://aws.example.com' }, 'endpoint'],
      [{ endpoint: 'http://localhost.example.com' }, 'endpoint'],
      [{ endpoint: 'http://user:password@aws' }, 'endpoint'],
    ])('refuses %j', async (more, message) => {
      await expect(
        bench.read(dbInstance, 'shop-db', { account: bench.account(more) }),
      ).rejects.toThrow(message);
    });
  });

  describe('ids', () => {
    it.each<[AwsKind, string, boolean]>([
      [dbInstance, 'shop-db', true],
      [dbInstance, 'Shop-DB', true],
      [dbInstance, 'shop--db', false],
      [dbInstance, 'arn:aws:rds:eu-central-1:123456789012:db:shop-db', false],
      [dynamoDbTable, 'Orders.v2', true],
      [bucket, 'shop.files', true],
      [bucket, 'Shop_Files', false],
    ])('judges %#', (kind, id, isRight) => {
      const problem = bench.provider.checkId(kind, id);
      expect(problem === undefined).toBe(isRight);
    });
  });

  it('leads to the console of the partition', () => {
    const account = bench.account();
    expect(
      bench.provider.consoleUrl({ account, kind: dbInstance, id: 'shop-db' }),
    ).toBe(
      'https://eu-central-1.console.aws.amazon.com/rds/home?region=eu-central-1#database:id=shop-db;is-cluster=false',
    );
  });

  it.each(kindsOfAws.map(kind => [kind.kind, kind] as const))(
    'asks Cloud Control for %s',
    async (name, kind) => {
      bench.aws.add(name, 'one', { [kind.tags.slice(1)]: [] });
      await expect(bench.read(kind, 'one')).resolves.toMatchObject({
        state: 'found',
        kind: { kind: name },
        document: { [kind.tags.slice(1)]: [] },
      });
      expect(bench.aws.operations('GetResource')).toMatchObject([
        { input: { TypeName: name, Identifier: 'one' } },
      ]);
    },
  );
});
