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

import { Observation } from '@infra-hub/drift-engine';
import {
  DATABASE_KIND,
  FakeProvider,
  silence,
} from './__testUtils__/FakeProvider';
import {
  desired,
  desiredBucket,
  desiredDatabase,
  SourceBench,
} from './__testUtils__/SourceBench';
import { CloudFailure, CloudListing, CloudReading } from './CloudProvider';

const POSTGRES = { Engine: 'postgres', EngineVersion: '15.4', Public: false };

/** Two databases and a bucket, as they are wanted. */
function cloud(provider = new FakeProvider()): FakeProvider {
  return provider
    .put({
      account: 'prod',
      region: 'eu',
      kind: 'Fake::Database',
      id: 'shop',
      document: POSTGRES,
    })
    .put({
      account: 'prod',
      region: 'eu',
      kind: 'Fake::Database',
      id: 'orders',
      document: POSTGRES,
    })
    .put({
      account: 'dev',
      region: 'eu',
      kind: 'Fake::Bucket',
      id: 'files',
      document: { Versioning: true },
    });
}

const ALL = [
  desiredDatabase('shop'),
  desiredDatabase('orders'),
  desiredBucket('files'),
];

const DRIFTED = {
  account: 'prod',
  region: 'eu',
  kind: 'Fake::Database',
  id: 'orders',
  document: { ...POSTGRES, Public: true },
};

const addresses = ({ differences }: Observation) =>
  differences.map(({ address }) => address).sort();

const missing = ({ differences }: Observation) =>
  differences.filter(({ rule }) => rule === 'cloud-missing');

describe('the scan of a cloud', () => {
  it('finds nothing where all is as wanted, and asks once for each resource', async () => {
    const bench = SourceBench.create({ provider: cloud() });
    expect(await bench.scan(ALL)).toEqual({
      differences: [],
      totalResources: 3,
      complete: true,
      blindSpots: [],
      warnings: [],
      evidence: 'live-objects',
      tool: { name: 'fake' },
    });
    expect(bench.provider.asked.sort()).toEqual([
      'read dev/eu/Fake::Bucket/files',
      'read prod/eu/Fake::Database/orders',
      'read prod/eu/Fake::Database/shop',
    ]);
  });

  it('says why a property could not be told, without secrets', async () => {
    const bench = SourceBench.create({ provider: cloud() });
    bench.provider.readings.set('shop', {
      state: 'found',
      kind: DATABASE_KIND,
      id: 'shop',
      document: { Engine: 'postgres', EngineVersion: '15.4' },
      untoldBecause: {
        publicAccess:
          'It takes a permission that AKIAIOSFODNN7EXAMPLE does not have.',
      },
    });
    const { blindSpots, differences } = await bench.scan(ALL);
    expect(differences).toEqual([]);
    expect(blindSpots).toEqual([
      {
        scope: 'Fake::Database/shop',
        reason: expect.stringMatching(
          /^Not compared: publicAccess\. It takes a permission that (?!AKIA)/,
        ),
        address: 'Fake::Database/shop',
        fields: ['/publicAccess'],
      },
    ]);
  });

  it('names what was not told as findings of the same resource do', async () => {
    const bench = SourceBench.create({
      provider: cloud().put({
        account: 'dev',
        region: 'eu',
        kind: 'Fake::Database',
        id: 'shop',
        document: { Engine: 'mysql', EngineVersion: '15.4' },
      }),
    });
    const { blindSpots, differences } = await bench.scan([
      desiredDatabase('shop'),
      desiredDatabase('shop', { account: 'dev' }),
    ]);
    expect(differences).toMatchObject([
      { address: 'dev/eu/Fake::Database/shop' },
    ]);
    expect(blindSpots).toMatchObject([
      {
        scope: 'dev/eu/Fake::Database/shop',
        address: 'dev/eu/Fake::Database/shop',
        fields: ['/publicAccess'],
      },
    ]);
  });

  it('finds what differs and what is gone for sure', async () => {
    const bench = SourceBench.create({ provider: cloud().put(DRIFTED) });
    bench.provider.remove({
      account: 'dev',
      region: 'eu',
      kind: 'Fake::Bucket',
      id: 'files',
    });
    const observation = await bench.scan(ALL);
    expect(observation).toMatchObject({ complete: true, totalResources: 3 });
    expect(observation.failure).toBeUndefined();
    expect(observation.differences).toEqual([
      expect.objectContaining({
        address: 'Fake::Database/orders',
        resourceIds: ['orders'],
        resourceType: 'database',
        resourceName: 'orders',
        change: 'update',
        class: 'drift',
        fields: [{ path: '/publicAccess', desired: false, actual: true }],
      }),
      expect.objectContaining({
        address: 'Fake::Bucket/files',
        resourceType: 'storage',
        change: 'create',
        class: 'drift',
      }),
    ]);
  });

  it('tells by which other name the cloud calls what differs, for its audit log', async () => {
    const bench = SourceBench.create({ provider: cloud() });
    bench.provider.readings.set('shop', {
      state: 'found',
      kind: bench.provider.kinds[0],
      id: 'arn:shop',
      document: { ...POSTGRES, Public: true },
    });
    const { differences } = await bench.scan(ALL);
    expect(differences).toEqual([
      expect.objectContaining({
        address: 'Fake::Database/shop',
        resourceIds: ['shop', 'arn:shop'],
      }),
    ]);
  });

  it('reads manifests as it reads envelopes', async () => {
    const bench = SourceBench.create({ provider: cloud().put(DRIFTED) });
    const { spec } = desiredDatabase('orders');
    const observation = await bench.scan([
      desired('database', 'orders', {
        apiVersion: 'infra-hub.io/v1',
        kind: 'Database',
        metadata: { name: 'orders' },
        spec,
      }),
    ]);
    expect(addresses(observation)).toEqual(['Fake::Database/orders']);
  });

  describe('never takes for gone what it could not see:', () => {
    const refusal: CloudReading = {
      state: 'unseen',
      reason: 'The role may not read it.',
    };

    it.each<[string, () => CloudReading, string]>([
      ['a 403', () => refusal, 'The role may not read it.'],
      ['nothing', () => undefined as never, 'could not be understood'],
      ['null', () => null as never, 'could not be understood'],
      ['an unknown state', () => ({ state: 'gone' } as never), 'understood'],
      [
        'a resource without a document',
        () => ({ state: 'found', id: 'shop' } as never),
        'could not be understood',
      ],
      [
        'a list for a document',
        () => ({ state: 'found', id: 'shop', document: [] } as never),
        'could not be understood',
      ],
      [
        'a document of an unknown kind',
        () => ({ state: 'found', id: 'shop', document: {}, kind: {} } as never),
        'could not be understood',
      ],
      [
        'an exception',
        () => {
          throw new TypeError('undefined is not a function');
        },
        'went wrong in an unexpected way',
      ],
    ])('%s', async (_what, answer, reason) => {
      const bench = SourceBench.create({ provider: cloud().put(DRIFTED) });
      bench.provider.readings.set('shop', async () => answer());
      const observation = await bench.scan(ALL);
      expect(observation).toMatchObject({ complete: false, totalResources: 2 });
      expect(observation.failure).toBeUndefined();
      expect(observation.blindSpots).toEqual([
        {
          scope: 'Fake::Database/shop',
          reason: expect.stringContaining(reason),
        },
      ]);
      expect(missing(observation)).toEqual([]);
      expect(addresses(observation)).toEqual(['Fake::Database/orders']);
    });

    it.each(['No credentials.', 'The account was closed.'])(
      'an account that cannot be used: %s',
      async message => {
        const bench = SourceBench.create({ provider: cloud() });
        bench.provider.remove({
          account: 'dev',
          region: 'eu',
          kind: 'Fake::Bucket',
          id: 'files',
        });
        bench.provider.readings.set('shop', new CloudFailure(message));
        // Said by the same account, and just as doubtful
        bench.provider.readings.set('orders', { state: 'absent' });
        const observation = await bench.scan(ALL);
        expect(observation).toMatchObject({
          complete: false,
          failure: message,
          totalResources: 1,
          blindSpots: [
            {
              scope: 'account prod',
              reason: '2 of 2 resources could not be read.',
            },
          ],
        });
        expect(missing(observation).map(({ address }) => address)).toEqual([
          'Fake::Bucket/files',
        ]);
      },
    );

    it('a refusal that quotes a secret, which nobody sees', async () => {
      const secret = 'AccountKey=c2VjcmV0LXRoYXQtbm9ib2R5LW1heS1zZWU9PT09PT0=';
      const bench = SourceBench.create({
        provider: cloud(),
        fake: {
          tenants: [
            {
              id: 'acme',
              accounts: ['prod'],
              unmanaged: ['Fake::Database'],
            },
          ],
        },
      });
      const reason = `It says: ${secret}`;
      bench.provider.readings.set('shop', { state: 'unseen', reason });
      bench.provider.readings.set('files', new CloudFailure(reason));
      bench.provider.listings.set('Fake::Database', {
        documents: [],
        complete: false,
        reasons: [reason],
      });
      bench.provider.checks.set('prod', new CloudFailure(reason));
      const observation = await bench.scan(ALL);
      expect(observation.complete).toBe(false);
      const told = JSON.stringify([
        observation,
        await bench.source.checkHealth?.(),
      ]);
      expect(told.match(/It says: \[redacted\]/g)?.length).toBeGreaterThan(3);
      expect(told).not.toContain('c2VjcmV0');
    });

    it('a resource that is elsewhere than it is wanted', async () => {
      const bench = SourceBench.create({ provider: cloud() });
      bench.provider.readings.set('shop', {
        state: 'found',
        kind: bench.provider.kinds[0],
        id: 'shop',
        region: 'mars',
        document: POSTGRES,
      });
      expect(await bench.scan(ALL)).toMatchObject({
        differences: [],
        complete: false,
        blindSpots: [
          {
            scope: 'Fake::Database/shop',
            reason: 'It was found in mars, and is wanted in eu.',
          },
        ],
      });
    });

    it('asks an unusable account no more', async () => {
      const bench = SourceBench.create({ provider: cloud() });
      const many = Array.from({ length: 50 }, (_, n) =>
        desiredDatabase(`db-${n}`),
      );
      bench.provider.beforeEach = () => {
        throw new CloudFailure('No credentials.');
      };
      const observation = await bench.scan(many);
      expect(observation.failure).toBe('No credentials.');
      expect(missing(observation)).toEqual([]);
      expect(bench.provider.asked.length).toBeLessThan(12);
    });

    it('an account that does not answer', async () => {
      const bench = SourceBench.create({
        provider: cloud().put(DRIFTED),
        fake: { requestTimeout: { milliseconds: 20 } },
      });
      bench.provider.readings.set('shop', silence);
      const observation = await bench.scan(ALL);
      expect(observation.complete).toBe(false);
      expect(observation.blindSpots).toEqual([
        {
          scope: 'Fake::Database/shop',
          reason:
            'Fake Cloud gave no answer for the account prod within 0.02 seconds.',
        },
      ]);
      expect(addresses(observation)).toEqual(['Fake::Database/orders']);
    });

    it('a client that turns a timeout into an error of its own', async () => {
      const bench = SourceBench.create({
        provider: cloud(),
        fake: { requestTimeout: { milliseconds: 20 } },
      });
      bench.provider.readings.set('shop', async context =>
        silence(context).catch(() => {
          throw new Error('socket hang up');
        }),
      );
      const { blindSpots } = await bench.scan(ALL);
      expect(blindSpots).toEqual([
        expect.objectContaining({ reason: expect.stringMatching('no answer') }),
      ]);
      expect(bench.logger.error).not.toHaveBeenCalled();
    });

    it('does not count the time in which a request waits for its turn', async () => {
      const bench = SourceBench.create({
        provider: cloud(),
        fake: {
          requestTimeout: { milliseconds: 60 },
          accounts: [
            {
              name: 'prod',
              id: '111',
              regions: ['eu'],
              tenants: ['acme'],
              requestsPerSecond: 10,
            },
          ],
        },
      });
      bench.target = { ...bench.target, location: { accounts: ['prod'] } };
      const many = Array.from({ length: 12 }, (_, n) =>
        desiredDatabase(`db-${n}`),
      );
      const observation = await bench.scan(many);
      expect(observation).toMatchObject({ complete: true, blindSpots: [] });
      expect(missing(observation)).toHaveLength(12);
    });
  });

  it('never calls clean what it did not see', async () => {
    const bench = SourceBench.create({ provider: cloud() });
    bench.provider.readings.set('shop', {
      state: 'unseen',
      reason: 'The role may not read it.',
    });
    expect(await bench.scan(ALL)).toMatchObject({
      differences: [],
      totalResources: 2,
      complete: false,
      failure:
        'Not everything could be looked at, so nobody can say that nothing drifted. Fake::Database/shop: The role may not read it.',
    });
    const other = SourceBench.create({ provider: cloud() });
    expect(
      await other.scan([...ALL, desiredDatabase('far', { region: 'mars' })]),
    ).toMatchObject({
      differences: [],
      complete: false,
      failure: expect.stringContaining('nobody can say that nothing drifted'),
    });
  });

  describe('does not compare, and says so,', () => {
    it.each([
      [
        'a resource in an account of others',
        desiredDatabase('shop', { account: 'other' }),
        'the account other is not among those of the tenant, prod, dev.',
      ],
      [
        'a resource in a region that may not be looked at',
        desiredDatabase('shop', { region: 'mars' }),
        'the region mars is not among those that may be looked at in the account prod, eu, us.',
      ],
      [
        'a kind that is not known',
        desiredDatabase('shop', { kind: 'Fake::Queue' }),
        'Fake Cloud resources of the kind Fake::Queue are not compared; known are Fake::Database, Fake::Bucket.',
      ],
      [
        'a storage that is said to be a database',
        desiredDatabase('shop', { kind: 'Fake::Bucket' }),
        'The kind Fake::Bucket is a storage, not a database.',
      ],
      [
        'an id that cannot be one',
        desiredDatabase('shop', { id: '0' }),
        'The id must begin with a letter.',
      ],
      [
        'a resource that does not say its account',
        desiredDatabase('shop', { account: undefined }),
        'it does not say in which of the 2 accounts of the tenant it is.',
      ],
      [
        'a resource that does not say its region',
        desiredDatabase('shop', { region: undefined }),
        'it does not say in which region of the account prod it is.',
      ],
      [
        'a resource that does not say which one it is',
        desiredDatabase('shop', { id: undefined }),
        "'id'",
      ],
      [
        'the same resource under another name',
        desired('database', 'twin', desiredDatabase('orders').spec),
        'it is the same resource as database/orders.',
      ],
    ])('%s', async (_what, row, reason) => {
      const bench = SourceBench.create({ provider: cloud().put(DRIFTED) });
      const observation = await bench.scan([desiredDatabase('orders'), row]);
      expect(observation.complete).toBe(false);
      expect(observation.blindSpots).toEqual([
        {
          scope: `database/${row.name}`,
          reason: expect.stringContaining(reason),
        },
      ]);
      expect(missing(observation)).toEqual([]);
      expect(addresses(observation)).toEqual(['Fake::Database/orders']);
      expect(bench.provider.asked).toEqual([
        'read prod/eu/Fake::Database/orders',
      ]);
    });

    it('what only another cloud or cluster has', async () => {
      const bench = SourceBench.create({ provider: cloud() });
      const observation = await bench.scan([
        ...ALL,
        desiredDatabase('other', { provider: 'elsewhere' }),
        desired('deployment', 'web', { apiVersion: 'apps/v1' }),
      ]);
      expect(observation).toMatchObject({ totalResources: 3, blindSpots: [] });
    });

    it('anything, when nothing can be compared', async () => {
      const bench = SourceBench.create({ provider: cloud() });
      expect(
        await bench.scan([desiredDatabase('shop', { account: 'other' })]),
      ).toMatchObject({
        complete: false,
        failure:
          'None of the desired databases and storages of tenant acme on Fake Cloud can be compared.',
        blindSpots: [{ scope: 'database/shop' }],
      });
    });

    it('anything, when nothing is desired', async () => {
      const bench = SourceBench.create({ provider: cloud() });
      expect(
        await bench.scan([
          desired('deployment', 'web', { apiVersion: 'apps/v1' }),
        ]),
      ).toMatchObject({
        complete: false,
        failure:
          'Tenant acme has no desired databases or storages on Fake Cloud yet: write them, or capture what is there now as the baseline.',
      });
      expect(bench.provider.asked).toEqual([]);
    });

    it('anything, when the tenant may no longer be looked at', async () => {
      const bench = SourceBench.create({ provider: cloud() });
      bench.target = { ...bench.target, name: 'mallory' };
      expect(await bench.scan(ALL)).toMatchObject({
        complete: false,
        failure: expect.stringContaining(
          'Tenant mallory may not be looked at in account prod',
        ),
      });
      expect(bench.provider.asked).toEqual([]);
    });
  });

  it('takes the only account, and the only region of an account', async () => {
    const bench = SourceBench.create({ provider: cloud() });
    bench.target = { ...bench.target, location: { accounts: ['dev'] } };
    const observation = await bench.scan([
      desiredBucket('files', { account: undefined }),
    ]);
    expect(observation).toMatchObject({ differences: [], totalResources: 1 });
  });

  it('finds accounts by their ids, and where other resources name their cluster', async () => {
    const bench = SourceBench.create({ provider: cloud() });
    const { spec } = desiredBucket('files', { account: undefined });
    const observation = await bench.scan([
      desiredDatabase('shop', { account: '111', region: 'EU' }),
      desired('storage', 'files', spec, 'dev'),
    ]);
    expect(observation).toMatchObject({
      differences: [],
      totalResources: 2,
      blindSpots: [],
    });
  });

  it('needs no region where the cloud has none', async () => {
    const provider = new FakeProvider();
    provider.hasRegions = false;
    provider.put({
      account: 'prod',
      kind: 'Fake::Database',
      id: 'shop',
      document: POSTGRES,
    });
    const bench = SourceBench.create({ provider });
    expect(
      await bench.scan([desiredDatabase('shop', { region: undefined })]),
    ).toMatchObject({ differences: [], totalResources: 1, blindSpots: [] });
  });

  it('tells databases with the same id in two regions apart', async () => {
    const provider = cloud().put({ ...DRIFTED, region: 'us', id: 'shop' });
    const bench = SourceBench.create({ provider });
    const observation = await bench.scan([
      desiredDatabase('shop'),
      desired(
        'database',
        'shop-us',
        desiredDatabase('shop', { region: 'us' }).spec,
      ),
    ]);
    expect(observation.differences).toEqual([
      expect.objectContaining({
        address: 'prod/us/Fake::Database/shop',
        resourceName: 'shop-us',
      }),
    ]);
    expect(observation.totalResources).toBe(2);
  });

  describe('of whole kinds', () => {
    const fake = {
      accounts: [
        {
          name: 'prod',
          id: '111',
          regions: ['eu', 'us'],
          requestsPerSecond: 1000,
        },
        { name: 'dev', id: '222', regions: ['eu'], requestsPerSecond: 1000 },
      ],
      tenants: [
        {
          id: 'acme',
          accounts: ['prod', 'dev'],
          unmanaged: ['Fake::Database'],
        },
      ],
    };
    const rogue = { ...DRIFTED, region: 'us', id: 'rogue', name: 'Rogue' };

    it('finds what nobody desired, and only of those kinds', async () => {
      const provider = cloud()
        .put(rogue)
        .put({
          ...rogue,
          id: 'stack-db',
          managedBy: { tool: 'Stacks', id: 'net' },
        })
        .put({
          account: 'dev',
          region: 'eu',
          kind: 'Fake::Bucket',
          id: 'nobody-knows',
          document: {},
        });
      const bench = SourceBench.create({ provider, fake });
      const observation = await bench.scan(ALL);
      expect(observation).toMatchObject({
        complete: true,
        totalResources: 3,
        blindSpots: [],
      });
      expect(observation.differences).toEqual([
        expect.objectContaining({
          address: 'Fake::Database/rogue',
          resourceName: 'Rogue',
          unmanaged: true,
          class: 'drift',
        }),
        expect.objectContaining({
          address: 'Fake::Database/stack-db',
          unmanaged: true,
          class: 'expected',
        }),
      ]);
      expect(
        bench.provider.asked.filter(what => what.startsWith('list')).sort(),
      ).toEqual([
        'list dev/eu/Fake::Database',
        'list prod/eu/Fake::Database',
        'list prod/us/Fake::Database',
      ]);
    });

    it('does not call unmanaged what somebody desires and cannot be compared', async () => {
      const provider = cloud().put(rogue);
      const bench = SourceBench.create({ provider, fake });
      const observation = await bench.scan([
        ...ALL,
        desiredDatabase('rogue', { region: undefined }),
      ]);
      expect(observation.differences).toEqual([]);
      expect(observation.blindSpots).toHaveLength(1);
    });

    it('calls nothing unmanaged that may be what somebody desires without saying which', async () => {
      const bench = SourceBench.create({ provider: cloud().put(rogue), fake });
      const observation = await bench.scan([
        ...ALL,
        desiredDatabase('some', { id: undefined }),
      ]);
      expect(observation).toMatchObject({ differences: [], complete: false });
    });

    it('knows a resource that lists name in another way', async () => {
      class OtherIds extends FakeProvider {
        canonicalId({ id }: { id: string }) {
          return `arn:${id}`;
        }
      }
      const provider = cloud(new OtherIds());
      provider.listings.set('Fake::Database', {
        documents: ['arn:shop', 'arn:orders', 'arn:new'].map(id => ({
          kind: provider.kinds[0],
          id,
          document: POSTGRES,
        })),
        complete: true,
        reasons: [],
      });
      const bench = SourceBench.create({ provider, fake });
      bench.target = { ...bench.target, location: { accounts: ['prod'] } };
      const found = await bench.scan([
        desiredDatabase('shop'),
        desiredDatabase('orders'),
        desired(
          'database',
          'shop-us',
          desiredDatabase('shop', { region: 'us' }).spec,
        ),
        desired(
          'database',
          'orders-us',
          desiredDatabase('orders', { region: 'us' }).spec,
        ),
      ]);
      const unmanaged = found.differences.filter(each => each.unmanaged);
      expect(unmanaged.map(({ address }) => address)).toEqual([
        'prod/eu/Fake::Database/arn:new',
        'prod/us/Fake::Database/arn:new',
      ]);
    });

    it('shows a resource once that is listed in every region, and none of other regions', async () => {
      const provider = cloud();
      provider.listings.set('Fake::Database', {
        documents: [
          { kind: provider.kinds[0], id: 'global', region: 'eu', document: {} },
          { kind: provider.kinds[0], id: 'far', region: 'mars', document: {} },
        ],
        complete: true,
        reasons: [],
      });
      const bench = SourceBench.create({ provider, fake });
      bench.target = { ...bench.target, location: { accounts: ['prod'] } };
      const found = await bench.scan([desiredDatabase('shop')]);
      expect(addresses(found)).toEqual(['Fake::Database/global']);
    });

    const half: CloudListing = {
      documents: [],
      complete: false,
      reasons: ['The second page failed.'],
    };

    it.each<[string, () => CloudListing, string, string | undefined]>([
      ['half a list', () => half, 'The second page failed.', undefined],
      [
        'a list that is none',
        () => ({ documents: {} } as never),
        'could not be understood',
        undefined,
      ],
      ['nothing', () => undefined as never, 'understood', undefined],
      [
        'a list of nothing',
        () =>
          ({ documents: [undefined], complete: true, reasons: [] } as never),
        'understood',
        undefined,
      ],
      [
        'a malformed resource',
        () => ({
          documents: [{ kind: {} as never, id: 'x', document: {} }],
          complete: true,
          reasons: [],
        }),
        'understood',
        undefined,
      ],
      [
        'an unusable account',
        () => {
          throw new CloudFailure('No credentials.');
        },
        'No credentials.',
        'No credentials.',
      ],
      [
        'an exception',
        () => {
          throw new TypeError('boom');
        },
        'unexpected',
        undefined,
      ],
    ])(
      'is incomplete after %s, so that no earlier finding is resolved',
      async (_what, answer, reason, failure) => {
        const bench = SourceBench.create({
          provider: cloud().put(rogue),
          fake,
        });
        bench.provider.listings.set('eu/Fake::Database', async () => answer());
        bench.target = { ...bench.target, location: { accounts: ['prod'] } };
        const observation = await bench.scan([desiredDatabase('shop')]);
        expect(observation.complete).toBe(false);
        expect(observation.failure).toBe(failure);
        expect(addresses(observation)).toEqual(['Fake::Database/rogue']);
        expect(observation.blindSpots).toContainEqual({
          scope: 'Fake::Database in prod, eu',
          reason: expect.stringContaining(reason),
        });
      },
    );
  });

  it('ends at once when it is aborted, even where nobody listens', async () => {
    const bench = SourceBench.create({ provider: cloud() });
    let asked = () => {};
    const isAsked = new Promise<void>(resolve => {
      asked = resolve;
    });
    bench.provider.readings.set('shop', () => {
      asked();
      return new Promise(() => {});
    });
    const scan = bench.scan(ALL);
    await isAsked;
    bench.stop.abort(new Error('Shutting down'));
    await expect(scan).rejects.toThrow('Shutting down');
    await expect(bench.scan(ALL)).rejects.toThrow('Shutting down');
  });

  it('asks an account of several scans no more at once than its configuration says', async () => {
    const bench = SourceBench.create({
      provider: cloud(),
      fake: {
        accounts: [
          {
            name: 'prod',
            id: '111',
            regions: ['eu'],
            tenants: ['acme'],
            concurrency: 2,
            requestsPerSecond: 1000,
          },
        ],
      },
    });
    bench.target = { ...bench.target, location: { accounts: ['prod'] } };
    let underWay = 0;
    let most = 0;
    const rows = Array.from({ length: 8 }, (_, n) => desiredDatabase(`d${n}`));
    const answer = async (): Promise<CloudReading> => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(resolve => setImmediate(resolve));
      underWay -= 1;
      return { state: 'unseen', reason: 'Not today.' };
    };
    rows.forEach(({ name }) => bench.provider.readings.set(name, answer));
    await Promise.all([bench.scan(rows), bench.scan(rows)]);
    expect(bench.provider.asked).toHaveLength(16);
    expect(most).toBe(2);
  });
});

describe('tenants that share an account', () => {
  const sharing = (
    allowedIds: string[],
    options: { client?: string; provider?: FakeProvider } = {},
  ) => {
    const { client, provider = cloud() } = options;
    jest.spyOn(provider, 'checkId').mockReturnValue(undefined);
    const bench = SourceBench.create({
      provider,
      fake: {
        accounts: [
          {
            name: 'prod',
            id: '111',
            regions: ['eu'],
            tenants: ['*'],
            allowedIds,
          },
        ],
        tenants: [
          {
            id: 'acme',
            accounts: ['prod'],
            unmanaged: ['Fake::Database'],
            ...(client !== undefined && { client }),
          },
        ],
      },
    });
    bench.target = {
      ...bench.target,
      client,
      location: { accounts: ['prod'] },
    };
    return bench;
  };
  const database = (id: string) => ({ ...DRIFTED, id });

  it('see nothing of each other, whatever ids they desire', async () => {
    const bench = sharing(['{tenant}-*']);
    bench.provider
      .put(database('acme-shop'))
      .put(database('acme-left'))
      .put(database('globex-acme-shop'));
    const observation = await bench.scan([
      desiredDatabase('acme-shop'),
      desiredDatabase('globex-acme-shop'),
      desiredDatabase('orders'),
    ]);
    expect(observation.complete).toBe(false);
    expect(addresses(observation)).toEqual([
      'Fake::Database/acme-left',
      'Fake::Database/acme-shop',
    ]);
    expect(observation.blindSpots).toEqual(
      ['globex-acme-shop', 'orders'].map(name => ({
        scope: `database/${name}`,
        reason:
          'It is not compared: tenant acme may not have this id in the account prod; allowedIds of it in drift.fake.accounts says which ones it may have.',
      })),
    );
    expect(bench.provider.asked).toEqual([
      'read prod/eu/Fake::Database/acme-shop',
      'list prod/eu/Fake::Database',
    ]);
    expect((await bench.capture()).map(({ name }) => name).sort()).toEqual([
      'acme-left',
      'acme-shop',
    ]);
  });

  it.each([
    ['nothing, when the list is empty', [], undefined],
    ['nothing of a client that they do not have', ['{client}*'], undefined],
    ['their own of their client', ['{client}/{tenant}'], 'big*corp'],
  ])('have %s', async (_what, allowedIds, client) => {
    const bench = sharing(allowedIds, { client });
    const ids = ['{client}x', 'big-corp/acme', 'bigcorp/acme', 'big*corp/acme'];
    ids.forEach(id => bench.provider.put(database(id)));
    const { differences } = await bench.scan(
      ids.map((id, n) => desiredDatabase(`db-${n}`, { id })),
    );
    expect(differences.map(({ address }) => address)).toEqual(
      client === undefined ? [] : ['Fake::Database/big*corp/acme'],
    );
  });

  it('have no other one by writing its id in another way', async () => {
    // As the connection names of Google Cloud are: project, region, name
    class Pathed extends FakeProvider {
      canonicalId({ id }: { id: string }): string {
        return `projects/acme-prod/${id.split(':').at(-1)?.split('/').at(-1)}`;
      }
    }
    const bench = sharing(['{tenant}-*'], { provider: cloud(new Pathed()) });
    const ids = ['acme-prod:eu:globex', 'acme-prod/globex', 'acme-shop'];
    await bench.scan(ids.map((id, n) => desiredDatabase(`db-${n}`, { id })));
    expect(bench.provider.asked[0]).toBe(
      'read prod/eu/Fake::Database/acme-shop',
    );
    expect(bench.provider.asked.join()).not.toMatch('globex');
  });

  it('have theirs in any letter case, where that counts for nothing', async () => {
    class Caseless extends FakeProvider {
      canonicalId({ id }: { id: string }): string {
        return id.toLowerCase();
      }
    }
    const [caseless, cased] = [new Caseless(), new FakeProvider()].map(
      provider =>
        sharing(['Groups/RG-{tenant}/*'], {
          provider: provider.put(database('groups/rg-acme/shop')),
        }),
    );
    const wanted = [
      desiredDatabase('shop', { id: 'groups/rg-acme/shop' }),
      desiredDatabase('evil', { id: 'groups/rg-acme2/shop' }),
    ];
    expect(addresses(await caseless.scan(wanted))).toEqual([
      'Fake::Database/groups/rg-acme/shop',
    ]);
    expect(addresses(await cased.scan(wanted))).toEqual([]);
    expect(cased.provider.asked).toEqual([]);
  });
});

describe('what is stored for a cloud', () => {
  const { source } = SourceBench.create();
  const check = (row: ReturnType<typeof desired>) =>
    source.checkDesiredResource?.(row);

  it('is checked before', () => {
    expect(check(desiredDatabase('shop'))).toEqual([]);
    expect(check(desiredBucket('files'))).toEqual([]);
    expect(check(desiredDatabase('shop', { provider: 'FAKE' }))).toEqual([]);
  });

  it('belongs to somebody else where it says so', () => {
    expect(check(desiredDatabase('a', { provider: 'other' }))).toBeUndefined();
    expect(check(desired('deployment', 'web', {}))).toBeUndefined();
  });

  it.each([
    ['no provider', desiredDatabase('a', { provider: undefined }), 'provider'],
    ['an unknown kind', desiredDatabase('a', { kind: 'Fake::Queue' }), 'Queue'],
    [
      'another type',
      desiredDatabase('a', { kind: 'Fake::Bucket' }),
      'is a storage, not a database',
    ],
    [
      'a malformed id',
      desiredDatabase('a', { id: '0' }),
      'begin with a letter',
    ],
    ['no id', desiredDatabase('a', { id: undefined }), "'id'"],
    [
      'an unknown property',
      desiredDatabase('a', { properties: { sise: 'big' } }),
      'sise',
    ],
    [
      'another apiVersion',
      desired('database', 'a', {
        apiVersion: 'infra-hub.io/v9',
        kind: 'Database',
        spec: desiredDatabase('a').spec,
      }),
      'apiVersion',
    ],
  ])('is refused with %s', (_what, row, problem) => {
    expect(check(row)).toEqual([expect.stringContaining(problem)]);
  });
});

describe('capturing what a tenant has on a cloud', () => {
  it('gives what would be written, without noise and secrets, and a clean scan', async () => {
    const bench = SourceBench.create({
      provider: cloud().put({
        ...DRIFTED,
        id: 'path:a-b',
        name: 'Shop / main @eu',
        document: {
          ...POSTGRES,
          Endpoint: 'shop.example',
          Password: 'hunter2-hunter2',
        },
      }),
    });
    const captured = await bench.capture();
    expect(captured).toContainEqual({
      resourceType: 'database',
      cluster: 'prod',
      name: 'Shop - main -eu',
      spec: {
        provider: 'fake',
        account: 'prod',
        region: 'eu',
        kind: 'Fake::Database',
        id: 'path:a-b',
        properties: {
          engine: 'postgres',
          version: '15.4',
          publicAccess: false,
        },
      },
    });
    expect(captured).toHaveLength(4);
    expect(JSON.stringify(captured)).not.toMatch(/hunter2|shop\.example/);
    const rows = captured.map(({ resourceType, name, spec, cluster }) =>
      desired(
        String(resourceType),
        String(name),
        spec as never,
        String(cluster),
      ),
    );
    for (const row of rows) {
      expect(bench.source.checkDesiredResource?.(row)).toEqual([]);
    }
    expect(await bench.scan(rows)).toMatchObject({
      differences: [],
      totalResources: 4,
      complete: true,
    });
  });

  it('gives names that differ, and leaves the cluster out where there is one account', async () => {
    const bench = SourceBench.create({
      provider: cloud()
        .put({ ...DRIFTED, id: 'a', name: 'same' })
        .put({ ...DRIFTED, id: 'b', region: 'us', name: 'same' }),
    });
    bench.target = { ...bench.target, location: { accounts: ['prod'] } };
    const captured = await bench.capture();
    expect(captured.map(({ name }) => name)).toEqual([
      'shop',
      'orders',
      'same',
      'same-2',
    ]);
    expect(captured.every(({ cluster }) => cluster === undefined)).toBe(true);
  });

  it.each<[string, (provider: FakeProvider) => void]>([
    [
      'half a list',
      provider =>
        provider.listings.set('us/Fake::Bucket', {
          documents: [],
          complete: false,
          reasons: ['The second page failed.'],
        }),
    ],
    [
      'an unusable account',
      provider =>
        provider.listings.set('Fake::Bucket', new CloudFailure('Closed.')),
    ],
    [
      'a malformed resource',
      provider =>
        provider.listings.set('eu/Fake::Bucket', {
          documents: [{ kind: {} as never, id: 'x', document: {} }],
          complete: true,
          reasons: [],
        }),
    ],
  ])('gives nothing after %s', async (_what, spoil) => {
    const bench = SourceBench.create({ provider: cloud() });
    spoil(bench.provider);
    await expect(bench.capture()).rejects.toThrow(
      expect.objectContaining({
        name: 'ServiceUnavailableError',
        message: expect.stringContaining('half a baseline is none'),
      }),
    );
  });

  it('needs to know the regions', async () => {
    const bench = SourceBench.create({
      fake: { accounts: [{ name: 'prod', id: '1', tenants: ['*'] }] },
    });
    bench.target = { ...bench.target, location: { accounts: ['prod'] } };
    await expect(bench.capture()).rejects.toThrow('set its regions');
  });
});

describe('the health of a cloud', () => {
  it('is that of its accounts', async () => {
    const bench = SourceBench.create();
    expect(await bench.source.checkHealth?.()).toEqual({
      source: 'fake',
      ok: true,
    });
    bench.provider.checks
      .set('prod', new CloudFailure('No credentials.'))
      .set('dev', { ok: true, message: 'The account dev is suspended.' });
    expect(await bench.source.checkHealth?.()).toEqual({
      source: 'fake',
      ok: false,
      message:
        'The account prod: No credentials. The account dev is suspended.',
    });
  });

  it('is not good when an account does not answer, or when there is none', async () => {
    const silent = SourceBench.create({
      fake: { requestTimeout: { milliseconds: 10 } },
    });
    silent.provider.checks.set('prod', silence);
    expect(await silent.source.checkHealth?.()).toMatchObject({
      ok: false,
      message: expect.stringContaining('no answer'),
    });
    const none = SourceBench.create({ fake: { accounts: [] } });
    expect(await none.source.checkHealth?.()).toEqual({
      source: 'fake',
      ok: false,
      message:
        'No Fake Cloud account is configured that scans can use: set drift.fake.accounts.',
    });
  });

  it('costs a scan no request', async () => {
    const bench = SourceBench.create({ provider: cloud() });
    await bench.scan(ALL);
    expect(bench.provider.asked.join()).not.toContain('check');
  });
});

describe('the targets of a cloud', () => {
  it('come from configuration and entities', () => {
    const { source } = SourceBench.create({
      fake: {
        accounts: [{ name: 'prod', id: '111', tenants: ['acme'] }],
        tenants: [
          {
            id: 'bank',
            client: 'umbrella',
            accounts: ['prod'],
            schedule: 'PT1H',
            entityRefs: ['system:default/bank'],
            codeUrl: 'https://example.com/bank',
          },
        ],
      },
    });
    expect(source.id).toBe('fake');
    expect(source.desiredResourceTypes).toEqual(['database', 'storage']);
    expect(source.entityAnnotations).toEqual([
      'infra-hub.io/tenant-id',
      'infra-hub.io/fake-accounts',
    ]);
    expect(source.configuredTargets?.()).toEqual([
      {
        name: 'bank',
        client: 'umbrella',
        schedule: 'PT1H',
        entityRefs: ['system:default/bank'],
        codeUrl: 'https://example.com/bank',
        location: { accounts: ['prod'] },
      },
    ]);
    expect(
      source.targetsFromEntity?.({
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'System',
        metadata: {
          name: 'acme',
          annotations: {
            'infra-hub.io/tenant-id': 'acme',
            'infra-hub.io/fake-accounts': '111',
          },
        },
      }),
    ).toEqual([
      expect.objectContaining({
        name: 'acme',
        location: { accounts: ['prod'] },
      }),
    ]);
  });

  it('cannot be of a wrong configuration', () => {
    expect(() =>
      SourceBench.create({ fake: { accounts: [{ name: 'prod' }] } }),
    ).toThrow('drift.fake.accounts[0].id is missing');
  });
});
