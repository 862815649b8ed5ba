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

import { auditChanges } from './auditChanges';
import { CloudError } from './CloudError';
import {
  AuditChange,
  AuditEntry,
  CloudState,
  StoredResource,
} from './CloudState';
import { parseFields } from './fieldRules';
import { jsonEqual, JsonObject } from './json';
import {
  clients,
  findKind,
  KindContext,
  ResourceKind,
  resourceKinds,
} from './resourceKinds';

/**
 * Who does something, and by which way.
 *
 * @public
 */
export interface Actor {
  who: string;
  /** `portal`, `terraform` or `api`. */
  how: string;
}

/**
 * A resource as the API shows it: its fields beside what the cloud filled in.
 *
 * @public
 */
export type CloudResource = JsonObject & {
  id: string;
  client: string;
  kind: string;
  name: string;
};

/** Which resources of the cloud. */
export interface ResourcePath {
  client: string;
  kind: string;
  name: string;
}

/**
 * The rules of the cloud: what exists, what may change, and who changed it.
 */
export class Cloud {
  readonly #state: CloudState;
  readonly #now: () => Date;

  static create(options: { state: CloudState; now: () => Date }): Cloud {
    return new Cloud(options.state, options.now);
  }

  private constructor(state: CloudState, now: () => Date) {
    this.#state = state;
    this.#now = now;
  }

  list(client: string, kindId: string): CloudResource[] {
    assertClient(client);
    const kind = kindOrThrow(kindId);
    return this.#ofKind(client, kind.id).map(resource => this.#view(resource));
  }

  get(path: ResourcePath): CloudResource {
    return this.#view(this.#find(path));
  }

  credentials(path: ResourcePath): Record<string, string> {
    return { ...this.#find(path).secrets };
  }

  /** What a person changed since code was last applied. */
  manualChanges(path: ResourcePath): AuditChange[] {
    const { spec, codeSpec } = this.#find(path);
    return codeSpec ? auditChanges(codeSpec, spec) : [];
  }

  /** Newest first. */
  audit(filter: { resource?: string; limit?: number } = {}): AuditEntry[] {
    return [...this.#state.audit]
      .reverse()
      .filter(entry => !filter.resource || entry.resource === filter.resource)
      .slice(0, filter.limit);
  }

  async create(
    client: string,
    kindId: string,
    input: JsonObject,
    actor: Actor,
  ): Promise<CloudResource> {
    assertClient(client);
    const kind = kindOrThrow(kindId);
    const { spec, secrets } = splitSecrets(
      kind,
      parseFields(kind.fields, input),
    );
    const name = String(spec.name);
    const id = resourceId({ client, kind: kind.id, name });
    if (this.#state.resources[id]) {
      throw new CloudError(
        409,
        'AlreadyExists',
        `${kind.singular} ${name} of ${client} exists already`,
        'name',
      );
    }
    kind.check?.(spec, this.#context(client));
    const at = this.#now().toISOString();
    const resource: StoredResource = {
      id,
      client,
      kind: kind.id,
      name,
      createdAt: at,
      updatedAt: at,
      revision: 1,
      spec,
      secrets: { ...kind.generateSecrets?.(name), ...secrets },
      ...(isCode(actor) && { codeSpec: spec }),
    };
    this.#state.resources[id] = resource;
    this.#record(actor, 'create', resource, auditChanges({}, spec));
    await this.#state.save();
    return this.#view(resource);
  }

  /** Changes the given fields and leaves the others; lists are replaced as a whole. */
  async update(
    path: ResourcePath,
    patch: JsonObject,
    actor: Actor,
  ): Promise<CloudResource> {
    const resource = this.#find(path);
    const kind = kindOrThrow(path.kind);
    const { spec, secrets } = splitSecrets(
      kind,
      parseFields(kind.fields, {
        ...resource.spec,
        ...chosenSecrets(kind, resource.secrets),
        ...patch,
      }),
    );
    for (const [field, rule] of Object.entries(kind.fields)) {
      if (rule.immutable && !jsonEqual(resource.spec[field], spec[field])) {
        throw new CloudError(
          409,
          'Immutable',
          `${field} cannot be changed after creation`,
          field,
        );
      }
    }
    kind.check?.(spec, this.#context(path.client));
    const changes = [
      ...auditChanges(resource.spec, spec),
      ...Object.keys(secrets)
        .filter(field => secrets[field] !== resource.secrets[field])
        .map(field => ({ field, secret: true })),
    ];
    if (isCode(actor)) {
      resource.codeSpec = spec;
    }
    if (changes.length > 0) {
      resource.spec = spec;
      resource.secrets = { ...resource.secrets, ...secrets };
      this.#touch(resource);
      this.#record(actor, 'update', resource, changes);
    }
    await this.#state.save();
    return this.#view(resource);
  }

  async delete(path: ResourcePath, actor: Actor): Promise<void> {
    const resource = this.#find(path);
    const kind = kindOrThrow(path.kind);
    const reasons =
      kind.blocksDelete?.(path.name, {
        ...this.#context(path.client),
        referring: (kindId, field, value) =>
          this.#ofKind(path.client, kindId)
            .filter(other => other.spec[field] === value)
            .map(other => other.name),
      }) ?? [];
    if (reasons.length > 0) {
      throw new CloudError(
        409,
        'InUse',
        `${kind.singular} ${path.name} cannot be deleted: ${reasons.join(
          ', ',
        )}`,
      );
    }
    delete this.#state.resources[resource.id];
    this.#record(actor, 'delete', resource, auditChanges(resource.spec, {}));
    await this.#state.save();
  }

  /** Makes new secrets, as a person would after a leak. */
  async rotateCredentials(path: ResourcePath, actor: Actor): Promise<void> {
    const resource = this.#find(path);
    const fresh = kindOrThrow(path.kind).generateSecrets?.(path.name);
    if (!fresh) {
      throw new CloudError(
        400,
        'NotSupported',
        `${path.name} has no credentials that the cloud makes`,
      );
    }
    resource.secrets = { ...resource.secrets, ...fresh };
    this.#touch(resource);
    this.#record(
      actor,
      'rotate-credentials',
      resource,
      Object.keys(fresh).map(field => ({ field, secret: true })),
    );
    await this.#state.save();
  }

  /** What an application does all day: it changes only what the cloud itself reports. */
  async writeData(path: ResourcePath, actor: Actor): Promise<void> {
    const resource = this.#find(path);
    this.#touch(resource);
    this.#record(actor, 'write-data', resource, []);
    await this.#state.save();
  }

  /** Puts a resource back to what Terraform last wrote. */
  async undoManualChanges(path: ResourcePath, actor: Actor): Promise<void> {
    const { codeSpec } = this.#find(path);
    if (!codeSpec) {
      throw new CloudError(
        409,
        'NotFromCode',
        `${path.name} was never written by code`,
      );
    }
    await this.update(path, codeSpec, actor);
  }

  #find(path: ResourcePath): StoredResource {
    assertClient(path.client);
    const kind = kindOrThrow(path.kind);
    const id = resourceId(path);
    const resource = Object.hasOwn(this.#state.resources, id)
      ? this.#state.resources[id]
      : undefined;
    if (!resource) {
      throw new CloudError(
        404,
        'NotFound',
        `${kind.singular} ${path.name} of ${path.client} does not exist`,
      );
    }
    return resource;
  }

  #ofKind(client: string, kind: string): StoredResource[] {
    return Object.values(this.#state.resources)
      .filter(resource => resource.client === client && resource.kind === kind)
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  #context(client: string): KindContext {
    return {
      client,
      names: kind => this.#ofKind(client, kind).map(({ name }) => name),
    };
  }

  #view(resource: StoredResource): CloudResource {
    const { id, client, kind, name, updatedAt, revision } = resource;
    return {
      id,
      client,
      kind,
      ...resource.spec,
      ...kindOrThrow(kind).computed({ name, client, updatedAt, revision }),
      createdAt: resource.createdAt,
      updatedAt,
      name,
    };
  }

  #touch(resource: StoredResource): void {
    resource.updatedAt = this.#now().toISOString();
    resource.revision += 1;
  }

  #record(
    actor: Actor,
    action: AuditEntry['action'],
    { id, client, kind, name }: StoredResource,
    changes: AuditChange[],
  ): void {
    this.#state.addAudit({
      at: this.#now().toISOString(),
      who: actor.who,
      how: actor.how,
      action,
      client,
      kind,
      name,
      resource: id,
      changes,
    });
  }
}

export function resourceId({ client, kind, name }: ResourcePath): string {
  return `/clients/${client}/${kind}/${name}`;
}

function isCode(actor: Actor): boolean {
  return actor.how === 'terraform';
}

function assertClient(client: string): void {
  if (!clients.includes(client)) {
    throw new CloudError(
      404,
      'NotFound',
      `There is no client ${client}; the sandbox has ${clients.join(' and ')}`,
    );
  }
}

function kindOrThrow(id: string): ResourceKind {
  const kind = findKind(id);
  if (!kind) {
    throw new CloudError(
      404,
      'NotFound',
      `There is no kind ${id}; the sandbox has ${resourceKinds
        .map(known => known.id)
        .join(', ')}`,
    );
  }
  return kind;
}

function splitSecrets(
  kind: ResourceKind,
  fields: JsonObject,
): { spec: JsonObject; secrets: Record<string, string> } {
  const spec: JsonObject = {};
  const secrets: Record<string, string> = {};
  for (const [field, value] of Object.entries(fields)) {
    if (kind.fields[field].secret) {
      secrets[field] = String(value);
    } else {
      spec[field] = value;
    }
  }
  return { spec, secrets };
}

/** The secrets that a person or program chose; those the cloud makes are no input. */
function chosenSecrets(
  kind: ResourceKind,
  secrets: Record<string, string>,
): JsonObject {
  return Object.fromEntries(
    Object.entries(secrets).filter(([field]) => kind.fields[field]?.secret),
  );
}
