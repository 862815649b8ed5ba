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

import { createValidatedOpenApiRouter } from '@backstage/backend-openapi-utils';
import {
  mockCredentials,
  mockErrorHandler,
  mockServices,
} from '@backstage/backend-test-utils';
import {
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import {
  DriftOverview,
  DriftTarget,
  ResultsPage,
  ScanSummary,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import express from 'express';
import request from 'supertest';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { spec } from '../schema/openapi.generated';
import { DriftService } from '../service/DriftService';
import { PolicyService } from '../policy';
import { AuthorizedRemediations, RemediationAccess } from '../remediation';
import { MutingService } from '../muting';
import { TenantService } from '../tenants';
import { createRouter } from './createRouter';

const at = '2026-11-22T10:00:00.000Z';

const target: DriftTarget = {
  id: 'terraform:acme/aks',
  source: 'terraform',
  client: 'acme',
  name: 'aks',
  entityRefs: ['component:default/aks'],
  owner: 'group:default/team-a',
  status: 'error',
  stale: true,
  risk: 'medium',
  driftedResources: 1,
  totalResources: 41,
  summary: 'Node pool scaled 3 to 5.',
  evidence: 'plan-json',
  tool: { name: 'terraform', version: '1.11.4' },
  lastScanAt: at,
  lastGoodScanAt: at,
  lastGoodStatus: 'drifted',
  driftedSince: at,
  error: 'Credentials expired.',
  warnings: ['Old provider.'],
  blindSpots: [{ scope: 'a.b', reason: 'Not readable.' }],
  activeScan: { id: 's2', state: 'running', since: at },
  schedule: 'PT30M',
  nextScanAt: at,
  codeUrl: 'https://example.com/code',
};

const finding: StoredFinding = {
  id: 'f1',
  targetId: target.id,
  state: 'resolved',
  firstSeenAt: at,
  lastSeenAt: at,
  resolvedAt: at,
  recurrences: 2,
  address: 'module.a.x.y["k"]',
  resourceType: 'x',
  resourceName: 'y',
  moduleAddress: 'module.a',
  deposed: 'abc',
  previousAddress: 'x.old',
  class: 'drift',
  change: 'update',
  severity: 'high',
  reason: 'Changed outside.',
  rule: 'drift-join',
  severityRule: 'node-count',
  fingerprint: 'ab12',
  fields: [
    { path: '/count', recorded: 3, actual: 5, desired: 3 },
    { path: '/tags', actual: null, desired: { a: ['b', true] }, label: 'tags' },
    {
      path: '/password',
      sensitive: true,
      desiredUnknown: true,
      forcesReplacement: true,
    },
  ],
  normalised: [{ path: '/x', normaliser: 'empty', reason: 'Both empty.' }],
  cascadeOf: 'x.z',
  unmanaged: true,
  attribution: { who: 'user:default/a', when: at, how: 'x', evidence: 'audit' },
  suppressedBy: { ruleId: 'r', reason: 'Known.' },
};

const scan: ScanSummary = {
  id: 's1',
  targetId: target.id,
  trigger: 'manual',
  state: 'completed',
  status: 'drifted',
  risk: 'medium',
  driftedResources: 1,
  totalResources: 41,
  queuedAt: at,
  startedAt: at,
  finishedAt: at,
  warnings: [],
  blindSpots: [],
  evidence: 'plan-json',
  tool: { name: 'terraform' },
  requestedBy: 'user:default/a',
};

const results: ResultsPage = {
  items: [target],
  totalItems: 1,
  facets: {
    client: [{ value: 'acme', count: 1 }],
    owner: [],
    status: [],
    risk: [],
    source: [],
  },
};

const overview: DriftOverview = {
  totalTargets: 1,
  driftedTargets: 1,
  byRisk: { low: 0, medium: 1, high: 0, critical: 0 },
  health: { ok: 0, error: 1, stale: 1, never: 0 },
  activeScans: 1,
  lastScanAt: at,
  lastFullRoundAt: at,
  trend: [{ date: '2026-11-22', drifted: 1, errors: 1, total: 1 }],
  sources: [{ source: 'terraform', ok: false, message: 'Not installed.' }],
};

const round = { id: 'r1', total: 2, done: 1, failed: 0, startedAt: at };

/** Makes an answer that the OpenAPI document does not describe a failure. */
function validateAnswers(): express.Router {
  // With a wide type: deriving one per route takes the compiler minutes
  const document: Parameters<typeof createValidatedOpenApiRouter>[0] = spec;
  return createValidatedOpenApiRouter(document, {
    validatorOptions: { validateRequests: false, validateResponses: true },
  });
}

describe('createRouter', () => {
  let service: jest.Mocked<DriftService>;
  const deliveries = { list: jest.fn(), retry: jest.fn() };
  const answerer = { answer: jest.fn() };
  let auditor: ReturnType<typeof mockServices.auditor.mock>;
  let app: express.Express;

  beforeAll(async () => {
    service = {
      listResults: jest.fn(),
      getOverview: jest.fn(),
      getTarget: jest.fn(),
      listFindings: jest.fn(),
      listScans: jest.fn(),
      requestScan: jest.fn(),
      requestScanAll: jest.fn(),
      getScanRound: jest.fn(),
      listEntityStatuses: jest.fn(),
      searchFindings: jest.fn(),
      getAnalysis: jest.fn(),
      explain: jest.fn(),
    };
    auditor = mockServices.auditor.mock();
    app = express()
      .use(validateAnswers())
      .use(
        createRouter({
          service,
          httpAuth: mockServices.httpAuth(),
          auditor,
          logger: mockServices.logger.mock(),
          deliveries,
          answerer,
          remediations: new AuthorizedRemediations({
            remediations: () => undefined,
            access: new RemediationAccess({
              permissions: mockServices.permissions(),
              transformConditions: () => ({ allOf: [] }),
              service,
            }),
            service,
          }),
          policies: new PolicyService({
            policies: () => undefined,
            tenants: () => undefined,
            readStatus: async () => undefined,
            service,
            authorizedService: service,
            permissions: mockServices.permissions(),
            transformConditions: () => ({ allOf: [] }),
          }),
          muting: new MutingService({
            muting: () => undefined,
            service,
            permissions: mockServices.permissions(),
            transformConditions: () => ({ allOf: [] }),
          }),
          tenants: new TenantService({
            tenants: () => undefined,
            service,
            authorizedService: service,
            permissions: mockServices.permissions(),
            transformConditions: () => ({ allOf: [] }),
            logger: mockServices.logger.mock(),
          }),
          badges: {
            service,
            isPublic: false,
            credentials: async () => mockCredentials.user(),
          },
        }),
      )
      .use(mockErrorHandler());
  });

  const auditEvent = { success: jest.fn(), fail: jest.fn() };

  beforeEach(() => {
    jest.resetAllMocks();
    auditor.createEvent.mockResolvedValue(auditEvent);
    service.listResults.mockResolvedValue(results);
    service.getOverview.mockResolvedValue(overview);
    service.getTarget.mockResolvedValue(target);
    service.listFindings.mockResolvedValue({ items: [finding], totalItems: 1 });
    service.listScans.mockResolvedValue({ items: [scan], totalItems: 1 });
    service.requestScan.mockResolvedValue({
      scanId: 's1',
      targetId: target.id,
      joined: true,
    });
    service.requestScanAll.mockResolvedValue(round);
    service.getScanRound.mockResolvedValue({ ...round, finishedAt: at });
    service.listEntityStatuses.mockResolvedValue([
      { entityRef: 'component:default/aks', status: 'drifted', risk: 'medium' },
    ]);
  });

  it('has a generated document that equals the written one', async () => {
    const written = parse(
      await readFile(require.resolve('../schema/openapi.yaml'), 'utf8'),
    );
    expect(spec).toEqual(written);
  });

  const id = encodeURIComponent(target.id);

  it.each<[string, () => unknown]>([
    ['/results', () => results],
    ['/overview', () => overview],
    [`/targets/${id}`, () => target],
    [`/targets/${id}/findings`, () => ({ items: [finding], totalItems: 1 })],
    [`/targets/${id}/scans`, () => ({ items: [scan], totalItems: 1 })],
    ['/scan-rounds/r1', () => ({ ...round, finishedAt: at })],
  ])('answers GET %s', async (path, body) => {
    const response = await request(app).get(path);
    expect(response.body).toEqual(body());
    expect(response.status).toBe(200);
  });

  it('reads every parameter of the results', async () => {
    await request(app)
      .get(
        '/results?client=acme&client=globex&owner=Group:Default/Team-A&status=drifted,error&risk=high&source=terraform&stale=true&entityRef=Component:Aks&q=a%20b&orderBy=lastScan&order=asc&limit=200&offset=40',
      )
      .expect(200);
    expect(service.listResults).toHaveBeenCalledWith({
      credentials: mockCredentials.user(),
      query: {
        client: ['acme', 'globex'],
        owner: ['group:default/team-a'],
        status: ['drifted', 'error'],
        risk: ['high'],
        source: ['terraform'],
        stale: true,
        entityRef: 'component:default/aks',
        q: 'a b',
        orderBy: 'lastScan',
        order: 'asc',
        limit: 200,
        offset: 40,
      },
    });
  });

  it('takes more than twenty values and a client with a comma in its name', async () => {
    const clients = Array.from({ length: 30 }, (_, i) => `c${i}`);
    await request(app)
      .get(`/results?${clients.map(c => `client=${c}`).join('&')}`)
      .expect(200);
    await request(app).get('/results?client=a%26b%2C%20c').expect(200);
    expect(service.listResults.mock.calls.map(([{ query }]) => query)).toEqual([
      { client: clients },
      { client: ['a&b, c', 'a&b', 'c'] },
    ]);
  });

  it('reads the parameters of findings and scans', async () => {
    await request(app)
      .get(`/targets/${id}/findings?scanId=s1&state=resolved&limit=5&offset=6`)
      .expect(200);
    await request(app).get(`/targets/${id}/scans?limit=7&offset=8`).expect(200);
    expect(service.listFindings).toHaveBeenCalledWith(
      expect.objectContaining({
        targetId: target.id,
        scanId: 's1',
        state: 'resolved',
        limit: 5,
        offset: 6,
      }),
    );
    expect(service.listScans).toHaveBeenCalledWith(
      expect.objectContaining({ targetId: target.id, limit: 7, offset: 8 }),
    );
  });

  it('accepts scan requests and leaves an audit trail', async () => {
    const one = await request(app).post(`/targets/${id}/scan`);
    expect(one.body).toEqual({
      scanId: 's1',
      targetId: target.id,
      joined: true,
    });
    expect(one.status).toBe(202);

    const all = await request(app)
      .post('/scans')
      .send({ client: ['acme'], owner: ['Group:default/A'], q: '' });
    expect(all.body).toEqual(round);
    expect(all.status).toBe(202);
    expect(service.requestScanAll).toHaveBeenCalledWith(
      expect.objectContaining({
        query: { client: ['acme'], owner: ['group:default/a'], q: '' },
      }),
    );
    await request(app).post('/scans').expect(202);

    expect(
      auditor.createEvent.mock.calls.map(
        ([{ eventId, severityLevel, meta }]) => ({
          eventId,
          severityLevel,
          meta,
        }),
      ),
    ).toEqual([
      {
        eventId: 'scan-request',
        severityLevel: 'medium',
        meta: { targetId: target.id },
      },
      {
        eventId: 'scan-all-request',
        severityLevel: 'medium',
        meta: {
          filter: { client: ['acme'], owner: ['group:default/a'], q: '' },
        },
      },
      {
        eventId: 'scan-all-request',
        severityLevel: 'medium',
        meta: { filter: {} },
      },
    ]);
    expect(auditEvent.success).toHaveBeenCalledWith({
      meta: { scanId: 's1', joined: true },
    });
  });

  it('leaves an audit trail of a refused scan', async () => {
    service.requestScan.mockRejectedValue(
      new NotAllowedError('You are not allowed to scan this target'),
    );
    await request(app).post(`/targets/${id}/scan`).expect(403);
    expect(auditEvent.fail).toHaveBeenCalledTimes(1);
    expect(auditEvent.success).not.toHaveBeenCalled();
  });

  it('gives statuses of entities to services only', async () => {
    const user = await request(app).get('/entity-statuses');
    expect(user.status).toBe(403);
    const response = await request(app)
      .get('/entity-statuses')
      .set('Authorization', mockCredentials.service.header());
    expect(response.body).toEqual({
      items: [
        {
          entityRef: 'component:default/aks',
          status: 'drifted',
          risk: 'medium',
        },
      ],
    });
    expect(response.status).toBe(200);
  });

  it.each([
    ['/results?limit=0', "Parameter 'limit' must be >= 1"],
    ['/results?limit=201', "Parameter 'limit' must be <= 200"],
    ['/results?limit=ten', "Parameter 'limit' must be integer"],
    ['/results?limit=1&limit=2', "Parameter 'limit' must be integer"],
    ['/results?offset=-1', "Parameter 'offset' must be >= 0"],
    ['/results?offset=1.5', "Parameter 'offset' must be integer"],
    ['/results?offset=9e99', "Parameter 'offset' must be integer"],
    ['/results?limit=1e309', "Parameter 'limit' must be integer"],
    ['/results?limit=0x10', "Parameter 'limit' must be integer"],
    ['/results?limit=', "Parameter 'limit' must be integer"],
    ['/results?offset=3000000000', "Parameter 'offset' must be <= 2147483647"],
    [
      '/results?status=broken',
      "Parameter 'status' must be equal to one of the allowed values: clean, drifted, pending, error, unknown",
    ],
    [
      '/results?risk=low,huge',
      "Parameter 'risk' must be equal to one of the allowed values: none, low, medium, high, critical",
    ],
    [
      '/results?client=',
      "Parameter 'client' must NOT have fewer than 1 characters",
    ],
    [
      `/results?q=${'x'.repeat(256)}`,
      "Parameter 'q' must NOT have more than 255 characters",
    ],
    ['/results?stale=maybe', "Parameter 'stale' must be boolean"],
    [
      '/results?orderBy=id;drop',
      "Parameter 'orderBy' must be equal to one of the allowed values: risk, name, client, owner, status, resources, lastScan",
    ],
    [
      '/results?order=up',
      "Parameter 'order' must be equal to one of the allowed values: asc, desc",
    ],
    [
      '/results?entityRef=aks',
      "Parameter 'entityRef' must be an entity reference such as component:default/name",
    ],
    ['/results?sort=name', "Unknown query parameter 'sort'"],
    ['/results?__proto__=x', "Unknown query parameter '__proto__'"],
    ['/results?constructor=x', "Unknown query parameter 'constructor'"],
    ['/overview?client=acme', "Unknown query parameter 'client'"],
    [
      `/targets/${id}/findings?state=closed`,
      "Parameter 'state' must be equal to one of the allowed values: open, resolved",
    ],
    [
      `/targets/${'x'.repeat(501)}`,
      "Parameter 'targetId' must NOT have more than 500 characters",
    ],
  ])('answers 400 to %s and says why', async (path, message) => {
    const response = await request(app).get(path);
    expect(response.body.error).toEqual({ name: 'InputError', message });
    expect(response.status).toBe(400);
  });

  it.each([
    [{ clients: [] }, "Field 'clients' of the request body is not known"],
    [{ client: 'acme' }, "Field 'client' of the request body must be array"],
    [{ client: [1] }, "Field 'client' of the request body must be string"],
    [
      { risk: ['huge'] },
      "Field 'risk' of the request body must be equal to one of the allowed values: none, low, medium, high, critical",
    ],
    [[], 'The request body must be object'],
  ])('answers 400 to a scan of %j', async (body, message) => {
    const response = await request(app).post('/scans').send(body);
    expect(response.body.error).toEqual({ name: 'InputError', message });
    expect(response.status).toBe(400);
  });

  it('answers 400 to a body that is not JSON', async () => {
    const response = await request(app)
      .post('/scans')
      .set('Content-Type', 'application/json')
      .send('{"client":');
    expect(response.status).toBe(400);
    expect(response.body.error.name).toBe('InputError');
  });

  it.each([
    {
      status: 404,
      error: new NotFoundError("No target 'x' was found"),
    },
    {
      status: 403,
      error: new NotAllowedError('You are not allowed to see drift'),
    },
    {
      status: 503,
      error: new ServiceUnavailableError(
        'The drift database does not answer',
        new Error('connect ECONNREFUSED 10.0.0.1:5432'),
      ),
    },
  ])('answers $status with one sentence', async ({ error, status }) => {
    service.getTarget.mockRejectedValue(error);
    const response = await request(app).get(`/targets/${id}`);
    expect(response.status).toBe(status);
    expect(response.body.error).toEqual({
      name: error.name,
      message: error.message.split(';')[0],
    });
  });

  it('says nothing of an unexpected failure', async () => {
    service.listResults.mockRejectedValue(
      new Error('select "secret" from drift_results - no such column'),
    );
    const response = await request(app).get('/results');
    expect(response.status).toBe(500);
    expect(response.body.error).toEqual({
      name: 'Error',
      message: 'The drift backend failed unexpectedly, its log says why',
    });
  });
});
