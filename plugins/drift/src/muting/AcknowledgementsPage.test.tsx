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

import { Acknowledgement } from '@infra-hub/backstage-plugin-drift-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeDriftApi } from '../__testUtils__/FakeDriftApi';
import { renderDrift } from '../__testUtils__/renderDrift';
import { minutesAgo, sampleTarget } from '../__testUtils__/samples';

const PATH = '/drift/acknowledgements';
const target = sampleTarget({ name: 'tf-aks' });

function acknowledgement(
  change: Partial<Acknowledgement> = {},
): Acknowledgement {
  return {
    id: 'a1',
    targetId: target.id,
    fingerprint: 'f1',
    address: 'sandbox_cluster.main',
    severity: 'high',
    reason: 'Five nodes until the sale is over.',
    createdAt: minutesAgo(180),
    createdBy: 'user:default/jo',
    expiresAt: minutesAgo(-3 * 24 * 60 - 5),
    state: 'active',
    ...change,
  };
}

function apiWith(acknowledgements: Acknowledgement[]): FakeDriftApi {
  return new FakeDriftApi({ targets: [target], muting: { acknowledgements } });
}

describe('AcknowledgementsPage', () => {
  it('lists what is accepted: what, where, who, why and until when', async () => {
    await renderDrift({
      api: apiWith([
        acknowledgement(),
        acknowledgement({ id: 'a2', address: 'x.ended', state: 'ended' }),
      ]),
      path: PATH,
    });

    const row = await screen.findByRole('row', { name: /sandbox_cluster/ });
    for (const text of [
      'High',
      'Five nodes until the sale is over.',
      'jo',
      '3 hours ago',
      'in 3 days',
      String(new Date(Date.now() + 3 * 24 * 3_600_000).getFullYear()),
    ]) {
      expect(row).toHaveTextContent(text);
    }
    expect(
      within(row).getByRole('link', { name: 'acme/tf-aks' }),
    ).toHaveAttribute('href', '/drift/targets/terraform%3Aacme%2Ftf-aks');
    expect(
      screen.queryByRole('row', { name: /x\.ended/ }),
    ).not.toBeInTheDocument();
  });

  it('withdraws one and says that it alarms again', async () => {
    const api = apiWith([
      acknowledgement(),
      acknowledgement({ id: 'a2', address: 'sandbox_bucket.logs' }),
    ]);
    await renderDrift({ api, path: PATH });

    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Withdraw the acknowledgement of sandbox_cluster.main',
      }),
    );

    expect(
      await screen.findByText(
        'sandbox_cluster.main is no longer acknowledged: it alarms again.',
      ),
    ).toBeInTheDocument();
    await waitFor(() =>
      expect(
        screen.queryByRole('row', { name: /sandbox_cluster/ }),
      ).not.toBeInTheDocument(),
    );
    expect(
      screen.getByRole('row', { name: /sandbox_bucket/ }),
    ).toBeInTheDocument();
    expect(api.muting.acknowledgements[0].state).toBe('ended');
  });

  it('says why one could not be withdrawn, and keeps it', async () => {
    const api = apiWith([acknowledgement()]);
    jest
      .spyOn(api, 'withdrawAcknowledgement')
      .mockRejectedValue(new Error('It has ended already'));
    await renderDrift({ api, path: PATH });

    await userEvent.click(
      await screen.findByRole('button', { name: /^Withdraw/ }),
    );

    expect(
      await screen.findByText(
        'It could not be withdrawn: It has ended already',
      ),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('row', { name: /sandbox_cluster/ }),
    ).toBeInTheDocument();
  });

  it('shows ended ones with when, by whom and why, and keeps that in the address', async () => {
    await renderDrift({
      api: apiWith([
        acknowledgement(),
        acknowledgement({
          id: 'a2',
          address: 'x.changed',
          state: 'ended',
          endedAt: minutesAgo(60),
          endedBy: 'drift',
          endReason: 'The last scan saw other values.',
        }),
        acknowledgement({
          id: 'a3',
          address: 'x.withdrawn',
          state: 'ended',
          endedAt: minutesAgo(60),
          endedBy: 'user:default/kim',
        }),
      ]),
      path: PATH,
    });
    await screen.findByRole('row', { name: /sandbox_cluster/ });

    await userEvent.selectOptions(
      screen.getByRole('combobox', { name: 'Show' }),
      'Ended',
    );

    const changed = await screen.findByRole('row', { name: /x\.changed/ });
    expect(changed).toHaveTextContent(
      /1 hour ago.*by itself.*The last scan saw other values\./,
    );
    expect(screen.getByRole('row', { name: /x\.withdrawn/ })).toHaveTextContent(
      'by kim',
    );
    expect(
      screen.queryByRole('row', { name: /sandbox_cluster/ }),
    ).not.toBeInTheDocument();
    expect(
      screen.queryByRole('button', { name: /^Withdraw/ }),
    ).not.toBeInTheDocument();
    expect(screen.getByLabelText('address')).toHaveTextContent(
      `${PATH}?state=ended`,
    );
  });

  it('asks the backend for one page at a time', async () => {
    const api = apiWith(
      Array.from({ length: 21 }, (_, index) =>
        acknowledgement({ id: `a${index}`, address: `x.number-${index} end` }),
      ),
    );
    const list = jest.spyOn(api, 'getAcknowledgements');
    await renderDrift({ api, path: PATH });
    await screen.findByRole('row', { name: /number-0 / });

    await userEvent.click(screen.getByRole('button', { name: 'Next page' }));

    expect(
      await screen.findByRole('row', { name: /number-20 / }),
    ).toBeInTheDocument();
    expect(list).toHaveBeenLastCalledWith({
      state: 'active',
      limit: 20,
      offset: 20,
    });
    // The last of a page goes, and so does the page.
    await userEvent.click(screen.getByRole('button', { name: /^Withdraw/ }));
    expect(
      await screen.findByRole('row', { name: /number-0 / }),
    ).toBeInTheDocument();
  });

  it('says when nothing is accepted, and how to', async () => {
    await renderDrift({ api: apiWith([]), path: PATH });
    expect(
      await screen.findByText('Nothing is acknowledged'),
    ).toBeInTheDocument();
  });

  it('says why they could not be loaded, and tries again', async () => {
    const api = apiWith([acknowledgement()]);
    api.failure = new Error('The database is locked');
    await renderDrift({ api, path: PATH });
    expect(
      await screen.findByText('The database is locked'),
    ).toBeInTheDocument();

    api.failure = undefined;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));

    expect(
      await screen.findByRole('row', { name: /sandbox_cluster/ }),
    ).toBeInTheDocument();
  });

  it.each([
    ['Acknowledgements', PATH],
    ['Ignore rules', '/drift/ignore-rules'],
    ['Policies', '/drift/policies'],
  ])(
    'is one of the pages in the menu of the dashboard: %s',
    async (name, at) => {
      await renderDrift({ api: apiWith([]) });
      await userEvent.click(
        await screen.findByRole('button', { name: 'More actions' }),
      );
      await userEvent.click(await screen.findByRole('menuitem', { name }));
      await waitFor(() =>
        expect(screen.getByLabelText('address')).toHaveTextContent(at),
      );
    },
  );
});
