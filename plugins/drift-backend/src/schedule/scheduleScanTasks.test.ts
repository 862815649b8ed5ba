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
import { scheduleScanTasks } from './scheduleScanTasks';

describe('scheduleScanTasks', () => {
  async function given(options: { added: string[] }) {
    const tick = jest.fn(async () => ({ queued: 0, joined: 0, recovered: 0 }));
    const sync = jest.fn(async () => ({
      added: options.added,
      updated: [],
      retired: [],
    }));
    const scheduler = mockServices.scheduler.mock();
    await scheduleScanTasks({
      scheduler,
      registry: { sync },
      scanScheduler: { tick },
      cleaner: { schedule: async () => {} },
      logger: mockServices.logger.mock(),
      tickIntervalMs: 10_000,
      refreshIntervalMs: 20_000,
    });
    const tasks = new Map(
      scheduler.scheduleTask.mock.calls.map(([task]) => [task.id, task]),
    );
    const run = (id: string) => tasks.get(id)!.fn(new AbortController().signal);
    return { tasks, run, sync, tick };
  }

  it('runs each task on one replica, as often as configured', async () => {
    const { tasks } = await given({ added: [] });
    expect(tasks.get('drift-refresh-targets')).toMatchObject({
      scope: 'global',
      frequency: { milliseconds: 20_000 },
    });
    expect(tasks.get('drift-queue-due-scans')).toMatchObject({
      scope: 'global',
      frequency: { milliseconds: 10_000 },
    });
  });

  it('queues new targets right after they were found', async () => {
    const { run, tick } = await given({ added: ['terraform:-/aks'] });
    await run('drift-refresh-targets');
    expect(tick).toHaveBeenCalledTimes(1);
  });

  it('leaves the rest to the next tick', async () => {
    const { run, tick } = await given({ added: [] });
    await run('drift-refresh-targets');
    expect(tick).not.toHaveBeenCalled();
    await run('drift-queue-due-scans');
    expect(tick).toHaveBeenCalledTimes(1);
  });

  it('lets the scheduler see what failed', async () => {
    const { run, sync } = await given({ added: [] });
    sync.mockRejectedValue(new Error('the catalog is away'));
    await expect(run('drift-refresh-targets')).rejects.toThrow(
      'the catalog is away',
    );
  });
});
