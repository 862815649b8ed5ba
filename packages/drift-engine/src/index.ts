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
 * Decides what is infrastructure drift and how bad it is: pure functions over
 * Terraform plans and live objects.
 *
 * @packageDocumentation
 */

export * from './observation/Observation';
export * from './plan/PlanDocument';
export * from './plan/PlanLimits';
export * from './plan/PlanReadError';
export { fileBytes } from './plan/fileBytes';
export { readPlan } from './plan/readPlan';
export * from './redact/redactPlan';
export * from './redact/secrets';
export * from './text/LowEvidencePlan';
export { readPlanText } from './text/readPlanText';
export type { TextLimits } from './text/readText';
export { readUiStream } from './text/readUiStream';
export * from './terraform/observePlan';
export * from './terraform/observeLowEvidence';
export * from './kubernetes/compareKubernetes';
export type { KubernetesObject } from './kubernetes/KubernetesObject';
export { parseKubernetesAddress } from './kubernetes/identity';
export * from './kubernetes/read/KubernetesReadError';
export * from './kubernetes/read/readAnswers';
export { readKubernetesManifests } from './kubernetes/read/readManifests';
export { plannedAction } from './classify/actions';
export type { PlannedAction } from './classify/actions';
export * from './hcl/HclFile';
export { scanHcl } from './hcl/HclScanner';
export * from './hcl/edits';
export * from './hcl/values';
export * from './severity/SeverityRule';
export type {
  AcceptedDrift,
  IgnoreContext,
  IgnoreRule,
} from './suppress/IgnoreRule';
export { concernsTarget } from './suppress/applyIgnoreRules';
export {
  ACKNOWLEDGEMENT_RULE,
  isOver,
  mutingRules,
} from './suppress/IgnoreRule';
export { forgottenRules } from './suppress/unmuted';
export * from './suppress/testIgnoreRule';
export { suggestIgnoreRule } from './suppress/suggestIgnoreRule';
export type { ImportedRules, ImportProblem } from './suppress/importedRules';
export { importDriftIgnore } from './suppress/importDriftIgnore';
export { importArgoIgnoreDifferences } from './suppress/importArgoIgnoreDifferences';
export { globMatches } from './suppress/glob';
export { canonicalJson } from './fingerprint/canonicalJson';
export * from './fingerprint/fingerprint';
export * from './approval/approvalDigest';
export { assess, reassess } from './assess/assess';
export type { AssessOptions } from './assess/assess';
export { summarise } from './assess/summarise';
export { hidesFinding, keepUnseen, unseenAddresses } from './unseen/keepUnseen';
export { digestFindings } from './explain/digestFindings';
export type { DigestOptions, FindingsDigest } from './explain/digestFindings';
export { explainFinding } from './explain/explainFinding';
export { explainReport } from './explain/explainReport';
export type {
  ExplainableReport,
  ReportExplanation,
} from './explain/explainReport';
export { certaintyOf } from './explain/likelyCauses';
export { plainText } from './explain/plainText';
export * from './cloud/CloudKind';
export * from './cloud/CloudResource';
export { compareCloud, compareCloudInDetail } from './cloud/compareCloud';
export type { CloudFieldPair, CloudPair } from './cloud/compareCloud';
export { readDesiredCloudResource } from './cloud/readDesiredCloudResource';
export { toLiveCloudResource } from './cloud/toLiveCloudResource';
export { applyCloudWrites, isEqual, valueAt } from './cloud/cloudWrites';
export { mergePatch } from './cloud/mergePatch';
export { fromPointer, toPointer } from './diff/pointer';
export * from './cloud/planCloudRepair';
