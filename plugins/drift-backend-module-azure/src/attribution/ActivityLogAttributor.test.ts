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
import { JsonObject } from '@backstage/types';
import { AttributionQuery } from '@infra-hub/backstage-plugin-drift-node';
import { ArmServer, error, SUBSCRIPTION } from '../__testUtils__/ArmServer';
import { configOf } from '../__testUtils__/bench';
import { IDS } from '../__testUtils__/documents';
import { AzureProvider } from '../AzureProvider';
import { ActivityLogAttributor } from './ActivityLogAttributor';

const NOW = new Date('2026-11-20T12:00:00Z');

function entry(more: JsonObject = {}): JsonObject {
  return {
    eventTimestamp: '2026-11-20T09:00:00.1234567Z',
    caller: 'ann@acme.example',
    claims: { name: 'Ann', appid: 'c44b4083-3bb0-49c1-b47d-974e53cbdf3c' },
    operationName: { value: 'Microsoft.Storage/storageAccounts/write' },
    status: { value: 'Succeeded' },
    resourceId: IDS.storage,
    ...more,
  };
}

describe('ActivityLogAttributor', () => {
  let server: ArmServer;

  beforeEach(async () => {
    server = await ArmServer.start();
  });

  afterEach(async () => {
    await server.stop();
  });

  function create(account: JsonObject = {}) {
    return ActivityLogAttributor.fromConfig({
      provider: AzureProvider.create({ retryDelayMs: 1 }),
      config: configOf({
        endpoint: server.endpoint,
        tenants: ['acme'],
        attribution: true,
        requestsPerSecond: 1000,
        credentials: { tenantId: 'acme.example' },
        ...account,
      }),
      now: () => NOW,
    });
  }

  function query(more: Partial<AttributionQuery> = {}): AttributionQuery {
    return {
      target: {
        id: 'azure:-/acme',
        source: 'azure',
        name: 'acme',
        location: { accounts: ['prod'] },
        entityRefs: [],
      },
      resourceType: 'storage',
      address: `Microsoft.Storage/storageAccounts/${IDS.storage}`,
      resourceIds: [IDS.storage],
      fields: ['publicAccess'],
      after: new Date('2026-11-20T08:00:00Z'),
      before: new Date('2026-11-20T10:00:00Z'),
      ...more,
    };
  }

  function attribute(
    more: Partial<AttributionQuery> = {},
    account?: JsonObject,
  ) {
    return create(account).attribute(query(more), {
      signal: new AbortController().signal,
      logger: mockServices.logger.mock(),
    });
  }

  it('tells who changed it, when, how, and where that is written', async () => {
    server.log = [entry()];

    expect(await attribute()).toEqual({
      state: 'found',
      attribution: {
        who: 'ann@acme.example',
        when: '2026-11-20T09:00:00.123Z',
        how: 'Microsoft.Storage/storageAccounts/write (Azure portal)',
        evidence: 'Azure Activity Log',
        confidence: 'medium',
        url: `https://portal.azure.com/#@acme.example/resource${IDS.storage}/eventlogs`,
      },
    });
    const [{ path, query: asked }] = server.requests;
    expect(path).toBe(
      `/subscriptions/${SUBSCRIPTION}/providers/microsoft.insights/eventtypes/management/values`,
    );
    expect(asked.get('api-version')).toBe('2015-04-01');
    expect(asked.get('$filter')).toBe(
      `eventTimestamp ge '2026-11-20T07:58:00.000Z' and eventTimestamp le '2026-11-20T10:02:00.000Z' and resourceUri eq '${IDS.storage}'`,
    );
  });

  it('asks for entries as a whole, since the documentation has no $select with the caller', async () => {
    server.log = [entry()];

    await attribute();

    expect([...server.requests[0].query.keys()]).toEqual([
      'api-version',
      '$filter',
    ]);
  });

  it('accuses nobody who changed the server when only its firewall rules differ', async () => {
    server.log = [
      entry({
        operationName: { value: 'Microsoft.Sql/servers/write' },
        resourceId: IDS.sqlServer,
      }),
    ];
    const about = { resourceIds: [IDS.sqlServer], resourceType: 'database' };
    const rules = '/providerProperties/firewallRules';

    expect(await attribute({ ...about, fields: [rules] })).toEqual({
      state: 'not-found',
    });
    expect(server.requests).toEqual([]);
    expect(
      await attribute({ ...about, fields: [rules, 'publicAccess'] }),
    ).toMatchObject({ state: 'found' });
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    [
      'a person without mail',
      { caller: 'aaaa-bbbb', claims: { name: 'Ann' } },
      'Ann',
    ],
    [
      'a person by the sign-in name',
      {
        caller: 'x',
        claims: {
          name: 'Ann',
          'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn':
            'ann@b.example',
        },
      },
      'ann@b.example',
    ],
    [
      'an application',
      { caller: 'aaaa-bbbb', claims: { appid: 'cccc-dddd' } },
      'application cccc-dddd',
    ],
    [
      'an identity without claims',
      { caller: 'aaaa-bbbb', claims: null },
      'aaaa-bbbb',
    ],
    ['nobody', { caller: null, claims: null }, 'Azure itself'],
  ])('names %s', async (_, more, who) => {
    server.log = [entry(more as JsonObject)];

    expect(await attribute()).toMatchObject({ attribution: { who } });
  });

  it.each([
    ['failed', { status: { value: 'Failed' } }],
    ['only began', { status: { value: 'Started' } }],
    [
      'only reads',
      {
        operationName: {
          value: 'Microsoft.Storage/storageAccounts/listKeys/action',
        },
      },
    ],
    [
      'is of a policy',
      {
        operationName: {
          value: 'Microsoft.Authorization/policies/audit/action',
        },
      },
    ],
    ['is about another resource', { resourceId: `${IDS.storage}2` }],
    ['is too old', { eventTimestamp: '2026-11-20T07:00:00Z' }],
    ['came later', { eventTimestamp: '2026-11-20T11:00:00Z' }],
    ['has no time', { eventTimestamp: 'once' }],
    ['is nothing', { eventTimestamp: null }],
  ])('does not find what %s', async (_, more) => {
    server.script(
      'GET',
      `/subscriptions/${SUBSCRIPTION}/providers/microsoft.insights/eventtypes/management/values`,
      { status: 200, body: { value: [entry(more as JsonObject)] } },
    );

    expect(await attribute()).toEqual({ state: 'not-found' });
  });

  it('is sure when the request names what differs', async () => {
    server.log = [
      entry({
        eventTimestamp: '2026-11-20T09:30:00Z',
        caller: 'bob@acme.example',
        properties: { requestbody: '{"tags":{"a":"b"}}' },
      }),
      entry({
        properties: {
          requestbody: '{"properties":{"allowBlobPublicAccess":true}}',
        },
      }),
    ];

    expect(await attribute()).toMatchObject({
      attribution: { who: 'ann@acme.example', confidence: 'high' },
    });
  });

  it('knows what was sent from where the request began', async () => {
    server.log = [
      entry({ correlationId: 'a' }),
      entry({
        correlationId: 'b',
        caller: 'bob@acme.example',
        eventTimestamp: '2026-11-20T09:30:00Z',
      }),
      entry({
        correlationId: 'a',
        status: { value: 'Started' },
        properties: {
          requestbody: '{"properties":{"allowBlobPublicAccess":true}}',
        },
      }),
      entry({
        correlationId: 'b',
        status: { value: 'Started' },
        properties: { requestbody: '{"tags":{}}' },
      }),
    ];

    expect(await attribute()).toMatchObject({
      attribution: { who: 'ann@acme.example', confidence: 'high' },
    });
  });

  it('is sure in the words of Terraform, too', async () => {
    server.log = [
      entry({
        properties: {
          requestbody: '{"properties":{"minimumTlsVersion":"TLS1_0"}}',
        },
      }),
    ];

    expect(await attribute({ fields: ['minimum_tls_version'] })).toMatchObject({
      attribution: { confidence: 'high' },
    });
  });

  it('is not sure by a word that every request has', async () => {
    server.log = [
      entry({ properties: { requestbody: '{"rules":[{"name":"a"}]}' } }),
    ];
    expect(await attribute({ fields: ['tier'] })).toMatchObject({
      attribution: { confidence: 'low' },
    });

    server.log = [
      entry({ properties: { requestbody: '{"sku":{"name":"Standard_GRS"}}' } }),
    ];
    expect(await attribute({ fields: ['tier'] })).toMatchObject({
      attribution: { confidence: 'high' },
    });
  });

  it('is not sure when several people sent what differs', async () => {
    const sent = {
      properties: {
        requestbody: '{"properties":{"allowBlobPublicAccess":true}}',
      },
    };
    server.log = [
      entry({
        ...sent,
        caller: 'bob@acme.example',
        eventTimestamp: '2026-11-20T08:30:00Z',
      }),
      entry(sent),
    ];

    expect(await attribute()).toMatchObject({
      attribution: { who: 'ann@acme.example', confidence: 'low' },
    });
  });

  it('is content with the newest pages of a log without end', async () => {
    server.pageSize = 1;
    server.log = Array.from({ length: 30 }, () => entry());

    expect(await attribute()).toMatchObject({ state: 'found' });
    expect(server.requests).toHaveLength(10);
  });

  it('takes the last of several that could be it, and is not sure', async () => {
    server.log = [
      entry({
        caller: 'bob@acme.example',
        eventTimestamp: '2026-11-20T08:30:00Z',
      }),
      entry(),
    ];

    expect(await attribute()).toMatchObject({
      attribution: { who: 'ann@acme.example', confidence: 'low' },
    });
  });

  it('does not doubt who it was when it was one person', async () => {
    server.log = [entry({ eventTimestamp: '2026-11-20T08:30:00Z' }), entry()];

    expect(await attribute()).toMatchObject({
      attribution: { when: '2026-11-20T09:00:00.123Z', confidence: 'medium' },
    });
  });

  it('reads all pages', async () => {
    server.pageSize = 1;
    server.log = [
      entry({ status: { value: 'Started' } }),
      entry({ status: { value: 'Accepted' } }),
      entry(),
    ];

    expect(await attribute()).toMatchObject({ state: 'found' });
    expect(server.requests).toHaveLength(3);
  });

  it('looks at the part of the resource where the field stands', async () => {
    server.log = [
      entry({
        resourceId: `${IDS.storage}/blobServices/default`,
        operationName: {
          value: 'Microsoft.Storage/storageAccounts/blobServices/write',
        },
      }),
    ];

    expect(await attribute({ fields: ['versioning'] })).toMatchObject({
      attribution: { how: expect.stringContaining('blobServices/write') },
    });
    expect(server.requests).toHaveLength(2);
  });

  it('does not ask for what Azure does not keep any more', async () => {
    await attribute({ after: new Date('2020-01-01T00:00:00Z') });

    expect(server.requests[0].query.get('$filter')).toContain(
      "eventTimestamp ge '2026-08-22T13:00:00.000Z'",
    );
    expect(
      await attribute({
        after: undefined,
        before: new Date('2026-08-01T00:00:00Z'),
      }),
    ).toEqual({ state: 'not-found' });
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['is forbidden', error(403, 'AuthorizationFailed', 'No.')],
    [
      'needs other credentials',
      error(401, 'ExpiredAuthenticationToken', 'No.'),
    ],
    ['is no log', { status: 200, body: { value: 'x' } }],
    [
      'goes on elsewhere',
      { status: 200, body: { value: [], nextLink: 'https://evil.example/' } },
    ],
  ])('says that the log %s', async (_, answer) => {
    server.script(
      'GET',
      `/subscriptions/${SUBSCRIPTION}/providers/microsoft.insights/eventtypes/management/values`,
      answer,
    );

    expect(await attribute()).toEqual({
      state: 'unavailable',
      reason: expect.stringContaining(
        'The activity log of the subscription prod could not be read.',
      ),
    });
  });

  describe('concerns', () => {
    const terraform = (client?: string) => ({
      id: 'terraform:-/network',
      source: 'terraform',
      name: 'network',
      ...(client && { client }),
      location: { accounts: ['prod'] },
      entityRefs: [],
    });

    it.each([
      ['a tenant that is there', {}, {}, true],
      [
        'ids in any letter case',
        { resourceIds: ['bare', IDS.storage.toUpperCase()] },
        {},
        true,
      ],
      [
        'no tenant elsewhere',
        { target: { ...query().target, location: { accounts: ['dev'] } } },
        {},
        false,
      ],
      [
        'no other subscription',
        {
          resourceIds: [
            IDS.storage.replace(SUBSCRIPTION, SUBSCRIPTION.replace('1', '2')),
          ],
        },
        {},
        false,
      ],
      ['no other clouds', { resourceIds: ['arn:aws:s3:::bucket'] }, {}, false],
      ['no account without leave', {}, { attribution: false }, false],
      [
        'no target of Terraform by itself',
        { target: terraform('acme') },
        {},
        false,
      ],
      [
        'a target of Terraform of a listed client',
        { target: terraform('acme') },
        { clients: ['ac*'] },
        true,
      ],
      [
        'a listed target of Terraform',
        { target: terraform() },
        { attributionTargets: ['terraform:-/net*'] },
        true,
      ],
      [
        'no target of Terraform with the name of a tenant',
        { target: terraform() },
        { tenants: ['network'] },
        false,
      ],
      [
        'no tenant that is not granted the subscription any more',
        {},
        { tenants: ['other'] },
        false,
      ],
      [
        'no target of Terraform of another client',
        { target: terraform('other') },
        { clients: ['acme'] },
        false,
      ],
    ])('%s', (_, more, account, expected) => {
      expect(create(account as JsonObject).concerns(query(more))).toBe(
        expected,
      );
    });
  });
});
