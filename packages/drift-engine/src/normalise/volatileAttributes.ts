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

/** An attribute that changes by itself. */
export interface VolatileAttribute {
  /** Globs of resource types. */
  types: readonly string[];
  /** Attribute names, or names of maps and their keys joined by `/`. */
  names: readonly string[];
  /** One sentence. */
  reason: string;
}

/**
 * Attributes that providers compute and that change without anybody changing the
 * resource. Applied only where the code does not set the attribute and the plan
 * does not touch it.
 */
export const VOLATILE_ATTRIBUTES: readonly VolatileAttribute[] = [
  {
    types: ['*'],
    names: [
      'etag',
      'last_modified',
      'last_modified_date',
      'last_modified_time',
      'last_modified_at',
      'last_updated',
      'last_updated_at',
      'last_updated_date',
      'last_updated_time',
      'updated_at',
      'update_time',
      'updated_time',
      'modified_at',
      'modified_time',
      'modified_date',
      'time_updated',
      'last_used_at',
      'last_used_date',
      'last_accessed',
    ],
    reason:
      'A time or tag of the last write, which the platform sets by itself.',
  },
  {
    types: ['*'],
    names: [
      'resource_version',
      'self_link_unique_id',
      'fingerprint',
      'metadata_fingerprint',
      'tags_fingerprint',
      'label_fingerprint',
      'metageneration',
      'observed_generation',
      'uid',
    ],
    reason: 'A revision number or hash that the platform keeps for itself.',
  },
  {
    types: ['aws_db_*', 'aws_rds_*', 'aws_docdb_*', 'aws_neptune_*'],
    names: ['latest_restorable_time', 'earliest_restorable_time'],
    reason: 'The restore window moves on with the clock.',
  },
  {
    types: ['aws_eks_*'],
    names: ['platform_version'],
    reason: 'EKS raises its platform version by itself.',
  },
  {
    types: ['aws_autoscaling_group', 'aws_appautoscaling_target'],
    names: ['predicted_capacity', 'warm_pool_size'],
    reason: 'Scaling keeps this up to date by itself.',
  },
  {
    types: ['aws_cloudhsm_v2_cluster', 'aws_msk_*', 'aws_elasticache_*'],
    names: ['cluster_state', 'current_version', 'cluster_revision_number'],
    reason: 'The service keeps this state by itself.',
  },
  {
    types: ['aws_ecs_task_definition', 'aws_batch_job_definition'],
    names: ['revision', 'arn_without_revision'],
    reason: 'The service counts revisions by itself.',
  },
  {
    types: ['google_container_cluster', 'google_container_node_pool'],
    names: [
      'instance_group_urls',
      'managed_instance_group_urls',
      'operation',
      'services_ipv4_cidr',
    ],
    reason: 'GKE replaces its instance groups by itself.',
  },
  {
    types: ['google_*'],
    names: ['generation', 'latest_created_revision', 'observed_generation'],
    reason: 'A generation that the platform keeps for itself.',
  },
  {
    types: ['kubernetes_*'],
    names: [
      'generation',
      'resource_version',
      'uid',
      'managed_fields',
      'status',
      'annotations/kubectl.kubernetes.io/last-applied-configuration',
      'annotations/deployment.kubernetes.io/revision',
      'annotations/autoscaling.alpha.kubernetes.io/conditions',
      'annotations/control-plane.alpha.kubernetes.io/leader',
    ],
    reason: 'Kept by the Kubernetes API server and its controllers.',
  },
  {
    types: ['helm_release'],
    names: ['metadata', 'status', 'manifest'],
    reason: 'Helm writes release data by itself.',
  },
  {
    types: ['azurerm_*', 'azapi_*'],
    names: ['outbound_ip_address_list', 'possible_outbound_ip_address_list'],
    reason: 'Azure App Service moves its outbound addresses by itself.',
  },
  {
    types: ['github_*'],
    names: ['pushed_at', 'sha', 'source_sha'],
    reason: 'Moves with every push.',
  },
];
