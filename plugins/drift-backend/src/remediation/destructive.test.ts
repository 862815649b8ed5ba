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

import { createTestDatabases } from '../__testUtils__';
import {
  ADDRESS,
  ALICE,
  as,
  BOB,
  changeOf,
  RemediationBench,
  Replica,
  TARGET,
} from './__testUtils__/RemediationBench';

jest.setTimeout(120_000);

const databases = createTestDatabases();

describe.each(databases.ids)('what destroys something, on %s', databaseId => {
  let bench: RemediationBench;
  let replica: Replica;

  beforeEach(async () => {
    bench = await RemediationBench.create({
      knex: await databases.init(databaseId),
    });
    replica = bench.replica('one');
  });

  afterEach(async () => {
    await bench.stop();
  });

  const destroy = (change: 'delete' | 'replace') => {
    bench.remediator.changes.set(TARGET, [
      changeOf(ADDRESS, 5, { change, fields: [] }),
    ]);
  };

  it.each(['delete', 'replace'] as const)(
    'is not confirmed without the name of the target: %s',
    async change => {
      destroy(change);
      const asked = await bench.previewed(replica);
      expect(asked.preview?.destructive).toBe(true);
      const confirm = (confirmName?: string) =>
        replica.service.confirm({ ...asked, confirmName, ...as(ALICE) });

      await expect(confirm()).rejects.toMatchObject({
        name: 'InputError',
        message:
          "This deletes or replaces something, so that data may be lost; send the name of the target as confirmName, which is 'aks'",
      });
      for (const wrong of ['', 'ak', 'AKS', 'sandbox_pool.main']) {
        await expect(confirm(wrong)).rejects.toMatchObject({
          name: 'InputError',
          message: expect.stringContaining(
            'confirmName is not the name of the target',
          ),
        });
      }
      expect(await bench.stateOf(asked.id)).toBe('previewed');
      await bench.settle(replica);
      expect(bench.remediator.applied).toEqual([]);

      await confirm(' aks ');
      await bench.settle(replica);
      expect(bench.remediator.applied).toHaveLength(1);
    },
  );

  it('is approved by the name of its entity, too', async () => {
    destroy('delete');
    bench.policies.mode = 'review';
    const asked = await bench.previewed(replica);
    await replica.service.confirm({
      ...asked,
      confirmName: 'network',
      ...as(ALICE),
    });
    // The requester's name does not count for who approves
    await expect(
      replica.service.approve({ ...asked, ...as(BOB) }),
    ).rejects.toMatchObject({ name: 'InputError' });
    expect(await bench.stateOf(asked.id)).toBe('awaiting-approval');
    await replica.service.approve({
      ...asked,
      confirmName: 'aks',
      ...as(BOB),
    });
    await bench.settle(replica);
    expect(bench.remediator.applied).toHaveLength(1);
  });

  it('takes no name for what destroys nothing, or only records and code', async () => {
    const harmless = await bench.previewed(replica);
    await replica.service.confirm({ ...harmless, ...as(ALICE) });
    await bench.settle(replica);
    expect(await bench.stateOf(harmless.id)).toBe('succeeded');

    bench.setWorld({ [ADDRESS]: 5 });
    await bench.observe();
    destroy('delete');
    const recorded = await bench.previewed(replica, {
      action: 'refresh-state',
    });
    await replica.service.confirm({ ...recorded, ...as(ALICE) });
    expect(await bench.stateOf(recorded.id)).toBe('approved');
  });

  it('takes no name where a policy that names it is automatic', async () => {
    destroy('delete');
    bench.policies.mode = 'auto';
    const begun = await replica.service.requestByPolicy({
      targetId: TARGET,
      policyId: 'p1',
      mode: 'auto',
      addresses: [ADDRESS],
      fingerprints: ['f'],
      reason: 'Policy p1 says auto.',
    });
    await bench.settle(replica);
    expect(bench.remediator.applied).toHaveLength(1);
    expect(await bench.read(begun!.id)).toMatchObject({
      changes: { destructive: 1 },
      approvedBy: 'policy:p1',
    });
  });
});
