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

import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent, RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { toError } from '@backstage/errors';
import { ConfiguredCluster } from '../config/KubernetesConfig';
import { ClusterFailure } from './ClusterFailure';

/** Where a cluster is and what lets one in. */
export interface Connection {
  /** Address without a slash at its end. */
  server: string;
  /** Headers and, for basic authentication, `auth`. */
  request: Pick<RequestOptions, 'headers' | 'auth'>;
  agent: HttpAgent;
}

/**
 * Loads the access to a cluster; anew each time, because files and tokens
 * change.
 *
 * @throws ClusterFailure when the configuration does not give access. What the
 *   files hold is never quoted.
 */
export async function connect(
  cluster: ConfiguredCluster,
  maxConnections: number,
): Promise<Connection> {
  const kubeConfig = await loadKubeConfig(cluster);
  const entry = kubeConfig.getCurrentCluster();
  if (!entry || !URL.canParse(entry.server)) {
    throw setupFailure(cluster, 'names no address of an API server');
  }
  const url = new URL(entry.server);
  if (url.protocol === 'http:') {
    if (!entry.skipTLSVerify && !isLoopback(url.hostname)) {
      throw setupFailure(
        cluster,
        'has a plain http address, which would give the token to everybody on the way',
      );
    }
    // The client library takes plain http for a mistake otherwise.
    Object.assign(entry, { skipTLSVerify: true });
  } else if (url.protocol !== 'https:') {
    throw setupFailure(cluster, 'has an address that is not https');
  }

  const options: RequestOptions = {};
  try {
    await kubeConfig.applyToHTTPSOptions(options);
  } catch {
    // The library quotes what authentication programs print.
    throw setupFailure(
      cluster,
      'has credentials that cannot be used: its program, file or identity provider failed',
    );
  }
  const { ca, cert, key, rejectUnauthorized, servername, headers, auth } =
    options;
  const pool = { keepAlive: true, maxSockets: maxConnections };
  return {
    server: entry.server.replace(/\/+$/, ''),
    request: { headers, auth },
    agent: agentOf(options, entry.proxyUrl, () =>
      url.protocol === 'http:'
        ? new HttpAgent(pool)
        : new HttpsAgent({
            ...pool,
            ca,
            cert,
            key,
            rejectUnauthorized,
            servername,
          }),
    ),
  };
}

function agentOf(
  options: RequestOptions,
  proxyUrl: string | undefined,
  create: () => HttpAgent,
): HttpAgent {
  return proxyUrl && options.agent instanceof HttpAgent
    ? options.agent
    : create();
}

async function loadKubeConfig(cluster: ConfiguredCluster): Promise<KubeConfig> {
  const { access } = cluster;
  const kubeConfig = new KubeConfig();
  switch (access.type) {
    case 'kubeconfig':
      await loadFile(kubeConfig, cluster, access.file);
      if (access.context !== undefined) {
        kubeConfig.setCurrentContext(access.context);
      }
      if (!kubeConfig.getContextObject(kubeConfig.getCurrentContext())) {
        throw setupFailure(
          cluster,
          'has a kubeconfig file without the context to use',
        );
      }
      return kubeConfig;
    case 'inCluster':
      kubeConfig.loadFromCluster();
      if (kubeConfig.getCurrentCluster()?.server.includes('undefined')) {
        throw setupFailure(
          cluster,
          'is the one that the backend runs in, but the backend runs in none',
        );
      }
      return kubeConfig;
    case 'token': {
      const name = cluster.name;
      kubeConfig.loadFromOptions({
        clusters: [
          {
            name,
            server: access.url,
            caData: access.caData,
            caFile: access.caFile,
            skipTLSVerify: access.skipTLSVerify,
          },
        ],
        users: [
          { name, token: access.token ?? (await inClusterToken(cluster)) },
        ],
        contexts: [{ name, cluster: name, user: name }],
        currentContext: name,
      });
      return kubeConfig;
    }
    default:
      throw setupFailure(cluster, access.reason);
  }
}

async function loadFile(
  kubeConfig: KubeConfig,
  cluster: ConfiguredCluster,
  file: string,
): Promise<void> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = toError(error) as NodeJS.ErrnoException;
    throw setupFailure(
      cluster,
      code === 'ENOENT'
        ? 'has a kubeconfig file that does not exist'
        : `has a kubeconfig file that cannot be read (${code})`,
    );
  }
  try {
    kubeConfig.loadFromString(text);
    kubeConfig.makePathsAbsolute(dirname(file));
  } catch {
    // Messages of the parser quote the file, tokens included.
    throw setupFailure(cluster, 'has a kubeconfig file that is not valid');
  }
}

/** What Backstage's Kubernetes plugin does where no token is configured. */
async function inClusterToken(cluster: ConfiguredCluster): Promise<string> {
  try {
    const token = await readFile(
      '/var/run/secrets/kubernetes.io/serviceaccount/token',
      'utf8',
    );
    return token.trim();
  } catch {
    throw setupFailure(
      cluster,
      'has no token, and the backend runs in no cluster that gives it one',
    );
  }
}

function setupFailure(
  cluster: ConfiguredCluster,
  problem: string,
): ClusterFailure {
  return new ClusterFailure('setup', `The cluster ${cluster.name} ${problem}.`);
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(hostname)
  );
}
