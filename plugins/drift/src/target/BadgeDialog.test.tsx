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

import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeDriftApi } from '../__testUtils__/FakeDriftApi';
import { renderDrift } from '../__testUtils__/renderDrift';
import { sampleTarget } from '../__testUtils__/samples';

const PATH = '/drift/targets/terraform%3Aacme%2Ftf-sandbox-aks';
const ADDRESS =
  'http://example.com/api/drift/targets/terraform%3Aacme%2Ftf-sandbox-aks/badge.svg';

async function openBadge(fetch: () => Promise<Response>) {
  const spy = jest.fn(fetch);
  await renderDrift({
    api: new FakeDriftApi({
      targets: [sampleTarget({ name: 'tf-sandbox-aks' })],
    }),
    fetch: spy,
    path: PATH,
  });
  await userEvent.click(
    await screen.findByRole('button', { name: 'More actions' }),
  );
  await userEvent.click(
    await screen.findByRole('menuitem', { name: 'Status badge' }),
  );
  const dialog = await screen.findByRole('dialog', { name: 'Status badge' });
  return { dialog, fetch: spy };
}

describe('BadgeDialog', () => {
  // jsdom knows no object URLs.
  const createObjectURL = jest.fn((_picture: Blob) => 'blob:badge');
  const revokeObjectURL = jest.fn();
  beforeAll(() => {
    Object.assign(URL, { createObjectURL, revokeObjectURL });
  });
  afterAll(() => {
    Reflect.deleteProperty(URL, 'createObjectURL');
    Reflect.deleteProperty(URL, 'revokeObjectURL');
  });

  it('shows the picture loaded with the user’s token, and Markdown to embed it', async () => {
    const { dialog, fetch } = await openBadge(
      async () =>
        new Response('<svg xmlns="http://www.w3.org/2000/svg"/>', {
          headers: { 'content-type': 'image/svg+xml' },
        }),
    );

    expect(
      await within(dialog).findByRole('img', {
        name: 'Status badge of tf-sandbox-aks',
      }),
    ).toHaveAttribute('src', 'blob:badge');
    expect(fetch).toHaveBeenCalledWith(ADDRESS, expect.anything());
    expect(dialog).toHaveTextContent(
      `[![Status badge of tf-sandbox-aks](${ADDRESS})](http://localhost${PATH})`,
    );
    expect(
      within(dialog).getByRole('button', { name: 'Copy Markdown' }),
    ).toBeInTheDocument();

    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Close' }),
    );
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
    expect(revokeObjectURL).toHaveBeenCalledWith('blob:badge');
  });

  it('says why there is no picture', async () => {
    const { dialog } = await openBadge(
      async () =>
        new Response(
          JSON.stringify({
            error: { name: 'Error', message: 'No picture' },
            request: { method: 'GET', url: '/badge.svg' },
            response: { statusCode: 500 },
          }),
          { status: 500, headers: { 'content-type': 'application/json' } },
        ),
    );

    expect(await within(dialog).findByText('No picture')).toBeInTheDocument();
    expect(within(dialog).queryByRole('img')).not.toBeInTheDocument();
  });
});
