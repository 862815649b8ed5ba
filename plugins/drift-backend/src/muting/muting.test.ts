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
  AuthorizeResult,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import {
  AcknowledgementsPage,
  DriftIgnoreRule,
  DriftTarget,
  FindingsPage,
  StoredFinding,
  StoredIgnoreRule,
  TargetStatusEvent,
} from '@infra-hub/backstage-plugin-drift-common';
import { ResourceDifference } from '@infra-hub/backstage-plugin-drift-node';
import { Knex } from 'knex';
import request from 'supertest';
import { createTestDatabases } from '../__testUtils__/createTestDatabases';
import { FakeSource, scaledNodePool } from '../__testUtils__/FakeSource';
import {
  DriftBackend,
  startDriftBackend,
} from '../__testUtils__/startDriftBackend';

const databases = createTestDatabases();

jest.setTimeout(60_000);

const AKS = 'fake:acme/aks';
const VPC = 'fake:globex/vpc';
const HOUR = 3_600_000;
const inHours = (hours: number) =>
  new Date(Date.now() + hours * HOUR).toISOString();
const path = (targetId: string) => `/targets/${encodeURIComponent(targetId)}`;

/** A node pool and a tag, both changed by hand. */
const scaledAndTagged: ResourceDifference = {
  ...scaledNodePool,
  fields: [
    ...scaledNodePool.fields,
    { path: '/tags/owner', actual: 'somebody' },
  ],
};

const gone: ResourceDifference = {
  ...scaledNodePool,
  address: 'sandbox_cluster.gone',
  resourceName: 'gone',
  change: 'create',
  fields: [],
};

describe.each(databases.ids)('muting on %s', databaseId => {
  let knex: Knex;
  let source: FakeSource;
  let drift: DriftBackend;
  const stops: (() => Promise<void>)[] = [];

  async function start(
    options: Partial<Parameters<typeof startDriftBackend>[0]> = {},
  ) {
    drift = await startDriftBackend({ source, knex, ...options });
    stops.push(drift.stop);
    await drift.findTargets();
    await drift.runTask('drift-queue-due-scans');
    await drift.settled();
  }

  beforeEach(async () => {
    knex = await databases.init(databaseId);
    source = new FakeSource();
    source.configured.push(
      { name: 'aks', client: 'acme', location: {} },
      { name: 'vpc', client: 'globex', location: {} },
    );
    source.world.set(AKS, { differences: [scaledNodePool] });
  });

  afterEach(async () => {
    for (const stop of stops.splice(0)) {
      await stop();
    }
  });

  const call = (
    method: 'put' | 'delete',
    route: string,
    header = mockCredentials.user.header(),
  ) =>
    request(drift.server)
      [method](`/api/drift${route}`)
      .set('Authorization', header);

  async function target(targetId = AKS): Promise<DriftTarget> {
    return (await drift.api.get(path(targetId)).expect(200)).body;
  }

  async function findings(targetId = AKS): Promise<StoredFinding[]> {
    const { body } = await drift.api
      .get(`${path(targetId)}/findings?state=open&limit=100`)
      .expect(200);
    return (body as FindingsPage).items;
  }

  async function acknowledge(parts: object = {}) {
    return drift.api.post(`${path(AKS)}/acknowledgements`).send({
      reason: 'Black Friday.',
      expiresAt: inHours(24),
      ...parts,
    });
  }

  async function acknowledgements(query = ''): Promise<AcknowledgementsPage> {
    const { body } = await drift.api
      .get(`${path(AKS)}/acknowledgements${query}`)
      .expect(200);
    return body;
  }

  async function scan(targetId = AKS) {
    await drift.api.post(`${path(targetId)}/scan`).expect(202);
    await drift.settled();
  }

  async function rules(): Promise<Record<string, StoredIgnoreRule>> {
    const { body } = await drift.api.get('/ignore-rules').expect(200);
    return Object.fromEntries(
      (body.rules as StoredIgnoreRule[]).map(rule => [rule.id, rule]),
    );
  }

  async function write(rule: Partial<DriftIgnoreRule>) {
    const { status, body } = await drift.api
      .post('/ignore-rules')
      .send({ id: 'known', reason: 'Known.', ...rule });
    expect({ status, body }).toMatchObject({ status: 201 });
  }

  const told = () =>
    drift.published
      .map(({ eventPayload }) => eventPayload as TargetStatusEvent)
      .filter(({ type }) => type === 'target.status')
      .map(({ targetId, transitions }) => `${targetId} ${transitions}`);

  it('accepts drift at once and until it changes', async () => {
    await start();
    const [before] = await findings();
    expect(await target()).toMatchObject({ status: 'drifted' });

    const { status, body } = await acknowledge({
      fingerprints: [before.fingerprint],
    });
    expect({ status, body }).toMatchObject({
      status: 201,
      body: {
        totalItems: 1,
        items: [
          {
            targetId: AKS,
            address: 'sandbox_cluster.main',
            fingerprint: before.fingerprint,
            severity: before.severity,
            reason: 'Black Friday.',
            createdBy: mockCredentials.user().principal.userEntityRef,
            state: 'active',
          },
        ],
      },
    });
    const [{ id }] = body.items;
    expect(await target()).toMatchObject({
      status: 'clean',
      risk: 'none',
      driftedResources: 0,
      summary:
        'Reality matches the code (3 resources). Listed: 1 muted finding.',
    });
    expect(await findings()).toEqual([
      {
        ...before,
        lastSeenAt: before.lastSeenAt,
        suppressedBy: { ruleId: 'acknowledgement', reason: 'Black Friday.' },
        acknowledgement: {
          id,
          by: mockCredentials.user().principal.userEntityRef,
          reason: 'Black Friday.',
          expiresAt: body.items[0].expiresAt,
        },
      },
    ]);
    const { body: overview } = await drift.api.get('/overview').expect(200);
    expect(overview).toMatchObject({ totalTargets: 2, driftedTargets: 0 });
    expect(told().slice(-1)).toEqual([`${AKS} changed`]);

    await scan();
    expect(await target()).toMatchObject({ status: 'clean' });
    expect((await acknowledgements('?state=active')).totalItems).toBe(1);

    source.world.set(AKS, {
      differences: [
        { ...scaledNodePool, fields: [{ path: '/node_count', actual: 9 }] },
      ],
    });
    await scan();
    expect(await target()).toMatchObject({ status: 'drifted' });
    expect((await acknowledgements()).items).toMatchObject([
      {
        id,
        state: 'ended',
        endedBy: 'drift',
        endReason: 'The resource drifted to something else.',
      },
    ]);
    expect(told().slice(-1)).toEqual([`${AKS} drifted`]);
  });

  it('alarms again when it is withdrawn, and tells owners as of new drift', async () => {
    await start();
    const { body } = await acknowledge();
    await call(
      'delete',
      `${path(AKS)}/acknowledgements/${body.items[0].id}`,
    ).expect(204);
    expect(await target()).toMatchObject({
      status: 'drifted',
      driftedResources: 1,
    });
    const [finding] = await findings();
    expect(finding).not.toHaveProperty('acknowledgement');
    expect(finding).not.toHaveProperty('suppressedBy');
    expect(told().slice(-2)).toEqual([`${AKS} changed`, `${AKS} drifted`]);
    await call(
      'delete',
      `${path(AKS)}/acknowledgements/${body.items[0].id}`,
    ).expect(409);
    await call('delete', `${path(AKS)}/acknowledgements/none`).expect(404);
  });

  it('shows each scan what it saw, whatever was accepted since', async () => {
    await start();
    const { body: scans } = await drift.api.get(`${path(AKS)}/scans`);
    await acknowledge();
    await scan();
    const { body: after } = await drift.api.get(`${path(AKS)}/scans`);
    const seen = async (scanId: string) =>
      (await drift.api.get(`${path(AKS)}/findings?scanId=${scanId}`)).body
        .items[0].suppressedBy?.ruleId;
    expect(await seen(scans.items[0].id)).toBeUndefined();
    expect(await seen(after.items[0].id)).toBe('acknowledgement');
  });

  it('refuses what does not alarm, and times and reasons that are none', async () => {
    await start();
    expect(
      (await acknowledge({ fingerprints: ['gone'] })).body.error,
    ).toMatchObject({ name: 'ConflictError' });
    const [finding] = await findings();
    for (const wrong of [
      { expiresAt: inHours(-1) },
      { expiresAt: inHours(24 * 400) },
      { expiresAt: 'soon' },
      { reason: '   ' },
      { reason: 'ab' },
      { fingerprints: [] },
      { unknown: 1 },
    ]) {
      const { status, body } = await acknowledge(wrong);
      expect({ wrong, status }).toEqual({ wrong, status: 400 });
      expect(body.error.message).toMatch(/^Field '\w+' of the request body/);
    }
    expect(
      (await acknowledge({ fingerprints: [finding.fingerprint] })).status,
    ).toBe(201);
    const again = await acknowledge({ fingerprints: [finding.fingerprint] });
    expect(again.status).toBe(409);
    expect(again.body.error.message).toContain('accepted already');
    expect((await acknowledge()).status).toBe(409);
  });

  it('survives a restart, and a failed or partial scan', async () => {
    await start();
    await acknowledge();
    await drift.stop();
    stops.length = 0;
    await start();
    expect(await target()).toMatchObject({ status: 'clean' });

    source.world.set(AKS, new Error('The cloud is away'));
    await scan();
    expect(await target()).toMatchObject({ status: 'error' });
    source.world.set(AKS, { complete: false, failure: 'It was cut off.' });
    await scan();
    expect((await acknowledgements('?state=active')).totalItems).toBe(1);

    source.world.set(AKS, {});
    await scan();
    expect((await acknowledgements()).items).toMatchObject([
      { state: 'ended', endReason: 'The drift is gone.' },
    ]);
  });

  it('mutes and unmutes what is stored, without a scan', async () => {
    source.world.set(AKS, { differences: [scaledAndTagged, gone] });
    await start();
    await acknowledge({
      fingerprints: (await findings())
        .filter(finding => finding.change === 'create')
        .map(finding => finding.fingerprint),
    });
    source.scanned.length = 0;

    await write({ path: '/tags' });
    await drift.eventually(async () => (await rules()).known.mutedNow === 1);
    const [part] = (await findings()).filter(({ fields }) => fields.length > 0);
    expect(part.fields.map(field => field.path)).toEqual(['/node_count']);
    expect(part.normalised).toMatchObject([
      { path: '/tags/owner', normaliser: 'ignore-rule:known' },
    ]);

    await call('put', '/ignore-rules/known')
      .send({ id: 'known', reason: 'Known.', client: 'acme', path: '/*' })
      .expect(200);
    await drift.eventually(async () => (await target()).driftedResources === 0);
    expect(await rules()).toMatchObject({
      known: {
        origin: 'api',
        mutedNow: 1,
        updatedBy: mockCredentials.user().principal.userEntityRef,
      },
    });

    await call('delete', '/ignore-rules/known').expect(204);
    await drift.eventually(async () => (await target()).status === 'drifted');
    const [whole] = (await findings()).filter(
      ({ fields }) => fields.length > 0,
    );
    expect(whole.fields.map(field => field.path)).toEqual([
      '/node_count',
      '/tags/owner',
    ]);
    expect(whole.normalised).toBeUndefined();
    // Of the two, only one was accepted
    expect(await target()).toMatchObject({ driftedResources: 1 });
    expect(source.scanned).toEqual([]);
    await call('delete', '/ignore-rules/known').expect(404);
  });

  it('counts by its rules in every scan, and never mutes a missing resource by a pattern', async () => {
    source.world.set(VPC, { differences: [scaledNodePool, gone] });
    await start({
      config: {
        drift: {
          ignoreRules: [
            {
              id: 'configured',
              reason: 'Autoscaled.',
              target: 'v*',
              path: '/node_count',
            },
          ],
        },
      },
    });
    await write({ source: 'fake', resourceType: 'sandbox_*', path: '/*' });
    await drift.eventually(async () => (await target()).status === 'clean');
    await scan(VPC);
    expect(await target(VPC)).toMatchObject({
      status: 'drifted',
      driftedResources: 1,
    });
    expect(await rules()).toMatchObject({
      configured: {
        origin: 'config',
        mutedNow: 1,
        mutedTotal: 1,
        lastMutedAt: expect.any(String),
      },
      known: { mutedNow: 1, mutedTotal: 1 },
    });
    for (const [method, route] of [
      ['put', '/ignore-rules/configured'],
      ['delete', '/ignore-rules/configured'],
    ] as const) {
      const { status, body } = await call(method, route).send({
        id: 'configured',
        reason: 'Changed.',
        path: '/x',
      });
      expect(status).toBe(409);
      expect(body.error.message).toContain('in the configuration');
    }
  });

  it('tries a rule on the history that the caller may see', async () => {
    source.world.set(VPC, { differences: [scaledAndTagged, gone] });
    await start();
    const { body } = await drift.api
      .post('/ignore-rules/test')
      .send({ path: '/node_count' })
      .expect(200);
    expect(body).toMatchObject({
      examined: 3,
      muted: 1,
      partlyMuted: 1,
      bySeverity: { low: 0, medium: 1, high: 0, critical: 0 },
      openMuted: 1,
      targets: 2,
      truncated: false,
      summary: 'would have muted 1 finding, and a part of 1 finding',
    });
    expect(
      body.examples.map((example: { mutedPaths: string[] }) => [
        ...example.mutedPaths,
      ]),
    ).toEqual([['/node_count'], ['/node_count']]);
    expect(await findings()).toHaveLength(1);
    expect(await target()).toMatchObject({ status: 'drifted' });
  });

  it('suggests the narrowest rule for a finding or one of its fields', async () => {
    source.world.set(AKS, { differences: [scaledAndTagged, gone] });
    await start();
    const [first, second] = await findings();
    const part = first.fields.length > 0 ? first : second;
    const { body } = await drift.api
      .get(
        `${path(AKS)}/findings/${part.id}/ignore-rule?path=${encodeURIComponent(
          '/tags/owner',
        )}`,
      )
      .expect(200);
    expect(body.rule).toMatchObject({
      client: 'acme',
      source: 'fake',
      target: 'aks',
      address: 'sandbox_cluster.main',
      path: '/tags/owner',
      value: 'somebody',
    });
    await drift.api
      .get(`${path(AKS)}/findings/${part.id}/ignore-rule?path=/none`)
      .expect(400);
    await drift.api.get(`${path(AKS)}/findings/none/ignore-rule`).expect(404);
  });

  it('imports rules of others, and says what it left out', async () => {
    await start();
    const text = 'sandbox_cluster.main.node_count\n!aws_iam_role.x\n';
    const dry = await drift.api
      .post('/ignore-rules/import')
      .send({ format: 'driftignore', text, client: 'acme' })
      .expect(200);
    expect(dry.body).toMatchObject({
      dryRun: true,
      rules: [{ client: 'acme', path: '/node_count' }],
      problems: [{ line: 2, text: '!aws_iam_role.x' }],
    });
    expect(await rules()).toEqual({});
    await drift.api
      .post('/ignore-rules/import')
      .send({ format: 'driftignore', text, dryRun: false })
      .expect(200);
    expect(Object.keys(await rules())).toEqual([dry.body.rules[0].id]);
    const again = await drift.api
      .post('/ignore-rules/import')
      .send({ format: 'driftignore', text, dryRun: false })
      .expect(200);
    expect(again.body).toMatchObject({ rules: [], dryRun: false });
    expect(again.body.problems).toHaveLength(2);
  });

  it('refuses rules that are none or mute almost everything', async () => {
    await start();
    for (const wrong of [
      {},
      { resourceType: '*' },
      { path: '/*' },
      { address: '*.*' },
      { source: 'fake' },
      { expires: inHours(24) },
      { path: 'tags' },
      { id: 'a b', path: '/x' },
      { id: 'acknowledgement', path: '/x' },
      { reason: 'x', path: '/x' },
      { path: '/x', expires: inHours(-1) },
      { path: '/x', expires: 'soon' },
      // Neither is the same moment on every machine
      { path: '/x', expires: '2099-06-30T12:00' },
      { path: '/x', expires: 'Jul 1 2099' },
      // Every type of Terraform
      { resourceType: '*_*' },
      { path: '/x', unknown: true },
      { path: '/x', client: 'x'.repeat(600) },
    ]) {
      const { status, body } = await drift.api
        .post('/ignore-rules')
        .send({ id: 'known', reason: 'Known.', ...wrong });
      expect({ wrong, status }).toEqual({ wrong, status: 400 });
      expect(body.error.message).toMatch(/^(Field '\w+' of|The rule) /);
    }
    await write({ path: '/x' });
    await drift.api
      .post('/ignore-rules')
      .send({ id: 'known', reason: 'Known.', path: '/x' })
      .expect(409);
    await call('put', '/ignore-rules/known')
      .send({ id: 'other', reason: 'Known.', path: '/x' })
      .expect(400);
  });

  it('tells nothing of targets that the caller may not see', async () => {
    source.world.set(VPC, { differences: [scaledNodePool] });
    const onlyAcme: PolicyDecision = {
      result: AuthorizeResult.CONDITIONAL,
      pluginId: 'drift',
      resourceType: 'drift-target',
      conditions: {
        rule: 'HAS_CLIENT',
        resourceType: 'drift-target',
        params: { clients: ['acme'] },
      },
    };
    const denied = new Set<string>();
    await start({
      permissions: {
        authorize: async asked =>
          asked.map(({ permission }) => ({
            result: denied.has(permission.name)
              ? AuthorizeResult.DENY
              : AuthorizeResult.ALLOW,
          })),
        authorizeConditional: async asked =>
          asked.map<PolicyDecision>(({ permission }) =>
            denied.has(permission.name)
              ? { result: AuthorizeResult.DENY }
              : onlyAcme,
          ),
      },
    });
    await write({ source: 'fake', path: '/node_count' });
    await drift.eventually(async () => (await rules()).known.mutedTotal === 2);
    expect(await rules()).toMatchObject({ known: { mutedNow: 1 } });
    const { body: tested } = await drift.api
      .post('/ignore-rules/test')
      .send({ path: '/node_count' });
    expect(tested).toMatchObject({ examined: 1, targets: 1 });
    expect(JSON.stringify(tested)).not.toContain('globex');
    for (const route of [
      `${path(VPC)}/acknowledgements`,
      `${path(VPC)}/findings/x/ignore-rule`,
    ]) {
      await drift.api.get(route).expect(404);
    }
    await drift.api
      .post(`${path(VPC)}/acknowledgements`)
      .send({ reason: 'Known.', expiresAt: inHours(1) })
      .expect(404);

    denied.add('drift.finding.acknowledge').add('drift.policy.update');
    expect((await acknowledge()).status).toBe(403);
    for (const [method, route] of [
      ['put', '/ignore-rules/known'],
      ['delete', '/ignore-rules/known'],
    ] as const) {
      await call(method, route)
        .send({ id: 'known', reason: 'Known.', path: '/x' })
        .expect(403);
    }
    denied.add('drift.target.read');
    await drift.api.get('/ignore-rules').expect(403);
    await drift.api.get('/acknowledgements').expect(403);
  });

  it('is audited', async () => {
    await start();
    drift.auditor.createEvent.mockClear();
    const { body } = await acknowledge();
    await call('delete', `${path(AKS)}/acknowledgements/${body.items[0].id}`);
    await write({ path: '/x' });
    await call('put', '/ignore-rules/known').send({
      id: 'known',
      reason: 'Known.',
      path: '/y',
    });
    await call('delete', '/ignore-rules/known');
    await drift.api
      .post('/ignore-rules/import')
      .send({ format: 'driftignore', text: '' });
    expect(
      drift.auditor.createEvent.mock.calls.map(([{ eventId }]) => eventId),
    ).toEqual([
      'drift-acknowledge',
      'drift-acknowledgement-withdraw',
      'ignore-rule-create',
      'ignore-rule-update',
      'ignore-rule-delete',
      'ignore-rules-import',
    ]);
  });
});
