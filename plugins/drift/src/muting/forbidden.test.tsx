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
import {
  minutesAgo,
  sampleFinding,
  sampleTarget,
} from '../__testUtils__/samples';

// A file of its own: answers about permissions are remembered by the process.
const target = sampleTarget({
  name: 'tf-aks',
  status: 'drifted',
  risk: 'medium',
  driftedResources: 1,
});

function api(): FakeDriftApi {
  return new FakeDriftApi({
    targets: [target],
    findings: [sampleFinding({ targetId: target.id })],
    muting: {
      acknowledgements: [
        {
          id: 'a1',
          targetId: target.id,
          fingerprint: 'f',
          address: 'sandbox_bucket.logs',
          severity: 'low',
          reason: 'Known.',
          createdAt: minutesAgo(10),
          createdBy: 'user:default/jo',
          expiresAt: minutesAgo(-10),
          state: 'active',
        },
      ],
      ignoreRules: [
        {
          id: 'tags',
          reason: 'FinOps.',
          path: '/tags',
          origin: 'api',
          mutedNow: 1,
          mutedTotal: 1,
        },
      ],
    },
  });
}

describe('muting, for whoever may not', () => {
  it('is in the menu of a finding with the permission that lacks', async () => {
    await renderDrift({
      api: api(),
      allowed: false,
      path: `/drift/targets/${encodeURIComponent(target.id)}`,
    });
    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Actions on sandbox_cluster.main',
      }),
    );

    const accept = await screen.findByRole('menuitem', {
      name: /^Acknowledge….*drift\.finding\.acknowledge/,
    });
    expect(accept).toHaveAttribute('aria-disabled', 'true');
    await userEvent.click(accept);
    const mute = screen.getByRole('menuitem', {
      name: /^Mute like this….*drift\.policy\.update/,
    });
    await userEvent.click(mute);
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('lets acknowledgements be seen, but not withdrawn', async () => {
    const backend = api();
    const withdraw = jest.spyOn(backend, 'withdrawAcknowledgement');
    await renderDrift({
      api: backend,
      allowed: false,
      path: '/drift/acknowledgements',
    });

    const row = await screen.findByRole('row', { name: /sandbox_bucket/ });
    await userEvent.click(
      await within(row).findByRole('button', {
        name: /^Withdraw .*drift\.finding\.acknowledge/,
      }),
    );
    expect(withdraw).not.toHaveBeenCalled();
  });

  it('lets ignore rules be seen, but not changed', async () => {
    await renderDrift({
      api: api(),
      allowed: false,
      path: '/drift/ignore-rules',
    });

    expect(
      await screen.findByText(
        /You can look at the rules, but not change them\. You lack the permission drift\.policy\.update/,
      ),
    ).toBeInTheDocument();
    for (const name of [
      /^New rule\. You lack/,
      /^Import…\. You lack/,
      /^Edit rule tags\. You lack/,
      /^Delete rule tags\?\. You lack/,
    ]) {
      await userEvent.click(screen.getByRole('button', { name }));
    }
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });
});
