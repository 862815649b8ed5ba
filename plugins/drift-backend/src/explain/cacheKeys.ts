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

import { Finding } from '@infra-hub/backstage-plugin-drift-common';
import { createHash } from 'node:crypto';

/**
 * Names the text on one finding. The fingerprint does not speak of what the code
 * wants, which the text does, so all that a model sees of a finding takes part.
 */
export function findingKey(options: {
  finding: Finding;
  /** Provider, model and version of the prompt. */
  writer: string;
}): string {
  const { finding, writer } = options;
  return hash([
    writer,
    finding.fingerprint,
    finding.deposed ?? '',
    finding.change,
    finding.severity,
    finding.reason,
    [...finding.fields].sort((a, b) => (a.path < b.path ? -1 : 1)),
    [
      finding.attribution?.who ?? '',
      finding.attribution?.how ?? '',
      ...(finding.attribution?.confidence
        ? [finding.attribution.confidence]
        : []),
    ],
  ]);
}

/** Names the text on a set of findings, in any order. */
export function setKey(findingKeys: Iterable<string>): string {
  return hash([...findingKeys].sort());
}

function hash(parts: unknown): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
