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

import { Config, readDurationFromConfig } from '@backstage/config';
import { InputError, toError } from '@backstage/errors';
import { durationToMilliseconds } from '@backstage/types';
import { CloudKind } from '@infra-hub/drift-engine';
import { CloudAccount, CloudProvider } from './CloudProvider';
import { parseClient, parseTenantId } from '../source/names';
import { parseAccountName } from './names';

const REQUEST_TIMEOUT = { seconds: 60 };
const MOST_CONCURRENT = 100;
const MOST_PER_SECOND = 1000;

/** `drift.<provider>`, checked, with defaults filled in. */
export interface CloudConfig {
  /** `drift.<provider>`, for messages. */
  key: string;
  accounts: ConfiguredAccount[];
  tenants: ConfiguredTenant[];
  /** How long one request may take. */
  requestTimeoutMs: number;
}

export interface ConfiguredAccount extends CloudAccount {
  /** Patterns of tenants and clients that annotations may place there; none when both are empty. */
  tenants: readonly string[];
  clients: readonly string[];
  /** Patterns of ids that a tenant may have there, with `{tenant}` and `{client}`; all when absent. */
  allowedIds?: readonly string[];
}

export interface ConfiguredTenant {
  id: string;
  client?: string;
  /** Names of configured accounts. */
  accounts: string[];
  schedule?: string;
  entityRefs: string[];
  codeUrl?: string;
  /** Kinds that are listed as a whole. */
  unmanaged: CloudKind[];
}

/**
 * The accounts that `drift.<provider>.accounts` configures.
 *
 * @throws InputError naming the key that is wrong
 *
 * @public
 */
export function readCloudAccounts(
  config: Config,
  provider: string,
): CloudAccount[] {
  return readAccounts(config, `drift.${provider}.accounts`);
}

/** @throws InputError naming the key that is wrong, never a value that may be a secret. */
export function readCloudConfig(
  config: Config,
  provider: CloudProvider,
): CloudConfig {
  const key = `drift.${provider.id}`;
  const accounts = readAccounts(config, `${key}.accounts`);
  const tenants = list(config, `${key}.tenants`).map((tenant, index) =>
    readTenant(tenant, `${key}.tenants[${index}]`, { provider, accounts }),
  );
  requireUnique(
    tenants.map(({ id, client = '-' }) => `${client}/${id}`),
    name => `${key}.tenants has the tenant ${name.replace(/^-\//, '')} twice`,
  );
  return {
    key,
    accounts,
    tenants,
    requestTimeoutMs: readRequestTimeout(config, `${key}.requestTimeout`),
  };
}

function readAccounts(config: Config, key: string): ConfiguredAccount[] {
  const accounts = list(config, key).map((account, index) =>
    readAccount(account, `${key}[${index}]`),
  );
  requireUnique(
    accounts.map(({ name }) => name),
    name => `${key} has two accounts with the name ${name}`,
  );
  for (const { name } of accounts) {
    const index = accounts.findIndex(
      other => other.id === name && other.name !== name,
    );
    if (index !== -1) {
      throw new InputError(
        `${key}[${index}].id is the name of another account, ${name}`,
      );
    }
  }
  return accounts;
}

function readAccount(config: Config, key: string): ConfiguredAccount {
  const endpoint = text(config, 'endpoint', key);
  if (endpoint !== undefined) {
    requireEndpoint(endpoint, `${key}.endpoint`);
  }
  return {
    name: parseAccountName(required(config, 'name', key), `${key}.name`),
    id: parseAccountName(required(config, 'id', key), `${key}.id`),
    regions: unique(texts(config, 'regions', key)).map(region => {
      if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/.test(region)) {
        throw new InputError(`${key}.regions holds what cannot be a region`);
      }
      return region;
    }),
    tenants: unique(texts(config, 'tenants', key)),
    clients: unique(texts(config, 'clients', key)),
    // A list that is empty allows nothing
    ...(config.has('allowedIds') && {
      allowedIds: readAllowedIds(config, key),
    }),
    concurrency: number(config, 'concurrency', key, {
      fallback: 4,
      most: MOST_CONCURRENT,
      whole: true,
    }),
    requestsPerSecond: number(config, 'requestsPerSecond', key, {
      fallback: 5,
      most: MOST_PER_SECOND,
      whole: false,
    }),
    config,
  };
}

function readAllowedIds(config: Config, key: string): string[] {
  const patterns = unique(texts(config, 'allowedIds', key));
  for (const pattern of patterns) {
    const unknown = /\{(?!(?:tenant|client)\})[^}]*\}?/.exec(pattern);
    if (pattern === '' || unknown) {
      throw new InputError(
        `${key}.allowedIds must hold ids with "*", {tenant} and {client}, and nothing else in braces`,
      );
    }
  }
  return patterns;
}

function readTenant(
  config: Config,
  key: string,
  known: { provider: CloudProvider; accounts: readonly ConfiguredAccount[] },
): ConfiguredTenant {
  const client = text(config, 'client', key);
  const accounts = unique(texts(config, 'accounts', key)).map(name => {
    const account = known.accounts.find(each => each.name === name);
    if (!account) {
      throw new InputError(
        `${key}.accounts names ${JSON.stringify(
          name.slice(0, 100),
        )}, which is the name of none of drift.${known.provider.id}.accounts`,
      );
    }
    return account;
  });
  if (accounts.length === 0) {
    throw new InputError(`${key}.accounts must name at least one account`);
  }
  const unmanaged = unique(texts(config, 'unmanaged', key)).map(name => {
    const kind = kindOf(known.provider, name);
    if (!kind) {
      throw new InputError(
        `${key}.unmanaged must hold some of ${known.provider.kinds
          .map(each => each.kind)
          .join(', ')}`,
      );
    }
    return kind;
  });
  const boundless = accounts.find(({ regions }) => regions.length === 0);
  if (unmanaged.length > 0 && known.provider.hasRegions && boundless) {
    throw new InputError(
      `${key}.unmanaged needs the regions that are to be listed in the account ${boundless.name}: set its regions in drift.${known.provider.id}.accounts`,
    );
  }
  return {
    id: parseTenantId(required(config, 'id', key), `${key}.id`),
    client:
      client === undefined ? undefined : parseClient(client, `${key}.client`),
    accounts: accounts.map(({ name }) => name),
    schedule: text(config, 'schedule', key),
    entityRefs: texts(config, 'entityRefs', key),
    codeUrl: text(config, 'codeUrl', key),
    unmanaged,
  };
}

/** Providers differ in whether letter case counts in the names of their types; here it never does. */
export function kindOf(
  provider: Pick<CloudProvider, 'kinds'>,
  name: string,
): CloudKind | undefined {
  const wanted = name.toLowerCase();
  return provider.kinds.find(({ kind }) => kind.toLowerCase() === wanted);
}

function readRequestTimeout(config: Config, key: string): number {
  if (!config.has(key)) {
    return durationToMilliseconds(REQUEST_TIMEOUT);
  }
  const milliseconds = reading(key, () =>
    durationToMilliseconds(readDurationFromConfig(config, { key })),
  );
  if (!(milliseconds >= 1)) {
    throw new InputError(`${key} must be above zero`);
  }
  return milliseconds;
}

function requireEndpoint(endpoint: string, key: string): void {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new InputError(`${key} must be an http or https URL`);
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new InputError(
      `${key} must not hold credentials, a query or a fragment`,
    );
  }
}

function list(config: Config, key: string): Config[] {
  return reading(key, () => config.getOptionalConfigArray(key) ?? []);
}

function text(config: Config, name: string, key: string): string | undefined {
  return reading(`${key}.${name}`, () => config.getOptionalString(name));
}

function required(config: Config, name: string, key: string): string {
  if (typeof config.getOptional(name) === 'number') {
    // 012345678901 would have lost its zero before it was here
    throw new InputError(`${key}.${name} must be a text: put it in quotes`);
  }
  const value = text(config, name, key);
  if (value === undefined) {
    throw new InputError(`${key}.${name} is missing`);
  }
  return value;
}

function texts(config: Config, name: string, key: string): string[] {
  return reading(
    `${key}.${name}`,
    () => config.getOptionalStringArray(name) ?? [],
  );
}

function number(
  config: Config,
  name: string,
  key: string,
  range: { fallback: number; most: number; whole: boolean },
): number {
  const { fallback, most, whole } = range;
  const value =
    reading(`${key}.${name}`, () => config.getOptionalNumber(name)) ?? fallback;
  if (!(value > 0 && value <= most) || (whole && !Number.isInteger(value))) {
    throw new InputError(
      `${key}.${name} must be a ${
        whole ? 'whole number' : 'number'
      } above 0 and up to ${most}`,
    );
  }
  return value;
}

/** Configuration errors name the key and the type of what is there, never the value. */
function reading<T>(key: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new InputError(`${key} is wrong: ${toError(error).message}`);
  }
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names.map(name => name.trim()))];
}

function requireUnique(
  names: readonly string[],
  message: (name: string) => string,
): void {
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new InputError(message(repeated));
  }
}
