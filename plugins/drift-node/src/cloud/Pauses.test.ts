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

import { Pauses } from './Pauses';

/** Holds the event loop longer than one piece may. */
function work(item: number): number {
  const end = performance.now() + 30;
  while (performance.now() < end) {
    // Busy
  }
  return item * 2;
}

describe('pauses in long work', () => {
  it('let others have the event loop, and lose nothing', async () => {
    const seen: number[] = [];
    let done = 0;
    const look = () => {
      seen.push(done);
      if (done < 4) {
        setImmediate(look);
      }
    };
    setImmediate(look);
    const results = await new Pauses().map([1, 2, 3, 4], item => {
      done = item;
      return work(item);
    });
    expect(results).toEqual([2, 4, 6, 8]);
    expect(seen).toEqual(expect.arrayContaining([1, 2, 3]));
  });

  it('end the work of a scan that was stopped', async () => {
    const stop = new AbortController();
    const done: number[] = [];
    const reason = new Error('Stopped');
    await expect(
      new Pauses(stop.signal).map([1, 2, 3], item => {
        done.push(item);
        stop.abort(reason);
        return work(item);
      }),
    ).rejects.toBe(reason);
    expect(done).toEqual([1]);
  });
});
