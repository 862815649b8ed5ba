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

import {
  CloudAccount,
  CloudContext,
  CloudDocument,
  CloudFailure,
  CloudListing,
  CloudProvider,
  CloudRange,
  CloudReading,
  CloudRef,
  CloudUpdate,
  CloudWriteContext,
} from '@infra-hub/backstage-plugin-drift-node';
import { SourceHealth } from '@infra-hub/backstage-plugin-drift-common';
import { CloudFieldWrite, CloudKind } from '@infra-hub/drift-engine';
import { GoogleApi } from './api/GoogleApi';
import { gcpKindOf, gcpKinds } from './kinds/gcpKinds';
import { listResources } from './read/listResources';
import { ResourceReader } from './read/ResourceReader';
import { ResourceUpdater } from './update/ResourceUpdater';

/** Databases and storages on Google Cloud. */
export class GcpProvider implements CloudProvider {
  readonly id = 'gcp';
  readonly title = 'Google Cloud';
  readonly accountNoun = 'project';
  readonly kinds = gcpKinds;
  readonly accountsAnnotation = 'infra-hub.io/gcp-projects';
  /** Names say where something is. */
  readonly hasRegions = false;

  readonly #api: GoogleApi;
  readonly #reader: ResourceReader;
  readonly #updater: ResourceUpdater;

  static create({ api }: { api: GoogleApi }): GcpProvider {
    return new GcpProvider(api);
  }

  private constructor(api: GoogleApi) {
    this.#api = api;
    this.#reader = ResourceReader.create({ api });
    this.#updater = ResourceUpdater.create({ api, reader: this.#reader });
  }

  checkId(kind: CloudKind, id: string): string | undefined {
    const { ids } = gcpKindOf(kind);
    return ids.parse(id)
      ? undefined
      : `${id} is not the name of a ${kind.title}: write it like ${ids.example}.`;
  }

  canonicalId({ kind, id, account }: CloudRef): string {
    const { ids } = gcpKindOf(kind);
    const name = ids.parse(id);
    return name
      ? ids.format({ ...name, project: name.project ?? account.id })
      : id;
  }

  async checkAccount(
    account: CloudAccount,
    context: CloudContext,
  ): Promise<Pick<SourceHealth, 'ok' | 'message'>> {
    try {
      await this.#reader.projectNumber(account, context);
      return { ok: true };
    } catch (error) {
      if (error instanceof CloudFailure) {
        return { ok: false, message: error.message };
      }
      throw error;
    }
  }

  async read(ref: CloudRef, context: CloudContext): Promise<CloudReading> {
    return await this.#reader.read(ref, context);
  }

  async list(
    { account, kind, isWanted }: CloudRange,
    context: CloudContext,
  ): Promise<CloudListing> {
    return await listResources(
      {
        api: this.#api,
        reader: this.#reader,
        kind: gcpKindOf(kind),
        account,
        isWanted,
      },
      context,
    );
  }

  async update(
    ref: CloudRef,
    looked: CloudDocument,
    writes: readonly CloudFieldWrite[],
    context: CloudWriteContext,
  ): Promise<CloudUpdate> {
    return await this.#updater.update({ ref, looked, writes }, context);
  }

  consoleUrl(ref: CloudRef): string | undefined {
    const named = this.#reader.nameOf(ref);
    return 'name' in named
      ? gcpKindOf(ref.kind).consoleUrl(named.name)
      : undefined;
  }
}
