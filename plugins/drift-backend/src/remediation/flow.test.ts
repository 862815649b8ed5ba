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

import { RemediationFailure } from '@infra-hub/backstage-plugin-drift-node';
import {
  buildFinding,
  buildReport,
  createTestDatabases,
} from '../__testUtils__';
import { driftKeyOf } from '../policy/Policies';
import {
  ADDRESS,
  ALICE,
  as,
  BOB,
  changeOf,
  RemediationBench,
  TARGET,
} from './__testUtils__/RemediationBench';

jest.setTimeout(120_000);

const databases = createTestDatabases();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe.each(databases.ids)('the flow of a remediation on %s', databaseId => {
  let bench: RemediationBench;

  const setUp = async (
    options: Partial<Parameters<typeof RemediationBench.create>[0]> = {},
  ) => {
    bench = await RemediationBench.create({
      knex: await databases.init(databaseId),
      ...options,
    });
    return { bench, replica: bench.replica('one') };
  };

  afterEach(async () => {
    await bench?.stop();
  });

  it('applies what its requester confirmed, and a scan decides', async () => {
    const { replica } = await setUp();
    const asked = await bench.previewed(replica);
    expect(asked).toMatchObject({
      state: 'previewed',
      risk: 'high',
      changes: { total: 1, destructive: 0, alongside: 0 },
      preview: {
        hash: asked.previewHash,
        changes: [{ address: ADDRESS, origin: 'drift', severity: 'high' }],
      },
    });
    expect(bench.remediator.applied).toEqual([]);

    await replica.service.confirm({ ...asked, ...as(ALICE) });
    await bench.settle(replica);

    const done = await bench.read(asked.id);
    expect(done).toMatchObject({
      state: 'succeeded',
      approvedBy: ALICE,
      outcome: { kind: 'applied' },
      message: 'It was applied, and a scan found that the drift is gone.',
    });
    expect(done.events.map(({ to, by }) => `${to} by ${by}`)).toEqual([
      `requested by ${ALICE}`,
      'previewed by drift',
      `approved by ${ALICE}`,
      'running by drift',
      'verifying by drift',
      'succeeded by drift',
    ]);
    expect(bench.remediator.applied).toMatchObject([
      { remediationId: asked.id, hash: asked.previewHash },
    ]);
    expect(bench.steps.map(({ record }) => record.state)).toEqual(
      done.events.map(({ to }) => to),
    );
    expect(done.log.map(({ text }) => text)).toContain('Applying 1 changes');
  });

  it('gives a repeated request the same remediation, and no second one without a key', async () => {
    const { replica } = await setUp();
    const body = {
      targetId: TARGET,
      action: 'revert',
      idempotencyKey: 'k',
    } as const;
    const all = await Promise.all(
      Array.from({ length: 10 }, () =>
        replica.service.request({ body, by: ALICE }),
      ),
    );
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    await expect(
      replica.service.request({
        body: { ...body, action: 'refresh-state' },
        by: ALICE,
      }),
    ).rejects.toThrow(
      'The idempotency key belongs to another request of yours',
    );
    await expect(
      replica.service.request({
        body: { targetId: TARGET, action: 'revert' },
        by: ALICE,
      }),
    ).rejects.toThrow('A remediation of this target is under way already');
    expect((await replica.service.list({ query: {} })).totalItems).toBe(1);
  });

  it('gives a retry that comes late what it asked for, and no other request', async () => {
    const { replica } = await setUp();
    const body = {
      targetId: TARGET,
      action: 'revert',
      addresses: [ADDRESS],
      idempotencyKey: 'k',
    } as const;
    const ask = (addresses?: string[]) =>
      replica.service.request({ body: { ...body, addresses }, by: ALICE });
    const { id } = await ask([ADDRESS]);
    await bench.settle(replica);
    const { previewHash = '' } = await bench.read(id);
    await replica.service.confirm({ id, previewHash, ...as(ALICE) });
    await bench.settle(replica);
    // Nothing drifts any more
    expect(await ask([ADDRESS])).toMatchObject({ id, state: 'succeeded' });
    for (const addresses of [undefined, ['sandbox_pool.other']]) {
      await expect(ask(addresses)).rejects.toThrow(
        'The idempotency key belongs to another request of yours',
      );
    }
  });

  it('refuses a wrong hash, a repeated confirmation and what has ended', async () => {
    const { replica } = await setUp();
    const asked = await bench.previewed(replica);
    const confirm = (previewHash: string, by = ALICE) =>
      replica.service.confirm({ id: asked.id, previewHash, ...as(by) });

    await expect(confirm('f'.repeat(64))).rejects.toMatchObject({
      name: 'ConflictError',
      message:
        'This is not the preview that the remediation has, look at it again',
    });
    await expect(confirm(asked.previewHash, BOB)).rejects.toMatchObject({
      name: 'NotAllowedError',
    });
    await confirm(asked.previewHash);
    await expect(confirm(asked.previewHash)).rejects.toMatchObject({
      name: 'ConflictError',
      message: 'It cannot be confirmed, because it was approved already',
    });
    await bench.settle(replica);
    await expect(confirm(asked.previewHash)).rejects.toMatchObject({
      name: 'ConflictError',
      message: 'It cannot be confirmed, because it has succeeded already',
    });
    await expect(
      replica.service.cancel({ id: asked.id, by: ALICE }),
    ).rejects.toThrow(
      'It cannot be cancelled, because it has succeeded already',
    );
    expect(bench.remediator.applied).toHaveLength(1);
  });

  it('waits for somebody else where a policy asks for it', async () => {
    const { replica } = await setUp();
    const asked = await bench.awaiting(replica);
    expect(asked).toMatchObject({
      state: 'awaiting-approval',
      message: 'Somebody else has to approve it: Policy p1 says review.',
    });
    await bench.settle(replica);
    expect(bench.remediator.asked).toEqual([]);

    await expect(
      replica.service.approve({ ...asked, ...as(ALICE) }),
    ).rejects.toMatchObject({ name: 'NotAllowedError' });
    await expect(
      replica.service.approve({
        ...asked,
        previewHash: 'e'.repeat(64),
        ...as(BOB),
      }),
    ).rejects.toMatchObject({ name: 'ConflictError' });
    await replica.service.approve({ ...asked, note: 'Fine.', ...as(BOB) });
    await bench.settle(replica);

    const done = await bench.read(asked.id);
    expect(done).toMatchObject({
      state: 'succeeded',
      requestedBy: ALICE,
      approvedBy: BOB,
    });
    expect(done.events).toContainEqual(
      expect.objectContaining({ to: 'approved', by: BOB, note: 'Fine.' }),
    );
  });

  it('lets requesters approve where the configuration says so', async () => {
    const { replica } = await setUp({ config: { selfApproval: true } });
    const asked = await bench.awaiting(replica);
    await replica.service.approve({ ...asked, ...as(ALICE) });
    await bench.settle(replica);
    expect(await bench.stateOf(asked.id)).toBe('succeeded');
  });

  it('is applied once when fifty people approve at once', async () => {
    const { replica } = await setUp();
    const others = [replica, bench.replica('two'), bench.replica('three')];
    const asked = await bench.awaiting(replica);

    const answers = await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) =>
        others[index % 3].service.approve({
          ...asked,
          ...as(`user:default/approver-${index}`),
        }),
      ),
    );
    await Promise.all(others.map(({ loop }) => loop.idle()));
    await bench.settle(others[1]);

    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(
      1,
    );
    const refusals = answers.flatMap(answer =>
      answer.status === 'rejected' ? [answer.reason.name] : [],
    );
    expect(refusals).toEqual(Array(49).fill('ConflictError'));
    expect(bench.remediator.asked).toHaveLength(1);
    expect(bench.remediator.applied).toHaveLength(1);
    expect(await bench.stateOf(asked.id)).toBe('succeeded');
  });

  it('is verified and never repeated when its worker dies while applying', async () => {
    const { replica } = await setUp();
    const asked = await bench.previewed(replica);
    const died = bench.hang();
    const restore = bench.remediator.onApply;
    bench.remediator.onApply = async applied => {
      await restore(applied);
      await died;
    };
    await replica.service.confirm({ ...asked, ...as(ALICE) });
    await replica.loop.run();
    await eventually(() => bench.remediator.applied.length === 1);

    const second = bench.replica('two');
    await second.loop.idle();
    expect(await bench.stateOf(asked.id)).toBe('running');
    bench.advance(2 * MINUTE);
    await second.loop.idle();
    expect(await bench.read(asked.id)).toMatchObject({
      state: 'verifying',
      outcome: { kind: 'unknown' },
    });
    await bench.settle(second);

    expect(await bench.read(asked.id)).toMatchObject({
      state: 'succeeded',
      message:
        'It is not known how applying ended, but a scan found that the drift is gone.',
    });
    // The first one was only slow, and comes back
    await bench.stop();
    expect(await bench.stateOf(asked.id)).toBe('succeeded');
    expect(bench.remediator.asked).toHaveLength(1);
  });

  it('says so when a dead worker had not applied it', async () => {
    const { replica } = await setUp();
    const asked = await bench.previewed(replica);
    bench.remediator.gate = bench.hang();
    await replica.service.confirm({ ...asked, ...as(ALICE) });
    await replica.loop.run();
    await eventually(() => bench.remediator.asked.length === 1);

    bench.advance(2 * MINUTE);
    await bench.settle(bench.replica('two'));
    expect(await bench.read(asked.id)).toMatchObject({
      state: 'failed',
      message: `It is not known how far applying went, and a scan found that ${ADDRESS} still differs.`,
    });
    expect(bench.remediator.asked).toHaveLength(1);
  });

  it('goes on following what a dead worker had started elsewhere', async () => {
    const { replica } = await setUp();
    bench.remediator.handle = { run: 7 };
    bench.remediator.follow = async (_request, handle) => {
      bench.remediator.followed.push(handle);
      bench.setWorld({});
      return { kind: 'applied', message: 'The run has ended.' };
    };
    const asked = await bench.previewed(replica);
    bench.remediator.gate = bench.hang();
    await replica.service.confirm({ ...asked, ...as(ALICE) });
    await replica.loop.run();
    await eventually(() => bench.remediator.asked.length === 1);
    await eventually(
      async () => (await bench.store.get({ id: asked.id }))?.handle,
    );

    bench.advance(2 * MINUTE);
    await bench.settle(bench.replica('two'));
    expect(bench.remediator.followed).toEqual([{ run: 7 }]);
    expect(bench.remediator.asked).toHaveLength(1);
    expect(await bench.read(asked.id)).toMatchObject({
      state: 'succeeded',
      outcome: { kind: 'applied' },
    });
  });

  it('makes a preview again when its worker dies, but not for ever', async () => {
    await setUp();
    const { id } = await bench.replica().service.request({
      body: { targetId: TARGET, action: 'revert' },
      by: ALICE,
    });
    bench.remediator.previewGate = bench.hang();
    for (const name of ['one', 'two', 'three']) {
      const { previewed } = bench.remediator;
      const before = previewed.length;
      await bench.replica(name).loop.run();
      await eventually(() => previewed.length > before);
      bench.advance(2 * MINUTE);
    }
    await bench.replica('four').loop.idle();
    expect(await bench.read(id)).toMatchObject({
      state: 'failed',
      message:
        'The preview could not be made: each time, the process that made it ended.',
    });
  });

  it('says why a preview could not be made, without secrets', async () => {
    const { replica } = await setUp();
    bench.remediator.previewError = new RemediationFailure(
      'The plan failed: password=hunter2hunter2 was refused.',
    );
    const asked = await bench.previewed(replica);
    expect(asked.state).toBe('failed');
    expect(asked.message).toContain('The plan failed');
    expect(JSON.stringify(asked)).not.toContain('hunter2');
  });

  it('applies nothing when reality has changed since the approval', async () => {
    const { replica } = await setUp();
    const asked = await bench.awaiting(replica);
    await replica.service.approve({ ...asked, ...as(BOB) });
    bench.setWorld({ [ADDRESS]: 9 });
    await bench.settle(replica);
    expect(await bench.read(asked.id)).toMatchObject({
      state: 'superseded',
      message: 'What would be changed is not what was approved any more.',
    });
    expect(bench.remediator.applied).toEqual([]);
  });

  it('ends without a change when there is nothing left to do', async () => {
    const { replica } = await setUp();
    bench.setWorld({});
    const asked = await bench.previewed(replica);
    expect(asked).toMatchObject({ state: 'superseded' });
  });

  it('does not say that all is well where the fresh look could not see it', async () => {
    const { replica } = await setUp();
    bench.remediator.changes.set(TARGET, []);
    const blindTo = (field: string) => ({
      scope: ADDRESS,
      reason: 'The cloud leaves it out.',
      address: ADDRESS,
      fields: [field],
    });
    bench.remediator.more.set(TARGET, { blindSpots: [blindTo('/node_count')] });
    expect(await bench.previewed(replica)).toMatchObject({
      state: 'failed',
      message: `Nothing could be planned, because ${ADDRESS} could not be seen as a whole.`,
    });
    bench.remediator.more.set(TARGET, { blindSpots: [blindTo('/labels')] });
    expect(await bench.previewed(replica)).toMatchObject({
      state: 'superseded',
    });
  });

  it('expires where nobody confirms or approves', async () => {
    const { replica } = await setUp();
    const first = await bench.previewed(replica);
    bench.advance(HOUR);
    await expect(
      replica.service.confirm({ ...first, ...as(ALICE) }),
    ).rejects.toMatchObject({ name: 'ConflictError' });
    await replica.loop.idle();
    expect(await bench.read(first.id)).toMatchObject({
      state: 'expired',
      message: 'Nobody confirmed the preview in time.',
    });

    const second = await bench.awaiting(replica);
    bench.advance(DAY);
    await expect(
      replica.service.approve({ ...second, ...as(BOB) }),
    ).rejects.toThrow('the remediation has expired');
    await bench.settle(replica);
    expect(await bench.stateOf(second.id)).toBe('expired');
    expect(bench.remediator.asked).toEqual([]);
  });

  it.each([
    ['who approved it', BOB, 'approved'],
    ['who asked for it', ALICE, 'confirmed'],
  ] as const)(
    'is not applied when %s is not allowed to any more',
    async (_who, person, kind) => {
      const { replica } = await setUp();
      const asked = await bench.awaiting(replica);
      await replica.service.approve({ ...asked, ...as(BOB) });
      bench.revoked.set(person, new Set([kind]));
      await bench.settle(replica);
      expect(await bench.read(asked.id)).toMatchObject({
        state: 'rejected',
        message: expect.stringContaining(`${person} is not allowed to`),
      });
      expect(bench.remediator.asked).toEqual([]);
    },
  );

  it('has to be approved again when the process with the credentials is gone', async () => {
    const { replica } = await setUp();
    const asked = await bench.awaiting(replica);
    await replica.service.approve({ ...asked, ...as(BOB) });

    const second = bench.replica('two');
    await second.loop.idle();
    // The first may still come
    expect(await bench.stateOf(asked.id)).toBe('approved');
    bench.advance(MINUTE);
    await second.loop.idle();
    expect(await bench.read(asked.id)).toMatchObject({
      state: 'awaiting-approval',
      message: expect.stringContaining('It has to be approved again'),
    });
    expect((await bench.read(asked.id)).approvedBy).toBeUndefined();
    expect(bench.remediator.asked).toEqual([]);

    await second.service.approve({ ...asked, ...as(BOB) });
    await bench.settle(second);
    expect(await bench.stateOf(asked.id)).toBe('succeeded');
  });

  it('has to be confirmed again when the credentials have expired', async () => {
    const { replica } = await setUp();
    const asked = await bench.previewed(replica);
    await replica.service.confirm({
      ...asked,
      ...as(ALICE, { expiresAt: bench.now }),
    });
    await replica.loop.idle();
    expect(await bench.read(asked.id)).toMatchObject({
      state: 'previewed',
      message: expect.stringContaining('It has to be confirmed again'),
    });
    await replica.service.confirm({ ...asked, ...as(ALICE) });
    await bench.settle(replica);
    expect(await bench.stateOf(asked.id)).toBe('succeeded');
  });

  it('keeps no approval of a person for when a window opens', async () => {
    const { replica } = await setUp();
    const asked = await bench.awaiting(replica);
    const until = new Date(bench.now.getTime() + 2 * HOUR);
    bench.policies.refusal = {
      allowed: false,
      reason: 'The window is closed.',
      until,
    };
    await expect(
      replica.service.approve({ ...asked, ...as(BOB) }),
    ).rejects.toMatchObject({
      name: 'ConflictError',
      message: `The window is closed; it may be approved from ${until.toISOString()}`,
    });
    expect(await bench.stateOf(asked.id)).toBe('awaiting-approval');

    // It closes between the approval and the start
    bench.policies.refusal = undefined;
    await replica.service.approve({ ...asked, ...as(BOB) });
    bench.policies.refusal = { allowed: false, reason: 'It is closed.', until };
    await bench.settle(replica);
    expect(await bench.read(asked.id)).toMatchObject({
      state: 'awaiting-approval',
      message: 'It is closed.',
    });
    expect(bench.remediator.asked).toEqual([]);
  });

  it('asks for another approval when a policy wants one since the confirmation', async () => {
    const { replica } = await setUp();
    const asked = await bench.previewed(replica);
    await replica.service.confirm({ ...asked, ...as(ALICE) });
    bench.policies.mode = 'review';
    await bench.settle(replica);
    expect(await bench.stateOf(asked.id)).toBe('awaiting-approval');
    expect(bench.remediator.asked).toEqual([]);
  });

  it('changes nothing in dry-run mode', async () => {
    const { replica } = await setUp();
    bench.policies.dryRun = true;
    const asked = await bench.previewed(replica);
    await replica.service.confirm({ ...asked, ...as(ALICE) });
    await bench.settle(replica);
    expect(await bench.stateOf(asked.id)).toBe('dry-run');
    expect(bench.remediator.asked).toEqual([]);
  });

  it('does not start once it was rejected or cancelled', async () => {
    const { replica } = await setUp();
    const first = await bench.awaiting(replica);
    await replica.service.approve({ ...first, ...as(BOB) });
    await replica.service.reject({ id: first.id, reason: 'No.', by: BOB });
    await bench.settle(replica);
    expect(await bench.read(first.id)).toMatchObject({
      state: 'rejected',
      message: `${BOB} rejected it: No.`,
    });

    const second = await bench.awaiting(replica);
    await expect(
      replica.service.cancel({ id: second.id, by: BOB }),
    ).rejects.toMatchObject({ name: 'NotAllowedError' });
    await replica.service.cancel({ id: second.id, by: ALICE });
    await expect(
      replica.service.approve({ ...second, ...as(BOB) }),
    ).rejects.toThrow('It cannot be approved, because it was cancelled');
    await bench.settle(replica);
    expect(bench.remediator.asked).toEqual([]);
  });

  it('tells a partial outcome as it is', async () => {
    const { replica } = await setUp();
    bench.setWorld({ [ADDRESS]: 5, 'sandbox_pool.other': 7 });
    await bench.observe();
    const asked = await bench.previewed(replica);
    bench.remediator.outcome = {
      kind: 'partial',
      message: 'One of two objects was applied.',
      objects: [
        { address: ADDRESS, outcome: 'applied' },
        {
          address: 'sandbox_pool.other',
          outcome: 'failed',
          message: 'Conflict.',
        },
      ],
    };
    bench.remediator.onApply = () =>
      bench.setWorld({ 'sandbox_pool.other': 7 });
    await replica.service.confirm({ ...asked, ...as(ALICE) });
    await bench.settle(replica);
    expect(await bench.read(asked.id)).toMatchObject({
      state: 'failed',
      message:
        'Only a part was applied: One of two objects was applied. Now a scan found that sandbox_pool.other still differs.',
      outcome: { kind: 'partial', objects: [{}, { outcome: 'failed' }] },
    });
  });

  it('verifies what a remediator threw away, since something may have happened', async () => {
    const { replica } = await setUp();
    bench.remediator.outcome = new Error('Connection lost');
    const asked = await bench.previewed(replica);
    await replica.service.confirm({ ...asked, ...as(ALICE) });
    await bench.settle(replica);
    expect(await bench.read(asked.id)).toMatchObject({
      state: 'failed',
      outcome: { kind: 'unknown' },
      message: expect.stringContaining('still differs'),
    });
  });

  it('does not believe a scan that had begun before', async () => {
    const { replica } = await setUp();
    const asked = await bench.previewed(replica);
    await replica.service.confirm({ ...asked, ...as(ALICE) });
    const end = await bench.beginScan();
    await replica.loop.idle();
    expect(await bench.stateOf(asked.id)).toBe('verifying');
    bench.advance(10_000);
    await replica.loop.idle();
    await end();
    await replica.loop.idle();
    // That scan still saw the drift
    expect(await bench.stateOf(asked.id)).toBe('verifying');
    bench.advance(10_000);
    await bench.settle(replica);
    expect(await bench.stateOf(asked.id)).toBe('succeeded');
  });

  it('does not take drift for gone that somebody muted meanwhile', async () => {
    const { replica } = await setUp();
    bench.remediator.onApply = () => {
      bench.muted.add(ADDRESS);
    };
    const asked = await bench.previewed(replica);
    await replica.service.confirm({ ...asked, ...as(ALICE) });
    await bench.settle(replica);
    expect(await bench.read(asked.id)).toMatchObject({
      state: 'failed',
      message: `It was applied, but a scan found that ${ADDRESS} still differs.`,
    });
  });

  it('does not say of what the scan could not see that it still differs', async () => {
    const OTHER = 'sandbox_pool.other';
    const blindTo = (address: string) => ({
      scope: address,
      reason: 'The cloud leaves it out.',
      address,
      fields: ['/node_count'],
    });
    const { replica } = await setUp();
    bench.setWorld({ [ADDRESS]: 5, [OTHER]: 7 });
    await bench.observe();
    const revert = async (after: Record<string, number>) => {
      bench.remediator.onApply = () => bench.setWorld(after);
      const asked = await bench.previewed(replica);
      await replica.service.confirm({ ...asked, ...as(ALICE) });
      await bench.settle(replica);
      return bench.read(asked.id);
    };
    bench.blindSpots = [blindTo(OTHER)];
    await expect(revert({ [ADDRESS]: 5 })).resolves.toMatchObject({
      state: 'failed',
      message: `It was applied, but a scan found that ${ADDRESS} still differs, and could not see ${OTHER}.`,
    });
    bench.blindSpots = [blindTo(ADDRESS), blindTo(OTHER)];
    await expect(revert({})).resolves.toMatchObject({
      state: 'failed',
      message: `It was applied, but a scan could not see ${ADDRESS}, so that it is not known whether the drift is gone.`,
    });
    bench.blindSpots = [];
    bench.setWorld({ [ADDRESS]: 5 });
    await bench.observe();
    await expect(revert({})).resolves.toMatchObject({ state: 'succeeded' });
  });

  it('tells the remediator how the last scan saw what differs', async () => {
    const { replica } = await setUp();
    const preview = jest.spyOn(bench.remediator, 'preview');
    const apply = jest.spyOn(bench.remediator, 'apply');
    // A scan that failed saw nothing
    bench.scanError = 'The cluster is away.';
    await bench.observe();
    bench.scanError = undefined;
    const asked = await bench.previewed(replica);
    await replica.service.confirm({ ...asked, ...as(ALICE) });
    await bench.settle(replica);
    const { evidence, tool } = buildReport();
    for (const call of [preview, apply]) {
      expect(call).toHaveBeenCalledTimes(1);
      expect(call.mock.calls[0][0]).toMatchObject({
        lastScan: { evidence, ...(tool && { tool }) },
      });
    }
  });

  it('repeats a scan that failed, a few times', async () => {
    const { replica } = await setUp();
    const asked = await bench.previewed(replica);
    await replica.service.confirm({ ...asked, ...as(ALICE) });
    bench.scanError = 'The cloud does not answer.';
    for (let round = 0; round < 5; round++) {
      await bench.settle(replica);
      bench.advance(MINUTE);
    }
    expect(await bench.read(asked.id)).toMatchObject({
      state: 'failed',
      message:
        'It was applied, but it could not be verified: The cloud does not answer.',
    });
    expect(bench.remediator.asked).toHaveLength(1);
  });

  it('waits for the next push of a target that only its pipeline observes', async () => {
    const { replica } = await setUp();
    const target = { source: 'fake', client: 'acme', name: 'pushed' };
    const push = async (
      value: number | undefined,
      report = reportOf(value),
    ) => {
      await bench.driftStore.recordPush({
        target: buildPushed(target),
        run: {},
        report,
        summary: '',
        receivedAt: bench.now,
        now: bench.now,
      });
      await bench.store.hurry({ targetId: 'fake:acme/pushed', now: bench.now });
    };
    await push(5);
    const { id } = await replica.service.request({
      body: { targetId: 'fake:acme/pushed', action: 'revert' },
      by: ALICE,
    });
    await replica.loop.idle();
    const { previewHash = '' } = await bench.read(id);
    await replica.service.confirm({ id, previewHash, ...as(ALICE) });
    await replica.loop.idle();
    expect(await bench.read(id)).toMatchObject({
      state: 'verifying',
      message: 'The next run of its pipeline shows whether the drift is gone.',
    });
    bench.advance(5 * MINUTE);
    await push(
      undefined,
      buildReport([], {
        status: 'error',
        error: 'Half a plan.',
        complete: false,
      }),
    );
    for (let look = 0; look < 5; look++) {
      await replica.loop.idle();
      bench.advance(2 * MINUTE);
    }
    expect(await bench.stateOf(id)).toBe('verifying');
    await push(undefined);
    await replica.loop.idle();
    expect(await bench.stateOf(id)).toBe('succeeded');

    await push(6);
    const again = await replica.service.request({
      body: { targetId: 'fake:acme/pushed', action: 'revert' },
      by: ALICE,
    });
    await replica.loop.idle();
    const second = await bench.read(again.id);
    await replica.service.confirm({
      id: again.id,
      previewHash: second.previewHash ?? '',
      ...as(ALICE),
    });
    await replica.loop.idle();
    bench.advance(2 * HOUR);
    await replica.loop.idle();
    expect(await bench.read(again.id)).toMatchObject({
      state: 'failed',
      message:
        'It was applied, but it could not be verified: its pipeline did not run in time.',
    });
  });

  it('adopts without an approval and without a scan', async () => {
    const { replica } = await setUp();
    bench.policies.mode = 'review';
    bench.adopter.outcome = {
      kind: 'applied',
      message: 'A pull request was opened.',
      link: { title: 'Pull request 7', url: 'https://git.example.com/7' },
    };
    bench.adopter.more.set(TARGET, {
      patch: { diff: '--- a', files: [{ path: 'main.tf', diff: '--- a' }] },
      pullRequest: { possible: true },
    });
    const asked = await bench.previewed(replica, { action: 'adopt' });
    expect(asked.preview).toMatchObject({
      patch: { files: [{ path: 'main.tf' }] },
      pullRequest: { possible: true },
    });
    await replica.service.confirm({ ...asked, ...as(ALICE) });
    await replica.loop.idle();
    expect(await bench.read(asked.id)).toMatchObject({
      state: 'succeeded',
      outcome: { link: { title: 'Pull request 7' } },
    });
  });

  it('applies one at a time of a target', async () => {
    const { replica } = await setUp();
    const revert = await bench.previewed(replica);
    const adopt = await bench.previewed(replica, { action: 'adopt' });
    await replica.service.confirm({ ...revert, ...as(ALICE) });
    await expect(
      replica.service.confirm({ ...adopt, ...as(ALICE) }),
    ).rejects.toMatchObject({
      name: 'ConflictError',
      message:
        'Another remediation of this target is being applied, wait until it has ended',
    });
    await bench.settle(replica);
    await replica.service.confirm({ ...adopt, ...as(ALICE) });
    await bench.settle(replica);
    expect(await bench.stateOf(adopt.id)).toBe('succeeded');
  });

  it('offers what can be done, and says why not', async () => {
    const { replica } = await setUp();
    bench.policies.mode = 'review';
    const allowed = { targetId: TARGET, request: { allowed: true } };
    expect(await replica.service.options(allowed)).toMatchObject({
      options: [
        {
          action: 'revert',
          available: true,
          recommended: false,
          needsApproval: true,
          route: 'fake',
        },
        { action: 'refresh-state', available: true, recommended: false },
        // Somebody scaled it on purpose
        {
          action: 'adopt',
          available: true,
          recommended: true,
          needsApproval: false,
        },
      ],
      findings: [{ address: ADDRESS, decision: { mode: 'review' } }],
    });
    await bench.previewed(replica);
    const { options, current } = await replica.service.options(allowed);
    expect(options[0]).toMatchObject({
      available: false,
      reason: 'One is under way already.',
    });
    expect(current?.state).toBe('previewed');
    bench.remediator.unsupported = 'Nothing may be changed here.';
    expect((await replica.service.options(allowed)).options[1].reason).toBe(
      'Nothing may be changed here.',
    );
  });

  describe('that a policy began', () => {
    const begin = (mode: 'auto' | 'review' = 'auto', fingerprints = ['f1']) =>
      bench.replica().service.requestByPolicy({
        targetId: TARGET,
        policyId: 'p1',
        mode,
        addresses: [ADDRESS],
        fingerprints,
        reason: 'Policy p1 says so.',
      });

    it('is applied without a person when all of it is automatic', async () => {
      const { replica } = await setUp();
      bench.policies.mode = 'auto';
      const begun = await begin();
      expect(await begin()).toBeUndefined();
      await bench.settle(replica);

      expect(await bench.read(begun!.id)).toMatchObject({
        state: 'succeeded',
        origin: 'policy',
        requestedBy: 'policy:p1',
        approvedBy: 'policy:p1',
      });
      const since = new Date(bench.now.getTime() - DAY);
      expect(await bench.store.countAutomatic({ since })).toBe(1);
      expect(await bench.store.countAutomatic({ policyId: 'p2', since })).toBe(
        0,
      );
      expect([
        ...(await bench.store.automaticRepairs({ targetId: TARGET, since })),
      ]).toEqual([[driftKeyOf(changeOf(ADDRESS, 5)), 1]]);
    });

    it('is hopeless when its preview failed twice, until the drift is another one or a person acts', async () => {
      const { replica } = await setUp();
      bench.policies.mode = 'auto';
      const hopeless = (fingerprints = ['f1'], since?: Date) =>
        replica.service.hopelessPreviews({
          targetId: TARGET,
          fingerprints,
          since,
        });
      const fail = async (fingerprints?: string[]) => {
        bench.remediator.previewError = new RemediationFailure('It is fixed.');
        const begun = await begin('auto', fingerprints);
        await bench.settle(replica);
        expect(await bench.stateOf(begun!.id)).toBe('failed');
        bench.remediator.previewError = undefined;
        bench.advance(2 * HOUR);
      };
      await fail();
      expect(await hopeless()).toBeUndefined();
      await fail(['f2']);
      expect(await hopeless()).toBeUndefined();
      await fail();
      expect(await hopeless()).toEqual({ times: 2, message: 'It is fixed.' });
      expect(await hopeless(['f1', 'f2'])).toBeUndefined();
      expect(await hopeless(['f1'], new Date(bench.now))).toBeUndefined();

      await bench.previewed(replica);
      expect(await hopeless()).toBeUndefined();
    });

    it('needs a person when something comes along', async () => {
      const { replica } = await setUp();
      bench.policies.mode = 'auto';
      bench.remediator.changes.set(TARGET, [
        changeOf(ADDRESS, 5),
        // A second change of the same resource, so that it is not filtered out
        changeOf(ADDRESS, 5, { class: 'pending' }),
      ]);
      const begun = await begin();
      await bench.settle(replica);
      expect(await bench.read(begun!.id)).toMatchObject({
        state: 'awaiting-approval',
        changes: { total: 2, alongside: 1 },
        message: expect.stringContaining('comes along'),
      });
      await replica.service.approve({
        id: begun!.id,
        previewHash: (await bench.read(begun!.id)).previewHash!,
        ...as(BOB),
      });
      await bench.settle(replica);
      expect(await bench.stateOf(begun!.id)).toBe('succeeded');
      expect(
        await bench.store.countAutomatic({
          since: new Date(bench.now.getTime() - DAY),
        }),
      ).toBe(0);
    });

    it('waits for its window and is asked again then', async () => {
      const { replica } = await setUp();
      bench.policies.mode = 'auto';
      const until = new Date(bench.now.getTime() + 3 * HOUR);
      bench.policies.refusal = { allowed: false, reason: 'Closed.', until };
      const begun = await begin();
      await bench.settle(replica);
      expect(await bench.read(begun!.id)).toMatchObject({
        state: 'approved',
        waitsUntil: until.toISOString(),
        message: 'Closed.',
      });
      bench.policies.refusal = undefined;
      await bench.settle(replica);
      expect(bench.remediator.asked).toEqual([]);
      bench.advance(3 * HOUR);
      await bench.settle(replica);
      expect(await bench.stateOf(begun!.id)).toBe('succeeded');
    });

    it('leaves alone what somebody muted while it waited', async () => {
      const { replica } = await setUp();
      bench.policies.mode = 'auto';
      const until = new Date(bench.now.getTime() + 3 * HOUR);
      bench.policies.refusal = { allowed: false, reason: 'Closed.', until };
      const begun = await begin();
      await bench.settle(replica);
      expect(await bench.stateOf(begun!.id)).toBe('approved');
      bench.muted.add(ADDRESS);
      await bench.observe();

      bench.policies.refusal = undefined;
      bench.advance(3 * HOUR);
      await bench.settle(replica);
      expect(await bench.read(begun!.id)).toMatchObject({
        state: 'superseded',
        message: `It was not started, because ${ADDRESS} does not alarm any more: The ignore rule r1 mutes this drift: It may stay.`,
      });
      expect(bench.remediator.asked).toEqual([]);
      // Nobody rejected it, so that it may be repaired when it alarms again
      bench.muted.clear();
      await bench.observe();
      expect(await begin()).toBeDefined();
    });

    it('is left to people when waiting does not help, or policies have changed', async () => {
      const { replica } = await setUp();
      bench.policies.mode = 'auto';
      bench.policies.refusal = {
        allowed: false,
        reason: 'It keeps coming back.',
        final: true,
      };
      const first = await begin();
      await bench.settle(replica);
      expect(await bench.read(first!.id)).toMatchObject({
        state: 'awaiting-approval',
        message: 'It was not started automatically: It keeps coming back.',
      });
      await replica.service.reject({ id: first!.id, reason: 'No.', by: BOB });
      expect(await begin()).toBeUndefined();

      bench.policies.refusal = undefined;
      const second = await begin('auto', ['f2']);
      bench.policies.mode = 'alert';
      await bench.settle(replica);
      expect(await bench.stateOf(second!.id)).toBe('awaiting-approval');
      expect(bench.remediator.asked).toEqual([]);
    });
  });
});

function buildPushed(target: { source: string; client: string; name: string }) {
  return {
    ...target,
    id: `${target.source}:${target.client}/${target.name}`,
    entityRefs: [],
    location: {},
    schedule: 'P1D',
    intervalMs: DAY,
    firstScanAt: new Date('2026-11-22T10:00:00Z'),
    origin: 'push' as const,
  };
}

function reportOf(value: number | undefined) {
  return buildReport(value === undefined ? [] : [buildFinding({ value })]);
}

async function eventually(
  check: () => unknown | Promise<unknown>,
): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt++) {
    if (await check()) {
      return;
    }
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  throw new Error('It did not happen');
}
