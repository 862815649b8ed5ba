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
  FieldDifference,
  Finding,
  NormalisedField,
} from '@infra-hub/backstage-plugin-drift-common';
import { ResourceDifference } from '../observation/Observation';
import { SET_ASIDE } from './IgnoreRule';

/** What was observed before rules and acknowledgements, as far as the finding holds it. */
export function unmuted(finding: Finding): ResourceDifference {
  const {
    severity,
    severityRule,
    fingerprint,
    suppressedBy,
    acknowledgement,
    ...difference
  } = finding;
  const restored: FieldDifference[] = [];
  const kept: NormalisedField[] = [];
  for (const field of difference.normalised ?? []) {
    if (field.muted && field.normaliser.startsWith(SET_ASIDE)) {
      restored.push(field.muted);
    } else {
      kept.push(field);
    }
  }
  if (restored.length === 0) {
    return difference;
  }
  const { normalised, ...rest } = difference;
  return {
    ...(kept.length > 0 ? { ...difference, normalised: kept } : rest),
    fields: [...finding.fields, ...restored].sort((one, other) =>
      one.path < other.path ? -1 : Number(one.path > other.path),
    ),
  };
}

/**
 * Rules that set fields aside whose values the finding does not hold, so that only
 * another look can tell what they are.
 *
 * @public
 */
export function forgottenRules(finding: Pick<Finding, 'normalised'>): string[] {
  return (finding.normalised ?? [])
    .filter(field => !field.muted && field.normaliser.startsWith(SET_ASIDE))
    .map(field => field.normaliser.slice(SET_ASIDE.length));
}
