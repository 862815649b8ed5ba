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

import type { DriftReport } from '@infra-hub/backstage-plugin-drift-common';
import { assess, AssessOptions } from '../../assess/assess';
import { inChunks, planBytes } from '../../plan/__testUtils__/plans';
import { readPlan } from '../../plan/readPlan';
import { ObserveOptions, observePlan } from '../observePlan';

/** An entry in the words of `terraform show -json`. */
export interface Entry {
  address?: string;
  mode?: string;
  type?: string;
  actions: string[];
  before?: unknown;
  after?: unknown;
  after_unknown?: unknown;
  before_sensitive?: unknown;
  after_sensitive?: unknown;
  replace_paths?: unknown;
  importing?: unknown;
  previous_address?: string;
  deposed?: string;
  action_reason?: string;
}

/** What differs from an ordinary plan of one resource `test_thing.it`. */
export interface PlanParts {
  drift?: Entry[];
  /** `undefined` makes a refresh-only plan. */
  changes?: Entry[];
  /** Expressions by configuration address. */
  configuration?: Record<string, unknown>;
  more?: Record<string, unknown>;
}

/** A plan document with the given entries. */
export function planOf(parts: PlanParts): unknown {
  return {
    format_version: '1.2',
    terraform_version: '1.11.4',
    planned_values: { root_module: {} },
    ...(parts.drift ? { resource_drift: parts.drift.map(entryOf) } : {}),
    ...(parts.changes ? { resource_changes: parts.changes.map(entryOf) } : {}),
    configuration: {
      root_module: {
        resources: Object.entries(parts.configuration ?? {}).map(
          ([address, expressions]) => ({
            address,
            mode: 'managed',
            type: address.split('.')[0],
            name: address.split('.')[1],
            expressions,
          }),
        ),
      },
    },
    ...parts.more,
  };
}

/** The verdict over a plan with the given entries. */
export async function reportOf(
  parts: PlanParts,
  options: ObserveOptions & AssessOptions = {},
): Promise<DriftReport> {
  return reportOfBytes(planBytes(planOf(parts)), options);
}

/** The verdict over the bytes of a plan. */
export async function reportOfBytes(
  bytes: Uint8Array,
  options: ObserveOptions & AssessOptions = {},
): Promise<DriftReport> {
  return assess(observePlan(await readPlan(inChunks(bytes)), options), options);
}

function entryOf(entry: Entry): unknown {
  const {
    address = 'test_thing.it',
    mode = 'managed',
    type,
    previous_address,
    deposed,
    action_reason,
    ...change
  } = entry;
  const parts = address.replace(/\[[^\]]*\]/g, '').split('.');
  return {
    address,
    mode,
    type: type ?? parts.at(-2),
    name: parts.at(-1),
    ...(previous_address ? { previous_address } : {}),
    ...(deposed ? { deposed } : {}),
    ...(action_reason ? { action_reason } : {}),
    change: { before: null, after: null, ...change },
  };
}
