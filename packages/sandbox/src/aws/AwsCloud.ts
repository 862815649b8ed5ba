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

import { createHash, randomUUID } from 'node:crypto';
import { applyPatch, JsonPatchError, Operation } from 'fast-json-patch';
import { isJsonObject, jsonEqual, JsonObject } from '../cloud/json';
import { AwsError, HandlerError } from './AwsError';
import {
  AwsIdentity,
  AwsState,
  StoredAwsEvent,
  StoredAwsRequest,
  StoredAwsResource,
} from './AwsState';
import { isPublicPolicy } from './bucketPolicy';
import { AwsResourceType, findType } from './resourceTypes';
import { trailEvent } from './trailEvent';

/** Which resource is meant. */
export interface AwsResourceName {
  region: string;
  /** E.g. `AWS::RDS::DBInstance`. */
  typeName: string;
  identifier: string;
}

/** A change that Cloud Control is asked for. */
export interface AwsUpdate extends AwsResourceName {
  /** JSON text of an RFC 6902 patch. */
  patch: string;
  clientToken?: string;
  user: AwsIdentity;
  /** Lets the change fail after it was taken. */
  failsWith?: { code: string; message: string };
}

/**
 * The rules of the sandbox's AWS: what exists, what may change, and what its
 * audit log tells. Changes through Cloud Control take effect a while after they
 * were asked for.
 */
export class AwsCloud {
  readonly #state: AwsState;
  readonly #accountId: string;
  readonly #updateMs: number;
  readonly #now: () => Date;

  static create(options: {
    state: AwsState;
    accountId: string;
    updateMs: number;
    now: () => Date;
  }): AwsCloud {
    return new AwsCloud(options);
  }

  private constructor(options: {
    state: AwsState;
    accountId: string;
    updateMs: number;
    now: () => Date;
  }) {
    this.#state = options.state;
    this.#accountId = options.accountId;
    this.#updateMs = options.updateMs;
    this.#now = options.now;
  }

  /** Properties as the API tells them: without those that are only ever written. */
  find(name: AwsResourceName): JsonObject | undefined {
    this.#settle();
    const stored = this.#state.resources[keyOf(name)];
    return stored && told(stored);
  }

  /** @throws AwsError when there is none */
  get(name: AwsResourceName): JsonObject {
    typeOf(name.typeName);
    const properties = this.find(name);
    if (!properties) {
      throw new AwsError(
        'ResourceNotFoundException',
        `Resource of type '${name.typeName}' with identifier '${name.identifier}' was not found.`,
      );
    }
    return properties;
  }

  /** Ordered by identifier; of every region when none is given. */
  list(
    filter: { region?: string; typeName?: string } = {},
  ): Array<AwsResourceName & { properties: JsonObject }> {
    this.#settle();
    return Object.values(this.#state.resources)
      .filter(
        ({ region, typeName }) =>
          (filter.region === undefined || filter.region === region) &&
          (filter.typeName === undefined || filter.typeName === typeName),
      )
      .sort((a, b) => (a.identifier < b.identifier ? -1 : 1))
      .map(stored => ({
        region: stored.region,
        typeName: stored.typeName,
        identifier: stored.identifier,
        properties: told(stored),
      }));
  }

  /** Makes a resource that is there at once. */
  create(name: AwsResourceName, properties: JsonObject): void {
    const type = typeOf(name.typeName);
    this.#put(name, type, {
      ...type.defaults,
      ...properties,
      [type.idProperty]: name.identifier,
    });
  }

  /**
   * Changes a resource at once, as a person does it in a console.
   *
   * @param changes - top-level properties; the others stay
   * @throws HandlerError when the service refuses
   */
  modify(name: AwsResourceName, changes: JsonObject, user: AwsIdentity): void {
    const type = typeOf(name.typeName);
    const before = this.get(name);
    this.#put(name, type, type.change(before, { ...before, ...changes }));
    this.#recordChange(name, before, { ...before, ...changes }, { user });
  }

  delete(name: AwsResourceName, user: AwsIdentity): void {
    this.get(name);
    delete this.#state.resources[keyOf(name)];
    delete this.#state.bucketPolicies[name.identifier];
    const [, service, noun] = name.typeName.split('::');
    this.#record(name, {
      user,
      source: `${service.toLowerCase()}.amazonaws.com`,
      name: `Delete${noun}`,
      parameters: { identifier: name.identifier },
    });
    this.#state.changed();
  }

  /** Cloud Control has it as a resource of its own, which the sandbox does not. */
  bucketPolicy(bucket: string): JsonObject | undefined {
    return this.#state.bucketPolicies[bucket];
  }

  /**
   * @param policy - undefined for none
   * @throws HandlerError when the bucket takes no such policy
   */
  putBucketPolicy(
    name: AwsResourceName,
    policy: JsonObject | undefined,
    user: AwsIdentity,
  ): void {
    const { PublicAccessBlockConfiguration: block } = this.get(name);
    const { bucketPolicies } = this.#state;
    if (policy) {
      if (
        isPublicPolicy(policy) &&
        isJsonObject(block) &&
        block.BlockPublicPolicy === true
      ) {
        throw new HandlerError(
          'AccessDenied',
          'Access Denied: public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.',
        );
      }
      bucketPolicies[name.identifier] = policy;
    } else {
      delete bucketPolicies[name.identifier];
    }
    this.#record(name, {
      user,
      source: 's3.amazonaws.com',
      name: policy ? 'PutBucketPolicy' : 'DeleteBucketPolicy',
      parameters: {
        bucketName: name.identifier,
        ...(policy && { bucketPolicy: policy }),
      },
    });
    this.#state.changed();
  }

  /** Takes a change that goes on by itself. */
  update(update: AwsUpdate): StoredAwsRequest {
    const { region, typeName, identifier, patch, clientToken, user } = update;
    const fingerprint = createHash('sha256')
      .update(JSON.stringify([region, typeName, identifier, patch]))
      .digest('hex');
    const before = this.get(update);
    const known = Object.values(this.#state.requests).find(
      each => clientToken !== undefined && each.clientToken === clientToken,
    );
    if (known) {
      if (known.fingerprint !== fingerprint) {
        throw new AwsError(
          'ClientTokenConflictException',
          'The specified client token has already been used in another resource request.',
        );
      }
      return known;
    }
    patched(typeOf(typeName), before, patch);
    if (this.#isChanging(update)) {
      throw new AwsError(
        'ConcurrentOperationException',
        `Another resource operation is currently being performed on resource of type '${typeName}' with identifier '${identifier}'.`,
      );
    }
    const at = this.#now().getTime();
    const request: StoredAwsRequest = {
      token: randomUUID(),
      ...(clientToken !== undefined && { clientToken }),
      fingerprint,
      user,
      region,
      typeName,
      identifier,
      patch,
      status: 'IN_PROGRESS',
      dueAt: at + this.#updateMs,
      eventTime: at,
      ...(update.failsWith && {
        errorCode: update.failsWith.code,
        statusMessage: update.failsWith.message,
      }),
    };
    this.#state.addRequest(request);
    this.#record(update, {
      user,
      source: 'cloudcontrolapi.amazonaws.com',
      name: 'UpdateResource',
      parameters: {
        typeName,
        identifier,
        // Values of properties may be secrets; the audit log leaves them out.
        patchDocument: 'HIDDEN_DUE_TO_SECURITY_REASONS',
      },
    });
    this.#state.changed();
    return { ...request, errorCode: undefined, statusMessage: undefined };
  }

  request(region: string, token: string): StoredAwsRequest {
    this.#settle();
    const request = this.#state.requests[token];
    if (!request || request.region !== region) {
      throw new AwsError(
        'RequestTokenNotFoundException',
        `Request with token ${token} was not found.`,
      );
    }
    return request;
  }

  /** Newest first. */
  requests(region: string): StoredAwsRequest[] {
    this.#settle();
    return Object.values(this.#state.requests)
      .filter(request => request.region === region)
      .reverse();
  }

  /** Newest first. */
  events(region: string): StoredAwsEvent[] {
    this.#settle();
    return this.#state.events
      .filter(event => event.region === region)
      .reverse();
  }

  #isChanging(name: AwsResourceName): boolean {
    return Object.values(this.#state.requests).some(
      request =>
        request.status === 'IN_PROGRESS' && keyOf(request) === keyOf(name),
    );
  }

  /** Lets everything take effect whose time has come. */
  #settle(): void {
    const now = this.#now().getTime();
    for (const request of Object.values(this.#state.requests)) {
      if (request.status === 'IN_PROGRESS' && request.dueAt <= now) {
        this.#finish(request);
        this.#state.changed();
      }
    }
  }

  #finish(request: StoredAwsRequest): void {
    request.eventTime = request.dueAt;
    const stored = this.#state.resources[keyOf(request)];
    try {
      if (request.errorCode !== undefined) {
        throw new HandlerError(
          request.errorCode,
          request.statusMessage ?? request.errorCode,
        );
      }
      if (!stored) {
        throw new HandlerError('NotFound', `${request.identifier} not found.`);
      }
      const type = typeOf(request.typeName);
      const before = told(stored);
      const wanted = patched(type, before, request.patch);
      this.#put(request, type, type.change(before, wanted));
      this.#recordChange(request, before, wanted, {
        user: request.user,
        invokedBy: 'cloudformation.amazonaws.com',
      });
      request.status = 'SUCCESS';
    } catch (error) {
      if (!(error instanceof HandlerError || error instanceof AwsError)) {
        throw error;
      }
      request.status = 'FAILED';
      request.errorCode =
        error instanceof HandlerError ? error.code : 'InvalidRequest';
      request.statusMessage = error.message;
    }
  }

  /** What is only ever written is used and forgotten. */
  #put(
    { region, typeName, identifier }: AwsResourceName,
    type: AwsResourceType,
    properties: JsonObject,
  ): void {
    const stored = {
      region,
      typeName,
      identifier,
      properties: {
        ...properties,
        ...type.computed(properties, { accountId: this.#accountId, region }),
      },
    };
    this.#state.resources[keyOf(stored)] = {
      ...stored,
      properties: told(stored),
    };
    this.#state.changed();
  }

  #recordChange(
    name: AwsResourceName,
    before: JsonObject,
    after: JsonObject,
    by: { user: AwsIdentity; invokedBy?: string },
  ): void {
    if (jsonEqual(before, after)) {
      return;
    }
    for (const operation of typeOf(name.typeName).operations(before, after)) {
      this.#record(name, { ...by, ...operation });
    }
  }

  #record(
    { region, typeName, identifier }: AwsResourceName,
    what: {
      user: AwsIdentity;
      invokedBy?: string;
      source: string;
      name: string;
      parameters: JsonObject;
    },
  ): void {
    this.#state.addEvent(
      trailEvent({
        ...what,
        accountId: this.#accountId,
        region,
        at: this.#now(),
        resources: [{ type: typeName, name: identifier }],
      }),
    );
  }
}

function typeOf(typeName: string): AwsResourceType {
  const type = findType(typeName);
  if (!type) {
    throw new AwsError(
      'TypeNotFoundException',
      `The type '${typeName}' cannot be found.`,
    );
  }
  return type;
}

function keyOf({ region, typeName, identifier }: AwsResourceName): string {
  return `${region}/${typeName}/${identifier}`;
}

function told({ typeName, properties }: StoredAwsResource): JsonObject {
  const { writeOnly } = typeOf(typeName);
  return Object.fromEntries(
    Object.entries(properties).filter(
      ([key]) => !writeOnly.includes(`/${key}`),
    ),
  );
}

/** The properties that a patch asks for. */
function patched(
  type: AwsResourceType,
  properties: JsonObject,
  text: string,
): JsonObject {
  const operations = readPatch(text);
  const changed = operations
    .filter(({ op }) => op !== 'test')
    .map(({ path }) => path);
  const touches = (pointers: readonly string[]) =>
    pointers.filter(pointer =>
      changed.some(path => isAlong(path, pointer) || path === ''),
    );
  const fixed = touches(type.createOnly);
  if (fixed.length > 0) {
    throw new AwsError(
      'NotUpdatableException',
      `Invalid patch update: createOnlyProperties [${fixed
        .map(pointer => `/properties${pointer}`)
        .join(', ')}] cannot be updated`,
    );
  }
  const computed = touches(type.readOnly);
  if (computed.length > 0) {
    throw new AwsError(
      'NotUpdatableException',
      `Invalid patch update: readOnlyProperties [${computed
        .map(pointer => `/properties${pointer}`)
        .join(', ')}] cannot be updated`,
    );
  }
  try {
    const { newDocument } = applyPatch(
      structuredClone(properties),
      operations,
      true,
    );
    return newDocument;
  } catch (error) {
    if (error instanceof JsonPatchError) {
      throw new AwsError(
        'ValidationException',
        `Could not apply the patch document: ${error.name} at operation ${error.index}`,
      );
    }
    throw error;
  }
}

function readPatch(text: string): Operation[] {
  let patch: unknown;
  try {
    patch = JSON.parse(text);
  } catch {
    throw new AwsError(
      'ValidationException',
      'Invalid patch document: no JSON',
    );
  }
  if (
    !Array.isArray(patch) ||
    patch.length === 0 ||
    !patch.every(each => isJsonObject(each) && typeof each.path === 'string')
  ) {
    throw new AwsError(
      'ValidationException',
      'Invalid patch document: not a list of operations',
    );
  }
  return patch;
}

/** Whether one pointer is the other, above it or below it. */
function isAlong(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}
