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
  TokenCredential,
  WorkloadIdentityCredential,
} from '@azure/identity';
import { AzureCredentials } from './readAzureAccount';

/** Signs in as it is configured; with the SDK's default chain when nothing is. */
export function createCredential(options: AzureCredentials): TokenCredential {
  const {
    authorityHost,
    tenantId,
    clientId,
    clientSecret,
    managedIdentityClientId,
    tokenFile,
  } = options;
  if (managedIdentityClientId !== undefined) {
    return new ManagedIdentityCredential({ clientId: managedIdentityClientId });
  }
  if (tenantId !== undefined && clientId !== undefined) {
    if (clientSecret !== undefined) {
      return new ClientSecretCredential(tenantId, clientId, clientSecret, {
        authorityHost,
      });
    }
    if (tokenFile !== undefined) {
      return new WorkloadIdentityCredential({
        tenantId,
        clientId,
        tokenFilePath: tokenFile,
        authorityHost,
      });
    }
  }
  return new DefaultAzureCredential({
    authorityHost,
    ...(tenantId !== undefined && { tenantId }),
  });
}
