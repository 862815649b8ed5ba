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
 * Extension points and interfaces for drift sources and remediators.
 *
 * @packageDocumentation
 */

export * from './attribution/Attributor';
export * from './attribution/AuditLogAccess';
export * from './attribution/AuditLogPace';
export * from './attribution/auditLogWindow';
export * from './attribution/driftAttributorsExtensionPoint';
export * from './cloud/CloudAdopter';
export * from './cloud/CloudDriftSource';
export * from './cloud/CloudProvider';
export * from './cloud/CloudRemediator';
export * from './cloud/createCloudModule';
export { readCloudAccounts } from './cloud/readCloudConfig';
export * from './explain/Explainer';
export * from './location/LocationPolicy';
export * from './location/readEntitySource';
export * from './location/readManifestFiles';
export * from './manifests/EntityManifests';
export { ManifestAdoption } from './manifests/ManifestAdoption';
export { holdsCredential, ManifestSet } from './manifests/ManifestSet';
export type { FoundManifest } from './manifests/ManifestSet';
export { NotPatchable } from './manifests/ManifestText';
export type { ManifestEdit } from './manifests/ManifestText';
export { valueAt } from './manifests/steps';
export type { Step } from './manifests/steps';
export * from './remediation/driftRemediatorsExtensionPoint';
export * from './remediation/pipeline/judgePipelineRun';
export * from './remediation/pipeline/PipelineDriver';
export * from './remediation/pipeline/PipelineHttp';
export * from './remediation/pipeline/PipelineRemediator';
export * from './remediation/pipeline/readPipelineAnswer';
export { readPipelineRoute } from './remediation/pipeline/PipelineRoute';
export type {
  PipelineRoute,
  PipelineTargets,
} from './remediation/pipeline/PipelineRoute';
export type { PipelineInputs } from './remediation/pipeline/planFromFindings';
export * from './remediation/Remediator';
export * from './source/DriftSource';
export * from './source/driftSourcesExtensionPoint';
export * from './source/names';
export * from './webhooks/readMessageHeaders';
export * from './webhooks/signature';
export type { Observation, ResourceDifference } from '@infra-hub/drift-engine';
