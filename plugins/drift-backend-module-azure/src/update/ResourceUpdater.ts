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
  CloudDocument,
  CloudUpdate,
  CloudWriteContext,
} from '@infra-hub/backstage-plugin-drift-node';
import {
  applyCloudWrites,
  CloudFieldWrite,
  isEqual,
  mergePatch,
} from '@infra-hub/drift-engine';
import { ArmClient } from '../arm/ArmClient';
import { ArmProblem } from '../arm/ArmProblem';
import { AzureKind } from '../kinds/AzureKind';
import { textAt } from '../kinds/values';
import { ResourceReader } from '../read/ResourceReader';
import { ownOf, partOf, patchBody, putBody, withoutComputed } from './bodies';

const CHANGED = 'Somebody changed it at the same time.';

/** A request that changes the resource or one of its parts. */
interface Change {
  /** For people. */
  title: string;
  method: 'PATCH' | 'PUT';
  id: string;
  apiVersion: string;
  body: JsonObject;
  etag?: string;
  /** The same as a PUT of the whole, where the PATCH may turn out to be unknown. */
  fallback?: JsonObject;
  /** Why there is none. */
  noFallback?: string;
}

/** Where a change is. */
interface Progress {
  /** A request was handed to the network. */
  sending: boolean;
  /** Azure took on at least one request. */
  begun: boolean;
  /** Azure finished at least one request. */
  done: boolean;
}

/** Changes resources of one subscription. Never throws. */
export class ResourceUpdater {
  readonly #client: ArmClient;
  readonly #reader: ResourceReader;

  /** @param options - Client and reader with the credentials for changes. */
  constructor(options: { client: ArmClient; reader: ResourceReader }) {
    this.#client = options.client;
    this.#reader = options.reader;
  }

  async update(
    looked: CloudDocument & { kind: AzureKind },
    writes: readonly CloudFieldWrite[],
    context: CloudWriteContext,
  ): Promise<CloudUpdate> {
    const progress = { sending: false, begun: false, done: false };
    try {
      return await this.#update(looked, writes, { context, progress });
    } catch (error) {
      return outcomeOf(error, progress);
    }
  }

  async #update(
    looked: CloudDocument & { kind: AzureKind },
    writes: readonly CloudFieldWrite[],
    run: { context: CloudWriteContext; progress: Progress },
  ): Promise<CloudUpdate> {
    const { kind } = looked;
    const { context, progress } = run;
    const fresh = await this.#readAsLooked(looked, context);
    if (!fresh) {
      return { state: 'superseded' };
    }
    const changes = this.#plan(kind, fresh, writes);
    if (changes.length === 0) {
      return {
        state: 'failed',
        message: 'There is nothing that could be changed there.',
        sent: false,
      };
    }
    await context.mayWrite();
    for (const change of changes) {
      const ended = await this.#send(change, {
        ...run,
        isAsLooked: async () =>
          (await this.#readAsLooked(looked, context)) !== undefined,
      });
      if (ended.state === 'failed') {
        return { state: 'failed', message: ended.message, sent: true };
      }
      progress.done = true;
      progress.begun = false;
      context.log(`Azure has changed the ${change.title}.`);
    }
    return { state: 'done' };
  }

  /** Undefined when it is no longer as it was looked at. */
  async #readAsLooked(
    looked: CloudDocument & { kind: AzureKind },
    context: CloudWriteContext,
  ): Promise<CloudDocument | undefined> {
    const { kind, id, version, document } = looked;
    const fresh = await this.#reader.read(kind, id, context);
    return fresh &&
      fresh.version === version &&
      isEqual(
        withoutComputed(kind, fresh.document),
        withoutComputed(kind, document),
      )
      ? fresh
      : undefined;
  }

  #plan(
    kind: AzureKind,
    fresh: CloudDocument,
    writes: readonly CloudFieldWrite[],
  ): Change[] {
    const { id, version } = fresh;
    const after = applyCloudWrites(fresh.document, writes);
    const changes: Change[] = [];
    const own = { from: ownOf(kind, fresh.document), to: ownOf(kind, after) };
    if (!isEqual(own.from, own.to)) {
      changes.push({
        title: kind.title,
        method: 'PATCH',
        id,
        apiVersion: this.#reader.apiVersionOf(kind),
        body: patchBody(kind, own.from, own.to),
        etag: version,
        // Azure might take what it never tells, such as a password, for removed.
        ...(kind.writeOnly === undefined
          ? { fallback: putBody(own.to, kind.computed ?? []) }
          : {
              noFallback:
                'Writing the whole resource instead could lose what Azure never tells of it, so that was not tried.',
            }),
      });
    }
    for (const part of kind.parts ?? []) {
      const from = partOf(part, fresh.document);
      const to = partOf(part, after);
      if (from && !isEqual(from, to)) {
        if (!to || !part.method) {
          throw new ArmProblem(`The ${part.title} cannot be changed there.`, {
            unsent: true,
          });
        }
        changes.push({
          title: part.title,
          method: part.method,
          id: part.idOf(id),
          apiVersion: part.apiVersion,
          body:
            part.method === 'PATCH'
              ? mergePatch(from, to)
              : putBody(to, part.readOnly ?? []),
          etag: textAt(from, '/etag'),
        });
      }
    }
    return changes;
  }

  async #send(
    change: Change,
    run: {
      context: CloudWriteContext;
      progress: Progress;
      isAsLooked: () => Promise<boolean>;
    },
  ) {
    const { context, progress, isAsLooked } = run;
    const { fallback, noFallback, title, ...request } = change;
    const begun = () => {
      progress.begun = true;
      context.log(`Azure has taken on the change of the ${title}.`);
    };
    context.log(`${request.method} ${request.id}`);
    progress.sending = true;
    try {
      return await this.#client.change(request, context, begun);
    } catch (error) {
      if (
        progress.begun ||
        request.method !== 'PATCH' ||
        !refusesPatch(error)
      ) {
        throw error;
      }
      if (!fallback) {
        throw new ArmProblem(
          `${error.message} ${noFallback ?? ''}`.trim(),
          error,
        );
      }
      // A PUT is of everything, and without an etag nothing else keeps it from
      // undoing what somebody changed since
      if (request.etag === undefined && !(await isAsLooked())) {
        throw new ArmProblem(CHANGED, { status: 412 });
      }
      context.log(
        `Azure does not take a PATCH of it. PUT ${request.id}, with all that is not to change as it was read.`,
      );
      return await this.#client.change(
        { ...request, method: 'PUT', body: fallback },
        context,
        begun,
      );
    }
  }
}

function refusesPatch(error: unknown): error is ArmProblem {
  return (
    error instanceof ArmProblem &&
    (error.status === 405 ||
      error.status === 501 ||
      (error.status !== undefined &&
        error.status >= 400 &&
        error.status < 500 &&
        (/^(Patch|HttpMethod|Method|Operation|RequestMethod)\w*Not(Supported|Allowed)/i.test(
          error.code ?? '',
        ) ||
          /\bPATCH\b.{0,80}\bnot (supported|allowed)/i.test(error.message))))
  );
}

function outcomeOf(error: unknown, progress: Progress): CloudUpdate {
  const { sending, begun, done } = progress;
  const problem =
    error instanceof ArmProblem
      ? error
      : new ArmProblem('The work was ended before Azure was done.');
  const partly = done ? ' A part of what was approved is changed already.' : '';
  if (!sending) {
    return { state: 'failed', message: problem.message, sent: false };
  }
  if (begun) {
    return {
      state: 'unknown',
      message: `Azure took on the change, and how it ended is not known. ${problem.message}${partly}`,
    };
  }
  if (problem.status === 412 && !done) {
    return { state: 'superseded' };
  }
  if (problem.unsent || isRefusal(problem.status)) {
    return {
      state: 'failed',
      message: `${problem.message}${partly}`,
      sent: done,
    };
  }
  return {
    state: 'unknown',
    message: `Whether Azure took on the change is not known. ${problem.message}${partly}`,
  };
}

/** Azure looked at the request and did nothing. */
function isRefusal(status: number | undefined): boolean {
  return (
    status !== undefined &&
    ((status >= 300 && status < 500 && status !== 408) || status === 501)
  );
}
