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

import { fromPointer, toPointer } from '../diff/pointer';
import { isObject, State } from '../diff/values';

/** Whether the code sets an attribute; `unknown` where the plan does not tell. */
export type Configured = 'yes' | 'no' | 'unknown';

/**
 * Looks an attribute up in the paths that the configuration of its resource
 * sets.
 *
 * Blocks that a `dynamic` block makes are not in the configuration part of a
 * plan (terraform internal/command/jsonconfig), so a list of blocks that the
 * configuration does not name is `unknown`, not `no`.
 */
export function configuredBy(
  paths: Set<string> | undefined,
): (segments: readonly (string | number)[], values: State[]) => Configured {
  if (!paths) {
    return () => 'unknown';
  }
  const leaves = leavesOf(paths);
  return (segments, values) => {
    const names = segments.filter(segment => typeof segment === 'string');
    for (let length = 1; length <= names.length; length++) {
      const prefix = toPointer(names.slice(0, length));
      if (
        leaves.has(prefix) ||
        (length === names.length && paths.has(prefix))
      ) {
        return 'yes';
      }
    }
    const first = toPointer(names.slice(0, 1));
    const maybeDynamic = !paths.has(first) && isInBlock(segments, values);
    return maybeDynamic ? 'unknown' : 'no';
  };
}

function leavesOf(paths: Set<string>): Set<string> {
  const leaves = new Set(paths);
  for (const path of paths) {
    leaves.delete(toPointer(fromPointer(path).slice(0, -1)));
  }
  return leaves;
}

/** The place is a list of blocks, one of them, or inside of one. */
function isInBlock(
  segments: readonly (string | number)[],
  values: State[],
): boolean {
  const position = segments.findIndex(segment => typeof segment === 'number');
  if (position >= 0) {
    return position < segments.length - 1 || values.some(isObject);
  }
  return values.some(
    value => Array.isArray(value) && value.length > 0 && value.every(isObject),
  );
}
