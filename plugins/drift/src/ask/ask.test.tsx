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

import { ResponseError } from '@backstage/errors';
import {
  Answer,
  MAX_QUESTION_LENGTH,
} from '@infra-hub/backstage-plugin-drift-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeDriftApi } from '../__testUtils__/FakeDriftApi';
import { renderDrift } from '../__testUtils__/renderDrift';
import { sampleTarget } from '../__testUtils__/samples';

const aks = sampleTarget({
  name: 'tf-sandbox-aks',
  status: 'drifted',
  risk: 'high',
  driftedResources: 2,
});

const answer: Answer = {
  text: 'One module has drift: acme / tf-sandbox-aks.',
  targets: [
    {
      id: aks.id,
      name: aks.name,
      client: aks.client,
      status: aks.status,
      risk: aks.risk,
    },
  ],
  answeredBy: { kind: 'ai', model: 'small-model' },
  note: 'Only what you may see.',
};

function newApi(): FakeDriftApi {
  return new FakeDriftApi({
    targets: [aks],
    answers: { 'Which modules have drift?': answer },
  });
}

async function openPanel(): Promise<HTMLElement> {
  await userEvent.click(await screen.findByRole('button', { name: 'Ask' }));
  return screen.findByRole('dialog', { name: 'Ask about drift' });
}

describe('the Ask panel', () => {
  it('answers a typed question with links, who answered and a note', async () => {
    await renderDrift({ api: newApi() });
    const panel = await openPanel();
    const field = within(panel).getByRole('textbox', { name: 'Your question' });
    await waitFor(() => expect(field).toHaveFocus());

    await userEvent.keyboard('Which modules have drift?{Enter}');

    const exchange = await within(panel).findByRole('article', {
      name: 'Which modules have drift?',
    });
    expect(await within(exchange).findByText(answer.text)).toBeInTheDocument();
    const used = within(exchange).getByRole('list', { name: 'Targets used' });
    expect(used).toHaveTextContent('Drifted');
    expect(
      within(used).getByRole('link', { name: 'acme / tf-sandbox-aks' }),
    ).toHaveAttribute(
      'href',
      '/drift/targets/terraform%3Aacme%2Ftf-sandbox-aks',
    );
    expect(exchange).toHaveTextContent('Written by small-model');
    expect(exchange).toHaveTextContent('Only what you may see.');
    expect(within(panel).getByRole('status')).toHaveTextContent(
      `Answer: ${answer.text}`,
    );
    expect(field).toHaveValue('');
  });

  it('suggests questions, one of them about a module that exists', async () => {
    const api = newApi();
    const ask = jest.spyOn(api, 'ask');
    await renderDrift({ api });
    await screen.findByRole('link', { name: 'tf-sandbox-aks' });
    const panel = await openPanel();

    expect(
      within(panel).getByRole('button', { name: 'Which modules have drift?' }),
    ).toBeInTheDocument();
    await userEvent.click(
      within(panel).getByRole('button', { name: 'Is tf-sandbox-aks clean?' }),
    );

    expect(ask).toHaveBeenCalledWith(
      'Is tf-sandbox-aks clean?',
      expect.anything(),
    );
    expect(
      await within(panel).findByText('No module has drift.'),
    ).toBeInTheDocument();
  });

  it('shows an answer as text, never as markup', async () => {
    const hostile = '<b>x</b> [click](https://evil.example)';
    const api = new FakeDriftApi({
      targets: [aks],
      answers: { 'Why?': { ...answer, text: hostile, targets: [] } },
    });
    await renderDrift({ api });
    const panel = await openPanel();
    await userEvent.type(within(panel).getByRole('textbox'), 'Why?{Enter}');

    const exchange = await within(panel).findByRole('article');
    expect(await within(exchange).findByText(hostile)).toBeInTheDocument();
    expect(within(exchange).queryByRole('link')).not.toBeInTheDocument();
  });

  it('says while it looks, and asks one question at a time', async () => {
    const api = newApi();
    let give: (answer: Answer) => void = () => {};
    const ask = jest.spyOn(api, 'ask').mockReturnValue(
      new Promise(resolve => {
        give = resolve;
      }),
    );
    await renderDrift({ api });
    const panel = await openPanel();
    const field = within(panel).getByRole('textbox');
    await userEvent.type(field, 'First?{Enter}');

    expect(within(panel).getByRole('status')).toHaveTextContent(
      'Looking it up',
    );
    await userEvent.type(field, 'Second?{Enter}');
    expect(ask).toHaveBeenCalledTimes(1);
    give(answer);
    expect(await within(panel).findByText(answer.text)).toBeInTheDocument();
    expect(field).toHaveValue('Second?');
  });

  it('asks nothing when nothing was typed', async () => {
    const api = newApi();
    const ask = jest.spyOn(api, 'ask');
    await renderDrift({ api });
    const panel = await openPanel();
    const field = within(panel).getByRole('textbox');
    expect(field).toHaveAttribute('maxlength', String(MAX_QUESTION_LENGTH));
    await userEvent.type(field, '  {Enter}');

    expect(
      within(panel).getByText('Type a question first.'),
    ).toBeInTheDocument();
    expect(ask).not.toHaveBeenCalled();
  });

  it('says why there is no answer, and tries again', async () => {
    const api = newApi();
    const ask = jest
      .spyOn(api, 'ask')
      .mockRejectedValue(new Error('The database is away'));
    await renderDrift({ api });
    const panel = await openPanel();
    await userEvent.click(
      within(panel).getByRole('button', { name: 'Which modules have drift?' }),
    );

    const exchange = await within(panel).findByRole('article');
    expect(
      await within(exchange).findByText(
        'There is no answer: The database is away',
      ),
    ).toBeInTheDocument();
    ask.mockRestore();
    await userEvent.click(
      within(exchange).getByRole('button', { name: 'Try again' }),
    );
    expect(await within(panel).findByText(answer.text)).toBeInTheDocument();
  });

  it('asks for patience when there were too many questions', async () => {
    const api = newApi();
    jest
      .spyOn(api, 'ask')
      .mockRejectedValue(
        await ResponseError.fromResponse(
          new Response('{}', { status: 429, statusText: 'Too Many Requests' }),
        ),
      );
    await renderDrift({ api });
    const panel = await openPanel();
    await userEvent.type(within(panel).getByRole('textbox'), 'Why?{Enter}');

    const exchange = await within(panel).findByRole('article');
    expect(
      await within(exchange).findByText(/Wait a minute, then try again/),
    ).toBeInTheDocument();
  });

  it('keeps the questions of this visit until they are cleared, and closes with Escape', async () => {
    await renderDrift({ api: newApi() });
    let panel = await openPanel();
    await userEvent.type(within(panel).getByRole('textbox'), 'One?{Enter}');
    await userEvent.type(within(panel).getByRole('textbox'), 'Two?{Enter}');
    expect(await within(panel).findAllByRole('article')).toHaveLength(2);
    await userEvent.keyboard('{Escape}');
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );

    await userEvent.click(screen.getByRole('link', { name: 'tf-sandbox-aks' }));
    await screen.findByRole('region', { name: 'Explanation' });
    await userEvent.click(screen.getByRole('link', { name: 'Drift' }));
    panel = await openPanel();
    expect(
      within(panel)
        .getAllByRole('article')
        .map(article => article.getAttribute('aria-label')),
    ).toEqual(['One?', 'Two?']);

    await userEvent.click(within(panel).getByRole('button', { name: 'Clear' }));
    expect(within(panel).queryByRole('article')).not.toBeInTheDocument();
  });
});
