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

import { JsonObject } from '../cloud/json';
import { qualified, ResourceType } from './resourceTypes';

/** One cause of a refused object. */
export interface Cause {
  reason: string;
  message: string;
  field: string;
}

/** A `Status` that is not a success, as Kubernetes answers it. */
export class StatusError extends Error {
  readonly name = 'StatusError';
  readonly code: number;
  readonly reason: string | undefined;
  readonly details: JsonObject | undefined;
  readonly metadata: JsonObject;

  constructor(options: {
    code: number;
    reason?: string;
    message: string;
    details?: JsonObject;
    metadata?: JsonObject;
  }) {
    super(options.message);
    this.code = options.code;
    this.reason = options.reason;
    this.details = options.details;
    this.metadata = options.metadata ?? {};
  }

  static unauthorized(): StatusError {
    return new StatusError({
      code: 401,
      reason: 'Unauthorized',
      message: 'Unauthorized',
    });
  }

  static forbidden(options: {
    user: string;
    verb: string;
    group: string;
    /** With subresource, e.g. `deployments/scale`. */
    resource: string;
    name: string | undefined;
    namespace: string | undefined;
  }): StatusError {
    const { user, verb, group, resource, name, namespace } = options;
    const [plural] = resource.split('/');
    const where = namespace
      ? `in the namespace "${namespace}"`
      : 'at the cluster scope';
    const what = name
      ? `${qualified(plural, group)} "${name}"`
      : qualified(plural, group);
    return new StatusError({
      code: 403,
      reason: 'Forbidden',
      message: `${what} is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`,
      details: {
        ...(name !== undefined && { name }),
        ...(group !== '' && { group }),
        kind: plural,
      },
    });
  }

  static notFound(
    type: Pick<ResourceType, 'group' | 'plural'>,
    name: string,
  ): StatusError {
    return new StatusError({
      code: 404,
      reason: 'NotFound',
      message: `${qualified(type.plural, type.group)} "${name}" not found`,
      details: {
        name,
        ...(type.group !== '' && { group: type.group }),
        kind: type.plural,
      },
    });
  }

  static alreadyExists(type: ResourceType, name: string): StatusError {
    return new StatusError({
      code: 409,
      reason: 'AlreadyExists',
      message: `${qualified(type.plural, type.group)} "${name}" already exists`,
      details: {
        name,
        ...(type.group !== '' && { group: type.group }),
        kind: type.plural,
      },
    });
  }

  /** The object changed since it was read. */
  static changedMeanwhile(type: ResourceType, name: string): StatusError {
    return StatusError.conflict(
      type,
      name,
      'the object has been modified; please apply your changes to the latest version and try again',
    );
  }

  static conflict(
    type: ResourceType,
    name: string,
    reason: string,
  ): StatusError {
    return new StatusError({
      code: 409,
      reason: 'Conflict',
      message: `Operation cannot be fulfilled on ${qualified(
        type.plural,
        type.group,
      )} "${name}": ${reason}`,
      details: {
        name,
        ...(type.group !== '' && { group: type.group }),
        kind: type.plural,
      },
    });
  }

  static badRequest(message: string): StatusError {
    return new StatusError({ code: 400, reason: 'BadRequest', message });
  }

  static invalid(
    type: ResourceType,
    name: string,
    causes: Cause[],
  ): StatusError {
    const texts = causes.map(cause => `${cause.field}: ${cause.message}`);
    const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
    return new StatusError({
      code: 422,
      reason: 'Invalid',
      message: `${qualified(
        type.kind,
        type.group,
      )} "${name}" is invalid: ${list}`,
      details: {
        name,
        ...(type.group !== '' && { group: type.group }),
        kind: type.kind,
        causes: causes.map(cause => ({ ...cause })),
      },
    });
  }

  static expired(message: string, metadata: JsonObject = {}): StatusError {
    return new StatusError({
      code: 410,
      reason: 'Expired',
      message,
      metadata,
    });
  }

  toJson(): JsonObject {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.metadata,
      status: 'Failure',
      message: this.message,
      ...(this.reason !== undefined && { reason: this.reason }),
      ...(this.details !== undefined && { details: this.details }),
      code: this.code,
    };
  }
}
