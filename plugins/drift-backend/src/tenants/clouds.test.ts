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
import { Entity } from '@backstage/catalog-model';
import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import {
  ANNOTATION_DESIRED_STATE,
  ANNOTATION_TENANT_ID,
  DesiredState,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  CloudDocument,
  CloudFailure,
  CloudProvider,
  CloudReading,
  createCloudSource,
  driftSourcesExtensionPoint,
  Observation,
  ScanContext,
  ScanTarget,
  TargetDefinition,
} from '@infra-hub/backstage-plugin-drift-node';
import { CloudKind } from '@infra-hub/drift-engine';
import { Knex } from 'knex';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { createTestDatabases } from '../__testUtils__/createTestDatabases';
import { FakeSource } from '../__testUtils__/FakeSource';
import {
  DriftBackend,
  startDriftBackend,
} from '../__testUtils__/startDriftBackend';

const databases = createTestDatabases();
const SECRET = 'hunter2-which-nobody-may-see';
const SHOP = '/v1/infrastructure/tenants/shop';
const STATE = `${SHOP}/desired-state`;

const DATABASE: CloudKind = {
  kind: 'Cloud::Database',
  resourceType: 'database',
  title: 'Database',
  properties: [
    {
      name: 'version',
      field: '/Version',
      read: document => document.Version,
    },
    { name: 'size', field: '/Size', read: document => document.Size },
    {
      name: 'publicAccess',
      field: '/Public',
      read: document => document.Public,
    },
  ],
};

const BUCKET: CloudKind = {
  kind: 'Cloud::Bucket',
  resourceType: 'storage',
  title: 'Bucket',
  properties: [{ name: 'tier', field: '/Tier', read: ({ Tier }) => Tier }],
};

/** A cloud in memory, read by the real source. */
class Cloud implements CloudProvider {
  readonly title: string;
  readonly accountNoun = 'account';
  readonly kinds = [DATABASE, BUCKET];
  readonly accountsAnnotation: string;
  readonly hasRegions = false;
  readonly documents: CloudDocument[] = [];
  failure: CloudFailure | undefined;

  constructor(readonly id: string) {
    this.title = id.toUpperCase();
    this.accountsAnnotation = `example.com/${id}-accounts`;
  }

  add(kind: CloudKind, id: string, document: JsonObject): this {
    this.documents.push({ kind, id, document });
    return this;
  }

  checkId(_kind: CloudKind, id: string): string | undefined {
    return id.includes(' ') ? 'An id must not hold spaces.' : undefined;
  }

  async checkAccount() {
    return { ok: true };
  }

  async read(ref: { kind: CloudKind; id: string }): Promise<CloudReading> {
    this.#failMaybe();
    const found = this.documents.find(
      ({ kind, id }) => kind === ref.kind && id === ref.id,
    );
    return found ? { state: 'found', ...found } : { state: 'absent' };
  }

  async list({ kind }: { kind: CloudKind }) {
    this.#failMaybe();
    const documents = this.documents.filter(each => each.kind === kind);
    return { documents, complete: true, reasons: [] };
  }

  async update() {
    return { state: 'superseded' as const };
  }

  #failMaybe() {
    if (this.failure) {
      throw this.failure;
    }
  }
}

/** What the Kubernetes source is to the backend: it goes by types alone. */
class ClusterSource extends FakeSource {
  override readonly entityAnnotations = [ANNOTATION_TENANT_ID];
  readonly desiredResourceTypes = ['configmap', 'deployment'];
  live: JsonObject[] = [];
  readonly desired: DesiredState[] = [];

  override targetsFromEntity(entity: Entity): TargetDefinition[] {
    const name = entity.metadata.annotations?.[ANNOTATION_TENANT_ID] ?? '';
    return [{ name, location: {} }];
  }

  override async scan(
    target: ScanTarget,
    context: ScanContext,
  ): Promise<Observation> {
    this.desired.push(await context.readDesiredState());
    return super.scan(target, context);
  }

  async captureDesiredState(): Promise<JsonObject[]> {
    return this.live;
  }
}

function deployment(name: string): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop' },
    spec: { replicas: 3 },
  };
}

function database(name: string, more: JsonObject = {}): JsonObject {
  return {
    resourceType: 'database',
    name,
    spec: {
      provider: 'one',
      kind: 'Cloud::Database',
      id: name,
      properties: { version: '15', size: 'small', publicAccess: false },
      ...more,
    },
  };
}

const MANIFESTS = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: api, namespace: shop }
spec: { replicas: 3 }
---
apiVersion: infra-hub.io/v1
kind: Database
metadata: { name: orders }
spec:
  provider: one
  kind: Cloud::Database
  id: orders
  properties: { version: "15", size: small, publicAccess: false }
---
apiVersion: infra-hub.io/v1
kind: Storage
metadata: { name: files }
spec:
  provider: two
  account: main
  kind: Cloud::Bucket
  id: files
  properties: { tier: hot }
`;

jest.setTimeout(120_000);

describe.each(databases.ids)('tenants on clouds, on %s', databaseId => {
  let one: Cloud;
  let two: Cloud;
  let cluster: ClusterSource;
  let backend: DriftBackend | undefined;
  let knex: Knex;
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'drift-clouds-'));
  });

  afterEach(async () => {
    await backend?.stop();
    backend = undefined;
    await rm(directory, { recursive: true });
  });

  async function start(
    options: {
      annotations?: Record<string, string>;
      /** Ids of the clouds of the tenant. */
      clouds?: string[];
      tenants?: JsonObject;
    } = {},
  ): Promise<DriftBackend> {
    const { clouds = ['one', 'two'], annotations = {}, tenants = {} } = options;
    knex = await databases.init(databaseId);
    cluster = new ClusterSource();
    one = new Cloud('one').add(DATABASE, 'orders', {
      Version: '15.4',
      Size: 'small',
      Public: false,
    });
    two = new Cloud('two').add(BUCKET, 'files', { Tier: 'hot' });
    const account = { name: 'main', id: '1', tenants: ['*'] };
    const config = new ConfigReader({
      drift: {
        one: { accounts: [{ ...account, requestsPerSecond: 1000 }] },
        two: { accounts: [{ ...account, requestsPerSecond: 1000 }] },
      },
    });
    const started = await startDriftBackend({
      source: cluster,
      knex,
      entities: [
        {
          apiVersion: 'backstage.io/v1alpha1',
          kind: 'Resource',
          metadata: {
            name: 'tenant-shop',
            namespace: 'default',
            annotations: {
              [ANNOTATION_TENANT_ID]: 'shop',
              ...Object.fromEntries(
                clouds.map(id => [`example.com/${id}-accounts`, 'main']),
              ),
              ...annotations,
            },
          },
          spec: { type: 'tenant', owner: 'group:default/platform' },
        },
      ],
      config: { drift: { tenants } },
      features: [
        createBackendModule({
          pluginId: 'drift',
          moduleId: 'clouds',
          register(registration) {
            registration.registerInit({
              deps: { sources: driftSourcesExtensionPoint },
              async init({ sources }) {
                const logger = mockServices.logger.mock();
                for (const provider of [one, two]) {
                  sources.addSource(
                    createCloudSource({ provider, config, logger }),
                  );
                }
              },
            });
          },
        }),
      ],
    });
    backend = started;
    await started.findTargets();
    await started.settled();
    return started;
  }

  function send(
    method: 'put' | 'post' | 'get',
    path: string,
    body?: JsonObject | JsonObject[] | string,
  ) {
    const call = request(backend?.server ?? '')
      [method](`/api/drift${path}`)
      .set('Authorization', mockCredentials.user.header());
    if (body === undefined) {
      return call.send();
    }
    return typeof body === 'string'
      ? call.set('Content-Type', 'application/yaml').send(body)
      : call.send(body);
  }

  async function statuses(): Promise<Record<string, string>> {
    const { body } = await send('get', '/results');
    return Object.fromEntries(
      body.items.map(({ id, status }: { id: string; status: string }) => [
        id,
        status,
      ]),
    );
  }

  it('compares manifests of databases and storages beside those of Kubernetes', async () => {
    await start();
    expect((await send('put', STATE, MANIFESTS)).body).toMatchObject({
      added: ['deployment/shop/api', 'database/orders', 'storage/files'],
      notices: [],
    });
    const check = await send('post', `${SHOP}/drift-check`);
    expect(check.status).toBe(200);
    expect(check.body).toMatchObject({
      hasDrift: false,
      summary: { totalResources: 5, driftedResources: 0, healthyResources: 5 },
    });
    expect(await statuses()).toEqual({
      'fake:-/shop': 'clean',
      'one:-/shop': 'clean',
      'two:-/shop': 'clean',
    });
    // What a source does not compare it does not see
    expect(cluster.desired.at(-1)?.resources).toEqual([
      expect.objectContaining({ resourceType: 'deployment', name: 'api' }),
    ]);
    // What was answered can be sent back
    const { body } = await send('get', STATE);
    expect((await send('put', STATE, body)).body).toMatchObject({
      revision: 1,
      unchanged: 3,
    });
  });

  it('reports drifted and missing ones in the words of the API of tenants', async () => {
    await start();
    await send('put', STATE, MANIFESTS);
    one.documents.splice(0);
    one.add(DATABASE, 'orders', {
      Version: '14.2',
      Size: 'large',
      Public: true,
    });
    two.documents.splice(0);
    const check = await send('post', `${SHOP}/drift-check`);
    expect(check.status).toBe(200);
    expect(check.body).toEqual({
      tenantId: 'shop',
      scanTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      hasDrift: true,
      driftItems: expect.arrayContaining([
        ...[
          ['version', '15', '14.2'],
          ['size', 'small', 'large'],
          ['publicAccess', 'false', 'true'],
        ].map(([field, desiredValue, actualValue]) => ({
          resourceType: 'database',
          resourceName: 'orders',
          field,
          desiredValue,
          actualValue,
          severity: expect.stringMatching(/^(LOW|MEDIUM|HIGH|CRITICAL)$/),
        })),
        {
          resourceType: 'storage',
          resourceName: 'files',
          field: '',
          desiredValue: 'present',
          actualValue: 'absent',
          severity: expect.stringMatching(/^(LOW|MEDIUM|HIGH|CRITICAL)$/),
        },
      ]),
      summary: { totalResources: 5, driftedResources: 2, healthyResources: 3 },
    });
    expect(check.body.driftItems).toHaveLength(4);
    expect((await send('get', `${SHOP}/drift-report`)).body).toEqual(
      check.body,
    );
  });

  it('never calls a tenant clean one of whose clouds cannot be seen', async () => {
    await start();
    await send('put', STATE, MANIFESTS);
    one.failure = new CloudFailure('The credentials have run out.');
    const check = await send('post', `${SHOP}/drift-check`);
    expect(check.status).toBe(409);
    expect(check.body.error.message).toContain('The credentials have run out');
    await send('post', `${SHOP}/drift-check`);
    const { body } = await send('get', '/targets/one%3A-%2Fshop/findings');
    expect(body.items).toEqual([]);
  });

  it.each<[string, JsonObject, string]>([
    [
      'of a cloud that no source reads',
      database('orders', { provider: 'nine' }),
      'Document 1: No source that is installed compares this database; those that compare others are one, two',
    ],
    [
      'of no cloud at all',
      database('orders', { provider: undefined }),
      "Document 1: There is no 'provider'",
    ],
    [
      'of a kind that is not known',
      database('orders', { kind: 'Cloud::Queue' }),
      'ONE resources of the kind Cloud::Queue are not compared; known are Cloud::Database, Cloud::Bucket',
    ],
    [
      'of a kind that is something else',
      database('orders', { kind: 'Cloud::Bucket' }),
      'The kind Cloud::Bucket is a storage, not a database',
    ],
    [
      'with an id that cannot be one',
      database('orders', { id: 'the orders' }),
      'An id must not hold spaces',
    ],
    [
      'with properties that are none',
      database('orders', { properties: { sise: 'small', version: 15 } }),
      "; Document 1: 'properties.version' must be a text",
    ],
    [
      'of another API',
      {
        apiVersion: 'postgresql.cnpg.io/v1',
        kind: 'Database',
        metadata: { name: 'orders' },
      },
      'Resources of type database with the apiVersion postgresql.cnpg.io/v1 are not compared',
    ],
  ])('refuses a database %s', async (_what, resource, message) => {
    await start();
    const refused = await send('put', STATE, [resource]);
    expect(refused.status).toBe(400);
    expect(refused.body.error.message).toContain(message);
    expect((await send('get', STATE)).body.revision).toBe(0);
  });

  it('takes one resource, as an envelope and as nothing but its spec', async () => {
    await start();
    const path = `${STATE}/database/orders`;
    const { spec } = database('orders') as { spec: JsonObject };
    expect((await send('put', path, spec)).body).toMatchObject({
      revision: 1,
      added: ['database/orders'],
    });
    expect((await send('put', path, database('orders'))).body).toMatchObject({
      revision: 1,
      unchanged: 1,
    });
    expect((await send('get', path)).body.spec).toEqual(spec);
  });

  it('keeps no credential of a database, and tells the caller', async () => {
    await start();
    one.documents.splice(0);
    one.add(DATABASE, 'orders', {
      Version: '15',
      Size: 'small',
      Public: false,
      MasterUserPassword: `other-${SECRET}`,
    });
    const answer = await send('put', STATE, [
      database('orders', {
        providerProperties: {
          MasterUserPassword: SECRET,
          Parameters: [{ name: 'db_password', value: SECRET }],
          Port: 5432,
        },
      }),
      deployment('api'),
    ]);
    expect(answer.status).toBe(200);
    expect(answer.body.notices).toEqual([
      expect.objectContaining({
        message: expect.stringContaining(
          'providerProperties.MasterUserPassword and 1 more looks like',
        ),
      }),
    ]);
    const check = await send('post', `${SHOP}/drift-check`);
    const findings = await send('get', '/targets/one%3A-%2Fshop/findings');
    const stored = JSON.stringify([
      await knex('desired_infrastructure_state').select(),
      await knex('desired_state_revisions').select(),
      await knex('drift_findings').select(),
      await knex('drift_results').select(),
      await knex('drift_scans').select(),
    ]);
    expect(stored).toContain('5432');
    for (const text of [stored, answer.text, check.text, findings.text]) {
      expect(text).not.toContain(SECRET);
    }
  });

  it('captures what all of its sources have, or nothing', async () => {
    await start();
    cluster.live = [deployment('api')];
    two.add(DATABASE, 'orders', { Version: '8', Password: SECRET });
    one.failure = new CloudFailure('The credentials have run out.');
    const half = await send('post', `${STATE}:capture`);
    expect(half.status).toBe(503);
    expect(half.body.error.message).toContain('The credentials have run out');
    expect((await send('get', STATE)).body.revision).toBe(0);

    one.failure = undefined;
    const whole = await send('post', `${STATE}:capture`);
    expect(whole.status).toBe(200);
    expect(whole.body.added.sort()).toEqual([
      'database/orders',
      'database/orders (two)',
      'deployment/shop/api',
      'storage/files',
    ]);
    const { body } = await send('get', `${STATE}/database/orders`);
    expect(body).toMatchObject({
      origin: 'capture',
      spec: {
        provider: 'one',
        account: 'main',
        kind: 'Cloud::Database',
        id: 'orders',
        properties: { version: '15.4', size: 'small', publicAccess: false },
      },
    });
    const check = await send('post', `${SHOP}/drift-check`);
    expect(check.body).toMatchObject({ hasDrift: false });
    expect(
      JSON.stringify(await knex('desired_infrastructure_state').select()),
    ).not.toContain(SECRET);
  });

  describe('with manifests beside the entity', () => {
    const annotations = () => ({
      [ANNOTATION_DESIRED_STATE]: 'deploy/',
      'backstage.io/managed-by-location': `file:${directory}/catalog-info.yaml`,
      'backstage.io/source-location': `file:${directory}/`,
    });

    async function write(name: string, text: string) {
      await mkdir(join(directory, 'deploy'), { recursive: true });
      await writeFile(join(directory, 'deploy', name), text);
    }

    it('takes them over, and leaves databases of other APIs to who can tell', async () => {
      await write('all.yaml', MANIFESTS);
      await write(
        'cnpg.yaml',
        'apiVersion: postgresql.cnpg.io/v1\nkind: Database\nmetadata: {name: orders, namespace: shop}\n',
      );
      await start({
        annotations: annotations(),
        tenants: { allowedRoots: [directory] },
      });
      const check = await send('post', `${SHOP}/drift-check`);
      expect(check.body).toMatchObject({ hasDrift: false });
      expect(await statuses()).toEqual({
        'fake:-/shop': 'clean',
        'one:-/shop': 'clean',
        'two:-/shop': 'clean',
      });
      expect(
        cluster.desired.at(-1)?.resources.map(({ spec }) => spec.apiVersion),
      ).toEqual(['postgresql.cnpg.io/v1', 'apps/v1']);
      expect((await send('get', STATE)).body).toMatchObject({
        revision: 1,
        resources: expect.arrayContaining([
          expect.objectContaining({
            resourceType: 'database',
            name: 'orders',
            origin: 'manifest',
          }),
        ]),
      });
    });

    it('says which of them nobody compares', async () => {
      await write(
        'all.yaml',
        MANIFESTS.replace('provider: one', 'provider: on'),
      );
      await start({
        annotations: annotations(),
        tenants: { allowedRoots: [directory] },
      });
      const check = await send('post', `${SHOP}/drift-check`);
      expect(check.status).toBe(409);
      expect(check.body.error.message).toContain(
        'deploy/all.yaml: Document 2, line 7: No source that is installed compares this database',
      );
    });
  });
});
