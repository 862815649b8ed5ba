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
import { WriteRefused } from '@infra-hub/backstage-plugin-drift-node';
import { applyCloudWrites } from '@infra-hub/drift-engine';
import { AwsRequest, fail, send, WRITER } from './__testUtils__/AwsServer';
import { ProviderBench } from './__testUtils__/ProviderBench';
import { dbInstance } from './kinds/rds';
import { bucket } from './kinds/storage';

const UPDATE = 'UpdateResource';

describe('AwsProvider changing a resource', () => {
  let bench: ProviderBench;
  beforeEach(async () => {
    bench = await ProviderBench.start();
    bench.aws.add(dbInstance.kind, 'shop-db', {
      DBInstanceClass: 'db.t4g.large',
      AllocatedStorage: '100',
      PubliclyAccessible: true,
      MultiAZ: false,
      Tags: [],
    });
  });
  afterEach(async () => {
    await bench.stop();
  });

  const size = { pointer: '/DBInstanceClass', value: 'db.t4g.medium' };
  const closed = { pointer: '/PubliclyAccessible', value: false };
  const patches = () =>
    bench.aws
      .operations(UPDATE)
      .map(({ input }) => JSON.parse(String(input.PatchDocument)));
  const onFirst = (
    operation: string,
    answer: (response: Parameters<typeof send>[0], request: AwsRequest) => void,
  ) => {
    bench.aws.trouble = (request, response) => {
      if (request.operation === operation && request.number === 1) {
        answer(response, request);
        return true;
      }
      return undefined;
    };
  };

  it('tests what it changes, changes it with its own credentials, and waits for the end', async () => {
    await expect(
      bench.update(dbInstance, 'shop-db', [size, closed]),
    ).resolves.toEqual({ state: 'done' });
    expect(patches()).toEqual([
      [
        { op: 'test', path: '/DBInstanceClass', value: 'db.t4g.large' },
        { op: 'test', path: '/PubliclyAccessible', value: true },
        { op: 'replace', path: '/DBInstanceClass', value: 'db.t4g.medium' },
        { op: 'replace', path: '/PubliclyAccessible', value: false },
      ],
    ]);
    expect(bench.aws.operations(UPDATE)).toMatchObject([
      {
        accessKeyId: WRITER.accessKeyId,
        input: {
          TypeName: 'AWS::RDS::DBInstance',
          Identifier: 'shop-db',
          ClientToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
      },
    ]);
    expect(bench.aws.operations('GetResourceRequestStatus')).toHaveLength(2);
    expect(bench.aws.resource(dbInstance.kind, 'shop-db')).toMatchObject({
      DBInstanceClass: 'db.t4g.medium',
      PubliclyAccessible: false,
    });
    expect(bench.logged.join('')).toContain('Modifying');
  });

  it('sends nothing where everything is as wanted', async () => {
    await expect(
      bench.update(dbInstance, 'shop-db', [
        { pointer: '/PubliclyAccessible', value: true },
        { pointer: '/Nowhere/At/All', value: undefined },
      ]),
    ).resolves.toEqual({ state: 'done' });
    expect(bench.aws.requests).toEqual([]);
  });

  it('adds, replaces and removes in a bucket', async () => {
    bench.aws.add(bucket.kind, 'files', {
      VersioningConfiguration: { Status: 'Suspended' },
      LifecycleConfiguration: { Rules: [{ Id: 'a/b' }] },
    });
    const writes = bucket.properties.flatMap(({ name, write }) => {
      const value = { versioning: true, publicAccess: false, lifecycle: [] }[
        name as string
      ];
      return value === undefined ? [] : write?.(value, {}) ?? [];
    });
    await expect(bench.update(bucket, 'files', writes)).resolves.toEqual({
      state: 'done',
    });
    expect(bench.aws.resource(bucket.kind, 'files')).toEqual({
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
  });

  it('is superseded when somebody changed it since it was looked at', async () => {
    await expect(
      bench.update(dbInstance, 'shop-db', [size], {
        document: { DBInstanceClass: 'db.t4g.small' },
      }),
    ).resolves.toEqual({ state: 'superseded' });
    expect(bench.aws.operations(UPDATE)).toEqual([]);
  });

  it('sends nothing when a stop comes while it looks once more', async () => {
    bench.mayWrite = async () => {
      expect(bench.aws.operations('GetResource')).toHaveLength(1);
      throw new WriteRefused('All remediation is stopped.');
    };
    await expect(bench.update(dbInstance, 'shop-db', [size])).rejects.toThrow(
      'All remediation is stopped.',
    );
    expect(bench.aws.operations(UPDATE)).toEqual([]);
  });

  it('is superseded when somebody added what was absent', async () => {
    await expect(
      bench.update(
        dbInstance,
        'shop-db',
        [{ pointer: '/MultiAZ', value: true }],
        { document: {} },
      ),
    ).resolves.toEqual({ state: 'superseded' });
    expect(bench.aws.operations(UPDATE)).toEqual([]);
  });

  it('is superseded when the test of the patch fails, changed at the last moment', async () => {
    bench.aws.trouble = ({ operation }) => {
      if (operation === UPDATE) {
        bench.aws.add(dbInstance.kind, 'shop-db', {
          DBInstanceClass: 'db.r6g.large',
        });
      }
      return undefined;
    };
    await expect(bench.update(dbInstance, 'shop-db', [size])).resolves.toEqual({
      state: 'superseded',
    });
    expect(bench.aws.resource(dbInstance.kind, 'shop-db')).toEqual({
      DBInstanceClass: 'db.r6g.large',
    });
  });

  it('is superseded when the resource is gone', async () => {
    await expect(
      bench.update(dbInstance, 'gone-db', [size], {
        document: { DBInstanceClass: 'db.t4g.large' },
      }),
    ).resolves.toEqual({ state: 'superseded' });
  });

  it.each<[string, JsonObject]>([
    ['ConcurrentModificationException', { state: 'superseded' }],
    [
      'ConcurrentOperationException',
      {
        state: 'failed',
        sent: false,
        message:
          'Another change of the resource is under way; try again when it is done.',
      },
    ],
    [
      'AccessDeniedException',
      {
        state: 'failed',
        sent: false,
        message: 'AWS does not permit it. It says: said so',
      },
    ],
    [
      'InvalidRequestException',
      {
        state: 'failed',
        sent: false,
        message:
          'The service behind Cloud Control could not do it. It says: said so',
      },
    ],
    [
      'ExpiredTokenException',
      {
        state: 'failed',
        sent: false,
        message: 'The credentials have expired.',
      },
    ],
  ])('knows that nothing was changed by %s', async (name, result) => {
    bench.aws.trouble = ({ operation }, response) => {
      if (operation === UPDATE) {
        fail(response, name);
        return true;
      }
      return undefined;
    };
    await expect(bench.update(dbInstance, 'shop-db', [size])).resolves.toEqual(
      result,
    );
    expect(bench.aws.operations(UPDATE)).toHaveLength(1);
  });

  it('sends it again when it is throttled', async () => {
    onFirst(UPDATE, response => fail(response, 'ThrottlingException'));
    await expect(bench.update(dbInstance, 'shop-db', [size])).resolves.toEqual({
      state: 'done',
    });
    expect(bench.aws.operations(UPDATE)).toHaveLength(2);
  });

  it('asks for the answer that was lost by the same token, and changes once', async () => {
    let lost = false;
    bench.aws.trouble = (request, response) => {
      if (request.operation === UPDATE && !lost) {
        lost = true;
        const write = response.end.bind(response);
        response.end = () => {
          response.socket?.destroy();
          return write();
        };
      }
      return undefined;
    };
    await expect(bench.update(dbInstance, 'shop-db', [size])).resolves.toEqual({
      state: 'done',
    });
    const tokens = bench.aws
      .operations(UPDATE)
      .map(({ input }) => input.ClientToken);
    expect(tokens).toEqual([tokens[0], tokens[0]]);
    expect(bench.aws.resource(dbInstance.kind, 'shop-db')).toMatchObject({
      DBInstanceClass: 'db.t4g.medium',
    });
  });

  it('does not know what became of it when no answer ever comes', async () => {
    bench.aws.trouble = ({ operation }, response) => {
      if (operation === UPDATE) {
        response.socket?.destroy();
        return true;
      }
      return undefined;
    };
    await expect(
      bench.update(dbInstance, 'shop-db', [size]),
    ).resolves.toMatchObject({
      state: 'unknown',
      message: expect.stringContaining('Whether AWS has the change'),
    });
  });

  it('stays unknown when a lost request is followed by a refusal', async () => {
    bench.aws.trouble = ({ operation, number }, response) => {
      if (operation === UPDATE) {
        if (number === 1) {
          response.socket?.destroy();
        } else {
          fail(response, 'ClientTokenConflictException');
        }
        return true;
      }
      return undefined;
    };
    await expect(
      bench.update(dbInstance, 'shop-db', [size]),
    ).resolves.toMatchObject({ state: 'unknown' });
  });

  it('tells how a change that was begun failed', async () => {
    bench.aws.updateError = {
      ErrorCode: 'ServiceLimitExceeded',
      StatusMessage: 'Too many (Service: Rds, Request ID: 1-2-3)',
    };
    await expect(bench.update(dbInstance, 'shop-db', [size])).resolves.toEqual({
      state: 'failed',
      sent: true,
      message:
        'AWS could not make the change (ServiceLimitExceeded). It says: Too many',
    });
  });

  it('goes on waiting when a question of how far it is fails', async () => {
    onFirst('GetResourceRequestStatus', response =>
      fail(response, 'InternalFailure', { status: 500 }),
    );
    await expect(bench.update(dbInstance, 'shop-db', [size])).resolves.toEqual({
      state: 'done',
    });
  });

  it('says that it may still come to its end when the question is not permitted', async () => {
    bench.aws.trouble = ({ operation }, response) => {
      if (operation === 'GetResourceRequestStatus') {
        fail(response, 'AccessDeniedException');
        return true;
      }
      return undefined;
    };
    await expect(
      bench.update(dbInstance, 'shop-db', [size]),
    ).resolves.toMatchObject({
      state: 'unknown',
      message: expect.stringContaining('AWS does not permit it'),
    });
  });

  it('goes on at AWS when waiting is cancelled', async () => {
    const abort = new AbortController();
    bench.aws.polls = 1000;
    onFirst('GetResourceRequestStatus', () => abort.abort());
    await expect(
      bench.update(dbInstance, 'shop-db', [size], { signal: abort.signal }),
    ).resolves.toEqual({
      state: 'unknown',
      message:
        'Waiting for its end was cancelled. It goes on at AWS; the next scan shows what became of it.',
    });
  });

  it('sends nothing with credentials of another account', async () => {
    bench.aws.accountId = '999999999999';
    await expect(
      bench.update(dbInstance, 'shop-db', [size]),
    ).resolves.toMatchObject({ state: 'failed', sent: false });
    expect(bench.aws.operations(UPDATE)).toEqual([]);
  });

  it('makes of the writes of every property what the property then reads', () => {
    const document = { AllocatedStorage: '50', MaxAllocatedStorage: 200 };
    const [storage, most] = ['storageGiB', 'storageMaxGiB'].map(name =>
      dbInstance.properties.find(each => each.name === name),
    );
    const grown = applyCloudWrites(
      document,
      storage?.write?.(80, document) ?? [],
    );
    expect(grown.AllocatedStorage).toBe('80');
    expect(storage?.read(grown)).toBe(80);
    const bound = applyCloudWrites(grown, most?.write?.(0, grown) ?? []);
    expect(bound.MaxAllocatedStorage).toBe(80);
  });
});
