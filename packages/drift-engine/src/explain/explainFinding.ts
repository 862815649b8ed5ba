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
import { adviceOn } from './adviceRules';
import { consequenceOf } from './consequences';
import { describeFinding } from './describeFinding';
import { likelyCauseOf } from './likelyCauses';
import { plainText } from './plainText';
import { tellFields } from './tellFields';

/** Characters of each text. */
const MAX_LENGTH = 1_000;

/**
 * What a finding means, by rules alone: what changed, what applying would do, why
 * where there is evidence, and what to do. The same finding gives the same text.
 * Values of the plan stand in quotes, cleaned and shortened; secrets are never shown.
 *
 * @public
 */
export function explainFinding(finding: Finding): FindingExplanation {
  const fields = tellFields(finding);
  const likelyCause = likelyCauseOf(finding, fields);
  const { recommendation, advice } = adviceOn(finding, fields);
  return {
    address: finding.address,
    fingerprint: finding.fingerprint,
    description: plainText(describeFinding(finding, fields), MAX_LENGTH),
    consequence: plainText(consequenceOf(finding, fields), MAX_LENGTH),
    ...(likelyCause === undefined
      ? {}
      : { likelyCause: plainText(likelyCause, MAX_LENGTH) }),
    recommendation,
    advice: plainText(advice, MAX_LENGTH),
  };
}
