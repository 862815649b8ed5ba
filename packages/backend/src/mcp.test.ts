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
import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import mcpActionsPlugin from '@backstage/plugin-mcp-actions-backend';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { ScanRequestResult } from '@infra-hub/backstage-plugin-drift-common';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { DriftBench } from './__testUtils__/DriftBench';
import { planJson, printing } from './__testUtils__/plan';

jest.setTimeout(120_000);

const AKS = 'terraform:acme/aks';
const VNET = 'terraform:acme/vnet';

const pool = {
  address: 'sandbox_node_pool.main',
  recorded: { node_count: 3 },
  actual: { node_count: 5 },
  desired: { node_count: 3 },
  actions: ['update'],
  outside: 'update' as const,
};

/** The user called viewer may see but not scan, the user called outsider nothing. */
const permissions: Partial<PermissionsService> = {
  async authorize(queries) {
    return queries.map(() => ({ result: AuthorizeResult.ALLOW }));
  },
  async authorizeConditional(queries, options) {
    const { principal } = options!.credentials as {
      principal: { userEntityRef?: string };
    };
    const denied: Record<string, RegExp> = {
      'user:default/viewer': /^drift\.target\.scan$/,
      'user:default/outsider': /^drift\./,
    };
    return queries.map(({ permission }) => ({
      result: denied[principal.userEntityRef ?? '']?.test(permission.name)
        ? AuthorizeResult.DENY
        : AuthorizeResult.ALLOW,
    }));
  },
};

describe('drift for agents, over the Model Context Protocol', () => {
  const bench = new DriftBench();
  const clients: Client[] = [];

  beforeAll(async () => {
    bench.writeModule('aks', {
      'init.sh': ':',
      'plan.sh': 'exit 2',
      'show.sh': printing(planJson([pool])),
    });
    bench.writeModule('vnet', {
      'init.sh': ':',
      'plan.sh': ':',
      'show.sh': printing(planJson([])),
    });
    bench.addEntity('platform', {
      'infra-hub.io/terraform-dir': './aks,./vnet',
      'infra-hub.io/client': 'acme',
    });
    await bench.start({
      config: {
        backend: {
          baseUrl: 'http://localhost',
          workingDirectory: bench.temporaryDirectory,
          database: {
            client: 'better-sqlite3',
            connection: { directory: bench.databaseDirectory },
          },
          actions: { pluginSources: ['catalog', 'drift'] },
        },
      },
      features: [
        mcpActionsPlugin,
        mockServices.permissions.mock(permissions).factory,
      ],
    });
    await bench.settled(2);
  });

  afterAll(async () => {
    await Promise.all(clients.map(client => client.close()));
    await bench.dispose();
  });

  async function connect(user: string): Promise<Client> {
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(
      new StreamableHTTPClientTransport(
        new URL(`${bench.url}/api/mcp-actions/v1`),
        {
          requestInit: {
            headers: {
              Authorization: mockCredentials.user.header(
                `user:default/${user}`,
              ),
            },
          },
        },
      ),
    );
    clients.push(client);
    return client;
  }

  /** What a tool answers, or the sentence of its error. */
  async function call(
    client: Client,
    name: string,
    input: Record<string, unknown>,
  ) {
    const result = await client.callTool({
      name: `drift.${name}`,
      arguments: input,
    });
    const [{ text }] = result.content as { text: string }[];
    return result.isError ? { error: text } : JSON.parse(text);
  }

  it('lists its tools with what they do', async () => {
    const { tools } = await (await connect('operator')).listTools();
    const ours = tools.filter(({ name }) => name.startsWith('drift.'));
    expect(
      ours.map(({ name, annotations }) => [
        name,
        annotations?.readOnlyHint,
        annotations?.destructiveHint,
        annotations?.idempotentHint,
      ]),
    ).toEqual([
      ['drift.list-drifted-targets', true, false, true],
      ['drift.get-drift-report', true, false, true],
      ['drift.explain-drift', true, false, true],
      ['drift.scan-target', false, false, true],
      ['drift.request-remediation', false, false, false],
    ]);
    for (const { description, inputSchema } of ours) {
      expect(description?.length).toBeGreaterThan(100);
      expect(inputSchema).toMatchObject({
        type: 'object',
        additionalProperties: false,
      });
    }
  });

  it('lists, reports and explains drift', async () => {
    const client = await connect('viewer');
    expect(await call(client, 'list-drifted-targets', {})).toMatchObject({
      targets: [{ id: AKS, client: 'acme', driftedResources: 1 }],
      totalTargets: 1,
    });
    expect(
      await call(client, 'list-drifted-targets', { status: ['clean'] }),
    ).toMatchObject({ targets: [{ id: VNET }] });
    expect(
      await call(client, 'get-drift-report', { targetId: AKS }),
    ).toMatchObject({
      target: { id: AKS, status: 'drifted' },
      findings: [
        {
          address: 'sandbox_node_pool.main',
          class: 'drift',
          fields: [{ path: '/node_count', actual: 5, desired: 3, recorded: 3 }],
        },
      ],
    });
    const explained = await call(client, 'explain-drift', { targetId: AKS });
    expect(explained).toMatchObject({
      status: 'drifted',
      findings: [{ address: 'sandbox_node_pool.main' }],
    });
    expect(explained.findings[0].description).toMatch(/3.*5|5.*3/);
  });

  it('scans a target', async () => {
    const client = await connect('operator');
    const scan: ScanRequestResult = await call(client, 'scan-target', {
      targetId: VNET,
    });
    const [done] = await bench.eventually(async () => {
      const scans = await bench.scans(VNET);
      return scans[0].id === scan.scanId && scans[0].finishedAt && scans;
    });
    expect(done).toMatchObject({
      trigger: 'manual',
      status: 'clean',
      requestedBy: 'user:default/operator',
    });
  });

  it('tells an agent what is wrong with its input', async () => {
    const client = await connect('operator');
    for (const [name, input] of [
      ['list-drifted-targets', { status: ['fine'] }],
      ['list-drifted-targets', { limit: 1_000 }],
      ['get-drift-report', {}],
      ['explain-drift', { targetId: AKS, evil: true }],
      ['scan-target', { targetId: 5 }],
    ] as const) {
      expect(await call(client, name, input)).toEqual({
        error: expect.stringMatching(/^InputError: Invalid input to action/),
      });
    }
    expect(
      await call(client, 'get-drift-report', { targetId: 'terraform:no/such' }),
    ).toEqual({
      error: "NotFoundError: No target 'terraform:no/such' was found",
    });
  });

  it('refuses what the person behind the agent may not do', async () => {
    const before = (await bench.scans(AKS)).length;
    expect(
      await call(await connect('viewer'), 'scan-target', { targetId: AKS }),
    ).toEqual({
      error: 'NotAllowedError: You are not allowed to scan this target',
    });
    expect(await bench.scans(AKS)).toHaveLength(before);

    const outsider = await connect('outsider');
    for (const [name, input] of [
      ['list-drifted-targets', {}],
      ['get-drift-report', { targetId: AKS }],
      ['explain-drift', { targetId: AKS }],
      ['scan-target', { targetId: AKS }],
    ] as const) {
      expect(await call(outsider, name, input)).toEqual({
        error: 'NotAllowedError: You are not allowed to see drift',
      });
    }
  });
});
