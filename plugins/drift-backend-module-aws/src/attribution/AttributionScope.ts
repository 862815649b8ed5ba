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
  AuditLogAccess,
  CloudAccount,
  readCloudAccounts,
} from '@infra-hub/backstage-plugin-drift-node';
import { parseArn } from './parseArn';

/** Decides in which accounts' logs an author is looked for. */
export class AttributionScope {
  readonly #access: AuditLogAccess;
  readonly #isOnlyAccount: boolean;

  /** @throws InputError naming the key that is wrong */
  static fromConfig(config: Config): AttributionScope {
    return new AttributionScope({
      access: AuditLogAccess.fromConfig(config, 'aws'),
      isOnlyAccount: readCloudAccounts(config, 'aws').length === 1,
    });
  }

  private constructor(options: {
    access: AuditLogAccess;
    isOnlyAccount: boolean;
  }) {
    this.#access = options.access;
    this.#isOnlyAccount = options.isOnlyAccount;
  }

  /** Accounts that the resource may be in and whose log the target may see. */
  accountsFor(query: AttributionQuery): CloudAccount[] {
    const { target, resourceIds } = query;
    const isOwn = target.source === 'aws';
    if (!isOwn && !isOfAws(query)) {
      return [];
    }
    const open = this.#access.accountsFor(target);
    const ids = resourceIds.flatMap(id => parseArn(id)?.account ?? []);
    if (ids.length > 0) {
      return open.filter(({ id }) => ids.includes(id));
    }
    // Nothing says which account it is in, unless there is only one.
    return isOwn || this.#isOnlyAccount ? open : [];
  }
}

function isOfAws({ resourceType, resourceIds }: AttributionQuery): boolean {
  return (
    /^(?:aws|awscc)_/.test(resourceType) ||
    resourceIds.some(id => parseArn(id) !== undefined)
  );
}
