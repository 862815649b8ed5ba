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

import { NotFoundError } from '@backstage/errors';
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeDriftApi } from '../__testUtils__/FakeDriftApi';
import { FakeSignals, renderDrift } from '../__testUtils__/renderDrift';
import {
  minutesAgo,
  sampleFinding,
  sampleScan,
  sampleTarget,
} from '../__testUtils__/samples';

const PATH = '/drift/targets/terraform%3Aacme%2Ftf-sandbox-aks';

const drifted = sampleTarget({
  name: 'tf-sandbox-aks',
  status: 'drifted',
  risk: 'medium',
  driftedResources: 1,
  totalResources: 41,
  summary: 'Node pool default was scaled from 3 to 5 nodes.',
  driftedSince: minutesAgo(3 * 24 * 60),
});

function cellsOf(row: HTMLElement): (string | null)[] {
  return within(row)
    .getAllByRole('cell')
    .map(cell => cell.textContent);
}

function address(): string {
  return screen.getByLabelText('address').textContent ?? '';
}

describe('TargetPage', () => {
  it('shows head, explanation and the field in three columns the right way round', async () => {
    await renderDrift({
      api: new FakeDriftApi({
        targets: [drifted],
        findings: [
          sampleFinding({
            fields: [
              {
                path: '/node_pool/0/node_count',
                desired: 3,
                actual: 5,
                recorded: 4,
              },
            ],
            attribution: {
              who: 'jo.doe',
              when: minutesAgo(180),
              how: 'portal',
              evidence: 'activity log',
            },
            recurrences: 2,
          }),
        ],
      }),
      path: PATH,
    });

    expect(
      await screen.findByRole('heading', { name: 'tf-sandbox-aks' }),
    ).toBeInTheDocument();
    expect(
      screen.getByText('Node pool default was scaled from 3 to 5 nodes.'),
    ).toBeInTheDocument();
    expect(screen.getByText('Written by rules')).toBeInTheDocument();
    expect(screen.getByText('1 of 41 drifted')).toBeInTheDocument();
    expect(screen.getByText('Terraform 1.11.4')).toBeInTheDocument();

    const diff = await screen.findByRole('table', {
      name: 'Fields of sandbox_cluster.main',
    });
    expect(
      within(diff)
        .getAllByRole('columnheader')
        .map(header => header.textContent),
    ).toEqual(['Field', 'Code wants', 'Really is', 'State recorded']);
    const row = within(diff).getByRole('row', { name: /node_count/ });
    expect(within(row).getByRole('rowheader')).toHaveTextContent(
      'node_pool[0].node_count',
    );
    expect(cellsOf(row)).toEqual(['3', '5', '4']);

    const finding = screen.getByRole('article', {
      name: 'sandbox_cluster.main',
    });
    expect(finding).toHaveTextContent(
      'by jo.doe with portal, 3 hours ago (known from activity log)',
    );
    expect(finding).toHaveTextContent('first seen 3 days ago');
    expect(finding).toHaveTextContent('came back 2 times');
  });

  it('tells sensitive, unknown, unset, empty and null values apart', async () => {
    await renderDrift({
      api: new FakeDriftApi({
        targets: [drifted],
        findings: [
          sampleFinding({
            fields: [
              { path: '/password', sensitive: true },
              {
                path: '/endpoint',
                actual: 'db-1',
                desiredUnknown: true,
              },
              {
                path: '/comment',
                desired: '',
                actual: null,
                forcesReplacement: true,
              },
              { path: '/region', desired: 'a', actual: 'b', unseen: true },
            ],
          }),
        ],
      }),
      path: PATH,
    });

    const rowOf = async (name: RegExp) => screen.findByRole('row', { name });
    expect(cellsOf(await rowOf(/^password/))).toEqual(['changed (sensitive)']);
    expect(cellsOf(await rowOf(/^endpoint/))).toEqual([
      'known after apply',
      '"db-1"',
      'not set',
    ]);
    const comment = await rowOf(/^comment/);
    expect(comment).toHaveTextContent('forces replacement');
    expect(cellsOf(comment)).toEqual(['"" empty text', 'null', 'not set']);
    expect(comment).not.toHaveTextContent('not seen');
    expect(await rowOf(/^region/)).toHaveTextContent('not seen by last scan');
  });

  it('shows long documents as a line difference of their meaning', async () => {
    await renderDrift({
      api: new FakeDriftApi({
        targets: [drifted],
        findings: [
          sampleFinding({
            fields: [
              {
                path: '/policy',
                desired: '{"Version":"1","Allow":["team-a"]}',
                actual: '{"Allow":["team-a","everyone"],"Version":"1"}',
              },
            ],
          }),
        ],
      }),
      path: PATH,
    });

    expect(
      await screen.findByText('Lines: code wants against really is'),
    ).toBeInTheDocument();
    expect(screen.getByText(/"everyone"/)).toHaveTextContent(
      'only in reality: "everyone"',
    );
    // The order of keys is no difference.
    expect(screen.getByText(/"Version": "1"/)).not.toHaveTextContent('only in');
  });

  it('keeps drift open and everything else folded with its count and reason', async () => {
    await renderDrift({
      api: new FakeDriftApi({
        targets: [drifted],
        findings: [
          sampleFinding(),
          sampleFinding({ address: 'a.absorbed', class: 'absorbed' }),
          sampleFinding({ address: 'b.absorbed', class: 'absorbed' }),
          sampleFinding({
            address: 'c.pending',
            class: 'pending',
            change: 'create',
          }),
          sampleFinding({
            address: 'd.muted',
            suppressedBy: { ruleId: 'tags', reason: 'Tags are set by FinOps.' },
          }),
        ],
      }),
      path: PATH,
    });

    expect(
      await screen.findByText('2 absorbed · 1 pending · 1 suppressed'),
    ).toBeInTheDocument();
    expect(screen.getByText('1 drifted resource')).toBeInTheDocument();
    expect(screen.queryByText('a.absorbed')).not.toBeInTheDocument();
    await userEvent.click(
      screen.getByRole('button', { name: /^1 suppressed/ }),
    );

    const muted = await screen.findByRole('article', { name: 'd.muted' });
    await userEvent.click(
      within(muted).getByRole('button', { name: 'Why is this drift?' }),
    );
    expect(muted).toHaveTextContent('tags: Tags are set by FinOps.');
    await userEvent.click(screen.getByRole('button', { name: /^1 pending/ }));
    expect(
      await screen.findByRole('article', { name: 'c.pending' }),
    ).toHaveTextContent('Will be created');
  });

  it('names the rule that decided and what was set aside as equal', async () => {
    await renderDrift({
      api: new FakeDriftApi({
        targets: [drifted],
        findings: [
          sampleFinding({
            rule: 'changed-outside-and-reverted',
            normalised: [
              {
                path: '/tags',
                normaliser: 'empty-equals-null',
                reason: 'An empty map is the same as none.',
              },
            ],
          }),
        ],
      }),
      path: PATH,
    });

    await userEvent.click(
      await screen.findByRole('button', { name: 'Why is this drift?' }),
    );

    const finding = screen.getByRole('article', {
      name: 'sandbox_cluster.main',
    });
    expect(finding).toHaveTextContent('changed-outside-and-reverted');
    expect(finding).toHaveTextContent(
      '/tags: An empty map is the same as none. (empty-equals-null)',
    );
  });

  it('shows what an earlier scan saw, and comes back to now', async () => {
    const api = new FakeDriftApi({
      targets: [drifted],
      findings: [sampleFinding()],
      findingsByScan: {
        'scan-old': [sampleFinding({ address: 'sandbox_bucket.gone' })],
      },
      scans: [
        sampleScan({ id: 'scan-new', status: 'drifted', driftedResources: 1 }),
        sampleScan({
          id: 'scan-broken',
          state: 'failed',
          status: 'error',
          error: 'terraform plan timed out.',
          finishedAt: minutesAgo(60),
        }),
        sampleScan({
          id: 'scan-old',
          status: 'drifted',
          driftedResources: 2,
          finishedAt: minutesAgo(120),
        }),
      ],
    });
    await renderDrift({ api, path: PATH });

    const strip = await screen.findByRole('list', {
      name: 'Scans, oldest first',
    });
    const squares = within(strip).getAllByRole('button');
    expect(squares.map(square => square.getAttribute('aria-label'))).toEqual([
      expect.stringMatching(/^Drifted, 2 resources, /),
      expect.stringMatching(/^Error, /),
      expect.stringMatching(/^Drifted, 1 resource, /),
    ]);
    squares[0].focus();
    await userEvent.keyboard('{Enter}');

    expect(
      await screen.findByText(/^You look at the scan of /),
    ).toBeInTheDocument();
    expect(address()).toBe(`${PATH}?scan=scan-old`);
    expect(
      await screen.findByRole('article', { name: 'sandbox_bucket.gone' }),
    ).toBeInTheDocument();
    expect(
      screen.queryByRole('article', { name: 'sandbox_cluster.main' }),
    ).not.toBeInTheDocument();

    await userEvent.click(screen.getByRole('button', { name: /^Error, / }));
    expect(
      await screen.findByText('That scan failed: terraform plan timed out.'),
    ).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Back to now' }));

    expect(
      await screen.findByRole('article', { name: 'sandbox_cluster.main' }),
    ).toBeInTheDocument();
    expect(address()).toBe(PATH);
  });

  it('shows a failed scan with the last good verdict and its findings', async () => {
    await renderDrift({
      api: new FakeDriftApi({
        targets: [
          {
            ...drifted,
            status: 'error',
            error: 'The credentials were refused.',
            lastGoodStatus: 'drifted',
            lastGoodScanAt: minutesAgo(26 * 60),
            stale: true,
          },
        ],
        findings: [sampleFinding()],
      }),
      path: PATH,
    });

    expect(await screen.findByText('The last scan failed')).toBeInTheDocument();
    expect(
      screen.getByText('The credentials were refused.'),
    ).toBeInTheDocument();
    expect(screen.getByText(/^Last good verdict: Drifted, /)).toHaveTextContent(
      'Last good verdict: Drifted, 1 day ago.',
    );
    expect(screen.getByText('This verdict is old')).toBeInTheDocument();
    expect(
      await screen.findByRole('article', { name: 'sandbox_cluster.main' }),
    ).toBeInTheDocument();
    expect(screen.queryByText('No drift')).not.toBeInTheDocument();
  });

  it('says what was not checked and what the scan warned of', async () => {
    await renderDrift({
      api: new FakeDriftApi({
        targets: [
          {
            ...drifted,
            warnings: ['The provider is deprecated.'],
            blindSpots: [
              { scope: 'db.main: /password', reason: 'Write-only field.' },
            ],
          },
        ],
      }),
      path: PATH,
    });

    expect(
      await screen.findByText('The provider is deprecated.'),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('region', { name: 'Not checked' }),
    ).toHaveTextContent('db.main: /password: Write-only field.');
  });

  it('calls a clean module clean and an unscanned one not scanned', async () => {
    const { unmount } = await renderDrift({
      api: new FakeDriftApi({
        targets: [sampleTarget({ name: 'tf-sandbox-aks' })],
      }),
      path: PATH,
    });
    expect(
      await screen.findByText('Reality matches the code in all 12 resources.'),
    ).toBeInTheDocument();
    unmount();

    await renderDrift({
      api: new FakeDriftApi({
        targets: [
          sampleTarget({
            name: 'tf-sandbox-aks',
            status: 'unknown',
            lastScanAt: undefined,
            lastGoodScanAt: undefined,
          }),
        ],
      }),
      path: PATH,
    });
    expect(await screen.findByText('Not scanned yet')).toBeInTheDocument();
    expect(screen.queryByText('No drift')).not.toBeInTheDocument();
  });

  it('loads more findings than one page on request', async () => {
    const api = new FakeDriftApi({
      targets: [drifted],
      findings: Array.from({ length: 130 }, (_, index) =>
        sampleFinding({ address: `a.b${index}`, fields: [] }),
      ),
    });
    await renderDrift({ api, path: PATH });

    expect(
      await screen.findByText('The first 100 of 130 findings are shown.'),
    ).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Load more' }));

    await waitFor(() =>
      expect(screen.getAllByRole('article', { name: /^a\.b/ })).toHaveLength(
        130,
      ),
    );
  });

  it('refreshes on signals of this target only', async () => {
    const api = new FakeDriftApi({ targets: [drifted] });
    const getTarget = jest.spyOn(api, 'getTarget');
    const signals = new FakeSignals();
    await renderDrift({ api, signals, path: PATH });
    await screen.findByText(/Node pool default/);
    getTarget.mockClear();

    act(() => signals.send({ type: 'scan-finished', targetId: 'another' }));
    api.targets[0] = { ...drifted, status: 'clean', risk: 'none' };
    expect(screen.getByText('Drifted')).toBeInTheDocument();
    act(() => signals.send({ type: 'scan-finished', targetId: drifted.id }));

    expect(await screen.findByText('Clean')).toBeInTheDocument();
    expect(getTarget).toHaveBeenCalledTimes(1);
  });

  it('says that there is no such module', async () => {
    const api = new FakeDriftApi({ targets: [] });
    api.failure = new NotFoundError('No target');
    await renderDrift({ api, path: PATH });

    expect(
      await screen.findByText('There is no such target'),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('link', { name: 'To the dashboard' }),
    ).toHaveAttribute('href', '/drift');
  });
});
