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

import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { AddressInfo } from 'node:net';
import { KubernetesUser } from './access';
import { KubernetesFaults } from './faults';
import { KubernetesApi } from './KubernetesApi';
import { KubernetesHttp } from './KubernetesHttp';
import { ObjectStore } from './ObjectStore';
import { JsonObject } from '../cloud/json';

/**
 * Port of the sandbox cluster in the demonstration.
 *
 * @public
 */
export const DEFAULT_KUBERNETES_PORT = 7072;

/**
 * Options of {@link startKubernetes}.
 *
 * @public
 */
export interface StartKubernetesOptions {
  /** 0 takes any free port. Defaults to {@link DEFAULT_KUBERNETES_PORT}. */
  port?: number;
  /** Defaults to 127.0.0.1. Anything else opens the cluster to the network. */
  host?: string;
  /** Where the objects are kept; in memory when left out. */
  stateFile?: string;
  /** Who may do what, besides the administrator. */
  users?: KubernetesUser[];
  /** Token of the administrator, who may do everything; made up when left out. */
  adminToken?: string;
  /**
   * Whether workloads get replica sets, pods and a status, and namespaces their
   * standard objects. Defaults to true.
   */
  controllers?: boolean;
  /** The clock. */
  now?: () => Date;
}

/**
 * A request as the log keeps it.
 *
 * @public
 */
export interface KubernetesRequest {
  method: string;
  /** Without query. */
  path: string;
  query: Record<string, string>;
  /** E.g. `list`, `get`, `patch`; undefined for what is no resource. */
  verb?: string;
  /** E.g. `deployments`. */
  resource?: string;
  namespace?: string;
  /** Whose token it came with. */
  user?: string;
}

/**
 * A running sandbox cluster.
 *
 * @public
 */
export interface RunningKubernetes {
  /** E.g. `http://127.0.0.1:7072`. */
  readonly url: string;
  readonly port: number;
  /** Of the administrator, who may do everything. */
  readonly adminToken: string;
  /** Trouble for tests. */
  readonly faults: KubernetesFaults;
  /** Every request since the start or the last {@link RunningKubernetes.clearRequests}. */
  readonly requests: readonly KubernetesRequest[];
  clearRequests(): void;
  /** Lets unfinished lists end with 410, as after a few minutes. */
  expireContinueTokens(): void;
  /** Forgets past changes, so that watches of older versions end with 410. */
  compact(): void;
  /** Text of a kubeconfig for a token; the administrator's when left out. */
  kubeconfig(options?: { token?: string; namespace?: string }): string;
  /**
   * Creates an object as the administrator, by server-side apply.
   *
   * @throws Error when the server refuses
   */
  apply(object: JsonObject, manager: string): Promise<JsonObject>;
  /** Ends the server and every connection. */
  stop(): Promise<void>;
}

/**
 * Starts a Kubernetes-compatible API server.
 *
 * @public
 */
export async function startKubernetes(
  options: StartKubernetesOptions = {},
): Promise<RunningKubernetes> {
  const { host = '127.0.0.1', port = DEFAULT_KUBERNETES_PORT } = options;
  const now = options.now ?? (() => new Date());
  const store = await ObjectStore.open(options.stateFile);
  const api = KubernetesApi.create({
    store,
    now,
    controllers: options.controllers ?? true,
  });
  const adminToken = options.adminToken ?? 'sandbox-admin';
  const admin: KubernetesUser = {
    token: adminToken,
    user: 'kubernetes-admin',
    rules: [{ verbs: ['*'], resources: ['*'] }],
  };
  const faults = new KubernetesFaults();
  const requests: KubernetesRequest[] = [];
  const stopping = new AbortController();
  const http = KubernetesHttp.create({
    api,
    users: [admin, ...(options.users ?? [])],
    faults,
    requests,
    now,
    signal: stopping.signal,
  });
  const server = createServer(
    (request: IncomingMessage, response: ServerResponse) => {
      http.answer(request, response).catch((error: Error) => {
        http.sendFailure(response, error);
      });
    },
  );
  await listen(server, host, port);
  const actualPort = (server.address() as AddressInfo).port;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`;
  return {
    url,
    port: actualPort,
    adminToken,
    faults,
    requests,
    clearRequests: () => {
      requests.length = 0;
    },
    expireContinueTokens: () => api.expireContinueTokens(),
    compact: () => store.compact(),
    kubeconfig: ({ token = adminToken, namespace } = {}) =>
      kubeconfigOf({ url, token, namespace }),
    apply: (object, manager) =>
      applyAsAdmin({ url, token: adminToken, object, manager, http }),
    async stop() {
      stopping.abort();
      const closed = new Promise<void>((resolve, reject) =>
        server.close(error => (error ? reject(error) : resolve())),
      );
      server.closeAllConnections();
      await closed;
      await store.settled();
    },
  };
}

async function applyAsAdmin(options: {
  url: string;
  token: string;
  object: JsonObject;
  manager: string;
  http: KubernetesHttp;
}): Promise<JsonObject> {
  const { url, token, object, manager, http } = options;
  const path = http.pathOf(object);
  const answer = await fetch(
    `${url}${path}?fieldManager=${encodeURIComponent(manager)}&force=true`,
    {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/apply-patch+yaml',
      },
      body: JSON.stringify(object),
    },
  );
  const body = await answer.json();
  if (!answer.ok) {
    throw new Error(
      `The sandbox cluster refused ${path}: ${String(body.message)}`,
    );
  }
  return body;
}

function kubeconfigOf(options: {
  url: string;
  token: string;
  namespace: string | undefined;
}): string {
  const { url, token, namespace } = options;
  return `apiVersion: v1
kind: Config
current-context: sandbox
clusters:
  - name: sandbox
    cluster:
      server: ${JSON.stringify(url)}
users:
  - name: sandbox
    user:
      token: ${JSON.stringify(token)}
contexts:
  - name: sandbox
    context:
      cluster: sandbox
      user: sandbox
${namespace ? `      namespace: ${JSON.stringify(namespace)}\n` : ''}`;
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', error =>
      reject(
        new Error(
          `The sandbox cluster cannot listen on ${host}:${port} (${error.message}). Another one may be running; end it first.`,
          { cause: error },
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
}
