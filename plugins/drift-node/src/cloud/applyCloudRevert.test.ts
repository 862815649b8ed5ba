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

import { WriteRefused } from '../remediation/Remediator';
import { CloudWriteContext } from './CloudProvider';
import { BILLS, FILES, RepairBench, SHOP } from './__testUtils__/RepairBench';

const STOPPED = 'All remediation is stopped.';

describe('a stop while a cloud is repaired', () => {
  let bench: RepairBench;
  let stopped: boolean;
  /** What had been asked of the cloud whenever it was asked whether it may be written. */
  let asked: string[][];

  beforeEach(() => {
    stopped = false;
    asked = [];
    bench = RepairBench.create()
      .change('shop', { Class: 'huge' })
      .change('bills', { Class: 'huge' });
    bench.mayWrite = async () => {
      asked.push([...bench.provider.asked]);
      if (stopped) {
        throw new WriteRefused(STOPPED);
      }
    };
  });

  it('is asked about once for each resource, right before it is changed', async () => {
    const { outcome } = await bench.revert();
    expect(outcome.kind).toBe('applied');
    const all = bench.provider.asked;
    expect(asked.map(before => all[before.length])).toEqual(bench.updates);
  });

  it('changes nothing when it comes during the fresh look', async () => {
    const { hash } = await bench.preview();
    bench.provider.beforeEach = () => {
      stopped = true;
    };
    await expect(bench.apply(hash)).resolves.toEqual({
      kind: 'failed',
      message: 'It was stopped before anything was changed.',
      objects: [SHOP, BILLS].map(address => ({
        address,
        outcome: 'skipped',
        message: STOPPED,
      })),
    });
    expect(bench.updates).toEqual([]);
    expect(bench.documentOf('shop')).toMatchObject({ Class: 'huge' });
    expect(bench.logs).toContain(`${SHOP}: skipped. ${STOPPED}`);
  });

  it('leaves what is not changed yet when it comes in between', async () => {
    const { hash } = await bench.preview();
    bench.provider.updates.set('shop', async () => {
      stopped = true;
      return { state: 'done' };
    });
    await expect(bench.apply(hash)).resolves.toEqual({
      kind: 'partial',
      message:
        '1 of 2 resources were changed back, 0 failed and 1 were not reached.',
      objects: [
        { address: SHOP, outcome: 'applied' },
        { address: BILLS, outcome: 'skipped', message: STOPPED },
      ],
    });
    expect(bench.updates).toHaveLength(1);
  });

  it('does not break off a resource that is being changed', async () => {
    const { hash } = await bench.preview();
    bench.provider.updates.set('shop', async context => {
      stopped = true;
      await context.turn();
      return { state: 'done' };
    });
    const { objects } = await bench.apply(hash);
    expect(objects?.[0]).toEqual({ address: SHOP, outcome: 'applied' });
  });

  it('changes nothing when it comes while the provider looks once more', async () => {
    const { hash } = await bench.preview();
    const written: string[] = [];
    bench.provider.updates.set('shop', async context => {
      stopped = true;
      await context.turn();
      await (context as CloudWriteContext).mayWrite();
      written.push('shop');
      return { state: 'done' };
    });
    const { objects } = await bench.apply(hash);
    expect(objects?.[0]).toEqual({
      address: SHOP,
      outcome: 'skipped',
      message: STOPPED,
    });
    expect(written).toEqual([]);
  });

  it('is not known to be over when nobody can say, and nothing is changed', async () => {
    const { hash } = await bench.preview();
    bench.provider.updates.set('shop', async context => {
      bench.mayWrite = async () => {
        throw new Error('no connection to postgres://admin:secret@db');
      };
      await (context as CloudWriteContext).mayWrite();
      return { state: 'done' };
    });
    const { objects } = await bench.apply(hash);
    expect(objects?.[0]).toEqual({
      address: SHOP,
      outcome: 'failed',
      message: expect.stringMatching(/could not be asked to change it\.$/),
    });
  });

  it('is a stop, whatever a provider makes of it', async () => {
    bench.change('files', { Versioning: false });
    const { hash } = await bench.preview([FILES]);
    const update = bench.provider.update.bind(bench.provider);
    bench.provider.update = async (...options) => {
      try {
        return await update(...options);
      } catch (error) {
        return { state: 'failed', sent: true, message: `${error}` };
      }
    };
    stopped = true;
    await expect(bench.apply(hash, [FILES])).resolves.toMatchObject({
      kind: 'failed',
      objects: [{ address: FILES, outcome: 'skipped', message: STOPPED }],
    });
  });
});
