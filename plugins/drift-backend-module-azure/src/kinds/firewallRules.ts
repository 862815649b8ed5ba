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

import { JsonObject } from '@backstage/types';
import { AzurePart } from './AzureKind';
import { textAt } from './values';

const POINTER = '/firewallRules';

/**
 * GET …/firewallRules: who may connect to a server that is open to the internet. The
 * same for SQL, PostgreSQL and MySQL. The rule from 0.0.0.0 to 0.0.0.0 stands for all
 * of Azure, whoever's it is.
 */
export function firewallRules(
  apiVersion: string,
  applies?: (document: JsonObject) => boolean,
): AzurePart {
  return {
    pointer: POINTER,
    title: 'list of its firewall rules',
    apiVersion,
    idOf: id => `${id}/firewallRules`,
    ...(applies && { applies }),
    elements: rules =>
      rules.map(rule => ({
        name: textAt(rule, '/name') ?? '',
        startIpAddress: textAt(rule, '/properties/startIpAddress') ?? '',
        endIpAddress: textAt(rule, '/properties/endIpAddress') ?? '',
      })),
  };
}

export const FIREWALL_NOT_WRITTEN = {
  [POINTER]:
    'Each firewall rule has an address of its own: change, make or delete it by itself.',
};
