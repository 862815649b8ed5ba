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

import type { FieldDifference } from '@infra-hub/backstage-plugin-drift-common';
import { CLOUD_SEVERITY_RULES } from './cloudRules';
import { isExposed } from './exposure';
import { KUBERNETES_SEVERITY_RULES } from './kubernetesRules';
import { SeverityRule } from './SeverityRule';

/** A built-in rule may look at the values of a field. */
export interface BuiltInSeverityRule extends SeverityRule {
  when?(field: FieldDifference): boolean;
}

const GONE: SeverityRule['changes'] = ['create', 'delete', 'replace'];

/** Rules and their attachments: small, and made anew without loss. */
const FIREWALL_TYPES = [
  '*firewall*',
  '*security_group*',
  '*security_rule*',
  '*network_policy*',
  '*network_acl*',
  '*network_rule*',
  '*ip_restriction*',
  '*waf*',
];

const IAM_TYPES = [
  '*_iam_*',
  '*role_assignment*',
  '*role_definition*',
  '*role_binding*',
  '*_role',
  '*_cluster_role',
  '*service_account*',
  '*access_policy*',
  '*_policy',
  '*_policy_attachment',
  '*_permission',
  'azuread_*',
];

const KEY_TYPES = [
  '*_kms_*',
  '*key_vault*',
  '*_secret',
  '*_secret_version',
  '*secretsmanager_secret*',
  '*secret_manager_secret*',
  '*certificate*',
];

const DATA_TYPES = [
  '*_db_instance',
  '*_db_cluster',
  '*_rds_cluster*',
  '*dynamodb_table*',
  '*_docdb_cluster*',
  '*_neptune_cluster*',
  '*_redshift_cluster',
  '*_elasticache_*cluster*',
  '*_elasticache_replication_group',
  '*_opensearch_domain',
  '*_elasticsearch_domain',
  '*_msk_cluster',
  '*_kinesis_stream',
  '*_sqs_queue',
  '*_efs_file_system',
  '*_fsx_*',
  '*_ebs_volume',
  '*_backup_vault',
  '*_s3_bucket',
  '*_bucket',
  '*storage_account',
  '*storage_container',
  '*storage_share',
  '*storage_blob_container',
  '*_managed_disk',
  '*_compute_disk',
  '*_disk',
  '*_volume',
  '*persistent_volume*',
  '*stateful_set*',
  '*_sql_*',
  '*_sql',
  '*mssql_*',
  '*mysql_*',
  '*postgresql_*',
  '*mariadb_*',
  '*_database',
  '*_database_*',
  '*cosmosdb_*',
  '*_redis*',
  '*spanner_*',
  '*bigtable_*',
  '*bigquery_*',
  '*firestore_*',
  '*filestore_*',
  '*alloydb_*',
  '*recovery_services_vault',
];

const PLATFORM_TYPES = [
  '*_cluster',
  '*_node_pool',
  '*_node_group',
  '*_vpc',
  '*virtual_network',
  '*compute_network',
  '*_subnet',
  '*_subnetwork',
  '*_route_table',
  '*_gateway',
  '*load_balancer*',
  '*_lb',
  '*_alb',
  '*_namespace',
  '*_deployment',
  '*resource_group',
  '*dns_*',
  '*route53_*',
];

/**
 * The built-in ratings, first match wins. Resource types of any provider match
 * by their usual words, so that a type no row knows is still rated by its fields.
 */
export const SEVERITY_RULES: readonly BuiltInSeverityRule[] = [
  ...KUBERNETES_SEVERITY_RULES,
  ...CLOUD_SEVERITY_RULES,
  // The resource as a whole.
  {
    id: 'firewall-gone',
    resourceTypes: FIREWALL_TYPES,
    changes: GONE,
    severity: 'high',
    reason: 'A network rule is missing or goes, and with it what it protects.',
  },
  {
    id: 'access-gone',
    resourceTypes: IAM_TYPES,
    changes: GONE,
    severity: 'high',
    reason: 'Who may do what is missing or goes.',
  },
  {
    id: 'key-gone',
    resourceTypes: KEY_TYPES,
    changes: GONE,
    severity: 'critical',
    reason:
      'A key, secret or certificate is missing or goes; what depends on it stops.',
  },
  {
    id: 'data-gone',
    resourceTypes: DATA_TYPES,
    changes: GONE,
    severity: 'critical',
    reason: 'Stored data is missing or would be lost.',
  },
  {
    id: 'platform-gone',
    resourceTypes: PLATFORM_TYPES,
    changes: ['delete', 'replace'],
    severity: 'critical',
    reason: 'Everything that runs on this resource would go with it.',
  },
  {
    id: 'resource-gone',
    changes: GONE,
    severity: 'high',
    reason: 'A resource is missing, or would be destroyed.',
  },
  {
    id: 'unknown-action',
    changes: ['unknown'],
    severity: 'high',
    reason: 'Nobody can tell what this action does.',
  },
  {
    id: 'bookkeeping',
    changes: ['move', 'read', 'import', 'forget'],
    severity: 'low',
    reason: 'Nothing real changes.',
  },

  // Fields that expose.
  {
    id: 'exposed-to-the-world',
    when: isExposed,
    severity: 'critical',
    reason: 'It is now open to everybody.',
  },
  {
    id: 'labels',
    fields: [
      'tags',
      'tags_all',
      'labels',
      'effective_labels',
      'terraform_labels',
      'annotations',
      'description',
      'display_name',
      'comment',
      'note',
      'friendly_name',
    ],
    severity: 'low',
    reason: 'It describes the resource and changes nothing that it does.',
  },
  {
    id: 'public-access',
    fields: [
      '*public_access*',
      '*publicly_accessible*',
      'block_public_*',
      'restrict_public_*',
      'ignore_public_*',
      '*public_network*',
      'acl',
      '*allow_blob_public*',
      'uniform_bucket_level_access',
      'allow_nested_items_to_be_public',
    ],
    severity: 'high',
    reason: 'It decides who can reach the resource from outside.',
  },
  {
    id: 'access-rights',
    fields: [
      'policy',
      '*_policy',
      'policies',
      'inline_policy',
      'assume_role_policy',
      'policy_arn*',
      'managed_policy_arns',
      'role',
      'roles',
      'role_*',
      'members',
      'member',
      'principal*',
      'permissions',
      'actions',
      'not_actions',
      'data_actions',
      'subjects',
      'rbac*',
      'service_account*',
      'identity',
      'iam_instance_profile',
    ],
    severity: 'high',
    reason: 'It decides who may do what.',
  },
  {
    id: 'encryption',
    fields: [
      '*encrypt*',
      '*kms*',
      '*sse*',
      'https_only',
      '*https_traffic*',
      '*tls*',
      'ssl*',
      '*_ssl*',
      'require_ssl',
      '*certificate*',
      'in_transit_*',
      'at_rest_*',
    ],
    severity: 'high',
    reason: 'It decides how data is protected.',
  },
  {
    id: 'secret',
    when: field => field.sensitive === true,
    severity: 'high',
    reason: 'A secret value changed.',
  },
  {
    id: 'firewall-type',
    resourceTypes: FIREWALL_TYPES,
    severity: 'medium',
    reason: 'It is part of a network rule.',
  },
  {
    id: 'firewall-field',
    fields: [
      '*firewall*',
      'ingress',
      'egress',
      '*network_rule*',
      '*network_acl*',
      '*security_rule*',
      '*security_group*',
      'ip_rules',
      '*ip_range*',
      '*cidr*',
      'source_ranges',
      '*authorized_*',
      '*allowed_*',
      'ports',
      'port',
      'inbound*',
      'outbound*',
    ],
    severity: 'medium',
    reason: 'It decides what the network lets through.',
  },
  {
    id: 'access-type',
    resourceTypes: IAM_TYPES,
    severity: 'high',
    reason: 'It belongs to who may do what.',
  },
  {
    id: 'safety-net',
    fields: [
      '*deletion_protection*',
      'prevent_destroy',
      'delete_protection*',
      '*backup*',
      '*point_in_time*',
      'versioning*',
      '*retention*',
      '*soft_delete*',
      'purge_protection*',
      'mfa_delete',
      'skip_final_snapshot',
      'logging*',
      '*_logging',
      'audit*',
      '*monitoring*',
      '*threat*',
      'multi_az',
      '*high_availability*',
      '*zone_redundant*',
      '*replication*',
    ],
    severity: 'high',
    reason: 'It is a safety net for data, service or evidence.',
  },
  {
    id: 'versions',
    fields: [
      'version',
      '*_version',
      'image',
      'image_id',
      'ami',
      'ami_id',
      'source_image*',
      'runtime',
      'engine',
    ],
    severity: 'high',
    reason: 'It decides which software runs.',
  },
  {
    id: 'size',
    fields: [
      '*count*',
      '*replicas*',
      '*capacity*',
      '*size*',
      'sku*',
      '*_sku',
      'tier',
      '*_tier',
      '*_class',
      'instance_type*',
      'machine_type',
      'vm_size',
      '*storage*',
      'iops',
      'throughput',
      'cpu',
      'memory',
      '*_units',
      'limits',
      'requests',
      'resources',
      'min_*',
      'max_*',
      'desired_*',
      '*concurren*',
    ],
    severity: 'medium',
    reason: 'It decides cost and how much load is carried.',
  },
  {
    id: 'configuration',
    severity: 'medium',
    reason: 'It changes how the resource works.',
  },
];
