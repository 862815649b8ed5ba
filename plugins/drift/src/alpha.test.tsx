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

import { identityApiRef } from '@backstage/core-plugin-api';
import {
  mockApis,
  renderTestApp,
  TestApiPair,
} from '@backstage/frontend-test-utils';
import { EntityCardBlueprint } from '@backstage/plugin-catalog-react/alpha';
import { createTestEntityPage } from '@backstage/plugin-catalog-react/testUtils';
import { screen } from '@testing-library/react';
import { FakeDriftApi } from './__testUtils__/FakeDriftApi';
import { sampleTarget } from './__testUtils__/samples';
import driftPlugin from './alpha';
import { driftApiRef } from './api';

const target = sampleTarget({
  name: 'tf-aks',
  entityRefs: ['resource:default/aks'],
  status: 'drifted',
  risk: 'high',
  driftedResources: 1,
  summary: 'Node pool scaled from 3 to 5.',
});

function apis(shown = target): TestApiPair<unknown>[] {
  return [
    [driftApiRef, new FakeDriftApi({ targets: [shown] })],
    [identityApiRef, mockApis.identity()],
    mockApis.permission(),
  ];
}

// The test app has no catalog to link to.
const unlinked = { ...target, entityRefs: [], owner: undefined };

const otherCard = EntityCardBlueprint.make({
  name: 'other',
  params: { loader: async () => <p>Another card</p> },
});

function entity(annotations: Record<string, string>) {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Resource',
    metadata: { name: 'aks', namespace: 'default', annotations },
  };
}

describe('the plugin in the new frontend system', () => {
  it('mounts the dashboard at /drift', async () => {
    renderTestApp({
      features: [driftPlugin],
      initialRouteEntries: ['/drift'],
      apis: apis(unlinked),
    });

    expect(
      await screen.findByRole('heading', { name: 'Infrastructure Drift' }),
    ).toBeInTheDocument();
    expect(await screen.findByRole('link', { name: 'tf-aks' })).toHaveAttribute(
      'href',
      '/drift/targets/terraform%3Aacme%2Ftf-aks',
    );
  });

  it('mounts target pages below it', async () => {
    renderTestApp({
      features: [driftPlugin],
      initialRouteEntries: ['/drift/targets/terraform%3Aacme%2Ftf-aks'],
      apis: apis(unlinked),
    });

    expect(
      await screen.findByText('Node pool scaled from 3 to 5.'),
    ).toBeInTheDocument();
  });

  it.each([
    'infra-hub.io/terraform-dir',
    'infra-hub.io/tenant-id',
    'infra-hub.io/drift-status',
  ])('shows a card on entities with %s', async annotation => {
    renderTestApp({
      features: [driftPlugin],
      extensions: [
        createTestEntityPage({ entity: entity({ [annotation]: 'x' }) }),
      ],
      apis: apis(),
    });

    expect(await screen.findByText('Infrastructure drift')).toBeInTheDocument();
    expect(
      await screen.findByRole('link', { name: 'View drift of tf-aks' }),
    ).toBeInTheDocument();
  });

  it('shows nothing on other entities', async () => {
    renderTestApp({
      features: [driftPlugin],
      extensions: [createTestEntityPage({ entity: entity({}) }), otherCard],
      apis: apis(),
    });

    expect(await screen.findByText('Another card')).toBeInTheDocument();
    expect(screen.queryByText('Infrastructure drift')).not.toBeInTheDocument();
  });
});
