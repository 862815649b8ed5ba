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
 * Root modules of the entity, relative to its source location: a comma
 * separated list of directories.
 *
 * @public
 */
export const ANNOTATION_TERRAFORM_DIR = 'infra-hub.io/terraform-dir';

/**
 * Client (tenant) that the entity's targets belong to.
 *
 * @public
 */
export const ANNOTATION_CLIENT = 'infra-hub.io/client';

/**
 * Terraform workspace of the entity's modules.
 *
 * @public
 */
export const ANNOTATION_TERRAFORM_WORKSPACE =
  'infra-hub.io/terraform-workspace';

/**
 * Makes an entity a tenant: the id under which its infrastructure is known.
 *
 * @public
 */
export const ANNOTATION_TENANT_ID = 'infra-hub.io/tenant-id';

/**
 * Directory or file with the tenant's Kubernetes manifests, relative to the
 * entity's source location.
 *
 * @public
 */
export const ANNOTATION_DESIRED_STATE = 'infra-hub.io/desired-state';

/**
 * Name of the configured cluster that the tenant runs on.
 *
 * @public
 */
export const ANNOTATION_KUBERNETES_CLUSTER = 'infra-hub.io/kubernetes-cluster';

/**
 * Comma separated namespaces of the tenant.
 *
 * @public
 */
export const ANNOTATION_KUBERNETES_NAMESPACES =
  'infra-hub.io/kubernetes-namespaces';

/**
 * Comma separated names or ids of the configured AWS accounts of the tenant.
 *
 * @public
 */
export const ANNOTATION_AWS_ACCOUNTS = 'infra-hub.io/aws-accounts';

/**
 * Comma separated names or ids of the configured Azure subscriptions of the tenant.
 *
 * @public
 */
export const ANNOTATION_AZURE_SUBSCRIPTIONS =
  'infra-hub.io/azure-subscriptions';

/**
 * Comma separated names or ids of the configured Google Cloud projects of the tenant.
 *
 * @public
 */
export const ANNOTATION_GCP_PROJECTS = 'infra-hub.io/gcp-projects';

/**
 * When to scan: cron expression or ISO 8601 duration, e.g. `PT30M`.
 *
 * @public
 */
export const ANNOTATION_SCAN_SCHEDULE = 'infra-hub.io/scan-schedule';

/**
 * Written by the catalog module: a target status.
 *
 * @public
 */
export const ANNOTATION_DRIFT_STATUS = 'infra-hub.io/drift-status';

/**
 * Written by the catalog module: a risk.
 *
 * @public
 */
export const ANNOTATION_DRIFT_RISK = 'infra-hub.io/drift-risk';
