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

import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { Knex } from 'knex';
import { readdirSync } from 'node:fs';
import { createTestDatabases } from '../__testUtils__';
import { DatabaseDeliveryStore } from './DatabaseDeliveryStore';
import { ClaimedDelivery, NewDelivery } from './DeliveryStore';

const databases = createTestDatabases();
const directory = resolvePackagePath(
  '@infra-hub/backstage-plugin-drift-backend',
  'migrations',
);
const start = Date.parse('2026-11-22T10:00:00.000Z');
const at = (seconds: number) => new Date(start + seconds * 1000);

function message(overrides: Partial<NewDelivery> = {}): NewDelivery {
  return {
    channel: 'ops',
    type: 'target.drifted',
    targetId: 'fake:acme/aks',
    payload: '{"a":"ä"}',
    dueAt: at(0),
    ...overrides,
  };
}

jest.setTimeout(60_000);

describe.each(databases.ids)('DatabaseDeliveryStore on %s', databaseId => {
  let knex: Knex;
  let store: DatabaseDeliveryStore;

  beforeEach(async () => {
    knex = await databases.init(databaseId);
    await knex.migrate.latest({ directory });
    store = DatabaseDeliveryStore.create({ knex });
  });

  const claim = (options: { now?: Date; limit?: number } = {}) =>
    store.claimDue({
      channel: 'ops',
      now: options.now ?? at(0),
      until: new Date((options.now ?? at(0)).getTime() + 60_000),
      limit: options.limit ?? 10,
    });
  const of = (...deliveries: ClaimedDelivery[]) => ({
    claim: deliveries[0].claim,
    ids: deliveries.map(({ id }) => id),
  });

  it('has a migration that goes down and up again', async () => {
    const name = '20261122120000_deliveries.js';
    const later = readdirSync(directory).filter(file => file >= name);
    await store.add({ deliveries: [message()], now: at(0) });
    for (const _ of later) {
      await knex.migrate.down({ directory });
    }
    await expect(knex.schema.hasTable('drift_deliveries')).resolves.toBe(false);
    await knex.migrate.latest({ directory });
    await expect(store.list({ limit: 1, offset: 0 })).resolves.toEqual({
      items: [],
      totalItems: 0,
    });
  });

  it('gives out what is due, longest overdue first, to one only', async () => {
    await store.add({
      now: at(-100),
      deliveries: [
        message({ targetId: 'later', dueAt: at(-1) }),
        message({ targetId: 'first', dueAt: at(-50) }),
        message({ targetId: 'future', dueAt: at(1) }),
        message({ targetId: 'elsewhere', channel: 'other', dueAt: at(-9) }),
      ],
    });
    const claimed = await claim();
    expect(claimed).toMatchObject([
      {
        targetId: 'first',
        type: 'target.drifted',
        payload: '{"a":"ä"}',
        attempts: 0,
        recipient: undefined,
        createdAt: at(-100),
      },
      { targetId: 'later' },
    ]);
    await expect(claim()).resolves.toEqual([]);

    await store.remove(of(...claimed));
    const { items } = await store.list({ limit: 10, offset: 0 });
    expect(items.map(({ targetId }) => targetId).sort()).toEqual([
      'elsewhere',
      'future',
    ]);
  });

  it('gives a message out again when its sender died, and then hears no more of that one', async () => {
    await store.add({ deliveries: [message()], now: at(0) });
    const [dead] = await claim();
    await expect(claim({ now: at(59) })).resolves.toEqual([]);
    const [heir] = await claim({ now: at(60) });
    expect(heir.id).toBe(dead.id);

    await store.bury({ ...of(dead), error: 'Too late.' });
    await store.remove(of(dead));
    await expect(
      store.list({ state: 'waiting', limit: 1, offset: 0 }),
    ).resolves.toMatchObject({ totalItems: 1, items: [{ attempts: 0 }] });
    await store.remove(of(heir));
    await expect(store.list({ limit: 1, offset: 0 })).resolves.toMatchObject({
      totalItems: 0,
    });
  });

  it('shares messages between replicas without giving any out twice', async () => {
    const replicas =
      databaseId === 'SQLITE_3'
        ? [store, store]
        : [1, 2, 3].map(() =>
            DatabaseDeliveryStore.create({ knex: databases.anotherPool(knex) }),
          );
    await store.add({
      now: at(0),
      deliveries: Array.from({ length: 60 }, (_, i) =>
        message({ targetId: `t${i}` }),
      ),
    });
    const claimed: string[] = [];
    await Promise.all(
      replicas.map(async replica => {
        for (;;) {
          const batch = await replica.claimDue({
            channel: 'ops',
            now: at(0),
            until: at(60),
            limit: 7,
          });
          if (batch.length === 0) {
            return;
          }
          claimed.push(...batch.map(({ targetId }) => targetId));
        }
      }),
    );
    // A replica that found everything locked has stopped early; the rest is still there.
    const rest = await claim({ limit: 100 });
    claimed.push(...rest.map(({ targetId }) => targetId));
    expect(claimed).toHaveLength(60);
    expect(new Set(claimed).size).toBe(60);
  });

  it('keeps what waits for one recipient together, whoever takes it', async () => {
    const replicas =
      databaseId === 'SQLITE_3'
        ? [store, store]
        : [1, 2].map(() =>
            DatabaseDeliveryStore.create({ knex: databases.anotherPool(knex) }),
          );
    const waiting = (recipient: string, dueAt: Date) =>
      message({ channel: 'notifications', recipient, dueAt });
    await store.add({
      now: at(-60),
      deliveries: [
        ...Array.from({ length: 20 }, () => waiting('group:default/a', at(0))),
        ...Array.from({ length: 20 }, () => waiting('group:default/a', at(9))),
        waiting('group:default/b', at(0)),
        waiting('group:default/c', at(9)),
      ],
    });
    const groups = await Promise.all(
      [0, 1, 0, 1].map(index =>
        replicas[index % replicas.length].claimRecipient({
          channel: 'notifications',
          now: at(0),
          until: at(60),
          limit: 100,
        }),
      ),
    );
    expect(
      groups
        .filter(group => group.length > 0)
        .map(group => [group[0].recipient, group.length])
        .sort(),
    ).toEqual([
      ['group:default/a', 40],
      ['group:default/b', 1],
    ]);
  });

  it('postpones, gives up and starts anew', async () => {
    await store.add({
      now: at(0),
      deliveries: [message(), message({ channel: 'gone' })],
    });
    const first = await claim();
    await store.postpone({
      ...of(...first),
      nextAttemptAt: at(15),
      error: 'It answered with 500\u0000.',
    });
    await expect(claim({ now: at(14) })).resolves.toEqual([]);
    const second = await claim({ now: at(15) });
    expect(second).toMatchObject([{ id: first[0].id, attempts: 1 }]);
    await store.bury({ ...of(...second), error: 'It answered with 502.' });
    await expect(claim({ now: at(10_000) })).resolves.toEqual([]);

    const { items, totalItems } = await store.list({
      state: 'dead',
      limit: 10,
      offset: 0,
    });
    expect(totalItems).toBe(1);
    expect(items).toEqual([
      {
        id: first[0].id,
        webhook: 'ops',
        state: 'dead',
        type: 'target.drifted',
        targetId: 'fake:acme/aks',
        attempts: 2,
        lastError: 'It answered with 502.',
        createdAt: at(0).toISOString(),
        nextAttemptAt: undefined,
      },
    ]);

    const again = { channels: ['ops'], now: at(20_000) };
    await expect(
      store.retry({ id: items[0].id, ...again }),
    ).resolves.toMatchObject({ state: 'waiting', attempts: 0 });
    await expect(claim({ now: at(20_000) })).resolves.toHaveLength(1);

    const other = (await store.list({ limit: 10, offset: 0 })).items.find(
      ({ webhook }) => webhook === 'gone',
    );
    await expect(
      store.retry({ id: other?.id ?? '', ...again }),
    ).resolves.toEqual(other);
    for (const id of ['no-such', "'; --", '\u0000']) {
      await expect(store.retry({ id, ...again })).resolves.toBeUndefined();
    }
  });

  it('gives up what waits for a webhook that is gone, and forgets in time', async () => {
    await store.add({
      now: at(0),
      deliveries: [
        message({ targetId: 'kept' }),
        message({ channel: 'gone', targetId: 'gone' }),
        message({ channel: 'gone', targetId: 'recent', dueAt: at(100) }),
      ],
    });
    await expect(
      store.buryOthers({ channels: ['ops'], dueBefore: at(50) }),
    ).resolves.toBe(1);
    await expect(
      store.list({ state: 'dead', limit: 9, offset: 0 }),
    ).resolves.toMatchObject({
      items: [
        {
          targetId: 'gone',
          lastError: 'The webhook is no longer configured',
        },
      ],
    });
    await expect(store.deleteDead({ createdBefore: at(0) })).resolves.toBe(0);
    await expect(store.deleteDead({ createdBefore: at(1) })).resolves.toBe(1);
    await expect(store.list({ limit: 9, offset: 0 })).resolves.toMatchObject({
      totalItems: 2,
    });
  });

  it('lists the newest first, a page at a time', async () => {
    for (let i = 0; i < 5; i++) {
      await store.add({
        now: at(i),
        deliveries: [message({ targetId: `t${i}` })],
      });
    }
    const { items, totalItems } = await store.list({ limit: 2, offset: 1 });
    expect(items.map(({ targetId }) => targetId)).toEqual(['t3', 't2']);
    expect(totalItems).toBe(5);
  });
});
