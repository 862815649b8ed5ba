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

// A file of its own: answers about permissions are remembered by the process.
describe('policies, for whoever may not write them', () => {
  it('can be seen, but neither changed nor stopped', async () => {
    const api = new FakeDriftApi({
      targets: [],
      remediation: {
        policies: [
          { id: 'mine', client: 'acme', mode: 'review', origin: 'api' },
        ],
      },
    });
    await renderDrift({ api, allowed: false, path: '/drift/policies' });

    expect(
      await screen.findByText(
        /You can look at the policies, but not change them\. You lack the permission drift\.policy\.update/,
      ),
    ).toBeInTheDocument();
    for (const name of [
      /^New policy\. You lack/,
      /^Edit policy mine\. You lack/,
      /^Delete policy mine\?\. You lack/,
      /^Stop all remediation\. You lack/,
    ]) {
      await userEvent.click(await screen.findByRole('button', { name }));
    }
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(api.remediations.calls).toEqual([]);
  });
});
