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

import { InputError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';

/** Where the cloud resources of a tenant are. */
export interface CloudLocation {
  /** Names of configured accounts; at least one, each once. */
  accounts: string[];
}

export function locationToJson({ accounts }: CloudLocation): JsonObject {
  return { accounts };
}

/** @throws InputError when it is not the location of a tenant on a cloud. */
export function locationFromJson(json: JsonObject): CloudLocation {
  const { accounts } = json;
  if (
    !Array.isArray(accounts) ||
    accounts.length === 0 ||
    !accounts.every(name => typeof name === 'string')
  ) {
    throw new InputError(
      'The target does not say in which accounts the tenant is.',
    );
  }
  return { accounts: accounts.map(String) };
}
