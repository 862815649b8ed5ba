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

import { Entity } from '@backstage/catalog-model';
import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { FakeProvider } from './__testUtils__/FakeProvider';
import { annotationTargets } from './annotationTargets';
import { locationFromJson } from './CloudLocation';
import { CloudPolicy } from './CloudPolicy';
import { readCloudConfig } from './readCloudConfig';

const ANNOTATION = 'infra-hub.io/fake-accounts';

const CONFIG: JsonObject = {
  accounts: [
    { name: 'prod', id: '111', tenants: ['acme', 'shop-*'] },
    { name: 'dev', id: '222', clients: ['umbrella'] },
    { name: 'prod-eu', id: '111', tenants: ['shop-eu'] },
    { name: 'secret', id: '333' },
  ],
  tenants: [{ id: 'bank', accounts: ['secret'] }],
};

function targetsOf(annotations: Record<string, string>) {
  const config = new ConfigReader({ drift: { fake: CONFIG } });
  const entity: Entity = {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'System',
    metadata: { name: 'acme', annotations },
  };
  return annotationTargets({
    entity,
    annotation: ANNOTATION,
    policy: new CloudPolicy(readCloudConfig(config, new FakeProvider())),
  });
}

const tenant = (id: string, accounts: string, client?: string) => ({
  'infra-hub.io/tenant-id': id,
  [ANNOTATION]: accounts,
  ...(client !== undefined && { 'infra-hub.io/client': client }),
});

describe('annotationTargets', () => {
  it('reads in which accounts a tenant is, by names and ids', () => {
    const [target, ...others] = targetsOf({
      ...tenant('acme', ' prod, 222,111, ,', 'umbrella'),
      'infra-hub.io/scan-schedule': ' PT15M ',
    });
    expect(others).toEqual([]);
    expect(target).toEqual({
      name: 'acme',
      client: 'umbrella',
      schedule: 'PT15M',
      location: { accounts: ['prod', 'dev'] },
    });
    expect(locationFromJson(target.location)).toEqual({
      accounts: ['prod', 'dev'],
    });
  });

  it('finds nothing in tenants that are elsewhere', () => {
    expect(targetsOf({ 'infra-hub.io/tenant-id': 'acme' })).toEqual([]);
    expect(targetsOf({})).toEqual([]);
  });

  it.each([
    ['a pattern of tenants', 'shop-us', 'prod', undefined],
    ['a client', 'whoever', 'dev', 'umbrella'],
    ['a configured tenant', 'bank', 'secret', undefined],
  ])('takes an account that is granted to %s', (_how, id, account, client) => {
    expect(targetsOf(tenant(id, account, client))[0].location).toEqual({
      accounts: [account],
    });
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'an account of other tenants',
      tenant('mallory', 'prod'),
      'Tenant mallory may not be looked at in account prod: add it to drift.fake.accounts[0].tenants, or its client to drift.fake.accounts[0].clients.',
    ],
    [
      'an account of other clients',
      tenant('mallory', 'dev', 'umbrella-2'),
      'drift.fake.accounts[1].clients',
    ],
    [
      'an account of a tenant of the same name with another client',
      tenant('bank', 'secret', 'mallory'),
      'may not be looked at in account secret',
    ],
    [
      'an account that is granted to nobody',
      tenant('acme', 'prod,secret'),
      'drift.fake.accounts[3].tenants',
    ],
    [
      'the id of an account of others',
      tenant('mallory', '111'),
      'may not be looked at in account 111',
    ],
    [
      'an id that several granted accounts have',
      tenant('shop-eu', '111'),
      'use one of their names, prod, prod-eu',
    ],
    [
      'an account that nobody configured',
      tenant('acme', 'prodd'),
      'add it to drift.fake.accounts',
    ],
    ['an empty tenant', tenant(' ', 'prod'), 'infra-hub.io/tenant-id'],
    ['a path', tenant('../admin', 'prod'), 'infra-hub.io/tenant-id'],
    ['a client that breaks ids', tenant('acme', 'prod', 'a/b'), 'client'],
    ['no account', tenant('acme', ' , '), `${ANNOTATION} is empty`],
    ['a pattern for accounts', tenant('acme', '*'), ANNOTATION],
    [
      'too many accounts',
      tenant('acme', Array.from({ length: 101 }, (_, n) => `a${n}`).join()),
      'more than 100',
    ],
    ['accounts of nobody', { [ANNOTATION]: 'prod' }, 'tenant-id beside it'],
  ])('refuses %s', (_name, annotations, message) => {
    expect(() => targetsOf(annotations)).toThrow(
      expect.objectContaining({
        name: 'InputError',
        message: expect.stringContaining(message),
      }),
    );
  });
});
