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

import { createTestDatabases, buildFinding } from '../__testUtils__';
import { RemediationState } from '@infra-hub/backstage-plugin-drift-common';
import { WriteRefused } from '@infra-hub/backstage-plugin-drift-node';
import {
  ADDRESS,
  ALICE,
  as,
  BOB,
  RemediationBench,
  Replica,
  TARGET,
} from './__testUtils__/RemediationBench';

jest.setTimeout(120_000);

const databases = createTestDatabases();
const HOUR = 3_600_000;
const SECOND = 'sandbox_pool.second';

describe.each(databases.ids)(
  'what is stopped between the fresh plan and the first write on %s',
  databaseId => {
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

    /** Lets the worker make its fresh plan, does something, and lets it go on. */
    async function meanwhile(
      happens: () => void | Promise<void>,
    ): Promise<void> {
      let goOn = () => {};
      bench.remediator.writeGate = new Promise<void>(resolve => {
        goOn = resolve;
      });
      const asked = bench.remediator.asked.length;
      const working = replica.loop.idle();
      while (bench.remediator.asked.length === asked) {
        await new Promise(resolve => setTimeout(resolve, 5));
      }
      await happens();
      goOn();
      await working;
      bench.remediator.writeGate = Promise.resolve();
    }

    async function approved(): Promise<string> {
      const asked = await bench.awaiting(replica);
      await replica.service.approve({ ...asked, ...as(BOB) });
      return asked.id;
    }

    function requestByPolicy() {
      bench.policies.mode = 'auto';
      return replica.service.requestByPolicy({
        targetId: TARGET,
        policyId: 'p1',
        mode: 'auto',
        addresses: [ADDRESS],
        fingerprints: [buildFinding().fingerprint],
        reason: 'Policy p1 says auto.',
      });
    }

    it('is not written when somebody throws the stop switch', async () => {
      const { id } = await bench.previewed(replica);
      const { previewHash } = await bench.read(id);
      await replica.service.confirm({
        id,
        previewHash: previewHash!,
        ...as(ALICE),
      });

      await meanwhile(() => {
        bench.policies.stopped = true;
      });

      expect(bench.remediator.asked).toHaveLength(1);
      expect(bench.remediator.applied).toEqual([]);
      expect(bench.world.has(ADDRESS)).toBe(true);
      const ended = await bench.read(id);
      expect(ended).toMatchObject({
        state: 'cancelled',
        message: 'Nothing was changed. All remediation is stopped.',
      });
      expect(ended.outcome).toBeUndefined();
      expect(ended.finishedAt).toBeDefined();
      expect(ended.events.map(({ to }) => to)).toEqual([
        'requested',
        'previewed',
        'approved',
        'running',
        'cancelled',
      ]);

      // It can be asked for again
      bench.policies.stopped = false;
      const again = await bench.previewed(replica);
      await replica.service.confirm({ ...again, ...as(ALICE) });
      await bench.settle(replica);
      expect(await bench.stateOf(again.id)).toBe('succeeded');
    });

    it('is begun again by policy once the switch is off, and does not count as a repair', async () => {
      const first = await requestByPolicy();
      await meanwhile(() => {
        bench.policies.stopped = true;
      });
      expect(await bench.read(first!.id)).toMatchObject({
        state: 'cancelled',
        message: 'Nothing was changed. All remediation is stopped.',
      });
      await expect(
        bench.store.automaticRepairs({ targetId: TARGET, since: new Date(0) }),
      ).resolves.toEqual(new Map());

      bench.policies.stopped = false;
      const second = await requestByPolicy();
      await bench.settle(replica);
      expect(second!.id).not.toBe(first!.id);
      expect(await bench.stateOf(second!.id)).toBe('succeeded');
      await expect(
        bench.store.automaticRepairs({ targetId: TARGET, since: new Date(0) }),
      ).resolves.toMatchObject({ size: 1 });
    });

    it.each<[string, RemediationState, string, () => void]>([
      [
        'who approved it lost the permission',
        'rejected',
        `Nothing was changed. ${BOB} is not allowed to approve remediations of this target any more.`,
        () => bench.revoked.set(BOB, new Set(['approved'])),
      ],
      [
        'who asked for it lost the permission',
        'rejected',
        `Nothing was changed. ${ALICE} is not allowed to remediate this target any more.`,
        () => bench.revoked.set(ALICE, new Set(['confirmed'])),
      ],
      [
        'the window closed',
        'cancelled',
        'Nothing was changed. It is outside of the window.',
        () => {
          bench.policies.refusal = {
            allowed: false,
            reason: 'It is outside of the window.',
          };
        },
      ],
      [
        'dry-run mode was turned on',
        'dry-run',
        'Nothing was changed. Dry-run mode is on by now.',
        () => {
          bench.policies.dryRun = true;
        },
      ],
    ])('is not written when %s', async (_, state, message, happens) => {
      const id = await approved();
      await meanwhile(happens);
      expect(bench.remediator.asked).toHaveLength(1);
      expect(bench.remediator.applied).toEqual([]);
      expect(await bench.read(id)).toMatchObject({ state, message });
    });

    it('is not written when the credentials of who approved it have ended', async () => {
      const asked = await bench.awaiting(replica);
      await replica.service.approve({
        ...asked,
        ...as(BOB, { expiresAt: new Date(bench.now.getTime() + HOUR) }),
      });
      await meanwhile(() => bench.advance(HOUR));
      expect(bench.remediator.applied).toEqual([]);
      expect(await bench.read(asked.id)).toMatchObject({
        state: 'cancelled',
        message:
          'Nothing was changed. It has to be approved again, because the process that took the approval has ended or its credentials have.',
      });
    });

    it('is not written when a policy asks for a review since', async () => {
      const asked = await bench.previewed(replica);
      await replica.service.confirm({ ...asked, ...as(ALICE) });
      await meanwhile(() => {
        bench.policies.mode = 'review';
      });
      expect(bench.remediator.applied).toEqual([]);
      expect(await bench.read(asked.id)).toMatchObject({
        state: 'cancelled',
        message:
          'Nothing was changed. Somebody else has to approve it by now: Policy p1 says review.',
      });
    });

    it('is not written by a worker that slept while another one took over', async () => {
      const asked = await bench.previewed(replica);
      await replica.service.confirm({ ...asked, ...as(ALICE) });
      const other = bench.replica('two');
      await meanwhile(async () => {
        bench.advance(2 * 60_000);
        await other.loop.idle();
      });
      expect(bench.remediator.applied).toEqual([]);
      expect(bench.world.has(ADDRESS)).toBe(true);
      await bench.settle(other);
      expect(await bench.read(asked.id)).toMatchObject({
        state: 'failed',
        outcome: { kind: 'unknown' },
      });
    });

    it('opens no pull request when somebody throws the stop switch', async () => {
      const asked = await bench.previewed(replica, { action: 'adopt' });
      await replica.service.confirm({ ...asked, ...as(ALICE) });
      const apply = bench.adopter.apply.bind(bench.adopter);
      bench.adopter.apply = async (...options) => {
        bench.policies.stopped = true;
        return apply(...options);
      };
      await bench.settle(replica);
      expect(bench.adopter.asked).toHaveLength(1);
      expect(bench.adopter.applied).toEqual([]);
      expect(await bench.read(asked.id)).toMatchObject({
        state: 'cancelled',
        message: 'Nothing was changed. All remediation is stopped.',
      });
    });

    it('is a part when it is stopped between two objects, and stays stopped', async () => {
      bench.setWorld({ [ADDRESS]: 5, [SECOND]: 6 });
      await bench.observe();
      const asked = await bench.previewed(replica);
      await replica.service.confirm({ ...asked, ...as(ALICE) });
      bench.remediator.apply = async (_request, _hash, context) => {
        await context.mayWrite();
        bench.setWorld({ [SECOND]: 6 });
        bench.policies.stopped = true;
        await expect(context.mayWrite()).rejects.toThrow(WriteRefused);
        bench.policies.stopped = false;
        await expect(context.mayWrite()).rejects.toThrow(WriteRefused);
        return {
          kind: 'partial',
          message: '1 of 2 objects were changed.',
          objects: [
            { address: ADDRESS, outcome: 'applied' },
            { address: SECOND, outcome: 'skipped' },
          ],
        };
      };
      await bench.settle(replica);
      expect(await bench.read(asked.id)).toMatchObject({
        state: 'failed',
        outcome: {
          kind: 'partial',
          message:
            '1 of 2 objects were changed. It went no further: All remediation is stopped.',
        },
        message: `Only a part was applied: 1 of 2 objects were changed. It went no further: All remediation is stopped. Now a scan found that ${SECOND} still differs.`,
      });
    });

    it('is finished when only credentials have ended after the first write', async () => {
      const asked = await bench.awaiting(replica);
      await replica.service.approve({
        ...asked,
        ...as(BOB, { expiresAt: new Date(bench.now.getTime() + HOUR) }),
      });
      bench.remediator.apply = async (_request, _hash, context) => {
        await context.mayWrite();
        bench.advance(HOUR);
        await context.mayWrite();
        bench.setWorld({});
        return { kind: 'applied', message: 'Everything was applied.' };
      };
      await bench.settle(replica);
      expect(await bench.stateOf(asked.id)).toBe('succeeded');
    });

    it('lets no preview write', async () => {
      const preview = bench.remediator.preview.bind(bench.remediator);
      const refusals: unknown[] = [];
      bench.remediator.preview = async (request, context) => {
        await context.mayWrite().catch(error => refusals.push(error));
        return preview(request, context);
      };
      await bench.previewed(replica);
      expect(refusals).toEqual([expect.any(WriteRefused)]);
    });
  },
);
