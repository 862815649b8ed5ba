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

import { DesiredResource } from '@infra-hub/backstage-plugin-drift-common';
import { plainAddress } from './addresses';
import { readRow } from './selectDesired';

/** Addresses begin with account and region where ids alone are not unique. */
export function isRowAsked(
  row: DesiredResource,
  addresses: readonly string[] | undefined,
): boolean {
  const { resource } = readRow(row);
  return (
    addresses === undefined ||
    (resource !== undefined &&
      addresses.some(address =>
        address.toLowerCase().endsWith(plainAddress(resource).toLowerCase()),
      ))
  );
}
