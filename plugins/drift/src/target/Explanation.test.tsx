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

import { DriftAnalysis } from '@infra-hub/backstage-plugin-drift-common';
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeDriftApi } from '../__testUtils__/FakeDriftApi';
import { FakeSignals, renderDrift } from '../__testUtils__/renderDrift';
import { sampleFinding, sampleTarget } from '../__testUtils__/samples';

const PATH = '/drift/targets/terraform%3Aacme%2Ftf-sandbox-aks';

const target = sampleTarget({
  name: 'tf-sandbox-aks',
  status: 'drifted',
  risk: 'medium',
  driftedResources: 1,
  summary: 'The summary of the scan.',
});

const written: DriftAnalysis = {
  targetId: target.id,
  status: 'ready',
  explainedBy: { kind: 'ai', model: 'small-model' },
  summary: 'The pool was scaled from 3 to 5 nodes. The code says 3.',
  recommendation: 'update-code',
  aiConfigured: true,
  findings: [
    {
      address: 'sandbox_cluster.main',
      fingerprint: sampleFinding().fingerprint,
      description: 'Two nodes were added by hand.',
      consequence: 'Terraform removes two nodes.',
      likelyCause: 'An incident three days ago.',
      recommendation: 'update-code',
      advice: 'Write 5 into the code.',
      explainedBy: { kind: 'ai', model: 'small-model' },
    },
  ],
};

function apiWith(change: Partial<DriftAnalysis>): FakeDriftApi {
  return new FakeDriftApi({
    targets: [target],
    findings: [sampleFinding(), sampleFinding({ address: 'other.one' })],
    analyses: [{ ...written, ...change }],
  });
}

async function explanation(): Promise<HTMLElement> {
  return screen.findByRole('region', { name: 'Explanation' });
}

describe('Explanation', () => {
  it('shows the text of a model as such, with what it recommends', async () => {
    await renderDrift({ api: apiWith({}), path: PATH });

    const section = await explanation();
    await within(section).findByText(written.summary);
    expect(section).toHaveTextContent('Written by small-model');
    expect(within(section).getByText('AI')).toBeInTheDocument();
    expect(section).toHaveTextContent('Recommended:Update the code');
    expect(section).not.toHaveTextContent('The summary of the scan.');
  });

  it('explains the findings it knows and leaves the others to the rule', async () => {
    await renderDrift({ api: apiWith({}), path: PATH });

    const finding = await screen.findByRole('article', {
      name: 'sandbox_cluster.main',
    });
    await within(finding).findByText('Two nodes were added by hand.');
    expect(finding).toHaveTextContent(
      'If applied: Terraform removes two nodes.',
    );
    expect(finding).toHaveTextContent(
      'Likely cause: An incident three days ago.',
    );
    expect(finding).toHaveTextContent('Update the codeWrite 5 into the code.');
    expect(within(finding).getByText('AI')).toBeInTheDocument();
    const other = screen.getByRole('article', { name: 'other.one' });
    expect(other).toHaveTextContent(sampleFinding().reason);
    expect(within(other).queryByText('AI')).not.toBeInTheDocument();
  });

  it('shows markup and links of a model as the characters they are', async () => {
    const hostile =
      '<img src=x onerror=alert(1)> [click](https://evil.example) ![x](https://evil.example/p.png)';
    await renderDrift({
      api: apiWith({
        summary: hostile,
        findings: [{ ...written.findings[0], description: hostile }],
      }),
      path: PATH,
    });

    const section = await explanation();
    expect(await within(section).findByText(hostile)).toBeInTheDocument();
    const finding = screen.getByRole('article', {
      name: 'sandbox_cluster.main',
    });
    expect(within(finding).getByText(hostile)).toBeInTheDocument();
    for (const element of [section, finding]) {
      expect(within(element).queryByRole('img')).not.toBeInTheDocument();
      expect(within(element).queryByRole('link')).not.toBeInTheDocument();
    }
  });

  it('has it written again, says that the model writes, and shows the new text on a signal', async () => {
    const api = apiWith({});
    const explain = jest.spyOn(api, 'explain');
    const signals = new FakeSignals();
    await renderDrift({ api, signals, path: PATH });

    await userEvent.click(
      await screen.findByRole('button', { name: 'Explain again' }),
    );

    expect(explain).toHaveBeenCalledWith(target.id);
    const section = await explanation();
    expect(
      await within(section).findByText('Written by rules'),
    ).toBeInTheDocument();
    expect(within(section).getByRole('status')).toHaveTextContent(
      /^The model is writing/,
    );
    const busy = within(section).getByRole('button', {
      name: /^Explain again\. The model is writing/,
    });
    await userEvent.click(busy);
    expect(explain).toHaveBeenCalledTimes(1);

    await api.finishAnalysis(target.id, {
      explainedBy: { kind: 'ai', model: 'small-model' },
      summary: 'A better text.',
    });
    act(() => signals.send({ type: 'analysis-ready', targetId: target.id }));
    expect(await screen.findByText('A better text.')).toBeInTheDocument();
    expect(within(section).getByRole('status')).toBeEmptyDOMElement();
  });

  it('says why a model gave no text, beside the text of the rules', async () => {
    await renderDrift({
      api: apiWith({
        status: 'failed',
        explainedBy: { kind: 'rules' },
        failure: 'The model refused the key (401).',
      }),
      path: PATH,
    });

    const section = await explanation();
    expect(
      await within(section).findByText(
        /The model gave no text: The model refused the key \(401\)\./,
      ),
    ).toBeInTheDocument();
    expect(section).toHaveTextContent('Written by rules');
    expect(section).toHaveTextContent(written.summary);
  });

  it('says that rules would only write the same again', async () => {
    const api = apiWith({ aiConfigured: false });
    const explain = jest.spyOn(api, 'explain');
    await renderDrift({ api, path: PATH });

    const button = await screen.findByRole('button', {
      name: /^Explain again\. No language model is configured/,
    });
    expect(button).toHaveAttribute('aria-disabled', 'true');
    await userEvent.click(button);
    expect(explain).not.toHaveBeenCalled();
  });

  it('says who may have it written again to whoever may not', async () => {
    // Answers about permissions are remembered: a target of its own.
    const id = 'terraform:acme/tf-foreign';
    const api = new FakeDriftApi({
      targets: [{ ...target, name: 'tf-foreign', id }],
      analyses: [{ ...written, targetId: id }],
    });
    const explain = jest.spyOn(api, 'explain');
    await renderDrift({
      api,
      allowed: false,
      path: '/drift/targets/terraform%3Aacme%2Ftf-foreign',
    });

    const button = await screen.findByRole('button', {
      name: /^Explain again\. You may not have this explained again/,
    });
    expect(button).toHaveAttribute('aria-disabled', 'true');
    await userEvent.click(button);
    expect(explain).not.toHaveBeenCalled();
  });

  it('says why asking again failed, and keeps the text', async () => {
    const api = apiWith({});
    jest.spyOn(api, 'explain').mockRejectedValue(new Error('Too many at once'));
    await renderDrift({ api, path: PATH });

    await userEvent.click(
      await screen.findByRole('button', { name: 'Explain again' }),
    );

    expect(
      await screen.findByText(
        'It could not be explained again: Too many at once',
      ),
    ).toBeInTheDocument();
    expect(screen.getByText(written.summary)).toBeInTheDocument();
  });

  it('falls back to the summary of the scan where there is no explanation', async () => {
    const api = apiWith({});
    const getAnalysis = jest
      .spyOn(api, 'getAnalysis')
      .mockRejectedValue(new Error('Out of order'));
    await renderDrift({ api, path: PATH });

    expect(
      await screen.findByText('The summary of the scan.'),
    ).toBeInTheDocument();
    expect(
      await screen.findByText(/could not be loaded: Out of order/),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('article', { name: 'sandbox_cluster.main' }),
    ).toHaveTextContent(sampleFinding().reason);

    getAnalysis.mockRestore();
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText(written.summary)).toBeInTheDocument();
  });

  it('leaves a scan that never gave a verdict to its failure', async () => {
    await renderDrift({
      api: new FakeDriftApi({
        targets: [
          {
            ...target,
            status: 'error',
            risk: 'none',
            driftedResources: 0,
            error: 'The credentials were refused.',
            summary: 'The credentials were refused.',
            lastGoodScanAt: undefined,
            lastGoodStatus: undefined,
          },
        ],
      }),
      path: PATH,
    });

    expect(
      await screen.findByText('The credentials were refused.'),
    ).toBeInTheDocument();
    expect(
      screen.queryByRole('region', { name: 'Explanation' }),
    ).not.toBeInTheDocument();
  });

  it('does not put words of now to the findings of an earlier scan', async () => {
    const api = new FakeDriftApi({
      targets: [target],
      findingsByScan: { old: [sampleFinding()] },
      analyses: [written],
    });
    await renderDrift({ api, path: `${PATH}?scan=old` });

    expect(
      await screen.findByRole('article', { name: 'sandbox_cluster.main' }),
    ).toHaveTextContent(sampleFinding().reason);
    await waitFor(() =>
      expect(
        screen.queryByText('Two nodes were added by hand.'),
      ).not.toBeInTheDocument(),
    );
  });
});
