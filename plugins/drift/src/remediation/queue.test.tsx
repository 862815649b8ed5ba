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
import {
  Remediation,
  RemediationState,
} from '@infra-hub/backstage-plugin-drift-common';
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeDriftApi } from '../__testUtils__/FakeDriftApi';
import {
  FakeRemediationsOptions,
  REVIEW_DECISION,
} from '../__testUtils__/FakeRemediations';
import { FakeSignals, renderDrift } from '../__testUtils__/renderDrift';
import {
  minutesAgo,
  sampleFinding,
  sampleRemediation,
  sampleTarget,
} from '../__testUtils__/samples';

const AKS = 'terraform:acme/tf-sandbox-aks';

function backend(
  remediations: Remediation[],
  options: FakeRemediationsOptions = {},
) {
  const api = new FakeDriftApi({
    targets: [
      sampleTarget({
        name: 'tf-sandbox-aks',
        status: 'drifted',
        risk: 'high',
        driftedResources: 1,
      }),
    ],
    findings: [sampleFinding()],
    remediation: { caller: 'user:default/eve', remediations, ...options },
  });
  const signals = new FakeSignals();
  api.remediations.onChange = ({ id, targetId }) =>
    signals.send({ type: 'remediation-changed', remediationId: id, targetId });
  return { api, signals };
}

const waiting = (change: Partial<Remediation> = {}) =>
  sampleRemediation({
    state: 'awaiting-approval',
    decision: REVIEW_DECISION,
    message: 'Policy review-clusters asks for a review.',
    ...change,
  });

async function press(name: string | RegExp) {
  await userEvent.click(await screen.findByRole('button', { name }));
}

describe('RemediationsPage', () => {
  it('lists what waits for approval, worst first, and leads to it', async () => {
    const { api, signals } = backend([
      waiting({ id: 'r-1', risk: 'low' }),
      waiting({
        id: 'r-2',
        risk: 'critical',
        target: { source: 'terraform', client: 'globex', name: 'tf-sql' },
        changes: { total: 3, destructive: 1, alongside: 2 },
      }),
      sampleRemediation({ id: 'r-3', state: 'running' }),
      sampleRemediation({ id: 'r-4', state: 'succeeded' }),
    ]);
    await renderDrift({ api, signals, path: '/drift/remediations' });

    const rows = await screen.findAllByRole('rowheader');
    expect(rows.map(row => row.textContent)).toEqual([
      'tf-sqlglobex · Terraform',
      'tf-sandbox-aksacme · Terraform',
    ]);
    expect(
      screen.getByRole('tab', { name: 'Waiting for approval (2)' }),
    ).toHaveAttribute('aria-selected', 'true');
    const sql = screen.getByRole('row', { name: /tf-sql/ });
    expect(sql).toHaveTextContent('Revert');
    expect(sql).toHaveTextContent('3 changes');
    expect(sql).toHaveTextContent('2 of them come along');
    expect(sql).toHaveTextContent('1 destructive');
    expect(sql).toHaveTextContent('Critical');
    expect(sql).toHaveTextContent('jo');
    expect(sql).toHaveTextContent('Waiting for approval');
    expect(sql).toHaveTextContent('Policy review-clusters asks for a review.');
    await userEvent.click(
      within(sql).getByRole('link', {
        name: 'Review the remediation of tf-sql',
      }),
    );

    expect(
      await screen.findByRole('heading', { name: 'Remediation of tf-sql' }),
    ).toBeInTheDocument();
    expect(screen.getByLabelText('address')).toHaveTextContent(
      '/drift/remediations/r-2',
    );
  });

  it('shows what is in progress and what has finished on their tabs, by the address', async () => {
    const { api, signals } = backend([
      sampleRemediation({ id: 'r-3', state: 'running' }),
      sampleRemediation({
        id: 'r-4',
        state: 'rejected',
        message: 'eve rejected it: not now',
      }),
    ]);
    await renderDrift({ api, signals, path: '/drift/remediations' });
    expect(
      await screen.findByText('Nothing waits for approval'),
    ).toBeInTheDocument();

    await userEvent.click(screen.getByRole('tab', { name: 'In progress' }));
    expect(await screen.findByText('Applying')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('tab', { name: 'Finished' }));
    expect(
      await screen.findByText('eve rejected it: not now'),
    ).toBeInTheDocument();
    expect(screen.getByLabelText('address')).toHaveTextContent(
      '/drift/remediations?tab=ended',
    );
  });

  it('pages a thousand on the server', async () => {
    const { api, signals } = backend(
      Array.from({ length: 1_000 }, (_, index) =>
        waiting({
          id: `r-${index}`,
          requestedAt: minutesAgo(index),
          target: { source: 'terraform', name: `tf-${index}` },
        }),
      ),
    );
    const list = jest.spyOn(api, 'getRemediations');
    await renderDrift({ api, signals, path: '/drift/remediations' });

    expect(await screen.findAllByRole('rowheader')).toHaveLength(20);
    expect(screen.getByText('1–20 of 1,000')).toBeInTheDocument();
    await press('Last page');
    expect(
      await screen.findByRole('link', { name: 'tf-999' }),
    ).toBeInTheDocument();
    expect(list).toHaveBeenLastCalledWith(
      expect.objectContaining({ limit: 20, offset: 980 }),
      expect.anything(),
    );
  });

  it('says that remediation is off, stopped, or may not be seen', async () => {
    const off = backend([], { status: { enabled: false } });
    const rendered = await renderDrift({
      ...off,
      path: '/drift/remediations',
    });
    expect(
      await screen.findByText('Remediation is not enabled'),
    ).toBeInTheDocument();
    rendered.unmount();

    const stopped = backend([], {
      status: {
        stopped: true,
        stoppedBy: 'user:default/jo',
        stoppedAt: minutesAgo(5),
        stopReason: 'Freeze until Monday.',
      },
    });
    const second = await renderDrift({
      ...stopped,
      path: '/drift/remediations',
    });
    const title = await screen.findByText(
      'Remediation is stopped: nothing is applied',
    );
    expect(title.closest('[role="note"]')).toHaveTextContent(
      'Stopped by jo, 5 minutes ago.Freeze until Monday.',
    );
    second.unmount();

    const forbidden = backend([]);
    forbidden.api.failure = new NotAllowedError('Unauthorized');
    await renderDrift({ ...forbidden, path: '/drift/remediations' });
    expect(await screen.findByText('You may not see this')).toBeInTheDocument();
  });

  it('is reached from the dashboard, with the number that wait', async () => {
    const { api, signals } = backend([waiting()]);
    await renderDrift({ api, signals });

    await userEvent.click(
      await screen.findByRole('button', { name: 'Remediations (1 waiting)' }),
    );
    expect(
      await screen.findByRole('heading', { name: 'Remediations' }),
    ).toBeInTheDocument();
  });
});

describe('RemediationPage', () => {
  const path = '/drift/remediations/r-1';

  it('lets somebody else approve exactly what is shown', async () => {
    const { api, signals } = backend([waiting({ id: 'r-1' })]);
    const approve = jest.spyOn(api, 'approveRemediation');
    await renderDrift({ api, signals, path });

    expect(
      await screen.findByRole('article', { name: 'sandbox_cluster.main' }),
    ).toBeInTheDocument();
    await userEvent.type(screen.getByLabelText('Note (optional)'), 'Fine');
    await press('Approve and apply');

    expect(await screen.findAllByText('Approved')).not.toHaveLength(0);
    expect(approve).toHaveBeenCalledTimes(1);
    expect(approve).toHaveBeenCalledWith('r-1', {
      previewHash: 'hash-of-r-1',
      note: 'Fine',
    });
    const history = screen.getByRole('region', { name: 'History' });
    expect(
      within(history)
        .getAllByRole('listitem')
        .map(item => item.textContent),
    ).toEqual([
      expect.stringMatching(/^Requested · jo/),
      expect.stringMatching(/^Waiting for approval · jo/),
      expect.stringMatching(/^Approved · eve · .*Fine$/),
    ]);
  });

  it('asks an approver for the name where something is destroyed', async () => {
    const remediation = waiting({ id: 'r-1' });
    if (remediation.preview) {
      remediation.preview.destructive = true;
      remediation.preview.changes[0].destructive = true;
      remediation.preview.changes[0].change = 'delete';
    }
    const { api, signals } = backend([remediation]);
    await renderDrift({ api, signals, path });

    await press('Approve and apply. Type the name of the target first.');
    expect(api.remediations.calls).toEqual([]);
    await userEvent.type(
      screen.getByLabelText(/^Type tf-sandbox-aks to confirm/),
      'tf-sandbox-aks',
    );
    await press('Approve and apply');
    await waitFor(() => expect(api.remediations.calls).toEqual(['approve']));
  });

  it('rejects only with a reason', async () => {
    const { api, signals } = backend([waiting({ id: 'r-1' })]);
    await renderDrift({ api, signals, path });

    await press('Reject');
    expect(
      screen.getByText('Nothing is applied. jo reads your reason.'),
    ).toBeInTheDocument();
    await press('Reject. Give a reason first.');
    expect(api.remediations.calls).toEqual([]);
    await userEvent.type(
      screen.getByRole('textbox', { name: /Reason/ }),
      'Not during the sale',
    );
    await press('Reject');

    expect(
      await screen.findByText('Rejected: nothing was applied'),
    ).toBeInTheDocument();
    expect(screen.getByRole('region', { name: 'History' })).toHaveTextContent(
      'Rejected · eve',
    );
    expect(screen.getByRole('region', { name: 'History' })).toHaveTextContent(
      'Not during the sale',
    );
  });

  it('does not let the requester approve, but cancel', async () => {
    const { api, signals } = backend([
      waiting({ id: 'r-1', requestedBy: 'user:default/eve' }),
    ]);
    await renderDrift({ api, signals, path });

    await press(
      'Approve and apply. You asked for it: somebody else has to approve it.',
    );
    expect(api.remediations.calls).toEqual([]);
    await press('Cancel remediation');
    expect(
      await screen.findByText('Cancelled: nothing was applied'),
    ).toBeInTheDocument();
  });

  it('shows what is true now when somebody else was faster', async () => {
    const { api, signals } = backend([waiting({ id: 'r-1' })]);
    await renderDrift({ api, path });
    await screen.findByRole('button', { name: 'Approve and apply' });
    api.remediations.patch('r-1', {
      previewHash: 'other',
      preview: {
        ...sampleRemediation().preview,
        hash: 'other',
        changes: [],
        destructive: false,
        warnings: ['It is another plan now.'],
        blindSpots: [],
        createdAt: minutesAgo(0),
      },
    });
    await press('Approve and apply');

    expect(
      await screen.findByText(
        'It was refused: What would be changed is no longer what you saw: look at it again',
      ),
    ).toBeInTheDocument();
    expect(
      await screen.findByText('It is another plan now.'),
    ).toBeInTheDocument();
    expect(
      screen.getByText('What would change is different now'),
    ).toBeInTheDocument();
    expect(signals).toBeDefined();
  });

  it('follows what others do while it is open', async () => {
    const { api, signals } = backend([waiting({ id: 'r-1' })]);
    await renderDrift({ api, signals, path });
    await screen.findByRole('button', { name: 'Approve and apply' });
    await act(async () => {
      api.remediations.advance('r-1', 'superseded', {
        message: 'A newer scan saw other drift.',
      });
    });

    expect(
      await screen.findByText(
        'Nothing was applied: something changed meanwhile',
      ),
    ).toBeInTheDocument();
    expect(
      screen.queryByRole('button', { name: 'Approve and apply' }),
    ).not.toBeInTheDocument();
  });

  it('says that there is no such remediation', async () => {
    const { api, signals } = backend([]);
    await renderDrift({ api, signals, path });
    expect(
      await screen.findByText('There is no such remediation'),
    ).toBeInTheDocument();
  });

  it.each<[RemediationState, string]>([
    ['succeeded', 'Done: the drift is gone'],
    ['failed', 'It did not succeed'],
    ['superseded', 'Nothing was applied: something changed meanwhile'],
    ['rejected', 'Rejected: nothing was applied'],
    ['cancelled', 'Cancelled: nothing was applied'],
    ['expired', 'Expired: nothing was applied'],
    ['dry-run', 'Dry run: nothing was applied'],
  ])('says how one that is %s ended, without buttons', async (state, words) => {
    const { api, signals } = backend([sampleRemediation({ id: 'r-1', state })]);
    await renderDrift({ api, signals, path });

    expect(await screen.findByText(words)).toBeInTheDocument();
    expect(
      screen.queryByRole('button', { name: /Approve|Reject|Cancel|Apply/ }),
    ).not.toBeInTheDocument();
  });

  it('does not say that the drift is gone where some of it stays', async () => {
    const message =
      'It was applied. As the preview said, the rest stays as it is.';
    const { api, signals } = backend([
      sampleRemediation({
        id: 'r-1',
        state: 'succeeded',
        message,
        outcome: {
          kind: 'applied',
          message: '1 resource was changed back.',
          remaining: [
            { address: AKS, field: { path: '/size' }, reason: 'It is fixed.' },
          ],
        },
      }),
    ]);
    await renderDrift({ api, signals, path });

    expect(
      await screen.findByText(
        'Done as approved: some drift stays, as announced',
      ),
    ).toBeInTheDocument();
    expect(screen.getByText(message)).toBeInTheDocument();
    expect(
      screen.queryByText('Done: the drift is gone'),
    ).not.toBeInTheDocument();
  });

  it('says that an unknown outcome is verified and not repeated', async () => {
    const { api, signals } = backend([
      sampleRemediation({
        id: 'r-1',
        state: 'verifying',
        outcome: {
          kind: 'unknown',
          message: 'The worker was killed while it applied.',
        },
      }),
    ]);
    await renderDrift({ api, signals, path });

    expect(
      await screen.findByText('It is not known how far it went'),
    ).toBeInTheDocument();
    expect(
      screen.getByText('The worker was killed while it applied.'),
    ).toBeInTheDocument();
  });
});

describe('the page of a target', () => {
  it('shows what is being done about it and what was done before', async () => {
    const { api, signals } = backend([
      waiting({ id: 'r-1' }),
      sampleRemediation({
        id: 'r-2',
        state: 'succeeded',
        approvedBy: 'user:default/eve',
        finishedAt: minutesAgo(60),
      }),
    ]);
    await renderDrift({
      api,
      signals,
      path: `/drift/targets/${encodeURIComponent(AKS)}`,
    });

    const banner = (
      await screen.findByText('Remediation: Make reality match the code')
    ).closest('[role="note"]') as HTMLElement;
    expect(banner).toHaveTextContent('Waiting for approval');
    const past = screen.getByRole('region', { name: 'Remediations' });
    expect(past).toHaveTextContent(
      'SucceededMake reality match the code by jo, approved by eve1 hour ago',
    );
    await userEvent.click(
      within(banner).getByRole('button', { name: /^Open/ }),
    );
    expect(
      await screen.findByRole('button', { name: 'Approve and apply' }),
    ).toBeInTheDocument();
  });
});
