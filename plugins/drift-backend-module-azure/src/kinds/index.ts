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

import { CloudKind } from '@infra-hub/drift-engine';
import { AzureKind } from './AzureKind';
import { COSMOS_ACCOUNT } from './cosmosDb';
import { MYSQL_SERVER, POSTGRESQL_SERVER } from './flexibleServers';
import { MANAGED_DISK } from './managedDisk';
import { SQL_DATABASE, SQL_SERVER } from './sql';
import { STORAGE_ACCOUNT } from './storageAccount';

/** The types of resources that are compared and repaired. */
export const KINDS: readonly AzureKind[] = [
  SQL_DATABASE,
  SQL_SERVER,
  POSTGRESQL_SERVER,
  MYSQL_SERVER,
  COSMOS_ACCOUNT,
  STORAGE_ACCOUNT,
  MANAGED_DISK,
];

/** Types of Azure are the same in any letter case. */
export function findKind(name: string): AzureKind | undefined {
  return KINDS.find(({ kind }) => kind.toLowerCase() === name.toLowerCase());
}

/**
 * The types of resources that are compared, and where their properties stand in
 * the answers of Azure Resource Manager.
 *
 * @public
 */
export const azureKinds: readonly CloudKind[] = KINDS;
