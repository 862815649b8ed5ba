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

import { NotAllowedError } from '@backstage/errors';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeDriftApi } from '../__testUtils__/FakeDriftApi';
import { renderOnEntity } from '../__testUtils__/renderDrift';
import {
  minutesAgo,
  sampleFinding,
  sampleTarget,
} from '../__testUtils__/samples';
import { EntityDriftCard } from './EntityDriftCard';
import { EntityDriftContent } from './EntityDriftContent';

const ENTITY = { entityRefs: ['resource:default/aks-acme'] };

const aks = sampleTarget({
  ...ENTITY,
  name: 'tf-sandbox-aks',
  status: 'drifted',
  risk: 'high',
  driftedResources: 3,
  totalResources: 41,
  summary: 'Node pool scaled from 3 to 5.',
  driftedSince: minutesAgo(2 * 24 * 60),
});
const vnet = sampleTarget({ ...ENTITY, name: 'tf-sandbox-vnet' });
const foreign = sampleTarget({ name: 'tf-foreign' });

describe('EntityDriftCard', () => {
  it('lists the targets of the entity worst first, and healthy ones in one line', async () => {
    await renderOnEntity(<EntityDriftCard />, {
      api: new FakeDriftApi({ targets: [vnet, foreign, aks] }),
    });

    const links = await screen.findAllByRole('link', {
      name: /^View drift of/,
    });
    expect(links.map(link => link.textContent)).toEqual([
      'tf-sandbox-aks',
      'tf-sandbox-vnet',
    ]);
    expect(links[0]).toHaveAttribute(
      'href',
      '/drift/targets/terraform%3Aacme%2Ftf-sandbox-aks',
    );
    expect(
      screen.getByText(/^3 of 41 resources drifted since \w+day$/),
    ).toBeInTheDocument();
    expect(
      screen.getByText('Node pool scaled from 3 to 5.'),
    ).toBeInTheDocument();
    expect(
      screen.getByText(/^Clean\. 12 resources match the code/),
    ).toBeInTheDocument();
  });

  it('never calls a failed or stale target healthy', async () => {
    await renderOnEntity(<EntityDriftCard />, {
      api: new FakeDriftApi({
        targets: [
          { ...vnet, stale: true },
          sampleTarget({
            ...ENTITY,
            name: 'tf-net',
            status: 'error',
            error: 'The credentials were refused.',
          }),
        ],
      }),
    });

    expect(
      await screen.findByText('The credentials were refused.'),
    ).toBeInTheDocument();
    expect(screen.getByText('Stale')).toBeInTheDocument();
    expect(
      screen.queryByText(/match the code, checked/),
    ).not.toBeInTheDocument();
  });

  it('says when no target belongs to the entity, and when it may not be seen', async () => {
    const api = new FakeDriftApi({ targets: [foreign] });
    const { unmount } = await renderOnEntity(<EntityDriftCard />, { api });
    expect(
      await screen.findByText('Nothing to watch found for this entity yet'),
    ).toBeInTheDocument();
    unmount();

    api.failure = new NotAllowedError('Unauthorized');
    await renderOnEntity(<EntityDriftCard />, { api });
    expect(await screen.findByText('You may not see this')).toBeInTheDocument();
  });

  it('explains a drifted target in one sentence, and says when a model wrote it', async () => {
    await renderOnEntity(<EntityDriftCard />, {
      api: new FakeDriftApi({
        targets: [aks],
        analyses: [
          {
            targetId: aks.id,
            status: 'ready',
            explainedBy: { kind: 'ai', model: 'small-model' },
            summary: 'Two nodes were added by hand. Nobody wrote it down.',
            findings: [],
            aiConfigured: true,
          },
        ],
      }),
    });

    expect(
      await screen.findByText('Two nodes were added by hand.'),
    ).toBeInTheDocument();
    expect(screen.getByText('AI')).toBeInTheDocument();
    expect(
      screen.queryByText('Node pool scaled from 3 to 5.'),
    ).not.toBeInTheDocument();
  });

  it('scans from the card', async () => {
    const api = new FakeDriftApi({ targets: [vnet] });
    await renderOnEntity(<EntityDriftCard />, { api });

    await userEvent.click(
      await screen.findByRole('button', { name: 'Scan tf-sandbox-vnet now' }),
    );

    expect(
      await screen.findByRole('button', {
        name: 'Scan of tf-sandbox-vnet under way',
      }),
    ).toBeInTheDocument();
  });
});

describe('EntityDriftContent', () => {
  it('shows the worst target first and lets choose another one', async () => {
    await renderOnEntity(<EntityDriftContent />, {
      api: new FakeDriftApi({
        targets: [vnet, aks],
        findings: [sampleFinding()],
      }),
    });

    expect(
      await screen.findByRole('article', { name: 'sandbox_cluster.main' }),
    ).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: /Target/ }));
    await userEvent.click(
      await screen.findByRole('option', { name: /tf-sandbox-vnet/ }),
    );

    expect(
      await screen.findByText('Reality matches the code in all 12 resources.'),
    ).toBeInTheDocument();
    expect(screen.getByLabelText('address')).toHaveTextContent(
      '/?target=terraform%3Aacme%2Ftf-sandbox-vnet',
    );
  });

  it('says when no target belongs to the entity', async () => {
    await renderOnEntity(<EntityDriftContent />, {
      api: new FakeDriftApi({ targets: [foreign] }),
    });

    expect(
      await screen.findByText('Nothing to watch found for this entity yet'),
    ).toBeInTheDocument();
  });
});
