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
import {
  AuthorizeResult,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import {
  driftTargetReadPermission,
  driftTargetScanPermission,
} from '@infra-hub/backstage-plugin-drift-common';
import { createTestDatabases } from './__testUtils__/createTestDatabases';
import { FakeSource, scaledNodePool } from './__testUtils__/FakeSource';
import {
  DriftBackend,
  startDriftBackend,
} from './__testUtils__/startDriftBackend';
import { createDriftConditionalDecision, driftConditions } from './permissions';

const everything: PolicyDecision = { result: AuthorizeResult.ALLOW };
const nothing: PolicyDecision = { result: AuthorizeResult.DENY };

function ownedBy(...claims: string[]) {
  return driftConditions.isOwner({ claims });
}

/** What each user may read and scan. */
const policies: Record<string, { read: PolicyDecision; scan: PolicyDecision }> =
  {
    'user:default/operator': { read: everything, scan: everything },
    'user:default/viewer': { read: everything, scan: nothing },
    'user:default/outsider': { read: nothing, scan: everything },
    'user:default/team-a': {
      read: createDriftConditionalDecision(
        driftTargetReadPermission,
        ownedBy('Group:default/Team-A'),
      ),
      scan: createDriftConditionalDecision(
        driftTargetScanPermission,
        driftConditions.hasClient({ clients: ['acme'] }),
      ),
    },
    'user:default/auditor': {
      read: createDriftConditionalDecision(driftTargetReadPermission, {
        anyOf: [
          { not: driftConditions.hasRisk({ risks: ['none'] }) },
          {
            allOf: [
              driftConditions.hasSource({ sources: ['fake'] }),
              driftConditions.isTarget({ ids: ['fake:globex/vnet'] }),
            ],
          },
        ],
      }),
      scan: nothing,
    },
    'user:default/nobody': {
      read: createDriftConditionalDecision(
        driftTargetReadPermission,
        ownedBy(),
      ),
      scan: everything,
    },
  };

const permissions: Partial<PermissionsService> = {
  async authorizeConditional(queries, options) {
    const { principal } = options!.credentials as {
      principal: { type?: string; userEntityRef?: string };
    };
    if (principal.type === 'service') {
      return queries.map(() => everything);
    }
    const policy = policies[principal.userEntityRef ?? ''];
    return queries.map(({ permission }) =>
      permission.name === 'drift.target.read' ? policy.read : policy.scan,
    );
  },
};

function entity(name: string, owner: string, targets: string) {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name, annotations: { 'example.com/fake': targets } },
    relations: [{ type: 'ownedBy', targetRef: `group:default/${owner}` }],
    spec: { owner },
  };
}

const databases = createTestDatabases();

describe.each(databases.ids)('permissions on %s', databaseId => {
  let source: FakeSource;
  let backend: DriftBackend;

  const header = (user: string) =>
    mockCredentials.user.header(`user:default/${user}`);
  const get = (user: string, path: string) =>
    backend.api.get(path, header(user));
  const post = (user: string, path: string) =>
    backend.api.post(path, header(user));
  const targetPath = (id: string) => `/targets/${encodeURIComponent(id)}`;

  beforeAll(async () => {
    source = new FakeSource();
    source.world.set('fake:acme/aks', { differences: [scaledNodePool] });
    source.world.set('fake:globex/sql', { differences: [scaledNodePool] });
    backend = await startDriftBackend({
      source,
      permissions,
      knex: await databases.init(databaseId),
      entities: [
        entity('a', 'team-a', 'acme,aks,vnet'),
        entity('b', 'team-b', 'globex,sql,vnet'),
        entity('c', 'team-a', 'initech,vnet'),
      ],
    });
    await backend.findTargets();
    await backend.eventually(async () => {
      const { body } = await get('operator', '/overview');
      return body.health?.ok === 5 && body.activeScans === 0;
    });
  }, 60_000);

  afterAll(async () => {
    await backend.stop();
  }, 60_000);

  it.each([
    [
      'operator',
      [
        'fake:acme/aks',
        'fake:acme/vnet',
        'fake:globex/sql',
        'fake:globex/vnet',
        'fake:initech/vnet',
      ],
    ],
    ['team-a', ['fake:acme/aks', 'fake:acme/vnet', 'fake:initech/vnet']],
    ['auditor', ['fake:acme/aks', 'fake:globex/sql', 'fake:globex/vnet']],
    ['nobody', []],
  ])('shows %s what they may see, and counts no more', async (user, ids) => {
    const results = await get(user, '/results');
    expect(
      results.body.items.map(({ id }: { id: string }) => id).sort(),
    ).toEqual(ids);
    expect(results.body.totalItems).toBe(ids.length);
    const clients = new Set(ids.map(id => id.slice(5).split('/')[0]));
    expect(
      results.body.facets.client
        .map(({ value }: { value: string }) => value)
        .sort(),
    ).toEqual([...clients]);

    const overview = await get(user, '/overview');
    expect(overview.body.totalTargets).toBe(ids.length);
  });

  it('does not tell an invisible target from an unknown one', async () => {
    for (const suffix of ['', '/findings', '/scans']) {
      const invisible = await get(
        'team-a',
        `${targetPath('fake:globex/sql')}${suffix}`,
      );
      const unknown = await get(
        'team-a',
        `${targetPath('fake:globex/not')}${suffix}`,
      );
      expect([invisible.status, unknown.status]).toEqual([404, 404]);
      expect(invisible.body.error.message.replace('sql', 'not')).toBe(
        unknown.body.error.message,
      );
    }
    await post('team-a', `${targetPath('fake:globex/sql')}/scan`).expect(404);
    await get('team-a', targetPath('fake:acme/aks')).expect(200);
  });

  it('refuses everything to who may see nothing', async () => {
    for (const path of [
      '/results',
      '/overview',
      targetPath('fake:acme/aks'),
      `${targetPath('fake:acme/aks')}/findings`,
      `${targetPath('fake:acme/aks')}/scans`,
      '/scan-rounds/any',
    ]) {
      const { status, body } = await get('outsider', path);
      expect({ path, status }).toEqual({ path, status: 403 });
      expect(body.error).toEqual({
        name: 'NotAllowedError',
        message: 'You are not allowed to see drift',
      });
    }
    await post('outsider', `${targetPath('fake:acme/aks')}/scan`).expect(403);
    await post('outsider', '/scans').expect(403);
  });

  it('lets nobody scan what they only see', async () => {
    const before = source.scanned.length;
    const path = `${targetPath('fake:acme/aks')}/scan`;
    const refused = await post('viewer', path);
    expect(refused.status).toBe(403);
    expect(refused.body.error.message).toBe(
      'You are not allowed to scan this target',
    );
    await post('viewer', '/scans').expect(403);
    // Seen by its owner, but of a client that the owner may not scan
    await post('team-a', `${targetPath('fake:initech/vnet')}/scan`).expect(403);
    expect(source.scanned).toHaveLength(before);

    await post('team-a', path).expect(202);
    await backend.eventually(async () => source.scanned.length === before + 1);
  });

  it('scans all of what the caller may both see and scan', async () => {
    await backend.eventually(async () => {
      const { body } = await get('operator', '/overview');
      return body.activeScans === 0;
    });
    const before = source.scanned.length;
    const { body } = await post('team-a', '/scans').expect(202);
    expect(body.total).toBe(2);
    await backend.eventually(async () => {
      const round = await get('team-a', `/scan-rounds/${body.id}`);
      return round.body.finishedAt;
    });
    expect(source.scanned.slice(before).sort()).toEqual([
      'fake:acme/aks',
      'fake:acme/vnet',
    ]);
  });

  it('offers its rules and resources to the permission backend', async () => {
    const service = mockCredentials.service.header();
    const metadata = await backend.api
      .get('/.well-known/backstage/permissions/metadata', service)
      .expect(200);
    expect(
      metadata.body.permissions.map(({ name }: { name: string }) => name),
    ).toEqual([
      'drift.target.read',
      'drift.target.scan',
      'drift.desired-state.update',
      'drift.remediation.request',
      'drift.remediation.approve',
      'drift.finding.acknowledge',
      'drift.report.ingest',
      'drift.delivery.manage',
      'drift.policy.update',
    ]);
    expect(
      metadata.body.rules.map(({ name }: { name: string }) => name).sort(),
    ).toEqual([
      'HAS_CLIENT',
      'HAS_RISK',
      'HAS_SOURCE',
      'IS_OWNER',
      'IS_TARGET',
    ]);

    const applied = await backend.api
      .post('/.well-known/backstage/permissions/apply-conditions', service)
      .send({
        items: ['fake:acme/aks', 'fake:globex/sql', 'fake:no/such'].map(
          (resourceRef, id) => ({
            id: String(id),
            resourceRef,
            resourceType: 'drift-target',
            conditions: ownedBy('group:default/team-a'),
          }),
        ),
      })
      .expect(200);
    expect(
      applied.body.items.map(({ result }: { result: string }) => result),
    ).toEqual(['ALLOW', 'DENY', 'DENY']);
  });
});
