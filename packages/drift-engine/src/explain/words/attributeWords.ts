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

import { globMatches } from '../../suppress/glob';
import { inWords, snakeCase } from './words';

/** How a change of an attribute is told. */
export type AttributeKind =
  /** A number of things that run: is scaled. */
  | 'count'
  /** A size: grows and shrinks. */
  | 'size'
  /** A length of time: is lengthened and shortened. */
  | 'time'
  /** Any other number: is raised and lowered. */
  | 'number'
  /** Which software runs: is upgraded and downgraded. */
  | 'version'
  | 'text';

/** What an attribute is called and measured in. */
export interface AttributeWord {
  /** Globs of its name in snake case. */
  names: string[];
  /** Globs of resource types; any when absent. */
  types?: string[];
  kind: AttributeKind;
  /** What it is called; by default the words of its name, less the glob's fixed end. */
  noun?: string;
  /** `GB`; of counts the things, `nodes`. */
  unit?: string;
}

const CLOUD_TYPES = ['database', 'storage'];

/** The first row that matches tells; every number that no row knows is a number. */
const ATTRIBUTES: readonly AttributeWord[] = [
  // Databases and storages in clouds, in words that hold for every provider.
  {
    names: ['storage_gi_b'],
    types: CLOUD_TYPES,
    kind: 'size',
    noun: 'storage',
    unit: 'GiB',
  },
  {
    names: ['storage_max_gi_b'],
    types: CLOUD_TYPES,
    kind: 'size',
    noun: 'limit of the storage',
    unit: 'GiB',
  },
  {
    names: ['capacity_gi_b'],
    types: CLOUD_TYPES,
    kind: 'size',
    noun: 'capacity',
    unit: 'GiB',
  },
  {
    names: ['throughput_mi_bps'],
    types: CLOUD_TYPES,
    kind: 'number',
    noun: 'throughput',
    unit: 'MiB/s',
  },
  { names: ['iops'], types: ['storage'], kind: 'number', noun: 'IOPS limit' },
  { names: ['size'], types: ['database'], kind: 'text', noun: 'instance size' },
  { names: ['key_id'], types: CLOUD_TYPES, kind: 'text', noun: 'key' },

  // Things that run. Bounds (min_, max_) are numbers, not the number that runs.
  {
    names: ['min_*count', 'max_*count', 'minimum_*', 'maximum_*', 'max_pods*'],
    kind: 'number',
  },
  {
    names: ['node_count', '*_node_count', 'num_nodes', 'num_cache_nodes'],
    kind: 'count',
    unit: 'nodes',
  },
  {
    names: ['replicas', 'replica_count', 'desired_replicas'],
    kind: 'count',
    unit: 'replicas',
  },
  {
    names: ['desired_count'],
    types: ['*ecs*'],
    kind: 'count',
    unit: 'tasks',
  },
  {
    names: [
      'instances',
      'instance_count',
      'desired_count',
      'desired_capacity',
      'desired_size',
      'target_size',
      'worker_count',
      'number_of_workers',
    ],
    kind: 'count',
    unit: 'instances',
  },
  { names: ['shard_count', 'num_shards'], kind: 'count', unit: 'shards' },

  // Sizes whose unit the name says.
  { names: ['*_gb', '*_in_gb', '*_gbs'], kind: 'size', unit: 'GB' },
  { names: ['*_gib'], kind: 'size', unit: 'GiB' },
  { names: ['*_tb'], kind: 'size', unit: 'TB' },
  { names: ['*_mb', '*_in_mb', '*_mbs'], kind: 'size', unit: 'MB' },
  { names: ['*_mib'], kind: 'size', unit: 'MiB' },
  { names: ['*_kb'], kind: 'size', unit: 'KB' },
  { names: ['*_bytes'], kind: 'size', unit: 'bytes' },
  { names: ['*_mbps'], kind: 'number', unit: 'Mbit/s' },
  { names: ['*_percent', '*_percentage'], kind: 'number', unit: '%' },
  // Sizes whose unit the provider's documentation says.
  {
    names: ['allocated_storage', 'max_allocated_storage'],
    types: ['aws_*'],
    kind: 'size',
    noun: 'storage',
    unit: 'GB',
  },
  {
    names: ['volume_size', 'disk_size'],
    types: ['aws_*'],
    kind: 'size',
    unit: 'GB',
  },
  {
    names: ['size'],
    types: ['aws_ebs_volume', 'google_compute_disk'],
    kind: 'size',
    unit: 'GB',
  },
  {
    names: ['memory_size'],
    types: ['aws_lambda_function'],
    kind: 'size',
    noun: 'memory',
    unit: 'MB',
  },

  // Times.
  {
    names: ['backup_retention_period'],
    kind: 'time',
    noun: 'backup retention',
    unit: 'days',
  },
  { names: ['*_in_days', '*_days', 'days'], kind: 'time', unit: 'days' },
  { names: ['*_in_hours', '*_hours'], kind: 'time', unit: 'hours' },
  {
    names: ['*_in_minutes', '*_minutes', '*_mins'],
    kind: 'time',
    unit: 'minutes',
  },
  {
    names: ['*_in_seconds', '*_seconds', '*_secs', '*_sec'],
    kind: 'time',
    unit: 'seconds',
  },
  {
    names: ['timeout'],
    types: ['aws_lambda_function'],
    kind: 'time',
    unit: 'seconds',
  },
  { names: ['ttl'], kind: 'time', noun: 'time to live', unit: 'seconds' },
  { names: ['*_milliseconds', '*_ms'], kind: 'time', unit: 'ms' },

  // Software.
  { names: ['version', '*_version'], kind: 'version' },
  { names: ['ami', 'image_id'], kind: 'text', noun: 'machine image' },

  // Names that their words do not give.
  { names: ['sku_name', 'sku'], kind: 'text', noun: 'SKU' },
  { names: ['kms_key_id', 'kms_key_arn'], kind: 'text', noun: 'KMS key' },
  { names: ['acl'], kind: 'text', noun: 'access control list' },
  { names: ['cidr', 'cidr_ip'], kind: 'text', noun: 'CIDR range' },
  { names: ['cidr_blocks'], kind: 'text', noun: 'CIDR ranges' },
  { names: ['user_data', 'custom_data'], kind: 'text', noun: 'start script' },
  { names: ['location', 'region'], kind: 'text', noun: 'region' },
];

/** The word for an attribute of a type; `noun` is always set. */
export function attributeOf(
  name: string,
  resourceType: string,
): AttributeWord & { noun: string } {
  const snake = snakeCase(name);
  for (const row of ATTRIBUTES) {
    const glob = row.names.find(each => globMatches(each, snake));
    const fits =
      !row.types || row.types.some(type => globMatches(type, resourceType));
    if (glob !== undefined && fits) {
      return {
        ...row,
        noun: row.noun ?? nounFor(withoutUnit(snake, glob, row)),
      };
    }
  }
  return { names: [], kind: 'number', noun: inWords(snake) || 'value' };
}

/** `delete_after` → `delete after time`. */
function nounFor(name: string): string {
  return /(?:^|_)(?:after|before)$/.test(name)
    ? `${inWords(name)} time`
    : inWords(name);
}

/** `disk_size_gb` → `disk_size`, for the unit is said with the value. */
function withoutUnit(name: string, glob: string, row: AttributeWord): string {
  if (
    row.unit === undefined ||
    row.kind === 'count' ||
    !glob.startsWith('*_')
  ) {
    return name;
  }
  return name.slice(0, name.length - glob.length + 1);
}

/** Maps whose entries people know by a word of their own. */
const ENTRIES: Readonly<Record<string, string>> = {
  annotations: 'annotation',
  app_settings: 'app setting',
  data: 'entry',
  effective_labels: 'label',
  env: 'environment variable',
  environment_variables: 'environment variable',
  labels: 'label',
  limits: 'limit',
  match_labels: 'label selector',
  metadata: 'metadata entry',
  node_labels: 'node label',
  parameters: 'parameter',
  requests: 'request',
  tags: 'tag',
  tags_all: 'tag',
  triggers: 'trigger',
  user_labels: 'label',
  variables: 'environment variable',
};

/** The word for one entry of a map, where the map is known to hold entries. */
export function entryWordOf(map: string): string | undefined {
  const name = snakeCase(map);
  return Object.hasOwn(ENTRIES, name) ? ENTRIES[name] : undefined;
}

/** Switches whose names are no nouns. */
const SWITCHES: Readonly<Record<string, string>> = {
  encrypted: 'encryption',
  force_destroy: 'deletion together with its contents',
  https_only: 'the restriction to HTTPS',
  internal: 'the restriction to internal traffic',
  local_account: 'the local account',
  monitoring: 'detailed monitoring',
  multi_az: 'operation in several zones',
  publicly_accessible: 'public access',
  storage_encrypted: 'storage encryption',
  zone_redundant: 'zone redundancy',
};

export function switchNounOf(name: string): string | undefined {
  return Object.hasOwn(SWITCHES, name) ? SWITCHES[name] : undefined;
}

/** Levels that only hold what people name. */
const TRANSPARENT = new Set([
  'body',
  'condition',
  'config',
  'configuration',
  'environment',
  'properties',
  'provider_properties',
  'resources',
  'settings',
  'site_config',
  'spec',
  'template',
]);

export function isTransparent(name: string): boolean {
  return TRANSPARENT.has(snakeCase(name));
}

/** Switches that switch something off when they are on. */
const INVERTED =
  /^(?:skip|disable|no|ignore|force_destroy|delete_on)(?:_|$)|(?:_disabled|_skipped)$/;

export function isInverted(name: string): boolean {
  return INVERTED.test(snakeCase(name));
}
