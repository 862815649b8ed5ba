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

import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeDriftApi } from '../__testUtils__/FakeDriftApi';
import { renderDrift } from '../__testUtils__/renderDrift';
import { sampleTarget } from '../__testUtils__/samples';

// A file of its own: answers about permissions are remembered by the process.
describe('deliveries, for whoever may not manage them', () => {
  it('names the permission and asks the backend for nothing', async () => {
    const api = new FakeDriftApi({ targets: [] });
    const getDeliveries = jest.spyOn(api, 'getDeliveries');
    await renderDrift({ api, allowed: false, path: '/drift/deliveries' });

    expect(
      await screen.findByText(/drift\.delivery\.manage/),
    ).toBeInTheDocument();
    expect(getDeliveries).not.toHaveBeenCalled();
  });

  it('are not in the menu of the dashboard', async () => {
    const api = new FakeDriftApi({
      targets: [sampleTarget({ name: 'tf-aks' })],
    });
    await renderDrift({ api, allowed: false });

    await screen.findByRole('link', { name: 'tf-aks' });
    await userEvent.click(screen.getByRole('button', { name: 'More actions' }));
    expect(
      await screen.findByRole('menuitem', { name: 'Ignore rules' }),
    ).toBeInTheDocument();
    expect(
      screen.queryByRole('menuitem', { name: 'Webhook deliveries' }),
    ).not.toBeInTheDocument();
  });
});
