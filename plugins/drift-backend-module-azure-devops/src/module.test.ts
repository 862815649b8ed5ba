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
import driftModuleAzureDevOps from '.';

function start(remediation: object[] | undefined) {
  const remediators: Remediator[] = [];
  const backend = startTestBackend({
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
      driftModuleAzureDevOps,
      mockServices.rootConfig.factory({
        data: {
          integrations: {
            azure: [{ host: 'dev.azure.com' }],
          },
          ...(remediation ? { drift: { azureDevOps: { remediation } } } : {}),
        },
      }),
    ],
  });
  return { backend, remediators };
}

const route = {
  targets: [
    { client: 'acme', name: 'net*' },
    { client: '-', name: 'shared' },
  ],
  organization: 'acme',
  project: 'Infra Team',
  pipelineId: 12,
};

describe('driftModuleAzureDevOps', () => {
  it('adds a remediator that repairs what its configuration names', async () => {
    const { backend, remediators } = start([route]);
    const running = await backend;
    const [remediator] = remediators;
    expect(remediator.id).toBe('azure-devops');
    expect(remediator.actionsFor('terraform')).toEqual(['revert']);
    expect(remediator.actionsFor('kubernetes')).toEqual([]);
    const { target } = requestOf();
    const supported = (parts: object) =>
      remediator.supports({ ...target, ...parts }, 'revert').supported;
    expect(supported({})).toBe(true);
    expect(supported({ name: 'cluster' })).toBe(false);
    expect(supported({ client: 'other' })).toBe(false);
    expect(supported({ client: undefined })).toBe(false);
    expect(supported({ client: undefined, name: 'shared' })).toBe(true);
    expect(supported({ client: 'acme', name: 'shared' })).toBe(false);
    expect(supported({ source: 'kubernetes' })).toBe(false);
    expect(remediator.supports(target, 'refresh-state')).toEqual({
      supported: false,
      reason: 'Pipelines apply the code, and do nothing else.',
    });
    await running.stop();
  });

  it('does nothing without configuration', async () => {
    const { backend, remediators } = start(undefined);
    const running = await backend;
    expect(remediators[0].actionsFor('terraform')).toEqual([]);
    expect(remediators[0].supports(requestOf().target, 'revert')).toEqual({
      supported: false,
      reason:
        'drift.azureDevOps.remediation names no pipeline for this target.',
    });
    await running.stop();
  });

  it.each<[string, object, string]>([
    ['organization', { organization: '../x' }, '[0].organization'],
    ['organization', { organization: 'a/b' }, '[0].organization'],
    ['project', { project: '..' }, '[0].project'],
    ['project', { project: 'a/b' }, '[0].project'],
    ['pipeline', { pipelineId: 1.5 }, '[0].pipelineId'],
    ['host', { host: 'evil.example' }, '[0].host'],
    ['targets', { targets: [] }, 'remediation[0].targets'],
    ['timeout', { timeout: { seconds: 1 } }, 'remediation[0].timeout'],
    ['timeout', { timeout: 'soon' }, 'timeout'],
  ])('does not start with a wrong %s', async (_what, parts, message) => {
    await expect(start([{ ...route, ...parts }]).backend).rejects.toThrow(
      message,
    );
  });
});
