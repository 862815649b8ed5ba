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

import { isGranted } from './isGranted';
import { CloudConfig, ConfiguredAccount } from './readCloudConfig';

/** Which tenant, of whom. */
export interface TenantName {
  name: string;
  client?: string;
}

/**
 * Decides which tenant may be looked at in which accounts. The author of an entity
 * writes its annotations, so these choose among what the configuration grants and
 * never grant anything.
 */
export class CloudPolicy {
  readonly #config: CloudConfig;

  constructor(config: CloudConfig) {
    this.#config = config;
  }

  /**
   * The account that a tenant means.
   *
   * @param named - Its name or, where that says which one, its id.
   */
  accountOf(
    tenant: TenantName,
    named: string,
  ): { account: ConfiguredAccount } | { refusal: string } {
    const { accounts, key } = this.#config;
    const meant = accounts.filter(
      ({ name, id }) => name === named || id === named,
    );
    if (meant.length === 0) {
      return {
        refusal: `No account with the name or id ${named} is configured: add it to ${key}.accounts.`,
      };
    }
    const granted = meant.filter(account => this.#mayUse(tenant, account));
    if (granted.length === 0) {
      const place = `${key}.accounts[${accounts.indexOf(meant[0])}]`;
      return {
        refusal: `Tenant ${tenant.name} may not be looked at in account ${named}: add it to ${place}.tenants, or its client to ${place}.clients.`,
      };
    }
    return granted.length === 1
      ? { account: granted[0] }
      : {
          refusal: `Several accounts in ${key}.accounts have the id ${named}: use one of their names, ${granted
            .map(({ name }) => name)
            .join(', ')}.`,
        };
  }

  #mayUse(tenant: TenantName, account: ConfiguredAccount): boolean {
    return isGranted({ tenant, account, placed: this.#config.tenants });
  }
}
