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
import { sampleFinding, sampleTarget } from '../__testUtils__/samples';

// Alone in its file: the permission hook keeps its answers.
describe('RemediateButton without the permission', () => {
  it('says which permission is missing and does nothing', async () => {
    const api = new FakeDriftApi({
      targets: [
        sampleTarget({
          name: 'tf-sandbox-aks',
          status: 'drifted',
          risk: 'medium',
          driftedResources: 1,
        }),
      ],
      findings: [sampleFinding()],
    });
    await renderDrift({ api, allowed: false });

    const button = await screen.findByRole('button', {
      name: /^Remediate tf-sandbox-aks\. You lack the permission drift\.remediation\.request/,
    });
    expect(button).toHaveAttribute('aria-disabled', 'true');
    await userEvent.click(button);
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });
});
