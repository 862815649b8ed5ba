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
import { applyIgnoreRules } from './applyIgnoreRules';
import { IgnoreContext, IgnoreRule } from './IgnoreRule';
import { unmuted } from './unmuted';

/**
 * What one rule does to one finding.
 *
 * @public
 */
export interface TestedFinding {
  muted: 'whole' | 'part' | 'not';
  /** Pointers of the fields that the rule mutes. */
  paths: string[];
}

/**
 * What a rule alone would do to a finding, whatever mutes it now. When the rule
 * expires does not matter.
 *
 * @public
 */
export function testIgnoreRule(
  finding: Finding,
  rule: Omit<IgnoreRule, 'id' | 'reason'>,
  context: Omit<IgnoreContext, 'now'>,
): TestedFinding {
  const difference = unmuted(finding);
  const result = applyIgnoreRules(
    difference,
    [{ ...rule, expires: undefined, id: 'tested', reason: '' }],
    context,
  );
  if (result.suppressedBy) {
    return {
      muted: 'whole',
      paths: difference.fields.map(field => field.path),
    };
  }
  const left = new Set(result.difference.fields);
  const paths = difference.fields
    .filter(field => !left.has(field))
    .map(field => field.path);
  return { muted: paths.length > 0 ? 'part' : 'not', paths };
}
