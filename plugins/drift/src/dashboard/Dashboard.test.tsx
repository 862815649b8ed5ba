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

import { NotAllowedError, ServiceUnavailableError } from '@backstage/errors';
import { ResultsQuery } from '@infra-hub/backstage-plugin-drift-common';
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeDriftApi } from '../__testUtils__/FakeDriftApi';
import { FakeSignals, renderDrift } from '../__testUtils__/renderDrift';
import {
  minutesAgo,
  sampleTarget,
  sampleTrend,
} from '../__testUtils__/samples';

function fleet(): FakeDriftApi {
  return new FakeDriftApi({
    targets: [
      sampleTarget({ name: 'tf-vnet' }),
      sampleTarget({
        name: 'tf-aks',
        status: 'drifted',
        risk: 'medium',
        driftedResources: 3,
        totalResources: 41,
        summary: 'Node pool scaled from 3 to 5.',
      }),
      sampleTarget({
        name: 'tf-sql',
        client: 'globex',
        owner: 'group:default/team-data',
        status: 'drifted',
        risk: 'critical',
        driftedResources: 1,
        totalResources: 9,
        summary: 'A firewall rule is not in the code.',
      }),
      sampleTarget({
        name: 'tf-net',
        status: 'error',
        error: 'The credentials of client acme were refused.',
        lastScanAt: minutesAgo(120),
        lastGoodScanAt: minutesAgo(26 * 60),
        stale: true,
      }),
    ],
    trend: sampleTrend(2),
    sources: [{ source: 'terraform', ok: true }],
  });
}

function rowNames(): string[] {
  return screen
    .queryAllByRole('rowheader')
    .map(cell => within(cell).getAllByRole('link')[0].textContent ?? '');
}

function address(): string {
  return screen.getByLabelText('address').textContent ?? '';
}

describe('Dashboard', () => {
  beforeEach(() => sessionStorage.clear());

  it('says at once what is wrong, worst first', async () => {
    await renderDrift({ api: fleet() });

    await screen.findAllByRole('rowheader');
    expect(rowNames()).toEqual(['tf-sql', 'tf-aks', 'tf-net', 'tf-vnet']);
    expect(
      screen.getByText(
        /^2 modules with drift detected · 4 scanned · last scan 4 minutes ago$/,
      ),
    ).toBeInTheDocument();
    const sql = screen.getByRole('row', { name: /tf-sql/ });
    expect(sql).toHaveTextContent('globex');
    expect(sql).toHaveTextContent('Drifted');
    expect(sql).toHaveTextContent('1 of 9');
    expect(sql).toHaveTextContent('Critical');
    expect(sql).toHaveTextContent('A firewall rule is not in the code.');
    expect(
      within(sql).getByRole('link', { name: 'team-data' }),
    ).toHaveAttribute('href', '/catalog/default/group/team-data');
  });

  it('shows a failed scan as an error with the last good verdict and its age', async () => {
    await renderDrift({ api: fleet() });

    const net = await screen.findByRole('row', { name: /tf-net/ });
    expect(net).toHaveTextContent('Error');
    expect(net).toHaveTextContent('Stale');
    expect(net).toHaveTextContent(
      'The credentials of client acme were refused.',
    );
    expect(net).toHaveTextContent('None');
    expect(net).toHaveTextContent('Last good verdict: Clean, 1 day ago.');
  });

  it('opens a target by a click anywhere on its row, and by its link', async () => {
    await renderDrift({ api: fleet() });

    const row = await screen.findByRole('row', { name: /tf-aks/ });
    expect(within(row).getByRole('link', { name: 'tf-aks' })).toHaveAttribute(
      'href',
      '/drift/targets/terraform%3Aacme%2Ftf-aks',
    );
    await userEvent.click(within(row).getByText('3 of 41'));

    expect(
      await screen.findByRole('heading', { name: 'tf-aks' }),
    ).toBeInTheDocument();
    expect(address()).toBe('/drift/targets/terraform%3Aacme%2Ftf-aks');
  });

  it('filters by a click on a risk, on the server and in the address', async () => {
    const api = fleet();
    const getResults = jest.spyOn(api, 'getResults');
    await renderDrift({ api, path: '/drift?page=2' });

    const tile = await screen.findByRole('button', {
      name: 'Critical: 1 target. Filter by this risk.',
    });
    expect(tile).toHaveAttribute('aria-pressed', 'false');
    await userEvent.click(tile);

    await waitFor(() => expect(rowNames()).toEqual(['tf-sql']));
    expect(tile).toHaveAttribute('aria-pressed', 'true');
    expect(address()).toBe('/drift?risk=critical');
    expect(getResults).toHaveBeenLastCalledWith(
      expect.objectContaining({
        risk: ['critical'],
        orderBy: 'risk',
        order: 'desc',
        limit: 20,
        offset: 0,
      }),
      expect.anything(),
    );
  });

  it('filters by a click on a state of scan health', async () => {
    await renderDrift({ api: fleet() });

    await userEvent.click(
      await screen.findByRole('button', { name: /^Error: 1\./ }),
    );

    await waitFor(() => expect(rowNames()).toEqual(['tf-net']));
    expect(address()).toBe('/drift?status=error');
  });

  it('offers the own teams first among the owners', async () => {
    await renderDrift({
      api: fleet(),
      ownershipEntityRefs: ['group:default/team-data'],
    });

    await userEvent.click(
      await screen.findByRole('button', { name: 'Filter by Owner' }),
    );

    const options = await screen.findAllByRole('checkbox');
    expect(options[0].closest('label')).toHaveTextContent('team-data (yours)1');
    expect(options[1].closest('label')).toHaveTextContent('team-platform3');
    await userEvent.click(options[0]);
    await waitFor(() =>
      expect(address()).toBe('/drift?owner=group%3Adefault%2Fteam-data'),
    );
  });

  it('searches when typing pauses', async () => {
    const api = fleet();
    const getResults = jest.spyOn(api, 'getResults');
    await renderDrift({ api });
    await screen.findAllByRole('rowheader');
    getResults.mockClear();

    await userEvent.type(screen.getByLabelText('Search targets'), 'globex');

    await waitFor(() => expect(rowNames()).toEqual(['tf-sql']));
    expect(address()).toBe('/drift?q=globex');
    expect(getResults).toHaveBeenCalledTimes(1);
  });

  it('takes filters, order and page from the address', async () => {
    const api = new FakeDriftApi({
      targets: Array.from({ length: 45 }, (_, index) =>
        sampleTarget({ name: `tf-${String(index).padStart(2, '0')}` }),
      ),
    });
    await renderDrift({ api, path: '/drift?sort=name&client=acme&page=3' });

    await screen.findAllByRole('rowheader');
    expect(rowNames()).toEqual(['tf-40', 'tf-41', 'tf-42', 'tf-43', 'tf-44']);
    expect(screen.getByText('41–45 of 45')).toBeInTheDocument();
    expect(screen.getByRole('columnheader', { name: /^Name/ })).toHaveAttribute(
      'aria-sort',
      'ascending',
    );
    await userEvent.click(screen.getByRole('button', { name: 'First page' }));

    await waitFor(() => expect(rowNames()[0]).toBe('tf-00'));
    expect(address()).toBe('/drift?client=acme&sort=name');
  });

  it('goes to the last page when the page in the address does not exist', async () => {
    await renderDrift({ api: fleet(), path: '/drift?page=7' });

    await waitFor(() => expect(rowNames()).toHaveLength(4));
    expect(address()).toBe('/drift');
  });

  it('sorts on the server, descending first where more is worse', async () => {
    const api = fleet();
    const getResults = jest.spyOn(api, 'getResults');
    await renderDrift({ api });

    await userEvent.click(
      await screen.findByRole('button', { name: 'Resources' }),
    );
    await waitFor(() => expect(address()).toBe('/drift?sort=resources'));
    expect(getResults).toHaveBeenLastCalledWith(
      expect.objectContaining({ orderBy: 'resources', order: 'desc' }),
      expect.anything(),
    );
    await userEvent.click(screen.getByRole('button', { name: 'Resources' }));

    await waitFor(() =>
      expect(address()).toBe('/drift?sort=resources&order=asc'),
    );
  });

  it('never shows the answer to an older question', async () => {
    const api = fleet();
    const real = api.getResults.bind(api);
    let answerOld: () => void = () => {};
    const signals: (AbortSignal | undefined)[] = [];
    jest
      .spyOn(api, 'getResults')
      .mockImplementation(
        async (query: ResultsQuery, options?: { signal?: AbortSignal }) => {
          signals.push(options?.signal);
          if (query.risk?.includes('medium')) {
            await new Promise<void>(resolve => {
              answerOld = resolve;
            });
          }
          return real(query);
        },
      );
    await renderDrift({ api });
    await screen.findAllByRole('rowheader');

    await userEvent.click(screen.getByRole('button', { name: /^Medium: / }));
    await userEvent.click(screen.getByRole('button', { name: /^Medium: / }));
    await userEvent.click(screen.getByRole('button', { name: /^Critical: / }));
    await waitFor(() => expect(rowNames()).toEqual(['tf-sql']));
    await act(async () => answerOld());

    await screen.findAllByRole('rowheader');
    expect(rowNames()).toEqual(['tf-sql']);
    expect(signals.some(signal => signal?.aborted)).toBe(true);
  });

  it('offers to clear filters that match nothing', async () => {
    await renderDrift({ api: fleet(), path: '/drift?q=nothing-like-this' });

    expect(
      await screen.findByText('Nothing matches these filters'),
    ).toBeInTheDocument();
    await userEvent.click(
      screen.getAllByRole('button', { name: 'Clear filters' })[0],
    );

    await waitFor(() => expect(rowNames()).toHaveLength(4));
    expect(address()).toBe('/drift');
  });

  it('shows how to watch the first module when there is none', async () => {
    await renderDrift({ api: new FakeDriftApi({ targets: [] }) });

    expect(
      await screen.findByText('Nothing is watched yet'),
    ).toBeInTheDocument();
    expect(
      screen.getByText(/infra-hub.io\/terraform-dir: terraform\/aks/),
    ).toBeInTheDocument();
    expect(screen.queryByRole('table')).not.toBeInTheDocument();
  });

  it('says that there is no drift only when every scan is good and fresh', async () => {
    const clean = [
      sampleTarget({ name: 'tf-a' }),
      sampleTarget({ name: 'tf-b' }),
    ];
    const { unmount } = await renderDrift({
      api: new FakeDriftApi({
        targets: clean,
        lastFullRoundAt: minutesAgo(17),
      }),
    });
    expect(
      await screen.findByText(/The last full round ended/),
    ).toHaveTextContent('17 minutes ago');
    unmount();

    await renderDrift({
      api: new FakeDriftApi({
        targets: [...clean, sampleTarget({ name: 'tf-c', status: 'error' })],
        lastFullRoundAt: minutesAgo(17),
      }),
    });
    expect(
      await screen.findByText(
        'No drift is known, but 1 target has no good and fresh scan: see scan health.',
      ),
    ).toBeInTheDocument();
    expect(screen.queryByText('No drift')).not.toBeInTheDocument();
  });

  it('says that a tool is missing and marks recorded examples', async () => {
    await renderDrift({
      api: new FakeDriftApi({
        targets: [
          sampleTarget({
            name: 'tf-aks',
            status: 'drifted',
            risk: 'low',
            evidence: 'recorded',
          }),
        ],
        sources: [
          {
            source: 'terraform',
            ok: false,
            message: 'Install terraform or tofu on the machine of the backend.',
          },
        ],
      }),
    });

    expect(
      await screen.findByText('Source Terraform cannot scan'),
    ).toBeInTheDocument();
    expect(
      screen.getByText(/Install terraform or tofu on the machine/),
    ).toBeInTheDocument();
    expect(
      within(screen.getByRole('row', { name: /tf-aks/ })).getByText(
        'recorded example',
      ),
    ).toBeInTheDocument();
  });

  it.each([
    [new NotAllowedError('Unauthorized'), 'You may not see this'],
    [new ServiceUnavailableError('away'), 'The database is away'],
    [new TypeError('Failed to fetch'), 'The drift backend does not answer'],
    [new Error('Bad luck'), 'Bad luck'],
  ])('says what %s means', async (failure, words) => {
    const api = fleet();
    api.failure = failure;
    await renderDrift({ api });

    expect(await screen.findByText(words)).toBeInTheDocument();
    api.failure = undefined;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));

    await screen.findAllByRole('rowheader');
    expect(rowNames()).toHaveLength(4);
  });

  it('keeps the rows when a refresh fails', async () => {
    const api = fleet();
    const signals = new FakeSignals();
    await renderDrift({ api, signals });
    await screen.findAllByRole('rowheader');

    api.failure = new ServiceUnavailableError('away');
    act(() => signals.send({ type: 'scan-finished', targetId: 'any' }));

    expect(
      await screen.findByText('What you see may be old'),
    ).toBeInTheDocument();
    await screen.findAllByRole('rowheader');
    expect(rowNames()).toHaveLength(4);
  });

  it('scans one module and shows it under way', async () => {
    const api = fleet();
    const requestScan = jest.spyOn(api, 'requestScan');
    await renderDrift({ api });

    await userEvent.click(
      await screen.findByRole('button', { name: 'Scan tf-vnet now' }),
    );

    expect(
      await screen.findByRole('button', { name: 'Scan of tf-vnet under way' }),
    ).toHaveAttribute('aria-busy', 'true');
    expect(requestScan).toHaveBeenCalledWith('terraform:acme/tf-vnet');
    expect(await screen.findByText('1 scan under way')).toBeInTheDocument();
  });

  it('refreshes when the backend signals that a scan ended', async () => {
    const api = fleet();
    const signals = new FakeSignals();
    await renderDrift({ api, signals });
    await screen.findAllByRole('rowheader');

    api.targets[0] = sampleTarget({
      name: 'tf-vnet',
      status: 'drifted',
      risk: 'critical',
      driftedResources: 2,
    });
    act(() =>
      signals.send({ type: 'scan-finished', targetId: api.targets[0].id }),
    );

    expect(
      await screen.findByText(/^3 modules with drift detected/),
    ).toBeInTheDocument();
  });

  it('tells why a module may not be scanned and does not try', async () => {
    // A name of its own: decisions are cached by it over all tests.
    const api = new FakeDriftApi({
      targets: [sampleTarget({ name: 'tf-forbidden' })],
    });
    const requestScan = jest.spyOn(api, 'requestScan');
    await renderDrift({ api, allowed: false });

    const button = await screen.findByRole('button', {
      name: /^Scan tf-forbidden now. You may not scan this/,
    });
    await userEvent.click(button);

    expect(button).toHaveAttribute('aria-disabled', 'true');
    expect(requestScan).not.toHaveBeenCalled();
  });

  it('scans what the filters let through, after a question, and follows it over navigation', async () => {
    const api = fleet();
    const { unmount } = await renderDrift({
      api,
      path: '/drift?status=drifted',
    });
    await waitFor(() => expect(rowNames()).toHaveLength(2));

    await userEvent.click(
      screen.getByRole('button', { name: 'Scan matching' }),
    );
    const dialog = await screen.findByRole('dialog');
    expect(dialog).toHaveTextContent('2 targets are scanned once.');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Scan' }));
    expect(
      (await screen.findAllByText('Scanning: 0 of 2 done'))[0],
    ).toBeInTheDocument();
    unmount();

    api.advanceRound({ done: 2, failed: 1, finishedAt: minutesAgo(0) });
    await renderDrift({ api });
    expect(
      (await screen.findAllByText('2 scanned, 1 failed'))[0],
    ).toBeInTheDocument();
    expect(screen.getByRole('progressbar')).toHaveAttribute(
      'aria-valuenow',
      '100',
    );
    await userEvent.click(screen.getByRole('button', { name: 'Dismiss' }));

    expect(screen.queryByRole('progressbar')).not.toBeInTheDocument();
  });
});
