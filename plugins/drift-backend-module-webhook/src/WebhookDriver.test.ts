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

import { ConfigReader } from '@backstage/config';
import {
  PipelineRemediator,
  RemediationRequest,
} from '@infra-hub/backstage-plugin-drift-node';
import { approvalText } from '@infra-hub/drift-engine';
import { Answer, FakeReceiver } from './__testUtils__/FakeReceiver';
import {
  contextOf,
  fastClock,
  findingOf,
  requestOf,
} from './__testUtils__/requests';
import { readWebhookRoutes } from './config/readWebhookRoutes';
import { WebhookDriver } from './WebhookDriver';

let receiver: FakeReceiver;

beforeEach(async () => {
  receiver = await FakeReceiver.start();
});

afterEach(() => receiver.stop());

function setUp(parts: object = {}) {
  const routes = readWebhookRoutes(
    new ConfigReader({
      drift: {
        remediationWebhooks: [
          {
            id: 'jenkins',
            targets: [{ name: '*' }],
            url: `${receiver.url}/hooks/drift?job=secret-job`,
            allowInsecure: true,
            secret: 'a-secret-of-32-characters-000000',
            headers: { authorization: 'Bearer secret-header' },
            ...parts,
          },
        ],
      },
    }),
  );
  const recorded = contextOf();
  const clock = fastClock();
  const remediator = PipelineRemediator.create({
    id: 'webhook',
    configKey: 'drift.remediationWebhooks',
    routes,
    driver: WebhookDriver.create({ timeoutMs: 1_000 }),
    clock,
  });
  const apply = async (request: RemediationRequest = requestOf()) => {
    const { hash } = await remediator.preview(request);
    return remediator.apply(request, hash, recorded.context);
  };
  return { ...recorded, clock, remediator, apply };
}

const taken = (): Answer => ({
  status: 202,
  body: { statusUrl: `${receiver.url}/runs/7?x=1` },
});
const status = (state: string, more: object = {}): Answer => ({
  status: 200,
  body: { state, ...more },
});

describe('a receiver that tells how it goes', () => {
  it('gets a signed order, and is asked until the end', async () => {
    receiver.answers = [
      taken(),
      status('queued'),
      status('running'),
      'hang-up',
      { status: 503 },
      status('running'),
      status('succeeded', {
        url: 'https://ci.example/runs/7?token=secret',
        appliedAt: '2026-11-22T10:00:00Z',
      }),
    ];
    const { apply, log, remembered, written } = setUp();
    expect(await apply()).toEqual({
      kind: 'applied',
      message: 'The receiver applied the plan.',
      link: { title: 'Run', url: 'https://ci.example/runs/7' },
      appliedAt: '2026-11-22T10:00:00.000Z',
    });
    const [order, ...questions] = receiver.sent;
    expect(order).toMatchObject({
      method: 'POST',
      url: '/hooks/drift?job=secret-job',
      headers: {
        authorization: 'Bearer secret-header',
        'content-type': 'application/json',
      },
    });
    const { type, timestamp, data } = JSON.parse(order.body);
    expect(type).toBe('drift.remediation');
    expect(Number.isNaN(Date.parse(timestamp))).toBe(false);
    expect(data).toEqual({
      remediation: order.headers['webhook-id'],
      module: 'network',
      client: 'acme',
      action: 'revert',
      addresses: '',
      expected: approvalText([findingOf()]),
    });
    expect(questions).toHaveLength(6);
    expect(
      questions.every(
        ({ method, url }) => method === 'GET' && url === '/runs/7?x=1',
      ),
    ).toBe(true);
    expect(log).toEqual([
      'Started: webhook jenkins',
      'The receiver says: queued.',
      'The receiver says: running.',
      expect.stringContaining('could not be asked'),
      expect.stringContaining('disturbance (503)'),
      'The receiver says: running.',
    ]);
    expect(remembered).toHaveLength(2);
    expect(written()).not.toMatch(/secret/);
  });

  it.each([
    ['succeeded', 'applied'],
    ['failed', 'failed'],
    ['partial', 'partial'],
    ['superseded', 'superseded'],
    ['unknown', 'unknown'],
  ])('says %s: %s', async (state, kind) => {
    receiver.answers = [taken(), status(state, { url: 'data:text/html,x' })];
    expect(await setUp().apply()).toEqual({
      kind,
      message: expect.stringMatching(/^The receiver.*\.$/),
    });
  });

  it('is followed by another process', async () => {
    receiver.answers = [taken(), status('succeeded'), status('superseded')];
    const first = setUp();
    await first.apply();
    const second = setUp();
    expect(
      await second.remediator.follow(
        requestOf(),
        first.remembered.at(-1)!,
        second.context,
      ),
    ).toMatchObject({ kind: 'superseded' });
    expect(
      receiver.sent.filter(({ method }) => method === 'POST'),
    ).toHaveLength(1);
  });

  it.each([[[]], [{ state: 'done' }], ['<html>'], [null]])(
    'and answers %j has not ended',
    async body => {
      receiver.answers = [taken(), { status: 200, body }, status('succeeded')];
      expect((await setUp().apply()).kind).toBe('applied');
    },
  );

  it('and redirects is not followed', async () => {
    receiver.answers = [
      taken(),
      ...Array(5).fill({
        status: 302,
        headers: { location: 'http://169.254.169.254/' },
      }),
    ];
    expect((await setUp().apply()).message).toContain('(302)');
  });

  it('and never ends is given up', async () => {
    receiver.answers = [taken(), ...Array(50).fill(status('running'))];
    const { apply } = setUp({ timeout: { minutes: 3 } });
    expect(await apply()).toMatchObject({
      kind: 'unknown',
      message:
        'The run had not ended after 3 minutes; how far it went is not known.',
    });
  });
});

describe('a receiver that does not tell', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['no address', { ok: true }],
    ['text', 'ok'],
  ])('(%s) is given some time, then a scan decides', async (_what, body) => {
    receiver.answers = [{ status: 200, body }];
    const { apply, clock } = setUp({ settle: { minutes: 7 } });
    expect(await apply()).toEqual({
      kind: 'unknown',
      message:
        'The receiver of webhook jenkins took it and does not tell how it ends; a scan decides.',
    });
    expect(clock.waited).toEqual([7 * 60_000]);
  });

  it.each([
    'http://169.254.169.254/latest',
    'https://127.0.0.1/runs/7',
    '/runs/7',
    'file:///etc/passwd',
  ])('because it points to %s is not asked there', async statusUrl => {
    receiver.answers = [{ status: 202, body: { statusUrl } }];
    const asked = jest.spyOn(globalThis, 'fetch');
    const outcome = await setUp().apply();
    expect(asked).toHaveBeenCalledTimes(1);
    asked.mockRestore();
    expect(outcome.message).toContain('not on the host of the webhook');
  });
});

describe('a start that fails', () => {
  it.each<[Answer, RegExp]>([
    [{ status: 401, body: 'secret-header' }, /does not accept the signature/],
    [{ status: 404 }, /not at the configured address/],
    [
      { status: 307, headers: { location: 'http://169.254.169.254/' } },
      /redirect \(307\), which is not followed/,
    ],
    [{ status: 422, body: { message: 'secret-job' } }, /refused it \(422\)/],
  ])('with %j says why, and is not repeated', async (answer, message) => {
    receiver.answers = [answer, taken()];
    const { apply, written } = setUp();
    const outcome = await apply();
    expect(outcome).toEqual({
      kind: 'failed',
      message: expect.stringMatching(message),
    });
    expect(receiver.sent).toHaveLength(1);
    expect(written() + outcome.message).not.toMatch(/secret-(?:header|job)/);
  });

  it('with another secret is refused', async () => {
    receiver.secret = 'another';
    expect((await setUp().apply()).message).toContain('(401)');
  });

  it.each<Answer>(['hang-up', { status: 500 }, { status: 504 }])(
    'without a clear answer (%j) is unknown, and never repeated',
    async answer => {
      receiver.answers = [answer, taken()];
      expect(await setUp().apply()).toMatchObject({
        kind: 'unknown',
        message: expect.stringMatching(
          /Whether a run was started is not known\.$/,
        ),
      });
      expect(receiver.sent).toHaveLength(1);
    },
  );

  it('for now is repeated with the same id', async () => {
    receiver.answers = [
      { status: 429, headers: { 'retry-after': '33' } },
      { status: 200 },
    ];
    const { apply, clock } = setUp();
    expect((await apply()).kind).toBe('unknown');
    expect(clock.waited[0]).toBe(33_000);
    const ids = receiver.sent.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(1);
    expect(ids).toHaveLength(2);
  });
});

describe('readWebhookRoutes', () => {
  it.each<[string, object, string]>([
    ['http', { allowInsecure: false }, 'must be an https address'],
    ['a file', { url: 'file:///etc/passwd' }, 'must be an https address'],
    [
      'a password in the address',
      { url: 'https://u:secret-pw@ci.example' },
      "use 'headers'",
    ],
    ['a short secret', { secret: 'short' }, 'at least 16 bytes'],
    ['no secret', { secret: undefined }, 'secret'],
    [
      'its own header',
      { headers: { 'Webhook-Id': 'x' } },
      'headers.Webhook-Id',
    ],
    ['a wrong id', { id: 'a b' }, '[0].id'],
    ['no targets', { targets: [] }, '[0].targets'],
  ])('refuses %s', (_what, parts, message) => {
    expect(() => setUp(parts)).toThrow(message);
    expect(() => setUp(parts)).not.toThrow(/secret-pw/);
  });

  it('refuses two with one id', () => {
    const entry = {
      id: 'a',
      targets: [{ name: '*' }],
      url: 'https://ci.example',
      secret: 'a-secret-of-32-characters-000000',
    };
    expect(() =>
      readWebhookRoutes(
        new ConfigReader({ drift: { remediationWebhooks: [entry, entry] } }),
      ),
    ).toThrow("two entries with the id 'a'");
  });
});
