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
import { Entity } from '@backstage/catalog-model';
import {
  AuthorizeResult,
  isResourcePermission,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import { createConditionFactory } from '@backstage/plugin-permission-node';
import {
  AcknowledgementsPage,
  Remediation,
} from '@infra-hub/backstage-plugin-drift-common';
import request from 'supertest';
import {
  ACKNOWLEDGE,
  ALL,
  APPROVE,
  DESIRED,
  READ,
  REMEDIATE,
  ROUTES,
  SCAN,
  SERVICE,
} from './__testUtils__/accessRoutes';
import { FakeRemediator } from './__testUtils__/FakeRemediator';
import { FakeSource, scaledNodePool } from './__testUtils__/FakeSource';
import {
  DriftBackend,
  startDriftBackend,
} from './__testUtils__/startDriftBackend';
import { driftTargetRules } from './permissions/rules';

jest.setTimeout(120_000);

const AKS = 'fake:acme/aks';

interface Persona {
  header: () => string;
  /** Permissions; `SERVICE` for callers that are no people. */
  may: readonly string[];
  /** Only targets of this owner. */
  owner?: string;
  /** Asked for the remediation that all routes are tried with. */
  isRequester?: true;
  refusal?: 401;
}

const OWNER = [READ, SCAN, REMEDIATE, APPROVE, ACKNOWLEDGE, DESIRED];

function person(
  name: string,
  facts: Omit<Persona, 'header'>,
): [string, Persona] {
  return [
    name,
    {
      ...facts,
      header: () => mockCredentials.user.header(`user:default/${name}`),
    },
  ];
}

const PERSONAS = new Map<string, Persona>([
  [
    'anonymous',
    { header: () => mockCredentials.none.header(), may: [], refusal: 401 },
  ],
  [
    'expired-token',
    {
      header: () => mockCredentials.user.invalidHeader(),
      may: [],
      refusal: 401,
    },
  ],
  person('user', { may: [] }),
  person('viewer', { may: [READ] }),
  person('owner', { may: OWNER, owner: 'group:default/team-a' }),
  person('owner-of-another-team', {
    may: OWNER,
    owner: 'group:default/team-b',
  }),
  person('operator', {
    may: [READ, SCAN, REMEDIATE, ACKNOWLEDGE],
    isRequester: true,
  }),
  person('approver', { may: [READ, APPROVE] }),
  [
    'service',
    {
      header: () => mockCredentials.service.header(),
      may: [...ALL, SERVICE],
    },
  ],
]);

const isOwner = createConditionFactory(driftTargetRules.isOwner);

/** The policy of an imagined company. */
const permissions: Partial<PermissionsService> = {
  async authorizeConditional(queries, options) {
    return queries.map(({ permission }): PolicyDecision => {
      const persona = personaOf(options?.credentials);
      if (!persona?.may.includes(permission.name)) {
        return { result: AuthorizeResult.DENY };
      }
      return persona.owner && isResourcePermission(permission)
        ? {
            result: AuthorizeResult.CONDITIONAL,
            pluginId: 'drift',
            resourceType: permission.resourceType,
            conditions: isOwner({ claims: [persona.owner] }),
          }
        : { result: AuthorizeResult.ALLOW };
    });
  },
  async authorize(queries, options) {
    return queries.map(({ permission }) => ({
      result: personaOf(options?.credentials)?.may.includes(permission.name)
        ? AuthorizeResult.ALLOW
        : AuthorizeResult.DENY,
    }));
  },
};

function personaOf(credentials: unknown): Persona | undefined {
  const { principal } = credentials as {
    principal: { type: string; userEntityRef?: string };
  };
  return principal.type === 'service'
    ? PERSONAS.get('service')
    : PERSONAS.get(principal.userEntityRef?.split('/')[1] ?? '');
}

function entity(name: string, owner: string, targets: string): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name, annotations: { 'example.com/fake': targets } },
    relations: [{ type: 'ownedBy', targetRef: `group:default/${owner}` }],
    spec: { owner },
  };
}

/** Nothing can be cancelled that was rejected. */
const CANCEL_FIRST = Object.entries(ROUTES).sort(
  ([a], [b]) => Number(b.endsWith('/cancel')) - Number(a.endsWith('/cancel')),
);

/** Routes of a tenant, of which this backend has none. */
const isOfTenant = (route: string) => route.includes('/tenants/:tenantId');
/** Routes of one target that belongs to team-a. */
const isOfTarget = (route: string) =>
  /:targetId|:remediationId/.test(route) || route === 'post /remediations';
/** Routes of something that this backend has none of. */
const isOfNothing = (route: string) =>
  [
    'get /scan-rounds/:roundId',
    'delete /targets/:targetId/acknowledgements/:acknowledgementId',
    'get /targets/:targetId/findings/:findingId/ignore-rule',
    'put /ignore-rules/:ruleId',
    'delete /ignore-rules/:ruleId',
    'post /deliveries/:deliveryId/retry',
    'get /entities/:kind/:namespace/:name/badge.svg',
  ].includes(route);
/** Only for who asked for the remediation. */
const isOfRequester = (route: string) => /\/(confirm|cancel)$/.test(route);

function expectedOf(route: string, persona: Persona): string {
  const { needs } = ROUTES[route];
  if (persona.refusal) {
    return 'unauthenticated';
  }
  if (!needs.every(need => persona.may.includes(need))) {
    return 'forbidden';
  }
  if (persona.owner === 'group:default/team-b' && isOfTarget(route)) {
    return 'not found';
  }
  if (isOfTenant(route) || isOfNothing(route)) {
    return 'not found';
  }
  return isOfRequester(route) && !persona.isRequester ? 'forbidden' : 'served';
}

function outcomeOf(status: number, text: string): string {
  switch (status) {
    case 401:
      return 'unauthenticated';
    case 403:
      return 'forbidden';
    case 404:
      return 'not found';
    // It may be done, only not now.
    case 409:
      return 'served';
    default:
      return status < 400 ? 'served' : `${status} ${text}`;
  }
}

describe('what each kind of caller may do', () => {
  let backend: DriftBackend;

  beforeAll(async () => {
    const source = new FakeSource();
    source.world.set(AKS, { differences: [scaledNodePool] });
    backend = await startDriftBackend({
      source,
      remediators: [new FakeRemediator()],
      permissions,
      entities: [
        entity('a', 'team-a', 'acme,aks'),
        entity('b', 'team-b', 'globex,sql'),
      ],
      config: { drift: { remediation: { enabled: true } } },
    });
    await backend.findTargets();
    await backend.eventually(async () => {
      const { body } = await backend.api.get(
        `/targets/${encodeURIComponent(AKS)}`,
        mockCredentials.service.header(),
      );
      return body.status === 'drifted' && !body.activeScan;
    });
  });

  afterAll(() => backend.stop());

  /** One that the operator asked for and that nobody confirmed; earlier ones are undone. */
  async function remediation(): Promise<string> {
    const operator = PERSONAS.get('operator')!.header();
    const { body } = await backend.api.get(
      '/remediations?open=true',
      mockCredentials.service.header(),
    );
    const open: Remediation[] = body.items;
    const accepted: AcknowledgementsPage = (
      await backend.api.get(
        '/acknowledgements?state=active',
        mockCredentials.service.header(),
      )
    ).body;
    for (const acknowledgement of accepted.items) {
      await request(backend.server)
        .delete(
          `/api/drift/targets/${encodeURIComponent(AKS)}/acknowledgements/${
            acknowledgement.id
          }`,
        )
        .set('Authorization', mockCredentials.service.header());
    }
    for (const { id, requestedBy } of open) {
      const [, name] = requestedBy.split('/');
      await backend.api.post(
        `/remediations/${id}/cancel`,
        PERSONAS.get(name)?.header() ?? mockCredentials.service.header(),
      );
    }
    const { body: asked, status } = await request(backend.server)
      .post('/api/drift/remediations')
      .set('Authorization', operator)
      .send({ targetId: AKS, action: 'revert' });
    expect([status, asked.error]).toEqual([202, undefined]);
    return backend.eventually(async () => {
      const { body: now } = await backend.api.get(
        `/remediations/${asked.id}`,
        operator,
      );
      return now.state === 'previewed' && asked.id;
    });
  }

  it.each([...PERSONAS])('is right for: %s', async (_name, persona) => {
    const id = await remediation();
    const answers: Record<string, string> = {};
    const expected: Record<string, string> = {};
    for (const [route, { path, body }] of CANCEL_FIRST) {
      const [method] = route.split(' ') as ['get' | 'post' | 'put' | 'delete'];
      const asked = request(backend.server)
        [method](
          `/api/drift${path.replace(
            '/remediations/none',
            `/remediations/${id}`,
          )}`,
        )
        .set('Authorization', persona.header());
      const { status, text } = await (body ? asked.send(body) : asked);
      answers[route] = outcomeOf(status, text);
      expected[route] = expectedOf(route, persona);
    }
    expect(answers).toEqual(expected);
  });

  it('shows the owner of another team nothing of this one', async () => {
    await remediation();
    const other = PERSONAS.get('owner-of-another-team')!.header();
    for (const path of [
      '/results',
      '/remediations',
      '/acknowledgements',
      '/overview',
      '/context',
      '/ignore-rules',
    ]) {
      const { status, text } = await backend.api.get(path, other);
      expect(status).toBe(200);
      expect(text).not.toContain('aks');
    }
  });

  it('refuses to confirm, approve and apply what somebody may not see or do', async () => {
    const id = await remediation();
    const { body } = await backend.api.get(
      `/remediations/${id}`,
      PERSONAS.get('operator')!.header(),
    );
    const succeeded: string[] = [];
    for (const [name, { header, isRequester }] of PERSONAS) {
      for (const step of isRequester ? [] : ['confirm', 'approve']) {
        const { status } = await request(backend.server)
          .post(`/api/drift/remediations/${id}/${step}`)
          .set('Authorization', header())
          .send({ previewHash: body.preview.hash });
        if (status < 400) {
          succeeded.push(`${name}: ${step}`);
        }
      }
    }
    expect(succeeded).toEqual([]);
    const { body: after } = await backend.api.get(
      `/remediations/${id}`,
      PERSONAS.get('operator')!.header(),
    );
    expect(after.state).toBe('previewed');
  });
});
