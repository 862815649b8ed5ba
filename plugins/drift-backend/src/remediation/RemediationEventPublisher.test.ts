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

import { mockServices } from '@backstage/backend-test-utils';
import { EventParams } from '@backstage/plugin-events-node';
import { RemediationEventPublisher } from './RemediationEventPublisher';
import { RemediationChange } from './RemediationSteps';

const change = {
  record: {
    id: 'r/1',
    targetId: 'terraform:acme/aks',
    target: { source: 'terraform', client: 'acme', name: 'aks' },
    action: 'revert',
    state: 'approved',
    risk: 'high',
    requestedBy: 'user:default/ann',
  },
  from: 'previewed',
  by: 'user:default/ann',
} as RemediationChange;

function setUp(options: {
  appUrl?: string;
  publish(event: EventParams): Promise<void>;
}) {
  const { appUrl, publish } = options;
  const logger = mockServices.logger.mock();
  const publisher = new RemediationEventPublisher({
    events: mockServices.events.mock({ publish }),
    appUrl,
    logger,
    now: () => new Date('2026-11-22T10:00:00Z'),
  });
  return { publisher, logger };
}

describe('events of remediations', () => {
  it.each([
    [
      'https://portal.example.com/',
      'https://portal.example.com/drift/remediations/r%2F1',
    ],
    [undefined, undefined],
  ])('with the app at %s link to %s', async (appUrl, url) => {
    const published: EventParams[] = [];
    const { publisher } = setUp({
      appUrl,
      publish: async event => void published.push(event),
    });
    await publisher.onStep(change);
    expect(published).toEqual([
      {
        topic: 'drift',
        eventPayload: expect.objectContaining({
          type: 'remediation.step',
          remediationId: 'r/1',
          from: 'previewed',
          to: 'approved',
        }),
      },
    ]);
    expect(published[0].eventPayload).toHaveProperty('at');
    expect((published[0].eventPayload as { url?: string }).url).toBe(url);
  });

  it('hold up nobody when they cannot be published', async () => {
    const { publisher, logger } = setUp({
      publish: async () => {
        throw new Error('The bus is away');
      },
    });
    await publisher.onStep(change);
    await publisher.onStep(change);
    expect(logger.warn).toHaveBeenCalledTimes(1);
  });
});
