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

import { authServiceFactory } from '@backstage/backend-defaults/auth';
import { httpAuthServiceFactory } from '@backstage/backend-defaults/httpAuth';
import { httpRouterServiceFactory } from '@backstage/backend-defaults/httpRouter';
import { permissionsServiceFactory } from '@backstage/backend-defaults/permissions';
import {
  mockServices,
  startTestBackend,
  TestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { metricsServiceMock } from '@backstage/backend-test-utils/alpha';
import { exportJWK, generateKeyPair, KeyLike, SignJWT } from 'jose';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { driftPlugin } from '../plugin';
import { poolPlan } from './__testUtils__/plans';

const ISSUER = 'https://ci.example.com';
/** Not `backstage`, by which Backstage knows tokens of its own users. */
const AUDIENCE = 'https://backstage.example.com/drift';
const ACME = 'token-of-the-pipelines-of-acme';
const GLOBEX = 'token-of-the-pipelines-of-globex';
const READER = 'token-of-somebody-who-may-only-read';
const UNLISTED = 'token-of-somebody-without-an-entry';

const restricted = (permission: string) => [
  { plugin: 'drift', permission: [permission] },
];

jest.setTimeout(60_000);

describe('tokens of pipelines', () => {
  let keys: Server;
  let backend: TestBackend;
  let privateKey: KeyLike;
  let otherKey: KeyLike;

  beforeAll(async () => {
    const pair = await generateKeyPair('RS256');
    privateKey = pair.privateKey;
    otherKey = (await generateKeyPair('RS256')).privateKey;
    const jwk = {
      ...(await exportJWK(pair.publicKey)),
      kid: 'key-1',
      alg: 'RS256',
    };
    keys = createServer((_request, response) => {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ keys: [jwk] }));
    });
    await new Promise<void>(resolve => keys.listen(0, '127.0.0.1', resolve));
    const { port } = keys.address() as AddressInfo;

    backend = await startTestBackend({
      features: [
        driftPlugin,
        authServiceFactory,
        httpAuthServiceFactory,
        httpRouterServiceFactory,
        permissionsServiceFactory,
        catalogServiceMock.factory({ entities: [] }),
        metricsServiceMock.mock().factory,
        mockServices.rootConfig.factory({
          data: {
            permission: { enabled: true },
            backend: {
              baseUrl: 'http://localhost',
              auth: {
                externalAccess: [
                  {
                    type: 'static',
                    options: { token: ACME, subject: 'external:ci-acme' },
                    accessRestrictions: restricted('drift.report.ingest'),
                  },
                  {
                    type: 'static',
                    options: { token: GLOBEX, subject: 'external:ci-globex' },
                    accessRestrictions: restricted('drift.report.ingest'),
                  },
                  {
                    type: 'static',
                    options: { token: READER, subject: 'external:reader' },
                    accessRestrictions: restricted('drift.target.read'),
                  },
                  {
                    type: 'static',
                    options: { token: UNLISTED, subject: 'external:unlisted' },
                    accessRestrictions: restricted('drift.report.ingest'),
                  },
                  {
                    type: 'jwks',
                    options: {
                      url: `http://127.0.0.1:${port}/jwks`,
                      issuer: ISSUER,
                      audience: AUDIENCE,
                      algorithm: 'RS256',
                      subjectPrefix: 'oidc',
                    },
                    accessRestrictions: restricted('drift.report.ingest'),
                  },
                ],
              },
            },
            drift: {
              ingest: {
                requireTokenEntry: true,
                tokens: [
                  { subject: 'external:ci-acme', clients: ['acme'] },
                  {
                    subject: 'external:ci-globex',
                    clients: ['globex'],
                    modules: ['net-*'],
                  },
                  {
                    subject: 'external:oidc:repo:example/*',
                    clients: ['-'],
                  },
                  { subject: 'external:reader' },
                ],
              },
            },
          },
        }),
      ],
    });
  });

  afterAll(async () => {
    await backend.stop();
    await new Promise(resolve => keys.close(resolve));
  });

  async function push(query: string, token: string | undefined) {
    const response = await fetch(
      `http://localhost:${backend.server.port()}/api/drift/ingest/plan?${query}`,
      {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        },
        body: poolPlan(),
      },
    );
    const body = await response.json();
    return { status: response.status, message: body.error?.message, body };
  }

  async function analyze(module: string, client: string, token: string) {
    const { status } = await fetch(
      `http://localhost:${backend.server.port()}/api/drift/analyze`,
      {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          Authorization: `Bearer ${token}`,
        },
        body: JSON.stringify({ module, client, plan: JSON.parse(poolPlan()) }),
      },
    );
    return status;
  }

  function sign(
    claims: { subject: string; audience?: string },
    key: KeyLike = privateKey,
  ): Promise<string> {
    return new SignJWT({})
      .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
      .setIssuer(ISSUER)
      .setAudience(claims.audience ?? AUDIENCE)
      .setSubject(claims.subject)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(key);
  }

  it('push what is theirs', async () => {
    expect(await push('module=net-1&client=acme', ACME)).toMatchObject({
      status: 202,
      body: { targetId: 'terraform:acme/net-1' },
    });
    expect(await push('module=net-1&client=globex', GLOBEX)).toMatchObject({
      status: 202,
    });
    expect(await analyze('aks', 'acme', ACME)).toBe(200);
  });

  it('cannot push what is of another team', async () => {
    expect(await push('module=net-1&client=globex', ACME)).toMatchObject({
      status: 403,
      message:
        "This token is not allowed to push plans of module 'net-1' of client 'globex'",
    });
    expect(await push('module=net-1', ACME)).toMatchObject({
      status: 403,
      message:
        "This token is not allowed to push plans of module 'net-1' without a client",
    });
    expect(await push('module=aks&client=globex', GLOBEX)).toMatchObject({
      status: 403,
    });
    expect(await analyze('net-1', 'globex', ACME)).toBe(403);
    const response = await fetch(
      `http://localhost:${backend.server.port()}/api/drift/targets/${encodeURIComponent(
        'terraform:-/net-1',
      )}`,
      { headers: { Authorization: `Bearer ${READER}` } },
    );
    expect(response.status).toBe(404);
  });

  it('are asked for', async () => {
    expect(await push('module=x&client=acme', undefined)).toMatchObject({
      status: 401,
    });
    expect(await push('module=x&client=acme', 'guessed-token')).toMatchObject({
      status: 401,
    });
  });

  it('need the permission, and an entry where entries are required', async () => {
    expect(await push('module=x&client=acme', READER)).toMatchObject({
      status: 403,
      message: 'You are not allowed to push plans',
    });
    expect(await push('module=x&client=acme', UNLISTED)).toMatchObject({
      status: 403,
      message: expect.stringContaining('This token is not allowed'),
    });
  });

  it('read nothing', async () => {
    const response = await fetch(
      `http://localhost:${backend.server.port()}/api/drift/results`,
      { headers: { Authorization: `Bearer ${ACME}` } },
    );
    expect(response.status).toBe(403);
  });

  it('may come from the identity provider of a pipeline', async () => {
    const subject = 'repo:example/infra:ref:refs/heads/main';
    expect(await push('module=oidc', await sign({ subject }))).toMatchObject({
      status: 202,
    });
    expect(
      await push('module=oidc&client=acme', await sign({ subject })),
    ).toMatchObject({ status: 403 });
    expect(
      await push(
        'module=oidc',
        await sign({ subject: 'repo:elsewhere/infra:ref:refs/heads/main' }),
      ),
    ).toMatchObject({ status: 403 });
    expect(
      await push('module=oidc', await sign({ subject }, otherKey)),
    ).toMatchObject({ status: 401 });
    expect(
      await push(
        'module=oidc',
        await sign({ subject, audience: 'somebody-else' }),
      ),
    ).toMatchObject({ status: 401 });
  });
});
