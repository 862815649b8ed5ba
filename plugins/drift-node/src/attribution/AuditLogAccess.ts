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
import { CloudAccount } from '../cloud/CloudProvider';
import { isGranted } from '../cloud/isGranted';
import { matchesGlob } from '../cloud/names';
import { readCloudAccounts } from '../cloud/readCloudConfig';
import { AttributionQuery } from './Attributor';

/** A tenant that the configuration places in accounts. */
interface PlacedTenant {
  id: string;
  client?: string;
  accounts: string[];
}

/** An account whose audit log may be read, and who else may learn from it. */
interface OpenLog {
  account: CloudAccount;
  tenants: readonly string[];
  clients: readonly string[];
  targets: readonly string[];
}

/**
 * Decides for which targets the audit log of which account is read, by
 * `drift.<provider>`. A log tells names of people and what they do, so that no client
 * may learn from it about another one's account.
 *
 * @public
 */
export class AuditLogAccess {
  readonly #source: string;
  readonly #logs: readonly OpenLog[];
  readonly #placed: readonly PlacedTenant[];

  /**
   * @param provider - Also the id of its source, e.g. `aws`.
   *
   * @throws InputError naming the key that is wrong
   */
  static fromConfig(config: Config, provider: string): AuditLogAccess {
    return new AuditLogAccess({
      source: provider,
      logs: readCloudAccounts(config, provider)
        .filter(
          account => account.config.getOptionalBoolean('attribution') === true,
        )
        .map(account => ({
          account,
          tenants: textsOf(account.config, 'tenants'),
          clients: textsOf(account.config, 'clients'),
          targets: textsOf(account.config, 'attributionTargets'),
        })),
      placed: (
        config.getOptionalConfigArray(`drift.${provider}.tenants`) ?? []
      ).map(tenant => ({
        id: tenant.getString('id').trim(),
        client: tenant.getOptionalString('client')?.trim(),
        accounts: textsOf(tenant, 'accounts'),
      })),
    });
  }

  private constructor(options: {
    source: string;
    logs: readonly OpenLog[];
    placed: readonly PlacedTenant[];
  }) {
    this.#source = options.source;
    this.#logs = options.logs;
    this.#placed = options.placed;
  }

  /**
   * Accounts whose log the target may learn from. A tenant of the provider itself: its
   * own ones, as far as they are granted to it. Any other target: those of its client,
   * and those whose `attributionTargets` name it. Patterns of tenants count for tenants
   * only: targets of other sources may have any name.
   */
  accountsFor(target: AttributionQuery['target']): CloudAccount[] {
    const isOwn = target.source === this.#source;
    return this.#logs
      .filter(
        ({ account: { name }, tenants, clients, targets }) =>
          targets.some(pattern => matchesGlob(pattern, target.id)) ||
          isGranted({
            tenant: target,
            account: { name, tenants: isOwn ? tenants : [], clients },
            placed: isOwn ? this.#placed : [],
          }),
      )
      .map(({ account }) => account)
      .filter(({ name }) => !isOwn || isPlacedIn(target, name));
  }
}

function textsOf(config: Config, key: string): string[] {
  return (config.getOptionalStringArray(key) ?? []).map(text => text.trim());
}

function isPlacedIn(
  { location }: AttributionQuery['target'],
  name: string,
): boolean {
  const { accounts } = location;
  return Array.isArray(accounts) && accounts.includes(name);
}
