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

import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { CloudAccount } from '@infra-hub/backstage-plugin-drift-node';
import { findKind, KINDS } from '../kinds';

/** What only Azure understands of an account. */
export interface AzureAccount {
  /** Of the Resource Manager, without a slash at the end. */
  endpoint: string;
  /** Nothing is signed in: only for servers on this machine that stand for Azure. */
  anonymous: boolean;
  scope: string;
  /** Without a slash at the end. */
  portal: string;
  credentials: AzureCredentials;
  /** Those that changes are made with. */
  writeCredentials: AzureCredentials;
  /** Versions of the API to use instead of those of the tables, by type in lower case. */
  apiVersions: ReadonlyMap<string, string>;
}

/** How somebody signs in; the default chain of the SDK when nothing is said. */
export interface AzureCredentials {
  authorityHost?: string;
  tenantId?: string;
  clientId?: string;
  clientSecret?: string;
  managedIdentityClientId?: string;
  /** File with the token of a workload identity. */
  tokenFile?: string;
}

interface Cloud {
  endpoint: string;
  authorityHost: string;
  portal: string;
}

/** https://learn.microsoft.com/azure/developer/identity/cloud-environments */
const CLOUDS: Readonly<Record<string, Cloud>> = {
  public: {
    endpoint: 'https://management.azure.com',
    authorityHost: 'https://login.microsoftonline.com',
    portal: 'https://portal.azure.com',
  },
  government: {
    endpoint: 'https://management.usgovcloudapi.net',
    authorityHost: 'https://login.microsoftonline.us',
    portal: 'https://portal.azure.us',
  },
  china: {
    endpoint: 'https://management.chinacloudapi.cn',
    authorityHost: 'https://login.chinacloudapi.cn',
    portal: 'https://portal.azure.cn',
  },
};

const SUBSCRIPTION =
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** @throws InputError naming the key that is wrong, never a value that may be a secret. */
export function readAzureAccount(account: CloudAccount): AzureAccount {
  const { config, name } = account;
  const key = `The account ${name} of drift.azure.accounts`;
  if (!SUBSCRIPTION.test(account.id)) {
    throw new InputError(
      `${key} must have the id of a subscription as its id, e.g. 00000000-0000-0000-0000-000000000000`,
    );
  }
  const cloud = readCloud(config, key);
  const endpoint = (
    config.getOptionalString('endpoint') ?? cloud.endpoint
  ).replace(/\/+$/, '');
  const anonymous = isAnonymous(endpoint, key);
  const credentials = readCredentials(config, 'credentials', { key, cloud });
  const portal = config.getOptionalString('portal') ?? cloud.portal;
  if (URL.parse(portal)?.protocol !== 'https:') {
    throw new InputError(`${key} must have a portal with https`);
  }
  return {
    endpoint,
    anonymous,
    scope: config.getOptionalString('scope') ?? `${endpoint}/.default`,
    portal: portal.replace(/\/+$/, ''),
    credentials,
    writeCredentials: config.has('remediation.credentials')
      ? readCredentials(config, 'remediation.credentials', { key, cloud })
      : credentials,
    apiVersions: readApiVersions(config, key),
  };
}

function readCloud(config: Config, key: string): Cloud {
  const name = config.getOptionalString('cloud') ?? 'public';
  if (!Object.hasOwn(CLOUDS, name)) {
    throw new InputError(
      `${key} must have one of ${Object.keys(CLOUDS).join(', ')} as its cloud`,
    );
  }
  return CLOUDS[name];
}

/** Tokens never go over plain HTTP, and nobody but this machine is asked so. */
function isAnonymous(endpoint: string, key: string): boolean {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol === 'https:') {
    return false;
  }
  if (
    url?.protocol === 'http:' &&
    (['localhost', '[::1]'].includes(url.hostname) ||
      /^127(\.\d{1,3}){3}$/.test(url.hostname))
  ) {
    return true;
  }
  throw new InputError(
    `${key} must have an endpoint with https; http is only for servers on this machine, which are asked without credentials`,
  );
}

function readCredentials(
  config: Config,
  name: string,
  { key, cloud }: { key: string; cloud: Cloud },
): AzureCredentials {
  const credentials = config.getOptionalConfig(name);
  const text = (member: string) => credentials?.getOptionalString(member);
  const read: AzureCredentials = {
    authorityHost: text('authorityHost') ?? cloud.authorityHost,
    tenantId: text('tenantId'),
    clientId: text('clientId'),
    clientSecret: text('clientSecret'),
    managedIdentityClientId: text('managedIdentityClientId'),
    tokenFile: text('tokenFile'),
  };
  const ways = [
    read.clientSecret,
    read.managedIdentityClientId,
    read.tokenFile,
  ].filter(way => way !== undefined);
  if (ways.length > 1) {
    throw new InputError(
      `${key} must have only one of clientSecret, managedIdentityClientId and tokenFile in its ${name}`,
    );
  }
  const application = read.clientSecret ?? read.tokenFile;
  if (application !== undefined && !(read.tenantId && read.clientId)) {
    throw new InputError(
      `${key} needs tenantId and clientId in its ${name}, beside clientSecret or tokenFile`,
    );
  }
  if (application === undefined && read.clientId !== undefined) {
    throw new InputError(
      `${key} needs clientSecret or tokenFile in its ${name}, beside clientId; that of a managed identity is its managedIdentityClientId`,
    );
  }
  if (URL.parse(read.authorityHost ?? '')?.protocol !== 'https:') {
    throw new InputError(
      `${key} must have an authorityHost with https in its ${name}`,
    );
  }
  return read;
}

function readApiVersions(
  config: Config,
  key: string,
): ReadonlyMap<string, string> {
  return new Map(
    (config.getOptionalConfigArray('apiVersions') ?? []).map(entry => {
      const type = entry.getString('type');
      const version = entry.getString('version');
      if (!findKind(type) || !/^\d{4}-\d{2}-\d{2}(-\w+)*$/.test(version)) {
        throw new InputError(
          `${key} must have versions like 2024-08-01 of some of ${KINDS.map(
            ({ kind }) => kind,
          ).join(', ')} in its apiVersions`,
        );
      }
      return [type.toLowerCase(), version];
    }),
  );
}
