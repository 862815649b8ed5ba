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

import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { JsonObject } from '@backstage/types';
import { Attributor } from '../attribution/Attributor';
import { driftAttributorsExtensionPoint } from '../attribution/driftAttributorsExtensionPoint';
import { driftRemediatorsExtensionPoint } from '../remediation/driftRemediatorsExtensionPoint';
import { CodeAdopter, Remediator } from '../remediation/Remediator';
import { DriftSource } from '../source/DriftSource';
import { driftSourcesExtensionPoint } from '../source/driftSourcesExtensionPoint';
import { FakeProvider } from './__testUtils__/FakeProvider';
import { CloudAccount } from './CloudProvider';
import { createCloudModule } from './createCloudModule';

const ATTRIBUTOR: Attributor = {
  id: 'fake-log',
  concerns: () => false,
  attribute: async () => ({ state: 'not-found' }),
};

describe('a backend module of a cloud', () => {
  const start = async (
    fake: JsonObject,
    check: (account: CloudAccount) => void = () => {},
  ) => {
    const sources: DriftSource[] = [];
    const remediators: Remediator[] = [];
    const adopters: CodeAdopter[] = [];
    const attributors: Attributor[] = [];
    const backend = await startTestBackend({
      extensionPoints: [
        [
          driftSourcesExtensionPoint,
          { addSource: (each: DriftSource) => sources.push(each) },
        ],
        [
          driftRemediatorsExtensionPoint,
          {
            addRemediator: (each: Remediator) => remediators.push(each),
            addAdopter: (each: CodeAdopter) => adopters.push(each),
          },
        ],
        [
          driftAttributorsExtensionPoint,
          { addAttributor: (each: Attributor) => attributors.push(each) },
        ],
      ],
      features: [
        createCloudModule({
          id: 'fake',
          create: ({ accounts }) => {
            accounts.forEach(check);
            return { provider: new FakeProvider(), attributor: ATTRIBUTOR };
          },
        }),
        mockServices.rootConfig.factory({ data: { drift: { fake } } }),
      ],
    });
    await backend.stop();
    return { sources, remediators, adopters, attributors };
  };

  it('adds what scans it, what repairs it or its manifests, and what knows who did it', async () => {
    const { sources, remediators, adopters, attributors } = await start({
      accounts: [{ name: 'prod', id: '1' }],
      tenants: [{ id: 'shop', accounts: ['prod'] }],
    });
    expect(sources.map(({ id }) => id)).toEqual(['fake']);
    expect(sources[0].configuredTargets?.()).toMatchObject([
      { name: 'shop', location: { accounts: ['prod'] } },
    ]);
    expect(remediators.map(({ id }) => id)).toEqual(['fake']);
    expect(adopters.map(({ source }) => source)).toEqual(['fake']);
    expect(attributors).toEqual([ATTRIBUTOR]);
  });

  it('does not start with an account that the cloud does not take', async () => {
    const seen: string[] = [];
    await expect(
      start(
        {
          accounts: [
            { name: 'prod', id: '1' },
            { name: 'dev', id: '2' },
          ],
        },
        ({ name }) => {
          seen.push(name);
          if (name === 'dev') {
            throw new Error('dev is none of ours');
          }
        },
      ),
    ).rejects.toThrow('dev is none of ours');
    expect(seen).toEqual(['prod', 'dev']);
  });

  it('does not start with accounts that cannot be told apart', async () => {
    await expect(
      start({
        accounts: [
          { name: 'prod', id: '1' },
          { name: 'prod', id: '2' },
        ],
      }),
    ).rejects.toThrow('drift.fake.accounts has two accounts');
  });
});
