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

import { mockCredentials } from '@backstage/backend-test-utils';
import {
  DriftTarget,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import request from 'supertest';
import {
  FAKE_ANNOTATION,
  FakeSource,
  scaledNodePool,
} from './__testUtils__/FakeSource';
import {
  DriftBackend,
  startDriftBackend,
} from './__testUtils__/startDriftBackend';
import { createTestDatabases } from './__testUtils__/createTestDatabases';

const entities = [
  {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name: 'platform',
      annotations: { [FAKE_ANNOTATION]: 'acme,aks,vnet' },
    },
    relations: [{ type: 'ownedBy', targetRef: 'group:default/team-a' }],
    spec: { owner: 'team-a' },
  },
];

const databases = createTestDatabases();

describe.each(databases.ids)('driftPlugin on %s', databaseId => {
  let source: FakeSource;
  let backend: DriftBackend;

  beforeEach(async () => {
    source = new FakeSource();
    backend = await startDriftBackend({
      source,
      entities,
      knex: await databases.init(databaseId),
    });
  }, 60_000);

  afterEach(async () => {
    await backend.stop();
  }, 60_000);

  const aks = encodeURIComponent('fake:acme/aks');

  async function scanAgain() {
    await backend.api.post(`/targets/${aks}/scan`).expect(202);
    await backend.settled();
  }

  it('finds targets, scans them, and follows drift until it is gone', async () => {
    source.world.set('fake:acme/aks', { differences: [scaledNodePool] });
    await backend.findTargets();
    await backend.settled();

    const results = await backend.api.get('/results').expect(200);
    expect(results.body).toMatchObject({
      totalItems: 2,
      items: [
        {
          id: 'fake:acme/aks',
          client: 'acme',
          name: 'aks',
          owner: 'group:default/team-a',
          entityRefs: ['component:default/platform'],
          status: 'drifted',
          driftedResources: 1,
          totalResources: 3,
          tool: { name: 'fake', version: '1.0.0' },
        },
        { id: 'fake:acme/vnet', status: 'clean', risk: 'none' },
      ],
      facets: { client: [{ value: 'acme', count: 2 }] },
    });
    const { risk } = results.body.items[0] as DriftTarget;
    expect(risk).not.toBe('none');

    await backend.runTask('drift-check-sources');
    const overview = await backend.api.get('/overview').expect(200);
    expect(overview.body).toMatchObject({
      totalTargets: 2,
      driftedTargets: 1,
      health: { ok: 2, error: 0, never: 0 },
      activeScans: 0,
      sources: [{ source: 'fake', ok: true }],
    });

    const findings = await backend.api
      .get(`/targets/${aks}/findings?state=open`)
      .expect(200);
    expect(findings.body).toMatchObject({
      totalItems: 1,
      items: [
        {
          ...scaledNodePool,
          targetId: 'fake:acme/aks',
          state: 'open',
          recurrences: 0,
        },
      ],
    });

    source.world.delete('fake:acme/aks');
    await scanAgain();
    const target = await backend.api.get(`/targets/${aks}`).expect(200);
    expect(target.body).toMatchObject({ status: 'clean', risk: 'none' });

    const scans = await backend.api.get(`/targets/${aks}/scans`).expect(200);
    expect(scans.body).toMatchObject({
      totalItems: 2,
      items: [
        {
          status: 'clean',
          trigger: 'manual',
          requestedBy: 'user:default/mock',
        },
        { status: 'drifted', trigger: 'schedule' },
      ],
    });
    const [first] = scans.body.items.slice(-1);
    const then = await backend.api
      .get(`/targets/${aks}/findings?scanId=${first.id}`)
      .expect(200);
    expect(then.body.items.map((f: StoredFinding) => f.address)).toEqual([
      scaledNodePool.address,
    ]);
    const resolved = await backend.api
      .get(`/targets/${aks}/findings?state=resolved`)
      .expect(200);
    expect(resolved.body.totalItems).toBe(1);
    expect(resolved.body.items[0].resolvedAt).toBeDefined();
  }, 60_000);

  it('never shows a failed scan as clean, and keeps the last good verdict', async () => {
    source.world.set('fake:acme/aks', { differences: [scaledNodePool] });
    source.world.set('fake:acme/vnet', new Error('password=hunter2 refused'));
    await backend.findTargets();
    await backend.settled();

    source.world.set('fake:acme/aks', { failure: 'The tool ended with 1.' });
    await scanAgain();

    const { body } = await backend.api.get('/results?orderBy=name&order=asc');
    expect(body.items).toMatchObject([
      {
        name: 'aks',
        status: 'error',
        error: 'The tool ended with 1.',
        lastGoodStatus: 'drifted',
        driftedResources: 1,
      },
      { name: 'vnet', status: 'error' },
    ]);
    expect(JSON.stringify(body)).not.toContain('hunter2');
  }, 60_000);

  it('joins a scan that is under way', async () => {
    await backend.findTargets();
    await backend.settled();

    let open = () => {};
    source.gate = new Promise(resolve => {
      open = resolve;
    });
    const first = await backend.api.post(`/targets/${aks}/scan`).expect(202);
    expect(first.body).toMatchObject({ joined: false });
    await backend.eventually(async () => source.scanned.length === 3);
    const second = await backend.api.post(`/targets/${aks}/scan`).expect(202);
    expect(second.body).toEqual({ ...first.body, joined: true });

    const target = await backend.api.get(`/targets/${aks}`);
    expect(target.body.activeScan).toMatchObject({
      id: first.body.scanId,
      state: 'running',
    });
    const overview = await backend.api.get('/overview');
    expect(overview.body.activeScans).toBe(1);

    open();
    await backend.settled();
    expect(source.scanned).toHaveLength(3);
    expect((await backend.api.get('/overview')).body.activeScans).toBe(0);
  }, 60_000);

  it('scans everything that matches, as a round', async () => {
    await backend.findTargets();
    await backend.settled();

    const asked = await backend.api
      .post('/scans')
      .send({ client: ['acme'], q: 'VNET' })
      .expect(202);
    expect(asked.body).toMatchObject({ total: 1 });
    const round = await backend.eventually(async () => {
      const { body } = await backend.api.get(`/scan-rounds/${asked.body.id}`);
      return body.finishedAt && body;
    });
    expect(round).toMatchObject({ total: 1, done: 1, failed: 0 });
    expect(source.scanned.slice(2)).toEqual(['fake:acme/vnet']);
  }, 60_000);

  it('keeps two clients with the same module apart', async () => {
    source.configured.push({ name: 'aks', client: 'globex', location: {} });
    source.world.set('fake:globex/aks', { differences: [scaledNodePool] });
    await backend.findTargets();
    await backend.settled();

    const { body } = await backend.api.get(
      '/results?q=aks&orderBy=client&order=asc',
    );
    expect(body.items).toMatchObject([
      { id: 'fake:acme/aks', status: 'clean' },
      { id: 'fake:globex/aks', status: 'drifted' },
    ]);
    const findings = await backend.api.get(`/targets/${aks}/findings`);
    expect(findings.body.totalItems).toBe(0);
  }, 60_000);

  it('tells others what happened', async () => {
    source.world.set('fake:acme/aks', { differences: [scaledNodePool] });
    await backend.findTargets();
    await backend.settled();
    await backend.eventually(
      async () =>
        backend.published.filter(({ topic }) => topic === 'drift').length === 2,
    );

    const statuses = backend.published
      .filter(({ topic }) => topic === 'drift')
      .map(({ eventPayload }) => eventPayload);
    expect(statuses).toContainEqual({
      type: 'target.status',
      schemaVersion: 1,
      targetId: 'fake:acme/aks',
      source: 'fake',
      client: 'acme',
      name: 'aks',
      entityRefs: ['component:default/platform'],
      owner: 'group:default/team-a',
      before: { status: 'unknown', risk: 'none', driftedResources: 0 },
      after: {
        status: 'drifted',
        risk: expect.any(String),
        driftedResources: 1,
        summary: expect.any(String),
      },
      transitions: ['drifted'],
      newFindings: [
        {
          address: scaledNodePool.address,
          change: 'update',
          severity: expect.any(String),
          reason: scaledNodePool.reason,
        },
      ],
      newFindingsCount: 1,
      resolvedFindings: [],
      resolvedFindingsCount: 0,
      scanId: expect.any(String),
      at: expect.any(String),
    });

    const signals = backend.published
      .filter(({ topic }) => topic === 'signals')
      .map(({ eventPayload }) => eventPayload as { message: object });
    expect(
      new Set(signals.map(({ message }) => Object.keys(message)).flat()),
    ).toEqual(new Set(['type', 'targetId', 'scanId']));
    expect(
      signals.map(({ message }) => (message as { type: string }).type).sort(),
    ).toEqual([
      'scan-finished',
      'scan-finished',
      'scan-queued',
      'scan-started',
      'scan-started',
      'targets-changed',
    ]);
  }, 60_000);

  it('gives the catalog the worst of every entity', async () => {
    source.world.set('fake:acme/aks', { differences: [scaledNodePool] });
    await backend.findTargets();
    await backend.settled();

    const { body } = await backend.api
      .get('/entity-statuses', mockCredentials.service.header())
      .expect(200);
    expect(body).toEqual({
      items: [
        {
          entityRef: 'component:default/platform',
          status: 'drifted',
          risk: expect.not.stringMatching('none'),
        },
      ],
    });
    await backend.api.get('/entity-statuses').expect(403);
  }, 60_000);

  it('answers 404 to what it does not know', async () => {
    await backend.findTargets();
    await backend.settled();
    const unknown = encodeURIComponent('fake:acme/none');
    for (const path of [
      `/targets/${unknown}`,
      `/targets/${unknown}/findings`,
      `/targets/${unknown}/scans`,
      `/targets/${aks}/findings?scanId=none`,
      '/scan-rounds/none',
    ]) {
      const { body, status } = await backend.api.get(path);
      expect({ path, status }).toEqual({ path, status: 404 });
      expect(body.error).toEqual({
        name: 'NotFoundError',
        message: expect.stringMatching(/^No .*none.* was found$/),
      });
    }
    await backend.api.post(`/targets/${unknown}/scan`).expect(404);
    const malformed = await backend.api.get('/targets/%E0%A4%A');
    expect(malformed.status).toBe(400);
  }, 60_000);

  it('asks for credentials on every route', async () => {
    const paths: [string, 'get' | 'post'][] = [
      ['/results', 'get'],
      ['/overview', 'get'],
      [`/targets/${aks}`, 'get'],
      [`/targets/${aks}/findings`, 'get'],
      [`/targets/${aks}/scans`, 'get'],
      [`/targets/${aks}/scan`, 'post'],
      ['/scans', 'post'],
      ['/scan-rounds/r', 'get'],
      ['/entity-statuses', 'get'],
      ['/openapi.json', 'get'],
    ];
    for (const [path, method] of paths) {
      const { status } = await request(backend.server)
        [method](`/api/drift${path}`)
        .set('Authorization', mockCredentials.none.header());
      expect({ path, status }).toEqual({ path, status: 401 });
    }
  }, 60_000);
});
