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
  driftRemediatorsExtensionPoint,
  Remediator,
} from '@infra-hub/backstage-plugin-drift-node';
import { requestOf } from './__testUtils__/requests';
import driftModuleWebhook from '.';

it('adds a remediator that repairs what its configuration names', async () => {
  const remediators: Remediator[] = [];
  const backend = await startTestBackend({
    extensionPoints: [
      [
        driftRemediatorsExtensionPoint,
        {
          addRemediator: (remediator: Remediator) =>
            remediators.push(remediator),
          addAdopter: () => {},
        },
      ],
    ],
    features: [
      driftModuleWebhook,
      mockServices.rootConfig.factory({
        data: {
          drift: {
            remediationWebhooks: [
              {
                id: 'jenkins',
                targets: [{ client: 'acme', name: 'net*' }],
                url: 'https://ci.example/drift',
                secret: 'a-secret-of-32-characters-000000',
              },
            ],
          },
        },
      }),
    ],
  });
  const [remediator] = remediators;
  const { target } = requestOf();
  expect(remediator.id).toBe('webhook');
  expect(remediator.actionsFor('terraform')).toEqual(['revert']);
  expect(remediator.supports(target, 'revert')).toEqual({ supported: true });
  expect(
    remediator.supports({ ...target, client: 'other' }, 'revert'),
  ).toMatchObject({ supported: false });
  await backend.stop();
});
