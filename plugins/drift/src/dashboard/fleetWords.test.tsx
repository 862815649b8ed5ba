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

import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeDriftApi } from '../__testUtils__/FakeDriftApi';
import { renderDrift } from '../__testUtils__/renderDrift';
import { sampleTarget, sampleTenant } from '../__testUtils__/samples';

const DRIFTED = {
  status: 'drifted',
  risk: 'high',
  driftedResources: 1,
} as const;
const sql = sampleTarget({ ...DRIFTED, name: 'tf-sql' });
const aks = sampleTarget({ ...DRIFTED, name: 'tf-aks' });
const vnet = sampleTarget({ name: 'tf-vnet' });
const acme = sampleTenant(DRIFTED);
const globex = sampleTenant({
  name: '7d444840-9dc0-11d1-b245-5ffdce74fad2',
  entityRefs: ['resource:default/globex-production'],
});
const bucket = sampleTarget({
  ...DRIFTED,
  id: 'pulumi:-/bucket',
  source: 'pulumi',
  name: 'bucket',
});

describe('a fleet', () => {
  beforeEach(() => sessionStorage.clear());

  it.each([
    ['modules', [sql, aks, vnet], '2 modules with drift detected'],
    ['tenants', [acme, globex], '1 tenant with drift detected'],
    [
      'both',
      [sql, aks, acme, globex],
      '2 modules and 1 tenant with drift detected',
    ],
    ['both, drifted modules', [sql, globex], '1 module with drift detected'],
    ['both, drifted tenants', [vnet, acme], '1 tenant with drift detected'],
    ['both without drift', [vnet, globex], '0 targets with drift detected'],
    ['others', [sql, acme, bucket], '3 targets with drift detected'],
  ])('of %s is called what it is', async (_what, targets, words) => {
    await renderDrift({ api: new FakeDriftApi({ targets }) });

    expect(
      await screen.findByText(text => text.startsWith(`${words} · `)),
    ).toBeInTheDocument();
  });

  it('calls tenants by their entity, with the id beside, and sources by their names', async () => {
    await renderDrift({ api: new FakeDriftApi({ targets: [sql, acme] }) });

    const row = await screen.findByRole('row', { name: /550e8400/ });
    expect(
      within(row).getAllByRole('link', { name: 'acme-production' })[0],
    ).toHaveAttribute(
      'href',
      '/drift/targets/kubernetes%3A-%2F550e8400-e29b-41d4-a716-446655440000',
    );
    expect(row).toHaveTextContent(
      'Kubernetes550e8400-e29b-41d4-a716-446655440000',
    );
    expect(
      within(row).getByRole('button', { name: 'Scan acme-production now' }),
    ).toBeInTheDocument();

    await userEvent.click(
      screen.getByRole('button', { name: 'Filter by Source' }),
    );
    const options = screen.getByRole('dialog', { name: 'Source' });
    await userEvent.click(
      within(options).getByRole('checkbox', { name: /^Kubernetes/ }),
    );
    expect(await screen.findByText(/source=kubernetes/)).toBeInTheDocument();
  });
});
