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

import { ConfigReader } from '@backstage/config';
import { RemediationPlan } from '../remediation/Remediator';
import {
  BILLS,
  FILES,
  finding,
  RepairBench,
  SHOP,
  wish,
} from './__testUtils__/RepairBench';
import { silence } from './__testUtils__/FakeProvider';
import { CloudFailure, CloudUpdate } from './CloudProvider';
import { createCloudRemediator } from './CloudRemediator';

const NOTHING_CHANGED = /nothing was changed/;

const EVERY_DRIFT = combine({
  EngineVersion: ['14.1', '15.9', '16.0'],
  Class: ['small', 'huge'],
  Storage: [50, 100, 200],
  Public: [true, false],
  Encrypted: [true, false],
});

describe('repair of what is on a cloud', () => {
  let bench: RepairBench;

  beforeEach(() => {
    bench = RepairBench.create();
  });

  describe('who is asked to do it', () => {
    it('reverts targets of its own cloud, and does nothing else', () => {
      const { remediator, target } = bench;
      expect(remediator.actionsFor('fake')).toEqual(['revert']);
      expect(remediator.actionsFor('aws')).toEqual([]);
      expect(remediator.supports(target, 'revert')).toEqual({
        supported: true,
      });
      expect(remediator.supports(target, 'adopt')).toEqual({
        supported: false,
        reason: expect.stringContaining('on Fake Cloud can only be reverted'),
      });
      expect(
        remediator.supports({ ...target, source: 'aws' }, 'revert'),
      ).toMatchObject({ supported: false });
    });

    it('says that a tenant may not be repaired where it may not be looked at', async () => {
      const target = { ...bench.target, name: 'other' };
      expect(bench.remediator.supports(target, 'revert')).toEqual({
        supported: false,
        reason: expect.stringContaining('may not be looked at in account prod'),
      });
      await expect(
        bench.remediator.preview(
          { ...bench.request(), target },
          bench.context(),
        ),
      ).rejects.toMatchObject({ name: 'RemediationFailure' });
      expect(bench.provider.asked).toEqual([]);
    });
  });

  it('changes back what drifted, and nothing else', async () => {
    bench
      .change('shop', { Class: 'huge', Public: true, Unasked: 1 })
      .change('files', { Versioning: false });
    const { plan, outcome } = await bench.revert();
    expect(plan).toMatchObject({
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      changes: [
        {
          address: SHOP,
          resourceType: 'database',
          resourceName: 'shop',
          change: 'update',
          class: 'drift',
          fields: [
            { path: '/publicAccess', actual: true, desired: false },
            { path: '/size', actual: 'huge', desired: 'small' },
          ],
        },
        { address: FILES, fields: [{ path: '/versioning' }] },
      ],
      warnings: [],
      evidence: 'live-objects',
    });
    expect(outcome).toEqual({
      kind: 'applied',
      message: '2 resources were changed back.',
      objects: [
        { address: SHOP, outcome: 'applied' },
        { address: FILES, outcome: 'applied' },
      ],
    });
    expect(bench.documentOf('shop')).toMatchObject({
      Class: 'small',
      Public: false,
      Unasked: 1,
    });
    expect(bench.updates).toHaveLength(2);
    await expect(bench.drift()).resolves.toEqual([]);
    expect(bench.logs).toEqual(
      expect.arrayContaining([`${SHOP}: changed back.`]),
    );
  });

  it("changes nothing that is not the tenant's in an account of several", async () => {
    bench.change('shop', { Public: true }).change('bills', { Class: 'huge' });
    const remediator = createCloudRemediator({
      provider: bench.provider,
      config: new ConfigReader({
        drift: {
          fake: {
            accounts: ['prod', 'dev'].map((name, index) => ({
              name,
              id: `${index}`,
              tenants: ['acme'],
              allowedIds: ['sh*'],
            })),
          },
        },
      }),
    });
    const plan = await remediator.preview(bench.request(), bench.context());
    expect(plan.changes.map(({ address }) => address)).toEqual([SHOP]);
    expect(bench.provider.asked).toEqual(['read prod/eu/Fake::Database/shop']);
    expect(plan.blindSpots).toContainEqual({
      scope: 'database/bills',
      reason: expect.stringContaining('allowedIds'),
    });
  });

  it('changes nothing for a preview', async () => {
    bench.change('shop', { Public: true });
    await bench.preview();
    expect(bench.updates).toEqual([]);
    expect(bench.documentOf('shop')).toMatchObject({ Public: true });
  });

  it('changes only what was asked for, and looks at nothing else', async () => {
    bench.change('shop', { Public: true }).change('bills', { Class: 'huge' });
    const { plan } = await bench.revert([BILLS]);
    expect(plan.changes.map(({ address }) => address)).toEqual([BILLS]);
    expect(bench.documentOf('shop')).toMatchObject({ Public: true });
    expect(bench.provider.asked).not.toContain(expect.stringContaining('shop'));
  });

  it('has nothing to do where drift went by itself', async () => {
    const plan = await bench.preview([SHOP]);
    expect(plan.changes).toEqual([]);
    expect(plan.warnings).toEqual([
      `There is no drift any more, or it cannot be seen: ${SHOP}.`,
    ]);
  });

  it('leaves nothing of any drift that can be repaired', async () => {
    for (const changed of EVERY_DRIFT) {
      bench.change('shop', changed);
      const { EngineVersion, Storage, ...others } = changed;
      const stays = EngineVersion === '16.0' || Storage === 200;
      const goes =
        EngineVersion === '14.1' ||
        Storage === 50 ||
        others.Class !== 'small' ||
        others.Public ||
        !others.Encrypted;
      if (goes) {
        await bench.revert();
      }
      expect({ changed, left: await bench.drift() }).toEqual({
        changed,
        left: stays ? [SHOP] : [],
      });
      expect(bench.documentOf('shop')).toMatchObject({
        EngineVersion: EngineVersion === '14.1' ? '15' : EngineVersion,
        Class: 'small',
        Storage: Math.max(100, Storage),
        Public: false,
        Encrypted: true,
      });
    }
  });

  it('tells resources with the same id apart', async () => {
    const dev = { account: 'dev', region: 'eu', kind: 'Fake::Database' };
    bench.provider.put({ ...dev, id: 'bills', document: { Class: 'huge' } });
    bench.change('bills', { Class: 'huge' });
    bench.resources.push(
      wish('database', 'bills-dev', 'dev', {
        id: 'bills',
        properties: { size: 'small' },
      }),
    );
    const address = (await bench.drift()).find(each => each.includes('dev'));
    const { plan, outcome } = await bench.revert([address ?? '']);
    expect(plan.changes).toMatchObject([
      { address, resourceName: 'bills-dev' },
    ]);
    expect(outcome.kind).toBe('applied');
    expect(bench.documentOf('bills')).toMatchObject({ Class: 'huge' });
    expect(bench.provider.documentOf({ ...dev, id: 'bills' })).toEqual({
      Class: 'small',
    });
  });

  describe('what people have to know first', () => {
    it('is who looks after a resource, before all else', async () => {
      bench.change(
        'shop',
        { Public: true, EngineVersion: '14' },
        { managedBy: { tool: 'CloudFormation', id: 'stack/shop' } },
      );
      const { warnings, changes } = await bench.preview();
      expect(warnings[0]).toBe(
        `${SHOP} is managed by CloudFormation (stack/shop). A change from here leaves the code behind and may bring it out of step, and applying that code would change the resource again: better change it there.`,
      );
      expect(changes).toMatchObject([
        {
          notAutomatic: expect.stringContaining('managed by CloudFormation'),
        },
      ]);
    });

    it('is nothing of the kind where nobody looks after it', async () => {
      const { changes } = await bench
        .change('shop', { Public: true })
        .preview();
      expect(changes[0].notAutomatic).toBeUndefined();
    });

    it('is what a change does beside', async () => {
      bench.change('shop', { EngineVersion: '14' });
      expect((await bench.preview()).warnings).toEqual([
        `${SHOP}: The database restarts.`,
      ]);
    });

    it('is what cannot be repaired beside what can', async () => {
      bench.change('shop', { Storage: 500, Public: true });
      const { warnings, changes, remaining } = await bench.preview();
      expect(changes).toMatchObject([{ fields: [{ path: '/publicAccess' }] }]);
      expect(remaining).toEqual([
        {
          address: SHOP,
          field: { path: '/storageGiB', actual: 500, desired: 100 },
          reason: expect.stringMatching(/^Storage can only grow/),
        },
      ]);
      expect(warnings).toEqual([
        expect.stringMatching(/^storageGiB of .*shop cannot be changed back/),
        `Everything else of ${SHOP} is changed back all the same; until the rest is settled, it goes on counting as drifted.`,
      ]);
    });

    it('is what is gone, and what nobody desired', async () => {
      bench.change('shop', { Public: true });
      bench.provider.remove({
        account: 'prod',
        region: 'eu',
        kind: 'Fake::Database',
        id: 'bills',
      });
      bench.findings = [
        finding({ address: 'Fake::Database/odd', unmanaged: true }),
      ];
      const { plan, outcome } = await bench.revert();
      expect(outcome.kind).toBe('applied');
      expect(plan.changes).toHaveLength(1);
      expect(plan.remaining).toEqual([
        { address: BILLS, reason: expect.stringMatching(/^It is gone/) },
        {
          address: 'Fake::Database/odd',
          reason: expect.stringMatching(/^Nobody desired it/),
        },
      ]);
      expect(plan.warnings).toEqual([
        expect.stringMatching(
          `^Resources that are gone are not created from here.*: ${BILLS}\\.$`,
        ),
        expect.stringMatching(
          /^Resources that nobody desired are never deleted from here.*odd\.$/,
        ),
      ]);
    });

    it('is that nothing can be done, where that is so', async () => {
      bench.change('shop', { Storage: 500 });
      await expect(bench.preview()).rejects.toMatchObject({
        name: 'RemediationFailure',
        message: expect.stringMatching(/^storageGiB of .*shop cannot/),
      });
      bench.findings = [
        finding({ address: 'Fake::Database/odd', unmanaged: true }),
      ];
      await expect(bench.preview(['Fake::Database/odd'])).rejects.toMatchObject(
        {
          name: 'RemediationFailure',
          message: expect.stringContaining('never deleted from here'),
        },
      );
    });

    it('is what could not be read', async () => {
      bench.change('shop', { Public: true });
      bench.provider.readings.set('bills', {
        state: 'unseen',
        reason: 'It is locked.',
      });
      const { warnings, blindSpots, changes } = await bench.preview();
      expect(changes).toHaveLength(1);
      expect(warnings).toEqual([
        `Not touched, because it could not be read: ${BILLS}.`,
      ]);
      expect(blindSpots).toContainEqual({
        scope: BILLS,
        reason: 'It is locked.',
      });
    });
  });

  it('repairs an account although another one cannot be used', async () => {
    bench.change('shop', { Public: true }).change('files', { Tier: 'cold' });
    bench.provider.readings.set('files', new CloudFailure('No way in.'));
    const { plan, outcome } = await bench.revert();
    expect(outcome.kind).toBe('applied');
    expect(plan.warnings).toContain('No way in.');
    bench.provider.readings.set('shop', new CloudFailure('No way in there.'));
    await expect(bench.preview()).rejects.toMatchObject({
      name: 'RemediationFailure',
      message: expect.stringContaining('No way in there.'),
    });
  });

  describe('what somebody muted or accepted', () => {
    const suppressedBy = { ruleId: 'r', reason: 'Tried by hand.' };

    it('is left alone, unless it is asked for by its address', async () => {
      bench.change('shop', { Public: true }).change('bills', { Class: 'huge' });
      bench.findings = [finding({ suppressedBy })];
      const plan = await bench.preview();
      expect(plan.changes.map(({ address }) => address)).toEqual([BILLS]);
      expect(plan.warnings).toEqual([
        `Not touched, because an ignore rule mutes it: ${SHOP}.`,
      ]);
      expect((await bench.preview([SHOP])).changes).toHaveLength(1);
    });

    it('is told apart', async () => {
      bench.change('shop', { Public: true });
      bench.findings = [
        finding({
          suppressedBy,
          acknowledgement: {
            id: 'a',
            by: 'user:default/ann',
            reason: 'Until Monday.',
            expiresAt: '2026-11-23T00:00:00Z',
          },
        }),
      ];
      expect((await bench.preview()).warnings).toEqual([
        `Not touched, because somebody accepted it: ${SHOP}.`,
      ]);
    });

    it('stays as it is beside fields that are repaired', async () => {
      bench.change('shop', { Public: true, Class: 'huge' });
      bench.findings = [
        finding({
          normalised: [
            {
              path: '/size',
              normaliser: 'ignore-rule:sizes',
              reason: 'Sizes are ours.',
            },
          ],
        }),
      ];
      await bench.revert();
      expect(bench.documentOf('shop')).toMatchObject({
        Public: false,
        Class: 'huge',
      });
    });

    it('between preview and apply supersedes the approval', async () => {
      bench.change('shop', { Public: true }).change('bills', { Class: 'huge' });
      const { hash } = await bench.preview();
      bench.findings = [finding({ suppressedBy })];
      await expect(bench.apply(hash)).resolves.toMatchObject({
        kind: 'superseded',
      });
    });
  });

  describe('what is approved', () => {
    let plan: RemediationPlan;

    beforeEach(async () => {
      bench.change('shop', { Public: true });
      plan = await bench.preview();
    });

    it('has the same hash as long as nothing changes', async () => {
      expect((await bench.preview()).hash).toBe(plan.hash);
      bench.salt = 'another';
      expect((await bench.preview()).hash).not.toBe(plan.hash);
    });

    it.each<[string, () => void]>([
      ['the drift', () => bench.change('shop', { Public: true, Class: 'l' })],
      ['a value', () => bench.change('shop', { Public: 'really' })],
      [
        'something else of it',
        () => bench.change('shop', { Public: true, A: 1 }),
      ],
      [
        'who looks after it',
        () =>
          bench.change('shop', { Public: true }, { managedBy: { tool: 'T' } }),
      ],
      ['its version only', () => bench.change('shop', { Public: true })],
      ['another resource', () => bench.change('bills', { Class: 'huge' })],
      [
        'what is desired',
        () => {
          bench.resources[0] = wish('database', 'shop', 'prod', {
            properties: { publicAccess: 'perhaps' as never, size: 'large' },
          });
        },
      ],
    ])('is not applied after a change of %s', async (_what, change) => {
      change();
      const before = bench.documentOf('shop');
      await expect(bench.apply(plan.hash)).resolves.toMatchObject({
        kind: 'superseded',
        message: expect.stringMatching(NOTHING_CHANGED),
      });
      expect(bench.updates).toEqual([]);
      expect(bench.documentOf('shop')).toEqual(before);
    });

    it.each([
      ['what the provider computes', { Endpoint: 'elsewhere.example.com' }],
      ['the order of its tags', {}],
    ])('still is after a change of %s', async (_what, members) => {
      const document = {
        ...bench.documentOf('shop'),
        Tags: [{ Key: 'a' }, { Key: 'b' }],
      };
      const looks = (shown: object) =>
        bench.provider.readings.set('shop', {
          state: 'found',
          id: 'shop',
          kind: bench.provider.kinds[0],
          document: { ...document, ...shown },
        });
      looks({});
      const { hash } = await bench.preview();
      looks({ ...members, Tags: [{ Key: 'b' }, { Key: 'a' }] });
      expect((await bench.preview()).hash).toBe(hash);
      looks({ ...members, Tags: [{ Key: 'b' }, { Key: 'c' }] });
      expect((await bench.preview()).hash).not.toBe(hash);
    });
  });

  it('tells no secret of a resource', async () => {
    const secret = 'S3cr3t-Pa55word-0f-the-database';
    bench.change('shop', {
      Public: true,
      MasterUserPassword: secret,
      Settings: { connection_string: `postgres://root:${secret}@db` },
    });
    bench.resources[0] = wish('database', 'shop', 'prod', {
      properties: { publicAccess: false },
      providerProperties: {
        Settings: { connection_string: 'postgres://root:other-Pa55@db' },
      },
    });
    const { plan, outcome } = await bench.revert();
    expect(outcome.kind).toBe('applied');
    const told = JSON.stringify([plan, outcome, bench.logs]);
    expect(told).not.toContain(secret);
    expect(told).not.toContain('other-Pa55');
    expect(bench.documentOf('shop')).toMatchObject({
      Public: false,
      MasterUserPassword: secret,
      Settings: { connection_string: expect.stringContaining(secret) },
    });
    // Another secret is another approval
    bench.change('shop', { Public: true, MasterUserPassword: 'changed' });
    expect((await bench.preview()).hash).not.toBe(plan.hash);
  });

  describe('what becomes of a change', () => {
    const both = async (update: CloudUpdate | Error) => {
      bench.change('shop', { Public: true }).change('bills', { Class: 'huge' });
      bench.provider.updates.set('shop', update);
      return (await bench.revert()).outcome;
    };
    const one = async (update: CloudUpdate | Error) => {
      bench.change('shop', { Public: true });
      bench.provider.updates.set('shop', update);
      return (await bench.revert()).outcome;
    };

    it('is told for each when one failed', async () => {
      await expect(
        both({ state: 'failed', message: 'Not allowed.', sent: false }),
      ).resolves.toEqual({
        kind: 'partial',
        message:
          '1 of 2 resources were changed back, 1 failed and 0 were not reached.',
        objects: [
          { address: SHOP, outcome: 'failed', message: 'Not allowed.' },
          { address: BILLS, outcome: 'applied' },
        ],
      });
      expect(bench.documentOf('bills')).toMatchObject({ Class: 'small' });
    });

    it('is failed when it surely changed nothing', async () => {
      await expect(
        one({ state: 'failed', message: 'Not allowed.', sent: false }),
      ).resolves.toMatchObject({
        kind: 'failed',
        objects: [{ outcome: 'failed', message: 'Not allowed.' }],
      });
    });

    it('is unknown when it failed half-way', async () => {
      await expect(
        one({ state: 'failed', message: 'It broke off.', sent: true }),
      ).resolves.toMatchObject({
        kind: 'unknown',
        objects: [{ outcome: 'failed', message: 'It broke off.' }],
      });
    });

    it.each([
      ['nobody knows', { state: 'unknown', message: 'The answer was lost.' }],
      [
        'the provider broke its word',
        new TypeError('undefined is no function'),
      ],
      ['its answer makes no sense', { state: 'odd' } as never],
    ] as [string, CloudUpdate | Error][])(
      'is unknown when %s',
      async (_why, update) => {
        await expect(both(update)).resolves.toMatchObject({
          kind: 'unknown',
          objects: [
            { address: SHOP, outcome: 'failed' },
            { address: BILLS, outcome: 'applied' },
          ],
        });
      },
    );

    it('is failed, and nothing was changed, when not even looking worked', async () => {
      bench.change('shop', { Public: true });
      const { hash } = await bench.preview();
      const context = {
        ...bench.context(),
        readDesiredState: async () => {
          throw new Error('The database is away');
        },
      };
      await expect(
        bench.remediator.apply(bench.request(), hash, context),
      ).resolves.toEqual({
        kind: 'failed',
        message: expect.stringMatching(NOTHING_CHANGED),
      });
      expect(bench.updates).toEqual([]);
    });

    it('is superseded when somebody was quicker', async () => {
      await expect(one({ state: 'superseded' })).resolves.toMatchObject({
        kind: 'superseded',
      });
      await expect(both({ state: 'superseded' })).resolves.toMatchObject({
        kind: 'partial',
        objects: [
          {
            outcome: 'failed',
            message: expect.stringContaining('changed it at the same time'),
          },
          { outcome: 'applied' },
        ],
      });
    });
  });

  describe('when it is stopped', () => {
    const STOPPED = {
      kind: 'failed',
      message: 'It was stopped before anything was changed.',
    };

    beforeEach(() => {
      bench.change('shop', { Public: true }).change('bills', { Class: 'huge' });
    });

    it('before it looked, nothing was asked', async () => {
      const { hash } = await bench.preview();
      bench.provider.asked.length = 0;
      bench.stop.abort();
      await expect(bench.apply(hash)).resolves.toEqual(STOPPED);
      await expect(bench.preview()).rejects.toThrow();
      expect(bench.provider.asked).toEqual([]);
    });

    it('while it looked, nothing was changed', async () => {
      const { hash } = await bench.preview();
      bench.provider.readings.set('shop', async context => {
        bench.stop.abort();
        return await silence(context);
      });
      await expect(bench.apply(hash)).resolves.toEqual(STOPPED);
      expect(bench.updates).toEqual([]);
    });

    it('before the first change, nothing was changed', async () => {
      const { hash } = await bench.preview();
      let looked = 0;
      bench.provider.beforeEach = () => {
        looked += 1;
        if (looked === 3) {
          bench.stop.abort();
        }
      };
      await expect(bench.apply(hash)).resolves.toMatchObject(STOPPED);
      expect(bench.updates).toEqual([]);
    });

    it('between two changes, says which was made', async () => {
      const { hash } = await bench.preview();
      bench.provider.updates.set('shop', async () => {
        bench.stop.abort();
        return { state: 'done' };
      });
      await expect(bench.apply(hash)).resolves.toMatchObject({
        kind: 'partial',
        objects: [
          { address: SHOP, outcome: 'applied' },
          {
            address: BILLS,
            outcome: 'skipped',
            message: expect.stringMatching(NOTHING_CHANGED),
          },
        ],
      });
      expect(bench.updates).toHaveLength(1);
    });

    it.each<[string, () => Promise<CloudUpdate>]>([
      ['says so', async () => ({ state: 'unknown', message: 'It may go on.' })],
      [
        'breaks its word',
        async () => {
          throw new Error('Stopped');
        },
      ],
    ])(
      'while the provider changes something, does not say what it does not know when that %s',
      async (_what, end) => {
        const { hash } = await bench.preview();
        bench.provider.updates.set('shop', async () => {
          bench.stop.abort();
          return await end();
        });
        await expect(bench.apply(hash)).resolves.toMatchObject({
          kind: 'unknown',
          objects: [
            { address: SHOP, outcome: 'failed' },
            { address: BILLS, outcome: 'skipped' },
          ],
        });
      },
    );
  });
});

function combine<T extends Record<string, readonly unknown[]>>(
  values: T,
): { [K in keyof T]: T[K][number] }[] {
  return Object.entries(values).reduce<Record<string, unknown>[]>(
    (all, [name, of]) =>
      all.flatMap(each => of.map(value => ({ ...each, [name]: value }))),
    [{}],
  ) as { [K in keyof T]: T[K][number] }[];
}
