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

import { createBackendModule } from '@backstage/backend-plugin-api';
import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { ANNOTATION_TENANT_ID } from '@infra-hub/backstage-plugin-drift-common';
import {
  CloudProvider,
  CloudReading,
  createCloudSource,
  driftSourcesExtensionPoint,
} from '@infra-hub/backstage-plugin-drift-node';
import { CloudKind } from '@infra-hub/drift-engine';
import request from 'supertest';
import { createTestDatabases } from '../__testUtils__/createTestDatabases';
import { FakeSource } from '../__testUtils__/FakeSource';
import {
  DriftBackend,
  startDriftBackend,
} from '../__testUtils__/startDriftBackend';

const databases = createTestDatabases();
const SHOP = '/v1/infrastructure/tenants/shop';
const TARGET = '/targets/cloud%3A-%2Fshop';

const DATABASE: CloudKind = {
  kind: 'Cloud::Database',
  resourceType: 'database',
  title: 'Database',
  properties: [
    { name: 'size', field: '/Size', read: ({ Size }) => Size },
    { name: 'publicAccess', field: '/Public', read: ({ Public }) => Public },
  ],
};

/** One database, of which answers tell what they like. */
class Cloud implements CloudProvider {
  readonly id = 'cloud';
  readonly title = 'Cloud';
  readonly accountNoun = 'account';
  readonly kinds = [DATABASE];
  readonly accountsAnnotation = 'example.com/accounts';
  readonly hasRegions = false;
  answer: JsonObject = { Size: 'small', Public: false };

  async checkAccount() {
    return { ok: true };
  }

  async read(): Promise<CloudReading> {
    const { answer: document } = this;
    return { state: 'found', kind: DATABASE, id: 'orders', document };
  }

  async list() {
    return { documents: [], complete: true, reasons: [] };
  }

  async update() {
    return { state: 'superseded' as const };
  }
}

jest.setTimeout(120_000);

describe.each(databases.ids)('a tenant on a cloud, on %s', databaseId => {
  let backend: DriftBackend | undefined;
  let cloud: Cloud;

  afterEach(async () => {
    await backend?.stop();
    backend = undefined;
  });

  beforeEach(async () => {
    cloud = new Cloud();
    const config = new ConfigReader({
      drift: {
        cloud: { accounts: [{ name: 'main', id: '1', tenants: ['*'] }] },
      },
    });
    backend = await startDriftBackend({
      source: new FakeSource(),
      knex: await databases.init(databaseId),
      entities: [
        {
          apiVersion: 'backstage.io/v1alpha1',
          kind: 'Resource',
          metadata: {
            name: 'tenant-shop',
            namespace: 'default',
            annotations: {
              [ANNOTATION_TENANT_ID]: 'shop',
              'example.com/accounts': 'main',
            },
          },
          spec: { type: 'tenant', owner: 'group:default/platform' },
        },
      ],
      config: {},
      features: [
        createBackendModule({
          pluginId: 'drift',
          moduleId: 'cloud',
          register(registration) {
            registration.registerInit({
              deps: { sources: driftSourcesExtensionPoint },
              async init({ sources }) {
                const logger = mockServices.logger.mock();
                sources.addSource(
                  createCloudSource({ provider: cloud, config, logger }),
                );
              },
            });
          },
        }),
      ],
    });
    await backend.findTargets();
    await backend.settled();
    await send('put', `${SHOP}/desired-state`, [
      {
        resourceType: 'database',
        name: 'orders',
        spec: {
          provider: 'cloud',
          kind: 'Cloud::Database',
          id: 'orders',
          properties: { size: 'small', publicAccess: false },
        },
      },
    ]);
  });

  function send(
    method: 'put' | 'post' | 'get',
    path: string,
    body?: JsonObject | JsonObject[],
  ) {
    return request(backend?.server ?? '')
      [method](`/api/drift${path}`)
      .set('Authorization', mockCredentials.user.header())
      .send(body);
  }

  /** The open drift that a scan of an answer leaves, as the API tells it. */
  async function scan(answer: JsonObject) {
    cloud.answer = answer;
    const { body: report } = await send('post', `${SHOP}/drift-check`);
    const target = await send('get', TARGET);
    const findings = await send('get', `${TARGET}/findings?state=open`);
    expect([target.status, findings.status]).toEqual([200, 200]);
    return {
      hasDrift: report.hasDrift,
      status: target.body.status,
      blindSpots: target.body.blindSpots,
      findings: findings.body.items,
    };
  }

  it('drifts on while an answer leaves out what had drifted', async () => {
    const before = await scan({ Size: 'large', Public: true });
    expect(before).toMatchObject({ hasDrift: true, status: 'drifted' });
    const [first] = before.findings;

    const during = await scan({ Size: 'small' });
    expect(during).toMatchObject({
      hasDrift: true,
      status: 'drifted',
      blindSpots: [
        {
          scope: 'Cloud::Database/orders',
          address: 'Cloud::Database/orders',
          fields: ['/publicAccess'],
          reason:
            'Not compared: publicAccess. The API of the provider did not tell it.',
        },
      ],
      findings: [
        {
          unseen: true,
          severity: 'critical',
          firstSeenAt: first.firstSeenAt,
          lastSeenAt: first.lastSeenAt,
          fields: [
            {
              path: '/publicAccess',
              desired: false,
              actual: true,
              unseen: true,
            },
          ],
        },
      ],
    });
    expect(during.findings).toHaveLength(1);

    expect(await scan({ Size: 'small' })).toEqual(during);
    expect(await scan({ Size: 'small', Public: false })).toEqual({
      hasDrift: false,
      status: 'clean',
      blindSpots: [],
      findings: [],
    });
  });

  it('is clean where nothing of what an answer leaves out had drifted', async () => {
    expect(await scan({ Size: 'small' })).toMatchObject({
      hasDrift: false,
      status: 'clean',
      findings: [],
    });
  });
});
