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
import { readStateFile, StateWriter } from '../stateFile';

/** A resource as the state file holds it. */
export interface StoredAwsResource {
  region: string;
  typeName: string;
  identifier: string;
  /** With what is only ever written, and what the service fills in. */
  properties: JsonObject;
}

/** A change that goes on after its request was answered. */
export interface StoredAwsRequest {
  token: string;
  clientToken?: string;
  /** Of the request, so that the same client token may not mean another one. */
  fingerprint: string;
  user: AwsIdentity;
  region: string;
  typeName: string;
  identifier: string;
  /** JSON text of the patch. */
  patch: string;
  status: 'IN_PROGRESS' | 'SUCCESS' | 'FAILED';
  /** Milliseconds since 1970. */
  dueAt: number;
  eventTime: number;
  errorCode?: string;
  statusMessage?: string;
}

/** Who acts. */
export interface AwsIdentity {
  userName: string;
  /** Absent for people in the portal. */
  accessKeyId?: string;
}

/** An event of the audit log. */
export interface StoredAwsEvent {
  id: string;
  region: string;
  /** Milliseconds since 1970. */
  time: number;
  /** E.g. `rds.amazonaws.com`. */
  source: string;
  /** E.g. `ModifyDBInstance`. */
  name: string;
  readOnly: boolean;
  identity: AwsIdentity;
  resources: Array<{ type: string; name: string }>;
  /** The whole record, as `CloudTrailEvent` holds it. */
  record: JsonObject;
}

interface StateFile {
  version: 1;
  resources: Record<string, StoredAwsResource>;
  requests: Record<string, StoredAwsRequest>;
  events: StoredAwsEvent[];
  /** By the names of their buckets. */
  bucketPolicies?: Record<string, JsonObject>;
}

const EVENT_LIMIT = 5000;
const REQUEST_LIMIT = 1000;

/**
 * Everything the sandbox's AWS knows, in one JSON file that is replaced as a
 * whole.
 */
export class AwsState {
  readonly #data: StateFile;
  readonly #writer: StateWriter;

  /** Without a file the state lives in memory. */
  static async open(file: string | undefined): Promise<AwsState> {
    return new AwsState(
      file,
      file
        ? await readStateFile<StateFile>(
            file,
            `The state file ${file} of the sandbox's AWS`,
          )
        : undefined,
    );
  }

  private constructor(file: string | undefined, data: StateFile | undefined) {
    this.#data = data ?? {
      version: 1,
      resources: {},
      requests: {},
      events: [],
    };
    this.#writer = new StateWriter(file, () => this.#data);
  }

  get resources(): Record<string, StoredAwsResource> {
    return this.#data.resources;
  }

  get requests(): Record<string, StoredAwsRequest> {
    return this.#data.requests;
  }

  get bucketPolicies(): Record<string, JsonObject> {
    return (this.#data.bucketPolicies ??= {});
  }

  /** Oldest first. */
  get events(): readonly StoredAwsEvent[] {
    return this.#data.events;
  }

  addRequest(request: StoredAwsRequest): void {
    this.#data.requests[request.token] = request;
    const tokens = Object.keys(this.#data.requests);
    for (const token of tokens.slice(0, -REQUEST_LIMIT)) {
      delete this.#data.requests[token];
    }
  }

  addEvent(event: StoredAwsEvent): void {
    this.#data.events.push(event);
    this.#data.events.splice(0, this.#data.events.length - EVENT_LIMIT);
  }

  /** Call after every change. */
  changed(): void {
    this.#writer.changed();
  }

  /** Resolves when everything is on disk. */
  async settled(): Promise<void> {
    await this.#writer.settled();
  }
}
