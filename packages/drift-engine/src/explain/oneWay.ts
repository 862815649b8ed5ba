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

import type { Finding } from '@infra-hub/backstage-plugin-drift-common';
import { ToldField } from './tellFields';

/** A change that no cloud takes back in place. */
export interface OneWay {
  paths: readonly string[];
  /** Only going up is one-way. */
  grown: boolean;
  /** One sentence. */
  reason: string;
}

const CLOUD_TYPES = ['database', 'storage'];

const ONE_WAYS: readonly OneWay[] = [
  {
    paths: ['/storageGiB', '/capacityGiB'],
    grown: true,
    reason: 'Storage can only grow, so it cannot be made smaller in place.',
  },
  {
    paths: ['/version'],
    grown: true,
    reason: 'A database cannot go back to an older version in place.',
  },
  {
    paths: ['/engine'],
    grown: false,
    reason: 'The engine of a database cannot be changed in place.',
  },
  {
    paths: ['/region'],
    grown: false,
    reason: 'A resource cannot be moved to another region in place.',
  },
];

/** Why a change of a database or storage in a cloud cannot be taken back, where that is so. */
export function oneWayOf(
  finding: Finding,
  { field, trend }: ToldField,
): OneWay | undefined {
  return CLOUD_TYPES.includes(finding.resourceType) && finding.class === 'drift'
    ? ONE_WAYS.find(
        ({ paths, grown }) =>
          paths.includes(field.path) && (!grown || trend === 'more'),
      )
    : undefined;
}
