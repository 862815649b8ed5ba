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

import { act, screen, within } from '@testing-library/react';
import { FakeDriftApi } from '../__testUtils__/FakeDriftApi';
import { FakeSignals, renderDrift } from '../__testUtils__/renderDrift';
import {
  minutesAgo,
  sampleFinding,
  sampleTarget,
} from '../__testUtils__/samples';

const target = sampleTarget({
  name: 'shop',
  status: 'drifted',
  risk: 'medium',
  driftedResources: 1,
});

describe('who made the drift', () => {
  it('appears on an open page as soon as an audit log tells', async () => {
    const unknown = sampleFinding({ targetId: target.id });
    const api = new FakeDriftApi({ targets: [target], findings: [unknown] });
    const signals = new FakeSignals();
    await renderDrift({
      api,
      signals,
      path: `/drift/targets/${encodeURIComponent(target.id)}`,
    });
    const card = await screen.findByRole('article', { name: unknown.address });
    expect(card).not.toHaveTextContent('jane@example.com');

    api.findings[0] = {
      ...unknown,
      attribution: {
        who: 'jane@example.com',
        when: minutesAgo(60),
        how: 'ModifyDBInstance',
        evidence: 'AWS CloudTrail',
        confidence: 'medium',
        url: 'https://console.example.com/events/42',
      },
    };
    act(() => signals.send({ type: 'attribution-found', targetId: target.id }));
    expect(
      await within(card).findByText(
        /by jane@example\.com with ModifyDBInstance/,
      ),
    ).toBeInTheDocument();
    const link = within(card).getByRole('link', { name: /AWS CloudTrail/ });
    expect(link).toHaveAttribute(
      'href',
      'https://console.example.com/events/42',
    );
    expect(link).toHaveAttribute('rel', expect.stringContaining('noopener'));
  });
});
