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

import { ExplainedBy } from '@infra-hub/backstage-plugin-drift-common';
import {
  Explainer,
  Explanation,
  ExplanationRequest,
} from '@infra-hub/backstage-plugin-drift-node';
import { explainReport } from '@infra-hub/drift-engine';

/** Explains by the engine's rules: at once, the same every time, without asking anybody. */
export class RuleExplainer implements Explainer {
  readonly explainedBy: ExplainedBy = { kind: 'rules' };

  async explain(request: ExplanationRequest): Promise<Explanation> {
    return explainByRules(request);
  }
}

/** What {@link RuleExplainer} says. */
export function explainByRules(request: ExplanationRequest): Explanation {
  const { target, findings, wanted } = request;
  const explainedBy: ExplainedBy = { kind: 'rules' };
  const explained = explainReport({
    findings,
    driftedResources: target.driftedResources,
    totalResources: target.totalResources,
  });
  return {
    summary: explained.summary,
    explainedBy,
    recommendation: explained.recommendation,
    findings: explained.findings
      .filter(({ fingerprint }) => wanted?.has(fingerprint) ?? true)
      .map(finding => ({ ...finding, explainedBy })),
  };
}
