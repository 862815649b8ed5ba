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
import { RemediationPolicy } from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import { readdirSync } from 'node:fs';
import { createTestDatabases } from '../__testUtils__';
import { DatabasePolicyStore } from './DatabasePolicyStore';

const databases = createTestDatabases();
const directory = resolvePackagePath(
  '@infra-hub/backstage-plugin-drift-backend',
  'migrations',
);
const start = Date.parse('2026-11-22T10:00:00.000Z');
const at = (seconds: number) => new Date(start + seconds * 1000);

const pools: RemediationPolicy = { id: 'pools', mode: 'auto', limitPerDay: 3 };
const nets: RemediationPolicy = {
  id: 'nets',
  mode: 'review',
  client: 'acme',
  reason: 'Größe zählt \ud800',
};

jest.setTimeout(60_000);

describe.each(databases.ids)('DatabasePolicyStore on %s', databaseId => {
  let knex: Knex;
  let store: DatabasePolicyStore;

  beforeEach(async () => {
    knex = await databases.init(databaseId);
    await knex.migrate.latest({ directory });
    store = DatabasePolicyStore.create({ knex });
  });

  const write = (
    policies: RemediationPolicy[],
    options: { by?: string; seconds?: number; expectedRevision?: number } = {},
  ) =>
    store.edit({
      edit: () => policies,
      by: options.by ?? 'user:default/ann',
      expectedRevision: options.expectedRevision,
      now: at(options.seconds ?? 0),
    });

  it('has a migration that goes down and up again', async () => {
    const name = '20261122150000_policies.js';
    await write([pools]);
    for (const file of readdirSync(directory).sort().toReversed()) {
      await knex.migrate.down({ directory });
      if (file === name) {
        break;
      }
    }
    await expect(
      knex.schema.hasTable('drift_remediation_policies'),
    ).resolves.toBe(false);
    await knex.migrate.latest({ directory });
    await expect(store.read()).resolves.toEqual({ policies: [], revision: 0 });
  });

  it('keeps what was written, and who wrote it when', async () => {
    await write([pools, nets]);
    await expect(store.read()).resolves.toEqual({
      revision: 1,
      policies: [
        {
          ...nets,
          origin: 'api',
          updatedBy: 'user:default/ann',
          updatedAt: at(0).toISOString(),
        },
        {
          ...pools,
          origin: 'api',
          updatedBy: 'user:default/ann',
          updatedAt: at(0).toISOString(),
        },
      ],
    });
  });

  it('says what a change changed, and leaves the rest alone', async () => {
    await write([pools, { id: 'old', mode: 'alert' }]);
    const changed: RemediationPolicy = { ...pools, limitPerDay: 9 };
    const same = await write([pools, { id: 'old', mode: 'alert' }], {
      by: 'user:default/bob',
      seconds: 5,
    });
    expect(same.changes).toEqual({ added: [], changed: [], removed: [] });
    expect(same.kept.revision).toBe(1);

    const { kept, changes } = await write(
      [changed, { id: 'new', mode: 'auto' }],
      {
        by: 'user:default/bob',
        seconds: 10,
      },
    );
    expect(changes).toEqual({
      added: [{ id: 'new', mode: 'auto' }],
      changed: [{ from: pools, to: changed }],
      removed: [{ id: 'old', mode: 'alert' }],
    });
    expect(kept).toEqual(await store.read());
    expect(kept.revision).toBe(2);

    await store.edit({
      edit: standing => standing.filter(({ id }) => id === 'pools'),
      by: 'user:default/eve',
      now: at(20),
    });
    expect((await store.read()).policies).toEqual([
      {
        ...changed,
        origin: 'api',
        updatedBy: 'user:default/bob',
        updatedAt: at(10).toISOString(),
      },
    ]);
  });

  it('refuses who did not see the last change', async () => {
    await write([pools], { expectedRevision: 0 });
    await expect(write([nets], { expectedRevision: 0 })).rejects.toThrow(
      'The policies have revision 1, not 0; read them again and repeat the change',
    );
    await expect(write([nets], { expectedRevision: 1 })).resolves.toMatchObject(
      { kept: { revision: 2 } },
    );
  });

  it('changes nothing when the change is refused half-way', async () => {
    await write([pools]);
    await expect(
      store.edit({
        edit: () => {
          throw new Error('No');
        },
        now: at(1),
      }),
    ).rejects.toThrow('No');
    await expect(store.read()).resolves.toMatchObject({
      revision: 1,
      policies: [pools],
    });
  });

  it('lets writers add at the same time and loses none', async () => {
    const replicas =
      databaseId === 'SQLITE_3'
        ? [store, store]
        : [
            store,
            DatabasePolicyStore.create({ knex: databases.anotherPool(knex) }),
          ];
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        replicas[index % 2].edit({
          edit: standing => [...standing, { id: `p${index}`, mode: 'alert' }],
          now: at(index),
        }),
      ),
    );
    const { policies, revision } = await store.read();
    expect(policies).toHaveLength(20);
    expect(revision).toBe(20);
  });

  it('lets one of several win who all saw the same revision', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) =>
        write([{ id: `p${index}`, mode: 'alert' }], { expectedRevision: 0 }),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(
      1,
    );
    expect((await store.read()).policies).toHaveLength(1);
  });

  it('never reads policies of one revision with the number of another', async () => {
    const reader = DatabasePolicyStore.create({ knex });
    let isDone = false;
    const writing = (async () => {
      for (let index = 1; index <= 30; index++) {
        await write([{ id: 'counter', mode: 'auto', limitPerDay: index }]);
      }
      isDone = true;
    })();
    while (!isDone) {
      const { policies, revision } = await reader.read();
      expect(policies[0]?.limitPerDay ?? 0).toBe(revision);
    }
    await writing;
  });

  it('turns the stop switch on and off', async () => {
    const stop = (
      stopped: boolean,
      options: { by: string; reason?: string; seconds: number },
    ) => store.setStop({ stopped, ...options, now: at(options.seconds) });
    const ann = {
      by: 'user:default/ann',
      at: at(1).toISOString(),
      reason: 'Outage',
    };
    await expect(
      stop(true, { by: 'user:default/ann', reason: 'Outage', seconds: 1 }),
    ).resolves.toEqual({ before: undefined, after: ann });
    await expect(
      stop(true, { by: 'user:default/bob', seconds: 2 }),
    ).resolves.toEqual({ before: ann, after: ann });
    await expect(store.read()).resolves.toMatchObject({ stop: ann });
    await expect(
      stop(true, { by: 'user:default/bob', reason: 'Still', seconds: 3 }),
    ).resolves.toMatchObject({ after: { by: 'user:default/bob' } });
    await write([pools]);
    await expect(store.read()).resolves.toMatchObject({
      revision: 1,
      stop: { reason: 'Still' },
    });
    await stop(false, { by: 'user:default/ann', reason: 'Over', seconds: 4 });
    expect(await store.read()).toMatchObject({ revision: 1 });
    expect((await store.read()).stop).toBeUndefined();
  });

  it('gives what is noted to one of several, and again after a time', async () => {
    const note = (subjects: string[], now: Date) =>
      store.note({
        targetId: 'terraform:acme/aks',
        kind: 'flap-guard',
        subjects,
        since: new Date(now.getTime() - 60_000),
        now,
      });
    const got = await Promise.all(
      Array.from({ length: 6 }, () => note(['a', 'b', 'a'], at(0))),
    );
    expect(got.flat().sort()).toEqual(['a', 'b']);
    await expect(note(['a', 'c'], at(60))).resolves.toEqual(['c']);
    await expect(note(['a', 'c'], at(61))).resolves.toEqual(['a']);
    await expect(
      store.note({
        targetId: 'terraform:acme/other',
        kind: 'flap-guard',
        subjects: ['c'],
        since: at(0),
        now: at(61),
      }),
    ).resolves.toEqual(['c']);
    await expect(note([], at(61))).resolves.toEqual([]);
  });
});
