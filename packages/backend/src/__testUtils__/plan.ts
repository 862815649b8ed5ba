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

import { JsonObject, JsonValue } from '@backstage/types';

/** What a plan says of one resource; masks are as Terraform writes them. */
export interface PlannedResource {
  address: string;
  recorded?: JsonObject;
  /** Absent when the resource was deleted outside, or nothing changed outside. */
  actual?: JsonObject;
  desired?: JsonObject;
  actions: string[];
  /** What happened outside; nothing when absent. */
  outside?: 'update' | 'delete';
  /** Of `resource_drift`. */
  driftMask?: JsonValue;
  /** Of `resource_changes`, before. */
  beforeMask?: JsonValue;
  /** Of `resource_changes`, after. */
  afterMask?: JsonValue;
  /** More members of both entries. */
  entry?: JsonObject;
  /** More members of the change. */
  change?: JsonObject;
}

/** The JSON form of a plan, with more members on top. */
export function planJson(
  resources: PlannedResource[],
  more: JsonObject = {},
): string {
  const outside = resources.filter(resource => resource.outside);
  return JSON.stringify({
    format_version: '1.2',
    terraform_version: '1.11.4',
    planned_values: { root_module: {} },
    ...(outside.length > 0 && {
      resource_drift: outside.map(resource => ({
        ...entryOf(resource),
        change: {
          actions: [resource.outside],
          before: resource.recorded,
          after: resource.actual ?? null,
          after_unknown: {},
          before_sensitive: resource.driftMask ?? {},
          after_sensitive:
            resource.outside === 'delete' ? false : resource.driftMask ?? {},
        },
      })),
    }),
    resource_changes: resources.map(resource => ({
      ...entryOf(resource),
      change: {
        actions: resource.actions,
        before:
          (resource.outside ? resource.actual : resource.recorded) ?? null,
        after: resource.desired ?? null,
        after_unknown: {},
        before_sensitive: resource.beforeMask ?? {},
        after_sensitive: resource.afterMask ?? {},
        ...resource.change,
      },
    })),
    prior_state: {
      format_version: '1.0',
      terraform_version: '1.11.4',
      values: { root_module: {} },
    },
    configuration: { root_module: {} },
    timestamp: '2026-11-22T00:00:00Z',
    applyable: resources.some(({ actions }) => actions[0] !== 'no-op'),
    complete: true,
    errored: false,
    ...more,
  });
}

function entryOf(resource: PlannedResource) {
  const match = /([a-z_]+)\.([a-z_]+)(?:\["(.*)"\])?$/.exec(resource.address);
  const [, type, name, index] = match ?? [];
  return {
    address: resource.address,
    mode: 'managed',
    type,
    name,
    ...(index !== undefined && { index }),
    provider_name: 'registry.terraform.io/example/sandbox',
    ...resource.entry,
  };
}

/** Shell code that prints a text. */
export function printing(text: string): string {
  return `cat <<'END-OF-TEXT'\n${text}\nEND-OF-TEXT\n`;
}
