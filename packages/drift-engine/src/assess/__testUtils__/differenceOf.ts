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

import type { FieldDifference } from '@infra-hub/backstage-plugin-drift-common';
import { Observation, ResourceDifference } from '../../observation/Observation';

/** A drifted `aws_thing.it` with one changed field, or what `parts` says. */
export function differenceOf(
  parts: Partial<ResourceDifference> = {},
): ResourceDifference {
  return {
    address: 'aws_thing.it',
    resourceType: 'aws_thing',
    resourceName: 'it',
    change: 'update',
    class: 'drift',
    rule: 'drift-to-revert',
    reason: 'It was changed.',
    fields: [fieldOf('/size', 2)],
    ...parts,
  };
}

export function fieldOf(
  path: string,
  actual: FieldDifference['actual'],
  more: Partial<FieldDifference> = {},
): FieldDifference {
  return { path, actual, ...more };
}

export function observationOf(
  differences: ResourceDifference[],
  parts: Partial<Observation> = {},
): Observation {
  return {
    differences,
    totalResources: 5,
    complete: true,
    blindSpots: [],
    warnings: [],
    evidence: 'plan-json',
    ...parts,
  };
}
