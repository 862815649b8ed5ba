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
import { AttributionQuery } from './Attributor';
import { AuditLogAccess } from './AuditLogAccess';

describe('AuditLogAccess', () => {
  const accountsFor = (options: {
    account?: JsonObject;
    placed?: JsonObject[];
    target?: Partial<AttributionQuery['target']>;
  }) =>
    AuditLogAccess.fromConfig(
      new ConfigReader({
        drift: {
          aws: {
            accounts: [
              { name: 'prod', id: '1', attribution: true, ...options.account },
            ],
            tenants: options.placed ?? [],
          },
        },
      }),
      'aws',
    )
      .accountsFor({
        id: 'aws:acme/shop',
        source: 'aws',
        name: 'shop',
        client: 'acme',
        location: { accounts: ['prod'] },
        entityRefs: [],
        ...options.target,
      })
      .map(({ name }) => name);

  const terraform = {
    id: 'terraform:acme/shop',
    source: 'terraform',
    location: { accounts: ['prod'] },
  };
  const placed = [{ id: 'shop', client: 'acme', accounts: ['prod'] }];

  it.each<[string, Parameters<typeof accountsFor>[0]]>([
    ['the tenants that it lists', { account: { tenants: ['sh*'] } }],
    ['tenants of its clients', { account: { clients: ['acme'] } }],
    ['tenants that the configuration places there', { placed }],
    [
      'tenants that it names as targets',
      { account: { attributionTargets: ['aws:acme/*'] } },
    ],
    [
      'targets of other sources of its clients',
      { account: { clients: ['ac*'] }, target: terraform },
    ],
    [
      'targets of other sources that it names',
      {
        account: { attributionTargets: ['terraform:acme/shop'] },
        target: terraform,
      },
    ],
  ])('opens the log to %s', (_what, options) => {
    expect(accountsFor(options)).toEqual(['prod']);
  });

  it.each<[string, Parameters<typeof accountsFor>[0]]>([
    ['anybody by itself', {}],
    [
      'anybody unless that is turned on',
      { account: { tenants: ['*'], attribution: false } },
    ],
    [
      'tenants elsewhere',
      {
        account: { tenants: ['*'] },
        target: { location: { accounts: ['dev'] } },
      },
    ],
    [
      'tenants that are nowhere',
      { account: { tenants: ['*'] }, target: { location: {} } },
    ],
    [
      'other tenants',
      { account: { tenants: ['shop-*', 'Shop', 's.op'], clients: ['acm'] } },
    ],
    [
      'tenants of the same name of another client',
      { placed, target: { client: 'globex' } },
    ],
    [
      'targets of other sources with the name of a tenant',
      { account: { tenants: ['*'] }, placed, target: terraform },
    ],
    [
      'targets of other sources without a client',
      {
        account: { clients: ['*'] },
        target: { ...terraform, client: undefined },
      },
    ],
  ])('does not open the log to %s', (_what, options) => {
    expect(accountsFor(options)).toEqual([]);
  });
});
