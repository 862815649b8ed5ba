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

import { StoredIgnoreRule } from '@infra-hub/backstage-plugin-drift-common';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeDriftApi } from '../__testUtils__/FakeDriftApi';
import { renderDrift } from '../__testUtils__/renderDrift';
import {
  minutesAgo,
  sampleFinding,
  sampleTarget,
} from '../__testUtils__/samples';

const PATH = '/drift/ignore-rules';
const target = sampleTarget({ name: 'tf-sandbox-aks' });

const tags: StoredIgnoreRule = {
  id: 'tags',
  reason: 'Tags are set by FinOps.',
  path: '/tags/*',
  resourceType: 'sandbox_*',
  client: 'acme',
  origin: 'api',
  createdBy: 'user:default/jo',
  createdAt: minutesAgo(3 * 24 * 60),
  mutedNow: 41,
  mutedTotal: 1_204,
  lastMutedAt: minutesAgo(5),
};
const configured: StoredIgnoreRule = {
  id: 'from-config',
  reason: 'Agreed with everybody.',
  address: 'sandbox_host.bastion',
  expires: minutesAgo(60),
  origin: 'config',
  mutedNow: 0,
  mutedTotal: 0,
  deadHint: 'It has not muted anything in 90 days.',
};

const findings = [
  sampleFinding(),
  sampleFinding({
    address: 'sandbox_bucket.logs',
    resourceType: 'sandbox_bucket',
    severity: 'high',
    fields: [
      { path: '/tags/team', actual: 'x', desired: 'y' },
      { path: '/policy', actual: 'x', desired: 'y' },
    ],
  }),
];

function apiWith(ignoreRules: StoredIgnoreRule[]): FakeDriftApi {
  return new FakeDriftApi({
    targets: [target],
    findings: [...findings],
    muting: { ignoreRules },
  });
}

/** At once: the form has many fields, and typing is not what is tested. */
function fill(dialog: HTMLElement, name: RegExp, text: string) {
  fireEvent.change(within(dialog).getByRole('textbox', { name }), {
    target: { value: text },
  });
}

async function openForm() {
  await userEvent.click(
    await screen.findByRole('button', { name: 'New rule' }),
  );
  return screen.findByRole('dialog', { name: 'New ignore rule' });
}

const save = (dialog: HTMLElement) =>
  within(dialog).getByRole('button', { name: /^Save rule/ });

describe('IgnoreRulesPage', () => {
  it('tells of each rule what it mutes, why, how often and until when', async () => {
    await renderDrift({ api: apiWith([tags, configured]), path: PATH });

    const row = await screen.findByRole('row', { name: /^tags/ });
    for (const text of [
      'Tags are set by FinOps.',
      'field /tags/*, of type sandbox_*, of client acme',
      'Mutes 41 findings now',
      '1,204 in all, last 5 minutes ago',
      'never',
      'Written here',
      'jo, 3 days ago',
    ]) {
      expect(row).toHaveTextContent(text);
    }
    const other = screen.getByRole('row', { name: /^from-config/ });
    for (const text of [
      'any change, at sandbox_host.bastion',
      'never used',
      'Of no use?',
      'It has not muted anything in 90 days.',
      'Expired',
      'Configuration',
    ]) {
      expect(other).toHaveTextContent(text);
    }
  });

  it('cannot change rules of the configuration, and says where they are', async () => {
    await renderDrift({ api: apiWith([configured]), path: PATH });

    await userEvent.click(
      await screen.findByRole('button', {
        name: /^Edit rule from-config\. .*drift\.ignoreRules/,
      }),
    );
    await userEvent.click(
      screen.getByRole('button', {
        name: /^Delete rule from-config\?\. .*drift\.ignoreRules/,
      }),
    );
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('saves a rule only after a test of exactly what it mutes', async () => {
    const api = apiWith([]);
    const test = jest.spyOn(api, 'testIgnoreRule');
    await renderDrift({ api, path: PATH });
    expect(
      await screen.findByText('There are no ignore rules'),
    ).toBeInTheDocument();
    const dialog = await openForm();

    expect(save(dialog)).toHaveAttribute('aria-disabled', 'true');
    fill(dialog, /^Reason/, 'Tags are set by FinOps.');
    fill(dialog, /^Name of the rule/, 'tags');
    fill(dialog, /^Field/, '/tags');
    fill(dialog, /^Client/, 'acme');
    expect(dialog).toHaveTextContent('Mutes: field /tags, of client acme.');
    expect(dialog).toHaveTextContent(
      'it never mutes that a resource is missing, goes or is replaced'.replace(
        'it',
        'It speaks of fields: it',
      ),
    );
    expect(save(dialog)).toHaveAccessibleName(/Test it against history first/);
    await userEvent.click(save(dialog));
    expect(api.muting.rules).toEqual([]);

    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Test against history' }),
    );
    expect(
      await within(dialog).findByText('This rule would have muted 0 findings.'),
    ).toBeInTheDocument();
    expect(dialog).toHaveTextContent('1 muted in part');
    expect(dialog).toHaveTextContent('Muted: /tags/team');
    expect(test).toHaveBeenLastCalledWith({ client: 'acme', path: '/tags' });

    fill(dialog, /^Field/, '/policy');
    expect(dialog).toHaveTextContent(
      'The rule is another one since it was tested.',
    );
    expect(save(dialog)).toHaveAttribute('aria-disabled', 'true');

    fill(dialog, /^Field/, '/tags');
    // A reason is no part of what it mutes.
    fill(dialog, /^Reason/, 'Tags are set by FinOps every night.');
    await userEvent.click(save(dialog));

    expect(
      await screen.findByText(/^Rule tags is saved\./),
    ).toBeInTheDocument();
    expect(api.muting.rules).toMatchObject([
      {
        id: 'tags',
        reason: 'Tags are set by FinOps every night.',
        path: '/tags',
        client: 'acme',
      },
    ]);
    expect(
      await screen.findByRole('row', { name: /^tags/ }),
    ).toBeInTheDocument();
  });

  it('saves without a test only when somebody says so', async () => {
    const api = apiWith([]);
    await renderDrift({ api, path: PATH });
    const dialog = await openForm();
    fill(dialog, /^Reason/, 'Known.');
    fill(dialog, /^Name of the rule/, 'known');
    fill(dialog, /^Actual value/, '5');
    expect(dialog).toHaveTextContent('Only where the value really is 5.');

    await userEvent.click(
      within(dialog).getByRole('checkbox', { name: 'Save without a test' }),
    );
    await userEvent.click(save(dialog));

    expect(
      await screen.findByText(/^Rule known is saved\./),
    ).toBeInTheDocument();
    expect(api.muting.rules).toMatchObject([{ id: 'known', value: 5 }]);
  });

  it('warns of what is severe and of what is too broad, with examples', async () => {
    const api = new FakeDriftApi({
      targets: [target],
      findings: [...findings],
      muting: {
        test: {
          examined: 100,
          muted: 60,
          bySeverity: { low: 50, medium: 8, high: 2, critical: 0 },
          openMuted: 7,
          targets: 9,
          truncated: true,
          summary: 'would have muted 60 findings, 2 of them high',
        },
      },
    });
    await renderDrift({ api, path: PATH });
    const dialog = await openForm();
    fill(dialog, /^Resource type/, 'sandbox_bucket');
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Test against history' }),
    );

    for (const text of [
      'This rule would have muted 60 findings, 2 of them high.',
      /It would have hidden 2 findings of high or critical severity\./,
      /It would have muted 60 % of all drift that was ever found\./,
      'There is more history than was looked at.',
      /100 findings looked at · 7 of the muted are open now · in 9 targets/,
    ]) {
      expect(await within(dialog).findByText(text)).toBeInTheDocument();
    }
    expect(
      within(dialog)
        .getAllByRole('listitem')
        .map(item => item.textContent),
    ).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^High 2$/),
        expect.stringMatching(/sandbox_bucket\.logs.*Muted: the whole finding/),
      ]),
    );
  });

  it('says at once what is wrong with a field', async () => {
    await renderDrift({ api: apiWith([tags]), path: PATH });
    const dialog = await openForm();

    expect(dialog).toHaveTextContent('Name at least one thing that it mutes');
    fill(dialog, /^Name of the rule/, 'tags');
    expect(dialog).toHaveTextContent('Another rule has this name.');
    fill(dialog, /^Name of the rule/, 'with space');
    expect(dialog).toHaveTextContent(/Use 1 to 100 letters/);
    fill(dialog, /^Field/, 'tags');
    expect(dialog).toHaveTextContent('A pointer begins with a slash');
    fill(dialog, /^Field/, '');
    fill(dialog, /^Resource type/, '*');
    expect(dialog).toHaveTextContent('Name at least one thing that it mutes');
    fill(dialog, /^Address/, 'sandbox_host.bastion');
    expect(dialog).toHaveTextContent(
      'It names one resource as a whole: it mutes also that this resource is missing',
    );
    fireEvent.change(within(dialog).getByLabelText('Expires'), {
      target: { value: '2020-01-01' },
    });
    expect(dialog).toHaveTextContent('Choose a day from today on.');
  });

  it('edits a rule and keeps its name', async () => {
    const api = apiWith([{ ...tags }]);
    await renderDrift({ api, path: PATH });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Edit rule tags' }),
    );
    const dialog = await screen.findByRole('dialog', {
      name: 'Edit rule tags',
    });
    expect(
      within(dialog).getByRole('textbox', { name: /^Name of the rule/ }),
    ).toBeDisabled();
    fill(dialog, /^Client/, '');
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Test against history' }),
    );
    await within(dialog).findByText(/^This rule would have/);
    await userEvent.click(save(dialog));

    expect(
      await screen.findByText(/^Rule tags is saved\./),
    ).toBeInTheDocument();
    expect(api.muting.rules).toEqual([
      expect.objectContaining({ id: 'tags', path: '/tags/*' }),
    ]);
    expect(api.muting.rules[0].client).toBeUndefined();
  });

  it('keeps what was written when the backend refuses', async () => {
    const api = apiWith([]);
    jest
      .spyOn(api, 'createIgnoreRule')
      .mockRejectedValue(new Error('There is a rule known already'));
    await renderDrift({ api, path: PATH });
    const dialog = await openForm();
    fill(dialog, /^Reason/, 'Known.');
    fill(dialog, /^Name of the rule/, 'known');
    fill(dialog, /^Field/, '/tags');
    await userEvent.click(
      within(dialog).getByRole('checkbox', { name: 'Save without a test' }),
    );
    await userEvent.click(save(dialog));

    expect(
      await within(dialog).findByText(
        'It could not be saved: There is a rule known already',
      ),
    ).toBeInTheDocument();
    expect(
      within(dialog).getByRole('textbox', { name: /^Reason/ }),
    ).toHaveValue('Known.');
  });

  it('deletes a rule after a question', async () => {
    const api = apiWith([{ ...tags }, configured]);
    await renderDrift({ api, path: PATH });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Delete rule tags?' }),
    );
    const dialog = await screen.findByRole('dialog', {
      name: 'Delete rule tags?',
    });
    expect(dialog).toHaveTextContent(
      'The 41 findings that it mutes now alarm again within moments.',
    );
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Delete' }),
    );

    expect(
      await screen.findByText('Rule tags is deleted.'),
    ).toBeInTheDocument();
    await waitFor(() =>
      expect(
        screen.queryByRole('row', { name: /^tags/ }),
      ).not.toBeInTheDocument(),
    );
  });

  it('finds the rule that a link leads to, and says when it is gone', async () => {
    await renderDrift({
      api: apiWith([tags, configured]),
      path: `${PATH}?rule=from-config`,
    });
    const row = await screen.findByRole('row', { name: /^from-config/ });
    expect(row).toHaveAttribute('aria-current', 'true');
    expect(
      screen.queryByRole('row', { name: /^tags/ }),
    ).not.toBeInTheDocument();

    fireEvent.change(screen.getByRole('searchbox', { name: 'Search rules' }), {
      target: { value: 'no-such-rule' },
    });
    expect(
      await screen.findByText('No rule matches “no-such-rule”'),
    ).toBeInTheDocument();
  });

  it('pages through many rules', async () => {
    await renderDrift({
      api: apiWith(
        Array.from({ length: 30 }, (_, index) => ({
          ...tags,
          id: `rule-${index}-end`,
        })),
      ),
      path: PATH,
    });
    await screen.findByRole('row', { name: /rule-0-end/ });
    await userEvent.click(screen.getByRole('button', { name: 'Next page' }));
    expect(
      await screen.findByRole('row', { name: /rule-29-end/ }),
    ).toBeInTheDocument();
  });

  it('says why rules could not be loaded, and tries again', async () => {
    const api = apiWith([tags]);
    api.failure = new Error('The database is locked');
    await renderDrift({ api, path: PATH });
    expect(
      await screen.findByText('The database is locked'),
    ).toBeInTheDocument();
    api.failure = undefined;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(
      await screen.findByRole('row', { name: /^tags/ }),
    ).toBeInTheDocument();
  });
});

describe('importing rules', () => {
  async function openImport() {
    await userEvent.click(
      await screen.findByRole('button', { name: 'Import…' }),
    );
    return screen.findByRole('dialog', { name: 'Import ignore rules' });
  }

  it('first says what comes in and what does not, then imports it', async () => {
    const api = apiWith([]);
    const send = jest.spyOn(api, 'importIgnoreRules');
    await renderDrift({ api, path: PATH });
    const dialog = await openImport();
    expect(
      within(dialog).getByRole('button', {
        name: 'Check. Paste the rules, or read a file.',
      }),
    ).toBeInTheDocument();

    fill(dialog, /^Content/, '# ours\naws_iam_role.*\n!aws_iam_role.admin');
    fill(dialog, /^Client/, 'acme');
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Check' }),
    );

    expect(
      await within(dialog).findByText('1 rule comes in'),
    ).toBeInTheDocument();
    expect(dialog).toHaveTextContent(
      'imported-1: any change, at aws_iam_role.*, of client acme',
    );
    expect(dialog).toHaveTextContent(
      /1 entry has no equal here.*Line 3: !aws_iam_role\.admin: Exceptions/,
    );
    expect(api.muting.rules).toEqual([]);
    expect(send).toHaveBeenLastCalledWith(
      expect.objectContaining({ dryRun: true, format: 'driftignore' }),
    );

    // Another text has to be looked at again.
    fill(dialog, /^Content/, 'aws_iam_role.*\naws_iam_user.*');
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Check' }),
    );
    await userEvent.click(
      await within(dialog).findByRole('button', { name: 'Import 2 rules' }),
    );
    expect(
      await screen.findByText('2 rules are imported.'),
    ).toBeInTheDocument();
    expect(api.muting.rules.map(({ address }) => address)).toEqual([
      'aws_iam_role.*',
      'aws_iam_user.*',
    ]);
  });

  it('reads a file, and takes YAML for rules of Argo CD', async () => {
    await renderDrift({ api: apiWith([]), path: PATH });
    const dialog = await openImport();

    await userEvent.upload(
      within(dialog).getByTestId('drift-import-file'),
      // jsdom cannot read files as text.
      Object.assign(new File([], 'application.yaml'), {
        text: async () => 'ignoreDifferences: []',
      }),
    );

    await waitFor(() =>
      expect(
        within(dialog).getByRole('textbox', { name: /^Content/ }),
      ).toHaveValue('ignoreDifferences: []'),
    );
    expect(
      within(dialog).getByRole('combobox', { name: 'Format' }),
    ).toHaveValue('argocd');
  });

  it('says why it could not be done', async () => {
    const api = apiWith([]);
    jest
      .spyOn(api, 'importIgnoreRules')
      .mockRejectedValue(new Error('The YAML ends too early in line 2'));
    await renderDrift({ api, path: PATH });
    const dialog = await openImport();
    fill(dialog, /^Content/, 'x');
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Check' }),
    );
    expect(
      await within(dialog).findByText(
        'It could not be imported: The YAML ends too early in line 2',
      ),
    ).toBeInTheDocument();
  });
});

describe('muting like a finding', () => {
  const drifted = sampleTarget({
    name: 'tf-sandbox-aks',
    status: 'drifted',
    driftedResources: 2,
  });
  const page = `/drift/targets/${encodeURIComponent(drifted.id)}`;

  async function openMute(address: string) {
    await userEvent.click(
      await screen.findByRole('button', { name: `Actions on ${address}` }),
    );
    await userEvent.click(
      await screen.findByRole('menuitem', { name: /^Mute like this…/ }),
    );
    return screen.findByRole('dialog', { name: `Mute like ${address}` });
  }

  it('begins with the narrowest rule and why it is so', async () => {
    const api = new FakeDriftApi({
      targets: [drifted],
      findings: [...findings],
    });
    await renderDrift({ api, path: page });
    const dialog = await openMute('sandbox_cluster.main');

    expect(
      await within(dialog).findByText('Only /node_pool/0/node_count is muted.'),
    ).toBeInTheDocument();
    const valueOf = (name: RegExp) =>
      within(dialog).getByRole<HTMLInputElement>('textbox', { name }).value;
    expect(valueOf(/^Address/)).toBe('sandbox_cluster.main');
    expect(valueOf(/^Field/)).toBe('/node_pool/0/node_count');
    expect(valueOf(/^Target/)).toBe('tf-sandbox-aks');
    expect(valueOf(/^Reason/)).toBe('');

    fill(dialog, /^Reason/, 'The autoscaler does that.');
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Test against history' }),
    );
    await within(dialog).findByText('This rule would have muted 1 findings.');
    await userEvent.click(save(dialog));

    expect(
      await screen.findByText(/^Rule mute-main is saved\./),
    ).toBeInTheDocument();
    expect(api.muting.rules).toMatchObject([
      { address: 'sandbox_cluster.main', path: '/node_pool/0/node_count' },
    ]);
  });

  it('offers each field of a finding that has several', async () => {
    const api = new FakeDriftApi({
      targets: [drifted],
      findings: [...findings],
    });
    const suggest = jest.spyOn(api, 'suggestIgnoreRule');
    await renderDrift({ api, path: page });
    const dialog = await openMute('sandbox_bucket.logs');

    await userEvent.selectOptions(
      await within(dialog).findByRole('combobox', { name: 'What is muted' }),
      'Only /policy',
    );

    expect(
      await within(dialog).findByText('Only /policy is muted.'),
    ).toBeInTheDocument();
    expect(suggest).toHaveBeenLastCalledWith(drifted.id, findings[1].id, {
      path: '/policy',
    });
  });

  it('says why there is no suggestion, and tries again', async () => {
    const api = new FakeDriftApi({
      targets: [drifted],
      findings: [...findings],
    });
    const suggest = jest
      .spyOn(api, 'suggestIgnoreRule')
      .mockRejectedValue(new Error('It is gone'));
    await renderDrift({ api, path: page });
    const dialog = await openMute('sandbox_cluster.main');
    expect(await within(dialog).findByText('It is gone')).toBeInTheDocument();

    suggest.mockRestore();
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Try again' }),
    );
    expect(
      await within(dialog).findByRole('textbox', { name: /^Address/ }),
    ).toBeInTheDocument();
  });
});
