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

import { readFile, writeFile } from 'node:fs/promises';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import {
  createServerIdentity,
  ServerIdentity,
} from '../provider/protocol/certificate';
import { JsonObject, JsonValue } from '../cloud/json';
import { listen } from '../listen';
import { KubernetesUser } from './access';
import { KubernetesFaults } from './faults';
import { KubernetesAdmission, KubernetesApi } from './KubernetesApi';
import { KubernetesConsole } from './KubernetesConsole';
import { KubernetesHttp } from './KubernetesHttp';
import { ObjectStore } from './ObjectStore';

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
   * Whether to speak HTTPS, with a certificate of its own that kubeconfig files
   * trust. kubectl sends tokens in no other way. Defaults to false.
   */
  tls?: boolean;
  /**
   * Whether workloads get replica sets, pods and a status, and namespaces their
   * standard objects. Defaults to true.
   */
  controllers?: boolean;
  /**
   * What mutating admission webhooks make of objects before they are stored; also
   * called for dry runs.
   */
  admit?(admission: KubernetesAdmission): JsonObject;
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
  /** What a patch or a delete sent. */
  body?: JsonValue;
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
  /** PEM of the certificate to trust, when it speaks HTTPS. */
  readonly certificate: string | undefined;
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
   * Server-side apply as the administrator, without the network; takes over
   * what others own.
   *
   * @throws Error when the server refuses
   */
  apply(object: Record<string, unknown>, manager: string): Promise<JsonObject>;
  /** Works on objects without the network, under a field manager. */
  as(manager: string): KubernetesConsole;
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
    ...(options.admit && { admit: options.admit }),
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
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    http.answer(request, response).catch((error: Error) => {
      http.sendFailure(response, error);
    });
  };
  const identity = options.tls
    ? await openIdentity(options.stateFile, now())
    : undefined;
  const server = identity
    ? createSecureServer(
        { key: identity.privateKeyPem, cert: identity.certificatePem },
        listener,
      )
    : createServer(listener);
  const certificate = identity?.certificatePem;
  const listening = await listen(server, {
    name: 'The sandbox cluster',
    host,
    port,
    scheme: identity ? 'https' : 'http',
  });
  const { url } = listening;
  return {
    url,
    port: listening.port,
    adminToken,
    certificate,
    faults,
    requests,
    clearRequests: () => {
      requests.length = 0;
    },
    expireContinueTokens: () => api.expireContinueTokens(),
    compact: () => store.compact(),
    kubeconfig: ({ token = adminToken, namespace } = {}) =>
      kubeconfigOf({ url, certificate, token, namespace }),
    apply: async (object, manager) =>
      KubernetesConsole.create({ api, manager }).apply(
        JSON.parse(JSON.stringify(object)),
      ),
    as: manager => KubernetesConsole.create({ api, manager }),
    async stop() {
      stopping.abort();
      await listening.close();
      await store.settled();
    },
  };
}

/** Kept beside the state, so that a kubeconfig outlives a restart. */
async function openIdentity(
  stateFile: string | undefined,
  now: Date,
): Promise<Pick<ServerIdentity, 'privateKeyPem' | 'certificatePem'>> {
  const file = stateFile && `${stateFile}.identity`;
  if (file) {
    try {
      return JSON.parse(await readFile(file, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        throw error;
      }
    }
  }
  const { privateKeyPem, certificatePem } = createServerIdentity(now, {
    validDays: 3650,
  });
  const identity = { privateKeyPem, certificatePem };
  if (file) {
    await writeFile(file, JSON.stringify(identity), { mode: 0o600 });
  }
  return identity;
}

function kubeconfigOf(options: {
  url: string;
  certificate: string | undefined;
  token: string;
  namespace: string | undefined;
}): string {
  const { url, certificate, token, namespace } = options;
  const authority = certificate && Buffer.from(certificate).toString('base64');
  return `apiVersion: v1
kind: Config
current-context: sandbox
clusters:
  - name: sandbox
    cluster:
      server: ${JSON.stringify(url)}
${authority ? `      certificate-authority-data: ${authority}\n` : ''}users:
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
