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

import {
  BackendFeature,
  coreServices,
  createBackendModule,
  createServiceFactory,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { metricsServiceMock } from '@backstage/backend-test-utils/alpha';
import { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { EventParams } from '@backstage/plugin-events-node';
import { JsonObject } from '@backstage/types';
import { ScanSummary } from '@infra-hub/backstage-plugin-drift-common';
import {
  Attributor,
  driftAttributorsExtensionPoint,
  driftRemediatorsExtensionPoint,
  driftSourcesExtensionPoint,
  Remediator,
} from '@infra-hub/backstage-plugin-drift-node';
import { Knex } from 'knex';
import request from 'supertest';
import { driftPlugin } from '../plugin';
import { ScanEventEmitter } from '../scans/ScanEvents';
import { FakeSource } from './FakeSource';

/** Scans whose end all listeners were told of. */
const told = new Set<string>();
const tell = ScanEventEmitter.prototype.onFinished;
ScanEventEmitter.prototype.onFinished = async function onFinished(outcome) {
  try {
    await tell.call(this, outcome);
  } finally {
    told.add(outcome.scanId);
  }
};

/** The plugin as it runs in a backend, with a source that can be told what to see. */
export async function startDriftBackend(options: {
  source: FakeSource;
  knex?: Knex;
  entities?: Entity[];
  permissions?: Partial<PermissionsService>;
  config?: JsonObject;
  /** Ways of repair; none when absent. */
  remediators?: Remediator[];
  /** Audit logs; none when absent. */
  attributors?: Attributor[];
  /** More features, such as services in place of the mocked ones. */
  features?: BackendFeature[];
}) {
  const { source, knex, entities = [], permissions, config = {} } = options;
  const { remediators = [], attributors = [] } = options;
  const scheduler = mockServices.scheduler();
  const metrics = metricsServiceMock.mock();
  const auditor = mockServices.auditor.mock();
  const published: EventParams[] = [];
  const events = mockServices.events.mock({
    publish: async event => {
      published.push(event);
    },
  });
  const startedAt = Date.now();
  const backend = await startTestBackend({
    features: [
      driftPlugin,
      createBackendModule({
        pluginId: 'drift',
        moduleId: 'fake-source',
        register(registration) {
          registration.registerInit({
            deps: {
              sources: driftSourcesExtensionPoint,
              repairs: driftRemediatorsExtensionPoint,
              logs: driftAttributorsExtensionPoint,
            },
            async init({ sources, repairs, logs }) {
              sources.addSource(source);
              remediators.forEach(each => repairs.addRemediator(each));
              attributors.forEach(each => logs.addAttributor(each));
            },
          });
        },
      }),
      catalogServiceMock.factory({ entities }),
      events.factory,
      metrics.factory,
      auditor.factory,
      mockServices.rootConfig.factory({ data: withRareScans(config) }),
      ...(knex ? [mockServices.database.factory({ knex })] : []),
      ...(permissions
        ? [mockServices.permissions.mock(permissions).factory]
        : []),
      createServiceFactory({
        service: coreServices.scheduler,
        deps: {},
        factory: () => scheduler,
      }),
      ...(options.features ?? []),
    ],
  });

  async function eventually<T>(
    check: () => Promise<T | undefined | false>,
  ): Promise<T> {
    const until = Date.now() + 40_000;
    for (;;) {
      const result = await check();
      if (result) {
        return result;
      }
      if (Date.now() > until) {
        throw new Error('It did not happen within 40 seconds');
      }
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }

  const api = {
    get: (path: string, header = mockCredentials.user.header()) =>
      request(backend.server)
        .get(`/api/drift${path}`)
        .set('Authorization', header),
    post: (path: string, header = mockCredentials.user.header()) =>
      request(backend.server)
        .post(`/api/drift${path}`)
        .set('Authorization', header),
  };

  /** Runs a scheduled task to its end, once it is registered. */
  async function runTask(id: string): Promise<void> {
    await eventually(async () => {
      try {
        await scheduler.triggerTask(id);
        return true;
      } catch (error) {
        if (String(error).includes('NotFoundError')) {
          return false;
        }
        throw error;
      }
    });
  }

  return {
    api,
    auditor,
    eventually,
    metrics,
    published,
    server: backend.server,
    stop: () => backend.stop(),
    runTask,
    /** Reads the catalog and the configuration, and scans what is new. */
    findTargets: () => runTask('drift-refresh-targets'),
    /** Waits until no scan waits or runs, and everybody was told of the last of each target. */
    settled: async () => {
      const ids = await eventually(async () => {
        const { body } = await api.get('/results?limit=200');
        const items: {
          id: string;
          activeScan?: object;
          lastScanAt?: string;
        }[] = body.items ?? [];
        return (
          items.length > 0 &&
          items.every(item => !item.activeScan && item.lastScanAt) &&
          items.map(item => item.id)
        );
      });
      for (const id of ids) {
        const { body } = await api.get(
          `/targets/${encodeURIComponent(id)}/scans?limit=1`,
        );
        const [last]: ScanSummary[] = body.items ?? [];
        if (last?.finishedAt && Date.parse(last.finishedAt) >= startedAt) {
          await eventually(async () => told.has(last.id));
        }
      }
    },
  };
}

/**
 * With a default schedule whose time is half a year from now: what is scanned is
 * new or was asked for.
 */
function withRareScans(config: JsonObject): JsonObject {
  const drift = config.drift as JsonObject | undefined;
  const month = ((new Date().getMonth() + 6) % 12) + 1;
  return {
    ...config,
    drift: {
      ...drift,
      schedule: {
        default: `0 0 1 ${month} *`,
        ...(drift?.schedule as JsonObject | undefined),
      },
    },
  };
}

export type DriftBackend = Awaited<ReturnType<typeof startDriftBackend>>;
