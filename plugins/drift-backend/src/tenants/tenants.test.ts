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
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { NotModifiedError } from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { JsonObject } from '@backstage/types';
import {
  ANNOTATION_DESIRED_STATE,
  ANNOTATION_TENANT_ID,
  DesiredState,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  Observation,
  ScanContext,
  ScanTarget,
  TargetDefinition,
} from '@infra-hub/backstage-plugin-drift-node';
import { Knex } from 'knex';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
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

/** A source of tenants that looks at a world that is told to it. */
class TenantSource extends FakeSource {
  override readonly entityAnnotations = [ANNOTATION_TENANT_ID];
  readonly desiredResourceTypes = ['configmap', 'deployment', 'secret'];
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

function tenantEntity(
  tenantId: string,
  annotations: Record<string, string> = {},
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Resource',
    metadata: {
      name: `tenant-${tenantId}`,
      namespace: 'default',
      annotations: { [ANNOTATION_TENANT_ID]: tenantId, ...annotations },
    },
    spec: { type: 'tenant', owner: 'group:default/platform' },
  };
}

function deployment(name: string, replicas = 3): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop' },
    spec: { replicas },
  };
}

jest.setTimeout(120_000);

describe.each(databases.ids)('tenants on %s', databaseId => {
  let source: TenantSource;
  let backend: DriftBackend | undefined;
  let knex: Knex;
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'drift-tenants-'));
  });

  afterEach(async () => {
    await backend?.stop();
    backend = undefined;
    await rm(directory, { recursive: true });
  });

  async function start(
    options: {
      entities?: Entity[];
      permissions?: Partial<PermissionsService>;
      tenants?: JsonObject;
      features?: BackendFeature[];
    } = {},
  ): Promise<DriftBackend> {
    knex = await databases.init(databaseId);
    source = new TenantSource();
    const started = await startDriftBackend({
      source,
      knex,
      entities: options.entities ?? [tenantEntity('shop')],
      permissions: options.permissions,
      features: options.features,
      config: { drift: { tenants: options.tenants ?? {} } },
    });
    backend = started;
    await started.findTargets();
    await started.settled();
    return started;
  }

  function send(
    method: 'put' | 'delete' | 'post' | 'get',
    path: string,
    body?: JsonObject | JsonObject[] | string,
    headers: Record<string, string> = {},
  ) {
    const call = request(backend?.server ?? '')
      [method](`/api/drift${path}`)
      .set('Authorization', mockCredentials.user.header())
      .set(headers);
    if (body === undefined) {
      return call.send();
    }
    return typeof body === 'string'
      ? call.set('Content-Type', 'application/yaml').send(body)
      : call.send(body);
  }

  /** Everything that the database holds, as text. */
  async function everythingStored(): Promise<string> {
    const tables = [
      'desired_infrastructure_state',
      'desired_state_revisions',
      'desired_state_tenants',
      'drift_results',
      'drift_scans',
      'drift_findings',
    ];
    return JSON.stringify(
      await Promise.all(tables.map(table => knex(table).select())),
    );
  }

  it('stores a set of manifests, and says before and after what changes', async () => {
    await start();
    const yaml = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: api, namespace: shop }
spec: { replicas: 3 }
---
# empty
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data: { mode: "0644", "query.timeout": 60s }
`;
    const preview = await send('put', `${STATE}?dryRun=true`, yaml);
    expect(preview.body).toEqual({
      tenantId: 'shop',
      revision: 0,
      dryRun: true,
      added: ['deployment/shop/api', 'configmap/shop/settings'],
      changed: [],
      removed: [],
      unchanged: 0,
      notices: [],
    });
    expect((await send('get', STATE)).body).toEqual({
      tenantId: 'shop',
      revision: 0,
      resources: [],
    });

    const stored = await send('put', STATE, yaml);
    expect(stored.status).toBe(200);
    expect(stored.headers.etag).toBe('"1"');
    const state = await send('get', STATE);
    expect(state.body.resources).toEqual([
      expect.objectContaining({
        resourceType: 'configmap',
        namespace: 'shop',
        name: 'settings',
        spec: expect.objectContaining({
          data: { mode: '0644', 'query.timeout': '60s' },
        }),
        revision: 1,
        origin: 'api',
        updatedBy: 'user:default/mock',
      }),
      expect.objectContaining({ resourceType: 'deployment', name: 'api' }),
    ]);

    // What was answered can be sent back, and changes nothing
    const again = await send('put', STATE, state.body);
    expect(again.body).toMatchObject({ revision: 1, unchanged: 2 });

    const next = await send('put', STATE, {
      resources: [deployment('api', 5), deployment('web')],
    });
    expect(next.body).toMatchObject({
      revision: 2,
      added: ['deployment/shop/web'],
      changed: ['deployment/shop/api'],
      removed: ['configmap/shop/settings'],
    });
    const { body: revisions } = await send('get', `${STATE}/revisions`);
    expect(revisions).toMatchObject({
      totalItems: 2,
      items: [
        {
          revision: 2,
          by: 'user:default/mock',
          changed: ['deployment/shop/api'],
        },
        { revision: 1, removed: [] },
      ],
    });
    expect((await send('delete', STATE)).body).toMatchObject({
      revision: 3,
      removed: ['deployment/shop/api', 'deployment/shop/web'],
    });
  });

  it('changes one resource and leaves the others', async () => {
    await start();
    await send('put', STATE, [deployment('api'), deployment('web')]);
    const api = `${STATE}/deployment/api`;
    const put = await send('put', api, deployment('api', 4));
    expect(put.body).toMatchObject({
      revision: 2,
      changed: ['deployment/shop/api'],
      removed: [],
    });
    const read = await send('get', `${STATE}/Deployment/api?namespace=shop`);
    expect(read.body).toMatchObject({
      revision: 2,
      spec: { spec: { replicas: 4 } },
    });

    const other = await send('put', api, deployment('web'));
    expect(other.status).toBe(400);
    expect(other.body.error.message).toBe(
      'Document 1, line 1: The name of the resource is given as "web" and as "api"',
    );
    const gone = await send('delete', api);
    expect(gone.body.removed).toEqual(['deployment/shop/api']);
    expect((await send('get', api)).status).toBe(404);
    expect((await send('get', `${STATE}/deployment/web`)).status).toBe(200);
  });

  it('lets exactly one of fifty writers win who saw the same revision', async () => {
    await start();
    await send('put', STATE, [deployment('api')]);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        send('put', STATE, [deployment('api', 10 + index)], {
          'If-Match': '"1"',
        }),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter(status => status === 200)).toHaveLength(1);
    expect(statuses.filter(status => status === 412)).toHaveLength(49);
    const { body } = await send('get', STATE);
    expect(body.revision).toBe(2);

    const stale = await send('put', `${STATE}?expectedRevision=1`, []);
    expect(stale.status).toBe(409);
    expect(stale.body.error.message).toBe(
      "The desired state of tenant 'shop' has revision 2, not 1; read it again and repeat the change",
    );
  });

  it('keeps no value of a secret and tells the caller', async () => {
    await start();
    const answer = await send(
      'put',
      STATE,
      `
apiVersion: v1
kind: Secret
metadata:
  name: db
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{"data":"${SECRET}"}'
type: Opaque
data: { password: ${Buffer.from(SECRET).toString('base64')} }
stringData: { user: ${SECRET} }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  template:
    spec:
      containers:
        - name: main
          image: api:1
          args: [--token, ${SECRET}, --mode=fast]
          env:
            - { name: DB_PASSWORD, value: ${SECRET} }
            - { name: MODE, value: fast }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { api_key: ${SECRET}, mode: fast }
`,
    );
    expect(answer.body.notices).toEqual([
      {
        document: 1,
        line: 2,
        level: 'notice',
        message:
          'The 2 values of the secret were dropped; only its type and the names of its keys are kept.',
      },
      expect.objectContaining({
        document: 2,
        message: expect.stringContaining('args.token and 1 more looks like'),
      }),
      expect.objectContaining({
        document: 3,
        message: expect.stringContaining('data.api_key looks like'),
      }),
    ]);
    const { body } = await send('get', `${STATE}/secret/db`);
    expect(body.spec).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'db', annotations: {} },
      type: 'Opaque',
      data: { password: '' },
      stringData: { user: '' },
    });
    const settings = await send('get', `${STATE}/configmap/settings`);
    expect(settings.body.spec.data).toEqual({
      api_key: '(sensitive value, not kept)',
      mode: 'fast',
    });
    const stored = await everythingStored();
    expect(stored).not.toContain(SECRET);
    expect(stored).not.toContain(Buffer.from(SECRET).toString('base64'));
  });

  it('refuses hostile and broken texts with their place, and stores nothing', async () => {
    await start({ tenants: { maxResources: 3, maxDesiredStateBytes: 20_000 } });
    const ok = 'kind: ConfigMap\nmetadata: {name: a}\n';
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'
        .split('')
        .map(
          (name, index) =>
            `${name}: &${name} [${Array(10).fill(`*${'abcdefg'[index]}`)}]`,
        ),
      'kind: ConfigMap',
    ].join('\n');
    const cases: [string, number, string][] = [
      [
        `${ok}---\nkind: Deployment\n`,
        400,
        'Document 2, line 4: The deployment has no name',
      ],
      [
        `${ok}---\nmetadata: {name: b}\n`,
        400,
        'Document 2, line 4: The resource has no kind',
      ],
      [
        `${ok}---\n${ok}`,
        400,
        'Document 2, line 4: configmap/a is there twice, first in document 1',
      ],
      [
        'kind: Widget\nmetadata: {name: a}',
        400,
        'Document 1, line 1: Resources of type widget are not compared; known are configmap, deployment, secret',
      ],
      [
        `${ok}data:\n  a: 1\n  a: ${SECRET}`,
        400,
        'Document 1, line 5: The key "a" is there twice',
      ],
      [
        `${ok}data:\n\ta: ${SECRET}`,
        400,
        'Document 1, line 4: Tabs cannot indent, use spaces',
      ],
      [`${ok}data: {a: "${SECRET}`, 400, 'Document 1, line 3: '],
      [bomb, 400, 'Document 1, line 1: Aliases stand for more than 100 values'],
      [
        `kind: ConfigMap\ndata: ${'['.repeat(9_000)}`,
        400,
        'More than 64 levels',
      ],
      [`${ok}__proto__: {x: 1}`, 400, "The key '__proto__' is not allowed"],
      [
        `${ok}data: !!js/function 'x'`,
        400,
        'There is a tag that is not known here',
      ],
      [`${ok}data: {a: .inf}`, 400, 'A number must be finite'],
      ['just text', 400, 'Document 1, line 1: A resource must be an object'],
      [
        'kind: Kustomization\nmetadata: {name: a}',
        400,
        'A kustomization is not rendered here',
      ],
      [
        ['a', 'b', 'c', 'd']
          .map(name => `kind: ConfigMap\nmetadata: {name: ${name}}\n`)
          .join('---\n'),
        413,
        'The desired state has more than 3 resources',
      ],
      [
        `${ok}data: {a: "${'x'.repeat(20_000)}"}`,
        413,
        'larger than the limit of 20000 bytes',
      ],
    ];
    for (const [text, status, message] of cases) {
      const answer = await send('put', STATE, text);
      expect({ text: text.slice(0, 80), status: answer.status }).toEqual({
        text: text.slice(0, 80),
        status,
      });
      expect(answer.body.error.message).toContain(message);
      expect(answer.text).not.toContain(SECRET);
    }
    const json = await send(
      'put',
      STATE,
      '{"kind":"ConfigMap",\n"kind":"x"}',
      {},
    );
    expect(json.status).toBe(400);
    const many = await send(
      'put',
      STATE,
      `kind: ConfigMap\nmetadata: {name: a}\ndata:\n${'  b: 1\n'.repeat(31)}`,
    );
    expect(many.body.error.problems).toHaveLength(20);
    expect(many.body.error.message).toContain('10 more problems');

    const unknownType = await request(backend?.server ?? '')
      .put(`/api/drift${STATE}`)
      .set('Authorization', mockCredentials.user.header())
      .set('Content-Type', 'text/html')
      .send('<p>');
    expect(unknownType.status).toBe(415);
    expect((await send('get', STATE)).body.revision).toBe(0);
  });

  it('reads keys that JSON has twice, and never repeats the text of an error', async () => {
    await start();
    const put = (text: string) =>
      request(backend?.server ?? '')
        .put(`/api/drift${STATE}`)
        .set('Authorization', mockCredentials.user.header())
        .set('Content-Type', 'application/json')
        .send(text);
    const twice = await put('{"kind":"ConfigMap",\n"kind":"Deployment"}');
    expect(twice.body.error.message).toContain(
      'Document 1, line 2: The key "kind" is there twice',
    );
    const broken = await put(`{"kind":\n"${SECRET}" oops}`);
    expect(broken.status).toBe(400);
    expect(broken.body.error.message).toBe(
      'Document 1, line 2: This is not valid JSON',
    );
  });

  it('captures what is there as a baseline', async () => {
    await start();
    source.live = [
      deployment('api', 7),
      {
        kind: 'Secret',
        metadata: { name: 'db', namespace: 'shop' },
        data: { password: SECRET },
      },
    ];
    const preview = await send('post', `${STATE}:capture?dryRun=true`);
    expect(preview.body).toMatchObject({
      dryRun: true,
      added: ['deployment/shop/api', 'secret/shop/db'],
    });
    expect((await send('get', STATE)).body.revision).toBe(0);
    expect((await send('post', `${STATE}:capture`)).status).toBe(200);
    const { body } = await send('get', `${STATE}/deployment/api`);
    expect(body).toMatchObject({
      origin: 'capture',
      spec: { spec: { replicas: 7 } },
    });
    expect(await everythingStored()).not.toContain(SECRET);
  });

  it('answers a drift check with the report, hands the scan the desired state and publishes', async () => {
    const { published } = await start();
    await send('put', STATE, [deployment('ai-service')]);
    source.world.set('fake:-/shop', {
      totalResources: 45,
      differences: [
        {
          address: 'deployment/shop/ai-service',
          resourceType: 'Deployment',
          resourceName: 'ai-service',
          change: 'update',
          class: 'drift',
          rule: 'changed-outside',
          reason: 'Changed outside.',
          fields: [{ path: '/spec/replicas', desired: 3, actual: 2 }],
        },
        {
          address: 'configmap/shop/ai-service-config',
          resourceType: 'ConfigMap',
          resourceName: 'ai-service-config',
          change: 'update',
          class: 'drift',
          rule: 'changed-outside',
          reason: 'Changed outside.',
          fields: [
            {
              path: '/data/query.timeout',
              label: 'data[query.timeout]',
              desired: '60s',
              actual: '30s',
            },
          ],
        },
        {
          address: 'deployment/shop/web',
          resourceType: 'Deployment',
          resourceName: 'web',
          change: 'update',
          class: 'expected',
          rule: 'autoscaled',
          reason: 'An autoscaler did it.',
          fields: [{ path: '/spec/replicas', desired: 3, actual: 4 }],
        },
      ],
    });
    const check = await send('post', `${SHOP}/drift-check`);
    expect(check.status).toBe(200);
    expect(check.body).toEqual({
      tenantId: 'shop',
      scanTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      hasDrift: true,
      driftItems: expect.arrayContaining([
        {
          resourceType: 'deployment',
          resourceName: 'ai-service',
          field: 'replicas',
          desiredValue: '3',
          actualValue: '2',
          severity: expect.stringMatching(/^(LOW|MEDIUM|HIGH|CRITICAL)$/),
        },
        {
          resourceType: 'configmap',
          resourceName: 'ai-service-config',
          field: 'query.timeout',
          desiredValue: '60s',
          actualValue: '30s',
          severity: expect.stringMatching(/^(LOW|MEDIUM|HIGH|CRITICAL)$/),
        },
      ]),
      summary: {
        totalResources: 45,
        driftedResources: 2,
        healthyResources: 43,
      },
    });
    expect(check.body.driftItems).toHaveLength(2);
    expect((await send('get', `${SHOP}/drift-report`)).body).toEqual(
      check.body,
    );
    expect(source.desired.at(-1)).toMatchObject({
      tenantId: 'shop',
      revision: 1,
      resources: [{ name: 'ai-service' }],
    });
    expect(published).toContainEqual(
      expect.objectContaining({
        topic: 'drift',
        eventPayload: expect.objectContaining({
          targetId: 'fake:-/shop',
          after: expect.objectContaining({ status: 'drifted' }),
        }),
      }),
    );
  });

  it('joins the scan under way and answers where to look when it takes too long', async () => {
    await start({ tenants: { checkWait: 'PT0S' } });
    let open = () => {};
    source.gate = new Promise(resolve => {
      open = resolve;
    });
    const first = await send('post', `${SHOP}/drift-check`);
    const second = await send('post', `${SHOP}/drift-check`);
    open();
    expect(first.status).toBe(202);
    expect(first.body).toEqual({
      scanId: expect.any(String),
      targetId: 'fake:-/shop',
    });
    expect(second.body).toEqual(first.body);
    await backend?.settled();
  });

  it('never calls a tenant clean whose scan failed, and knows no strangers', async () => {
    await start();
    source.world.set('fake:-/shop', new Error('The cluster does not answer'));
    const failed = await send('post', `${SHOP}/drift-check`);
    expect(failed.status).toBe(409);
    expect(failed.body.error.message).toContain(
      "The last scan of tenant 'shop' failed",
    );
    for (const [method, path] of [
      ['get', '/drift-report'],
      ['post', '/drift-check'],
      ['get', '/desired-state'],
      ['delete', '/desired-state'],
    ] as const) {
      const answer = await send(
        method,
        `/v1/infrastructure/tenants/stranger${path}`,
      );
      expect(answer.status).toBe(404);
      expect(answer.body.error.message).toBe("No tenant 'stranger' was found");
    }
  });

  it('lets only those write who may', async () => {
    await start({
      permissions: {
        authorize: async requests =>
          requests.map(() => ({ result: AuthorizeResult.ALLOW })),
        authorizeConditional: async requests =>
          requests.map(({ permission }) => ({
            result:
              permission.name === 'drift.target.read'
                ? AuthorizeResult.ALLOW
                : AuthorizeResult.DENY,
          })),
      },
    });
    expect((await send('get', STATE)).status).toBe(200);
    for (const answer of [
      await send('put', STATE, [deployment('api')]),
      await send('put', `${STATE}?dryRun=true`, [deployment('api')]),
      await send('delete', STATE),
      await send('post', `${STATE}:capture`),
      await send('post', `${SHOP}/drift-check`),
    ]) {
      expect(answer.status).toBe(403);
    }
  });

  it('takes the right to every target of a tenant to see or write what all desire', async () => {
    let clients = ['-'];
    await start({
      permissions: {
        authorize: async requests =>
          requests.map(() => ({ result: AuthorizeResult.ALLOW })),
        authorizeConditional: async requests =>
          requests.map(() =>
            clients.includes('-')
              ? { result: AuthorizeResult.ALLOW }
              : {
                  result: AuthorizeResult.CONDITIONAL,
                  pluginId: 'drift',
                  resourceType: 'drift-target',
                  conditions: {
                    rule: 'HAS_CLIENT',
                    resourceType: 'drift-target',
                    params: { clients },
                  },
                },
          ),
      },
    });
    clients = ['acme'];
    expect((await send('get', STATE)).status).toBe(404);
    source.configured.push({ name: 'shop', client: 'acme', location: {} });
    await backend?.findTargets();
    await backend?.settled();

    // The other target of that name is somebody else's
    expect((await send('get', STATE)).status).toBe(403);
    expect((await send('put', STATE, [deployment('api')])).status).toBe(403);
    const check = await send('post', `${SHOP}/drift-check`);
    expect(check.status).toBe(409);
    expect(check.body.error.message).toContain(
      "The tenant 'shop' is declared for several clients",
    );
  });

  describe('with manifests', () => {
    function entityWith(path: string, managedBy = 'file:'): Entity {
      return tenantEntity('shop', {
        [ANNOTATION_DESIRED_STATE]: path,
        'backstage.io/managed-by-location': `${managedBy}${join(
          directory,
          'catalog-info.yaml',
        )}`,
        'backstage.io/source-location': `file:${directory}/`,
      });
    }

    async function write(name: string, text: string) {
      await mkdir(join(directory, 'deploy'), { recursive: true });
      await writeFile(join(directory, 'deploy', name), text);
    }

    it('takes them over before each scan, and keeps the last good ones', async () => {
      await write('api.yaml', JSON.stringify(deployment('api')));
      // No source compares it, which the source has to say
      await write('rbac.yaml', 'kind: ClusterRole\nmetadata: {name: x}\n');
      await write('notes.txt', 'not a manifest');
      await start({
        entities: [entityWith('deploy/')],
        tenants: { allowedRoots: [directory] },
      });
      const first = await send('get', STATE);
      expect(first.body).toMatchObject({
        revision: 1,
        resources: [
          { resourceType: 'clusterrole', name: 'x' },
          {
            name: 'api',
            origin: 'manifest',
            updatedBy: 'resource:default/tenant-shop',
          },
        ],
      });
      expect((await send('post', `${SHOP}/drift-check`)).status).toBe(200);
      expect((await send('get', STATE)).body.revision).toBe(1);

      await write('api.yaml', JSON.stringify(deployment('api', 9)));
      await send('post', `${SHOP}/drift-check`);
      expect((await send('get', STATE)).body).toMatchObject({
        revision: 2,
        resources: [{ name: 'x' }, { spec: { spec: { replicas: 9 } } }],
      });

      await write('api.yaml', `kind: Deployment\nmetadata: [${SECRET}`);
      const broken = await send('post', `${SHOP}/drift-check`);
      expect(broken.status).toBe(409);
      expect(broken.body.error.message).toContain(
        'deploy/api.yaml: Document 1',
      );
      expect(broken.text).not.toContain(SECRET);
      expect((await send('get', STATE)).body.revision).toBe(2);
      expect((await send('get', `${SHOP}/drift-report`)).status).toBe(409);

      const edit = await send('put', STATE, [deployment('api')]);
      expect(edit.status).toBe(409);
      expect(edit.body.error.message).toBe(
        "The desired state of tenant 'shop' comes from the manifests of resource:default/tenant-shop; change it there",
      );
    });

    it('reads a tree from a repository only when it has changed', async () => {
      let tree = { etag: 'commit-1', text: JSON.stringify(deployment('api')) };
      const readTree = jest.fn(
        async (_url: string, options?: { etag?: string }) => {
          if (options?.etag === tree.etag) {
            throw new NotModifiedError();
          }
          return {
            etag: tree.etag,
            files: async () => [
              { path: 'api.yaml', content: async () => Buffer.from(tree.text) },
            ],
            archive: jest.fn(),
            dir: jest.fn(),
          };
        },
      );
      await start({
        entities: [
          tenantEntity('shop', {
            [ANNOTATION_DESIRED_STATE]: 'deploy/prod',
            'backstage.io/source-location':
              'url:https://github.com/acme/shop/tree/main/',
          }),
        ],
        features: [mockServices.urlReader.mock({ readTree }).factory],
      });
      expect(readTree).toHaveBeenCalledWith(
        'https://github.com/acme/shop/tree/main/deploy/prod/',
        expect.anything(),
      );
      await send('post', `${SHOP}/drift-check`);
      expect((await send('get', STATE)).body.revision).toBe(1);

      tree = { etag: 'commit-2', text: JSON.stringify(deployment('api', 8)) };
      expect((await send('post', `${SHOP}/drift-check`)).status).toBe(200);
      const revisions = await send('get', `${STATE}/revisions`);
      expect(revisions.body.items).toMatchObject([
        { revision: 2, origin: 'manifest', sourceRevision: 'commit-2' },
        { revision: 1, sourceRevision: 'commit-1' },
      ]);

      readTree.mockRejectedValue(new Error(`no answer with ${SECRET}`));
      const away = await send('post', `${SHOP}/drift-check`);
      expect(away.status).toBe(409);
      expect(away.text).not.toContain(SECRET);
      expect((await send('get', STATE)).body.revision).toBe(2);
    });

    it.each([
      ['outside of the allowed directories', 'deploy', 'file:', false],
      [
        'of an entity that was not read from a file',
        'deploy',
        'url:http://h',
        true,
      ],
      ['above the entity', '../x', 'file:', true],
      ['behind a link that leads away', 'away', 'file:', true],
    ])('does not read files %s', async (_where, path, managedBy, allowed) => {
      await write('api.yaml', JSON.stringify(deployment('api')));
      await symlink(tmpdir(), join(directory, 'away'));
      await start({
        entities: [entityWith(path, managedBy)],
        tenants: { allowedRoots: allowed ? [directory] : [] },
      });
      const answer = await send('get', `${SHOP}/drift-report`);
      expect(answer.status).toBe(409);
      expect(answer.body.error.message).toContain('could not be read');
      expect((await send('get', STATE)).body.revision).toBe(0);
    });
  });
});
