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
  createHttpHeaders,
  HttpClient,
  PipelineRequest,
} from '@azure/core-rest-pipeline';
import { AccessToken } from '@azure/identity';
import { JsonObject } from '@backstage/types';
import { SUBSCRIPTION } from '../__testUtils__/ArmServer';
import { accountOf, kindNamed } from '../__testUtils__/bench';
import { DOCUMENTS, IDS } from '../__testUtils__/documents';
import { AzureProvider } from '../AzureProvider';
import { AzureCredentials } from '../config/readAzureAccount';
import { mockServices } from '@backstage/backend-test-utils';

const DISK = kindNamed('Microsoft.Compute/disks');

/** Answers as Azure would over TLS, and notes what it was sent. */
class NotedNetwork implements HttpClient {
  readonly sent: [string, string | undefined][] = [];
  nextLink?: string;

  async sendRequest(request: PipelineRequest) {
    this.sent.push([
      `${request.method} ${new URL(request.url).host}`,
      request.headers.get('authorization'),
    ]);
    const body = new URL(request.url).pathname.endsWith('/resources')
      ? { value: [], nextLink: this.nextLink }
      : { id: IDS.disk, ...DOCUMENTS[IDS.disk] };
    return {
      request,
      status: 200,
      headers: createHttpHeaders({ 'content-type': 'application/json' }),
      bodyAsText: JSON.stringify(body),
    };
  }
}

describe('signing in to Azure', () => {
  const network = () => new NotedNetwork();

  function start(
    httpClient: NotedNetwork,
    options: {
      account?: JsonObject;
      getToken?: (
        credentials: AzureCredentials,
        scope: string | string[],
      ) => Promise<AccessToken>;
    } = {},
  ) {
    const scopes: string[] = [];
    const account = accountOf({
      credentials: { managedIdentityClientId: 'reader' },
      remediation: { credentials: { managedIdentityClientId: 'writer' } },
      ...options.account,
    });
    const provider = AzureProvider.create({
      httpClient,
      retryDelayMs: 1,
      createCredential: credentials => ({
        getToken: async scope => {
          scopes.push(String(scope));
          return (
            (await options.getToken?.(credentials, scope)) ?? {
              token: `token of ${credentials.managedIdentityClientId}`,
              expiresOnTimestamp: Date.now() + 3_600_000,
            }
          );
        },
      }),
    });
    const context = {
      signal: new AbortController().signal,
      logger: mockServices.logger.mock(),
      turn: async () => {},
      mayWrite: async () => {},
      log: () => {},
    };
    const ref = { account, kind: DISK, id: IDS.disk };
    return { account, provider, context, ref, scopes };
  }

  it('takes one token for many requests', async () => {
    const sent = network();
    const { provider, context, ref, scopes } = start(sent);

    await provider.read(ref, context);
    await provider.read(ref, context);

    expect(scopes).toEqual(['https://management.azure.com/.default']);
    expect(sent.sent).toEqual([
      ['GET management.azure.com', 'Bearer token of reader'],
      ['GET management.azure.com', 'Bearer token of reader'],
    ]);
  });

  it('changes as somebody else', async () => {
    const sent = network();
    const { provider, context, ref } = start(sent);
    const looked = await provider.read(ref, context);
    if (looked.state !== 'found') {
      throw new Error('Not found');
    }

    await provider.update(
      ref,
      looked,
      [{ pointer: '/properties/diskSizeGB', value: 512 }],
      context,
    );

    expect(sent.sent).toEqual([
      ['GET management.azure.com', 'Bearer token of reader'],
      ['GET management.azure.com', 'Bearer token of writer'],
      ['PATCH management.azure.com', 'Bearer token of writer'],
    ]);
  });

  it('asks a sovereign cloud with a token of its own', async () => {
    const sent = network();
    const { provider, context, ref, scopes } = start(sent, {
      account: { cloud: 'government' },
    });

    await provider.read(ref, context);

    expect(scopes).toEqual(['https://management.usgovcloudapi.net/.default']);
    expect(sent.sent[0][0]).toBe('GET management.usgovcloudapi.net');
  });

  it.each([
    'https://evil.example/resources',
    'https://management.azure.com.evil.example/resources',
    'http://management.azure.com/resources',
    'https://management.azure.com:8443/resources',
  ])('does not send its token to %s', async nextLink => {
    const sent = network();
    sent.nextLink = nextLink;
    const { account, provider, context } = start(sent);

    const { complete, reasons } = await provider.list(
      { account, kind: DISK },
      context,
    );

    expect(complete).toBe(false);
    expect(reasons.join()).toMatch(/outside of https:\/\/management/);
    expect(sent.sent).toHaveLength(1);
  });

  it('says that there are no credentials, and not which', async () => {
    const { provider, context, ref } = start(network(), {
      getToken: async () => {
        throw Object.assign(
          new Error(
            'AADSTS7000215: Invalid client secret provided. client_secret=abcDEF123456ghiJKL',
          ),
          { name: 'AuthenticationError' },
        );
      },
    });

    const reading = provider.read(ref, context);

    await expect(reading).rejects.toThrow(
      /The subscription prod cannot be read. There are no usable credentials: AADSTS7000215/,
    );
    await expect(reading).rejects.not.toThrow(/abcDEF123456ghiJKL/);
    await expect(
      provider.checkAccount(ref.account, context),
    ).resolves.toMatchObject({ ok: false });
  });

  it('refuses plain http before it signs in', async () => {
    const sent = network();
    const { provider, context, ref, scopes } = start(sent, {
      account: { endpoint: 'http://arm.example' },
    });

    await expect(provider.read(ref, context)).rejects.toThrow(/with https/);
    expect([sent.sent, scopes]).toEqual([[], []]);
    expect(ref.id).toContain(SUBSCRIPTION);
  });
});
