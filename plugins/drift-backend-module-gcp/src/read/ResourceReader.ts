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
import { explainRefusal, isThrottled } from '../api/Refusal';
import {
  BUCKET,
  isUniform,
  mayBePublic,
  publicBindings,
} from '../kinds/bucket';
import { GcpKind } from '../kinds/GcpKind';
import { gcpKindOf } from '../kinds/gcpKinds';
import { GcpName } from '../kinds/ids';
import { readManagedBy } from '../kinds/managedBy';
import { isObject, listAt, mayBeList, textAt } from './json';

/** A name that says in which project. */
export type PlacedName = GcpName & { project: string };

interface Look {
  ref: CloudRef;
  as: ApiRequest['as'];
  kind: GcpKind;
  name: PlacedName;
}

/** What is known of who may read a bucket. */
interface Grants {
  /** Goes into the document. */
  known: JsonObject;
  /** Why it is not known whether it is public; one sentence. */
  untold?: string;
}

/** A bound for pages that never end. */
const MOST_PAGES = 100;

const SENSELESS = 'Google Cloud answered with something unexpected.';

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
    if (answer.state === 'refused') {
      const look = { ref, as, kind, name };
      const { status } = answer.refusal;
      if (
        status === 404 ||
        (status === 403 &&
          !isThrottled(answer.refusal) &&
          (await this.#isUnlisted(look, context)))
      ) {
        return await this.#confirmAbsence(look, context);
      }
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
    const { known: grants, untold } = await this.#readGrants(
      looked,
      body,
      context,
    );
    return {
      state: 'found',
      ...toDocument(kind, ref.id, { ...body, ...grants }),
      ...(untold !== undefined && { untoldBecause: { publicAccess: untold } }),
    };
  }

  /** Asks for no more than is needed to know whether everybody may read it. */
  async #readGrants(
    { ref, as, kind, name }: Look,
    bucket: JsonObject,
    context: CloudContext,
  ): Promise<Grants> {
    if (!mayBePublic(bucket)) {
      return { known: {} };
    }
    const url = kind.url(name);
    const policy = await this.#get(
      `${url}/iam`,
      { ref, as, query: { optionsRequestedPolicyVersion: '3' } },
      context,
    );
    if (policy.state !== 'ok' || !mayBeList(policy.body, '/bindings')) {
      return {
        known: {},
        untold: `Who may read the bucket could not be read. ${
          policy.state === 'ok' ? SENSELESS : reasonOf(policy, ref.account)
        }`,
      };
    }
    const bindings = publicBindings(policy.body);
    if (bindings.length > 0) {
      return { known: { iamPolicy: { publicBindings: bindings } } };
    }
    const none = { iamPolicy: { publicBindings: [] } };
    if (!isUniform(bucket)) {
      return {
        known: none,
        untold:
          'Without uniform bucket-level access, each object may be public by a list of its own.',
      };
    }
    const folders = await this.#get(
      `${url}/managedFolders`,
      { ref, as, query: { pageSize: '1' } },
      context,
    );
    if (folders.state !== 'ok' || !mayBeList(folders.body, '/items')) {
      return {
        known: none,
        untold: `Whether there are managed folders, which may be public by policies of their own, could not be read. ${
          folders.state === 'ok' ? SENSELESS : reasonOf(folders, ref.account)
        }`,
      };
    }
    const { body } = folders;
    const hasFolders =
      listAt(body, '/items').length > 0 ||
      textAt(body, '/nextPageToken') !== undefined;
    return {
      known: { iamPolicy: { publicBindings: [], managedFolders: hasFolders } },
      ...(hasFolders && {
        untold:
          'There are managed folders in the bucket, which may be public by policies of their own.',
      }),
    };
  }

  /**
   * Whether a whole list of the project is without it, where the service refuses to
   * speak of what is gone.
   *
   * @see https://github.com/googleapis/google-api-go-client/issues/1815
   */
  async #isUnlisted(
    { ref, as, kind, name }: Look,
    context: CloudContext,
  ): Promise<boolean> {
    const url = kind.listUrl?.(name);
    let pageToken: string | undefined;
    for (let page = 0; url !== undefined && page < MOST_PAGES; page++) {
      const query = { ...(pageToken !== undefined && { pageToken }) };
      const answer = await this.#get(url, { ref, as, query }, context);
      if (
        answer.state !== 'ok' ||
        // A region that did not answer, for instance
        listAt(answer.body, '/warnings').length > 0 ||
        !mayBeList(answer.body, '/items') ||
        !listAt(answer.body, '/items').every(isObject) ||
        listAt(answer.body, '/items')
          .filter(isObject)
          .some(each => isNamed(each, name.name))
      ) {
        return false;
      }
      pageToken = textAt(answer.body, '/nextPageToken');
      if (pageToken === undefined) {
        return true;
      }
    }
    return false;
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
