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

/**
 * What to do about a difference: make the code match reality, apply the code
 * again, or find out more first.
 *
 * @public
 */
export type Recommendation = 'update-code' | 'apply' | 'investigate';

/**
 * Who wrote a text: the built-in rules, or a language model.
 *
 * @public
 */
export interface ExplainedBy {
  kind: 'rules' | 'ai';
  /** Name of the model, when `kind` is `ai`. */
  model?: string;
}

/**
 * What one finding means, in plain text without markup. Never decides anything.
 *
 * @public
 */
export interface FindingExplanation {
  address: string;
  /** Fingerprint of the finding that this text is about. */
  fingerprint: string;
  /** What changed, with values and units. At most 1,000 characters. */
  description: string;
  /** What applying the code now would do. At most 1,000 characters. */
  consequence?: string;
  /** Only where there is evidence. At most 1,000 characters. */
  likelyCause?: string;
  recommendation: Recommendation;
  /** The recommendation as a sentence. At most 1,000 characters. */
  advice: string;
}

/**
 * Where the explanation of a target stands. `ready`: the text is from the
 * configured explainer, or the last one that it wrote. `pending`: a model is at
 * work, the text is an earlier one or from the rules until then. `failed`: the
 * model gave no usable text, the text is from the rules.
 *
 * @public
 */
export type AnalysisStatus = 'ready' | 'pending' | 'failed';

/**
 * The explanation of a target's open drift, beside the verdict.
 *
 * @public
 */
export interface DriftAnalysis {
  targetId: string;
  status: AnalysisStatus;
  /** Who wrote the summary. */
  explainedBy: ExplainedBy;
  /** Two or three sentences; at most 2,000 characters. */
  summary: string;
  /** For the target as a whole; absent when nothing drifted. */
  recommendation?: Recommendation;
  /** Explanations of open findings of class drift that are not muted, worst first; at most 200. */
  findings: (FindingExplanation & { explainedBy: ExplainedBy })[];
  /** When the text was written. ISO 8601. */
  writtenAt?: string;
  /** Why a model gave no text, one sentence without secrets. */
  failure?: string;
  /** Whether a model is configured, so that "explain again" can do more than repeat. */
  aiConfigured: boolean;
}
