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

import { resolve } from 'node:path';
import { Config, readDurationFromConfig } from '@backstage/config';
import { InputError, toError } from '@backstage/errors';
import { durationToMilliseconds } from '@backstage/types';
import { READABLE_KINDS, ReadableKind } from '../read/kinds';
import {
  parseClient,
  parseTenantId,
} from '@infra-hub/backstage-plugin-drift-node';
import { parseClusterName, parseNamespace } from '../targets/names';
import { TenantLocation } from '../targets/TenantLocation';
import {
  readBackstageClusters,
  readUnknownLocators,
} from './backstageClusters';
import { parseServer } from './parseServer';

const MINUTE_MS = 60_000;
const MEGABYTE = 1024 * 1024;

export interface KubernetesConfig {
  clusters: ConfiguredCluster[];
  /** Ways of Backstage's Kubernetes plugin to find further clusters. */
  unknownLocators: string[];
  tenants: ConfiguredTenant[];
  allowedNamespaces: NamespaceRule[];
  /** What is read; Secrets only with `readSecrets`. */
  kinds: readonly ReadableKind[];
  /** False: the configuration keeps Secrets out. */
  readSecrets: boolean;
  /** The engine's default when absent. */
  platformManagers?: string[];
  /** Under which drift is repaired. */
  fieldManager: string;
  timeoutMs: number;
  requestTimeoutMs: number;
  maxResponseBytes: number;
  concurrency: number;
}

export interface ConfiguredCluster {
  name: string;
  access: ClusterAccess;
  /** By which drift is repaired; that of scans when absent. */
  remediation?: ClusterAccess;
  /** Patterns of tenants and clients that may be looked at there; all when both are absent. */
  tenants?: string[];
  clients?: string[];
}

export type ClusterAccess =
  | { type: 'kubeconfig'; file: string; context?: string }
  | { type: 'inCluster' }
  | {
      type: 'token';
      url: string;
      /** That of the backend's own service account when absent. */
      token?: string;
      /** Base64. */
      caData?: string;
      caFile?: string;
      skipTLSVerify: boolean;
    }
  /** Configured in a way that this plugin does not know; `reason` completes "The cluster x …". */
  | { type: 'unusable'; reason: string };

export interface ConfiguredTenant {
  id: string;
  client?: string;
  schedule?: string;
  entityRefs: string[];
  codeUrl?: string;
  location: TenantLocation;
}

/** Namespaces in which annotations may have tenants looked at. All parts are patterns. */
export interface NamespaceRule {
  tenants?: string[];
  clients?: string[];
  clusters?: string[];
  /** `{tenant}` and `{client}` stand for those of the entity. */
  namespaces: string[];
}

/**
 * Reads `drift.kubernetes`, and the clusters of Backstage's own `kubernetes`.
 *
 * @throws InputError naming the key that is wrong, never a value.
 */
export function readKubernetesConfig(rootConfig: Config): KubernetesConfig {
  const config = rootConfig.getOptionalConfig('drift.kubernetes');
  const own = (config?.getOptionalConfigArray('clusters') ?? []).map(
    readCluster,
  );
  const names = own.map(cluster => cluster.name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new InputError(
      `drift.kubernetes.clusters has two clusters with the name ${repeated}`,
    );
  }
  const readSecrets = config?.getOptionalBoolean('readSecrets') ?? true;
  return {
    clusters: [
      ...own,
      ...readBackstageClusters(rootConfig).filter(
        cluster => !names.includes(cluster.name),
      ),
    ],
    unknownLocators: readUnknownLocators(rootConfig),
    tenants: (config?.getOptionalConfigArray('tenants') ?? []).map(readTenant),
    allowedNamespaces: (
      config?.getOptionalConfigArray('allowedNamespaces') ?? []
    ).map(readRule),
    kinds: readKinds(config).filter(
      kind => readSecrets || kind.kind !== 'Secret',
    ),
    readSecrets,
    platformManagers: config?.getOptionalStringArray('platformManagers'),
    fieldManager: readFieldManager(config),
    timeoutMs: readMilliseconds(config, 'timeout') ?? 5 * MINUTE_MS,
    requestTimeoutMs:
      readMilliseconds(config, 'requestTimeout') ?? MINUTE_MS / 2,
    maxResponseBytes:
      (positive(config, 'maxResponseMegabytes') ?? 64) * MEGABYTE,
    concurrency: positive(config, 'concurrency') ?? 6,
  };
}

function readCluster(config: Config, index: number): ConfiguredCluster {
  const key = `drift.kubernetes.clusters[${index}]`;
  return {
    name: parseClusterName(config.getString('name'), `${key}.name`),
    access: readAccess(config, key),
    remediation: readWritingAccess(config, key),
    tenants: config.getOptionalStringArray('tenants'),
    clients: config.getOptionalStringArray('clients'),
  };
}

function readAccess(config: Config, key: string): ClusterAccess {
  const kubeconfig = config.getOptionalString('kubeconfig');
  const url = config.getOptionalString('url');
  const inCluster = config.getOptionalBoolean('inCluster') ?? false;
  const ways = [kubeconfig, url, inCluster || undefined];
  if (ways.filter(way => way !== undefined).length !== 1) {
    throw new InputError(
      `${key} needs exactly one of kubeconfig, url and inCluster`,
    );
  }
  if (kubeconfig !== undefined) {
    return {
      type: 'kubeconfig',
      file: resolve(kubeconfig),
      context: config.getOptionalString('context'),
    };
  }
  if (url === undefined) {
    return { type: 'inCluster' };
  }
  return {
    type: 'token',
    url: parseServer(url, `${key}.url`),
    token: config.getString('token').trim(),
    caData: config.getOptionalString('caData'),
    skipTLSVerify: config.getOptionalBoolean('skipTLSVerify') ?? false,
  };
}

/** Another service account on the same server needs no more than its token. */
function readWritingAccess(
  cluster: Config,
  clusterKey: string,
): ClusterAccess | undefined {
  const config = cluster.getOptionalConfig('remediation');
  if (!config) {
    return undefined;
  }
  const key = `${clusterKey}.remediation`;
  const token = config.getOptionalString('token');
  if (token === undefined || config.has('url')) {
    return readAccess(config, key);
  }
  const url = cluster.getOptionalString('url');
  if (url === undefined || config.has('kubeconfig')) {
    throw new InputError(
      `${key}.token needs the url of a cluster beside or above it, and no kubeconfig`,
    );
  }
  return {
    type: 'token',
    url: parseServer(url, `${clusterKey}.url`),
    token: token.trim(),
    caData: cluster.getOptionalString('caData'),
    skipTLSVerify: cluster.getOptionalBoolean('skipTLSVerify') ?? false,
  };
}

function readFieldManager(config: Config | undefined): string {
  const name =
    config?.getOptionalString('remediation.fieldManager') ?? 'infra-hub-drift';
  // k8s.io/apimachinery: FieldManagerMaxLength, printable characters
  if (name === '' || name.length > 128 || /[^\x20-\x7e]/.test(name)) {
    throw new InputError(
      'drift.kubernetes.remediation.fieldManager must have 1 to 128 printable characters',
    );
  }
  return name;
}

function readTenant(config: Config, index: number): ConfiguredTenant {
  const key = `drift.kubernetes.tenants[${index}]`;
  const client = config.getOptionalString('client');
  const cluster = config.getOptionalString('cluster');
  const namespaces = config
    .getStringArray('namespaces')
    .map(name => parseNamespace(name, `${key}.namespaces`));
  if (namespaces.length === 0) {
    throw new InputError(`${key}.namespaces is empty`);
  }
  return {
    id: parseTenantId(config.getString('id'), `The ${key}.id`),
    client:
      client === undefined
        ? undefined
        : parseClient(client, `The ${key}.client`),
    schedule: config.getOptionalString('schedule'),
    entityRefs: config.getOptionalStringArray('entityRefs') ?? [],
    codeUrl: config.getOptionalString('codeUrl'),
    location: {
      cluster:
        cluster === undefined
          ? undefined
          : parseClusterName(cluster, `${key}.cluster`),
      namespaces: [...new Set(namespaces)],
    },
  };
}

function readRule(config: Config): NamespaceRule {
  return {
    tenants: config.getOptionalStringArray('tenants'),
    clients: config.getOptionalStringArray('clients'),
    clusters: config.getOptionalStringArray('clusters'),
    namespaces: config.getStringArray('namespaces'),
  };
}

function readKinds(config: Config | undefined): readonly ReadableKind[] {
  const names = config?.getOptionalStringArray('kinds');
  if (!names) {
    return READABLE_KINDS;
  }
  const unknown = names.find(
    name => !READABLE_KINDS.some(kind => kind.kind === name),
  );
  if (unknown !== undefined || names.length === 0) {
    throw new InputError(
      `drift.kubernetes.kinds must hold some of ${READABLE_KINDS.map(
        kind => kind.kind,
      ).join(', ')}`,
    );
  }
  return READABLE_KINDS.filter(kind => names.includes(kind.kind));
}

function readMilliseconds(
  config: Config | undefined,
  name: string,
): number | undefined {
  if (!config?.has(name)) {
    return undefined;
  }
  try {
    const milliseconds = durationToMilliseconds(
      readDurationFromConfig(config, { key: name }),
    );
    if (milliseconds >= 1) {
      return milliseconds;
    }
  } catch (error) {
    throw new InputError(`drift.kubernetes.${name}: ${toError(error).message}`);
  }
  throw new InputError(`drift.kubernetes.${name} must be above zero`);
}

function positive(
  config: Config | undefined,
  name: string,
): number | undefined {
  const value = config?.getOptionalNumber(name);
  if (value !== undefined && (!Number.isInteger(value) || value < 1)) {
    throw new InputError(
      `drift.kubernetes.${name} must be a whole number above zero`,
    );
  }
  return value;
}
