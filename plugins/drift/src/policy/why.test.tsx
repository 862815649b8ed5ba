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
import { REVIEW_DECISION } from '../__testUtils__/FakeRemediations';
import { renderDrift } from '../__testUtils__/renderDrift';
import { sampleFinding, sampleTarget } from '../__testUtils__/samples';

const target = sampleTarget({
  name: 'tf-sandbox-aks',
  status: 'drifted',
  driftedResources: 2,
});
const PATH = `/drift/targets/${encodeURIComponent(target.id)}`;
const WHY = 'Why is this not automatic?';
const cluster = sampleFinding();
const bucket = sampleFinding({ address: 'sandbox_bucket.logs' });

async function ask(address: string) {
  const finding = await screen.findByRole('article', { name: address });
  await userEvent.click(within(finding).getByRole('button', { name: WHY }));
  return finding;
}

describe('why drift is not remediated automatically', () => {
  it('is said with the mode, every reason and the policies that matched, loaded once and only when asked', async () => {
    const api = new FakeDriftApi({
      targets: [target],
      findings: [cluster, bucket],
      remediation: { decision: REVIEW_DECISION },
    });
    const explain = jest.spyOn(api, 'getPolicyExplanation');
    await renderDrift({ api, path: PATH });
    await screen.findByRole('article', { name: 'sandbox_cluster.main' });
    expect(explain).not.toHaveBeenCalled();

    const finding = await ask('sandbox_cluster.main');
    expect(
      await within(finding).findByText(REVIEW_DECISION.because),
    ).toBeInTheDocument();
    for (const text of [
      'Review',
      REVIEW_DECISION.automatic.reasons[0],
      'review-clusters: Review, names resource type (decides)',
    ]) {
      expect(finding).toHaveTextContent(text);
    }
    expect(
      within(finding).getByRole('link', { name: 'review-clusters' }),
    ).toHaveAttribute('href', '/drift/policies?policy=review-clusters');

    const other = await ask('sandbox_bucket.logs');
    expect(
      await within(other).findByText(REVIEW_DECISION.because),
    ).toBeInTheDocument();
    expect(explain).toHaveBeenCalledTimes(1);
  });

  it('says so where it is automatic', async () => {
    await renderDrift({
      api: new FakeDriftApi({
        targets: [target],
        findings: [cluster],
        remediation: {
          decision: {
            ...REVIEW_DECISION,
            mode: 'auto',
            automatic: { possible: true, reasons: [] },
          },
        },
      }),
      path: PATH,
    });
    const finding = await ask('sandbox_cluster.main');
    expect(
      await within(finding).findByText(
        'It is: this is remediated without a person.',
      ),
    ).toBeInTheDocument();
  });

  it('says when no policy matches, and when the finding is not among those decided on', async () => {
    const api = new FakeDriftApi({
      targets: [target],
      findings: [cluster, bucket],
    });
    const original = await api.getPolicyExplanation(target.id);
    jest.spyOn(api, 'getPolicyExplanation').mockResolvedValue({
      ...original,
      findings: original.findings.filter(
        ({ address }) => address === cluster.address,
      ),
    });
    await renderDrift({ api, path: PATH });

    expect(await ask('sandbox_cluster.main')).toBeInTheDocument();
    expect(
      await screen.findByText('No policy matches: the default holds.'),
    ).toBeInTheDocument();
    await ask('sandbox_bucket.logs');
    expect(
      await screen.findByText(/^Policy says nothing of it/),
    ).toBeInTheDocument();
  });

  it('says why it could not be loaded, and tries again', async () => {
    const api = new FakeDriftApi({ targets: [target], findings: [cluster] });
    const explain = jest
      .spyOn(api, 'getPolicyExplanation')
      .mockRejectedValue(new Error('The policies cannot be read'));
    await renderDrift({ api, path: PATH });
    const finding = await ask('sandbox_cluster.main');
    expect(
      await within(finding).findByText('The policies cannot be read'),
    ).toBeInTheDocument();

    explain.mockRestore();
    await userEvent.click(
      within(finding).getByRole('button', { name: 'Try again' }),
    );
    expect(
      await within(finding).findByText('No policy matches: the default holds.'),
    ).toBeInTheDocument();
  });

  it('is asked only of drift that alarms', async () => {
    await renderDrift({
      api: new FakeDriftApi({
        targets: [target],
        findings: [sampleFinding({ class: 'pending' })],
      }),
      path: PATH,
    });
    await userEvent.click(
      await screen.findByRole('button', { name: /^1 pending/ }),
    );
    await screen.findByRole('article', { name: 'sandbox_cluster.main' });
    expect(screen.queryByRole('button', { name: WHY })).not.toBeInTheDocument();
  });
});
