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
import { createTestDatabases } from '../__testUtils__';
import { ScanJob } from '../queue/ScanQueue';
import { DatabaseDriftStore } from '../store/DatabaseDriftStore';
import { ScanEventEmitter, ScanReference } from './ScanEvents';
import { ScanRequests } from './ScanRequests';

const NOW = new Date('2026-11-22T10:00:00Z');
const databases = createTestDatabases();

describe.each(databases.ids)('ScanRequests on %s', id => {
  async function given() {
    const store = await DatabaseDriftStore.forTest({
      knex: await databases.init(id),
    });
    await store.syncTargets({
      origin: 'config',
      now: NOW,
      targets: ['aks', 'sql', 'vnet'].map(name => ({
        id: `terraform:acme/${name}`,
        source: 'terraform',
        client: 'acme',
        name,
        location: {},
        entityRefs: [],
        schedule: 'PT30M',
        intervalMs: 1_800_000,
        firstScanAt: NOW,
        origin: 'config' as const,
      })),
    });
    const enqueued: ScanJob[] = [];
    const told: ScanReference[] = [];
    const requests = ScanRequests.create({
      store,
      queue: {
        enqueue: async jobs => {
          enqueued.push(...jobs);
        },
        start: async () => {},
        stop: async () => {},
      },
      events: ScanEventEmitter.create({
        logger: mockServices.logger.mock(),
        listeners: [
          {
            onQueued: scans => {
              told.push(...scans);
            },
          },
        ],
      }),
      now: () => NOW,
    });
    return { store, requests, enqueued, told };
  }

  it('joins a scan that is under way, and says again that somebody waits for it', async () => {
    const { store, requests, enqueued, told } = await given();
    const targetId = 'terraform:acme/aks';
    const first = await requests.requestScan({
      targetId,
      requestedBy: 'user:default/a',
    });
    const second = await requests.requestScan({ targetId });

    expect(first).toEqual({
      scanId: expect.any(String),
      targetId,
      joined: false,
    });
    expect(second).toEqual({ ...first, joined: true });
    expect(enqueued.map(({ scanId }) => scanId)).toEqual([
      first.scanId,
      first.scanId,
    ]);
    expect(enqueued[0]).toMatchObject({ client: 'acme', trigger: 'manual' });
    expect(told).toHaveLength(1);
    expect(await store.getScan({ scanId: first.scanId })).toMatchObject({
      state: 'queued',
      requestedBy: 'user:default/a',
    });
  });

  it('refuses a target that nobody knows', async () => {
    const { requests, enqueued } = await given();
    await expect(
      requests.requestScan({ targetId: 'terraform:acme/none' }),
    ).rejects.toThrow("No target 'terraform:acme/none'");
    expect(enqueued).toEqual([]);
  });

  it('asks for many in one round, behind single requests, and counts those that it joins', async () => {
    const { store, requests, enqueued, told } = await given();
    await requests.requestScan({ targetId: 'terraform:acme/aks' });
    const round = await requests.requestScanAll({
      targetIds: await store.listTargetIds({ query: {} }),
    });

    expect(round).toMatchObject({ total: 3, done: 0, failed: 0 });
    expect(
      enqueued
        .slice(1)
        .map(({ targetId }) => targetId)
        .sort(),
    ).toEqual(['terraform:acme/sql', 'terraform:acme/vnet']);
    for (const job of enqueued.slice(1)) {
      expect(job).toMatchObject({ bulk: true, roundId: round.id });
    }
    expect(told).toHaveLength(3);
  });
});
