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

import {
  RemediationState,
  Risk,
} from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import { buildTarget, createTestDatabases } from '../__testUtils__';
import { DatabaseDriftStore } from '../store';
import { DatabaseRemediationStore } from './DatabaseRemediationStore';
import {
  NewRemediation,
  RemediationChanges,
  RemediationRecord,
  RemediationTransition,
} from './RemediationStore';

jest.setTimeout(60_000);

const databases = createTestDatabases();
const NOW = new Date('2026-11-22T10:00:00Z');
const later = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);

describe.each(databases.ids)('DatabaseRemediationStore on %s', databaseId => {
  let knex: Knex;
  let store: DatabaseRemediationStore;

  beforeEach(async () => {
    knex = await databases.init(databaseId);
    const driftStore = await DatabaseDriftStore.forTest({ knex });
    await driftStore.syncTargets({
      origin: 'catalog',
      targets: ['a', 'b', 'c', 'd'].map(name =>
        buildTarget({ name, client: name === 'd' ? 'globex' : 'acme' }),
      ),
      now: NOW,
    });
    store = DatabaseRemediationStore.create({ knex });
  });

  const create = async (
    name: string,
    more: Partial<NewRemediation> = {},
    now = NOW,
  ): Promise<RemediationRecord> => {
    const { record } = await store.create({
      request: {
        targetId: `terraform:${name === 'd' ? 'globex' : 'acme'}/${name}`,
        action: 'revert',
        route: 'terraform',
        origin: 'person',
        requestedBy: 'user:default/alice',
        reason: undefined,
        policyId: undefined,
        policyMode: undefined,
        idempotencyKey: undefined,
        addresses: undefined,
        driftHash: undefined,
        risk: 'high',
        expiresAt: later(60),
        ...more,
      },
      now,
    });
    return record;
  };

  const step = (
    record: RemediationRecord,
    to: RemediationState,
    more: Partial<RemediationTransition> = {},
  ) =>
    store.transition({
      id: record.id,
      from: [record.state],
      to,
      by: 'drift',
      now: NOW,
      ...more,
    });

  const claim = (states: RemediationState[], worker = 'w1', now = NOW) =>
    store.claim({
      worker,
      states,
      now,
      leaseUntil: new Date(now.getTime() + 60_000),
      keptUntil: new Date(now.getTime() - 30_000),
    });

  it('keeps odd texts and everything that is written beside a step', async () => {
    const record = await create('a', {
      reason: 'nul \u0000 and half \ud800',
      addresses: ['x["\u0000"]'],
    });
    const changes: RemediationChanges = {
      previewHash: 'h',
      changes: { total: 3, destructive: 1, alongside: 2 },
      outcome: { kind: 'partial', message: 'nul \u0000' },
      handle: { run: 7 },
      message: 'half \udc00',
      beganAt: later(1),
      automatic: true,
      risk: 'critical',
    };
    const after = await step(record, 'previewed', { changes, note: '\u0000' });
    expect(after).toMatchObject({
      state: 'previewed',
      reason: 'nul  and half \ufffd',
      addresses: ['x[""]'],
      changes: changes.changes,
      outcome: { kind: 'partial', message: 'nul ' },
      handle: { run: 7 },
      message: 'half \ufffd',
      beganAt: later(1),
      automatic: true,
      risk: 'critical',
      target: { client: 'acme', name: 'a', owner: 'group:default/platform' },
    });
    const emptied = await step(after!, 'awaiting-approval', {
      changes: { handle: undefined, changes: undefined },
    });
    expect([emptied?.handle, emptied?.changes]).toEqual([undefined, undefined]);
    expect(await store.get({ id: 'nul \u0000' })).toBeUndefined();
  });

  it('has one open remediation per target and action, whoever comes first', async () => {
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        create('a', { requestedBy: `user:default/u${index}` }),
      ),
    );
    expect(new Set(results.map(({ id }) => id)).size).toBe(1);
    const other = await create('a', { action: 'adopt' });
    expect(other.id).not.toBe(results[0].id);
    await step(results[0], 'cancelled');
    expect((await create('a')).id).not.toBe(results[0].id);
    expect(await store.listOpen('terraform:acme/a')).toHaveLength(2);
  });

  it('makes a step once, however many want it at the same time', async () => {
    const record = await create('a');
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        step(record, 'previewed', { by: `user:default/u${index}` }),
      ),
    );
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await store.listEvents(record.id)).toEqual([
      { at: NOW.toISOString(), to: 'requested', by: 'user:default/alice' },
      expect.objectContaining({ from: 'requested', to: 'previewed' }),
    ]);
  });

  it('makes no step for another preview, after its time, or under an old claim', async () => {
    const record = (await step(await create('a'), 'previewed', {
      changes: { previewHash: 'h' },
    }))!;
    expect(
      await step(record, 'approved', { previewHash: 'other' }),
    ).toBeUndefined();
    expect(
      await step(record, 'approved', { unexpired: true, now: later(60) }),
    ).toBeUndefined();
    expect(
      await step(record, 'approved', { fence: record.fence + 1 }),
    ).toBeUndefined();
    expect(
      await step(record, 'approved', { from: ['awaiting-approval'] }),
    ).toBeUndefined();
    expect(await store.listEvents(record.id)).toHaveLength(2);
    expect(
      await step(record, 'approved', {
        previewHash: 'h',
        unexpired: true,
        fence: record.fence,
      }),
    ).toMatchObject({ state: 'approved' });
  });

  it('lets one remediation of a target be applied at a time', async () => {
    const revert = await create('a');
    const adopt = await create('a', { action: 'adopt' });
    await step(revert, 'approved');
    await expect(step(adopt, 'approved')).rejects.toMatchObject({
      name: 'TargetIsBusy',
    });
    expect((await store.get({ id: adopt.id }))?.state).toBe('requested');
    await step((await store.get({ id: revert.id }))!, 'failed');
    expect(await step(adopt, 'approved')).toMatchObject({ state: 'approved' });
  });

  it('gives each to one worker, until its lease ends', async () => {
    const record = await create('a');
    await create('b', {}, later(1));
    const taken = await Promise.all([
      claim(['requested'], 'w1', later(2)),
      claim(['requested'], 'w2', later(2)),
      claim(['requested'], 'w3', later(2)),
    ]);
    expect(new Set(taken.flatMap(each => each?.id ?? [])).size).toBe(2);
    const mine = taken.find(each => each?.id === record.id)!;
    expect(mine).toMatchObject({ attempts: 1, fence: 1 });

    const of = { id: record.id, fence: mine.fence };
    expect(await store.extend({ ...of, leaseUntil: later(4) })).toBe(true);
    expect((await claim(['requested'], 'w4', later(3.5)))?.id).not.toBe(
      record.id,
    );
    expect(await claim(['requested'], 'w5', later(5))).toMatchObject({
      id: record.id,
      fence: 2,
      attempts: 2,
    });
    // The first one is too late for everything
    expect(await store.extend({ ...of, leaseUntil: later(9) })).toBe(false);
    expect(
      await store.update({ ...of, changes: { message: 'x' }, now: later(5) }),
    ).toBe(false);
    expect(await store.release({ ...of, now: later(5) })).toBe(false);
    expect(await step(mine, 'previewed', { fence: 1 })).toBeUndefined();
  });

  it('leaves what waits until its time, and approvals to who has the credentials', async () => {
    const record = await create('a');
    const mine = (await claim(['requested']))!;
    await store.release({
      id: record.id,
      fence: mine.fence,
      waitsUntil: later(10),
      message: 'It waits.',
      now: NOW,
    });
    expect(await claim(['requested'], 'w1', later(9))).toBeUndefined();
    const again = (await claim(['requested'], 'w1', later(10)))!;
    expect(again.message).toBe('It waits.');

    await step(again, 'approved', {
      changes: { keeper: 'w1' },
      now: later(10),
    });
    expect(await claim(['approved'], 'w2', later(10.2))).toBeUndefined();
    await store.touchKept({ worker: 'w1', now: later(10.4) });
    expect(await claim(['approved'], 'w2', later(10.6))).toBeUndefined();
    expect(await claim(['approved'], 'w2', later(11))).toBeDefined();
  });

  it('finds those whose wait is over, and none that somebody works on', async () => {
    const first = await create('a');
    await create('b', { expiresAt: later(120) }, later(1));
    const taken = (await claim(['requested'], 'w1', later(59.5)))!;
    expect(taken.id).toBe(first.id);
    const expired = async (minutes: number) =>
      (await store.listExpired({ now: later(minutes), limit: 10 })).map(
        ({ id }) => id,
      );
    expect(await expired(60)).toEqual([]);
    expect(await expired(61)).toEqual([first.id]);
  });

  it('lists what waits for approval first, the worst of it before, then the newest', async () => {
    const at = async (
      name: string,
      minute: number,
      state: RemediationState,
      risk: Risk,
    ) => {
      const record = await create(name, { risk }, later(minute));
      return (await step(record, state))?.id;
    };
    const low = await at('a', 3, 'awaiting-approval', 'low');
    const critical = await at('b', 1, 'awaiting-approval', 'critical');
    const failed = await at('c', 5, 'failed', 'critical');
    const newest = await at('d', 7, 'previewed', 'low');
    const list = async (
      query: Parameters<typeof store.list>[0]['query'],
      more: Partial<Parameters<typeof store.list>[0]> = {},
    ) => {
      const { items, totalItems } = await store.list({ query, ...more });
      return [items.map(({ id }) => id), totalItems];
    };
    expect(await list({})).toEqual([[critical, low, newest, failed], 4]);
    expect(await list({ limit: 2, offset: 1 })).toEqual([[low, newest], 4]);
    expect(await list({ open: true, client: ['acme'] })).toEqual([
      [critical, low],
      2,
    ]);
    expect(await list({ state: ['failed', 'previewed'] })).toEqual([
      [newest, failed],
      2,
    ]);
    expect(
      await list({}, { condition: { field: 'client', in: ['globex'] } }),
    ).toEqual([[newest], 1]);
    expect(
      await list({}, { awaiting: { notRequestedBy: 'user:default/alice' } }),
    ).toEqual([[], 0]);
    expect(
      await list({}, { awaiting: { notRequestedBy: 'user:default/bob' } }),
    ).toEqual([[critical, low], 2]);
    expect(
      await store.get({
        id: newest!,
        condition: { field: 'client', in: ['acme'] },
      }),
    ).toBeUndefined();
  });

  it('keeps the newest 500 lines of a log', async () => {
    const { id } = await create('a');
    for (let batch = 0; batch < 3; batch++) {
      await store.appendLog({
        id,
        lines: Array.from({ length: 200 }, (_, index) => ({
          at: NOW,
          text: `${batch * 200 + index}`,
        })),
      });
    }
    await store.appendLog({
      id,
      lines: [{ at: NOW, text: 'x'.repeat(9_000) }],
    });
    const log = await store.listLog(id);
    expect(log).toHaveLength(500);
    expect(log[0].text).toBe('101');
    expect(log[499].text).toHaveLength(2_000);
    const [{ count }] = await knex('drift_remediation_log').count({
      count: '*',
    });
    expect(Number(count)).toBe(500);
  });

  it('counts what was automatic', async () => {
    const begin = async (name: string, changes: RemediationChanges) =>
      step(await create(name), 'failed', { changes });
    await begin('a', { automatic: true, policyId: 'p1', beganAt: later(1) });
    await begin('b', { automatic: true, policyId: 'p2', beganAt: later(5) });
    await begin('c', { automatic: true, policyId: 'p1' });
    await begin('d', { policyId: 'p1', beganAt: later(5) });
    expect(await store.countAutomatic({ since: NOW })).toBe(2);
    expect(await store.countAutomatic({ since: later(2) })).toBe(1);
    expect(await store.countAutomatic({ policyId: 'p1', since: NOW })).toBe(1);
  });

  it('deletes what ended long ago with its history, and never what is open', async () => {
    const ended = await create('a');
    await store.appendLog({ id: ended.id, lines: [{ at: NOW, text: 'x' }] });
    await step(ended, 'failed');
    const recent = await step(await create('b'), 'failed', { now: later(60) });
    const open = await create('c');
    expect(await store.deleteEnded({ endedBefore: later(30) })).toBe(1);
    expect(await store.get({ id: ended.id })).toBeUndefined();
    expect(await store.listEvents(ended.id)).toEqual([]);
    expect(await store.get({ id: recent!.id })).toBeDefined();
    expect(await store.get({ id: open.id })).toBeDefined();
  });
});
