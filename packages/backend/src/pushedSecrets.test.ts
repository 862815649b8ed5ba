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

import { gzipSync } from 'node:zlib';
import { mockCredentials } from '@backstage/backend-test-utils';
import notificationsPlugin from '@backstage/plugin-notifications-backend';
import {
  Answer,
  DriftAnalysis,
} from '@infra-hub/backstage-plugin-drift-common';
import { DriftBench } from './__testUtils__/DriftBench';
import { EchoingModel } from './__testUtils__/EchoingModel';
import { planJson } from './__testUtils__/plan';
import { PlantedSecrets } from './__testUtils__/PlantedSecrets';

const CONTROL = 'not-a-secret-and-to-be-found';
const MODULES = [
  'json',
  'packed',
  'text',
  'failed',
  'stream',
  'seed',
  'seed-text',
];

const secrets = new PlantedSecrets();
const plant: PlantedSecrets['plant'] = secrets.plant.bind(secrets);
const values = (which: string) => ({
  plain: which === 'actual' ? CONTROL : 'before',
  marked: plant(`marked, ${which}`),
  admin_password: plant(`named, ${which}`),
  connection: plant(
    `shaped, ${which}`,
    random => `postgres://app:${random}@db.example.com/app`,
    random => [random],
  ),
});
const recorded = values('recorded');
const mask = { marked: true };
const plan = planJson(
  [
    {
      address: 'sandbox_vault.main',
      recorded,
      actual: values('actual'),
      desired: recorded,
      actions: ['update'],
      outside: 'update',
      driftMask: mask,
      beforeMask: mask,
      afterMask: mask,
    },
  ],
  {
    variables: { admin: { value: plant('variable') } },
    output_changes: {
      key: {
        actions: ['update'],
        before: plant('output'),
        after: plant('output, after'),
      },
    },
  },
);
const textPlan = `
Note: Objects have changed outside of Terraform

  # sandbox_vault.main has changed
  ~ resource "sandbox_vault" "main" {
      ~ admin_password = "${plant('text, before')}" -> "${plant('text, after')}"
      ~ plain          = "before" -> "${CONTROL}"
    }

Terraform will perform the following actions:

  # sandbox_vault.main will be updated in-place
  ~ resource "sandbox_vault" "main" {
      ~ admin_password = "${plant('text, planned')}" -> "${plant(
  'text, desired',
)}"
      ~ plain          = "${CONTROL}" -> "before"
    }

Plan: 0 to add, 1 to change, 0 to destroy.
`;
const broken = `{"format_version":"1.2","variables":{"x":{"value":"${plant(
  'plan that breaks off',
)}`;
const failed = `
Error: Login failed

The header "Authorization: Bearer ${plant('header in an error')}" was refused.
`;
const resource = {
  addr: 'sandbox_vault.main',
  resource: 'sandbox_vault.main',
  resource_type: 'sandbox_vault',
  resource_name: 'main',
};
const stream = [
  { type: 'version', terraform: '1.11.4', ui: '1.2' },
  { type: 'resource_drift', change: { resource, action: 'update' } },
  { type: 'planned_change', change: { resource, action: 'update' } },
  {
    type: 'diagnostic',
    diagnostic: {
      severity: 'warning',
      summary: 'Deprecated',
      detail: `password = "${plant('detail in a stream')}"`,
      snippet: { code: `token = "${plant('snippet in a stream')}"` },
    },
  },
  {
    type: 'change_summary',
    changes: { add: 0, change: 1, remove: 0, operation: 'plan' },
  },
  {
    type: 'outputs',
    outputs: { key: { value: plant('output in a stream'), action: 'update' } },
  },
]
  .map(line => JSON.stringify({ '@level': 'info', '@message': '', ...line }))
  .join('\n');

jest.setTimeout(120_000);

describe('pushed plans that nobody has redacted', () => {
  const model = new EchoingModel();
  const bench = new DriftBench();
  const answers: string[] = [];

  async function post(
    path: string,
    body: string | Uint8Array,
    headers: Record<string, string> = { 'Content-Type': 'application/json' },
  ) {
    const response = await fetch(`${bench.url}/api/drift${path}`, {
      method: 'POST',
      headers: { Authorization: mockCredentials.user.header(), ...headers },
      body: body as BodyInit,
    });
    const text = await response.text();
    answers.push(text);
    return { status: response.status, text };
  }

  beforeAll(async () => {
    const url = await model.listen();
    await bench.start({
      features: [notificationsPlugin],
      plugins: ['notifications'],
      config: { app: { baseUrl: 'https://portal.example.com' } },
      drift: {
        ai: {
          model: 'echo',
          apiKey: 'not a planted secret',
          baseUrl: `${url}/v1`,
        },
        notifications: {
          fallbackRecipient: 'user:default/mock',
          digest: { window: 'PT0S' },
        },
        webhooks: [
          { id: 'json', url: `${url}/hook`, secret: 'not a planted secret' },
          { id: 'chat', url: `${url}/hook`, format: 'slack' },
        ],
      },
    });
    const plain = { 'Content-Type': 'text/plain' };
    const pushes: [status: number, answer: ReturnType<typeof post>][] = [
      [202, post('/ingest/plan?module=json&client=acme', plan)],
      [
        202,
        post('/ingest/plan?module=packed&client=acme', gzipSync(plan), {
          'Content-Type': 'application/json',
          'Content-Encoding': 'gzip',
        }),
      ],
      [202, post('/ingest/plan?module=text&client=acme', textPlan, plain)],
      [
        202,
        post(
          '/ingest/plan?module=failed&client=acme&exitCode=1',
          failed,
          plain,
        ),
      ],
      [
        202,
        post('/ingest/plan?module=stream&client=acme', stream, {
          'Content-Type': 'application/x-ndjson',
        }),
      ],
      [422, post('/ingest/plan?module=broken', broken)],
      [422, post('/ingest/plan?module=broken', broken, plain)],
      [
        200,
        post('/analyze', `{"module":"seed","client":"acme","plan":${plan}}`),
      ],
      [
        200,
        post(
          '/analyze',
          JSON.stringify({
            module: 'seed-text',
            client: 'acme',
            planOutput: textPlan,
          }),
        ),
      ],
      [400, post('/analyze', `{"module":"broken","plan":${broken}`)],
    ];
    for (const [status, answer] of pushes) {
      const { status: answered, text } = await answer;
      if (answered !== status) {
        throw new Error(`A push was answered with ${answered}: ${text}`);
      }
    }
  });

  afterAll(async () => {
    await bench.dispose();
    model.close();
  });

  it('are explained by the model', async () => {
    for (const module of MODULES.filter(name => name !== 'failed')) {
      const path = `/api/drift/targets/${encodeURIComponent(
        `terraform:acme/${module}`,
      )}/analysis`;
      const analysis = await bench.eventually(async () => {
        const now = await bench.get<DriftAnalysis>(path);
        return now.status === 'ready' && now;
      });
      expect({ module, analysis }).toMatchObject({
        module,
        analysis: {
          explainedBy: { kind: 'ai', model: 'echo' },
          findings: [{ address: 'sandbox_vault.main' }],
        },
      });
      answers.push(JSON.stringify(analysis));
    }
  });

  it('are told to other plugins, webhooks and people', async () => {
    const told = bench.told();
    for (const module of MODULES.filter(name => name !== 'failed')) {
      const id = `terraform:acme/${module}`;
      expect(told).toContain(id);
      await bench.eventually(
        async () =>
          model.posted.some(
            body =>
              body.includes(`"targetId":"${id}"`) &&
              body.includes('"type":"target.drifted"'),
          ) && model.posted.some(body => body.includes(`acme / ${module}`)),
      );
      await bench.eventually(async () => {
        const { text: shown } = await bench.read(
          '/api/notifications/notifications?limit=100',
        );
        return shown.includes(`drift:${id}`);
      });
    }
    const { text: shown } = await bench.read(
      '/api/notifications/notifications?limit=100',
    );
    answers.push(shown);
  });

  it('are what questions, chats, agents and badges are told of', async () => {
    for (const question of [
      'Which modules have drift?',
      "Is ACME's JSON clean?",
      'What changed since Friday?',
      'Who changed the vault?',
    ]) {
      const { status, text: said } = await post(
        '/ask',
        JSON.stringify({ question }),
      );
      expect(status).toBe(200);
      expect((JSON.parse(said) as Answer).text).not.toBe('');
    }
    for (const module of MODULES) {
      const targetId = `terraform:acme/${module}`;
      const path = `/targets/${encodeURIComponent(targetId)}`;
      for (const more of [
        '',
        '/findings?limit=200',
        '/scans?limit=200',
        '/badge.svg',
      ]) {
        const { status, text: said } = await bench.read(
          `/api/drift${path}${more}`,
        );
        expect({ more, status }).toEqual({ more, status: 200 });
        answers.push(said);
      }
      for (const action of ['get-drift-report', 'explain-drift']) {
        const { status } = await post(
          `/.backstage/actions/v1/actions/drift:${action}/invoke`,
          JSON.stringify({ targetId }),
        );
        expect({ action, status }).toEqual({ action, status: 200 });
      }
    }
    const context = await bench.read('/api/drift/context?client=acme');
    expect(context.text).toContain('seed-text');
    answers.push(context.text);
  });

  it('leave no secret anywhere', async () => {
    const places = {
      answers: answers.join('\n'),
      'requests to the model': model.asked.join('\n'),
      messages: model.posted.join('\n'),
      rows: await bench.rows(),
      files: bench.files(bench.databaseDirectory),
      'told to others': bench.told(),
      log: bench.logged.join('\n'),
    };
    for (const place of [
      'answers',
      'requests to the model',
      'rows',
      'files',
    ] as const) {
      expect(places[place]).toContain(CONTROL);
    }
    expect(places['requests to the model']).toContain('search_findings');
    expect(secrets.all.length).toBeGreaterThan(15);
    for (const [place, said] of Object.entries(places)) {
      expect({ place, found: secrets.foundIn(said) }).toEqual({
        place,
        found: [],
      });
    }
  });
});
