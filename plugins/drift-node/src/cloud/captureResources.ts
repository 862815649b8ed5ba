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
import { LiveCloudResource } from '@infra-hub/drift-engine';

const MAX_NAME = 253;

/** Names must be unique by type and account, short and without slashes. */
class NameGiver {
  readonly #taken = new Set<string>();

  give(resource: LiveCloudResource, account: string | undefined): string {
    const plain = readable(resource.name ?? '') || readable(lastPart(resource));
    for (let number = 1; ; number++) {
      const name = suffixed(plain, number);
      const key = JSON.stringify([resource.resourceType, account, name]);
      if (!this.#taken.has(key)) {
        this.#taken.add(key);
        return name;
      }
    }
  }
}

/**
 * Desired resources as their owner would write them: only what is neutral, and
 * nothing that the provider computes by itself.
 *
 * @param options.several - The tenant has more than one account.
 */
export function captureResources(
  live: readonly LiveCloudResource[],
  options: { several: boolean },
): JsonObject[] {
  const names = new NameGiver();
  return live.map(resource => {
    const { resourceType, provider, account, region, kind, id } = resource;
    return {
      resourceType,
      // Tells resources with the same name apart, as clusters do
      ...(options.several && account !== undefined && { cluster: account }),
      name: names.give(resource, options.several ? account : undefined),
      spec: {
        provider,
        ...(account !== undefined && { account }),
        ...(region !== undefined && { region }),
        kind,
        id,
        properties: JSON.parse(JSON.stringify(resource.properties)),
      },
    };
  });
}

function suffixed(name: string, number: number): string {
  const end = number === 1 ? '' : `-${number}`;
  return `${name.slice(0, MAX_NAME - end.length)}${end}`;
}

function lastPart({ id }: LiveCloudResource): string {
  return id.split('/').filter(Boolean).at(-1) ?? id;
}

function readable(name: string): string {
  return name.replace(/[\p{C}/@]+/gu, '-').trim();
}
