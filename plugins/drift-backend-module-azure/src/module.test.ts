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
import driftModuleAzure from '.';
import { SUBSCRIPTION } from './__testUtils__/ArmServer';

describe('driftModuleAzure', () => {
  const start = (azure: object) => {
    const sources: DriftSource[] = [];
    const remediators: Remediator[] = [];
    const attributors: Attributor[] = [];
    const logger = mockServices.logger.mock();
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
        driftModuleAzure,
        mockServices.rootConfig.factory({ data: { drift: { azure } } }),
      ],
    });
    return { backend, sources, remediators, attributors, logger };
  };

  it('adds the source, the remediator and the log, and asks nobody', async () => {
    const { backend, sources, remediators, attributors } = start({
      accounts: [{ name: 'prod', id: SUBSCRIPTION, attribution: true }],
      tenants: [{ id: 'shop', accounts: ['prod'] }],
    });
    const running = await backend;

    expect(sources).toMatchObject([
      {
        id: 'azure',
        entityAnnotations: expect.arrayContaining([
          'infra-hub.io/azure-subscriptions',
        ]),
      },
    ]);
    expect(sources[0].configuredTargets?.()).toMatchObject([{ name: 'shop' }]);
    expect(remediators).toMatchObject([{ id: 'azure' }]);
    expect(attributors).toMatchObject([{ id: 'azure-activity-log' }]);
    await running.stop();
  });

  it.each([
    [{ accounts: [{ name: 'prod', id: 'prod' }] }, /id of a subscription/],
    [
      {
        accounts: [
          { name: 'prod', id: SUBSCRIPTION, endpoint: 'http://arm.example' },
        ],
      },
      /endpoint with https/,
    ],
  ])('does not start with %j', async (azure, message) => {
    await expect(start(azure).backend).rejects.toThrow(message);
  });
});
