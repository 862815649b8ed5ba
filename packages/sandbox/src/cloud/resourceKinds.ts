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

import { randomBytes } from 'node:crypto';
import { cidrRange, ipv4ToNumber } from './addresses';
import {
  FieldRule,
  flag,
  immutable,
  integer,
  invalid,
  list,
  object,
  oneOf,
  optional,
  secret,
  text,
  textMap,
} from './fieldRules';
import { JsonObject } from './json';

/**
 * Regions of the sandbox cloud.
 *
 * @public
 */
export const regions: readonly {
  name: string;
  displayName: string;
  zones: string[];
}[] = [
  { name: 'westeurope', displayName: 'West Europe', zones: ['1', '2', '3'] },
  { name: 'northeurope', displayName: 'North Europe', zones: ['1', '2', '3'] },
  { name: 'eastus', displayName: 'East US', zones: ['1', '2'] },
];

/**
 * Clients whose resources the sandbox cloud holds.
 *
 * @public
 */
export const clients: readonly string[] = ['acme', 'globex'];

export const nodeSizes = [
  'Standard_B2s',
  'Standard_D2s_v5',
  'Standard_D4s_v5',
  'Standard_D8s_v5',
] as const;
export const kubernetesVersions = ['1.30', '1.31', '1.32'] as const;
export const databaseSizes = ['S0', 'S1', 'S2', 'P1', 'P2'] as const;
export const storageTiers = ['Hot', 'Cool', 'Archive'] as const;

/** What the rules of a kind may look at beside the resource itself. */
export interface KindContext {
  client: string;
  /** Names of the client's resources of another kind. */
  names(kind: string): string[];
}

/**
 * One kind of resource: its fields, its rules over several fields, and what
 * the cloud itself fills in.
 */
export interface ResourceKind {
  /** Segment of the URL. */
  readonly id: string;
  readonly singular: string;
  readonly plural: string;
  readonly fields: Record<string, FieldRule>;
  check?(spec: JsonObject, context: KindContext): void;
  /** Filled in by the cloud; `revision` grows with each change of the content. */
  computed(options: {
    name: string;
    client: string;
    updatedAt: string;
    revision: number;
  }): JsonObject;
  /** Secrets that the cloud makes; obviously fake. */
  generateSecrets?(name: string): Record<string, string>;
  /** Why the resource cannot be deleted now. */
  blocksDelete?(name: string, context: KindContext & DeleteContext): string[];
}

interface DeleteContext {
  /** Resources of a kind whose field has this value. */
  referring(kind: string, field: string, value: string): string[];
}

const resourceName = text({
  pattern: /^[a-z][a-z0-9-]{1,61}[a-z0-9]$/,
  hint: 'must have 3 to 63 lower case letters, digits and dashes, and start with a letter',
});

const itemName = text({
  pattern: /^[A-Za-z][A-Za-z0-9_-]{0,61}$/,
  hint: 'must start with a letter and have at most 62 letters, digits, dashes and underscores',
});

const location = immutable(oneOf(regions.map(region => region.name)));

const ipv4: FieldRule = {
  parse(value, field) {
    if (typeof value !== 'string' || ipv4ToNumber(value) === undefined) {
      throw invalid(field, 'must be an IPv4 address such as 10.0.0.1');
    }
    return value;
  },
};

const cidr: FieldRule = {
  parse(value, field) {
    if (typeof value !== 'string' || !cidrRange(value)) {
      throw invalid(field, 'must be an IPv4 block such as 10.0.0.0/16');
    }
    return value;
  },
};

const jsonText: FieldRule = {
  fallback: '',
  parse(value, field) {
    if (typeof value !== 'string') {
      throw invalid(field, 'must be a text that holds JSON');
    }
    if (value !== '') {
      try {
        JSON.parse(value);
      } catch (error) {
        throw invalid(field, `is not JSON: ${(error as Error).message}`);
      }
    }
    return value;
  },
};

const base = { name: immutable(resourceName), location, tags: textMap() };

function objects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value : [];
}

const kubernetesClusters: ResourceKind = {
  id: 'kubernetes-clusters',
  singular: 'Kubernetes cluster',
  plural: 'Kubernetes clusters',
  fields: {
    ...base,
    version: oneOf(kubernetesVersions),
    nodePools: list(
      object({
        name: itemName,
        size: oneOf(nodeSizes),
        nodeCount: integer({ min: 0, max: 100 }),
        labels: textMap(),
      }),
      { min: 1, max: 20, uniqueBy: ['name'] },
    ),
  },
  check(spec) {
    if (objects(spec.nodePools).every(pool => pool.nodeCount === 0)) {
      throw invalid('nodePools', 'must have at least one node in total');
    }
  },
  computed: ({ name, client }) => ({
    endpoint: `https://${name}.${client}.k8s.sandbox.local:6443`,
  }),
  generateSecrets: name => ({
    kubeAdminPassword: `fake-sandbox-password-${name}-${randomBytes(4).toString(
      'hex',
    )}`,
  }),
};

const sqlServers: ResourceKind = {
  id: 'sql-servers',
  singular: 'SQL server',
  plural: 'SQL servers',
  fields: {
    ...base,
    version: oneOf(['15', '16', '17']),
    adminLogin: immutable(itemName),
    adminPassword: secret(text({ maxLength: 128 })),
    publicNetworkAccess: optional(flag(), false),
    firewallRules: list(
      object({ name: itemName, startIp: ipv4, endIp: ipv4 }),
      { uniqueBy: ['name'] },
    ),
  },
  check(spec) {
    for (const [i, rule] of objects(spec.firewallRules).entries()) {
      const start = ipv4ToNumber(String(rule.startIp)) ?? 0;
      const end = ipv4ToNumber(String(rule.endIp)) ?? 0;
      if (start > end) {
        throw invalid(
          `firewallRules[${i}].endIp`,
          'must not be lower than startIp',
        );
      }
    }
  },
  computed: ({ name, client }) => ({
    fqdn: `${name}.${client}.sql.sandbox.local`,
  }),
  blocksDelete: (name, context) =>
    context
      .referring('sql-databases', 'server', name)
      .map(database => `database ${database} is on it`),
};

const sqlDatabases: ResourceKind = {
  id: 'sql-databases',
  singular: 'SQL database',
  plural: 'SQL databases',
  fields: {
    name: immutable(resourceName),
    server: immutable(resourceName),
    size: oneOf(databaseSizes),
    maxSizeGb: integer({ min: 1, max: 4096 }),
    backupRetentionDays: optional(integer({ min: 1, max: 35 }), 7),
    tags: textMap(),
  },
  check(spec, context) {
    const servers = context.names('sql-servers');
    if (!servers.includes(String(spec.server))) {
      throw invalid('server', `${spec.server} does not exist`);
    }
  },
  computed: () => ({}),
};

const virtualNetworks: ResourceKind = {
  id: 'virtual-networks',
  singular: 'Virtual network',
  plural: 'Virtual networks',
  fields: {
    ...base,
    addressSpace: list(cidr, { min: 1, max: 10 }),
    subnets: list(object({ name: itemName, addressPrefix: cidr }), {
      uniqueBy: ['name'],
    }),
  },
  check(spec) {
    const spaces = (spec.addressSpace as string[]).map(cidrRange);
    for (const [i, subnet] of objects(spec.subnets).entries()) {
      const range = cidrRange(String(subnet.addressPrefix));
      const inside = spaces.some(
        space =>
          space &&
          range &&
          range.first >= space.first &&
          range.last <= space.last,
      );
      if (!inside) {
        throw invalid(
          `subnets[${i}].addressPrefix`,
          `${subnet.addressPrefix} is outside of the address space`,
        );
      }
    }
  },
  computed: () => ({}),
};

const networkSecurityGroups: ResourceKind = {
  id: 'network-security-groups',
  singular: 'Network security group',
  plural: 'Network security groups',
  fields: {
    ...base,
    rules: list(
      object({
        name: itemName,
        priority: integer({ min: 100, max: 4096 }),
        direction: oneOf(['Inbound', 'Outbound']),
        access: oneOf(['Allow', 'Deny']),
        protocol: oneOf(['Tcp', 'Udp', 'Any']),
        port: text({
          pattern: /^(\*|[0-9]{1,5}(-[0-9]{1,5})?)$/,
          hint: 'must be *, a port or a range such as 8000-8080',
        }),
        source: text(),
      }),
      { uniqueBy: ['name', 'priority'] },
    ),
  },
  computed: () => ({}),
};

const storageBuckets: ResourceKind = {
  id: 'storage-buckets',
  singular: 'Storage bucket',
  plural: 'Storage buckets',
  fields: {
    ...base,
    tier: optional(oneOf(storageTiers), 'Hot'),
    versioning: optional(flag(), false),
    publicAccess: optional(flag(), false),
    policy: jsonText,
    allowedIps: list(cidr, { uniqueBy: ['value'] }),
    lifecycleRules: list(
      object({
        name: itemName,
        prefix: optional({ parse: value => String(value) }, ''),
        deleteAfterDays: integer({ min: 1, max: 3650 }),
      }),
      { uniqueBy: ['name'] },
    ),
  },
  computed: ({ name, client, updatedAt, revision }) => ({
    url: `https://${name}.${client}.storage.sandbox.local`,
    lastModified: updatedAt,
    etag: `"0x${revision.toString(16).padStart(8, '0').toUpperCase()}"`,
  }),
};

/**
 * Every kind of resource, in the order in which the portal lists them.
 */
export const resourceKinds: readonly ResourceKind[] = [
  kubernetesClusters,
  sqlServers,
  sqlDatabases,
  virtualNetworks,
  networkSecurityGroups,
  storageBuckets,
];

export function findKind(id: string): ResourceKind | undefined {
  return resourceKinds.find(kind => kind.id === id);
}
