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
import { SourceHealth } from '@infra-hub/backstage-plugin-drift-common';
import {
  applyCloudWrites,
  CloudFieldWrite,
  CloudKind,
  CloudProperty,
} from '@infra-hub/drift-engine';
import {
  CloudAccount,
  CloudContext,
  CloudDocument,
  CloudListing,
  CloudPlace,
  CloudProvider,
  CloudReading,
  CloudRef,
  CloudUpdate,
  CloudWriteContext,
} from '../CloudProvider';

/** What a test wants a request to do instead of what it would do. */
export type Script<T> = T | Error | ((context: CloudContext) => Promise<T>);

/** A resource of the fake cloud, and where it is. */
export interface FakeResource extends Omit<CloudDocument, 'kind' | 'version'> {
  /** Name of the account. */
  account: string;
  kind: string;
}

export const DATABASE_KIND: CloudKind = {
  kind: 'Fake::Database',
  resourceType: 'database',
  title: 'Fake database',
  properties: [
    property('engine', '/Engine', { fixed: 'The engine cannot be changed.' }),
    property('version', '/EngineVersion', {
      effect: 'The database restarts.',
    }),
    property('size', '/Class', {}),
    property('storageGiB', '/Storage', {
      unit: 'GiB',
      refuse: (from, to) =>
        Number(to) < Number(from) ? 'Storage never shrinks.' : undefined,
    }),
    property('publicAccess', '/Public', {}),
    property('encryption/enabled', '/Encrypted', {}),
  ],
  computed: ['/Endpoint'],
  writeOnly: ['/Password'],
  createOnly: ['/Engine'],
};

export const BUCKET_KIND: CloudKind = {
  kind: 'Fake::Bucket',
  resourceType: 'storage',
  title: 'Fake bucket',
  properties: [
    property('versioning', '/Versioning', {}),
    property('publicAccess', '/Public', {}),
    property('tier', '/Tier', {}),
  ],
};

/** A cloud in memory that does as it is told. */
export class FakeProvider implements CloudProvider {
  readonly id: string = 'fake';
  readonly title: string = 'Fake Cloud';
  readonly accountNoun: string = 'account';
  readonly kinds: readonly CloudKind[] = [DATABASE_KIND, BUCKET_KIND];
  readonly accountsAnnotation: string = 'infra-hub.io/fake-accounts';
  hasRegions = true;

  /** What was asked, in order: `read prod/eu/Fake::Database/shop`. */
  readonly asked: string[] = [];
  /** By id of the resource: what reading it does instead. */
  readonly readings = new Map<string, Script<CloudReading>>();
  /** By kind, or by `<region>/<kind>`: what listing it does instead. */
  readonly listings = new Map<string, Script<CloudListing>>();
  /** By id of the resource: what changing it does instead. */
  readonly updates = new Map<string, Script<CloudUpdate>>();
  /** By name of the account: what checking it does instead. */
  readonly checks = new Map<
    string,
    Script<Pick<SourceHealth, 'ok' | 'message'>>
  >();
  /** Called with every request, before anything else; may throw. */
  beforeEach: (where: CloudPlace) => void = () => {};

  readonly #resources = new Map<
    string,
    { of: FakeResource; version: number }
  >();

  /** Makes a resource, or changes it as somebody by hand would. */
  put(resource: FakeResource): this {
    const key = keyOf(resource);
    const version = (this.#resources.get(key)?.version ?? 0) + 1;
    this.#resources.set(key, { of: structuredClone(resource), version });
    return this;
  }

  remove(resource: Pick<FakeResource, 'account' | 'region' | 'kind' | 'id'>) {
    this.#resources.delete(keyOf(resource));
  }

  documentOf(
    resource: Pick<FakeResource, 'account' | 'region' | 'kind' | 'id'>,
  ): JsonObject | undefined {
    return this.#resources.get(keyOf(resource))?.of.document;
  }

  checkId(_kind: CloudKind, id: string): string | undefined {
    return /^[a-z][a-z0-9:-]*$/i.test(id)
      ? undefined
      : 'The id must begin with a letter.';
  }

  async checkAccount(account: CloudAccount, context: CloudContext) {
    return await this.#ask(
      `check ${account.name}`,
      { account },
      context,
      this.checks.get(account.name),
      async () => ({ ok: true }),
    );
  }

  async read(ref: CloudRef, context: CloudContext): Promise<CloudReading> {
    return await this.#ask(
      `read ${describe(ref)}/${ref.id}`,
      ref,
      context,
      this.readings.get(ref.id),
      async () => {
        const document = this.#find(ref);
        return document ? { state: 'found', ...document } : { state: 'absent' };
      },
    );
  }

  async list(
    place: CloudPlace & { kind: CloudKind },
    context: CloudContext,
  ): Promise<CloudListing> {
    return await this.#ask(
      `list ${describe(place)}`,
      place,
      context,
      this.listings.get(`${place.region}/${place.kind.kind}`) ??
        this.listings.get(place.kind.kind),
      async () => ({
        documents: [...this.#resources.values()]
          .filter(
            ({ of }) =>
              of.account === place.account.name &&
              of.kind === place.kind.kind &&
              (place.region === undefined || of.region === place.region),
          )
          .map(({ of, version }) => this.#document(of, version)),
        complete: true,
        reasons: [],
      }),
    );
  }

  async update(
    ref: CloudRef,
    looked: CloudDocument,
    writes: readonly CloudFieldWrite[],
    context: CloudWriteContext,
  ): Promise<CloudUpdate> {
    return await this.#ask(
      `update ${describe(ref)}/${ref.id}`,
      ref,
      context,
      this.updates.get(ref.id),
      async () => {
        const document = this.#find(ref);
        if (!document || document.version !== looked.version) {
          return { state: 'superseded' };
        }
        this.put({
          ...document,
          account: ref.account.name,
          kind: ref.kind.kind,
          document: applyCloudWrites(document.document, writes),
        });
        return { state: 'done' };
      },
    );
  }

  async #ask<T>(
    what: string,
    where: CloudPlace,
    context: CloudContext,
    script: Script<T> | undefined,
    otherwise: () => Promise<T>,
  ): Promise<T> {
    await context.turn();
    this.asked.push(what);
    this.beforeEach(where);
    if (script === undefined) {
      return await otherwise();
    }
    if (script instanceof Error) {
      throw script;
    }
    return script instanceof Function ? await script(context) : script;
  }

  #find(ref: CloudRef): CloudDocument | undefined {
    const found = this.#resources.get(
      keyOf({ ...ref, account: ref.account.name, kind: ref.kind.kind }),
    );
    return found && this.#document(found.of, found.version);
  }

  #document(resource: FakeResource, version: number): CloudDocument {
    const { account: _account, kind, ...rest } = structuredClone(resource);
    return {
      ...rest,
      kind: this.kinds.find(each => each.kind === kind) ?? DATABASE_KIND,
      version: String(version),
    };
  }
}

/** Never answers, and ends only when it is aborted. */
export async function silence({ signal }: CloudContext): Promise<never> {
  return await new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}

function property(
  name: CloudProperty['name'],
  field: string,
  more: Pick<CloudProperty, 'unit' | 'fixed' | 'effect' | 'refuse'>,
): CloudProperty {
  const member = field.slice(1);
  return {
    name,
    field,
    ...more,
    read: document => document[member],
    ...(more.fixed === undefined && {
      write: (value: JsonValue) => [{ pointer: field, value }],
    }),
  };
}

function keyOf(
  resource: Pick<FakeResource, 'account' | 'region' | 'kind' | 'id'>,
): string {
  const { account, region, kind, id } = resource;
  return JSON.stringify([account, region, kind, id]);
}

function describe({
  account,
  region,
  kind,
}: CloudPlace & { kind: CloudKind }): string {
  return [account.name, region, kind.kind].filter(Boolean).join('/');
}
