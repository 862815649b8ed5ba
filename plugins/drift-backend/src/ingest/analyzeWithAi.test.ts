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
import { JsonObject } from '@backstage/types';
import { AnalyzeAnswer } from '@infra-hub/backstage-plugin-drift-common';
import { createTestDatabases } from '../__testUtils__';
import { FakeSource } from '../__testUtils__/FakeSource';
import {
  DriftBackend,
  startDriftBackend,
} from '../__testUtils__/startDriftBackend';
import { AiServer, explainEverything } from '../explain/__testUtils__/AiServer';
import { poolPlan } from './__testUtils__/plans';

const databases = createTestDatabases();
const ADDRESS = 'sandbox_cluster.main';

jest.setTimeout(60_000);

let server: AiServer;

beforeAll(async () => {
  server = await AiServer.start();
});

afterAll(async () => {
  await server.stop();
});

const providers: [provider: string, ai: () => JsonObject][] = [
  ['openai', () => ({ model: 'test-model', baseUrl: `${server.url}/v1` })],
  ['azure', () => ({ deployment: 'test-model', endpoint: server.url })],
];

describe.each(
  databases.ids.flatMap(id =>
    providers.map(provider => [id, ...provider] as const),
  ),
)('POST /analyze on %s with %s', (databaseId, provider, ai) => {
  let backend: DriftBackend;

  beforeAll(async () => {
    backend = await startDriftBackend({
      source: new FakeSource(),
      knex: await databases.init(databaseId),
      config: {
        drift: {
          ingest: { analyzeWait: { seconds: 2 } },
          ai: { provider, apiKey: 'sk-canary-key', retries: 0, ...ai() },
        },
      },
    });
  });

  beforeEach(() => server.clear());

  afterAll(async () => {
    await backend.stop();
  });

  async function analyze(module: string): Promise<AnalyzeAnswer> {
    const response = await fetch(
      `http://localhost:${backend.server.port()}/api/drift/analyze`,
      {
        method: 'POST',
        headers: {
          Authorization: mockCredentials.user.header(),
          'Content-Type': 'application/json',
        },
        body: `{"module":"${module}","plan":${poolPlan()}}`,
      },
    );
    expect(response.status).toBe(200);
    const answer = (await response.json()) as AnalyzeAnswer;
    const stored = await backend.api.get(
      `/targets/${encodeURIComponent(answer.targetId)}`,
    );
    expect(stored.body).toMatchObject({
      status: 'drifted',
      risk: answer.risk,
      driftedResources: 1,
    });
    expect(answer).toMatchObject({
      driftDetected: true,
      resourceCount: 1,
      resources: [{ address: ADDRESS, change: 'update' }],
    });
    return answer;
  }

  it('answers in the words of the model', async () => {
    server.respond = explainEverything;
    const answer = await analyze('answers');
    expect(answer).toMatchObject({
      summary: 'The model says that somebody changed things by hand.',
      recommendation: 'Investigate',
      resources: [
        { description: `The model says that ${ADDRESS} was changed by hand.` },
      ],
      analysis: {
        status: 'ready',
        explainedBy: { kind: 'ai', model: 'test-model' },
      },
    });
    expect(server.requests.map(({ path }) => path)).toEqual([
      provider === 'azure'
        ? '/openai/deployments/test-model/chat/completions?api-version=2024-10-21'
        : '/v1/chat/completions',
    ]);
  });

  it('answers by the rules while the model does not', async () => {
    let end = () => {};
    const gate = new Promise<void>(resolve => {
      end = resolve;
    });
    server.respond = async request => {
      await gate;
      return explainEverything(request);
    };
    // Would not come back at all if it waited for the model
    const answer = await analyze('hangs');
    expect(answer.analysis).toMatchObject({
      status: 'pending',
      explainedBy: { kind: 'rules' },
    });
    expect(answer.resources[0].description).toMatch(/3 to 5/);
    end();
    await backend.eventually(async () => {
      const { body } = await backend.api.get(
        `/targets/${encodeURIComponent(answer.targetId)}/analysis`,
      );
      return body.status === 'ready' && body.explainedBy.kind === 'ai';
    });
  });

  it.each([
    [
      'rejects the key',
      { error: { message: 'sk-canary-key' }, status: 401 },
      'AI provider authentication failed',
    ],
    [
      'fails',
      { error: { message: 'down' }, status: 500 },
      'AI error: the provider answered with status 500',
    ],
    [
      'talks garbage',
      { content: 'Everything is clean.' },
      'AI error: the model did not answer in the form that was asked for',
    ],
  ])('answers by the rules when the model %s', async (what, reply, failure) => {
    server.respond = () => reply;
    const answer = await analyze(what.replaceAll(' ', '-'));
    expect(answer.analysis).toMatchObject({
      status: 'failed',
      failure,
      explainedBy: { kind: 'rules' },
    });
    expect(JSON.stringify(answer)).not.toMatch(/canary|clean/);
  });
});
