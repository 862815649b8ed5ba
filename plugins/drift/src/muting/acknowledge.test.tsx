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

import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeDriftApi } from '../__testUtils__/FakeDriftApi';
import { renderDrift, renderOnEntity } from '../__testUtils__/renderDrift';
import {
  minutesAgo,
  sampleFinding,
  sampleScan,
  sampleTarget,
} from '../__testUtils__/samples';
import { AcknowledgeDialog } from './AcknowledgeDialog';

const PATH = '/drift/targets/terraform%3Aacme%2Ftf-sandbox-aks';
const DAY_MS = 24 * 60 * 60_000;

const drifted = sampleTarget({
  name: 'tf-sandbox-aks',
  status: 'drifted',
  risk: 'high',
  driftedResources: 2,
});
const cluster = sampleFinding({ severity: 'medium' });
const bucket = sampleFinding({
  address: 'sandbox_bucket.logs',
  severity: 'high',
});
const muted = sampleFinding({
  address: 'sandbox_tagging.main',
  suppressedBy: { ruleId: 'tags', reason: 'Tags are set by FinOps.' },
});

function api(): FakeDriftApi {
  return new FakeDriftApi({
    targets: [drifted],
    findings: [cluster, bucket, muted],
  });
}

async function openMenu(address: string) {
  await userEvent.click(
    await screen.findByRole('button', { name: `Actions on ${address}` }),
  );
}

async function acknowledgeFromMenu(address: string) {
  await openMenu(address);
  await userEvent.click(
    await screen.findByRole('menuitem', { name: /^Acknowledge…/ }),
  );
  return screen.findByRole('dialog', { name: 'Acknowledge drift' });
}

describe('accepting drift', () => {
  it('takes a reason and an end, then folds the finding away with who, why and until', async () => {
    const backend = api();
    const acknowledge = jest.spyOn(backend, 'acknowledge');
    await renderDrift({ api: backend, path: PATH });

    const dialog = await acknowledgeFromMenu('sandbox_cluster.main');
    expect(dialog).toHaveTextContent(
      /until a value of it changes or the time ends/,
    );
    expect(dialog).toHaveTextContent('sandbox_cluster.main');
    expect(dialog).not.toHaveTextContent('sandbox_bucket.logs');
    await userEvent.type(
      within(dialog).getByRole('textbox', { name: /^Why may it stay/ }),
      'Five nodes until the sale is over.',
    );
    await userEvent.click(within(dialog).getByRole('radio', { name: '1 day' }));
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Acknowledge' }),
    );

    expect(
      await screen.findByText('1 finding is acknowledged.'),
    ).toBeInTheDocument();
    expect(
      await screen.findByText('1 acknowledged · 1 suppressed'),
    ).toBeInTheDocument();
    const [targetId, request] = acknowledge.mock.calls[0];
    expect(targetId).toBe(drifted.id);
    expect(request).toMatchObject({
      fingerprints: [cluster.fingerprint],
      reason: 'Five nodes until the sale is over.',
    });
    const inMs = Date.parse(request.expiresAt) - Date.now();
    expect(Math.abs(inMs - DAY_MS)).toBeLessThan(60_000);

    await userEvent.click(
      screen.getByRole('button', { name: /^1 acknowledged/ }),
    );
    const finding = await screen.findByRole('article', {
      name: 'sandbox_cluster.main',
    });
    expect(finding).toHaveTextContent(
      /Acknowledged by guest until in (23 hours|1 day) \(.+\): Five nodes until the sale is over\./,
    );
    // What is accepted cannot be accepted again.
    expect(
      within(finding).queryByRole('button', { name: /^Actions on/ }),
    ).not.toBeInTheDocument();

    await userEvent.click(
      within(finding).getByRole('button', {
        name: 'Withdraw the acknowledgement of sandbox_cluster.main',
      }),
    );
    expect(
      await screen.findByText(
        'sandbox_cluster.main is no longer acknowledged: it alarms again.',
      ),
    ).toBeInTheDocument();
    expect(
      await screen.findByRole('button', {
        name: 'Actions on sandbox_cluster.main',
      }),
    ).toBeInTheDocument();
  });

  it('insists on a reason and on a day that can be', async () => {
    const backend = api();
    const acknowledge = jest.spyOn(backend, 'acknowledge');
    await renderDrift({ api: backend, path: PATH });

    const dialog = await acknowledgeFromMenu('sandbox_cluster.main');
    const confirm = within(dialog).getByRole('button', { name: 'Acknowledge' });
    await userEvent.click(confirm);
    expect(
      within(dialog).getByText('Give a reason of at least three characters.'),
    ).toBeInTheDocument();

    await userEvent.type(
      within(dialog).getByRole('textbox', { name: /^Why may it stay/ }),
      'Known.',
    );
    await userEvent.click(
      within(dialog).getByRole('radio', { name: 'Up to a day' }),
    );
    await userEvent.click(confirm);
    expect(
      within(dialog).getByText(/^Choose a day from today on/),
    ).toBeInTheDocument();
    expect(acknowledge).not.toHaveBeenCalled();

    const day = new Date(Date.now() + 10 * DAY_MS).toISOString().slice(0, 10);
    await userEvent.type(within(dialog).getByLabelText('Last day'), day);
    await userEvent.click(confirm);
    await waitFor(() => expect(acknowledge).toHaveBeenCalledTimes(1));
    const [, { expiresAt }] = acknowledge.mock.calls[0];
    const days = (Date.parse(expiresAt) - Date.now()) / DAY_MS;
    expect(days).toBeGreaterThan(9);
    expect(days).toBeLessThan(12);
  });

  it('accepts all that alarms, or those that are chosen, worst first', async () => {
    const backend = api();
    const acknowledge = jest.spyOn(backend, 'acknowledge');
    await renderDrift({ api: backend, path: PATH });

    await userEvent.click(
      await screen.findByRole('button', { name: 'More actions' }),
    );
    await userEvent.click(
      await screen.findByRole('menuitem', { name: /^Acknowledge all…/ }),
    );
    const dialog = await screen.findByRole('dialog', {
      name: 'Acknowledge drift',
    });
    const boxes = await within(dialog).findAllByRole('checkbox');
    expect(boxes.map(box => box.getAttribute('aria-label'))).toEqual([
      'sandbox_bucket.logs',
      'sandbox_cluster.main',
    ]);
    expect(within(dialog).getByText('2 of 2 chosen')).toBeInTheDocument();

    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Choose none' }),
    );
    await userEvent.type(
      within(dialog).getByRole('textbox', { name: /^Why may it stay/ }),
      'Known.',
    );
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Acknowledge 0' }),
    );
    expect(
      within(dialog).getByText('Choose at least one.'),
    ).toBeInTheDocument();
    expect(acknowledge).not.toHaveBeenCalled();

    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Choose all' }),
    );
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Acknowledge 2' }),
    );
    expect(
      await screen.findByText('2 findings are acknowledged.'),
    ).toBeInTheDocument();
    expect(acknowledge.mock.calls[0][1].fingerprints).toEqual([
      bucket.fingerprint,
      cluster.fingerprint,
    ]);
    expect(
      await screen.findByText('2 acknowledged · 1 suppressed'),
    ).toBeInTheDocument();
  });

  it('stays open with the reason when the backend refuses', async () => {
    const backend = api();
    jest
      .spyOn(backend, 'acknowledge')
      .mockRejectedValue(new Error('The drift has changed meanwhile'));
    await renderDrift({ api: backend, path: PATH });

    const dialog = await acknowledgeFromMenu('sandbox_cluster.main');
    await userEvent.type(
      within(dialog).getByRole('textbox', { name: /^Why may it stay/ }),
      'Known.',
    );
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Acknowledge' }),
    );

    expect(
      await within(dialog).findByText(
        'It could not be acknowledged: The drift has changed meanwhile',
      ),
    ).toBeInTheDocument();
    expect(
      within(dialog).getByRole('textbox', { name: /^Why may it stay/ }),
    ).toHaveValue('Known.');
  });

  it('asks for no more at once than the backend takes', async () => {
    const many = Array.from({ length: 1_001 }, (_, index) =>
      sampleFinding({ address: `sandbox_host.number_${index}` }),
    );
    const backend = new FakeDriftApi({ targets: [drifted], findings: many });
    const acknowledge = jest.spyOn(backend, 'acknowledge');
    const onAcknowledged = jest.fn();
    await renderOnEntity(
      <AcknowledgeDialog
        open
        target={drifted}
        findings={many}
        onClose={() => {}}
        onAcknowledged={onAcknowledged}
      />,
      { api: backend },
    );

    const dialog = await screen.findByRole('dialog');
    expect(
      within(dialog).getByRole('button', { name: 'Show 981 more' }),
    ).toBeInTheDocument();
    fireEvent.change(
      within(dialog).getByRole('textbox', { name: /^Why may it stay/ }),
      { target: { value: 'Known.' } },
    );
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Acknowledge 1,001' }),
    );

    await waitFor(() => expect(onAcknowledged).toHaveBeenCalled());
    expect(
      acknowledge.mock.calls.map(
        ([, { fingerprints }]) => fingerprints?.length,
      ),
    ).toEqual([1_000, 1]);
    expect(onAcknowledged.mock.calls[0][0].totalItems).toBe(1_001);
  });

  it('is not offered for what an earlier scan saw', async () => {
    await renderDrift({
      api: new FakeDriftApi({
        targets: [drifted],
        findings: [cluster],
        findingsByScan: { 'scan-old': [bucket] },
        scans: [sampleScan({ id: 'scan-old', finishedAt: minutesAgo(90) })],
      }),
      path: `${PATH}?scan=scan-old`,
    });

    expect(
      await screen.findByRole('article', { name: 'sandbox_bucket.logs' }),
    ).toBeInTheDocument();
    expect(
      screen.queryByRole('button', { name: /^Actions on/ }),
    ).not.toBeInTheDocument();
  });
});

describe('a finding that an ignore rule mutes', () => {
  it('names the rule and leads to it', async () => {
    await renderDrift({ api: api(), path: PATH });
    await userEvent.click(
      await screen.findByRole('button', { name: /^1 suppressed/ }),
    );

    const finding = await screen.findByRole('article', {
      name: 'sandbox_tagging.main',
    });
    expect(finding).toHaveTextContent(
      'Muted by ignore rule tags: Tags are set by FinOps.',
    );
    expect(within(finding).getByRole('link', { name: 'tags' })).toHaveAttribute(
      'href',
      '/drift/ignore-rules?rule=tags',
    );
    expect(
      within(finding).queryByRole('button', { name: /^Actions on/ }),
    ).not.toBeInTheDocument();
  });
});
