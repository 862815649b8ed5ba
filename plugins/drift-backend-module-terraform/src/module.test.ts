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

import { startTestBackend, mockServices } from '@backstage/backend-test-utils';
import {
  CodeAdopter,
  DriftSource,
  driftRemediatorsExtensionPoint,
  driftSourcesExtensionPoint,
  Remediator,
} from '@infra-hub/backstage-plugin-drift-node';
import driftModuleTerraform from '.';

describe('driftModuleTerraform', () => {
  const start = (config: object) => {
    const sources: DriftSource[] = [];
    const remediators: Remediator[] = [];
    const adopters: CodeAdopter[] = [];
    const backend = startTestBackend({
      extensionPoints: [
        [
          driftSourcesExtensionPoint,
          { addSource: (source: DriftSource) => sources.push(source) },
        ],
        [
          driftRemediatorsExtensionPoint,
          {
            addRemediator: (each: Remediator) => remediators.push(each),
            addAdopter: (each: CodeAdopter) => adopters.push(each),
          },
        ],
      ],
      features: [
        driftModuleTerraform,
        mockServices.rootConfig.factory({ data: config }),
      ],
    });
    return { backend, sources, remediators, adopters };
  };

  it('adds the source and what repairs its targets to the drift plugin', async () => {
    const { backend, sources, remediators, adopters } = start({
      drift: { terraform: { modules: [{ name: 'a', dir: '/srv/a' }] } },
    });
    const running = await backend;
    expect(sources).toEqual([
      expect.objectContaining({
        id: 'terraform',
        entityAnnotations: ['infra-hub.io/terraform-dir'],
      }),
    ]);
    expect(sources[0].configuredTargets?.()).toHaveLength(1);
    expect(remediators).toEqual([expect.objectContaining({ id: 'terraform' })]);
    expect(remediators[0].actionsFor('terraform')).toEqual([
      'revert',
      'refresh-state',
    ]);
    expect(remediators[0].actionsFor('kubernetes')).toEqual([]);
    expect(adopters).toEqual([
      expect.objectContaining({ source: 'terraform' }),
    ]);
    await running.stop();
  });

  it('does not start with a configuration that cannot be right', async () => {
    await expect(
      start({ drift: { terraform: { parallelism: -1 } } }).backend,
    ).rejects.toThrow('drift.terraform.parallelism');
  });
});
