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
import {
  AttributionQuery,
  CloudAccount,
  readCloudAccounts,
} from '@infra-hub/backstage-plugin-drift-node';
import { globMatches } from '@infra-hub/drift-engine';
import { parseArn } from './parseArn';

/** An account whose audit log may be read, and for whom. */
interface OpenAccount {
  account: CloudAccount;
  tenants: readonly string[];
  clients: readonly string[];
  targets: readonly string[];
}

/** A tenant that the configuration declares itself. */
interface ConfiguredTenant {
  id: string;
  client?: string;
  accounts: readonly string[];
}

/**
 * Decides for which targets the audit log of which account is read. A log tells
 * names of people and what they do, so that no client may learn from it about
 * another one's account.
 */
export class AttributionScope {
  readonly #accounts: readonly OpenAccount[];
  readonly #tenants: readonly ConfiguredTenant[];

  /** @throws InputError naming the key that is wrong */
  static fromConfig(config: Config): AttributionScope {
    return new AttributionScope(
      readCloudAccounts(config, 'aws')
        .filter(
          account => account.config.getOptionalBoolean('attribution') === true,
        )
        .map(account => ({
          account,
          tenants: account.config.getOptionalStringArray('tenants') ?? [],
          clients: account.config.getOptionalStringArray('clients') ?? [],
          targets:
            account.config.getOptionalStringArray('attributionTargets') ?? [],
        })),
      (config.getOptionalConfigArray('drift.aws.tenants') ?? []).map(
        tenant => ({
          id: tenant.getString('id'),
          client: tenant.getOptionalString('client'),
          accounts: tenant.getOptionalStringArray('accounts') ?? [],
        }),
      ),
    );
  }

  private constructor(
    accounts: readonly OpenAccount[],
    tenants: readonly ConfiguredTenant[],
  ) {
    this.#accounts = accounts;
    this.#tenants = tenants;
  }

  /** Accounts that the resource may be in and whose log the target may see. */
  accountsFor(query: AttributionQuery): CloudAccount[] {
    const open = this.#accounts.filter(each => this.#isOpen(each, query));
    if (query.target.source === 'aws') {
      const named = namesOf(query.target.location.accounts);
      return open
        .map(({ account }) => account)
        .filter(({ id, name }) => named.includes(name) || named.includes(id));
    }
    if (!isOfAws(query)) {
      return [];
    }
    const ids = query.resourceIds.flatMap(id => parseArn(id)?.account ?? []);
    if (ids.length > 0) {
      return open
        .map(({ account }) => account)
        .filter(({ id }) => ids.includes(id));
    }
    // Nothing says which account it is in, unless there is only one.
    return this.#accounts.length === 1
      ? open.map(({ account }) => account)
      : [];
  }

  #isOpen(
    { account, tenants, clients, targets }: OpenAccount,
    { target }: AttributionQuery,
  ): boolean {
    const { client, name } = target;
    const isAmong = (globs: readonly string[], text: string | undefined) =>
      text !== undefined && globs.some(glob => globMatches(glob, text));
    return (
      isAmong(clients, client) ||
      isAmong(targets, target.id) ||
      (target.source === 'aws' &&
        (isAmong(tenants, name) ||
          this.#tenants.some(
            tenant =>
              tenant.id === name &&
              tenant.client === client &&
              (tenant.accounts.includes(account.name) ||
                tenant.accounts.includes(account.id)),
          )))
    );
  }
}

function isOfAws({ resourceType, resourceIds }: AttributionQuery): boolean {
  return (
    /^(?:aws|awscc)_/.test(resourceType) ||
    resourceIds.some(id => parseArn(id) !== undefined)
  );
}

function namesOf(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter(item => typeof item === 'string')
    : [];
}
