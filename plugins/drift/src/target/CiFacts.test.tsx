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

import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeDriftApi } from '../__testUtils__/FakeDriftApi';
import { renderDrift } from '../__testUtils__/renderDrift';
import { sampleScan, sampleTarget } from '../__testUtils__/samples';

const PATH = '/drift/targets/terraform%3Aacme%2Ftf-sandbox-aks';
const SCRIPT = ['javascript', 'alert(1)'].join(':');
const COMMIT = '9fceb02d0ae598e95dc970b74767f19372d61af8';

const pushed = sampleTarget({
  name: 'tf-sandbox-aks',
  pushed: true,
  nextScanAt: undefined,
});
const push = sampleScan({
  trigger: 'ci',
  runUrl: 'https://ci.example.com/runs/42',
  commit: COMMIT,
  actor: 'jo.doe',
});

describe('a module that CI pushes', () => {
  it('shows run, commit and actor of the last push in its head', async () => {
    await renderDrift({
      api: new FakeDriftApi({ targets: [pushed], scans: [push] }),
      path: PATH,
    });

    const run = await screen.findByRole('link', { name: /^Open the run/ });
    expect(run).toHaveAttribute('href', 'https://ci.example.com/runs/42');
    expect(run).toHaveAttribute('rel', 'noopener');
    expect(screen.getByText('jo.doe')).toBeInTheDocument();
    expect(screen.getByText('9fceb02d')).toHaveAttribute('title', COMMIT);
    expect(
      screen.getByRole('button', { name: 'Copy commit 9fceb02d' }),
    ).toBeInTheDocument();
    expect(screen.getByText('CI')).toBeInTheDocument();
  });

  it('has no next scan and cannot be scanned from here', async () => {
    const api = new FakeDriftApi({ targets: [pushed], scans: [push] });
    const requestScan = jest.spyOn(api, 'requestScan');
    await renderDrift({ api, path: PATH });

    expect(await screen.findByText('pushed by CI')).toBeInTheDocument();
    const button = screen.getByRole('button', {
      name: /^Scan tf-sandbox-aks now\. Plans of this module are pushed by CI/,
    });
    expect(button).toHaveAttribute('aria-disabled', 'true');
    await userEvent.click(button);
    expect(requestScan).not.toHaveBeenCalled();
  });

  it('never makes a link of an address that is not of the web', async () => {
    await renderDrift({
      api: new FakeDriftApi({
        targets: [{ ...pushed, codeUrl: SCRIPT }],
        scans: [{ ...push, runUrl: SCRIPT }],
      }),
      path: PATH,
    });

    expect(await screen.findByText('jo.doe')).toBeInTheDocument();
    expect(
      screen.queryByRole('link', { name: /^Open the / }),
    ).not.toBeInTheDocument();
  });

  it('tells pushes from scans in the history, and shows where one came from', async () => {
    await renderDrift({
      api: new FakeDriftApi({
        targets: [pushed],
        scans: [
          sampleScan({ id: 'by-hand', trigger: 'manual', requestedBy: 'me' }),
          { ...push, id: 'by-ci' },
        ],
      }),
      path: PATH,
    });

    const strip = await screen.findByRole('list', {
      name: 'Scans, oldest first',
    });
    const [byCi, byHand] = within(strip).getAllByRole('button');
    expect(byCi).toHaveAccessibleName(/, from CI$/);
    expect(byHand).not.toHaveAccessibleName(/CI/);

    await userEvent.click(byHand);
    expect(await screen.findByText('Hand')).toBeInTheDocument();
    expect(screen.getByText('me')).toBeInTheDocument();
    await userEvent.click(byCi);
    expect(
      await screen.findByRole('link', { name: /^Open the run/ }),
    ).toHaveAttribute('href', 'https://ci.example.com/runs/42');
  });
});
