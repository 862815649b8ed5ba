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
import { Delivery } from '@infra-hub/backstage-plugin-drift-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeDriftApi } from '../__testUtils__/FakeDriftApi';
import { renderDrift } from '../__testUtils__/renderDrift';
import { minutesAgo, sampleTarget } from '../__testUtils__/samples';

const PATH = '/drift/deliveries';
const target = sampleTarget({ name: 'tf-aks' });

const dead: Delivery = {
  id: 'm1',
  webhook: 'slack',
  state: 'dead',
  type: 'target.drifted',
  targetId: target.id,
  attempts: 10,
  lastError: 'The receiver answered 503.',
  createdAt: minutesAgo(125),
};
const waiting: Delivery = {
  ...dead,
  id: 'm2',
  webhook: 'pager',
  state: 'waiting',
  type: 'target.resolved',
  attempts: 2,
  nextAttemptAt: minutesAgo(-10),
};

function apiWith(deliveries: Delivery[]): FakeDriftApi {
  return new FakeDriftApi({ targets: [target], deliveries });
}

describe('DeliveriesPage', () => {
  it('lists what was not delivered, why, and what comes next', async () => {
    await renderDrift({ api: apiWith([dead, waiting]), path: PATH });

    const row = await screen.findByRole('row', { name: /slack/ });
    for (const text of [
      'target.drifted',
      'Given up',
      '10',
      'The receiver answered 503.',
      '2 hours ago',
    ]) {
      expect(row).toHaveTextContent(text);
    }
    expect(
      within(row).getByRole('link', { name: 'acme/tf-aks' }),
    ).toHaveAttribute('href', '/drift/targets/terraform%3Aacme%2Ftf-aks');
    expect(screen.getByRole('row', { name: /pager/ })).toHaveTextContent(
      /Waiting.*in 9 minutes|Waiting.*in 10 minutes/,
    );
  });

  it('sends a message again and says so', async () => {
    await renderDrift({ api: apiWith([dead, waiting]), path: PATH });

    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Retry target.drifted for slack',
      }),
    );

    expect(
      await screen.findByText('The message is on its way again.'),
    ).toBeInTheDocument();
    await waitFor(() =>
      expect(
        screen.queryByRole('row', { name: /slack/ }),
      ).not.toBeInTheDocument(),
    );
    expect(screen.getByRole('row', { name: /pager/ })).toBeInTheDocument();
  });

  it('says why a message could not be sent again', async () => {
    const api = apiWith([dead]);
    jest.spyOn(api, 'retryDelivery').mockRejectedValue(new Error('No webhook'));
    await renderDrift({ api, path: PATH });

    await userEvent.click(
      await screen.findByRole('button', { name: /^Retry/ }),
    );

    expect(
      await screen.findByText(
        'The message could not be sent again: No webhook',
      ),
    ).toBeInTheDocument();
    expect(screen.getByRole('row', { name: /slack/ })).toBeInTheDocument();
  });

  it('shows one state only on request', async () => {
    await renderDrift({ api: apiWith([dead, waiting]), path: PATH });
    await screen.findByRole('row', { name: /slack/ });

    await userEvent.selectOptions(
      screen.getByRole('combobox', { name: 'Show' }),
      'Waiting',
    );

    await waitFor(() =>
      expect(
        screen.queryByRole('row', { name: /slack/ }),
      ).not.toBeInTheDocument(),
    );
    expect(screen.getByRole('row', { name: /pager/ })).toBeInTheDocument();
  });

  it('pages through many', async () => {
    const many = Array.from({ length: 21 }, (_, index) => ({
      ...dead,
      id: `m${index}`,
      webhook: `hook-${index}`,
    }));
    await renderDrift({ api: apiWith(many), path: PATH });
    await screen.findByRole('row', { name: /hook-0 / });

    await userEvent.click(screen.getByRole('button', { name: 'Next page' }));

    expect(
      await screen.findByRole('row', { name: /hook-20 / }),
    ).toBeInTheDocument();
    expect(screen.getByText('21–21 of 21')).toBeInTheDocument();
  });

  it('says when everything was delivered', async () => {
    await renderDrift({ api: apiWith([]), path: PATH });

    expect(
      await screen.findByText('Everything was delivered'),
    ).toBeInTheDocument();
  });

  it('says what is missing when the backend refuses', async () => {
    const api = apiWith([dead]);
    api.failure = new NotAllowedError('Unauthorized');
    await renderDrift({ api, path: PATH });
    expect(
      await screen.findByText(/drift\.delivery\.manage/),
    ).toBeInTheDocument();
  });

  it('says why deliveries could not be loaded, and tries again', async () => {
    const api = apiWith([dead]);
    api.failure = new Error('The database is locked');
    await renderDrift({ api, path: PATH });
    expect(
      await screen.findByText('The database is locked'),
    ).toBeInTheDocument();

    api.failure = undefined;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));

    expect(
      await screen.findByRole('row', { name: /slack/ }),
    ).toBeInTheDocument();
  });

  it('is reached from the menu of the dashboard by whoever may', async () => {
    await renderDrift({ api: apiWith([dead]) });
    await userEvent.click(
      await screen.findByRole('button', { name: 'More actions' }),
    );
    await userEvent.click(
      await screen.findByRole('menuitem', { name: 'Webhook deliveries' }),
    );

    expect(
      await screen.findByRole('heading', { name: 'Webhook deliveries' }),
    ).toBeInTheDocument();
    expect(screen.getByLabelText('address')).toHaveTextContent(PATH);
  });
});
