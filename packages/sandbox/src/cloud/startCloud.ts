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

import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { RunningAws } from '../aws/startAws';
import { RunningKubernetes } from '../kubernetes/startKubernetes';
import { listen } from '../listen';
import { createAwsPages } from '../portal/awsPages';
import { createPortal, Portal } from '../portal/createPortal';
import { createTenantPages } from '../portal/tenantPages';
import { Cloud } from './Cloud';
import { CloudApi } from './CloudApi';
import { CloudError } from './CloudError';
import { CloudState } from './CloudState';
import { FaultOptions, Faults } from './Faults';
import { Answer, jsonAnswer } from './http';
import { TerraformStates } from './TerraformStates';
import { TerraformStateApi } from './TerraformStateApi';

/**
 * Port of the sandbox cloud that the example modules name.
 *
 * @public
 */
export const DEFAULT_PORT = 7071;

/**
 * Address of the sandbox cloud that the example modules name.
 *
 * @public
 */
export const DEFAULT_ENDPOINT = `http://127.0.0.1:${DEFAULT_PORT}`;

/**
 * Options of {@link startCloud}.
 *
 * @public
 */
export interface StartCloudOptions {
  /** 0 takes any free port. Defaults to {@link DEFAULT_PORT}. */
  port?: number;
  /** Defaults to 127.0.0.1. Anything else opens the cloud to the network. */
  host?: string;
  /** Where the state is kept; in memory when left out. */
  stateFile?: string;
  /** When given, the API asks for `Authorization: Bearer <token>`. */
  token?: string;
  /** The cluster whose objects the portal is to show and change. */
  kubernetes?: RunningKubernetes;
  /** The AWS whose databases and buckets the portal is to show and change. */
  aws?: RunningAws;
  /** Trouble from the start on. */
  faults?: FaultOptions;
  /** The clock. */
  now?: () => Date;
}

/**
 * A running sandbox cloud.
 *
 * @public
 */
export interface RunningCloud {
  /** E.g. `http://127.0.0.1:7071`. */
  readonly url: string;
  readonly port: number;
  /** Trouble for tests. */
  readonly faults: Faults;
  /** Ends the server and every connection. */
  stop(): Promise<void>;
}

interface Handlers {
  api: CloudApi;
  states: TerraformStateApi;
  portal: Portal;
  faults: Faults;
  allowedHosts: readonly string[] | undefined;
  signal: AbortSignal;
}

const loopbackHosts = ['127.0.0.1', 'localhost', '[::1]'];
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/**
 * Starts the sandbox cloud: API, audit log, Terraform states and portal.
 *
 * @public
 */
export async function startCloud(
  options: StartCloudOptions = {},
): Promise<RunningCloud> {
  const { host = '127.0.0.1', port = DEFAULT_PORT } = options;
  const now = options.now ?? (() => new Date());
  const state = await CloudState.open(options.stateFile);
  const cloud = Cloud.create({ state, now });
  const faults = Faults.create(options.faults);
  const stopping = new AbortController();
  const handlers: Handlers = {
    api: CloudApi.create({ cloud, token: options.token }),
    states: TerraformStateApi.create({
      states: TerraformStates.create({ state }),
    }),
    portal: createPortal({
      cloud,
      now,
      tenants:
        options.kubernetes &&
        createTenantPages({ kubernetes: options.kubernetes, state, now }),
      aws: options.aws && createAwsPages({ aws: options.aws, state, now }),
    }),
    faults,
    allowedHosts: isLoopback(host) ? loopbackHosts : undefined,
    signal: stopping.signal,
  };
  const server = createServer((request, response) => {
    answer(handlers, request, response).catch(error =>
      sendError(response, error),
    );
  });
  const listening = await listen(server, {
    name: 'The sandbox cloud',
    host,
    port,
  });
  return {
    url: listening.url,
    port: listening.port,
    faults,
    async stop() {
      stopping.abort();
      await listening.close();
      await state.settled();
    },
  };
}

async function answer(
  handlers: Handlers,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  assertSameSite(request, handlers.allowedHosts);
  const body = await readBody(request);
  const call = { method: request.method ?? 'GET', url, body, request };
  if (url.pathname.startsWith('/api/')) {
    await handlers.faults.apply(
      `${call.method} ${url.pathname}`,
      handlers.signal,
    );
    send(response, await handlers.api.answer(call));
  } else if (url.pathname.startsWith('/tfstate/')) {
    send(response, await handlers.states.answer(call));
  } else {
    send(response, await handlers.portal.answer(call));
  }
}

function send(response: ServerResponse, result: Answer): void {
  response.writeHead(result.status, {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...result.headers,
  });
  response.end(result.body);
}

function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const known =
    error instanceof CloudError
      ? error
      : new CloudError(500, 'Internal', `Unexpected: ${String(error)}`);
  send(
    response,
    jsonAnswer(known.status, {
      error: {
        code: known.code,
        message: known.message,
        ...(known.field && { field: known.field }),
      },
    }),
  );
}

/**
 * Pages of other sites must not drive the cloud: neither by posting a form to
 * it nor through a name of theirs that leads to the loopback address.
 */
function assertSameSite(
  request: IncomingMessage,
  allowedHosts: readonly string[] | undefined,
): void {
  const host = request.headers.host ?? '';
  const name = host.replace(/:[0-9]+$/, '');
  const origin = request.headers.origin;
  const foreignHost = allowedHosts && !allowedHosts.includes(name);
  const foreignOrigin = origin !== undefined && origin !== `http://${host}`;
  if (foreignHost || foreignOrigin) {
    throw new CloudError(
      403,
      'Foreign',
      'The sandbox cloud answers only requests to its own address and from its own pages',
    );
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      throw new CloudError(413, 'TooLarge', 'The request is too large');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
