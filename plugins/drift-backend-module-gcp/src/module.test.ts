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

import { createBackendModule } from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import {
  Attributor,
  DriftSource,
  driftAttributorsExtensionPoint,
  driftRemediatorsExtensionPoint,
  driftSourcesExtensionPoint,
  Remediator,
} from '@infra-hub/backstage-plugin-drift-node';
import { JsonObject } from '@backstage/types';
import driftModuleGcp from '.';

const ACCOUNT = { name: 'prod', id: 'acme-prod', attribution: true };

async function startModule(account: JsonObject) {
  const sources: DriftSource[] = [];
  const remediators: Remediator[] = [];
  const attributors: Attributor[] = [];
  const backend = await startTestBackend({
    extensionPoints: [
      [
        driftSourcesExtensionPoint,
        { addSource: (source: DriftSource) => sources.push(source) },
      ],
      [
        driftRemediatorsExtensionPoint,
        {
          addRemediator: (each: Remediator) => remediators.push(each),
          addAdopter: () => {},
        },
      ],
      [
        driftAttributorsExtensionPoint,
        { addAttributor: (each: Attributor) => attributors.push(each) },
      ],
    ],
    features: [
      driftModuleGcp,
      mockServices.rootConfig.factory({
        data: {
          backend: { baseUrl: 'http://localhost:0', listen: { port: 0 } },
          drift: {
            gcp: {
              requestTimeout: 'PT90S',
              accounts: [account],
              tenants: [{ id: 'shop', client: 'acme', accounts: ['prod'] }],
            },
          },
        },
      }),
      // A module needs its plugin's extension points only
      createBackendModule({
        pluginId: 'drift',
        moduleId: 'nothing',
        register: env => env.registerInit({ deps: {}, init: async () => {} }),
      }),
    ],
  });
  await backend.stop();
  return { sources, remediators, attributors };
}

describe('driftModuleGcp', () => {
  it('adds what looks, what repairs and what knows who did it', async () => {
    const { sources, remediators, attributors } = await startModule(ACCOUNT);
    expect(sources.map(({ id }) => id)).toEqual(['gcp']);
    expect(remediators.map(({ id }) => id)).toEqual(['gcp']);
    expect(attributors.map(({ id }) => id)).toEqual(['gcp-audit-logs']);
    expect(sources[0].configuredTargets?.()).toMatchObject([
      { name: 'shop', client: 'acme', location: { accounts: ['prod'] } },
    ]);
  });

  it('does not start with credentials that cannot be meant', async () => {
    await expect(
      startModule({ ...ACCOUNT, credentials: { json: 'oops-secret' } }),
    ).rejects.toThrow(/json in the credentials of the project prod/);
  });
});
