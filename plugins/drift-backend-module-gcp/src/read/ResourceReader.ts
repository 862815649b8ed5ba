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

import { JsonObject } from '@backstage/types';
import {
  CloudAccount,
  CloudContext,
  CloudDocument,
  CloudFailure,
  CloudReading,
  CloudRef,
} from '@infra-hub/backstage-plugin-drift-node';
import { ApiAnswer, ApiRequest, GoogleApi } from '../api/GoogleApi';
import { explainRefusal } from '../api/Refusal';
import { BUCKET, mayBePublic, publicBindings } from '../kinds/bucket';
import { GcpKind } from '../kinds/GcpKind';
import { gcpKindOf } from '../kinds/gcpKinds';
import { GcpName } from '../kinds/ids';
import { readManagedBy } from '../kinds/managedBy';
import { textAt } from './json';

/** A name that says in which project. */
export type PlacedName = GcpName & { project: string };

interface Look {
  ref: CloudRef;
  as: ApiRequest['as'];
  kind: GcpKind;
  name: PlacedName;
}

const PROJECTS = 'https://cloudresourcemanager.googleapis.com/v1/projects';

/** Reads single resources by the API of their service, where they are fresh. */
export class ResourceReader {
  readonly #api: GoogleApi;
  /** Numbers of projects never change. */
  readonly #projectNumbers = new Map<string, string>();

  static create({ api }: { api: GoogleApi }): ResourceReader {
    return new ResourceReader(api);
  }

  private constructor(api: GoogleApi) {
    this.#api = api;
  }

  /** The name of a resource in its project, or why it has none there. */
  nameOf({
    kind,
    id,
    account,
  }: Pick<CloudRef, 'kind' | 'id' | 'account'>):
    | { name: PlacedName }
    | { reason: string } {
    const { ids } = gcpKindOf(kind);
    const name = ids.parse(id);
    if (!name) {
      return {
        reason: `${id} is not the name of a ${kind.title}: write it like ${ids.example}.`,
      };
    }
    return name.project === undefined || name.project === account.id
      ? { name: { ...name, project: account.id } }
      : {
          reason: `It is in the project ${name.project}, and ${account.name} is the project ${account.id}.`,
        };
  }

  /**
   * @param as - By whose credentials.
   * @throws CloudFailure when the project as a whole cannot be used
   */
  async read(
    ref: CloudRef,
    context: CloudContext,
    as: ApiRequest['as'] = 'reader',
  ): Promise<CloudReading> {
    const kind = gcpKindOf(ref.kind);
    const named = this.nameOf(ref);
    if ('reason' in named) {
      return { state: 'unseen', reason: named.reason };
    }
    const { name } = named;
    const answer = await this.#get(kind.url(name), { ref, as }, context);
    if (answer.state === 'ok') {
      return await this.#understand(
        { ref, as, kind, name },
        answer.body,
        context,
      );
    }
    if (answer.state === 'refused' && answer.refusal.status === 404) {
      return await this.#confirmAbsence({ ref, as, kind, name }, context);
    }
    return { state: 'unseen', reason: reasonOf(answer, ref.account) };
  }

  /**
   * The number of the project; proves that it exists and may be seen.
   *
   * @throws CloudFailure when it cannot
   */
  async projectNumber(
    account: CloudAccount,
    context: CloudContext,
    as: ApiRequest['as'] = 'reader',
  ): Promise<string> {
    const answer = await this.#get(
      `${PROJECTS}/${encodeURIComponent(account.id)}`,
      { ref: { account }, as },
      context,
    );
    if (answer.state !== 'ok') {
      throw new CloudFailure(
        `The project ${account.id} cannot be seen. ${reasonOf(
          answer,
          account,
        )}`,
      );
    }
    const { body } = answer;
    const number = textAt(body, '/projectNumber');
    if (textAt(body, '/projectId') !== account.id || number === undefined) {
      throw new CloudFailure(
        `Google Cloud spoke of another project than ${account.id}.`,
      );
    }
    const state = textAt(body, '/lifecycleState');
    if (state !== 'ACTIVE') {
      throw new CloudFailure(
        `The project ${account.id} is not active: its state is ${
          state ?? 'unknown'
        }.`,
      );
    }
    this.#projectNumbers.set(account.id, number);
    return number;
  }

  async #understand(
    looked: Look,
    body: JsonObject,
    context: CloudContext,
  ): Promise<CloudReading> {
    const { ref, as, kind, name } = looked;
    if (!isNamed(body, name.name)) {
      return {
        state: 'unseen',
        reason: 'Google Cloud answered with something else than was asked for.',
      };
    }
    const region = kind.regionOf(body);
    if (!maySee(ref.account, region)) {
      return {
        state: 'unseen',
        reason: `It is in ${region}, which is not among the regions of ${ref.account.name}.`,
      };
    }
    if (kind !== BUCKET) {
      return { state: 'found', ...toDocument(kind, ref.id, body) };
    }
    const owner = textAt(body, '/projectNumber');
    const known =
      this.#projectNumbers.get(ref.account.id) ??
      (await this.projectNumber(ref.account, context, as));
    if (owner !== known) {
      return {
        state: 'unseen',
        reason: `The bucket ${name.name} belongs to another project than ${ref.account.id}.`,
      };
    }
    const policy = await this.#readGrants(looked, body, context);
    return {
      state: 'found',
      ...toDocument(kind, ref.id, { ...body, ...policy }),
    };
  }

  /** Nothing where the policy cannot be read or counts for nothing. */
  async #readGrants(
    { ref, as, kind, name }: Look,
    bucket: JsonObject,
    context: CloudContext,
  ): Promise<JsonObject> {
    if (!mayBePublic(bucket)) {
      return {};
    }
    const answer = await this.#get(
      `${kind.url(name)}/iam`,
      { ref, as, query: { optionsRequestedPolicyVersion: '3' } },
      context,
    );
    if (answer.state === 'ok') {
      return { iamPolicy: { publicBindings: publicBindings(answer.body) } };
    }
    context.logger.debug(
      `Whether the bucket ${name.name} is public is not known. ${reasonOf(
        answer,
        ref.account,
      )}`,
    );
    return {};
  }

  /**
   * A service says "not found" of projects, zones and regions, too, and of
   * projects that may not be seen.
   */
  async #confirmAbsence(
    { ref, as, kind, name }: Look,
    context: CloudContext,
  ): Promise<CloudReading> {
    await this.projectNumber(ref.account, context, as);
    if (kind.placeUrl) {
      const place = await this.#get(kind.placeUrl(name), { ref, as }, context);
      if (place.state !== 'ok') {
        return {
          state: 'unseen',
          reason: `Whether ${name.location} exists is not known. ${reasonOf(
            place,
            ref.account,
          )}`,
        };
      }
    }
    return { state: 'absent' };
  }

  async #get(
    url: string,
    {
      ref,
      as,
      query,
    }: {
      ref: Pick<CloudRef, 'account'>;
      as: ApiRequest['as'];
      query?: Record<string, string>;
    },
    context: CloudContext,
  ): Promise<ApiAnswer> {
    return await this.#api.ask(
      { account: ref.account, as, method: 'GET', url, query, repeatable: true },
      context,
    );
  }
}

/** What is told of a resource. */
export function toDocument(
  kind: GcpKind,
  id: string,
  document: JsonObject,
): CloudDocument {
  const name = kind.ids.parse(textAt(document, '/name') ?? '');
  const region = kind.regionOf(document);
  const version = kind.versionOf?.(document);
  const managedBy = readManagedBy(kind, document);
  return {
    kind: kind.kind,
    id,
    name: name?.name ?? textAt(document, '/name'),
    ...(region !== undefined && { region }),
    document,
    ...(version !== undefined && { version }),
    ...(managedBy && { managedBy }),
  };
}

/** One sentence. */
export function reasonOf(
  answer: Exclude<ApiAnswer, { state: 'ok' }>,
  account: CloudAccount,
): string {
  return answer.state === 'unclear'
    ? answer.reason
    : explainRefusal(answer.refusal, account.id);
}

export function maySee(
  { regions }: CloudAccount,
  region: string | undefined,
): boolean {
  return (
    regions.length === 0 ||
    region === undefined ||
    regions.some(each => each.toLowerCase() === region.toLowerCase())
  );
}

/** Some services write the name with its path. */
function isNamed(document: JsonObject, name: string): boolean {
  return textAt(document, '/name')?.split('/').at(-1) === name;
}
