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

import type { ResourceChange } from '@infra-hub/backstage-plugin-drift-common';

/**
 * What the plan does to one object; `none` for `no-op`.
 *
 * @public
 */
export type PlannedAction = ResourceChange | 'none';

const ACTIONS: Readonly<Record<string, PlannedAction>> = {
  'no-op': 'none',
  create: 'create',
  read: 'read',
  update: 'update',
  delete: 'delete',
  forget: 'forget',
  'delete,create': 'replace',
  'create,delete': 'replace',
  'create,forget': 'replace',
  'forget,create': 'replace',
};

/**
 * Reads `actions`. A combination that no known version writes is `unknown`, and
 * never taken for nothing.
 *
 * Source: terraform internal/command/jsonplan/plan.go, actionString.
 *
 * @public
 */
export function plannedAction(actions: readonly string[]): PlannedAction {
  const key = actions.join(',');
  return Object.hasOwn(ACTIONS, key) ? ACTIONS[key] : 'unknown';
}
