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
 * A small local cloud with a portal and a Terraform provider, so that drift is
 * real offline. For development and tests only.
 *
 * @packageDocumentation
 */

export {
  startCloud,
  DEFAULT_ENDPOINT,
  DEFAULT_PORT,
  type RunningCloud,
  type StartCloudOptions,
} from './cloud/startCloud';
export { CloudClient, type CloudClientOptions } from './cloud/CloudClient';
export {
  startKubernetes,
  DEFAULT_KUBERNETES_PORT,
  type KubernetesRequest,
  type RunningKubernetes,
  type StartKubernetesOptions,
} from './kubernetes/startKubernetes';
export type {
  KubernetesFault,
  KubernetesFaultEffect,
  KubernetesFaults,
} from './kubernetes/faults';
export type {
  KubernetesConsole,
  KubernetesObjectName,
} from './kubernetes/KubernetesConsole';
export {
  startAws,
  DEFAULT_AWS_PORT,
  type AwsRequest,
  type RunningAws,
  type StartAwsOptions,
} from './aws/startAws';
export type { AwsConsole, AwsResourceName } from './aws/AwsConsole';
export type { AwsFault, AwsFaultEffect, AwsFaults } from './aws/faults';
export type { AwsUser } from './aws/signature';
export {
  exampleTenants,
  prepareTenants,
  startTenantCluster,
  type ExampleTenant,
  type TenantCluster,
} from './demo/prepareTenants';
export {
  exampleAwsTenants,
  prepareAws,
  startTenantAws,
  type ExampleAwsTenant,
  type TenantAws,
} from './demo/prepareAws';
export type { KubernetesRule, KubernetesUser } from './kubernetes/access';
export type { KubernetesAdmission } from './kubernetes/KubernetesApi';
export { CloudError } from './cloud/CloudError';
export type { CloudResource } from './cloud/Cloud';
export type { AuditChange, AuditEntry } from './cloud/CloudState';
export type { Faults, FaultOptions } from './cloud/Faults';
export type { JsonObject, JsonValue } from './cloud/json';
export {
  installProvider,
  writeCliConfig,
  PROVIDER_SOURCE,
  PROVIDER_VERSION,
  type InstalledProvider,
} from './provider/installProvider';
export {
  copyExamples,
  exampleModules,
  repositoryRoot,
  type ExampleModule,
} from './demo/exampleModules';
export {
  prepareDemo,
  type PreparedDemo,
  type PrepareDemoOptions,
} from './demo/prepareDemo';
export { findTerraform } from './demo/TerraformTool';
