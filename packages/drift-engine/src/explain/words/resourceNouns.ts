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

import { inWords } from './words';

/** Resource types, without the provider, whose words alone do not name them. */
const NOUNS: Readonly<Record<string, string>> = {
  aws_alb: 'load balancer',
  aws_ami: 'AMI',
  aws_autoscaling_group: 'auto-scaling group',
  aws_cloudwatch_log_group: 'log group',
  aws_db_instance: 'database instance',
  aws_db_parameter_group: 'database parameter group',
  aws_ebs_volume: 'EBS volume',
  aws_ecs_service: 'ECS service',
  aws_eip: 'elastic IP address',
  aws_instance: 'EC2 instance',
  aws_key_pair: 'key pair',
  aws_lambda_function: 'Lambda function',
  aws_lb: 'load balancer',
  aws_rds_cluster: 'RDS cluster',
  aws_route53_record: 'DNS record',
  aws_route53_zone: 'DNS zone',
  aws_s3_bucket_public_access_block: 'public access block of S3 bucket',
  aws_secretsmanager_secret: 'secret',
  aws_security_group_rule: 'security group rule',
  aws_sns_topic: 'SNS topic',
  aws_sqs_queue: 'SQS queue',
  aws_ssm_parameter: 'SSM parameter',
  aws_vpc_security_group_egress_rule: 'egress rule',
  aws_vpc_security_group_ingress_rule: 'ingress rule',
  azuread_application: 'Entra ID application',
  azuread_group: 'Entra ID group',
  azurerm_app_service_plan: 'app service plan',
  azurerm_container_registry: 'container registry',
  azurerm_kubernetes_cluster: 'AKS cluster',
  azurerm_kubernetes_cluster_node_pool: 'node pool',
  azurerm_linux_function_app: 'function app',
  azurerm_linux_virtual_machine: 'virtual machine',
  azurerm_linux_virtual_machine_scale_set: 'virtual machine scale set',
  azurerm_linux_web_app: 'web app',
  azurerm_monitor_metric_alert: 'metric alert',
  azurerm_mssql_database: 'SQL database',
  azurerm_mssql_firewall_rule: 'SQL firewall rule',
  azurerm_mssql_server: 'SQL server',
  azurerm_network_security_group: 'network security group',
  azurerm_network_security_rule: 'network security rule',
  azurerm_postgresql_flexible_server: 'PostgreSQL server',
  azurerm_private_dns_a_record: 'private DNS record',
  azurerm_public_ip: 'public IP address',
  azurerm_redis_cache: 'Redis cache',
  azurerm_service_plan: 'app service plan',
  azurerm_windows_function_app: 'function app',
  azurerm_windows_virtual_machine: 'virtual machine',
  azurerm_windows_web_app: 'web app',
  google_cloud_run_service: 'Cloud Run service',
  google_cloud_run_v2_service: 'Cloud Run service',
  google_compute_disk: 'disk',
  google_compute_firewall: 'firewall rule',
  google_compute_instance: 'VM instance',
  google_compute_instance_group_manager: 'instance group manager',
  google_compute_network: 'VPC network',
  google_compute_subnetwork: 'subnetwork',
  google_container_cluster: 'GKE cluster',
  google_container_node_pool: 'node pool',
  google_dns_managed_zone: 'DNS zone',
  google_dns_record_set: 'DNS record',
  google_project_iam_binding: 'IAM binding',
  google_project_iam_member: 'IAM member',
  google_secret_manager_secret: 'secret',
  google_sql_database_instance: 'Cloud SQL instance',
  google_storage_bucket: 'storage bucket',
  helm_release: 'Helm release',
  kubernetes_config_map: 'config map',
  kubernetes_horizontal_pod_autoscaler: 'horizontal pod autoscaler',
  kubernetes_manifest: 'Kubernetes manifest',
  local_file: 'local file',
  null_resource: 'null resource',
  random_password: 'random password',
  terraform_data: 'data resource',
  time_sleep: 'pause',
};

/** First words of types that say who provides, not what it is. */
const PROVIDERS = new Set([
  'aws',
  'awscc',
  'azapi',
  'azuread',
  'azuredevops',
  'azurerm',
  'digitalocean',
  'drift',
  'google',
  'kubectl',
  'kubernetes',
  'oci',
  'sandbox',
  'tfcoremock',
  'vsphere',
]);

/** Words that only say which generation of an API is used. */
const NOISE = /^(?:v\d+(?:(?:alpha|beta)\d+)?|rm)$/;

/**
 * What a resource of a type is called: `azurerm_mssql_server` → `SQL server`,
 * `apps/v1/Deployment` → `deployment`.
 */
export function nounOf(resourceType: string): string {
  const type = resourceType.split('/').at(-1) ?? resourceType;
  const plain = type.replace(/_v\d+$/, '');
  if (Object.hasOwn(NOUNS, plain)) {
    return NOUNS[plain];
  }
  const words = plain.split('_').filter(word => !NOISE.test(word));
  const own = PROVIDERS.has(words[0]) ? words.slice(1) : words;
  return inWords(own.join('_')) || 'resource';
}
