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

import { DatabaseWatch, isDatabaseAway } from './DatabaseWatch';

const never = () => new Promise<never>(() => {});

describe('DatabaseWatch', () => {
  it('passes answers and ordinary errors on', async () => {
    const watch = new DatabaseWatch({ ping: never });
    await expect(watch.run(async () => 1)).resolves.toBe(1);
    await expect(
      watch.run(async () => {
        throw new TypeError('broken');
      }),
    ).rejects.toThrow(TypeError);
  });

  it('gives up on work and ping that never answer', async () => {
    const watch = new DatabaseWatch({ ping: never, patienceMs: 5, pingMs: 5 });
    await expect(watch.run(never)).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      message: 'The drift database does not answer, try again later',
    });
  });

  it('gives up on work that never answers when the ping fails', async () => {
    const watch = new DatabaseWatch({
      ping: async () => {
        throw new Error('refused');
      },
      patienceMs: 5,
    });
    await expect(watch.run(never)).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
    });
  });

  it('waits for slow work as long as the ping is answered', async () => {
    let pings = 0;
    let finish = (_: string) => {};
    const slow = new Promise<string>(resolve => {
      finish = resolve;
    });
    const watch = new DatabaseWatch({
      ping: async () => {
        pings += 1;
        if (pings === 3) {
          finish('done');
        }
      },
      patienceMs: 5,
    });
    await expect(watch.run(() => slow)).resolves.toBe('done');
  });

  it.each([
    ['refused', Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), true],
    ['shut down', Object.assign(new Error('x'), { code: '57P01' }), true],
    ['lost', Object.assign(new Error('x'), { code: '08006' }), true],
    ['cut', new Error('Connection terminated unexpectedly'), true],
    [
      'full',
      new Error(
        'Knex: Timeout acquiring a connection. The pool is probably full.',
      ),
      true,
    ],
    [
      'wrapped',
      new Error('Could not', {
        cause: Object.assign(new Error('x'), { code: 'ECONNRESET' }),
      }),
      true,
    ],
    ['a bad query', Object.assign(new Error('x'), { code: '42703' }), false],
    ['anything', 'text', false],
  ])('knows an absent database by its error: %s', (_what, error, expected) => {
    expect(isDatabaseAway(error)).toBe(expected);
  });
});
