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

import { PlanResourceEntry, PlanValue } from './PlanDocument';
import { pathStep } from './planAddress';
import { PlanReadError } from './PlanReadError';

type Members = { [key: string]: PlanValue };

/**
 * Turns one element of `resource_drift` or `resource_changes` into an entry.
 *
 * Source: terraform internal/command/jsonplan/resource.go.
 */
export function toEntry(element: PlanValue): PlanResourceEntry {
  const raw = element as Members;
  const address = text(raw.address);
  if (address === undefined) {
    throw new PlanReadError(
      'not-a-plan',
      'An entry of resource_drift or resource_changes has no address.',
    );
  }
  const change = isMembers(raw.change) ? raw.change : undefined;
  const actions = change?.actions;
  const entry: PlanResourceEntry = {
    address,
    mode: text(raw.mode) ?? 'managed',
    type: text(raw.type) ?? '',
    name: text(raw.name) ?? '',
    actions: Array.isArray(actions)
      ? actions.map(action => text(action) ?? 'unknown')
      : [],
  };
  const moduleAddress = text(raw.module_address);
  if (moduleAddress) {
    entry.moduleAddress = moduleAddress;
  }
  const previousAddress = text(raw.previous_address);
  if (previousAddress) {
    entry.previousAddress = previousAddress;
  }
  if (typeof raw.index === 'string' || typeof raw.index === 'number') {
    entry.index = raw.index;
  }
  const providerName = text(raw.provider_name);
  if (providerName) {
    entry.providerName = providerName;
  }
  const deposed = text(raw.deposed);
  if (deposed) {
    entry.deposed = deposed;
  }
  const actionReason = text(raw.action_reason);
  if (actionReason) {
    entry.actionReason = actionReason;
  }
  if (change) {
    copyChange(change, entry);
  }
  return entry;
}

function copyChange(change: Members, entry: PlanResourceEntry): void {
  // A member that is absent stays absent: `before: null` and no `before` differ.
  if (change.before !== undefined) {
    entry.before = change.before;
  }
  if (change.after !== undefined) {
    entry.after = change.after;
  }
  if (change.after_unknown !== undefined) {
    entry.afterUnknown = change.after_unknown;
  }
  if (change.before_sensitive !== undefined) {
    entry.beforeSensitive = change.before_sensitive;
  }
  if (change.after_sensitive !== undefined) {
    entry.afterSensitive = change.after_sensitive;
  }
  if (Array.isArray(change.replace_paths)) {
    entry.replacePaths = change.replace_paths
      .filter(Array.isArray)
      .map(path => path.map(pathStep));
  }
  if (change.importing !== undefined && change.importing !== null) {
    entry.importing = true;
  }
}

function text(value: PlanValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isMembers(value: PlanValue | undefined): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
