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

import { AnalysisStatus, ExplainedBy, Recommendation } from './analysis';
import { ReportStatus, Risk } from './report';

/**
 * Where a pushed plan comes from. All optional, all shown to people.
 *
 * @public
 */
export interface PlanOrigin {
  /** Link to the run of the pipeline; http or https. At most 2,000 characters. */
  runUrl?: string;
  /** Commit of the code that was planned. At most 100 characters. */
  commit?: string;
  /** Who or what started the run. At most 200 characters. */
  actor?: string;
  /** Id of the run, unique for the target: a plan sent twice with the same id is stored once. At most 200 characters. */
  runId?: string;
}

/**
 * A plan for `POST /analyze`.
 *
 * @public
 */
export interface AnalyzeRequest extends PlanOrigin {
  /** Name of the module, 1 to 255 characters. */
  module: string;
  /** 1 to 100 characters. */
  client?: string;
  /** `terraform show -json` of the plan; preferred. */
  plan?: object;
  /** What `terraform plan` printed; lower evidence. */
  planOutput?: string;
  /** Exit code of `terraform plan -detailed-exitcode`: 0, 1 or 2. */
  exitCode?: number;
}

/**
 * The answer to `POST /analyze`.
 *
 * @public
 */
export interface AnalyzeAnswer {
  driftDetected: boolean;
  /** Number of drifted resources. */
  resourceCount: number;
  summary: string;
  risk: Risk;
  resources: {
    address: string;
    change: 'update' | 'create' | 'destroy' | 'replace';
    description: string;
    likelyCause?: string;
    recommendation: string;
  }[];
  recommendation?: string;
  status: ReportStatus;
  targetId: string;
  scanId: string;
  warnings: string[];
  /** Who wrote the texts, and how the model fared. Never changes the verdict. */
  analysis: {
    status: AnalysisStatus;
    explainedBy: ExplainedBy;
    recommendation?: Recommendation;
    failure?: string;
  };
}

/**
 * The answer to `POST /ingest/plan`.
 *
 * @public
 */
export interface IngestResult {
  scanId: string;
  targetId: string;
  /** True when this run had been sent before; nothing was stored again. */
  replayed: boolean;
}
