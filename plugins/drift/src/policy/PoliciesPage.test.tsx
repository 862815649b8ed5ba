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

import {
  RemediationStatus,
  StoredRemediationPolicy,
} from '@infra-hub/backstage-plugin-drift-common';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeDriftApi } from '../__testUtils__/FakeDriftApi';
import { renderDrift } from '../__testUtils__/renderDrift';
import { minutesAgo, sampleTarget } from '../__testUtils__/samples';

const PATH = '/drift/policies';

const atNight: StoredRemediationPolicy = {
  id: 'acme-at-night',
  client: 'acme',
  resourceType: 'azurerm_*',
  severity: ['low', 'medium'],
  change: ['update'],
  mode: 'auto',
  reason: 'Small things at night.',
  windows: [
    {
      kind: 'allow',
      cron: '0 22 * * 1-5',
      duration: 'PT4H',
      timezone: 'Europe/Berlin',
    },
    { kind: 'deny', cron: '0 0 24 12 *', duration: 'P2D' },
  ],
  limitPerDay: 3,
  dryRun: true,
  origin: 'api',
  updatedBy: 'user:default/jo',
  updatedAt: minutesAgo(180),
};
const configured: StoredRemediationPolicy = {
  id: 'grave-is-reviewed',
  severity: ['critical'],
  mode: 'review',
  origin: 'config',
};

function apiWith(
  policies: StoredRemediationPolicy[],
  status: Partial<RemediationStatus> = {},
): FakeDriftApi {
  return new FakeDriftApi({
    targets: [sampleTarget()],
    remediation: { policies, status },
  });
}

function fill(within_: HTMLElement, name: RegExp, text: string) {
  fireEvent.change(within(within_).getByRole('textbox', { name }), {
    target: { value: text },
  });
}

const save = (dialog: HTMLElement) =>
  within(dialog).getByRole('button', { name: /^Save policy/ });

async function openForm() {
  await userEvent.click(
    await screen.findByRole('button', { name: 'New policy' }),
  );
  return screen.findByRole('dialog', { name: 'New policy' });
}

describe('PoliciesPage', () => {
  it('tells of each policy what it holds for, its mode, windows and limits, most specific first', async () => {
    await renderDrift({ api: apiWith([configured, atNight]), path: PATH });

    const row = await screen.findByRole('row', { name: /^acme-at-night/ });
    for (const text of [
      'Small things at night.',
      'client acme, type azurerm_*, repairs that update, severity low or medium',
      'Auto',
      'Dry run',
      'only Mon–Fri at 22:00, for 4 hours (Europe/Berlin)',
      'never at “0 0 24 12 *”, for 2 days (UTC)',
      'at most 3 automatic remediations a day',
      'Written here',
      'jo, 3 hours ago',
    ]) {
      expect(row).toHaveTextContent(text);
    }
    expect(
      screen.getByRole('row', { name: /^grave-is-reviewed/ }),
    ).toHaveTextContent(/severity critical.*Review.*any time.*Configuration/);
    expect(
      screen
        .getAllByRole('rowheader')
        .map(header => header.textContent?.slice(0, 5)),
    ).toEqual(['acme-', 'grave']);
    expect(screen.getByText(/^Where no policy matches/)).toHaveTextContent(
      'Where no policy matches: Alert',
    );
  });

  it('shows many a page at a time, beginning where the one is that was asked for', async () => {
    const many = Array.from({ length: 60 }, (_, index) => ({
      ...configured,
      id: `policy-${String(index).padStart(2, '0')}`,
    }));
    await renderDrift({
      api: apiWith(many),
      path: `${PATH}?policy=policy-30`,
    });

    expect(
      await screen.findByRole('row', { name: /^policy-30/ }),
    ).toBeInTheDocument();
    expect(screen.getAllByRole('rowheader')).toHaveLength(25);
    await userEvent.click(screen.getByRole('button', { name: /next/i }));
    expect(
      await screen.findByRole('row', { name: /^policy-59/ }),
    ).toBeInTheDocument();
    expect(screen.getAllByRole('rowheader')).toHaveLength(10);
  });

  it('says when there is none', async () => {
    await renderDrift({ api: apiWith([]), path: PATH });
    expect(
      await screen.findByText('There are no policies'),
    ).toBeInTheDocument();
  });

  it('writes a policy with a window, and sends the revision that was seen', async () => {
    const api = apiWith([configured, atNight]);
    const set = jest.spyOn(api, 'setRemediationPolicies');
    await renderDrift({ api, path: PATH });
    const dialog = await openForm();
    expect(save(dialog)).toHaveAttribute('aria-disabled', 'true');

    fill(dialog, /^Name of the policy/, 'heal-config-maps');
    await userEvent.click(within(dialog).getByRole('radio', { name: /^Auto/ }));
    expect(dialog).toHaveTextContent(
      'It never deletes or replaces without a person',
    );
    expect(dialog).toHaveTextContent(
      'It holds for every target of every client.',
    );
    fill(dialog, /^Source/, 'kubernetes');
    fill(dialog, /^Resource type/, 'configmap');
    expect(dialog).not.toHaveTextContent(
      'It holds for every target of every client.',
    );
    await userEvent.click(
      within(dialog).getByRole('checkbox', { name: 'delete' }),
    );
    expect(dialog).toHaveTextContent(
      'resources are deleted or replaced without a person',
    );
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Add a window' }),
    );
    const window = within(dialog).getByRole('group', { name: 'Window 1' });
    fill(window, /^Opens/, '0 6 * *');
    expect(window).toHaveTextContent('A cron expression has five fields');
    expect(save(dialog)).toHaveAttribute('aria-disabled', 'true');
    fill(window, /^Opens/, '0 6 * * *');
    fill(window, /^Stays open/, 'two hours');
    expect(window).toHaveTextContent('Give an ISO 8601 duration');
    fill(window, /^Stays open/, 'PT2H');
    fill(window, /^Time zone/, 'Europe/Atlantis');
    expect(window).toHaveTextContent('There is no such time zone.');
    fill(window, /^Time zone/, 'Europe/Berlin');
    expect(window).toHaveTextContent(
      'only every day at 06:00, for 2 hours (Europe/Berlin)',
    );
    fill(dialog, /^Most automatic/, '0');
    expect(dialog).toHaveTextContent('Give a whole number from 1 to 100,000.');
    fill(dialog, /^Most automatic/, '20');
    await userEvent.click(save(dialog));

    expect(
      await screen.findByText('Policy heal-config-maps is saved.'),
    ).toBeInTheDocument();
    const { origin, updatedBy, updatedAt, ...kept } = atNight;
    expect(set).toHaveBeenCalledWith({
      expectedRevision: 1,
      policies: [
        kept,
        {
          id: 'heal-config-maps',
          mode: 'auto',
          source: 'kubernetes',
          resourceType: 'configmap',
          change: ['delete'],
          windows: [
            {
              kind: 'allow',
              cron: '0 6 * * *',
              duration: 'PT2H',
              timezone: 'Europe/Berlin',
            },
          ],
          limitPerDay: 20,
        },
      ],
    });
    expect(
      await screen.findByRole('row', { name: /^heal-config-maps/ }),
    ).toBeInTheDocument();
  });

  it('edits a policy and leaves the others alone', async () => {
    const api = apiWith([atNight, { ...atNight, id: 'other' }, configured]);
    await renderDrift({ api, path: PATH });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Edit policy acme-at-night' }),
    );
    const dialog = await screen.findByRole('dialog', {
      name: 'Edit policy acme-at-night',
    });
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Remove window 2' }),
    );
    fill(dialog, /^Client/, 'globex');
    await userEvent.click(save(dialog));

    await screen.findByText('Policy acme-at-night is saved.');
    const written = new Map(
      api.remediations.policies.policies.map(each => [each.id, each]),
    );
    expect(written.get('acme-at-night')).toMatchObject({
      client: 'globex',
      windows: [atNight.windows?.[0]],
      limitPerDay: 3,
      dryRun: true,
    });
    expect(written.get('other')).toMatchObject({ client: 'acme' });
    expect([...written.keys()].sort()).toEqual([
      'acme-at-night',
      'grave-is-reviewed',
      'other',
    ]);
  });

  it('deletes a policy after a question', async () => {
    const api = apiWith([atNight, configured]);
    await renderDrift({ api, path: PATH });
    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Delete policy acme-at-night?',
      }),
    );
    await userEvent.click(
      within(await screen.findByRole('dialog')).getByRole('button', {
        name: 'Delete',
      }),
    );

    expect(
      await screen.findByText('Policy acme-at-night is deleted.'),
    ).toBeInTheDocument();
    await waitFor(() =>
      expect(
        screen.queryByRole('row', { name: /^acme-at-night/ }),
      ).not.toBeInTheDocument(),
    );
  });

  it('loads again and says so when somebody else was faster, then saves', async () => {
    const api = apiWith([atNight]);
    await renderDrift({ api, path: PATH });
    const dialog = await openForm();
    fill(dialog, /^Name of the policy/, 'mine');
    await api.setRemediationPolicies({
      policies: [{ ...atNight, id: 'theirs' }],
    });

    await userEvent.click(save(dialog));
    expect(
      await within(dialog).findByText(
        /^Somebody changed the policies meanwhile\. They were loaded again/,
      ),
    ).toBeInTheDocument();
    expect(
      await screen.findByRole('row', { name: /^theirs/ }),
    ).toBeInTheDocument();

    await userEvent.click(save(dialog));
    expect(
      await screen.findByText('Policy mine is saved.'),
    ).toBeInTheDocument();
    expect(
      api.remediations.policies.policies.map(({ id }) => id).sort(),
    ).toEqual(['mine', 'theirs']);
  });

  it('shows what the backend does not like, and keeps what was written', async () => {
    const api = apiWith([]);
    jest
      .spyOn(api, 'setRemediationPolicies')
      .mockRejectedValue(new Error('The windows never open.'));
    await renderDrift({ api, path: PATH });
    const dialog = await openForm();
    fill(dialog, /^Name of the policy/, 'mine');
    await userEvent.click(save(dialog));

    expect(
      await within(dialog).findByText(
        'It could not be saved: The windows never open.',
      ),
    ).toBeInTheDocument();
    expect(
      within(dialog).getByRole('textbox', { name: /^Name of the policy/ }),
    ).toHaveValue('mine');
  });

  it('cannot change policies of the configuration, and says where they are', async () => {
    await renderDrift({ api: apiWith([configured]), path: PATH });
    await userEvent.click(
      await screen.findByRole('button', {
        name: /^Edit policy grave-is-reviewed\. .*drift\.remediation\.policies/,
      }),
    );
    await userEvent.click(
      screen.getByRole('button', {
        name: /^Delete policy grave-is-reviewed\?\. .*drift\.remediation/,
      }),
    );
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('marks the policy that a link leads to, and says when it is gone', async () => {
    await renderDrift({
      api: apiWith([atNight, configured]),
      path: `${PATH}?policy=acme-at-night`,
    });
    expect(
      await screen.findByRole('row', { name: /^acme-at-night/ }),
    ).toHaveAttribute('aria-current', 'true');
    expect(
      screen.getByRole('row', { name: /^grave-is-reviewed/ }),
    ).not.toHaveAttribute('aria-current');
  });

  it('says that a policy that a link leads to is gone', async () => {
    await renderDrift({
      api: apiWith([configured]),
      path: `${PATH}?policy=acme-at-night`,
    });
    expect(
      await screen.findByText('There is no policy “acme-at-night” any more.'),
    ).toBeInTheDocument();
  });

  it('says why policies could not be loaded, and tries again', async () => {
    const api = apiWith([atNight]);
    api.failure = new Error('The database is locked');
    await renderDrift({ api, path: PATH });
    expect(
      await screen.findByText('The database is locked'),
    ).toBeInTheDocument();
    api.failure = undefined;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(
      await screen.findByRole('row', { name: /^acme-at-night/ }),
    ).toBeInTheDocument();
  });
});

describe('how remediation stands', () => {
  it.each([
    [{}, 'Enabled', /Drift can be remediated from here/],
    [{ enabled: false }, 'Not enabled', /drift\.remediation\.enabled/],
    [{ dryRun: true }, 'Dry run', /nothing is applied/],
    [
      { selfApproval: true },
      'Own requests may be approved',
      /drift\.remediation\.selfApproval/,
    ],
  ])('is told where the status is %j', async (status, word, hint) => {
    await renderDrift({ api: apiWith([], status), path: PATH });
    const section = await screen.findByRole('region', { name: 'Remediation' });
    const entry = within(section)
      .getAllByRole('listitem')
      .find(item => item.textContent?.startsWith(word));
    expect(entry).toHaveTextContent(hint);
  });

  it('is stopped with a reason and a confirmation, and goes on again', async () => {
    const api = apiWith([]);
    await renderDrift({ api, path: PATH });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Stop all remediation' }),
    );
    const dialog = await screen.findByRole('dialog', {
      name: 'Stop all remediation?',
    });
    const confirm = within(dialog).getByRole('button', {
      name: 'Stop. Give a reason of at least three characters.',
    });
    await userEvent.click(confirm);
    expect(api.remediations.status.stopped).toBe(false);
    await userEvent.type(
      within(dialog).getByRole('textbox', { name: /^Why\?/ }),
      'The provider has an outage.',
    );
    await userEvent.click(confirm);

    const alert = (
      await screen.findByText('All remediation is stopped')
    ).closest('[role="note"]');
    expect(alert).toHaveTextContent(
      /by guest, .*ago.*The provider has an outage\.|by guest, in 0 seconds.*The provider has an outage\./,
    );
    expect(api.remediations.status.stopped).toBe(true);

    await userEvent.click(
      screen.getByRole('button', { name: 'Let remediation go on' }),
    );
    await userEvent.click(
      within(
        await screen.findByRole('dialog', { name: 'Let remediation go on?' }),
      ).getByRole('button', { name: 'Go on' }),
    );
    expect(
      await screen.findByRole('button', { name: 'Stop all remediation' }),
    ).toBeInTheDocument();
    expect(api.remediations.status.stopped).toBe(false);
  });

  it('says why it could not be stopped, and does not look stopped', async () => {
    const api = apiWith([]);
    jest
      .spyOn(api, 'setRemediationStop')
      .mockRejectedValue(new Error('The database is away'));
    await renderDrift({ api, path: PATH });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Stop all remediation' }),
    );
    const dialog = await screen.findByRole('dialog');
    await userEvent.type(
      within(dialog).getByRole('textbox', { name: /^Why\?/ }),
      'Outage.',
    );
    await userEvent.click(within(dialog).getByRole('button', { name: 'Stop' }));
    expect(
      await within(dialog).findByText('The database is away'),
    ).toBeInTheDocument();
    expect(
      screen.queryByText('All remediation is stopped'),
    ).not.toBeInTheDocument();
  });
});
