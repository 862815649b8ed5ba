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

import { JsonObject, JsonValue } from './json';
import { readStateFile, writeStateFile } from '../stateFile';

/**
 * A resource as the state file holds it.
 */
export interface StoredResource {
  id: string;
  client: string;
  kind: string;
  name: string;
  createdAt: string;
  updatedAt: string;
  revision: number;
  spec: JsonObject;
  secrets: Record<string, string>;
  /** What Terraform last wrote; lets the portal say what a person changed since. */
  codeSpec?: JsonObject;
}

/**
 * One thing that somebody did.
 *
 * @public
 */
export interface AuditEntry {
  id: number;
  /** ISO 8601. */
  at: string;
  who: string;
  /** By which way: `portal`, `terraform` or `api`. */
  how: string;
  action: 'create' | 'update' | 'delete' | 'rotate-credentials' | 'write-data';
  client: string;
  kind: string;
  name: string;
  /** Resource id. */
  resource: string;
  /** Changed fields; secrets appear without values. */
  changes: AuditChange[];
}

/**
 * One changed field of an {@link AuditEntry}.
 *
 * @public
 */
export interface AuditChange {
  /** E.g. `nodePools[workers].nodeCount`. */
  field: string;
  before?: JsonValue;
  after?: JsonValue;
  /** The values are secret and left out. */
  secret?: boolean;
}

/** A Terraform state kept for the `http` backend. */
export interface StoredTerraformState {
  body?: string;
  /** Lock information as Terraform sent it. */
  lock?: JsonObject;
}

interface StateFile {
  version: 1;
  nextAuditId: number;
  resources: Record<string, StoredResource>;
  audit: AuditEntry[];
  terraformStates: Record<string, StoredTerraformState>;
}

const AUDIT_LIMIT = 5000;

/**
 * Everything the cloud knows, in one JSON file. The file is replaced as a
 * whole, so that a reader or a crash never meets half of it. Changes that come
 * while it is being written share the next write.
 */
export class CloudState {
  readonly #file: string | undefined;
  readonly #data: StateFile;
  #writing: Promise<void> | undefined;
  #waiting: Promise<void> | undefined;

  /** Without a file the state lives in memory. */
  static async open(file: string | undefined): Promise<CloudState> {
    return new CloudState(file, file ? await readKnownState(file) : undefined);
  }

  private constructor(file: string | undefined, data: StateFile | undefined) {
    this.#file = file;
    this.#data = data ?? {
      version: 1,
      nextAuditId: 1,
      resources: {},
      audit: [],
      terraformStates: {},
    };
  }

  get resources(): Record<string, StoredResource> {
    return this.#data.resources;
  }

  get terraformStates(): Record<string, StoredTerraformState> {
    return this.#data.terraformStates;
  }

  /** Oldest first. */
  get audit(): readonly AuditEntry[] {
    return this.#data.audit;
  }

  addAudit(entry: Omit<AuditEntry, 'id'>): void {
    this.#data.audit.push({ id: this.#data.nextAuditId, ...entry });
    this.#data.nextAuditId += 1;
    if (this.#data.audit.length > AUDIT_LIMIT) {
      this.#data.audit.splice(0, this.#data.audit.length - AUDIT_LIMIT);
    }
  }

  /** Resolves when everything changed so far is on disk. */
  async save(): Promise<void> {
    if (!this.#file) {
      return;
    }
    if (!this.#writing) {
      this.#writing = this.#write(this.#file).finally(() => {
        this.#writing = undefined;
      });
      await this.#writing;
      return;
    }
    this.#waiting ??= this.#writing
      .catch(() => undefined)
      .then(() => {
        this.#waiting = undefined;
        return this.save();
      });
    await this.#waiting;
  }

  /** Resolves when no write is under way. */
  async settled(): Promise<void> {
    await (this.#waiting ?? this.#writing);
  }

  async #write(file: string): Promise<void> {
    await writeStateFile(file, JSON.stringify(this.#data));
  }
}

async function readKnownState(file: string): Promise<StateFile | undefined> {
  const data = await readStateFile<StateFile>(
    file,
    `The sandbox state file ${file}`,
  );
  if (data && data.version !== 1) {
    throw new Error(
      `The sandbox state file ${file} has the unknown version ${data.version}; delete it to start afresh`,
    );
  }
  return data;
}
