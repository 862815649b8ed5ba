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

import { Mutex } from './Mutex';

describe('Mutex', () => {
  const never = new AbortController().signal;

  it('lets one at a time in, in order, also after failures', async () => {
    const mutex = new Mutex();
    const log: string[] = [];
    const work = (name: string) =>
      mutex.run(never, async () => {
        log.push(`${name} in`);
        await new Promise(resolve => setImmediate(resolve));
        log.push(`${name} out`);
        if (name === 'b') {
          throw new Error('b failed');
        }
        return name;
      });
    await expect(
      Promise.allSettled([work('a'), work('b'), work('c')]),
    ).resolves.toEqual([
      { status: 'fulfilled', value: 'a' },
      { status: 'rejected', reason: new Error('b failed') },
      { status: 'fulfilled', value: 'c' },
    ]);
    expect(log).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
  });

  it('lets those behind wait for the first one when one in the middle gives up', async () => {
    const mutex = new Mutex();
    const log: string[] = [];
    let finish = () => {};
    const first = mutex.run(never, async () => {
      await new Promise<void>(resolve => {
        finish = resolve;
      });
      log.push('first');
    });
    const controller = new AbortController();
    const second = mutex.run(controller.signal, async () => log.push('second'));
    const third = mutex.run(never, async () => log.push('third'));
    controller.abort(new Error('gave up'));
    await expect(second).rejects.toThrow('gave up');
    expect(log).toEqual([]);
    finish();
    await Promise.all([first, third]);
    expect(log).toEqual(['first', 'third']);
  });
});
