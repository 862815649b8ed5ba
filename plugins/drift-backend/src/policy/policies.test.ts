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

import { PermissionsService } from '@backstage/backend-plugin-api';
import { mockCredentials } from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import {
  AuthorizeResult,
  PolicyDecision as PermissionDecision,
} from '@backstage/plugin-permission-common';
import { JsonObject } from '@backstage/types';
import {
  ANNOTATION_TENANT_ID,
  driftTargetReadPermission,
  RemediationPolicies,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  RemediationFailure,
  Remediator,
  ResourceDifference,
  TargetDefinition,
} from '@infra-hub/backstage-plugin-drift-node';
import { Knex } from 'knex';
import request from 'supertest';
import { createTestDatabases } from '../__testUtils__/createTestDatabases';
import { FakeRemediator } from '../__testUtils__/FakeRemediator';
import { FakeSource, scaledNodePool } from '../__testUtils__/FakeSource';
import {
  DriftBackend,
  startDriftBackend,
} from '../__testUtils__/startDriftBackend';
import {
  createDriftConditionalDecision,
  driftConditions,
} from '../permissions';

const databases = createTestDatabases();
const AKS = 'fake:acme/aks';
const SHOP = '/v1/infrastructure/tenants/shop/remediation-policies';

const allow: PermissionDecision = { result: AuthorizeResult.ALLOW };
const deny: PermissionDecision = { result: AuthorizeResult.DENY };
const ofAcme = createDriftConditionalDecision(
  driftTargetReadPermission,
  driftConditions.hasClient({ clients: ['acme'] }),
);

/** Whether each user may read, and write policies. */
const USERS: Record<
  string,
  { read: PermissionDecision; write: PermissionDecision }
> = {
  'user:default/mock': { read: allow, write: allow },
  'user:default/viewer': { read: allow, write: deny },
  'user:default/acme': { read: ofAcme, write: deny },
  'user:default/acme-admin': { read: ofAcme, write: allow },
  'user:default/writer': { read: deny, write: allow },
  'user:default/nobody': { read: deny, write: deny },
};

const permissions: Partial<PermissionsService> = {
  async authorizeConditional(queries, options) {
    return queries.map(({ permission }) => decide(permission.name, options));
  },
  async authorize(queries, options) {
    return queries.map(({ permission }) => {
      const { result } = decide(permission.name, options);
      return {
        result:
          result === AuthorizeResult.ALLOW
            ? AuthorizeResult.ALLOW
            : AuthorizeResult.DENY,
      };
    });
  },
};

function decide(
  permission: string,
  options: Parameters<PermissionsService['authorize']>[1],
): PermissionDecision {
  const { principal } = options!.credentials as {
    principal: { type?: string; userEntityRef?: string };
  };
  if (principal.type === 'service') {
    return allow;
  }
  const user = USERS[principal.userEntityRef ?? ''];
  switch (permission) {
    case 'drift.target.read':
      return user.read;
    case 'drift.policy.update':
      return user.write;
    default:
      return allow;
  }
}

class WorldSource extends FakeSource {
  override readonly entityAnnotations = [ANNOTATION_TENANT_ID];

  override targetsFromEntity(entity: Entity): TargetDefinition[] {
    const [name, client] = (
      entity.metadata.annotations?.[ANNOTATION_TENANT_ID] ?? ''
    ).split('@');
    return [{ name, client, location: {} }];
  }
}

function tenant(id: string): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Resource',
    metadata: {
      name: id.replace('@', '-'),
      namespace: 'default',
      annotations: { [ANNOTATION_TENANT_ID]: id },
    },
    spec: { type: 'tenant', owner: 'group:default/platform' },
  };
}

const configured: JsonObject = {
  id: 'platform',
  mode: 'alert',
  client: 'globex',
  reason: 'Globex repairs by hand',
};

jest.setTimeout(120_000);

describe.each(databases.ids)('remediation policies on %s', databaseId => {
  let source: WorldSource;
  let backend: DriftBackend | undefined;
  let knex: Knex;
  const auditEvent = { success: jest.fn(), fail: jest.fn() };

  afterEach(async () => {
    await backend?.stop();
    backend = undefined;
  });

  async function start(
    options: {
      remediation?: JsonObject;
      remediators?: Remediator[];
      drift?: ResourceDifference[];
    } = {},
  ): Promise<DriftBackend> {
    knex = await databases.init(databaseId);
    source = new WorldSource();
    source.configured.push(
      { name: 'aks', client: 'acme', location: {} },
      { name: 'vnet', client: 'globex', location: {} },
    );
    if (options.drift) {
      source.world.set(AKS, { differences: options.drift });
    }
    backend = await startDriftBackend({
      source,
      knex,
      entities: [tenant('shop@acme'), tenant('bank@globex')],
      permissions,
      remediators: options.remediators,
      config: {
        app: { baseUrl: 'https://portal.example.com' },
        drift: {
          remediation: {
            enabled: true,
            policies: [configured],
            ...options.remediation,
          },
        },
      },
    });
    backend.auditor.createEvent.mockResolvedValue(auditEvent);
    await backend.findTargets();
    await backend.settled();
    return backend;
  }

  beforeEach(() => {
    jest.clearAllMocks();
  });

  function get(path: string, user = 'mock') {
    return request(backend!.server)
      .get(`/api/drift${path}`)
      .set(
        'Authorization',
        mockCredentials.user.header(`user:default/${user}`),
      );
  }

  function put(path: string, body: JsonObject, user = 'mock') {
    return request(backend!.server)
      .put(`/api/drift${path}`)
      .set('Authorization', mockCredentials.user.header(`user:default/${user}`))
      .send(body);
  }

  const explain = (targetId = AKS) =>
    get(`/targets/${encodeURIComponent(targetId)}/remediation-policy`);

  it('are those of the configuration until others are written', async () => {
    await start();
    const empty = await get('/remediation-policies');
    expect(empty.body).toEqual({
      policies: [{ ...configured, origin: 'config' }],
      revision: 0,
      defaultMode: 'alert',
    });

    const pools = {
      id: 'pools',
      mode: 'auto',
      resourceType: 'sandbox_*',
      windows: [{ kind: 'allow', cron: '0 22 * * *', duration: 'PT2H' }],
    };
    const written = await put('/remediation-policies', {
      policies: [pools],
      expectedRevision: 0,
    });
    expect(written.status).toBe(200);
    expect(written.body).toEqual({
      policies: [
        { ...configured, origin: 'config' },
        {
          ...pools,
          origin: 'api',
          updatedBy: 'user:default/mock',
          updatedAt: expect.any(String),
        },
      ],
      revision: 1,
      defaultMode: 'alert',
    });
    expect((await get('/remediation-policies')).body).toEqual(written.body);
    expect(backend!.auditor.createEvent).toHaveBeenCalledWith(
      expect.objectContaining({
        eventId: 'remediation-policies-change',
        severityLevel: 'high',
      }),
    );
    expect(auditEvent.success).toHaveBeenCalledWith({
      meta: { revision: 1, added: [pools], changed: [], removed: [] },
    });

    const stale = await put('/remediation-policies', {
      policies: [],
      expectedRevision: 0,
    });
    expect(stale.status).toBe(409);
    expect(stale.body.error.message).toBe(
      'The policies have revision 1, not 0; read them again and repeat the change',
    );
    expect(auditEvent.fail).toHaveBeenCalledTimes(1);

    // What was answered can be changed and sent back
    const [, own] = (written.body as RemediationPolicies).policies;
    const again = await put('/remediation-policies', {
      policies: [{ ...own, limitPerDay: 4 }] as unknown as JsonObject[],
    });
    expect(again.body.policies[1]).toMatchObject({
      id: 'pools',
      limitPerDay: 4,
    });
    expect(auditEvent.success).toHaveBeenLastCalledWith({
      meta: {
        revision: 2,
        added: [],
        changed: [{ from: pools, to: { ...pools, limitPerDay: 4 } }],
        removed: [],
      },
    });
  });

  it('are refused with one sentence per problem', async () => {
    await start();
    const { status, body } = await put('/remediation-policies', {
      policies: [
        { id: 'a', mode: 'always' },
        { id: 'b', mode: 'auto', colour: 'red' },
        { mode: 'auto' },
        'none',
      ],
    });
    expect(status).toBe(400);
    expect(body.error).toEqual({
      name: 'InputError',
      message: expect.stringContaining('The policies have 4 problems: '),
      problems: [
        "Policy 'a': 'mode' must be one of alert, auto, review, not \"always\"",
        "Policy 'b' has the unknown key 'colour'",
        "Policy 3: 'id' is missing",
        'Policy 4 must be an object',
      ],
    });
    const problem = async (policies: JsonObject[] | string) =>
      (await put('/remediation-policies', { policies })).body.error.message;
    const windows = (cron: string, duration: string, kind = 'allow') => [
      { id: 'w', mode: 'auto', windows: [{ kind, cron, duration }] },
    ];
    await expect(problem(windows('0 25 * * *', 'PT1H'))).resolves.toMatch(
      /^Policy 'w': 'windows\[0\]' is not valid: '0 25 \* \* \*' is not a valid cron expression: /,
    );
    await expect(problem(windows('0 5 * * *', '1h'))).resolves.toBe(
      "Policy 'w': 'windows[0]' is not valid: '1h' is not an ISO 8601 duration such as PT4H, from a minute to a year",
    );
    await expect(problem(windows('0 0 * * *', 'P1D', 'deny'))).resolves.toBe(
      "Policy 'w': 'windows' never open, so that nothing could ever be applied",
    );
    await expect(
      problem([
        { id: 'x', mode: 'auto' },
        { id: 'x', mode: 'alert' },
      ]),
    ).resolves.toBe(
      "Policy 2 ('x'): 'id' must be unique, and another policy in the list has it",
    );
    await expect(problem([{ id: 'platform', mode: 'auto' }])).resolves.toBe(
      "Policy 'platform' is in the configuration; change it there, or choose another id",
    );
    await expect(problem([{ ...configured, origin: 'config' }])).resolves.toBe(
      "Policy 1 ('platform') comes from the configuration and can only be changed there; leave it out",
    );
    await expect(problem('all')).resolves.toBe(
      'The list of policies must be a list',
    );
    const extra = await put('/remediation-policies', {
      policies: [],
      force: true,
    });
    expect([extra.status, extra.body.error.message]).toEqual([
      400,
      "Field 'force' of the request body is not known",
    ]);
    expect((await get('/remediation-policies')).body.revision).toBe(0);
  });

  it('are shown and changed only by who may', async () => {
    await start();
    await put('/remediation-policies', {
      policies: [
        { id: 'everybody', mode: 'alert' },
        { id: 'of-acme', mode: 'alert', client: 'acme' },
        { id: 'of-bank', mode: 'alert', target: 'bank' },
        { id: 'of-shop', mode: 'alert', target: 'sh*' },
        { id: 'elsewhere', mode: 'alert', source: 'terraform' },
      ],
    });
    const idsFor = async (user: string) => {
      const { status, body } = await get('/remediation-policies', user);
      return status === 200
        ? body.policies.map(({ id }: { id: string }) => id)
        : status;
    };
    const all = [
      'platform',
      'elsewhere',
      'everybody',
      'of-acme',
      'of-bank',
      'of-shop',
    ];
    await expect(idsFor('mock')).resolves.toEqual(all);
    await expect(idsFor('viewer')).resolves.toEqual(all);
    await expect(idsFor('acme-admin')).resolves.toEqual(all);
    await expect(idsFor('acme')).resolves.toEqual([
      'everybody',
      'of-acme',
      'of-shop',
    ]);
    await expect(idsFor('writer')).resolves.toBe(403);
    await expect(idsFor('nobody')).resolves.toBe(403);

    for (const user of ['viewer', 'acme', 'nobody']) {
      const attempts: [string, JsonObject][] = [
        ['/remediation-policies', { policies: [] }],
        ['/remediation-stop', { stopped: true }],
        [SHOP, { policies: [] }],
      ];
      for (const [path, body] of attempts) {
        const { status } = await put(path, body, user);
        expect([user, path, status]).toEqual([user, path, 403]);
      }
    }
    const status = await get('/remediation-status');
    expect(status.body).toMatchObject({ stopped: false });
    await expect(idsFor('mock')).resolves.toEqual(all);
  });

  it('say of each finding why it is not repaired automatically', async () => {
    await start({ drift: [scaledNodePool] });
    await put('/remediation-policies', {
      policies: [
        {
          id: 'clusters',
          mode: 'review',
          resourceType: 'sandbox_cluster',
          reason: 'Clusters are dear',
        },
        { id: 'acme', mode: 'auto', client: 'acme', dryRun: true },
      ],
    });
    const { status, body } = await explain();
    expect(status).toBe(200);
    expect(body).toEqual({
      targetId: AKS,
      findings: [
        {
          fingerprint: expect.any(String),
          address: 'sandbox_cluster.main',
          resourceType: 'sandbox_cluster',
          change: 'update',
          severity: expect.any(String),
          decision: {
            mode: 'auto',
            policyId: 'acme',
            because: "Policy 'acme' says auto.",
            automatic: {
              possible: false,
              reasons: [
                "Policy 'acme' is a dry run: everything is prepared and nothing is applied.",
              ],
            },
            needsApproval: false,
            considered: [
              { policyId: 'acme', mode: 'auto', specificity: 'client' },
              {
                policyId: 'clusters',
                mode: 'review',
                specificity: 'resource type',
              },
            ],
            dryRun: true,
          },
        },
      ],
    });
    await put('/remediation-stop', { stopped: true, reason: 'Outage' });
    const stopped = await explain();
    expect(stopped.body.findings[0].decision.automatic.reasons).toContainEqual(
      expect.stringMatching(
        /^All remediation is stopped since .* UTC by user:default\/mock: Outage\.$/,
      ),
    );
    expect((await explain('fake:acme/none')).status).toBe(404);
    const hidden = await get(
      `/targets/${encodeURIComponent('fake:globex/vnet')}/remediation-policy`,
      'acme',
    );
    expect(hidden.status).toBe(404);
  });

  it('have a switch that stops everything', async () => {
    await start();
    const on = await put('/remediation-stop', {
      stopped: true,
      reason: 'Outage',
    });
    expect(on.status).toBe(200);
    expect(on.body).toMatchObject({
      enabled: true,
      stopped: true,
      stoppedBy: 'user:default/mock',
      stoppedAt: expect.any(String),
      stopReason: 'Outage',
    });
    expect((await get('/remediation-status')).body).toEqual(on.body);
    expect(backend!.auditor.createEvent).toHaveBeenCalledWith(
      expect.objectContaining({
        eventId: 'remediation-stop',
        meta: { stopped: true, reason: 'Outage' },
      }),
    );
    expect(auditEvent.success).toHaveBeenCalledWith({
      meta: { before: false, after: true },
    });
    const off = await put('/remediation-stop', { stopped: false });
    expect(off.body).toMatchObject({ stopped: false });
    expect(off.body.stoppedBy).toBeUndefined();
    expect((await put('/remediation-stop', {})).status).toBe(400);
    expect(
      (
        await put('/remediation-stop', {
          stopped: true,
          reason: 'x'.repeat(501),
        })
      ).status,
    ).toBe(400);
  });

  it('can be written for one tenant', async () => {
    await start();
    await put('/remediation-policies', {
      policies: [
        { id: 'everybody', mode: 'alert' },
        { id: 'bank', mode: 'review', target: 'bank' },
        { id: 'shops', mode: 'review', target: 'shop*' },
      ],
    });
    const body = {
      policies: [
        { resourceType: 'configmap', mode: 'auto', limitPerDay: 3 },
        {
          resourceType: 'deployment',
          mode: 'review',
          reason: 'They are scaled by hand',
        },
        { resourceType: 'configmap', mode: 'review', change: ['delete'] },
        { id: 'rest', mode: 'alert' },
      ],
    };
    const written = await put(SHOP, body);
    expect(written.status).toBe(200);
    const own = (written.body as RemediationPolicies).policies.filter(
      ({ scope }) => scope === 'tenant',
    );
    expect(own).toMatchObject([
      { id: 'rest', target: 'shop', mode: 'alert', origin: 'api' },
      {
        id: 'shop-configmap',
        target: 'shop',
        resourceType: 'configmap',
        mode: 'auto',
      },
      { id: 'shop-configmap-2', target: 'shop', change: ['delete'] },
      { id: 'shop-deployment', target: 'shop', mode: 'review' },
    ]);
    expect(
      (written.body as RemediationPolicies).policies
        .filter(({ scope }) => scope === 'general')
        .map(({ id }) => id),
    ).toEqual(['everybody', 'shops']);
    expect(auditEvent.success).toHaveBeenLastCalledWith({
      meta: expect.objectContaining({
        added: expect.arrayContaining([
          {
            id: 'shop-configmap',
            target: 'shop',
            resourceType: 'configmap',
            mode: 'auto',
            limitPerDay: 3,
          },
        ]),
        removed: [],
      }),
    });

    // The same list again is no change, and what was answered can be sent back
    const revision = written.body.revision;
    expect((await put(SHOP, body)).body.revision).toBe(revision);
    const back = await put(SHOP, { policies: own as unknown as JsonObject[] });
    expect([back.status, back.body.revision]).toEqual([200, revision]);

    const ids = async (path: string) =>
      (await get(path)).body.policies.map(({ id }: { id: string }) => id);
    await expect(
      ids('/v1/infrastructure/tenants/bank/remediation-policies'),
    ).resolves.toEqual(['platform', 'bank', 'everybody']);

    await put(SHOP, { policies: [] });
    await expect(ids('/remediation-policies')).resolves.toEqual([
      'platform',
      'bank',
      'everybody',
      'shops',
    ]);
  });

  it('of a tenant are refused where they are wrong or not the caller’s', async () => {
    await start();
    const problem = async (policies: JsonObject[], user?: string) => {
      const { status, body } = await put(SHOP, { policies }, user);
      return [status, body.error.message];
    };
    await expect(problem([{ mode: 'never' }])).resolves.toEqual([
      400,
      'Policy 1: \'mode\' must be one of alert, auto, review, not "never"',
    ]);
    await expect(
      problem([{ mode: 'auto', client: 'globex' }]),
    ).resolves.toEqual([400, "Policy 1 has the unknown key 'client'"]);
    await expect(problem([{ mode: 'auto', target: 'bank' }])).resolves.toEqual([
      400,
      "Policy 1 has the unknown key 'target'",
    ]);
    await expect(
      problem([{ id: 'platform', mode: 'auto' }]),
    ).resolves.toMatchObject([
      400,
      expect.stringContaining('in the configuration'),
    ]);
    await put('/remediation-policies', {
      policies: [{ id: 'taken', mode: 'alert' }],
    });
    await expect(problem([{ id: 'taken', mode: 'auto' }])).resolves.toEqual([
      400,
      "Policy 'taken' is not of this tenant; choose another id",
    ]);
    expect((await put(SHOP, { policies: [] }, 'acme-admin')).status).toBe(200);
    const bank = '/v1/infrastructure/tenants/bank/remediation-policies';
    expect((await get(bank, 'acme')).status).toBe(404);
    expect((await put(bank, { policies: [] }, 'acme-admin')).status).toBe(404);
    expect((await put(bank, { policies: [] }, 'writer')).status).toBe(403);
    expect(
      (await get('/v1/infrastructure/tenants/none/remediation-policies'))
        .status,
    ).toBe(404);
    expect((await get(SHOP, 'acme')).status).toBe(200);
  });

  it('repair drift by themselves, until it keeps coming back', async () => {
    const remediator = new FakeRemediator();
    remediator.onApply = () => {
      source.world.set(AKS, {});
    };
    await start({
      remediators: [remediator],
      remediation: {
        policies: [{ id: 'pools', mode: 'auto', resourceType: 'sandbox_*' }],
      },
    });
    const drifts = async () => {
      source.world.set(AKS, { differences: [scaledNodePool] });
      await backend!.api.post(`/targets/${encodeURIComponent(AKS)}/scan`);
      await backend!.settled();
    };
    const remediations = async () =>
      (await get(`/remediations?targetId=${encodeURIComponent(AKS)}`)).body
        .items;

    for (const times of [1, 2]) {
      await drifts();
      await backend!.eventually(async () => {
        const items: { state: string }[] = await remediations();
        return (
          items.length === times &&
          items.every(({ state }) => state === 'succeeded')
        );
      });
      expect(remediator.applied).toHaveLength(times);
    }
    const [last] = await remediations();
    expect(last).toMatchObject({
      origin: 'policy',
      requestedBy: 'policy:pools',
      approvedBy: 'policy:pools',
    });

    await drifts();
    await drifts();
    const told = () =>
      backend!.published.filter(({ eventPayload }) =>
        JSON.stringify(eventPayload).includes('automation-stopped'),
      );
    await backend!.eventually(async () => told().length > 0);
    expect(told()).toMatchObject([
      {
        topic: 'drift',
        eventPayload: {
          type: 'remediation.automation-stopped',
          targetId: AKS,
          why: 'flap-guard',
          findings: [{ address: 'sandbox_cluster.main' }],
          url: 'https://portal.example.com/drift/targets/fake%3Aacme%2Faks',
        },
      },
    ]);
    expect(await remediations()).toHaveLength(2);
    expect(remediator.applied).toHaveLength(2);
    expect((await explain()).body.findings[0].decision.automatic).toEqual({
      possible: false,
      reasons: [
        'sandbox_cluster.main came back after 2 automatic repairs within 1 day, so that it is not repaired automatically again; something keeps changing it.',
      ],
    });
  });

  it('repair no more than their limit, and say so', async () => {
    const VNET = 'fake:globex/vnet';
    const remediator = new FakeRemediator();
    remediator.onApply = ({ targetId }) => {
      source.world.set(targetId, {});
    };
    await start({
      remediators: [remediator],
      drift: [scaledNodePool],
      remediation: {
        policies: [{ id: 'pools', mode: 'auto', limitPerDay: 1 }],
      },
    });
    await backend!.eventually(async () => {
      const { body } = await get('/remediations?state=succeeded');
      return body.totalItems === 1;
    });
    source.world.set(VNET, { differences: [scaledNodePool] });
    for (const _ of [1, 2]) {
      await backend!.api.post(`/targets/${encodeURIComponent(VNET)}/scan`);
      await backend!.settled();
    }
    await backend!.eventually(async () =>
      backend!.published.some(({ eventPayload }) =>
        JSON.stringify(eventPayload).includes('automation-stopped'),
      ),
    );
    expect(
      backend!.published.filter(({ eventPayload }) =>
        JSON.stringify(eventPayload).includes('automation-stopped'),
      ),
    ).toMatchObject([
      {
        eventPayload: {
          targetId: VNET,
          why: 'limit',
          reason:
            "Policy 'pools' has used up its limit of 1 automatic remediation in 24 hours.",
        },
      },
    ]);
    expect((await get('/remediations')).body.totalItems).toBe(1);
    expect(remediator.applied).toHaveLength(1);
  });

  it('say why they have given up on what cannot be previewed, until a person acts', async () => {
    const remediator = new FakeRemediator();
    remediator.previewError = new RemediationFailure(
      'The account may not be read.',
    );
    await start({
      remediators: [remediator],
      drift: [scaledNodePool],
      remediation: { policies: [{ id: 'pools', mode: 'auto' }] },
    });
    const failed = (times: number) =>
      backend!.eventually(async () => {
        const { body } = await get('/remediations?state=failed');
        return body.totalItems === times;
      });
    const reasons = async (): Promise<string[]> =>
      (await explain()).body.findings[0].decision.automatic.reasons;
    await failed(1);
    expect(await reasons()).toEqual([]);

    // An hour is waited before the second attempt
    await knex('drift_remediations').update({
      finished_at: new Date(Date.now() - 2 * 3_600_000),
    });
    await backend!.api.post(`/targets/${encodeURIComponent(AKS)}/scan`);
    await backend!.settled();
    await failed(2);
    const { body } = await explain();
    expect(body.findings).toMatchObject([
      {
        decision: {
          mode: 'auto',
          automatic: {
            possible: false,
            reasons: [
              'Its repair could not be previewed 2 times in a row, the last time because of this: The account may not be read. Nothing is begun automatically until the drift is another one or somebody asks for a remediation of the target.',
            ],
          },
        },
      },
    ]);

    remediator.previewError = undefined;
    const asked = await backend!.api
      .post('/remediations')
      .send({ targetId: AKS, action: 'revert' });
    expect(asked.status).toBe(202);
    expect(await reasons()).toEqual([]);
  });

  it('repair nothing while the stop switch is on, and all of it afterwards', async () => {
    const remediator = new FakeRemediator();
    remediator.onApply = ({ targetId }) => {
      source.world.set(targetId, {});
    };
    await start({
      remediators: [remediator],
      remediation: { policies: [{ id: 'pools', mode: 'auto' }] },
    });
    await put('/remediation-stop', { stopped: true });
    source.world.set(AKS, { differences: [scaledNodePool] });
    const scan = async () => {
      await backend!.api.post(`/targets/${encodeURIComponent(AKS)}/scan`);
      await backend!.settled();
    };
    await scan();
    expect((await get('/remediations')).body.totalItems).toBe(0);
    await put('/remediation-stop', { stopped: false });
    await scan();
    await backend!.eventually(async () => {
      const { body } = await get('/remediations?state=succeeded');
      return body.totalItems === 1;
    });
    expect(remediator.applied).toHaveLength(1);
  });

  it('prepare what somebody has to approve, and apply nothing', async () => {
    const remediator = new FakeRemediator();
    await start({
      remediators: [remediator],
      drift: [scaledNodePool],
      remediation: { policies: [{ id: 'pools', mode: 'review' }] },
    });
    const [waiting] = await backend!.eventually(async () => {
      const { body } = await get('/remediations?state=awaiting-approval');
      return body.items.length > 0 && body.items;
    });
    expect(waiting).toMatchObject({
      targetId: AKS,
      requestedBy: 'policy:pools',
      origin: 'policy',
    });
    await backend!.api.post(`/targets/${encodeURIComponent(AKS)}/scan`);
    await backend!.settled();
    expect((await get('/remediations')).body.totalItems).toBe(1);
    expect(remediator.asked).toEqual([]);
  });

  it('are of no avail where remediation is not enabled', async () => {
    const remediator = new FakeRemediator();
    await start({
      remediators: [remediator],
      drift: [scaledNodePool],
      remediation: { enabled: false, defaultMode: 'auto' },
    });
    const { decision } = (await explain()).body.findings[0];
    expect(decision).toMatchObject({
      mode: 'auto',
      automatic: {
        possible: false,
        reasons: [
          'Remediation is not enabled in the configuration (drift.remediation.enabled).',
        ],
      },
    });
    expect(remediator.previewed).toEqual([]);
  });
});
