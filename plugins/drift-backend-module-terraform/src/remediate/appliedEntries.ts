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
import {
  plannedAction,
  PlanDocument,
  PlanResourceEntry,
} from '@infra-hub/drift-engine';

/** An entry of a plan that applying it would carry out. */
export interface AppliedEntry {
  entry: PlanResourceEntry;
  /** What is done to the resource. */
  change: ResourceChange;
}

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
    const action = plannedAction(entry.actions);
    switch (action) {
      case 'delete':
        return { entry, change: 'forget' };
      case 'update':
      case 'create':
        return { entry, change: action };
      case 'none':
        return { entry, change: 'move' };
      default:
        return { entry, change: 'unknown' };
    }
  });
}

function changeOf(entry: PlanResourceEntry): ResourceChange | undefined {
  const action = plannedAction(entry.actions);
  switch (action) {
    case 'none': {
      if (entry.importing) {
        return 'import';
      }
      const { previousAddress } = entry;
      return previousAddress !== undefined && previousAddress !== entry.address
        ? 'move'
        : undefined;
    }
    case 'read':
      return undefined;
    default:
      return action;
  }
}
