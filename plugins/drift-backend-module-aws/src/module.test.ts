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
import {
  Attributor,
  driftAttributorsExtensionPoint,
  driftRemediatorsExtensionPoint,
  DriftSource,
  driftSourcesExtensionPoint,
  Remediator,
} from '@infra-hub/backstage-plugin-drift-node';
import driftModuleAws from '.';

describe('driftModuleAws', () => {
  const start = (aws: object) => {
    const sources: DriftSource[] = [];
    const remediators: Remediator[] = [];
    const attributors: Attributor[] = [];
    const backend = startTestBackend({
      extensionPoints: [
        [
          driftSourcesExtensionPoint,
          { addSource: (source: DriftSource) => sources.push(source) },
        ],
        [
          driftRemediatorsExtensionPoint,
          {
            addRemediator: (remediator: Remediator) =>
              remediators.push(remediator),
            addAdopter: () => {},
          },
        ],
        [
          driftAttributorsExtensionPoint,
          {
            addAttributor: (attributor: Attributor) =>
              attributors.push(attributor),
          },
        ],
      ],
      features: [
        driftModuleAws,
        mockServices.rootConfig.factory({ data: { drift: { aws } } }),
      ],
    });
    return { backend, sources, remediators, attributors };
  };

  const account = { name: 'prod', id: '123456789012', tenants: ['shop'] };

  it('adds a source, a remediator and an attributor', async () => {
    const { backend, sources, remediators, attributors } = start({
      accounts: [account],
      tenants: [{ id: 'shop', accounts: ['prod'] }],
    });
    const running = await backend;
    expect(sources).toMatchObject([{ id: 'aws' }]);
    expect(remediators).toMatchObject([{ id: 'aws' }]);
    expect(attributors).toMatchObject([{ id: 'cloudtrail' }]);
    expect(sources[0].configuredTargets?.()).toMatchObject([
      { name: 'shop', location: { accounts: ['prod'] } },
    ]);
    await running.stop();
  });

  it('does not start with credentials that cannot be right', async () => {
    const secretAccessKey = 'planted';
    const { backend } = start({
      accounts: [{ ...account, credentials: { secretAccessKey } }],
    });
    await expect(backend).rejects.toThrow('drift.aws.accounts');
    await expect(backend).rejects.not.toThrow('planted');
  });
});
