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

import { toError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import {
  CloudDocument,
  CloudFailure,
  CloudRef,
  CloudUpdate,
  CloudWriteContext,
} from '@infra-hub/backstage-plugin-drift-node';
import {
  applyCloudWrites,
  CloudFieldWrite,
  mergePatch,
} from '@infra-hub/drift-engine';
import { ApiAnswer, ApiRequest, GoogleApi } from '../api/GoogleApi';
import { GcpKind, GcpMethod, OperationForm } from '../kinds/GcpKind';
import { gcpKindOf } from '../kinds/gcpKinds';
import { PlacedName, reasonOf, ResourceReader } from '../read/ResourceReader';
import { isAsLooked } from './isAsLooked';
import { mergeDeep } from './mergeDeep';
import { waitForOperation } from './waitForOperation';

interface Change {
  ref: CloudRef;
  looked: CloudDocument;
  /** Never empty. Pointers of the document. */
  writes: readonly CloudFieldWrite[];
}

/** A request that changes something. */
type Sending = Pick<ApiRequest, 'method' | 'url' | 'query' | 'body'> & {
  /** For people. */
  title: string;
};

/** Members that this module adds to documents; no service takes them. */
const ADDED = ['iamPolicy'];

/** Changes resources by the API of their service. */
export class ResourceUpdater {
  readonly #api: GoogleApi;
  readonly #reader: ResourceReader;

  static create(options: {
    api: GoogleApi;
    reader: ResourceReader;
  }): ResourceUpdater {
    return new ResourceUpdater(options);
  }

  private constructor(options: { api: GoogleApi; reader: ResourceReader }) {
    this.#api = options.api;
    this.#reader = options.reader;
  }

  /** Never throws once something may have been changed. */
  async update(
    change: Change,
    context: CloudWriteContext,
  ): Promise<CloudUpdate> {
    const { ref, looked, writes } = change;
    const kind = gcpKindOf(ref.kind);
    const named = this.#reader.nameOf(ref);
    if ('reason' in named) {
      return notSent(named.reason);
    }
    try {
      const now = await this.#reader.read(ref, context, 'writer');
      if (now.state === 'unseen') {
        return notSent(now.reason);
      }
      if (now.state === 'absent' || !isAsLooked(looked, now, writes)) {
        return { state: 'superseded' };
      }
      const planned = planRequests(kind, named.name, now.document, writes);
      if ('reason' in planned) {
        return notSent(planned.reason);
      }
      await context.mayWrite();
      return await this.#send(
        { ...change, kind, name: named.name },
        planned.requests,
        context,
      );
    } catch (error) {
      if (error instanceof CloudFailure) {
        return notSent(error.message);
      }
      throw error;
    }
  }

  /** One after the other; the first one that does not succeed is the last. */
  async #send(
    change: Change & { kind: GcpKind; name: PlacedName },
    requests: readonly Sending[],
    context: CloudWriteContext,
  ): Promise<CloudUpdate> {
    let begun = false;
    for (const request of requests) {
      const outcome = await this.#sendOne(change, request, {
        context,
        first: !begun,
      });
      if (outcome.state !== 'done') {
        return outcome.state === 'failed'
          ? { ...outcome, sent: outcome.sent || begun }
          : outcome;
      }
      begun = true;
    }
    return { state: 'done' };
  }

  async #sendOne(
    { ref, kind, name }: Change & { kind: GcpKind; name: PlacedName },
    { title, ...request }: Sending,
    { context, first }: { context: CloudWriteContext; first: boolean },
  ): Promise<CloudUpdate> {
    const { account } = ref;
    context.log(`${title} of ${name.name} in the project ${account.id}`);
    let answer: ApiAnswer;
    let sent = false;
    const onSend = () => {
      sent = true;
    };
    try {
      answer = await this.#api.ask(
        { ...request, account, as: 'writer', repeatable: false, onSend },
        context,
      );
    } catch (error) {
      if (error instanceof CloudFailure) {
        return { state: 'failed', message: error.message, sent: !first };
      }
      return sent
        ? { state: 'unknown', message: stopped(error, context.signal) }
        : {
            state: 'failed',
            message: 'It was stopped before the change was sent.',
            sent: !first,
          };
    }
    if (answer.state === 'unclear') {
      return { state: 'unknown', message: answer.reason };
    }
    if (answer.state === 'refused') {
      const { status } = answer.refusal;
      if (status === 412 && first) {
        return { state: 'superseded' };
      }
      const message = reasonOf(answer, account);
      // A server that failed may have done it all the same
      return status >= 500
        ? { state: 'unknown', message }
        : { state: 'failed', message, sent: !first };
    }
    const { operation } = kind.changes;
    return operation
      ? await this.#follow({ ref, name, operation }, answer.body, context)
      : { state: 'done' };
  }

  async #follow(
    where: { ref: CloudRef; name: PlacedName; operation: OperationForm },
    begun: JsonObject,
    context: CloudWriteContext,
  ): Promise<CloudUpdate> {
    try {
      return await waitForOperation(
        { api: this.#api, ...where, begun },
        context,
      );
    } catch (error) {
      return {
        state: 'unknown',
        message:
          error instanceof CloudFailure
            ? error.message
            : stopped(error, context.signal),
      };
    }
  }
}

function planRequests(
  kind: GcpKind,
  name: PlacedName,
  document: JsonObject,
  writes: readonly CloudFieldWrite[],
): { requests: Sending[] } | { reason: string } {
  const after = applyCloudWrites(document, writes);
  const patch = mergePatch(document, after);
  const members = Object.keys(patch);
  if (members.length === 0) {
    return { reason: 'Everything is as it should be already.' };
  }
  const { changes } = kind;
  const url = kind.url(name);
  const cannot = members.filter(member =>
    changes.by === 'patch'
      ? ADDED.includes(member)
      : !changes.methods.some(method => method.members.includes(member)),
  );
  if (cannot.length > 0) {
    return {
      reason: `The ${kind.kind.title} has no way to change ${cannot.join(
        ', ',
      )} in place.`,
    };
  }
  if (changes.by === 'methods') {
    return {
      requests: changes.methods
        .filter(method => method.members.some(each => members.includes(each)))
        .map(method => callOf(method, url, after)),
    };
  }
  const guard = changes.guard?.(document);
  return {
    requests: [
      {
        title: `Changing ${members.join(', ')}`,
        method: 'PATCH',
        url,
        query: {
          ...guard?.query,
          ...(changes.masked && { updateMask: members.join(',') }),
        },
        body: mergeDeep(
          // What a mask names is replaced as a whole
          changes.masked
            ? Object.fromEntries(members.map(each => [each, after[each]]))
            : patch,
          guard?.body ?? {},
        ),
      },
    ],
  };
}

function callOf(
  { members, method, path, query, body }: GcpMethod,
  url: string,
  after: JsonObject,
): Sending {
  return {
    title: `Changing ${members.join(', ')}`,
    method,
    url: `${url}${path}`,
    query,
    body: body(after),
  };
}

function notSent(message: string): CloudUpdate {
  return { state: 'failed', message, sent: false };
}

function stopped(error: unknown, signal: AbortSignal): string {
  return signal.aborted
    ? 'It was stopped while Google Cloud was changing the resource.'
    : `What became of the change is not known (${toError(error).name}).`;
}
