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
import { toLiveCloudResource } from '@infra-hub/drift-engine';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failS3, Trouble } from '../__testUtils__/AwsServer';
import { ProviderBench } from '../__testUtils__/ProviderBench';
import { bucket } from '../kinds/storage';

/** As buckets are since 2023, but for the block. */
const OPEN: JsonObject = {
  OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
};
/** As they were before. */
const WITH_LISTS: JsonObject = {
  OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
};
const block = (...settings: string[]) =>
  Object.fromEntries(settings.map(setting => [setting, true]));

const forbid =
  (...operations: string[]): Trouble =>
  ({ operation }, response) => {
    if (!operations.includes(operation)) {
      return undefined;
    }
    failS3(response, 'AccessDenied');
    return true;
  };

describe('whether everybody may read a bucket', () => {
  let bench: ProviderBench;
  beforeEach(async () => {
    bench = await ProviderBench.start();
  });
  afterEach(() => bench.stop());

  const read = async (properties: JsonObject) => {
    bench.aws.add(bucket.kind, 'shop-files', properties);
    const reading = await bench.read(bucket, 'shop-files');
    if (reading.state !== 'found') {
      throw new Error(reading.state);
    }
    const live = toLiveCloudResource({ ...reading, provider: 'aws' });
    return {
      publicAccess: (live.properties as JsonObject).publicAccess,
      because: live.untoldBecause?.publicAccess,
    };
  };
  const asked = () =>
    bench.aws.requests
      .filter(({ service }) => service === 's3')
      .map(({ operation }) => operation);

  it('is found when its policy lets them', async () => {
    bench.aws.publicPolicies.set('shop-files', true);
    await expect(read(OPEN)).resolves.toEqual({ publicAccess: true });
    expect(bench.aws.operations('GetBucketPolicyStatus')).toMatchObject([
      {
        region: 'eu-central-1',
        accessKeyId: 'AKIAREADER0000000001',
        input: {
          Bucket: 'shop-files',
          ExpectedBucketOwner: '123456789012',
        },
      },
    ]);
  });

  it.each([
    ['has no policy', undefined],
    ['has one that does not let them', false],
  ])('is not so when it %s', async (_, isPublic) => {
    if (isPublic !== undefined) {
      bench.aws.publicPolicies.set('shop-files', isPublic);
    }
    await expect(read(OPEN)).resolves.toEqual({ publicAccess: false });
  });

  it('asks nothing more of a bucket that is closed by itself', async () => {
    bench.aws.publicPolicies.set('shop-files', true);
    await expect(
      read({
        ...OPEN,
        PublicAccessBlockConfiguration: block('RestrictPublicBuckets'),
      }),
    ).resolves.toEqual({ publicAccess: false });
    expect(asked()).toEqual([]);
  });

  it('is not so when the account closes all of its buckets', async () => {
    bench.aws.publicAccessBlock = block(
      'IgnorePublicAcls',
      'RestrictPublicBuckets',
    );
    bench.aws.publicPolicies.set('shop-files', true);
    bench.aws.readers.set('shop-files', 'global/AllUsers');
    await expect(read(WITH_LISTS)).resolves.toEqual({ publicAccess: false });
    expect(asked()).toEqual(['GetPublicAccessBlock']);
    expect(bench.aws.operations('GetPublicAccessBlock')[0].input).toEqual({
      AccountId: '123456789012',
    });
  });

  it('holds the stricter one of both blocks', async () => {
    bench.aws.publicAccessBlock = block('IgnorePublicAcls');
    await expect(
      read({
        ...WITH_LISTS,
        PublicAccessBlockConfiguration: block('RestrictPublicBuckets'),
      }),
    ).resolves.toEqual({ publicAccess: false });
  });

  it.each(['global/AllUsers', 'global/AuthenticatedUsers'])(
    'is found when its access list lets %s',
    async group => {
      bench.aws.readers.set('shop-files', group);
      await expect(read(WITH_LISTS)).resolves.toEqual({ publicAccess: true });
    },
  );

  it('is not known while access lists of single objects count', async () => {
    await expect(read(WITH_LISTS)).resolves.toEqual({
      publicAccess: undefined,
      because: expect.stringContaining('single objects may be public'),
    });
  });

  it('names the permission that is missing, which the policy of the module has', async () => {
    bench.aws.trouble = forbid(
      'GetPublicAccessBlock',
      'GetBucketPolicyStatus',
      'GetBucketAcl',
    );
    const { publicAccess, because = '' } = await read(WITH_LISTS);
    expect(publicAccess).toBeUndefined();
    const named = because.match(/s3:\w+/g) ?? [];
    expect(named).toEqual([
      's3:GetAccountPublicAccessBlock',
      's3:GetBucketPolicyStatus',
      's3:GetBucketAcl',
    ]);
    const policy = readFileSync(
      join(__dirname, '../../policies/read.json'),
      'utf8',
    );
    named.forEach(permission => expect(policy).toContain(`"${permission}"`));
  });

  it.each([
    ['policy', OPEN, () => bench.aws.publicPolicies.set('shop-files', true)],
    [
      'access list',
      WITH_LISTS,
      () => bench.aws.readers.set('shop-files', 'global/AllUsers'),
    ],
  ])(
    'is not known when its %s lets them, and the block of the account may not be read',
    async (_, properties, open) => {
      bench.aws.trouble = forbid('GetPublicAccessBlock');
      open();
      await expect(read(properties)).resolves.toEqual({
        publicAccess: undefined,
        because:
          'The block of public access of the account could not be read: that takes the permission s3:GetAccountPublicAccessBlock. It lets everybody in, unless that block keeps them out.',
      });
    },
  );

  it('is not so without a policy, whatever the block of the account may be', async () => {
    bench.aws.trouble = forbid('GetPublicAccessBlock');
    await expect(read(OPEN)).resolves.toEqual({ publicAccess: false });
  });

  it.each(['GetPublicAccessBlock', 'GetBucketPolicyStatus'])(
    'fails the account when its credentials expire before %s',
    async expired => {
      bench.aws.trouble = ({ operation }, response) => {
        if (operation !== expired) {
          return undefined;
        }
        failS3(response, 'ExpiredToken', 400);
        return true;
      };
      const failed = read(OPEN);
      await expect(failed).rejects.toBeInstanceOf(CloudFailure);
      await expect(failed).rejects.toThrow('The credentials have expired.');
    },
  );

  it('is not known after an answer that makes no sense, and all else is', async () => {
    bench.aws.trouble = ({ operation }, response) => {
      if (operation !== 'GetBucketPolicyStatus') {
        return undefined;
      }
      response.writeHead(200, { 'Content-Type': 'application/xml' });
      response.end('<PolicyStatus></PolicyStatus>');
      return true;
    };
    bench.aws.add(bucket.kind, 'shop-files', {
      ...OPEN,
      VersioningConfiguration: { Status: 'Enabled' },
    });
    await expect(bench.read(bucket, 'shop-files')).resolves.toMatchObject({
      state: 'found',
      document: { VersioningConfiguration: { Status: 'Enabled' } },
      untoldBecause: { publicAccess: expect.stringContaining('without it') },
    });
  });

  it('waits for its turn each time, retries included', async () => {
    bench.aws.trouble = ({ operation, number }, response) => {
      if (operation !== 'GetBucketPolicyStatus' || number > 1) {
        return undefined;
      }
      failS3(response, 'SlowDown', 503);
      return true;
    };
    await expect(read(OPEN)).resolves.toEqual({ publicAccess: false });
    expect(asked()).toHaveLength(3);
    expect(bench.turns).toBe(bench.aws.requests.length);
  });

  it('ends with the look', async () => {
    const ending = new AbortController();
    bench.aws.trouble = ({ operation }) => {
      if (operation !== 'GetBucketPolicyStatus') {
        return undefined;
      }
      ending.abort(new Error('enough'));
      return true;
    };
    bench.aws.add(bucket.kind, 'shop-files', OPEN);
    await expect(
      bench.read(bucket, 'shop-files', { signal: ending.signal }),
    ).rejects.toThrow('enough');
  });
});
