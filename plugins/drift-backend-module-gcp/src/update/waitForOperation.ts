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
  CloudRef,
  CloudUpdate,
  CloudWriteContext,
} from '@infra-hub/backstage-plugin-drift-node';
import { GoogleApi } from '../api/GoogleApi';
import { explainRefusal, isThrottled } from '../api/Refusal';
import { OperationForm } from '../kinds/GcpKind';
import { isObject, listAt, objectAt, textAt } from '../read/json';
import { PlacedName } from '../read/ResourceReader';

/** Asked for in vain so often in a row, nobody knows any more. */
const MOST_FAILURES = 5;

const LONGEST_MESSAGE = 300;

/**
 * Waits for the end of what a service began.
 *
 * @throws The reason of the signal, or a CloudFailure: then it goes on, and how it
 *   ends is not known
 */
export async function waitForOperation(
  options: {
    api: GoogleApi;
    ref: CloudRef;
    name: PlacedName;
    operation: OperationForm;
    begun: JsonObject;
  },
  context: CloudWriteContext,
): Promise<CloudUpdate> {
  const { api, ref, name, operation, begun } = options;
  const url = operation.url(name, begun);
  let latest = begun;
  let failures = 0;
  for (let round = 0; !operation.isDone(latest); round++) {
    if (url === undefined) {
      return unknown('Google Cloud did not say how to follow the change.');
    }
    await api.pauseBetweenPolls(round, context.signal);
    const answer = await api.ask(
      {
        account: ref.account,
        as: 'writer',
        method: 'GET',
        url,
        repeatable: true,
      },
      context,
    );
    if (answer.state === 'ok') {
      latest = answer.body;
      failures = 0;
      continue;
    }
    failures++;
    const mayPass =
      answer.state === 'unclear' ||
      isThrottled(answer.refusal) ||
      answer.refusal.status >= 500;
    if (!mayPass || failures >= MOST_FAILURES) {
      return unknown(
        `The change was begun, and its end could not be seen. ${
          answer.state === 'unclear'
            ? answer.reason
            : explainRefusal(answer.refusal, ref.account.id)
        }`,
      );
    }
  }
  const error = errorOf(latest);
  return error === undefined
    ? { state: 'done' }
    : {
        state: 'failed',
        message: `Google Cloud began the change, and it failed: ${error}`,
        sent: true,
      };
}

function unknown(message: string): CloudUpdate {
  return { state: 'unknown', message };
}

/** Compute and SQL list errors, others have one. */
function errorOf(operation: JsonObject): string | undefined {
  const error = objectAt(operation, '/error');
  if (!error) {
    return undefined;
  }
  const messages = [error, ...listAt(error, '/errors').filter(isObject)]
    .map(each => textAt(each, '/message') ?? textAt(each, '/code'))
    .filter(message => message !== undefined);
  const text = messages.join(' ').replace(/\s+/g, ' ').trim();
  return text === '' ? 'it does not say why.' : text.slice(0, LONGEST_MESSAGE);
}
