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
import { escapeSegment } from '../diff/pointer';

/**
 * The pointer of a field with elements of lists by their names,
 * `/spec/containers/[main]/image`, as far as the label of the field names them.
 * Undefined where label and path do not agree.
 */
export function namedPointer(
  field: Pick<FieldDifference, 'path' | 'label'>,
): string | undefined {
  if (field.label === undefined) {
    return undefined;
  }
  const names = [...field.label.matchAll(/\[([^\]]*)\]/g)].map(
    ([, name]) => name,
  );
  const named = field.path.split('/').map(segment => {
    const escaped =
      names[0] === undefined ? undefined : escapeSegment(names[0]);
    if (/^\d+$/.test(segment)) {
      names.shift();
      return escaped === undefined ? segment : `[${escaped}]`;
    }
    if (segment === escaped) {
      // An entry of a map stands in brackets, too
      names.shift();
    }
    return segment;
  });
  return names.length === 0 ? named.join('/') : undefined;
}
