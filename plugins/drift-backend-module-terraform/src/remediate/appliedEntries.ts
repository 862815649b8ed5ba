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

import { ResourceChange } from '@infra-hub/backstage-plugin-drift-common';
import { PlanDocument, PlanResourceEntry } from '@infra-hub/drift-engine';

/** An entry of a plan that applying it would carry out. */
export interface AppliedEntry {
  entry: PlanResourceEntry;
  /** What is done to the resource. */
  change: ResourceChange;
}

/** Source: terraform internal/command/jsonplan/plan.go, actionString. */
const CHANGES: Readonly<Record<string, ResourceChange>> = {
  create: 'create',
  update: 'update',
  delete: 'delete',
  forget: 'forget',
  'delete,create': 'replace',
  'create,delete': 'replace',
  'create,forget': 'replace',
  'forget,create': 'replace',
};

/**
 * Everything that applying a normal plan does: also what the engine calls noise,
 * and moves and imports, which change the state alone. An action that this version
 * does not know is `unknown`, never nothing.
 */
export function appliedEntries(plan: PlanDocument): AppliedEntry[] {
  return plan.changes.flatMap(entry => {
    const change = changeOf(entry);
    return change === undefined ? [] : [{ entry, change }];
  });
}

/**
 * Everything that applying a refresh-only plan does, to the state alone. What is
 * gone in reality is only forgotten.
 */
export function refreshedEntries(plan: PlanDocument): AppliedEntry[] {
  return plan.drift.map(entry => {
    const actions = entry.actions.join(',');
    if (actions === 'delete') {
      return { entry, change: 'forget' };
    }
    if (actions === 'update' || actions === 'create') {
      return { entry, change: actions };
    }
    return { entry, change: actions === 'no-op' ? 'move' : 'unknown' };
  });
}

function changeOf(entry: PlanResourceEntry): ResourceChange | undefined {
  const actions = entry.actions.join(',');
  if (actions === 'no-op') {
    if (entry.importing) {
      return 'import';
    }
    const { previousAddress } = entry;
    return previousAddress !== undefined && previousAddress !== entry.address
      ? 'move'
      : undefined;
  }
  if (actions === 'read') {
    return undefined;
  }
  return Object.hasOwn(CHANGES, actions) ? CHANGES[actions] : 'unknown';
}
