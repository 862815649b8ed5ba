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

import { mockServices } from '@backstage/backend-test-utils';
import { createTestDatabases } from '../__testUtils__';
import { DatabaseDriftStore } from '../store/DatabaseDriftStore';
import { DriftCleaner } from './DriftCleaner';

const DAY_MS = 24 * 3600 * 1000;
const NOW = new Date('2026-11-22T10:00:00Z');
const databases = createTestDatabases();

describe.each(databases.ids)('DriftCleaner on %s', id => {
  it('deletes scans that are older than configured, and nothing else', async () => {
    const knex = await databases.init(id);
    const store = await DatabaseDriftStore.forTest({ knex });
    const target = {
      id: 'terraform:-/aks',
      source: 'terraform',
      name: 'aks',
      location: {},
      entityRefs: [],
      schedule: 'PT30M',
      intervalMs: 1_800_000,
      firstScanAt: NOW,
      origin: 'catalog' as const,
    };
    await store.syncTargets({ origin: 'catalog', targets: [target], now: NOW });
    for (const days of [40, 20, 1]) {
      const now = new Date(NOW.getTime() - days * DAY_MS);
      const [{ scanId }] = await store.createScans({
        targetIds: [target.id],
        trigger: 'manual',
        now,
      });
      const lease = await store.startScan({ scanId, workerId: 'w', now });
      await store.failScan({ lease: lease!, error: 'no', now });
    }

    const cleaner = DriftCleaner.create({
      store,
      logger: mockServices.logger.mock(),
      scanDays: 30,
      now: () => NOW,
    });
    expect(await cleaner.clean()).toEqual({ scans: 1, findings: 0 });
    expect(
      await store.listScans({ targetId: target.id, limit: 10, offset: 0 }),
    ).toMatchObject({ totalItems: 2 });
    expect(
      await store.getTarget({ targetId: target.id, now: NOW }),
    ).toMatchObject({ status: 'error' });
  });

  it('says what failed, so that the scheduler shows it', async () => {
    const knex = await databases.init(id);
    const store = await DatabaseDriftStore.forTest({ knex });
    jest.spyOn(store, 'deleteOld').mockRejectedValue(new Error('disk full'));
    const scheduler = mockServices.scheduler.mock();
    await DriftCleaner.create({
      store,
      logger: mockServices.logger.mock(),
    }).schedule(scheduler);
    const [task] = scheduler.scheduleTask.mock.calls[0];
    await expect(task.fn(new AbortController().signal)).rejects.toThrow(
      'Could not delete old drift history; caused by Error: disk full',
    );
  });
});
