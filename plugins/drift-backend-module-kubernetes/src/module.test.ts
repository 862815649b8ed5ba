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
  CodeAdopter,
  driftRemediatorsExtensionPoint,
  DriftSource,
  driftSourcesExtensionPoint,
  Remediator,
} from '@infra-hub/backstage-plugin-drift-node';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import driftModuleKubernetes from '.';

describe('driftModuleKubernetes', () => {
  const start = (config: object) => {
    const sources: DriftSource[] = [];
    const remediators: (Remediator | CodeAdopter)[] = [];
    const backend = startTestBackend({
      extensionPoints: [
        [
          driftSourcesExtensionPoint,
          { addSource: (source: DriftSource) => sources.push(source) },
        ],
        [
          driftRemediatorsExtensionPoint,
          {
            addRemediator: remediator => remediators.push(remediator),
            addAdopter: adopter => remediators.push(adopter),
          },
        ],
      ],
      features: [
        driftModuleKubernetes,
        catalogServiceMock.factory(),
        mockServices.rootConfig.factory({ data: config }),
      ],
    });
    return { backend, sources, remediators };
  };

  it('adds the source to the drift plugin, even while a kubeconfig file is missing', async () => {
    const { backend, sources, remediators } = start({
      drift: {
        kubernetes: {
          clusters: [{ name: 'demo', kubeconfig: '/nowhere/kubeconfig' }],
          tenants: [{ id: 'acme', namespaces: ['tenant-acme'] }],
        },
      },
    });
    const running = await backend;
    expect(sources).toEqual([
      expect.objectContaining({
        id: 'kubernetes',
        entityAnnotations: [
          'infra-hub.io/tenant-id',
          'infra-hub.io/kubernetes-cluster',
          'infra-hub.io/kubernetes-namespaces',
        ],
      }),
    ]);
    expect(remediators).toMatchObject([
      { id: 'kubernetes' },
      { source: 'kubernetes' },
    ]);
    expect(sources[0].configuredTargets?.()).toHaveLength(1);
    await expect(sources[0].checkHealth?.()).resolves.toMatchObject({
      ok: false,
      message: 'The cluster demo has a kubeconfig file that does not exist.',
    });
    await running.stop();
  });

  it('does not start with a configuration that cannot be right', async () => {
    await expect(
      start({ drift: { kubernetes: { concurrency: 0 } } }).backend,
    ).rejects.toThrow('drift.kubernetes.concurrency');
  });
});
