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

import { JsonValue } from '@backstage/types';
import type {
  FieldDifference,
  Finding,
} from '@infra-hub/backstage-plugin-drift-common';

/** A drifted finding of a type and name, with what `parts` says. */
export function findingOf(
  type: string,
  name: string,
  fields: FieldDifference[],
  parts: Partial<Finding> = {},
): Finding {
  return {
    address: `${type}.${name}`,
    resourceType: type,
    resourceName: name,
    change: 'update',
    class: 'drift',
    rule: 'drift-to-revert',
    reason: 'It was changed outside.',
    severity: 'medium',
    fingerprint: 'f00d',
    fields,
    ...parts,
  };
}

/** A field that went from what was recorded, and is wanted, to what is. */
export function fieldFrom(
  path: string,
  recorded: JsonValue | undefined,
  actual: JsonValue | undefined,
  more: Partial<FieldDifference> = {},
): FieldDifference {
  return {
    path,
    ...(recorded === undefined ? {} : { recorded, desired: recorded }),
    ...(actual === undefined ? {} : { actual }),
    ...more,
  };
}
