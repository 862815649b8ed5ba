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

import { createServer, IncomingMessage } from 'node:http';
import { AddressInfo } from 'node:net';
import { DriftClient } from './DriftClient';

interface SeenRequest {
  method?: string;
  url?: string;
  body?: unknown;
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  return text ? JSON.parse(text) : undefined;
}

describe('DriftClient', () => {
  const seen: SeenRequest[] = [];
  let answer: { status: number; body: unknown };
  const server = createServer(async (request, response) => {
    seen.push({
      method: request.method,
      url: request.url,
      body: await readBody(request),
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
  });
  let client: DriftClient;

  beforeAll(async () => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    client = new DriftClient({
      discoveryApi: {
        getBaseUrl: async pluginId =>
          `http://127.0.0.1:${port}/api/${pluginId}`,
      },
      fetchApi: { fetch },
    });
  });

  afterAll(async () => {
    await new Promise(resolve => server.close(resolve));
  });

  beforeEach(() => {
    seen.length = 0;
    answer = { status: 200, body: { ok: true } };
  });

  it('asks for results with lists as repeated parameters and without empty ones', async () => {
    await client.getResults({
      status: ['drifted', 'error'],
      client: ['acme & sons'],
      owner: [],
      q: '',
      stale: false,
      orderBy: 'risk',
      limit: 20,
      offset: 0,
    });
    expect(seen).toEqual([
      {
        method: 'GET',
        url: '/api/drift/results?client=acme+%26+sons&status=drifted&status=error&stale=false&orderBy=risk&limit=20&offset=0',
        body: undefined,
      },
    ]);
  });

  it.each<[string, string, string, () => Promise<unknown>]>([
    ['the overview', 'GET', '/overview', () => client.getOverview()],
    [
      'a target whose id holds slashes',
      'GET',
      '/targets/terraform%3A-%2Fa%20b%2Fc',
      () => client.getTarget('terraform:-/a b/c'),
    ],
    [
      'the findings of one scan',
      'GET',
      '/targets/terraform%3Aacme%2Faks/findings?scanId=s1&state=open&limit=5&offset=10',
      () =>
        client.getFindings('terraform:acme/aks', {
          scanId: 's1',
          state: 'open',
          limit: 5,
          offset: 10,
        }),
    ],
    [
      'the open findings',
      'GET',
      '/targets/terraform%3Aacme%2Faks/findings',
      () => client.getFindings('terraform:acme/aks'),
    ],
    [
      'the scans',
      'GET',
      '/targets/terraform%3Aacme%2Faks/scans?limit=3',
      () => client.getScans('terraform:acme/aks', { limit: 3 }),
    ],
    [
      'a scan',
      'POST',
      '/targets/terraform%3Aacme%2Faks/scan',
      () => client.requestScan('terraform:acme/aks'),
    ],
    [
      'a scan round',
      'GET',
      '/scan-rounds/r%2F1',
      () => client.getScanRound('r/1'),
    ],
    [
      'the desired state of a tenant',
      'GET',
      '/v1/infrastructure/tenants/a%2Fb/desired-state',
      () => client.getDesiredState('a/b'),
    ],
    [
      'the revisions of a desired state',
      'GET',
      '/v1/infrastructure/tenants/acme/desired-state/revisions?limit=5',
      () => client.getDesiredStateRevisions('acme', { limit: 5 }),
    ],
  ])('asks for %s', async (_what, method, path, ask) => {
    await expect(ask()).resolves.toEqual({ ok: true });
    expect(seen).toEqual([
      { method, url: `/api/drift${path}`, body: undefined },
    ]);
  });

  it('asks for a scan of everything that matches the filter', async () => {
    await client.requestScanAll({ client: ['acme'], q: 'aks' });
    await client.requestScanAll();
    expect(seen).toEqual([
      {
        method: 'POST',
        url: '/api/drift/scans',
        body: { client: ['acme'], q: 'aks' },
      },
      { method: 'POST', url: '/api/drift/scans', body: {} },
    ]);
  });

  it('asks for a desired state to be captured, or what that would change', async () => {
    await client.captureDesiredState('acme', { dryRun: true });
    await client.captureDesiredState('acme', { expectedRevision: 7 });
    const url =
      '/api/drift/v1/infrastructure/tenants/acme/desired-state:capture';
    expect(seen).toEqual([
      { method: 'POST', url: `${url}?dryRun=true` },
      { method: 'POST', url: `${url}?expectedRevision=7` },
    ]);
  });

  it('throws the error of the backend', async () => {
    answer = {
      status: 404,
      body: {
        error: { name: 'NotFoundError', message: 'No target x was found' },
        request: { method: 'GET', url: '/targets/x' },
        response: { statusCode: 404 },
      },
    };
    await expect(client.getTarget('x')).rejects.toMatchObject({
      name: 'ResponseError',
      statusCode: 404,
      body: { error: { message: 'No target x was found' } },
    });
  });

  it('stops when the caller no longer waits', async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(
      client.getResults({}, { signal: controller.signal }),
    ).rejects.toMatchObject({ name: 'AbortError' });
  });
});
