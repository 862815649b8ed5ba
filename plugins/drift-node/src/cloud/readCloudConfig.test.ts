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

import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { FakeProvider } from './__testUtils__/FakeProvider';
import { readCloudAccounts, readCloudConfig } from './readCloudConfig';

const PROD = { name: 'prod', id: '012345678901', regions: ['eu'] };

function read(fake: JsonObject, provider = new FakeProvider()) {
  return readCloudConfig(new ConfigReader({ drift: { fake } }), provider);
}

describe('readCloudConfig', () => {
  it('reads accounts and tenants', () => {
    const config = read({
      accounts: [
        {
          ...PROD,
          regions: ['eu', 'us', 'eu'],
          tenants: ['acme-*'],
          clients: ['umbrella'],
          allowedIds: ['{tenant}-*', '{client}'],
          concurrency: 2,
          requestsPerSecond: 0.5,
          endpoint: 'http://localhost:4566',
        },
        { name: 'dev', id: 'dev-1' },
      ],
      tenants: [
        {
          id: 'acme',
          client: 'umbrella',
          accounts: ['prod'],
          schedule: 'PT15M',
          entityRefs: ['system:default/acme'],
          codeUrl: 'https://example.com/acme',
          unmanaged: ['fake::database'],
        },
      ],
      requestTimeout: { seconds: 5 },
    });
    expect(config).toMatchObject({
      key: 'drift.fake',
      requestTimeoutMs: 5000,
      accounts: [
        {
          name: 'prod',
          id: '012345678901',
          regions: ['eu', 'us'],
          tenants: ['acme-*'],
          clients: ['umbrella'],
          allowedIds: ['{tenant}-*', '{client}'],
          concurrency: 2,
          requestsPerSecond: 0.5,
        },
        {
          name: 'dev',
          id: 'dev-1',
          regions: [],
          tenants: [],
          clients: [],
          concurrency: 4,
          requestsPerSecond: 5,
        },
      ],
      tenants: [
        {
          id: 'acme',
          client: 'umbrella',
          accounts: ['prod'],
          schedule: 'PT15M',
          entityRefs: ['system:default/acme'],
          codeUrl: 'https://example.com/acme',
          unmanaged: [{ kind: 'Fake::Database' }],
        },
      ],
    });
    expect(config.accounts[0].config.getString('endpoint')).toBe(
      'http://localhost:4566',
    );
  });

  it('needs no configuration at all', () => {
    expect(readCloudConfig(new ConfigReader({}), new FakeProvider())).toEqual({
      key: 'drift.fake',
      accounts: [],
      tenants: [],
      requestTimeoutMs: 60_000,
    });
    expect(readCloudAccounts(new ConfigReader({}), 'fake')).toEqual([]);
  });

  it('lets one account be there twice, for clients with credentials of their own', () => {
    expect(
      read({ accounts: [PROD, { ...PROD, name: 'prod-2' }] }).accounts,
    ).toHaveLength(2);
  });

  it.each<[string, JsonObject, string]>([
    ['accounts that are no list', { accounts: 'prod' }, 'accounts'],
    ['no name', { accounts: [{ id: '1' }] }, 'accounts[0].name is missing'],
    [
      'a name that annotations could not hold',
      { accounts: [{ ...PROD, name: 'prod,dev' }] },
      'accounts[0].name',
    ],
    ['no id', { accounts: [{ name: 'prod' }] }, 'accounts[0].id is missing'],
    [
      'an id that YAML took for a number',
      { accounts: [{ name: 'prod', id: 12345678901 }] },
      'accounts[0].id must be a text: put it in quotes',
    ],
    [
      'ids of what nobody knows',
      { accounts: [{ ...PROD, allowedIds: ['{tennant}-*'] }] },
      'accounts[0].allowedIds must hold ids with "*", {tenant} and {client}',
    ],
    [
      'an id that is a path',
      { accounts: [{ name: 'prod', id: '../1' }] },
      'accounts[0].id',
    ],
    [
      'two accounts with one name',
      { accounts: [PROD, { ...PROD, id: '2' }] },
      'two accounts with the name prod',
    ],
    [
      'an id that is the name of another account',
      { accounts: [PROD, { name: 'dev', id: 'prod' }] },
      'accounts[1].id is the name of another account, prod',
    ],
    [
      'regions that are no list',
      { accounts: [{ ...PROD, regions: 'eu' }] },
      'accounts[0].regions',
    ],
    [
      'a region that is an address',
      { accounts: [{ ...PROD, regions: ['evil.example/'] }] },
      'accounts[0].regions',
    ],
    ...[0, -1, 1.5, 101].map<[string, JsonObject, string]>(concurrency => [
      `a concurrency of ${concurrency}`,
      { accounts: [{ ...PROD, concurrency }] },
      'accounts[0].concurrency must be a whole number above 0 and up to 100',
    ]),
    ...[0, -1, 1001].map<[string, JsonObject, string]>(requestsPerSecond => [
      `${requestsPerSecond} requests per second`,
      { accounts: [{ ...PROD, requestsPerSecond }] },
      'accounts[0].requestsPerSecond must be a number above 0 and up to 1000',
    ]),
    [
      'a number that is none',
      { accounts: [{ ...PROD, concurrency: 'many' }] },
      'accounts[0].concurrency',
    ],
    [
      'an endpoint with a password',
      { accounts: [{ ...PROD, endpoint: 'https://me:hunter2@cloud.example' }] },
      'accounts[0].endpoint must not hold credentials',
    ],
    [
      'an endpoint that is a file',
      { accounts: [{ ...PROD, endpoint: 'file:///etc/passwd' }] },
      'accounts[0].endpoint must be an http or https URL',
    ],
    [
      'tenants that are no list',
      { accounts: [{ ...PROD, tenants: '*' }] },
      'accounts[0].tenants',
    ],
    [
      'a tenant without an id',
      { accounts: [PROD], tenants: [{ accounts: ['prod'] }] },
      'tenants[0].id is missing',
    ],
    [
      'a tenant whose id is a path',
      { accounts: [PROD], tenants: [{ id: '../a', accounts: ['prod'] }] },
      'tenants[0].id',
    ],
    [
      'a client that breaks ids',
      {
        accounts: [PROD],
        tenants: [{ id: 'acme', client: 'a/b', accounts: ['prod'] }],
      },
      'tenants[0].client',
    ],
    [
      'a tenant without accounts',
      { accounts: [PROD], tenants: [{ id: 'acme' }] },
      'tenants[0].accounts must name at least one account',
    ],
    [
      'an account that is not there',
      { accounts: [PROD], tenants: [{ id: 'acme', accounts: ['dev'] }] },
      'tenants[0].accounts names "dev"',
    ],
    [
      'a tenant twice',
      {
        accounts: [PROD],
        tenants: [
          { id: 'acme', accounts: ['prod'] },
          { id: 'acme', accounts: ['prod'] },
        ],
      },
      'tenants has the tenant acme twice',
    ],
    [
      'a kind that is not known',
      {
        accounts: [PROD],
        tenants: [{ id: 'acme', accounts: ['prod'], unmanaged: ['Queue'] }],
      },
      'tenants[0].unmanaged must hold some of Fake::Database, Fake::Bucket',
    ],
    [
      'a kind to be listed in regions that nobody names',
      {
        accounts: [{ name: 'prod', id: '1' }],
        tenants: [
          { id: 'acme', accounts: ['prod'], unmanaged: ['Fake::Bucket'] },
        ],
      },
      'tenants[0].unmanaged needs the regions that are to be listed in the account prod',
    ],
    ['a timeout of nothing', { requestTimeout: 'PT0S' }, 'requestTimeout'],
    ['a timeout that is none', { requestTimeout: 'soon' }, 'requestTimeout'],
  ])('refuses %s', (_name, fake, message) => {
    const attempt = () => read(fake);
    expect(attempt).toThrow(
      expect.objectContaining({
        name: 'InputError',
        message: expect.stringContaining(message),
      }),
    );
    expect(attempt).toThrow(/drift\.fake/);
    expect(attempt).not.toThrow(/hunter2/);
  });
});
