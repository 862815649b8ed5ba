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
  GetResourceRequestStatusCommand,
  ProgressEvent,
  UpdateResourceCommand,
} from '@aws-sdk/client-cloudcontrol';
import type { JsonObject } from '@backstage/types';
import {
  CloudFailure,
  CloudUpdate,
  CloudWriteContext,
} from '@infra-hub/backstage-plugin-drift-node';
import { CloudFieldWrite } from '@infra-hub/drift-engine';
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { AccountCheck } from '../client/AccountCheck';
import { AwsClients, AwsDoor, AwsTimings } from '../client/AwsClients';
import {
  describeFailure,
  tellFailure,
  tidyMessage,
} from '../client/awsFailure';
import { takeTurns } from '../client/takeTurns';
import { readDocument } from '../document/readDocument';
import { AwsKind } from '../kinds/AwsKind';
import { buildPatch, PatchOperation, saysTheSame } from './buildPatch';

export interface UpdateTimings {
  /** First pause before asking how far an update is, in ms; it grows. */
  pollInterval: number;
  /** How long the end of an update is waited for, in ms. */
  patience: number;
}

/** A change of one resource. */
export interface AwsChange {
  kind: AwsKind;
  id: string;
  /** The document that the change was approved for. */
  before: JsonObject;
  writes: readonly CloudFieldWrite[];
}

const MAX_PAUSE_MS = 30_000;

/** Failed questions in a row after which nobody knows how an update ended. */
const MAX_SILENCE = 8;

const GOES_ON = 'It goes on at AWS; the next scan shows what became of it.';

/** Changes resources by Cloud Control, which does it in the background. */
export class CloudControlUpdater {
  readonly #clients: AwsClients;
  readonly #check: AccountCheck;
  readonly #timings: AwsTimings & UpdateTimings;

  constructor(options: {
    clients: AwsClients;
    check: AccountCheck;
    timings: AwsTimings & UpdateTimings;
  }) {
    this.#clients = options.clients;
    this.#check = options.check;
    this.#timings = options.timings;
  }

  async update(
    door: AwsDoor,
    change: AwsChange,
    context: CloudWriteContext,
  ): Promise<CloudUpdate> {
    const patch = buildPatch(change.before, change.writes);
    if (patch.length === 0) {
      return { state: 'done' };
    }
    const obstacle = await this.#prepare(door, change, context);
    if (obstacle) {
      return obstacle;
    }
    await context.mayWrite();
    const sent = await this.#send(door, { ...change, patch }, context);
    return 'RequestToken' in sent ? this.#follow(door, sent, context) : sent;
  }

  /** Looks once more: a patch cannot test that something is still absent. */
  async #prepare(
    door: AwsDoor,
    change: AwsChange,
    context: CloudWriteContext,
  ): Promise<CloudUpdate | undefined> {
    try {
      await this.#check.ensure(door, context);
      return (await this.#isAsLooked(door, change, context))
        ? undefined
        : { state: 'superseded' };
    } catch (error) {
      return notSent(
        error instanceof CloudFailure
          ? error.message
          : tellFailure(describeFailure(error)),
        context,
      );
    }
  }

  async #isAsLooked(
    door: AwsDoor,
    { kind, id, before, writes }: AwsChange,
    { signal, turn }: CloudWriteContext,
  ): Promise<boolean> {
    const answer = await this.#clients
      .cloudControl(door)
      .send(
        takeTurns(
          new GetResourceCommand({ TypeName: kind.kind, Identifier: id }),
          turn,
        ),
        { abortSignal: signal },
      )
      .catch(error => {
        if (describeFailure(error).kind === 'absent') {
          return undefined;
        }
        throw error;
      });
    const now = readDocument({
      kind,
      id,
      region: door.region,
      properties: answer?.ResourceDescription?.Properties,
    });
    if (answer && !now) {
      throw new CloudFailure(
        'AWS answered without the properties of the resource.',
      );
    }
    return now !== undefined && saysTheSame(before, now.document, writes);
  }

  /**
   * Sends the change until AWS says that it has it. The token makes the same
   * request sent twice one request, so that a lost answer can be asked for again.
   */
  async #send(
    door: AwsDoor,
    change: AwsChange & { patch: readonly PatchOperation[] },
    context: CloudWriteContext,
  ): Promise<CloudUpdate | Begun> {
    const { kind, id, patch } = change;
    const input = {
      TypeName: kind.kind,
      Identifier: id,
      PatchDocument: JSON.stringify(patch),
      ClientToken: randomUUID(),
    };
    let mayHaveArrived = false;
    for (let attempt = 1; ; attempt++) {
      try {
        const { ProgressEvent: event } = await this.#clients
          .cloudControlOnce(door)
          .send(takeTurns(new UpdateResourceCommand(input), context.turn), {
            abortSignal: context.signal,
          });
        context.log(`AWS has the change of ${kind.kind}/${id}.\n`);
        return event?.RequestToken === undefined
          ? unknown('AWS took the change without saying how to follow it.')
          : { RequestToken: event.RequestToken, event };
      } catch (error) {
        const failure = describeFailure(error);
        const isOpen =
          failure.kind === 'lost' ||
          failure.kind === 'server' ||
          failure.kind === 'answer' ||
          context.signal.aborted;
        mayHaveArrived ||= isOpen;
        const mayRepeat =
          isOpen ||
          failure.kind === 'throttled' ||
          (failure.kind === 'unreached' && mayHaveArrived);
        if (
          mayRepeat &&
          attempt < this.#timings.attempts &&
          (await this.#pause(2 ** attempt * 250, context))
        ) {
          context.log(
            'The connection was lost or AWS was busy; the same request is sent again.\n',
          );
        } else if (mayHaveArrived) {
          return unknown(
            `Whether AWS has the change is not known. ${tellFailure(failure)}`,
          );
        } else {
          return this.#judgeRefusal(door, change, { error, context });
        }
      }
    }
  }

  /** Of a change that surely did not begin. */
  async #judgeRefusal(
    door: AwsDoor,
    change: AwsChange,
    { error, context }: { error: unknown; context: CloudWriteContext },
  ): Promise<CloudUpdate> {
    const failure = describeFailure(error);
    const { kind, name } = failure;
    if (kind === 'absent' || name === 'ConcurrentModificationException') {
      return { state: 'superseded' };
    }
    if (name === 'ConcurrentOperationException') {
      return notSent(
        'Another change of the resource is under way; try again when it is done.',
        context,
      );
    }
    if (kind === 'refused') {
      // A test that fails is refused like any other mistake in a patch.
      const isSame = await this.#isAsLooked(door, change, context).catch(
        () => true,
      );
      if (!isSame) {
        return { state: 'superseded' };
      }
    }
    return notSent(tellFailure(failure), context);
  }

  async #follow(
    door: AwsDoor,
    { RequestToken, event: first }: Begun,
    context: CloudWriteContext,
  ): Promise<CloudUpdate> {
    const end = Date.now() + this.#timings.patience;
    let event = first;
    let pause = this.#timings.pollInterval;
    let silence = 0;
    let said: string | undefined;
    for (;;) {
      const ended = endOf(event);
      if (ended) {
        return ended;
      }
      if (event.StatusMessage !== undefined && event.StatusMessage !== said) {
        said = event.StatusMessage;
        context.log(`${tidyMessage(said)}\n`);
      }
      if (Date.now() >= end) {
        return unknown(`AWS is not done yet. ${GOES_ON}`);
      }
      if (!(await this.#pause(pauseBefore(event, pause), context))) {
        return unknown(`Waiting for its end was cancelled. ${GOES_ON}`);
      }
      pause = Math.min(pause * 1.5, MAX_PAUSE_MS);
      try {
        const answer = await this.#clients
          .cloudControl(door)
          .send(
            takeTurns(
              new GetResourceRequestStatusCommand({ RequestToken }),
              context.turn,
            ),
            { abortSignal: context.signal },
          );
        event = answer.ProgressEvent ?? {};
        silence = 0;
      } catch (error) {
        if (context.signal.aborted) {
          return unknown(`Waiting for its end was cancelled. ${GOES_ON}`);
        }
        const failure = describeFailure(error);
        const mayCome = ['answer', 'lost', 'server', 'throttled', 'unreached'];
        if (!mayCome.includes(failure.kind) || ++silence >= MAX_SILENCE) {
          return unknown(
            `AWS has the change, and how it ends could not be asked. ${tellFailure(
              failure,
            )}`,
          );
        }
      }
    }
  }

  /** @returns false when it was cancelled */
  async #pause(ms: number, { signal }: CloudWriteContext): Promise<boolean> {
    try {
      await wait(ms, undefined, { signal });
      return true;
    } catch (error) {
      if (signal.aborted) {
        return false;
      }
      throw error;
    }
  }
}

interface Begun {
  RequestToken: string;
  event: ProgressEvent;
}

function pauseBefore(event: ProgressEvent, pause: number): number {
  const asked = (event.RetryAfter?.getTime() ?? 0) - Date.now();
  return Math.min(Math.max(asked, pause), MAX_PAUSE_MS);
}

function endOf(event: ProgressEvent): CloudUpdate | undefined {
  switch (event.OperationStatus) {
    case 'SUCCESS':
      return { state: 'done' };
    case 'FAILED':
      return {
        state: 'failed',
        sent: true,
        message: `AWS could not make the change${
          event.ErrorCode === undefined ? '' : ` (${event.ErrorCode})`
        }. It says: ${tidyMessage(event.StatusMessage ?? 'nothing')}`,
      };
    case 'CANCEL_COMPLETE':
      return {
        state: 'failed',
        sent: true,
        message: 'The change was cancelled at AWS.',
      };
    default:
      return undefined;
  }
}

function unknown(message: string): CloudUpdate {
  return { state: 'unknown', message };
}

function notSent(sentence: string, { signal }: CloudWriteContext): CloudUpdate {
  return {
    state: 'failed',
    sent: false,
    message: signal.aborted ? 'It was cancelled before it began.' : sentence,
  };
}
