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
import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import {
  CloudAccount,
  CloudDocument,
  CloudReading,
  readCloudAccounts,
} from '@infra-hub/backstage-plugin-drift-node';
import { AzureProvider, AzureProviderOptions } from '../AzureProvider';
import { findKind } from '../kinds';
import { AzureKind } from '../kinds/AzureKind';
import { ArmServer, SUBSCRIPTION } from './ArmServer';
import { fill } from './documents';

/** A server with a resource of each type, and a provider that asks it. */
export async function startBench(
  options: { account?: JsonObject; provider?: AzureProviderOptions } = {},
) {
  const server = await ArmServer.start();
  fill(server);
  const account = accountOf({
    endpoint: server.endpoint,
    ...options.account,
  });
  const turns: number[] = [];
  const lines: string[] = [];
  const abort = new AbortController();
  return {
    server,
    account,
    turns,
    lines,
    abort,
    provider: AzureProvider.create({
      retryDelayMs: 1,
      pollingIntervalMs: 1,
      ...options.provider,
    }),
    context: {
      signal: abort.signal,
      logger: mockServices.logger.mock(),
      turn: async () => {
        turns.push(server.requests.length);
      },
      mayWrite: async () => {},
      log: (text: string) => {
        lines.push(text);
      },
    },
  };
}

export function accountOf(account: JsonObject): CloudAccount {
  return readCloudAccounts(configOf(account), 'azure')[0];
}

/** The configuration with only this account. */
export function configOf(account: JsonObject): ConfigReader {
  return new ConfigReader({
    drift: {
      azure: { accounts: [{ name: 'prod', id: SUBSCRIPTION, ...account }] },
    },
  });
}

export function kindNamed(name: string): AzureKind {
  const kind = findKind(name);
  if (!kind) {
    throw new Error(`There is no kind ${name}`);
  }
  return kind;
}

export function found(reading: CloudReading): CloudDocument {
  if (reading.state !== 'found') {
    throw new Error(`Expected to find it: ${JSON.stringify(reading)}`);
  }
  return reading;
}
