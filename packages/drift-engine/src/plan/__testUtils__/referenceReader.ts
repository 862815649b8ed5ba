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

import { jsonPointer, withoutInstanceKeys } from '../planAddress';

/*
 * What a plan says, read in the most obvious way: JSON.parse and loops. Slow,
 * needs the whole document in memory, and trusts it. The streaming reader has
 * to say the same.
 */

export interface ReferencePlan {
  drift: unknown[];
  changes: unknown[];
  hasResourceChanges: boolean;
  totalResources: number;
  changedOutputs: string[];
  actionInvocations: number;
  dataReads: number;
  configured: Record<string, string[]>;
}

type Json = any;

const isObject = (value: Json) =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: Json) =>
  typeof value === 'string' && value !== '' ? value : undefined;

const key = (entry: Json) => `${entry.address} ${text(entry.deposed) ?? ''}`;

const only = (entry: Json) =>
  isObject(entry.change) &&
  Array.isArray(entry.change.actions) &&
  entry.change.actions.length === 1
    ? entry.change.actions[0]
    : undefined;

const plain = (entry: Json) =>
  only(entry) === 'no-op' &&
  text(entry.previous_address) === undefined &&
  (entry.change.importing ?? undefined) === undefined;

const mode = (entry: Json) =>
  typeof entry.mode === 'string' ? entry.mode : 'managed';

export function referenceRead(plan: Json): ReferencePlan {
  const allDrift: Json[] = plan.resource_drift ?? [];
  const allChanges: Json[] = plan.resource_changes ?? [];

  const drift = allDrift.filter(
    entry => mode(entry) === 'managed' && !plain(entry),
  );
  const driftKeys = new Set(drift.map(key));
  const changes = allChanges.filter(
    entry =>
      mode(entry) !== 'data' && (!plain(entry) || driftKeys.has(key(entry))),
  );

  const managed = [...allDrift, ...allChanges].filter(
    entry => mode(entry) === 'managed' && typeof entry.address === 'string',
  );
  const named = new Set(
    managed
      .filter(entry => text(entry.deposed) === undefined)
      .map(entry => entry.address),
  );
  const movedFrom = new Set(
    managed
      .filter(entry => text(entry.previous_address) !== undefined)
      .filter(entry => entry.previous_address !== entry.address)
      .map(entry => entry.previous_address),
  );
  const recorded = new Set<string>();
  const walk = (module: Json) => {
    if (!isObject(module)) {
      return;
    }
    const resources = Array.isArray(module.resources) ? module.resources : [];
    for (const resource of resources.filter(isObject)) {
      if (
        resource.mode === 'managed' &&
        text(resource.deposed_key) === undefined &&
        typeof resource.address === 'string'
      ) {
        recorded.add(resource.address);
      }
    }
    if (Array.isArray(module.child_modules)) {
      module.child_modules.forEach(walk);
    }
  };
  walk(
    isObject(plan.prior_state?.values)
      ? plan.prior_state.values.root_module
      : undefined,
  );
  const total = new Set(named);
  for (const address of recorded) {
    if (!movedFrom.has(address)) {
      total.add(address);
    }
  }

  const wanted = new Set(
    [...drift, ...changes].map(entry => withoutInstanceKeys(entry.address)),
  );
  const configured: Record<string, string[]> = {};
  const walkConfig = (module: Json, prefix: string) => {
    if (!isObject(module)) {
      return;
    }
    const resources = Array.isArray(module.resources) ? module.resources : [];
    for (const resource of resources.filter(isObject)) {
      const address = `${prefix}${resource.address}`;
      if (
        typeof resource.address === 'string' &&
        mode(resource) === 'managed' &&
        wanted.has(address)
      ) {
        configured[address] = paths(resource.expressions ?? {}, []).sort();
      }
    }
    if (isObject(module.module_calls)) {
      for (const [name, call] of Object.entries<Json>(module.module_calls)) {
        walkConfig(call?.module, `${prefix}module.${name}.`);
      }
    }
  };
  walkConfig(plan.configuration?.root_module, '');

  return {
    drift,
    changes,
    hasResourceChanges: Array.isArray(plan.resource_changes),
    totalResources: total.size,
    changedOutputs: Object.entries<Json>(plan.output_changes ?? {})
      .filter(([, output]) => only({ change: output }) !== 'no-op')
      .map(([name]) => name),
    actionInvocations: (plan.action_invocations ?? []).length,
    dataReads: allChanges.filter(
      entry => mode(entry) === 'data' && only(entry) === 'read',
    ).length,
    configured,
  };
}

function paths(body: Json, steps: string[]): string[] {
  const found = new Set<string>();
  for (const [name, value] of Object.entries<Json>(
    isObject(body) ? body : {},
  )) {
    found.add(jsonPointer([...steps, name]));
    const blocks = Array.isArray(value) ? value : [value];
    for (const block of blocks) {
      const expression =
        !Array.isArray(value) &&
        (!isObject(block) ||
          Object.keys(block).every(
            member =>
              member === 'constant_value' ||
              (member === 'references' && Array.isArray(block.references)),
          ));
      if (!expression) {
        paths(block, [...steps, name]).forEach(path => found.add(path));
      }
    }
  }
  return [...found];
}
