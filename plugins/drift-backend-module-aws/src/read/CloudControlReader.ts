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
  GetResourceCommand,
  ListResourcesCommand,
} from '@aws-sdk/client-cloudcontrol';
import {
  CloudContext,
  CloudDocument,
  CloudListing,
  CloudRange,
  CloudReading,
} from '@infra-hub/backstage-plugin-drift-node';
import { AccountCheck } from '../client/AccountCheck';
import { AwsClients, AwsDoor } from '../client/AwsClients';
import { AwsFailure, describeFailure, tellFailure } from '../client/awsFailure';
import { takeTurns } from '../client/takeTurns';
import { readDocument } from '../document/readDocument';
import { AwsKind } from '../kinds/AwsKind';
import { replicationGroup } from '../kinds/elasticache';
import { bucket } from '../kinds/storage';
import { readBucketAccess } from './readBucketAccess';
import { readGroupVersion } from './readGroupVersion';
import { Supplement } from './Supplement';

/** More pages than any account has resources for. */
const MAX_PAGES = 1_000;

/** Of kinds of which Cloud Control does not tell every property. */
const SUPPLEMENTS: ReadonlyMap<string, Supplement> = new Map([
  [bucket.kind, readBucketAccess],
  [replicationGroup.kind, readGroupVersion],
]);

/** What became of one request for a resource. */
type Look =
  | { state: 'found'; document: CloudDocument }
  | { state: 'absent' }
  | { state: 'unseen'; reason: string; failure?: AwsFailure };

/** What became of reading the names of a kind. */
interface Names {
  ids: string[];
  /** Why names are missing. */
  reason?: string;
}

/** Reads single resources and whole kinds by Cloud Control. */
export class CloudControlReader {
  readonly #clients: AwsClients;
  readonly #check: AccountCheck;

  constructor(options: { clients: AwsClients; check: AccountCheck }) {
    this.#clients = options.clients;
    this.#check = options.check;
  }

  /** @throws CloudFailure when the account as a whole cannot be used */
  async read(
    door: AwsDoor,
    { kind, id }: { kind: AwsKind; id: string },
    context: CloudContext,
  ): Promise<CloudReading> {
    await this.#check.ensure(door, context);
    const look = await this.#look(door, { kind, id }, context);
    if (look.state === 'found') {
      return { state: 'found', ...look.document };
    }
    if (look.state === 'unseen') {
      return { state: 'unseen', reason: look.reason };
    }
    const doubt =
      kind.global === true
        ? await this.#doubtAbsence(door, { kind, id }, context)
        : undefined;
    return doubt === undefined
      ? { state: 'absent' }
      : { state: 'unseen', reason: doubt };
  }

  /** @throws CloudFailure when the account as a whole cannot be used */
  async list(
    door: AwsDoor,
    {
      kind,
      isWanted = () => true,
    }: { kind: AwsKind } & Pick<CloudRange, 'isWanted'>,
    context: CloudContext,
  ): Promise<CloudListing> {
    await this.#check.ensure(door, context);
    const names = await this.#names(door, kind, context);
    const documents: CloudDocument[] = [];
    const reasons = names.reason === undefined ? [] : [names.reason];
    // One after the other: as a whole they count as one request under way.
    for (const id of names.ids.filter(each => isWanted(each))) {
      // What is listed may be half of what there is to know of it.
      const look = await this.#look(door, { kind, id }, context);
      if (look.state === 'found') {
        documents.push(look.document);
      } else if (look.state === 'unseen' && !isElsewhere(kind, look)) {
        reasons.push(`${kind.title} ${id}: ${look.reason}`);
      }
    }
    return { documents, complete: reasons.length === 0, reasons };
  }

  async #look(
    door: AwsDoor,
    { kind, id }: { kind: AwsKind; id: string },
    context: CloudContext,
  ): Promise<Look> {
    let properties: string | undefined;
    try {
      const { ResourceDescription: description } = await this.#clients
        .cloudControl(door)
        .send(
          takeTurns(
            new GetResourceCommand({ TypeName: kind.kind, Identifier: id }),
            context.turn,
          ),
          { abortSignal: context.signal },
        );
      properties = description?.Properties;
    } catch (error) {
      const failure = await this.#judge(door, error, context);
      return failure.kind === 'absent'
        ? { state: 'absent' }
        : { state: 'unseen', reason: tellFailure(failure), failure };
    }
    const { region } = door;
    const document = readDocument({ kind, id, region, properties });
    return document
      ? {
          state: 'found',
          document: await this.#complete(door, document, context),
        }
      : {
          state: 'unseen',
          reason: 'AWS answered without the properties of the resource.',
        };
  }

  /** With what Cloud Control does not tell, and the service itself does. */
  async #complete(
    door: AwsDoor,
    looked: CloudDocument,
    context: CloudContext,
  ): Promise<CloudDocument> {
    const supplement = SUPPLEMENTS.get(looked.kind.kind);
    return supplement
      ? supplement({
          clients: this.#clients,
          door,
          looked,
          context,
          judge: async error => this.#judge(door, error, context),
        })
      : looked;
  }

  async #names(
    door: AwsDoor,
    kind: AwsKind,
    context: CloudContext,
  ): Promise<Names> {
    const ids = new Set<string>();
    const tokens = new Set<string>();
    let NextToken: string | undefined;
    try {
      do {
        const page = await this.#clients.cloudControl(door).send(
          takeTurns(
            new ListResourcesCommand({
              TypeName: kind.kind,
              MaxResults: 100,
              NextToken,
            }),
            context.turn,
          ),
          { abortSignal: context.signal },
        );
        if (!Array.isArray(page.ResourceDescriptions)) {
          return { ids: [...ids], reason: brokenList(kind) };
        }
        for (const { Identifier: id } of page.ResourceDescriptions) {
          if (id === undefined) {
            return { ids: [...ids], reason: brokenList(kind) };
          }
          ids.add(id);
        }
        NextToken = page.NextToken;
        if (NextToken !== undefined) {
          if (tokens.has(NextToken) || tokens.size >= MAX_PAGES) {
            return { ids: [...ids], reason: brokenList(kind) };
          }
          tokens.add(NextToken);
        }
      } while (NextToken !== undefined);
      return { ids: [...ids] };
    } catch (error) {
      const failure = await this.#judge(door, error, context);
      return {
        ids: [...ids],
        reason: `${kind.title}s could not be listed to the end. ${tellFailure(
          failure,
        )}`,
      };
    }
  }

  /** Why a resource with a name of all regions may be there all the same. */
  async #doubtAbsence(
    door: AwsDoor,
    { kind, id }: { kind: AwsKind; id: string },
    context: CloudContext,
  ): Promise<string | undefined> {
    const { ids, reason } = await this.#names(door, kind, context);
    if (ids.includes(id)) {
      return `It is not in the region ${door.region}, but in another one of the account.`;
    }
    return reason === undefined
      ? undefined
      : `It is not in the region ${door.region}, and whether it is in another one could not be found out. ${reason}`;
  }

  /**
   * @throws CloudFailure when nothing can be asked of the account any more
   */
  async #judge(
    door: AwsDoor,
    error: unknown,
    context: CloudContext,
  ): Promise<AwsFailure> {
    context.signal.throwIfAborted();
    const failure = describeFailure(error);
    if (failure.kind !== 'credentials') {
      return failure;
    }
    if (failure.name !== 'UnrecognizedClientException') {
      throw this.#check.failure(door, error);
    }
    // A region that the account has not enabled does not know its credentials.
    await this.#check.ask(door, context);
    return {
      ...failure,
      kind: 'unsupported',
      sentence: `The region ${door.region} does not know the account, which may not have enabled it.`,
    };
  }
}

function brokenList(kind: AwsKind): string {
  return `${kind.title}s could not be listed to the end: AWS answered with something unexpected.`;
}

/** S3 lists the buckets of all regions, and is then asked in the wrong one. */
function isElsewhere(
  kind: AwsKind,
  { failure, reason }: Extract<Look, { state: 'unseen' }>,
): boolean {
  return (
    kind.global === true &&
    failure?.kind === 'refused' &&
    /\b301\b|\bredirect|moved permanently|in this region is|wrong region|region.{0,20}is wrong/i.test(
      reason,
    )
  );
}
