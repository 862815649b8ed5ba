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

import { LiveCloudResource } from '@infra-hub/drift-engine';
import { PlacedResource } from './selectDesired';

type Named = Pick<LiveCloudResource, 'account' | 'region' | 'kind' | 'id'>;

/** As the engine names resources in findings. */
export function plainAddress({ kind, id }: Pick<Named, 'kind' | 'id'>): string {
  return `${kind}/${id}`;
}

/** Ids of some kinds are unique in their account and region only. */
export function fullAddress(resource: Named): string {
  const { account, region } = resource;
  return [account, region, plainAddress(resource)].filter(Boolean).join('/');
}

/** Gives each resource an address that no other one has. */
export function withAddresses<R extends PlacedResource>(
  placed: readonly R[],
): (R & { address: string })[] {
  const counts = new Map<string, number>();
  for (const { desired } of placed) {
    const plain = plainAddress(desired);
    counts.set(plain, (counts.get(plain) ?? 0) + 1);
  }
  return placed.map(each => {
    const plain = plainAddress(each.desired);
    return {
      ...each,
      address: counts.get(plain) === 1 ? plain : fullAddress(each.desired),
    };
  });
}
