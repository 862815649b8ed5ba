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

import { AccountGate } from './AccountGate';

/** Ends when it is told to. */
class Work {
  begun = false;
  end = () => {};

  readonly do = async (): Promise<string> => {
    this.begun = true;
    await new Promise<void>(resolve => {
      this.end = resolve;
    });
    return 'done';
  };
}

/** All promises that can go on have done so. */
async function settle(): Promise<void> {
  await jest.advanceTimersByTimeAsync(0);
}

describe('AccountGate', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const never = new AbortController().signal;

  async function turnsWithin(
    gate: AccountGate,
    waiting: number,
    milliseconds: number,
  ): Promise<number[]> {
    const taken: number[] = [];
    for (let index = 0; index < waiting; index++) {
      void gate.turn(never).then(() => taken.push(index));
    }
    await jest.advanceTimersByTimeAsync(milliseconds);
    return taken;
  }

  it.each([
    [5, 999, 5],
    [5, 1000, 10],
    [5, 2000, 15],
    [1, 999, 1],
    [1, 3000, 4],
    [0.5, 1999, 1],
    [0.5, 2000, 2],
    [2.5, 799, 2],
    [2.5, 800, 4],
  ])(
    'lets requests at %p per second begin for %p ms: %p of them',
    async (requestsPerSecond, milliseconds, begun) => {
      const gate = AccountGate.create({ concurrency: 1, requestsPerSecond });
      const taken = await turnsWithin(gate, 20, milliseconds);
      expect(taken).toEqual(Array.from({ length: begun }, (_, index) => index));
    },
  );

  it('counts requests, not how evenly they come', async () => {
    const gate = AccountGate.create({ concurrency: 1, requestsPerSecond: 2 });
    await gate.turn(never);
    await jest.advanceTimersByTimeAsync(900);
    await gate.turn(never);
    const taken = await turnsWithin(gate, 2, 99);
    expect(taken).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(taken).toEqual([0]);
    await jest.advanceTimersByTimeAsync(900);
    expect(taken).toEqual([0, 1]);
  });

  it('gives the turn of who went away to the next one', async () => {
    const gate = AccountGate.create({ concurrency: 1, requestsPerSecond: 1 });
    await gate.turn(never);
    const impatient = new AbortController();
    const left = gate.turn(impatient.signal);
    const next = turnsWithin(gate, 1, 1000);
    impatient.abort(new Error('Enough'));
    await expect(left).rejects.toThrow('Enough');
    expect(await next).toEqual([0]);
    await expect(gate.turn(impatient.signal)).rejects.toThrow('Enough');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('keeps work within its concurrency, first come, first served', async () => {
    const gate = AccountGate.create({ concurrency: 2, requestsPerSecond: 5 });
    const works = [new Work(), new Work(), new Work(), new Work()];
    const results = works.map(work => gate.run(never, work.do));
    await settle();
    expect(works.map(({ begun }) => begun)).toEqual([true, true, false, false]);
    works[1].end();
    await settle();
    expect(works.map(({ begun }) => begun)).toEqual([true, true, true, false]);
    works[0].end();
    works[2].end();
    await settle();
    works[3].end();
    expect(await Promise.all(results)).toEqual(Array(4).fill('done'));
  });

  it('ends at once when it is aborted, and makes room', async () => {
    const gate = AccountGate.create({ concurrency: 1, requestsPerSecond: 5 });
    const stop = new AbortController();
    const [deaf, queued, next] = [new Work(), new Work(), new Work()];
    const results = [
      gate.run(stop.signal, deaf.do),
      gate.run(stop.signal, queued.do),
    ];
    const nextResult = gate.run(never, next.do);
    await settle();
    stop.abort(new Error('Shutting down'));
    for (const result of results) {
      await expect(result).rejects.toThrow('Shutting down');
    }
    await settle();
    expect(queued.begun).toBe(false);
    expect(next.begun).toBe(true);
    next.end();
    expect(await nextResult).toBe('done');
  });

  it('waits for the end of a change that has begun, and begins none after the abort', async () => {
    const gate = AccountGate.create({ concurrency: 1, requestsPerSecond: 5 });
    const stop = new AbortController();
    const [change, queued] = [new Work(), new Work()];
    const result = gate.runToEnd(stop.signal, change.do);
    const never2 = gate.runToEnd(stop.signal, queued.do);
    await settle();
    stop.abort(new Error('Shutting down'));
    await expect(never2).rejects.toThrow('Shutting down');
    change.end();
    expect(await result).toBe('done');
    expect(queued.begun).toBe(false);
  });

  it('makes room after work that failed', async () => {
    const gate = AccountGate.create({ concurrency: 1, requestsPerSecond: 5 });
    const failing = gate.run(never, async () => {
      throw new Error('Broken');
    });
    await expect(failing).rejects.toThrow('Broken');
    expect(await gate.run(never, async () => 'next')).toBe('next');
  });
});
