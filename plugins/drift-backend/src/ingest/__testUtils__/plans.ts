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

import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** Bytes of a plan that was recorded with a real Terraform. */
export function recordedPlan(name: string): Buffer {
  const bytes = readFileSync(
    resolvePackagePath(
      '@infra-hub/drift-engine',
      'src/__fixtures__/terraform',
      name,
    ),
  );
  return name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

/** JSON plan of one node pool; drifted when `actual` is not 3. */
export function poolPlan(
  actual: number | string = 5,
  more: Record<string, unknown> = {},
): string {
  const values = (count: number | string) =>
    `{"node_count":${count},"name":"main"}`;
  const entry = (actions: string, before: string, after: string) =>
    `{"address":"sandbox_cluster.main","mode":"managed","type":"sandbox_cluster","name":"main","provider_name":"registry.terraform.io/example/sandbox","change":{"actions":["${actions}"],"before":${before},"after":${after},"after_unknown":{},"before_sensitive":{},"after_sensitive":{}}}`;
  const drifted = actual !== 3;
  const rest = JSON.stringify({
    prior_state: { format_version: '1.0', values: { root_module: {} } },
    configuration: { root_module: {} },
    applyable: drifted,
    complete: true,
    errored: false,
    ...more,
  }).slice(1);
  return `{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"root_module":{}},${
    drifted
      ? `"resource_drift":[${entry('update', values(3), values(actual))}],`
      : ''
  }"resource_changes":[${entry(
    drifted ? 'update' : 'no-op',
    values(actual),
    values(3),
  )}],${rest}`;
}

/** A JSON plan of about so many bytes: one drifted resource among many that did not change. */
export function* hugePlan(bytes: number): Generator<Buffer> {
  const plan = poolPlan();
  const split = plan.indexOf('"resource_changes":[') + 20;
  yield Buffer.from(plan.slice(0, split));
  const filler = 'x'.repeat(900);
  let sent = 0;
  for (let batch = 0; sent < bytes; batch++) {
    const entries = Array.from({ length: 50 }, (_, index) => {
      const name = `r${batch}_${index}`;
      const values = `{"name":"${name}","note":"${filler}"}`;
      return `{"address":"sandbox_note.${name}","mode":"managed","type":"sandbox_note","name":"${name}","provider_name":"registry.terraform.io/example/sandbox","change":{"actions":["no-op"],"before":${values},"after":${values},"after_unknown":{},"before_sensitive":{},"after_sensitive":{}}},`;
    }).join('');
    sent += entries.length;
    yield Buffer.from(entries);
  }
  yield Buffer.from(plan.slice(split));
}
