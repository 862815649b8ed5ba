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

import { createHash } from 'node:crypto';
import { ResourceDifference } from '../observation/Observation';
import { canonicalJson, compareTexts } from './canonicalJson';

/**
 * Identifies exactly this difference: SHA-256 over address, deposed key, class,
 * change, field paths and actual values. Free of order, of what was normalised
 * away, of recorded and desired values, and of wording.
 *
 * A sensitive field counts by its path alone, so a second change of the same
 * secret has the same fingerprint; a hash of the value would allow guessing it.
 * Where the resource as a whole is missing or goes, its fields do not count.
 *
 * @returns 64 lower-case hexadecimal digits
 *
 * @public
 */
export function fingerprintOf(difference: ResourceDifference): string {
  const whole =
    !difference.unmanaged &&
    ['create', 'delete', 'forget', 'move', 'read'].includes(difference.change);
  const fields = whole
    ? []
    : difference.fields
        .map(field => [
          field.path,
          field.sensitive ? 'sensitive' : 'value',
          field.sensitive ? '' : canonicalJson(field.actual),
        ])
        .sort((a, b) => compareTexts(a.join('\u0000'), b.join('\u0000')));
  return createHash('sha256')
    .update(
      JSON.stringify([
        'v1',
        difference.address,
        difference.deposed ?? '',
        difference.class,
        difference.change,
        fields,
      ]),
    )
    .digest('hex');
}
