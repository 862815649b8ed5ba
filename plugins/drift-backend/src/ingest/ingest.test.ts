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
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { JsonObject } from '@backstage/types';
import {
  AnalyzeAnswer,
  DriftTarget,
  driftReportIngestPermission,
  FindingsPage,
  ScansPage,
} from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import { createGzip, gzipSync } from 'node:zlib';
import { createTestDatabases } from '../__testUtils__';
import { FakeSource } from '../__testUtils__/FakeSource';
import {
  DriftBackend,
  startDriftBackend,
} from '../__testUtils__/startDriftBackend';
import { hugePlan, poolPlan, recordedPlan } from './__testUtils__/plans';

const databases = createTestDatabases();
const USER = mockCredentials.user.header();
const PIPELINE = mockCredentials.service.header({
  onBehalfOf: mockCredentials.service('external:ci-acme'),
  targetPluginId: 'drift',
});
const JSON_TYPE = { 'Content-Type': 'application/json' };
const TEXT_TYPE = { 'Content-Type': 'text/plain' };
const NOTHING_CHANGED =
  'No changes. Your infrastructure matches your configuration.';
const MB = 1024 ** 2;

jest.setTimeout(60_000);

/** A source whose targets have the ids of pushed ones. */
class PullSource extends FakeSource {
  override readonly id = 'terraform' as 'fake';
}

/** The backend with its address, and what tests ask of it. */
class Bench {
  readonly source = new PullSource();
  backend!: DriftBackend;
  knex!: Knex;

  async start(options: {
    knex: Knex;
    ingest?: JsonObject;
    permissions?: Partial<PermissionsService>;
  }) {
    const { knex, ingest = {}, permissions } = options;
    this.knex = knex;
    this.backend = await startDriftBackend({
      source: this.source,
      knex,
      permissions,
      config: {
        drift: {
          ingest,
          schedule: { initialDelay: { hours: 1 } },
        },
      },
    });
  }

  url(path: string): string {
    return `http://localhost:${this.backend.server.port()}/api/drift${path}`;
  }

  async send(
    path: string,
    body: string | Uint8Array | undefined,
    headers: Record<string, string> = JSON_TYPE,
  ) {
    const response = await fetch(this.url(path), {
      method: 'POST',
      headers: { Authorization: USER, ...headers },
      body: body as BodyInit | undefined,
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: JSON.parse(text || '{}'),
    };
  }

  push(
    query: string,
    body: string | Uint8Array | undefined = poolPlan(),
    headers?: Record<string, string>,
  ) {
    return this.send(`/ingest/plan?${query}`, body, headers);
  }

  analyze(body: object | string, headers?: Record<string, string>) {
    return this.send(
      '/analyze',
      typeof body === 'string' ? body : JSON.stringify(body),
      headers,
    );
  }

  async get<T>(path: string): Promise<T> {
    const { status, body } = await this.backend.api.get(path);
    if (status !== 200) {
      throw new Error(`${path} answered ${status}`);
    }
    return body;
  }

  target(id: string): Promise<DriftTarget> {
    return this.get(`/targets/${encodeURIComponent(id)}`);
  }

  async scans(id: string) {
    const page = await this.get<ScansPage>(
      `/targets/${encodeURIComponent(id)}/scans?limit=200`,
    );
    return page.items;
  }

  async findings(id: string, query = '') {
    const page = await this.get<FindingsPage>(
      `/targets/${encodeURIComponent(id)}/findings?limit=200${query}`,
    );
    return page.items;
  }

  async exists(id: string): Promise<boolean> {
    const { status } = await this.backend.api.get(
      `/targets/${encodeURIComponent(id)}`,
    );
    return status === 200;
  }
}

describe.each(databases.ids)('pushed plans on %s', databaseId => {
  const bench = new Bench();

  beforeAll(async () => {
    await bench.start({
      knex: await databases.init(databaseId),
      ingest: {
        maxPlanSize: '400MB',
        maxTextSize: '1MB',
        maxRequestSize: '1MB',
        rateLimit: { perMinute: 100_000 },
        clients: ['acme', 'globex'],
      },
    });
  });

  afterAll(async () => {
    await bench.backend.stop();
  });

  describe('become targets, scans and findings', () => {
    const id = 'terraform:acme/aks';

    it('registers a module that nobody declared', async () => {
      const { status, body } = await bench.push(
        `module=aks&client=acme&exitCode=2&runId=run-1&commit=4f2c1d&actor=octocat&runUrl=${encodeURIComponent(
          'https://ci.example.com/runs/1?attempt=2',
        )}`,
      );
      expect({ status, body }).toEqual({
        status: 202,
        body: {
          scanId: expect.any(String),
          targetId: id,
          replayed: false,
        },
      });
      expect(await bench.target(id)).toMatchObject({
        id,
        source: 'terraform',
        client: 'acme',
        name: 'aks',
        status: 'drifted',
        driftedResources: 1,
        pushed: true,
        stale: false,
        runUrl: 'https://ci.example.com/runs/1?attempt=2',
        tool: { name: 'terraform', version: '1.11.4' },
        evidence: 'plan-json',
      });
      expect(await bench.scans(id)).toEqual([
        expect.objectContaining({
          id: body.scanId,
          trigger: 'ci',
          state: 'completed',
          status: 'drifted',
          runUrl: 'https://ci.example.com/runs/1?attempt=2',
          commit: '4f2c1d',
          actor: 'octocat',
          requestedBy: 'user:default/mock',
        }),
      ]);
      expect(await bench.findings(id)).toEqual([
        expect.objectContaining({
          address: 'sandbox_cluster.main',
          class: 'drift',
          state: 'open',
          fields: [{ path: '/node_count', recorded: 3, actual: 5, desired: 3 }],
        }),
      ]);
    });

    it('tells the rest of Backstage', () => {
      expect(bench.backend.published.map(event => event.eventPayload)).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            type: 'target.status',
            targetId: id,
            before: expect.objectContaining({
              status: 'unknown',
              risk: 'none',
            }),
            after: expect.objectContaining({ status: 'drifted' }),
          }),
        ]),
      );
    });

    it('goes back to clean, and keeps the history', async () => {
      const { status } = await bench.push(
        'module=aks&client=acme&exitCode=0',
        poolPlan(3),
      );
      expect(status).toBe(202);
      const target = await bench.target(id);
      expect(target).toMatchObject({ status: 'clean', driftedResources: 0 });
      expect(target).not.toHaveProperty('runUrl');
      expect((await bench.scans(id)).map(scan => scan.status)).toEqual([
        'clean',
        'drifted',
      ]);
      expect(await bench.findings(id, '&state=resolved')).toHaveLength(1);
    });

    it('is never scanned from here', async () => {
      await bench.backend.runTask('drift-queue-due-scans');
      const { status, body } = await bench.backend.api.post(
        `/targets/${encodeURIComponent(id)}/scan`,
      );
      expect({ status, message: body.error.message }).toEqual({
        status: 409,
        message: `The target '${id}' is scanned by its pipeline, run it there`,
      });
      const round = await bench.backend.api.post('/scans');
      expect(round.body).toMatchObject({ total: 0 });
      expect(bench.source.scanned).toEqual([]);
      expect(await bench.target(id)).not.toHaveProperty('nextScanAt');
    });

    it('survives the sync of catalog and configuration', async () => {
      await bench.backend.findTargets();
      expect(await bench.exists(id)).toBe(true);
    });

    it('keeps modules of clients apart', async () => {
      await bench.push('module=aks&client=globex', poolPlan(9));
      await bench.push('module=aks', poolPlan(7));
      const statuses = await Promise.all(
        [id, 'terraform:globex/aks', 'terraform:-/aks'].map(
          async target => (await bench.target(target)).status,
        ),
      );
      expect(statuses).toEqual(['clean', 'drifted', 'drifted']);
    });
  });

  describe('arrive as what they are', () => {
    const id = 'terraform:-/codes';
    const codes: [
      what: string,
      query: string,
      body: string,
      expected: object,
    ][] = [
      ['2, drift', 'exitCode=2', poolPlan(5), { status: 'drifted' }],
      ['0, clean', 'exitCode=0', poolPlan(3), { status: 'clean' }],
      ['2 again', 'exitCode=2', poolPlan(6), { status: 'drifted' }],
      [
        '1, failed, although the plan looks clean',
        'exitCode=1',
        poolPlan(3),
        { status: 'error', error: expect.stringContaining('exit code 1') },
      ],
      [
        '0, contradicted by the plan',
        'exitCode=0',
        poolPlan(5),
        { status: 'error', error: expect.stringContaining('Exit code 0') },
      ],
      [
        '2, contradicted by the plan',
        'exitCode=2',
        poolPlan(3),
        { status: 'error', error: expect.stringContaining('Exit code 2') },
      ],
      [
        'a partial plan',
        'exitCode=0',
        poolPlan(3, { complete: false }),
        { status: 'error', error: expect.stringContaining('partial') },
      ],
      [
        'an errored plan',
        '',
        poolPlan(3, { errored: true }),
        { status: 'error', error: expect.stringContaining('stopped') },
      ],
      [
        '1, nothing was planned',
        'exitCode=1',
        '',
        { status: 'error', error: expect.stringContaining('left no plan') },
      ],
    ];

    it.each(codes)('%s', async (_what, query, body, expected) => {
      const answer = await bench.push(`module=codes&${query}`, body);
      expect(answer.status).toBe(202);
      expect(await bench.target(id)).toMatchObject({
        ...expected,
        ...('error' in expected && {
          lastGoodStatus: 'drifted',
          driftedResources: 1,
        }),
      });
    });

    it('and no error resolves a finding', async () => {
      expect(await bench.findings(id, '&state=open')).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            fields: [
              { path: '/node_count', recorded: 3, actual: 6, desired: 3 },
            ],
          }),
        ]),
      );
      expect(await bench.scans(id)).toHaveLength(codes.length);
    });

    it('also as texts and streams', async () => {
      const pushes: [
        string,
        Buffer | string,
        Record<string, string>,
        object,
      ][] = [
        [
          'module=text&exitCode=2',
          recordedPlan('drift-update-sensitive-block.txt'),
          TEXT_TYPE,
          { status: 'drifted', evidence: 'plan-text' },
        ],
        [
          'module=stream',
          recordedPlan('plan-stream-ui.jsonl'),
          { 'Content-Type': 'application/x-ndjson' },
          { evidence: 'ui-stream' },
        ],
        [
          'module=stream-as-text',
          recordedPlan('plan-stream-ui.jsonl'),
          { 'Content-Type': 'text/plain; charset=utf-8' },
          { evidence: 'ui-stream' },
        ],
        [
          'module=failed-text&exitCode=1',
          '\nError: No valid credential sources found\n\n  with provider\n',
          TEXT_TYPE,
          {
            status: 'error',
            error: expect.stringContaining('No valid credential sources'),
          },
        ],
        ['module=clean-text', NOTHING_CHANGED, TEXT_TYPE, { status: 'clean' }],
      ];
      for (const [query, body, headers, expected] of pushes) {
        const answer = await bench.push(query, body, headers);
        expect(answer).toMatchObject({ status: 202 });
        expect(await bench.target(answer.body.targetId)).toMatchObject(
          expected,
        );
      }
    });

    it('also packed', async () => {
      const answer = await bench.push(
        'module=packed&exitCode=2',
        gzipSync(recordedPlan('drift-1000.json.gz')),
        { ...JSON_TYPE, 'Content-Encoding': 'gzip' },
      );
      expect(answer.status).toBe(202);
      expect(await bench.target('terraform:-/packed')).toMatchObject({
        status: 'drifted',
        driftedResources: expect.any(Number),
      });
    });
  });

  describe('that come twice', () => {
    it('are stored once', async () => {
      const first = await bench.push('module=twice&runId=77');
      const second = await bench.push('module=twice&runId=77', poolPlan(3));
      expect(second).toMatchObject({
        status: 202,
        body: { ...first.body, replayed: true },
      });
      expect(await bench.scans('terraform:-/twice')).toHaveLength(1);
      expect(await bench.target('terraform:-/twice')).toMatchObject({
        status: 'drifted',
      });
      await bench.push('module=twice&runId=78', poolPlan(3));
      await bench.push('module=twice-other&runId=77');
      expect(await bench.scans('terraform:-/twice')).toHaveLength(2);
      expect(await bench.scans('terraform:-/twice-other')).toHaveLength(1);
    });

    it('are stored once when they come at the same time', async () => {
      const answers = await Promise.all(
        Array.from({ length: 8 }, () =>
          bench.push('module=at-once&client=acme&runId=9'),
        ),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(202));
      expect(new Set(answers.map(({ body }) => body.scanId)).size).toBe(1);
      expect(answers.filter(({ body }) => !body.replayed)).toHaveLength(1);
      expect(await bench.scans('terraform:acme/at-once')).toHaveLength(1);
    });

    it('are all stored when nobody says that they are the same', async () => {
      const answers = await Promise.all(
        [4, 5, 6, 7].map(count =>
          bench.push('module=many&runId=', poolPlan(count)),
        ),
      );
      expect(answers.every(({ status }) => status === 202)).toBe(true);
      expect(await bench.scans('terraform:-/many')).toHaveLength(4);
      expect(
        await bench.findings('terraform:-/many', '&state=open'),
      ).toHaveLength(1);
    });
  });

  describe('that are refused', () => {
    const refused: [
      what: string,
      status: number,
      message: RegExp,
      query: string,
      body: string | Uint8Array | undefined,
      headers?: Record<string, string>,
    ][] = [
      ['no module', 400, /'module' is required/, 'client=acme', poolPlan()],
      [
        'an unknown parameter',
        400,
        /'modul' is not known/,
        'modul=x&module=x',
        poolPlan(),
      ],
      [
        'a parameter twice',
        400,
        /'module' is there twice/,
        'module=x&module=y',
        poolPlan(),
      ],
      [
        'a strange exit code',
        400,
        /'exitCode' must be a whole number/,
        'module=x&exitCode=-1',
        poolPlan(),
      ],
      [
        'a client with a slash',
        400,
        /without a slash/,
        'module=x&client=a/b',
        poolPlan(),
      ],
      [
        'a link that runs',
        400,
        /'runUrl' must be an http or https address/,
        'module=x&runUrl=javascript:alert(1)',
        poolPlan(),
      ],
      [
        'a link with a password',
        400,
        /'runUrl' must be/,
        'module=x&runUrl=https://me:pw@ci.example.com/',
        poolPlan(),
      ],
      [
        'a long commit',
        400,
        /'commit' must be at most 100/,
        `module=x&commit=${'a'.repeat(101)}`,
        poolPlan(),
      ],
      [
        'an unknown client',
        422,
        /client 'initech' is not known here/,
        'module=x&client=initech',
        poolPlan(),
      ],
      [
        'a binary',
        415,
        /content type must be/,
        'module=x',
        poolPlan(),
        { 'Content-Type': 'application/octet-stream' },
      ],
      [
        'another character set',
        415,
        /in UTF-8/,
        'module=x',
        poolPlan(),
        { 'Content-Type': 'application/json; charset=utf-16' },
      ],
      [
        'another packing',
        415,
        /content encoding must be gzip/,
        'module=x',
        poolPlan(),
        { ...JSON_TYPE, 'Content-Encoding': 'br' },
      ],
      ['nothing', 422, /document is empty/, 'module=x&exitCode=2', ''],
      ['no JSON', 422, /JSON/, 'module=x&exitCode=1', 'Segmentation fault'],
      ['another JSON', 422, /plan/, 'module=x', '{"hello":"world"}'],
      [
        'half a plan',
        422,
        /ends|cut|truncated/i,
        'module=x&exitCode=2',
        poolPlan().slice(0, -40),
      ],
      [
        'a text that is no plan',
        422,
        /text is not a plan/,
        'module=x&exitCode=0',
        'Hello!',
        TEXT_TYPE,
      ],
      [
        'damaged packing',
        422,
        /gzip data is damaged/,
        'module=x',
        gzipSync(poolPlan()).subarray(0, 120),
        { ...JSON_TYPE, 'Content-Encoding': 'gzip' },
      ],
      [
        'no packing at all',
        422,
        /gzip data is damaged/,
        'module=x',
        poolPlan(),
        { ...JSON_TYPE, 'Content-Encoding': 'gzip' },
      ],
      [
        'a long text',
        413,
        /larger than the limit of 1 MB/,
        'module=x',
        'x'.repeat(MB + 1),
        TEXT_TYPE,
      ],
      [
        'a text that unpacks to a long one',
        413,
        /larger than the limit of 1 MB/,
        'module=x',
        gzipSync('x'.repeat(3 * MB)),
        { ...TEXT_TYPE, 'Content-Encoding': 'gzip' },
      ],
    ];

    it.each(refused.map(([what, status, ...rest]) => ({ what, status, rest })))(
      'for $what: $status',
      async ({ status, rest: [message, query, body, headers] }) => {
        const answer = await bench.push(query, body, headers);
        expect(answer).toMatchObject({
          status,
          body: {
            error: { message: expect.stringMatching(message) },
            response: { statusCode: status },
          },
        });
        expect(JSON.stringify(answer.body)).not.toContain('stack');
        expect(await bench.exists('terraform:-/x')).toBe(false);
      },
    );

    it('without credentials', async () => {
      for (const path of ['/ingest/plan?module=x', '/analyze']) {
        const answer = await bench.send(path, poolPlan(), {
          ...JSON_TYPE,
          Authorization: mockCredentials.none.header(),
        });
        expect(answer.status).toBe(401);
      }
    });

    it('are told to the auditor, like those that are taken', async () => {
      const failed = jest.fn();
      const succeeded = jest.fn();
      bench.backend.auditor.createEvent.mockResolvedValue({
        fail: failed,
        success: succeeded,
      });
      await bench.push('module=audited', '{');
      await bench.push('module=audited');
      expect(failed).toHaveBeenCalledTimes(1);
      expect(succeeded).toHaveBeenCalledWith({
        meta: expect.objectContaining({ status: 'drifted' }),
      });
    });
  });

  it('store nothing when the upload is broken off', async () => {
    for (const encoding of ['identity', 'gzip']) {
      const upload = httpRequest(bench.url('/ingest/plan?module=broken-off'), {
        method: 'POST',
        headers: {
          ...JSON_TYPE,
          Authorization: USER,
          'Content-Encoding': encoding,
        },
      });
      upload.on('error', () => {});
      const bytes = recordedPlan('config-change-plus-drift.json');
      const sent = encoding === 'gzip' ? gzipSync(bytes) : bytes;
      await new Promise(resolve =>
        upload.write(sent.subarray(0, sent.length - 20), resolve),
      );
      upload.destroy();
    }
    // What comes afterwards is not disturbed
    expect((await bench.push('module=after-it')).status).toBe(202);
    expect(await bench.exists('terraform:-/broken-off')).toBe(false);
  });

  it('tell drift in the last digit of a long number', async () => {
    const plan = poolPlan('12345678901234567891');
    const id = 'terraform:-/digits';
    await bench.push('module=digits', plan);
    const [pushed] = await bench.findings(id);
    expect(JSON.stringify(pushed.fields)).toContain('12345678901234567891');

    const { body } = await bench.analyze(
      `{"module":"digits","plan":${plan},"exitCode":2}`,
    );
    expect(body).toMatchObject({ driftDetected: true });
    const [analyzed] = await bench.findings(id);
    expect(analyzed.fingerprint).toBe(pushed.fingerprint);
  });

  describe('analyze', () => {
    it('takes what the first pipelines sent, and answers it', async () => {
      const { status, body } = await bench.analyze({
        module: 'tf-azurerm-aks',
        client: 'acme',
        planOutput: recordedPlan('drift-update-sensitive-block.txt').toString(),
      });
      expect(status).toBe(200);
      const answer: AnalyzeAnswer = body;
      expect(answer).toEqual({
        driftDetected: true,
        resourceCount: 1,
        summary: expect.stringMatching(/\S+ \S+/),
        risk: expect.stringMatching(/^(low|medium|high|critical)$/),
        resources: [
          {
            address: 'drift_database.main',
            change: 'update',
            description: expect.stringMatching(/\S+/),
            recommendation: expect.stringMatching(/\S+/),
          },
        ],
        recommendation: expect.any(String),
        status: 'drifted',
        targetId: 'terraform:acme/tf-azurerm-aks',
        scanId: expect.any(String),
        warnings: expect.arrayContaining([
          expect.stringContaining('send the JSON plan'),
        ]),
        analysis: {
          status: 'ready',
          explainedBy: { kind: 'rules' },
          recommendation: expect.any(String),
        },
      });
      expect(await bench.target(answer.targetId)).toMatchObject({
        status: 'drifted',
        risk: answer.risk,
      });
    });

    it('takes that nothing changed', async () => {
      const { status, body } = await bench.analyze({
        module: 'tf-azurerm-vnet',
        client: 'acme',
        planOutput: NOTHING_CHANGED,
      });
      expect({ status, body }).toMatchObject({
        status: 200,
        body: {
          driftDetected: false,
          resourceCount: 0,
          risk: 'none',
          resources: [],
          status: 'clean',
        },
      });
    });

    it('believes the exit code more than the text', async () => {
      const { body } = await bench.analyze({
        module: 'tf-azurerm-vnet',
        client: 'acme',
        planOutput: NOTHING_CHANGED,
        exitCode: 1,
      });
      expect(body).toMatchObject({
        status: 'error',
        summary: expect.stringContaining('exit code 1'),
      });
      expect(
        await bench.target('terraform:acme/tf-azurerm-vnet'),
      ).toMatchObject({ status: 'error', lastGoodStatus: 'clean' });
    });

    it('believes the JSON plan more than the text', async () => {
      const { body } = await bench.analyze({
        module: 'both',
        plan: JSON.parse(poolPlan()),
        planOutput: NOTHING_CHANGED,
      });
      expect(body).toMatchObject({ status: 'drifted', resourceCount: 1 });
    });

    it('stores a run once', async () => {
      const request = {
        module: 'once',
        planOutput: NOTHING_CHANGED,
        runId: 'r',
      };
      const first = await bench.analyze(request);
      const second = await bench.analyze(request);
      expect(second.body.scanId).toBe(first.body.scanId);
      expect(await bench.scans('terraform:-/once')).toHaveLength(1);
    });

    it.each<
      [what: string, status: number, message: RegExp, body: object | string]
    >([
      ['no plan', 400, /A plan is required/, { module: 'y' }],
      [
        'a blank plan',
        400,
        /A plan is required/,
        { module: 'y', plan: null, planOutput: ' \n' },
      ],
      ['no module', 400, /'module'.* is required/, { planOutput: 'x' }],
      ['no JSON', 400, /not JSON/, '{"module":"y",'],
      ['no object', 400, /must be a JSON object/, '[]'],
      [
        'a plan that is no object',
        400,
        /'plan' .*must be object|'plan' .*must be an object/,
        { module: 'y', plan: 'x' },
      ],
      [
        'two plans',
        400,
        /'plan' .*twice/,
        '{"module":"y","plan":{},"\\u0070lan":{}}',
      ],
      [
        'an unknown field',
        400,
        /'extra' .*is not known/,
        { module: 'y', planOutput: 'x', extra: 1 },
      ],
      [
        'an exit code that is no number',
        400,
        /'exitCode'/,
        { module: 'y', planOutput: 'x', exitCode: {} },
      ],
      ['another plan', 422, /plan/, { module: 'y', plan: { a: 1 } }],
      [
        'another text',
        422,
        /not a plan/,
        { module: 'y', planOutput: 'Hello!' },
      ],
      [
        'an unknown client',
        422,
        /not known here/,
        { module: 'y', client: 'initech', planOutput: NOTHING_CHANGED },
      ],
      [
        'much',
        413,
        /larger than the limit of 1 MB/,
        { module: 'y', planOutput: 'x'.repeat(MB) },
      ],
    ])('refuses %s: %d', async (_what, status, message, body) => {
      const answer = await bench.analyze(body);
      expect(answer).toMatchObject({
        status,
        body: { error: { message: expect.stringMatching(message) } },
      });
      expect(await bench.exists('terraform:-/y')).toBe(false);
    });

    it('refuses what is not JSON', async () => {
      const { status } = await bench.analyze('x', TEXT_TYPE);
      expect(status).toBe(415);
    });
  });

  describe('of a module that is also scanned', () => {
    const id = 'terraform:acme/both-ways';

    beforeAll(async () => {
      bench.source.configured.push({
        name: 'both-ways',
        client: 'acme',
        location: {},
      });
      await bench.backend.findTargets();
    });

    it('leave its schedule alone', async () => {
      const before = await bench.target(id);
      await bench.push('module=both-ways&client=acme');
      const after = await bench.target(id);
      expect(after).toMatchObject({
        status: 'drifted',
        schedule: before.schedule,
        nextScanAt: before.nextScanAt,
      });
      expect(after).not.toHaveProperty('pushed');
    });

    it('win over a scan that began before, and lose against one that begins after', async () => {
      let open = () => {};
      bench.source.gate = new Promise<void>(resolve => {
        open = resolve;
      });
      const started = await bench.backend.api.post(
        `/targets/${encodeURIComponent(id)}/scan`,
      );
      expect(started.status).toBe(202);
      await bench.backend.eventually(async () =>
        bench.source.scanned.includes(id),
      );
      const pushed = await bench.push(
        'module=both-ways&client=acme',
        poolPlan(8),
      );
      open();
      await bench.backend.eventually(
        async () => !(await bench.target(id)).activeScan,
      );
      const scans = await bench.scans(id);
      expect(scans.map(scan => [scan.id, scan.state]).slice(0, 2)).toEqual(
        expect.arrayContaining([
          [pushed.body.scanId, 'completed'],
          [started.body.scanId, 'superseded'],
        ]),
      );
      expect(await bench.target(id)).toMatchObject({ status: 'drifted' });
      expect(await bench.findings(id, '&state=open')).toEqual([
        expect.objectContaining({
          fields: [{ path: '/node_count', recorded: 3, actual: 8, desired: 3 }],
        }),
      ]);

      await bench.backend.api.post(`/targets/${encodeURIComponent(id)}/scan`);
      await bench.backend.eventually(
        async () => (await bench.target(id)).status === 'clean',
      );
      const saw = await bench.findings(id, `&scanId=${pushed.body.scanId}`);
      expect(saw).toHaveLength(1);
    });
  });

  it('stream in flat memory', async () => {
    const size = 300 * MB;
    const before = process.memoryUsage().rss;
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 50);
    const answer = await fetch(
      bench.url('/ingest/plan?module=huge&exitCode=2'),
      {
        method: 'POST',
        headers: {
          ...JSON_TYPE,
          Authorization: USER,
          'Content-Encoding': 'gzip',
        },
        body: Readable.toWeb(
          Readable.from(hugePlan(size)).pipe(createGzip({ level: 1 })),
        ) as ReadableStream,
        duplex: 'half',
      } as RequestInit,
    ).finally(() => clearInterval(watch));
    expect(answer.status).toBe(202);
    expect(await bench.target('terraform:-/huge')).toMatchObject({
      status: 'drifted',
      driftedResources: 1,
    });
    expect(peak - before).toBeLessThan(size / 2);
  });

  it('end a bomb before it has unpacked', async () => {
    function* zeros() {
      const blanks = Buffer.alloc(MB, ' ');
      for (let sent = 0; sent < 500; sent++) {
        yield blanks;
      }
    }
    const answer = await fetch(bench.url('/ingest/plan?module=bomb'), {
      method: 'POST',
      headers: {
        ...JSON_TYPE,
        Authorization: USER,
        'Content-Encoding': 'gzip',
      },
      body: Readable.toWeb(
        Readable.from(zeros()).pipe(createGzip()),
      ) as ReadableStream,
      duplex: 'half',
    } as RequestInit);
    expect(answer.status).toBe(413);
    expect(await bench.exists('terraform:-/bomb')).toBe(false);
  });
});

describe('the right to push', () => {
  const bench = new Bench();
  const authorize = jest.fn<
    ReturnType<PermissionsService['authorize']>,
    Parameters<PermissionsService['authorize']>
  >();

  beforeAll(async () => {
    authorize.mockImplementation(async ([{ permission }]) => [
      {
        result:
          permission.name === driftReportIngestPermission.name
            ? AuthorizeResult.DENY
            : AuthorizeResult.ALLOW,
      },
    ]);
    await bench.start({
      knex: await databases.init('SQLITE_3'),
      permissions: {
        authorize,
        authorizeConditional: async requests =>
          requests.map(() => ({ result: AuthorizeResult.ALLOW })),
      },
    });
  });

  afterAll(async () => {
    await bench.backend.stop();
  });

  it('is a permission, asked with the credentials of the caller', async () => {
    for (const path of ['/ingest/plan?module=x', '/analyze']) {
      const { status, body } = await bench.send(path, poolPlan());
      expect({ status, message: body.error.message }).toEqual({
        status: 403,
        message: 'You are not allowed to push plans',
      });
    }
    expect(authorize).toHaveBeenCalledWith(
      [{ permission: driftReportIngestPermission }],
      {
        credentials: expect.objectContaining({
          principal: expect.objectContaining({
            userEntityRef: 'user:default/mock',
          }),
        }),
      },
    );
    expect(await bench.exists('terraform:-/x')).toBe(false);
  });
});

describe('floods', () => {
  it('are held back, each sender on its own', async () => {
    const bench = new Bench();
    await bench.start({
      knex: await databases.init('SQLITE_3'),
      ingest: { rateLimit: { perMinute: 3 } },
    });
    try {
      for (let i = 0; i < 3; i++) {
        expect((await bench.push(`module=m${i}`)).status).toBe(202);
      }
      const refused = await bench.push('module=m4');
      expect(refused).toMatchObject({
        status: 429,
        body: {
          error: {
            message: expect.stringMatching(/More than 3 plans a minute/),
          },
        },
      });
      expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
      expect(await bench.exists('terraform:-/m4')).toBe(false);
      const other = await bench.push('module=m4', poolPlan(), {
        ...JSON_TYPE,
        Authorization: PIPELINE,
      });
      expect(other.status).toBe(202);
    } finally {
      await bench.backend.stop();
    }
  });

  it('wait in a line, and are refused when it is full', async () => {
    const bench = new Bench();
    await bench.start({
      knex: await databases.init('SQLITE_3'),
      ingest: { concurrency: 1, maxWaiting: 1 },
    });
    try {
      const start = (module: string) => {
        const upload = httpRequest(bench.url(`/ingest/plan?module=${module}`), {
          method: 'POST',
          headers: { ...JSON_TYPE, Authorization: USER },
        });
        const status = new Promise<number>((resolve, reject) => {
          upload.on('response', response => {
            response.resume();
            resolve(Number(response.statusCode));
          });
          upload.on('error', reject);
        });
        upload.write(poolPlan().slice(0, 100));
        return { status, end: () => upload.end(poolPlan().slice(100)) };
      };
      const createEvent = bench.backend.auditor.createEvent;
      createEvent.mockClear();
      const first = start('first');
      // Now it is being read
      await bench.backend.eventually(
        async () => createEvent.mock.calls.length > 0,
      );
      const others = [start('second'), start('third')];
      const [refused, waiting] = await Promise.race(
        others.map(async (other, index) => {
          await other.status;
          return [other, others[1 - index]] as const;
        }),
      );
      expect(await refused.status).toBe(429);
      first.end();
      waiting.end();
      expect(await Promise.all([first.status, waiting.status])).toEqual([
        202, 202,
      ]);
      refused.end();
      expect((await bench.push('module=third')).status).toBe(202);
    } finally {
      await bench.backend.stop();
    }
  });
});
