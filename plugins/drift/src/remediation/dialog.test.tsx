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

import { ConflictError } from '@backstage/errors';
import {
  DriftTarget,
  RemediationChange,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeDriftApi } from '../__testUtils__/FakeDriftApi';
import {
  FakeRemediationsOptions,
  REVIEW_DECISION,
} from '../__testUtils__/FakeRemediations';
import { FakeSignals, renderDrift } from '../__testUtils__/renderDrift';
import { sampleFinding, sampleTarget } from '../__testUtils__/samples';

const AKS = 'terraform:acme/tf-sandbox-aks';
const PAGE = `/drift/targets/${encodeURIComponent(AKS)}`;

const drifted = (change: Partial<DriftTarget> = {}) =>
  sampleTarget({
    name: 'tf-sandbox-aks',
    status: 'drifted',
    risk: 'medium',
    driftedResources: 2,
    totalResources: 41,
    ...change,
  });

const FINDINGS: StoredFinding[] = [
  sampleFinding(),
  sampleFinding({
    address: 'sandbox_firewall.web',
    resourceType: 'sandbox_firewall',
    severity: 'high',
    fields: [
      {
        path: '/source',
        recorded: '10.0.0.0/8',
        actual: '*',
        desired: '10.0.0.0/8',
      },
    ],
  }),
  sampleFinding({
    address: 'sandbox_tag.pending',
    class: 'pending',
    severity: 'low',
  }),
];

const DELETES: RemediationChange = {
  address: 'sandbox_database.main',
  resourceType: 'sandbox_database',
  resourceName: 'main',
  change: 'replace',
  fields: [
    {
      path: '/size',
      actual: 'large',
      desired: 'small',
      forcesReplacement: true,
    },
  ],
  origin: 'drift',
  destructive: true,
  notAutomatic: 'A stack looks after it, so that a person has to decide.',
};

function backend(
  remediation: FakeRemediationsOptions = {},
  target: Partial<DriftTarget> = {},
): { api: FakeDriftApi; signals: FakeSignals } {
  const api = new FakeDriftApi({
    targets: [drifted(target)],
    findings: FINDINGS,
    remediation,
  });
  const signals = new FakeSignals();
  api.remediations.onChange = ({ id, targetId }) =>
    signals.send({ type: 'remediation-changed', remediationId: id, targetId });
  return { api, signals };
}

async function step(change: () => void) {
  await act(async () => change());
}

async function openDialog(): Promise<HTMLElement> {
  await userEvent.click(
    await screen.findByRole('button', { name: 'Remediate tf-sandbox-aks' }),
  );
  return screen.findByRole('dialog', { name: 'Remediate tf-sandbox-aks' });
}

async function press(name: string | RegExp) {
  await userEvent.click(await screen.findByRole('button', { name }));
}

async function askForPreview() {
  await openDialog();
  await press('Show what would change');
  await screen.findByText(/Working out what would change/);
}

/** Looks at a preview and has it applied. */
async function applyPreview(): Promise<FakeDriftApi> {
  const { api, signals } = backend();
  await renderDrift({ api, signals, path: PAGE });
  await askForPreview();
  await step(() => api.remediations.advance('remediation-1'));
  await press('Apply now');
  return api;
}

describe('RemediateDialog', () => {
  it('leads in five steps from the choice to the verified result', async () => {
    const { api, signals } = backend();
    await renderDrift({ api, signals, path: PAGE });

    // 1 choose
    const dialog = await openDialog();
    const best = await within(dialog).findByRole('radio', {
      name: 'Make reality match the code',
    });
    expect(best).toBeChecked();
    expect(
      within(dialog).getByRole('heading', { name: 'What should be done?' }),
    ).toHaveFocus();
    expect(best).toHaveAccessibleDescription(/what was changed outside is set/);
    expect(within(dialog).getByText('Recommended')).toBeInTheDocument();
    expect(
      within(dialog).getByRole('radio', {
        name: 'Make the state match reality',
      }),
    ).toBeEnabled();
    expect(
      within(dialog).getByRole('radio', {
        name: 'Make the code match reality',
      }),
    ).toBeEnabled();
    expect(
      within(dialog).getByRole('radio', { name: /^Accept for now/ }),
    ).toBeEnabled();
    await userEvent.type(
      within(dialog).getByLabelText('Reason (optional)'),
      'Too many nodes',
    );
    await press('Show what would change');

    // 2 preview, with the log while it is being made
    expect(await screen.findByText('Step 2 of 5: Preview')).toBeInTheDocument();
    await step(() =>
      api.remediations.log('remediation-1', 'terraform plan is running'),
    );
    expect(
      await within(screen.getByRole('log')).findByText(
        'terraform plan is running',
      ),
    ).toBeInTheDocument();
    await step(() => api.remediations.advance('remediation-1'));

    // 3 confirm
    expect(await screen.findByText('Step 3 of 5: Confirm')).toBeInTheDocument();
    expect(
      screen.getByRole('heading', {
        name: 'Make reality match the code: Waiting for confirmation',
      }),
    ).toHaveFocus();
    const asked = screen.getByRole('region', {
      name: '2 changes that were asked for',
    });
    const row = within(
      within(asked).getByRole('article', { name: 'sandbox_cluster.main' }),
    ).getByRole('row', { name: /node_count/ });
    expect(
      within(row)
        .getAllByRole('cell')
        .map(cell => cell.textContent),
    ).toEqual(['5', '3']);
    const alongside = screen.getByRole('region', {
      name: '1 change comes along',
    });
    expect(
      within(alongside).getByRole('article', { name: 'sandbox_tag.pending' }),
    ).toHaveTextContent(
      'Code that was never applied: The code has this change, but it was never applied.',
    );
    expect(
      screen.getByRole('region', { name: 'Who decides' }),
    ).toHaveTextContent('It is applied at once after you confirm.');
    await userEvent.click(
      within(dialog).getByRole('button', {
        name: 'Why is this not automatic?',
      }),
    );
    expect(
      screen.getByText(
        'The mode is alert: nothing is applied without a person.',
      ),
    ).toBeInTheDocument();
    await press('Apply now');

    // 4 live steps
    expect(await screen.findByText('Step 4 of 5: Apply')).toBeInTheDocument();
    await step(() => api.remediations.advance('remediation-1'));
    const steps = screen.getByRole('list', { name: 'Progress' });
    expect(
      await within(steps).findByText('Applying exactly what was approved'),
    ).toBeInTheDocument();
    await step(() => api.remediations.advance('remediation-1'));
    expect(
      await within(steps).findByText('A scan checks whether the drift is gone'),
    ).toBeInTheDocument();
    expect(within(steps).getByText('Applied')).toBeInTheDocument();

    // 5 verified result
    await step(() => api.remediations.advance('remediation-1'));
    expect(
      await screen.findByText('Done: the drift is gone'),
    ).toBeInTheDocument();
    expect(screen.getByText('Step 5 of 5: Result')).toBeInTheDocument();
    expect(
      screen.getByRole('link', { name: 'The scan that verified it' }),
    ).toHaveAttribute('href', `${PAGE}?scan=scan-of-remediation-1`);
    expect(api.remediations.items).toHaveLength(1);
    expect(api.remediations.items[0]).toMatchObject({
      action: 'revert',
      reason: 'Too many nodes',
      approvedBy: 'user:default/guest',
    });
    expect(api.remediations.items[0].addresses).toBeUndefined();
  });

  it('asks only for the resources that were chosen', async () => {
    const { api, signals } = backend();
    await renderDrift({ api, signals, path: PAGE });
    await openDialog();
    expect(
      await screen.findByText('All 2 drifted resources'),
    ).toBeInTheDocument();
    await press('Choose resources');
    await userEvent.click(
      screen.getByRole('checkbox', { name: 'sandbox_firewall.web' }),
    );
    await userEvent.click(
      screen.getByRole('checkbox', { name: 'sandbox_cluster.main' }),
    );
    const preview = screen.getByRole('button', {
      name: 'Show what would change. Choose at least one resource.',
    });
    await userEvent.click(preview);
    expect(api.remediations.items).toHaveLength(0);

    await userEvent.click(
      screen.getByRole('checkbox', { name: 'sandbox_cluster.main' }),
    );
    expect(screen.getByText('1 of 2 drifted resources')).toBeInTheDocument();
    await press('Show what would change');
    await waitFor(() =>
      expect(api.remediations.items[0]?.addresses).toEqual([
        'sandbox_cluster.main',
      ]),
    );
  });

  it('says why a way is not available', async () => {
    const { api, signals } = backend({
      options: {
        adopt: { available: false, reason: 'The code of it is not known.' },
        revert: { recommended: false },
        'refresh-state': { recommended: true },
      },
    });
    await renderDrift({ api, signals, path: PAGE });
    await openDialog();

    const adopt = await screen.findByRole('radio', {
      name: 'Make the code match reality',
    });
    expect(adopt).toBeDisabled();
    expect(adopt).toHaveAccessibleDescription('The code of it is not known.');
    expect(
      screen.getByRole('radio', { name: 'Make the state match reality' }),
    ).toBeChecked();
  });

  it('names the route of a pipeline, and none for a change of the code', async () => {
    const { api, signals } = backend({
      options: {
        revert: { route: 'github' },
        adopt: { route: 'adopt' },
      },
    });
    await renderDrift({ api, signals, path: PAGE });
    await openDialog();

    expect(
      await screen.findByRole('radio', { name: 'Make reality match the code' }),
    ).toHaveAccessibleDescription(/Runs in github/);
    expect(
      screen.getByRole('radio', { name: 'Make the code match reality' }),
    ).not.toHaveAccessibleDescription(/Runs in/);
  });

  it('has what goes on read out politely, once', async () => {
    const api = await applyPreview();
    await step(() =>
      api.remediations.advance('remediation-1', 'running', {
        message: 'It is being applied.',
      }),
    );
    expect(
      await screen.findByRole('heading', { name: /: Applying$/ }),
    ).toHaveFocus();
    expect(
      within(screen.getByRole('dialog')).queryByText(/It is being applied/),
    ).not.toBeInTheDocument();
    await step(() =>
      api.remediations.advance('remediation-1', 'verifying', {
        message: 'The scan failed and is repeated.',
        waitsUntil: new Date(Date.now() + 5_000).toISOString(),
      }),
    );

    const note = (
      await screen.findByText('The scan failed and is repeated.')
    ).closest('[role="note"]');
    // It has started: what it waits for is its next look.
    expect(note).not.toHaveTextContent('at the earliest');
    expect(
      screen
        .getAllByRole('status')
        .filter(({ textContent }) => textContent?.includes('is repeated')),
    ).toHaveLength(1);
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  it('applies something destructive only after the name was typed', async () => {
    const { api, signals } = backend({
      previews: { [AKS]: { changes: [DELETES] } },
    });
    await renderDrift({ api, signals, path: PAGE });
    await askForPreview();
    await step(() => api.remediations.advance('remediation-1'));

    expect(
      await screen.findByText('This destroys something'),
    ).toBeInTheDocument();
    const card = screen.getByRole('article', { name: 'sandbox_database.main' });
    expect(card).toHaveTextContent('Will be replaced');
    expect(card).toHaveTextContent('Data may be lost');
    expect(card).toHaveTextContent('A stack looks after it');
    await press('Apply now. Type the name of the target first.');
    const field = screen.getByLabelText(/^Type tf-sandbox-aks to confirm/);
    await userEvent.type(field, 'tf-sandbox-ak');
    await press('Apply now. This is not the name of the target.');
    expect(api.remediations.calls).toEqual(['request']);

    await userEvent.type(field, 's');
    await press('Apply now');
    expect(await screen.findByText('Step 4 of 5: Apply')).toBeInTheDocument();
    expect(api.remediations.calls).toEqual(['request', 'confirm']);
  });

  it('waits for somebody else where policy says so', async () => {
    const { api, signals } = backend({ decision: REVIEW_DECISION });
    await renderDrift({ api, signals, path: PAGE });
    await askForPreview();
    await step(() => api.remediations.advance('remediation-1'));

    expect(
      await screen.findByRole('region', { name: 'Who decides' }),
    ).toHaveTextContent(
      'It needs the approval of somebody else. Policy review-clusters asks for a review',
    );
    await press('Request approval');
    expect(
      await screen.findByText('Step 3 of 5: Approval'),
    ).toBeInTheDocument();
    expect(
      await screen.findByText(
        /^Somebody else with the permission .* has to approve it/,
      ),
    ).toBeInTheDocument();
    await press(
      'Approve and apply. You asked for it: somebody else has to approve it.',
    );
    expect(api.remediations.calls).toEqual(['request', 'confirm']);

    // Somebody else approves it while the dialog is open.
    await step(() => {
      api.remediations.caller = 'user:default/eve';
      api.remediations.approve('remediation-1', {
        previewHash: 'hash-of-remediation-1',
      });
      api.remediations.caller = 'user:default/guest';
    });
    expect(await screen.findByText('Step 4 of 5: Apply')).toBeInTheDocument();
    expect(
      within(screen.getByRole('list', { name: 'Progress' })).getByText(
        /Approved by/,
      ),
    ).toHaveTextContent('Approved by eve');
  });

  it('says that nothing was applied when something changed meanwhile, and starts over', async () => {
    const api = await applyPreview();
    await step(() => api.remediations.advance('remediation-1'));
    await step(() =>
      api.remediations.advance('remediation-1', 'superseded', {
        message: 'The node pool was scaled to 6 meanwhile.',
        outcome: {
          kind: 'superseded',
          message: 'The node pool was scaled to 6 meanwhile.',
        },
      }),
    );

    const title = await screen.findByText(
      'Nothing was applied: something changed meanwhile',
    );
    expect(title.closest('[role="note"]')).toHaveTextContent(
      'The node pool was scaled to 6 meanwhile.',
    );
    await press('Start over');
    expect(
      await screen.findByRole('radio', { name: 'Make reality match the code' }),
    ).toBeChecked();
  });

  it('shows what became of each object when only some were applied', async () => {
    const api = await applyPreview();
    await step(() =>
      api.remediations.advance('remediation-1', 'failed', {
        message: 'One of two objects could not be applied.',
        outcome: {
          kind: 'partial',
          message: 'One of two objects could not be applied.',
          objects: [
            { address: 'sandbox_cluster.main', outcome: 'applied' },
            {
              address: 'sandbox_firewall.web',
              outcome: 'failed',
              message: 'The cloud refused it (403).',
            },
          ],
        },
      }),
    );

    expect(await screen.findByText('It did not succeed')).toBeInTheDocument();
    const objects = screen.getByRole('region', {
      name: 'What state things are in now',
    });
    expect(
      within(objects)
        .getAllByRole('listitem')
        .map(item => item.textContent),
    ).toEqual([
      'Failedsandbox_firewall.webThe cloud refused it (403).',
      'Appliedsandbox_cluster.main',
    ]);
  });

  it('sends a confirmation once, however often it is pressed', async () => {
    const { api, signals } = backend();
    const confirm = jest.spyOn(api, 'confirmRemediation');
    const request = jest.spyOn(api, 'requestRemediation');
    await renderDrift({ api, signals, path: PAGE });
    await openDialog();
    await userEvent.dblClick(
      await screen.findByRole('button', { name: 'Show what would change' }),
    );
    await screen.findByText(/Working out what would change/);
    expect(request).toHaveBeenCalledTimes(1);
    expect(request.mock.calls[0][0].idempotencyKey).toMatch(/^[0-9a-f]{32}$/);
    await step(() => api.remediations.advance('remediation-1'));
    await userEvent.tripleClick(
      await screen.findByRole('button', { name: 'Apply now' }),
    );

    expect(await screen.findByText('Step 4 of 5: Apply')).toBeInTheDocument();
    expect(confirm).toHaveBeenCalledTimes(1);
    expect(confirm).toHaveBeenCalledWith('remediation-1', {
      previewHash: 'hash-of-remediation-1',
    });
  });

  it('repeats a request that got lost with the same key', async () => {
    const { api, signals } = backend();
    const request = jest
      .spyOn(api, 'requestRemediation')
      .mockRejectedValueOnce(new TypeError('Failed to fetch'));
    await renderDrift({ api, signals, path: PAGE });
    await openDialog();
    await press('Show what would change');
    expect(
      await screen.findByText('It could not be asked for: Failed to fetch'),
    ).toBeInTheDocument();
    await press('Show what would change');
    await screen.findByText(/Working out what would change/);

    const keys = request.mock.calls.map(([body]) => body.idempotencyKey);
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
  });

  it('goes on where it was after closing, and from the address', async () => {
    const { api, signals } = backend();
    const rendered = await renderDrift({ api, signals, path: PAGE });
    await askForPreview();
    expect(screen.getByLabelText('address')).toHaveTextContent(
      `${PAGE}?remediation=remediation-1`,
    );
    await press('Close');
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
    expect(screen.getByLabelText('address')).toHaveTextContent(
      new RegExp(`${PAGE}$`),
    );
    await step(() => api.remediations.advance('remediation-1'));

    await openDialog();
    expect(await screen.findByText('Step 3 of 5: Confirm')).toBeInTheDocument();
    expect(api.remediations.items).toHaveLength(1);
    rendered.unmount();

    await renderDrift({
      api,
      signals,
      path: '/drift?remediation=remediation-1',
    });
    expect(
      await screen.findByRole('dialog', { name: 'Remediate tf-sandbox-aks' }),
    ).toBeInTheDocument();
    expect(
      await screen.findByRole('button', { name: 'Apply now' }),
    ).toBeInTheDocument();
  });

  it('shows a refusal in words and what is true now', async () => {
    const { api, signals } = backend();
    await renderDrift({ api, signals, path: PAGE });
    await askForPreview();
    await step(() => api.remediations.advance('remediation-1'));
    await screen.findByRole('button', { name: 'Apply now' });
    jest
      .spyOn(api, 'confirmRemediation')
      .mockRejectedValueOnce(
        new ConflictError('The window opens at 22:00; try again then'),
      );
    await press('Apply now');

    expect(
      await screen.findByText(
        'It was refused: The window opens at 22:00; try again then',
      ),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('button', { name: 'Apply now' }),
    ).not.toHaveAttribute('aria-disabled');
  });

  it('says so when what would change becomes different while somebody reads', async () => {
    const { api, signals } = backend({
      previews: { [AKS]: { changes: [DELETES] } },
    });
    await renderDrift({ api, signals, path: PAGE });
    await askForPreview();
    await step(() => api.remediations.advance('remediation-1'));
    const field = await screen.findByLabelText(/^Type tf-sandbox-aks/);
    await userEvent.type(field, 'tf-sandbox-aks');
    await step(() => {
      const { preview } = api.remediations.get('remediation-1');
      if (preview) {
        api.remediations.patch('remediation-1', {
          previewHash: 'other',
          preview: { ...preview, hash: 'other' },
        });
      }
    });

    expect(
      await screen.findByText('What would change is different now'),
    ).toBeInTheDocument();
    expect(field).toHaveValue('');
  });

  it('offers the patch of the code, and says why no pull request can be opened', async () => {
    const diff =
      '--- a/main.tf\n+++ b/main.tf\n@@ -1,3 +1,3 @@\n node_pool {\n-  node_count = 3\n+  node_count = 5\n }\n';
    const { api, signals } = backend({
      previews: {
        [AKS]: {
          changes: [DELETES],
          patch: { diff, files: [{ path: 'main.tf', diff }] },
          instructions: [
            {
              address: 'sandbox_firewall.web',
              path: '/source',
              text: 'Set the default of variable source to "*".',
            },
          ],
          pullRequest: {
            possible: false,
            reason: 'The code is a directory of this host.',
          },
        },
      },
    });
    await renderDrift({ api, signals, path: PAGE });
    await openDialog();
    await userEvent.click(
      await screen.findByRole('radio', { name: 'Make the code match reality' }),
    );
    await press('Show what would change');
    await step(() => api.remediations.advance('remediation-1'));

    const patch = await screen.findByRole('group', {
      name: 'Proposed change of main.tf',
    });
    expect(patch).toHaveTextContent('in the code now: node_count = 3');
    expect(
      screen.queryByText('This destroys something'),
    ).not.toBeInTheDocument();
    expect(patch).toHaveTextContent('proposed: node_count = 5');
    expect(
      screen.getByRole('button', { name: 'Download the patch' }),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('button', { name: 'Copy the patch' }),
    ).toBeInTheDocument();
    expect(
      screen.getByText('Set the default of variable source to "*".'),
    ).toBeInTheDocument();
    await press('Open a pull request. The code is a directory of this host.');
    expect(api.remediations.calls).toEqual(['request']);
  });

  it('opens the dialog to accept drift for now', async () => {
    const { api, signals } = backend();
    await renderDrift({ api, signals, path: PAGE });
    await openDialog();
    await userEvent.click(
      await screen.findByRole('radio', { name: /^Accept for now/ }),
    );
    await press(/^Accept for now/);

    expect(
      await screen.findByRole('dialog', { name: /Acknowledge drift/ }),
    ).toBeInTheDocument();
    expect(
      screen.queryByRole('dialog', { name: 'Remediate tf-sandbox-aks' }),
    ).not.toBeInTheDocument();
  });
});

describe('RemediateButton', () => {
  it.each([
    [
      'remediation is not enabled',
      { status: { enabled: false } },
      {},
      /^Remediate tf-sandbox-aks\. Remediation is not enabled here/,
    ],
    [
      'the stop switch is on',
      { status: { stopped: true, stopReason: 'Freeze until Monday.' } },
      {},
      'Remediate tf-sandbox-aks. Remediation is stopped for now: Freeze until Monday.',
    ],
    [
      'there is no drift',
      {},
      { status: 'pending', driftedResources: 0 } as const,
      'Remediate tf-sandbox-aks. There is no drift to remediate.',
    ],
    [
      'the source cannot be remediated',
      { status: { sources: [] } },
      {},
      'Remediate tf-sandbox-aks. Terraform targets cannot be remediated here.',
    ],
  ])('says why it does nothing when %s', async (_, options, target, name) => {
    const { api, signals } = backend(options, target);
    await renderDrift({ api, signals, path: PAGE });

    const button = await screen.findByRole('button', { name });
    expect(button).toHaveAttribute('aria-disabled', 'true');
    await userEvent.click(button);
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('is not there for a clean target, and asks once a page whether it may be', async () => {
    const api = new FakeDriftApi({
      targets: [
        drifted(),
        drifted({ name: 'tf-b', id: 'terraform:acme/tf-b' }),
        sampleTarget({ name: 'tf-clean' }),
      ],
      findings: FINDINGS,
    });
    const status = jest.spyOn(api, 'getRemediationStatus');
    await renderDrift({ api });

    expect(
      await screen.findByRole('button', { name: 'Remediate tf-b' }),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('button', { name: 'Remediate tf-sandbox-aks' }),
    ).toBeInTheDocument();
    expect(
      screen.queryByRole('button', { name: /Remediate tf-clean/ }),
    ).not.toBeInTheDocument();
    expect(status).toHaveBeenCalledTimes(1);
  });
});
