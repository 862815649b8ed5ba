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

import { mockServices } from '@backstage/backend-test-utils';
import { metricsServiceMock } from '@backstage/backend-test-utils/alpha';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { DriftReport } from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import {
  buildFinding,
  buildReport,
  buildTarget,
  createTestDatabases,
} from '../__testUtils__';
import { DriftCleaner } from '../retention';
import { ScanOutcome } from '../scans/ScanEvents';
import { DatabaseDriftStore } from '../store';
import { AiServer, dataIn, explainEverything } from './__testUtils__/AiServer';
import { AiClient } from './ai/AiClient';
import { createExplanations } from './createExplanations';
import { AiConfig } from './readAiConfig';

jest.setTimeout(60_000);

const databases = createTestDatabases();
const START = new Date('2026-11-22T10:00:00Z');
const MINUTE_MS = 60_000;
const target = buildTarget({ client: 'acme', name: 'aks' });

let server: AiServer;
let now: Date;

beforeAll(async () => {
  server = await AiServer.start();
});

afterAll(async () => {
  await server.stop();
});

beforeEach(() => {
  server.clear();
  server.respond = explainEverything;
  now = START;
});

/** Somebody who explains, as every replica has one. */
function createReplica(options: {
  knex: Knex;
  store: DatabaseDriftStore;
  config?: Partial<AiConfig>;
  withoutModel?: boolean;
}) {
  const { knex, store, withoutModel } = options;
  const config = server.config(options.config);
  const ready: string[] = [];
  const { explanations, analyses } = createExplanations({
    knex,
    store,
    ai: withoutModel
      ? undefined
      : {
          config,
          client: AiClient.create({
            config,
            metrics: metricsServiceMock.mock({
              createCounter: () => ({ add: () => {} }),
            }),
            now: () => now,
          }),
        },
    onReady: targetId => {
      ready.push(targetId);
    },
    logger: mockServices.logger.mock(),
    now: () => now,
  });
  const settled = () => explanations.analyze(target.id, { waitMs: 30_000 });
  return { explanations, analyses, ready, settled };
}

async function prepare(knex: Knex) {
  const store = await DatabaseDriftStore.forTest({ knex });
  await store.syncTargets({ origin: 'catalog', targets: [target], now });

  /** What a worker would tell. */
  async function scan(report: DriftReport | Error): Promise<ScanOutcome> {
    const [{ scanId }] = await store.createScans({
      targetIds: [target.id],
      trigger: 'manual',
      now,
    });
    const lease = await store.startScan({ scanId, workerId: 'w', now });
    const failed = report instanceof Error;
    return {
      scanId,
      targetId: target.id,
      trigger: 'manual',
      source: 'terraform',
      kind: failed ? 'failed' : 'completed',
      report: failed ? undefined : report,
      durationMs: 1,
      stored: failed
        ? await store.failScan({ lease: lease!, error: report.message, now })
        : await store.finishScan({
            lease: lease!,
            report,
            summary: 'The verdict.',
            now,
          }),
    };
  }
  return { store, scan };
}

const drifted = buildReport([
  buildFinding({ address: 'sandbox_pool.main' }),
  buildFinding({ address: 'sandbox_cluster.main', severity: 'low' }),
]);

describe.each(databases.ids)('DriftExplanations on %s', databaseId => {
  let knex: Knex;
  let store: DatabaseDriftStore;
  let scan: Awaited<ReturnType<typeof prepare>>['scan'];

  let begunBefore: number;

  beforeEach(async () => {
    knex = await databases.init(databaseId);
    ({ store, scan } = await prepare(knex));
    begunBefore = server.begun;
  });

  async function somebodyAsks(): Promise<void> {
    while (
      server.begun === begunBefore ||
      !(await knex('drift_analyses').where({ state: 'working' }).first())
    ) {
      await new Promise(resolve => setTimeout(resolve, 10));
    }
  }

  it('lets the rules explain where no model is configured', async () => {
    const { explanations } = createReplica({ knex, store, withoutModel: true });
    await expect(explanations.read(target.id)).resolves.toEqual({
      targetId: target.id,
      status: 'ready',
      explainedBy: { kind: 'rules' },
      summary: 'This target has not been scanned yet.',
      findings: [],
      aiConfigured: false,
    });
    explanations.onFinished(await scan(drifted));
    const analysis = await explanations.read(target.id);
    expect(analysis).toMatchObject({
      status: 'ready',
      explainedBy: { kind: 'rules' },
      aiConfigured: false,
    });
    expect(analysis.findings.map(({ address }) => address)).toEqual([
      'sandbox_pool.main',
      'sandbox_cluster.main',
    ]);
    await expect(explanations.explainAgain(target.id)).resolves.toEqual(
      analysis,
    );
    await expect(explanations.read('no such target')).rejects.toThrow(
      "No target 'no such target' was found",
    );
    await expect(knex('drift_analyses')).resolves.toEqual([]);
    expect(server.requests).toEqual([]);
  });

  it('shows the text of the rules until the model has written', async () => {
    let answer = () => {};
    const gate = new Promise<void>(resolve => {
      answer = resolve;
    });
    server.respond = async request => {
      await gate;
      return explainEverything(request);
    };
    const { explanations, ready, settled } = createReplica({ knex, store });
    explanations.onFinished(await scan(drifted));
    await expect(explanations.read(target.id)).resolves.toMatchObject({
      status: 'pending',
      explainedBy: { kind: 'rules' },
      aiConfigured: true,
    });
    answer();
    await expect(settled()).resolves.toMatchObject({
      status: 'ready',
      explainedBy: { kind: 'ai', model: 'test-model' },
      summary: 'The model says that somebody changed things by hand.',
      recommendation: 'investigate',
      writtenAt: START.toISOString(),
      findings: [
        {
          address: 'sandbox_pool.main',
          explainedBy: { kind: 'ai', model: 'test-model' },
        },
        { address: 'sandbox_cluster.main' },
      ],
    });
    await explanations.stop();
    expect(ready).toEqual([target.id]);
    expect(server.requests).toHaveLength(1);
  });

  it('asks nothing after scans that are unchanged, clean, failed or too late', async () => {
    const { explanations, settled } = createReplica({ knex, store });
    explanations.onFinished(await scan(drifted));
    await settled();
    expect(server.requests).toHaveLength(1);

    explanations.onFinished(await scan(drifted));
    explanations.onFinished(await scan(new Error('The plan failed.')));
    explanations.onFinished({ ...(await scan(drifted)), kind: 'superseded' });
    explanations.onFinished(await scan(buildReport()));
    explanations.onFinished(
      await scan(
        buildReport([buildFinding({ class: 'pending' })], {
          status: 'pending',
        }),
      ),
    );
    await settled();
    // The same drift once more
    explanations.onFinished(await scan(drifted));
    await expect(settled()).resolves.toMatchObject({ status: 'ready' });
    await explanations.stop();
    expect(server.requests).toHaveLength(1);
  });

  it('asks only for what is new when findings come and go', async () => {
    const { explanations, settled } = createReplica({ knex, store });
    explanations.onFinished(await scan(drifted));
    await settled();
    server.clear();

    const more = buildReport([
      ...drifted.findings,
      buildFinding({ address: 'sandbox_rule.main' }),
    ]);
    explanations.onFinished(await scan(more));
    const analysis = await settled();
    expect(
      analysis.findings.map(({ explainedBy }) => explainedBy.kind),
    ).toEqual(['ai', 'ai', 'ai']);
    expect(
      server.requests.map(({ body }) => dataIn(body as never).explain),
    ).toEqual([['sandbox_rule.main']]);
  });

  it('asks nothing when findings only go, and when they come back', async () => {
    const { explanations, settled } = createReplica({ knex, store });
    explanations.onFinished(await scan(drifted));
    await settled();
    server.clear();

    const [kept] = drifted.findings;
    explanations.onFinished(await scan(buildReport([kept])));
    const fewer = await settled();
    expect(fewer).toMatchObject({
      status: 'ready',
      explainedBy: { kind: 'rules' },
      findings: [{ address: kept.address, explainedBy: { kind: 'ai' } }],
    });
    expect(fewer.summary).not.toContain('The model says');
    expect(fewer.writtenAt).toBeUndefined();
    explanations.onFinished(await scan(drifted));
    await expect(settled()).resolves.toMatchObject({
      explainedBy: { kind: 'ai' },
    });
    expect(server.requests).toEqual([]);

    // A person may still ask for it
    explanations.onFinished(await scan(buildReport([kept])));
    await explanations.explainAgain(target.id);
    await expect(settled()).resolves.toMatchObject({
      explainedBy: { kind: 'ai' },
    });
    expect(server.requests).toHaveLength(1);
  });

  it('asks once for a finding whose text was refused', async () => {
    server.respond = request => {
      const { content } = explainEverything(request);
      return {
        content: content.replace(
          'sandbox_cluster.main was changed',
          'sandbox_cluster.main grew to 4711 nodes and was changed',
        ),
      };
    };
    const { explanations, settled } = createReplica({ knex, store });
    explanations.onFinished(await scan(drifted));
    await expect(settled()).resolves.toMatchObject({
      findings: [
        { address: 'sandbox_pool.main', explainedBy: { kind: 'ai' } },
        { address: 'sandbox_cluster.main', explainedBy: { kind: 'rules' } },
      ],
    });
    expect(server.requests).toHaveLength(1);
    explanations.onFinished(await scan(buildReport([drifted.findings[1]])));
    await expect(settled()).resolves.toMatchObject({ status: 'ready' });
    expect(server.requests).toHaveLength(1);
  });

  it('writes anew when the code wants something else, though the fingerprint is the same', async () => {
    const { explanations, settled } = createReplica({ knex, store });
    const [finding] = drifted.findings;
    explanations.onFinished(await scan(buildReport([finding])));
    await settled();
    explanations.onFinished(
      await scan(
        buildReport([
          {
            ...finding,
            fields: [
              { path: '/node_count', recorded: 3, actual: 5, desired: 4 },
            ],
          },
        ]),
      ),
    );
    await settled();
    expect(
      server.requests.map(({ body }) => dataIn(body as never).explain),
    ).toEqual([[finding.address], [finding.address]]);
  });

  it('keeps the texts of another model apart', async () => {
    const first = createReplica({ knex, store });
    first.explanations.onFinished(await scan(drifted));
    await first.settled();
    const second = createReplica({
      knex,
      store,
      config: { model: 'newer-model' },
    });
    await expect(second.settled()).resolves.toMatchObject({
      explainedBy: { kind: 'ai', model: 'newer-model' },
    });
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    [
      'rejects the key',
      () => ({ error: { message: 'sk-canary-key' }, status: 401 }),
      'AI provider authentication failed',
    ],
    [
      'is down',
      () => ({ error: { message: 'down' }, status: 503 }),
      'AI error: the provider answered with status 503',
    ],
    [
      'is overloaded',
      () => ({ error: { message: 'no' }, status: 429, retryAfter: 600 }),
      'AI error: the provider limits the rate of requests (status 429)',
    ],
    [
      'answers garbage',
      () => ({ content: '\u0000{"summary": "clean"' }),
      'AI error: the model did not answer in the form that was asked for',
    ],
    [
      'answers 10 MB',
      () => ({ content: 'x'.repeat(10 * 1024 * 1024) }),
      'AI error: the answer is larger than 256 KiB',
    ],
  ])(
    'says so and keeps the text of the rules when the model %s',
    async (_what, respond, failure) => {
      const { explanations, settled, ready } = createReplica({ knex, store });
      server.respond = respond;
      explanations.onFinished(await scan(drifted));
      const failed = await settled();
      expect(failed).toMatchObject({
        status: 'failed',
        failure,
        explainedBy: { kind: 'rules' },
        findings: [
          { address: 'sandbox_pool.main', explainedBy: { kind: 'rules' } },
          { address: 'sandbox_cluster.main' },
        ],
      });
      await expect(
        store.getTarget({ targetId: target.id, now }),
      ).resolves.toMatchObject({ status: 'drifted', summary: 'The verdict.' });
      expect(ready).toEqual([target.id]);

      // Not again at once, but later
      server.clear();
      server.respond = explainEverything;
      explanations.onFinished(await scan(drifted));
      await expect(settled()).resolves.toMatchObject({ status: 'failed' });
      expect(server.requests).toEqual([]);
      now = new Date(now.getTime() + 11 * MINUTE_MS);
      await expect(settled()).resolves.toMatchObject({
        status: 'ready',
        explainedBy: { kind: 'ai' },
      });
    },
  );

  it('explains again when asked, but not twice in half a minute', async () => {
    const { explanations, settled } = createReplica({ knex, store });
    explanations.onFinished(await scan(drifted));
    await settled();
    await expect(explanations.explainAgain(target.id)).resolves.toMatchObject({
      status: 'pending',
      explainedBy: { kind: 'ai' },
    });
    await settled();
    expect(
      server.requests.map(({ body }) => dataIn(body as never).explain.length),
    ).toEqual([2, 2]);

    await expect(explanations.explainAgain(target.id)).rejects.toMatchObject({
      name: 'TooManyRequestsError',
      statusCode: 429,
    });
    expect(server.requests).toHaveLength(2);

    // What was written stays when the model fails the next time
    now = new Date(now.getTime() + MINUTE_MS);
    server.respond = () => ({ error: { message: 'down' }, status: 500 });
    await explanations.explainAgain(target.id);
    await expect(settled()).resolves.toMatchObject({
      status: 'ready',
      explainedBy: { kind: 'ai' },
      failure: 'AI error: the provider answered with status 500',
      writtenAt: START.toISOString(),
    });
  });

  it('takes over from a replica that died while it asked', async () => {
    await scan(drifted);
    server.respond = () => new Promise(() => {});
    const dying = createReplica({ knex, store });
    await dying.explanations.read(target.id);
    await somebodyAsks();

    server.respond = explainEverything;
    const { explanations, settled } = createReplica({ knex, store });
    await expect(explanations.read(target.id)).resolves.toMatchObject({
      status: 'pending',
    });
    now = new Date(now.getTime() + 20 * MINUTE_MS);
    await expect(settled()).resolves.toMatchObject({ status: 'ready' });
  });

  it('gives its claim back when it is stopped', async () => {
    server.respond = () => new Promise(() => {});
    const stopped = createReplica({ knex, store });
    stopped.explanations.onFinished(await scan(drifted));
    await somebodyAsks();
    await stopped.explanations.stop();
    server.respond = explainEverything;
    const { settled } = createReplica({ knex, store });
    await expect(settled()).resolves.toMatchObject({ status: 'ready' });
  });

  it('forgets what was not needed for a month, and nothing else', async () => {
    const { explanations, analyses, settled } = createReplica({ knex, store });
    explanations.onFinished(await scan(drifted));
    await settled();
    const cleaner = DriftCleaner.create({
      store,
      analyses,
      logger: mockServices.logger.mock(),
      now: () => now,
    });
    now = new Date(now.getTime() + 29 * 24 * 60 * MINUTE_MS);
    await settled();
    now = new Date(now.getTime() + 29 * 24 * 60 * MINUTE_MS);
    await cleaner.clean();
    await expect(knex('drift_analyses')).resolves.toHaveLength(3);
    now = new Date(now.getTime() + 2 * 24 * 60 * MINUTE_MS);
    await cleaner.clean();
    await expect(knex('drift_analyses')).resolves.toEqual([]);
  });

  it('has a table that goes up and down again', async () => {
    const directory = resolvePackagePath(
      '@infra-hub/backstage-plugin-drift-backend',
      'migrations',
    );
    const name = '20261122110000_analyses.js';
    await knex.migrate.down({ directory, name } as Knex.MigratorConfig);
    await expect(knex.schema.hasTable('drift_analyses')).resolves.toBe(false);
    await knex.migrate.up({ directory, name } as Knex.MigratorConfig);
    await expect(knex.schema.hasTable('drift_analyses')).resolves.toBe(true);
  });
});

describe('replicas on one PostgreSQL', () => {
  it('ask once for one set of findings', async () => {
    const knex = await databases.init('POSTGRES_18');
    const { scan } = await prepare(knex);
    const replicas = [];
    for (let i = 0; i < 4; i++) {
      const pool = databases.anotherPool(knex);
      replicas.push(
        createReplica({
          knex: pool,
          store: await DatabaseDriftStore.forTest({ knex: pool }),
        }),
      );
    }
    for (let round = 1; round <= 5; round++) {
      const outcome = await scan(
        buildReport([buildFinding({ address: `sandbox_pool.p${round}` })]),
      );
      for (const { explanations } of replicas) {
        explanations.onFinished(outcome);
      }
      const analyses = await Promise.all(
        replicas.map(({ settled }) => settled()),
      );
      expect(analyses.map(({ status }) => status)).toEqual(
        Array(4).fill('ready'),
      );
      expect(server.requests).toHaveLength(round);
    }
  });
});
