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

import { matchesGlob } from './names';

/** Whether the configuration grants an account to a tenant. */
export function isGranted(options: {
  tenant: { name: string; client?: string };
  account: {
    name: string;
    tenants: readonly string[];
    clients: readonly string[];
  };
  /** Those that the configuration places in accounts itself. */
  placed: readonly {
    id: string;
    client?: string;
    accounts: readonly string[];
  }[];
}): boolean {
  const { tenant, account, placed } = options;
  const { name, client } = tenant;
  return (
    account.tenants.some(pattern => matchesGlob(pattern, name)) ||
    (client !== undefined &&
      account.clients.some(pattern => matchesGlob(pattern, client))) ||
    placed.some(
      configured =>
        configured.id === name &&
        configured.client === client &&
        configured.accounts.includes(account.name),
    )
  );
}
