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

import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { createTestDatabases } from '../__testUtils__';
import { isGenuine, Receiver } from './__testUtils__/Receiver';
import { DatabaseDeliveryStore } from './DatabaseDeliveryStore';
import { DeliveryLoop } from './DeliveryLoop';
import { readWebhooksConfig } from './readWebhooksConfig';
import { WebhookChannel } from './WebhookChannel';

const SECRET = 'a secret of more than sixteen bytes';
const directory = resolvePackagePath(
  '@infra-hub/backstage-plugin-drift-backend',
  'migrations',
);
const databases = createTestDatabases();

jest.setTimeout(60_000);

describe.each(databases.ids)('WebhookChannel on %s', databaseId => {
  const logger = mockServices.logger.mock();
  let receiver: Receiver;
  let store: DatabaseDeliveryStore;
  let time: number;
  const now = () => new Date(time);

  beforeEach(async () => {
    jest.resetAllMocks();
    receiver = await Receiver.start();
    const knex = await databases.init(databaseId);
    await knex.migrate.latest({ directory });
    store = DatabaseDeliveryStore.create({ knex });
    time = Date.parse('2026-11-22T10:00:00Z');
  });

  afterEach(() => receiver.close());

  function createLoop(config: JsonObject = {}) {
    const webhooks = readWebhooksConfig(
      new ConfigReader({
        drift: {
          webhooks: [
            { id: 'ops', url: receiver.url, secret: SECRET, ...config },
          ],
        },
      }),
    );
    return new DeliveryLoop({
      channels: webhooks.map(
        webhook => new WebhookChannel({ webhook, store, logger, now }),
      ),
      store,
      logger,
      deadDays: 30,
      now,
    });
  }

  async function add(count = 1) {
    await store.add({
      now: now(),
      deliveries: Array.from({ length: count }, (_, i) => ({
        channel: 'ops',
        type: 'target.drifted',
        targetId: `fake:acme/${i}`,
        payload: JSON.stringify({ text: 'Größe', i }),
        dueAt: now(),
      })),
    });
  }

  async function read() {
    const { items } = await store.list({ limit: 200, offset: 0 });
    return items;
  }

  it('signs every message so that a receiver can tell it from a forged one', async () => {
    await add();
    const [{ id }] = await read();
    await createLoop({ headers: { Authorization: 'Bearer t0ken' } }).run();

    expect(receiver.messages).toHaveLength(1);
    const [message] = receiver.messages;
    expect(message).toMatchObject({
      path: '/hook',
      body: '{"text":"Größe","i":0}',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(time / 1000),
        authorization: 'Bearer t0ken',
      },
    });
    expect(isGenuine(message, SECRET)).toBe(true);
    expect(isGenuine(message, `${SECRET}!`)).toBe(false);
    expect(isGenuine({ ...message, body: `${message.body} ` }, SECRET)).toBe(
      false,
    );
    await expect(read()).resolves.toEqual([]);
  });

  it('sends all that is due at once, and nothing twice', async () => {
    await add(35);
    const loop = createLoop();
    await Promise.all([loop.run(), loop.run(), createLoop().run()]);
    await loop.run();
    const targets = receiver.messages.map(({ body }) => JSON.parse(body).i);
    expect(targets.sort((a, b) => a - b)).toEqual(
      Array.from({ length: 35 }, (_, i) => i),
    );
  });

  it.each([
    [
      'status 500',
      { status: 500, body: 'oops' },
      'The receiver answered with status 500',
    ],
    [
      'a redirect',
      { status: 307, headers: { location: '/elsewhere' } },
      'The receiver answered with a redirect (307), which is not followed',
    ],
    ['silence', {}, 'The receiver did not answer within 0.2 seconds'],
  ])(
    'tries again after %s, less and less often, with the same id',
    async (_, answer, error) => {
      await add();
      const loop = createLoop({ timeout: { milliseconds: 200 } });
      receiver.answer = answer;
      await loop.run();
      const [waiting] = await read();
      expect(waiting).toMatchObject({
        state: 'waiting',
        attempts: 1,
        lastError: error,
      });
      const delay = Date.parse(waiting.nextAttemptAt ?? '') - time;
      expect(delay).toBeGreaterThanOrEqual(11_250);
      expect(delay).toBeLessThanOrEqual(18_750);

      await loop.run();
      expect(receiver.messages).toHaveLength(1);
      time += delay;
      await loop.run();
      const [again] = await read();
      expect(again.attempts).toBe(2);
      expect(
        Date.parse(again.nextAttemptAt ?? '') - time,
      ).toBeGreaterThanOrEqual(22_500);

      receiver.answer = { status: 200 };
      time += 60_000;
      // Another process, after a restart
      await createLoop().run();
      await expect(read()).resolves.toEqual([]);
      expect(receiver.messages.map(({ path }) => path)).toEqual(
        Array(3).fill('/hook'),
      );
      expect(
        new Set(receiver.messages.map(({ headers }) => headers['webhook-id']))
          .size,
      ).toBe(1);
      const last = receiver.messages[2];
      expect(last.headers['webhook-timestamp']).toBe(
        String(Math.floor(time / 1000)),
      );
      expect(isGenuine(last, SECRET)).toBe(true);
    },
  );

  it('waits for a receiver that is away, and gives up in the end', async () => {
    await add();
    await receiver.close();
    const loop = createLoop({ maxAttempts: 3 });
    for (let attempt = 1; attempt <= 3; attempt++) {
      await loop.run();
      time += 3_600_000;
    }
    const [dead] = await read();
    expect(dead).toMatchObject({
      state: 'dead',
      attempts: 3,
      lastError: 'The receiver refused the connection',
    });
    expect(logger.warn).toHaveBeenCalledTimes(1);
    expect(JSON.stringify(logger.warn.mock.calls)).not.toContain('127.0.0.1');

    await receiver.listen();
    await loop.run();
    expect(receiver.messages).toHaveLength(0);
    await store.retry({ id: dead.id, channels: ['ops'], now: now() });
    await loop.run();
    expect(receiver.messages).toHaveLength(1);
    await expect(read()).resolves.toEqual([]);
  });

  it('honours when a receiver wants to be asked again, or never', async () => {
    await add();
    const loop = createLoop();
    receiver.answer = { status: 429, headers: { 'retry-after': '120' } };
    await loop.run();
    const [waiting] = await read();
    expect(Date.parse(waiting.nextAttemptAt ?? '') - time).toBe(120_000);
    receiver.answer = { status: 410 };
    time += 120_000;
    await loop.run();
    await expect(read()).resolves.toMatchObject([
      { state: 'dead', attempts: 2 },
    ]);
  });

  it('does not read what a receiver has to say', async () => {
    await add();
    receiver.answer = { status: 200, body: Buffer.alloc(64 * 1024 * 1024) };
    await createLoop({ timeout: { seconds: 30 } }).run();
    await expect(read()).resolves.toEqual([]);
  });

  it('leaves what it was sending to others when it stops', async () => {
    await add();
    receiver.answer = {};
    const loop = createLoop({ timeout: { seconds: 30 } });
    const running = loop.run();
    while (receiver.messages.length === 0) {
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    await loop.stop();
    await running;
    receiver.answer = { status: 200 };
    await createLoop().run();
    expect(receiver.messages).toHaveLength(2);
    await expect(read()).resolves.toEqual([]);
  });

  it('sends to one webhook while another hangs', async () => {
    const hanging = await Receiver.start();
    hanging.answer = {};
    const webhooks = readWebhooksConfig(
      new ConfigReader({
        drift: {
          webhooks: [
            {
              id: 'hanging',
              url: hanging.url,
              secret: SECRET,
              timeout: { seconds: 30 },
            },
            { id: 'ops', url: receiver.url, secret: SECRET },
          ],
        },
      }),
    );
    const loop = new DeliveryLoop({
      channels: webhooks.map(
        webhook => new WebhookChannel({ webhook, store, logger, now }),
      ),
      store,
      logger,
      deadDays: 30,
      now,
    });
    await store.add({
      now: now(),
      deliveries: ['hanging', 'ops'].map(channel => ({
        channel,
        type: 'target.drifted',
        targetId: 'a',
        payload: '{}',
        dueAt: now(),
      })),
    });
    loop.wake();
    while (receiver.messages.length + hanging.messages.length < 2) {
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    await add();
    loop.wake();
    while ((await read()).some(({ webhook }) => webhook === 'ops')) {
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    expect(receiver.messages).toHaveLength(2);
    await expect(read()).resolves.toMatchObject([{ webhook: 'hanging' }]);
    await loop.stop();
    await hanging.close();
  });
});
