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
import { sampleTenant } from '../__testUtils__/samples';

// A file of its own: answers about permissions are remembered by the process.
describe('a desired state, for whoever may not change it', () => {
  it('cannot be captured, and says which permission lacks', async () => {
    const tenant = sampleTenant();
    const api = new FakeDriftApi({ targets: [tenant] });
    const capture = jest.spyOn(api, 'captureDesiredState');
    await renderDrift({
      api,
      allowed: false,
      path: `/drift/targets/${encodeURIComponent(tenant.id)}`,
    });

    await userEvent.click(
      await screen.findByRole('button', {
        name: /^Capture from live\. You lack the permission drift\.desired-state\.update/,
      }),
    );
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(capture).not.toHaveBeenCalled();
  });
});
