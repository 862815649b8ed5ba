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

import { isJsonObject, JsonObject, JsonValue } from '../cloud/json';

const MASKED = '(sensitive)';

/** The parts of a plan that a report is made of; the rest may hold secrets. */
const keptParts = [
  'format_version',
  'terraform_version',
  'planned_values',
  'resource_drift',
  'resource_changes',
  'prior_state',
  'relevant_attributes',
  'checks',
  'timestamp',
  'applyable',
  'complete',
  'errored',
] as const;

/**
 * A plan fit to be kept in the repository: without the parts that no report
 * needs (variables, configuration, outputs), and with every value masked that
 * either side marks as sensitive.
 *
 * @param json - what `terraform show -json` printed
 */
export function recordedPlan(json: string): JsonObject {
  const plan: JsonObject = JSON.parse(json);
  const kept: JsonObject = {};
  for (const part of keptParts) {
    if (plan[part] !== undefined) {
      kept[part] = plan[part];
    }
  }
  for (const part of ['resource_drift', 'resource_changes']) {
    for (const entry of objects(kept[part])) {
      maskChange(entry.change);
    }
  }
  if (isJsonObject(kept.planned_values)) {
    maskState(kept.planned_values);
  }
  if (isJsonObject(kept.prior_state) && isJsonObject(kept.prior_state.values)) {
    maskState(kept.prior_state.values);
  }
  return kept;
}

function maskChange(change: JsonValue): void {
  if (!isJsonObject(change)) {
    return;
  }
  for (const side of ['before', 'after']) {
    const value = change[side];
    if (value !== undefined) {
      change[side] = mask(
        mask(value, change.before_sensitive),
        change.after_sensitive,
      );
    }
  }
}

function maskState(state: JsonObject): void {
  delete state.outputs;
  if (isJsonObject(state.root_module)) {
    maskModule(state.root_module);
  }
}

function maskModule(module: JsonObject): void {
  for (const resource of objects(module.resources)) {
    resource.values = mask(resource.values, resource.sensitive_values);
  }
  for (const child of objects(module.child_modules)) {
    maskModule(child);
  }
}

/** `true` in the mask hides the whole value below. */
function mask(value: JsonValue, by: JsonValue | undefined): JsonValue {
  if (by === true) {
    return value === null ? null : MASKED;
  }
  if (Array.isArray(value) && Array.isArray(by)) {
    return value.map((item, i) => mask(item, by[i]));
  }
  if (isJsonObject(value) && isJsonObject(by)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, mask(item, by[key])]),
    );
  }
  return value;
}

function objects(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
