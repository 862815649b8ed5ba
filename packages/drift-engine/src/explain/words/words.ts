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

import { plainText } from '../plainText';

/** How words of resource types and attributes are written in a sentence. */
const SPELLINGS: Readonly<Record<string, string>> = {
  acl: 'ACL',
  acls: 'ACLs',
  acm: 'ACM',
  aks: 'AKS',
  ami: 'AMI',
  api: 'API',
  arn: 'ARN',
  aws: 'AWS',
  bigquery: 'BigQuery',
  cdn: 'CDN',
  cidr: 'CIDR',
  cidrs: 'CIDRs',
  cloudfront: 'CloudFront',
  cloudwatch: 'CloudWatch',
  cors: 'CORS',
  cosmosdb: 'Cosmos DB',
  cpu: 'CPU',
  db: 'database',
  dns: 'DNS',
  dynamodb: 'DynamoDB',
  ebs: 'EBS',
  ec2: 'EC2',
  ecr: 'ECR',
  ecs: 'ECS',
  efs: 'EFS',
  eip: 'elastic IP',
  eks: 'EKS',
  elasticache: 'ElastiCache',
  elb: 'ELB',
  fqdn: 'FQDN',
  gcs: 'GCS',
  github: 'GitHub',
  gke: 'GKE',
  grpc: 'gRPC',
  http: 'HTTP',
  http2: 'HTTP/2',
  https: 'HTTPS',
  iam: 'IAM',
  id: 'ID',
  ids: 'IDs',
  iops: 'IOPS',
  ip: 'IP',
  ips: 'IPs',
  ipv4: 'IPv4',
  ipv6: 'IPv6',
  json: 'JSON',
  kms: 'KMS',
  kubernetes: 'Kubernetes',
  lb: 'load balancer',
  max: 'maximum',
  mfa: 'MFA',
  min: 'minimum',
  mssql: 'SQL',
  mtu: 'MTU',
  mysql: 'MySQL',
  nat: 'NAT',
  nic: 'network card',
  oidc: 'OIDC',
  os: 'OS',
  postgresql: 'PostgreSQL',
  pubsub: 'Pub/Sub',
  rbac: 'RBAC',
  rds: 'RDS',
  redis: 'Redis',
  s3: 'S3',
  saml: 'SAML',
  sg: 'security group',
  sku: 'SKU',
  sns: 'SNS',
  sql: 'SQL',
  sqs: 'SQS',
  ssh: 'SSH',
  ssl: 'SSL',
  sso: 'SSO',
  tcp: 'TCP',
  tls: 'TLS',
  ttl: 'time to live',
  udp: 'UDP',
  uri: 'URI',
  url: 'URL',
  vm: 'VM',
  vnet: 'virtual network',
  vpc: 'VPC',
  vpn: 'VPN',
  waf: 'WAF',
};

const ORDINALS = [
  'first',
  'second',
  'third',
  'fourth',
  'fifth',
  'sixth',
  'seventh',
  'eighth',
  'ninth',
  'tenth',
];

/** `maxSizeGb` → `max_size_gb`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replace(/[\s-]+/g, '_')
    .toLowerCase();
}

/** More words than this are no name. */
const MAX_WORDS = 7;

/**
 * `min_tls_version` → `minimum TLS version`. A name that is none, as keys of maps
 * may be, is quoted as it is.
 */
export function inWords(name: string): string {
  return /^[\w\s-]{0,60}$/.test(name) &&
    snakeCase(name).split('_').length <= MAX_WORDS
    ? spelled(name)
    : `'${plainText(name, 60).replace(/'/g, '"')}'`;
}

function spelled(name: string): string {
  return snakeCase(name)
    .split('_')
    .filter(word => word !== '')
    .map(word => (Object.hasOwn(SPELLINGS, word) ? SPELLINGS[word] : word))
    .join(' ');
}

export function upperFirst(text: string): string {
  return text === '' ? '' : `${text[0].toUpperCase()}${text.slice(1)}`;
}

/** `second`; beyond the tenth, `12th` in a form that needs no grammar. */
export function ordinal(index: number): string {
  return ORDINALS[index] ?? `${index + 1}th`;
}

export function plural(noun: string): string {
  if (/(?:[^aeiou]y)$/.test(noun)) {
    return `${noun.slice(0, -1)}ies`;
  }
  if (/(?:sis)$/.test(noun)) {
    return `${noun.slice(0, -2)}es`;
  }
  return /(?:s|x|z|ch|sh)$/i.test(noun) ? `${noun}es` : `${noun}s`;
}

export function singular(noun: string): string {
  if (/(?:ss|us|is|ics|access|dns|redis|https?)$/i.test(noun)) {
    return noun;
  }
  if (/ies$/.test(noun)) {
    return `${noun.slice(0, -3)}y`;
  }
  if (/(?:sses|xes|ches|shes)$/.test(noun)) {
    return noun.slice(0, -2);
  }
  return /s$/.test(noun) ? noun.slice(0, -1) : noun;
}

export function isPlural(noun: string): boolean {
  return singular(noun) !== noun;
}

/** `1 field`, `1,200 fields`. */
export function count(number: number, noun: string): string {
  return `${inDigits(number)} ${number === 1 ? noun : plural(noun)}`;
}

/** `1200` → `1,200`, whatever the locale of the machine. */
export function inDigits(number: number): string {
  return String(number).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `a network rule`, `an SQL server`. */
export function withArticle(noun: string): string {
  // Acronyms that are spelled and begin with a vowel sound.
  return /^(?:[aeio]|S3|SQL|SSH|SSL|SNS|SQS|FQDN|MFA|MTU|NAT |RBAC|HTTP|VPC$)/i.test(
    noun,
  ) && !/^(?:V|NAT)/.test(noun)
    ? `an ${noun}`
    : `a ${noun}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(texts: readonly string[]): string {
  return texts.length < 2
    ? texts.join('')
    : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
}
