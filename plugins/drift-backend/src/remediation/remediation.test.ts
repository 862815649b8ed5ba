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
  createServiceFactory,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { mockCredentials } from '@backstage/backend-test-utils';
import {
  NotificationSendOptions,
  notificationService,
} from '@backstage/plugin-notifications-node';
import {
  AuthorizeResult,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import { JsonObject } from '@backstage/types';
import {
  driftRemediationApprovePermission,
  driftRemediationRequestPermission,
  driftTargetReadPermission,
  Remediation,
  RemediationOptions,
  RemediationStepEvent,
} from '@infra-hub/backstage-plugin-drift-common';
import { createTestDatabases } from '../__testUtils__';
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

jest.setTimeout(120_000);

const databases = createTestDatabases();
const AKS = 'fake:acme/aks';
const SQL = 'fake:globex/sql';

const everything: PolicyDecision = { result: AuthorizeResult.ALLOW };
const nothing: PolicyDecision = { result: AuthorizeResult.DENY };
const ofAcme = driftConditions.hasClient({ clients: ['acme'] });

type Permission = Parameters<typeof createDriftConditionalDecision>[0];

const onlyAcme = (permission: Permission) =>
  createDriftConditionalDecision(permission, ofAcme);

/** What each person may: see, ask for, approve. */
const rights: Record<string, PolicyDecision[]> = {
  alice: [everything, everything, nothing],
  bob: [everything, everything, everything],
  viewer: [everything, nothing, nothing],
  acme: [
    onlyAcme(driftTargetReadPermission),
    onlyAcme(driftRemediationRequestPermission),
    onlyAcme(driftRemediationApprovePermission),
  ],
  halfway: [
    everything,
    onlyAcme(driftRemediationRequestPermission),
    onlyAcme(driftRemediationApprovePermission),
  ],
  blind: [nothing, everything, everything],
};

const permissions: Partial<PermissionsService> = {
  authorize: async requests =>
    requests.map(() => ({ result: AuthorizeResult.ALLOW })),
  authorizeConditional: async (requests, options) => {
    const { userEntityRef = '' } = options?.credentials.principal as {
      userEntityRef?: string;
    };
    const [read, request, approve] = rights[userEntityRef.split('/')[1]] ?? [
      everything,
      everything,
      everything,
    ];
    return requests.map(({ permission }) => {
      switch (permission.name) {
        case driftRemediationRequestPermission.name:
          return request;
        case driftRemediationApprovePermission.name:
          return approve;
        default:
          return read;
      }
    });
  },
};

const headerOf = (name: string) =>
  mockCredentials.user.header(`user:default/${name}`);

/** Two targets whose pools somebody scaled, and a remediator that scales them back. */
async function start(
  options: Partial<Parameters<typeof startDriftBackend>[0]> & {
    remediation?: JsonObject;
  } = {},
) {
  const { remediation = { enabled: true }, ...rest } = options;
  const source = new FakeSource();
  for (const targetId of [AKS, SQL]) {
    const [client, name] = targetId.slice('fake:'.length).split('/');
    source.configured.push({ name, client, location: {} });
    source.world.set(targetId, { differences: [scaledNodePool] });
  }
  const remediator = new FakeRemediator();
  remediator.onApply = ({ targetId }) => {
    source.world.delete(targetId);
  };
  const sent: NotificationSendOptions[] = [];
  const signals: JsonObject[] = [];
  const backend = await startDriftBackend({
    source,
    permissions,
    remediators: [remediator],
    config: {
      drift: {
        remediation,
        notifications: { fallbackRecipient: 'group:default/owners' },
      },
    },
    features: [
      createServiceFactory({
        service: notificationService,
        deps: {},
        factory: () => ({
          async send(notification) {
            sent.push(notification);
          },
        }),
      }),
      createServiceFactory({
        service: signalsServiceRef,
        deps: {},
        factory: () => ({
          async publish({ message }) {
            signals.push(message as JsonObject);
          },
        }),
      }),
    ],
    ...rest,
  });
  await backend.findTargets();
  await backend.settled();
  return { backend, source, remediator, sent, signals };
}

describe.each(databases.ids)('remediation over HTTP on %s', databaseId => {
  let running: Awaited<ReturnType<typeof start>>;

  const setUp = async (options: Parameters<typeof start>[0] = {}) => {
    running = await start({
      knex: await databases.init(databaseId),
      ...options,
    });
    return running;
  };

  afterEach(async () => {
    await running?.backend.stop();
  }, 60_000);

  const ask = (name: string, body: object = {}) =>
    running.backend.api
      .post('/remediations', headerOf(name))
      .send({ targetId: AKS, action: 'revert', ...body });
  const say = (name: string, id: string, what: string, body: object = {}) =>
    running.backend.api
      .post(`/remediations/${id}/${what}`, headerOf(name))
      .send(body);
  const read = async (
    backend: DriftBackend,
    id: string,
    name = 'alice',
  ): Promise<Remediation> =>
    (await backend.api.get(`/remediations/${id}`, headerOf(name))).body;
  const until = (id: string, state: Remediation['state']) =>
    running.backend.eventually(async () => {
      const remediation = await read(running.backend, id);
      return remediation.state === state && remediation;
    });

  it('destroys nothing without the name of the target', async () => {
    const { remediator } = await setUp();
    remediator.changes.set(AKS, [
      {
        address: 'sandbox_cluster.main',
        resourceType: 'sandbox_cluster',
        resourceName: 'main',
        change: 'replace',
        class: 'drift',
        fields: [],
      },
    ]);
    const asked = await ask('alice');
    const { id, preview } = await until(asked.body.id, 'previewed');
    const previewHash = preview?.hash;
    const without = await say('alice', id, 'confirm', { previewHash });
    expect([without.status, without.body.error.message]).toEqual([
      400,
      "This deletes or replaces something, so that data may be lost; send the name of the target as confirmName, which is 'aks'",
    ]);
    // Who may not is told nothing but that
    expect((await say('viewer', id, 'confirm', { previewHash })).status).toBe(
      403,
    );
    const tooLong = 'a'.repeat(513);
    for (const confirmName of ['sql', '', tooLong, 5]) {
      const wrong = await say('alice', id, 'confirm', {
        previewHash,
        confirmName,
      });
      expect(wrong.status).toBe(400);
    }
    expect(remediator.asked).toEqual([]);
    const right = await say('alice', id, 'confirm', {
      previewHash,
      confirmName: 'aks',
    });
    expect(right.status).toBe(200);
    await until(id, 'succeeded');
  });

  it('has whoever approves send the name of the target, too', async () => {
    const { backend, remediator } = await setUp({
      remediation: {
        enabled: true,
        policies: [{ id: 'careful', client: 'acme', mode: 'review' }],
      },
    });
    const { body: begun } = await backend.eventually(async () => {
      const answer = await backend.api.get(
        '/remediations?awaitingMe=true',
        headerOf('bob'),
      );
      return answer.body.totalItems === 1 && answer;
    });
    await say('bob', begun.items[0].id, 'reject', { reason: 'Not now.' });
    remediator.changes.set(AKS, [
      {
        address: 'sandbox_cluster.main',
        resourceType: 'sandbox_cluster',
        resourceName: 'main',
        change: 'delete',
        class: 'drift',
        fields: [],
      },
    ]);
    const asked = await ask('alice');
    const { id, previewHash } = await until(asked.body.id, 'previewed');
    const named = { previewHash, confirmName: 'aks' };
    expect((await say('alice', id, 'confirm', named)).status).toBe(200);
    await until(id, 'awaiting-approval');
    expect((await say('bob', id, 'approve', { previewHash })).status).toBe(400);
    expect(await read(backend, id)).toMatchObject({
      state: 'awaiting-approval',
    });
    expect((await say('bob', id, 'approve', named)).status).toBe(200);
    await until(id, 'succeeded');
    expect(remediator.applied).toHaveLength(1);
  });

  it('is asked for, previewed, confirmed, applied and verified', async () => {
    const { backend, remediator, signals } = await setUp();
    const asked = await ask('alice', { reason: 'Too many nodes' });
    expect(asked.body).toMatchObject({
      requestedBy: 'user:default/alice',
      reason: 'Too many nodes',
      route: 'fake',
    });
    expect(asked.status).toBe(202);

    const { id, preview, may } = await until(asked.body.id, 'previewed');
    expect(preview).toMatchObject({
      changes: [{ address: 'sandbox_cluster.main', origin: 'drift' }],
    });
    expect(may).toEqual({
      confirm: { allowed: true },
      approve: {
        allowed: false,
        reason:
          'It cannot be approved, because it waits for the confirmation of who asked for it.',
      },
      reject: {
        allowed: false,
        reason: 'You are not allowed to approve remediations of this target.',
      },
      cancel: { allowed: true },
    });
    const previewHash = preview?.hash;
    const foreign = await say('bob', id, 'confirm', { previewHash });
    expect([foreign.status, foreign.body.error.message]).toEqual([
      403,
      'Only who asked for a remediation can confirm it',
    ]);
    const wrong = await say('alice', id, 'confirm', {
      previewHash: 'b'.repeat(64),
    });
    expect(wrong.status).toBe(409);

    expect((await say('alice', id, 'confirm', { previewHash })).status).toBe(
      200,
    );
    const done = await until(id, 'succeeded');
    expect(remediator.applied).toMatchObject([
      { remediationId: id, hash: previewHash },
    ]);
    expect(done.events.map(({ to }) => to)).toEqual([
      'requested',
      'previewed',
      'approved',
      'running',
      'verifying',
      'succeeded',
    ]);
    const kept = await backend.api.get(`/remediations/${id}`, headerOf('bob'));
    expect(kept.text).not.toMatch(/salt|fence|keeper/);
    const target = await backend.api.get(`/targets/${encodeURIComponent(AKS)}`);
    expect(target.body.status).toBe('clean');

    expect(signals).toContainEqual({
      type: 'remediation-changed',
      targetId: AKS,
      remediationId: id,
    });
    const audited = backend.auditor.createEvent.mock.calls.map(
      ([event]) => event,
    );
    expect(
      audited
        .filter(({ eventId }) => eventId === 'remediation-step')
        .map(({ meta }) => [meta?.to, meta?.by]),
    ).toEqual(done.events.map(({ to, by }) => [to, by]));
    expect(audited).toContainEqual(
      expect.objectContaining({
        eventId: 'remediation-confirm',
        meta: { remediationId: id, planHash: previewHash },
      }),
    );
  });

  it('waits for somebody else where a policy says so, and tells them', async () => {
    const { backend, remediator, sent } = await setUp({
      remediation: {
        enabled: true,
        notifyApprovers: ['group:default/approvers'],
        policies: [{ id: 'careful', client: 'acme', mode: 'review' }],
      },
    });
    // The scan began it already
    const { body: page } = await backend.eventually(async () => {
      const answer = await backend.api.get(
        '/remediations?awaitingMe=true',
        headerOf('bob'),
      );
      return answer.body.totalItems === 1 && answer;
    });
    const [{ id }] = page.items;
    const begun = await read(backend, id, 'bob');
    expect(begun).toMatchObject({
      origin: 'policy',
      requestedBy: 'policy:careful',
      may: { approve: { allowed: true }, reject: { allowed: true } },
    });
    await backend.eventually(async () => sent.length >= 2);
    expect(sent.map(({ recipients }) => recipients)).toEqual(
      expect.arrayContaining([
        { type: 'entity', entityRef: 'group:default/owners' },
        { type: 'entity', entityRef: 'group:default/approvers' },
      ]),
    );
    expect(sent[0].payload).toMatchObject({
      title: 'The revert of drift in acme / aks waits for approval: 1 change',
      link: `/drift/remediations/${id}`,
    });
    expect(
      (
        await backend.api.get(
          '/remediations?awaitingMe=true',
          headerOf('alice'),
        )
      ).body,
    ).toEqual({ items: [], totalItems: 0 });

    const { previewHash } = begun;
    expect((await say('alice', id, 'approve', { previewHash })).status).toBe(
      403,
    );
    expect((await say('bob', id, 'reject', { reason: ' ' })).status).toBe(400);
    expect((await say('bob', id, 'approve', { previewHash })).status).toBe(200);
    expect(await until(id, 'succeeded')).toMatchObject({
      approvedBy: 'user:default/bob',
    });
    expect(remediator.applied).toHaveLength(1);
    await backend.eventually(async () =>
      sent.some(
        ({ payload }) =>
          payload.title ===
          'The revert of drift in acme / aks was approved, done and verified',
      ),
    );
    // Every step is an event for other plugins, too
    const steps = backend.published.flatMap(({ eventPayload }) => {
      const event = eventPayload as RemediationStepEvent;
      return event.type === 'remediation.step' && event.remediationId === id
        ? [[event.from, event.to, event.by]]
        : [];
    });
    expect(steps).toEqual([
      [undefined, 'requested', 'policy:careful'],
      ['requested', 'awaiting-approval', 'drift'],
      ['awaiting-approval', 'approved', 'user:default/bob'],
      ['approved', 'running', 'drift'],
      ['running', 'verifying', 'drift'],
      ['verifying', 'succeeded', 'drift'],
    ]);
  });

  it('heals by itself where a policy says so', async () => {
    const { backend, remediator } = await setUp({
      remediation: {
        enabled: true,
        policies: [{ id: 'healing', client: 'acme', mode: 'auto' }],
      },
    });
    const { body } = await backend.eventually(async () => {
      const answer = await backend.api.get('/remediations?state=succeeded');
      return answer.body.totalItems === 1 && answer;
    });
    expect(body.items[0]).toMatchObject({
      targetId: AKS,
      origin: 'policy',
      approvedBy: 'policy:healing',
    });
    expect(remediator.applied).toHaveLength(1);
  });

  it('lets everybody see and do what they may, and no more', async () => {
    const { backend } = await setUp();
    const statusOf = async (answer: PromiseLike<{ status: number }>) =>
      (await answer).status;
    expect(await statusOf(ask('viewer'))).toBe(403);
    expect(await statusOf(ask('blind'))).toBe(403);
    expect(await statusOf(ask('acme', { targetId: SQL }))).toBe(404);
    expect(await statusOf(ask('halfway', { targetId: SQL }))).toBe(403);
    expect(await statusOf(ask('alice', { targetId: 'fake:acme/none' }))).toBe(
      404,
    );

    const { body: ofSql } = await ask('alice', { targetId: SQL });
    const { body: ofAks } = await ask('acme');
    await until(ofSql.id, 'previewed');
    await until(ofAks.id, 'previewed');
    expect(
      await statusOf(
        backend.api.get(`/remediations/${ofSql.id}`, headerOf('acme')),
      ),
    ).toBe(404);
    expect(await statusOf(say('acme', ofSql.id, 'cancel'))).toBe(404);
    expect(await statusOf(say('halfway', ofSql.id, 'cancel'))).toBe(403);
    expect(
      await statusOf(say('halfway', ofSql.id, 'reject', { reason: 'No.' })),
    ).toBe(403);
    expect(await statusOf(say('bob', ofSql.id, 'cancel'))).toBe(403);
    const idsFor = async (name: string, query = '') => {
      const { body } = await backend.api.get(
        `/remediations${query}`,
        headerOf(name),
      );
      return body.items.map(({ id }: { id: string }) => id);
    };
    expect(await idsFor('viewer')).toEqual([ofAks.id, ofSql.id]);
    expect(await idsFor('acme')).toEqual([ofAks.id]);
    expect(await idsFor('viewer', '?client=globex')).toEqual([ofSql.id]);
    expect(
      await idsFor('viewer', '?state=previewed&state=failed&open=true'),
    ).toEqual([ofAks.id, ofSql.id]);
    expect(await idsFor('viewer', '?open=false')).toEqual([]);
    expect(
      await idsFor('viewer', `?targetId=${encodeURIComponent(SQL)}`),
    ).toEqual([ofSql.id]);
    expect((await read(backend, ofSql.id, 'viewer')).may.cancel).toEqual({
      allowed: false,
      reason: 'You are not allowed to remediate this target.',
    });

    const options = async (name: string): Promise<RemediationOptions> =>
      (
        await backend.api.get(
          `/targets/${encodeURIComponent(AKS)}/remediation-options`,
          headerOf(name),
        )
      ).body;
    expect((await options('viewer')).options[0]).toMatchObject({
      action: 'revert',
      available: false,
      reason: 'You are not allowed to remediate this target.',
    });
    expect((await options('alice')).current?.id).toBe(ofAks.id);

    expect(await statusOf(say('alice', ofSql.id, 'cancel'))).toBe(200);
    const again = await say('alice', ofSql.id, 'cancel');
    expect([again.status, again.body.error.message]).toEqual([
      409,
      'It cannot be cancelled, because it was cancelled',
    ]);
  });

  it('refuses what makes no sense, in one sentence', async () => {
    await setUp();
    const messageOf = async (
      answer: PromiseLike<{ status: number; body: { error?: Error } }>,
    ) => {
      const { status, body } = await answer;
      return [status, body.error?.message];
    };
    expect(await messageOf(ask('alice', { action: 'explode' }))).toEqual([
      400,
      "Field 'action' of the request body must be equal to one of the allowed values: revert, refresh-state, adopt",
    ]);
    expect(await messageOf(ask('alice', { force: true }))).toEqual([
      400,
      "Field 'force' of the request body is not known",
    ]);
    expect(
      await messageOf(ask('alice', { addresses: ['sandbox_cluster.none'] })),
    ).toEqual([400, "'sandbox_cluster.none' has no drift that alarms"]);
    expect(await messageOf(ask('alice', { action: 'adopt' }))).toEqual([
      409,
      expect.stringContaining('make the code match reality'),
    ]);
    const confirmed = await messageOf(
      say('alice', 'none', 'confirm', { previewHash: 'zz' }),
    );
    expect(confirmed[0]).toBe(400);
    expect(
      await messageOf(
        say('alice', 'none', 'confirm', { previewHash: 'a'.repeat(64) }),
      ),
    ).toEqual([404, "No remediation 'none' was found"]);
  });

  it('does nothing where it is not enabled, and says so', async () => {
    const { backend } = await setUp({ remediation: {} });
    const { status, body } = await ask('alice');
    expect([status, body.error.message]).toEqual([
      409,
      "Remediation is not enabled here; an administrator can enable it with 'drift.remediation.enabled'",
    ]);
    expect((await backend.api.get('/remediation-status')).body).toMatchObject({
      enabled: false,
      stopped: false,
      sources: [{ source: 'fake', actions: ['revert', 'refresh-state'] }],
    });
    const { body: options } = await backend.api.get(
      `/targets/${encodeURIComponent(AKS)}/remediation-options`,
    );
    expect(options.options[0]).toMatchObject({
      available: false,
      reason: expect.stringContaining('not enabled'),
    });
  });

  it('lets agents ask for a preview, and for nothing more', async () => {
    const { backend, remediator } = await setUp();
    const invoke = (name: string) =>
      backend.api
        .post(
          '/.backstage/actions/v1/actions/drift:request-remediation/invoke',
          headerOf(name),
        )
        .send({ targetId: AKS, action: 'revert', reason: 'An agent asks.' });
    expect((await invoke('viewer')).status).toBe(403);
    const { body } = await invoke('alice');
    const { remediationId, page } = body.output;
    expect(page).toBe(`/drift/remediations/${remediationId}`);
    await until(remediationId, 'previewed');
    expect((await invoke('alice')).status).toBe(409);
    expect(remediator.asked).toEqual([]);
  });
});
