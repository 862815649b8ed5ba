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

import { JsonObject, JsonValue } from '@backstage/types';
import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isObject, listAt, objectAt, textAt } from '../read/json';
import { readAssertion, TestKey } from './serviceAccountKey';

/** What the server saw. */
export interface SeenRequest {
  method: string;
  /** With the name of the service before it, e.g. `/sqladmin/v1/projects/…`. */
  path: string;
  query: Record<string, string>;
  body?: JsonObject;
  /** Whose token it came with. */
  by?: string;
}

/** What happens to a request instead of what should. */
export interface Fault {
  method?: string;
  /** The beginning of the path. */
  path: string;
  /** How often. Default: once. */
  times?: number;
  status?: number;
  headers?: Record<string, string>;
  body?: JsonValue | string;
  /** `hang` never answers, `cut` ends in the middle, `drop` does it and loses the connection. */
  how?: 'hang' | 'cut' | 'drop';
}

interface Answer {
  status: number;
  body: JsonValue | string;
  headers?: Record<string, string>;
}

const PROJECT_NUMBER = '4711';

/**
 * The services of Google as far as the module uses them, over real HTTP: tokens
 * are signed for, changes are guarded, pages end, operations take a while.
 */
export class FakeGoogle {
  static async start(options: {
    keys: readonly TestKey[];
  }): Promise<FakeGoogle> {
    const fake = new FakeGoogle(options.keys);
    await new Promise<void>(resolve =>
      fake.#server.listen(0, '127.0.0.1', resolve),
    );
    return fake;
  }

  readonly requests: SeenRequest[] = [];
  /** By path. */
  readonly resources = new Map<string, JsonObject>();
  readonly projects = new Map<string, JsonObject>([
    [
      'acme-prod',
      {
        projectId: 'acme-prod',
        projectNumber: PROJECT_NUMBER,
        lifecycleState: 'ACTIVE',
      },
    ],
  ]);
  readonly policies = new Map<string, JsonObject>();
  /** Of the list of instances, by page. */
  readonly listWarnings: JsonObject[] = [];
  readonly assets: JsonObject[] = [];
  readonly logEntries: JsonObject[] = [];
  pageSize = 500;
  tokensGiven = 0;
  /** A server that answers for Cloud Storage in its place: its address. */
  storage: string | undefined;
  /** What operations end with. */
  operationError: JsonObject | undefined;
  readonly #faults: (Fault & { left: number })[] = [];
  readonly #keys: readonly TestKey[];
  readonly #tokens = new Map<string, string>();
  readonly #operations = new Map<string, { left: number }>();
  readonly #server: Server;

  private constructor(keys: readonly TestKey[]) {
    this.#keys = keys;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(error => {
        response.writeHead(500).end(String(error));
      });
    });
  }

  get endpoint(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/{api}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  fail(fault: Fault): void {
    this.#faults.push({ ...fault, left: fault.times ?? 1 });
  }

  /** No token that was given out counts any more. */
  revokeTokens(): void {
    this.#tokens.clear();
  }

  /** Waits for a request. */
  async saw(method: string, path: string): Promise<void> {
    while (this.sent(method, path).length === 0) {
      await nextTurn();
    }
  }

  /** Requests beside those for tokens. */
  sent(method: string, path = ''): SeenRequest[] {
    return this.requests.filter(
      each => each.method === method && each.path.startsWith(path),
    );
  }

  async #serve(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const text = await readBody(request);
    if (url.pathname === '/oauth2/token') {
      write(response, this.#giveToken(new URLSearchParams(text)));
      return;
    }
    const by = this.#tokens.get(
      (request.headers.authorization ?? '').replace(/^Bearer /, ''),
    );
    const seen: SeenRequest = {
      method: request.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      ...(text !== '' && { body: JSON.parse(text) }),
      by,
    };
    this.requests.push(seen);
    const fault = this.#faults.find(
      each =>
        each.left > 0 &&
        seen.path.startsWith(each.path) &&
        (each.method ?? seen.method) === seen.method,
    );
    if (!fault && by !== undefined && this.storage !== undefined) {
      const placed = /^\/storage(\/.*)$/.exec(request.url ?? '')?.[1];
      if (placed !== undefined) {
        write(response, await forward(`${this.storage}${placed}`, seen));
        return;
      }
    }
    if (!fault) {
      write(
        response,
        by === undefined ? unauthenticated() : this.#answer(seen),
      );
      return;
    }
    fault.left--;
    if (fault.how === 'drop') {
      this.#answer(seen);
      response.destroy();
    } else if (fault.how === 'cut') {
      const whole = JSON.stringify(this.#answer(seen).body);
      response.writeHead(200, { 'content-length': String(whole.length) });
      response.write(whole.slice(0, whole.length / 2), () =>
        response.destroy(),
      );
    } else if (fault.how !== 'hang') {
      write(response, {
        status: fault.status ?? 500,
        body: fault.body ?? '',
        headers: fault.headers,
      });
    }
  }

  #giveToken(form: URLSearchParams): Answer {
    const signed =
      form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer'
        ? readAssertion(form.get('assertion') ?? '', this.#keys)
        : undefined;
    if (!signed) {
      return {
        status: 400,
        body: {
          error: 'invalid_grant',
          error_description: 'Invalid JWT Signature.',
        },
      };
    }
    return {
      status: 200,
      body: {
        access_token: this.#newToken(signed.email),
        expires_in: 3600,
        token_type: 'Bearer',
      },
    };
  }

  #newToken(email: string): string {
    this.tokensGiven++;
    const token = `ya29.test-${this.tokensGiven}-${email}`;
    this.#tokens.set(token, email);
    return token;
  }

  #answer(seen: SeenRequest): Answer {
    const { method, path } = seen;
    const impersonated =
      /^\/iamcredentials\/v1\/projects\/-\/serviceAccounts\/(.+):generateAccessToken$/.exec(
        path,
      );
    if (impersonated) {
      return ok({
        accessToken: this.#newToken(decodeURIComponent(impersonated[1])),
        expireTime: new Date(Date.now() + 3_600_000).toISOString(),
      });
    }
    const project = /^\/cloudresourcemanager\/v1\/projects\/([^/]+)$/.exec(
      path,
    );
    if (project) {
      const found = this.projects.get(project[1]);
      return found
        ? ok(found)
        : refuse(403, 'The caller does not have permission', {
            status: 'PERMISSION_DENIED',
          });
    }
    if (/^\/cloudasset\/v1\/projects\/[^/]+\/assets$/.test(path)) {
      return this.#listAssets(seen);
    }
    if (path === '/logging/v2/entries:list') {
      return this.#listEntries(seen.body ?? {});
    }
    if (path.includes('/operations/')) {
      return this.#showOperation(path);
    }
    if (
      method === 'GET' &&
      /^\/sqladmin\/v1\/projects\/[^/]+\/instances$/.test(path)
    ) {
      return this.#listInstances(seen);
    }
    if (method === 'GET' && path.endsWith('/managedFolders')) {
      return this.#listFolders(seen);
    }
    if (method === 'GET' && path.endsWith('/iam')) {
      const policy = this.policies.get(path.replace(/\/iam$/, ''));
      return ok(policy ?? { kind: 'storage#policy', bindings: [] });
    }
    return method === 'GET' ? this.#show(path) : this.#change(seen);
  }

  #show(path: string): Answer {
    const found = this.resources.get(path);
    if (found) {
      return ok(found);
    }
    return path.startsWith('/sqladmin/')
      ? refuse(404, 'The Cloud SQL instance does not exist.', {
          reason: 'instanceDoesNotExist',
        })
      : refuse(404, `The resource '${path}' was not found`, {
          reason: 'notFound',
        });
  }

  #change(seen: SeenRequest): Answer {
    const { method, path, query, body = {} } = seen;
    const action = /\/(resize|setLabels)$/.exec(path)?.[1];
    const place = action ? path.slice(0, -action.length - 1) : path;
    const before = this.resources.get(place);
    if (!before) {
      return this.#show(place);
    }
    if (path.startsWith('/sqladmin/')) {
      const version = textAt(before, '/settings/settingsVersion');
      if (textAt(body, '/settings/settingsVersion') !== version) {
        return refuse(412, 'Condition does not match.', {
          reason: 'staleData',
        });
      }
      const after = merge(before, body);
      this.resources.set(
        place,
        merge(after, {
          settings: { settingsVersion: String(Number(version) + 1) },
        }),
      );
      return this.#begin('/sqladmin/v1/projects/acme-prod/operations', {
        status: 'PENDING',
      });
    }
    if (path.startsWith('/storage/')) {
      const generation = textAt(before, '/metageneration');
      if (query.ifMetagenerationMatch !== generation) {
        return refuse(412, 'At least one of the pre-conditions failed.', {
          reason: 'conditionNotMet',
        });
      }
      const after = merge(before, {
        ...body,
        metageneration: String(Number(generation) + 1),
      });
      this.resources.set(place, after);
      return ok(after);
    }
    if (path.startsWith('/redis/')) {
      const named = (query.updateMask ?? '').split(',');
      this.resources.set(place, {
        ...before,
        ...Object.fromEntries(named.map(name => [name, body[name]])),
      });
      return this.#begin(
        '/redis/v1/projects/acme-prod/locations/europe-west1/operations',
        { done: false },
        'projects/acme-prod/locations/europe-west1/operations/',
      );
    }
    if (
      action === 'setLabels' &&
      body.labelFingerprint !== before.labelFingerprint
    ) {
      return refuse(412, 'Labels fingerprint either invalid or expired', {
        reason: 'conditionNotMet',
      });
    }
    if (method === 'PATCH' && !(query.paths in body)) {
      return refuse(400, 'Invalid value for field paths', {
        reason: 'invalid',
      });
    }
    const { labelFingerprint: _old, ...written } = body;
    this.resources.set(place, {
      ...before,
      ...written,
      labelFingerprint: `${before.labelFingerprint}+`,
    });
    return this.#begin(place.replace(/\/disks\/.*$/, '/operations'), {
      status: 'RUNNING',
    });
  }

  #begin(collection: string, state: JsonObject, prefix = ''): Answer {
    const id = `operation-${this.#operations.size + 1}`;
    this.#operations.set(`${collection}/${id}`, { left: 2 });
    return ok({ name: `${prefix}${id}`, ...state });
  }

  #showOperation(path: string): Answer {
    const operation = this.#operations.get(path);
    if (!operation) {
      return refuse(404, 'The operation was not found', { reason: 'notFound' });
    }
    operation.left--;
    const isDone = operation.left <= 0;
    return ok({
      name: path.split('/').at(-1),
      status: isDone ? 'DONE' : 'RUNNING',
      done: isDone,
      ...(isDone && this.operationError && { error: this.operationError }),
    });
  }

  #listAssets({ query }: SeenRequest): Answer {
    if (query.contentType !== 'RESOURCE') {
      return refuse(400, 'contentType', { status: 'INVALID_ARGUMENT' });
    }
    const start = Number(query.pageToken ?? '0');
    const fitting = this.assets.filter(
      ({ assetType }) => assetType === query.assetTypes,
    );
    const end = start + Math.min(this.pageSize, Number(query.pageSize));
    return ok({
      readTime: '2026-11-20T10:00:00Z',
      assets: fitting.slice(start, end),
      ...(end < fitting.length && { nextPageToken: String(end) }),
    });
  }

  #listInstances({ path, query }: SeenRequest): Answer {
    const start = Number(query.pageToken ?? '0');
    const instances = [...this.resources].flatMap(([place, resource]) =>
      place.startsWith(`${path}/`) ? [resource] : [],
    );
    const end = start + this.pageSize;
    return ok({
      kind: 'sql#instancesList',
      // What is empty is left out
      ...(instances.length > start && { items: instances.slice(start, end) }),
      ...(end < instances.length && { nextPageToken: String(end) }),
      ...(this.listWarnings.length > 0 && { warnings: this.listWarnings }),
    });
  }

  #listFolders({ path, query }: SeenRequest): Answer {
    const folders = [...this.resources].flatMap(([place, resource]) =>
      place.startsWith(`${path}/`) ? [resource] : [],
    );
    const shown = folders.slice(0, Number(query.pageSize));
    return ok({
      kind: 'storage#managedFolders',
      ...(shown.length > 0 && { items: shown }),
      ...(shown.length < folders.length && { nextPageToken: 'more' }),
    });
  }

  #listEntries(body: JsonObject): Answer {
    const filter = textAt(body, '/filter') ?? '';
    const [since, until] = ['>=', '<='].map(operator =>
      Date.parse(
        new RegExp(`timestamp${operator}"([^"]+)"`).exec(filter)?.[1] ?? '',
      ),
    );
    const logName = /logName="([^"]+)"/.exec(filter)?.[1];
    const names = [
      ...filter.matchAll(/protoPayload\.resourceName:"([^"]+)"/g),
    ].map(match => match[1]);
    const start = Number(textAt(body, '/pageToken') ?? '0');
    const fitting = this.logEntries
      .filter(entry => {
        const time = Date.parse(textAt(entry, '/timestamp') ?? '');
        const name = textAt(entry, '/protoPayload/resourceName') ?? '';
        return (
          entry.logName === logName &&
          time >= since &&
          time <= until &&
          names.some(each => name.includes(each))
        );
      })
      .sort((one, other) =>
        String(other.timestamp).localeCompare(String(one.timestamp)),
      );
    const end = start + this.pageSize;
    return ok({
      entries: fitting.slice(start, end),
      ...(end < fitting.length && { nextPageToken: String(end) }),
    });
  }
}

async function forward(
  url: string,
  { method, body }: SeenRequest,
): Promise<Answer> {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.text() };
}

/** An error as Google's services write it. */
export function refusal(
  code: number,
  message: string,
  more: {
    reason?: string;
    status?: string;
    detail?: string;
    metadata?: JsonObject;
  } = {},
): JsonObject {
  return {
    error: {
      code,
      message,
      ...(more.status && { status: more.status }),
      ...(more.reason && {
        errors: [{ message, domain: 'global', reason: more.reason }],
      }),
      ...(more.detail && {
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
            reason: more.detail,
            domain: 'googleapis.com',
            ...(more.metadata && { metadata: more.metadata }),
          },
        ],
      }),
    },
  };
}

function unauthenticated(): Answer {
  return refuse(401, 'Request had invalid authentication credentials.', {
    status: 'UNAUTHENTICATED',
  });
}

function ok(body: JsonObject): Answer {
  return { status: 200, body };
}

function refuse(
  status: number,
  message: string,
  more: Parameters<typeof refusal>[2],
): Answer {
  return { status, body: refusal(status, message, more) };
}

function write(response: ServerResponse, answer: Answer): void {
  const { status, body, headers } = answer;
  response.writeHead(status, {
    'content-type': 'application/json; charset=UTF-8',
    ...headers,
  });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** As services understand a PATCH: null removes, lists are whole. */
function merge(before: JsonObject, patch: JsonObject): JsonObject {
  const after = { ...before };
  for (const [name, value] of Object.entries(patch)) {
    const was = objectAt(before, `/${name}`);
    if (value === null) {
      delete after[name];
    } else if (isObject(value)) {
      after[name] = merge(was ?? {}, value);
    } else {
      after[name] = Array.isArray(value) ? listAt(patch, `/${name}`) : value;
    }
  }
  return after;
}
