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

import { maskSecretValues } from '../redact/secrets';
import { DesiredCloudResource } from './CloudResource';
import { isGlobalId } from './matchResources';

type Place = Pick<DesiredCloudResource, 'account' | 'region'>;

/** Names resources in findings: by the provider's type and id. */
export class Addresses {
  readonly #places = new Map<string, Place[]>();

  constructor(
    resources: readonly Pick<
      DesiredCloudResource,
      'kind' | 'id' | 'account' | 'region'
    >[],
  ) {
    for (const each of resources) {
      const address = addressOf(each);
      const places = this.#places.get(address) ?? [];
      const known = places.findIndex(place => mayBeSame(place, each));
      if (known < 0) {
        places.push(each);
      } else {
        places[known] = {
          account: places[known].account ?? each.account,
          region: places[known].region ?? each.region,
        };
      }
      this.#places.set(address, places);
    }
  }

  /** With account and region only where the same id is in several. */
  of(
    resource: Pick<DesiredCloudResource, 'kind' | 'id' | 'account' | 'region'>,
  ): string {
    const address = addressOf(resource);
    const place = placeOf(resource);
    return (this.#places.get(address)?.length ?? 0) > 1 &&
      place !== '' &&
      !isGlobalId(resource.id)
      ? clean(`${address}@${place}`)
      : clean(address);
  }
}

/** One answer may tell less of a place than another. */
function mayBeSame(one: Place, other: Place): boolean {
  return (['account', 'region'] as const).every(
    name =>
      one[name] === undefined ||
      other[name] === undefined ||
      one[name] === other[name],
  );
}

function placeOf({ account, region }: Place): string {
  return [account, region].filter(each => each !== undefined).join('/');
}

/** Names a resource by the provider's type and id. */
export function addressOf(
  resource: Pick<DesiredCloudResource, 'kind' | 'id'>,
): string {
  return `${resource.kind}/${resource.id}`;
}

/** Names may be chosen by anybody. */
export function clean(text: string): string {
  return maskSecretValues(text, '(sensitive)');
}
