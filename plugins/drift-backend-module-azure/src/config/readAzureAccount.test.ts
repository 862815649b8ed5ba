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

import {
  ClientSecretCredential,
  DefaultAzureCredential,
  ManagedIdentityCredential,
  WorkloadIdentityCredential,
} from '@azure/identity';
import { JsonObject } from '@backstage/types';
import { accountOf } from '../__testUtils__/bench';
import { createCredential } from './createCredential';
import { readAzureAccount } from './readAzureAccount';

function read(account: JsonObject = {}) {
  return readAzureAccount(accountOf(account));
}

describe('readAzureAccount', () => {
  it('asks the public Azure by default', () => {
    expect(read()).toMatchObject({
      endpoint: 'https://management.azure.com',
      scope: 'https://management.azure.com/.default',
      portal: 'https://portal.azure.com',
      anonymous: false,
    });
  });

  it('knows the sovereign clouds', () => {
    expect(read({ cloud: 'china' })).toMatchObject({
      endpoint: 'https://management.chinacloudapi.cn',
      scope: 'https://management.chinacloudapi.cn/.default',
      portal: 'https://portal.azure.cn',
      credentials: { authorityHost: 'https://login.chinacloudapi.cn' },
    });
  });

  it('takes an endpoint of its own, and signs in for another one', () => {
    expect(
      read({
        endpoint: 'https://arm.stack.example/',
        scope: 'https://management.stack.example/.default',
        portal: 'https://portal.stack.example/',
      }),
    ).toMatchObject({
      endpoint: 'https://arm.stack.example',
      scope: 'https://management.stack.example/.default',
      portal: 'https://portal.stack.example',
    });
  });

  it.each(['http://127.0.0.1:1', 'http://localhost:1', 'http://[::1]:1'])(
    'signs in nowhere for %s',
    endpoint => {
      expect(read({ endpoint }).anonymous).toBe(true);
    },
  );

  it.each([
    'http://management.azure.com',
    'http://127.0.0.1.evil.example',
    'http://10.0.0.1',
  ])('does not send tokens to %s', endpoint => {
    expect(() => read({ endpoint })).toThrow(/endpoint with https/);
  });

  it.each([
    [{ id: 'prod' }, /id of a subscription/],
    [{ cloud: 'mars' }, /one of public, government, china/],
    [
      { credentials: { clientId: 'a', tenantId: 'b' } },
      /needs clientSecret or tokenFile/,
    ],
    [
      { credentials: { clientSecret: 'swordfish' } },
      /needs tenantId and clientId/,
    ],
    [
      { remediation: { credentials: { tokenFile: '/t' } } },
      /tenantId and clientId in its remediation.credentials/,
    ],
    [
      {
        credentials: {
          clientId: 'a',
          tenantId: 'b',
          clientSecret: 'swordfish',
          tokenFile: '/t',
        },
      },
      /only one of/,
    ],
    [
      { credentials: { authorityHost: 'http://login.example' } },
      /authorityHost with https/,
    ],
    [
      { apiVersions: [{ type: 'Microsoft.Web/sites', version: '2024-01-01' }] },
      /apiVersions/,
    ],
    [
      { apiVersions: [{ type: 'Microsoft.Compute/disks', version: 'latest' }] },
      /apiVersions/,
    ],
  ])('refuses %j and does not tell secrets', (account, message) => {
    expect(() => read(account)).toThrow(message);
    expect(() => read(account)).not.toThrow(/swordfish/);
  });

  it('changes with other credentials where they are given', () => {
    const account = read({
      credentials: { managedIdentityClientId: 'reader' },
      remediation: { credentials: { managedIdentityClientId: 'writer' } },
    });

    expect(account.credentials.managedIdentityClientId).toBe('reader');
    expect(account.writeCredentials.managedIdentityClientId).toBe('writer');
  });

  it('changes with those that it reads with otherwise', () => {
    const account = read({ credentials: { tenantId: 'tenant' } });

    expect(account.writeCredentials).toBe(account.credentials);
  });
});

describe('createCredential', () => {
  const application = { tenantId: 'tenant', clientId: 'client' };

  it.each([
    ['the default chain', {}, DefaultAzureCredential],
    [
      'the default chain of a tenant',
      { tenantId: 'tenant' },
      DefaultAzureCredential,
    ],
    [
      'a secret',
      { ...application, clientSecret: 'secret' },
      ClientSecretCredential,
    ],
    [
      'a workload identity',
      { ...application, tokenFile: '/token' },
      WorkloadIdentityCredential,
    ],
    [
      'a managed identity',
      { managedIdentityClientId: 'client' },
      ManagedIdentityCredential,
    ],
  ])('signs in by %s', (_, credentials, type) => {
    expect(
      createCredential({
        authorityHost: 'https://login.microsoftonline.com',
        ...credentials,
      }),
    ).toBeInstanceOf(type);
  });
});
