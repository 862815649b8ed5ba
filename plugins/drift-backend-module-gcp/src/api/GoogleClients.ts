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

import { CloudFailure } from '@infra-hub/backstage-plugin-drift-node';
import {
  AuthClient,
  gaxios,
  GoogleAuth,
  Impersonated,
} from 'google-auth-library';
import { GcpCredentials } from '../config/GcpSettings';
import { mayCarryTokens, placeRequest } from './hosts';

/** All services that are asked take it; what may really be done is said by roles. */
const SCOPES = ['https://www.googleapis.com/auth/cloud-platform'];

/**
 * Makes a client of Google's library that signs in as configured.
 *
 * @remarks
 * Everything that the client sends, requests for tokens included, goes through one
 * transport. It sends to the configured endpoint, and never a credential to where
 * somebody on the way could read it.
 */
export async function signIn(options: {
  credentials: GcpCredentials;
  endpoint?: string;
  timeoutMs: number;
}): Promise<AuthClient> {
  const { keyFile, json, impersonateServiceAccount } = options.credentials;
  const transporter = makeTransport(options);
  const source = await new GoogleAuth({
    keyFile,
    credentials: json,
    scopes: SCOPES,
    clientOptions: { transporter },
  }).getClient();
  // Not every kind of credentials takes it over
  source.transporter = transporter;
  return impersonateServiceAccount === undefined
    ? source
    : new Impersonated({
        sourceClient: source,
        targetPrincipal: impersonateServiceAccount,
        targetScopes: SCOPES,
        transporter,
      });
}

function makeTransport({
  endpoint,
  timeoutMs,
}: {
  endpoint?: string;
  timeoutMs: number;
}): gaxios.Gaxios {
  return new gaxios.Gaxios({
    timeout: timeoutMs,
    // As everywhere in Backstage, Node's own fetch knows of proxies
    fetchImplementation: fetch,
    noProxy: [/^/],
    // The answer of another host is not the answer of the API
    redirect: 'manual',
    adapter: async (prepared, send) => {
      const url = placeRequest(prepared.url, endpoint);
      if (!mayCarryTokens(url) && carriesCredential(prepared)) {
        throw new CloudFailure(
          'Google Cloud is not asked over a connection that others could read.',
        );
      }
      return await send({ ...prepared, url });
    },
  });
}

/** Servers of metadata are asked without, and over http. */
function carriesCredential({
  headers,
  body,
}: gaxios.GaxiosOptionsPrepared): boolean {
  return headers.has('authorization') || (body !== undefined && body !== null);
}
