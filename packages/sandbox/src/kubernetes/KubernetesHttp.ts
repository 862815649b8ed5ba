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

import { IncomingMessage, ServerResponse } from 'node:http';
import { parse } from 'yaml';
import { isJsonObject, JsonObject, JsonValue } from '../cloud/json';
import {
  AccessRequest,
  authenticate,
  authorize,
  isAllowed,
  KubernetesUser,
} from './access';
import { inside } from './defaults';
import {
  aggregated,
  coreVersions,
  groupList,
  groupOf,
  openApiIndex,
  openApiOf,
  resourceList,
  versionInfo,
} from './discovery';
import { KubernetesFaultEffect, KubernetesFaults } from './faults';
import {
  collectionOf,
  expiredToken,
  KubernetesApi,
  ObjectPath,
  PatchType,
  Preconditions,
  served,
  WriteOptions,
} from './KubernetesApi';
import { jsonPatch, mergePatch } from './patch';
import {
  accessReview,
  apiVersionOf,
  findResourceType,
  ResourceType,
} from './resourceTypes';
import { matcher } from './selectors';
import type { KubernetesRequest } from './startKubernetes';
import { StatusError } from './StatusError';
import { tableOf } from './table';

/** A request for a resource. */
interface ResourceCall {
  type: ResourceType;
  namespace: string | undefined;
  name: string | undefined;
  subresource: 'scale' | 'status' | undefined;
}

interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  method: string;
  user: KubernetesUser;
  /** What the log keeps of it. */
  entry: KubernetesRequest;
}

const MAX_BODY_BYTES = 16 * 1024 * 1024;

const patchTypes: Record<string, PatchType> = {
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/json-patch+json': 'json',
  'application/apply-patch+yaml': 'apply',
};

/** Speaks HTTP as kube-apiserver does. */
export class KubernetesHttp {
  readonly #api: KubernetesApi;
  readonly #users: readonly KubernetesUser[];
  readonly #faults: KubernetesFaults;
  readonly #requests: KubernetesRequest[];
  readonly #now: () => Date;
  readonly #signal: AbortSignal;

  static create(options: {
    api: KubernetesApi;
    users: readonly KubernetesUser[];
    faults: KubernetesFaults;
    /** Every request is added. */
    requests: KubernetesRequest[];
    now: () => Date;
    signal: AbortSignal;
  }): KubernetesHttp {
    return new KubernetesHttp(options);
  }

  private constructor(options: {
    api: KubernetesApi;
    users: readonly KubernetesUser[];
    faults: KubernetesFaults;
    requests: KubernetesRequest[];
    now: () => Date;
    signal: AbortSignal;
  }) {
    this.#api = options.api;
    this.#users = options.users;
    this.#faults = options.faults;
    this.#requests = options.requests;
    this.#now = options.now;
    this.#signal = options.signal;
  }

  async answer(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://sandbox');
    const method = request.method ?? 'GET';
    const resource = resourceCallOf(url.pathname);
    const entry = logEntry(method, url, resource);
    this.#requests.push(entry);
    const effect = this.#faults.effectsOn({
      method,
      target: `${url.pathname}${url.search}`,
      resource: resource?.type.plural,
      namespace: resource?.namespace,
      midList: url.searchParams.has('continue'),
    });
    if (
      effect &&
      !(await this.#carryOut(effect, response, resource, entry.verb))
    ) {
      return;
    }
    if (['/healthz', '/livez', '/readyz'].includes(url.pathname)) {
      sendText(response, 200, 'ok');
      return;
    }
    const user = authenticate(this.#users, request.headers.authorization);
    entry.user = user.user;
    const call = { request, response, url, method, user, entry };
    if (resource) {
      await this.#answerResource(call, resource, entry.verb ?? '');
    } else {
      await this.#answerOther(call);
    }
  }

  sendFailure(response: ServerResponse, error: Error): void {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const status =
      error instanceof StatusError
        ? error
        : new StatusError({
            code: 500,
            reason: 'InternalError',
            message: `Internal error occurred: ${error.message}`,
          });
    sendJson(response, status.code, status.toJson());
  }

  /** @returns whether the request goes on */
  async #carryOut(
    effect: KubernetesFaultEffect,
    response: ServerResponse,
    resource: ResourceCall | undefined,
    verb: string | undefined,
  ): Promise<boolean> {
    switch (effect.type) {
      case 'delay':
        await pause(effect.ms, this.#signal);
        return true;
      case 'hang':
        return false;
      case 'truncate':
      case 'cut':
        shorten(response, effect);
        return true;
      default:
        if (effect.retryAfterSeconds !== undefined) {
          response.setHeader('retry-after', String(effect.retryAfterSeconds));
        }
        this.sendFailure(response, injected(effect.code, resource, verb));
        return false;
    }
  }

  async #answerOther(call: Call): Promise<void> {
    const { response, url, method } = call;
    const [root, ...rest] = url.pathname.split('/').filter(Boolean);
    if (
      method === 'POST' &&
      url.pathname ===
        `/apis/${apiVersionOf(accessReview)}/${accessReview.plural}`
    ) {
      sendJson(
        response,
        201,
        review(call.user, await readObject(call.request)),
      );
      return;
    }
    const answer = method === 'GET' && discover(call, root, rest);
    if (!answer) {
      sendText(response, 404, '404 page not found\n');
      return;
    }
    const isAggregated = answer.kind === 'APIGroupDiscoveryList';
    sendJson(
      response,
      200,
      answer,
      isAggregated
        ? 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
        : 'application/json',
    );
  }

  async #answerResource(
    call: Call,
    resource: ResourceCall,
    verb: string,
  ): Promise<void> {
    const { type, namespace, name, subresource } = resource;
    const needed: AccessRequest = {
      verb,
      group: type.group,
      resource: subresource ? `${type.plural}/${subresource}` : type.plural,
      namespace: type.namespaced ? namespace : undefined,
      name,
    };
    authorize(call.user, needed);
    if (name === undefined) {
      await this.#answerCollection(call, resource);
      return;
    }
    const path = { type, namespace: namespace ?? '', name };
    if (subresource === 'scale') {
      await this.#answerScale(call, path);
    } else {
      await this.#answerObject(call, path, subresource);
    }
  }

  async #answerCollection(
    call: Call,
    { type, namespace }: ResourceCall,
  ): Promise<void> {
    const { response, url, method } = call;
    const query = url.searchParams;
    if (method === 'GET' && isTrue(query.get('watch'))) {
      this.#watch(call, type, namespace);
    } else if (method === 'GET') {
      const page = this.#api.list({
        type,
        namespace,
        labelSelector: query.get('labelSelector') ?? undefined,
        fieldSelector: query.get('fieldSelector') ?? undefined,
        limit: Number(query.get('limit') ?? 0),
        continueToken: query.get('continue') ?? undefined,
      });
      const metadata = {
        resourceVersion: page.resourceVersion,
        ...(page.continue !== undefined && { continue: page.continue }),
        ...(page.remaining !== undefined && {
          remainingItemCount: page.remaining,
        }),
      };
      sendJson(
        response,
        200,
        wantsTable(call)
          ? this.#table(call, type, page.items, metadata)
          : {
              kind: `${type.kind}List`,
              apiVersion: apiVersionOf(type),
              metadata,
              items: page.items.map(withoutType),
            },
      );
    } else if (method === 'POST') {
      const body = await readObject(call.request);
      assertPlace(type, namespace, body);
      const created = this.#api.create(
        { type, namespace: namespace ?? '', name: '' },
        body,
        writeOptions(call),
      );
      sendJson(response, 201, created);
    } else if (method === 'DELETE') {
      const { items } = this.#api.list({
        type,
        namespace,
        labelSelector: query.get('labelSelector') ?? undefined,
        fieldSelector: query.get('fieldSelector') ?? undefined,
      });
      for (const item of items) {
        const metadata = inside(item, 'metadata');
        this.#api.delete(
          {
            type,
            namespace: String(metadata.namespace ?? ''),
            name: String(metadata.name),
          },
          writeOptions(call).dryRun,
        );
      }
      sendJson(response, 200, {
        kind: `${type.kind}List`,
        apiVersion: apiVersionOf(type),
        metadata: { resourceVersion: String(this.#api.store.version) },
        items: items.map(withoutType),
      });
    } else {
      throw notAllowed();
    }
  }

  async #answerObject(
    call: Call,
    path: ObjectPath,
    subresource: 'status' | undefined,
  ): Promise<void> {
    const { request, response, method } = call;
    switch (method) {
      case 'GET': {
        const object = this.#api.get(path);
        sendJson(
          response,
          200,
          wantsTable(call)
            ? this.#table(call, path.type, [object], {
                resourceVersion: inside(object, 'metadata').resourceVersion,
              })
            : object,
        );
        break;
      }
      case 'PUT': {
        const body = await readObject(request);
        assertPlace(path.type, path.namespace, body, path.name);
        sendJson(
          response,
          200,
          this.#api.update(path, body, writeOptions(call), subresource),
        );
        break;
      }
      case 'PATCH': {
        const patchType = patchTypeOf(request);
        const body = await readBody(request);
        call.entry.body = body;
        if (patchType === 'apply' && isJsonObject(body)) {
          assertApply(call, path, body);
        }
        const existed = exists(this.#api, path);
        if (!existed && patchType === 'apply') {
          authorize(call.user, {
            verb: 'create',
            group: path.type.group,
            resource: path.type.plural,
            namespace: path.type.namespaced ? path.namespace : undefined,
            name: path.name,
          });
        }
        sendJson(
          response,
          existed ? 200 : 201,
          this.#api.patch(
            path,
            patchType,
            body,
            writeOptions(call),
            subresource,
          ),
        );
        break;
      }
      case 'DELETE': {
        const body = await readBody(request);
        call.entry.body = body;
        const dryRun =
          writeOptions(call).dryRun ||
          (isJsonObject(body) && Array.isArray(body.dryRun));
        sendJson(
          response,
          200,
          this.#api.delete(path, dryRun, preconditionsOf(body)),
        );
        break;
      }
      default:
        throw notAllowed();
    }
  }

  async #answerScale(call: Call, path: ObjectPath): Promise<void> {
    const { request, response, method } = call;
    switch (method) {
      case 'GET':
        sendJson(response, 200, this.#api.scale(path));
        break;
      case 'PUT': {
        const body = await readObject(request);
        sendJson(
          response,
          200,
          this.#api.setScale(path, () => body, writeOptions(call)),
        );
        break;
      }
      case 'PATCH': {
        const patchType = patchTypeOf(request);
        const body = await readBody(request);
        sendJson(
          response,
          200,
          this.#api.setScale(
            path,
            scale =>
              patchType === 'json'
                ? jsonPatch(scale, body)
                : mergePatch(scale, body),
            writeOptions(call),
          ),
        );
        break;
      }
      default:
        throw notAllowed();
    }
  }

  /** Sends changes, one JSON object a line, until either side ends it. */
  #watch(call: Call, type: ResourceType, namespace: string | undefined): void {
    const { request, response, url } = call;
    const query = url.searchParams;
    const { store } = this.#api;
    const collection = collectionOf(type);
    const selected = matcher(
      query.get('labelSelector') ?? undefined,
      query.get('fieldSelector') ?? undefined,
    );
    const concerns = (object: JsonObject) =>
      (namespace === undefined ||
        inside(object, 'metadata').namespace === namespace) &&
      (!selected || selected(object));
    const write = (event: string, object: JsonObject) =>
      response.write(`${JSON.stringify({ type: event, object })}\n`);
    const show = (event: string, object: JsonObject) =>
      write(
        event,
        wantsTable(call)
          ? this.#table(call, type, [served(type, object)], {
              resourceVersion: inside(object, 'metadata').resourceVersion,
            })
          : served(type, object),
      );
    const since = Number(query.get('resourceVersion') ?? 0);
    const bookmarks = isTrue(query.get('allowWatchBookmarks'));
    const initial = isTrue(query.get('sendInitialEvents'));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    if (since === 0 || initial) {
      store
        .list(collection, undefined)
        .filter(concerns)
        .forEach(object => show('ADDED', object));
    } else if (since < store.compactedVersion) {
      const error = StatusError.expired(
        `too old resource version: ${since} (${store.compactedVersion})`,
      );
      write('ERROR', error.toJson());
      response.end();
      return;
    } else {
      store
        .eventsAfter(since, collection)
        .filter(event => concerns(event.object))
        .forEach(event => show(event.type, event.object));
    }
    if (bookmarks && initial) {
      write('BOOKMARK', {
        kind: type.kind,
        apiVersion: apiVersionOf(type),
        metadata: {
          resourceVersion: String(store.version),
          annotations: { 'k8s.io/initial-events-end': 'true' },
        },
      });
    }
    const stop = store.watch(event => {
      if (event.collection === collection && concerns(event.object)) {
        show(event.type, event.object);
      }
    });
    const seconds = Number(query.get('timeoutSeconds') ?? 0);
    const timer =
      seconds > 0
        ? setTimeout(() => response.end(), seconds * 1000)
        : undefined;
    request.once('close', stop);
    response.once('close', () => {
      stop();
      clearTimeout(timer);
    });
  }

  #table(
    { url }: Call,
    type: ResourceType,
    items: JsonObject[],
    metadata: JsonObject,
  ): JsonObject {
    const include = url.searchParams.get('includeObject');
    return tableOf({
      kind: type.kind,
      items,
      metadata,
      now: this.#now(),
      include:
        include === 'Object' || include === 'None' ? include : 'Metadata',
    });
  }
}

function resourceCallOf(pathname: string): ResourceCall | undefined {
  const parts = pathname.split('/').filter(Boolean).map(decodeURIComponent);
  const [root, ...rest] = parts;
  let group = '';
  if (root === 'apis') {
    group = rest.shift() ?? '';
  } else if (root !== 'api') {
    return undefined;
  }
  const version = rest.shift() ?? '';
  const isNamespace = rest[0] === 'namespaces';
  if (isNamespace && rest.length >= 3 && rest[2] !== 'status') {
    const [, namespace, plural, name, subresource] = rest;
    return found(group, version, plural, namespace, name, subresource);
  }
  const [plural = '', name, subresource] = rest;
  return found(group, version, plural, undefined, name, subresource);
}

function found(
  group: string,
  version: string,
  plural: string,
  namespace: string | undefined,
  name: string | undefined,
  subresource: string | undefined,
): ResourceCall | undefined {
  const type = findResourceType(group, version, plural);
  const known = type?.subresources.find(item => item === subresource);
  if (!type || (subresource !== undefined && known === undefined)) {
    return undefined;
  }
  const isSomewhere = namespace !== undefined;
  const isEverywhere = !isSomewhere && name === undefined;
  if (type.namespaced ? !isSomewhere && !isEverywhere : isSomewhere) {
    return undefined;
  }
  return { type, namespace, name, subresource: known };
}

function logEntry(
  method: string,
  url: URL,
  resource: ResourceCall | undefined,
): KubernetesRequest {
  return {
    method,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    ...(resource && {
      verb: verbOf(method, url, resource),
      resource: resource.type.plural,
      ...(resource.namespace !== undefined && {
        namespace: resource.namespace,
      }),
    }),
  };
}

function verbOf(method: string, url: URL, { name }: ResourceCall): string {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return name === undefined ? 'deletecollection' : 'delete';
    default:
      if (name !== undefined) {
        return 'get';
      }
      return isTrue(url.searchParams.get('watch')) ? 'watch' : 'list';
  }
}

function discover(
  { request, url }: Call,
  root: string,
  rest: string[],
): JsonObject | undefined {
  const wantsAggregated = (request.headers.accept ?? '').includes(
    'as=APIGroupDiscoveryList',
  );
  const [group, version] = rest;
  switch (root) {
    case 'version':
      return versionInfo();
    case 'api':
      if (group !== undefined) {
        return version === undefined ? resourceList('', group) : undefined;
      }
      return wantsAggregated
        ? aggregated(true)
        : coreVersions(request.headers.host ?? '');
    case 'apis':
      if (group === undefined) {
        return wantsAggregated ? aggregated(false) : groupList();
      }
      return version === undefined
        ? groupOf(group)
        : (rest.length === 2 && resourceList(group, version)) || undefined;
    case 'openapi':
      return openApi(url.pathname);
    default:
      return undefined;
  }
}

function openApi(pathname: string): JsonObject | undefined {
  if (pathname === '/openapi/v3') {
    return openApiIndex();
  }
  const match = /^\/openapi\/v3\/(?:api|apis\/([^/]+))\/([^/]+)$/.exec(
    pathname,
  );
  return match ? openApiOf(match[1] ?? '', match[2]) : undefined;
}

/** May I? */
function review(user: KubernetesUser, body: JsonObject): JsonObject {
  const attributes = inside(inside(body, 'spec'), 'resourceAttributes');
  const text = (key: string) => String(attributes[key] ?? '');
  const allowed = isAllowed(user, {
    verb: text('verb'),
    group: text('group'),
    resource: attributes.subresource
      ? `${text('resource')}/${text('subresource')}`
      : text('resource'),
    namespace: text('namespace') || undefined,
    name: text('name') || undefined,
  });
  return {
    kind: accessReview.kind,
    apiVersion: apiVersionOf(accessReview),
    metadata: {},
    spec: inside(body, 'spec'),
    status: { allowed },
  };
}

function writeOptions({ request, url }: Call): WriteOptions {
  const query = url.searchParams;
  const agent = request.headers['user-agent'] ?? 'unknown';
  return {
    manager: query.get('fieldManager') ?? agent.split('/')[0],
    dryRun: query.get('dryRun') === 'All',
    strict: query.get('fieldValidation') === 'Strict',
    force: isTrue(query.get('force')),
  };
}

function preconditionsOf(body: JsonValue): Preconditions {
  const wanted = isJsonObject(body) ? body.preconditions : undefined;
  const { uid, resourceVersion } = isJsonObject(wanted) ? wanted : {};
  return {
    ...(typeof uid === 'string' && { uid }),
    ...(typeof resourceVersion === 'string' && { resourceVersion }),
  };
}

function assertApply(call: Call, path: ObjectPath, body: JsonObject): void {
  if (!call.url.searchParams.get('fieldManager')) {
    throw new StatusError({
      code: 422,
      reason: 'Invalid',
      message:
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    });
  }
  assertPlace(path.type, path.namespace, body, path.name);
}

/** The body must mean the place that the path names. */
function assertPlace(
  type: ResourceType,
  namespace: string | undefined,
  body: JsonObject,
  name?: string,
): void {
  const metadata = isJsonObject(body.metadata) ? body.metadata : {};
  const { namespace: place, name: called } = metadata;
  if (type.namespaced && typeof place === 'string' && place !== namespace) {
    throw StatusError.badRequest(
      `the namespace of the provided object does not match the namespace sent on the request`,
    );
  }
  if (name !== undefined && typeof called === 'string' && called !== name) {
    throw StatusError.badRequest(
      `the name of the object (${called}) does not match the name on the URL (${name})`,
    );
  }
}

function patchTypeOf(request: IncomingMessage): PatchType {
  const type = (request.headers['content-type'] ?? '').split(';')[0].trim();
  const patchType = Object.hasOwn(patchTypes, type)
    ? patchTypes[type]
    : undefined;
  if (!patchType) {
    throw new StatusError({
      code: 415,
      reason: 'UnsupportedMediaType',
      message: `the body of the request was in an unknown format - accepted media types include: ${Object.keys(
        patchTypes,
      ).join(', ')}`,
    });
  }
  return patchType;
}

function exists(api: KubernetesApi, path: ObjectPath): boolean {
  return (
    api.store.get(collectionOf(path.type), path.namespace, path.name) !==
    undefined
  );
}

function wantsTable({ request }: Call): boolean {
  return /as=Table;v=v1;g=meta\.k8s\.io|as=Table/.test(
    (request.headers.accept ?? '').split(',')[0],
  );
}

/** Entries of a list do not repeat what they are. */
function withoutType({
  kind: _kind,
  apiVersion: _version,
  ...object
}: JsonObject): JsonObject {
  return object;
}

function injected(
  code: number,
  resource: ResourceCall | undefined,
  verb = 'get',
): StatusError {
  if (code === 410) {
    return expiredToken('');
  }
  if (code === 403 && resource) {
    return StatusError.forbidden({
      user: 'sandbox',
      verb,
      group: resource.type.group,
      resource: resource.type.plural,
      name: resource.name,
      namespace: resource.namespace,
    });
  }
  const reasons: Record<number, [reason: string, message: string]> = {
    401: ['Unauthorized', 'Unauthorized'],
    409: ['Conflict', 'Operation cannot be fulfilled: told to fail'],
    404: ['NotFound', 'the server could not find the requested resource'],
    429: ['TooManyRequests', 'Too many requests, please try again later.'],
    500: ['InternalError', 'Internal error occurred: told to fail'],
    503: [
      'ServiceUnavailable',
      'the server is currently unable to handle the request',
    ],
    504: [
      'Timeout',
      'Timeout: request did not complete within the allotted timeout',
    ],
  };
  const [reason, message] = reasons[code] ?? ['Unknown', 'told to fail'];
  return new StatusError({ code, reason, message });
}

/** Lets only the first bytes through. */
function shorten(
  response: ServerResponse,
  effect: { type: 'truncate' | 'cut'; bytes: number },
): void {
  const end = response.end.bind(response);
  response.end = ((body?: string) => {
    const part = Buffer.from(body ?? '').subarray(0, effect.bytes);
    if (effect.type === 'truncate') {
      response.removeHeader('content-length');
      return end(part);
    }
    response.write(part, () => response.destroy());
    return response;
  }) as ServerResponse['end'];
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>(resolve => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function notAllowed(): StatusError {
  return new StatusError({
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
  });
}

function isTrue(text: string | null): boolean {
  return text === 'true' || text === '1';
}

async function readObject(request: IncomingMessage): Promise<JsonObject> {
  const body = await readBody(request);
  if (!isJsonObject(body)) {
    throw StatusError.badRequest('the body of the request must be an object');
  }
  return body;
}

/** JSON or YAML. */
async function readBody(request: IncomingMessage): Promise<JsonValue> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      throw new StatusError({
        code: 413,
        reason: 'RequestEntityTooLarge',
        message: 'Request entity too large: limit is 16777216',
      });
    }
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (text.trim() === '') {
    return null;
  }
  const type = request.headers['content-type'] ?? '';
  if (type.includes('protobuf')) {
    throw new StatusError({
      code: 415,
      reason: 'UnsupportedMediaType',
      message:
        'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml',
    });
  }
  const isYaml = type.includes('yaml');
  try {
    return isYaml ? parse(text) : JSON.parse(text);
  } catch (error) {
    throw StatusError.badRequest(
      `the body of the request is not readable: ${(error as Error).message}`,
    );
  }
}

function sendJson(
  response: ServerResponse,
  code: number,
  body: JsonObject,
  type = 'application/json',
): void {
  response.statusCode = code;
  response.setHeader('content-type', type);
  response.setHeader('cache-control', 'no-cache, private');
  response.end(JSON.stringify(body));
}

function sendText(response: ServerResponse, code: number, text: string): void {
  response.statusCode = code;
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(text);
}
