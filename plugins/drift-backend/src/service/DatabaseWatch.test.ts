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

  describe('by the clock', () => {
    beforeEach(() => {
      jest.useFakeTimers();
    });
    afterEach(() => {
      jest.useRealTimers();
    });

    const after = (milliseconds: number) =>
      new Promise<void>(resolve => setTimeout(resolve, milliseconds));

    /** Milliseconds until the last of works that never end is given up. */
    async function patienceOf(
      watch: DatabaseWatch,
      begins: number[],
    ): Promise<number> {
      const startedAt = performance.now();
      const given = begins.map(async begin => {
        await after(begin);
        await expect(watch.run(never)).rejects.toThrow('does not answer');
        return performance.now() - startedAt;
      });
      await jest.advanceTimersByTimeAsync(10_000);
      return Math.max(...(await Promise.all(given)));
    }

    it('gives up within a second of the beginning', async () => {
      expect(
        await patienceOf(new DatabaseWatch({ ping: never }), [0]),
      ).toBeLessThan(1000);
    });

    it.each([1, 200, 399, 400, 401, 649])(
      'gives up within a second of the last sign of life after %i ms',
      async lastAnswer => {
        const watch = new DatabaseWatch({ ping: never });
        const answered = watch.run(() => after(lastAnswer));
        const [given] = await Promise.all([patienceOf(watch, [0]), answered]);
        expect(given - lastAnswer).toBeLessThan(1000);
      },
    );

    it('gives up within a second of the last ping that was answered', async () => {
      let lastAnswer = 0;
      const watch = new DatabaseWatch({
        ping: async () => {
          if (performance.now() < 3000) {
            lastAnswer = performance.now();
            return;
          }
          await never();
        },
      });
      const given = await patienceOf(watch, [0]);
      expect(lastAnswer).toBeGreaterThan(2000);
      expect(given - lastAnswer).toBeLessThan(1000);
    });

    it('gives up within a second on all that began while one ping was awaited', async () => {
      const begins = [0, 399, 450, 649, 650, 651];
      const watch = new DatabaseWatch({ ping: never });
      expect(await patienceOf(watch, begins)).toBeLessThan(651 + 1000);
    });
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
