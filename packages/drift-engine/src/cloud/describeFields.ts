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
import { describeChange } from '../explain/describeChange';
import { plainText } from '../explain/plainText';
import { quoted } from '../explain/words/values';
import { listed, upperFirst } from '../explain/words/words';
import { clean } from './Addresses';

/** Names that a sentence tells. */
const MAX_NAMED = 6;

/** `Public access and the instance size of database 'orders' are not what is desired.` */
export function describeFields(
  resource: { resourceType: string; resourceName: string },
  fields: readonly FieldDifference[],
): string {
  const { resourceType, resourceName } = resource;
  const subjects = [
    ...new Set(
      fields.map(field => {
        const { subject = 'the value', within } = describeChange(
          field,
          field.desired,
          field.actual,
          resourceType,
        );
        return plainText(`${subject}${within}`, 120);
      }),
    ),
  ];
  const rest = subjects.length - MAX_NAMED;
  const named = subjects
    .slice(0, MAX_NAMED)
    .concat(rest > 0 ? [`${rest} more`] : []);
  return upperFirst(
    `${listed(named)} of ${resourceType} ${quoted(clean(resourceName))} ${
      subjects.length === 1 ? 'is' : 'are'
    } not what is desired.`,
  );
}
