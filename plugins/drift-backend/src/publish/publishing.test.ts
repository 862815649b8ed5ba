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
  createServiceFactory,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { mockCredentials } from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import {
  NotificationSendOptions,
  notificationService,
} from '@backstage/plugin-notifications-node';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { JsonObject } from '@backstage/types';
import { TargetStatusEvent } from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import request from 'supertest';
import { createTestDatabases } from '../__testUtils__/createTestDatabases';
import {
  FAKE_ANNOTATION,
  FakeSource,
  scaledNodePool,
} from '../__testUtils__/FakeSource';
import {
  DriftBackend,
  startDriftBackend,
} from '../__testUtils__/startDriftBackend';
import { isGenuine, Receiver } from '../webhooks/__testUtils__/Receiver';

const SECRET = 'a secret of more than sixteen bytes';

function entity(name: string, owner: string | undefined, targets: string) {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name, annotations: { [FAKE_ANNOTATION]: targets } },
    relations: owner
      ? [{ type: 'ownedBy', targetRef: `group:default/${owner}` }]
      : [],
    spec: {},
  };
}

const another = {
  ...scaledNodePool,
  address: 'sandbox_cluster.other',
  resourceName: 'other',
};

/** Text that would be a link, a mention or a tag if anybody believed it. */
const hostile = {
  ...scaledNodePool,
  address: 'sandbox_cluster.x["<https://evil.example|click>`*<!channel>*`"]',
  reason: '<img src=x onerror=alert(1)> https://evil.example/ \u202Etxt &amp;',
};

const databases = createTestDatabases();

jest.setTimeout(120_000);

describe.each(databases.ids)('publishing on %s', databaseId => {
  let receiver: Receiver;
  let source: FakeSource;
  let backend: DriftBackend;
  let knex: Knex;
  let sent: NotificationSendOptions[];
  let refusal: Error | undefined;
  let gate: Promise<void> | undefined;

  async function start(options: {
    config?: JsonObject;
    entities?: Entity[];
    permissions?: Partial<PermissionsService>;
  }) {
    const notifications: BackendFeature = createServiceFactory({
      service: notificationService,
      deps: {},
      factory: () => ({
        async send(notification) {
          if (refusal) {
            throw refusal;
          }
          await gate;
          sent.push(notification);
        },
      }),
    });
    backend = await startDriftBackend({
      source,
      knex,
      entities: options.entities ?? [entity('platform', 'team-a', 'acme,aks')],
      permissions: options.permissions,
      config: {
        app: { baseUrl: 'https://portal.example.com' },
        drift: options.config ?? {},
      },
      features: [notifications],
    });
  }

  beforeEach(async () => {
    receiver = await Receiver.start();
    source = new FakeSource();
    sent = [];
    refusal = undefined;
    gate = undefined;
    knex = await databases.init(databaseId);
  });

  afterEach(async () => {
    await backend.stop();
    await receiver.close();
  });

  const id = 'fake:acme/aks';
  const path = `/targets/${encodeURIComponent(id)}`;
  const webhook = (more: JsonObject = {}) => ({
    id: 'ops',
    url: receiver.url,
    secret: SECRET,
    ...more,
  });
  const atOnce = { digest: { window: 'PT0S' } };

  async function scan(differences: object[] | Error) {
    source.world.set(
      id,
      differences instanceof Error
        ? differences
        : { differences: differences as (typeof scaledNodePool)[] },
    );
    await backend.api.post(`${path}/scan`).expect(202);
    await backend.settled();
    await backend.runTask('drift-send-deliveries');
  }

  async function begin(differences: object[] = []) {
    source.world.set(id, {
      differences: differences as (typeof scaledNodePool)[],
    });
    await backend.findTargets();
    await backend.settled();
    await backend.runTask('drift-send-deliveries');
  }

  const received = () =>
    receiver.messages.map(
      ({ body }) =>
        JSON.parse(body) as {
          type: string;
          timestamp: string;
          data: TargetStatusEvent;
        },
    );

  it('tells a webhook every transition, once, with all there is to know', async () => {
    await start({ config: { webhooks: [webhook()] } });
    await begin();
    expect(received()).toEqual([]);

    await scan([scaledNodePool]);
    await scan([scaledNodePool]);
    expect(received()).toHaveLength(1);
    expect(isGenuine(receiver.messages[0], SECRET)).toBe(true);
    const [{ type, timestamp, data }] = received();
    const scans = await backend.api.get(`${path}/scans`);
    expect(type).toBe('target.drifted');
    expect(timestamp).toBe(data.at);
    expect(data).toEqual({
      type: 'target.status',
      schemaVersion: 1,
      targetId: id,
      source: 'fake',
      client: 'acme',
      name: 'aks',
      entityRefs: ['component:default/platform'],
      owner: 'group:default/team-a',
      before: { status: 'clean', risk: 'none', driftedResources: 0 },
      after: {
        status: 'drifted',
        risk: expect.stringMatching(/low|medium|high|critical/),
        driftedResources: 1,
        summary: expect.any(String),
      },
      transitions: ['drifted'],
      newFindings: [
        {
          address: scaledNodePool.address,
          change: 'update',
          severity: data.after.risk,
          reason: scaledNodePool.reason,
        },
      ],
      newFindingsCount: 1,
      resolvedFindings: [],
      resolvedFindingsCount: 0,
      scanId: scans.body.items[1].id,
      url: `https://portal.example.com/drift/targets/${encodeURIComponent(id)}`,
      at: expect.any(String),
    });

    await scan([scaledNodePool, another]);
    await scan([another]);
    await scan([]);
    for (let attempt = 1; attempt <= 5; attempt++) {
      await scan(new Error('The cloud is away'));
    }
    await scan([]);
    await scan([]);
    expect(
      received().map(message => [
        message.type,
        message.data.newFindings?.map(({ address }) => address),
        message.data.resolvedFindings?.map(({ address }) => address),
      ]),
    ).toEqual([
      ['target.drifted', [scaledNodePool.address], []],
      ['target.worse', [another.address], []],
      ['target.resolved', [], [another.address]],
      ['target.failing', [], []],
      ['target.recovered', [], []],
    ]);
    expect(received()[3].data.error).toContain('The cloud is away');

    // The event bus hears of more than transitions, and of the same in the same words.
    const events = backend.published
      .filter(({ topic }) => topic === 'drift')
      .map(({ eventPayload }) => eventPayload as TargetStatusEvent);
    expect(events.map(({ transitions }) => transitions?.join())).toEqual([
      'changed',
      'drifted',
      'worse',
      'changed',
      'resolved',
      'changed',
      'failing',
      'recovered',
    ]);
    expect(events[1]).toEqual(data);
  });

  it('tells a webhook only what it asked for', async () => {
    const receive = (name: string, more: JsonObject) =>
      webhook({ id: name, headers: { 'X-Name': name }, ...more });
    await start({
      config: {
        webhooks: [
          receive('resolved', { events: ['resolved'] }),
          receive('critical', { minRisk: 'critical' }),
          receive('globex', { clients: ['globex', '-'] }),
          receive('acme', { clients: ['acme'] }),
          receive('changed', { events: ['changed'] }),
        ],
      },
    });
    await begin();
    await scan([scaledNodePool]);
    await scan([]);
    expect(
      receiver.messages
        .map(
          ({ headers, body }) =>
            `${headers['x-name']} ${JSON.parse(body).type}`,
        )
        .sort(),
    ).toEqual([
      'acme target.drifted',
      'acme target.resolved',
      'changed target.changed',
      'resolved target.resolved',
    ]);
  });

  it('writes to Slack without believing a plan', async () => {
    await start({
      config: {
        webhooks: [{ id: 'chat', url: receiver.url, format: 'slack' }],
        notifications: atOnce,
      },
    });
    await begin();
    await scan([hostile]);
    const [message] = receiver.messages;
    expect(message.headers['webhook-signature']).toBeUndefined();
    const { text, blocks, unfurl_links } = JSON.parse(message.body);
    expect(text).toMatch(/^Drift in acme \/ aks: 1 resource drifted, risk /);
    expect(unfurl_links).toBe(false);
    expect(blocks.map((block: { type: string }) => block.type)).toEqual([
      'section',
      'section',
    ]);
    const all = blocks.map(
      (block: { text: { text: string; type: string; verbatim: boolean } }) => {
        expect(block.text).toMatchObject({ type: 'mrkdwn', verbatim: true });
        return block.text.text;
      },
    );
    const link = `<https://portal.example.com/drift/targets/${encodeURIComponent(
      id,
    )}|${text}>`;
    expect(all[0]).toContain(link);
    const rest = all.join('\n').replace(link, '');
    expect(rest).not.toMatch(/[<>\u202E]|:\/\/evil/);
    expect(rest.match(/`/g)).toHaveLength(2);

    // The mail module of Backstage writes texts into HTML as they are
    expect(sent).toHaveLength(1);
    expect(JSON.stringify(sent)).not.toMatch(/[<>\u202E]|:\/\/evil/);
    expect(sent[0].payload.description).toContain('sandbox_cluster.x');
  });

  it('tells owners of transitions only, the next one in place of the last', async () => {
    await start({ config: { notifications: atOnce } });
    await begin();
    await scan([scaledNodePool]);
    await scan([scaledNodePool]);
    await scan([scaledNodePool, another]);
    await scan([]);
    for (let attempt = 1; attempt <= 4; attempt++) {
      await scan(new Error('The cloud is away'));
    }
    await scan([]);
    expect(sent.map(({ payload }) => payload.title)).toEqual([
      expect.stringMatching(/^Drift in acme \/ aks: 1 resource drifted, risk /),
      expect.stringMatching(
        /^Drift in acme \/ aks got worse: 2 resources drifted, risk /,
      ),
      'Drift in acme / aks is resolved',
      'acme / aks cannot be scanned',
      'acme / aks can be scanned again',
    ]);
    for (const { recipients, payload } of sent) {
      expect(recipients).toEqual({
        type: 'entity',
        entityRef: 'group:default/team-a',
      });
      expect(payload).toMatchObject({
        link: `/drift/targets/${encodeURIComponent(id)}`,
        topic: 'drift',
        scope: `drift:${id}`,
      });
    }
    expect(sent[0].payload.description).toContain(scaledNodePool.address);
    expect(sent[3].payload).toMatchObject({
      severity: 'high',
      description: expect.stringContaining('The cloud is away'),
    });
    expect(sent[4].payload.severity).toBe('low');
  });

  it('tells each owner of a shared target, a fallback where there is none, and nobody who is muted', async () => {
    await start({
      entities: [
        entity('a', 'team-a', 'acme,shared,mine'),
        entity('b', 'team-b', 'acme,shared'),
        entity('c', undefined, 'acme,orphan'),
        entity('d', 'team-d', 'acme,quiet'),
        entity('e', 'team-a', 'globex,quiet'),
      ],
      config: {
        notifications: {
          ...atOnce,
          fallbackRecipient: 'Group:Platform',
          mute: [
            { owner: 'group:default/team-d' },
            { client: 'globex', owner: 'group:team-a' },
          ],
        },
      },
    });
    for (const name of [
      'acme/shared',
      'acme/mine',
      'acme/orphan',
      'acme/quiet',
      'globex/quiet',
    ]) {
      source.world.set(`fake:${name}`, { differences: [scaledNodePool] });
    }
    await backend.findTargets();
    await backend.settled();
    await backend.runTask('drift-send-deliveries');
    expect(
      sent
        .map(
          ({ recipients, payload }) =>
            `${(recipients as { entityRef: string }).entityRef} ${
              payload.scope
            }`,
        )
        .sort(),
    ).toEqual([
      'group:default/platform drift:fake:acme/orphan',
      'group:default/team-a drift:fake:acme/mine',
      'group:default/team-a drift:fake:acme/shared',
      'group:default/team-b drift:fake:acme/shared',
    ]);
  });

  it('makes one message of many, and loses none in a restart', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `m${i}`);
    const options = {
      entities: [
        entity('fleet', 'team-a', `acme,${names.join()}`),
        entity('few', 'team-b', 'globex,x,y'),
      ],
      config: { notifications: { digest: { above: 10, window: 'PT1H' } } },
    };
    await start(options);
    for (const name of [
      ...names.map(n => `acme/${n}`),
      'globex/x',
      'globex/y',
    ]) {
      source.world.set(`fake:${name}`, { differences: [scaledNodePool] });
    }
    await backend.findTargets();
    await backend.settled();
    await backend.runTask('drift-send-deliveries');
    expect(sent).toEqual([]);
    await backend.stop();

    // An hour later: the oldest is due, the rest would not be
    for (const owner of ['team-a', 'team-b']) {
      const [first] = await knex('drift_deliveries')
        .where({ recipient: `group:default/${owner}` })
        .orderBy('created_at')
        .limit(1);
      await knex('drift_deliveries')
        .where({ id: first.id })
        .update({ next_attempt_at: new Date(0) });
    }
    await start(options);
    await backend.runTask('drift-send-deliveries');
    expect(sent.map(({ recipients }) => recipients)).toHaveLength(3);
    const digest = sent.find(({ payload }) =>
      payload.scope?.startsWith('drift:digest:'),
    );
    expect(digest).toMatchObject({
      recipients: { type: 'entity', entityRef: 'group:default/team-a' },
      payload: {
        title: 'News of 12 drift targets: 12 newly drifted',
        description: expect.stringMatching(/^acme \/ m0 .* and 2 more\.$/),
        link: '/drift?owner=group%3Adefault%2Fteam-a',
      },
    });
    expect(
      sent
        .filter(each => each !== digest)
        .map(({ payload }) => payload.scope)
        .sort(),
    ).toEqual(['drift:fake:globex/x', 'drift:fake:globex/y']);
    await expect(knex('drift_deliveries')).resolves.toEqual([]);
  });

  it('scans on when nobody can be told, and tells later', async () => {
    await start({ config: { notifications: atOnce } });
    await begin();
    refusal = new Error('Failed to send notifications: Error: status 500');
    await scan([scaledNodePool]);
    const target = await backend.api.get(path).expect(200);
    expect(target.body.status).toBe('drifted');
    const waiting = await backend.api.get('/deliveries').expect(200);
    expect(waiting.body).toMatchObject({
      totalItems: 1,
      items: [
        {
          webhook: 'notifications',
          state: 'waiting',
          attempts: 1,
          lastError: 'The notifications plugin did not take the message',
        },
      ],
    });
    refusal = undefined;
    await knex('drift_deliveries').update({ next_attempt_at: new Date(0) });
    await backend.runTask('drift-send-deliveries');
    expect(sent).toHaveLength(1);

    // No notifications plugin at all: nothing piles up
    refusal = new Error(
      'Failed to send notifications: Error: Request failed with status 404',
    );
    await scan([]);
    await expect(knex('drift_deliveries')).resolves.toEqual([]);
  });

  it('scans on when a message cannot even be written down', async () => {
    await start({ config: { webhooks: [webhook()], notifications: atOnce } });
    await begin();
    await knex.schema.renameTable('drift_deliveries', 'away');
    await scan([scaledNodePool]);
    const target = await backend.api.get(path).expect(200);
    expect(target.body.status).toBe('drifted');
    expect(
      backend.published.filter(({ topic }) => topic === 'drift'),
    ).toHaveLength(2);
    await knex.schema.renameTable('away', 'drift_deliveries');
    await scan([]);
    expect(received().map(({ type }) => type)).toEqual(['target.resolved']);
  });

  it('waits for nobody who does not answer, and tells after a restart', async () => {
    await start({ config: { notifications: atOnce } });
    await begin();
    gate = new Promise(() => {});
    source.world.set(id, { differences: [scaledNodePool] });
    await backend.api.post(`${path}/scan`).expect(202);
    await backend.settled();
    await backend.stop();
    gate = undefined;
    await start({ config: { notifications: atOnce } });
    await backend.runTask('drift-send-deliveries');
    await expect(knex('drift_deliveries')).resolves.toEqual([]);
    expect(sent).toHaveLength(1);
  });

  it('tells owners nothing when they are not to be told', async () => {
    await start({ config: { notifications: { enabled: false } } });
    await begin();
    await scan([scaledNodePool]);
    expect(sent).toEqual([]);
    await expect(knex('drift_deliveries')).resolves.toEqual([]);
  });

  it('shows and repeats what could not be delivered, to who may', async () => {
    await start({
      config: {
        webhooks: [webhook({ maxAttempts: 1 })],
        notifications: { enabled: false },
      },
      permissions: {
        async authorizeConditional(queries) {
          return queries.map(() => ({ result: AuthorizeResult.ALLOW }));
        },
        async authorize(queries, options) {
          const { principal } = options!.credentials as {
            principal: { userEntityRef?: string };
          };
          return queries.map(({ permission }) => ({
            result:
              permission.name === 'drift.delivery.manage' &&
              principal.userEntityRef === 'user:default/outsider'
                ? AuthorizeResult.DENY
                : AuthorizeResult.ALLOW,
          }));
        },
      },
    });
    receiver.answer = { status: 503 };
    await begin([scaledNodePool]);
    const { body } = await backend.api
      .get('/deliveries?state=dead')
      .expect(200);
    expect(body).toEqual({
      totalItems: 1,
      items: [
        {
          id: expect.any(String),
          webhook: 'ops',
          state: 'dead',
          type: 'target.drifted',
          targetId: id,
          attempts: 1,
          lastError: 'The receiver answered with status 503',
          createdAt: expect.any(String),
        },
      ],
    });
    const waiting = await backend.api.get('/deliveries?state=waiting');
    expect(waiting.body).toEqual({ items: [], totalItems: 0 });
    await backend.api.get('/deliveries?state=lost').expect(400);

    const retry = `/deliveries/${body.items[0].id}/retry`;
    const outsider = mockCredentials.user.header('user:default/outsider');
    for (const refused of [
      await backend.api.get('/deliveries', outsider),
      await backend.api.post(retry, outsider),
    ]) {
      expect(refused.status).toBe(403);
      expect(refused.body.error.message).toMatch(
        /^You are not allowed to (see|repeat) messages to webhooks$/,
      );
    }
    await backend.api.post('/deliveries/no-such/retry').expect(404);

    backend.auditor.createEvent.mockClear();
    receiver.answer = { status: 200 };
    const repeated = await backend.api.post(retry).expect(202);
    expect(repeated.body).toMatchObject({ state: 'waiting', attempts: 0 });
    await backend.eventually(async () => receiver.messages.length === 2);
    expect(receiver.messages[1].headers['webhook-id']).toBe(body.items[0].id);
    expect(backend.auditor.createEvent).toHaveBeenCalledWith(
      expect.objectContaining({
        eventId: 'delivery-retry',
        severityLevel: 'medium',
        meta: { deliveryId: body.items[0].id },
      }),
    );
    await backend.eventually(async () => {
      const left = await backend.api.get('/deliveries');
      return left.body.totalItems === 0;
    });
    await backend.api.post(retry).expect(404);
  });

  it('gives badges to who may see the target', async () => {
    await start({
      permissions: {
        async authorizeConditional(queries, options) {
          const { principal } = options!.credentials as {
            principal: { type: string; userEntityRef?: string };
          };
          return queries.map(() => ({
            result:
              principal.userEntityRef === 'user:default/outsider'
                ? AuthorizeResult.DENY
                : AuthorizeResult.ALLOW,
          }));
        },
      },
    });
    await begin();
    const targetBadge = `${path}/badge.svg`;
    const entityBadge = '/entities/Component/default/platform/badge.svg';
    for (const badge of [targetBadge, entityBadge]) {
      const { body, headers } = await backend.api.get(badge).expect(200);
      expect(headers['content-type']).toContain('image/svg+xml');
      expect(headers['cache-control']).toBe('private, max-age=60');
      expect(String(body)).toContain('<title>drift: clean</title>');
      const fresh = await backend.api
        .get(badge)
        .set('If-None-Match', headers.etag);
      expect(fresh.status).toBe(304);
      await backend.api
        .get(badge, mockCredentials.user.header('user:default/outsider'))
        .expect(403);
      await backend.api.get(badge, mockCredentials.none.header()).expect(401);
    }
    const before = await backend.api.get(targetBadge);
    await scan([scaledNodePool, another]);
    const after = await backend.api
      .get(entityBadge)
      .set('If-None-Match', before.headers.etag)
      .expect(200);
    expect(String(after.body)).toMatch(
      /aria-label="drift: 2 drifted, (low|medium|high|critical)"/,
    );
    await backend.api.get('/targets/x/badge.svg').expect(404);
    await backend.api
      .get('/entities/component/default/x/badge.svg')
      .expect(404);
  });

  it('gives badges, and nothing else, to everybody when they are public', async () => {
    await start({ config: { badges: { public: true } } });
    await begin([scaledNodePool]);
    const get = (url: string) =>
      request(backend.server)
        .get(`/api/drift${url}`)
        .set('Authorization', mockCredentials.none.header());
    for (const badge of [
      `${path}/badge.svg`,
      '/entities/component/default/platform/badge.svg',
    ]) {
      const { status, headers, body } = await get(badge);
      expect(status).toBe(200);
      expect(headers['cache-control']).toBe('public, max-age=60');
      expect(String(body)).toContain('1 drifted, ');
      expect(String(body)).not.toMatch(/aks|acme|platform|sandbox/);
    }
    for (const closed of [
      path,
      `${path}/findings`,
      '/results',
      '/deliveries',
    ]) {
      const { status } = await get(closed);
      expect({ closed, status }).toEqual({ closed, status: 401 });
    }
    // Below the open path, and no route
    await get(`${path}/badge.svg/../findings`).expect(404);
  });
});
