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
import { plainText } from './plainText';
import { nounOf } from './words/resourceNouns';
import { quoted } from './words/values';

/** `AKS cluster 'main'`, with instance key and module where there are any. */
export function nameOfResource(finding: Finding): string {
  const key = /(\[(?:\d+|"(?:[^"\\]|\\.)*")\])$/.exec(finding.address)?.[1];
  const name = `${finding.resourceName}${key ?? ''}`;
  return `${nounOfResource(finding)} ${quoted(name)}${moduleOf(finding)}`;
}

export function nounOfResource(finding: Finding): string {
  return plainText(nounOf(finding.resourceType), 60);
}

/** ` in module 'network'` */
function moduleOf(finding: Finding): string {
  return finding.moduleAddress === undefined
    ? ''
    : ` in module ${quoted(
        finding.moduleAddress.replace(/(^|\.)module\./g, '$1'),
      )}`;
}
