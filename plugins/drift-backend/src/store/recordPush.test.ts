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
  buildReport,
  buildTarget,
  createTestDatabases,
} from '../__testUtils__';
import { DatabaseDriftStore } from './DatabaseDriftStore';

const databases = createTestDatabases();
const START = new Date('2026-11-01T00:00:00Z');
const HOUR_MS = 3_600_000;
const DAY = 24;

jest.setTimeout(60_000);

/** As the first push of a module declares it, with the shortest interval. */
const pushed = buildTarget({
  entityRefs: [],
  origin: 'push',
  schedule: 'P1D',
  intervalMs: DAY * HOUR_MS,
});

describe.each(databases.ids)(
  'targets that are only pushed, on %s',
  databaseId => {
    let store: DatabaseDriftStore;

    beforeEach(async () => {
      store = await DatabaseDriftStore.forTest({
        knex: await databases.init(databaseId),
      });
    });

    const at = (hours: number) => new Date(START.getTime() + hours * HOUR_MS);

    async function push(hours: number, error?: string): Promise<void> {
      await store.recordPush({
        target: pushed,
        run: {},
        report: error
          ? buildReport([], { status: 'error', complete: false, error })
          : buildReport(),
        summary: error ?? 'Nothing drifted.',
        receivedAt: at(hours),
        now: at(hours),
      });
    }

    /** Asked through the list, its filter and the target. */
    async function isStale(hours: number): Promise<boolean> {
      const now = at(hours);
      const { items } = await store.listResults({ query: {}, now });
      const target = await store.getTarget({ targetId: pushed.id, now });
      const filtered = await store.listResults({ query: { stale: true }, now });
      const answers = new Set([
        items[0].stale,
        target?.stale,
        filtered.totalItems === 1,
      ]);
      expect(answers.size).toBe(1);
      return answers.has(true);
    }

    it('are stale after two of the shortest intervals, however often they were pushed', async () => {
      for (let hour = 0; hour < 6; hour++) {
        await push(hour);
      }
      expect(await isStale(5 + 2 * DAY)).toBe(false);
      expect(await isStale(6 + 2 * DAY)).toBe(true);
    });

    it('are stale after twice what is usual between two pushes', async () => {
      const week = 7 * DAY;
      await push(0);
      expect(await isStale(3 * DAY)).toBe(true);
      await push(week);
      await push(2 * week);
      expect(await isStale(4 * week)).toBe(false);
      expect(await isStale(4 * week + 1)).toBe(true);
      // One that was sent again at once changes nothing of that
      await push(2 * week + 1);
      expect(await isStale(4 * week + 1)).toBe(false);
      expect(await isStale(4 * week + 2)).toBe(true);
    });

    it('do not become fresh by a push that failed', async () => {
      await push(0);
      await push(2 * DAY - 1, 'The plan failed.');
      expect(await isStale(2 * DAY + 1)).toBe(true);
      await push(2 * DAY + 2);
      expect(await isStale(2 * DAY + 3)).toBe(false);
    });
  },
);
