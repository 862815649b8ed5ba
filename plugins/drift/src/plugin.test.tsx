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

import { entityRouteRef } from '@backstage/plugin-catalog-react';
import {
  mockApis,
  renderInTestApp,
  TestApiProvider,
} from '@backstage/test-utils';
import { permissionApiRef } from '@backstage/plugin-permission-react';
import { screen } from '@testing-library/react';
import { Route, Routes } from 'react-router-dom';
import { FakeDriftApi } from './__testUtils__/FakeDriftApi';
import { sampleTarget } from './__testUtils__/samples';
import { driftApiRef, DriftPage, isDriftAvailable } from './index';

describe('the plugin in the old frontend system', () => {
  it('mounts the dashboard with its own header', async () => {
    await renderInTestApp(
      <TestApiProvider
        apis={[
          [permissionApiRef, mockApis.permission()],
          [
            driftApiRef,
            new FakeDriftApi({ targets: [sampleTarget({ name: 'tf-aks' })] }),
          ],
        ]}
      >
        <Routes>
          <Route path="/drift/*" element={<DriftPage />} />
        </Routes>
      </TestApiProvider>,
      {
        routeEntries: ['/drift'],
        mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
      },
    );

    expect(
      await screen.findByRole('heading', { name: 'Infrastructure Drift' }),
    ).toBeInTheDocument();
    expect(
      await screen.findByRole('link', { name: 'tf-aks' }),
    ).toBeInTheDocument();
  });
});

describe('isDriftAvailable', () => {
  it.each([
    [{ 'infra-hub.io/terraform-dir': 'terraform/aks' }, true],
    [{ 'infra-hub.io/tenant-id': 'acme' }, true],
    [{ 'infra-hub.io/drift-status': 'drifted' }, true],
    [{ 'infra-hub.io/client': 'acme' }, false],
    [undefined, false],
  ])('with annotations %j is %s', (annotations, expected) => {
    expect(
      isDriftAvailable({
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Resource',
        metadata: { name: 'aks', annotations },
      }),
    ).toBe(expected);
  });
});
