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

import { OverviewCache } from './OverviewCache';

describe('OverviewCache', () => {
  let now: number;
  let loads: string[];
  let cache: OverviewCache<string>;

  beforeEach(() => {
    now = 0;
    loads = [];
    cache = new OverviewCache({ maxAgeMs: 5_000, now: () => new Date(now) });
  });

  function get(client?: string) {
    return cache.get(
      client ? { field: 'client', in: [client] } : undefined,
      async () => {
        loads.push(client ?? 'all');
        return `${client ?? 'all'} ${loads.length}`;
      },
    );
  }

  it('counts once for callers with the same condition', async () => {
    expect(await Promise.all([get(), get(), get('a'), get('a')])).toEqual([
      'all 1',
      'all 1',
      'a 2',
      'a 2',
    ]);
  });

  it('counts again when the answer is old', async () => {
    await get();
    now = 4_999;
    expect(await get()).toBe('all 1');
    now = 5_000;
    expect(await get()).toBe('all 2');
  });

  it('does not give what began before a change to who asks after it', async () => {
    let finish = (_: string) => {};
    const slow = cache.get(
      undefined,
      () =>
        new Promise(resolve => {
          finish = resolve;
        }),
    );
    cache.invalidate();
    expect(await get()).toBe('all 1');
    finish('old');
    expect(await slow).toBe('old');
    expect(await get()).toBe('all 1');
  });

  it('does not remember failures', async () => {
    await expect(
      cache.get(undefined, async () => {
        throw new Error('away');
      }),
    ).rejects.toThrow('away');
    expect(await get()).toBe('all 1');
  });

  it('remembers a hundred conditions at most', async () => {
    for (let i = 0; i <= 100; i++) {
      await get(`c${i}`);
    }
    loads = [];
    await get('c100');
    await get('c0');
    expect(loads).toEqual(['c0']);
  });
});
