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

import {
  AnalyzeAnswer,
  DriftAnalysis,
  Finding,
  ResourceChange,
} from '@infra-hub/backstage-plugin-drift-common';
import { ReceivedPush } from './PlanIngest';

type AnsweredChange = AnalyzeAnswer['resources'][number]['change'];

/** The answer knows four changes; what is neither of them changes the resource. */
const CHANGES: Partial<Record<ResourceChange, AnsweredChange>> = {
  create: 'create',
  delete: 'destroy',
  replace: 'replace',
};

const ADVICE = {
  'update-code': 'Update the code',
  apply: 'Apply the code',
  investigate: 'Investigate',
} as const;

/** Verdict and words in the shape that pipelines know. */
export function toAnalyzeAnswer(
  push: ReceivedPush,
  analysis: DriftAnalysis,
): AnalyzeAnswer {
  const { report, targetId, scanId } = push;
  const recommendation =
    report.status === 'error' ? undefined : analysis.recommendation;
  const changes = new Map(
    report.findings.map(finding => [keyOf(finding), finding.change]),
  );
  return {
    driftDetected: report.driftedResources > 0,
    resourceCount: report.driftedResources,
    summary: report.error ?? analysis.summary,
    risk: report.risk,
    resources: analysis.findings.flatMap(finding => {
      const change = changes.get(keyOf(finding));
      return change === undefined
        ? []
        : [
            {
              address: finding.address,
              change: CHANGES[change] ?? 'update',
              description: finding.description,
              ...(finding.likelyCause && { likelyCause: finding.likelyCause }),
              recommendation: finding.advice,
            },
          ];
    }),
    ...(recommendation && { recommendation: ADVICE[recommendation] }),
    status: report.status,
    targetId,
    scanId,
    warnings: report.warnings,
    analysis: {
      status: analysis.status,
      explainedBy: analysis.explainedBy,
      ...(recommendation && { recommendation }),
      ...(analysis.failure && { failure: analysis.failure }),
    },
  };
}

function keyOf(of: Pick<Finding, 'address' | 'fingerprint'>): string {
  return JSON.stringify([of.address, of.fingerprint]);
}
