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
  ExplainedBy,
  Finding,
  FindingExplanation,
  Recommendation,
} from '@infra-hub/backstage-plugin-drift-common';

/**
 * What an {@link Explainer} is asked to put into words.
 *
 * @public
 */
export interface ExplanationRequest {
  /** Facts about the target; nothing that could change the verdict. */
  target: {
    id: string;
    source: string;
    name: string;
    client?: string;
    /** Resources with drift, and all that were looked at. */
    driftedResources: number;
    totalResources: number;
  };
  /** Open findings of class drift that are not muted, worst first, free of secret values. At most 200. */
  findings: Finding[];
  /** Fingerprints of the findings whose text is wanted; all when absent. The summary is always over all. */
  wanted?: ReadonlySet<string>;
}

/**
 * Texts, beside the verdict and never part of it.
 *
 * @public
 */
export interface Explanation {
  /** Two or three sentences in plain text, at most 2,000 characters. */
  summary: string;
  /** Who wrote the summary. */
  explainedBy: ExplainedBy;
  /** For the target as a whole; absent when nothing drifted. */
  recommendation?: Recommendation;
  /** Of the findings that were asked for; who wrote each may differ. */
  findings: (FindingExplanation & { explainedBy: ExplainedBy })[];
}

/**
 * Puts findings into words. An explainer gets findings that were decided before
 * and has no way to decide anything.
 *
 * @public
 */
export interface Explainer {
  /** Who speaks. */
  readonly explainedBy: ExplainedBy;
  /**
   * @throws An error whose message is one sentence without secrets.
   */
  explain(
    request: ExplanationRequest,
    options: { signal: AbortSignal },
  ): Promise<Explanation>;
}
