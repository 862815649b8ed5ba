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

/** The type as the resource itself spells it, e.g. `ConfigMap`. */
function typeName(resource: DesiredResource): string {
  const { kind } = resource.spec;
  return typeof kind === 'string' ? kind : resource.resourceType;
}

/** How many resources there are of each type, most first. */
export function countTypes(
  resources: DesiredResource[],
): { name: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const resource of resources) {
    const name = typeName(resource);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}
