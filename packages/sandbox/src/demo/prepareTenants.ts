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
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { isJsonObject, JsonObject } from '../cloud/json';
import {
  RunningKubernetes,
  startKubernetes,
} from '../kubernetes/startKubernetes';
import { keptSecret, writeSecretly } from './keptSecret';

/**
 * One of the example tenants.
 *
 * @public
 */
export interface ExampleTenant {
  /** Its directory below `examples/tenants`. */
  name: string;
  /** As its entity is annotated. */
  tenantId: string;
  namespace: string;
}

/**
 * The tenants of the demonstration.
 *
 * @public
 */
export const exampleTenants: readonly ExampleTenant[] = [
  {
    name: 'ai-platform',
    tenantId: '550e8400-e29b-41d4-a716-446655440000',
    namespace: 'tenant-ai',
  },
  {
    name: 'shop',
    tenantId: '7f2c1f0a-5c1e-4b7e-9f43-0d6f0f5a2b11',
    namespace: 'tenant-shop',
  },
];

/**
 * What {@link startTenantCluster} has started.
 *
 * @public
 */
export interface TenantCluster {
  kubernetes: RunningKubernetes;
  /** May read the tenants' namespaces, for Backstage. */
  kubeconfigFile: string;
  /** The token in that kubeconfig. */
  tokenFile: string;
  /** May write in the tenants' namespaces, for repairs of drift. */
  remediationKubeconfigFile: string;
  /** May do everything, for people with kubectl. */
  adminKubeconfigFile: string;
}

/** Marks a namespace whose tenant was set up: its state is no longer ours. */
const PREPARED = 'sandbox.local/prepared';

/**
 * Starts the demonstration's cluster; its state, kubeconfig files and tokens
 * lie in `kubernetes` below the given directory and outlive a restart.
 *
 * @public
 */
export async function startTenantCluster(options: {
  cacheDir: string;
  /** 0 takes any free port. */
  port?: number;
  host?: string;
}): Promise<TenantCluster> {
  const dir = join(options.cacheDir, 'kubernetes');
  await mkdir(dir, { recursive: true });
  const tokenFile = join(dir, 'token');
  const token = await keptSecret(tokenFile);
  const remediationToken = await keptSecret(join(dir, 'remediation-token'));
  const adminToken = await keptSecret(join(dir, 'admin-token'));
  const kubernetes = await startKubernetes({
    port: options.port,
    host: options.host,
    stateFile: join(dir, 'cluster.json'),
    tls: true,
    adminToken,
    users: [
      {
        token,
        user: 'system:serviceaccount:drift:drift-reader',
        rules: [
          {
            verbs: ['get', 'list', 'watch'],
            resources: ['*'],
            namespaces: exampleTenants.map(tenant => tenant.namespace),
          },
          { verbs: ['get', 'list', 'watch'], resources: ['namespaces'] },
        ],
      },
      {
        token: remediationToken,
        user: 'system:serviceaccount:drift:drift-remediator',
        rules: [
          {
            verbs: ['create', 'patch', 'delete'],
            resources: ['*'],
            namespaces: exampleTenants.map(tenant => tenant.namespace),
          },
        ],
      },
    ],
  });
  const kubeconfigFile = join(dir, 'kubeconfig');
  const remediationKubeconfigFile = join(dir, 'remediation.kubeconfig');
  const adminKubeconfigFile = join(dir, 'admin.kubeconfig');
  const [{ namespace }] = exampleTenants;
  await writeSecretly(
    kubeconfigFile,
    kubernetes.kubeconfig({ token, namespace }),
  );
  await writeSecretly(
    remediationKubeconfigFile,
    kubernetes.kubeconfig({ token: remediationToken, namespace }),
  );
  await writeSecretly(
    adminKubeconfigFile,
    kubernetes.kubeconfig({ namespace }),
  );
  return {
    kubernetes,
    kubeconfigFile,
    tokenFile,
    remediationKubeconfigFile,
    adminKubeconfigFile,
  };
}

/**
 * Applies the manifests of every example tenant that was not set up yet, as
 * the platform does it, and then changes by hand what the demonstration is to
 * find. A second call changes nothing.
 *
 * @returns what was changed by hand
 * @public
 */
export async function prepareTenants(options: {
  kubernetes: RunningKubernetes;
  /** Root of the repository, which holds `examples`. */
  rootDir: string;
}): Promise<string[]> {
  const { kubernetes, rootDir } = options;
  const platform = kubernetes.as('platform');
  const planted: string[] = [];
  for (const tenant of exampleTenants) {
    const place = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: tenant.namespace },
    };
    const existing = platform.find({ ...place, name: tenant.namespace });
    if (existing && isPrepared(existing)) {
      continue;
    }
    platform.apply(place);
    for (const manifest of await manifestsOf(rootDir, tenant)) {
      platform.apply(withSecretValues(manifest));
    }
    planted.push(...plantTenantDrift(kubernetes, tenant));
    platform.apply({
      ...place,
      metadata: { ...place.metadata, annotations: { [PREPARED]: 'true' } },
    });
  }
  return planted;
}

/** What somebody did during an incident without touching the manifests. */
function plantTenantDrift(
  kubernetes: RunningKubernetes,
  { name, namespace }: ExampleTenant,
): string[] {
  if (name !== 'ai-platform') {
    return [];
  }
  kubernetes.as('kubectl').scale(
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace,
      name: 'ai-service',
    },
    2,
  );
  kubernetes.as('kubectl-edit').patch(
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      namespace,
      name: 'ai-service-config',
    },
    { data: { 'query.timeout': '30s' } },
  );
  return [
    `Deployment ai-service of ${namespace} scaled from 3 to 2`,
    `query.timeout in ConfigMap ai-service-config of ${namespace} edited from 60s to 30s`,
  ];
}

async function manifestsOf(
  rootDir: string,
  { name }: ExampleTenant,
): Promise<JsonObject[]> {
  const dir = join(rootDir, 'examples/tenants', name, 'deploy');
  const files = (await readdir(dir)).filter(file => /\.ya?ml$/.test(file));
  const objects: JsonObject[] = [];
  for (const file of files.sort()) {
    const text = await readFile(join(dir, file), 'utf8');
    for (const document of parseAllDocuments(text)) {
      const object: unknown = document.toJS();
      if (isJsonObject(object)) {
        objects.push(object);
      }
    }
  }
  return objects;
}

/** The manifests name keys only; where a vault would fill them in, chance does. */
function withSecretValues(manifest: JsonObject): JsonObject {
  if (manifest.kind !== 'Secret' || !isJsonObject(manifest.stringData)) {
    return manifest;
  }
  return {
    ...manifest,
    stringData: Object.fromEntries(
      Object.keys(manifest.stringData).map(key => [
        key,
        randomBytes(16).toString('hex'),
      ]),
    ),
  };
}

function isPrepared(namespace: JsonObject): boolean {
  const { annotations } = isJsonObject(namespace.metadata)
    ? namespace.metadata
    : { annotations: undefined };
  return isJsonObject(annotations) && annotations[PREPARED] === 'true';
}
