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
import { metricsServiceMock } from '@backstage/backend-test-utils/alpha';
import {
  DriftReport,
  DriftTarget,
} from '@infra-hub/backstage-plugin-drift-common';
import { ScanOutcome } from '../scans/ScanEvents';
import { DriftStore } from '../store/DriftStore';
import { DriftMetrics } from './DriftMetrics';
import { EventPublisher } from './EventPublisher';
import { SignalPublisher } from './SignalPublisher';
import { TargetEvents } from './TargetEvents';

const target: DriftTarget = {
  id: 'fake:-/aks',
  source: 'fake',
  name: 'aks',
  entityRefs: [],
  status: 'clean',
  stale: false,
  risk: 'none',
  driftedResources: 0,
  totalResources: 3,
  summary: 'All is as the code wants.',
  warnings: [],
  blindSpots: [],
  schedule: 'PT30M',
};

const outcome: ScanOutcome = {
  scanId: 's1',
  targetId: target.id,
  trigger: 'manual',
  source: 'fake',
  kind: 'completed',
  report: { status: 'clean' } as DriftReport,
  stored: { outcome: 'stored', before: target, after: target },
  durationMs: 1_500,
};

const now = () => new Date('2026-11-22T10:00:00Z');

describe('SignalPublisher', () => {
  const signals = { publish: jest.fn() };
  const logger = mockServices.logger.mock();
  const publisher = new SignalPublisher({ signals, logger });

  beforeEach(() => jest.resetAllMocks());

  it('sends one signal for many scans at once', async () => {
    const scans = ['a', 'b'].map(id => ({
      scanId: id,
      targetId: `fake:-/${id}`,
      trigger: 'manual' as const,
      roundId: 'r1',
    }));
    await publisher.onQueued(scans);
    await publisher.onQueued(scans.slice(0, 1));
    await publisher.onQueued([]);
    expect(signals.publish.mock.calls).toEqual([
      [
        {
          recipients: { type: 'broadcast' },
          channel: 'drift',
          message: { type: 'scan-queued', roundId: 'r1' },
        },
      ],
      [
        {
          recipients: { type: 'broadcast' },
          channel: 'drift',
          message: {
            type: 'scan-queued',
            targetId: 'fake:-/a',
            scanId: 'a',
            roundId: 'r1',
          },
        },
      ],
    ]);
  });

  it('never fails a scan, and complains once until it worked again', async () => {
    signals.publish.mockRejectedValue(new Error('not installed'));
    await publisher.onFinished(outcome);
    await publisher.onFinished(outcome);
    expect(logger.warn).toHaveBeenCalledTimes(1);
    signals.publish.mockResolvedValueOnce(undefined);
    await publisher.onFinished(outcome);
    await publisher.onFinished(outcome);
    expect(logger.warn).toHaveBeenCalledTimes(2);
  });
});

describe('EventPublisher', () => {
  const events = mockServices.events.mock();
  const publisher = new EventPublisher({
    events,
    targetEvents: new TargetEvents({
      store: { listScans: async () => ({ items: [], totalItems: 0 }) },
      readFindings: async () => [],
      failingAfter: 3,
      appUrl: 'https://portal.example.com/',
      now,
    }),
    logger: mockServices.logger.mock(),
  });

  beforeEach(() => jest.resetAllMocks());

  it('is silent when nothing changed or nothing was stored', async () => {
    await publisher.onFinished(outcome);
    await publisher.onFinished({
      ...outcome,
      kind: 'superseded',
      stored: { outcome: 'refused' },
    });
    expect(events.publish).not.toHaveBeenCalled();
  });

  it('tells a change, and never fails a scan', async () => {
    events.publish.mockRejectedValue(new Error('no bus'));
    const after: DriftTarget = { ...target, status: 'error' };
    await publisher.onFinished({
      ...outcome,
      stored: { outcome: 'stored', before: target, after },
    });
    expect(events.publish).toHaveBeenCalledWith({
      topic: 'drift',
      eventPayload: expect.objectContaining({
        before: { status: 'clean', risk: 'none', driftedResources: 0 },
        after: expect.objectContaining({ status: 'error' }),
        transitions: ['changed'],
        url: 'https://portal.example.com/drift/targets/fake%3A-%2Faks',
        scanId: 's1',
        at: '2026-11-22T10:00:00.000Z',
      }),
    });
  });
});

describe('DriftMetrics', () => {
  it('counts and times scans by outcome, and targets by status', async () => {
    const add = jest.fn();
    const record = jest.fn();
    const callbacks: ((result: { observe: jest.Mock }) => Promise<void>)[] = [];
    const metrics = metricsServiceMock.mock({
      createCounter: () => ({ add }),
      createHistogram: () => ({ record }),
      createObservableGauge: () => ({
        addCallback: callback => {
          callbacks.push(callback as (typeof callbacks)[0]);
        },
        removeCallback: () => {},
      }),
    });
    const listResults = jest.fn();
    const logger = mockServices.logger.mock();
    const driftMetrics = new DriftMetrics({
      metrics,
      store: { listResults } as unknown as DriftStore,
      logger,
      now,
    });

    driftMetrics.onFinished(outcome);
    driftMetrics.onFinished({ ...outcome, kind: 'failed', report: undefined });
    driftMetrics.onFinished({ ...outcome, kind: 'superseded' });
    const attributes = { source: 'fake', trigger: 'manual' };
    expect(add.mock.calls).toEqual([
      [1, { ...attributes, outcome: 'clean' }],
      [1, { ...attributes, outcome: 'failed' }],
      [1, { ...attributes, outcome: 'superseded' }],
    ]);
    expect(record).toHaveBeenCalledWith(1.5, {
      ...attributes,
      outcome: 'clean',
    });

    const observe = jest.fn();
    listResults.mockResolvedValueOnce({
      facets: { status: [{ value: 'drifted', count: 2 }] },
    });
    await callbacks[0]({ observe });
    expect(observe.mock.calls).toEqual([[2, { status: 'drifted' }]]);
    listResults.mockRejectedValueOnce(new Error('away'));
    await callbacks[0]({ observe });
    expect(logger.warn).toHaveBeenCalledTimes(1);
  });
});
