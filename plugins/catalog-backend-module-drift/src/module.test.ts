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
  coreServices,
  createBackendModule,
  createBackendPlugin,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import catalogPlugin from '@backstage/plugin-catalog-backend';
import { catalogProcessingExtensionPoint } from '@backstage/plugin-catalog-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import { EntityDriftStatus } from '@infra-hub/backstage-plugin-drift-common';
import { Router } from 'express';
import { catalogModuleDrift } from './module';

const LOCATION = 'url:https://example.com/catalog-info.yaml';

function component(
  name: string,
  annotations: Record<string, string> = {},
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name,
      annotations: {
        'backstage.io/managed-by-location': LOCATION,
        'backstage.io/managed-by-origin-location': LOCATION,
        ...annotations,
      },
    },
    spec: { type: 'service', lifecycle: 'production', owner: 'team-a' },
  };
}

describe('catalogModuleDrift', () => {
  /** What the drift backend answers; an error when it is down. */
  let statuses: EntityDriftStatus[] | undefined;
  let answers: number[];
  let stop = async () => {};

  beforeEach(() => {
    statuses = [];
    answers = [];
  });

  afterEach(async () => {
    await stop();
  });

  async function start(entities: Entity[]) {
    const scheduler = mockServices.scheduler();
    const events = mockServices.events();
    const warnings: string[] = [];
    const backend = await startTestBackend({
      features: [
        catalogPlugin,
        catalogModuleDrift,
        createBackendModule({
          pluginId: 'catalog',
          moduleId: 'test-entities',
          register(registration) {
            registration.registerInit({
              deps: {
                catalog: catalogProcessingExtensionPoint,
                logger: coreServices.logger,
              },
              async init({ catalog, logger }) {
                const warn = logger.warn.bind(logger);
                logger.warn = (message, ...rest) => {
                  warnings.push(message);
                  warn(message, ...rest);
                };
                catalog.addEntityProvider({
                  getProviderName: () => 'test-entities',
                  connect: connection =>
                    connection.applyMutation({
                      type: 'full',
                      entities: entities.map(entity => ({ entity })),
                    }),
                });
              },
            });
          },
        }),
        createBackendPlugin({
          pluginId: 'drift',
          register(registration) {
            registration.registerInit({
              deps: {
                httpAuth: coreServices.httpAuth,
                httpRouter: coreServices.httpRouter,
              },
              async init({ httpAuth, httpRouter }) {
                const router = Router();
                router.get('/entity-statuses', async (request, response) => {
                  await httpAuth.credentials(request, { allow: ['service'] });
                  response.on('finish', () =>
                    answers.push(response.statusCode),
                  );
                  if (statuses) {
                    response.json({ items: statuses });
                  } else {
                    response.status(503).json({});
                  }
                });
                httpRouter.use(router);
              },
            });
          },
        }),
        mockServices.rootConfig.factory({ data: {} }),
        createServiceFactory({
          service: coreServices.scheduler,
          deps: {},
          factory: () => scheduler,
        }),
        createServiceFactory({
          service: eventsServiceRef,
          deps: {},
          factory: () => events,
        }),
      ],
    });
    stop = () => backend.stop();

    async function read(name: string): Promise<Entity | undefined> {
      const response = await fetch(
        `http://localhost:${backend.server.port()}/api/catalog/entities/by-name/component/default/${name}`,
        { headers: { Authorization: mockCredentials.user.header() } },
      );
      return response.ok ? ((await response.json()) as Entity) : undefined;
    }

    async function eventually(
      check: () => boolean | Promise<boolean>,
    ): Promise<void> {
      const until = Date.now() + 20_000;
      while (!(await check())) {
        if (Date.now() > until) {
          throw new Error('It did not happen within 20 seconds');
        }
        await new Promise(resolve => setTimeout(resolve, 50));
      }
    }

    /** Waits until the drift annotations of an entity are these. */
    async function expectDrift(name: string, drift: [string?, string?]) {
      let last: unknown;
      await eventually(async () => {
        const annotations = (await read(name))?.metadata.annotations;
        last = annotations && [
          annotations['infra-hub.io/drift-status'],
          annotations['infra-hub.io/drift-risk'],
        ];
        return JSON.stringify(last) === JSON.stringify(drift);
      }).catch(error => {
        throw new Error(`${error.message}: ${JSON.stringify(last)}`);
      });
    }

    async function poll() {
      await eventually(async () => {
        try {
          await scheduler.triggerTask('drift-refresh');
          return true;
        } catch (error) {
          return !String(error).includes('NotFoundError');
        }
      });
    }

    return { events, eventually, expectDrift, poll, read, warnings };
  }

  it('annotates entities, follows changes, and trusts nobody else', async () => {
    statuses = [
      { entityRef: 'component:default/aks', status: 'drifted', risk: 'high' },
    ];
    const { expectDrift, poll } = await start([
      component('aks', { 'infra-hub.io/drift-status': 'clean' }),
      component('spoofed', {
        'infra-hub.io/drift-status': 'clean',
        'infra-hub.io/drift-risk': 'none',
      }),
    ]);
    await poll();
    await expectDrift('aks', ['drifted', 'high']);
    await expectDrift('spoofed', [undefined, undefined]);

    statuses = [
      { entityRef: 'component:default/aks', status: 'clean', risk: 'none' },
      { entityRef: 'component:default/spoofed', status: 'error', risk: 'none' },
    ];
    await poll();
    await expectDrift('aks', ['clean', 'none']);
    await expectDrift('spoofed', ['error', 'none']);

    await poll();
    expect(answers.slice(-1)).toEqual([304]);

    statuses = [];
    await poll();
    await expectDrift('aks', [undefined, undefined]);
  }, 60_000);

  it('hurries when an event says that something changed', async () => {
    const { events, expectDrift, poll } = await start([component('aks')]);
    await poll();
    await expectDrift('aks', [undefined, undefined]);

    statuses = [
      { entityRef: 'component:default/aks', status: 'pending', risk: 'none' },
    ];
    await events.publish({ topic: 'drift', eventPayload: {} });
    await expectDrift('aks', ['pending', 'none']);
    expect(answers).toEqual([200, 200]);
  }, 60_000);

  it('keeps what it knows while the drift backend is down, and fails no entity', async () => {
    statuses = [
      { entityRef: 'component:default/aks', status: 'drifted', risk: 'low' },
    ];
    const { expectDrift, poll, warnings } = await start([component('aks')]);
    await poll();
    await expectDrift('aks', ['drifted', 'low']);

    statuses = undefined;
    await poll();
    await poll();
    expect(answers.slice(-2)).toEqual([503, 503]);
    await expectDrift('aks', ['drifted', 'low']);
    expect(
      warnings.filter(warning => warning.includes('drift statuses')),
    ).toHaveLength(1);
  }, 60_000);

  it('leaves entities whole when the drift backend never answered', async () => {
    statuses = undefined;
    const { events, eventually, expectDrift } = await start([
      component('aks', { 'infra-hub.io/drift-status': 'clean' }),
    ]);
    await expectDrift('aks', [undefined, undefined]);
    await eventually(async () => {
      await events.publish({ topic: 'drift', eventPayload: {} });
      return answers.length > 0;
    });
    expect(answers[0]).toBe(503);

    statuses = [
      { entityRef: 'component:default/aks', status: 'clean', risk: 'none' },
    ];
    await events.publish({ topic: 'drift', eventPayload: {} });
    await expectDrift('aks', ['clean', 'none']);
  }, 60_000);
});
