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
import { WriteGuard, WriteRefusal } from './WriteGuard';

const STOPPED: WriteRefusal = {
  to: 'cancelled',
  reason: 'All remediation is stopped.',
};

function guardOf(
  ask: (options: { first: boolean }) => Promise<WriteRefusal | undefined>,
  signal = new AbortController().signal,
) {
  const logger = mockServices.logger.mock();
  return {
    logger,
    guard: new WriteGuard({ ask, signal, logger, pausesMs: [1, 1] }),
  };
}

describe('WriteGuard', () => {
  it('knows whether something may have been written, and asks differently then', async () => {
    const asked: boolean[] = [];
    const { guard } = guardOf(async ({ first }) => {
      asked.push(first);
      return asked.length === 3 ? STOPPED : undefined;
    });
    expect(guard.passed).toBe(false);
    await guard.check();
    await guard.check();
    expect(guard).toMatchObject({ passed: true, refusal: undefined });
    await expect(guard.check()).rejects.toMatchObject({
      name: 'WriteRefused',
      message: 'All remediation is stopped.',
    });
    expect(asked).toEqual([true, false, false]);
  });

  it('stays with a refusal, also for those who asked at the same time', async () => {
    const answers = [STOPPED, undefined, undefined];
    const { guard } = guardOf(async () => answers.shift());
    const both = await Promise.allSettled([guard.check(), guard.check()]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(guard.check()).rejects.toThrow('All remediation is stopped.');
    expect(guard).toMatchObject({ refusal: STOPPED, passed: false });
    expect(answers).toHaveLength(1);
  });

  it('asks again when asking failed, and refuses when it cannot be asked', async () => {
    let failures = 2;
    const { guard, logger } = guardOf(async () => {
      failures -= 1;
      if (failures >= 0) {
        throw new Error('no database');
      }
      return undefined;
    });
    await guard.check();
    expect(guard.passed).toBe(true);
    failures = 3;
    await expect(guard.check()).rejects.toThrow(
      'It could not be asked whether it may still be done',
    );
    expect(guard.refusal?.to).toBe('cancelled');
    expect(logger.warn).toHaveBeenCalledTimes(5);
  });

  it('allows nothing once it is to end', async () => {
    const stopping = new AbortController();
    const { guard } = guardOf(async () => {
      stopping.abort();
      return undefined;
    }, stopping.signal);
    await expect(guard.check()).rejects.toMatchObject({ name: 'AbortError' });
    expect(guard.passed).toBe(false);
  });
});
