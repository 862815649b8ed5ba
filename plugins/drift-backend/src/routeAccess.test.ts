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
import { permissionsServiceFactory } from '@backstage/backend-defaults/permissions';
import {
  coreServices,
  createBackendModule,
  createBackendPlugin,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockServices,
  startTestBackend,
  TestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { driftSourcesExtensionPoint } from '@infra-hub/backstage-plugin-drift-node';
import { json, Router } from 'express';
import {
  exportJWK,
  generateKeyPair,
  GenerateKeyPairResult,
  SignJWT,
} from 'jose';
import request from 'supertest';
import {
  ALL,
  APPROVE,
  DELIVERIES,
  INGEST,
  POLICY,
  READ,
  REMEDIATE,
  ROUTES,
  SCAN,
  SERVICE,
} from './__testUtils__/accessRoutes';
import { FakeSource } from './__testUtils__/FakeSource';
import { createRouter } from './http/createRouter';
import { driftPlugin } from './plugin';

/** What the plugin serves, as it was made. */
const mockRouters: Router[] = [];

jest.mock('./http/createRouter', () => {
  const actual: { createRouter: typeof createRouter } = jest.requireActual(
    './http/createRouter',
  );
  return {
    createRouter: (...options: Parameters<typeof createRouter>) => {
      const router = actual.createRouter(...options);
      mockRouters.push(router);
      return router;
    },
  };
});

jest.setTimeout(60_000);

/** A caller without `may` is nobody as far as this plugin is concerned. */
interface Caller {
  token: () => string | undefined;
  may?: string[];
  refusal?: 401 | 403;
}

type Layers = Router['stack'];

function routesOf(layers: Layers): string[] {
  const routes = layers.flatMap(({ route, handle }) => {
    if (route) {
      const methods = new Set(route.stack.map(({ method }) => method));
      return [...methods].flatMap(method =>
        [route.path].flat().map(path => `${method} ${path}`),
      );
    }
    const { stack = [] } = handle as { stack?: Layers };
    return routesOf(stack);
  });
  return [...new Set(routes)];
}

const TOKENS = {
  unrestricted: 'external-token-unrestricted',
  reader: 'external-token-reader',
  readActions: 'external-token-read-actions',
  scanner: 'external-token-scanner',
  operator: 'external-token-operator',
  pipeline: 'external-token-pipeline',
  deliverer: 'external-token-deliverer',
  policyWriter: 'external-token-policy-writer',
  remediator: 'external-token-remediator',
  approver: 'external-token-approver',
  otherPlugin: 'external-token-other-plugin',
};

/** Stands for the auth backend: says which keys sign the tokens of users. */
function authKeys(keys: GenerateKeyPairResult) {
  return createBackendPlugin({
    pluginId: 'auth',
    register(registration) {
      registration.registerInit({
        deps: { httpRouter: coreServices.httpRouter },
        async init({ httpRouter }) {
          const jwk = {
            ...(await exportJWK(keys.publicKey)),
            kid: 'test',
            alg: 'ES256',
          };
          const router = Router().use(json());
          router.get('/.well-known/jwks.json', (_request, response) => {
            response.json({ keys: [jwk] });
          });
          httpRouter.use(router);
          httpRouter.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
        },
      });
    },
  });
}

describe('access to the routes', () => {
  let backend: TestBackend;
  const plugin = { drift: '', catalog: '' };
  const user = { valid: '', expired: '', forged: '' };

  async function userToken(
    keys: GenerateKeyPairResult,
    expiresAt: number,
  ): Promise<string> {
    return new SignJWT({ ent: ['user:default/someone'] })
      .setProtectedHeader({
        typ: 'vnd.backstage.user',
        alg: 'ES256',
        kid: 'test',
      })
      .setSubject('user:default/someone')
      .setAudience('backstage')
      .setIssuedAt(expiresAt - 3600)
      .setExpirationTime(expiresAt)
      .sign(keys.privateKey);
  }

  beforeAll(async () => {
    const keys = await generateKeyPair('ES256');
    const now = Math.floor(Date.now() / 1000);
    user.valid = await userToken(keys, now + 1800);
    user.expired = await userToken(keys, now - 1800);
    user.forged = await userToken(await generateKeyPair('ES256'), now + 1800);

    const source = new FakeSource();
    const scheduler = mockServices.scheduler();
    source.configured.push({ name: 'aks', client: 'acme', location: {} });
    const restricted = (token: string, restriction?: object) => ({
      type: 'static',
      options: { token, subject: token },
      ...(restriction ? { accessRestrictions: [restriction] } : {}),
    });
    backend = await startTestBackend({
      features: [
        driftPlugin,
        authKeys(keys),
        createBackendModule({
          pluginId: 'drift',
          moduleId: 'fake-source',
          register(registration) {
            registration.registerInit({
              deps: { sources: driftSourcesExtensionPoint },
              async init({ sources }) {
                sources.addSource(source);
              },
            });
          },
        }),
        createBackendPlugin({
          pluginId: 'other',
          register(registration) {
            registration.registerInit({
              deps: {
                auth: coreServices.auth,
                // Serves the keys of this plugin
                httpRouter: coreServices.httpRouter,
              },
              async init({ auth }) {
                const onBehalfOf = await auth.getOwnServiceCredentials();
                for (const targetPluginId of ['drift', 'catalog'] as const) {
                  const { token } = await auth.getPluginRequestToken({
                    onBehalfOf,
                    targetPluginId,
                  });
                  plugin[targetPluginId] = token;
                }
              },
            });
          },
        }),
        authServiceFactory,
        httpAuthServiceFactory,
        permissionsServiceFactory,
        catalogServiceMock.factory({ entities: [] }),
        createServiceFactory({
          service: coreServices.scheduler,
          deps: {},
          factory: () => scheduler,
        }),
        mockServices.rootConfig.factory({
          data: {
            backend: {
              auth: {
                externalAccess: [
                  restricted(TOKENS.unrestricted),
                  restricted(TOKENS.reader, {
                    plugin: 'drift',
                    permission: [READ],
                  }),
                  restricted(TOKENS.readActions, {
                    plugin: 'drift',
                    permissionAttribute: { action: ['read'] },
                  }),
                  restricted(TOKENS.scanner, {
                    plugin: 'drift',
                    permission: [SCAN],
                  }),
                  restricted(TOKENS.operator, {
                    plugin: 'drift',
                    permission: [READ, SCAN],
                  }),
                  restricted(TOKENS.pipeline, {
                    plugin: 'drift',
                    permission: [INGEST],
                  }),
                  restricted(TOKENS.deliverer, {
                    plugin: 'drift',
                    permission: [DELIVERIES],
                  }),
                  restricted(TOKENS.remediator, {
                    plugin: 'drift',
                    permission: [READ, REMEDIATE],
                  }),
                  restricted(TOKENS.approver, {
                    plugin: 'drift',
                    permission: [READ, APPROVE],
                  }),
                  restricted(TOKENS.policyWriter, {
                    plugin: 'drift',
                    permission: [POLICY],
                  }),
                  restricted(TOKENS.otherPlugin, { plugin: 'catalog' }),
                ],
              },
            },
          },
        }),
      ],
    });
    await onceRegistered(() => scheduler.triggerTask('drift-refresh-targets'));
  });

  afterAll(async () => {
    await backend.stop();
  });

  it('is decided for every route that is served', () => {
    expect(routesOf(mockRouters.flatMap(({ stack }) => stack)).sort()).toEqual(
      [...Object.keys(ROUTES), 'get /openapi.json'].sort(),
    );
  });

  it.each<[string, Caller]>([
    ['nobody', { token: () => undefined, refusal: 401 }],
    ['a token that is none', { token: () => 'garbage', refusal: 401 }],
    ['an expired user token', { token: () => user.expired, refusal: 401 }],
    ['a forged user token', { token: () => user.forged, refusal: 401 }],
    [
      'a token of a plugin for another plugin',
      { token: () => plugin.catalog, refusal: 401 },
    ],
    [
      'an external token for another plugin',
      { token: () => TOKENS.otherPlugin, refusal: 403 },
    ],
    ['a user', { token: () => user.valid, may: ALL }],
    ['another plugin', { token: () => plugin.drift, may: [...ALL, SERVICE] }],
    [
      'an external token without restrictions',
      { token: () => TOKENS.unrestricted, may: [...ALL, SERVICE] },
    ],
    [
      'an external token that may read',
      { token: () => TOKENS.reader, may: [READ, SERVICE] },
    ],
    [
      'an external token for all that only reads',
      { token: () => TOKENS.readActions, may: [READ, SERVICE] },
    ],
    [
      'an external token that may scan what it cannot see',
      { token: () => TOKENS.scanner, may: [SCAN, SERVICE] },
    ],
    [
      'an external token that may read and scan',
      { token: () => TOKENS.operator, may: [READ, SCAN, SERVICE] },
    ],
    [
      'an external token of a pipeline',
      { token: () => TOKENS.pipeline, may: [INGEST, SERVICE] },
    ],
    [
      'an external token for deliveries',
      { token: () => TOKENS.deliverer, may: [DELIVERIES, SERVICE] },
    ],
    [
      'an external token that may ask for remediations',
      { token: () => TOKENS.remediator, may: [READ, REMEDIATE, SERVICE] },
    ],
    [
      'an external token that may approve remediations',
      { token: () => TOKENS.approver, may: [READ, APPROVE, SERVICE] },
    ],
    [
      'an external token that may write policies',
      { token: () => TOKENS.policyWriter, may: [POLICY, SERVICE] },
    ],
  ])('is right for %s', async (_who, { token, may, refusal }) => {
    const answers: Record<string, string> = {};
    const expected: Record<string, string> = {};
    for (const [route, { needs, path, body }] of Object.entries(ROUTES)) {
      const [method] = route.split(' ') as ['get' | 'post' | 'put' | 'delete'];
      const asked = request(backend.server)[method](`/api/drift${path}`);
      const bearer = token();
      if (bearer) {
        asked.set('Authorization', `Bearer ${bearer}`);
      }
      const { status, text } = await (body ? asked.send(body) : asked);
      if (status === 401 || status === 403) {
        answers[route] = `refused with ${status}`;
      } else {
        answers[route] = status >= 500 ? `${status} ${text}` : 'served';
      }
      expected[route] =
        may && needs.every(need => may.includes(need))
          ? 'served'
          : `refused with ${refusal ?? 403}`;
    }
    expect(answers).toEqual(expected);
  });
});

/** Tasks are registered some time after the start. */
async function onceRegistered(work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!String(error).includes('NotFoundError')) {
        throw error;
      }
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
